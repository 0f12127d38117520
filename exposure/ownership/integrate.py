"""Integrated ownership: how much of a company an owner holds through all chains together.

Definition: for owner *i*, ``d = W[i] (I - B)^-1`` where ``B`` is ``W`` with the stakes *in* ``i`` cut out, so
that nothing flows round through the owner itself. It equals the diagonal-corrected matrix
``diag(V)^-1 (V - I)`` with ``V = (I - W)^-1`` (Baldone, Brioschi & Paleari 1997; Vitali, Glattfelder &
Battiston 2011). Solved by letting shares flow down stake by stake, which ends on cycles where the direct solve is
singular, and held at 1: data that add up to more than the whole company are survived, never rescaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from exposure.ownership.flow import STEPS, Arrived, Intermediaries, arrivals, intermediaries
from exposure.ownership.graph import Graph, Node, build

# The bound on what a cut hides is refined until a step lowers it by less than this part of the cut.
SETTLED = 0.01


@dataclass(frozen=True)
class Above:
    """Integrated shares above a cut.

    Attributes:
        pairs: ``owner, owned, low, high``.
        cut: flows below this fraction were not followed further.
        lost: the most that any one pair can lack because of the cut (fraction).
        lost_median: the same for the company in the middle.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.integrated_above(stakes, cut=0.4).pairs.rows()
        [('A', 'B', 0.6, 0.6), ('B', 'C', 0.5, 0.5)]
    """

    pairs: pl.DataFrame
    cut: float
    lost: float
    lost_median: float


def integrated(stakes: pl.DataFrame | Graph, owners: Sequence[Node] | None = None) -> pl.DataFrame:
    """Integrated share of every owner in everything it reaches.

    Args:
        stakes: ``owner, owned, share_low, share_high`` (fractions, null = unknown), or a built network.
        owners: only these; all when omitted.

    Returns:
        ``owner, owned, low, high`` (fractions) for every pair whose upper bound is above zero, sorted.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.integrated(stakes).rows()
        [('A', 'B', 0.6, 0.6), ('A', 'C', 0.3, 0.3), ('B', 'C', 0.5, 0.5)]
    """
    return integrated_above(stakes, owners, 0.0).pairs


def integrated_above(stakes: pl.DataFrame | Graph, owners: Sequence[Node] | None = None, cut: float = 0.0) -> Above:
    """Integrated shares of at least ``cut``; what the cut may hide is told.

    Args:
        stakes: as for ``integrated``.
        owners: only these; all when omitted.
        cut: flows smaller than this fraction are not followed further.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.integrated_above(stakes, owners=["A"]).pairs["low"].to_list()
        [0.6, 0.3]
    """
    graph = stakes if isinstance(stakes, Graph) else build(stakes)
    starts = np.arange(len(graph.nodes)) if owners is None else np.unique(graph.positions(owners)).astype(np.int64)
    between = intermediaries(graph)
    pairs = _pairs(graph, starts, list(arrivals(graph, between, starts, cut)))
    hidden = _hidden(graph, between, cut)
    middle = float(np.median(hidden)) if hidden.size else 0.0
    return Above(pairs, cut, float(hidden.max(initial=0.0)), middle)


def _hidden(graph: Graph, between: Intermediaries, cut: float) -> np.ndarray:
    """The most that a cut can hide of each company, whoever the owner.

    An owner of *j* in which less than the cut waits passes on at most the cut, plus what is hidden of itself:
    ``hidden[j] <= sum_k share[k, j] * (hidden[k] + cut)`` over the owners *k* that have owners themselves.
    The right side only grows with ``hidden``, so each step down from 1 is a bound too: it may end early.
    """
    if not cut or not len(graph.nodes):
        return np.zeros(len(graph.nodes))
    owner = between.place[graph.owner[between.stake]]
    inside = owner >= 0
    owner, owned, share = owner[inside], between.owned[inside], graph.high[between.stake[inside]]
    waiting = np.full(between.nodes.size, 1.0 + cut)
    for _ in range(STEPS):
        following = np.minimum(np.bincount(owned, share * waiting[owner], minlength=waiting.size), 1.0) + cut
        settled = np.abs(following - waiting).max(initial=0.0) < cut * SETTLED
        waiting = following
        if settled:
            break
    passed = np.zeros(len(graph.nodes))
    passed[between.nodes] = waiting
    return np.minimum(np.bincount(graph.owned, graph.high * passed[graph.owner], minlength=passed.size), 1.0)


def _pairs(graph: Graph, starts: np.ndarray, parts: list[Arrived]) -> pl.DataFrame:
    def column(name: str, dtype: type) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0, dtype)

    owner, owned = starts[column("start", np.int64)], column("company", np.int64)
    high = column("high", np.float64)
    low = high if all(part.low is part.high for part in parts) else column("low", np.float64)
    return pl.DataFrame({"owner": graph.ids(owner), "owned": graph.ids(owned), "low": low, "high": high})
