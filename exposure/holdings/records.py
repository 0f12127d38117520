"""JSON documents and data frames -> one grid."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from ..errors import LimitExceeded, NoHoldings
from ..late import pa, pq
from .dates import readings
from .grid import MAX_CELLS, Document, Grid
from .handed import as_polars
from .source import Source, guard
from .text import decode
from .workbook import cell_text

MAX_DEPTH = 30
#: Keys of a cell that carries its number beside the way it is shown.
_OWN = frozenset({"raw", "display"})
#: Keys under which an object says whose holdings it holds.
_NAMES = ("name", "fundName", "portfolioName", "fund", "portfolio", "ticker", "symbol")


@dataclass
class _Found:
    """The lists of records of a document, and the scalars around them with the lists they stand in."""

    lists: list[_List] = field(default_factory=list)
    scalars: list[tuple[list[str], frozenset[int]]] = field(default_factory=list)


@dataclass(frozen=True)
class _List:
    """Records under one key, with what tells them from others of that key: a name, or the key above."""

    records: list[dict[str, Any]]
    key: str
    label: str


def read_json(source: Source) -> Document:
    """Read the longest list of objects in a JSON document, with those of the same key and columns beside it.

    Scalars elsewhere become preamble lines.

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
    found = _Found()
    _walk(source, tree, ("",), frozenset(), found)
    tables, names = _lists_of_lists(tree)
    longest = max(tables, key=len, default=[])
    if longest and len(longest) > max((len(one.records) for one in found.lists), default=0):
        return _rows(source, longest, names, [line for line, _ in found.scalars])
    if not found.lists:
        raise NoHoldings(f"{source.label} is JSON without a list of holdings.")
    parts = _alike(found.lists)
    records = [_flat(record, "", MAX_DEPTH) | added for one, added in parts for record in one.records]
    inside = {id(one.records) for one, _ in parts}
    above = [line for line, within in found.scalars if not within & inside][:200]
    header = list(dict.fromkeys(key for record in records for key in record))
    body = [[record.get(key, "") for key in header] for record in records]
    rows = [*above, [key.rpartition(".")[2] for key in header], *body]
    lines = [0] * (len(above) + 1) + list(range(1, len(body) + 1))
    return Document(source.name, "json", [Grid(rows, lines, typed=True)], source.sha256)


def _alike(lists: list[_List]) -> list[tuple[_List, dict[str, str]]]:
    """Return the longest list and those of its key and columns, each with the column that tells them apart."""
    longest = max(lists, key=lambda one: len(one.records))
    columns = set(longest.records[0])
    alike = [one for one in lists if one.key == longest.key and set(one.records[0]) == columns]
    if len(alike) < 2:
        return [(longest, {})]
    name = "date" if all(readings(one.label) for one in alike) else "portfolio"
    return [(one, {name: one.label}) for one in alike]


def _lines(text: str) -> list[Any]:
    """Return the objects of JSON Lines, one to a line; none where the text is one document."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
        return []
    return [json.loads(line) for line in lines]


def _walk(source: Source, node: Any, path: tuple[str, ...], within: frozenset[int], found: _Found) -> None:
    """Collect every list of objects, and the scalars with the lists they stand in, in the document's order."""
    if len(path) > MAX_DEPTH + 1:
        raise LimitExceeded(f"{source.label} is nested deeper than {MAX_DEPTH} levels; flatten it.")
    if isinstance(node, dict):
        if keyed := _keyed(node):
            found.lists.append(_List(keyed, path[-1], path[-2] if len(path) > 1 else ""))
            within |= {id(keyed)}
        name = next((str(node[k]) for k in _NAMES if isinstance(node.get(k), str)), path[-1])
        for key, child in node.items():
            _walk(source, child, (*path[:-1], name, str(key)), within, found)
    elif isinstance(node, list):
        records = [item for item in node if isinstance(item, dict) and not _OWN & item.keys()]
        if records:
            found.lists.append(_List(records, path[-1], path[-2] if len(path) > 1 else ""))
        if len(records) < 5:
            for item in node:
                _walk(source, item, (*path, path[-1]), within | {id(records)}, found)
    elif path[-1] and node is not None:
        found.scalars.append(([path[-1].replace("_", " "), cell_text(node)], within))


def _keyed(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return records that are stored each under its symbol or number, with that key; none of other objects."""
    records = [child for child in node.values() if isinstance(child, dict)]
    if len(records) < 2 or len(records) < len(node) or _OWN & records[0].keys():
        return []
    columns = set(records[0])
    scalars = sum(not isinstance(value, (dict, list)) for value in records[0].values())
    if scalars < 2 or any(len(columns ^ set(record)) * 4 > len(columns) for record in records):
        return []
    return [{"key": key, **record} for key, record in node.items()]


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
        if isinstance(value, dict) and _OWN & value.keys():
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
