"""Formats and letters: the same everywhere, three significant figures, no accusation under the letter of a list."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import exposure as ex
from exposure.present.pages import allegation_brief, legend_sentence
from exposure.present.parts import finding, parts_table
from exposure.present.tables import figures, segments, segments_sentence
from exposure.present.words import MARKS, dated, day, how_sure, listing_sentence, mark, money, percent, since, stake
from exposure.schema import KINDS, RELATIONS

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "currency", "told"),
    [
        (4_200_000.0, "GBP", "£4.20m"),
        (388_140.55, "GBP", "£388,000"),
        (12_345.0, "NOK", "NOK 12,300"),
        (475.2, "USD", "$475"),
        (999_499.0, "EUR", "€999,000"),
        (999_950.0, "EUR", "€1.00m"),
        (7_152_950_875_895.0, "NOK", "NOK 7.15tn"),
        (-388_140.55, "GBP", "−£388,000"),
        (0.0, None, "0"),
        (None, "GBP", "an unknown amount"),
    ],
)
def test_money_has_three_significant_figures_in_prose(value: float | None, currency: str | None, told: str) -> None:
    assert money(value, currency) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0031, f"0.31{THIN}%"), (0.00004, f"<{THIN}0.01{THIN}%"), (0.0, f"0.00{THIN}%"), (None, "unknown")],
)
def test_shares_have_two_decimals_and_a_thin_space(share: float | None, told: str) -> None:
    assert percent(share) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.409, 0.409, f"40.9{THIN}%"),
        (0.25, 0.5, f"25.0{THIN}–{THIN}50.0{THIN}%"),
        (None, None, "size unknown"),
        (0.0, 0.5, f"up to 50.0{THIN}%"),
    ],
)
def test_stakes_have_one_decimal_and_bands_stay_bands(low: float | None, high: float | None, told: str) -> None:
    assert stake(low, high) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2021-06-08", "8 Jun 2021"),
        ("2019-11", "Nov 2019"),
        ("2018", "2018"),
        ("end 2023", "end 2023"),
        ("2019-13", "2019-13"),
        (None, "undated"),
    ],
)
def test_dates_are_for_people(text: str | None, told: str) -> None:
    assert dated(text) == told


def test_no_sentence_of_the_data_carries_an_iso_date() -> None:
    known = ex.Universe.load()
    lists = {row["list_id"]: row for row in known.history["lists"].iter_rows(named=True)}
    iso = r"(?:since|by [^(]*,) \d{4}-\d{2}"
    told = [listing_sentence(row, lists) for row in known.history["listings"].iter_rows(named=True)]
    told += [allegation_brief(row) for row in known.allegations.iter_rows(named=True)]
    assert pl.Series(told).str.contains(iso).sum() == 0
    assert not any("not known" in text for text in told)


def test_since_when_is_said_even_where_nobody_wrote_it_down() -> None:
    assert since({"date_text": "2021-06-03", "since": date(2021, 6, 3)}) == "since 3 Jun 2021"
    assert since({"date_text": None, "since": date(2021, 6, 3)}) == f"since {day(date(2021, 6, 3))}"
    assert since({"date_text": None, "since": None}) == "since a day that is not recorded"


def test_an_accused_company_never_carries_the_letter_of_a_list() -> None:
    letters = {(relation, kind): mark(relation, kind) for relation in RELATIONS for kind in KINDS}
    assert letters["listed", "designation"] == "L"
    assert letters["listed", "allegation"] == "A"
    assert letters["connected", "allegation"] == "(C)"
    official = {letter for (_, kind), letter in letters.items() if kind == "designation"}
    alleged = {letter for (_, kind), letter in letters.items() if kind == "allegation"}
    assert official == {"L", "R", "C", "B"}
    assert not official & alleged
    assert {letter.strip("()") for letter in alleged | official} == set(dict(MARKS))


def test_the_legend_tells_the_letters_that_occur_and_no_others() -> None:
    assert legend_sentence([("listed", "designation")]) == "L: the company itself is named on an official list."
    told = legend_sentence([("listed", "allegation"), ("business", "allegation")])
    assert told.startswith("A: the company itself is accused; on no official list; B: ")
    assert told.endswith("; in brackets: through an accusation alone.")
    assert "L:" not in told


def screened(rows: bytes) -> ex.Screening:
    return ex.screen(ex.read_holdings(b"Name,ISIN,Market value (GBP)\n" + rows, name="fund.csv"))


def test_a_chart_s_title_says_exactly_of_what_the_part_is_the_largest() -> None:
    result = screened(b"ZTE Corp,CNE1000004Y2,100\nHSBC Holdings,GB0005405286,700\nNestle SA,CH0038863350,200\n")
    assert finding(parts_table(result, "relation"), "Relation") == (
        "Relation: the largest part that rests on official lists is L listed by name, 10.00 % of the portfolio"
    )
    accused = screened(b"HSBC Holdings,GB0005405286,700\nNestle SA,CH0038863350,300\n")
    assert finding(parts_table(accused, "relation"), "Relation") == (
        "Relation: the largest part that rests on accusations alone is A accused by name, on no list, "
        "70.00 % of the portfolio"
    )


def test_by_what_the_value_was_identified_is_said() -> None:
    result = screened(b"ZTE Corp,CNE1000004Y2,100\nSomebody Or Other Ltd,,300\n")
    assert how_sure(result).startswith(
        f"100.0{THIN}% of the value could be identified: 25.0{THIN}% by an identifier, 75.0{THIN}% by name alone."
    )
    named = screened(b"ZTE Corp,CNE1000004Y2,100\n")
    assert how_sure(named).startswith(f"100.0{THIN}% of the value could be identified, all of it by an identifier.")


def test_parts_of_nothing_are_not_listed_but_what_is_listed_always_is() -> None:
    result = screened(b"ZTE Corp,CNE1000004Y2,100\nNestle SA,CH0038863350,900\n")
    assert segments_sentence(result).count(f" 0.00{THIN}%") == 0
    none = screened(b"Nestle SA,CH0038863350,900\nSAP SE,DE0007164600,100\n")
    assert f"listed by name 0.00{THIN}%" in segments_sentence(none)
    assert segments(none)["share"].sum() == pytest.approx(1.0)


def test_a_score_without_doubt_has_no_band() -> None:
    score = figures(screened(b"ZTE Corp,CNE1000004Y2,100\nNestle SA,CH0038863350,900\n"))[3]
    assert score.meaning.startswith("of 100; what could not be checked does not move it.")
    doubt = figures(screened(b"ZTE Corp,CNE1000004Y2,100\nCHINA TELECOM 'H',,900\n"))[3]
    assert doubt.meaning.startswith("between ")
