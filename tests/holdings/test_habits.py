"""Numbers and identifiers in the habits of the world, read within a file."""

from __future__ import annotations

import pytest

from exposure.holdings import Holdings, read_holdings

NUMBERS = {
    "1,234.50": 1234.5, "1.234,50": 1234.5, "1’234.50": 1234.5, "1 234,50": 1234.5, "1\u00a0234,50": 1234.5,
    "(123)": -123.0, "-5": -5.0, "7,0956E-06": 7.0956e-06, "$4.0B": 4e9, "$2.5M": 2.5e6, "$.00": 0.0, "5-": -5.0,
    "€ 12.50": 12.5, "CHF 1'234.50": 1234.5, "12,34,567.00": 1234567.0, "△1,234.5": -1234.5, "１２３": 123.0,
    "1 234,50 kr": 1234.5, "($1,234.50)": -1234.5, "--": None, "#N/A": None, "Unassigned": None, "n.a.": None,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_any_habit(text: str) -> None:
    data = f"Name\tMarket Value\nA AG\t{text}\nB AG\t1\n".encode()
    assert read_holdings(data).frame["value"].to_list() == [
        None if NUMBERS[text] is None else pytest.approx(NUMBERS[text]), 1.0,
    ]  # fmt: skip


def one(header: str, row: str) -> dict[str, object]:
    holdings: Holdings = read_holdings(f"{header}\n{row}\n".encode())
    return holdings.frame.row(0, named=True)


CASES = [
    ("Name,Ticker,Exchange,Value", "A,2415,Shenzhen Stock Exchange,1", {"ticker": "002415", "venue": "XSHE"}),
    ("Name,Ticker,Exchange,Value", "A,2415,-,1", {"ticker": "2415", "venue": None}),
    ("Name,Ticker,Value", "A,2415 CH,1", {"ticker": "002415", "venue": "XSHE"}),
    ("Name,Ticker,Value", "A,600519 CH,1", {"ticker": "600519", "venue": "XSHG"}),
    ("Name,Ticker,Value", "A,BHP AU,1", {"ticker": "BHP", "venue": "XASX"}),
    ("Name,Ticker,Value", "A,700 HK Equity,1", {"ticker": "700", "venue": "XHKG"}),
    ("Name,CUSIP,Value", "A,03783310,1", {"cusip": "037833100"}),
    ("Name,CUSIP,Value", "A,37833100,1\nB,594918104,2", {"cusip": "037833100"}),
    ("Name,CUSIP,Value", "A,B450X03,1", {"cusip": None, "sedol": "B450X03", "identifiers_flagged": []}),
    ("Name,CUSIP,Value", "A,US0378331005,1", {"isin": "US0378331005", "cusip": "037833100"}),
    ("Name,SEDOL,Value", "A,263494,1", {"sedol": "0263494"}),
    ("Name,SEDOL,Value", "A,2046251 ,1", {"sedol": "2046251"}),
    ("Name,ISIN,Value", "A,-,1", {"isin": None, "identifiers_flagged": []}),
    ("Name,ISIN,Value", "A,N/A,1", {"isin": None, "identifiers_flagged": []}),
    (
        "Name,ISIN,Value",
        "A,US0378331006,1",
        {"isin": None, "identifiers_flagged": ["isin=US0378331006: check digit"]},
    ),
]


@pytest.mark.parametrize(("header", "row", "expected"), CASES)
def test_an_identifier_in_any_habit(header: str, row: str, expected: dict[str, object]) -> None:
    line = one(header, row)
    assert {key: line[key] for key in expected} == expected


def test_shares_in_thousands_are_scaled() -> None:
    assert one("Name,Number of shares (thousands),Market value (£m)", 'A,"1,250",3.5')["shares"] == 1250000.0
    assert one("Name,Number of shares (thousands),Market value (£m)", 'A,"1,250",3.5')["value"] == 3500000.0
