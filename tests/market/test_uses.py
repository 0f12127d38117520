"""What the figures feed: partial look-through, values from share counts, an owner's part in a listed company."""

import datetime as dt

import polars as pl
import pytest

import exposure as ex
from exposure import market

from .payloads import fund, info

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."


@pytest.fixture
def ask():
    return market.Market(consent=True)


def test_top_holdings_are_a_part_and_the_rest_stays_opaque(ask, world):
    """A fund of 1,000 with 6 % Hikvision and 4 % Siemens in its top holdings: 60 listed, 900 not known."""
    world.funds["FND"] = fund([("002415.SZ", HIKVISION, 0.06), ("SIE.DE", "Siemens AG", 0.04)])
    held = pl.DataFrame({"Name": ["Example World Fund", "Siemens AG"],
                         "Market value": [1000.0, 500.0], "Currency": ["GBP", "GBP"]})  # fmt: skip
    parts = ask.funds({"Example World Fund": "FND"})
    found = ex.screen(held, funds=parts)
    row = found.exposures.filter(pl.col("issuer_id") == "hikvision").row(0, named=True)
    assert (row["value"], row["relation"]) == (pytest.approx(60.0), "listed")
    assert row["via"] == ["Example World Fund (largest holdings as Yahoo shows them, not of record)"]
    assert row["match_method"].startswith("name")
    shares = {r["coverage"]: r["value"] for r in found.coverage.iter_rows(named=True)}
    assert shares["opaque_funds"] == pytest.approx(900.0)
    assert sum(shares.values()) == pytest.approx(1500.0)
    assert found.headline.at_least.value == pytest.approx(60.0)
    assert found.headline.at_most.value == pytest.approx(960.0)


def test_the_symbols_of_top_holdings_decide_no_identity(ask, world):
    """Yahoo's symbol says Hikvision, the name says another company: the name counts."""
    world.funds["FND"] = fund([("002415.SZ", "Siemens AG", 0.5)])
    held = ask.fund("FND")
    assert held.frame["ticker"].to_list() == [None]
    assert held.report.weight_sum == 0.5
    assert held.report.as_of is None


def test_a_fund_without_an_answer_stays_opaque_and_is_told(ask, world):
    with pytest.warns(UserWarning, match="No holdings of FND: the source has no such figure"):
        assert ask.funds({"Example World Fund": "FND"}) == {}
    with pytest.raises(ex.InputError, match="No holdings of FND: the source has no such figure"):
        ask.fund("FND")


@pytest.mark.parametrize(
    "parts", [[], [("A", "A Co", 0.7), ("B", "B Co", 0.6)], [("A", "", 0.5)], [("A", "A", 0.0)]]
)
def test_shares_that_make_no_sense_are_no_holdings(ask, world, parts):
    world.funds["FND"] = fund(parts)
    assert ask.top_holdings("FND").is_empty()


def broker():
    rows = {
        "Name": ["A Co", "B Co", "C Co"],
        "ISIN": ["CNE100000PM8", "US0378331005", None],
        "Shares": [10, 20, 30],
    }
    return ex.read_holdings(
        pl.DataFrame(rows | {"Market value": [None, None, 7.0], "Currency": [None, None, "GBP"]})
    )


def test_values_are_shares_times_price():
    prices = pl.DataFrame({"isin": ["CNE100000PM8"], "price": [2.5], "currency": ["GBP"]})
    found = market.valued(broker(), prices)
    assert found.frame["value"].to_list() == [25.0, None, 7.0]
    assert found.report.total_value == 32.0
    assert "1 values are shares × a price that was supplied" in found.report.decisions
    assert broker().frame["value"].to_list() == [None, None, 7.0]


def test_pence_stay_pence():
    prices = pl.DataFrame({"row": [0, 1], "price": [250.0, 3.0], "currency": ["GBp", "GBX"]})
    found = market.valued(broker(), prices)
    assert found.frame["currency"].to_list() == ["GBX", "GBX", "GBP"]
    assert found.report.total_value is None
    assert ex.screen(found).total_value == pytest.approx(25.0 + 0.6 + 7.0)


@pytest.mark.parametrize(
    ("prices", "told"),
    [
        ({"row": [0], "price": [-1.0], "currency": ["GBP"]}, "prices, row 1, column price: “-1.0” is no positive"),
        (
            {"row": [0, 1], "price": [1.0, 1.0], "currency": ["GBP", "?"]},
            "prices, row 2, column currency: “.” is no",
        ),
        ({"row": [0, 0], "price": [1.0, 2.0], "currency": ["GBP", "GBP"]}, "prices, row 1: row occurs twice"),
    ],
)
def test_wrong_prices_name_row_and_column(prices, told):
    with pytest.raises(ex.InputError, match=told):
        market.valued(broker(), pl.DataFrame(prices))


