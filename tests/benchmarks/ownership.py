"""Ownership at scale: a generated network of 3 million companies and 5 million stakes, beside igraph and networkx.

    python tests/benchmarks/ownership.py [--nodes 3000000] [--edges 5000000] [--alone]

Owners follow Zipf's law, every company has a stake, some stakes run backwards so that there are cycles, and no
company is owned beyond 100 %. The 2,000 listed entities include the 500 biggest hubs. One process, one run: peers
that are not installed are left out, and ``--alone`` leaves out all. A dash: the peer has no such function. On a
busy machine the processor's seconds (CPU) tell more than the clock's.
"""

from __future__ import annotations

import argparse
import importlib
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import polars as pl
from scipy.sparse import csgraph

from exposure.ownership import Graph, Rule, build, reached
from exposure.ownership.graph import reachable
from exposure.ownership.integrate import integrated_above

T = TypeVar("T")

SEED = 20261122
LISTED, HUBS = 2000, 500
PORTFOLIO = 10_000
CUT = 0.01
BACKWARDS = 0.1  # part of the stakes that run from the later company to the earlier: they close cycles
HELD = 0.55  # at least this much of each company is in known hands; the rest is free float
RULE = Rule("ofac-50", threshold=0.5)
BUILD, REACH, FIXPOINT = "build", "downstream reach of the listed", "50 % fixpoint from the listed"
INTEGRATED = f"integrated shares of the listed, cut at {CUT:.0%}"
TURN, QUESTION = "turn the network upward, once", f"owners above and companies below {PORTFOLIO:,} issuers"


def network(nodes: int, edges: int) -> pl.DataFrame:
    """Stakes of a power-law network with cycles; shares of one company add up to at most 1.

    Args:
        nodes: companies; each is in one stake at least.
        edges: stakes, at least as many as companies.
    """
    random = np.random.default_rng(SEED)
    keys = np.unique(_pairs(random, nodes, np.arange(nodes)))
    while keys.size < edges:
        keys = np.union1d(keys, _pairs(random, nodes, random.integers(0, nodes, edges - keys.size)))
    owner, owned = keys // nodes, keys % nodes
    weight = random.pareto(1.2, keys.size) + 0.05
    total = np.bincount(owned, weight, minlength=nodes)
    share = weight / total[owned] * random.uniform(HELD, 1.0, nodes)[owned]
    return pl.DataFrame({"owner": owner, "owned": owned, "share_low": share, "share_high": share})


def _pairs(random: np.random.Generator, nodes: int, owned: np.ndarray) -> np.ndarray:
    """One owner for each company, the k-th biggest drawn in proportion to 1 / k: keys owner x nodes + owned."""
    owner = ((1.0 + nodes) ** random.random(owned.size) - 1.0).astype(np.int64)
    owner = np.where(owner == owned, (owner + 1) % nodes, owner)
    low, high = np.minimum(owner, owned), np.maximum(owner, owned)
    return np.where(random.random(owned.size) < BACKWARDS, high * nodes + low, low * nodes + high)


def listed_entities(stakes: pl.DataFrame) -> list[int]:
    """The biggest owners, and others drawn at random."""
    owners = stakes.group_by("owner").len().sort(["len", "owner"], descending=[True, False])["owner"]
    random = np.random.default_rng(SEED + 1)
    rest = random.choice(owners[HUBS:].to_numpy(), LISTED - HUBS, replace=False)
    return sorted({*owners[:HUBS].to_list(), *rest.tolist()})


