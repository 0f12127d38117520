"""Figures at the seam of the library: right units, right day, and unknown where the answer does not say."""

import datetime as dt

import polars as pl
import pytest
import yfinance

import exposure as ex
from exposure import market
from exposure.market import yahoo

from .payloads import chart, fund, info

DAY = dt.date
JAN = [(DAY(2020, 1, 2), 100.0), (DAY(2020, 1, 3), 110.0), (DAY(2020, 1, 6), 120.0)]


@pytest.fixture
def ask():
    return market.Market(consent=True)


@pytest.mark.parametrize(
    ("unit", "price", "shares", "cap", "expected"),
    [
        ("USD", 10.0, 1000, 10_000.0, (10.0, 10_000.0, "USD")),
        # Pence: Yahoo states the market value sometimes in pounds, sometimes in pence; price × shares tells.
        ("GBp", 250.0, 1000, 2_500.0, (2.5, 2_500.0, "GBP")),
        ("GBp", 250.0, 1000, 250_000.0, (2.5, 2_500.0, "GBP")),
        ("ZAc", 250.0, 1000, 2_400.0, (2.5, 2_400.0, "ZAR")),
        ("ILA", 250.0, 1000, 260_000.0, (2.5, 2_600.0, "ILS")),
        ("GBp", 250.0, 1000, 25_000.0, (2.5, None, "GBP")),  # neither: ten times off
        ("GBp", 250.0, None, 2_500.0, (2.5, None, "GBP")),  # nothing tells
        ("GBP", 250.0, 1000, 250_000.0, (250.0, 250_000.0, "GBP")),  # a London line that is quoted in pounds
        (None, 10.0, 1000, 10_000.0, (None, None, None)),  # money without a currency is no money
        ("USD", 0.0, 1000, 0.0, (None, None, "USD")),  # Yahoo writes 0 for what it does not know
    ],
)
def test_money_comes_in_major_units_with_evidence(ask, world, unit, price, shares, cap, expected):
    world.infos["EX.L"] = info(unit, price, shares, cap)
    row = ask.quotes(["EX.L"]).row(0, named=True)
    found = (row["price"], row["market_cap"], row["currency"])
    assert found == pytest.approx(expected) if None not in expected else found == expected
    assert row["shares_outstanding"] == shares


def test_a_quote_says_what_when_and_from_where(ask, world):
    world.infos["EXA"] = info()
    row = ask.quotes(["EXA"]).row(0, named=True)
    assert (row["name"], row["sector"], row["as_of"]) == ("Example plc", "Example sector", DAY(2030, 1, 4))
    assert row["source"].startswith(f"Yahoo Finance by yfinance {yfinance.__version__}, fetched 20")
    assert row["note"] is None


def test_a_failing_extra_does_not_cost_the_figures(ask, world, monkeypatch):
    """The library asks for one more ratio after the figures; its failure once lost them all."""
    world.infos["EXA"] = info()
    plain = world.get

    def get(data, url, params=None, timeout=30):
        if "trailingPegRatio" in url:
            raise ConnectionError("reset")
        return plain(data, url, params, timeout)

    world.get = get
    assert ask.quotes(["EXA"])["price"].item() == 10.0


def test_unknown_stays_unknown_and_the_others_go_on(ask, world):
    world.infos |= {"EXA": info(), "EXB": info(sector=None, price=None)}
    rows = ask.quotes(["GONE", "EXA", "EXB"])
    assert rows["symbol"].to_list() == ["GONE", "EXA", "EXB"]
    assert rows["price"].to_list() == [None, 10.0, None]
    assert rows["sector"].to_list() == [None, "Example sector", None]
    assert rows["note"][0] == "the source has no such figure"


def test_the_price_of_a_day_is_that_of_the_last_trading_day(ask, world):
    world.charts["EXA"] = chart(JAN)
    sunday = ask.prices(["EXA"], DAY(2020, 1, 5)).row(0, named=True)
    assert (sunday["price"], sunday["as_of"], sunday["on"]) == (110.0, DAY(2020, 1, 3), DAY(2020, 1, 5))
    assert ask.prices(["EXA"], DAY(2020, 1, 2))["price"].item() == 100.0


def test_no_price_is_taken_from_long_before_or_from_after(ask, world):
    world.charts["EXA"] = chart(JAN)
    for day in (DAY(2020, 1, 1), DAY(2020, 2, 20)):
        if day > JAN[-1][0]:
            world.charts["EXA"] = chart([])  # Yahoo sends what lies after the start of the range: nothing
        row = ask.prices(["EXA"], day).row(0, named=True)
        assert row["price"] is None
        assert row["note"]


def test_splits_that_came_later_are_undone(ask, world):
    """A share at 110 p (as Yahoo shows it after a split 2:1) cost 220 p on the day: £2.20."""
    world.charts["EX.L"] = chart([*JAN, (DAY(2020, 3, 2), 60.0)], "GBp", [(DAY(2020, 3, 2), 2)])
    row = ask.prices(["EX.L"], DAY(2020, 1, 5)).row(0, named=True)
    assert (row["price"], row["currency"]) == (pytest.approx(2.2), "GBP")
    assert ask.prices(["EX.L"], DAY(2020, 3, 3))["price"].item() == pytest.approx(0.6)


