"""The kept rows of a table as a frame of texts, one column for each field, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from .grid import Document, Grid
from .layout import Table
from .numbers import Evidence, evidence, given, join, split
from .places import lines_in

TEXTS = (
    "name", "title", "isin", "cusip", "sedol", "figi", "lei", "ticker", "identifier", "exchange", "country",
    "sector", "asset_class", "local_currency", "currency", "group", "date", "put_call", "year", "payoff",
)  # fmt: skip
#: A weight given only as a bound, such as "<0.01%".
SMALL_NOTE = r"^[<>~≤≥]"
NUMBERS = ("shares", "price", "weight", "face", "value_local", "cost", "notional", "ownership")


def text_frame(table: Table, kept: Sequence[int], value: int | None) -> pl.DataFrame:
    """Cut the kept rows into named text columns; fields the table does not have are null.

    Args:
        table: the table.
        kept: row indexes within the grid.
        value: index of the value column.
    """
    # The columns a table does not have share one empty column: a million rows of thirty would fill memory.
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(kept))
    columns: dict[str, pl.Series] = {}
    for name in (*TEXTS, *NUMBERS):
        column = table.column(name)
        columns[name] = (table.grid.series(column.index, kept) if column else empty).alias(name)
    columns["value"] = (empty if value is None else table.grid.series(value, kept)).alias("value")
    lines = pl.Series("source_row", _lines(table.grid, kept), dtype=pl.Int64)
    frame = pl.DataFrame([*columns.values(), lines])
    label = table.sheet
    return frame.with_columns(sheet=pl.lit(label, dtype=pl.String), table=pl.lit(_label(table), dtype=pl.String))


def _lines(grid: Grid, kept: Sequence[int]) -> Sequence[int]:
    if isinstance(grid.lines, range) and isinstance(kept, range):
        return range(grid.lines[kept.start], grid.lines[kept.start] + len(kept))
    return [grid.lines[i] for i in kept]


def _label(table: Table) -> str | None:
    return table.title or table.grid.sheet


def numbers_of(
    document: Document, frames: list[pl.DataFrame], typed: bool, mark: str | None = None
) -> tuple[list[pl.DataFrame], list[str], list[str]]:
    """Replace the number columns of each table's frame by numbers; ``weight_text`` keeps the published weight.

    Args:
        document: for the names of file and sheet in warnings.
        frames: texts of each table.
        typed: the numbers were stored as numbers, so that a point is a decimal point.
        mark: the decimal mark that the caller or the file's delimiter speaks for, where no number proves one.

    Returns:
        The frames, decisions, warnings.
    """
    parts = [_split(f) for f in frames]
    proofs = [{name: evidence(p) for name, p in table.items()} for table in parts]
    whole = sum((e for table in proofs for e in table.values()), Evidence())
    read = [_read(f, p, e, whole, typed, mark) for f, p, e in zip(frames, parts, proofs, strict=True)]
    return (
        read,
        _mark_note(whole, typed),
        _mark_warning(whole, typed or mark is not None) + _text_warnings(document, frames, read),
    )


def undecided(frames: list[pl.DataFrame], sign: str = ".") -> list[str]:
    """Return values such as ``1.234`` where no number of the file tells a decimal mark from one of thousands.

    A comma before three digits groups thousands in every file we know that gives no proof, but not beside
    semicolons; a point may be either.

    Args:
        frames: texts of each table.
        sign: the mark that can be either.
    """
    parts = [_split(f) for f in frames]
    whole = sum((evidence(p) for table in parts for p in table.values()), Evidence())
    if whole.decimal() is not None or not whole.unsure:
        return []
    open_values = []
    for frame, table in zip(frames, parts, strict=True):
        if "value" in table and (proof := evidence(table["value"])).unsure and not proof.grouped:
            pattern = rf"^[^{sign}]*[0-9]{{1,3}}[{sign}][0-9]{{3}}[^0-9]*$"
            dotted = frame["value"].str.contains(pattern).fill_null(False)
            open_values += frame["value"].filter(dotted).to_list()
    return open_values


def _split(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Take the number cells of each column apart that were not read as numbers already."""
    texts = (name for name in (*NUMBERS, "value") if frame[name].dtype == pl.String and frame[name].count())
    return {name: split(frame[name]) for name in texts}


