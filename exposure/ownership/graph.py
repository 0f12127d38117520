"""Stakes as sparse arrays: rows own columns, shares are fractions 0-1.

A stake of unknown size is the interval 0-1, capped so that the other owners' lower bounds leave room. What is
unusable (missing ends, self-loops, negative shares, bounds or dates reversed, the same stake twice) is set aside
with the rule's name, and the rest computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from exposure.late import sparse

COLUMNS = ("owner", "owned", "share_low", "share_high")
VALUES = ("share_low", "share_high", "control")
Node = Any  # an entity id: text, or an integer in large networks
# Integer ids up to this many times the number of stakes are looked up in a table instead of being sorted.
DENSE = 8
# Fewer positions than this part of a network are quicker sorted than marked in a table of all its nodes.
SPARSE = 50


@dataclass(frozen=True)
class Graph:
    """A network of stakes in compressed rows: the stakes of owner ``i`` are ``first[i]:first[i + 1]``.

    Attributes:
        nodes: entity ids, sorted; a node's position is its row and column.
        first: where each owner's stakes begin, ``len(nodes) + 1`` integers.
        owned: position of the owned company, one per stake.
        low: lower bounds, one per stake.
        high: upper bounds.
        control: where a source says that the owner controls the owned, whatever the share: 1 when that is
            certain, 0.5 when it is claimed.
        set_aside: ``owner, owned, share_low, share_high, rule``: stakes that could not be used.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.build(stakes).nodes.tolist()
        ['A', 'B', 'C']
    """

    nodes: np.ndarray
    first: np.ndarray
    owned: np.ndarray
    low: np.ndarray
    high: np.ndarray
    control: np.ndarray
    set_aside: pl.DataFrame = field(repr=False)

    @cached_property
    def position(self) -> dict[Node, int]:
        """Row and column of each node."""
        return {node: i for i, node in enumerate(self.nodes.tolist())}

    def positions(self, ids: Sequence[Node]) -> list[int]:
        """Positions of the ids that the network knows; unknown ids own nothing and are left out."""
        if len(self.nodes) == 0 or len(ids) == 0:
            return []
        if self.nodes.dtype == object:
            return [self.position[i] for i in ids if i in self.position]
        wanted = np.asarray(ids)
        found = np.minimum(np.searchsorted(self.nodes, wanted), len(self.nodes) - 1)
        return [int(p) for p in found[self.nodes[found] == wanted]]

    def ids(self, positions: np.ndarray) -> pl.Series:
        """The ids at some positions, as text or integers."""
        return self._names.gather(pl.Series(positions, dtype=pl.UInt32))

    @cached_property
    def _names(self) -> pl.Series:
        text = self.nodes.dtype == object
        return pl.Series(self.nodes.tolist(), dtype=pl.String) if text else pl.Series(self.nodes)

    @cached_property
    def owner(self) -> np.ndarray:
        """Position of the owner, one per stake."""
        return np.repeat(np.arange(len(self.nodes)), np.diff(self.first))

    @cached_property
    def upward(self) -> tuple[np.ndarray, np.ndarray]:
        """The same stakes by owned company: where each one's begin, and the owners' positions."""
        carries = self.high > 0
        shape = (len(self.nodes), len(self.nodes))
        ones = np.ones(int(carries.sum()), dtype=np.int8)
        turned = sparse.csr_array((ones, (self.owned[carries], self.owner[carries])), shape=shape)
        return turned.indptr, turned.indices

    @cached_property
    def over_owned(self) -> pl.DataFrame:
        """Companies whose owners hold more than 100 % at least: ``entity, total``. Survived, never rescaled."""
        totals = np.bincount(self.owned, self.low, minlength=len(self.nodes))
        found = np.flatnonzero(totals > 1.0 + 1e-9)
        return pl.DataFrame({"entity": self.ids(found), "total": pl.Series(totals[found], dtype=pl.Float64)})

    def matrix(self, values: np.ndarray) -> sparse.csr_array:
        """Lay one value per stake out as a sparse matrix, owner x owned, without zeros."""
        found = sparse.csr_array(
            (values.copy(), self.owned, self.first), shape=(len(self.nodes), len(self.nodes)), copy=True
        )
        found.eliminate_zeros()
        return found


def build(stakes: pl.DataFrame) -> Graph:
    """Build the network.

    Args:
        stakes: ``owner, owned, share_low, share_high`` (fractions; null = unknown), and optionally ``since`` and
            ``until`` (dates, only checked here) and ``control`` (0, 0.5 = claimed, 1 = certain). Several rows
            for one pair are one stake told by several sources: bounds are their envelope. A row that repeats
            another adds nothing and is set aside.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.build(stakes).set_aside.height
        0
    """
    has_control = "control" in stakes.columns
    frame = stakes if has_control else stakes.with_columns(control=pl.lit(0.0))
    never = {c: pl.lit(None, pl.Date) for c in ("since", "until") if c not in stakes.columns}
    frame = frame.with_columns(**never).select(
        *COLUMNS, "control", rule=_fault(text=stakes.schema["owner"] == pl.String)
    )
    bad = frame.filter(pl.col("rule").is_not_null())
    good = frame.filter(pl.col("rule").is_null()) if bad.height else frame
    sizes = good.with_columns(
        pl.col("share_low").fill_null(0.0), pl.col("share_high").fill_null(1.0), pl.col("control").cast(pl.Float64)
    )
    nodes, owner, owned = _encode(good["owner"], good["owned"])
    first, owned, values, again = _rows(len(nodes), owner, owned, [sizes[c].to_numpy() for c in VALUES])
    if again is not None:
        bad = pl.concat([bad, good.filter(again).with_columns(rule=pl.lit("the same stake is given twice"))])
    low, high, control = values
    capped = _capped(len(nodes), owned, low, high)
    return Graph(nodes, first, owned, low, capped, control, bad.drop("control"))


def _fault(*, text: bool) -> pl.Expr:
    low, high = pl.col("share_low"), pl.col("share_high")
    missing = pl.col("owner").is_null() | pl.col("owned").is_null()
    if text:
        missing |= (pl.col("owner") == "") | (pl.col("owned") == "")
    return (
        pl.when(missing)
        .then(pl.lit("owner or owned is missing"))
        .when(pl.col("owner") == pl.col("owned"))
        .then(pl.lit("an entity cannot own itself"))
        .when((low < 0) | (high < 0) | (low > 1) | (high > 1))
        .then(pl.lit("a share must lie between 0 and 1"))
        .when(low > high)
        .then(pl.lit("the lower bound is above the upper"))
        .when(pl.col("since") >= pl.col("until"))
        .then(pl.lit("the stake ends before it begins"))
    )


def _encode(owner: pl.Series, owned: pl.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each id its position among the sorted ids; small integers by table, everything else by joining."""
    if owner.dtype.is_integer() and len(owner):
        a, b = owner.to_numpy(), owned.to_numpy()
        top = int(max(a.max(), b.max()))
        if min(int(a.min()), int(b.min())) >= 0 and top <= DENSE * len(a):
            present = np.zeros(top + 1, dtype=bool)
            present[a] = True
            present[b] = True
            place = np.cumsum(present, dtype=np.int32) - 1
            return np.flatnonzero(present), place[a], place[b]
    nodes = pl.concat([owner.alias("id"), owned.alias("id")]).unique().sort()
    table = nodes.to_frame().with_row_index("at")
    ends = (
        part.alias("id").to_frame().join(table, on="id", how="left", maintain_order="left")
        for part in (owner, owned)
    )
    at = [part["at"].to_numpy().astype(np.int32) for part in ends]
    return np.asarray(nodes.to_list(), dtype=object if nodes.dtype == pl.String else None), at[0], at[1]


