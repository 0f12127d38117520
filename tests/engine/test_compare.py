"""Two screenings side by side: every cause by hand, and causes that always add up to the change."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import exposure as ex
from exposure.compare import CAUSES, compare
from exposure.present.compare_chart import waterfall, waterfall_finding

CAMERA, MILLS, ALPHA, MINOR = (
    "Camera Works Digital Co Ltd",
    "Reached Mills Co Ltd",
    "Alpha Group Corporation",
    "Minor Metals Co Ltd",
)
FOODS, FUND = "Quite Different Foods Inc", "Wide World Equity Index Fund"
ISIN = "CNE100000PM8"


def portfolio(rows, isins=None):
    """Rows of name, value and, where given, share count."""
    frame = pl.DataFrame([r[:2] for r in rows], schema=["Name", "Market Value"], orient="row")
    if any(len(r) > 2 for r in rows):
        frame = frame.with_columns(Shares=pl.Series([r[2] if len(r) > 2 else None for r in rows], dtype=pl.Float64))
    return frame.with_columns(ISIN=pl.Series(isins)) if isins else frame


def causes(found):
    return {
        c: pytest.approx(v)
        for c, v in found.causes.filter(pl.col("companies") > 0).select("cause", "change").rows()
    }


def added_up(found):
    """The identities that hold for every comparison."""
    scale = max(abs(found.before.exposed), abs(found.after.exposed), 1e-9)
    assert found.causes["change"].sum() == pytest.approx(found.total_change, abs=1e-9 * scale)
    assert found.changes["change"].sum() == pytest.approx(found.total_change, abs=1e-9 * scale)
    assert found.by_company["change"].sum() == pytest.approx(found.total_change, abs=1e-9 * scale)
    assert found.by_company["before"].sum() == pytest.approx(found.before.exposed, abs=1e-9 * scale)
    assert found.by_company["after"].sum() == pytest.approx(found.after.exposed, abs=1e-9 * scale)
    assert found.causes["cause"].to_list() == list(CAUSES)


@pytest.fixture(scope="module")
def screened(universe):
    def screen(rows, known=None, isins=None, **more):
        return ex.screen(portfolio(rows, isins), universe=known or universe, **more)

    return screen


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # 10 shares at 10 -> 15 shares at 12: 5 bought at 10, the rest is price
        ((100.0, 10.0), (180.0, 15.0), {"bought": 50.0, "price_or_fx": 30.0}),
        ((100.0, 10.0), (60.0, 5.0), {"sold": -50.0, "price_or_fx": 10.0}),
        ((100.0, 10.0), (90.0, 10.0), {"price_or_fx": -10.0}),
        ((100.0, 10.0), (200.0, 20.0), {"bought": 100.0}),
        ((100.0, 10.0), (100.0, 10.0), {}),
        ((100.0,), (180.0,), {"price_or_quantity": 80.0}),
    ],
)
def test_trades_and_prices(screened, before, after, expected):
    found = compare(
        screened([(CAMERA, *before), (FOODS, 900.0, 9.0)]), screened([(CAMERA, *after), (FOODS, 800.0, 9.0)])
    )
    assert causes(found) == expected
    added_up(found)


def test_bought_and_sold_outright(screened):
    found = compare(
        screened([(CAMERA, 100.0, 10.0), (FOODS, 900.0)]), screened([(MILLS, 70.0, 7.0), (FOODS, 900.0)])
    )
    assert causes(found) == {"bought": 70.0, "sold": -100.0}
    assert found.by_company.select("issuer_id", "before", "after", "change").rows() == [
        ("camera", 100.0, 0.0, -100.0),
        ("reached", 0.0, 70.0, 70.0),
    ]
    added_up(found)


def test_security_is_known_again_by_isin_under_another_name(screened):
    before = screened([(CAMERA, 100.0, 10.0), (FOODS, 900.0, 1.0)], isins=[ISIN, None])
    after = screened([("CAMERA WORKS DIGITAL A", 120.0, 10.0), (FOODS, 900.0, 1.0)], isins=[ISIN, None])
    assert causes(compare(before, after)) == {"price_or_fx": 20.0}


def at(tables, day):
    return ex.Universe.at(tables, as_of=day)


BEFORE_LISTING, LISTED = dt.date(2021, 6, 2), dt.date(2021, 6, 3)


def test_list_entry_added_counts_at_the_value_before_and_the_rest_as_what_it_was(tables, screened):
    old, new = at(tables, BEFORE_LISTING), at(tables, LISTED)
    found = compare(screened([(CAMERA, 100.0, 10.0)], old), screened([(CAMERA, 180.0, 15.0)], new))
    assert causes(found) == {"list_added": 100.0, "bought": 50.0, "price_or_fx": 30.0}
    assert "was added to NAMED" in found.changes.filter(pl.col("cause") == "list_added")["why"][0]
    added_up(found)


def test_list_entry_ended_is_the_same_turned_round(tables, screened):
    old, new = at(tables, LISTED), at(tables, BEFORE_LISTING)
    found = compare(screened([(CAMERA, 180.0, 15.0)], old), screened([(CAMERA, 100.0, 10.0)], new))
    assert causes(found) == {"list_ended": -100.0, "sold": -60.0, "price_or_fx": -20.0}
    assert found.total_change == -180.0
    added_up(found)


def test_owner_listed_anew_is_a_list_cause_and_a_larger_stake_an_ownership_cause(tables, screened):
    rows = [(MILLS, 200.0, 2.0)]
    unlisted = tables | {"listings": tables["listings"].filter(pl.col("entity_id") != "blocked")}
    found = compare(screened(rows, at(unlisted, None)), screened(rows))
    assert causes(found) == {"list_added": 200.0}
    smaller = tables["stakes"].with_columns(
        pl.when(pl.col("stake_id") == "blocked-reached").then(0.4).otherwise(c).alias(c)
        for c in ("share_low", "share_high")
    )
    found = compare(screened(rows, at(tables | {"stakes": smaller}, None)), screened(rows))
    assert causes(found) == {"ownership": 200.0}
    added_up(found)


def test_rule_changed_between_the_two(tables, screened):
    strict = tables["rules"].with_columns(threshold=pl.when(pl.col("rule_id") == "ofac-50").then(0.7))
    found = compare(screened([(MILLS, 200.0)], at(tables | {"rules": strict}, None)), screened([(MILLS, 200.0)]))
    assert causes(found) == {"rule_changed": 200.0}


def test_line_matched_on_one_side_only(screened):
    """“CW” alone is no name to decide on; with the ISIN beside it, it is."""
    before = screened([("CW", 100.0, 10.0), (FOODS, 900.0, 9.0)])
    after = screened([("CW", 120.0, 10.0), (FOODS, 900.0, 9.0)], isins=[ISIN, None])
    found = compare(before, after)
    assert causes(found) == {"identification": 100.0, "price_or_fx": 20.0}
    judged = after.matches.with_columns(method=pl.lit("judgement"))
    lines = after.lines.with_columns(match_method=pl.lit("judgement"))
    object.__setattr__(after, "matches", judged)
    object.__setattr__(after, "lines", lines)
    assert causes(compare(before, after)) == {"judgement": 100.0, "price_or_fx": 20.0}


def fund(share):
    return portfolio([(CAMERA, share), ("Other Foods Inc", 100.0 - share)])


def test_fund_traded_moved_and_changed_inside(screened):
    """1,000 in 100 units, 10 % Camera Works -> 1,320 in 110 units, 20 %: 100 becomes 264."""
    before = screened([(FUND, 1000.0, 100.0), (FOODS, 500.0, 5.0)], funds={FUND: fund(10.0)})
    after = screened([(FUND, 1320.0, 110.0), (FOODS, 500.0, 5.0)], funds={FUND: fund(20.0)})
    found = compare(before, after)
    assert causes(found) == {"bought": 10.0, "price_or_fx": 22.0, "fund_rebalance": 132.0}
    assert found.changes["via"].to_list() == [[FUND]] * 3
    added_up(found)


def test_fund_seen_on_one_side_only_or_sold(screened):
    rows = [(FUND, 1000.0, 100.0), (FOODS, 500.0, 5.0)]
    seen, unseen = screened(rows, funds={FUND: fund(10.0)}), screened(rows)
    assert causes(compare(unseen, seen)) == {"fund_seen": 100.0}
    assert causes(compare(seen, unseen)) == {"fund_seen": -100.0}
    gone = screened([(FOODS, 500.0, 5.0)])
    assert causes(compare(seen, gone)) == {"sold": -100.0}
    assert causes(compare(gone, seen)) == {"bought": 100.0}


def test_accusations_and_minority_ties_are_no_part_of_it(screened):
    found = compare(screened([(MINOR, 5.0), ("Accused Apps Inc", 5.0)]), screened([(MINOR, 50.0), (FOODS, 5.0)]))
    assert found.total_change == 0.0
    assert found.changes.is_empty()
    assert "Nothing changed" in waterfall_finding(found)


def test_weights_only_are_compared_as_shares(universe):
    def screen(percent):
        frame = pl.DataFrame({"Name": [CAMERA, FOODS], "Weight (%)": [percent, 100 - percent]})
        return ex.screen(frame, universe=universe)

    found = compare(screen(2.5), screen(4.0))
    assert found.unit == "share"
    assert causes(found) == {"price_or_quantity": 0.015}
    assert "weights only" in " ".join(found.notes)
    added_up(found)


def test_other_currencies_are_refused(universe):
    one, other = (
        ex.screen(pl.DataFrame({"Name": [CAMERA], f"Market Value ({c})": [1.0]}), universe=universe)
        for c in ("NOK", "USD")
    )
    assert (one.currency, other.currency) == ("NOK", "USD")
    with pytest.raises(ex.UsageError, match="in NOK, the other in USD"):
        compare(one, other)


NAMES = [CAMERA, MILLS, ALPHA, MINOR, FOODS, FUND, "CW", "Perhaps Paper Co Ltd"]
AMOUNT = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 2))
ROW = st.tuples(st.sampled_from(NAMES), AMOUNT, st.one_of(st.none(), st.integers(0, 1000).map(float)))
SIDE = st.tuples(st.lists(ROW, min_size=1, max_size=6), st.sampled_from([0.0, 10.0, 35.5]), st.booleans())


@pytest.fixture(scope="module")
def dated(tables):
    return {True: at(tables, BEFORE_LISTING), False: at(tables, None)}


@seed(20)
@settings(max_examples=25, deadline=None)
@given(before=SIDE, after=SIDE)
def test_causes_add_up_to_the_change_on_random_portfolios(dated, before, after):
    sides = []
    for rows, inside, early in (before, after):
        funds = {FUND: fund(inside)} if inside else None
        rows = [*rows, (FOODS, 1e7, 1.0)]  # a total that is not zero
        sides.append(ex.screen(portfolio(rows), universe=dated[early], funds=funds))
    there, back = compare(*sides), compare(*reversed(sides))
    added_up(there)
    added_up(back)
    assert there.total_change == pytest.approx(-back.total_change)
    assert there.total_change == pytest.approx(
        sides[1].headline.at_least.value - sides[0].headline.at_least.value, abs=1e-6
    )


def test_comparison_shows_itself_without_markup_from_the_file(screened):
    found = compare(screened([(CAMERA, 100.0)]), screened([(CAMERA, 150.0)]))
    assert "Exposed before" in found.to_text()
    assert "50" in found.to_text()
    object.__setattr__(found.before, "portfolio", "<script>")
    assert "<script>" not in found._repr_html_()
    assert found.to_dict()["total_change"] == 50.0


def test_waterfall_starts_before_and_ends_after(screened):
    found = compare(screened([(CAMERA, 100.0, 10.0)]), screened([(CAMERA, 180.0, 15.0)]))
    spec = waterfall(found).to_dict()
    bars = next(iter(spec["datasets"].values()))
    assert [(b["label"], b["low"], b["high"]) for b in bars] == [
        ("Exposed before", 0.0, 100.0),
        ("Bought", 100.0, 150.0),
        ("Price or exchange rate", 150.0, 180.0),
        ("Exposed after", 0.0, 180.0),
    ]
    assert " ".join(spec["title"]["text"]) == "Exposed value rose by 80; largest cause: bought (+50)"
