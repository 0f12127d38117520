"""Large plain text tables, read by columns: as exact as the general way (tested against it), and many times faster.

Only a file that is beyond doubt is read so: UTF-8, one line for each row, every number column plain. Anything else
is read the general way.
"""

from __future__ import annotations

import csv
import io
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import overload

import polars as pl

from .counts import Counts, Lines, count_bytes
from .grid import BLANK, MAX_CELLS, Grid, trim
from .layout import AMOUNTS, IDENTITY
from .numbers import is_unsure
from .scan import any_of, condensed
from .source import Source
from .vocabulary import field_of, parse_header

#: Below this the general way takes less than a tenth of a second.
MIN_BYTES = 1_000_000
#: Bytes looked at first.
_START = 200_000
_NUMERIC = frozenset({"value", "value_local", "weight", "shares", "price", "notional", "cost", "face"})
_PLAIN = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d{1,2})?")
_WITH_COMMA = re.compile(r"-?[0-9]+(,[0-9]+)?")
#: Rows kept as lists, for the parts that look at a file's beginning.
_SAMPLE = 750


@dataclass(frozen=True)
class Body:
    """The rows of a large table as columns.

    Args:
        frame: one column for each field; number columns as floats, others as trimmed texts, empty as null.
        start: index of the first of them among all rows of the file.
    """

    frame: pl.DataFrame
    start: int


class Rows(Sequence[list[str]]):
    """All rows of the file as texts as published; those beyond the first are read when asked for."""

    def __init__(self, head: list[list[str]], body: Body, lines: Lines) -> None:
        self.head = head
        self.body = body
        self.lines = lines
        self.size = body.start + body.frame.height

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> list[str]: ...

    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...

    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self.size))]
        place = at if at >= 0 else self.size + at
        if place >= self.size:
            raise IndexError(at)
        return self.head[place] if place < len(self.head) else self.lines[place]

    def __setitem__(self, at: int, row: list[str]) -> None:
        """Replace one of the first rows, as where a header over two rows is put together."""
        self.head[at] = row


def read_bulk(source: Source, mark: str) -> Rows | None:
    """Read a large table by columns, or return null where it needs the general way.

    Args:
        source: the file.
        mark: the delimiter.
    """
    head = _head(source.start(_START), mark) if source.size >= MIN_BYTES and len(mark) == 1 else None
    if head is None:
        return None
    rows, below, offset = head
    header = rows[below - 1]
    if any(_PLAIN.fullmatch(cell) for cell in header) or not _is_table(header):
        return None
    commas = _comma_columns(header, rows[below:]) if mark == ";" else []
    floats = [] if mark == ";" else _number_columns(header, rows[below:])
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count_bytes, source, offset, bool(commas))
        frame = _frame(source, mark, below, len(header), commas, comma=True) if commas else None
        if frame is None or not _holds_points(frame, counting.result().points):
            frame = _frame(source, mark, below, len(header), floats)
        if frame is None:
            return None
        counts = counting.result()
    texts = condensed(frame.select(pl.col(pl.String)))
    if not _is_whole(counts, frame.height, texts):
        return None
    rare = not counts.ascii or (mark != "\t" and counts.tabs)
    return Rows(rows, Body(_trimmed(frame, texts, rare), below), Lines(source, mark, counts.ends))


def _head(start: bytes, mark: str) -> tuple[list[list[str]], int, int] | None:
    """Return the first rows, how many of them end with the header, and the byte after it; or null."""
    cut = start.rpartition(b"\n")[0]
    try:
        lines = cut.decode("utf-8-sig").split("\n")[:_SAMPLE]
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    except (UnicodeDecodeError, csv.Error):
        return None
    if len(rows) != len(lines):
        return None
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    at = next(i for i, row in enumerate(rows) if len(row) == width)
    if width < 2 or at > 60:
        return None
    offset = sum(len(line) + 1 for line in islice(cut.split(b"\n"), at + 1))
    return [[trim(cell) for cell in row] for row in rows], at + 1, offset


def _is_table(header: list[str]) -> bool:
    """Tell whether the words of a header say who and how much, once: else its cells must be looked at."""
    fields = {field[0] for text in header if text and (field := field_of(parse_header(text)))}
    words = Counter(text.casefold() for text in header if text)
    return bool(fields & IDENTITY and fields & AMOUNTS) and max(words.values()) == 1


def _number_columns(header: list[str], sample: list[list[str]]) -> list[int]:
    """Return the columns of plain numbers, if some of them prove the decimal point."""
    found, proof = [], False
    for k in _number_fields(header):
        cells = [row[k] for row in sample if k < len(row) and row[k]]
        if not cells or not all(map(_PLAIN.fullmatch, cells)):
            continue
        found.append(k)
        proof = proof or any("." in cell and not is_unsure(cell) for cell in cells)
    return found if proof else []


