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

from exposure.ownership.graph import Graph, Node, build, spans

TOLERANCE = 1e-13
STEPS = 100_000  # a cycle of shares near 1 converges slowly; this many steps settle 0.9999 round a pair
# Owners worked on together. More fill the memory (each flow touches thousands of companies), fewer waste time.
BATCH = 500


@dataclass(frozen=True)
class Above:
    """Integrated shares above a cut.

    Attributes:
        pairs: ``owner, owned, low, high``.
        cut: flows below this fraction were not followed further.
        lost: the most that any one pair can lack because of the cut (fraction).
        lost_median: the same for the company in the middle.
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
    """
    return integrated_above(stakes, owners, 0.0).pairs


def integrated_above(stakes: pl.DataFrame | Graph, owners: Sequence[Node] | None = None, cut: float = 0.0) -> Above:
    """Integrated shares of at least ``cut``; what the cut may hide is told.

    Args:
        stakes: as for ``integrated``.
        owners: only these; all when omitted.
        cut: flows smaller than this fraction are not followed further.
    """
    graph = stakes if isinstance(stakes, Graph) else build(stakes)
    starts = np.arange(len(graph.nodes)) if owners is None else np.unique(graph.positions(owners)).astype(np.int64)
    exact = bool(np.array_equal(graph.low, graph.high))
    parts = []
    for at in range(0, len(starts), BATCH):
        batch = starts[at : at + BATCH]
        keys, high = _flow(graph, graph.high, batch, cut)
        low = high if exact else _at(keys, *_flow(graph, graph.low, batch, cut))
        parts.append((batch[keys // len(graph.nodes)], keys % len(graph.nodes), low, high))
    pairs = _pairs(graph, parts)
    hidden = _hidden(graph, cut)
    middle = float(np.median(hidden)) if hidden.size else 0.0
    kept = pairs.filter((pl.col("high") > 0) & (pl.col("high") >= cut))
    return Above(kept, cut, float(hidden.max(initial=0.0)), middle)


def _hidden(graph: Graph, cut: float) -> np.ndarray:
    """The most that a cut can hide of each company, whoever the owner.

    An owner of *j* in which less than the cut waits passes on at most the cut, plus what is hidden of itself:
    ``hidden[j] <= sum_k share[k, j] * (hidden[k] + cut)`` over the owners *k* that have owners themselves.
    """
    size = len(graph.nodes)
    hidden = np.zeros(size)
    if not cut or not size:
        return hidden
    held = np.zeros(size, dtype=bool)
    held[graph.owned] = True
    weights = graph.high * held[graph.owner]
    for _ in range(STEPS):
        following = np.minimum(np.bincount(graph.owned, weights * (hidden[graph.owner] + cut), minlength=size), 1.0)
        if np.abs(following - hidden).max() < cut * 1e-6:
            return following
        hidden = following
    return hidden


def _pairs(graph: Graph, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]) -> pl.DataFrame:
    owner, owned, low, high = (
        (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else (np.empty(0, int),) * 4
    )
    return pl.DataFrame(
        {
            "owner": graph.ids(owner),
            "owned": graph.ids(owned),
            "low": pl.Series(low, dtype=pl.Float64),
            "high": pl.Series(high, dtype=pl.Float64),
        }
    )


def _flow(graph: Graph, shares: np.ndarray, starts: np.ndarray, cut: float) -> tuple[np.ndarray, np.ndarray]:
    """Let every start's share flow down the stakes until nothing (above the cut) waits to be passed on.

    What arrives at a company is counted at once and passed on as soon as enough has gathered: many small
    flows into one company are followed even when each is below the cut.

    Returns:
        Sorted keys ``start's index * nodes + company``, and the totals.
    """
    size, least = len(graph.nodes), max(TOLERANCE, cut)
    moving, amount = _step(graph, shares, starts, np.arange(len(starts)) * size + starts, np.ones(len(starts)))
    keys, totals, waiting = np.empty(0, np.int64), np.empty(0), np.empty(0)
    for _ in range(STEPS):
        keys, totals, waiting = _arrive(keys, totals, waiting, moving, amount)
        going = waiting >= least
        if not going.any():
            break
        moving, amount = _step(graph, shares, starts, keys[going], waiting[going])
        waiting[going] = 0.0
    return keys, totals


def _step(
    graph: Graph, shares: np.ndarray, starts: np.ndarray, moving: np.ndarray, amount: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One stake further for everything that moves, added up by company; nothing flows back to its own start."""
    size = len(graph.nodes)
    rows = moving % size
    entries = spans(graph.first, rows)
    count = graph.first[rows + 1] - graph.first[rows]
    passed = np.repeat(amount, count) * shares[entries]
    owned = graph.owned[entries]
    keys = np.repeat(moving - rows, count) + owned
    wanted = (passed > TOLERANCE) & (owned != np.repeat(starts[moving // size], count))
    keys, passed = keys[wanted], passed[wanted]
    order = np.argsort(keys, kind="stable")
    keys, passed = keys[order], passed[order]
    if not keys.size:
        return keys, passed
    begin = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[begin], np.add.reduceat(passed, begin)


def _arrive(
    keys: np.ndarray, totals: np.ndarray, waiting: np.ndarray, moving: np.ndarray, amount: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add what arrives to totals, held at 1, and to what waits to be passed on. All keys stay sorted."""
    at = np.searchsorted(keys, moving)
    known = np.zeros(len(moving), dtype=bool)
    if len(keys):
        known = keys[np.minimum(at, len(keys) - 1)] == moving
    arrived = np.minimum(amount, 1.0)
    arrived[known] = np.minimum(amount[known], 1.0 - totals[at[known]])
    totals[at[known]] += arrived[known]
    waiting[at[known]] += arrived[known]
    fresh = ~known
    if not fresh.any():
        return keys, totals, waiting
    where, new = at[fresh], arrived[fresh]
    return np.insert(keys, where, moving[fresh]), np.insert(totals, where, new), np.insert(waiting, where, new)


def _at(wanted: np.ndarray, keys: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Totals at the wanted keys, zero where there is none."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, totals[at], 0.0)
