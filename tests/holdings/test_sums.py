"""A sum proves a total only where the row is no security by its text: companies stay, whatever their amounts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import book, text

from exposure.holdings import Holdings, OpenQuestion, read_holdings, rows, totals
from exposure.holdings.grid import Grid
from exposure.holdings.layout import Column, Table

STAY = {
    "the last of a few": ["Company,GBP m", "Shell,5", "BP,3", "Hikvision,2", "Astra,10", "HSBC,20"],
    "without the others' identifier": [
        "Name,ISIN,Market Value", "ALPHA,US0378331005,40", "BETA,CNE100000PM8,60", "ZHEJIANG DAHUA TECHNOLOGY,,100",
    ],
    "a company with the word": [
        "Name,ISIN,Market Value", "ALPHA,US0378331005,40", "BETA,CNE100000PM8,60", "Total SE,,100",
    ],
    "the first": ["Name,Market Value", "HIKVISION,60", "APPLE INC,30", "NESTLE SA,20", "BP PLC,10"],
    "heads of parts of small numbers": [
        "Name,Market Value", "HIKVISION,3", "APPLE INC,2", "NESTLE SA,1", "DAHUA,5", "BP PLC,4", "SHELL PLC,1",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", STAY)
def test_a_named_line_is_never_lost_for_its_sum(name: str) -> None:
    holdings = read_holdings(text(*STAY[name]))
    assert holdings.frame["name"].to_list() == [line.split(",")[0] for line in STAY[name][1:]]


@pytest.mark.parametrize("name", [n for n in STAY if n != "heads of parts of small numbers"])
def test_a_line_that_may_be_a_total_is_named_with_its_row(name: str) -> None:
    warnings = read_holdings(text(*STAY[name]), name="a.csv").report.warnings
    row = 2 if name == "the first" else len(STAY[name])
    assert any(w.startswith(f"'a.csv', row {row} (") and "sum of other lines; kept" in w for w in warnings)


def test_lists_of_whole_millions_lose_no_line() -> None:
    """The habit of the largest pensions: a value in millions is often the sum of its neighbours."""
    chance = random.Random(5)
    for _ in range(60):
        count = chance.choice([5, 12, 45])
        values = [max(1, int(chance.paretovariate(1) * 2)) for _ in range(count)]
        isins = [chance.choice(["US0378331005", "DE0007164600", "US0378331005", ""]) for _ in values]
        lines = [f"Company {k:02d} Works;{i};{v}" for k, (i, v) in enumerate(zip(isins, values, strict=True))]
        report = read_holdings(text("Company;ISIN;Market value (GBP million)", *lines)).report
        assert (report.rows, report.total_value) == (count, sum(values) * 1e6)


SET_ASIDE = {
    "a group's name": (
        "China",
        ["A LTD,China,DE0007164600,40.5", "B LTD,China,US0378331005,60.25", "China,,,100.75"],
    ),
    "no name": (",,,100.75", ["A LTD,UK,DE0007164600,40.5", "B LTD,US,US0378331005,60.25", ",,,100.75"]),
    "a class": ("Equities", ["Equities,,,100.75", "A LTD,UK,DE0007164600,40.5", "B LTD,US,US0378331005,60.25"]),
    "so many digits": (
        "Mandate one",
        ["Mandate one,,,12345.67", "A LTD,UK,DE0007164600,2345.61", "B LTD,US,US0378331005,10000.06"],
    ),
}


@pytest.mark.parametrize("name", SET_ASIDE)
def test_what_is_no_security_is_set_aside_and_named(name: str) -> None:
    _, lines = SET_ASIDE[name]
    holdings = read_holdings(text("Name,Country,ISIN,Market Value", *lines), name="a.csv")
    assert holdings.frame["name"].to_list() == ["A LTD", "B LTD"]
    summed = next(k for k, line in enumerate(lines) if "LTD" not in line) + 2
    aside = holdings.rejected.row(0, named=True)
    assert (aside["row"], aside["reason"][:17]) == (summed, "total: the sum of")
    assert any(
        w.startswith(f"'a.csv', row {summed} (") and "set aside as a total" in w for w in holdings.report.warnings
    )


def test_a_row_that_lacks_what_all_others_have_is_their_sum() -> None:
    rows = [
        ["Name", "ISIN", "Currency", "Price", "Market Value"],
        ["Overseas", "", "", "", 30.5],
        ["A SA", "FR0000120271", "EUR", 1.5, 10.25],
        ["B AG", "DE0007164600", "EUR", 2.5, 20.25],
    ]
    assert read_holdings(book({"S": rows})).report.total_value == 30.5


def test_weights_prove_the_sum_of_all() -> None:
    lines = ["A LTD,40,40", "B LTD,35,35", "C LTD,20,20", "D LTD,5,5", "Alpha Strategy,100,100"]
    report = read_holdings(text("Name,Market Value,Weight (%)", *lines)).report
    assert (report.rows, report.total_value, report.weight_sum) == (4, 100.0, 1.0)


def _one(name: str, lines: list[str]) -> Holdings:
    return read_holdings(text(*lines), name=name)


def test_a_text_between_two_holdings_is_named() -> None:
    warnings = _one("a.csv", ["Name,Value", "APPLE INC,10.5", "DAHUA TECHNOLOGY,", "HIKVISION,7.5"]).report.warnings
    assert [w for w in warnings if w.startswith("'a.csv', row 3: 'DAHUA TECHNOLOGY' has no amount")]


def test_a_large_list_is_kept_in_the_end() -> None:
    rows = "".join(f"COMPANY {i} WORKS,,{i % 997 + 1}\n" for i in range(3000))
    report = read_holdings(f"Name,ISIN,Market Value\n{rows}".encode()).report
    assert report.rows == 3000


def test_the_sum_shown_beside_an_answer_is_that_of_the_holdings() -> None:
    lines = ["A LTD,1.5,2.5", "B LTD,3,4", "C LTD,5,6.5", "Total,9.5,13"]
    data = text("Company,2025 £m,2024 £m", *lines)
    with pytest.raises(OpenQuestion) as asked:
        read_holdings(data)
    for option in asked.value.options:
        assert read_holdings(data, value_column=option.value).report.total_value == option.total


CELLS = [
    "", "-", "N/A", "n/a", "US0378331005", "BRK B", "MSFT UW Equity", "MSFT US EQUITY", "Total", "TOTAL FUNDS",
    "700", "1,250.50", "(5.0)", "12 March 2025", "Nord AG", "x" * 30, "A.B-C/D", "société", "Unassigned", "0",
]  # fmt: skip


@settings(deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=4, max_size=4), min_size=1, max_size=30))
def test_many_rows_at_once_are_judged_as_each_by_itself(cells: list[list[str]]) -> None:
    grid = Grid([["Name", "ISIN", "Ticker", "Value"], *cells], list(range(1, len(cells) + 2)))
    fields = ["name", "isin", "ticker", "value"]
    table = Table(grid, 0, len(cells) + 1, tuple(Column(k, field, field, 1) for k, field in enumerate(fields)))
    sorter, below = rows._Sorter(table), range(1, len(cells) + 1)
    assert sorter.have_id(below).to_list() == [sorter.has_id(i) for i in below]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_MANY", 0)
        assert sorter.bare_among(below) == [i for i in below if sorter.is_bare(i)]


def test_a_sum_among_a_hundred_thousand_rows_is_found_and_named() -> None:
    """Rows with an identifier are told all at once there; the one without, the sum of those above, is a total."""
    codes = ("US0378331005", "US5949181045", "CNE100000PM8")
    lines = [f"COMPANY {i} PLC,{codes[i % 3]},{i % 997 + 0.25}" for i in range(100_001)]
    lines.insert(50_000, f"Equities,,{sum(i % 997 + 0.25 for i in range(49_996, 50_000)):.2f}")
    report = read_holdings(text("Name,ISIN,Market Value", *lines)).report
    assert report.rows == 100_001
    assert report.total_value == pytest.approx(sum(i % 997 + 0.25 for i in range(100_001)), abs=0.005)


@pytest.mark.parametrize("nothing", ["", "-", "N/A"])
@pytest.mark.parametrize("label", ["Equities", "Sum of shares", "Total shown"])
@pytest.mark.parametrize("large", [3, 100_000])
def test_a_sum_in_a_large_table_has_no_identifier_however_that_is_written(
    nothing: str, label: str, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside lines that all have one, an empty cell, a dash or a word for nothing is no identifier."""
    monkeypatch.setattr(totals, "_LARGE", large)
    codes = ("US0378331005", "US5949181045", "CNE100000PM8")
    lines = [f"COMPANY {i} PLC,{codes[i % 3]},{1000.25 + 37 * i}" for i in range(12)]
    lines.insert(6, f"{label},{nothing},{sum(1000.25 + 37 * i for i in range(6)):.2f}")
    holdings = read_holdings(text("Name,ISIN,Market Value", *lines))
    assert holdings.report.total_value == pytest.approx(sum(1000.25 + 37 * i for i in range(12)))
    assert holdings.rejected["text"].to_list() == [" | ".join(c for c in lines[6].split(",") if c)]
