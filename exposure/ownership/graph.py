"""Stakes as sparse matrices: rows own columns, shares are fractions 0-1.

A stake of unknown size is the interval 0-1, capped so that the other owners' lower bounds leave room. What is
unusable (self-loops, negative shares, bounds reversed) is set aside with the rule's name, and the rest computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from scipy import sparse

COLUMNS = ("owner", "owned", "share_low", "share_high")


@dataclass(frozen=True)
class Graph:
    """A network of stakes.

    Attributes:
        nodes: entity ids, sorted; a node's position is its row and column.
        low: ``n x n`` lower bounds, owner x owned.
        high: upper bounds.
        control: where a source says that the owner controls the owned, whatever the share: 1 when that is
            certain, 0.5 when it is claimed.
        set_aside: ``owner, owned, share_low, share_high, rule``: stakes that could not be used.
    """

    nodes: tuple[str, ...]
    low: sparse.csr_array
    high: sparse.csr_array
    control: sparse.csr_array
    set_aside: pl.DataFrame = field(repr=False)

    @cached_property
    def position(self) -> dict[str, int]:
        """Row and column of each node."""
        return {node: i for i, node in enumerate(self.nodes)}

    def positions(self, ids: Sequence[str]) -> list[int]:
        """Positions of the ids that the network knows; unknown ids own nothing and are left out."""
        return [self.position[i] for i in ids if i in self.position]


def build(stakes: pl.DataFrame) -> Graph:
    """Build the network.

    Args:
        stakes: ``owner, owned, share_low, share_high`` (fractions; null = unknown) and optionally ``control``
            (0, 0.5 = claimed, 1 = certain). Several rows for one pair are one stake told by several sources:
            bounds are their envelope.
    """
    has_control = "control" in stakes.columns
    frame = stakes if has_control else stakes.with_columns(control=pl.lit(0.0))
    frame = frame.select(*COLUMNS, "control").with_columns(rule=_fault())
    bad = frame.filter(pl.col("rule").is_not_null())
    edges = (
        frame.filter(pl.col("rule").is_null())
        .with_columns(pl.col("share_low").fill_null(0.0), pl.col("share_high").fill_null(1.0))
        .group_by("owner", "owned")
        .agg(pl.col("share_low").min(), pl.col("share_high").max(), pl.col("control").cast(pl.Float64).max())
        .sort("owner", "owned")
    )
    nodes = tuple(sorted({*edges["owner"], *edges["owned"]}))
    place = {node: i for i, node in enumerate(nodes)}
    rows = edges["owner"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    columns = edges["owned"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    low, high = edges["share_low"].to_numpy(), _capped(edges).to_numpy()
    shape = (len(nodes), len(nodes))

    def matrix(values: np.ndarray) -> sparse.csr_array:
        found = sparse.csr_array((values.astype(float), (rows, columns)), shape=shape)
        found.eliminate_zeros()
        return found

    control = matrix(edges["control"].to_numpy())
    return Graph(nodes, matrix(low), matrix(high), control, bad.drop("control"))


def _fault() -> pl.Expr:
    low, high = pl.col("share_low"), pl.col("share_high")
    return (
        pl.when(pl.col("owner").is_null() | pl.col("owned").is_null())
        .then(pl.lit("owner or owned is missing"))
        .when(pl.col("owner") == pl.col("owned"))
        .then(pl.lit("an entity cannot own itself"))
        .when((low < 0) | (high < 0) | (low > 1) | (high > 1))
        .then(pl.lit("a share must lie between 0 and 1"))
        .when(low > high)
        .then(pl.lit("the lower bound is above the upper"))
    )


def _capped(edges: pl.DataFrame) -> pl.Series:
    """Upper bounds that leave room for what the other owners hold at least."""
    others = pl.col("share_low").sum().over("owned") - pl.col("share_low")
    room = pl.max_horizontal(1.0 - others, pl.col("share_low"))
    return edges.select(pl.min_horizontal("share_high", room)).to_series()


def reachable(graph: Graph, starts: Sequence[int], *, upward: bool = False) -> np.ndarray:
    """Positions that can be reached from ``starts`` along stakes, ``starts`` themselves included."""
    matrix = graph.high.T.tocsr() if upward else graph.high
    seen = np.zeros(len(graph.nodes), dtype=bool)
    frontier = np.asarray(sorted(set(starts)), dtype=np.int64)
    seen[frontier] = True
    while frontier.size:
        following = matrix[frontier].indices
        frontier = np.unique(following[~seen[following]])
        seen[frontier] = True
    return np.flatnonzero(seen)
