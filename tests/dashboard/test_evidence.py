"""The evidence on a company: listings by effect, accusers beside replies, sources, the chain with its sources."""

from __future__ import annotations

import re
from html import unescape

import polars as pl
import pytest
from driving import press, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.present.evidence import EFFECT_WORDS, evidence
from exposure.present.words import dated, day

HELD = (
    b"Name,ISIN,Market value (GBP)\nHANGZHOU HIKVISION DIGITAL TECHNOLOGY,CNE100000PM8,5000\n"
    b"Nestle SA,CH0038863350,9000\n"
)
TITLES = {f'<p class="title">{words}</p>' for words in EFFECT_WORDS.values()}


@pytest.fixture(scope="module")
def universe() -> ex.Universe:
    return ex.Universe.load()


@pytest.fixture
def hikvision(page: AppTest) -> AppTest:
    page.query_params["company"] = "hikvision"
    page.run()
    upload(page, ("held.csv", HELD))
    assert not page.exception
    return page


def bodies(page: AppTest) -> list[str]:
    return [e.proto.body for e in page.get("html")]


def test_listings_stand_under_what_they_restrict_and_say_whom_they_bind(
    hikvision: AppTest, universe: ex.Universe
) -> None:
    official = universe.lists.filter("official")
    current = universe.listings.filter((pl.col("entity_id") == "hikvision") & (pl.col("status") == "listed"))
    mine = current.join(official, on="list_id")
    assert mine.height == 5  # 1260H, Entity List, FCC Covered List, NS-CMIC, Section 889
    shown = bodies(hikvision)
    titles = [i for i, body in enumerate(shown) if body in TITLES]
    for row in mine.iter_rows(named=True):
        at = next(i for i in titles if EFFECT_WORDS[str(row["effect"])] in shown[i])
        entry = unescape(shown[at + 1])
        for said in (row["name"], row["restricts"], f"Binds: {row['binds']}", row["citation"]):
            assert said in entry
        assert f"since {dated(row['date_text']) if row['date_text'] else day(row['since'])}" in entry


def test_each_allegation_has_accuser_date_source_and_the_reply_beside_it(
    hikvision: AppTest, universe: ex.Universe
) -> None:
    rows = universe.allegations.filter(pl.col("entity_id") == "hikvision")
    pairs = [p for body in bodies(hikvision) for p in re.findall(r'<div class="pair">.*?</div></div>', body)]
    told = [unescape(pair) for pair in pairs]
    sources = "".join(body for body in bodies(hikvision) if "<ol" in body)
    for row in rows.iter_rows(named=True):
        start = f"Alleged by {row['accuser']}, {dated(row['date_text'])} ({row['document']}): {row['claim']}"
        pair = next(p for p in told if start in p)
        left, right = pair.split("<h4>Reply</h4>")
        number = re.search(r"\[(\d+)\]</p>", left)
        assert number
        assert f'<li value="{number[1]}">' in sources
        assert right.startswith(("<p>The company", "<p>No reply found in the sources read (looked "))
        assert row["reply"] in right or "No reply found" in right
    assert 'href="https://' in sources


def test_the_picture_tells_the_source_of_each_line_and_the_page_tells_it_as_text(hikvision: AppTest) -> None:
    drawn = [m.value for m in hikvision.markdown if "<svg" in m.value]
    assert len(drawn) == 2  # across, and down for a narrow screen; one of them is seen
    across, down = drawn
    told = [unescape(t) for t in re.findall(r"<g><title>(.*?)</title>", across)]
    assert told == [unescape(t) for t in re.findall(r"<g><title>(.*?)</title>", down)]
    assert any(t.startswith("Source: the holdings file, ") for t in told)
    numbered = [re.match(r"Source \[(\d+)\]: (.+?)\. ", t) for t in told]
    shown = [found for found in numbered if found]
    assert len(shown) >= 3  # CETC in CETHIK, CETHIK and the 52nd institute in Hikvision
    sources = unescape("".join(body for body in bodies(hikvision) if "<ol" in body))
    for found in shown:
        entry = sources.partition(f'<li value="{found[1]}">')[2].partition("</li>")[0]
        assert found[2].rstrip(".") in entry
        assert f"[{found[1]}]" in "".join(re.findall(r"<text[^>]*>(.*?)</text>", across))


def test_the_chain_stands_as_sentences_and_as_a_table(hikvision: AppTest) -> None:
    shown = texts(hikvision).replace("\u202f", " ")
    assert "China Electronics Technology Group Corporation holds 100.0 % of CETHIK" in shown
    table = next(d.value for d in hikvision.dataframe if list(d.value.columns)[:3] == ["chain", "owner", "owned"])
    assert {"CETHIK Group Co., Ltd."} <= set(table["owner"]) | set(table["owned"])
    assert "36.4" in " ".join(table["share"])


def test_stakes_links_and_context_are_those_of_the_data(hikvision: AppTest, universe: ex.Universe) -> None:
    known = evidence(universe, "hikvision")
    labels = {e.label for e in hikvision.expander}
    for title, facts in (
        ("Who owns part of it", known.owners),
        ("Of whom it owns part", known.owned),
        ("Business links", known.links),
    ):
        assert f"{title} · {len(facts)}" in labels
    shown = texts(hikvision)
    for fact in (*known.context, *known.owners, *known.owned, *known.links):
        assert fact.text in shown


def test_an_address_that_names_nobody_says_so_and_offers_no_button(page: AppTest) -> None:
    page.query_params["company"] = "nobody"
    page.run()
    assert "names a company that is not in the reference data" in texts(page)
    assert not any(b.label == "Close the evidence" for b in page.button)


def test_amounts_of_the_example_are_called_so(page: AppTest) -> None:
    page.query_params["company"] = "hikvision"
    page.run()
    assert "those of the illustrative example" in texts(page)
    assert 'href="#evidence"' in "".join(bodies(page))
    press(page, "Close the evidence")
    assert "company" not in page.query_params
    assert 'href="#evidence"' not in "".join(bodies(page))


def test_own_amounts_are_not_called_an_example(hikvision: AppTest) -> None:
    assert "illustrative example" not in texts(hikvision)
