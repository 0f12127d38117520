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
        lost: the most that all flows not followed could add to any one pair (fraction).
    """

    pairs: pl.DataFrame
    cut: float
    lost: float


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
    parts, lost = [], 0.0
    for at in range(0, len(starts), BATCH):
        batch = starts[at : at + BATCH]
        keys, high, missed = _flow(graph, graph.high, batch, cut)
        low = high if exact else _at(keys, *_flow(graph, graph.low, batch, cut)[:2])
        lost = max(lost, missed)
        parts.append((batch[keys // len(graph.nodes)], keys % len(graph.nodes), low, high))
    columns = [
        np.concatenate(c) if parts else np.empty(0) for c in (zip(*parts, strict=True) if parts else [()] * 4)
    ]
    names = graph.nodes
    pairs = pl.DataFrame(
        {
            "owner": names[columns[0].astype(np.int64)].tolist()
            if names.dtype == object
            else names[columns[0].astype(np.int64)],
            "owned": names[columns[1].astype(np.int64)].tolist()
            if names.dtype == object
            else names[columns[1].astype(np.int64)],
            "low": columns[2],
            "high": columns[3],
        },
        schema_overrides={"low": pl.Float64, "high": pl.Float64} | _ids(names),
    )
    return Above(pairs.filter((pl.col("high") > 0) & (pl.col("high") >= cut)), cut, lost)


def _ids(names: np.ndarray) -> dict[str, type[pl.DataType]]:
    kind = pl.String if names.dtype == object or not len(names) else pl.Int64
    return {"owner": kind, "owned": kind}


def _flow(graph: Graph, shares: np.ndarray, starts: np.ndarray, cut: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Let every start's share flow down the stakes until nothing (above the cut) moves.

    Returns:
        Sorted keys ``start's index * nodes + company``, the totals, and the most that was left behind.
    """
    size = len(graph.nodes)
    moving = np.arange(len(starts)) * size + starts
    amount = np.ones(len(starts))
    keys, totals = np.empty(0, np.int64), np.empty(0)
    left = 0.0
    for _ in range(STEPS):
        moving, amount, dropped = _step(graph, shares, starts, moving, amount, cut)
        left += dropped
        if not moving.size:
            break
        keys, totals, amount = _add(keys, totals, moving, amount)
        going = amount > max(TOLERANCE, cut)
        moving, amount = moving[going], amount[going]
    return keys, totals, left


def _step(
    graph: Graph, shares: np.ndarray, starts: np.ndarray, moving: np.ndarray, amount: np.ndarray, cut: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """One stake further for everything that moves; nothing flows back into its own start."""
    size = len(graph.nodes)
    rows = moving % size
    entries = spans(graph.first, rows)
    count = graph.first[rows + 1] - graph.first[rows]
    passed = np.repeat(amount, count) * shares[entries]
    keys = np.repeat(moving - rows, count) + graph.owned[entries]
    wanted = passed > TOLERANCE
    wanted &= graph.owned[entries] != starts[np.repeat(moving // size, count)]
    small = wanted & (passed < cut)
    dropped = float(passed[small].max()) if small.any() else 0.0
    keys, passed = keys[wanted & ~small], passed[wanted & ~small]
    order = np.argsort(keys, kind="stable")
    keys, passed = keys[order], passed[order]
    begin = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if keys.size else np.empty(0, int)
    return keys[begin], np.add.reduceat(passed, begin) if begin.size else passed, dropped


def _add(
    keys: np.ndarray, totals: np.ndarray, moving: np.ndarray, amount: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add what arrives to the totals, held at 1; returns what really arrived, to be passed on."""
    at = np.searchsorted(keys, moving)
    known = (
        (at < len(keys)) & (keys[np.minimum(at, len(keys) - 1)] == moving)
        if len(keys)
        else np.zeros(len(moving), bool)
    )
    arrived = amount.copy()
    arrived[known] = np.minimum(amount[known], 1.0 - totals[at[known]])
    arrived[~known] = np.minimum(amount[~known], 1.0)
    totals = totals.copy()
    totals[at[known]] += arrived[known]
    fresh = ~known
    keys = np.concatenate([keys, moving[fresh]])
    totals = np.concatenate([totals, arrived[fresh]])
    order = np.argsort(keys, kind="stable")
    return keys[order], totals[order], arrived


def _at(wanted: np.ndarray, keys: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Totals at the wanted keys, zero where there is none."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, totals[at], 0.0)
