"""Finding the tables of a file: a row is a header when enough of its cells are names of the vocabulary.

A header may run over two rows, and a table ends where another begins, also one without securities (a country or
asset class summary), whose rows are then never read as holdings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import LimitExceeded, UsageError
from .content import completed, inferred
from .grid import Document, Grid
from .layout import AMOUNTS, IDENTITY, Column, Layout, Table
from .numbers import plain_number
from .vocabulary import PART, field_of, is_null, is_unit, parse_header, squash

#: No publisher stacks more; thousands of "headers" are a sign that data rows are mistaken for them.
MAX_TABLES = 500
_DATA_START = frozenset("0123456789+-<>($£€¥")
_NUMBER = re.compile(r"[-+(]?[\d][\d.,'’\s]*%?\)?")


@dataclass(frozen=True)
class _Found:
    """A header row; without columns, one of a table that names no securities."""

    start: int
    columns: tuple[Column, ...]
    top: int


def find_tables(document: Document, layout: Layout, given: Mapping[str, str] | None = None) -> list[Table]:
    """Find every table of every sheet.

    Args:
        document: the cells.
        layout: publisher specifics; ``Layout()`` for none.
        given: our field -> the file's header, from the caller; these settle the columns they name.

    Raises:
        UsageError: a header the caller named is not in the file, or a field does not exist.
        LimitExceeded: more than ``MAX_TABLES`` tables.
        AmbiguousFile: a table without known headers whose columns can be read in two ways.
    """
    wanted = _wanted(given or {})
    tables = [table for grid in document.grids for table in _tables_of(grid, layout, wanted)]
    if wanted:
        _check_given(document, tables, given or {})
    elif not tables:
        tables = [t for grid in document.grids if not grid.hidden and (t := inferred(document, grid))]
    if len(tables) > MAX_TABLES:
        raise LimitExceeded(f"{document.where()} has {len(tables):,} tables; the limit is {MAX_TABLES}; split it.")
    return [completed(document, table) for table in tables]


def _wanted(given: Mapping[str, str]) -> dict[str, str]:
    known = set(IDENTITY | AMOUNTS) | {
        "exchange", "country", "sector", "asset_class", "local_currency", "currency", "group", "date", "lei",
    }  # fmt: skip
    if unknown := sorted(set(given) - known):
        raise UsageError(
            f"columns= names no field of ours: {unknown[0]!r}; the fields are {', '.join(sorted(known))}."
        )
    return {squash(theirs): ours for ours, theirs in given.items()}


def _check_given(document: Document, tables: list[Table], given: Mapping[str, str]) -> None:
    present = {squash(c.text) for table in tables for c in table.columns}
    for ours, theirs in given.items():
        if squash(theirs) not in present:
            raise UsageError(f"{document.where()} has no column {theirs!r}, which columns= gives for {ours!r}.")


def _tables_of(grid: Grid, layout: Layout, wanted: dict[str, str]) -> list[Table]:
    found = _headers(grid, layout, wanted)
    tables = []
    for n, this in enumerate(found):
        stop = found[n + 1].top if n + 1 < len(found) else len(grid.rows)
        if not this.columns:
            continue
        end = next((f.top for f in found[n + 1 :] if f.columns), len(grid.rows))
        title = _title(grid, this.top, found[n - 1].start if n else -1)
        tables.append(_with_shares(_with_name(Table(grid, this.start, stop, this.columns, title, end))))
    # A title only tells the tables of one sheet apart; a lone table needs none.
    return tables if len(tables) > 1 else [replace(table, title=None) for table in tables]


def _headers(grid: Grid, layout: Layout, wanted: dict[str, str]) -> list[_Found]:
    """Find the header rows of a sheet, those of summaries without securities included."""
    found: list[_Found] = []
    for i in grid.heads():
        if found and i <= found[-1].start:
            continue
        row = grid.rows[i]
        if not _is_head(row):
            continue
        this = _two_rows(grid, i, layout, wanted) or _one_row(i, row, layout, wanted)
        if this is None or (found and this.columns and _signature(found[-1].columns) == _signature(this.columns)):
            continue
        if this.columns or (found and _is_summary(row, layout)):
            found.append(this)
    return found


def _one_row(i: int, row: list[str], layout: Layout, wanted: dict[str, str]) -> _Found | None:
    columns = header_columns(row, layout, wanted)
    return _Found(i, columns, i) if columns or _is_summary(row, layout) else None


def _two_rows(grid: Grid, i: int, layout: Layout, wanted: dict[str, str]) -> _Found | None:
    """Read a header that runs over two rows, where together they say more than the first one alone."""
    if i + 1 >= len(grid.rows):
        return None
    first, second = grid.rows[i], grid.rows[i + 1]
    if sum(1 for cell in second if cell) < 2 or not _is_head(second) or any(len(c) > 60 for c in second):
        return None
    if all(is_unit(cell) for cell in second if cell):
        return None
    alone = max(_worth(header_columns(row, layout, wanted)) for row in (first, second))
    best: tuple[tuple[int, int], list[str], tuple[Column, ...]] | None = None
    for upper in (first, _spread(first)):
        merged = [" ".join(p for p in pair if p) for pair in _zipped(upper, second)]
        columns = header_columns(merged, layout, wanted)
        if _worth(columns) > (best[0] if best else alone):
            best = (_worth(columns), merged, columns)
    if best is None:
        return None
    # The grid is this read's own: the merged row stands for both, so that columns can be named by it.
    grid.rows[i + 1] = best[1]
    return _Found(i + 1, best[2], i)


def _worth(columns: tuple[Column, ...]) -> tuple[int, int]:
    """Count what a header says: fields, and among them amounts."""
    known = {c.field for c in columns}
    return len(known), len(known & AMOUNTS)


def _spread(row: list[str]) -> list[str]:
    """Repeat a cell over the empty ones after it, as a merged cell is meant."""
    spread, last = [], ""
    for cell in row:
        last = cell or last
        spread.append(last)
    return spread


def _zipped(one: list[str], two: list[str]) -> list[tuple[str, str]]:
    width = max(len(one), len(two))
    return list(zip(one + [""] * (width - len(one)), two + [""] * (width - len(two)), strict=True))


def _is_head(row: list[str]) -> bool:
    """Tell cheaply whether a row can be a header: at least two cells and no bare number among them."""
    filled = [cell for cell in row if cell]
    if len(filled) < 2 or (filled[0].endswith(":") and len(filled) < 4):
        return False
    doubtful = [cell for cell in filled if cell[0] in _DATA_START]
    if len(doubtful) * 4 <= len(filled):
        return True
    if any(_NUMBER.fullmatch(cell) for cell in doubtful):
        return False
    known = sum(1 for cell in doubtful if len(cell) < 60 and (is_unit(cell) or field_of(parse_header(cell))))
    return (len(doubtful) - known) * 4 <= len(filled)


def _is_summary(row: list[str], layout: Layout) -> bool:
    """Tell whether a row heads a table of classes, countries or currencies, which has no securities."""
    filled = [cell for cell in row if cell]
    fields = {
        c.field for i, cell in enumerate(row) if cell and (c := _column(i, cell, layout, {})) and c.rank < PART
    }
    return len(filled) >= 2 and len(fields) >= 2 and len(fields) * 3 >= len(filled) and not fields & IDENTITY


def _with_name(table: Table) -> Table:
    """Take a column of words for the name where no header says so (in Spanish name and value are both "valor")."""
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 60)]
    table = _with_holdings_counted(table, rows)
    if table.column("name") or table.column("title"):
        return table
    for column in (c for c in table.columns if c.field in ("identifier", "value")):
        cells = [row[column.index] for row in rows if column.index < len(row) and row[column.index]]
        wordy = [cell for cell in cells if not any(c.isdigit() for c in cell)]
        if cells and len(wordy) * 2 > len(cells):
            named = replace(column, field="name")
            return replace(table, columns=tuple(named if c is column else c for c in table.columns))
    return table


def _with_holdings_counted(table: Table, rows: list[list[str]]) -> Table:
    """Take a name column of numbers for the number of shares, which "Holding" and "Position" head as well."""
    changed = []
    for column in table.columns:
        cells = [row[column.index] for row in rows if column.index < len(row) and not is_null(row[column.index])]
        numbers = sum(1 for cell in cells if plain_number(cell) is not None)
        if column.field == "name" and cells and numbers * 10 >= len(cells) * 9:
            if table.column("shares") is None:
                changed.append(replace(column, field="shares"))
        else:
            changed.append(column)
    return replace(table, columns=tuple(changed))


def _with_shares(table: Table) -> Table:
    """Take a column called only "amount" for the number of shares where another one is the value."""
    values = table.all("value")
    amount = next((c for c in values if c.header.key == "amount" and not c.header.currency), None)
    if amount is None or len(values) < 2 or table.column("shares"):
        return table
    return replace(table, columns=tuple(replace(c, field="shares") if c is amount else c for c in table.columns))


def _signature(columns: tuple[Column, ...]) -> list[tuple[int, str]]:
    return [(c.index, c.text.casefold()) for c in columns]


def header_columns(row: list[str], layout: Layout, wanted: dict[str, str]) -> tuple[Column, ...]:
    """Return the columns a header row defines; none when the row is not a header."""
    filled = [(i, cell) for i, cell in enumerate(row) if cell]
    if len(filled) < 2:
        return ()
    columns = tuple(c for i, cell in filled if len(cell) < 120 and (c := _column(i, cell, layout, wanted)))
    known = {c.field for c in columns}
    # Names found only as a part of a longer text do not make a header: a data row may hold them.
    sure = {c.field for c in columns if c.rank < PART}
    if wanted and sum(squash(c.text) in wanted for c in columns) < len(wanted):
        columns, known = (), set()
    enough = len(known) >= 3 or (len(known) == 2 and len(columns) * 2 >= len(filled))
    amounts = known & AMOUNTS or len(known) >= 3
    table = ((enough and len(sure) >= 2 and amounts) or wanted) and known & IDENTITY and known - IDENTITY
    return columns if table or _ids_only(sure) else ()


def _ids_only(known: set[str]) -> bool:
    """A bare list of securities is a table too, if it gives two kinds of identity."""
    return len(known & IDENTITY) >= 2 and known <= IDENTITY


def _column(index: int, text: str, layout: Layout, wanted: dict[str, str]) -> Column | None:
    whole = squash(text)
    header = parse_header(text)
    if whole in wanted:
        return Column(index, wanted[whole], text, -2, header)
    if whole in layout.columns:
        name = layout.columns[whole]
        return Column(index, name, text, -1, header) if name else None
    found = field_of(header)
    return Column(index, found[0], text, found[1], header) if found else None


def _title(grid: Grid, header: int, previous: int) -> str | None:
    """Return the first cell of the nearest line above a header that is not part of the table before."""
    for i in range(header - 1, max(previous, header - 6), -1):
        cells = [cell for cell in grid.rows[i] if cell]
        if cells:
            return cells[0] if len(cells) <= 2 and len(cells[0]) < 80 else None
    return None
