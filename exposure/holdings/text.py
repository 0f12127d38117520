"""Delimited text -> grid: encoding, delimiter, quoted fields that span lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import cast

from ..errors import LimitExceeded, UnreadableFile
from .bulk import MIN_BYTES, BulkGrid, read_bulk
from .encodings import guess
from .grid import MAX_CELLS, Grid, trim
from .lines import by_position, repaired, unwrapped
from .source import Source

#: In this order where two fit alike: a comma may stand within the numbers.
DELIMITERS = ";\t|,^~"
#: A footnote may run over lines within quotes; a field of more lines is a table whose quote was never closed.
MAX_FIELD_LINES = 60
_NAMES = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}
#: What old systems and broken downloads leave behind the last line.
_TAIL = b"\x00\x1a"
#: The first line by which a spreadsheet program is told the delimiter.
_STATED = re.compile(r"^\"?sep=(.)\"?[ ,;\t]*\r?\n", re.IGNORECASE)
#: Tables of a statement that list terms and what they are.
_TERMS = ("Statement", "Account Information")
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def decode(source: Source) -> tuple[str, str]:
    """Return the text and the encoding's name.

    Raises:
        UnreadableFile: the bytes are no text in any encoding we try.
    """
    encoding = next((name for bom, name in _BOMS if source.data.startswith(bom)), None) or guess(source.data)
    try:
        text = source.data.rstrip(_TAIL if encoding[:5] != "utf-1" else b"").decode(
            encoding, errors="exposure.stray"
        )
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{source.label} is not readable as {encoding} text; save it as UTF-8 CSV.") from error
    if _is_binary(text):
        raise UnreadableFile(
            f"{source.label} is not a text table (it holds binary bytes); export it as CSV or Excel."
        )
    return text.lstrip("\ufeff"), encoding


def _is_binary(text: str) -> bool:
    sample = text[:20000]
    controls = sum(1 for c in sample if (c < " " and c not in "\t\r\n\f\v\x1a") or "\x7f" <= c < "\xa0")
    return "\x00" in text or controls > len(sample) // 100


def delimiter_of(text: str) -> str | None:
    """Choose the delimiter that splits most lines into the same number of fields, more than one; null for none.

    Columns by position have commas too, within their numbers and names, and more blanks.
    """
    lines = [line for line in text[:200_000].splitlines()[:400] if line.strip()]
    best, best_score = None, 0.0
    for mark in DELIMITERS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        if counts:
            width, times = max(counts.items(), key=lambda item: item[1] * item[0])
            score = times / len(lines) * min(width, 8)
            if score > best_score:
                best, best_score = mark, score
    spaced = sum(1 for line in lines if re.search(r"\S {2,}\S", line))
    within = len(re.findall(r"\d,\d{3}(?!\d)", text[:200_000])) * 2 >= text[:200_000].count(",")
    return None if spaced * 2 > len(lines) and (best is None or (best == "," and within)) else best


def _read_large(source: Source) -> tuple[list[Grid], list[str]] | None:
    """Read a large plain table by columns, where nothing in it needs more."""
    if source.size < MIN_BYTES or source.start(4).startswith(tuple(bom for bom, _ in _BOMS[1:])):
        return None
    start = source.start(200_000).decode("utf-8-sig", "ignore")
    mark = delimiter_of(start)
    if mark is None:
        return None
    rows = None if _STATED.match(start) or _is_binary(start) else read_bulk(source, mark)
    if rows is None:
        return None
    lines = range(1, len(rows) + 1)
    encoding = "utf-8-sig" if source.start(3) == codecs.BOM_UTF8 else "utf-8"
    notes = [f"text in {encoding}, fields separated by {_NAMES.get(mark, repr(mark))}"]
    return [BulkGrid(cast(list[list[str]], rows), cast(list[int], lines), comma=mark == ";", body=rows.body)], notes


def read_text(source: Source) -> tuple[list[Grid], list[str], list[str]]:
    """Read delimited text into one grid, with notes on encoding and delimiter, and warnings of broken lines.

    A broker's statement of several tables, each line led by its table's name, gives one grid for each.

    Raises:
        UnreadableFile: no text, or a quoted field that never ends.
        LimitExceeded: more cells than ``MAX_CELLS``.
    """
    large = _read_large(source)
    if large is not None:
        return *large, []
    text, encoding = decode(source)
    text = unwrapped(_with_line_ends(text))
    stated = _STATED.match(text)
    mark = stated[1] if stated else delimiter_of(text)
    if mark is None and (cut := by_position(text)) is not None:
        placed = [[trim(cell) for cell in row] for row in cut]
        notes = [f"text in {encoding}, columns by their position on the line"]
        return [Grid(placed, list(range(1, len(placed) + 1)))], notes, []
    mark = mark or ","
    rows: list[list[str]] = []
    lines: list[int] = []
    last, cells = 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            rows.append([trim(cell) for cell in row])
            lines.append(last + 1)
            last = reader.line_num
            cells += len(row)
            if cells > MAX_CELLS:
                raise LimitExceeded(f"{source.label} has more than {MAX_CELLS:,} cells; split it.")
    except csv.Error as error:
        raise UnreadableFile(
            f"{source.label}, line {last + 1}: {error}; repair the line or export again."
        ) from error
    _check_end(source, rows, lines)
    if stated:
        rows, lines = rows[1:], lines[1:]
    notes = [f"text in {encoding}, fields separated by {_NAMES.get(mark, repr(mark))}"]
    if statement := _statement(rows, lines):
        return statement, notes, []
    joined, broken = repaired(rows, lines, mark)
    return [Grid(rows, lines, comma=mark == ";")], [*notes, *joined], broken


def _with_line_ends(text: str) -> str:
    """Return text whose lines end in some rarer way (U+2028, a vertical tab) with ordinary line ends."""
    return text if "\n" in text or "\r" in text else re.sub("[\u2028\u2029\x0b\x85]", "\n", text)


def _check_end(source: Source, rows: list[list[str]], lines: list[int]) -> None:
    """Refuse a file whose last quoted field swallowed a table: its closing quote is missing."""
    if rows and lines and any(cell.count("\n") > MAX_FIELD_LINES for cell in rows[-1]):
        raise UnreadableFile(
            f"{source.label}, line {lines[-1]}: a quoted field opened there never ends; repair it or export again."
        )


def _statement(rows: list[list[str]], lines: list[int]) -> list[Grid]:
    """Split a statement whose lines are led by their table's name and by "Header" or "Data"."""
    if sum(1 for row in rows if len(row) > 2 and row[1] == "Header") < 3:
        return []
    tables: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        tables.setdefault(row[0] if row else "", []).append(i)
    return [
        Grid([_led(rows[i]) for i in places], [lines[i] for i in places], name) for name, places in tables.items()
    ]


def statement_facts(grids: list[Grid]) -> dict[str, str]:
    """Return whose and of what day a broker's statement is, by its tables of terms; nothing of other files.

    The base currency is the account's: positions are in their own.
    """
    terms = {row[0]: row[1] for g in grids if g.sheet in _TERMS for row in g.rows if len(row) > 1 and row[1]}
    period = terms.get("Period", "").rpartition(" - ")[2]
    facts = {"as_of": period, "portfolio": terms.get("Name") or terms.get("Account") or ""}
    return {name: text for name, text in facts.items() if text}


def _led(row: list[str]) -> list[str]:
    """Drop what leads a statement's line; a total keeps its word."""
    return row[2:] if len(row) < 3 or "total" not in row[1].casefold() else ["Total", *row[3:]]
