"""A fund's largest holdings as Yahoo shows them -> HOLDINGS that say they are a part."""

from __future__ import annotations

import polars as pl

from exposure import schema
from exposure.holdings import Holdings, ReadReport

LAYOUT = "top holdings from Yahoo"
MARK = "largest holdings as Yahoo shows them, not of record"


def fund_of(parts: pl.DataFrame, name: str) -> Holdings:
    """Make a fund's largest holdings fit for look-through.

    Args:
        parts: ``name, share`` (fraction of the fund).
        name: the fund's name; it carries the mark that no output can lose.

    Returns:
        Holdings with weights and names only: the symbols beside them decide no identity.
    """
    columns = schema.Holdings.columns()
    frame = parts.select(
        row=pl.int_range(pl.len(), dtype=pl.Int64),
        name="name",
        weight="share",
        security_kind=pl.lit("unknown"),
        identifiers_flagged=pl.lit([], dtype=pl.List(pl.String)),
    )
    empty = [pl.lit(None, dtype=spec.dtype).alias(c) for c, spec in columns.items() if c not in frame.columns]
    known = schema.check(schema.Holdings, frame.with_columns(empty))
    total = float(known["weight"].sum())
    report = ReadReport(
        file=None,
        layout=LAYOUT,
        portfolio=f"{name} ({MARK})",
        as_of=None,
        currency=None,
        rows=known.height,
        total_value=None,
        weight_sum=total,
        decisions=(f"{known.height} holdings, {total:.1%} of the fund; the rest is not known",),
    )
    return Holdings(known, schema.empty(schema.Rejected), report)
