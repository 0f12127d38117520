"""Sourced statements -> edges: what bounds a share, what only claims control, what is no edge at all."""

import datetime as dt

import polars as pl
import pytest

from exposure.ownership.edges import best_first, edges, group_totals
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


@pytest.mark.parametrize("reverse", [False, True])
def test_the_surest_statement_is_shown_first_and_among_equals_the_latest(reverse):
    rows = [
        stake("A", "H", 0.35, 0.35, as_of=dt.date(2024, 9, 30), confidence="low"),
        stake("A", "H", 0.36, 0.36, as_of=dt.date(2023, 10, 16)),
        stake("A", "H", 0.38, 0.38, as_of=dt.date(2021, 12, 31)),
        stake("A", "H", None, None, as_of=dt.date(2025, 1, 1)),
    ]
    ordered = best_first(frame(*(reversed(rows) if reverse else rows)))
    assert ordered["share_low"].to_list() == [0.36, 0.38, 0.35, None]
