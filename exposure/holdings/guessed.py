"""Tables whose header says too little: a column of names, and number columns of unknown headers beside it.

Nothing is guessed: a column that is the sum of the others is the value, a single one is, and several are asked for.
"""

from __future__ import annotations

import math
from dataclasses import replace

from .ask import Option, question
from .content import SAMPLE
from .grid import Document, Grid
from .layout import Column, Table
from .numbers import plain_number
from .summed import total_as_value
from .vocabulary import PART, header_field, is_null, parse_header

_RANK = 2 * PART
#: Headers stand among the first lines.
_DEPTH = 60
_FEWEST = 3


def likely_header(grid: Grid) -> int | None:
    """Return the row that looks most like headings: texts, with lines of a text and numbers below it."""
    best, most = None, 0
    for i, row in enumerate(grid.rows[:_DEPTH]):
        texts = [k for k, cell in enumerate(row) if cell and plain_number(cell) is None]
        below = grid.rows[i + 1 : i + 1 + _FEWEST]
        alike = all(
            any(plain_number(r[k]) is not None for k in range(min(len(r), len(row))) if row[k]) for r in below
        )
        if len(texts) >= 2 and len(below) == _FEWEST and alike and len(texts) > most:
            best, most = i, len(texts)
    return best


def beside_names(document: Document, grid: Grid, ask: bool) -> Table | None:
    """Find the table of a known name column and unknown number columns.

    Args:
        document: for messages.
        grid: one sheet.
        ask: whether to ask which of several number columns is the value, or to leave it open.

    Raises:
        AmbiguousFile: several columns can be the value.
    """
    i = likely_header(grid)
    if i is None:
        return None
    head = grid.rows[i]
    fields = {k: found for k, cell in enumerate(head) if cell and (found := header_field(cell))}
    # A header known only by a part of it ("Market Value (dirty)") does not settle which column is the value.
    fields = {k: found for k, found in fields.items() if found[2] < PART or found[1] != "value"}
    names = [k for k, found in fields.items() if found[1] == "name" and found[2] < PART]
    if not names:
        return None
    below = [row for row in grid.rows[i + 1 : i + 1 + SAMPLE] if any(row)]
    numbers = {
        k: [plain_number(row[k]) if k < len(row) else None for row in below]
        for k, cell in enumerate(head)
        if cell and k not in fields
    }
    numeric = {k: v for k, v in numbers.items() if _mostly(v, [r[k] if k < len(r) else "" for r in below])}
    if not numeric:
        return None
    columns = tuple(Column(k, found[1], head[k], found[2], found[0]) for k, found in fields.items())
    table = Table(grid, i, len(grid.rows), columns, None, len(grid.rows))
    if any(column.field == "value" for column in columns):
        return table
    value = _sum_of_others(numeric) if len(numeric) > 2 else next(iter(numeric)) if len(numeric) == 1 else None
    if value is None:
        if ask:
            options = [
                Option(head[k], tuple(f"{n:,.2f}" for n in v[:3] if n is not None), total_as_value(table, k))
                for k, v in numeric.items()
            ]
            raise question(document, "value_column", options, "columns that can be the value", [table])
        return table
    note = f"'{head[value]}' is taken for the value: " + (
        "it is the sum of the other number columns" if len(numeric) > 1 else "it is the only column of numbers"
    )
    column = Column(value, "value", head[value], _RANK, parse_header(head[value]))
    return replace(table, columns=(*columns, column), notes=(note,))


def _mostly(numbers: list[float | None], cells: list[str]) -> bool:
    given = sum(1 for cell in cells if not is_null(cell))
    return given >= _FEWEST and sum(n is not None for n in numbers) * 10 >= given * 9


def _sum_of_others(numeric: dict[int, list[float | None]]) -> int | None:
    """Return the column that is the sum of all others on every line."""
    for k, column in numeric.items():
        others = [v for other, v in numeric.items() if other != k]
        rows = [(n, math.fsum(o[i] or 0.0 for o in others)) for i, n in enumerate(column) if n]
        if len(rows) >= _FEWEST and all(abs(n - total) <= max(1.0, abs(n) * 1e-6) for n, total in rows):
            return k
    return None
