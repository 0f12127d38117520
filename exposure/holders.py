"""What a class of owners holds of a company, for house policies: "a state holds a tenth or more of it".

Unlike the lists' own rules, a house rule may start from owners that are on no list, state bodies for example, and
walks through them. Stakes of owners, and of companies that pass their stakes on, are added up, never multiplied.
A published group total stands in for our own sum of the group's stakes; other holders' stakes are added to it.
A group holding stated without a size is unknown, not nothing. An owner that no source records is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from exposure.ownership.edges import group_totals
from exposure.ownership.graph import Graph, reachable
from exposure.ownership.rules import Rule, reached
from exposure.shares import network
from exposure.universe.bundle import Universe

HELD = {
    "entity": pl.String(),
    "verdict": pl.String(),  # yes, no, unknown
    "low": pl.Float64(),  # fraction held by the owners and those who count as theirs
    "high": pl.Float64(),
    "via": pl.List(pl.String()),  # who holds it
    "unsettled": pl.List(pl.String()),  # whose stake or standing would settle an unknown
}
SHOWN = 3  # names in a sentence before "and n more"


def held(universe: Universe, owners: Sequence[str], rule: Rule, through: Rule | None = None) -> pl.DataFrame:
    """Find in which companies some owners hold what a rule asks for.

    Args:
        universe: what is known, at its date.
        owners: ids of the owners that start the walk.
        rule: its threshold decides.
        through: whose stakes count as the owners' own; ``rule`` when omitted.

    Returns:
        The columns of ``HELD``, one row per company in which the owners hold anything; the owners themselves are
        not among them.
    """
    if rule.named_only:
        return pl.DataFrame(schema=HELD)
    graph = network(universe)
    passing = replace(through or rule, aggregate=rule.aggregate)
    walked = reached(graph, owners, passing)
    summed = _with_totals(universe, graph, walked, owners)
    low, high = summed["low"].to_numpy(), summed["high"].to_numpy()
    certain, possible = rule.meets(low), rule.meets(high, possibly=True)
    if rule.control:  # control decides by itself, whatever the share
        by_rule = dict(reached(graph, owners, rule).select("entity", "reached").iter_rows())
        word = [by_rule.get(e, "no") for e in summed["entity"]]
        certain |= np.array([w == "yes" for w in word], dtype=bool)
        possible |= np.array([w != "no" for w in word], dtype=bool)
    verdict = np.where(certain, "yes", np.where(possible, "unknown", "no"))
    return summed.with_columns(verdict=pl.Series(verdict.tolist(), dtype=pl.String)).select(list(HELD))


def _with_totals(universe: Universe, graph: Graph, walked: pl.DataFrame, owners: Sequence[str]) -> pl.DataFrame:
    """The walk's sums, each raised to the best published group total of an owner."""
    rows = {
        r["entity"]: {"low": r["aggregate_low"], "high": r["aggregate_high"], **_told(r)}
        for r in walked.iter_rows(named=True)
    }
    sure = {*owners, *walked.filter(pl.col("reached") == "yes")["entity"]}
    maybe = {*owners, *walked.filter(pl.col("reached") != "no")["entity"]}
    for owner, owned, low, high in group_totals(universe.stakes).iter_rows():
        if owner not in maybe or owned in owners:
            continue
        row = rows.setdefault(owned, {"low": 0.0, "high": 0.0, "via": [owner], "unsettled": []})
        others = _outside(graph, owner, row["via"])
        if owner in sure:
            row["low"] = max(row["low"], low + _stakes(graph, graph.low, [o for o in others if o in sure], owned))
        row["high"] = min(max(row["high"], high + _stakes(graph, graph.high, others, owned)), 1.0)
    for owner, owned in _unsized(universe, graph, maybe):
        if owned not in owners:
            rows.setdefault(owned, {"low": 0.0, "high": 1.0, "via": [owner], "unsettled": [owner]})
    schema = {k: v for k, v in HELD.items() if k != "verdict"}
    return pl.DataFrame([{"entity": e, **row} for e, row in sorted(rows.items())], schema=schema)


def _unsized(universe: Universe, graph: Graph, owners: set[str]) -> list[tuple[str, str]]:
    """Group holdings that a source states without a size, where no chain of stakes explains them."""
    stated = universe.stakes.filter(
        (pl.col("basis") == "aggregate") & pl.col("verified") & pl.col("owner_id").is_in(sorted(owners))
    ).filter(pl.col("share_low").is_null() & pl.col("share_high").is_null())
    pairs = stated.select("owner_id", "owned_id").unique().sort("owner_id", "owned_id").rows()
    below = {o: {graph.nodes[i] for i in reachable(graph, graph.positions([o]))} for o, _ in pairs}
    return [(owner, owned) for owner, owned in pairs if owned not in below[owner]]


def _told(row: dict[str, list[str]]) -> dict[str, list[str]]:
    return {"via": row["via"], "unsettled": row["unsettled"]}


def _outside(graph: Graph, owner: str, holders: Sequence[str]) -> list[str]:
    """Holders whose stakes a group total of ``owner`` cannot contain: nothing leads to them from it."""
    below = {graph.nodes[i] for i in reachable(graph, graph.positions([owner]))}
    return [h for h in holders if h != owner and h not in below]


def _stakes(graph: Graph, shares: np.ndarray, holders: Sequence[str], owned: str) -> float:
    """Direct stakes of some holders in one company, added up."""
    wanted = np.isin(graph.owner, graph.positions(holders)) & np.isin(graph.owned, graph.positions([owned]))
    return float(shares[wanted].sum())


def held_sentence(universe: Universe, rule: Rule, row: Mapping[str, Any], whose: str) -> str:
    """A row of ``held`` in words: how much, by whom, the line it is measured against, what would settle it."""
    names = universe.name_of([row["entity"], *row["via"], *row["unsettled"]])
    line = "control" if rule.threshold is None else f"{'≥' if rule.inclusive else '>'} {percent(rule.threshold)}"
    if rule.control and rule.threshold is not None:
        line += ", or control"
    holders = some([names[v] for v in row["via"]])
    told = (
        f"{size(row['low'], row['high']).capitalize()} of {names[row['entity']]} is held by {holders}, "
        f"which are or count as {whose}; the clause's line is {line}."
    )
    if row["verdict"] == "yes":
        return told
    open_ = some([names[u] for u in row["unsettled"]]) or holders
    return text([told, f"Not decided: it rests on the stake or standing of {open_}."])


def size(low: float, high: float) -> str:
    """A share as bounds: ``41.6 %``, ``37.0 – 39.1 %``, "an unknown part"."""
    if low <= 0 and high >= 0.999999:
        return "an unknown part"
    first, last = f"{low * 100:.1f}", f"{high * 100:.1f}"
    return f"{last} %" if first == last else f"{first} – {last} %"


def text(sentences: Iterable[str]) -> str:
    """Sentences as one text; a name that ends in a full stop ("Co., Ltd.") does not get a second one."""
    return " ".join(s for s in sentences if s).replace("..", ".")


def percent(share: float) -> str:
    """A threshold: ``10 %``, ``12.5 %``."""
    return f"{share * 100:g} %"


def some(names: list[str]) -> str:
    """The first names, and how many more."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
