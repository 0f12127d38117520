"""What the columns of identifiers hold, by shapes and check digits across the column, whatever their headers say.

A check digit proves nothing of one number: one in ten passes by chance. What most of a column passes is proof.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..identifiers import is_cusip, is_figi, is_isin, is_lei, is_sedol
from .layout import Column, Table
from .vocabulary import PART, is_null, squash, words

IDS: dict[str, Callable[[str], bool]] = {
    "isin": is_isin,
    "lei": is_lei,
    "figi": is_figi,
    "cusip": is_cusip,
    "sedol": is_sedol,
}
#: Rows looked at.
_SAMPLE = 400
_FEWEST = 3
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.&/*-]{0,9}( [A-Z0-9]{1,3}){0,2}")
_NUMBER = re.compile(r"\d{7,}")
_WITH_NAME = re.compile(r"(?:(?<=\s)|^)[(\[]?([A-Z]{2}[A-Z0-9]{9}\d)[)\]]?(?=[\s:/-]|$)")


def with_codes(table: Table) -> Table:
    """Give each column of identifiers the field of what it holds; those the caller or a layout names stay."""
    table = _with_isin_of_name(table)
    for column in table.columns:
        if column.rank >= 0 and (column.field in IDS or column.field in ("identifier", "ticker")):
            field = _field(table, column)
            if field != column.field:
                changed = replace(column, field=field, rank=column.rank + PART)
                table = replace(table, columns=tuple(changed if c is column else c for c in table.columns))
    return table


def _field(table: Table, column: Column) -> str:
    below = range(table.header + 1, min(table.stop, table.header + 1 + _SAMPLE))
    cells = {c.upper().replace(" ", "") for c in table.grid.column(column.index, below) if not is_null(c)}
    if len(cells) < _FEWEST:
        return column.field
    shares = {kind: sum(map(valid, cells)) / len(cells) for kind, valid in IDS.items()}
    own = shares.get(column.field, 0.0)
    best = max(shares, key=lambda kind: shares[kind])
    if best != column.field and own < 0.3 and shares[best] >= 0.8 and not _has(table, best):
        return best
    if column.field in ("cusip", "sedol") and own < 0.9 and shares["cusip"] and shares["sedol"] >= 0.1:
        mixed = shares["cusip"] + shares["sedol"] + shares["isin"]
        return (
            "identifier" if mixed > own + 0.1 and mixed >= 0.6 and not _has(table, "identifier") else column.field
        )
    if column.field in ("identifier", "lei") and not _has(table, "ticker") and max(shares.values()) < 0.5:
        texts = [c for c in table.grid.column(column.index, below) if not is_null(c)]
        return "ticker" if _says_code(column) and are_tickers(texts) else column.field
    return column.field


def _has(table: Table, field: str) -> bool:
    return table.column(field) is not None


def _says_code(column: Column) -> bool:
    return squash(column.text) in {squash(word) for word in words()["headers"]["code_words"]}


def are_tickers(cells: list[str]) -> bool:
    """Tell symbols and short numbers of stocks from the long numbers of a registry."""
    formed = [c for c in cells if _TICKER.fullmatch(c) and not _NUMBER.fullmatch(c)]
    return len(formed) * 5 >= len(cells) * 4


def _with_isin_of_name(table: Table) -> Table:
    """Take the ISIN out of cells that give it with the name, as "FR0000120271 TOTALENERGIES SE"."""
    name, rows = table.column("name"), table.grid.rows
    if name is None or _has(table, "isin") or not isinstance(rows, list):
        return table
    below = range(table.header + 1, table.stop)
    found = {i: match for i in below if (match := _in_name(rows[i], name.index))}
    given = sum(1 for i in below if name.index < len(rows[i]) and rows[i][name.index])
    if len(found) < _FEWEST or len(found) * 2 < given:
        return table
    width = max(len(row) for row in rows[table.header : table.stop])
    for i in (table.header, *found):
        rows[i] = [*rows[i], *[""] * (width - len(rows[i])), found[i][1] if i in found else "ISIN"]
        if i in found:
            rest = rows[i][name.index].replace(found[i][0], " ").strip(" -:/")
            rows[i][name.index] = rest or rows[i][name.index]
    note = f"'{name.text}' gives the ISIN together with the name: both are read"
    isin = Column(width, "isin", "ISIN", 2 * PART)
    return replace(table, columns=(*table.columns, isin), notes=(*table.notes, note))


def _in_name(row: list[str], index: int) -> re.Match[str] | None:
    found = _WITH_NAME.search(row[index]) if index < len(row) else None
    return found if found and is_isin(found[1]) else None
