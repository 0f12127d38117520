"""The chains that prove a connection: the strongest simple paths from owner to owned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from exposure.late import csgraph, sparse
from exposure.ownership.graph import Graph, Node

# A stake whose size nobody states ranks below any stated one: a hundredth of what it could be at most.
UNSTATED = 0.01
# Makes the shorter of two equally strong chains win, and keeps a stake of 100 % from having length zero.
PER_STEP = 1e-9


@dataclass(frozen=True)
class Chain:
    """One path of stakes, owner first.

    Attributes:
        nodes: entity ids from the first owner to the last owned.
        low: product of the lower bounds (fraction).
        high: product of the upper bounds.

    Examples:
        >>> ex.ownership.Chain(("A", "B", "C"), 0.3, 0.3).steps
        (('A', 'B'), ('B', 'C'))
    """

    nodes: tuple[str, ...]
    low: float
    high: float

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The (owner, owned) pairs along the chain."""
        return tuple(pairwise(self.nodes))


def strongest(graph: Graph, owner: str, owned: str, k: int = 3) -> tuple[Chain, ...]:
    """Find the ``k`` strongest simple chains from ``owner`` down to ``owned`` (Yen 1971, on log shares).

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> [chain.nodes for chain in ex.ownership.strongest(ex.ownership.build(stakes), "A", "C")]
        [('A', 'B', 'C')]
    """
    place = graph.position
    if owner not in place or owned not in place or owner == owned:
        return ()
    lengths = _lengths(graph)
    _, before = csgraph.yen(lengths, place[owner], place[owned], k, return_predecessors=True)
    found = [_walk(row, place[owner], place[owned]) for row in before.reshape(-1, len(graph.nodes))]
    chains = [_chain(graph, path) for path in found if path]
    return tuple(sorted(chains, key=lambda c: (-c.low, -c.high, len(c.nodes), c.nodes)))


def strongest_between(graph: Graph, pairs: Iterable[tuple[Node, Node]]) -> dict[tuple[Node, Node], Chain]:
    """The strongest chain of many (owner, owned) pairs: one search per owner (Dijkstra 1959, on log shares).

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.strongest_between(ex.ownership.build(stakes), [("A", "C")])[("A", "C")].low
        0.3
    """
    wanted: dict[Node, list[Node]] = {}
    for owner, owned in pairs:
        if owner in graph.position and owned in graph.position and owner != owned:
            wanted.setdefault(owner, []).append(owned)
    lengths = _lengths(graph)
    found = {}
    for owner, ends in wanted.items():
        start = graph.position[owner]
        _, before = csgraph.dijkstra(lengths, indices=start, return_predecessors=True)
        for owned in ends:
            path = _walk(before, start, graph.position[owned])
            if path:
                found[owner, owned] = _chain(graph, path)
    return found


def _lengths(graph: Graph) -> sparse.csr_matrix:
    carries = graph.high > 0
    low, high = graph.low[carries], graph.high[carries]
    strength = np.where(low > 0, low, high * UNSTATED)
    shape = (len(graph.nodes), len(graph.nodes))
    ends = (graph.owner[carries], graph.owned[carries])
    return sparse.csr_matrix((PER_STEP - np.log(strength), ends), shape=shape)


def _walk(before: np.ndarray, start: int, end: int) -> tuple[int, ...]:
    path = [end]
    while path[-1] != start:
        previous = int(before[path[-1]])
        if previous < 0:
            return ()
        path.append(previous)
    return tuple(reversed(path))


def _chain(graph: Graph, path: tuple[int, ...]) -> Chain:
    steps = list(pairwise(path))
    stakes = [_stake(graph, a, b) for a, b in steps]
    low, high = float(np.prod(graph.low[stakes])), float(np.prod(graph.high[stakes]))
    return Chain(tuple(graph.nodes[i] for i in path), low, high)


def _stake(graph: Graph, owner: int, owned: int) -> int:
    """Position of the stake of ``owner`` in ``owned``; an owner's stakes are sorted by owned company."""
    begin, end = graph.first[owner], graph.first[owner + 1]
    return int(begin + np.searchsorted(graph.owned[begin:end], owned))
