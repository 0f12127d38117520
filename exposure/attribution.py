"""How much of an issuer listed companies hold together, and how heavily that weighs: every part of it once.

Several listed owners of one issuer add up: A's 20 % and B's 25 % are 45 %. What one of them holds through another
counts once: a parent, its subsidiary and the subsidiary's 40 % are 40 %. So the share of a *set* of owners is what
flows down from all of them while nothing flows into any of them (``d_S = W_S (I - B)^-1`` with the stakes in
members of ``S`` cut out of ``B``); with one owner it is the integrated share of ``exposure.ownership``.

Owners that weigh differently are laid in order of weight: the heaviest counts with all it holds, each further one
with what it adds to the set before it. The sum is the Choquet integral of severity over the sets (Choquet 1954):
bounds of shares carry over to bounds of the sum, which no other order would do. A listed or reached issuer counts
whole, at the severity of all lists and kinds of accuser that meet it. Stakes that an issuer itself holds in listed
companies are shares of something else: they are never summed, the largest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np
import polars as pl

from exposure.money import summed
from exposure.ownership.graph import Graph
from exposure.ownership.integrate import integrated
from exposure.score import Weights
from exposure.universe.bundle import Universe

Bounds = tuple[float, float]
Row = dict[str, Any]
NOTHING = (0.0, 0.0)
EQUAL = 1e-12
WEIGHED = {
    "severity": pl.Float64(),
    "together_low": pl.Float64(),
    "together_high": pl.Float64(),
    "points_low": pl.Float64(),
    "points_high": pl.Float64(),
}


@dataclass(frozen=True)
class _Set:
    """What a set of owners holds: together by entity, and each alone by (owner, entity)."""

    together: Mapping[str, Bounds]
    alone: Mapping[tuple[str, str], Bounds]
    tops: tuple[str, ...]  # members that no other member holds anything of


@dataclass(frozen=True)
class Together:
    """Shares that sets of owners hold together; each set is worked out once."""

    graph: Graph
    _sets: dict[frozenset[str], _Set] = field(default_factory=dict, repr=False)

    def share(self, alone: Mapping[str, Bounds], owned: str) -> Bounds:
        """Bound what some owners hold of a company together.

        Args:
            alone: each owner's integrated share; where a published group total stands in for our own sum, that.
            owned: the company.

        Returns:
            Lower and upper bound (fractions); never below the largest owner's own, never above 1.
        """
        if len(alone) == 1:
            return next(iter(alone.values()))
        found = self._of(frozenset(alone))
        low, high = self._corrected(found, alone, owned)
        high = min(high, self._room(found, frozenset(alone), owned))
        least, most = (max(bounds[i] for bounds in alone.values()) for i in (0, 1))
        low = min(max(low, least), 1.0)
        return low, min(max(high, most, low), 1.0)

    def _corrected(self, found: _Set, alone: Mapping[str, Bounds], owned: str) -> Bounds:
        """The set's own flow, with published group totals in place of the sums that they stand in for.

        A group total contains what the group's members hold: what they hold beside it is the set's flow less
        the group's own, at its least and at its most.
        """
        flow = found.together.get(owned, NOTHING)
        own = {owner: found.alone.get((owner, owned), NOTHING) for owner in alone}
        told = [o for o in found.tops if max(abs(alone[o][i] - own[o][i]) for i in (0, 1)) > EQUAL]
        low = sum(alone[o][0] for o in told) + max(0.0, flow[0] - sum(own[o][1] for o in told))
        high = sum(alone[o][1] for o in told) + max(0.0, flow[1] - sum(own[o][0] for o in told))
        below = [o for o in alone if o not in found.tops]
        return low, high + sum(max(0.0, alone[o][1] - own[o][1]) for o in below)

    def _of(self, owners: frozenset[str]) -> _Set:
        if owners not in self._sets:
            members = sorted(owners)
            alone = _pairs(integrated(self.graph, members))
            inside = np.isin(self.graph.owned, self.graph.positions(members))
            cut = replace(
                self.graph,
                low=np.where(inside, 0.0, self.graph.low),
                high=np.where(inside, 0.0, self.graph.high),
            )
            held = integrated(cut, members).group_by("owned").agg(summed(pl.col("low", "high")))
            together = {owned: (low, high) for owned, low, high in held.iter_rows()}
            tops = tuple(t for t in members if not any(_above(alone, u, t) for u in members if u != t))
            self._sets[owners] = _Set(together, alone, tops)
        return self._sets[owners]

    def _room(self, found: _Set, owners: frozenset[str], owned: str) -> float:
        """What owners that certainly belong to nobody of the set leave of a company."""
        direct = np.flatnonzero(np.isin(self.graph.owned, self.graph.positions([owned])))
        holders = self.graph.nodes[self.graph.owner[direct]].tolist()
        outside = [h not in owners and found.together.get(h, NOTHING)[1] <= 0 for h in holders]
        return 1.0 - float(self.graph.low[direct][np.array(outside, dtype=bool)].sum())


def _pairs(shares: pl.DataFrame) -> dict[tuple[str, str], Bounds]:
    return {(owner, owned): (low, high) for owner, owned, low, high in shares.iter_rows()}


def _above(alone: Mapping[tuple[str, str], Bounds], upper: str, lower: str) -> bool:
    """Tell whether one owner stands over another; of two that own each other, the first by id."""
    holds, held = (upper, lower) in alone, (lower, upper) in alone
    return holds and (not held or upper < lower)


def weigh(connections: pl.DataFrame, universe: Universe, weights: Weights, together: Together) -> pl.DataFrame:
    """Fill in what depends on weights, and what an issuer's connections make together.

    Args:
        connections: CONNECTIONS with or without the columns below, every row of each issuer.
        universe: for the effects of lists and the kinds of accusers.
        weights: of the score.
        together: shares of sets of owners in the same network.

    Returns:
        The rows with ``severity`` (of the connection by itself), ``together_low``, ``together_high`` (of the
        issuer: what all listed companies of this row's relation and kind hold together; 1 for ``listed`` and
        ``reached``, 0 for ``business``) and ``points_low``, ``points_high`` (the row's part of the issuer's
        weight, 0-1; rows of a weaker relation than the strongest have none).
    """
    causes = _Causes(universe, weights)
    rows = connections.drop(list(WEIGHED), strict=False)
    told = [row | {"at": i, "causes": causes.of(row)} for i, row in enumerate(rows.iter_rows(named=True))]
    by_issuer: dict[str, list[Row]] = {}
    for row in told:
        row["severity"] = causes.severity(row["causes"], row["relation"])
        row |= dict.fromkeys(list(WEIGHED)[1:], 0.0)
        by_issuer.setdefault(row["entity_id"], []).append(row)
    for mine in by_issuer.values():
        _issuer(sorted(mine, key=lambda r: (-r["severity"], r["listed_id"])), causes, together)
    found = pl.DataFrame([{c: row[c] for c in WEIGHED} for row in told], schema=WEIGHED)
    return rows.hstack(found)


@dataclass(frozen=True)
class _Causes:
    """What the lists and the kinds of accuser behind a connection weigh."""

    universe: Universe
    weights: Weights
    effects: dict[str, float] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        lists = self.universe.lists.select("list_id", pl.col("effect").cast(pl.String)).iter_rows()
        said = self.universe.allegations.select("allegation_id", pl.col("accuser_kind").cast(pl.String)).iter_rows()
        object.__setattr__(self, "effects", {i: self.weights.effect[effect] for i, effect in lists})
        object.__setattr__(self, "kinds", dict(said))

    def of(self, row: Mapping[str, Any]) -> dict[str, float]:
        """Weight by list and by kind of accuser: ten of one kind that repeat an accusation count once."""
        accusers = {self.kinds[a] for a in row["allegation_ids"]}
        return self.lists(row["lists"]) | {f"by {kind}": self.weights.accuser[kind] for kind in accusers}

    def lists(self, lists: Iterable[str]) -> dict[str, float]:
        """Weight by list."""
        return {i: self.effects[i] for i in lists}

    def severity(self, causes: Mapping[str, float], relation: str) -> float:
        """``1 - product(1 - weight)``, times the weight of the relation."""
        return (1 - prod(1 - causes[c] for c in sorted(causes))) * self.weights.relation[relation]


def _issuer(rows: list[Row], causes: _Causes, together: Together) -> None:
    """Share out an issuer's weight among its connections, heaviest first."""
    whole = [r for r in rows if r["relation"] in ("listed", "reached")]
    ties = [r for r in rows if r["relation"] == "connected"]
    for row in whole:
        row |= {"together_low": 1.0, "together_high": 1.0}
    for kind in ("designation", "allegation"):
        same = [r for r in ties if r["kind"] == kind]
        if same:
            low, high = _held(same, together)
            for row in same:
                row |= {"together_low": low, "together_high": high}
    open_ = causes.lists(i for r in rows for i in r["open_lists"])
    if whole:
        _whole(whole, open_, causes)
    elif ties:
        _parts(ties, open_, causes, together)
    else:
        rows[0] |= {"points_low": rows[0]["severity"], "points_high": rows[0]["severity"]}


