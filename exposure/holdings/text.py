"""Delimited text -> grid: encoding, delimiter, quoted fields that span lines."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from ..errors import UnreadableFile
from .grid import Grid, trim
from .source import Source

DELIMITERS = ",;\t|"
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
    encoding = next((name for bom, name in _BOMS if source.data.startswith(bom)), None) or _guess(source.data)
    try:
        text = source.data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{source.label} is not readable as {encoding} text; save it as UTF-8 CSV.") from error
    if _is_binary(text):
        raise UnreadableFile(
            f"{source.label} is not a text table (it holds binary bytes); export it as CSV or Excel."
        )
    return text.lstrip("\ufeff"), encoding


def _guess(data: bytes) -> str:
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 4:
        return "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if _fits_cp1252(data) else "latin-1"
    return "utf-8"


def _fits_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(text: str) -> bool:
    sample = text[:20000]
    controls = sum(1 for c in sample if (c < " " and c not in "\t\r\n\f\v\x1a") or "\x7f" <= c < "\xa0")
    return "\x00" in text or controls > len(sample) // 100


def delimiter_of(text: str) -> str:
    """Choose the delimiter that splits most lines into the same number of fields, more than one."""
    lines = [line for line in text[:200_000].splitlines()[:400] if line.strip()]
    best, best_score = ",", 0.0
    for mark in DELIMITERS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        if counts:
            width, times = max(counts.items(), key=lambda item: item[1] * item[0])
            score = times / len(lines) * min(width, 8)
            if score > best_score:
                best, best_score = mark, score
    return best


def read_text(source: Source) -> tuple[Grid, list[str]]:
    """Read delimited text into one grid, with notes on encoding and delimiter.

    Raises:
        UnreadableFile: no text, or a quoted field that never ends.
    """
    text, encoding = decode(source)
    mark = delimiter_of(text)
    rows, lines, last = [], [], 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            rows.append([trim(cell) for cell in row])
            lines.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            f"{source.label}, line {last + 1}: {error}; repair the line or export again."
        ) from error
    name = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}[mark]
    return Grid(rows, lines), [f"text in {encoding}, fields separated by {name}"]
