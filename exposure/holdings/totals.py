"""Totals and subtotals among the rows kept: rows that are the sum of others, whatever their words.

A row with an identifier of its own is never taken for one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from .layout import Table
from .numbers import evidence, join, split
from .vocabulary import is_null, patterns

#: Sums of numbers written with this many digits agree to the rounding of each.
_TOLERANCE = 1e-6
#: Beyond this part of the sum it is another number, however coarse the rounding.
_MOST = 5e-4
#: Fewer rows may add up by chance.
_FEWEST = 4
#: A total stands at most so many rows from those it sums.
_REACH = 5_000
#: Tables read by columns, whose empty cells are null.
_LARGE = 100_000
#: Larger tables are not printed in parts.
_MOST_PARTED = 5_000
_WHY = "total: the sum of the rows beside it"


@dataclass(frozen=True)
class Rows:
    """What ``rows.py`` knows of the rows of one table."""

    table: Table
    ids: list[int]
    has_id: Callable[[int], bool]
    is_bare: Callable[[int], bool]
    name: int | None

    def cell(self, i: int, index: int) -> str:
        """Return a cell; rows may be shorter than the header."""
        row = self.table.grid.rows[i]
        return row[index] if index < len(row) else ""


def totals_among(rows: Rows, kept: Sequence[int], headings: Sequence[str]) -> dict[int, str]:
    """Return the kept rows that are totals, with the reason.

    Args:
        rows: the table and its columns.
        kept: rows taken for holdings so far.
        headings: texts of section headings set aside; "Total <heading>" closes a section.
    """
    value = rows.table.column("value") or rows.table.column("weight")
    if value is None or not len(kept):
        return {}
    amounts = _amounts(rows.table, kept, value.index)
    found = _by_sum(rows, kept, value.index, amounts) | _by_words(rows, kept, value.index, headings, amounts)
    if found:
        stay = pl.Series([i not in found for i in kept])
        kept, amounts = [i for i in kept if i not in found], amounts.filter(stay)
    return found | _heads_of_parts(rows, kept, value.index, amounts) | _of_all(rows, kept, value.index, amounts)


def _heads_of_parts(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> dict[int, str]:
    """Find the rows that head the parts of a table with their sums, where they account for every row of it."""
    if not _FEWEST <= len(kept) <= _MOST_PARTED or rows.has_id(kept[0]):
        return {}
    numbers, at, heads = amounts.to_list(), 0, []
    while at < len(kept):
        near = _near(rows.cell(kept[at], value), numbers[at], 20)
        total, end = 0.0, at + 1
        while end < len(kept) and not (end - at > 1 and abs(total - numbers[at]) <= near):
            total += numbers[end]
            end += 1
        if end - at < 2 or abs(total - numbers[at]) > near or not numbers[at]:
            return {}
        heads.append(kept[at])
        at = end
    long = len(heads) > 1 and len(kept) >= 3 * len(heads)
    return dict.fromkeys(heads, "total: the sum of the rows below it") if long else {}


def _amounts(table: Table, kept: Sequence[int], value: int) -> pl.Series:
    """Read the amounts by the column's own decimal mark."""
    cells = table.grid.series(value, kept)
    if cells.dtype != pl.String:
        return cells.fill_null(0.0)
    parts = split(cells)
    proof = evidence(parts)
    soft = "," if proof.grouped or (table.grid.comma and not table.grid.typed) else "."
    return join(parts, proof.decimal() or soft).fill_null(0.0)


