from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from exposure.holdings.dates import choose, order_of, readings
from exposure.holdings.numbers import Evidence, evidence, join, plain_number, split
from exposure.holdings.vocabulary import field_of, parse_header

PUBLISHED = [
    ("1,234.50", ".", 1234.5),
    ("1.234,50", ",", 1234.5),
    ("1’234.50", ".", 1234.5),
    ("1\u00a0234,50", ",", 1234.5),
    ("6.832.761.364,70", ",", 6832761364.7),
    ("(123)", ".", -123.0),
    ("-5", ".", -5.0),
    ("5-", ".", -5.0),
    ("7,0956E-06", ",", 7.0956e-06),
    ("$1,234.5 ", ".", 1234.5),
    ("-$3.00", ".", -3.0),
    ("9.98%", ".", 9.98),
    ("USD 5,000,000", ".", 5000000.0),
    ("<0.01%", ".", None),
    ("--", ".", None),
    ("#N/A", ".", None),
    ("see note", ".", None),
    ("", ".", None),
]


@pytest.mark.parametrize(("text", "decimal", "number"), PUBLISHED)
def test_numbers_as_published(text: str, decimal: str, number: float | None) -> None:
    assert join(split(pl.Series([text], dtype=pl.String)), decimal).to_list() == [number]


@pytest.mark.parametrize(("text", "decimal", "number"), [p for p in PUBLISHED if p[1] == "." or p[2] is None])
def test_the_plain_reader_agrees(text: str, decimal: str, number: float | None) -> None:
    assert plain_number(text) == number


def test_doubtful_numbers_follow_the_evidence_of_their_column() -> None:
    german = pl.Series(["1.234", "2.345,50", "0,5"])
    proof = evidence(split(german))
    assert proof == Evidence(point=0, comma=2, unsure=1)
    assert proof.decimal() == ","
    assert join(split(german), ",").to_list() == [1234.0, 2345.5, 0.5]
    assert join(split(pl.Series(["1,234", "5"])), ".").to_list() == [1234.0, 5.0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mar 10, 2022", dt.date(2022, 3, 10)),
        ("20.Jan.2026", dt.date(2026, 1, 20)),
        ("17-Sep-25", dt.date(2025, 9, 17)),
        ("09/Jul/2026", dt.date(2026, 7, 9)),
        ("13/Sept/2013", dt.date(2013, 9, 13)),
        ("31. März 2024", dt.date(2024, 3, 31)),
        ("As of 30-Aug-2021", dt.date(2021, 8, 30)),
        ("2024-04-09", dt.date(2024, 4, 9)),
        ("31/12/2023", dt.date(2023, 12, 31)),
        ("as of 09/30/2020", dt.date(2020, 9, 30)),
        ("30.06.2021", dt.date(2021, 6, 30)),
    ],
)
def test_dates_with_one_reading(text: str, day: dt.date) -> None:
    assert readings(text) == [day]


def test_a_date_with_two_readings_stays_open_until_settled() -> None:
    both = readings("03/04/2021")
    assert both == [dt.date(2021, 4, 3), dt.date(2021, 3, 4)]
    assert choose(both, None) is None
    assert choose(both, "mdy") == dt.date(2021, 3, 4)
    assert order_of(["03/04/2021", "01/13/2023"]) == "mdy"
    assert readings("no date") == []


@pytest.mark.parametrize(
    ("text", "field", "currency", "scale"),
    [
        ("Market Value(NOK)", "value", "NOK", None),
        ("market value ($)", "value", "USD", None),
        ("Market Value (£'000)", "value", "GBP", 1e3),
        ("Marktwert in EUR", "value", "EUR", None),
        ("MarketValue", "value", None, None),
        ("market_value", "value", None, None),
        ("All Amounts", "value", None, None),
        ("% OF FUNDS*", "weight", None, None),
        ("Weight (%)", "weight", None, None),
        ("Description of holding - equity, gilts etc", "name", None, None),
        ('שווי הוגן באלפי ש"ח', "value", "ILS", 1e3),
        ("Shares/Units (#)", "shares", None, None),
        ("Market Currency", "local_currency", None, None),
        ("Notional Value", "notional", None, None),
        ("Book cost", "cost", None, None),
    ],
)
def test_header_cells(text: str, field: str, currency: str | None, scale: float | None) -> None:
    header = parse_header(text)
    found = field_of(header)
    assert found is not None
    assert (found[0], header.currency, header.scale) == (field, currency, scale)
