"""JSON documents and data frames -> one grid."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import polars as pl

from ..errors import LimitExceeded, NoHoldings
from ..late import pa, pq
from .grid import MAX_CELLS, Document, Grid
from .handed import as_polars
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
        text = decode(source)[0]
        tree = _lines(text) or json.loads(text)
    except (ValueError, RecursionError) as error:
        raise guard(source, "JSON", error) from error
    lists: list[list[dict[str, Any]]] = []
    scalars: list[list[str]] = []
    _walk(source, tree, "", lists, scalars, 0)
    found, names = _lists_of_lists(tree)
    longest = max(found, key=len, default=[])
    if longest and len(longest) > max((len(records) for records in lists), default=0):
        return _rows(source, longest, names, scalars)
    if not lists:
        raise NoHoldings(f"{source.label} is JSON without a list of holdings.")
    records = [_flat(record, "", MAX_DEPTH) for record in max(lists, key=len)]
    header = list(dict.fromkeys(key for record in records for key in record))
    body = [[record.get(key, "") for key in header] for record in records]
    rows = [*scalars[:200], [key.rpartition(".")[2] for key in header], *body]
    lines = [0] * (min(len(scalars), 200) + 1) + list(range(1, len(body) + 1))
    return Document(source.name, "json", [Grid(rows, lines, typed=True)], source.sha256)


def _lines(text: str) -> list[Any]:
    """Return the objects of JSON Lines, one to a line; none where the text is one document."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
        return []
    return [json.loads(line) for line in lines]


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


def _lists_of_lists(tree: Any) -> tuple[list[list[list[Any]]], list[list[Any]]]:
    """Return the tables kept as lists of lists, and the lists of texts that may name their columns."""
    found: list[list[list[Any]]] = []
    names: list[list[Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        if isinstance(node, list) and node and all(isinstance(row, list) for row in node):
            found.append(node)
        elif isinstance(node, list) and len(node) > 1 and all(isinstance(cell, str) for cell in node):
            names.append(node)
        waiting += [child for child in children if isinstance(child, (dict, list))]
    return found, names


def _rows(source: Source, table: list[list[Any]], names: list[list[Any]], scalars: list[list[str]]) -> Document:
    """Read a table kept as a list of lists, with its column names in a list of their own where there is one."""
    width = max(len(row) for row in table)
    head = next((n for n in names if len(n) == width and n not in table), None)
    body = [[cell_text(_plain(_own_value(cell))) for cell in row] for row in table]
    rows = [*scalars[:200], *([[str(n) for n in head]] if head else []), *body]
    above = len(rows) - len(body)
    grid = Grid(rows, [0] * above + list(range(1, len(body) + 1)), typed=True)
    return Document(source.name, "json", [grid], source.sha256)


def _own_value(cell: Any) -> Any:
    """Return the number of a cell that carries both its number and the way it is shown."""
    if isinstance(cell, dict):
        return next((cell[key] for key in ("raw", "value", "display") if key in cell), "")
    return "" if isinstance(cell, list) else cell


def _flat(record: dict[str, Any], prefix: str, room: int) -> dict[str, str]:
    """Flatten nested objects to dotted keys; lists inside a record are not followed."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and "raw" in value:
            flat[f"{prefix}{key}"] = cell_text(_plain(_own_value(value)))
        elif isinstance(value, dict):
            if room:
                flat |= _flat(value, f"{prefix}{key}.", room - 1)
        elif not isinstance(value, list):
            flat[f"{prefix}{key}"] = cell_text(_plain(value))
    return flat


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else value


def read_frame(source: Any, name: str | None = None) -> Document:
    """Turn a frame into a grid whose header is the frame's column names; row 1 is the first data row.

    Raises:
        UsageError: a column cannot be read.
    """
    frame = as_polars(source)
    columns = [[cell_text(v) for v in frame[column].to_list()] for column in frame.columns]
    body = [list(row) for row in zip(*columns, strict=True)]
    grid = Grid([list(frame.columns), *body], list(range(len(body) + 1)), typed=_typed(frame))
    return Document(name, "frame", [grid])


def read_parquet(source: Source) -> Document:
    """Read a parquet file as a frame.

    Raises:
        UnreadableFile: damaged.
        LimitExceeded: more cells than ``MAX_CELLS``.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(source.data))
        cells = file.metadata.num_rows * file.metadata.num_columns
        if cells > MAX_CELLS:
            raise LimitExceeded(f"{source.label} has {cells:,} cells; the limit is {MAX_CELLS:,}; split it.")
        frame = pl.DataFrame(pl.from_arrow(file.read()))
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, EOFError, ValueError, MemoryError) as error:
        raise guard(source, "parquet", error) from error
    flat = frame.select(pl.exclude(pl.List, pl.Struct, pl.Binary))
    return replace(read_frame(flat, source.name), sha256=source.sha256, format="parquet")


def _typed(frame: pl.DataFrame) -> bool:
    return any(dtype.is_numeric() for dtype in frame.dtypes)
