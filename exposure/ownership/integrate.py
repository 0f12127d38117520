"""Integrated ownership: how much of a company an owner holds through all chains together.

Definition: for owner *i*, ``d = W[i] (I - B)^-1`` where ``B`` is ``W`` with the stakes *in* ``i`` cut out, so
that nothing flows round through the owner itself. It equals the diagonal-corrected matrix
``diag(V)^-1 (V - I)`` with ``V = (I - W)^-1`` (Baldone, Brioschi & Paleari 1997; Vitali, Glattfelder &
Battiston 2011). Solved by iteration from below, which ends on cycles where the direct solve is singular, and is
held at 1: data that add up to more than the whole company are survived, never rescaled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy import sparse

from exposure.ownership.graph import Graph, build

TOLERANCE = 1e-13
STEPS = 100_000  # a cycle of shares near 1 converges slowly; this many steps settle 0.9999 round a pair


def integrated(stakes: pl.DataFrame | Graph, owners: Sequence[str] | None = None) -> pl.DataFrame:
    """Integrated share of every owner in everything it reaches.

    Args:
        stakes: ``owner, owned, share_low, share_high`` (fractions, null = unknown), or a built network.
        owners: only these; all when omitted.

    Returns:
        ``owner, owned, low, high`` (fractions) for every pair whose upper bound is above zero, sorted.
    """
    graph = stakes if isinstance(stakes, Graph) else build(stakes)
    starts = list(range(len(graph.nodes))) if owners is None else sorted(set(graph.positions(owners)))
    low, high = _flow(graph.low, starts), _flow(graph.high, starts)
    pairs = high.tocoo()
    at_least = np.asarray(low[pairs.row, pairs.col]).ravel() if pairs.nnz else np.empty(0)
    names = np.asarray(graph.nodes, dtype=object)
    found = pl.DataFrame(
        {
            "owner": names[np.asarray(starts, dtype=int)[pairs.row]].tolist() if pairs.nnz else [],
            "owned": names[pairs.col].tolist() if pairs.nnz else [],
            "low": at_least,
            "high": pairs.data,
        },
        schema={"owner": pl.String, "owned": pl.String, "low": pl.Float64, "high": pl.Float64},
    )
    return found.filter(pl.col("high") > 0).sort("owner", "owned")


def _flow(shares: sparse.csr_array, starts: Sequence[int]) -> sparse.csr_array:
    """Iterate ``X <- W[starts] + X W`` from below, never returning to the start, never above 1."""
    begin = sparse.csr_array(shares[list(starts)]) if starts else sparse.csr_array((0, shares.shape[1]))
    current = begin
    for _ in range(STEPS):
        following = _cut(begin + current @ shares, starts)
        change = following - current
        current = following
        if change.nnz == 0 or np.abs(change.data).max() < TOLERANCE:
            break
    return current


def _cut(flow: sparse.csr_array, starts: Sequence[int]) -> sparse.csr_array:
    entries = flow.tocoo()
    keep = entries.col != np.asarray(starts, dtype=int)[entries.row]
    values = np.minimum(entries.data[keep], 1.0)
    return sparse.csr_array((values, (entries.row[keep], entries.col[keep])), shape=flow.shape)
