"""What a file says of itself outside of its table: whose holdings, of what day, in what currency."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..money import CODES, currency_code, currency_symbol
from .dates import choose, numeric, order_of, readings
from .grid import Document
from .layout import Layout, Table
from .numbers import plain_number
from .vocabulary import parse_header, patterns, words

_ZONE = re.compile(r"\b[ap]\.?m\.?,? \(?[ECMP][SD]?T\b", re.IGNORECASE)
#: Words of the name of what holds the securities.
_FUND = re.compile(r"(?i)\b(funds?|etfs?|ucits|sicav|trust|plan|portfolio|pension|scheme|index|fonds|fondo)\b")


#: Lines at the end of a sheet that may be below its table.
_LAST = 12


@dataclass(frozen=True)
class Facts:
    """What the lines around the tables say."""

    portfolio: str | None = None
    as_of: dt.date | None = None
    currency: str | None = None
    net_assets: float | None = None
    scale: float | None = None
    order: str | None = None  # of day and month, as the file's language has it
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def preamble(tables: list[Table]) -> Iterator[list[str]]:
    """Yield the non-blank cells of each line above, and of titles between, the tables of the first sheet."""
    grid = tables[0].grid
    for table in (t for t in tables if t.grid is grid):
        for row in grid.rows[max(0, table.header - 100) : table.header]:
            cells = [cell for cell in row if cell]
            if 0 < len(cells) <= 6:
                yield cells


def _below(table: Table) -> list[list[str]]:
    """Return the last lines that only say of what day the lines above them are."""
    label, other = patterns("preamble", "as_of"), patterns("preamble", "not_as_of")
    last = table.grid.rows[max(table.header + 1, len(table.grid.rows) - _LAST) :]
    alone = [cells for row in last if len(cells := [cell for cell in row if cell]) == 1 and len(cells[0]) < 60]
    return [cells for cells in alone if label.search(cells[0]) and not other.search(cells[0])]


def read_facts(document: Document, layout: Layout, tables: list[Table]) -> Facts:
    """Collect the facts, the format's own first (a filing's elements), then the lines above the first table."""
    lines = list(preamble(tables))
    heads = [table.grid.rows[table.header] for table in tables[:3]]
    day, notes, warnings = _as_of(document, layout, lines, heads)
    if day is None and not warnings and (below := _below(tables[-1])):
        day, notes, warnings = _as_of(document, layout, below, heads)
    net = document.facts.get("net_assets")
    return Facts(
        portfolio=document.facts.get("portfolio") or _labelled(lines, "portfolio") or _headline(tables, lines),
        as_of=day,
        currency=layout.facts.get("currency") or _currency(lines, heads),
        net_assets=float(net) if net else None,
        scale=_scale(lines),
        order=_spoken_order(lines, heads),
        notes=tuple(notes),
        warnings=tuple(warnings),
    )


def _as_of(
    document: Document, layout: Layout, lines: list[list[str]], heads: list[list[str]]
) -> tuple[dt.date | None, list[str], list[str]]:
    if stated := document.facts.get("as_of"):
        found = readings(stated)
        return (found[0] if found else None), [], []
    order = layout.facts.get("date_order") or order_of(cell for cells in lines for cell in cells)
    order = order or _spoken_order(lines, heads)
    for text in _date_texts(lines):
        both = readings(text)
        if both:
            return dated(both, order, text)
    return None, [], []


def _spoken_order(lines: list[list[str]], heads: list[list[str]]) -> str | None:
    """Return the order of day and month that the language or the time zone of a file speaks for."""
    return "dmy" if _day_first(lines, heads) else "mdy" if _american(lines) else None


def _day_first(lines: list[list[str]], heads: list[list[str]]) -> bool:
    """Tell by its words a file in a language that never writes the month first: all of ours but English."""
    said = patterns("preamble", "day_first")
    return any(len(cell) < 120 and said.search(cell) for cells in (*lines, *heads) for cell in cells)


def _american(lines: list[list[str]]) -> bool:
    """Tell by a time of an American zone a file that writes the month first."""
    return any(_ZONE.search(cell) for cells in lines for cell in cells if len(cell) < 120)


def dated(both: list[dt.date], order: str | None, text: str) -> tuple[dt.date | None, list[str], list[str]]:
    """Choose between the readings of a date, with the note or the warning that goes with the choice."""
    day = choose(both, order)
    if day is None:
        one, two = both[0].isoformat(), both[1].isoformat()
        return None, [], [f"the date '{numeric(text)}' is {one} or {two}; give as_of= to settle it"]
    note = [f"the date '{numeric(text)}' is read as {day.isoformat()}"] if len(both) > 1 else []
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
    yield from (cell for cells in free for cell in (*cells, ", ".join(cells)) if len(cells) < 4 and len(cell) < 120)


def _labelled(lines: list[list[str]], what: str) -> str | None:
    """Return the text behind a label, in the same cell after a colon or in the next one."""
    label = patterns("preamble", what)
    for cells in lines:
        for k, cell in enumerate(cells):
            if not label.search(cell) and not label.search(cell.rstrip(": ")):
                continue
            rest = cell.partition(":")[2].strip()
            text = rest or (cells[k + 1] if len(cells) > k + 1 else "")
            if text and not text.endswith(":"):
                return text[:200]
    return None


def _headline(tables: list[Table], lines: list[list[str]]) -> str | None:
    """Return the first short line that stands alone above the table and is neither a date nor a general title.

    A code ("PPFCF") gives way to the line below it that says whose it is; what stands in brackets behind a long
    title ("An open-ended scheme ...") is left out.
    """
    generic, label = patterns("preamble", "generic"), patterns("preamble", "as_of")
    unit = patterns("preamble", "scale")
    titles = {table.title for table in tables}
    code = None
    for cells in lines:
        text = cells[0] if len(cells[0]) < 90 else cells[0].partition(" (")[0]
        alone = len(cells) == 1 and 3 < len(text) < 90 and text not in titles
        if (
            alone
            and not generic.search(text)
            and not unit.search(text)
            and not label.search(text)
            and not readings(text)
        ):
            if code is None and re.fullmatch(r"[A-Z0-9_-]{3,12}", text):
                code = text
                continue
            named = re.search(r"[^\W\d_]{3}", text) and not text.endswith((".", ":", ";"))
            return text if named and (code is None or _FUND.search(text)) else code
    return code


def _scale(lines: list[list[str]]) -> float | None:
    """Return the unit of the amounts that a line above the table states.

    It stands behind a label ("Amounts in thousands of euros"), in brackets, behind a date ("30 June, in millions")
    or alone ("Mio. kr."); a line with a number of its own ("Fund size (EUR m) | 345") speaks of that number.
    """
    for cells in lines:
        for piece in _unit_pieces(cells):
            header = parse_header(f"value ({piece})")
            if header.scale:
                return header.scale
    return None


def _unit_pieces(cells: list[str]) -> Iterator[str]:
    """Yield the parts of a line above the table that state a unit and nothing else."""
    # "GBP '000" reads as a nought, and is a unit.
    if any(plain_number(cell) for cell in cells):
        return
    label = patterns("preamble", "scale")
    for cell in (c for c in cells if len(c) < 120):
        bare = unicodedata.normalize("NFKC", cell)
        pieces = [*re.findall(r"[(\[]([^()\[\]]+)[)\]]", bare), *re.split(r"[,;:–]\s*|\s-\s", bare)[1:], bare]
        for found in re.finditer(r"(?i)(?:\b(?:in|en|i|w|v|u|в|x|à|em|de|shown|stated)\b|×)\s*", bare):
            tail = bare[found.end() :].split()
            pieces += [" ".join(tail[:n]) for n in (4, 3, 2, 1)]
        if label.search(cell):
            pieces += [" ".join(bare.split()[-n:]) for n in (2, 1)]
        yield from (p for p in pieces if p.strip() and parse_header(f"value ({p.strip(' .')})").key == "value")


def _currency(lines: list[list[str]], heads: list[list[str]]) -> str | None:
    text = _labelled(lines, "currency")
    if text and (
        stated := currency_code(text) or parse_header(f"value ({text})").currency or currency_symbol(text)
    ):
        return stated
    found = re.search(r"\b[A-Z]{3}\b", text or "")
    if found and found.group() in CODES:
        return found.group()
    around = [*heads, *lines]
    for cells in lines:
        spoken = next((code for cell in cells if len(cell) < 120 and (code := _phrase(cell))), None)
        if spoken:
            return spoken
        for piece in _unit_pieces(cells):
            stated = parse_header(f"value ({piece})").currency or currency_symbol(piece) or crowns(piece, around)
            if stated:
                return stated
    return None


def crowns(piece: str, around: list[list[str]]) -> str | None:
    """Return which crown "kr" or "Mkr" means, by the words of the lines and headers around it, else by its form."""
    marks = set(re.split(r"[\s()]+", piece.casefold())) & set(words()["headers"]["crowns"])
    if not marks:
        return None
    said = " ".join(cell.casefold() for cells in around for cell in cells)
    spoken = next((code for part, code in words()["headers"]["crown_words"].items() if part in said), None)
    forms = words()["headers"]["crown_forms"]
    return spoken or next((forms[mark] for mark in sorted(marks) if mark in forms), None)


def _phrase(text: str) -> str | None:
    """Return the currency of a phrase such as "thousands of Canadian dollars"."""
    low = text.casefold()
    return next((code for phrase, code in words()["headers"]["currency_phrases"].items() if phrase in low), None)
