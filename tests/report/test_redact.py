"""What a redacted copy may hold: every byte of it is searched for what must not be there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest

import exposure as ex
from exposure.present.words import money
from exposure.report.html import html
from exposure.report.redact import FRACTIONS, FRAMES, levels, redact
from exposure.results import Results

# Everything else of a result that is no frame of the portfolio's own lines.
HANDLED = {"portfolio", "currency", "total_value", "headline", "warnings", "manifest"}
PUBLIC = {"as_of", "score", "universe", "weights"}


MADE: dict[tuple[int, str], tuple[ex.Screening, str]] = {}  # the screening stays, so that its id stays its own


def page(result: ex.Screening, level: str) -> str:
    """The page of a screening at a level, made once."""
    key = (id(result), level)
    if key not in MADE:
        MADE[key] = (result, html(redact(result, level)))
    return MADE[key][1]


def amounts(result: ex.Screening) -> set[str]:
    """Every amount of the screening of four figures or more, in every form in which it may be written."""
    frames = [result.holdings, result.lines, result.exposures, result.coverage]
    values = {v for f in frames for v in f["value"].drop_nulls()} | {result.total_value}
    values |= set(result.exposures["attributed_low"].drop_nulls()) | set(result.holdings["shares"].drop_nulls())
    large = [value for value in values if value is not None and abs(value) >= 1000]
    forms = ("{:,.2f}", "{:.2f}", "{!r}", "{:,.0f}", "{:.0f}")
    return {form.format(abs(v)) for v in large for form in forms} | {money(abs(v), result.currency) for v in large}


def figures_in(text: str) -> set[str]:
    """Every figure that stands in a page, alone and with a sign of currency and m, bn, tn."""
    # A hash, an address and a point of a drawing may contain any digits.
    rest = re.sub(r'[0-9a-f]{64}| (?:href|points|d|[xy][12]?|width|height|viewBox|transform)="[^"]*"', " ", text)
    return {found.rstrip(",.") for found in re.findall(r"(?:[£$€]|[A-Z]{3} )?\d[\d,.]*(?:m|bn|tn)?", rest)} | {
        found.rstrip(",.") for found in re.findall(r"\d[\d,.]*", rest)
    }


def test_a_full_copy_holds_the_amounts(example: ex.Screening) -> None:
    assert len(amounts(example) & figures_in(page(example, "full"))) > 10


@pytest.mark.parametrize("level", ["percent", "percent+names", "flagged+percent", "percent,flagged,names"])
def test_percent_holds_no_amount(example: ex.Screening, level: str) -> None:
    text = page(example, level)
    assert amounts(example) & figures_in(text) == set()
    assert f">Value, {example.currency}" not in text
    assert "leaves every amount of money out" in text


def test_percent_leaves_nothing_but_fractions_in_the_frames(example: ex.Screening) -> None:
    copy = redact(example, "percent")
    for name in FRAMES:
        frame = getattr(copy, name)
        for column, kind in ({} if frame is None else frame.schema).items():
            if kind.is_float() and column not in FRACTIONS:
                assert frame[column].is_null().all(), f"{name}.{column}"
    assert copy.total_value is None
    assert copy.headline.at_least.value is None
    assert copy.headline.at_least.share == example.headline.at_least.share


@pytest.mark.parametrize("level", ["flagged", "flagged+percent", "flagged+names"])
def test_flagged_holds_no_other_name(example: ex.Screening, level: str) -> None:
    text = page(example, level)
    flagged = example.exposures["row"]
    others = example.holdings.filter(~pl.col("row").is_in(flagged.implode()))
    known = {*example.universe.entities["name"], *example.universe.names["name"]}  # public, whoever holds them
    names = {name for name in others["name"].drop_nulls() if name not in known}
    assert names
    assert [name for name in names if name in text or name.replace("&", "&amp;") in text] == []
    codes = {code for column in ("isin", "sedol", "cusip") for code in others[column].drop_nulls()}
    public = set(example.universe.identifiers["value"])
    assert [code for code in codes - public if code in text] == []
    # What stays is whole: the totals, and every flagged line.
    assert redact(example, level).coverage["share"].to_list() == example.coverage["share"].to_list()
    for name in example.exposures["name"]:
        assert name.replace("&", "&amp;").replace("'", "&#39;") in text


@pytest.mark.parametrize("level", ["names", "names+percent", "flagged+names"])
def test_names_holds_neither_portfolio_nor_file_nor_hash(example: ex.Screening, level: str) -> None:
    text = page(example, level).lower()
    file = example.manifest["inputs"][0]["file"]
    hidden = [example.portfolio, file, Path(file).stem, example.manifest["inputs"][0]["sha256"]]
    assert [name for name in hidden if name.lower() in text] == []
    assert "name withheld" in text


def test_names_are_masked_wherever_they_stand() -> None:
    frame = pl.DataFrame(
        {
            "Name": ["Hikvision", "Loamshire County Fund cash account"],
            "ISIN": ["CNE100000PM8", None],
            "Fund": ["Loamshire Manager A", "Loamshire Manager B"],
            "Market Value (GBP)": [10.0, 20.0],
        }
    )
    read = ex.read_holdings(frame, name="loamshire_q3.csv", portfolio="Loamshire County Fund")
    result = ex.screen(read)
    copy = redact(result, "names")
    assert copy.holdings["group"].to_list() == ["group 1", "group 2"]
    assert copy.holdings["name"].to_list() == ["Hikvision", "[name withheld] cash account"]
    frames = [frame for name in FRAMES if (frame := getattr(copy, name)) is not None]
    everything = "".join([*(frame.write_json() for frame in frames), copy.to_json(), html(copy)])
    assert "loamshire" not in everything.lower()


def test_names_hides_what_gives_the_provider_of_the_file_away(example: ex.Screening) -> None:
    """The layout of a file may be one provider's own; the rest of the manifest tells numbers and days only."""
    told = redact(example, "names").manifest
    assert [set(one) for one in told["inputs"]] == [{"rows"}]
    assert ex.screen(b"Name,Value\nZTE Corp,5\n").manifest["inputs"][0].keys() >= {"layout", "sha256", "file"}


