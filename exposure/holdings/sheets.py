"""Which of a workbook's tables hold the portfolio, and which only repeat or summarise it."""

from __future__ import annotations

import math
from typing import Any

from .ask import Option, fingerprint, question
from .dates import readings
from .grid import Document, Grid
from .layout import Layout, Table
from .numbers import plain_number
from .rows import sort_rows
from .vocabulary import patterns, squash


def choose_tables(
    document: Document, layout: Layout, tables: list[Table]
) -> tuple[list[Table], list[dict[str, Any]]]:
    """Drop sheets without a table, hidden sheets, sheets the layout skips and extracts of a larger table.

    Returns:
        The tables to read, and one entry for each sheet set aside.

    Raises:
        AmbiguousFile: two sheets hold the same portfolio at different dates, or an archive differing files.
    """
    skip = tuple(layout.facts.get("skip_sheets", ()))
    why: dict[str, str] = {}
    for grid in document.grids:
        if reason := _grid_reason(grid, tables, skip):
            why[grid.sheet or ""] = reason
    left = [t for t in tables if (t.grid.sheet or "") not in why or len(document.grids) == 1]
    left = _of_one_layout(document, _without_extracts(document, left, why))
    order = {g.sheet: n for n, g in enumerate(document.grids)}
    aside = [
        {"file": document.file, "sheet": s, "row": None, "reason": r, "text": None, "order": order.get(s, 0)}
        for s, r in why.items()
        if len(document.grids) > 1 or r.startswith("an extract")
    ]
    return left, aside


def _of_one_layout(document: Document, tables: list[Table]) -> list[Table]:
    """Ask which file of an archive is meant where they differ in layout; files of one layout are one portfolio."""
    if len(document.members) < 2:
        return tables
    by_member: dict[str, list[Table]] = {}
    for table in tables:
        sheet = table.grid.sheet or ""
        member = next((m for m in document.members if sheet == m or sheet.startswith(f"{m} / ")), sheet)
        by_member.setdefault(member, []).append(table)
    if len({fingerprint(document, part) for part in by_member.values()}) > 1:
        options = [_option(name, part) for name, part in by_member.items()]
        raise question(document, "sheet", options, "files with tables of different layouts", tables)
    return tables


def _grid_reason(grid: Grid, tables: list[Table], skip: tuple[str, ...]) -> str | None:
    if not any(any(row) for row in grid.rows):
        return "an empty sheet"
    if grid.hidden:
        return "a hidden sheet"
    if grid.sheet and not_holdings(grid.sheet) and any(t.grid is not grid for t in tables):
        return "by its name no list of holdings"
    if grid.sheet and any(squash(part) in squash(grid.sheet) for part in skip):
        return "a memo sheet of this layout: its lines are no holdings or stand in other sheets"
    if not any(t.grid is grid for t in tables):
        return "no table of holdings in this sheet"
    return None


def not_holdings(sheet: str) -> bool:
    """Tell by its name a sheet that lists something else: trades, a benchmark, performance."""
    return bool(patterns("sheets", "other").search(sheet))


def _names(table: Table) -> set[str]:
    column = table.column("isin") or table.column("name") or table.column("title")
    if column is None:
        return set()
    rows = table.grid.rows
    kept = sort_rows(table).kept
    return {squash(rows[i][column.index]) for i in kept if column.index < len(rows[i])} - {""}


def _option(name: str, tables: list[Table]) -> Option:
    """Describe what a sheet or file holds: its first names as published, its lines and their sum."""
    shown: list[str] = []
    lines, total = 0, 0.0
    for table in tables:
        kept, rows = sort_rows(table).kept, table.grid.rows
        column = table.column("name") or table.column("title") or table.column("isin")
        value = table.column("value")
        lines += len(kept)
        if column is not None:
            shown += [rows[i][column.index] for i in kept[:3] if column.index < len(rows[i])]
        if value is not None:
            cells = table.grid.column(value.index, kept)
            total += math.fsum(n for cell in cells if (n := plain_number(cell)) is not None)
    return Option(name, (*shown[:3], f"{lines:,} lines"), total or None)


def _without_extracts(document: Document, tables: list[Table], why: dict[str, str]) -> list[Table]:
    """Set aside tables of other sheets whose names nearly all stand in the largest one."""
    sheets = {t.grid.sheet for t in tables}
    if len(sheets) < 2:
        return tables
    names = [_names(t) for t in tables]
    largest = max(range(len(tables)), key=lambda k: len(names[k]))
    kept = []
    for k, table in enumerate(tables):
        shared = len(names[k] & names[largest])
        other_sheet = table.grid is not tables[largest].grid
        if other_sheet and names[k] and shared >= 0.8 * len(names[k]) and len(names[k]) * 2 <= len(names[largest]):
            why[table.grid.sheet or ""] = f"an extract: its lines stand in sheet '{tables[largest].grid.sheet}'"
            continue
        if other_sheet and shared >= 0.5 * max(1, len(names[largest])) and _dated_pair(table, tables[largest]):
            both = (tables[largest], table)
            options = [_option(t.grid.sheet or "", [t]) for t in both]
            raise question(
                document, "sheet", options, "sheets with the portfolio, each at its own date", list(both)
            )
        kept.append(table)
    return kept


def _dated_pair(one: Table, two: Table) -> bool:
    def dated(name: str | None) -> bool:
        return bool(name) and (bool(readings(name or "")) or any(c.isdigit() for c in name or ""))

    return dated(one.grid.sheet) and dated(two.grid.sheet)
