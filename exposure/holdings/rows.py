"""Which rows of a table are holdings, and why the others are not.

Kept and set-aside rows together are all non-blank rows of the sheet. A row with an identifier of its own is never
taken for a total; a total without the word is known by its amount and its text (``totals.py``).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from .kinds import kind_of_class
from .layout import AMOUNTS, Table
from .numbers import plain_number
from .scan import scanned
from .totals import Rows, totals_among
from .units import is_unit_row
from .unvalued import names_alone
from .vocabulary import is_null, null_words, patterns

_IDS = ("isin", "cusip", "sedol", "figi", "ticker", "identifier", "lei")
#: How sections are numbered: "(a)", "b)", "(iv)", "1.2".
_NUMBERED = r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\) |\d\.\d "
_LABELS = ("name", "title", "asset_class", "sector", "group")
ONE_CELL = "one cell only: a heading or a note"
#: What stands in a column of codes on the line of a total, in any language that broker's exports come in.
_TOTALS = ["total", "gesamt", "summe", "totaal", "suma", "summa", "合計", "合计", "총계"]
#: Above this, rows are first told apart by columns.
_MANY = 5000
NO_AMOUNT = "no amount and no identifier: a heading or a note"
#: One word, or a ticker with its class and exchange ("BRK B", "MSFT UW Equity"), never a phrase.
_ID = re.compile(r"[\w.*@#&'/+-]{1,24}( [A-Z0-9./]{1,4}){0,2}( (?i:equity|corp))?")


@dataclass(frozen=True)
class Aside:
    """A row that is not a holding."""

    index: int
    reason: str


@dataclass(frozen=True)
class Sorted:
    """The rows of one table, sorted; ``doubtful`` are kept ones whose amount is a sum of others."""

    kept: Sequence[int]
    aside: list[Aside]
    totals: list[int]
    doubtful: Sequence[int] = ()


def sort_rows(table: Table) -> Sorted:
    """Sort the rows below a header into holdings and others."""
    sorter = _Sorter(table)
    first = table.header + 1
    plain = sorter.plain()
    if len(plain) and plain.all() and sorter.reason(first, False) is None:
        return _without_totals(sorter, range(first, table.stop), [])
    sure = plain.arg_true()
    start = first + int(sure[0]) if len(sure) else table.stop
    doubtful = [*range(first, start + 1), *(first + p for p in (~plain).arg_true().to_list() if first + p > start)]
    found: list[int] = (sure + first).to_list()[1:]
    aside: list[Aside] = []
    begun = False
    for i in doubtful:
        if i >= table.stop:
            break
        reason = sorter.reason(i, begun or i > start)
        if reason is None:
            found.append(i)
            begun = True
        elif reason:
            aside.append(Aside(i, reason))
    found.sort()
    alone = names_alone(sorter, found, [a.index for a in aside if a.reason in (ONE_CELL, NO_AMOUNT)])
    found = sorted([*found, *alone]) if alone else found
    return _without_totals(sorter, found, [a for a in aside if a.index not in alone])


def _without_totals(sorter: _Sorter, found: Sequence[int], aside: list[Aside]) -> Sorted:
    headings = [c for a in aside if a.reason in (ONE_CELL, NO_AMOUNT) for c in sorter.rows[a.index] if c]
    rows = Rows(sorter.table, sorter.ids, sorter.has_id, sorter.have_id, sorter.bare_among, sorter.name, headings)
    totals = totals_among(rows, found)
    kept = [i for i in found if i not in totals.found] if totals.found else found
    every = sorted([*aside, *(Aside(i, why) for i, why in totals.found.items())], key=lambda a: a.index)
    return Sorted(kept, every, [a.index for a in every if a.reason.startswith("total")], totals.doubtful)


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
        above = (
            next((c for c in row if c), "") for row in table.grid.rows[max(0, table.header - 40) : table.header]
        )
        self.above = {text for text in above if len(text) > 8}

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
        words = "|".join(
            f"(?:{p})" for p in (self.total.pattern, self.note.pattern, _nothing(), f"^(?:{_NUMBERED})")
        )
        named = name.str.len_bytes().fill_null(0) > 1
        above, header = sorted(self.above), self.cell(self.table.grid.rows[self.table.header], self.name)
        odd = scanned(name, lambda text: text.str.contains(f"(?i){words}") | text.is_in(above) | (text == header))
        given = [_given(self.table.grid.series(k, below)) for k in self.amounts]
        return named & ~(odd.fill_null(True) | self._says_total(below)) & reduce(operator.or_, given)

    def _says_total(self, below: range) -> pl.Series:
        """Tell which rows have a word for a total where the others have their ticker or code."""
        said = pl.Series([False]).new_from_index(0, len(below))
        for column in (c for c in self.table.columns if c.field in ("ticker", "identifier")):
            codes = self.table.grid.series(column.index, below)
            if codes.dtype == pl.String:
                found = scanned(codes, lambda text: text.str.contains_any(_TOTALS, ascii_case_insensitive=True))
                said |= found.fill_null(False)
        return said

    def cell(self, row: list[str], index: int | None) -> str:
        """Return a cell; rows may be shorter than the header."""
        return row[index] if index is not None and index < len(row) else ""

    def has_id(self, i: int) -> bool:
        """Tell whether a row has an identifier: one word, or a ticker with its exchange; no sentence or date."""
        return any(
            _ID.fullmatch(cell) and not is_null(cell) and not self.total.search(cell)
            for k in self.ids
            if (cell := self.cell(self.rows[i], k))
        )

    def have_id(self, rows: Sequence[int]) -> pl.Series:
        """Tell of many rows at once which have an identifier."""
        found = pl.Series([False]).new_from_index(0, len(rows))
        form, words = f"^(?:{_ID.pattern})$", sorted(null_words())
        for cells in (self.table.grid.series(k, rows) for k in self.ids):
            known = scanned(
                cells.cast(pl.String),
                lambda text: (
                    text.str.contains(form)
                    & ~text.str.to_lowercase().is_in(words)
                    & ~text.str.contains(f"(?i){self.total.pattern}")
                ),
            )
            found |= known.fill_null(False)
        return found

    def bare_among(self, rows: Sequence[int]) -> list[int]:
        """Return those of many rows that give nothing but one text and numbers."""
        if len(rows) > _MANY:
            # What has no digit is no number: two such texts are one too many.
            texts = (self.table.grid.series(k, rows) for k in range(len(self.rows[self.table.header])))
            words, nothing = pl.Series([0]).new_from_index(0, len(rows)), sorted(null_words())
            for cells in (c for c in texts if c.dtype == pl.String):
                word = scanned(
                    cells,
                    lambda text: ~text.str.contains(r"\d") & ~text.str.to_lowercase().is_in(nothing) & (text != ""),
                )
                words += word.fill_null(False).cast(pl.Int64)
            rows = [rows[p] for p in (words <= 1).arg_true().to_list()]
        return [i for i in rows if self.is_bare(i)]

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
        if not has_id and filled[0] in self.above:
            return "the heading of the page again"
        worded = {label, filled[0], *(self.cell(row, k) for k in self.ids)} - {""}
        if not has_id and any(self.total.search(text) for text in worded):
            return "total: by its words"
        if len(filled) == 1:
            # A value without a name is money all the same.
            valued = started and self._number(row) and filled[0] in self._values(row)
            # In a list of names alone each is a holding.
            return None if valued or (len(self.table.columns) == 1 and label) else ONE_CELL
        if not has_amount and self.amounts and not self.cell(row, self.name):
            return "no amount and no name"
        if not has_id and (label == "" or self._is_heading(label)) and self._says_none(row):
            return "a line that says there is none"
        if not label and not has_id:
            return None if has_amount and self._other_text(row) else "no name and no identifier"
        if not has_id and not has_amount and self.amounts:
            return NO_AMOUNT
        if not has_id and self.note.search(label) and not any(self._number(row)):
            return "note"
        return None

    def _values(self, row: list[str]) -> list[str]:
        return [self.cell(row, c.index) for c in self.table.all("value")]

    def _is_heading(self, label: str) -> bool:
        """Tell the heading of a section, "(b) Unlisted" or "Debt instruments"."""
        return bool(re.match(_NUMBERED, label, re.IGNORECASE)) or kind_of_class(label) is not None

    def _says_none(self, row: list[str]) -> bool:
        """Tell a line such as "NIL | NIL": a word for nothing as name, and nothing as amounts."""
        return bool(self.cell(row, self.name)) and not any(self._number(row))

    def _other_text(self, row: list[str]) -> bool:
        amounts = set(self.amounts)
        return any(cell and k not in amounts and plain_number(cell) is None for k, cell in enumerate(row))

    def _number(self, row: list[str]) -> list[float]:
        return [n for k in self.amounts if (n := plain_number(self.cell(row, k))) is not None]


def _given(cells: pl.Series) -> pl.Series:
    return cells.is_not_null() if cells.dtype != pl.String else (cells.str.len_bytes() > 0).fill_null(False)
