"""Issuers x universe -> CONNECTIONS: which listed companies an issuer is, belongs to, owns or deals with.

The four relations stay apart (``listed``, ``reached``, ``connected``, ``business``). A rule that cannot be
decided, because a share is unknown or the rule's own state is, stands in ``open_lists``: of a ``connected`` row,
or beside the lists that reach the issuer for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from exposure.attribution import WEIGHED, Together, weigh
from exposure.ownership.chains import strongest, strongest_between
from exposure.ownership.graph import Graph, reachable
from exposure.ownership.rules import holders, reached, rule_in_force, trace
from exposure.schema import Connections, check, empty
from exposure.score import Weights, combined
from exposure.shares import group_claims, network, shares, shown_stakes
from exposure.universe.bundle import Universe

# What a company itself is said to do, sell or finance makes it listed; its supply chain or its cameras do not.
CONDUCT = ("own_conduct", "technology_supply", "financing")
# Integrated shares below a hundred-thousandth are rounding, not ownership.
SMALLEST = 1e-5
_EMPTY_LIST = pl.lit([], dtype=pl.List(pl.String))


def standing(universe: Universe, weights: Weights) -> pl.DataFrame:
    """Everybody who is listed at the universe's date, by designation or by allegation.

    Listings known from memory only, and lists that are no act of an authority (an investor's exclusion, a
    bill, a call) decide nothing: they are context on the company's page.

    Returns:
        ``listed_id, kind, lists, listing_ids, allegation_ids, severity``.
    """
    official = universe.lists.filter(pl.col("official")).select("list_id", "effect")
    named = (
        universe.listings.filter((pl.col("status") == "listed") & pl.col("verified"))
        .join(official, on="list_id", how="inner")
        .with_columns(
            weight=pl.col("effect").cast(pl.String).replace_strict(weights.effect, return_dtype=pl.Float64)
        )
        .sort("entity_id", "list_id", "listing_id")
    )
    designated = named.group_by("entity_id", maintain_order=True).agg(
        lists=pl.col("list_id").unique(maintain_order=True),
        listing_ids=pl.col("listing_id"),
    )
    once = named.unique(["entity_id", "list_id"], maintain_order=True).select("entity_id", "weight")
    accused = (
        universe.allegations.filter((pl.col("status") == "standing") & pl.col("relation").is_in(CONDUCT))
        .with_columns(
            weight=pl.col("accuser_kind").cast(pl.String).replace_strict(weights.accuser, return_dtype=pl.Float64)
        )
        .sort("entity_id", "allegation_id")
    )
    alleged = accused.group_by("entity_id", maintain_order=True).agg(allegation_ids=pl.col("allegation_id"))
    accusers = accused.unique(["entity_id", "accuser_kind"], maintain_order=True).select("entity_id", "weight")
    severity = pl.concat([once, accusers]).group_by("entity_id").agg(severity=combined(pl.col("weight")))
    return (
        designated.join(alleged, on="entity_id", how="full", coalesce=True)
        .join(severity, on="entity_id", how="left")
        .select(
            listed_id="entity_id",
            kind=pl.when(pl.col("lists").is_null()).then(pl.lit("allegation")).otherwise(pl.lit("designation")),
            lists=pl.col("lists").fill_null([]),
            listing_ids=pl.col("listing_ids").fill_null([]),
            allegation_ids=pl.col("allegation_ids").fill_null([]),
            severity="severity",
        )
        .sort("listed_id")
    )


def connect(universe: Universe, issuers: Sequence[str], weights: Weights) -> pl.DataFrame:
    """Find every connection of some issuers.

    Args:
        universe: what is known, at its date.
        issuers: entity ids.
        weights: for the severity of each listed entity.

    Returns:
        A CONNECTIONS frame, sorted by issuer, relation and falling share.
    """
    wanted = sorted(set(issuers))
    if not wanted:
        return empty(Connections)
    listed, graph = standing(universe, weights), network(universe)
    ruled = _reached(universe, listed, graph, wanted)
    owned = _owned_or_owner(universe, listed, graph, wanted)
    parts = [
        _listed(listed, wanted),
        _certainly_reached(universe, ruled),
        owned,
        _open_only(ruled, owned, listed),
        _business(universe, listed, wanted),
    ]
    columns = [c for c in Connections.column_names() if c not in (*WEIGHED, "open_lists")]
    kinds = {c: spec.dtype for c, spec in Connections.columns().items()}
    filled = [p.select(pl.col(c).cast(kinds[c]) for c in columns) for p in parts if not p.is_empty()]
    if not filled:
        return empty(Connections)
    strength = pl.col("relation").to_physical()
    once = (
        pl.concat(filled)
        .sort("entity_id", "listed_id", strength, maintain_order=True)
        .unique(["entity_id", "listed_id"], keep="first", maintain_order=True)
        .join(_open(ruled), on=["entity_id", "listed_id"], how="left", maintain_order="left")
        .with_columns(
            pl.col("open_lists").fill_null([]),
            rule_id=pl.coalesce("rule_id", pl.when(pl.col("relation") == "connected").then("open_rule")),
        )
    )
    return check(Connections, weigh(once, universe, weights, Together(graph))).sort(
        ["entity_id", strength, "share_high", "severity", "listed_id"],
        descending=[False, False, True, True, False],
    )


def _open(ruled: pl.DataFrame) -> pl.DataFrame:
    """By pair: the lists whose rule cannot be decided, and the first one's rule."""
    return (
        ruled.filter(~pl.col("certain"))
        .sort("entity_id", "listed_id", "list_id")
        .group_by("entity_id", "listed_id", maintain_order=True)
        .agg(open_lists=pl.col("list_id"), open_rule=pl.col("rule_id").first())
    )


