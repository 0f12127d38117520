"""Ownership at scale: a generated network of 3 million nodes and 5 million stakes, beside networkx and igraph.

    python tests/benchmarks/ownership.py [--nodes 3000000] [--edges 5000000] [--peers]

Hubs follow a power law, some stakes run backwards so that there are cycles, and no company is owned beyond 100 %.
The 2,000 listed entities include the 500 biggest hubs. Peers are measured where they are installed.
"""

from __future__ import annotations

import argparse
import importlib
import resource
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from exposure.ownership import Rule, build, reached
from exposure.ownership.graph import reachable
from exposure.ownership.integrate import integrated_above

SEED = 20261122
LISTED, HUBS = 2000, 500
CUT = 0.01
HUBNESS = 0.1  # exponent of the owners' power law: the smaller, the more stakes the biggest hubs hold
RULE = Rule("ofac-50", threshold=0.5)


def network(nodes: int, edges: int) -> pl.DataFrame:
    """Stakes of a power-law network with cycles; shares of one company add up to at most 1."""
    random = np.random.default_rng(SEED)
    owner = np.minimum((nodes * random.power(HUBNESS, edges)).astype(np.int64), nodes - 1)
    owned = random.integers(0, nodes, edges)
    forwards = random.random(edges) < 0.9  # one stake in ten runs backwards: cycles
    low, high = np.minimum(owner, owned), np.maximum(owner, owned)
    owner, owned = np.where(forwards, low, high), np.where(forwards, high, low)
    keys = np.unique((owner * nodes + owned)[owner != owned])
    owner, owned = keys // nodes, keys % nodes
    weight = random.pareto(1.2, keys.size) + 0.05
    total = np.bincount(owned, weight, minlength=nodes)
    float_ = random.uniform(0.5, 1.0, nodes)  # the rest is in free float
    share = weight / total[owned] * float_[owned]
    return pl.DataFrame({"owner": owner, "owned": owned, "share_low": share, "share_high": share})


def listed_entities(stakes: pl.DataFrame) -> list[int]:
    """The biggest owners, and others drawn at random."""
    owners = stakes.group_by("owner").len().sort(["len", "owner"], descending=[True, False])["owner"]
    random = np.random.default_rng(SEED + 1)
    rest = random.choice(owners[HUBS:].to_numpy(), LISTED - HUBS, replace=False)
    return sorted({*owners[:HUBS].to_list(), *rest.tolist()})


def timed(what: str, work: Callable[[], object]) -> tuple[object, float]:
    """Run once, print the time, hand back the result."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{what:<62} {seconds:8.2f} s")
    return result, seconds


def ours(stakes: pl.DataFrame, listed: list[int]) -> None:
    """Our own figures."""
    graph, _ = timed("exposure: build", lambda: build(stakes))
    starts = graph.positions(listed)
    seen, _ = timed("exposure: downstream reach of the listed", lambda: reachable(graph, starts))
    answer, _ = timed("exposure: 50 % fixpoint", lambda: reached(graph, listed, RULE))
    shares, _ = timed("exposure: integrated shares cut at 1 %", lambda: integrated_above(graph, listed, CUT))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yes = int((answer["reached"] == "yes").sum())
    print(f"  reachable {seen.size:,}; reached by rule {yes:,}; pairs above the cut {shares.pairs.height:,}")
    hidden = f"{shares.lost:.4f} of a company in any one pair, {shares.lost_median:.4f} in the median one"
    print(f"  the cut may hide at most {hidden}; peak memory {peak:.2f} GB")
    portfolio = np.random.default_rng(SEED + 2).choice(len(graph.nodes), 10_000, replace=False).tolist()
    timed("exposure: ancestors of a portfolio of 10,000", lambda: reachable(graph, portfolio, upward=True))
    timed("exposure: descendants of a portfolio of 10,000", lambda: reachable(graph, portfolio))


def baseline(stakes: pl.DataFrame) -> None:
    """What the memory itself takes: a copy of the arrays, and 5 million random gathers."""
    arrays = [stakes[c].to_numpy() for c in stakes.columns]
    timed("bare: copy of the arrays", lambda: [a.copy() for a in arrays])
    order = np.random.default_rng(SEED).permutation(stakes.height)
    timed("bare: one random gather per stake", lambda: arrays[2][order])


def networkx_peer(stakes: pl.DataFrame, listed: list[int]) -> None:
    """networkx: build and reach."""
    nx = importlib.import_module("networkx")
    rows = list(zip(*(stakes[c].to_list() for c in ("owner", "owned", "share_low")), strict=True))

    def make() -> object:
        graph = nx.DiGraph()
        graph.add_weighted_edges_from(rows)
        return graph

    graph, _ = timed("networkx: build", make)

    def reach() -> object:
        graph.add_edges_from((-1, start) for start in listed)  # one source above all of them
        return nx.descendants(graph, -1)

    timed("networkx: downstream reach of the listed", reach)


def igraph_peer(stakes: pl.DataFrame, listed: list[int]) -> None:
    """igraph: build and reach."""
    igraph = importlib.import_module("igraph")
    pairs = stakes.select("owner", "owned").to_numpy()
    nodes = int(pairs.max()) + 1
    graph, _ = timed("igraph: build", lambda: igraph.Graph(n=nodes, edges=pairs, directed=True))

    def reach() -> set[int]:
        graph.add_vertices(1)
        graph.add_edges([(nodes, start) for start in listed])
        return set(graph.subcomponent(nodes, mode="out"))

    timed("igraph: downstream reach of the listed", reach)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=3_000_000)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--peers", action="store_true", help="also networkx and igraph, where installed")
    chosen = parser.parse_args()
    stakes = network(chosen.nodes, chosen.edges)
    listed = listed_entities(stakes)
    print(f"{chosen.nodes:,} nodes, {stakes.height:,} stakes, {len(listed):,} listed")
    baseline(stakes)
    ours(stakes, listed)
    for name, peer in (("networkx", networkx_peer), ("igraph", igraph_peer)) if chosen.peers else ():
        try:
            peer(stakes, listed)
        except ModuleNotFoundError:
            print(f"{name} is not installed: left out")


if __name__ == "__main__":
    main()
