"""The chain picture: boxes from the portfolio through a company to its owners, as an SVG of our own.

Everything that comes from a file or from the data is escaped. An arrow runs from owner to owned; shares and dates
stand on the lines, numbers in brackets are footnotes. Two layouts: across (a screen, paper), down (a telephone).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from exposure.present.chains import (
    MANY,
    ChainFact,
    chain_sentences,
    chain_sources,
    company_chains,
    dated,
    owned_ones,
    sentence,
)
from exposure.present.charts import ACCENT, COLOURS, EDGE, FONT, INK, PAPER
from exposure.present.evidence import numbered
from exposure.present.tables import company_row, mark
from exposure.present.words import list_names, money, percent, stake
from exposure.results import Results

MOST_CHAINS = 5  # further ones stand in the table
BOX, GAP, PAD, ROW_GAP, FORK = 190, 124, 10, 20, 16  # pixels, across
TALL_BOX, TALL_GAP = 320, 62  # pixels, down
SIZES = {"role": 12, "name": 14, "local": 14, "lists": 12}
LEADING = 1.35
NARROW, BROAD = 0.4, 0.76  # of a character's size


@dataclass(frozen=True)
class Box:
    """One party: its lines of text by kind (``role``, ``name``, ``local``, ``lists``), its letter and colour."""

    lines: tuple[tuple[str, str], ...]
    letter: str
    colour: str
    alleged: bool = False


@dataclass(frozen=True)
class Line:
    """What stands between two boxes: the label's lines, and where the arrow points (1 on, -1 back, 0 nowhere)."""

    label: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Branch:
    """Boxes one after the other, each with the line that leads to it."""

    steps: tuple[tuple[Line, Box], ...]


@dataclass(frozen=True)
class Picture:
    """The way from the portfolio to the held company, and the branches that begin there."""

    trunk: Branch
    branches: tuple[Branch, ...]


def chain_picture(
    results: Results,
    issuer_id: str,
    *,
    numbers: Mapping[str, int] | None = None,
    down: bool = False,
    alone: bool = False,
) -> str:
    """Draw how a portfolio reaches a company, and through whom the company is tied to listed ones.

    Args:
        results: one screen.
        issuer_id: a company that the portfolio holds.
        numbers: footnote number of each source; by default in the order of the chains.
        down: boxes one below the other, for narrow screens.
        alone: without the portfolio, for what is known of a company whoever holds it.
    """
    chains = company_chains(results, issuer_id)
    marks = numbers if numbers is not None else numbered(chain_sources(chains))
    picture = _Sketch(results, issuer_id, marks, alone=alone).picture(chains)
    body, width, height = _down(picture) if down else _across(picture)
    title = escape(" ".join(chain_sentences(chains)) if alone else picture_words(results, issuer_id))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{escape(FONT)}"><title>{title}</title><rect width="{width}" height="{height}" '
        f'fill="{PAPER}"/>{body}</svg>'
    )


def picture_words(results: Results, issuer_id: str) -> str:
    """The picture in words."""
    return " ".join([held_sentence(results, issuer_id), *chain_sentences(company_chains(results, issuer_id))])


def held_sentence(results: Results, issuer_id: str) -> str:
    """How much of a company the portfolio holds."""
    held = company_row(results, issuer_id)
    return sentence(f"The portfolio holds {_held(results, held)} in {held['company']}")


def _held(results: Results, row: dict[str, Any]) -> str:
    share = percent(row["share"])
    part = f"{share} of the portfolio"
    return f"{share} of its value" if row["value"] is None else f"{money(row['value'], results.currency)} ({part})"