def test_prices_without_a_key_are_refused():
    with pytest.raises(ex.UsageError, match="needs the columns price, currency and one of row, isin, ticker"):
        market.valued(broker(), pl.DataFrame({"name": ["A"], "price": [1.0], "currency": ["GBP"]}))


@pytest.fixture(scope="module")
def holder():
    """A company that owns 10 % of a listed one."""
    universe = ex.Universe.load().with_(
        entities=[{"name": "Owner Looms plc"}, {"name": "Listed Mill plc"}],
        lists={"list_id": "house", "name": "House", "effect": "investment"},
        listings={"list": "house", "company": "Listed Mill plc"},
        stakes={"owner": "Owner Looms plc", "owned": "Listed Mill plc", "share_low": 0.1, "share_high": 0.2},
    )
    held = pl.DataFrame({"Name": ["Owner Looms plc"], "Market value": [1000.0], "Currency": ["GBP"]})
    return ex.screen(held, universe=universe)


def caps(owner, listed):
    return pl.DataFrame({"entity_id": ["owner_looms_plc", "listed_mill_plc"], "market_cap": [owner, listed],
                         "currency": ["GBP", "USD"]})  # fmt: skip


def test_an_owners_part_in_a_listed_company(holder):
    """10 - 20 % of $5,000 at 0.8 = £400 - £800 of an owner worth £8,000: 5 - 10 %, £50 - £100 of £1,000 held."""
    row = market.owners_part(holder, caps(8000.0, 5000.0), {"USD": 0.8}, "GBP").row(0, named=True)
    assert (row["part_low"], row["part_high"]) == pytest.approx((0.05, 0.1))
    assert (row["value"], row["value_low"], row["value_high"]) == pytest.approx((1000.0, 50.0, 100.0))
    assert (row["issuer_id"], row["listed_id"]) == ("owner_looms_plc", "listed_mill_plc")


def test_an_owners_part_is_never_more_than_the_whole(holder):
    row = market.owners_part(holder, caps(100.0, 5000.0), {"USD": 0.8}, "GBP").row(0, named=True)
    assert (row["part_low"], row["part_high"]) == (1.0, 1.0)


@pytest.mark.parametrize(("given", "rates"), [(caps(None, 5000.0), {"USD": 0.8}), (caps(8000.0, 5000.0), {})])
def test_an_owners_part_without_a_market_value_is_unknown(holder, given, rates):
    row = market.owners_part(holder, given, rates, "GBP").row(0, named=True)
    assert (row["part_low"], row["part_high"], row["value_low"]) == (None, None, None)
    assert row["stake_low"] == pytest.approx(0.1)


def test_market_values_without_their_columns_are_refused(holder):
    with pytest.raises(ex.UsageError, match="market_caps lacks the columns currency"):
        market.owners_part(holder, caps(1.0, 1.0).drop("currency"), {}, "GBP")


def test_a_day_of_the_fund_is_not_invented(ask, world):
    world.funds["FND"] = fund([("A", "A Co", 0.5)])
    ask.fund("FND")
    saved = ask._saved.find(["FND"], ["top_holdings"], dt.date.min, dt.date.max)
    assert saved["as_of"].to_list() == [None]


def test_you_own_a_part_of_the_company(ask, world):
    """£100 of a company worth 10,000 yuan at 0.1, that is £1,000: 10 %."""
    world.infos["002415.SZ"] = info("CNY", 5.0, 2000, 10_000.0)
    caps = ask.market_caps(ex.Universe.load(), ["hikvision"])
    held = pl.DataFrame(
        {"Name": [HIKVISION, "Siemens AG"], "Market value": [100.0, 900.0], "Currency": ["GBP"] * 2}
    )
    found = ex.screen(held, market_caps=caps, rates={"CNY": 0.1})
    row = found.exposures.filter(pl.col("issuer_id") == "hikvision").row(0, named=True)
    assert row["ownership"] == pytest.approx(0.1)
    assert "Yahoo Finance by yfinance" in row["ownership_source"]
    assert "by the symbol 002415.SZ" in row["ownership_source"]


def test_market_values_that_are_not_known_are_told(ask, world):
    with pytest.warns(UserWarning, match="No market value of hikvision: the source has no such figure"):
        assert ask.market_caps(ex.Universe.load(), ["hikvision"]).is_empty()
