"""The books: values against the file's own totals, weights against values, weights against one."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

import polars as pl

from .decide import Choice
from .facts import Facts
from .layout import Table
from .numbers import exact_sum, plain_number
from .rows import Sorted

#: A line's stated weight may differ from value ÷ total by rounding and by net assets not listed as holdings.
WEIGHT_TOLERANCE = 0.02
#: Published weights are rounded, and cash or liabilities may be left out.
SUM_TOLERANCE = 0.02
#: The most that a weight given only as "<0.01%" can add.
SMALL = 0.0001

Check = tuple[str, bool]


def reconcile(
    used: list[tuple[Table, Sorted]],
    choices: list[Choice],
    frames: list[pl.DataFrame],
    facts: Facts,
    total: float | None,
) -> tuple[list[Check], list[str]]:
    """Compare the file's own totals and weights with what was read.

    Returns:
        The checks, each with whether it agrees, and a warning with the figures for each that does not.
    """
    checks: list[Check] = []
    warnings: list[str] = []
    for (table, rows), choice, frame in zip(used, choices, frames, strict=True):
        for text, agrees, nearest in _totals(table, rows, choice, frame, total):
            checks.append((text, agrees))
            if not agrees:
                warnings.append(f"{text} agrees with no sum of the lines read; the nearest is {nearest:,.2f}")
    lines = pl.concat([f.select("name", "value", "weight", "weight_note") for f in frames])
    for text, agrees in (*_weights(lines, facts, total), *_whole(lines)):
        checks.append((text, agrees))
        if not agrees:
            warnings.append(text)
    return checks, warnings


def _weights(lines: pl.DataFrame, facts: Facts, total: float | None) -> list[Check]:
    """Compare weights with values; a file that holds part of a portfolio keeps the whole one's weights."""
    both = lines.drop_nulls(["value", "weight"])
    base = facts.net_assets or total
    if not both.height or not base:
        return []
    part = exact_sum(both["weight"])
    if facts.net_assets is None and 0 < part < 0.9 and not lines["weight_note"].count():
        base /= part
    gaps = both.with_columns(gap=(pl.col("value") / base - pl.col("weight")).abs())
    worst = gaps.row(gaps["gap"].fill_nan(None).arg_max() or 0, named=True)
    gap = worst["gap"] or 0.0
    against = "net assets" if facts.net_assets else "total"
    text = f"published weights differ from value ÷ {against} by at most {gap:.2%}"
    if gap < WEIGHT_TOLERANCE:
        return [(text, True)]
    detail = (
        f"{worst['weight']:.2%} for '{worst['name'] or 'a line without a name'}', not {worst['value'] / base:.2%}"
    )
    return [(f"{text}: {detail}", False)]


def _whole(lines: pl.DataFrame) -> list[Check]:
    """Compare the sum of the weights with one, leaving room for weights given only as "less than"."""
    if not lines["weight"].count():
        return []
    stated = exact_sum(lines["weight"])
    room = SMALL * lines["weight_note"].count()
    agrees = 1 - SUM_TOLERANCE - room <= stated <= 1 + SUM_TOLERANCE
    text = f"the weights sum to {stated:.2%}"
    if agrees:
        return [(text, True)]
    hint = (
        "the file seems to hold a part of the portfolio"
        if stated < 1
        else "lines may be counted twice or be leveraged"
    )
    return [(f"{text}, not 100%: {hint}", False)]


def _totals(
    table: Table, rows: Sorted, choice: Choice, frame: pl.DataFrame, total: float | None
) -> list[tuple[str, bool, float]]:
    """Look for each of the file's total rows among the sums of runs of rows that end or begin there."""
    if choice.column is None or not rows.totals:
        return []
    sums = [0.0]
    for value in frame["value"].to_list():
        sums.append(sums[-1] + (value or 0.0))
    found = []
    for index in rows.totals:
        row = table.grid.rows[index]
        stated = plain_number(row[choice.column.index]) if choice.column.index < len(row) else None
        if stated is None:
            continue
        scale = choice.scale or 1.0
        stated *= scale
        runs = [*_runs(sums, bisect.bisect_left(rows.kept, index)), total or 0.0]
        nearest = min(runs, key=lambda run: abs(run - stated))
        # Rounded lines add up to within half a unit each.
        near = max(abs(stated) * 1e-6, scale * max(1.0, 0.5 * math.sqrt(len(rows.kept))) if scale > 1 else 1.0)
        agrees = abs(nearest - stated) <= near or stated == 0
        found.append((f"row {table.grid.lines[index]}: the file's own total {stated:,.2f}", agrees, nearest))
    return found


def _runs(sums: Sequence[float], at: int) -> list[float]:
    """Return the sums of all runs of rows that end, or begin, at a place."""
    return [sums[at] - s for s in sums[:at]] + [s - sums[at] for s in sums[at + 1 :]]
