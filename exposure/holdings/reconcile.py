"""The books: values against the file's own totals, weights against values, weights against one."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

import polars as pl

from .decide import Choice
from .facts import Facts
from .layout import Table
from .numbers import exact_sum, is_unsure, plain_number
from .places import rows_named
from .rows import Sorted
from .scan import distinct

#: A line's stated weight may differ from value ÷ total by rounding and by net assets not listed as holdings.
WEIGHT_TOLERANCE = 0.02
#: Published weights are rounded, and cash or liabilities may be left out.
SUM_TOLERANCE = 0.02
#: More groups than this are managers, countries or sectors.
MOST_PORTFOLIOS = 200
#: The most that a weight given only as "<0.01%" can add.
SMALL = 0.0001

Check = tuple[str, bool]
#: Line, stated amount, whether it agrees, the nearest sum of lines.
_Total = tuple[int, float, bool, float]


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
        found = _totals(table, rows, choice, frame, total)
        checks += _listed(table, found)
        warnings += [
            f"{_stated(table, line, amount)} agrees with no sum of the lines read; the nearest is {nearest:,.2f}"
            for line, amount, agrees, nearest in found
            if not agrees
        ]
    lines = pl.concat([f.select("name", "value", "weight", "weight_note", "group", "sheet") for f in frames])
    for text, agrees in _of_portfolios(lines) or (*_weights(lines, facts, total), *_whole(lines)):
        checks.append((text, agrees))
        if not agrees:
            warnings.append(text)
    return checks, warnings


def adds_up(table: Table, rows: Sorted, choice: Choice, frame: pl.DataFrame) -> bool:
    """Tell whether the file gives the sum of all lines of a table: then they are in one currency."""
    if not rows.totals or choice.column is None:
        return False
    total = exact_sum(frame["value"])
    found = _totals(table, rows, choice, frame, total)
    return any(agrees and abs(amount - total) <= abs(total) * 1e-6 + 1 for _, amount, agrees, _ in found)


def _of_portfolios(lines: pl.DataFrame) -> list[Check]:
    """Compare the weights of each of several portfolios in one file, where each sums to the whole by itself."""
    for name in ("group", "sheet"):
        parts = lines.partition_by(name, maintain_order=True) if _differ(lines[name]) else []
        sums = [exact_sum(part["weight"]) for part in parts]
        if not sums or len(sums) > MOST_PORTFOLIOS or any(abs(total - 1) > SUM_TOLERANCE for total in sums):
            continue
        checks = [(f"the weights sum to 100% in each of {len(parts)} portfolios", True)]
        for part in parts:
            found = _weights(part, Facts(), exact_sum(part["value"]) if part["value"].count() else None)
            checks += [(f"{part[name][0]}: {text}", False) for text, agrees in found if not agrees]
        return checks
    return []


def _differ(texts: pl.Series) -> bool:
    return texts.count() > 0 and len(distinct(texts)) > 1


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
    most = "less than 0.01%" if gap < 0.00005 else f"at most {gap:.2%}"
    if base != (facts.net_assets or total):
        against = f"{against} (of which the lines are {part:.2%})"
    text = f"published weights differ from value ÷ {against} by {most}"
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
    bounds = lines["weight_note"].count()
    text = f"the weights sum to {stated:.2%}"
    if abs(stated - 1) <= SUM_TOLERANCE:
        return [(text, True)]
    if 1 - SUM_TOLERANCE - SMALL * bounds <= stated < 1:
        return [(f"{text}; {bounds:,} more are given only as bounds, which can make up the rest", True)]
    hint = (
        "the lines are not the whole portfolio; cash, other net assets or lines may be left out"
        if stated < 1
        else "lines may be counted twice, or liabilities be left out"
    )
    return [(f"{text}, not 100%: {hint}", False)]


def _stated(table: Table, line: int, amount: float) -> str:
    return f"{_sheet(table)}row {line}: the file's own total {amount:,.2f}"


def _sheet(table: Table) -> str:
    return f"sheet '{table.grid.sheet}', " if table.grid.sheet else ""


def _listed(table: Table, found: list[_Total]) -> list[Check]:
    """Write one check for a total, and one for all those of a table that agree."""
    right = [(line, amount) for line, amount, agrees, _ in found if agrees]
    wrong = [(_stated(table, line, amount), False) for line, amount, agrees, _ in found if not agrees]
    if len(right) < 2:
        return [(_stated(table, *one), True) for one in right] + wrong
    rows = rows_named([line for line, _ in right])
    return [(f"{_sheet(table)}{rows}: {len(right)} totals of the file's own", True), *wrong]


def _totals(table: Table, rows: Sorted, choice: Choice, frame: pl.DataFrame, total: float | None) -> list[_Total]:
    """Look for each of the file's total rows among the sums of runs of rows that end or begin there."""
    if choice.column is None or not rows.totals:
        return []
    sums = [0.0]
    for value in frame["value"].to_list():
        sums.append(sums[-1] + (value or 0.0))
    found = []
    for index in rows.totals:
        row = table.grid.rows[index]
        cell = row[choice.column.index] if choice.column.index < len(row) else ""
        stated = plain_number(cell)
        # A section without lines has a total of nothing, which proves nothing.
        if not stated:
            continue
        scale = choice.scale or 1.0
        runs = [*_runs(sums, bisect.bisect_left(rows.kept, index)), total or 0.0]
        # Of "886.530" alone none can say which it is; the lines it sums do.
        readings = [stated * scale, *([stated * scale * 1000] if is_unsure(cell) else [])]
        nearest, stated = min(
            ((run, reading) for run in runs for reading in readings), key=lambda pair: abs(pair[0] - pair[1])
        )
        # Rounded lines add up to within half a unit each.
        near = max(abs(stated) * 1e-6, scale * max(1.0, 0.5 * math.sqrt(len(rows.kept))) if scale > 1 else 1.0)
        found.append((table.grid.lines[index], stated, abs(nearest - stated) <= near, nearest))
    return found


def _runs(sums: Sequence[float], at: int) -> list[float]:
    """Return the sums of all runs of rows that end, or begin, at a place."""
    return [sums[at] - s for s in sums[:at]] + [s - sums[at] for s in sums[at + 1 :]]