def _by_sum(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> dict[int, str]:
    """Find rows without a label of a total, without price and shares, where most rows have an identifier."""
    if not rows.ids:
        return {}
    own = [c.index for c in rows.table.columns if c.field in ("price", "shares")]
    bare = [i for i in _without_own(rows.table, own, kept) if rows.is_bare(i)]
    bare = [i for i in bare if all(is_null(rows.cell(i, k)) for k in own)]
    if not bare or len(bare) * 2 > len(kept):
        return {}
    sums, place = _running_sums(kept, amounts, lambda i: not rows.has_id(i))
    at = {i: n for n, i in enumerate(kept)}
    found = [
        i
        for i in bare
        if _is_sum(
            rows.cell(i, value), amounts[at[i]], sums, place[i], 1 if _is_telling(rows.cell(i, value)) else 2
        )
    ]
    # Where parts are summed up, a part of one line is too.
    found = found and [i for i in bare if _is_sum(rows.cell(i, value), amounts[at[i]], sums, place[i], 1)]
    return dict.fromkeys(found, _WHY)


def _by_words(
    rows: Rows, kept: Sequence[int], value: int, headings: Sequence[str], amounts: pl.Series
) -> dict[int, str]:
    """Find rows with a word for a total that close a section or are a sum: a company may be called so too."""
    if rows.name is None or any(_identifies(rows.table.grid.series(k, kept)) for k in rows.ids):
        return {}
    names = rows.table.grid.series(rows.name, kept)
    if names.dtype != pl.String:
        return {}
    worded = names.str.contains(f"(?i){patterns('rows', 'maybe_total').pattern}|^$").fill_null(True)
    maybe = [kept[p] for p in worded.arg_true().to_list()]
    maybe = [i for i in maybe if not rows.has_id(i)]
    if not maybe:
        return {}
    doubtful = set(maybe)
    sums, place = _running_sums(kept, amounts, lambda i: i in doubtful)
    at = {i: n for n, i in enumerate(kept)}
    closed = [h.casefold() for h in headings if len(h) > 3]
    found = {}
    for i in maybe:
        rest = patterns("rows", "maybe_total").sub("", rows.cell(i, rows.name)).strip(" :-–").casefold()
        if _is_sum(rows.cell(i, value), amounts[at[i]], sums, place[i], 1):
            found[i] = _WHY
        elif len(rest) > 3 and any(rest in heading for heading in closed):
            found[i] = "total: it closes the section of that name"
    return found


def _identifies(cells: pl.Series) -> bool:
    """Tell whether a column of large tables gives every line an identifier, so that none can be a total."""
    return len(cells) > _LARGE and not cells.null_count()


def _of_all(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> dict[int, str]:
    """Find the row without identifier, price and shares, the first or the last, that is the sum of all others."""
    own = [c.index for c in rows.table.columns if c.field in ("price", "shares")]
    if len(kept) < _FEWEST:
        return {}
    total = float(amounts.sum()) if len(kept) == len(amounts) else None
    if total is None:
        return {}
    for i, amount in ((kept[-1], float(amounts[-1])), (kept[0], float(amounts[0]))):
        if amount <= 0 or abs(total - 2 * amount) > _near(rows.cell(i, value), amount, len(kept)):
            continue
        if not rows.has_id(i) and all(is_null(rows.cell(i, k)) for k in own):
            return {i: "total: the sum of all rows"}
    return {}


def _without_own(table: Table, own: list[int], kept: Sequence[int]) -> Sequence[int]:
    """Return the rows without price and shares."""
    if not own:
        return kept
    absent = [
        c.is_null() if c.dtype != pl.String else ~c.str.contains(r"\d").fill_null(False)
        for c in (table.grid.series(k, kept) for k in own)
    ]
    places = reduce(operator.and_, absent).arg_true().to_list()
    return [kept[p] for p in places]


def _running_sums(
    kept: Sequence[int], amounts: pl.Series, left_out: Callable[[int], bool]
) -> tuple[np.ndarray, dict[int, int]]:
    """Sum the rows, and note for each row how many of them came before it."""
    sums, place = [0.0], {}
    for i, amount in zip(kept, amounts.to_list(), strict=True):
        place[i] = len(sums) - 1
        if not left_out(i):
            sums.append(sums[-1] + amount)
    return np.array(sums), place


def _near(cell: str, amount: float, count: int) -> float:
    """Return how far a stated sum may be off: each number was rounded to the decimals it is written with."""
    decimals = len(cell.rstrip(")% ").rpartition(".")[2]) if "." in cell else 0
    rounding: float = 0.5 * 10.0 ** -min(decimals, 6) * max(1.0, float(count) ** 0.5)
    return abs(amount) * _TOLERANCE + min(rounding, abs(amount) * _MOST)


def _is_telling(cell: str) -> bool:
    """Tell an amount of so many digits that another line has it by no chance."""
    return len("".join(c for c in cell if c.isdigit()).strip("0")) > 6


def _is_sum(cell: str, amount: float, sums: np.ndarray, at: int, fewest: int = 2) -> bool:
    """Tell whether an amount is the sum of rows directly below or above; one equal row beside it proves nothing."""
    if not amount:
        return False
    most, least = _near(cell, amount, _REACH), _near(cell, amount, 1)
    below, above = (
        sums[at + fewest : at + _REACH] - sums[at],
        sums[at] - sums[max(0, at - _REACH) : at - fewest + 1],
    )
    if at - fewest < 0:
        above = above[:0]
    for runs, sizes in ((below, np.arange(fewest, fewest + len(below))), (above, np.arange(len(above), 0, -1))):
        gaps = np.abs(runs - amount)
        for k in np.flatnonzero(gaps <= most):
            if gaps[k] <= max(least, _near(cell, amount, int(sizes[k]) + fewest)):
                return True
    return False
