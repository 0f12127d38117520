"""The four relations, bounds, score and bookkeeping on a universe worked out by hand (see conftest)."""

import datetime as dt
import json

import polars as pl
import pytest

import exposure as ex
from exposure.connect import connect
from exposure.present.words import not_held_sentence

ROWS = [
    ("Camera Works Digital Co Ltd", 100.0),  # listed
    ("Reached Mills Co Ltd", 200.0),  # reached: 60 % of a frozen owner
    ("Minor Metals Co Ltd", 300.0),  # connected, owned side, 30 %
    ("Perhaps Paper Co Ltd", 400.0),  # connected, the rule cannot be decided
    ("Owner Telecom Corp Ltd", 500.0),  # connected, owner side, 10 %
    ("Brand Stores Inc", 600.0),  # business
    ("Accused Apps Inc", 700.0),  # listed by allegation
    ("Shirt Brand SE", 800.0),  # business by allegation
    ("Shop Chain plc", 900.0),  # uses the cameras: nothing
    ("Remembered Works Co Ltd", 50.0),  # 90 % from memory: undecided, never reached
    ("Quite Different Foods Inc", 450.0),  # unknown to the universe
]
TOTAL = sum(value for _, value in ROWS)


def portfolio(rows=ROWS):
    return pl.DataFrame(rows, schema=["Name", "Market Value"], orient="row")


@pytest.fixture(scope="module")
def screening(universe):
    return ex.screen(portfolio(), universe=universe)


def exposure_of(screening, name):
    found = screening.exposures.filter(pl.col("name").str.starts_with(name))
    return found.row(0, named=True) if found.height else None


