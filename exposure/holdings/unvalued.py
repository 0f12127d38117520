"""Rows that give a name and no amount: a holding of unknown value, or a heading or a note.

Such a holding stands directly among the others, not behind a blank line or a total as headings and notes do, and
what the row gives shows a security: another column about it, a company's legal form, or its place in the alphabet.
Where no row gives an amount, the reader is told what the file gives instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import polars as pl

from ..names import name_keys
from .kinds import kind_of_class
from .layout import Table
from .numbers import given
from .vocabulary import is_null

#: What a line of a table says of a security besides its name; a heading or a note says none of it.
_DESCRIPTIVE = ("country", "sector", "asset_class", "exchange", "currency", "local_currency", "maturity", "coupon")
#: Longer texts are sentences.
_LONGEST_NAME = 80


class Lines(Protocol):
    """What is asked of the rows of a table."""

    table: Table
    rows: list[list[str]]
    name: int | None
    note: re.Pattern[str]

    def cell(self, row: list[str], index: int | None) -> str:
        """Return a cell; rows may be shorter than the header."""


def names_alone(lines: Lines, found: Sequence[int], doubtful: Sequence[int]) -> set[int]:
    """Return those of the doubtful rows that are holdings of unknown value.

    Args:
        lines: the rows of one table.
        found: rows that are holdings.
        doubtful: rows without an amount and an identifier.
    """
    if not doubtful or len(found) < 2:
        return set()
    sure = set(found)
    # A table in sections begins with the heading of its first one.
    plain = min(doubtful) > found[0] and len(doubtful) * 5 <= len(found)
    alphabetical = _alphabetical(lines, found)
    legal = _with_legal_form(lines, doubtful)
    return {
        i
        for i in doubtful
        if _is_security(lines, i, sure, i in legal, plain or (alphabetical and _between(lines, i)))
    }


def _is_security(lines: Lines, i: int, sure: set[int], legal: bool, plain: bool) -> bool:
    row = lines.rows[i]
    name = lines.cell(row, lines.name)
    prose = len(name) > _LONGEST_NAME or (name.endswith((".", ":", ";")) and not legal)
    if is_null(name) or prose or "\n" in name or lines.note.search(name) or not re.search(r"[^\W\d_]{2}", name):
        return False
    if kind_of_class(name):
        return False
    described = any(not is_null(lines.cell(row, c.index)) for c in lines.table.columns if c.field in _DESCRIPTIVE)
    before, after = i - 1 in sure, i + 1 in sure
    if described:
        return before or after
    if not before or not (after or i + 1 >= lines.table.stop or not any(lines.rows[i + 1])):
        return False
    return legal or (plain and after)


def _with_legal_form(lines: Lines, doubtful: Sequence[int]) -> set[int]:
    """Return the rows whose name carries a legal form, as a company's does and a heading's does not."""
    keys = name_keys(pl.Series([lines.cell(lines.rows[i], lines.name)[: 2 * _LONGEST_NAME] for i in doubtful]))
    places = (keys["legal"] != keys["core"]).fill_null(False).arg_true().to_list()
    return {doubtful[place] for place in places}


def _key(lines: Lines, i: int) -> str:
    return lines.cell(lines.rows[i], lines.name).casefold()


def _alphabetical(lines: Lines, found: Sequence[int]) -> bool:
    """Tell whether a table is sorted by name, but for a few lines."""
    names = [_key(lines, i) for i in found[:2000]]
    rising = sum(1 for one, two in pairwise(names) if one <= two)
    return len(names) > 9 and rising * 20 >= (len(names) - 1) * 19


def _between(lines: Lines, i: int) -> bool:
    return 0 < i < len(lines.rows) - 1 and _key(lines, i - 1) < _key(lines, i) < _key(lines, i + 1)


def without_values(frame: pl.DataFrame, empty: str | None, local: bool) -> str:
    """Say what a file without market values gives instead.

    Args:
        frame: its lines, with the texts of its value column.
        empty: the header of that column, null where there is none.
        local: whether values in the securities' own currencies are given.
    """
    if local:
        return "the file gives no market values in one currency, only in each security's own: they cannot be added"
    if empty and frame.select(given(pl.col("value_text")).count()).item():
        return f"the file gives no market values: no cell of '{empty}' is a number"
    if empty:
        return (
            f"the file gives no market values: '{empty}' is empty on every line; if it holds formulas, open the"
            " file in the program that made it and save it again"
        )
    if frame["weight"].count() or frame["weight_note"].count():
        return "the file gives no market values: by its weights parts of the portfolio can be stated, not amounts"
    return "the file gives no market values and no weights, only names or numbers of shares"
