"""The user's rows, as given, turned into rows of a table's contract; a fault names the row and the column.

Rows are numbered from 1 in the order given. An empty cell, NaN or NaT means *not known*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.universe.tables import TABLES

Rows = list[dict[str, Any]]
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def rows_of(table: str, given: Any) -> Rows:
    """The rows of a polars or pandas frame, of one mapping, or of several.

    Raises:
        UsageError: it is none of these.
    """
    return [{str(key): _plain(value) for key, value in row.items()} for row in _mappings(table, given)]


def _mappings(table: str, given: Any) -> list[Mapping[Any, Any]]:
    if isinstance(given, pl.LazyFrame):
        given = given.collect()
    if isinstance(given, pl.DataFrame):
        return list(given.to_dicts())
    if isinstance(given, Mapping):
        return [given]
    if hasattr(given, "to_dict") and hasattr(given, "columns"):  # pandas, without importing it
        return list(given.to_dict("records"))
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        rows = list(given)
        if all(isinstance(row, Mapping) for row in rows):
            return rows
    raise UsageError(
        f"{table}= takes a polars or pandas frame, a mapping or a list of mappings, not {type(given).__name__}."
    )


def _plain(value: Any) -> Any:
    """A day for a point in time, and none for pandas' marks of a missing value (NaN, NaT, NA)."""
    if type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    return value.date() if isinstance(value, datetime) else value


def to_contract(table: str, rows: Rows, called: Mapping[str, str]) -> pl.DataFrame:
    """Lay rows into a table's columns and dtypes.

    Args:
        table: its name.
        rows: cells by column.
        called: what the user calls a column, where that is another word.

    Raises:
        InputError: a column is unknown or lacking, or a cell does not fit; the message names row and column.
    """
    columns = TABLES[table].columns()
    for number, row in enumerate(rows, 1):
        for name in row:
            if name not in columns:
                raise InputError(
                    f"{at(table, number)}: there is no column “{name}”; there are {', '.join(columns)}."
                )
    filled = [
        {
            name: _cell(at(table, number, called.get(name, name)), name, spec, row.get(name))
            for name, spec in columns.items()
        }
        for number, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(filled, schema={name: spec.dtype for name, spec in columns.items()})


def at(table: str, number: int, column: str | None = None) -> str:
    """The place of a fault: ``listings, row 3, column since``."""
    return f"{table}, row {number}" + (f", column {column}" if column else "")


def _cell(place: str, name: str, spec: Any, value: Any) -> Any:
    """One cell in its column's dtype."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or (text == "" and name != "venue"):
        if spec.nullable:
            return None
        raise InputError(f"{place}: it is empty, and this column must be given.")
    dtype = spec.dtype
    if isinstance(dtype, pl.Enum):
        allowed = dtype.categories.to_list()
        if str(text) not in allowed:
            raise InputError(f"{place}: “{text}” must be one of {', '.join(allowed)}.")
        return str(text)
    if dtype == pl.Date:
        return _date(place, text)
    if dtype == pl.Boolean:
        return _flag(place, text)
    if dtype in (pl.Float64, pl.Int64):
        return _number(place, text, whole=dtype == pl.Int64)
    return str(text)


def _date(place: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"{place}: “{value}” is no date; write it as YYYY-MM-DD.") from None


def _flag(place: str, value: Any) -> bool:
    known = value if isinstance(value, bool) else YES_NO.get(str(value).casefold())
    if known is None:
        raise InputError(f"{place}: “{value}” must be true or false.")
    return known


def _number(place: str, value: Any, *, whole: bool) -> float | int:
    if isinstance(value, str) and value.endswith("%"):
        raise InputError(f"{place}: “{value}” must be a fraction; 40.9 % is written 0.409.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{place}: “{value}” is no number.") from None
    if number != number or number in (float("inf"), float("-inf")) or (whole and number % 1):
        raise InputError(f"{place}: “{value}” is no {'whole ' if whole else ''}number.")
    return int(number) if whole else number
