"""Which rows of a table are holdings, and why the others are not.

Kept and set-aside rows together are all non-blank rows of the sheet. A row with an identifier of its own is never
taken for a total; a total without the word is known by its amount, the sum of rows around it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from .layout import AMOUNTS, Table
from .numbers import plain_number
from .units import is_unit_row
from .vocabulary import is_null, null_words, patterns

_IDS = ("isin", "cusip", "sedol", "figi", "ticker", "identifier", "lei")
_LABELS = ("name", "title", "asset_class", "sector", "group")
_TOLERANCE = 1e-6
#: One word, or a ticker with its class and exchange ("BRK B", "MSFT UW Equity"), never a phrase.
_ID = re.compile(r"[\w.*@#&'/+-]{1,24}( [A-Z0-9./]{1,4}){0,2}( (?i:equity|corp))?")


@dataclass(frozen=True)
class Aside:
    """A row that is not a holding."""

    index: int
    reason: str


@dataclass(frozen=True)
class Sorted:
    """The rows of one table, sorted."""

    kept: Sequence[int]
    aside: list[Aside]
    totals: list[int]


def sort_rows(table: Table) -> Sorted:
    """Sort the rows below a header into holdings and others."""
    sorter = _Sorter(table)
    first = table.header + 1
    plain = sorter.plain()
    if len(plain) and plain.all() and sorter.reason(first, False) is None:
        kept, subtotals = _without_subtotals(table, sorter, range(first, table.stop))
        return Sorted(kept, subtotals, [a.index for a in subtotals])
    found: list[int] = []
    aside: list[Aside] = []
    for i, sure in enumerate(plain.to_list(), first):
        reason = None if sure and found else sorter.reason(i, bool(found))
        if reason is None:
            found.append(i)
        elif reason:
            aside.append(Aside(i, reason))
    kept, subtotals = _without_subtotals(table, sorter, found)
    aside = sorted(aside + subtotals, key=lambda a: a.index)
    return Sorted(kept, aside, [a.index for a in aside if a.reason.startswith("total")])


def _nothing() -> str:
    """Return a pattern of the words for an empty cell."""
    return f"^(?:{'|'.join(re.escape(word) for word in sorted(null_words()))})$"


class _Sorter:
    """The table's columns by role, looked up once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = table.grid.rows
        self.head = [cell for cell in table.grid.rows[table.header] if cell]
        self.ids = [c.index for c in table.columns if c.field in _IDS]
        self.amounts = [c.index for c in table.columns if c.field in AMOUNTS]
        self.labels = [c.index for name in _LABELS for c in table.all(name)]
        self.name = next((c.index for c in table.all("name")), None)
        self.total = patterns("rows", "total")
        self.note = patterns("rows", "note")

    def plain(self) -> pl.Series:
        """Tell which rows are holdings beyond doubt: a name that is no total or note, and an amount.

        The others are looked at one by one.
        """
        below = range(self.table.header + 1, self.table.stop)
        if self.name is None or not self.amounts or not below:
            return pl.Series([False]).new_from_index(0, len(below))
        name = self.table.grid.series(self.name, below)
        if name.dtype != pl.String:
            return pl.Series([False]).new_from_index(0, len(below))
        words = "|".join(f"(?:{p})" for p in (self.total.pattern, self.note.pattern, _nothing()))
        named = name.str.len_bytes().fill_null(0) > 1
        odd = name.str.contains(f"(?i){words}") | (name == self.table.grid.rows[self.table.header][self.name])
        given = [_given(self.table.grid.series(k, below)) for k in self.amounts]
        return named & ~odd.fill_null(True) & reduce(operator.or_, given)

    def cell(self, row: list[str], index: int | None) -> str:
        """Return a cell; rows may be shorter than the header."""
        return row[index] if index is not None and index < len(row) else ""

    def has_id(self, i: int) -> bool:
        """Tell whether a row has an identifier: one word, or a ticker with its exchange; no sentence or date."""
        return any(
            _ID.fullmatch(cell) and not is_null(cell) for k in self.ids if (cell := self.cell(self.rows[i], k))
        )

    def is_bare(self, i: int) -> bool:
        """Tell whether a row gives nothing but one text and numbers, as a subtotal does."""
        words = sum(1 for cell in self.rows[i] if not is_null(cell) and plain_number(cell) is None)
        return words <= 1 and not self.has_id(i)

    def reason(self, i: int, started: bool) -> str | None:
        """Return null for a holding, an empty text for a blank row, otherwise why the row is set aside."""
        row = self.rows[i]
        filled = [cell for cell in row if cell]
        if not filled:
            return ""
        if filled == self.head:
            return "repeated header"
        if not started and is_unit_row(self.table, row):
            return "units under the header"
        has_id, has_amount = self.has_id(i), any(self.cell(row, k) for k in self.amounts)
        label = next((c for k in (self.name, *self.labels) if not is_null(c := self.cell(row, k))), "")
        if not has_id and self.total.search(label or filled[0]):
            return "total: by its words"
        if len(filled) == 1:
            return "one cell only: a heading or a note"
        if not has_amount and self.amounts and not self.cell(row, self.name):
            return "no amount and no name"
        if not label and not has_id:
            return None if has_amount and self._other_text(row) else "no name and no identifier"
        if not has_id and not has_amount and self.amounts:
            return "no amount and no identifier: a heading or a note"
        if not has_id and self.note.search(label) and not any(self._number(row)):
            return "note"
        return None

    def _other_text(self, row: list[str]) -> bool:
        amounts = set(self.amounts)
        return any(cell and k not in amounts and plain_number(cell) is None for k, cell in enumerate(row))

    def _number(self, row: list[str]) -> list[float]:
        return [n for k in self.amounts if (n := plain_number(self.cell(row, k))) is not None]


