"""Other weights and other rules on the hand-worked universe; the first row is the screening itself."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import kendalltau

import exposure as ex
from exposure.attribution import Together, weigh
from exposure.connect import connect, standing
from exposure.present.compare_chart import sensitivity_chart, sensitivity_finding
from exposure.score import Weights
from exposure.sensitivity import (
    BASELINE,
    SENSITIVITY,
    STATE_RULE,
    TOP,
    alternatives,
    sensitivity,
    tau_b,
)
from exposure.shares import network

ROWS = [
    ("Camera Works Digital Co Ltd", 100.0),  # listed: investment .9
    ("Reached Mills Co Ltd", 200.0),  # 60 % of a frozen owner: dealing 1
    ("Minor Metals Co Ltd", 300.0),  # 30 %
    ("Perhaps Paper Co Ltd", 400.0),  # 40 - 60 %
    ("Owner Telecom Corp Ltd", 500.0),  # owns 10 % of Camera Works
    ("Brand Stores Inc", 600.0),  # business
    ("Accused Apps Inc", 700.0),  # ngo .2
    ("Remembered Works Co Ltd", 50.0),  # 90 %, from memory
    ("Quite Different Foods Inc", 1150.0),
]
TOTAL = sum(value for _, value in ROWS)


def portfolio(rows=ROWS):
    return pl.DataFrame(rows, schema=["Name", "Market Value"], orient="row")


@pytest.fixture(scope="module")
def screening(universe):
    return ex.screen(portfolio(), universe=universe)


@pytest.fixture(scope="module")
def table(screening):
    return sensitivity(screening)


def row(table, name):
    return table.filter(pl.col("alternative") == name).row(0, named=True)


def test_first_row_is_the_screening_itself(screening, table):
    first = table.row(0, named=True)
    head, score = screening.headline, screening.score
    assert first["alternative"] == BASELINE
    assert (first["at_least"], first["at_least_share"]) == (head.at_least.value, head.at_least.share)
    assert (first["at_most"], first["at_most_share"]) == (head.at_most.value, head.at_most.share)
    assert (first["score"], first["score_low"], first["score_high"]) == (score.value, score.low, score.high)
    assert (first["top"], first["top_kept"], first["kendall_tau"]) == (6, 6, pytest.approx(1.0))
    assert dict(table.schema) == SENSITIVITY


@pytest.mark.parametrize(
    ("name", "at_least", "at_most"),
    [
        ("named only", 100.0, 100.0),
        ("more than 50 %", 300.0, 750.0),  # Perhaps and Remembered stay open
        ("50 % or more", 300.0, 750.0),
        ("25 % or more", 1000.0, 1050.0),  # 30 % and 40 % now count; 90 % from memory stays open
        ("control", 100.0, 100.0),  # nobody is known to control anybody
        (STATE_RULE, 100.0, 100.0),  # there is no state in this universe
    ],
)
def test_ownership_rules_worked_out_by_hand(table, name, at_least, at_most):
    found = row(table, name)
    assert (found["at_least"], found["at_most"]) == (pytest.approx(at_least), pytest.approx(at_most))


BY_HAND = {"camera": 90.0, "reached": 200.0, "minor": 90.0, "perhaps": 160.0, "owner": 45.0, "apps": 140.0}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("dealing halved", {"reached": 100.0, "minor": 45.0, "perhaps": 80.0}),
        ("investment halved", {"camera": 45.0, "owner": 22.5}),
        ("investment doubled", {"camera": 100.0, "owner": 50.0}),  # capped at 1
        ("designations only", {"apps": 0.0}),
        ("allegations doubled", {"apps": 280.0}),
    ],
)
def test_weights_move_the_score_as_worked_out_by_hand_and_nothing_else(table, name, changed):
    found = row(table, name)
    assert found["score"] == pytest.approx(100 * sum((BY_HAND | changed).values()) / TOTAL)
    assert (found["at_least"], found["at_most"]) == (300.0, 750.0)


def test_ranks_worked_out_by_hand(table):
    """Under doubled allegations Accused Apps (280) passes Reached Mills (200) and Perhaps Paper (160)."""
    found = row(table, "allegations doubled")
    # six companies, 15 pairs, two of them turned, one tied (Camera Works and Minor Metals, 90 each) in both
    assert found["kendall_tau"] == pytest.approx((14 - 2 * 2) / 14)
    assert (found["top"], found["top_kept"]) == (6, 6)
    # Accused Apps no longer scores
    assert row(table, "designations only")["top_kept"] == 5


def state_of_a_tenth(tables):
    """A state body, and its stake in Shop Chain."""
    state = tables["entities"].filter(pl.col("entity_id") == "alpha").with_columns(
        entity_id=pl.lit("state"), name=pl.lit("Ministry"), kind=pl.lit("state_body")
    )  # fmt: skip
    tenth = tables["stakes"].filter(pl.col("stake_id") == "owner-camera").with_columns(
        stake_id=pl.lit("state-shop"), owner_id=pl.lit("state"), owned_id=pl.lit("shop")
    )  # fmt: skip
    return state, tenth


def test_state_rule_reaches_what_a_state_holds(tables):
    state, tenth = state_of_a_tenth(tables)
    less = tenth.with_columns(
        stake_id=pl.lit("state-apps"), owned_id=pl.lit("apps"), share_low=0.09, share_high=0.09
    )
    universe = ex.Universe.at(
        tables
        | {
            "entities": pl.concat([tables["entities"], state.cast(dict(tables["entities"].schema))]),
            "stakes": pl.concat([tables["stakes"], tenth, less]),
        }
    )
    screening = ex.screen(portfolio([("Shop Chain plc", 10.0), ("Accused Apps Inc", 90.0)]), universe=universe)
    table = sensitivity(screening)
    assert row(table, "named only")["at_least"] == 0.0
    found = row(table, STATE_RULE)
    assert (found["at_least"], found["at_most"]) == (10.0, 10.0)  # 9 % of Accused Apps is below the line
    weights = screening.weights
    apps = 90 * weights.accuser["ngo"]
    assert found["score"] == pytest.approx(10 * weights.effect["none"] + apps)


def test_closed_review_opens_again_where_another_rule_makes_it_matter(tables):
    """A line that may be Shop Chain was closed as harmless; where a state holds a tenth of it, it is not."""
    state, tenth = state_of_a_tenth(tables)
    universe = ex.Universe.at(
        tables
        | {
            "entities": pl.concat([tables["entities"], state.cast(dict(tables["entities"].schema))]),
            "stakes": pl.concat([tables["stakes"], tenth]),
        }
    )
    screening = ex.screen(portfolio([("Bread plc", 10.0), ("Wine plc", 90.0)]), universe=universe)
    closed = screening.lines.with_columns(
        candidates=pl.when(pl.col("row") == 0).then(pl.lit(["shop"])).otherwise("candidates")
    )
    table = sensitivity(replace(screening, lines=closed))
    assert table["at_most"][0] == 0.0
    assert row(table, "25 % or more")["at_most"] == 0.0
    assert row(table, STATE_RULE)["at_most"] == 10.0


def test_connections_weighed_again_equal_those_found_anew(tables):
    """The quick way (weigh what was found) against the slow, obvious one (find again)."""
    # An owner on two lists, of which only one carries a rule: what it reaches weighs that one alone.
    both = tables["listings"].filter(pl.col("entity_id") == "blocked")
    both = both.with_columns(listing_id=pl.lit("second"), list_id=pl.lit("named"))
    universe = ex.Universe.at(tables | {"listings": pl.concat([tables["listings"], both])})
    screening = ex.screen(portfolio(), universe=universe)
    issuers = screening.connections["entity_id"].unique().to_list()
    together = Together(network(universe))
    for other in alternatives(screening.weights):
        if other.rule is None:
            slow = connect(universe, issuers, other.weights)
            key = ["entity_id", "listed_id"]
            quick = weigh(screening.connections, universe, other.weights, together)
            for column in ("severity", "points_low", "points_high"):
                assert quick.sort(key)[column].to_list() == pytest.approx(slow.sort(key)[column].to_list())


def test_weight_of_nothing_is_found_anew(universe):
    none = Weights(
        {**ex.screen(portfolio(), universe=universe).weights.effect, "dealing": 0.0},
        dict.fromkeys(standing_kinds(), 0.0),
        {"listed": 1.0, "reached": 1.0, "connected": 1.0, "business": 0.0},
    )
    screening = ex.screen(portfolio(), universe=universe, weights=none)
    assert (standing(universe, none)["severity"] == 0).any()
    table = sensitivity(screening)
    assert table.row(0, named=True)["score"] == screening.score.value
    assert row(table, "all equal")["score"] > 0


def standing_kinds():
    return ("government", "parliament", "academic", "ngo", "press", "witness", "investor", "other")


def test_weights_that_are_not_the_screenings_are_refused(screening):
    lighter = {k: v / 2 for k, v in screening.weights.effect.items()}
    with pytest.raises(ex.UsageError, match="made with other weights"):
        sensitivity(screening, replace(screening.weights, effect=lighter))


def test_nothing_exposed_and_weights_only_keep_the_columns(universe):
    nothing = sensitivity(ex.screen(portfolio([("Bread plc", 1.0)]), universe=universe))
    assert nothing["score"].to_list() == [0.0] * nothing.height
    assert nothing["kendall_tau"].is_null().all()
    frame = pl.DataFrame({"Name": ["Camera Works Digital Co Ltd", "Foods Inc"], "Weight (%)": [2.5, 97.5]})
    shares = sensitivity(ex.screen(frame, universe=universe))
    assert shares["at_least"].is_null().all()
    assert shares["at_least_share"].to_list() == pytest.approx([0.025] * shares.height)


@pytest.mark.parametrize("name", ["pension", "index_fund", "endowment"])
def test_examples_start_from_their_own_figures(name):
    screening = ex.screen(ex.example(name))
    table = sensitivity(screening)
    assert table["score"][0] == screening.score.value
    assert table["top_kept"].max() <= TOP
    assert table.filter(pl.col("group") == "weights")["at_least"].n_unique() == 1


def test_chart_states_the_finding_and_every_score(table):
    finding = sensitivity_finding(table)
    assert finding.startswith("The score of 18.1")
    assert finding.endswith("at least 5 of the 6 leading companies stay")
    spec = sensitivity_chart(table).to_dict()
    assert " ".join(spec["title"]["text"]) == finding
    data = next(rows for rows in spec["datasets"].values() if len(rows) == table.height)
    assert [r["figure"] for r in data] == [f"{s:.2f}" for s in table["score"]]


@pytest.mark.parametrize("ties", [1, 3, 50])
def test_rank_agreement_equals_the_librarys(ties: int) -> None:
    random = np.random.default_rng(20261122)
    x, y = random.integers(0, 100 // ties, 60).astype(float), random.integers(0, 100 // ties, 60).astype(float)
    assert tau_b(x, y) == pytest.approx(kendalltau(x, y).statistic)
    assert tau_b(x, np.zeros(60)) is None
