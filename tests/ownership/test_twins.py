"""Property tests against slow, obvious twins: enumeration, corners of the intervals, plain sets."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from exposure.ownership import Rule, build, flow, integrated, integrated_above, reached, strongest
from exposure.ownership.graph import reachable

SEED = 20261122
RULES = {
    "ofac-50": Rule("ofac-50", threshold=0.5),
    "strict": Rule("strict", threshold=0.5, inclusive=False),
    "each owner alone": Rule("alone", threshold=0.5, inclusive=False, aggregate=False),
    "or control": Rule("control", threshold=0.5, aggregate=False, control=True),
}


def frame(rows):
    schema = {"owner": pl.Int64, "owned": pl.Int64, "share_low": pl.Float64, "share_high": pl.Float64}
    columns = [*schema, "control"] if rows and len(rows[0]) == 5 else list(schema)
    return pl.DataFrame(rows, schema={c: schema.get(c, pl.Float64) for c in columns}, orient="row")


def is_member(rows, listed, rule, choose):
    """Everybody in the set of owners, by a plain loop; ``choose`` gives each stake's share and control."""
    groups = [set(listed)] if rule.aggregate else [{one} for one in listed]
    everybody = set()
    for group in groups:
        members = set(group)
        while True:
            held, controlled = {}, set()
            for row in rows:
                share, control = choose(row)
                if row[0] in members:
                    held[row[1]] = held.get(row[1], 0.0) + share
                    if rule.control and control:
                        controlled.add(row[1])
            line = rule.threshold
            met = {n for n, total in held.items() if (total >= line if rule.inclusive else total > line)}
            if met | controlled <= members:
                break
            members |= met | controlled
        everybody |= members
    return everybody


@st.composite
def intervals(draw):
    """Small networks with intervals and claims of control; the upper bounds of one company make at most 1."""
    n = draw(st.integers(2, 6))
    pairs = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=7, unique=True)
    )
    pairs = [(a, b) for a, b in pairs if a != b]
    count = {b: sum(1 for _, other in pairs if other == b) for _, b in pairs}
    rows = []
    for a, b in pairs:
        room = 16 // count[b]  # sixteenths are exact in binary: no threshold is met or missed by rounding
        high = draw(st.integers(1, room))
        low = draw(st.sampled_from([high, draw(st.integers(0, high))]))
        rows.append((a, b, low / 16, high / 16, draw(st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0]))))
    return rows, sorted(draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=2)))


@seed(SEED)
@settings(max_examples=150, deadline=None)
@given(intervals(), st.sampled_from(list(RULES)))
def test_yes_holds_at_every_corner_of_the_intervals_and_no_at_none(drawn, name):
    """Slow twin: every combination of lowest and highest shares, claims of control true or false."""
    rows, listed = drawn
    if not rows:
        return
    rule, always, ever = RULES[name], None, set()
    for corner in product((0, 1), repeat=len(rows)):
        chosen = {}
        for (owner, owned, *shares, control), up in zip(rows, corner, strict=True):
            chosen[owner, owned] = (shares[up], control == 1.0 or (up and control > 0))
        members = is_member(rows, listed, rule, lambda row, chosen=chosen: chosen[row[:2]])
        always = members if always is None else always & members
        ever |= members
    answer = dict(reached(frame(rows), listed, rule).select("entity", "reached").iter_rows())
    assert {n for n, said in answer.items() if said == "yes"} == always - set(listed)
    assert {n for n, said in answer.items() if said != "no"} == ever - set(listed)


@st.composite
def overfull(draw):
    """Small networks of any shares at all, companies owned several times over included."""
    n = draw(st.integers(2, 6))
    shares = st.sampled_from([0.0, 0.0, 0.1, 0.3, 0.5, 0.9, 1.0])
    w = np.array(draw(st.lists(shares, min_size=n * n, max_size=n * n))).reshape(n, n)
    np.fill_diagonal(w, 0)
    return [(i, j, float(w[i, j]), float(w[i, j])) for i in range(n) for j in range(n) if w[i, j]]


