"""Names that are to be told nowhere: what counts as one, and where it is found."""

from __future__ import annotations

import polars as pl
import pytest

from exposure.report.hidden import Names

NAMES = Names.of(
    [
        *("Borchester Global-Fund", "uk_lgps_teesside_2024-03", "中国基金", "ABP", "Zürich Pensionskasse"),
        *("Fund 2024", "ab", "holdings", "Q3 2025", "china", "Global Equity Fund"),
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("BORCHESTER GLOBAL FUND Class A", "[name withheld] Class A"),
        ("units of Borchester_Global__Fund (acc)", "units of [name withheld] (acc)"),
        ("uk lgps teesside, custody", "uk lgps [name withheld], custody"),
        ("see uk_lgps_teesside_2024-03.xlsx", "see [name withheld].xlsx"),
        ("买中国基金A类", "买[name withheld]A类"),
        ("abp, abp and ABP", "[name withheld], [name withheld] and [name withheld]"),
        ("ZURICH  PENSIONSKASSE", "[name withheld]"),
        ("Zu\u0308rich Pensionskasse", "[name withheld]"),
        ("Ｆｕｎｄ ２０２４", "[name withheld]"),
        ("Global Equity Fund SICAV", "[name withheld] SICAV"),
        # What tells a name from others is hidden by itself: its common words and days are not needed.
        ("TEESSIDE PRIVATE EQUITY FUND", "[name withheld] PRIVATE EQUITY FUND"),
        ("Global Fund of Borchester", "Global Fund of [name withheld]"),
    ],
)
def test_a_name_is_found_as_whole_words_in_any_dress(text: str, masked: str) -> None:
    assert NAMES.masked(text) == masked
    assert NAMES.column(pl.Series([text, None, "Nestle"])).to_list() == [masked, None, "Nestle"]
    assert NAMES.column(pl.Series([[text, None], None, []])).to_list() == [[masked, None], None, []]


@pytest.mark.parametrize(
    "text",
    [
        "Borchesters Global Fund",  # another word
        "Equity Global Fund",  # another order
        "ABPX", "2024", "a pension fund", "a fund, its holdings", "China Telecom",  # no name, or everybody's
        "Q3 2025 results", "ab initio", "",
    ],
)  # fmt: skip
def test_what_is_no_name_stays(text: str) -> None:
    assert NAMES.masked(text) == text
    assert NAMES.found(text) is None
    assert NAMES.column(pl.Series([text])).to_list() == [text]


def test_the_longest_name_goes_first_and_names_may_be_told_apart() -> None:
    both = Names.of(["Ambridge Fund", "Ambridge Fund Two"])
    assert both.masked("Ambridge Fund Two and Ambridge Fund") == "[name withheld] and [name withheld]"
    rest = both.without(Names.of(["Ambridge Fund"]))
    assert rest.masked("Ambridge Fund") == "Ambridge Fund"
    assert rest.found("x Ambridge  fund two") == "Ambridge  fund two"
    assert Names.of(["Teesside Pension Fund"]).without(Names.of(["Teesside Council"])).found("Teesside") is None
    assert Names.of(["x y"]).and_of(["Ambridge Fund"]).found("Ambridge Fund") == "Ambridge Fund"
    assert Names.of([None, "", "...", "12"]).patterns == {}
