"""Sourced stakes -> the network's edges: which statements bound a share, and which only claim control.

* Several sourced sizes for one stake are kept as one interval, their envelope.
* A size known from memory only is an upper bound, never a lower one: nothing may rest on it.
* A claim of control without a size (the parent column of the 1260H list, say) is an edge of unknown size only
  where no chain of sized stakes already joins the two; otherwise it describes those.
* A nominee holds for others: its stake is shown as evidence and joins nobody.
* A published group total (``basis = aggregate``) is not an edge: its parts are. It bounds the integrated share.
"""

from __future__ import annotations

import polars as pl

from exposure.ownership.graph import build, reachable

CONTROLLING = ("control", "board")
CERTAIN, CLAIMED = 1.0, 0.5
_BEST_FIRST = {"high": 0, "medium": 1, "low": 2}


def edges(stakes: pl.DataFrame) -> pl.DataFrame:
    """Turn the stakes in force into ``owner, owned, share_low, share_high, control``.

    Args:
        stakes: rows of the universe's ``stakes`` at one date.
    """
    direct = stakes.with_columns(
        kind=pl.col("kind").cast(pl.String), confidence=pl.col("confidence").cast(pl.String)
    ).filter((pl.col("basis") == "direct") & (pl.col("kind") != "nominee"))
    sized = _sized(direct)
    claimed = _claims(direct, sized)
    controlling = direct.filter(
        pl.col("kind").is_in(CONTROLLING) & pl.col("verified") & (pl.col("confidence") != "low")
    )
    control = (
        controlling.with_columns(control=pl.when(pl.col("confidence") == "high").then(CERTAIN).otherwise(CLAIMED))
        .group_by(owner="owner_id", owned="owned_id")
        .agg(pl.col("control").max())
    )
    every = pl.concat([sized, claimed])
    # Control without a stake of its own (a parent over its holding companies) is an edge that carries no share.
    bare = control.join(every, on=["owner", "owned"], how="anti").with_columns(
        share_low=pl.lit(0.0), share_high=pl.lit(0.0)
    )
    joined = every.join(control, on=["owner", "owned"], how="left").with_columns(pl.col("control").fill_null(0.0))
    columns = ["owner", "owned", "share_low", "share_high", "control"]
    return pl.concat([joined.select(columns), bare.select(columns)]).sort(columns[:4])


def _sized(direct: pl.DataFrame) -> pl.DataFrame:
    """Stakes with a stated size; votes stand in only where no equity share is stated."""
    stated = direct.filter(pl.col("share_low").is_not_null() | pl.col("share_high").is_not_null())
    equity_known = (pl.col("kind") == "equity").any().over("owner_id", "owned_id")
    return stated.filter((pl.col("kind") == "equity") | ~equity_known).select(
        owner="owner_id",
        owned="owned_id",
        share_low=pl.when("verified").then(pl.col("share_low")).otherwise(0.0).fill_null(0.0),
        share_high=pl.col("share_high").fill_null(1.0),
    )


def _claims(direct: pl.DataFrame, sized: pl.DataFrame) -> pl.DataFrame:
    """Stakes of unknown size that no chain of sized stakes explains."""
    unsized = (
        direct.filter(pl.col("share_low").is_null() & pl.col("share_high").is_null())
        .select(owner="owner_id", owned="owned_id")
        .unique()
        .filter(pl.col("owner") != pl.col("owned"))
        .sort("owner", "owned")
    )
    graph = build(sized)
    known: dict[str, set[str]] = {}
    for owner in unsized["owner"].unique():
        starts = graph.positions([owner])
        known[owner] = {graph.nodes[i] for i in reachable(graph, starts)} if starts else set()
    open_ = [owned not in known[owner] for owner, owned in unsized.iter_rows()]
    return unsized.filter(pl.Series(open_, dtype=pl.Boolean)).with_columns(
        share_low=pl.lit(0.0), share_high=pl.lit(1.0)
    )


def group_totals(stakes: pl.DataFrame) -> pl.DataFrame:
    """Published group totals: ``owner, owned, low, high``, the most trusted and most recent of each pair."""
    stated = stakes.filter(
        (pl.col("basis") == "aggregate") & pl.col("verified") & pl.col("share_low").is_not_null()
    )
    return (
        best_first(stated)
        .select(owner="owner_id", owned="owned_id", low="share_low", high=pl.col("share_high").fill_null(1.0))
        .unique(["owner", "owned"], keep="first", maintain_order=True)
    )


def best_first(stakes: pl.DataFrame) -> pl.DataFrame:
    """Sort stakes so that the one to show first leads: sized, best confidence, most recent."""
    return (
        stakes.with_columns(
            _order=pl.col("confidence").cast(pl.String).replace_strict(_BEST_FIRST, return_dtype=pl.Int64),
            _unsized=pl.col("share_low").is_null() & pl.col("share_high").is_null(),
        )
        .sort(
            ["_unsized", "_order", "as_of", "stake_id"],
            descending=[False, False, True, False],
            nulls_last=True,
        )
        .drop("_order", "_unsized")
    )
