"""Nothing leaves the computer before somebody agreed; the answer is kept; saved figures need none."""

import json
import subprocess
import sys

import polars as pl
import pytest

import exposure as ex
from exposure import market
from exposure.market import consent
from exposure.market.consent import FILE, ConsentNeeded


@pytest.fixture
def no_library(monkeypatch):
    """Fail if the adapter is so much as imported."""

    def refuse():
        raise AssertionError("the library was asked")

    monkeypatch.setattr("exposure.market.service._library", refuse)


def test_without_consent_nothing_is_asked(no_library):
    with pytest.raises(ConsentNeeded, match=r"symbols .* leave this computer.*consent=True"):
        market.Market().quotes(["AAPL"])
    assert issubclass(ConsentNeeded, ex.UsageError)


@pytest.mark.parametrize(("variable", "argument", "allowed"), [
    ("yes", None, True), ("1", None, True), ("no", None, False), ("no", True, True), ("yes", False, False),
])  # fmt: skip
def test_what_outranks_what(monkeypatch, world, variable, argument, allowed):
    monkeypatch.setenv(consent.VARIABLE, variable)
    consent.store(not allowed)
    asking = market.Market(consent=argument)
    if allowed:
        assert asking.quotes(["AAPL"])["note"].item() == "the source has no such figure"
    else:
        with pytest.raises(ConsentNeeded):
            asking.quotes(["AAPL"])
        assert world.asked == []


def test_a_variable_that_says_neither_is_refused(monkeypatch):
    monkeypatch.setenv(consent.VARIABLE, "perhaps")
    with pytest.raises(ex.UsageError, match="EXPOSURE_MARKET is “perhaps”; set it to yes or no"):
        market.Market().quotes(["AAPL"])


@pytest.mark.parametrize(
    ("typed", "answer"), [("yes", True), (" Y ", True), ("no", False), ("", False), ("?", False)]
)
def test_it_is_asked_once_and_kept(own_folder, typed, answer):
    shown = []

    def reply(question):
        shown.append(question)
        return typed

    assert market.ask(reply) is answer
    assert market.ask(reply) is answer
    assert len(shown) == 1
    assert shown[0].startswith(market.STATEMENT)
    kept = json.loads((own_folder / FILE).read_text("utf-8"))
    assert kept["consent"] is answer
    assert kept["statement"] == market.STATEMENT


def test_a_broken_answer_is_no_consent(own_folder, no_library):
    own_folder.mkdir()
    (own_folder / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(ex.InputError, match=r"market_consent.json cannot be read; delete the file"):
        market.Market().quotes(["AAPL"])


def test_saved_figures_need_neither_consent_nor_library(no_library):
    frame = pl.DataFrame({"symbol": ["EXA"], "field": ["price"], "date": ["2030-01-04"], "value": [7.0]})
    frame = frame.with_columns(pl.col("date").str.to_date(), currency=pl.lit("USD"))
    known = market.Market(saved=frame, offline=True)
    assert known.prices(["EXA"], frame["date"][0])["price"].to_list() == [7.0]
    other = known.quotes(["OTHER"])
    assert other["price"].to_list() == [None]
    assert "offline" in other["note"].item()


def test_importing_exposure_and_market_loads_no_yfinance():
    code = (
        "import sys, exposure, exposure.market; print([m for m in ('yfinance', 'curl_cffi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_yfinance_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "exposure.market.yahoo", None)
    monkeypatch.delattr("exposure.market.yahoo", raising=False)
    with pytest.raises(ex.UsageError, match=r"pip install 'exposure\[market\]'"):
        market.Market(consent=True).quotes(["AAPL"])


def test_an_old_yfinance_is_refused(monkeypatch, world):
    monkeypatch.setattr("exposure.market.yahoo.VERSION", (0, 2))
    with pytest.raises(ex.UsageError, match=r"Market data need yfinance 1\.7 or newer, and yfinance 1"):
        market.Market(consent=True).quotes(["AAPL"])
