"""The lines directly under a header that state units: ``%``, ``in thousands``, ``(3)``."""

from __future__ import annotations

from .layout import Table
from .vocabulary import Header, is_unit, parse_header


def is_unit_row(table: Table, row: list[str]) -> bool:
    """Tell whether a row states only units in the columns we know; cells beside the table do not count."""
    filled = [row[c.index] for c in table.columns if c.index < len(row) and row[c.index]]
    return bool(filled) and all(is_unit(cell) for cell in filled)


def unit_below(table: Table, index: int) -> Header:
    """Return the currency and scale that the lines under the header give for a column."""
    for row in table.grid.rows[table.header + 1 : table.header + 4]:
        if is_unit_row(table, row) and index < len(row) and row[index]:
            unit = parse_header(row[index])
            if unit.scale or unit.currency:
                return unit
    return Header("")
