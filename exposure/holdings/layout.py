"""Where the tables of a file are and what their columns mean.

General inference first: a row is a header when enough of its cells are names of the vocabulary and none are data.
The files in ``layouts/`` add what a known publisher's file leaves unsaid (its currency, its date order, what an
ambiguous column is) and its short id.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from functools import cache
from importlib import resources
from typing import Any

from ..errors import UsageError
from .grid import Document, Grid
from .vocabulary import Header, field_of, parse_header, squash

IDENTITY = frozenset({"name", "isin", "cusip", "sedol", "figi", "ticker", "identifier", "title"})
AMOUNTS = frozenset({"value", "value_local", "weight", "shares", "face", "price", "notional", "cost"})
_DATA_START = frozenset("0123456789+-<>($£€¥")
MAX_TABLES = 200


@dataclass(frozen=True)
class Column:
    """A column whose meaning is known."""

    index: int
    field: str
    text: str
    rank: int = 0
    header: Header = default(default_factory=lambda: Header(""))


@dataclass(frozen=True)
class Table:
    """A header row with the rows below it, up to the next header or the end of the sheet."""

    grid: Grid
    header: int
    stop: int
    columns: tuple[Column, ...]
    title: str | None = None

    @property
    def sheet(self) -> str | None:
        """Name for messages and the ``sheet`` column."""
        return self.grid.sheet or self.title

    def column(self, name: str) -> Column | None:
        """Return the best column of a field."""
        return min((c for c in self.columns if c.field == name), key=lambda c: c.rank, default=None)

    def all(self, name: str) -> list[Column]:
        """Return every column of a field, best name first."""
        return sorted((c for c in self.columns if c.field == name), key=lambda c: c.rank)


@dataclass(frozen=True)
class Layout:
    """A known publisher's layout."""

    id: str = "table"
    title: str = ""
    headers: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    columns: Mapping[str, str] = default(default_factory=dict)
    facts: Mapping[str, Any] = default(default_factory=dict)


@cache
def layouts() -> tuple[Layout, ...]:
    """Load every layout file, in the order of their names."""
    folder = resources.files("exposure.holdings").joinpath("layouts")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(_layout(tomllib.loads(f.read_text("utf-8"))) for f in files)


def _layout(data: dict[str, Any]) -> Layout:
    match = data.get("match", {})
    return Layout(
        id=data["id"],
        title=data.get("title", ""),
        headers=frozenset(squash(h) for h in match.get("headers", [])),
        absent=frozenset(squash(h) for h in match.get("absent", [])),
        columns={squash(k): v for k, v in data.get("columns", {}).items()},
        facts=data.get("facts", {}),
    )


def layout_for(document: Document) -> Layout:
    """Return the layout that a document is in: the one with most required headers among those that fit."""
    if document.layout:
        return next(layout for layout in layouts() if layout.id == document.layout)
    seen: list[set[str]] = []
    for grid in document.grids:
        rows = (row for row in grid.rows[:60] if len(row) > 1)
        seen += [{squash(cell) for cell in row if cell} for row in rows]
    fitting = [
        layout
        for layout in layouts()
        if layout.headers and any(layout.headers <= cells and not layout.absent & cells for cells in seen)
    ]
    return max(fitting, key=lambda layout: len(layout.headers), default=Layout())


def find_tables(document: Document, layout: Layout, given: Mapping[str, str] | None = None) -> list[Table]:
    """Find every table of every sheet.

    Args:
        document: the cells.
        layout: publisher specifics; ``Layout()`` for none.
        given: our field -> the file's header, from the caller; these settle the columns they name.

    Raises:
        UsageError: a header the caller named is not in the file, or a field does not exist.
    """
    wanted = _wanted(given or {})
    tables = [table for grid in document.grids for table in _tables_of(grid, layout, wanted)][:MAX_TABLES]
    if wanted:
        _check_given(document, tables, given or {})
    return tables


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
    found: list[tuple[int, tuple[Column, ...]]] = []
    for i, row in enumerate(grid.rows):
        columns = header_columns(row, layout, wanted)
        if columns and not (found and _signature(found[-1][1]) == _signature(columns)):
            found.append((i, columns))
    stops = [*(i for i, _ in found[1:]), len(grid.rows)][: len(found)]
    tables = [
        Table(grid, start, stop, columns, _title(grid, start, found[n - 1][0] if n else -1))
        for n, ((start, columns), stop) in enumerate(zip(found, stops, strict=True))
    ]
    tables = [_with_name(table) for table in tables]
    # A title only tells the tables of one sheet apart; a lone table needs none.
    return tables if len(tables) > 1 else [replace(table, title=None) for table in tables]


def _with_name(table: Table) -> Table:
    """Take a column of words for the name where no header says so (in Spanish name and value are both "valor")."""
    if table.column("name") or table.column("title"):
        return table
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 60)]
    for column in (c for c in table.columns if c.field in ("identifier", "value")):
        cells = [row[column.index] for row in rows if column.index < len(row) and row[column.index]]
        wordy = [cell for cell in cells if not any(c.isdigit() for c in cell)]
        if cells and len(wordy) * 2 > len(cells):
            named = replace(column, field="name")
            return replace(table, columns=tuple(named if c is column else c for c in table.columns))
    return table


def _signature(columns: tuple[Column, ...]) -> list[tuple[int, str]]:
    return [(c.index, c.text.casefold()) for c in columns]


def header_columns(row: list[str], layout: Layout, wanted: dict[str, str]) -> tuple[Column, ...]:
    """Return the columns a header row defines; none when the row is not a header."""
    filled = [(i, cell) for i, cell in enumerate(row) if cell]
    if len(filled) < 2 or sum(cell[0] in _DATA_START for _, cell in filled) * 4 > len(filled):
        return ()
    columns = tuple(c for i, cell in filled if len(cell) < 120 and (c := _column(i, cell, layout, wanted)))
    known = {c.field for c in columns}
    if wanted and sum(squash(c.text) in wanted for c in columns) < len(wanted):
        columns, known = (), set()
    enough = len(known) >= 3 or (len(known) == 2 and len(columns) * 2 >= len(filled))
    table = (enough or wanted) and known & IDENTITY and known - IDENTITY
    return columns if table or _ids_only(known) else ()


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
