"""A file's cells, before anything is known of their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import polars as pl

#: About 3 GB of memory at worst. A million rows of thirty columns fit; of 10,000 columns, 3,000 rows do.
MAX_CELLS = 30_000_000
BLANK = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u200e\u200f"


def trim(cell: str) -> str:
    """Strip white space, including the no-break kind that separator lines of fund files hold."""
    return cell.strip(BLANK)


@dataclass(frozen=True)
class Grid:
    """One sheet or text file: rows of trimmed texts with their 1-based place in the source."""

    rows: list[list[str]]
    lines: list[int]
    sheet: str | None = None
    typed: bool = False  # numbers were stored as numbers, so a point is always the decimal point
    hidden: bool = False
    comma: bool = False  # fields are separated by semicolons, as where the comma is the decimal mark

    def heads(self) -> Iterable[int]:
        """Return the rows that can be headers."""
        return range(len(self.rows))

    def column(self, index: int, rows: Sequence[int]) -> list[str]:
        """Return some cells of a column, empty where a row is shorter."""
        found = (self.rows[i] for i in rows)
        return [row[index] if index < len(row) else "" for row in found]

    def series(self, index: int, rows: Sequence[int]) -> pl.Series:
        """Return some cells of a column as texts; or as numbers, where they were read as such."""
        return pl.Series(self.column(index, rows), dtype=pl.String)


@dataclass(frozen=True)
class Document:
    """A whole file as cells, with what its format itself states (a filing's date, for example)."""

    file: str | None
    format: str
    grids: list[Grid]
    sha256: str | Future[str] | None = None  # of a large file it is worked out meanwhile
    facts: dict[str, str] = field(default_factory=dict)
    layout: str | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    members: tuple[str, ...] = ()  # the files of an archive of several

    def where(self, sheet: str | None = None) -> str:
        """Name the file, and the sheet, for a message."""
        name = f"'{self.file}'" if self.file else "the data given"
        return f"{name}, sheet '{sheet}'" if sheet else name