def test_counts_of_shares_are_those_published_before(ask, world):
    world.shares["EXA"] = [(DAY(2019, 12, 1), 1000), (DAY(2020, 2, 1), 2000)]
    world.charts["EXA"] = chart(JAN)
    assert ask.shares_outstanding(["EXA"], DAY(2020, 1, 5))["shares_outstanding"].item() == 1000
    assert ask.shares_outstanding(["EXA"], DAY(2020, 2, 1))["shares_outstanding"].item() == 2000
    assert ask.shares_outstanding(["EXA"], DAY(2019, 1, 1))["shares_outstanding"].item() is None


def test_exchange_rates_are_the_screens_rates(ask, world):
    """100 yen and 7 yuan a dollar, 1.25 dollars a pound: a yen is £0.008, a yuan 0.8 / 7."""
    world.charts |= {
        "USDJPY=X": chart([(DAY(2020, 1, 3), 100.0)], "JPY"),
        "USDCNY=X": chart([(DAY(2020, 1, 3), 7.0)], "CNY"),
        "GBPUSD=X": chart([(DAY(2020, 1, 3), 1.25)], "USD"),
    }
    rates = ask.rates(["JPY", "CNY", "USD", "GBX"], "GBP", DAY(2020, 1, 4))
    assert rates == pytest.approx({"JPY": 0.008, "CNY": 0.8 / 7, "USD": 0.8, "GBP": 1.0})
    held = pl.DataFrame({"Name": ["A Co", "B Co"], "Market value": [100.0, 1000.0], "Currency": ["GBP", "JPY"]})
    found = ex.screen(held, rates=rates, in_currency="GBP")
    assert found.total_value == pytest.approx(108.0)


def test_a_missing_rate_is_left_out_and_told(ask, world):
    world.charts["USDJPY=X"] = chart([(DAY(2020, 1, 3), 100.0)], "JPY")
    with pytest.warns(UserWarning, match="No exchange rate for USDCHF=X: the source has no such figure"):
        assert set(ask.rates(["CHF", "JPY"], "USD", DAY(2020, 1, 4))) == {"JPY", "USD"}


@pytest.mark.parametrize("symbol", ["CNE100000PM8", "a b", "x/../y", "A?b", "AAPL;", "=X"])
def test_what_is_no_symbol_is_never_sent(ask, world, symbol):
    with pytest.raises(ex.UsageError, match="is no exchange symbol"):
        ask.quotes([symbol])
    with pytest.raises(yahoo.Unanswered, match="an ISIN is never sent"):
        yahoo.quote(symbol)
    assert world.asked == []


def test_the_isin_of_the_library_is_never_read(ask, world, monkeypatch):
    def refuse(self):
        raise AssertionError("isin was asked for")

    monkeypatch.setattr(yfinance.Ticker, "isin", property(refuse))
    monkeypatch.setattr(yfinance.Ticker, "get_isin", refuse)
    world.infos["EXA"], world.funds["EXA"] = info(), fund([("B", "Example B", 0.5)])
    world.charts["EXA"] = chart(JAN)
    ask.quotes(["EXA"]), ask.prices(["EXA"], DAY(2020, 1, 3)), ask.top_holdings("EXA")
    assert {kind for kind, _ in world.asked} == {"quoteSummary", "quote", "timeseries", "chart"}


def test_companies_by_the_tickers_of_the_reference_data(ask, world):
    universe = ex.Universe.load()
    world.infos["002415.SZ"] = info("CNY", 5.0, 2000, 10_000.0)
    rows = ask.companies(universe, ["hikvision", "tencent", "cetc"])
    assert rows["entity_id"].to_list() == ["hikvision", "tencent", "cetc"]
    assert rows.row(0, named=True)["market_cap"] == 10_000.0
    assert rows["currency"].to_list()[0] == "CNY"
    assert rows["market_cap"].to_list()[1:] == [None, None]
    assert rows["note"].to_list()[2] == "no ticker with an exchange in the reference data"


def test_companies_of_a_past_day_are_price_times_shares_of_that_day(ask, world):
    universe = ex.Universe.load()
    world.charts["EXA"] = chart(JAN, "CNY")
    world.shares["EXA"] = [(DAY(2019, 12, 1), 1000)]
    rows = ask.companies(universe, ["hikvision"], DAY(2020, 1, 4), symbols={"hikvision": "EXA"})
    assert rows.select("symbol", "market_cap", "currency").row(0) == ("EXA", 110_000.0, "CNY")


def test_a_users_own_use_of_the_library_is_left_alone(ask, world):
    from yfinance.data import YfData  # noqa: PLC0415

    data, debug = YfData(), yfinance.config.debug
    before = (data._session, data._crumb, debug.hide_exceptions)
    world.infos["EXA"] = info()
    ask.quotes(["EXA", "GONE"])
    assert (data._session, data._crumb, debug.hide_exceptions) == before


def test_symbols_as_one_text_are_refused(ask):
    with pytest.raises(ex.UsageError, match="Give several symbols as a list"):
        ask.quotes("AAPL")


def test_an_unknown_currency_is_refused(ask):
    with pytest.raises(ex.UsageError, match="“ABC” is no currency code"):
        ask.rates(["ABC"], "GBP")
