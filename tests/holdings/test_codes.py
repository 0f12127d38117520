"""Columns of identifiers are what they hold, not what they are called."""

from __future__ import annotations

from typing import Any

import pytest
from making import book, text

from exposure.holdings import read_holdings

#: Published identifiers: ISIN, CUSIP, SEDOL of Apple, Microsoft, Nvidia, IBM, Intel.
ISINS = ["US0378331005", "US5949181045", "US67066G1040", "US4592001014", "US4581401001"]
CUSIPS = ["037833100", "594918104", "67066G104", "459200101", "458140100"]
SEDOLS = ["2046251", "2588173", "2379504", "2005973", "2463247"]


def column(header: str, cells: list[str]) -> dict[str, list[Any]]:
    lines = [f"COMPANY {k},{cell},{k + 1}.5" for k, cell in enumerate(cells)]
    frame = read_holdings(text(f"Name,{header},Market Value", *lines)).frame
    kinds = ("isin", "cusip", "sedol", "lei", "ticker", "identifiers_flagged")
    return {name: frame[name].to_list() for name in kinds}


HELD = {
    ("Code", "isin"): ISINS,
    ("ID", "cusip"): CUSIPS,
    ("Sedol", "isin"): ISINS,
    ("CUSIP", "sedol"): SEDOLS,
    ("Code", "ticker"): ["AAPL", "700", "MSFT", "2317", "BP/"],
    ("Kode", "ticker"): ["AAPL", "BBCA", "MSFT", "TLKM", "IBM"],
}


@pytest.mark.parametrize(("header", "field"), HELD)
def test_a_column_is_what_it_holds(header: str, field: str) -> None:
    found = column(header, HELD[header, field])
    assert found[field] == HELD[header, field]
    assert not any(found["identifiers_flagged"])


def test_two_kinds_in_one_column_are_told_apart() -> None:
    found = column("Sedol/Cusip", [SEDOLS[0], CUSIPS[2], SEDOLS[1], CUSIPS[3], "7123870"])
    assert found["sedol"] == [SEDOLS[0], None, SEDOLS[1], None, "7123870"]
    assert found["cusip"] == [None, CUSIPS[2], None, CUSIPS[3], None]


@pytest.mark.parametrize("header", ["Valor", "Valorennummer", "WKN", "ID"])
def test_one_number_that_passes_by_chance_is_no_sedol(header: str) -> None:
    numbers = ["1000742", "1213853", "1222171", "3886335", "1203204", "1213860"]
    assert column(header, numbers)["sedol"] == [None] * 6


def test_a_column_of_which_most_fail_the_check_is_not_used_at_all() -> None:
    numbers = ["SBD5CNN52", "SBK6YZP51", "SB7TL8201", "SB1QH8301", "SB7TJK991", "SB12345Q1"]
    found = column("CUSIP (Aladdin ID)", numbers)
    assert found["cusip"] == [None] * 6
    assert all(found["identifiers_flagged"])


def test_lei_is_no_romanian_money() -> None:
    found = column("LEI Code", ["HWUPKR0MPOU8FGXBT394"] * 4)
    assert found["lei"] == ["HWUPKR0MPOU8FGXBT394"] * 4


def test_an_isin_beside_the_name_in_one_cell() -> None:
    lines = [f"{isin} COMPANY {k},{k}.5" for k, isin in enumerate(ISINS)]
    frame = read_holdings(text("Valeur,Valeur boursière", *lines)).frame
    assert frame.select("name", "isin").rows() == [(f"COMPANY {k}", isin) for k, isin in enumerate(ISINS)]


TITLES = {
    "Fund Holdings": "unknown", "Fund": "unknown", "Funds": "unknown", "Bond Fund": "unknown", "Options": "unknown",
    "Corporate Bond ETF": "unknown", "Equities": "equity", "Pooled funds": "fund", "Corporate bonds": "debt",
    "Cash": "cash",
}  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_names_the_container_classes_nothing(title: str) -> None:
    head = ["Name", "Market Value (EUR)"]
    first = [head, ["HIKVISION", 10.5], ["SONY", 5.25]]
    data = book({title: first, "Other part": [head, ["NESTLE", 1.5], ["ROCHE", 2.5]]})
    frame = read_holdings(data).frame
    assert frame.filter(frame["sheet"] == title)["security_kind"].unique().to_list() == [TITLES[title]]


CASH = ["CASH & CASH EQUIVALENTS", "Likvide midler", "Bankkonto EUR", "Liquidez", "Liquidità", "Caixa", "银行存款",
        "מזומנים", "TREPS", "MARGIN USD", "BLK CSH FND TREASURY SL AGENCY", "NET OTHER ASSETS"]  # fmt: skip


def test_cash_in_many_languages() -> None:
    frame = read_holdings(text("Name,Value", "CASH CONVERTERS LTD,1", *(f"{name},2" for name in CASH))).frame
    assert frame["security_kind"].to_list() == ["unknown", *["cash"] * len(CASH)]
