"""Lists of trades and payments, which look like holdings and are none: their amounts are of days, not of a day.

A header tells one by the days and costs of dealing; or by one such mark beside a column of what was done (bought,
sold, paid) or of a time of its own on every line.
"""

from __future__ import annotations

import re

from .dates import readings
from .grid import Grid
from .vocabulary import is_null, patterns

#: Lines looked at.
_SAMPLE = 60
#: Headers stand among the first lines.
_DEPTH = 100


def lists_trades(grid: Grid, header: int) -> bool:
    """Tell whether a row heads a list of trades or payments.

    Args:
        grid: one sheet.
        header: the row.
    """
    cells = {k: cell.replace("_", " ").strip() for k, cell in enumerate(grid.rows[header]) if cell}
    marks = sum(bool(patterns("sheets", "transactions").search(cell)) for cell in cells.values())
    if marks > 1:
        return True
    below = range(header + 1, min(header + 1 + _SAMPLE, len(grid.rows)))
    columns = [[c for c in grid.column(k, below) if not is_null(c)] for k in cells] if below else []
    if not any(_says_what_was_done(column) for column in columns):
        return False
    return marks == 1 or any(_is_of_moments(column) for column in columns)


def trades_header(grid: Grid) -> int | None:
    """Return the row that heads a list of trades; null where there is none."""
    rows = range(min(_DEPTH, len(grid.rows)))
    return next((i for i in rows if sum(1 for c in grid.rows[i] if c) > 3 and lists_trades(grid, i)), None)


def _says_what_was_done(cells: list[str]) -> bool:
    """Tell a column whose cells begin with what was done: most of them, and deals among them."""
    done, dealt = patterns("sheets", "done"), patterns("sheets", "dealt")
    said = sum(bool(done.match(cell) or dealt.match(cell)) for cell in cells)
    return said * 10 >= max(1, len(cells)) * 6 and any(dealt.match(cell) for cell in cells)


def _is_of_moments(cells: list[str]) -> bool:
    """Tell a column of days or times that change from line to line."""
    moments = [cell for cell in cells if re.match(r"\d", cell) and readings(cell[:10])]
    return len(moments) * 10 >= max(1, len(cells)) * 9 and len(set(moments)) * 2 > len(moments) > 1
