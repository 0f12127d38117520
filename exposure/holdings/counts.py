"""The bytes of a large text file in one pass: what tells whether two readers see the same rows in it.

The pass works on blocks that stay in the processor's cache, beside the parsing, and so costs little of its own.
"""

from __future__ import annotations

import csv
import mmap
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .grid import trim
from .source import Source

_NEWLINE, _RETURN, _POINT = 10, 13, 46
_END = 4096
#: Of this size a block stays in the processor's cache.
_BLOCK = 1 << 18
#: Rows kept for the next question about them.
_KEPT = 2000


@dataclass(frozen=True)
class Counts:
    """What the bytes of a file hold.

    Args:
        ends: line feeds in the file before each of its blocks, and in all of it.
        lines: number of lines below the header.
        odd: null bytes, a carriage return within a line, or an end-of-file mark of old systems.
        quotes: quotation marks below the header.
        open_end: a quotation mark near the end that its line does not close, as a footnote over several lines has.
        tabs: tabs below the header.
        points: number of points below the header, where they were to be counted.
        ascii: nothing but ASCII.
    """

    ends: tuple[int, ...]
    lines: int
    odd: bool
    quotes: bool
    open_end: bool
    tabs: bool
    points: int
    ascii: bool


def count_bytes(source: Source, offset: int, with_points: bool = False) -> Counts:
    """Count what the lines of a file and the cells below its header hold.

    Args:
        source: the file.
        offset: where the header ends; within the first block.
        with_points: whether the points are to be counted, too.
    """
    ends, above, points = [0], 0, 0
    odd, quotes, tabs, plain = False, False, False, True
    last = end = b""
    for block in source.digested(_BLOCK):
        codes = np.frombuffer(block, dtype=np.uint8)
        ends.append(ends[-1] + int(np.count_nonzero(codes == _NEWLINE)))
        points += int(np.count_nonzero(codes == _POINT)) if with_points else 0
        odd = odd or b"\x00" in block or _has_bare_return(last, block)
        if not last:
            above = block[:offset].count(b"\n")
            points = -block[:offset].count(b".") if with_points else 0
        below = block if last else block[offset:]
        quotes, tabs, plain = quotes or b'"' in below, tabs or b"\t" in below, plain and below.isascii()
        end = below[-_END:] if len(below) >= _END else (end + below)[-_END:]
        last = block[-1:]
    odd = odd or end.rstrip(b"\r\n").endswith(b"\x1a") or last == b"\r"
    unended = last not in (b"\n", b"")
    # A line too long to be seen whole may be open.
    open_end = quotes and any(line.count(b'"') % 2 for line in end.split(b"\n")[1:] or [b'"'])
    return Counts(tuple(ends), ends[-1] - above + unended, odd, quotes, open_end, tabs, points, plain)


def _has_bare_return(last: bytes, part: bytes) -> bool:
    """Tell whether a carriage return stands before anything but a line feed; the last byte is the next block's."""
    if b"\r" not in part and last != b"\r":
        return False
    codes = np.frombuffer(last + part, dtype=np.uint8)
    return bool(((codes[:-1] == _RETURN) & (codes[1:] != _NEWLINE)).any())


class Lines:
    """The lines of a file in which each is one row, as trimmed cells."""

    def __init__(self, source: Source, mark: str, ends: tuple[int, ...]) -> None:
        self.source = source
        self.mark = mark
        self.ends = ends
        self._block = -1
        self._places = np.array([], dtype=np.int64)
        self._seen: dict[int, list[str]] = {}

    def __getitem__(self, at: int) -> list[str]:
        found = self._seen.get(at)
        if found is None:
            found = [trim(cell) for cell in next(csv.reader([self._line(at)], delimiter=self.mark), [])]
            if len(self._seen) > _KEPT:
                self._seen.clear()
            self._seen[at] = found
        return found

    def _line(self, at: int) -> str:
        start = self._end(at - 1) + 1 if at else 0
        stop = self._bytes.find(b"\n", start)
        return self._bytes[start : stop if stop >= 0 else None].decode().rstrip("\r")

    def _end(self, at: int) -> int:
        """Return where a line ends."""
        block = bisect_right(self.ends, at) - 1
        if block != self._block:
            self._block = block
            codes = np.frombuffer(self._bytes[block * _BLOCK : (block + 1) * _BLOCK], dtype=np.uint8)
            self._places = np.flatnonzero(codes == _NEWLINE)
        return block * _BLOCK + int(self._places[at - self.ends[block]])

    @cached_property
    def _bytes(self) -> bytes | mmap.mmap:
        if isinstance(self.source.held, bytes):
            return self.source.held
        with self.source.held.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
