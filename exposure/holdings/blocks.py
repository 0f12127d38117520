"""A table printed in blocks side by side -> one below the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from .grid import Grid

#: Headers stand among the first lines.
_DEPTH = 60
#: No page holds more columns than this side by side.
_WIDEST = 60


def stacked(grid: Grid) -> tuple[Grid, str | None]:
    """Put the blocks of a table that repeats its header within one row below each other.

    Returns:
        The grid, and a note where it was changed.
    """
    if not isinstance(grid.rows, list):
        return grid, None
    for i, row in enumerate(grid.rows[:_DEPTH]):
        starts = _blocks(row)
        if len(starts) < 2:
            continue
        ends = [*starts[1:], max(len(r) for r in grid.rows[i:])]
        head = row[starts[0] : ends[0]]
        rows, lines = [*grid.rows[:i], head], [*grid.lines[:i], grid.lines[i]]
        for start, end in zip(starts, ends, strict=True):
            part = [
                (below[start:end], line)
                for below, line in zip(grid.rows[i + 1 :], grid.lines[i + 1 :], strict=True)
            ]
            rows += [cells for cells, _ in part]
            lines += [line for _, line in part]
        note = (
            f"row {grid.lines[i]}: the table stands in {len(starts)} blocks side by side, read one after the other"
        )
        return replace(grid, rows=rows, lines=lines), note
    return grid, None


def _blocks(row: list[str]) -> list[int]:
    """Return where each repetition of a header of at least two texts begins; none where it does not repeat."""
    texts = [(k, cell) for k, cell in enumerate(row) if cell]
    names = [cell.casefold() for _, cell in texts] if len(texts) <= _WIDEST else []
    for size in range(2, len(names) // 2 + 1):
        times = len(names) // size
        distinct = len(set(names[:size])) == size and not any(c.isdigit() for c in names[0][:1])
        if times * size == len(names) and distinct and names == names[:size] * times:
            starts = [texts[n * size][0] for n in range(times)]
            steps = {b - a for a, b in pairwise(starts)}
            if len(steps) == 1:
                return starts
    return []
