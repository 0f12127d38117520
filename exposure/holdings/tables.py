"""Finding the tables of a file: a row is a header when enough of its cells are names of the vocabulary.

A header may run over two rows, and a table ends where another begins, also one without securities (a country or
asset class summary), whose rows are then never read as holdings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import LimitExceeded, UsageError
from .codes import with_codes
from .content import completed, inferred
from .grid import Document, Grid
from .guessed import beside_names
from .layout import AMOUNTS, IDENTITY, Column, Layout, Table
from .numbers import plain_number
from .roles import named_by_content, with_roles
from .trades import lists_trades, trades_header
from .vocabulary import PART, field_of, header_field, is_unit, parse_header, squash

#: No publisher stacks more; thousands of "headers" are a sign that data rows are mistaken for them.
MAX_TABLES = 500
#: Rows among which a publisher's layout is told by its headers.
_LAYOUT_ROWS = 60
_DATA_START = frozenset("0123456789+-<>($£€¥")
_NUMBER = re.compile(r"[-+(]?[\d][\d.,'’\s]*%?\)?")


@dataclass(frozen=True)
class _Found:
    """A header row; without columns, one of a table that names no securities."""

    start: int
    columns: tuple[Column, ...]
    top: int


def find_tables(
    document: Document, layout: Layout, given: Mapping[str, str] | None = None, ask: bool = True
) -> list[Table]:
    """Find every table of every sheet.

    Args:
        document: the cells.
        layout: publisher specifics; ``Layout()`` for none.
        given: our field -> the file's header, from the caller; these settle the columns they name.
        ask: whether to ask which column is the value where several can be; the caller may have said so.

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
        open_grids = [g for g in document.grids if not g.hidden and trades_header(g) is None]
        tables = [t for grid in open_grids if (t := inferred(document, grid))]
        tables = tables or [t for grid in open_grids if (t := beside_names(document, grid, ask))]
    if len(tables) > MAX_TABLES:
        raise LimitExceeded(f"{document.where()} has {len(tables):,} tables; the limit is {MAX_TABLES}; split it.")
    return [with_codes(completed(document, table, ask)) for table in tables]


def _wanted(given: Mapping[str, str]) -> dict[str, str]:
    known = set(IDENTITY | AMOUNTS) | {
        "exchange", "country", "sector", "asset_class", "local_currency", "currency", "group", "date", "lei",
        "ownership",
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
        tables.append(with_roles(Table(grid, this.start, stop, this.columns, title, end)))
    # A title only tells the tables of one sheet apart; a lone table needs none.
    return tables if len(tables) > 1 else [replace(table, title=None) for table in tables]


def _headers(grid: Grid, layout: Layout, wanted: dict[str, str]) -> list[_Found]:
    """Find the header rows of a sheet, those of summaries without securities included."""
    found: list[_Found] = []
    for i in grid.heads():
        if found and i <= found[-1].start:
            continue
        row = grid.rows[i]
        if not (_is_head(row) or _told(i, row, layout, wanted)) or (
            found and (all(is_unit(c) for c in row if c) or _is_line(row, found[-1]))
        ):
            continue
        this = _two_rows(grid, i, layout, wanted) or _one_row(grid, i, row, layout, wanted)
        if this is None or (found and this.columns and _signature(found[-1].columns) == _signature(this.columns)):
            continue
        if this.columns and lists_trades(grid, this.start):
            found.append(replace(this, columns=()))
        elif this.columns or (found and _is_summary(row, layout)):
            found.append(this)
    return found


def _told(i: int, row: list[str], layout: Layout, wanted: dict[str, str]) -> bool:
    """Tell a row with all the headers that the caller names, or that make the publisher's layout."""
    own = layout.headers if i < _LAYOUT_ROWS else frozenset()
    if not wanted and not own:
        return False
    cells = {squash(cell) for cell in row if cell}
    return (bool(wanted) and set(wanted) <= cells) or (bool(own) and own <= cells)


def _is_line(row: list[str], above: _Found) -> bool:
    """Tell a line of the table above, whatever its words: it has a number in a column of amounts."""
    amounts = (c.index for c in above.columns if c.field in AMOUNTS)
    return any(plain_number(row[k]) is not None for k in amounts if k < len(row))


def _one_row(grid: Grid, i: int, row: list[str], layout: Layout, wanted: dict[str, str]) -> _Found | None:
    columns = header_columns(row, layout, wanted)
    if not columns and not wanted:
        columns = named_by_content(
            grid, i, tuple(c for k, t in enumerate(row) if t and (c := _column(k, t, layout, {})))
        )
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
        merged = [_joint(pair, layout, wanted) for pair in _zipped(upper, second)]
        columns = header_columns(merged, layout, wanted)
        if _worth(columns) > (best[0] if best else alone):
            best = (_worth(columns), merged, columns)
    if best is None:
        return None
    # The grid is this read's own: the merged row stands for both, so that columns can be named by it.
    grid.rows[i + 1] = best[1]
    return _Found(i + 1, best[2], i)


def _joint(pair: tuple[str, str], layout: Layout, wanted: dict[str, str]) -> str:
    """Put the two cells of a header together, or take the one of them that alone says what the column is."""
    both = " ".join(part for part in pair if part)
    for text in (both, pair[1], pair[0]):
        if text and (column := _column(0, text, layout, wanted)) and column.rank < PART:
            return text
    return both


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
    # "(Local)" and "<ISIN>" begin like numbers and are none.
    doubtful = [c for c in filled if c[0] in _DATA_START and (len(c) < 3 or any(d.isdigit() for d in c))]
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


def _signature(columns: tuple[Column, ...]) -> list[tuple[int, str]]:
    return [(c.index, c.text.casefold()) for c in columns]


def header_columns(row: list[str], layout: Layout, wanted: dict[str, str]) -> tuple[Column, ...]:
    """Return the columns a header row defines; none when the row is not a header."""
    filled = [(i, cell) for i, cell in enumerate(row) if cell]
    if len(filled) < 2 and not wanted:
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
    # What the caller names is a header, whatever else stands in it.
    return columns if table or _ids_only(sure) or (wanted and known & IDENTITY) else ()


def _ids_only(known: set[str]) -> bool:
    """A bare list of securities is a table too, if it gives two kinds of identity."""
    return len(known & IDENTITY) >= 2 and known <= IDENTITY


def _column(index: int, text: str, layout: Layout, wanted: dict[str, str]) -> Column | None:
    whole = squash(text)
    if whole in wanted:
        return Column(index, wanted[whole], text, -2, parse_header(text))
    if whole in layout.columns:
        name = layout.columns[whole]
        return Column(index, name, text, -1, parse_header(text)) if name else None
    found = header_field(text)
    return Column(index, found[1], text, found[2], found[0]) if found else None


def _title(grid: Grid, header: int, previous: int) -> str | None:
    """Return the first cell of the nearest line above a header that is not part of the table before."""
    for i in range(header - 1, max(previous, header - 6), -1):
        cells = [cell for cell in grid.rows[i] if cell]
        if cells:
            return cells[0] if len(cells) <= 2 and len(cells[0]) < 80 else None
    return None
