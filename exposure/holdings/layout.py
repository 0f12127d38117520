"""Tables and their columns, and the layouts of known publishers.

The files in ``layouts/`` add what a known publisher's file leaves unsaid (its currency, its date order, what an
ambiguous column is) and its short id; all else is inferred (``tables.py``, ``content.py``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from importlib import resources
from typing import Any

from .grid import Document, Grid
from .vocabulary import Header, squash

IDENTITY = frozenset({"name", "isin", "cusip", "sedol", "figi", "ticker", "identifier", "title"})
AMOUNTS = frozenset({"value", "value_local", "weight", "shares", "face", "price", "notional", "cost"})


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
    end: int = 0  # where the next table begins: rows from ``stop`` to here belong to no table of holdings
    notes: tuple[str, ...] = ()

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
