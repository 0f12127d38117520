from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure import identifiers as ids

PAIRS = {
    "isin": (ids.is_isin, ids.valid_isin, ["US0378331005", "CNE100000PM8", "KYG875721634", "GB0002634946"]),
    "cusip": (ids.is_cusip, ids.valid_cusip, ["037833100", "88160R101", "G5960L103", "30231G102"]),
    "sedol": (ids.is_sedol, ids.valid_sedol, ["B450X03", "BD5CPQ2", "2046251", "0263494"]),
    "figi": (ids.is_figi, ids.valid_figi, ["BBG000Q844N5", "BBG000BLNNH6", "BBG001S8C4T6"]),
    "lei": (ids.is_lei, ids.valid_lei, ["549300XIVJCBIGMRUD48", "5493003B5Y5GR0Y25Y76", "XSQUIHC65X62JACTUZ45"]),
}


def column(texts: list[str], expression: pl.Expr) -> list[object]:
    return pl.DataFrame({"x": texts}).select(expression).to_series().to_list()


@pytest.mark.parametrize("kind", PAIRS)
def test_known_identifiers_are_valid_in_both_forms(kind: str) -> None:
    one, many, good = PAIRS[kind]
    assert all(one(text) for text in good)
    assert column(good, many(pl.col("x"))) == [True] * len(good)


@pytest.mark.parametrize("kind", PAIRS)
def test_one_changed_digit_is_caught(kind: str) -> None:
    one, many, good = PAIRS[kind]
    for text in good:
        digits = [i for i, c in enumerate(text) if c.isdigit()]
        wrong = [text[:i] + ("7" if text[i] != "7" else "3") + text[i + 1 :] for i in digits]
        assert not any(one(w) for w in wrong)
        assert column(wrong, many(pl.col("x"))) == [False] * len(wrong)


@pytest.mark.parametrize("kind", PAIRS)
@settings(max_examples=60, derandomize=True, deadline=None)
@given(data=st.data())
def test_column_form_agrees_with_the_plain_one(kind: str, data: st.DataObject) -> None:
    one, many, good = PAIRS[kind]
    size = len(good[0])
    alphabet = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@# -")
    texts = data.draw(st.lists(st.text(alphabet, min_size=size - 1, max_size=size + 1), min_size=1, max_size=40))
    assert column(texts, many(pl.col("x"))) == [one(text) for text in texts]


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.text("0123456789BCDFGHJKLMNPQRSTVWXYZ", min_size=8, max_size=8))
def test_completed_numbers_pass_their_check(text: str) -> None:
    assert ids.is_cusip(ids.complete_cusip(text))
    assert ids.is_sedol(ids.complete_sedol(text[:6]))


def test_zeros_lost_in_a_spreadsheet_come_back() -> None:
    assert column(["37833100", "594918104"], ids.repair_cusip(pl.col("x"))) == ["037833100", "594918104"]
    assert column(["263494", "2046251"], ids.repair_sedol(pl.col("x"))) == ["0263494", "2046251"]


def test_a_column_of_eight_character_cusips_is_completed() -> None:
    short = ["11679410", "87936010", "52603A20", "14448C10"]
    full = column(short, ids.repair_cusip(pl.col("x")))
    assert full == [ids.complete_cusip(text) for text in short]


def test_words_for_none_become_null() -> None:
    assert column(["-", " N/A ", "Unassigned", "us0378331005 "], ids.clean(pl.col("x"), "isin")) == [
        None,
        None,
        None,
        "US0378331005",
    ]
    assert column(["000000000", "037833100"], ids.clean(pl.col("x"), "cusip")) == [None, "037833100"]


def test_numbers_inside_an_isin() -> None:
    isins = ["US0378331005", "GB0002634946", "DE0007164600"]
    assert column(isins, ids.cusip_in_isin(pl.col("x"))) == ["037833100", None, None]
    assert column(isins, ids.sedol_in_isin(pl.col("x"))) == [None, "0263494", None]


@pytest.mark.parametrize(
    ("ticker", "venue", "form"),
    [
        ("2415", "XSHE", "002415"),
        ("600519", "XSHG", "600519"),
        ("5930", "XKRX", "005930"),
        ("0700", "XHKG", "700"),
        ("MSFT ", "XNAS", "MSFT"),
        ("2330.0", "XTAI", "2330"),
        ("63", None, "63"),
    ],
)
def test_tickers_take_the_form_of_their_exchange(ticker: str, venue: str | None, form: str) -> None:
    frame = pl.DataFrame({"t": [ticker], "v": [venue]}, schema={"t": pl.String, "v": pl.String})
    assert frame.select(ids.normal_ticker(pl.col("t"), pl.col("v"))).item() == form


def test_bloomberg_tickers_split() -> None:
    head, code = ids.split_ticker(pl.col("x"))
    texts = ["700 HK", "BRK/B UN", "MSFT UW Equity", "NQM4 Index", "AAPL"]
    assert column(texts, head) == ["700", "BRK/B", "MSFT", None, None]
    assert column(texts, code) == ["HK", "UN", "UW", None, None]