class _Sketch:
    """What one company's picture is made of."""

    def __init__(self, results: Results, issuer_id: str, numbers: Mapping[str, int], *, alone: bool) -> None:
        self.results, self.issuer_id, self.numbers, self.alone = results, issuer_id, numbers, alone
        self.held = company_row(results, issuer_id)
        mine = results.connections.filter(pl.col("entity_id") == issuer_id)
        self.listed = {row["listed_id"]: row for row in mine.iter_rows(named=True)}
        sources = results.universe.sources
        self.remembered = set(sources.filter(pl.col("read_as") == "memory")["source_id"])

    def picture(self, chains: tuple[ChainFact, ...]) -> Picture:
        """Owners first; what one chain shows already is not drawn again; many subsidiaries become one box."""
        up, below = [], owned_ones(chains)
        shown: set[tuple[str, str]] = set()
        for chain in sorted((c for c in chains if c.side == "owned"), key=lambda c: -len(c.steps)):
            edges = {(step["owner"], step["owned"]) for step in chain.steps}
            if not edges <= shown:
                up.append(chain)
                shown |= edges
        up.sort(key=chains.index)
        branches = [self._chain(chain) for chain in up[:MOST_CHAINS]]
        branches += [self._several(below)] if len(below) > MANY else [self._chain(chain) for chain in below]
        return Picture(self._trunk(), (*branches, *self._partner()))

    def _trunk(self) -> Branch:
        none = Line((), 0)
        if self.alone:
            return Branch(((none, self._box(self.issuer_id, "company")),))
        steps = [(none, Box((("role", "portfolio"), ("name", self.results.portfolio)), "", ACCENT))]
        vias = self.results.exposures.filter(pl.col("issuer_id") == self.issuer_id)["via"].to_list()
        funds = sorted({name for via in vias for name in via})
        holds = Line(("holds", _held(self.results, self.held)), 1)
        if funds:
            name = funds[0] if len(funds) == 1 else f"{len(funds)} funds"
            role = "fund" if all(vias) else "directly, and through"
            steps.append((Line(("",), 1), Box((("role", role), ("name", name)), "", ACCENT)))
        return Branch((*steps, (holds, self._box(self.issuer_id, "held company"))))

    def _chain(self, chain: ChainFact) -> Branch:
        back = chain.side == "owned"
        steps = chain.steps[::-1] if back else chain.steps
        role = "owner" if back else "owned in part"
        return Branch(
            tuple(
                (Line(self._label(step), -1 if back else 1), self._box(step["owner" if back else "owned"], role))
                for step in steps
            )
        )

    def _several(self, chains: list[ChainFact]) -> Branch:
        names = ", ".join(chain.listed for chain in chains)
        lines = (("role", "owned in part"), ("name", f"{len(chains)} companies on lists"), ("lists", names))
        return Branch(((Line(("owns part of", "(table below)"), 1), Box(lines, "L", COLOURS["listed"])),))

    def _partner(self) -> list[Branch]:
        if self.held["relation"] != "business" or self.held["through"] is None:
            return []
        listed = next(i for i, row in self.listed.items() if row["link_ids"])
        return [Branch(((Line(("business link", "(see below)"), 0), self._box(listed, "business partner")),))]

    def _box(self, entity_id: str, role: str) -> Box:
        """One party; a listed one carries the letter L and its lists, an accused one a broken outline."""
        entity, own = self.results.universe.entity(entity_id), self.listed.get(entity_id)
        lines = [("role", role), ("name", str(entity["name"]))]
        if entity["name_local"] and entity["name_local"] != entity["name"]:
            lines.append(("local", str(entity["name_local"])))
        itself = entity_id == self.issuer_id
        if own is None or (itself and own["relation"] != "listed"):
            if not itself:
                return Box(tuple(lines), "", EDGE)
            alleged = self.held["kind"] == "allegation"
            return Box(tuple(lines), self.held["letter"], COLOURS[self.held["relation"]], alleged)
        lines.append(("lists", self._lists(own["lists"])))
        letter = mark("listed", own["kind"])
        return Box(tuple(lines), letter, COLOURS["listed"], own["kind"] == "allegation")

    def _lists(self, list_ids: list[str]) -> str:
        if len(list_ids) > 3:
            return f"on {len(list_ids)} lists"
        return f"on: {list_names(self.results.universe, list_ids)}" if list_ids else "accused; on no official list"

    def _label(self, step: dict[str, Any]) -> tuple[str, ...]:
        number = self.numbers.get(step["source"])
        parts = [dated(step) or "", f"[{number}]" if number else ""]
        memory = ("from memory",) if step["source"] in self.remembered else ()
        return (stake(step["share_low"], step["share_high"]), " ".join(p for p in parts if p), *memory)


# ---- drawing ------------------------------------------------------------------------------------------------


def _across(picture: Picture) -> tuple[str, int, int]:
    """The trunk in the middle of its branches' height, each branch a row to its right."""
    rows = [max(_height(box, BOX) for _, box in branch.steps) for branch in picture.branches]
    trunk = max(_height(box, BOX) for _, box in picture.trunk.steps)
    height = max(trunk, sum(rows) + ROW_GAP * max(len(rows) - 1, 0))
    parts, x = [], 2.0
    for k, (line, box) in enumerate(picture.trunk.steps):
        if k:
            parts.append(_line_across(line, x, height / 2 + 2))
            x += GAP
        parts.append(_box(box, x, 2 + (height - _height(box, BOX)) / 2, BOX))
        x += BOX
    top, right = 2 + (height - sum(rows) - ROW_GAP * max(len(rows) - 1, 0)) / 2, x
    for row, branch in zip(rows, picture.branches, strict=True):
        body, end = _branch_across(branch, x, top + row / 2, height / 2 + 2)
        parts.append(body)
        right, top = max(right, end), top + row + ROW_GAP
    return "".join(parts), int(right + 2), int(height + 4)


def _branch_across(branch: Branch, x: float, y: float, root: float) -> tuple[str, float]:
    """One branch from the held company's right edge; returns its drawing and where it ends."""
    parts = [_plain(x, root, x + FORK, root), _plain(x + FORK, root, x + FORK, y)]
    for k, (line, box) in enumerate(branch.steps):
        parts.append(_line_across(line, x + (FORK if k == 0 else 0), y))
        x += GAP + (FORK if k == 0 else 0)
        parts.append(_box(box, x, y - _height(box, BOX) / 2, BOX))
        x += BOX
    return "".join(parts), x


