"""A test on every text of a column, by all processors: one expression on one column runs on a single one."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

#: Below this a test takes less than a thousandth of a second.
_LONG = 50_000


def scanned(texts: pl.Series, test: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Return the answers of a test that looks at each text by itself.

    Args:
        texts: the column.
        test: column -> expression of the answers.
    """
    count = pl.thread_pool_size() if len(texts) >= _LONG else 1
    size = max(1, -(-len(texts) // count))
    frame = texts.alias("text").to_frame()
    parts = [
        frame.slice(at, size).lazy().select(test(pl.col("text"))) for at in range(0, max(1, frame.height), size)
    ]
    found = pl.collect_all(parts)
    return (found[0] if len(found) == 1 else pl.concat(found, rechunk=True)).to_series()