def _without_subtotals(table: Table, sorter: _Sorter, kept: Sequence[int]) -> tuple[Sequence[int], list[Aside]]:
    """Set aside subtotals without a label.

    They have no identifier where most rows have one, no price and no shares, and are the sum of rows beside them.
    """
    value = table.column("value")
    if value is None or not sorter.ids or not kept:
        return kept, []
    own = [c.index for c in table.columns if c.field in ("price", "shares")]
    bare = [i for i in _without_own(table, own, kept) if sorter.is_bare(i)]
    bare = [i for i in bare if all(is_null(sorter.cell(sorter.rows[i], k)) for k in own)]
    if not bare or len(bare) * 2 > len(kept):
        return kept, []
    sums, place = _running_sums(sorter, kept, value.index)
    found = {i for i in bare if _is_sum(plain_number(sorter.cell(sorter.rows[i], value.index)), sums, place[i])}
    aside = [Aside(i, "total: the sum of the rows beside it") for i in sorted(found)]
    return ([i for i in kept if i not in found] if found else kept), aside


def _given(cells: pl.Series) -> pl.Series:
    return cells.is_not_null() if cells.dtype != pl.String else (cells.str.len_bytes() > 0).fill_null(False)


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


def _running_sums(sorter: _Sorter, kept: Sequence[int], value: int) -> tuple[list[float], dict[int, int]]:
    """Sum the rows with identifiers, and note for each row how many of them came before it."""
    sums, place = [0.0], {}
    for i in kept:
        place[i] = len(sums) - 1
        if sorter.has_id(i):
            sums.append(sums[-1] + (plain_number(sorter.cell(sorter.rows[i], value)) or 0.0))
    return sums, place


def _is_sum(amount: float | None, sums: list[float], at: int) -> bool:
    """Tell whether an amount is the sum of rows directly below or above."""
    if not amount:
        return False
    near = abs(amount) * _TOLERANCE
    below = (abs(sums[k] - sums[at] - amount) <= near for k in range(at + 1, len(sums)))
    above = (abs(sums[at] - sums[k] - amount) <= near for k in range(at - 1))
    return any(below) or any(above)
