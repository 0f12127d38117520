"""Shares of owners at the universe's date, and the stakes to show along a chain.

A published group total stands in for our own sum of the group's stakes; a group's holding of which no stakes are
known counts by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from exposure.ownership.chains import Chain
from exposure.ownership.edges import best_first, edges, group_totals
from exposure.ownership.graph import Graph, build
from exposure.ownership.integrate import integrated
from exposure.universe.bundle import Universe


def network(universe: Universe) -> Graph:
    """The network of stakes in force at the universe's date."""
    return build(edges(universe.stakes))


def shares(universe: Universe, graph: Graph, owners: Sequence[str]) -> pl.DataFrame:
    """Integrated shares of some owners, a published group total standing in for our own sum where there is one.

    A group's holding that is published without the stakes it is made of counts as well; one known from memory
    only bounds from above, like a stake.
    """
    own = integrated(graph, owners)
    published = group_totals(universe.stakes).rename({"low": "said_low", "high": "said_high"})
    summed = own.join(published, on=["owner", "owned"], how="left").select(
        "owner", "owned", low=pl.coalesce("said_low", "low"), high=pl.coalesce("said_high", "high")
    )
    bare = group_claims(universe).join(own, on=["owner", "owned"], how="anti")
    bare = bare.filter(pl.col("owner").is_in(list(owners)))
    return pl.concat([summed, bare.select(summed.columns)])


def group_claims(universe: Universe, owned: Sequence[str] | None = None) -> pl.DataFrame:
    """Published holdings of groups: ``owner, owned, low, high, stake_id``, the one to show of each pair.

    Args:
        universe: what is known.
        owned: only in these companies; all when omitted.
    """
    stated = best_first(universe.stakes.filter(pl.col("basis") == "aggregate"))
    found = stated.unique(["owner_id", "owned_id"], keep="first", maintain_order=True).select(
        owner="owner_id",
        owned="owned_id",
        low=pl.when("verified").then(pl.col("share_low")).otherwise(0.0).fill_null(0.0),
        high=pl.col("share_high").fill_null(1.0),
        stake_id="stake_id",
    )
    return found if owned is None else found.filter(pl.col("owned").is_in(list(owned)))


def claimed(universe: Universe, owner: str, owned: str) -> list[tuple[Chain, list[str]]]:
    """A group's published holding as a chain of one step, where no chain of stakes explains it."""
    rows = group_claims(universe, [owned]).filter(pl.col("owner") == owner)
    return [(Chain((owner, owned), r["low"], r["high"]), [r["stake_id"]]) for r in rows.iter_rows(named=True)]


def shown_stakes(universe: Universe) -> dict[tuple[str, str], str]:
    """The stake to show for each (owner, owned) pair: sized, sourced, most recent."""
    direct = best_first(universe.stakes.filter(pl.col("basis") == "direct"))
    once = direct.unique(["owner_id", "owned_id"], keep="first", maintain_order=True)
    return {(a, b): stake for a, b, stake in once.select("owner_id", "owned_id", "stake_id").iter_rows()}


def stake_ids(universe: Universe, steps: Sequence[tuple[str, str]]) -> list[str]:
    """The stakes to show along the steps of a chain, in order."""
    shown = shown_stakes(universe)
    return [shown[step] for step in steps if step in shown]
