"""The words of whole pages: what is left out, where a line stands, what a result was made from."""

from __future__ import annotations

import datetime as dt

import pytest

import exposure as ex
from exposure.present.pages import (
    manifest_words,
    place_words,
    route_words,
    unchecked_sentence,
    withheld,
)
from exposure.present.tables import figures
from exposure.report.content import content
from exposure.report.redact import redact


def test_what_is_left_out_is_told_in_one_order(pension: ex.Screening) -> None:
    assert withheld(pension) == ()
    assert withheld(redact(pension, "names+percent")) == ("percent", "names")
    assert len(content(redact(pension, "names+percent")).omitted) == 2


def test_lines_that_could_not_be_checked_are_counted_in_every_copy(pension: ex.Screening) -> None:
    number = pension.unchecked().height
    assert number > 1
    assert unchecked_sentence(pension).startswith(f"{number} lines, largest first.")
    flagged = redact(pension, "flagged")
    assert flagged.unchecked().is_empty()
    assert unchecked_sentence(flagged).startswith(f"{number} lines, not named in this copy.")


def test_a_share_without_its_amount_is_a_share_of_the_portfolio(pension: ex.Screening) -> None:
    first = figures(redact(pension, "percent"))[0]
    assert first.value == figures(pension)[0].value
    assert first.meaning.startswith("of the portfolio is in companies on official lists")
    assert "(value); " in content(redact(pension, "percent")).bar.basis


@pytest.mark.parametrize(
    ("row", "several", "words"),
    [
        ({"file": "a.csv", "sheet": None, "source_row": 1412, "row": 3}, False, "row 1,412"),
        ({"file": "a.xlsx", "sheet": "Q3", "source_row": 12, "row": 3}, True, "a.xlsx, sheet Q3, row 12"),
        ({"file": None, "sheet": None, "source_row": None, "row": 3}, True, "line 4"),
    ],
)
def test_where_a_line_stands(row: dict[str, object], several: bool, words: str) -> None:
    assert place_words(row, several=several) == words


def test_the_way_through_funds() -> None:
    assert route_words([], [], proxy=False) == ""
    day = dt.date(2026, 3, 31)
    assert route_words(["A", "B"], [day, None], proxy=False) == "A (as of 31 Mar 2026) → B"
    assert "stands in" in route_words(["A"], [None], proxy=True)


def test_the_manifest_in_words_names_every_input(pension: ex.Screening) -> None:
    words = manifest_words({**pension.manifest, "redact": "percent"})
    names = [name for name, _ in words]
    assert names[:2] == ["Holdings", "Reference data"]
    assert {"Weights of the score", "Short positions", "What this copy reveals"} <= set(names)
    assert pension.manifest["inputs"][0]["sha256"] in dict(words)["Holdings"]
    assert not {"Exchange rates", "House policy"} & set(names)  # none was given
    assert dict(manifest_words({"policy": {"name": "House", "sha256": "0" * 64}}))["House policy"] == (
        f"name House; SHA-256 {'0' * 64}"
    )


def test_content_holds_what_the_screening_holds(pension: ex.Screening) -> None:
    page = content(redact(pension))
    assert page.holdings == pension.holdings.height
    assert sum(line.value or 0 for one in page.companies for line in one.lines) == pytest.approx(
        pension.exposures["value"].sum()
    )
    assert sum(len(one.lines) for one in page.companies) == pension.exposures.height
    assert sum(len(row["lists"].split(", ")) for row in page.licences.to_dicts()) >= pension.universe.lists.height
