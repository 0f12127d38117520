"""Totals and subtotals among the rows kept: rows that are the sum of others, whatever their words.

A sum alone proves little: among lines of a few digits one is often the sum of its neighbours. A row is set
aside for its sum only where it is no security by its text (none at all, a word for a total, the name of a
group, a section or an asset class), where it lacks nearly all that the lines around it have, or where so many
digits agree that chance is out of the question. A row with an identifier of its own or with a company's legal
form in its name is never taken for a total. What is left open is kept, and named.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import polars as pl

from ..names import name_keys
from .kinds import kind_of_class
from .layout import Table
from .numbers import evidence, join, split, without_nulls
from .vocabulary import is_null, patterns, squash

#: Sums of numbers written with this many digits agree to the rounding of each.
_TOLERANCE = 1e-6
#: Beyond this part of the sum it is another number, however coarse the rounding.
_MOST = 5e-4
#: Fewer rows may add up by chance.
_FEWEST = 4
#: A total stands at most so many rows from those it sums.
_REACH = 5_000
#: Tables so large that their names are not searched for words where all lines have an identifier.
_LARGE = 100_000
#: Larger tables are not printed in parts.
_MOST_PARTED = 5_000
#: Texts of more characters are no names of groups.
_LONGEST = 200
#: A row that lacks so many cells which the lines with an identifier have is none of them.
_LACKING = 3
#: Lines looked at to tell which cells they have.
_SAMPLE = 400
BY_SUM = "total: the sum of"
_BOTH = "total: by its words and its sum"
_WHY = f"{BY_SUM} the rows beside it"


@dataclass(frozen=True)
class Totals:
    """The rows that are totals with the reason, and those kept although their amount is a sum of others."""

    found: dict[int, str]
    doubtful: list[int]


@dataclass(frozen=True)
class Rows:
    """What ``rows.py`` knows of the rows of one table."""

    table: Table
    ids: list[int]
    has_id: Callable[[int], bool]
    have_id: Callable[[Sequence[int]], pl.Series]
    bare_among: Callable[[Sequence[int]], list[int]]
    name: int | None
    headings: Sequence[str] = ()

    def cell(self, i: int, index: int) -> str:
        """Return a cell; rows may be shorter than the header."""
        row = self.table.grid.rows[i]
        return row[index] if index < len(row) else ""

    def label(self, i: int) -> str:
        """Return what a row is called, in its name or in the first text of it."""
        own = self.cell(i, self.name) if self.name is not None else ""
        return own if not is_null(own) else next((c for c in self.table.grid.rows[i] if _is_text(c)), "")

    @cached_property
    def groups(self) -> frozenset[str]:
        """Return the names of sections, sheets and groups that a row may sum up."""
        below = range(self.table.header + 1, self.table.stop)
        columns = [c.index for f in ("group", "country", "sector", "asset_class") for c in self.table.all(f)]
        cells = [self.table.grid.series(k, below).unique().to_list() for k in columns] if below else []
        titles: Iterable[str | None] = (*self.headings, self.table.grid.sheet, self.table.title)
        texts = [c for each in cells for c in each if isinstance(c, str)] + [t for t in titles if t]
        return frozenset(squash(t) for t in texts if len(t) < _LONGEST) - {""}

    def is_structural(self, i: int, lacking: int = _LACKING) -> bool:
        """Tell a row that is no security by its text: no name, a word for a total, a group's name or a class."""
        label = self.label(i)
        if not label:
            return True
        if self.is_company(i):
            return False
        whole = squash(label)
        worded = bool(
            patterns("rows", "maybe_total").search(label) or patterns("rows", "sum_heading").search(label)
        )
        return worded or whole in self.groups or kind_of_class(label) is not None or self.lacks(i) >= lacking

    @cached_property
    def usual(self) -> list[int]:
        """Return the columns, besides names and sums, that nearly all lines with an identifier fill."""
        below = range(self.table.header + 1, min(self.table.stop, self.table.header + 1 + _SAMPLE))
        lines = [i for i in below if self.has_id(i)]
        columns = [c.index for c in self.table.columns if c.field not in ("name", "title", "value", "weight")]
        return [
            k
            for k in dict.fromkeys(columns)
            if sum(not is_null(self.cell(i, k)) for i in lines) * 10 > len(lines) * 9
        ]

    def lacks(self, i: int) -> int:
        """Count the cells which the lines with an identifier have, and this row has not."""
        return sum(is_null(self.cell(i, k)) for k in self.usual)

    def is_worded(self, i: int) -> bool:
        """Tell a row whose words are those of a total, alone or before a group's name or a class."""
        label = self.label(i)
        if patterns("rows", "sum_heading").search(label):
            return True
        rest = patterns("rows", "maybe_total").sub("", label).strip(" :-–()")
        named = squash(rest) in self.groups or kind_of_class(rest) is not None or not squash(rest)
        return rest != label.strip(" :-–()") and named

    def reason(self, i: int, why: str) -> str:
        """Return why a row is set aside that is a sum."""
        return _BOTH if self.is_worded(i) else why

    def is_company(self, i: int) -> bool:
        """Tell a name with a company's legal form ("Total SE"), which is never called so for a sum."""
        keys = name_keys(pl.Series([self.label(i)[:_LONGEST]]))
        return bool((keys["legal"] != keys["core"]).fill_null(False).item())