def _rows(
    size: int, owner: np.ndarray, owned: np.ndarray, values: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], pl.Series | None]:
    """Sort stakes into rows; several for one pair become their envelope (lowest low, highest high).

    Returns:
        Where each row begins, the owned companies, the values, and which stakes repeat another word for word.
    """
    order = sparse.csr_array((np.arange(1, len(owner) + 1), (owner, owned)), shape=(size, size))
    if order.nnz == len(owner):  # no pair occurs twice: adding up has merged nothing
        order.sort_indices()
        return order.indptr, order.indices, [v[order.data - 1] for v in values], None
    frame = pl.DataFrame({"owner": owner, "owned": owned, **dict(zip(VALUES, values, strict=True))})
    again = frame.select(~pl.struct(pl.all()).is_first_distinct()).to_series()
    merged = frame.group_by("owner", "owned").agg(
        pl.col("share_low").min(), pl.col("share_high").max(), pl.col("control").max()
    )
    ends = (merged["owner"].to_numpy(), merged["owned"].to_numpy())
    return *_rows(size, *ends, [merged[c].to_numpy() for c in VALUES])[:3], again


def _capped(size: int, owned: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Upper bounds that leave room for what the other owners hold at least."""
    others = np.bincount(owned, low, minlength=size)[owned] - low
    return np.asarray(np.minimum(high, np.maximum(1.0 - others, low)))


def spans(first: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions of all entries of some compressed rows, row after row."""
    begin, count = first[rows], first[rows + 1] - first[rows]
    total = int(count.sum())
    offset = np.repeat(begin - np.concatenate([[0], np.cumsum(count)[:-1]]), count) if total else np.empty(0, int)
    return np.asarray(np.arange(total) + offset)


def reachable(graph: Graph, starts: Sequence[int], *, upward: bool = False) -> np.ndarray:
    """Positions that can be reached from ``starts`` along stakes, ``starts`` themselves included."""
    first, ends = graph.upward if upward else (graph.first, graph.owned)
    seen = np.zeros(len(graph.nodes), dtype=bool)
    frontier = distinct(np.asarray(starts, dtype=np.int64), seen.size)
    seen[frontier] = True
    open_ends = not upward and bool((graph.high <= 0).any())
    while frontier.size:
        entries = spans(first, frontier)
        following = ends[entries[graph.high[entries] > 0]] if open_ends else ends[entries]
        frontier = distinct(following[~seen[following]], seen.size)
        seen[frontier] = True
    return np.flatnonzero(seen)


def distinct(positions: np.ndarray, size: int) -> np.ndarray:
    """Positions in a network of ``size``, sorted, each once; many are marked in a table, few are sorted."""
    if positions.size < size // SPARSE:
        found = np.sort(positions)
        return found[np.diff(found, prepend=-1) > 0]
    marked = np.zeros(size, dtype=bool)
    marked[positions] = True
    return np.flatnonzero(marked)
