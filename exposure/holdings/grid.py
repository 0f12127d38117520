"""A file's cells, before anything is known of their meaning."""

from __future__ import annotations

from dataclasses import dataclass, field

_BLANK = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u200e\u200f"


def trim(cell: str) -> str:
    """Strip white space, including the no-break kind that separator lines of fund files hold."""
    return cell.strip(_BLANK)


@dataclass(frozen=True)
class Grid:
    """One sheet or text file: rows of trimmed texts with their 1-based place in the source."""

    rows: list[list[str]]
    lines: list[int]
    sheet: str | None = None
    typed: bool = False  # numbers were stored as numbers, so a point is always the decimal point
    hidden: bool = False


@dataclass(frozen=True)
class Document:
    """A whole file as cells, with what its format itself states (a filing's date, for example)."""

    file: str | None
    format: str
    grids: list[Grid]
    sha256: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    layout: str | None = None
    notes: tuple[str, ...] = ()

    def where(self, sheet: str | None = None) -> str:
        """Name the file, and the sheet, for a message."""
        name = f"'{self.file}'" if self.file else "the data given"
        return f"{name}, sheet '{sheet}'" if sheet else name
