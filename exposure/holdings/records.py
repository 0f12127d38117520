"""JSON documents and data frames -> one grid."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from ..errors import LimitExceeded, NoHoldings, UsageError
from .grid import Document, Grid
from .source import Source, guard
from .text import decode
from .workbook import cell_text

MAX_DEPTH = 30


def read_json(source: Source) -> Document:
    """Read the longest list of objects in a JSON document; scalars elsewhere become preamble lines.

    Raises:
        UnreadableFile: not JSON.
        NoHoldings: no list of objects.
        LimitExceeded: nested deeper than ``MAX_DEPTH``.
    """
    try:
        tree = json.loads(decode(source)[0])
    except (ValueError, RecursionError) as error:
        raise guard(source, "JSON", error) from error
    lists: list[list[dict[str, Any]]] = []
    scalars: list[list[str]] = []
    _walk(source, tree, "", lists, scalars, 0)
    if not lists:
        raise NoHoldings(f"{source.label} is JSON without a list of holdings.")
    records = [_flat(record, "", MAX_DEPTH) for record in max(lists, key=len)]
    header = list(dict.fromkeys(key for record in records for key in record))
    body = [[record.get(key, "") for key in header] for record in records]
    rows = [*scalars[:200], [key.rpartition(".")[2] for key in header], *body]
    lines = [0] * (min(len(scalars), 200) + 1) + list(range(1, len(body) + 1))
    return Document(source.name, "json", [Grid(rows, lines, typed=True)], source.sha256)


def _walk(
    source: Source,
    node: Any,
    key: str,
    lists: list[list[dict[str, Any]]],
    scalars: list[list[str]],
    depth: int,
) -> None:
    """Collect every list of objects, and the scalars outside of them, in the order of the document."""
    if depth > MAX_DEPTH:
        raise LimitExceeded(f"{source.label} is nested deeper than {MAX_DEPTH} levels; flatten it.")
    if isinstance(node, dict):
        for name, child in node.items():
            _walk(source, child, str(name), lists, scalars, depth + 1)
    elif isinstance(node, list):
        records = [item for item in node if isinstance(item, dict)]
        if records:
            lists.append(records)
        if len(records) < 5:
            for item in node:
                _walk(source, item, key, lists, scalars, depth + 1)
    elif key and node is not None:
        scalars.append([key.replace("_", " "), cell_text(node)])


def _flat(record: dict[str, Any], prefix: str, room: int) -> dict[str, str]:
    """Flatten nested objects to dotted keys; lists inside a record are not followed."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            if room:
                flat |= _flat(value, f"{prefix}{key}.", room - 1)
        elif not isinstance(value, list):
            flat[f"{prefix}{key}"] = cell_text(_plain(value))
    return flat


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else value


def is_frame(source: Any) -> bool:
    """Tell a polars or pandas frame by its type, without importing pandas."""
    if isinstance(source, (pl.DataFrame, pl.LazyFrame)):
        return True
    kind = type(source)
    return kind.__name__ == "DataFrame" and kind.__module__.split(".")[0] == "pandas"


def read_frame(source: Any, name: str | None = None) -> Document:
    """Turn a frame into a grid whose header is the frame's column names; row 1 is the first data row.

    Raises:
        UsageError: a column cannot be written as text.
    """
    frame = source.collect() if isinstance(source, pl.LazyFrame) else source
    if not isinstance(frame, pl.DataFrame):
        frame = _from_pandas(frame)
    columns = [[cell_text(v) for v in frame[column].to_list()] for column in frame.columns]
    body = [list(row) for row in zip(*columns, strict=True)]
    grid = Grid([list(frame.columns), *body], list(range(len(body) + 1)), typed=_typed(frame))
    return Document(name, "frame", [grid])


def _typed(frame: pl.DataFrame) -> bool:
    return any(dtype.is_numeric() for dtype in frame.dtypes)


def _from_pandas(frame: Any) -> pl.DataFrame:
    plain = frame.reset_index(drop=True)
    plain.columns = [str(column) for column in plain.columns]
    try:
        return pl.DataFrame(
            {column: plain[column].tolist() for column in plain.columns}, strict=False, nan_to_null=True
        )
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"The pandas frame has a column that cannot be read ({error}).") from error