class Clock:
    """Seconds by task and library, in the order measured."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, float]] = {}

    def time(self, library: str, task: str, work: Callable[[], T]) -> T:
        """Run once and note how long it took, by the clock and of the processor."""
        start, worked = time.perf_counter(), time.process_time()
        result = work()
        took = {library: time.perf_counter() - start, f"{library} CPU": time.process_time() - worked}
        self.seconds.setdefault(task, {}).update(took)
        return result

    def show(self) -> None:
        """Print a row for each task and a column for each library."""
        libraries = list(dict.fromkeys(name for row in self.seconds.values() for name in row))
        print(f"{'seconds':<52}" + "".join(f"{name:>14}" for name in libraries))
        for task, row in self.seconds.items():
            cells = [f"{row[name]:14.2f}" if name in row else f"{'-':>14}" for name in libraries]
            print(f"{task:<52}" + "".join(cells))


def ours(clock: Clock, stakes: pl.DataFrame, listed: list[int]) -> None:
    """Our own figures."""
    graph = clock.time("exposure", BUILD, lambda: build(stakes))
    starts = graph.positions(listed)
    seen = clock.time("exposure", REACH, lambda: reachable(graph, starts))
    answer = clock.time("exposure", FIXPOINT, lambda: reached(graph, listed, RULE))
    shares = clock.time("exposure", INTEGRATED, lambda: integrated_above(graph, listed, CUT))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yes = int((answer["reached"] == "yes").sum())
    clock.time("exposure", TURN, lambda: graph.upward)
    held = np.random.default_rng(SEED + 2).choice(len(graph.nodes), PORTFOLIO, replace=False).tolist()
    above, below = clock.time(
        "exposure", QUESTION, lambda: (reachable(graph, held, upward=True), reachable(graph, held))
    )
    describe(graph, starts)
    print(f"{seen.size:,} companies can be reached, the rule reaches {yes:,}")
    print(f"{shares.pairs.height:,} pairs of a listed entity and a company at {CUT:.0%} or above")
    print(f"the cut hides at most {shares.lost:.4f} of a company in a pair; of the company in the middle,")
    print(f"at most {shares.lost_median:.4f}")
    print(f"{PORTFOLIO:,} issuers with the {above.size:,} owners above them, the {below.size:,} companies below")
    print(f"peak memory {peak:.2f} GiB, the generator of the network included\n")


def describe(graph: Graph, listed: list[int]) -> None:
    """Print what the network is like."""
    degrees = np.sort(np.diff(graph.first))[::-1]
    matrix = graph.matrix(graph.high)
    _, groups = csgraph.connected_components(matrix, connection="strong")
    sizes = np.bincount(groups)
    print(f"{len(graph.nodes):,} companies, {len(graph.owned):,} stakes, {len(listed):,} listed")
    biggest = ", ".join(f"{degrees[rank - 1]:,} (number {rank})" for rank in (1, 100, HUBS))
    print(f"stakes of the biggest owners: {biggest}")
    print(f"{int(sizes[sizes > 1].sum()):,} companies are in cycles, {sizes.max():,} of them in one knot")


def memory(clock: Clock, stakes: pl.DataFrame) -> None:
    """What the memory itself takes: the floor under every figure."""
    arrays = [stakes[c].to_numpy() for c in stakes.columns]
    clock.time("numpy", "a copy of the arrays", lambda: [a.copy() for a in arrays])
    order = np.random.default_rng(SEED).permutation(stakes.height)
    clock.time("numpy", "one random gather for each stake", lambda: arrays[2][order])


def igraph_peer(clock: Clock, stakes: pl.DataFrame, listed: list[int]) -> None:
    """igraph: build and reach."""
    igraph = importlib.import_module("igraph")
    pairs = stakes.select("owner", "owned").to_numpy()
    nodes = int(pairs.max()) + 1
    graph = clock.time("igraph", BUILD, lambda: igraph.Graph(n=nodes, edges=pairs, directed=True))

    def reach() -> set[int]:
        graph.add_vertices(1)  # one source above all of them
        graph.add_edges([(nodes, start) for start in listed])
        return set(graph.subcomponent(nodes, mode="out"))

    clock.time("igraph", REACH, reach)


def networkx_peer(clock: Clock, stakes: pl.DataFrame, listed: list[int]) -> None:
    """networkx: build and reach."""
    nx = importlib.import_module("networkx")
    rows = list(zip(*(stakes[c].to_list() for c in ("owner", "owned", "share_low")), strict=True))

    def make() -> object:
        graph = nx.DiGraph()
        graph.add_weighted_edges_from(rows)
        return graph

    graph = clock.time("networkx", BUILD, make)

    def reach() -> object:
        graph.add_edges_from((-1, start) for start in listed)  # one source above all of them
        return nx.descendants(graph, -1)

    clock.time("networkx", REACH, reach)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=3_000_000)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--alone", action="store_true", help="without igraph and networkx")
    chosen = parser.parse_args()
    stakes = network(chosen.nodes, chosen.edges)
    listed, clock = listed_entities(stakes), Clock()
    ours(clock, stakes, listed)
    memory(clock, stakes)
    for name, peer in (("igraph", igraph_peer), ("networkx", networkx_peer)) if not chosen.alone else ():
        try:
            peer(clock, stakes, listed)
        except ModuleNotFoundError:
            print(f"{name} is not installed: left out")
    clock.show()


if __name__ == "__main__":
    main()
