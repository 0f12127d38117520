"""Symbols come from ticker and exchange by a table; what cannot be told has none."""

import polars as pl
import pytest
from yfinance.const import _MIC_TO_YAHOO_SUFFIX

import exposure as ex
from exposure import market
from exposure.holdings.venues import by_name
from exposure.market.symbols import NO_TICKER, NOT_WRITABLE, UNKNOWN_VENUE, _table, is_symbol

# Yahoo's symbols as they stand in its own pages' addresses.
KNOWN = [
    ("700", "XHKG", "0700.HK"),
    ("00700", "XHKG", "0700.HK"),
    ("9988", "XHKG", "9988.HK"),
    ("80700", "XHKG", "80700.HK"),
    ("2415", "XSHE", "002415.SZ"),
    ("600519", "XSHG", "600519.SS"),
    ("5930", "XKRX", "005930.KS"),
    ("2330", "XTAI", "2330.TW"),
    ("7203", "XTKS", "7203.T"),
    ("AAPL", "XNAS", "AAPL"),
    ("BRK.B", "XNYS", "BRK-B"),
    ("BRK/B", "XNYS", "BRK-B"),
    ("BP.", "XLON", "BP.L"),
    ("BP/", "XLON", "BP.L"),
    ("BT.A", "XLON", "BT-A.L"),
    ("VOLV B", "XSTO", "VOLV-B.ST"),
    ("bbd.b", "XTSE", "BBD-B.TO"),
    ("SAN", "XMAD", "SAN.MC"),
]
NONE = [
    (None, "XHKG", NO_TICKER),
    (" ", "XHKG", NO_TICKER),
    ("700", None, UNKNOWN_VENUE),
    ("GAZP", "MISX", UNKNOWN_VENUE),
    ("../v7/quote", "XNAS", NOT_WRITABLE),
    ("AAPL?x=1&y", "XNAS", NOT_WRITABLE),
    ("US0378331005", "XNAS", NOT_WRITABLE),
    ("A" * 30, "XNAS", NOT_WRITABLE),
]
# Our MICs of operators where the library's table has a segment's, or the other way round.
OTHER_MIC = {
    "XKOS": "KQKS", "XMIL": "MTAA", "XMAD": "BMEX", "XWBO": "XVIE", "ASEX": "XATH", "DSMD": "XQAT", "XKUW": "XKFE",
    "XASE": "XNYS", "ARCX": "XNYS", "BATS": "XNYS",
}  # fmt: skip


@pytest.mark.parametrize(("ticker", "venue", "expected"), KNOWN)
def test_known_symbols(ticker, venue, expected):
    assert market.symbol(ticker, venue) == expected


@pytest.mark.parametrize(("ticker", "venue", "reason"), NONE)
def test_what_cannot_be_told_has_no_symbol_and_a_reason(ticker, venue, reason):
    frame = pl.DataFrame({"ticker": [ticker], "venue": [venue]}, schema={"ticker": pl.String, "venue": pl.String})
    assert market.symbols(frame).select("symbol", "note").row(0) == (None, reason)


def test_the_table_agrees_with_the_librarys_own():
    suffixes, digits = _table()
    assert set(digits) <= set(suffixes)
    for mic, suffix in suffixes.items():
        assert _MIC_TO_YAHOO_SUFFIX[OTHER_MIC.get(mic, mic)] == suffix, mic


def test_every_exchange_of_the_table_is_one_that_files_are_read_with():
    assert set(_table()[0]) <= set(by_name().values())


def test_an_isin_is_no_symbol():
    assert not is_symbol("CNE100000PM8")
    assert is_symbol("CNE100000PM9")  # the check digit says that it is none


def test_symbols_of_a_file():
    holdings = ex.read_holdings(ex.example("index_fund"))
    found = market.symbols(holdings)
    assert found.height == holdings.frame.height
    assert found["row"].to_list() == holdings.frame["row"].to_list()
    named = dict(found.select("name", "symbol").drop_nulls().iter_rows())
    assert "0700.HK" in named.values()
    assert found.filter(pl.col("symbol").is_null() & pl.col("note").is_null()).is_empty()


def test_symbols_of_companies():
    universe = ex.Universe.load()
    found = market.company_symbols(universe, ["hikvision", "tencent", "no such"])
    assert ("hikvision", "002415.SZ") in found.rows()
    assert ("tencent", "0700.HK") in found.rows()
    assert set(found["entity_id"]) == {"hikvision", "tencent"}