def _open_only(ruled: pl.DataFrame, owned: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Pairs that a rule may join although no stake of any size does: control is claimed, and nothing more."""
    bare = ruled.filter(~pl.col("certain")).join(owned, on=["entity_id", "listed_id"], how="anti")
    return (
        bare.unique(["entity_id", "listed_id"], keep="first", maintain_order=True)
        .select("entity_id", "listed_id", "chain")
        .with_columns(
            relation=pl.lit("connected"),
            side=pl.lit("owned"),
            rule_id=pl.lit(None, pl.String),
            share_low=pl.lit(0.0),
            share_high=pl.lit(0.0),
            link_ids=_EMPTY_LIST,
        )
        .join(listed, on="listed_id", how="inner")
    )


def _listed(listed: pl.DataFrame, issuers: list[str]) -> pl.DataFrame:
    return listed.filter(pl.col("listed_id").is_in(issuers)).with_columns(
        entity_id="listed_id",
        relation=pl.lit("listed"),
        side=pl.lit("self"),
        rule_id=pl.lit(None, pl.String),
        share_low=pl.lit(1.0),
        share_high=pl.lit(1.0),
        link_ids=_EMPTY_LIST,
        chain=_EMPTY_LIST,
    )


def _reached(universe: Universe, listed: pl.DataFrame, graph: Graph, issuers: list[str]) -> pl.DataFrame:
    """Issuers that a list's own ownership rule reaches (``certain``), or may reach."""
    rows: list[dict[str, object]] = []
    claims, shown = group_claims(universe, issuers), shown_stakes(universe)
    dated = universe.lists.filter("official").join(universe.rules, on="rule_id", how="semi")
    for list_id, rule_id in dated.select("list_id", "rule_id").iter_rows():  # rules not yet made reach nobody
        rule = rule_in_force(universe.rules, rule_id)
        if rule.named_only or rule.status in ("not_in_force", "stayed"):
            continue
        on_list = _bearers(universe, listed, list_id, rule_id)
        whole = reached(graph, on_list, rule)
        members = holders(whole)
        answer = whole.filter(
            pl.col("entity").is_in(issuers) & (pl.col("reached") != "no") & ~pl.col("entity").is_in(on_list)
        )
        decided = rule.status == "in_force" and not _doubtful(universe, rule_id)
        for entity, verdict in answer.select("entity", "reached").iter_rows():
            used = trace(members, on_list, entity)
            owner = _strongest_owner(graph, on_list, used, entity)
            chain = [shown[step] for step in used if step in shown]
            rows.append(
                {
                    "entity_id": entity,
                    "listed_id": owner,
                    "rule_id": rule_id,
                    "list_id": list_id,
                    "chain": chain,
                    "certain": decided and verdict == "yes",
                }
            )
        # Whether a group total without its stakes runs through owners that the rule accepts is not known.
        known = set(answer["entity"])
        may = claims.filter(pl.col("owner").is_in(on_list) & ~pl.col("owned").is_in([*on_list, *known]))
        for owner, entity, high, stake in may.select("owner", "owned", "high", "stake_id").iter_rows():
            if rule.meets(np.array([high]), possibly=True)[0]:
                told = {"entity_id": entity, "listed_id": owner, "rule_id": rule_id, "list_id": list_id}
                rows.append(told | {"chain": [stake], "certain": False})
    schema = {"entity_id": pl.String, "listed_id": pl.String, "rule_id": pl.String, "list_id": pl.String}
    return pl.DataFrame(rows, schema={**schema, "chain": pl.List(pl.String), "certain": pl.Boolean})


def _certainly_reached(universe: Universe, ruled: pl.DataFrame) -> pl.DataFrame:
    """One row for each issuer and listed owner; only lists whose own rule reaches it count, no others."""
    entries = (
        universe.listings.filter((pl.col("status") == "listed") & pl.col("verified"))
        .group_by("list_id", listed_id="entity_id", maintain_order=True)
        .agg(entries="listing_id")
    )
    rows = (
        ruled.filter("certain")
        .join(entries, on=["list_id", "listed_id"], how="left")
        .sort("entity_id", "listed_id", "list_id")
    )
    return rows.group_by("entity_id", "listed_id", maintain_order=True).agg(
        relation=pl.lit("reached"),
        side=pl.lit("owned"),
        kind=pl.lit("designation"),
        rule_id=pl.col("rule_id").first(),
        share_low=pl.lit(1.0),
        share_high=pl.lit(1.0),
        lists=pl.col("list_id"),
        listing_ids=pl.col("entries").explode(empty_as_null=True).drop_nulls(),
        allegation_ids=pl.lit([], dtype=pl.List(pl.String)),
        link_ids=pl.lit([], dtype=pl.List(pl.String)),
        chain=pl.col("chain").first(),
    )


def _bearers(universe: Universe, listed: pl.DataFrame, list_id: str, rule_id: str) -> list[str]:
    """Entities whose entry on a list carries the rule; some rules bind only entries that say so."""
    entries = universe.listings.filter(
        (pl.col("list_id") == list_id) & (pl.col("status") == "listed") & pl.col("verified")
    )
    if rule_id == "named-and-subsidiaries":
        entries = entries.filter("with_subsidiaries")
    return sorted(set(entries["entity_id"]) & set(listed["listed_id"]))


def _doubtful(universe: Universe, rule_id: str) -> bool:
    """A rule whose own wording is known from memory only decides nothing."""
    return bool((universe.rules.filter(pl.col("rule_id") == rule_id)["certainty"] == "low").all())


def _strongest_owner(graph: Graph, owners: list[str], used: Iterable[tuple[str, str]], owned: str) -> str:
    """The listed owner with the strongest chain to ``owned``; ``used`` are the stakes that the rule used."""
    above = {graph.nodes[i] for i in reachable(graph, graph.positions([owned]), upward=True)}
    chains = [c for owner in sorted(above & set(owners)) for c in strongest(graph, owner, owned, 1)]
    if not chains:  # reached through control alone: no stake carries anything
        return min({owner for owner, _ in used} & set(owners))
    return max(chains, key=lambda c: (c.low, c.high, -len(c.nodes), c.nodes)).nodes[0]


def _owned_or_owner(universe: Universe, listed: pl.DataFrame, graph: Graph, issuers: list[str]) -> pl.DataFrame:
    """Ownership chains in either direction, with the integrated share as bounds."""
    targets = listed["listed_id"].to_list()
    funds = universe.entities.filter(pl.col("kind") == "fund")["entity_id"].to_list()
    down = shares(universe, graph, targets).filter(pl.col("owned").is_in(issuers))
    up = shares(universe, graph, issuers).filter(pl.col("owned").is_in(targets) & ~pl.col("owner").is_in(funds))
    pairs = pl.concat(
        [
            down.select(entity_id="owned", listed_id="owner", low="low", high="high", side=pl.lit("owned")),
            up.select(entity_id="owner", listed_id="owned", low="low", high="high", side=pl.lit("owner")),
        ]
    )
    pairs = pairs.filter((pl.col("high") >= SMALLEST) & (pl.col("entity_id") != pl.col("listed_id")))
    pairs = pairs.sort("high", descending=True).unique(
        ["entity_id", "listed_id"], keep="first", maintain_order=True
    )
    ends = pairs.select(
        pl.when(pl.col("side") == "owned").then("listed_id").otherwise("entity_id").alias("owner"),
        pl.when(pl.col("side") == "owned").then("entity_id").otherwise("listed_id").alias("owned"),
    )
    best, shown = strongest_between(graph, ends.iter_rows()), shown_stakes(universe)
    claims = group_claims(universe)
    stated = {(a, b): [stake] for a, b, stake in claims.select("owner", "owned", "stake_id").iter_rows()}
    chains = [
        [shown[step] for step in best[pair].steps if step in shown] if pair in best else stated.get(pair, [])
        for pair in ends.iter_rows()
    ]
    return pairs.with_columns(
        relation=pl.lit("connected"),
        rule_id=pl.lit(None, pl.String),
        share_low="low",
        share_high="high",
        link_ids=_EMPTY_LIST,
        chain=pl.Series(chains, dtype=pl.List(pl.String)),
    ).join(listed, on="listed_id", how="inner")


def _business(universe: Universe, listed: pl.DataFrame, issuers: list[str]) -> pl.DataFrame:
    """Sourced business links with a listed company, and allegations about a company's supply chain."""
    links = universe.links.select("link_id", "from_id", "to_id")
    both = pl.concat(
        [
            links.select("link_id", entity_id="from_id", listed_id="to_id"),
            links.select("link_id", entity_id="to_id", listed_id="from_id"),
        ]
    ).filter(pl.col("entity_id").is_in(issuers))
    linked = (
        both.sort("link_id")
        .group_by("entity_id", "listed_id", maintain_order=True)
        .agg(link_ids="link_id")
        .join(listed, on="listed_id", how="inner")
    )
    supply = (
        universe.allegations.filter(
            (pl.col("status") == "standing")
            & (pl.col("relation") == "supply_chain")
            & pl.col("entity_id").is_in(issuers)
        )
        .sort("allegation_id")
        .group_by("entity_id", maintain_order=True)
        .agg(allegation_ids="allegation_id")
        .with_columns(
            listed_id="entity_id",
            kind=pl.lit("allegation"),
            lists=_EMPTY_LIST,
            listing_ids=_EMPTY_LIST,
            link_ids=_EMPTY_LIST,
        )
    )
    columns = [
        "entity_id",
        "listed_id",
        "kind",
        "lists",
        "listing_ids",
        "allegation_ids",
        "link_ids",
    ]
    return pl.concat([linked.select(columns), supply.select(columns)]).with_columns(
        relation=pl.lit("business"),
        side=pl.lit("link"),
        rule_id=pl.lit(None, pl.String),
        share_low=pl.lit(0.0),
        share_high=pl.lit(0.0),
        chain=_EMPTY_LIST,
    )
