"""The published site: a static folder with a page for each portfolio and each company, tables, data and a feed.

Pages are made again only where something that they are made from changed: the file's bytes, the parameters, the
reference data, the program. Nothing depends on a clock, on the order of the files or on how many processes work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from exposure.holdings import Holdings
from exposure.marks import mark
from exposure.present.site_words import company_change, done_sentences, portfolio_change, portfolio_removed
from exposure.report.site_address import Named, addresses, entity_address, identities, numbered
from exposure.report.site_company import Around, Holders
from exposure.report.site_data import Files
from exposure.report.site_entry import Entry, holders
from exposure.report.site_feed import dated, feed
from exposure.report.site_hidden import check_words, names_to_hide, told_before
from exposure.report.site_index import Whole, overview
from exposure.report.site_pages import Site, assets, look
from exposure.report.site_state import Folder, open_folder
from exposure.report.site_work import Screener, Workers, make_companies, make_portfolio, order_of, read_file
from exposure.report.text import visible

CHUNK = 24  # companies looked at together


@dataclass(frozen=True)
class Published:
    """What a publication did.

    Attributes:
        portfolios: addresses on the site, those of this publication and those kept from earlier ones.
        companies: ids that have a page.
        written: paths written.
        kept: paths left as they were.
        removed: paths taken away.
        failures: one sentence for each file that is not on the site.
        notes: sentences on what else the publisher should know.
    """

    portfolios: tuple[str, ...]
    companies: tuple[str, ...]
    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The object of ``exposure publish --json``."""
        return asdict(self)

    def sentences(self) -> list[str]:
        """What was done, in words."""
        pages = {"portfolio": len(self.portfolios), "company": len(self.companies)}
        return [*done_sentences(self.written, len(self.kept), self.removed, pages), *self.notes]


@dataclass
class Source:
    """One file on its way to the site."""

    path: Path
    key: str
    named: Named | None = None
    holdings: Holdings | None = None
    failure: str | None = None


def publish(
    folder: str | Path,
    files: Sequence[str | Path],
    screener: Screener,
    site: Site,
    *,
    prune: bool = False,
    jobs: int = 1,
) -> Published:
    """Publish portfolios, one a file, in a folder.

    Args:
        folder: where to; made where there is none.
        files: holdings files.
        screener: how they are read and screened.
        site: what is the same on all pages.
        prune: take away pages of portfolios that are not among the files, and of companies nobody holds.
        jobs: processes that work at the same time.

    Raises:
        InputError: the folder holds something else.
        UsageError: the folder holds a site that reveals something else.
    """
    place = open_folder(Path(folder), site.level)
    with closing(place.stage), closing(Workers(jobs)) as each:
        return _Run(place, screener, site, prune, each).all([Path(file) for file in files])


