"""Shares flowing down the stakes: what arrives where, from each start, found on flat arrays.

What arrives at a company is counted at once; it is passed on as soon as enough waits there, so many small flows
into one company are followed even when each is below the cut. Only *intermediaries* (somebody owns them, and they
own something) pass anything on: the rounds run on the stakes in intermediaries alone, and every other stake is
walked once, at the end. Nothing flows back to its own start, and no company receives more than the whole of itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from exposure.ownership.graph import Graph, spans

TOLERANCE = 1e-13
STEPS = 100_000  # a cycle of shares near 1 converges slowly; this many steps settle 0.9999 round a pair
# Places in the tables of one block of starts (one start needs a place for each company and each stake): more than
# the processor's cache holds makes every step wait for memory, and few are wasted on many small steps.
PLACES = 4_000_000


@dataclass(frozen=True)
class Intermediaries:
    """The companies that pass shares on, and the stakes in them.

    Attributes:
        nodes: their positions in the network, sorted.
        place: the index of each company among them; -1 for every other company.
        first: where the stakes in intermediaries of each owner begin, one more than the network has nodes.
        owned: index of the intermediary owned, one per stake in one.
        stake: position of each such stake in the network's arrays.
    """

    nodes: np.ndarray
    place: np.ndarray
    first: np.ndarray
    owned: np.ndarray
    stake: np.ndarray


@dataclass(frozen=True)
class Arrived:
    """What arrives from some starts: one row for each start and company.

    Attributes:
        start: index among the starts.
        company: position in the network.
        low: total share by the lower bounds (fraction).
        high: total share by the upper bounds.
    """

    start: np.ndarray
    company: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class _Passed:
    """What each company passes on: row of the start in its block, position of the company, share of it."""

    row: np.ndarray
    company: np.ndarray
    share: np.ndarray


def intermediaries(graph: Graph) -> Intermediaries:
    """The companies of a network that have owners and own something."""
    held = np.zeros(len(graph.nodes), dtype=bool)
    held[graph.owned] = True
    held &= np.diff(graph.first) > 0
    nodes = np.flatnonzero(held)
    place = np.full(len(graph.nodes), -1, dtype=np.int32)
    place[nodes] = np.arange(nodes.size, dtype=np.int32)
    stake = np.flatnonzero(held[graph.owned])
    first = np.searchsorted(stake, graph.first)
    return Intermediaries(nodes, place, first, place[graph.owned[stake]], stake)


def arrivals(graph: Graph, between: Intermediaries, starts: np.ndarray, cut: float) -> Iterator[Arrived]:
    """Let each start's shares flow, block of starts by block; rows are sorted by start and company.

    Args:
        graph: the network.
        between: its intermediaries.
        starts: positions.
        cut: less than this fraction is not passed on, and totals below it are left out.
    """
    least = max(TOLERANCE, cut)
    exact = bool(np.array_equal(graph.low, graph.high))
    sides = [_Flow(graph, between, shares) for shares in ((graph.high,) if exact else (graph.high, graph.low))]
    width = max(1, PLACES // max(1, len(graph.nodes) + len(graph.owned)))
    size, tables = len(graph.nodes), _Tables(min(width, len(starts)), len(graph.nodes), between.nodes.size)
    for at in range(0, len(starts), width):
        block = starts[at : at + width]
        keys, high = sides[0].totals(tables, block, least)
        low = high if exact else sides[1].totals_at(tables, block, least, keys)
        row = keys // size
        yield Arrived((row + at).astype(np.int32), (keys - row * size).astype(np.int32), low, high)


class _Tables:
    """Dense tables that one block of starts after the other fills and leaves empty: a row for each start."""

    def __init__(self, rows: int, nodes: int, between: int) -> None:
        self.arrived = np.zeros(rows * nodes)
        self.waiting = np.zeros(rows * between)
        self.passed = np.zeros(rows * between)


class _Flow:
    """The flow along one set of bounds."""

    def __init__(self, graph: Graph, between: Intermediaries, shares: np.ndarray) -> None:
        self.graph, self.between, self.shares = graph, between, shares
        self.inner = shares[between.stake]

    def totals(self, tables: _Tables, block: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
        """Sorted keys (row of the start x nodes + company) of what reaches ``least``, and the totals."""
        touched = self._arrive(tables, block, least)
        keys = touched[tables.arrived[touched] >= least]
        keys = np.sort(_each_once(keys, tables.arrived))
        totals = np.minimum(tables.arrived[keys], 1.0)
        tables.arrived[touched] = 0.0
        return keys, totals

    def totals_at(self, tables: _Tables, block: np.ndarray, least: float, keys: np.ndarray) -> np.ndarray:
        """The totals at some keys, zero where nothing arrives."""
        touched = self._arrive(tables, block, least)
        totals: np.ndarray = np.minimum(tables.arrived[keys], 1.0)
        tables.arrived[touched] = 0.0
        return totals

    def _arrive(self, tables: _Tables, block: np.ndarray, least: float) -> np.ndarray:
        """Walk every stake of those that pass something on, once; returns the keys that were touched."""
        graph, passed = self.graph, self._pass_on(tables, block, least)
        size = len(graph.nodes)
        touched = _pour(
            tables.arrived, graph.first, graph.owned, self.shares, passed.company, passed.row * size, passed.share
        )
        tables.arrived[np.arange(block.size) * size + block] = 0.0
        return touched

    def _pass_on(self, tables: _Tables, block: np.ndarray, least: float) -> _Passed:
        """Pass on from intermediary to intermediary until less than ``least`` waits everywhere."""
        between, size = self.between, self.between.nodes.size
        waiting, passed = tables.waiting, tables.passed
        base, place = np.arange(block.size) * size, between.place[block]
        own = (base + place)[place >= 0]
        companies, share = block, np.ones(block.size)
        touched, moved = [], []
        for _ in range(STEPS):
            keys = _pour(waiting, between.first, between.owned, self.inner, companies, base, share)
            touched.append(keys)
            waiting[own] = 0.0
            going = keys[waiting[keys] >= least]
            waiting[going] = np.minimum(waiting[going], 1.0 - passed[going])
            going = _each_once(going[waiting[going] >= least], waiting)
            if not going.size:
                break
            share = waiting[going]
            waiting[going] = 0.0
            passed[going] += share
            moved.append(going)
            row = going // size
            base = row * size
            companies = between.nodes[going - base]
        for keys in touched:
            waiting[keys] = 0.0
        through = np.sort(np.concatenate(moved)) if moved else np.empty(0, np.int64)
        through = through[np.diff(through, prepend=-1) > 0]
        share, row = passed[through], through // size if size else through
        passed[through] = 0.0
        return _Passed(
            np.concatenate([np.arange(block.size), row]),
            np.concatenate([block, between.nodes[through - row * size]]),
            np.concatenate([np.ones(block.size), share]),
        )


def _pour(
    table: np.ndarray,
    first: np.ndarray,
    owned: np.ndarray,
    shares: np.ndarray,
    companies: np.ndarray,
    base: np.ndarray,
    amount: np.ndarray,
) -> np.ndarray:
    """Add each company's amount x share to the table, at its base + what it owns; returns where."""
    entries = spans(first, companies)
    count = first[companies + 1] - first[companies]
    keys: np.ndarray = np.repeat(base, count) + owned[entries]
    np.add.at(table, keys, np.repeat(amount, count) * shares[entries])
    return keys


def _each_once(keys: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Drop repeated keys without sorting: the table notes for a moment which entry named a key last."""
    kept, order = table[keys], np.arange(keys.size, dtype=np.float64)
    table[keys] = order
    last = table[keys] == order
    table[keys] = kept
    return np.asarray(keys[last])