def _held(rows: Sequence[Row], together: Together) -> Bounds:
    """Share of an issuer that some ties concern: owners' stakes together, or the largest that it holds itself."""
    owners = {r["listed_id"]: (r["share_low"], r["share_high"]) for r in rows if r["side"] == "owned"}
    parts = [(r["share_low"], r["share_high"]) for r in rows if r["side"] == "owner"]
    if owners:
        parts.append(together.share(owners, rows[0]["entity_id"]))
    return max(low for low, _ in parts), max(high for _, high in parts)


def _whole(rows: list[Row], open_: dict[str, float], causes: _Causes) -> None:
    """A listed or reached issuer: each connection adds the lists and accusers that those before it lack."""
    met: dict[str, float] = {}
    done = 0.0
    for row in rows:
        met |= row["causes"]
        now = max(done, causes.severity(met, row["relation"]))
        row |= {"points_low": now - done, "points_high": now - done}
        done = now
    _add_open(rows, causes.severity(met | open_, "reached") - done, open_)


def _parts(rows: list[Row], open_: dict[str, float], causes: _Causes, together: Together) -> None:
    """An issuer tied by ownership only: each connection adds the share that those before it lack."""
    low = high = 0.0
    for n, row in enumerate(rows, 1):
        held = _held(rows[:n], together)
        least, most = max(low, held[0]), max(high, held[1])
        row |= {"points_low": (least - low) * row["severity"], "points_high": (most - high) * row["severity"]}
        low, high = least, most
    if not open_:
        return
    # Were a rule to reach it, its own lists alone would count, on the whole: that may be less, or more.
    floor = min(causes.severity({i: weight}, "reached") for i, weight in open_.items())
    least = sum(r["points_low"] for r in rows)
    for row in rows:
        row["points_low"] *= min(1.0, floor / least) if least else 1.0
    _add_open(rows, causes.severity(open_, "reached") - sum(r["points_high"] for r in rows), open_)


def _add_open(rows: list[Row], more: float, open_: dict[str, float]) -> None:
    """Add to the upper bound what an open rule could add, at the connection that it could come through."""
    if open_ and more > 0:
        row = next((r for r in rows if r["open_lists"]), rows[0])
        row["points_high"] += more
