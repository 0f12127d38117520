"""The identities that make the figures quotable, on random portfolios (fixed seeds)."""

import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import exposure as ex
from exposure.breakdown import BY

FUND = "Wide World Equity Index Fund"
NAMES = [
    "Camera Works Digital Co Ltd",
    "Reached Mills Co Ltd",
    "Minor Metals Co Ltd",
    "Perhaps Paper Co Ltd",
    "Owner Telecom Corp Ltd",
    "Brand Stores Inc",
    "Accused Apps Inc",
    "Shirt Brand SE",
    "Quite Different Foods Inc",
    "CAMERA WORKS DIGITAL IMAGING",
    "N/A",
    FUND,
    "USD CASH",
]
lines = st.lists(
    st.tuples(st.sampled_from(NAMES), st.floats(1, 1e9, allow_nan=False).map(lambda x: round(x, 2))),
    min_size=1,
    max_size=12,
)


def frame(rows):
    return pl.DataFrame(rows, schema=["Name", "Market Value"], orient="row")


def screen(rows, universe, **more):
    return ex.screen(frame(rows), universe=universe, **more)


@seed(20261122)
@settings(max_examples=10, deadline=None)
@given(lines)
def test_every_class_and_every_part_adds_up(universe, rows):
    screening = screen(rows, universe)
    total = sum(value for _, value in rows)
    assert screening.coverage["value"].sum() == pytest.approx(total)
    assert screening.coverage["lines"].sum() == len(rows)
    head = screening.to_dict()["headline"]
    assert 0 <= head["at_least"]["value"] <= head["at_most"]["value"] * (1 + 1e-12) + 1e-9
    assert head["at_most"]["value"] <= total * (1 + 1e-12)
    for relation in ("listed", "reached", "connected", "business"):
        part = head[relation]
        assert part["value"] == pytest.approx(part["designation"]["value"] + part["allegation_only"]["value"])
    score = screening.score
    assert 0 <= score.low == score.value <= score.high + 1e-9 <= 100 + 1e-6
    for by in BY:
        assert screening.breakdown(by)["score"].sum() == pytest.approx(score.value), by
    for by in ("route", "relation", "issuer", "holding", "security_kind", "chain"):
        assert screening.breakdown(by)["value"].sum() == pytest.approx(screening.exposures["value"].sum())


REVEALED = st.sampled_from(["Camera Works Digital Co Ltd", "Quite Different Foods Inc", "Minor Metals Co Ltd"])


@seed(20261122)
@settings(max_examples=10, deadline=None)
@given(lines, REVEALED, st.lists(st.tuples(REVEALED, st.integers(1, 9)), min_size=1, max_size=3))
def test_revealing_what_was_unknown_only_narrows_the_bounds(universe, rows, instead, inside):
    """An unreadable or doubtful line turns out to be some company; a fund's holdings become known."""
    before = screen(rows, universe)
    told = [(instead if name in ("N/A", "CAMERA WORKS DIGITAL IMAGING") else name, value) for name, value in rows]
    fund = frame([(name, float(weight)) for name, weight in inside])
    for after in (screen(told, universe), screen(rows, universe, funds={FUND: fund})):
        old, new = before.headline, after.headline
        slack = 1e-9 * (before.total_value or 1)
        assert new.at_least.value >= old.at_least.value - slack
        assert new.at_most.value <= old.at_most.value + slack
        assert after.score.low >= before.score.low - 1e-9
        assert after.score.high <= before.score.high + 1e-9


def test_overlapping_lists_count_a_line_once_in_the_total(universe):
    screening = screen([("Camera Works Digital Co Ltd", 40.0), ("Reached Mills Co Ltd", 60.0)], universe)
    parts = screening.breakdown("list")
    assert dict(parts.select("part", "value").iter_rows()) == {"Named": 40.0, "Freeze": 60.0}
    assert screening.breakdown("route").select("part", "value").rows() == [
        ("through ownership", 60.0),
        ("direct", 40.0),
    ]


def test_four_line_portfolio_adds_up_as_published(universe):
    """CPPIB's holdings as added up by campaigners: C$15m + 65m + 19m + 57m = 156m."""
    rows = [
        ("Camera Works Digital Co Ltd", 15e6),
        ("Reached Mills Co Ltd", 65e6),
        ("Accused Apps Inc", 19e6),
        ("Minor Metals Co Ltd", 57e6),
    ]
    screening = screen(rows, universe)
    assert screening.exposures["value"].sum() == 156e6
    head = screening.to_dict()["headline"]
    parts = [head[r]["value"] for r in ("listed", "reached", "connected")]
    assert parts == [34e6, 65e6, 57e6]


def test_unknown_breakdown_is_a_usage_error(universe):
    with pytest.raises(ex.UsageError, match="weather"):
        screen([("Camera Works Digital Co Ltd", 1.0)], universe).breakdown("weather")
