"""Questions about whole columns of texts, asked so that a million rows cost little."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

#: Below this a test takes less than a thousandth of a second.
_LONG = 50_000


def distinct(texts: pl.Series) -> list[str | None]:
    """Return the different texts of a column in their order."""
    return texts.head(1).to_list() if is_constant(texts) else texts.unique(maintain_order=True).to_list()


def is_constant(texts: pl.Series) -> bool:
    """Tell a column of one text alone, as many are: what is asked of it need not be asked a million times."""
    first = texts.head(1)
    return bool(len(texts) and texts[-1] == texts[0] and texts.eq_missing(first).all())


def condensed(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the columns that hold different texts, and apart from them one row of those that hold one alone."""
    different = [column.name for column in frame if not is_constant(column)]
    parts = [frame.select(different), frame.drop(different).head(1)]
    return [part for part in parts if part.width]


def any_of(frame: pl.DataFrame, tests: Callable[[pl.Expr], list[pl.Expr]]) -> list[dict[str, bool]]:
    """Return for each of some tests which columns of texts have a cell that meets it.

    One question about all columns, so that all processors work on it.

    Args:
        frame: columns of texts.
        tests: columns -> expressions of the answers, one for each test.
    """
    asked = [test.any().name.suffix(f" {n}") for n, test in enumerate(tests(pl.all()))]
    met: list[dict[str, bool]] = [dict.fromkeys(frame.columns, False) for _ in asked]
    for found in pl.collect_all([part.select(asked) for part in _slices(frame)]):
        for name, true in found.row(0, named=True).items():
            column, _, n = name.rpartition(" ")
            met[int(n)][column] |= bool(true)
    return met


def scanned(texts: pl.Series, test: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Return the answers of a test that looks at each text by itself, by all processors.

    One expression on one column runs on a single processor.

    Args:
        texts: the column.
        test: column -> expression of the answers.
    """
    found = pl.collect_all([part.select(test(pl.col("text"))) for part in _slices(texts.alias("text").to_frame())])
    return (found[0] if len(found) == 1 else pl.concat(found, rechunk=True)).to_series()


def _slices(frame: pl.DataFrame) -> list[pl.LazyFrame]:
    """Cut the rows of a long frame into a part for each processor."""
    count = pl.thread_pool_size() if frame.height >= _LONG else 1
    size = max(1, -(-frame.height // count))
    return [frame.slice(at, size).lazy() for at in range(0, max(1, frame.height), size)]