def _read(
    frame: pl.DataFrame,
    parts: Mapping[str, pl.DataFrame],
    proofs: Mapping[str, Evidence],
    whole: Evidence,
    typed: bool,
    mark: str | None,
) -> pl.DataFrame:
    texts = {
        f"{name}_text": pl.col(name) if frame[name].dtype == pl.String else pl.lit(None, pl.String)
        for name in ("weight", "value", "face")
    }
    kept = frame.with_columns(**texts)
    empty = pl.Series([None], dtype=pl.Float64).new_from_index(0, frame.height)
    columns: list[pl.Series | pl.Expr] = []
    for name in (*NUMBERS, "value"):
        if name in parts:
            soft = "," if proofs[name].grouped and not typed else "."
            decimal = proofs[name].decimal() or whole.decimal() or mark or soft
            columns.append(join(parts[name], decimal).alias(name))
        elif frame[name].dtype != pl.String:
            finite = frame[name].is_finite()
            columns.append(frame[name] if finite.all() else frame[name].set(~finite, None))
        else:
            columns.append(empty.alias(name))
    return kept.with_columns(columns)


def _mark_note(whole: Evidence, typed: bool) -> list[str]:
    decimal = whole.decimal()
    if decimal is None or (typed and decimal == "."):
        return []
    count = whole.point if decimal == "." else whole.comma
    proofs = "one number" if count == 1 else f"{count:,} numbers"
    return [f"decimals are written with a {'point' if decimal == '.' else 'comma'}: {proofs} can only be so"]


def _mark_warning(whole: Evidence, typed: bool) -> list[str]:
    if whole.decimal() is None and whole.unsure and not typed:
        return [f"{whole.unsure:,} numbers such as 1,234 or 1.234 have two readings; see that the total is right"]
    return []


def _text_warnings(document: Document, frames: list[pl.DataFrame], read: list[pl.DataFrame]) -> list[str]:
    """Name the lines whose value is no number, and those without one where others have one."""
    amounts = ("value", "weight")
    amount = next((n for n in amounts if any(after[n].count() for after in read)), None)
    amount = amount or next((n for n in amounts if any(before[n].count() for before in frames)), None)
    if amount is None:
        return []
    found: list[str] = []
    for before, after in zip(frames, read, strict=True):
        if before[amount].count() and after[amount].null_count():
            places = after[amount].is_null()
            text = before[amount].filter(places).cast(pl.String)
            missing = after.select("sheet", "source_row").filter(places).with_columns(text=text)
            found += _missing(document, amount, missing.with_columns(text=given(pl.col("text"))))
    return found


def _missing(document: Document, amount: str, lines: pl.DataFrame) -> list[str]:
    """Write the warnings for lines without an amount, those that hold some other text first."""
    # "<0.01%" says something, and is kept as a note.
    odd = lines.filter(pl.col("text").is_not_null() & ~pl.col("text").str.contains(SMALL_NOTE))
    blank = lines.filter(pl.col("text").is_null())
    found = []
    if odd.height:
        count = f"the {amount} is no number" if odd.height == 1 else f"{odd.height:,} {amount}s are no numbers"
        found.append(f"{lines_in(document, odd)}: {count}, such as '{odd['text'][0][:30]}'; not counted")
    if blank.height:
        count = "a line gives" if blank.height == 1 else f"{blank.height:,} lines give"
        found.append(f"{lines_in(document, blank)}: {count} no {amount}; kept, with the {amount} unknown")
    return found
