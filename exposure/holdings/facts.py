"""What a file says of itself outside of its table: whose holdings, of what day, in what currency."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..money import CODES, currency_code, currency_symbol
from .dates import choose, order_of, readings
from .grid import Document
from .layout import Layout, Table
from .vocabulary import parse_header, patterns


@dataclass(frozen=True)
class Facts:
    """What the lines around the tables say."""

    portfolio: str | None = None
    as_of: dt.date | None = None
    currency: str | None = None
    net_assets: float | None = None
    scale: float | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def preamble(tables: list[Table]) -> Iterator[list[str]]:
    """Yield the non-blank cells of each line above, and of titles between, the tables of the first sheet."""
    grid = tables[0].grid
    for table in (t for t in tables if t.grid is grid):
        for row in grid.rows[max(0, table.header - 40) : table.header]:
            cells = [cell for cell in row if cell]
            if 0 < len(cells) <= 6:
                yield cells


def read_facts(document: Document, layout: Layout, tables: list[Table]) -> Facts:
    """Collect the facts, the format's own first (a filing's elements), then the lines above the first table."""
    lines = list(preamble(tables))
    day, notes, warnings = _as_of(document, layout, lines)
    net = document.facts.get("net_assets")
    return Facts(
        portfolio=document.facts.get("portfolio") or _labelled(lines, "portfolio") or _headline(tables, lines),
        as_of=day,
        currency=layout.facts.get("currency") or _currency(lines),
        net_assets=float(net) if net else None,
        scale=_scale(lines),
        notes=tuple(notes),
        warnings=tuple(warnings),
    )


def _as_of(
    document: Document, layout: Layout, lines: list[list[str]]
) -> tuple[dt.date | None, list[str], list[str]]:
    if stated := document.facts.get("as_of"):
        found = readings(stated)
        return (found[0] if found else None), [], []
    order = layout.facts.get("date_order") or order_of(cell for cells in lines for cell in cells)
    for text in _date_texts(lines):
        both = readings(text)
        if both:
            return dated(both, order, text)
    return None, [], []


def dated(both: list[dt.date], order: str | None, text: str) -> tuple[dt.date | None, list[str], list[str]]:
    """Choose between the readings of a date, with the note or the warning that goes with the choice."""
    day = choose(both, order)
    if day is None:
        one, two = both[0].isoformat(), both[1].isoformat()
        return None, [], [f"the date '{text[:40]}' is {one} or {two}; give as_of= to settle it"]
    note = [f"the date '{text[:40]}' is read as {day.isoformat()}"] if len(both) > 1 else []
    return day, note, []


def _date_texts(lines: list[list[str]]) -> Iterator[str]:
    """Yield the texts that follow a label such as "holdings as of", then lone dates."""
    label, other = patterns("preamble", "as_of"), patterns("preamble", "not_as_of")
    for cells in lines:
        for k, cell in enumerate(cells):
            if label.search(cell) and not other.search(cell):
                # A comma within the date may have split it: "as at March 31, 2025" without quotes.
                yield from [cell, *cells[k + 1 : k + 3], ", ".join(cells[k : k + 2])]
    free = [cells for cells in lines if not other.search(" ".join(cells))]
    yield from (cell for cells in free for cell in cells if len(cell) <= 12)
    yield from (cells[0] for cells in free if len(cells) == 1 and len(cells[0]) < 90)


def _labelled(lines: list[list[str]], what: str) -> str | None:
    """Return the text behind a label, in the same cell after a colon or in the next one."""
    label = patterns("preamble", what)
    for cells in lines:
        found = label.search(cells[0])
        if not found:
            continue
        rest = cells[0].partition(":")[2].strip()
        text = rest or (cells[1] if len(cells) > 1 else "")
        if text and not text.endswith(":"):
            return text[:200]
    return None


def _headline(tables: list[Table], lines: list[list[str]]) -> str | None:
    """Return the first short line that stands alone above the table and is neither a date nor a general title."""
    generic, label = patterns("preamble", "generic"), patterns("preamble", "as_of")
    unit = patterns("preamble", "scale")
    titles = {table.title for table in tables}
    for cells in lines:
        text = cells[0]
        alone = len(cells) == 1 and 3 < len(text) < 90 and text not in titles
        if (
            alone
            and not generic.search(text)
            and not unit.search(text)
            and not label.search(text)
            and not readings(text)
        ):
            return text if re.search(r"[^\W\d_]{3}", text) and not text.endswith((".", ":", ";")) else None
    return None


def _scale(lines: list[list[str]]) -> float | None:
    """Return the unit of the amounts that a line above the table states, as "(in thousands of euros)"."""
    label = patterns("preamble", "scale")
    for cells in lines:
        for cell in cells:
            if len(cell) < 120 and label.search(cell) and (scale := parse_header(f"value ({cell})").scale):
                return scale
    return None


def _currency(lines: list[list[str]]) -> str | None:
    text = _labelled(lines, "currency")
    if not text:
        label = patterns("preamble", "scale")
        text = next((c for cells in lines for c in cells if len(c) < 120 and label.search(c)), None)
    if not text:
        return None
    stated = currency_code(text) or parse_header(f"value ({text})").currency or currency_symbol(text)
    if stated:
        return stated
    found = re.search(r"\b[A-Z]{3}\b", text)
    return found.group() if found and found.group() in CODES else None
