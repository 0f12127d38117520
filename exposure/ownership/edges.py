"""Sourced stakes -> the network's edges: which statements bound a share, and which only claim control.

* Several sourced sizes for one stake are kept as one interval, their envelope.
* A size known from memory only is an upper bound, never a lower one: nothing may rest on it. Beside a sourced size
  it widens the interval, no further than it says.
* A claim of control without a size (the parent column of the 1260H list, say) is an edge of unknown size only
  where no chain of sized stakes already joins the two; otherwise it describes those.
* A nominee holds for others: its stake is shown as evidence and joins nobody.
* A published group total (``basis = aggregate``) is not an edge: its parts are. It bounds the integrated share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    sourced = pl.col("verified").any().over("owner_id", "owned_id")
    return _economic(direct).select(
        owner="owner_id",
        owned="owned_id",
        share_low=pl.when(pl.col("verified") | sourced).then(pl.col("share_low")).otherwise(0.0).fill_null(0.0),
        share_high=pl.col("share_high").fill_null(1.0),
    )


def _economic(stakes: pl.DataFrame) -> pl.DataFrame:
    """Stakes with a stated size: the equity shares of a pair, other kinds only where no equity share is stated."""
    stated = stakes.filter(pl.col("share_low").is_not_null() | pl.col("share_high").is_not_null())
    equity = pl.col("kind").cast(pl.String) == "equity"
    return stated.filter(equity | ~equity.any().over("owner_id", "owned_id"))


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
    """Published group totals: ``owner, owned, low, high``; several sourced ones of a pair become their envelope."""
    stated = stakes.filter(
        (pl.col("basis") == "aggregate") & pl.col("verified") & pl.col("share_low").is_not_null()
    )
    return (
        _economic(stated)
        .group_by(owner="owner_id", owned="owned_id")
        .agg(low=pl.col("share_low").min(), high=pl.col("share_high").fill_null(1.0).max())
        .sort("owner", "owned")
    )


def best_first(stakes: pl.DataFrame) -> pl.DataFrame:
    """Sort stakes so that the one to show leads: sized, equity, sourced (not from memory), then the most recent.

    The most recent statement is shown even where an older one is surer: the bounds are the envelope of both, and
    ``stated_beside`` gives the others.
    """
    return (
        stakes.with_columns(
            _unsized=pl.col("share_low").is_null() & pl.col("share_high").is_null(),
            _other=pl.col("kind").cast(pl.String) != "equity",
            _memory=~pl.col("verified"),
            _order=pl.col("confidence").cast(pl.String).replace_strict(_BEST_FIRST, return_dtype=pl.Int64),
        )
        .sort(
            ["_unsized", "_other", "_memory", "as_of", "_order", "stake_id"],
            descending=[False, False, False, True, False, False],
            nulls_last=True,
        )
        .drop("_unsized", "_other", "_memory", "_order")
    )


def stated_beside(stakes: pl.DataFrame, shown: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By stake shown: the other sized statements of the same owner, owned company and basis, best first.

    Args:
        stakes: rows of the universe's ``stakes`` at one date.
        shown: ids of stakes.
    """
    key = ["owner_id", "owned_id", "basis"]
    ones = stakes.filter(pl.col("stake_id").is_in(list(shown))).select(*key, shown="stake_id")
    pairs = stakes.filter(pl.col("kind").cast(pl.String) != "nominee").join(ones, on=key, how="inner")
    others = pairs.filter(pl.col("stake_id") != pl.col("shown"))
    if others.is_empty():
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in best_first(_economic(pairs).filter(pl.col("stake_id") != pl.col("shown"))).to_dicts():
        found.setdefault(row.pop("shown"), []).append(row)
    return found