EXPECTED = {
    "Camera": ("listed", "self", "designation", "camera", 100.0, 100.0),
    "Reached": ("reached", "owned", "designation", "blocked", 200.0, 200.0),
    "Minor": ("connected", "owned", "designation", "blocked", 90.0, 90.0),
    "Perhaps": ("connected", "owned", "designation", "blocked", 160.0, 240.0),
    "Owner": ("connected", "owner", "designation", "camera", 50.0, 50.0),
    "Brand": ("business", "link", "designation", "camera", 0.0, 0.0),
    "Accused": ("listed", "self", "allegation", "apps", 700.0, 700.0),
    "Shirt": ("business", "link", "allegation", "shirt", 0.0, 0.0),
    "Remembered": ("connected", "owned", "designation", "blocked", 0.0, 45.0),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_line_has_its_strongest_relation(screening, name):
    row = exposure_of(screening, name)
    keys = ("relation", "side", "kind", "listed_id", "attributed_low", "attributed_high")
    assert tuple(row[k] for k in keys) == pytest.approx(EXPECTED[name])


def test_users_of_equipment_and_unknown_companies_are_no_exposure(screening):
    assert exposure_of(screening, "Shop") is None
    assert exposure_of(screening, "Quite") is None
    assert screening.exposures.height == len(EXPECTED)


def test_listed_company_also_shows_its_listed_owner_below_every_rule(screening):
    camera = exposure_of(screening, "Camera")
    assert camera["also"] == ["alpha"]
    further = screening.to_dict()["exposures"][0]["also"][0]
    assert (further["relation"], further["side"], further["share_low"]) == (
        "connected",
        "owned",
        pytest.approx(0.4),
    )
    assert [(s["owner"], s["owned"]) for s in further["chain"]] == [
        ("alpha", "alpha_holding"),
        ("alpha_holding", "camera"),
    ]


def test_headline_adds_no_accusation_to_a_sanction(screening):
    head = screening.to_dict()["headline"]
    assert head["listed"]["value"] == 800.0
    assert head["listed"]["designation"]["value"] == 100.0
    assert head["listed"]["allegation_only"]["value"] == 700.0
    assert head["reached"]["value"] == 200.0
    assert head["connected"]["value"] == 1250.0
    assert head["business"]["value"] == 1400.0
    assert head["at_least"] == {"value": 300.0, "share": pytest.approx(300 / TOTAL)}
    # Perhaps Paper and Remembered Works may be reached: an unknown share leaves the rule open.
    assert head["at_most"]["value"] == 300.0 + 400.0 + 50.0


def test_score_is_the_sum_worked_out_by_hand(screening):
    """investment .9 (named list), dealing 1.0 (freeze), ngo .2; business 0; connected weighted by the share."""
    by_hand = {
        "Camera": 100 * 0.9,
        "Reached": 200 * 1.0,
        "Minor": 90 * 1.0,
        "Perhaps": 160 * 1.0,
        "Owner": 50 * 0.9,
        "Accused": 700 * 0.2,
    }
    expected = 100 * sum(by_hand.values()) / TOTAL
    assert screening.score.value == pytest.approx(expected)
    assert screening.score.low == pytest.approx(expected)
    assert screening.exposures["score_low"].sum() == pytest.approx(expected)
    # A rule may turn out to reach the whole of Perhaps Paper (400, of which 160 counted) and Remembered Works.
    assert screening.score.high == pytest.approx(expected + 100 * (400 - 160 + 50) / TOTAL)


def test_coverage_classes_add_up_to_the_total(screening):
    assert screening.coverage["value"].sum() == pytest.approx(TOTAL)
    assert screening.coverage["share"].sum() == pytest.approx(1.0)
    assert screening.lines["value"].sum() == pytest.approx(TOTAL)


def test_a_run_over_the_same_input_gives_the_same_bytes(screening, universe):
    assert ex.screen(portfolio(), universe=universe).to_json() == screening.to_json()
    json.loads(screening.to_json())


def test_listing_that_began_after_the_holdings_date(universe):
    before = ex.screen(portfolio(), universe=universe, as_of=dt.date(2021, 1, 1))
    flags = dict(before.exposures.select("issuer_id", "in_force_at_holding").iter_rows())
    assert flags["camera"] == "no"  # listed 3 June 2021
    assert flags["reached"] == "yes"  # its owner since 2020


def test_weights_alone_give_shares_and_no_values(universe):
    frame = pl.DataFrame({"Name": ["Camera Works Digital Co Ltd", "Cash Foods Inc"], "Weight (%)": [2.5, 97.5]})
    head = ex.screen(frame, universe=universe).to_dict()["headline"]
    assert head["listed"]["value"] is None
    assert head["listed"]["share"] == pytest.approx(0.025)


def test_lookalike_goes_to_review_and_only_into_at_most(universe):
    rows = [("CAMERA WORKS DIGITAL IMAGING", 100.0), ("Quite Different Foods Inc", 900.0)]
    screening = ex.screen(portfolio(rows), universe=universe)
    head = screening.to_dict()["headline"]
    assert head["at_least"]["value"] == 0.0
    assert head["at_most"]["value"] == 100.0
    assert screening.review()["entity_id"].to_list() == ["camera"]
    assert "camera" in screening.review()["reason"][0]


def test_identifier_and_name_that_contradict_each_other_go_to_review(universe):
    frame = pl.DataFrame(
        {
            "Name": ["Bread And Butter plc", "CAMERA WORKS DIGITAL A"],
            "ISIN": ["CNE100000PM8"] * 2,
            "Value": [1.0, 2.0],
        }
    )
    screening = ex.screen(frame, universe=universe)
    assert screening.review()["name"].to_list() == ["Bread And Butter plc"]
    assert "Camera Works" in screening.review()["reason"][0]
    assert screening.exposures["name"].to_list() == ["CAMERA WORKS DIGITAL A"]


def test_held_before_or_after_is_told_of_the_listing_shown_and_no_other(tables):
    """Blocked is on a named-only list since 2019; what reaches Mills is the freeze, since 2020."""
    early = tables["listings"].filter(listing_id="freeze-blocked").with_columns(
        listing_id=pl.lit("named-blocked"), list_id=pl.lit("named"), since=dt.date(2019, 1, 1)
    )  # fmt: skip
    universe = ex.Universe.at(tables | {"listings": pl.concat([tables["listings"], early])})

    def flags(day):
        rows = [("Reached Mills Co Ltd", 1.0), ("Blocked State Company", 1.0)]
        found = ex.screen(ex.read_holdings(portfolio(rows), as_of=day), universe=universe).exposures
        return dict(found.select("issuer_id", "in_force_at_holding").iter_rows())

    assert flags(dt.date(2019, 6, 30)) == {"reached": "no", "blocked": "yes"}
    assert flags(dt.date(2020, 6, 30)) == {"reached": "yes", "blocked": "yes"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("dealing = 1.0", "dealing = 1.5"), "must lie between 0 and 1"),
        (("dealing = 1.0", "dealing = 'much'"), r"\[effect\]: the weight “dealing” is 'much'"),
        (("dealing = 1.0", ""), r"\[effect\]: the weight “dealing” is missing"),
        (("dealing = 1.0", "dealing = 1.0\ndealin = 1"), "there is no weight “dealin”"),
        (("[accuser]", "[acuser]"), r"the table \[accuser\] is missing"),
        (("[accuser]", "[accuser"), "is not TOML"),
    ],
)
def test_faulty_weights_file_is_one_sentence(universe, root, tmp_path, change, said):
    text = (root / "exposure" / "weights.toml").read_text("utf-8")
    path = tmp_path / "weights.toml"
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(ex.UsageError, match=said):
        ex.screen(portfolio([("Bread plc", 1.0)]), universe=universe, weights=path)


