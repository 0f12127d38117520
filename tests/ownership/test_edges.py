"""Sourced statements -> edges: what bounds a share, what only claims control, what is no edge at all."""

import datetime as dt

import polars as pl
import pytest

from exposure.ownership.edges import best_first, edges, group_totals, stated_beside
from exposure.ownership.graph import build
from exposure.universe.tables import Stakes

BASE = {
    "kind": "equity",
    "basis": "direct",
    "as_of": dt.date(2024, 1, 1),
    "as_of_text": "2024",
    "until": None,
    "verified": True,
    "confidence": "high",
    "source_id": "s",
    "note": None,
}


def frame(*rows):
    full = [{"stake_id": f"s{i}", **BASE, **row} for i, row in enumerate(rows)]
    schema = {name: column.dtype for name, column in Stakes.columns().items()}
    return pl.DataFrame([{name: row[name] for name in schema} for row in full], schema=schema)


def stake(owner, owned, low, high, **more):
    return {"owner_id": owner, "owned_id": owned, "share_low": low, "share_high": high, **more}


def found(*rows):
    return {(a, b): (low, high, control) for a, b, low, high, control in edges(frame(*rows)).iter_rows()}


def test_two_sources_stay_two_rows_of_which_the_network_takes_the_envelope():
    rows = edges(frame(stake("A", "B", 0.36, 0.36), stake("A", "B", 0.38, 0.38)))
    assert rows["share_low"].to_list() == [0.36, 0.38]


def test_a_size_from_memory_is_never_a_lower_bound():
    assert found(stake("A", "B", 0.6, 0.65, verified=False)) == {("A", "B"): (0.0, 0.65, 0.0)}


def test_votes_stand_in_only_where_no_equity_is_stated():
    assert found(stake("A", "B", 0.2, 0.2), stake("A", "B", 0.7, 0.7, kind="voting")) == {
        ("A", "B"): (0.2, 0.2, 0.0)
    }
    assert found(stake("A", "B", 0.7, 0.7, kind="voting")) == {("A", "B"): (0.7, 0.7, 0.0)}


def test_control_over_a_holding_chain_carries_no_share_of_its_own():
    rows = found(
        stake("A", "K", 1.0, 1.0), stake("K", "H", 0.4, 0.4), stake("A", "H", None, None, kind="control")
    )  # fmt: skip
    assert rows[("A", "H")] == (0.0, 0.0, 1.0)


def test_control_without_any_stated_stake_is_of_unknown_size():
    assert found(stake("A", "H", None, None, kind="control", confidence="medium")) == {("A", "H"): (0.0, 1.0, 0.5)}


def test_a_nominee_holds_for_others():
    assert found(stake("Nominees", "H", 0.1, 0.1, kind="nominee")) == {}


def test_a_group_total_is_no_edge_but_a_bound():
    total = stake("A", "H", 0.409, 0.409, basis="aggregate")
    assert found(total) == {}
    assert group_totals(frame(total)).row(0) == ("A", "H", 0.409, 0.409)
    assert group_totals(frame(total | {"verified": False})).is_empty()


def test_a_size_from_memory_widens_a_sourced_one_no_further_than_it_says():
    """Nobody says less than 72.5 %: that the later figure is from memory must not turn 80.7 % into nothing."""
    rows = [stake("A", "B", 0.807, 0.807), stake("A", "B", 0.725, 0.73, verified=False)]
    graph = build(edges(frame(*rows)))
    assert (graph.low.tolist(), graph.high.tolist()) == ([0.725], [0.807])


def test_several_group_totals_are_one_envelope_and_votes_are_no_economic_share():
    """The Luo family and Hoshine: 25.55 % of the shares (2022), 73.52 % of the votes (2025)."""
    rows = [
        stake("A", "H", 0.2555, 0.2555, basis="aggregate"),
        stake("A", "H", 0.7352, 0.7352, basis="aggregate", kind="voting", as_of=dt.date(2025, 10, 1)),
        stake("A", "K", 0.40908, 0.40908, basis="aggregate"),
        stake("A", "K", 0.4155, 0.4155, basis="aggregate", as_of=dt.date(2017, 12, 31)),
    ]
    assert group_totals(frame(*rows)).rows() == [("A", "H", 0.2555, 0.2555), ("A", "K", 0.40908, 0.4155)]


@pytest.mark.parametrize("kind", ["control", "board"])
def test_a_seat_of_control_is_certain_only_from_a_sure_source(kind):
    sized = stake("A", "H", 0.1, 0.1)
    for confidence, control in (("high", 1.0), ("medium", 0.5), ("low", 0.0)):
        rows = found(sized, stake("A", "H", None, None, kind=kind, confidence=confidence))
        assert rows == {("A", "H"): (0.1, 0.1, control)}, confidence


SEVERAL = [
    stake("A", "H", 0.35, 0.35, as_of=dt.date(2024, 9, 30), confidence="low"),
    stake("A", "H", 0.36, 0.36, as_of=dt.date(2023, 10, 16)),
    stake("A", "H", 0.38, 0.38, as_of=dt.date(2021, 12, 31)),
    stake("A", "H", 0.33, 0.33, as_of=dt.date(2025, 6, 1), verified=False),
    stake("A", "H", 0.51, 0.51, as_of=dt.date(2025, 6, 1), kind="voting"),
    stake("A", "H", None, None, as_of=dt.date(2025, 1, 1)),
]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_most_recent_sourced_share_is_shown(reverse):
    """Not the surest; votes come after shares, memory after sources, a stake without a size last."""
    ordered = best_first(frame(*(reversed(SEVERAL) if reverse else SEVERAL)))
    assert ordered["share_low"].to_list() == [0.35, 0.36, 0.38, 0.33, 0.51, None]


def test_what_others_state_of_a_stake_stands_beside_the_one_shown():
    other = stake("A", "K", 0.9, 0.9)
    beside = stated_beside(frame(*SEVERAL, other), ["s0", "s6"])
    assert {shown: [row["share_low"] for row in rows] for shown, rows in beside.items()} == {
        "s0": [0.36, 0.38, 0.33]
    }
    assert stated_beside(frame(other), ["s0"]) == {}