@seed(SEED)
@settings(max_examples=100, deadline=None)
@given(overfull(), st.sampled_from([0.0, 0.01, 0.2]))
def test_it_ends_and_nobody_holds_more_than_the_whole(rows, cut):
    if not rows:
        return
    graph = build(frame(rows))
    pairs = integrated_above(graph, None, cut).pairs
    assert pairs["high"].max() is None or pairs["high"].max() <= 1.0
    assert (pairs["owner"] != pairs["owned"]).all()
    totals = {}
    for _, owned, low, _ in rows:
        totals[owned] = totals.get(owned, 0.0) + low
    assert dict(graph.over_owned.iter_rows()) == pytest.approx({n: t for n, t in totals.items() if t > 1 + 1e-9})


@seed(SEED)
@settings(max_examples=80, deadline=None)
@given(overfull())
def test_outside_owners_share_the_whole_of_each_company_where_nothing_is_missing(rows):
    """Brioschi, Buzzacchi & Colombo 1989: with the free float as owners of their own, each column adds up to 1."""
    totals = {}
    for _, owned, low, _ in rows:
        totals[owned] = totals.get(owned, 0.0) + low
    scaled = [(a, b, s * 0.9 / max(totals[b], 0.9), s * 0.9 / max(totals[b], 0.9)) for a, b, s, _ in rows]
    inside = {n for a, b, _, _ in rows for n in (a, b)}
    held = {n: sum(s for _, b, s, _ in scaled if b == n) for n in inside}
    float_ = [(100 + n, n, 1 - held[n], 1 - held[n]) for n in inside]
    if not float_:
        return
    outside = integrated(frame(scaled + float_), [100 + n for n in inside])
    sums = outside.group_by("owned").agg(pl.col("low").sum())
    assert dict(sums.iter_rows()) == pytest.approx(dict.fromkeys(inside, 1.0), abs=1e-8)


def simple_paths(rows, start, end):
    """Every path without repeats, with its product."""
    found, waiting = [], [((start,), 1.0)]
    while waiting:
        path, share = waiting.pop()
        for owner, owned, low, _ in rows:
            if owner == path[-1] and owned == end:
                found.append(((*path, end), share * low))
            elif owner == path[-1] and owned not in path:
                waiting.append(((*path, owned), share * low))
    return found


@seed(SEED)
@settings(max_examples=80, deadline=None)
@given(overfull(), st.integers(1, 4))
def test_the_strongest_chains_are_the_best_of_all_simple_paths(rows, k):
    if not rows:
        return
    graph = build(frame(rows))
    start, end = rows[0][0], rows[-1][1]
    if start == end:
        return
    every = dict(simple_paths(rows, start, end))
    chains = strongest(graph, start, end, k)
    assert all(c.low == pytest.approx(every[c.nodes]) for c in chains)
    assert [c.low for c in chains] == pytest.approx(sorted(every.values(), reverse=True)[:k])


@seed(SEED)
@settings(max_examples=60, deadline=None)
@given(overfull(), st.booleans())
def test_reach_is_the_plain_closure_in_both_directions(rows, upward):
    if not rows:
        return
    graph, steps = build(frame(rows)), [(b, a) if upward else (a, b) for a, b, _, _ in rows]
    seen = {rows[0][0]}
    while more := {b for a, b in steps if a in seen} - seen:
        seen |= more
    found = reachable(graph, graph.positions([rows[0][0]]), upward=upward)
    assert set(graph.nodes[found].tolist()) == seen


@pytest.mark.parametrize("cut", [0.0, 0.02])
def test_the_size_of_the_blocks_changes_no_figure(monkeypatch, cut):
    random = np.random.default_rng(SEED)
    owner, owned = random.integers(0, 60, 200), random.integers(0, 60, 200)
    low = random.uniform(0, 0.3, 200)
    high = low + random.uniform(0, 0.2, 200)
    stakes = pl.DataFrame({"owner": owner, "owned": owned, "share_low": low, "share_high": high})
    whole = integrated_above(stakes, None, cut).pairs
    monkeypatch.setattr(flow, "PLACES", 1)
    assert integrated_above(stakes, None, cut).pairs.equals(whole)
    assert whole.equals(whole.sort("owner", "owned"))
    assert whole.height > 1000