def _is_text(cell: str) -> bool:
    return not is_null(cell) and any(c.isalpha() for c in cell)


def totals_among(rows: Rows, kept: Sequence[int]) -> Totals:
    """Return the kept rows that are totals, and those that may be.

    Args:
        rows: the table and its columns, with the section headings set aside ("Total <heading>" closes one).
        kept: rows taken for holdings so far.
    """
    value = rows.table.column("value") or rows.table.column("weight")
    if value is None or not len(kept):
        return Totals({}, [])
    amounts = _amounts(rows.table, kept, value.index)
    parts = [_by_sum(rows, kept, value.index, amounts), _by_words(rows, kept, value.index, amounts)]
    found = parts[0].found | parts[1].found
    if found:
        stay = pl.Series([i not in found for i in kept])
        kept, amounts = [i for i in kept if i not in found], amounts.filter(stay)
    parts += [_heads_of_parts(rows, kept, value.index, amounts), _of_all(rows, kept, value.index, amounts)]
    found = found | parts[2].found | parts[3].found
    open_rows = {i for part in parts for i in part.doubtful} - set(found)
    return Totals(found, sorted(open_rows))


def _heads_of_parts(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> Totals:
    """Find the rows that head the parts of a table with their sums, where they account for every row of it."""
    nothing = Totals({}, [])
    if not _FEWEST <= len(kept) <= _MOST_PARTED or rows.has_id(kept[0]):
        return nothing
    numbers, at, heads = amounts.to_list(), 0, []
    while at < len(kept):
        near = _near(rows.cell(kept[at], value), numbers[at], 20)
        total, end = 0.0, at + 1
        while end < len(kept) and not (end - at > 1 and abs(total - numbers[at]) <= near):
            total += numbers[end]
            end += 1
        if end - at < 2 or abs(total - numbers[at]) > near or not numbers[at]:
            return nothing
        heads.append(kept[at])
        at = end
    if len(heads) < 2 or len(kept) < 3 * len(heads):
        return nothing
    proven = all(
        not rows.is_company(i) and (_is_telling(rows.cell(i, value)) or rows.is_structural(i)) for i in heads
    )
    if proven or _is_whole(rows, kept, heads) or _stand_out(rows, kept, heads):
        return Totals({i: rows.reason(i, f"{BY_SUM} the rows below it") for i in heads}, [])
    return Totals({}, heads)


def _stand_out(rows: Rows, kept: Sequence[int], heads: Sequence[int]) -> bool:
    """Tell whether some column is empty in all of these rows, and in no other."""
    own = set(heads)
    columns = [c.index for c in rows.table.columns if c.field not in ("name", "value", "weight")]
    return any(all(is_null(rows.cell(i, k)) == (i in own) for i in kept) for k in columns)


def _amounts(table: Table, kept: Sequence[int], value: int) -> pl.Series:
    """Read the amounts by the column's own decimal mark."""
    cells = table.grid.series(value, kept)
    if cells.dtype != pl.String:
        return cells.fill_null(0.0)
    parts = split(cells)
    proof = evidence(parts)
    soft = "," if proof.grouped or (table.grid.comma and not table.grid.typed) else "."
    return join(parts, proof.decimal() or soft).fill_null(0.0)


def _is_whole(rows: Rows, kept: Sequence[int], heads: Sequence[int]) -> bool:
    """Tell whether the rows to be set aside, and the others, make up the whole each, by the file's own weights."""
    weight = rows.table.column("weight")
    if weight is None:
        return False
    amounts = _amounts(rows.table, kept, weight.index)
    whole = set(heads)
    own = pl.Series([i in whole for i in kept])
    for unit in (1.0, 100.0):
        if all(
            abs(float(part.sum()) - unit) <= 0.02 * unit for part in (amounts.filter(own), amounts.filter(~own))
        ):
            return True
    return False


def _by_sum(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> Totals:
    """Find rows without price and shares that are sums, where most rows have an identifier and these have none."""
    nothing = Totals({}, [])
    if not rows.ids:
        return nothing
    own = [c.index for c in rows.table.columns if c.field in ("price", "shares")]
    without = _without_own(rows.table, own, kept)
    if not without.any():
        return nothing
    named = rows.have_id(kept)
    place = {kept[p]: p for p in (without & ~named).arg_true().to_list()}
    bare = {i: place[i] for i in rows.bare_among(list(place)) if all(is_null(rows.cell(i, k)) for k in own)}
    if not bare or len(bare) * 2 > len(kept):
        return nothing
    sums, before = _running_sums(amounts, ~named)

    def is_sum(i: int, fewest: int) -> bool:
        return _is_sum(rows.cell(i, value), amounts[bare[i]], sums, before[bare[i]], fewest)

    telling = {i for i in bare if _is_telling(rows.cell(i, value))}
    hits = [i for i in bare if is_sum(i, 1 if i in telling else 2)]
    sure = [i for i in hits if rows.is_structural(i) or (i in telling and not rows.is_company(i))]
    # Where parts are summed up, a part of one line is too.
    one = (
        [i for i in bare if i not in hits and is_sum(i, 1) and rows.is_structural(i, _LACKING - 1)] if sure else []
    )
    return Totals({i: rows.reason(i, _WHY) for i in sorted([*sure, *one])}, [i for i in hits if i not in sure])


def _by_words(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> Totals:
    """Find rows with a word for a total that close a section or are a sum: a company may be called so too."""
    nothing = Totals({}, [])
    if rows.name is None or _all_identified(rows, kept):
        return nothing
    names = rows.table.grid.series(rows.name, kept)
    if names.dtype != pl.String:
        return nothing
    worded = names.str.contains(f"(?i){patterns('rows', 'maybe_total').pattern}|^$").fill_null(True)
    maybe = {i: p for p in worded.arg_true().to_list() if not rows.has_id(i := kept[p])}
    if not maybe:
        return nothing
    places = pl.Series([False]).new_from_index(0, len(kept)).scatter(list(maybe.values()), True)
    sums, before = _running_sums(amounts, places)
    closed = [h.casefold() for h in rows.headings if len(h) > 3]
    found, left = {}, []
    for i, p in maybe.items():
        rest = patterns("rows", "maybe_total").sub("", rows.cell(i, rows.name)).strip(" :-–").casefold()
        if _is_sum(rows.cell(i, value), amounts[p], sums, before[p], 1):
            if rows.is_company(i):
                left.append(i)
            else:
                found[i] = rows.reason(i, _WHY)
        elif len(rest) > 3 and any(rest in heading for heading in closed):
            found[i] = "total: it closes the section of that name"
    return Totals(found, left)


def _all_identified(rows: Rows, kept: Sequence[int]) -> bool:
    """Tell whether a column of a large table gives every line an identifier, so that none can be a total."""
    if len(kept) <= _LARGE:
        return False
    cells = (rows.table.grid.series(k, kept).cast(pl.String).to_frame("cell") for k in rows.ids)
    return any(not without_nulls(column, ["cell"])["cell"].null_count() for column in cells)


def _of_all(rows: Rows, kept: Sequence[int], value: int, amounts: pl.Series) -> Totals:
    """Find the row without identifier, price and shares, the first or the last, that is the sum of all others."""
    own = [c.index for c in rows.table.columns if c.field in ("price", "shares")]
    total = float(amounts.sum()) if len(kept) == len(amounts) else None
    if len(kept) < _FEWEST or total is None:
        return Totals({}, [])
    for i, amount in ((kept[-1], float(amounts[-1])), (kept[0], float(amounts[0]))):
        cell = rows.cell(i, value)
        if amount <= 0 or abs(total - 2 * amount) > _near(cell, amount, len(kept)):
            continue
        if rows.has_id(i) or not all(is_null(rows.cell(i, k)) for k in own):
            continue
        telling = _is_telling(cell) and not rows.is_company(i)
        if telling or rows.is_structural(i) or _is_whole(rows, kept, [i]):
            return Totals({i: rows.reason(i, f"{BY_SUM} all rows")}, [])
        return Totals({}, [i])
    return Totals({}, [])


def _without_own(table: Table, own: list[int], kept: Sequence[int]) -> pl.Series:
    """Tell the rows without price and shares."""
    absent = (
        c.is_null() if c.dtype != pl.String else ~c.str.contains(r"\d").fill_null(False)
        for c in (table.grid.series(k, kept) for k in own)
    )
    return reduce(operator.and_, absent, pl.Series([True]).new_from_index(0, len(kept)))


def _running_sums(amounts: pl.Series, left_out: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """Sum the rows, and note for each row, also those left out, how many of the others came before it."""
    counted = (~left_out).to_numpy()
    sums = np.concatenate([[0.0], np.cumsum(amounts.to_numpy()[counted])])
    return sums, np.cumsum(counted) - counted


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
