"""The one-file dashboard: opens from a disk, asks nobody for anything, reads without JavaScript, prints.

The page is one text: style and script stand in it and are named by their hash in its Content-Security-Policy, so
nothing else can run. It stays below ``LIMIT`` bytes where its table alone does: evidence is told in full in the
order of the table as far as that goes, then in brief; then pictures are drawn as far as there is room.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from exposure.present.chains import chain_sources
from exposure.present.charts import EDGE, FONT, INK, PAPER
from exposure.present.pages import manifest_words
from exposure.present.words import day
from exposure.report.company import Company, Other
from exposure.report.content import Content, content
from exposure.report.redact import redact
from exposure.report.rendering import asset, environment
from exposure.report.text import visible
from exposure.results import Results

LIMIT = 385_000  # bytes: what mail servers and messengers pass on without asking
WIDE, NARROW = 760, 340  # pixels of the bar on a screen and on a telephone
PAPER_WIDTH = 900  # pixels: a wider picture is too small to read on paper, where the other layout stands instead
MOST_UNSEEN = 60  # lines that could not be checked shown one by one
FOR_TEXT = 0.8  # of the room, where not everything fits; the rest is for pictures
FRAME = 150  # bytes around a picture
FIRST = 4  # allegations of a company shown at once; the others behind one click, each with its reply
RECORD_ID = "record"
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+\Z")
# Attributes of the chain pictures that the page's style says once for all of them.
_SAID = (
    f' font-family="{escape(FONT)}"', ' xmlns="http://www.w3.org/2000/svg"', f' fill="{INK}"',
    f' stroke="{EDGE}"', f' fill="{EDGE}"', f' fill="{PAPER}"', ' stroke-width="1.5"',
)  # fmt: skip

_templates = environment()


def to_html(results: Results, path: str | Path, level: str = "full") -> None:
    """Write the one-file dashboard.

    Args:
        results: one screen.
        path: where to write it.
        level: what it may reveal (``redact``).

    Raises:
        UsageError: a level that there is not.
    """
    Path(path).write_bytes(html(redact(results, level)).encode())


def html(results: Results) -> str:
    """The one-file dashboard of results that were redacted before, as text."""
    page = _Page(content(results))
    return visible(page.text(page.plan()))


@dataclass(frozen=True)
class Plan:
    """How many companies are told in full, and how many of these with a picture, in the order of the table."""

    full: int
    drawn: int


@dataclass
class Footnotes:
    """Numbers for sources, in the order in which the page first names them."""

    numbers: dict[str, int] = field(default_factory=dict)

    def __call__(self, source_id: str | None) -> Markup:
        """The mark of a source; nothing for none."""
        if source_id is None:
            return Markup("")
        number = self.numbers.setdefault(source_id, len(self.numbers) + 1)
        return Markup('<a href="#s{0}">[{0}]</a>').format(number)


class _Page:
    """The page of one content, at any plan."""

    def __init__(self, shown: Content) -> None:
        self.shown = shown
        self.items: tuple[Company | Other, ...] = (*shown.companies, *shown.others)
        self.anchors = _anchors(one.entity_id for one in self.items)
        self.titles = {one.entity_id: one.title for one in shown.others}
        self.titles |= {one.entity_id: one.known.title for one in shown.companies}
        self.bars = [Markup(shown.bar.svg(width) or "") for width in (WIDE, NARROW)]
        self.list_names = _list_names(shown)

    def plan(self) -> Plan:
        """As much as fits: all of it for most portfolios."""
        everything = Plan(len(self.items), len(self.items))
        if _size(self.text(everything)) <= LIMIT:
            return everything
        full = _fitting(self._costs(), FOR_TEXT * (LIMIT - _size(self.text(Plan(0, 0)))))
        return Plan(full, _fitting(self._drawing_costs(full), LIMIT - _size(self.text(Plan(full, 0)))))

    def _costs(self) -> Iterator[int]:
        """By how much the page grows with each company told in full instead of in brief, sources included."""
        notes = Footnotes()
        parts = self._parts(notes)
        sizes, met = [], []
        for one in self.items:
            brief = self._item(parts, one, full=False)
            already = len(notes.numbers)
            sizes.append(_size(self._item(parts, one, full=True)) - _size(brief))
            met.append((already, len(notes.numbers)))
        rows = [_size(str(row)) for row in self._sources(notes.numbers)]
        yield from (size + sum(rows[first:last]) for size, (first, last) in zip(sizes, met, strict=True))

    def _drawing_costs(self, full: int) -> Iterator[int]:
        """By how much it grows with the pictures of each; drawn one by one, as long as somebody asks."""
        notes = Footnotes()
        for one in self.items[:full]:
            pictures = self._pictures(one, notes)
            yield sum(_size(drawing) + FRAME for drawing in pictures if drawing)

    def text(self, plan: Plan) -> str:
        """The whole page."""
        notes = Footnotes()
        parts = self._parts(notes)
        told = []
        for k, one in enumerate(self.items):
            pictures = self._pictures(one, notes) if k < plan.drawn else ("", "")
            told.append(self._item(parts, one, *pictures, full=k < plan.full))
        held, cut = len(self.shown.companies), plan.full
        style, script = asset("style.css"), asset("common.js", "script.js")
        lines = self.shown.unseen.lines
        return _templates.get_template("page.html.j2").render(
            **self._shared(notes),
            evidence=Markup("").join(told[: min(cut, held)]),
            others=Markup("").join(told[held : max(cut, held)]),
            briefs=Markup("").join([*told[cut:held], *told[max(cut, held) :]]),
            briefs_number=len(told) - cut,
            sources=self._sources(notes.numbers),
            wide=self.bars[0],
            narrow=self.bars[1],
            letters=list(dict.fromkeys(one.row["letter"] for one in self.shown.companies)),
            list_names=self.list_names,
            unseen=lines.head(MOST_UNSEEN).to_dicts(),
            more_unseen=max(lines.height - MOST_UNSEEN, 0),
            waiting=self.shown.unseen.waiting.to_dicts(),
            parameters=manifest_words(self.shown.manifest),
            record=Markup(_script_safe(self.shown.record)),
            style=Markup(style),
            style_hash=_hash(style),
            script=Markup(script),
            script_hash=_hash(script),
        )

    def _shared(self, notes: Footnotes) -> dict[str, Any]:
        return {
            "page": self.shown,
            "anchors": self.anchors,
            "note": notes,
            "as_of": day(self.shown.universe.as_of),
            "elsewhere": self._elsewhere,
            "first": FIRST,
            "is_long": lambda svg: int(svg.partition('width="')[2].partition('"')[0]) > PAPER_WIDTH,
        }

    def _parts(self, notes: Footnotes) -> Any:
        return _templates.get_template("parts.html.j2").make_module(self._shared(notes))

    def _item(self, parts: Any, one: Company | Other, across: str = "", down: str = "", *, full: bool) -> Markup:
        if isinstance(one, Other):
            return Markup(parts.other(one) if full else parts.other_brief(one))
        if not full:
            return Markup(parts.brief(one))
        return Markup(parts.full(one, Markup(across), Markup(down)))

    def _pictures(self, one: Company | Other, notes: Footnotes) -> tuple[str, str]:
        """The picture for a wide and for a narrow window; none where a sentence says it all."""
        if isinstance(one, Other) or not one.has_picture:
            return "", ""
        for source_id in chain_sources(one.chains):
            notes(source_id)
        return _slim(one.picture(notes.numbers)), _slim(one.picture(notes.numbers, down=True))

    def _elsewhere(self, one: Company) -> list[tuple[str, str]]:
        return [(i, self.titles[i]) for i in one.other_ids]

    def _sources(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        rows = self.shown.sources({source_id: n for n, source_id in enumerate(ids, 1)}).to_dicts()
        return [row | {"url": row["url"] if row["url"] and _ADDRESS.match(row["url"]) else None} for row in rows]


def _list_names(shown: Content) -> list[str]:
    """The lists that the table names, for its filter."""
    ids = {
        i
        for one in shown.companies
        for i in one.results.exposures["lists"].explode(empty_as_null=True).drop_nulls()
    }
    lists = shown.universe.history["lists"].filter(pl.col("list_id").is_in(sorted(ids)))
    return sorted(set(lists["short_name"]))


def _fitting(costs: Iterable[int], room: float) -> int:
    """How many of the first ones fit."""
    return sum(1 for _ in takewhile(lambda total: total <= room, accumulate(costs)))


def _size(text: str) -> int:
    return len(text.encode())


def _slim(svg: str) -> str:
    for said in _SAID:
        svg = svg.replace(said, "")
    return svg


def _anchors(ids: Iterable[str]) -> dict[str, str]:
    """An address within the page for each company; the same as long as the id is."""
    found: dict[str, str] = {}
    for entity_id in ids:
        name = f"c-{re.sub(r'[^A-Za-z0-9_-]', '-', entity_id)}"
        found[entity_id] = name if name not in found.values() else f"{name}-{len(found)}"
    return found


def _script_safe(text: str) -> str:
    """JSON that cannot end the element it stands in."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