def _comma_columns(header: list[str], sample: list[list[str]]) -> list[int]:
    """Return the columns of numbers of a table in which all of them have a decimal comma, as some prove.

    One column that is written in another way would be read by what the others prove.
    """
    columns = _number_fields(header)
    cells = [row[k] for row in sample for k in columns if k < len(row) and row[k]]
    proof = any("," in cell and not is_unsure(cell) for cell in cells)
    return columns if proof and all(map(_WITH_COMMA.fullmatch, cells)) else []


def _holds_points(frame: pl.DataFrame, points: int) -> bool:
    """Tell whether all points stand in the texts of a table: polars takes one in a number for a decimal mark."""
    found = frame.select(pl.col(pl.String).str.count_matches(".", literal=True).sum())
    return sum(count or 0 for count in found.row(0)) == points


def _number_fields(header: list[str]) -> list[int]:
    """Return the columns whose headers promise numbers."""
    fields = [field_of(parse_header(text)) if text else None for text in header]
    return [k for k, field in enumerate(fields) if field and field[0] in _NUMERIC]


def _frame(
    source: Source, mark: str, skip: int, width: int, floats: list[int], comma: bool = False
) -> pl.DataFrame | None:
    names = [f"c{k}" for k in range(width)]
    types = {name: pl.Float64 if k in floats else pl.String for k, name in enumerate(names)}
    try:
        frame = pl.read_csv(
            source.held,
            has_header=False,
            skip_lines=skip,
            separator=mark,
            schema=types,
            glob=False,
            decimal_comma=comma,
        )
    except (pl.exceptions.PolarsError, OSError):
        return None
    if frame.height * width > MAX_CELLS:
        return None
    # One chunk: otherwise every column put beside these would be copied.
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return pl.DataFrame(list(pool.map(pl.Series.rechunk, frame)))


def _is_whole(counts: Counts, rows: int, texts: list[pl.DataFrame]) -> bool:
    """Check that every line became one row, with nothing that polars and Python read in different ways."""
    if counts.lines != rows or counts.odd or counts.open_end:
        return False
    return not counts.quotes or not _has(texts, lambda text: text.str.contains('"', literal=True))


def _has(texts: list[pl.DataFrame], test: Callable[[pl.Expr], pl.Expr]) -> bool:
    return any(any(any_of(part, lambda text: [test(text)])[0].values()) for part in texts)


def _trimmed(frame: pl.DataFrame, texts: list[pl.DataFrame], rare: bool) -> pl.DataFrame:
    """Strip white space where there is any at the ends of cells; empty cells are null."""
    # The blank comes first of all characters but controls, and before them comes the empty text: one comparison.
    if not rare and not _has(texts, lambda text: (text < "!") | text.str.ends_with(" ")):
        return frame
    stripped = pl.col(pl.String).str.strip_chars(BLANK)
    return frame.with_columns(pl.when(stripped != "").then(stripped).name.keep())


@dataclass(frozen=True)
class BulkGrid(Grid):
    """A grid whose rows below the header are columns."""

    body: Body | None = None

    def heads(self) -> Iterator[int]:
        """Return the rows down to the first header, and those of the body without a number where numbers belong."""
        body = self._body()
        yield from range(body.start)
        numeric = [body.frame.to_series(k) for k in _number_fields(self.rows[body.start - 1])]
        if not numeric:
            yield from range(body.start, len(self.rows))
            return
        tests = [c.is_null() if c.dtype.is_numeric() else ~c.str.contains(r"\d").fill_null(False) for c in numeric]
        blank = reduce(operator.and_, tests)
        yield from (body.start + i for i in blank.arg_true().to_list())

    def _body(self) -> Body:
        assert self.body is not None
        return self.body

    def column(self, index: int, rows: Sequence[int]) -> list[str]:
        """Return some cells of a column; many numbers as they were read, a few as published."""
        column = self._body().frame.to_series(index)
        if column.dtype.is_numeric() and len(rows) <= _SAMPLE:
            return super().column(index, rows)
        return column.gather(self._places(rows)).cast(pl.String).fill_null("").to_list()

    def series(self, index: int, rows: Sequence[int]) -> pl.Series:
        """Return some cells of a column, number columns as numbers."""
        column = self._body().frame.to_series(index)
        if isinstance(rows, range) and rows.step == 1:
            return column.slice(rows.start - self._body().start, len(rows))
        return column.gather(self._places(rows))

    def _places(self, rows: Sequence[int]) -> pl.Series:
        return pl.Series(list(rows), dtype=pl.Int64) - self._body().start
