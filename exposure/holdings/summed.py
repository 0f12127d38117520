"""What a table sums to if one of its columns is the value: shown beside each answer to a question."""

from __future__ import annotations

import math
from dataclasses import replace

from .layout import Column, Table
from .numbers import plain_number
from .rows import sort_rows
from .units import unit_below
from .vocabulary import parse_header


def total_as_value(table: Table, index: int) -> float | None:
    """Return the sum of a column over the holdings, in the unit that its header states; null without numbers."""
    text = table.grid.rows[table.header][index] if index < len(table.grid.rows[table.header]) else ""
    column = Column(index, "value", text, -3, parse_header(text))
    others = tuple(c for c in table.columns if c.index != index)
    read = replace(table, columns=(*others, column))
    cells = table.grid.column(index, sort_rows(read).kept)
    numbers = [n for cell in cells if (n := plain_number(cell)) is not None]
    scale = column.header.scale or unit_below(table, index).scale or 1.0
    return math.fsum(numbers) * scale if numbers else None
