"""One portfolio of a published site: its page, its card, its data, and what the rest of the site knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from exposure.present.pages import manifest_words
from exposure.report.content import Content, content
from exposure.report.html import NARROW, WIDE, Footnotes
from exposure.report.redact import redact
from exposure.report.site_address import entity_address
from exposure.report.site_card import Card, card
from exposure.report.site_data import Files, coverage_of, exposures_of, json_file, package, screening_json, three
from exposure.report.site_entry import Entry, entry_of
from exposure.report.site_pages import Site, drawing, links, page
from exposure.results import Results

MOST_LINES = 60  # lines that could not be checked, shown one by one


@dataclass(frozen=True)
class Made:
    """A portfolio as the site has it: what the tables show, and its files by path."""

    entry: Entry
    files: Files


def portfolio(site: Site, results: Results, address: str, title: str | None, hide: Sequence[str] = ()) -> Made:
    """Make everything of one portfolio.

    Args:
        site: what is the same on all pages.
        results: one screen, not redacted.
        address: of the portfolio within the site.
        title: of its page; null where the name is to be told nowhere.
        hide: names of all portfolios of the site and of their files, where none is to be told.
    """
    redacted = redact(results, site.level, hide)
    named = title if title is not None else f"Portfolio {address.rpartition('-')[2]} (name withheld)"
    copy = replace(redacted, portfolio=named)
    shown = content(copy)
    entry = entry_of(copy, shown, address, named)
    data = _data(copy, shown, entry, screening_json(redacted))
    path = f"portfolios/{address}"
    files = {f"data/{address}/{name}": made for name, made in data.items()}
    files[f"{path}.html"] = _page(site, shown, entry, data)
    files[f"{path}.png"] = _card(site, shown, entry)
    return Made(entry, files)


def _data(copy: Results, shown: Content, entry: Entry, screening: bytes) -> Files:
    frames = {"exposures": exposures_of(copy, entry), "coverage": coverage_of(copy)}
    files = {path: made for name, frame in frames.items() for path, made in three(name, frame).items()}
    files["screening.json"] = screening
    files["portfolio.json"] = json_file(asdict(entry))
    licences = shown.licences["licence"].to_list()
    files["datapackage.json"] = package(
        f"exposure-{entry.portfolio_id}", entry.portfolio, frames, files, licences, entry.lists_as_of
    )
    return files


def _page(site: Site, shown: Content, entry: Entry, data: Files) -> bytes:
    notes = Footnotes()
    lines = shown.unseen.lines
    waiting = shown.unseen.waiting
    return page(
        site,
        "portfolio",
        f"portfolios/{entry.portfolio_id}.html",
        entry.portfolio,
        shown.sentences[0],
        shown.dates,
        page=shown,
        company=entity_address,
        note=notes,
        sources=lambda: shown.sources(notes.numbers).to_dicts(),
        wide=drawing(shown.bar.svg(WIDE)),
        narrow=drawing(shown.bar.svg(NARROW)),
        unseen=lines.head(MOST_LINES).to_dicts(),
        more_unseen=max(lines.height - MOST_LINES, 0),
        waiting=waiting.head(MOST_LINES).to_dicts(),
        more_waiting=max(waiting.height - MOST_LINES, 0),
        parameters=manifest_words(shown.manifest),
        links=links(LINKS, f"../data/{entry.portfolio_id}", data),
    )


LINKS = (
    ("Exposed lines", ("exposures.csv", "exposures.json", "exposures.parquet")),
    ("Coverage", ("coverage.csv", "coverage.json", "coverage.parquet")),
    ("Everything the screen found", ("screening.json",)),
    ("What each column means", ("datapackage.json",)),
)
CARD_NAMES = (
    "at least, in companies on official lists",
    "at most, with all that could not be excluded",
    "identified",
)


def _card(site: Site, shown: Content, entry: Entry) -> bytes:
    values = (one.value for one in shown.figures[: len(CARD_NAMES)])
    figures = tuple(zip(CARD_NAMES, values, strict=True))
    return card(Card(site.title, entry.portfolio, "A portfolio", shown.dates, figures=figures))
