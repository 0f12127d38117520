"""The kept rows of a table as a frame of texts, one column for each field, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from .layout import Table
from .numbers import Evidence, evidence, given, join, split

TEXTS = (
    "name", "title", "isin", "cusip", "sedol", "figi", "lei", "ticker", "identifier", "exchange", "country",
    "sector", "asset_class", "local_currency", "currency", "group", "date", "put_call", "year", "payoff",
)  # fmt: skip
NUMBERS = ("shares", "price", "weight", "face", "value_local", "cost", "notional")


def text_frame(table: Table, kept: list[int], value: int | None) -> pl.DataFrame:
    """Cut the kept rows into named text columns; fields the table does not have are null.

    Args:
        table: the table.
        kept: row indexes within the grid.
        value: index of the value column.
    """
    rows = table.grid.rows
    columns: dict[str, pl.Series] = {}
    for name in (*TEXTS, *NUMBERS):
        column = table.column(name)
        columns[name] = _column(name, rows, kept, column.index if column else None)
    columns["value"] = _column("value", rows, kept, value)
    lines = pl.Series("source_row", [table.grid.lines[i] for i in kept], dtype=pl.Int64)
    frame = pl.DataFrame([*columns.values(), lines])
    label = table.sheet
    return frame.with_columns(sheet=pl.lit(label, dtype=pl.String), table=pl.lit(_label(table), dtype=pl.String))


def _label(table: Table) -> str | None:
    return table.title or table.grid.sheet


def _column(name: str, rows: list[list[str]], kept: list[int], index: int | None) -> pl.Series:
    if index is None:
        return pl.Series(name, [None] * len(kept), dtype=pl.String)
    cells = [rows[i][index] if index < len(rows[i]) else "" for i in kept]
    return pl.Series(name, cells, dtype=pl.String)


def numbers_of(frames: list[pl.DataFrame], typed: bool) -> tuple[list[pl.DataFrame], list[str], list[str]]:
    """Replace the number columns of each table's frame by numbers; ``weight_text`` keeps the published weight.

    Args:
        frames: texts of each table.
        typed: the numbers were stored as numbers, so that a point is a decimal point.

    Returns:
        The frames, decisions, warnings.
    """
    parts = [{name: split(f[name]) for name in (*NUMBERS, "value") if f[name].count()} for f in frames]
    proofs = [{name: evidence(p) for name, p in table.items()} for table in parts]
    whole = sum((e for table in proofs for e in table.values()), Evidence())
    read = [_read(f, p, e, whole, typed) for f, p, e in zip(frames, parts, proofs, strict=True)]
    return read, _mark_note(whole), _mark_warning(whole, typed) + _text_warnings(frames, read)


def _read(
    frame: pl.DataFrame,
    parts: Mapping[str, pl.DataFrame],
    proofs: Mapping[str, Evidence],
    whole: Evidence,
    typed: bool,
) -> pl.DataFrame:
    kept = frame.with_columns(weight_text=pl.col("weight"), value_text=pl.col("value"), face_text=pl.col("face"))
    columns = []
    for name in (*NUMBERS, "value"):
        if name in parts:
            soft = "," if proofs[name].grouped and not typed else "."
            decimal = proofs[name].decimal() or whole.decimal() or soft
            columns.append(join(parts[name], decimal).alias(name))
        else:
            columns.append(pl.Series(name, [None] * frame.height, dtype=pl.Float64))
    return kept.with_columns(columns)


def _mark_note(whole: Evidence) -> list[str]:
    decimal = whole.decimal()
    if decimal is None:
        return []
    count = whole.point if decimal == "." else whole.comma
    return [
        f"decimals are written with a {'point' if decimal == '.' else 'comma'}: {count:,} numbers can only be so"
    ]


def _mark_warning(whole: Evidence, typed: bool) -> list[str]:
    if whole.decimal() is None and whole.unsure and not typed:
        return [f"{whole.unsure:,} numbers such as 1,234 or 1.234 have two readings; see that the total is right"]
    return []


def _text_warnings(frames: list[pl.DataFrame], read: list[pl.DataFrame]) -> list[str]:
    """Say how many value cells hold words that are no number, with an example."""
    found: list[str] = []
    for before, after in zip(frames, read, strict=True):
        odd = before["value"].filter(
            before.select(given(pl.col("value")).is_not_null()).to_series() & after["value"].is_null()
        )
        if len(odd):
            found.append(
                f"{len(odd):,} values are no numbers, such as '{str(odd[0])[:30]}'; they count as not given"
            )
    return found
