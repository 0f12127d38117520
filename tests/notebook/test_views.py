"""Objects that show themselves: one text and HTML, escaped, asking nobody; charts that say what they show."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import altair as alt
import polars as pl
import pytest
from IPython.core.formatters import DisplayFormatter

import exposure as ex
from exposure.present.chains import chain_sources, company_chains
from exposure.present.evidence import numbered
from exposure.present.pictures import chain_picture
from exposure.present.words import THIN, headline_sentences, percent

EVIL = "<img src=x onerror=alert(1)>"
VOID = {"br", "img", "hr"}


@pytest.fixture(scope="module")
def screening():
    return ex.screen(ex.example("pension"))


@pytest.fixture(scope="module")
def endowment():
    return ex.screen(ex.example("endowment"))


@pytest.fixture(scope="module")
def shown(screening, endowment):
    """Everything that shows itself."""
    return {
        "holdings": ex.read_holdings(ex.example("pension")),
        "screening": screening,
        "company": screening.company("Hikvision"),
        "chains": screening.chains("Hikvision"),
        "comparison": ex.compare(screening.recount(universe=ex.Universe.load(as_of="2019-09-30")), screening),
        "batch": ex.screen_many([ex.example("pension"), "gone.csv"]),
    }


class Balanced(HTMLParser):
    """Tags that open and close in order; attributes that ask for nothing."""

    def __init__(self):
        super().__init__()
        self.open, self.asked, self.styles = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.asked += [
            name for name, _ in attrs if name in ("src", "href", "data", "action") or name.startswith("on")
        ]
        self.styles += [value for name, value in attrs if name == "style"]
        assert tag not in ("script", "link", "iframe", "style")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


NAMES = {
    "holdings": "Example County Pension Fund",
    "screening": "companies on official lists",
    "company": "杭州海康威视",
    "chains": "CETHIK Group Co., Ltd. → Hangzhou Hikvision",
    "comparison": "Example County Pension Fund, holdings of 2026-03-31",
    "batch": "1 file could not be",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_a_card_and_a_terminal_the_same(shown, name):
    one = shown[name]
    data, _ = DisplayFormatter().format(one)
    page = Balanced()
    page.feed(data["text/html"])
    assert page.open == []
    assert page.asked == []
    assert "url(" not in data["text/html"]
    assert data["text/plain"] == repr(one)
    assert 3 <= len(repr(one).splitlines()) <= 60
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", data["text/html"]))
    assert NAMES[name] in said
    assert NAMES[name] in repr(one)


@pytest.mark.parametrize("name", NAMES)
def test_cards_take_on_the_notebooks_own_colours(shown, name):
    page = Balanced()
    page.feed(shown[name]._repr_html_())
    for style in page.styles:
        colours = re.findall(r"(?:^|;)\s*(?:color|background(?:-color)?)\s*:\s*([^;]+)", style)
        assert set(colours) <= {"inherit", "none"}, style


def test_the_card_is_short_and_says_the_headline(screening):
    assert len(repr(screening).splitlines()) <= 15
    for sentence in headline_sentences(screening):
        assert sentence.replace(THIN, " ") in repr(screening)


def test_what_a_file_says_is_text_everywhere():
    table = pl.DataFrame(
        {"Name": [f"{EVIL} Hikvision", "Hikvision", "A\x1b[31mB\u202eC"], "Value": [1.0, 2.0, 3.0]}
    )
    holdings = ex.read_holdings(table, portfolio=f"{EVIL} fund", currency="USD")
    screening = ex.screen(holdings)
    compared = ex.compare(screening, screening)
    batch = ex.screen_many({f"{EVIL}": holdings, f"{EVIL} gone": "gone.csv"})
    for one in (holdings, screening, compared, batch, screening.company("Hikvision")):
        assert "<img" not in one._repr_html_()
        assert "\x1b" not in repr(one)
        assert "\u202e" not in repr(one)
    for chart in (screening.charts.bar(), screening.charts.by_relation(), batch.charts.league()):
        assert "<img" not in chart._repr_mimebundle_()["image/svg+xml"]


def test_an_empty_screening_shows_itself_and_says_why_it_has_no_chart():
    nothing = ex.screen(pl.DataFrame({"Name": ["Ordinary Company plc"], "Value": [1.0]}))
    assert "No company" in repr(nothing)
    assert "No company" in nothing._repr_html_()
    assert nothing.charts.bar() is not None
    with pytest.raises(ex.UsageError, match="nothing to take apart"):
        nothing.charts.by_list()
    bare = ex.screen(pl.DataFrame({"Name": ["Hikvision"], "ISIN": ["CNE100000PM8"]}))
    for draw in (bare.charts.bar, bare.charts.by_list, bare.charts.sensitivity, bare.charts.league):
        with pytest.raises(ex.UsageError, match="neither values nor weights"):
            draw()


def charts(screening, other):
    yield "bar", screening.charts.bar(), percent(screening.headline.at_least.share)
    for by in ("relation", "list", "category", "country", "group", "route", "security_kind"):
        yield by, screening.charts.by(by), None
    yield "chain", screening.charts.chain("Hikvision"), "40.9 %"
    yield "sensitivity", screening.charts.sensitivity(), f"{screening.score.value:.2f}"
    yield "league", screening.charts.league(other), percent(other.headline.at_least.share)
    yield "waterfall", ex.compare(screening, screening).charts.waterfall(), "Nothing changed"


def test_charts_are_altair_and_state_finding_unit_and_source(screening, endowment):
    for name, chart, figure in charts(screening, endowment):
        assert isinstance(chart, alt.LayerChart), name
        spec = chart.to_dict()
        title, below = (" ".join(spec["title"][part]).replace(THIN, " ") for part in ("text", "subtitle"))
        assert "Source" in below, name
        assert re.search(r"[Ss]hare|score|Unit|Score", below), name
        assert "2026" in below, name
        assert (figure or "").replace(THIN, " ") in f"{title} {spec['description']}", name
        assert len(spec["description"]) > 20, name


def test_charts_show_themselves_without_asking_anybody(screening, endowment):
    for name, chart, _ in charts(screening, endowment):
        data, _ = DisplayFormatter().format(chart)
        assert set(data) == {"image/svg+xml", "text/plain"}, name
        drawing = ElementTree.fromstring(data["image/svg+xml"])
        assert not [e for e in drawing.iter() if any(key.endswith("href") or key == "src" for key in e.attrib)]
        assert data["text/plain"] == chart.to_dict()["description"]


def test_the_chain_chart_draws_every_text_of_the_picture(screening):

    marks = numbered(chain_sources(company_chains(screening, "hikvision")))
    picture = ElementTree.fromstring(chain_picture(screening, "hikvision", numbers=marks))
    texts = [e.text for e in picture.iter("{http://www.w3.org/2000/svg}text")]
    spec = screening.charts.chain("Hikvision").to_dict()
    drawn = [row["t"] for rows in spec["datasets"].values() for row in rows if "t" in row]
    assert sorted(drawn) == sorted(t or "" for t in texts)
    boxes = sum("f" in row for rows in spec["datasets"].values() for row in rows)
    assert boxes == len([e for e in picture.iter("{http://www.w3.org/2000/svg}rect") if e.get("x")])


def test_a_company_that_is_not_held_has_no_chain_chart(screening):
    with pytest.raises(ex.UniverseError, match="no exposure through"):
        screening.charts.chain("Huawei")
    assert "No line of this portfolio" in screening.company("Huawei").held
    with pytest.raises(ex.UsageError, match="There is no chart by “colour”"):
        screening.charts.by("colour")


def test_chains_stay_a_frame(screening):
    chains = screening.chains("Hikvision")
    assert isinstance(chains, pl.DataFrame)
    few = chains.filter(pl.col("from_id") == "cetc").select("from_id", "low")
    assert few["low"].round(3).unique().to_list() == [0.409]
    assert "cetc" in str(few)  # what is made of it shows itself as any frame
    assert "from_id" in few._repr_html_()
    assert pl.DataFrame(chains).equals(chains)


def test_a_league_names_portfolios_of_one_name_apart(screening):
    table = ex.league([screening, screening, ex.screen(ex.example("endowment"))]).to_dict()
    words = table["description"]
    assert "Example County Pension Fund, 31 Mar 2026 (1)" in words
    assert "Example County Pension Fund, 31 Mar 2026 (2)" in words
    assert "Example College Endowment:" in words
    with pytest.raises(ex.UsageError, match="at least one"):
        ex.league([])


def test_tab_completes_to_what_one_begins_with():
    assert 14 <= len(dir(ex)) <= 18
    assert set(dir(ex)) <= set(ex.__all__)
