"""Frames -> a polars frame; and frames in the columns of HOLDINGS, handed back, taken as they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dataframely as dy
import polars as pl

from .. import schema
from ..errors import InputError, UsageError
from .numbers import exact_sum
from .report import Holdings, ReadReport

_MISSING = ("NAType", "NaTType")


def is_pandas(source: Any) -> bool:
    """Tell a pandas frame by its type, without importing pandas."""
    kind = type(source)
    return kind.__name__ == "DataFrame" and kind.__module__.split(".")[0] == "pandas"


def is_frame(source: Any) -> bool:
    """Tell a polars or pandas frame, or anything else that hands out an Arrow stream."""
    return isinstance(source, (pl.DataFrame, pl.LazyFrame)) or is_pandas(source) or hasattr(
        source, "__arrow_c_stream__"
    )  # fmt: skip


def as_polars(source: Any) -> pl.DataFrame:
    """Turn a frame of any library into a polars frame; an index that has a name becomes a column.

    Raises:
        UsageError: a column cannot be read.
    """
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if isinstance(source, pl.DataFrame):
        return source
    try:
        return _from_pandas(source) if is_pandas(source) else pl.DataFrame(source)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"The frame has a column that cannot be read ({error}).") from error


def _from_pandas(frame: Any) -> pl.DataFrame:
    """Cell by cell, so that every version's own ways of saying *missing* mean the same."""
    named = any(name is not None for name in frame.index.names)
    plain = frame.reset_index() if named else frame.reset_index(drop=True)
    columns: dict[str, pl.Series] = {}
    for place, label in enumerate(plain.columns):
        name = " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)
        while name in columns:
            name += " "  # headings may occur twice, as in a file
        cells = [_plain(cell) for cell in plain.iloc[:, place].tolist()]
        columns[name] = pl.Series(name, cells, strict=False)
    return pl.DataFrame(columns)


def _plain(cell: Any) -> Any:
    """A cell without pandas' marks of a missing value, and a list where it holds an array."""
    if (isinstance(cell, float) and cell != cell) or type(cell).__name__ in _MISSING:
        return None
    return cell.tolist() if hasattr(cell, "tolist") else cell


def handed_back(source: Any, name: str | None, as_of: dt.date | None, portfolio: str | None) -> Holdings | None:
    """Take a frame in the columns of ``schema.Holdings`` as it is; None where it is any other frame.

    Raises:
        InputError: the columns are there, but a cell does not keep the contract.
    """
    if not is_frame(source):
        return None
    frame = as_polars(source)
    contract = schema.Holdings.columns()
    if not set(contract) <= set(frame.columns):
        return None
    try:
        plain = frame.select(_cast(frame[column], spec.dtype) for column, spec in contract.items())
        kept = schema.check(schema.Holdings, plain)
    except (dy.exc.ValidationError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"The frame has the columns of HOLDINGS, but does not keep their contract: {reason}"
        ) from error
    currencies = kept.filter(pl.col("value").is_not_null())["currency"].unique()
    one = currencies[0] if len(currencies) == 1 else None
    report = ReadReport(
        file=name,
        layout="holdings",
        portfolio=portfolio,
        as_of=as_of,
        currency=one,
        rows=kept.height,
        total_value=exact_sum(kept["value"]) if len(currencies) == 1 else None,
        weight_sum=exact_sum(kept["weight"]) if kept["weight"].count() else None,
        decisions=("the columns are those of HOLDINGS: taken as they are",),
    )
    return Holdings(kept, schema.empty(schema.Rejected), report)


def _cast(cells: pl.Series, dtype: Any) -> pl.Series:
    """One column in its contract's type; pandas knows whole numbers with gaps as floats only."""
    if isinstance(dtype, pl.List) and cells.dtype != dtype:
        texts = [None if row is None else [str(cell) for cell in row] for row in cells.to_list()]
        return pl.Series(cells.name, texts, dtype=dtype)
    if cells.dtype == pl.Float64:
        cells = cells.fill_nan(None)
    return cells.cast(dtype)
