"""Whose currency a plain column of currencies gives, and what a caller's word does."""

from __future__ import annotations

import pytest
from making import text

from exposure.holdings import read_holdings

MIXED = ["A AG,EUR,10,10.5", "B INC,USD,10,9.5", "C PLC,GBP,10,12.5", "D AB,SEK,10,0.9"]


def test_a_cost_in_two_currencies_tells_that_of_the_values() -> None:
    lines = ["A;10;2057,12;205,72;2961;JPY", "B;10;506,00;50,60;34,8;CNY", "C;1;3686,2;3690,21;350,2;USD",
             "D;10;823,0;82,3;6,15;GBP", "E;10;1710,9;171,1;27,1;NZD"]  # fmt: skip
    report = read_holdings(text("Namn;Volym;Marknadsvärde;GAV (SEK);GAV;Valuta", *lines)).report
    assert (report.currency, report.total_value) == ("SEK", pytest.approx(8783.22))


def test_prices_tell_that_of_the_values() -> None:
    lines = ["A AG,EUR,10,5,50", "B INC,USD,10,5,45", "C INC,USD,20,5,90", "D AB,SEK,100,10,88"]
    read = read_holdings(text("Name,Currency,Shares,Price,Market Value", *lines))
    assert (read.report.currency, read.report.total_value) == ("EUR", 273.0)
    assert read.frame["local_currency"].to_list() == ["EUR", "USD", "USD", "SEK"]


def test_values_that_are_shares_times_price_everywhere_stay_in_their_own() -> None:
    lines = ["A AG,EUR,10,5,50", "B INC,USD,10,5,50", "C INC,USD,20,5,100", "D AB,SEK,100,10,1000"]
    report = read_holdings(text("Name,Currency,Shares,Price,Market Value", *lines)).report
    assert report.total_value is None
    assert any("not added" in w for w in report.warnings)


def test_a_callers_word_settles_an_open_column_and_is_never_ignored() -> None:
    data = text("Name,Currency,Shares,Market Value", *MIXED)
    assert read_holdings(data).report.total_value is None
    report = read_holdings(data, currency="EUR").report
    assert (report.currency, report.total_value) == ("EUR", pytest.approx(33.4))
    dollars = text("Name,Currency,Market Value", "A INC,USD,10", "B INC,USD,20")
    report = read_holdings(dollars, currency="EUR").report
    assert report.currency == "USD"
    assert any("currency=EUR was asked for" in w for w in report.warnings)


def test_of_two_currency_columns_the_constant_one_is_the_funds() -> None:
    lines = ["A;190;100;50;INR;EUR", "B;133;60;30;USD;EUR", "C;97;40;20;TWD;EUR"]
    data = text("Name;Market Value;Market Value;Weighting;Currency;Currency", *lines)
    for asked in (None, "Market Value"):
        report = read_holdings(data, value_column=asked).report
        assert (report.currency, report.total_value) == ("EUR", 200.0)


KR = {"Verdipapir;Markedsverdi": "NOK", "Värdepapper;Marknadsvärde": "SEK", "Værdipapir;Kursværdi": "DKK"}


@pytest.mark.parametrize("header", KR)
def test_amounts_marked_kr_are_of_the_tables_language(header: str) -> None:
    report = read_holdings(text(header, "A ASA;kr 1 234,50", "B ASA;kr 2 000,25")).report
    assert (report.currency, report.total_value) == (KR[header], 3234.75)


UNITS = {"Marknadsvärde, kkr": (1e3, "SEK"), "Market Value (Rm)": (1e6, "ZAR")}


@pytest.mark.parametrize("header", UNITS)
def test_units_written_as_one(header: str) -> None:
    scale, currency = UNITS[header]
    report = read_holdings(text(f"Name;{header}", "A;1,5", "B;2,5")).report
    assert (report.total_value, report.currency) == (4.0 * scale, currency)


@pytest.mark.parametrize("header", ["Exposure", "Balance", "Valor"])
def test_the_only_number_column_is_the_value(header: str) -> None:
    report = read_holdings(text(f"Name,ISIN,{header}", "A,US0378331005,10.5", "B,DE0007164600,20.25")).report
    assert report.total_value == 30.75


def test_named_columns_are_the_header_even_beside_numbers() -> None:
    data = text("Fund X,,", "Company,2025,2024", "A LTD,10.5,7.25", "B LTD,20,9.5")
    assert read_holdings(data, columns={"name": "Company", "value": "2024"}).report.total_value == 16.75


def test_names_alone_can_be_read_when_their_header_is_named() -> None:
    data = text("Companies in which the fund held shares", "Nestle SA", "Hikvision", "Sony")
    read = read_holdings(data, columns={"name": "Companies in which the fund held shares"})
    assert read.frame["name"].to_list() == ["Nestle SA", "Hikvision", "Sony"]


def test_a_day_is_taken_as_its_text() -> None:
    data = text("Name,ISIN,As of date,Value", "A,US0378331005,2024-12-31,1", "A,US0378331005,2025-12-31,2")
    assert read_holdings(data, as_of="2025-12-31").report.total_value == 2.0