def test_own_rows_that_tell_a_hidden_name_are_refused() -> None:
    own = {"list_id": "loamshire", "name": "Exclusions of Loamshire", "effect": "investment"}
    known = ex.Universe.load().with_(lists=own, listings=[{"list": "loamshire", "company": "Hikvision"}])
    frame = pl.DataFrame({"Name": ["Hikvision"], "Value": [1.0]})
    result = ex.screen(ex.read_holdings(frame, name="x.csv", portfolio="Loamshire County Fund"), universe=known)
    assert html(redact(result, "percent"))
    with pytest.raises(ex.UsageError, match="added to the reference data name “loamshire”"):
        redact(result, "names")
    other = ex.screen(ex.read_holdings(frame, name="x.csv", portfolio="Borsetshire Fund"), universe=known)
    assert redact(other, "names").portfolio == "Portfolio (name withheld)"


def test_warnings_and_rows_set_aside_are_in_no_redacted_copy(example: ex.Screening) -> None:
    for level in ("percent", "flagged", "names"):
        copy = redact(example, level)
        assert copy.warnings == ()
        assert copy.rejected["text"].is_null().all()


def test_every_part_of_a_result_is_known_to_the_redactor() -> None:
    """A part added to results must be looked at here before it can be in a redacted copy."""
    assert {field.name for field in fields(Results)} == {*FRAMES, *HANDLED, *PUBLIC}


def test_levels() -> None:
    assert levels("full") == ()
    assert levels("names+percent") == ("percent", "names")
    assert levels("flagged, percent") == ("percent", "flagged")
    for wrong in ("", "all", "percent+none"):
        with pytest.raises(ex.UsageError, match="redact is"):
            levels(wrong)


def test_a_redacted_copy_says_so_and_shows_the_same_shares(example: ex.Screening) -> None:
    full, copy = page(example, "full"), page(example, "percent+flagged+names")
    bold = r'<dd class="big">(.*?)</dd>'
    assert re.findall(bold, full) == re.findall(bold, copy)
    for words in ("amount of money out", "no others", "its files and its holder"):
        assert words in copy
        assert words not in full
