"""Rows that the reader of the file should look at: set aside for their sum, or kept although they may be totals."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from .grid import Document
from .kinds import kind_of_class
from .layout import Table
from .places import lines_in, lines_of
from .rows import NO_AMOUNT, ONE_CELL, Sorted
from .totals import BY_SUM

_TEXT = 60
#: More texts without an amount are the headings of sections.
_FEW = 3


def row_warnings(document: Document, tables: Sequence[Table], rows: Sequence[Sorted]) -> list[str]:
    """Name the rows whose part in the sum was decided, or left open, by their amount."""
    found = []
    for table, part in zip(tables, rows, strict=True):
        found += _between(document, table, part)
        summed = [a.index for a in part.aside if a.reason.startswith(BY_SUM)]
        if summed:
            which = "it is the sum" if len(summed) == 1 else "each is the sum"
            found.append(
                f"{_where(document, table, summed)} ({_text(table, summed[0])}): set aside as"
                f" {'a total' if len(summed) == 1 else 'totals'}: {which} of other lines and names no security"
            )
        kept = set(part.kept) if part.doubtful else set()
        open_rows = [i for i in part.doubtful if i in kept]
        if open_rows:
            many = len(open_rows) > 1
            found.append(
                f"{_where(document, table, open_rows)} ({_text(table, open_rows[0])}):"
                f" {'each equals' if many else 'it equals'} the sum of other lines; kept, as nothing else tells"
                f" {'them from holdings; if they are totals' if many else 'it from a holding; if it is a total'},"
                " the value of the portfolio is stated too high"
            )
    return found


def invalid_identifiers(document: Document, lines: pl.DataFrame) -> list[str]:
    """Name the lines that give an identifier which is none: their company is looked for by name alone.

    Args:
        document: the file.
        lines: ``sheet``, ``source_row`` and ``identifiers_flagged`` of the holdings.
    """
    flagged = lines.filter(pl.col("identifiers_flagged").list.len() > 0)
    if flagged.is_empty():
        return []
    first = f"'{flagged['identifiers_flagged'][0][0]}'"
    said = (
        f"an identifier is not valid: {first}"
        if flagged.height == 1
        else f"{flagged.height:,} lines give an identifier that is not valid, such as {first}"
    )
    return [f"{lines_in(document, flagged)}: {said}; kept as given, never used"]


def _between(document: Document, table: Table, part: Sorted) -> list[str]:
    """Name the few texts between two holdings that were taken for headings and may be holdings."""
    name = table.column("name")
    bare = [a.index for a in part.aside if a.reason in (ONE_CELL, NO_AMOUNT)]
    if name is None or not bare or len(bare) > _FEW:
        return []
    kept = set(part.kept)
    cells = {i: table.grid.column(name.index, [i])[0] for i in bare if i - 1 in kept and i + 1 in kept}
    texts = {
        i: text
        for i, text in cells.items()
        if any(c.isalpha() for c in text) and len(text) < _TEXT and text[0] != "("
    }
    rows = [i for i, text in texts.items() if kind_of_class(text) is None]
    return [
        f"{_where(document, table, [i])}: '{texts[i]}' has no amount and was taken for a heading;"
        " if it is a holding, its value is missing in the file"
        for i in rows
    ]


def _where(document: Document, table: Table, rows: Sequence[int]) -> str:
    return lines_of(document, table.grid.sheet, [table.grid.lines[i] for i in rows])


def _text(table: Table, row: int) -> str:
    return " | ".join(cell for cell in table.grid.rows[row] if cell)[:_TEXT].replace("\n", " ")