def _down(picture: Picture) -> tuple[str, int, int]:
    """The trunk downwards, each branch below it, indented, hanging on a line at the left."""
    parts, y = [], 2.0
    for k, (line, box) in enumerate(picture.trunk.steps):
        if k:
            parts.append(_line_down(line, 30, y))
            y += TALL_GAP
        parts.append(_box(box, 2, y, TALL_BOX))
        y += _height(box, TALL_BOX)
    root, last = y, y
    for branch in picture.branches:
        for k, (line, box) in enumerate(branch.steps):
            gap = TALL_GAP + (18 if len(line.label) > 2 else 0)
            parts.append(_line_down(line, 44, y, gap))
            if k == 0:
                last = y + 8
                parts.append(_plain(14, last, 44, last))
            y += gap
            parts.append(_box(box, 28, y, TALL_BOX - 26))
            y += _height(box, TALL_BOX - 26)
        y += 10
    parts.append(_plain(14, root, 14, last))
    return "".join(parts), TALL_BOX + 4, int(y + 4)


def _wrapped(box: Box, width: int) -> list[tuple[str, str]]:
    room = width - 2 * PAD - 8
    return [(kind, part) for kind, text in box.lines for part in wrap(text, room / SIZES[kind])]


def _height(box: Box, width: int) -> float:
    return 2 * PAD + sum(SIZES[kind] * LEADING for kind, _ in _wrapped(box, width))


def _box(box: Box, x: float, y: float, width: int) -> str:
    height = _height(box, width)
    dash = ' stroke-dasharray="5 3"' if box.alleged else ""
    parts = [
        f'<rect x="{x}" y="{y:.1f}" width="{width}" height="{height:.1f}" rx="4" fill="{PAPER}" '
        f'stroke="{box.colour}" stroke-width="1.5"{dash}/>',
        f'<rect x="{x}" y="{y:.1f}" width="6" height="{height:.1f}" fill="{box.colour}"/>',
    ]
    below = y + PAD
    for kind, text in _wrapped(box, width):
        below += SIZES[kind] * LEADING
        weight = ' font-weight="600"' if kind == "name" else ""
        parts.append(
            f'<text x="{x + PAD + 6}" y="{below - 4:.1f}" font-size="{SIZES[kind]}" fill="{INK}"{weight}>'
            f"{escape(text)}</text>"
        )
    if box.letter:
        parts.append(
            f'<text x="{x + width - PAD}" y="{y + PAD + 12:.1f}" font-size="14" font-weight="600" '
            f'text-anchor="end" fill="{INK}">{box.letter}</text>'
        )
    return "".join(parts)


def _line_across(line: Line, x: float, y: float) -> str:
    places = [y - 7, y + 17, y + 33]
    texts = "".join(_label_text(t, x + GAP / 2, at, "middle") for t, at in zip(line.label, places, strict=False))
    return _stroke(x, y, x + GAP - (4 if line.points > 0 else 0), y, line.points) + texts


def _line_down(line: Line, x: float, y: float, gap: int = TALL_GAP) -> str:
    texts = "".join(_label_text(text, x + 16, y + 26 + 18 * k, "start") for k, text in enumerate(line.label))
    return _stroke(x, y + 4, x, y + gap - 4, line.points) + texts


def _plain(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}" stroke="{EDGE}" stroke-width="1.5"/>'


def _label_text(text: str, x: float, y: float, anchor: str) -> str:
    return f'<text x="{x}" y="{y:.1f}" font-size="13" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _stroke(x1: float, y1: float, x2: float, y2: float, points: int) -> str:
    """A line with its arrowhead at the owned end; a dashed one without for a business link."""
    dash = "" if points else ' stroke-dasharray="5 4"'
    line = f'<line x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}" stroke="{EDGE}" stroke-width="1.5"{dash}/>'
    if not points:
        return line
    tip_x, tip_y = (x2, y2) if points > 0 else (x1, y1)
    if y1 == y2:
        shape = f"{tip_x},{tip_y:.1f} {tip_x - 9 * points},{tip_y - 5:.1f} {tip_x - 9 * points},{tip_y + 5:.1f}"
    else:
        shape = f"{tip_x},{tip_y:.1f} {tip_x - 5},{tip_y - 9 * points:.1f} {tip_x + 5},{tip_y - 9 * points:.1f}"
    return f'{line}<polygon points="{shape}" fill="{EDGE}"/>'


def wrap(text: str, room: float, most: int = 4) -> list[str]:
    """Break a text into lines of at most ``room`` times its size; what is too long ends in ``…``."""
    lines, line = [], ""
    for token in _tokens(text):
        if line and _width(line + token.rstrip()) > room:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    lines.append(line.rstrip())
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _tokens(text: str) -> Iterator[str]:
    """Words with the space behind them; wide characters and long words may be broken anywhere."""
    word = ""
    for character in text:
        word += character
        if character.isspace() or character in "-/" or _wide(character) or len(word) >= 16:
            yield word
            word = ""
    yield word


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(text: str) -> float:
    return sum(
        1.0 if _wide(c) else NARROW if c in "iljtfr.,;:' " else BROAD if c.isupper() or c in "mw%@" else 0.64
        for c in text
    )
