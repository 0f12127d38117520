"""The one-file page as text: what it says is what the library says, and it needs nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest
from hostile_names import HOSTILE

import exposure as ex
from exposure.present.evidence import evidence
from exposure.present.tables import companies_table, figures
from exposure.present.words import dated, full_money, headline_sentences, percent
from exposure.report.html import LIMIT, html
from exposure.report.redact import redact

KILOBYTES = 400_000
BOUND_BY_EXPORT_RULES = ("us_bis_entity_list",)


class Page(HTMLParser):
    """The elements of a page, and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.quiet = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.quiet += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split(" "))

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag == name]


@pytest.fixture(scope="module")
def text(example: ex.Screening) -> str:
    return html(redact(example))


def test_page_says_what_the_library_says(example: ex.Screening, text: str) -> None:
    shown = Page(text).text
    for sentence in headline_sentences(example):
        assert sentence in shown
    for figure in figures(example):
        assert figure.value in shown
        assert figure.meaning in shown
    for row in companies_table(example).iter_rows(named=True):
        assert row["company"] in shown
        assert full_money(row["value"]) in shown
        assert percent(row["share"]) in shown
    for row in example.coverage.iter_rows(named=True):
        assert full_money(row["value"]) in shown


def test_every_company_in_the_table_leads_to_its_evidence(example: ex.Screening, text: str) -> None:
    page = Page(text)
    ids = [attrs["id"] for _, attrs in page.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = {str(a["href"])[1:] for a in page.tags("a") if str(a.get("href", "")).startswith("#")}
    assert inner <= set(ids)
    assert len([i for i in inner if str(i).startswith("c-")]) >= companies_table(example).height


def test_every_listing_and_every_allegation_is_told_with_its_reply(example: ex.Screening, text: str) -> None:
    shown = Page(text).text
    for issuer in companies_table(example)["issuer_id"]:
        known = evidence(example.universe, issuer)
        for fact in known.listings:
            assert fact.text in shown
        for one in known.allegations:
            assert one.claim in shown
            assert one.claim.startswith("Alleged by ")
            assert one.reply in shown
    pairs = re.findall(r'<div class="pair"><div>(.*?)</div><div>(.*?)</div></div>', text, re.S)
    assert pairs
    for claim, reply in pairs:
        assert "Alleged by " in claim
        assert re.search(r"<p>(The company|No reply found)", reply)
        assert re.findall(r"<(h5|p)", claim) == re.findall(r"<(h5|p)", reply)


def test_sources_behind_every_mark_stand_in_the_list(text: str) -> None:
    numbers = {int(n) for n in re.findall(r'href="#s(\d+)"', text)}
    listed = [int(n) for n in re.findall(r'<li id="s(\d+)"', text)]
    assert listed == sorted(numbers)
    assert listed == list(range(1, len(listed) + 1))


def test_an_export_control_entry_is_never_called_a_sanction(example: ex.Screening, text: str) -> None:
    lists = example.universe.history["lists"].filter(pl.col("list_id").is_in(BOUND_BY_EXPORT_RULES))
    assert lists.height == len(BOUND_BY_EXPORT_RULES)
    for name in lists["name"]:
        for item in re.findall(rf"<li><b>{re.escape(name)}</b>.*?</li>", text, re.S):
            assert "sanction" not in item.lower()
    assert "An export-control entry is no sanction." in text


def test_nothing_comes_from_elsewhere_and_nothing_runs_but_what_is_named(text: str) -> None:
    page = Page(text)
    loads = [tag for tag, attrs in page.found if {"src", "srcset", "data", "poster", "background"} & set(attrs)]
    assert loads == []
    assert page.tags("link") == page.tags("iframe") == page.tags("base") == []
    assert [tag for tag, attrs in page.found if "style" in attrs or any(a.startswith("on") for a in attrs)] == []
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style is not None
    assert "@import" not in style[1]
    assert "url(" not in style[1]
    policy = next(a["content"] for a in page.tags("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(scripts) == 1
    for kind, content in (("style", style[1]), ("script", scripts[0])):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    outside = [a["href"] for a in page.tags("a") if not str(a.get("href")).startswith("#")]
    assert outside
    assert all(str(href).startswith(("https://", "http://")) for href in outside)


def test_the_record_is_the_manifest_and_the_figures(example: ex.Screening, text: str) -> None:
    found = re.search(r'<script type="application/json" id="record">(.*?)</script>', text)
    assert found is not None
    told = json.loads(found[1])
    assert told["manifest"] == {**example.manifest, "redact": "full"}
    assert told["headline"] == example.to_dict()["headline"]
    assert told["score"]["value"] == example.score.value
    for one in example.manifest["inputs"]:
        assert one["sha256"] in Page(text).text


def test_five_hundred_companies_stay_below_400_kilobytes(large: ex.Screening) -> None:
    assert large.exposures["issuer_id"].n_unique() >= 500
    text = html(redact(large))
    assert LIMIT < KILOBYTES
    assert len(text.encode()) < KILOBYTES
    shown = Page(text).text
    for row in companies_table(large).iter_rows(named=True):
        assert row["company"] in shown
    # Told in brief or in full: whoever is accused is told by whom, and what it answers.
    for issuer in companies_table(large)["issuer_id"]:
        for one in evidence(large.universe, issuer).allegations:
            when = dated(one.row["date_text"])
            assert f"Alleged by {one.row['accuser']}, {when} ({one.row['document']})" in shown
            assert one.reply in shown
        for fact in evidence(large.universe, issuer).listings:
            assert fact.row["short_name"] in shown


def test_a_file_of_weights_or_of_names_has_a_page_too() -> None:
    bare = ex.screen(pl.DataFrame({"name": ["ZTE Corp", "Nestle SA"], "isin": ["CNE1000004Y2", "CH0038863350"]}))
    text = html(redact(bare))
    assert "not given" in text
    assert '<figure class="bar">' not in text
    nothing = ex.screen(pl.DataFrame({"name": ["Quite Ordinary Bakeries plc"], "value": [10.0]}))
    assert "No company in this portfolio meets a listing" in html(redact(nothing))


def test_hostile_names_are_text(hostile: ex.Screening) -> None:
    text = html(redact(hostile))
    page = Page(text)
    assert len(page.tags("script")) == 2
    assert len(page.tags("style")) == 1
    assert page.tags("img") == []
    assert not any("javascript:" in str(a.get("href")) for a in page.tags("a"))
    for name in HOSTILE[:7]:
        assert name in page.text
    assert "49" not in page.text.partition("{{ 7 * 7 }}")[2][:4]
    for control in ("\x00", "\x07", "\x1b", "\u202e"):
        assert control not in text
