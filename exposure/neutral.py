"""Text that a spreadsheet must not take for a formula, in files meant to be opened by one.

Rule of OWASP's page on CSV injection: a cell that begins with ``= + - @``, a tab or a carriage return is written
with an apostrophe in front. Text that begins so by itself gets one more, so that nothing is lost on the way back.
"""

from __future__ import annotations

import polars as pl

_BEGINS = r"^('*[=+\-@\t\r])"
_GUARDED = r"^'('*[=+\-@\t\r])"


def neutral(column: pl.Expr) -> pl.Expr:
    """A text column, safe to be opened in a spreadsheet."""
    return column.str.replace(_BEGINS, "'$1")


def restored(column: pl.Expr) -> pl.Expr:
    """A text column as it was before ``neutral``."""
    return column.str.replace(_GUARDED, "$1")


def neutral_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text of a frame made safe; lists of texts become one text."""
    lists = pl.selectors.by_dtype(pl.List(pl.String))
    joined = frame.with_columns(lists.list.join("; "))
    words = pl.selectors.by_dtype(pl.String, pl.Categorical, pl.Enum)
    return joined.with_columns(neutral(words.cast(pl.String)))
