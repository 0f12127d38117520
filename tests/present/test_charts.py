"""The bar and the chain picture: every figure of the screen, nothing from a file as markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

import exposure as ex
from exposure.present.chains import company_chains
from exposure.present.charts import COLOURS, INK, PAPER, portfolio_bar
from exposure.present.pictures import chain_picture, picture_words
from exposure.present.sketch import wrap
from exposure.present.tables import companies_table, segments, segments_sentence
from exposure.present.words import percent

EXAMPLES = ["example_index_fund.csv", "example_endowment.csv", "example_pension.xlsx"]


@pytest.fixture(scope="module", params=EXAMPLES)
def result(request: pytest.FixtureRequest, root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples" / request.param)


def test_the_parts_of_the_bar_add_up_to_the_whole(result: ex.Screening) -> None:
    parts = segments(result)
    assert parts["share"].sum() == pytest.approx(1.0)
    assert parts["value"].sum() == pytest.approx(result.total_value)
    assert parts["end"].to_list()[-1] == pytest.approx(1.0)
    for relation in ("listed", "reached", "connected", "business"):
        drawn = parts.filter(pl.col("key") == relation)["share"].sum()
        assert drawn == pytest.approx(result.headline.relations[relation][0].share)


def test_the_bar_states_its_finding_and_every_figure(result: ex.Screening) -> None:
    chart = portfolio_bar(result)
    assert chart is not None
    spec = chart.to_dict()
    assert percent(result.headline.at_least.share) in " ".join(spec["title"]["text"])
    figures = {row.get("figure") for rows in spec["datasets"].values() for row in rows}
    shown = segments(result).filter(pl.col("share") != 0)
    assert {percent(share).replace("\u202f", " ") for share in shown["share"]} <= figures
    assert all(percent(share) in segments_sentence(result) for share in shown["share"])


def test_the_bar_draws_no_line_that_leaves_the_machine(result: ex.Screening) -> None:
    chart = portfolio_bar(result)
    assert chart is not None
    assert "http" not in chart.to_json().replace("https://vega.github.io/schema/", "")


def test_a_file_without_values_and_weights_has_no_bar() -> None:
    bare = ex.screen(pl.DataFrame({"name": ["ZTE Corp", "Nestle SA"], "isin": ["CNE1000004Y2", "CH0038863350"]}))
    assert portfolio_bar(bare) is None
    assert "neither values nor weights" in segments_sentence(bare)
    assert companies_table(bare)["value"].null_count() == companies_table(bare).height


@pytest.mark.parametrize("down", [False, True])
def test_every_exposed_company_has_a_picture(result: ex.Screening, down: bool) -> None:
    for issuer in companies_table(result)["issuer_id"]:
        drawing = ElementTree.fromstring(chain_picture(result, issuer, down=down))
        width = float(drawing.attrib["width"])
        right = [
            float(e.attrib["x"]) + float(e.attrib["width"])
            for e in drawing.iter()
            if e.tag.endswith("}rect") and "x" in e.attrib
        ]
        assert max(right) <= width
        assert picture_words(result, issuer).startswith("The portfolio holds")


def test_names_from_a_file_are_escaped(result: ex.Screening) -> None:
    hostile = replace(result, portfolio='<script>alert("x")</script> & <image href="http://example.org"/>')
    issuer = companies_table(result)["issuer_id"][0]
    text = chain_picture(hostile, issuer)
    assert "<script" not in text
    assert "<image" not in text
    ElementTree.fromstring(text)


def test_hikvision_is_tied_to_cetc_and_no_rule_carries_anything(root: Path) -> None:
    result = ex.screen(root / "datasets/examples/example_index_fund.csv")
    chains = {c.listed_id: c for c in company_chains(result, "hikvision")}
    cetc = chains["cetc"]
    assert (cetc.relation, cetc.side) == ("connected", "owned")
    assert [step["owner"] for step in cetc.steps] == ["cetc", "cethik"]
    assert "holds 40.9\u202f%" in cetc.verdict
    assert "No 50 % rule applies" in cetc.verdict


def test_text_wraps_by_width_and_wide_scripts_count_double() -> None:
    assert wrap("China Electronics Technology Group", 7) == ["China", "Electronics", "Technology", "Group"]
    assert wrap("中国电子科技集团", 4) == ["中国电子", "科技集团"]
    assert wrap("a b c d e f", 1)[-1].endswith("…")
    assert wrap("", 5) == [""]


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lin = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read() -> None:
    assert contrast(INK, PAPER) >= 4.5
    assert contrast("#4A5560", PAPER) >= 4.5  # captions and notes
    assert contrast("#4A5560", "#F3F5F7") >= 4.5
    assert len(set(COLOURS.values())) == len(COLOURS)