def test_short_or_general_name_alone_never_decides(universe):
    screening = ex.screen(
        portfolio([("CW", 5.0), ("China", 6.0), ("Digital Technology Co Ltd", 7.0)]), universe=universe
    )
    assert screening.exposures.is_empty()
    assert screening.review()["name"].to_list() == ["CW"]


def test_fund_lines_are_opaque_until_their_holdings_are_given(universe):
    rows = [("Wide World Equity Index Fund", 1000.0), ("Quite Different Foods Inc", 1000.0)]
    closed = ex.screen(portfolio(rows), universe=universe)
    assert closed.to_dict()["headline"]["at_most"]["value"] == 1000.0
    fund = portfolio([("Camera Works Digital Co Ltd", 30.0), ("Other Foods Inc", 70.0)])
    opened = ex.screen(portfolio(rows), universe=universe, funds={"Wide World Equity Index Fund": fund})
    head = opened.to_dict()["headline"]
    assert head["at_least"]["value"] == pytest.approx(300.0)
    assert head["at_most"]["value"] == pytest.approx(300.0)
    assert opened.exposures["via"].to_list() == [["Wide World Equity Index Fund"]]
    assert opened.lines["value"].sum() == pytest.approx(2000.0)


def test_short_positions_follow_the_switch(universe):
    rows = [("Camera Works Digital Co Ltd", -100.0), ("Quite Different Foods Inc", 1100.0)]

    def listed(shorts):
        return ex.screen(portfolio(rows), universe=universe, shorts=shorts).to_dict()["headline"]["listed"]["value"]

    assert [listed(s) for s in ("net", "gross", "excluded")] == [-100.0, 100.0, 0.0]
    with pytest.raises(ex.UsageError, match="net, gross, excluded"):
        listed("both")


def test_listing_from_memory_and_unofficial_list_decide_nothing(universe, weights):
    found = connect(universe, ["owner", "shop"], weights)
    assert found.filter(pl.col("relation") == "listed").is_empty()


def test_a_rule_brings_only_its_own_list_and_not_the_owners_others(tables, weights):
    """Blocked State Co. is put on the named-only list as well: that list still does not reach its subsidiary."""
    extra = tables["listings"].filter(listing_id="named-camera").with_columns(
        entity_id=pl.lit("blocked"), listing_id=pl.lit("named-blocked")
    )  # fmt: skip
    more = tables | {"listings": pl.concat([tables["listings"], extra])}
    row = connect(ex.Universe.at(more), ["reached"], weights).row(0, named=True)
    assert (row["relation"], row["lists"], row["listing_ids"]) == ("reached", ["freeze"], ["freeze-blocked"])
    assert row["severity"] == weights.effect["dealing"]


def test_group_total_published_stands_in_for_our_own_sum(tables, weights):
    extra = tables["stakes"].filter(pl.col("stake_id") == "alpha_holding-camera").with_columns(
        stake_id=pl.lit("total"), owner_id=pl.lit("alpha"), share_low=0.45, share_high=0.45,
        basis=pl.lit("aggregate"),
    )  # fmt: skip
    more = tables | {"stakes": pl.concat([tables["stakes"], extra.cast(tables["stakes"].schema)])}
    row = connect(ex.Universe.at(more), ["camera"], weights).filter(pl.col("listed_id") == "alpha")
    assert row.select("share_low", "share_high").row(0) == (0.45, 0.45)
    assert row["chain"].to_list() == [["alpha-alpha_holding", "alpha_holding-camera"]]


def test_a_company_that_only_doubtful_lines_may_be_is_not_called_absent(universe):
    screening = ex.screen(portfolio([("CW", 5.0), ("Quite Different Foods Inc", 95.0)]), universe=universe)
    assert "1 line may be this company (“CW”" in not_held_sentence(screening, "camera")
    assert "No line of this portfolio was identified" in not_held_sentence(screening, "minor")
