"""Naming lines of a file in a message: the file, the sheet, the first rows and how many there are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from .grid import Document

#: A reader opens the file at the first few; the count says whether that is all.
MOST = 5


def lines_of(document: Document, sheet: str | None, rows: Sequence[int]) -> str:
    """Return ``'file.csv', sheet 'Equities', rows 4, 9 and 12`` with at most ``MOST`` row numbers."""
    return f"{document.where(sheet)}, {rows_named(rows)}"


def lines_in(document: Document, lines: pl.DataFrame) -> str:
    """Name lines given as a frame of ``sheet`` (or title of a table) and ``source_row``."""
    sheet = lines["sheet"][0]
    named = sheet if any(grid.sheet == sheet for grid in document.grids) else None
    return lines_of(document, named, lines["source_row"].to_list())


def rows_named(rows: Sequence[int]) -> str:
    """Return ``row 4``, ``rows 4 and 9`` or ``rows 4, 9, 12, 13, 20 and 7 more``."""
    shown = [f"{row}" for row in rows[:MOST]]
    last = f"{len(rows) - MOST:,} more" if len(rows) > MOST else shown.pop()
    return f"rows {', '.join(shown)} and {last}" if shown else f"row {last}"
