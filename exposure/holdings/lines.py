"""Lines of text -> cells where no delimiter does it: columns by position, and lines with a delimiter too many."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable

from .numbers import plain_number

#: A table has at least this many lines alike; fewer prove nothing.
_FEWEST = 3
#: More lines than this part of all with a wrong number of fields are another table, not slips.
_SLIPS = 0.25
_MOST_EXTRA = 3
#: Lines looked at.
_SAMPLE = 50
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_GAP = re.compile(r" {2,}")


def by_position(text: str) -> list[list[str]] | None:
    """Cut text copied from a printed page at the columns of blanks that run through its table.

    Returns:
        One row for each line; null where the lines show no such columns.
    """
    lines = text.expandtabs().splitlines()
    table = [line for line in lines if len(_GAP.split(line.strip())) > 1]
    if len(table) < _FEWEST or len(table) * 2 < sum(1 for line in lines if line.strip()):
        return None
    width = max(map(len, table))
    filled = [sum(1 for line in table if k < len(line) and line[k] != " ") for k in range(width)]
    cuts = [m.span() for m in re.finditer(r"0{2,}", "".join("1" if n * 50 > len(table) else "0" for n in filled))]
    starts = [0, *(end for start, end in cuts if start > 0 and end < width)]
    if len(starts) < 2:
        return None
    ends = [*starts[1:], None]
    alike = set(map(id, table))
    return [
        [line[a:b] for a, b in zip(starts, ends, strict=True)] if id(line) in alike else [line] for line in lines
    ]


def unwrapped(text: str) -> str:
    """Take off the quotes around whole lines, as a spreadsheet program writes lines that it took for one cell."""
    lines = text.splitlines()
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    if len(sample) < 2 or not all(line.startswith('"') and line.rstrip().endswith('"') for line in sample):
        return text
    try:
        inner = [_one_field(line) for line in sample]
    except csv.Error:
        return text
    if any(line is None for line in inner) or not any(re.search('[",;\t|]', line or "") for line in inner):
        return text
    return "\n".join(one if (one := _one_field(line)) is not None else line for line in lines)


def _one_field(line: str) -> str | None:
    """Return the only field of a line, null where it has several; a blank line is one."""
    fields = next(csv.reader([line]), [""])
    return fields[0] if len(fields) == 1 else None


def repaired(rows: list[list[str]], lines: list[int], mark: str) -> tuple[list[str], list[str]]:
    """Join the cells of lines that hold one delimiter too many, as within a name that was not quoted; in place.

    A line is repaired only where one join alone makes its cells fit the columns of the other lines.

    Returns:
        Notes of what was joined, and warnings of what does not fit.
    """
    sizes = Counter(_size(row) for row in rows if _size(row) > 2)
    width, times = sizes.most_common(1)[0] if sizes else (0, 0)
    long = [i for i, row in enumerate(rows) if width < _size(row) <= width + _MOST_EXTRA]
    if times < _FEWEST or not long or len(long) > max(1, _SLIPS * times):
        return [], []
    first = next(i for i, row in enumerate(rows) if _size(row) == width)
    tests = _columns([row for row in rows[first + 1 :] if _size(row) == width], width)
    joined, left = [], []
    for i in (i for i in long if i > first):
        fits = [row for at in range(width) if (row := _joined(rows[i], at, width, mark)) and _fits(row, tests)]
        if len(fits) == 1:
            rows[i] = fits[0]
            joined.append(lines[i])
        else:
            left.append(lines[i])
    notes = [f"lines {_named(joined)}: a delimiter within a text that was not quoted; the text was joined"]
    warnings = [
        f"lines {_named(left)} have more fields than the table has columns; check them, or quote their texts"
    ]
    return notes if joined else [], warnings if left else []


def _named(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:5])) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")


def _size(row: list[str]) -> int:
    size = len(row)
    while size and not row[size - 1]:
        size -= 1
    return size


def _columns(rows: list[list[str]], width: int) -> list[Callable[[str], bool] | None]:
    """Return for each column the test that nearly all of its cells pass; null where none does."""
    tests: list[Callable[[str], bool] | None] = []
    for k in range(width):
        cells = [row[k] for row in rows[:400] if k < len(row) and row[k]]
        found = [test for test in (_is_isin, _is_number, _is_text) if sum(map(test, cells)) * 20 >= len(cells) * 19]
        tests.append(found[0] if cells and found else None)
    return tests


def _is_isin(cell: str) -> bool:
    return bool(_ISIN.fullmatch(cell))


def _is_number(cell: str) -> bool:
    return plain_number(cell) is not None


def _is_text(cell: str) -> bool:
    return plain_number(cell) is None and not _is_isin(cell)


def _joined(row: list[str], at: int, width: int, mark: str) -> list[str]:
    extra = _size(row) - width
    glue = mark if mark in "\t|" else f"{mark} "
    return [*row[:at], glue.join(row[at : at + extra + 1]), *row[at + extra + 1 : width + extra]]


def _fits(row: list[str], tests: list[Callable[[str], bool] | None]) -> bool:
    return all(test is None or not cell or test(cell) for cell, test in zip(row, tests, strict=True))