class _Run:
    """One publication."""

    def __init__(
        self, place: Folder, screener: Screener, site: Site, prune: bool, each: Callable[..., Any]
    ) -> None:
        self.place, self.state, self.screener, self.site = place, place.state, screener, site
        self.prune, self.each = prune, each
        self.mark = screener.mark()
        self.base = _hash(self.mark, asdict(site) | {"dated": ""}, look())
        self.before = {one.portfolio_id: one for one in self._earlier()}
        self.hide: tuple[str, ...] = ()
        self.changes: list[dict[str, str]] = []
        self.failures: list[str] = []
        self.notes: list[str] = []

    def all(self, files: Sequence[Path]) -> Published:
        """Publish everything."""
        sources = self._sources(files)
        if not sources and not self.before:
            return self._published([], [])
        told = self._hide(sources)
        self.place.begin()
        entries = self._portfolios(sources, told)
        ids = self._companies(entries)
        self.changes.sort(key=lambda one: (one["page"], one["title"]))
        self.state.changes = [*self.changes, *self.state.changes]
        whole = Whole(
            entries,
            self._exposures(entries),
            self._visible_changes(),
            len(self.failures),
            self.screener.universe(),
            self.screener.weights(),
        )
        key = _hash(self.base, [asdict(one) for one in entries], whole.changes, whole.unread)
        self._unit("overview", key, lambda: overview(self.site, whole))
        self._unit("assets", look(), assets)
        pages, changes = self._pages(), self.state.changes
        self._unit("feed", _hash(self.base, changes, pages), lambda: feed(self.site, changes, pages))
        self.state.hide = self.hide
        self.place.save()
        if self.state.hidden:
            self.notes.append(
                f"{self.place.private} says which portfolio has which page: keep it, do not publish it."
            )
        return self._published(entries, ids)

    def _pages(self) -> dict[str, str]:
        """The pages there are, and the day on which each was published last."""
        every = {path: unit.dated for unit in self.state.units.values() for path in unit.files}
        return {path: day for path, day in sorted(every.items()) if path.endswith(".html")}

    def _visible_changes(self) -> tuple[dict[str, str], ...]:
        """The changes, each with its page where there still is one."""
        pages = self._pages()
        return tuple(one | {"page": one["page"] if one["page"] in pages else ""} for one in self.state.changes)

    def _published(self, entries: Sequence[Entry], ids: Sequence[str]) -> Published:
        return Published(
            tuple(sorted(one.portfolio_id for one in entries)),
            tuple(ids),
            tuple(sorted(self.place.written)),
            tuple(sorted(self.place.kept)),
            tuple(sorted(self.place.removed)),
            tuple(self.failures),
            tuple(self.notes),
        )

    # ---- portfolios --------------------------------------------------------------------------------------

    def _sources(self, files: Sequence[Path]) -> dict[str, Source]:
        """Each file that can be read, by what tells its portfolio from the others."""
        found: dict[str, Source] = {}
        for path in files:
            try:
                key = _hash(hashlib.sha256(path.read_bytes()).hexdigest(), self.mark)
            except OSError as error:
                self.failures.append(f"{path} cannot be read: {error.strerror or error}.")
                continue
            if key in found:
                self.notes.append(f"{path} is the same file as {found[key].path}: it is published once.")
                continue
            found[key] = Source(path, key, _named(self.state.inputs.get(key), path))
        new = [one for one in found.values() if one.named is None]
        for one, read in zip(new, self.each(read_file, [(self.screener, one.path) for one in new]), strict=True):
            one.named, one.holdings, one.failure = read
        self.failures += [one.failure for one in new if one.failure]
        good = sorted((one for one in found.values() if one.named), key=lambda one: one.key)
        by_name: dict[str, Source] = {}
        for name, one in zip(identities([one.named for one in good if one.named]), good, strict=True):
            if name in by_name:
                self.failures.append(
                    f"{one.path} and {by_name[name].path} are both “{name}”: give one of the files another name."
                )
                continue
            by_name[name] = one
        self.state.inputs = {
            one.key: {"name": one.named.name, "as_of": one.named.as_of.isoformat() if one.named.as_of else None}
            for one in good
            if one.named
        }
        return by_name

    def _hide(self, sources: dict[str, Source]) -> set[str]:
        """Settle which names are told nowhere; the addresses of pages that tell one so far."""
        hide = self.hide = names_to_hide(self.place, [one.named for one in sources.values() if one.named])
        check_words(self.site, hide)
        given = {name: self.state.names[name] for name in sources if name in self.state.names}
        return told_before(self.place, hide, given, prune=self.prune)

    def _portfolios(self, sources: dict[str, Source], told: set[str]) -> list[Entry]:
        """Make the portfolios that changed; keep the others, and those of earlier publications."""
        places = self._addresses(sources)
        todo, entries = [], {}
        for name, address in places.items():
            title = None if self.state.hidden else name
            key = _hash(self.base, sources[name].key, title, address)
            unit = f"portfolios/{address}"
            if address in self.before and address not in told and self.place.fresh(unit, key):
                self.place.keep(unit)
                entries[address] = self.before[address]
            else:
                todo.append((sources[name], address, title, key))
        hide = self.hide
        tasks = [(self.screener, self.site, s.path, s.holdings, place, title, hide) for s, place, title, _ in todo]
        for (one, address, _, key), made in zip(todo, self.each(make_portfolio, tasks), strict=True):
            if isinstance(made, str):
                self.failures.append(made)
                self.state.inputs.pop(one.key, None)
                continue
            self.place.put(f"portfolios/{address}", key, made.files, self.site.dated.isoformat())
            entries[address] = made.entry
            old = self.before.get(address)
            change = portfolio_change(made.entry.portfolio, asdict(old) if old else None, asdict(made.entry))
            self._changed(change, f"portfolios/{address}.html")
        self.state.names |= {name: address for name, address in places.items() if address in entries}
        former, self.state.base = self.state.base, self.base
        entries = self._others(entries)
        if len(entries) > len(places) and former != self.base:
            self.notes.append(
                "Portfolios that were not handed in again keep their pages as they were made, with the reference "
                "data and settings of that time."
            )
        return [entries[address] for address in sorted(entries)]

    def _addresses(self, sources: dict[str, Source]) -> dict[str, str]:
        if not self.state.hidden:
            return addresses(sorted(sources), self.state.names)
        new = [name for name in sorted(sources) if name not in self.state.names]
        hide = self.hide
        tasks = [(self.screener, self.site.level, sources[name].path, sources[name].holdings, hide) for name in new]
        order = dict(zip(new, self.each(order_of, tasks), strict=True))
        return numbered(sorted(sources, key=lambda name: (order.get(name, ""), name)), self.state.names)

    def _earlier(self) -> list[Entry]:
        """The portfolios published before, as their own files tell them."""
        found = []
        for unit in sorted(name for name in self.state.units if name.startswith("portfolios/")):
            path = f"data/{unit.partition('/')[2]}/portfolio.json"
            try:
                found.append(Entry.from_json(self.place.read(path)))
            except (OSError, ValueError, TypeError):
                continue
        return found

    def _others(self, entries: dict[str, Entry]) -> dict[str, Entry]:
        """The entries, with those of portfolios that were not handed in again."""
        kept = dict(entries)
        for unit in sorted(name for name in self.state.units if name.startswith("portfolios/")):
            address = unit.partition("/")[2]
            if address in entries:
                continue
            old = self.before.get(address)
            if self.prune:
                self.place.drop(unit)
                self.state.names = {name: at for name, at in self.state.names.items() if at != address}
                self._changed(portfolio_removed(old.portfolio) if old else None, f"{unit}.html")
            elif old is not None:
                kept[address] = old
                self.place.keep(unit)
            else:
                self.notes.append(f"data/{address}/portfolio.json is damaged: publish its file again.")
        return kept

    def _exposures(self, entries: Sequence[Entry]) -> pl.DataFrame:
        frames = []
        for one in entries:
            path = self.place.where(f"data/{one.portfolio_id}/exposures.parquet")
            try:
                frames.append(pl.read_parquet(path))
            except (OSError, pl.exceptions.PolarsError):
                self.notes.append(f"{path} is damaged and left out of the data of all: publish its file again.")
        return pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()

    # ---- companies ---------------------------------------------------------------------------------------

    def _companies(self, entries: Sequence[Entry]) -> list[str]:
        """Make the pages that changed, and keep or take away those of companies that nobody holds any more."""
        by = holders(entries)
        held = {one.issuer_id: one.company for entry in entries for one in entry.held}
        names = held | (
            {} if self.prune else {i: c["name"] for i, c in self.state.companies.items() if i not in held}
        )
        around = Around(names, "percent" not in self.site.level.split("+"))
        todo = []
        for entity_id in sorted(names):
            unit = f"companies/{entity_address(entity_id)}"
            if self.place.fresh(unit, self._company_key(entity_id, by.get(entity_id, []), names)):
                self.place.keep(unit)
            else:
                todo.append((entity_id, by.get(entity_id, [])))
        chunks = [todo[k : k + CHUNK] for k in range(0, len(todo), CHUNK)]
        for made in self.each(make_companies, [(self.screener, self.site, chunk, around) for chunk in chunks]):
            for entity_id, told, files in made:
                self._company(entity_id, told, files, by.get(entity_id, []), names)
        for gone in sorted(set(self.state.companies) - set(names)):
            self.place.drop(f"companies/{entity_address(gone)}")
            del self.state.companies[gone]
        return sorted(self.state.companies)

    def _company(
        self, entity_id: str, told: dict[str, Any], files: Files, by: Holders, names: Mapping[str, str]
    ) -> None:
        address = entity_address(entity_id)
        if not files:  # the reference data know nothing against it any more: what was published stays
            self.notes.append(f"companies/{address}.html stays as it was: the reference data no longer list it.")
            return
        old = self.state.companies.get(entity_id)
        self.state.companies[entity_id] = told
        key = self._company_key(entity_id, by, names)
        self.place.put(f"companies/{address}", key, files, self.site.dated.isoformat())
        if old is not None:
            self._changed(company_change(told["name"], old["lists"], told["lists"]), f"companies/{address}.html")

    def _company_key(self, entity_id: str, by: Holders, names: Mapping[str, str]) -> str:
        ends = self.state.companies.get(entity_id, {}).get("ends", [])
        rows = [
            (entry.portfolio_id, entry.portfolio, entry.holdings_as_of, entry.currency, asdict(held))
            for entry, held in by
        ]
        return _hash(self.base, rows, {i: names[i] for i in ends if i in names})

    def _changed(self, told: dict[str, str] | None, page: str) -> None:
        if told is not None:
            self.changes.append(dated(self.site, told, page))

    def _unit(self, unit: str, key: str, make: Callable[[], Files]) -> None:
        if self.place.fresh(unit, key):
            self.place.keep(unit)
        else:
            self.place.put(unit, key, make(), self.site.dated.isoformat())


def _named(told: dict[str, str | None] | None, path: Path) -> Named | None:
    if told is None or not told["name"]:
        return None
    when = told["as_of"]
    return Named(told["name"], visible(path.stem), date.fromisoformat(when) if when else None)


def _hash(*parts: Any) -> str:
    return mark(list(parts))
