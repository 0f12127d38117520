"""A published folder as its readers find it: every link leads somewhere, every figure is the library's own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import polars as pl
import pytest
from click.testing import CliRunner, Result

import exposure as ex
from exposure.cli import main
from exposure.present.evidence import evidence
from exposure.present.tables import companies_table, league_table
from exposure.present.words import dated, headline_sentences, percent

BASE = "https://example.org/money/"
EXAMPLES = ("example_pension.xlsx", "example_index_fund.csv", "example_endowment.csv")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)
Publish = Callable[..., Result]


class Page(HTMLParser):
    """The elements of a page, its text, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def tags(self, name: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.found if tag == name]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]

    @property
    def links(self) -> list[str]:
        return [attrs[name] for _, attrs in self.found for name in ("href", "src") if name in attrs]

    def meta(self, name: str) -> str | None:
        return next((a["content"] for a in self.tags("meta") if name in (a.get("property"), a.get("name"))), None)


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["publish", str(folder), *map(str, arguments), "--jobs", "1"])


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publish") / "site"
    files = [root / "datasets/examples" / name for name in EXAMPLES]
    done = run(
        folder, *files, "--base-url", BASE.rstrip("/"), "--by", "Loamshire Watch", "--contact", "a@example.org"
    )
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def screenings(root: Path) -> dict[str, ex.Screening]:
    every = [ex.screen(root / "datasets/examples" / name) for name in EXAMPLES]
    return {one.portfolio: one for one in every}


def pages(folder: Path) -> dict[str, Page]:
    return {path.relative_to(folder).as_posix(): Page(path) for path in sorted(folder.rglob("*.html"))}


def test_every_link_and_every_asset_resolves(site: Path) -> None:
    found = pages(site)
    assert len(found) > 30
    for path, page in found.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            target = urlsplit(urljoin(f"{BASE}{path}", link))
            if not target.geturl().startswith(BASE):
                continue
            inner = unquote(target.path.removeprefix("/money/")) or "index.html"
            assert (site / inner).is_file(), f"{path} links to {link}"
            if target.fragment and inner.endswith(".html"):
                assert target.fragment in found[inner].ids, f"{path} links to {link}"


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    found, seen, todo = pages(site), set(), ["index.html"]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            inner = (urlsplit(urljoin(f"{BASE}{path}", link)) for link in found[path].links)
            todo += [one.path.removeprefix("/money/") for one in inner if one.path.endswith(".html") and one.netloc]
            todo = [one for one in todo if one in found]
    assert seen == set(found)


def test_what_lies_outside_is_a_source_or_the_publishers_contact(site: Path) -> None:
    universe = ex.Universe.load()
    allowed = {*universe.sources["url"].drop_nulls(), "mailto:a@example.org"}
    for path, page in pages(site).items():
        outside = {
            a["href"] for a in page.tags("a") if urlsplit(a["href"]).scheme and not a["href"].startswith(BASE)
        }
        assert outside <= allowed, path


def test_no_page_asks_another_host_for_anything_or_holds_a_script(site: Path) -> None:
    for path, page in pages(site).items():
        loaded = [a["src"] for _, a in page.found if "src" in a]
        loaded += [a["href"] for a in page.tags("link") if a["rel"] in ("stylesheet", "icon")]
        assert loaded, path
        assert not [one for one in loaded if urlsplit(one).scheme or urlsplit(one).netloc], path
        assert next(a["content"] for a in page.tags("meta") if "http-equiv" in a) == POLICY
        assert [a for a in page.tags("script") if "src" not in a] == page.tags("style") == page.tags("iframe") == []
        assert not [a for _, a in page.found if "style" in a or any(name.startswith("on") for name in a)], path
    style = (site / "assets/site.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "$" not in style


def test_the_league_is_the_librarys_own(site: Path, screenings: dict[str, ex.Screening]) -> None:
    table = league_table(screenings)
    told = pl.read_csv(site / "data/portfolios.csv")
    assert told["portfolio"].to_list() == table["file"].to_list()
    for column in ("at_least", "at_most", "identified", "companies"):
        assert told[column].to_list() == table[column].to_list()
    text = Page(site / "index.html").text
    places = [text.index(name, text.index("side by side")) for name in table["file"]]
    assert places == sorted(places)
    for row in table.iter_rows(named=True):
        for share, digits in ((row["at_least"], 2), (row["at_most"], 2), (row["identified"], 1)):
            assert percent(share, digits) in text


def test_the_interval_is_drawn_to_scale(site: Path, screenings: dict[str, ex.Screening]) -> None:
    """The axis ends at 50 %: the largest at-most share is 34.91 %; its line is 200 long."""
    assert ">50\u202f%</span>" in (site / "index.html").read_text("utf-8")
    drawn = Page(site / "index.html")
    ends = [(float(a["x1"]), float(a["x2"])) for a in drawn.tags("line") if a["class"] == "reach"]
    shares = [(r["at_least"], r["at_most"]) for r in league_table(screenings).iter_rows(named=True)]
    for (x1, x2), (low, high) in zip(ends, shares, strict=True):
        assert (x1, x2) == (pytest.approx(low / 0.5 * 200, abs=0.06), pytest.approx(high / 0.5 * 200, abs=0.06))
    assert "at least 3.97\u202f%, at most 34.91\u202f%" in [a.get("aria-label") for a in drawn.tags("svg")]


def test_a_portfolios_page_says_what_the_library_says(site: Path, screenings: dict[str, ex.Screening]) -> None:
    for address, name in (
        ("example-county-pension-fund", "Example County Pension Fund"),
        ("example-college-endowment", "Example College Endowment"),
    ):
        text = Page(site / f"portfolios/{address}.html").text
        for sentence in headline_sentences(screenings[name]):
            assert sentence in text
        for row in companies_table(screenings[name]).iter_rows(named=True):
            assert row["company"] in text
            for one in evidence(screenings[name].universe, row["issuer_id"]).allegations:
                assert f"Alleged by {one.row['accuser']}, {dated(one.row['date_text'])}" in text
                assert one.reply in text


def test_a_company_has_one_page_with_its_replies_and_holders(
    site: Path, screenings: dict[str, ex.Screening]
) -> None:
    ids = {i for one in screenings.values() for i in one.exposures["issuer_id"]}
    assert {path.stem for path in (site / "companies").glob("*.html")} == {*ids, "all"}
    for issuer in sorted(ids):
        page = Page(site / f"companies/{issuer}.html")
        known = evidence(ex.Universe.load(), issuer)
        for fact in known.listings:
            assert fact.text in page.text
        for one in known.allegations:
            assert one.claim in page.text
            assert one.reply in page.text
        holders = [name for name, one in screenings.items() if issuer in one.exposures["issuer_id"]]
        linked = {a["href"] for a in page.tags("a") if a["href"].startswith("../portfolios/")}
        assert len(linked) == len(holders)
        assert all(name in page.text for name in holders)


def test_a_chain_is_drawn_without_a_portfolio(site: Path) -> None:
    drawn = (site / "companies/hikvision.html").read_text("utf-8")
    assert "CETHIK" in drawn
    assert drawn.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    assert ">portfolio</text>" not in drawn
    assert "of its value" not in drawn


def test_each_page_tells_how_to_cite_and_correct_it(site: Path) -> None:
    for path, page in pages(site).items():
        url = BASE if path == "index.html" else f"{BASE}{path}"
        assert f"exposure {ex.package_version()}. {url}" in page.text
        assert "Loamshire Watch. “" in page.text
        assert "How to correct this" in page.text
        assert "mailto:a@example.org" in page.links
        assert f"name the page ({url})" in page.text


def test_each_page_is_shown_with_its_card(site: Path) -> None:
    for path, page in pages(site).items():
        assert page.meta("og:title")
        assert page.meta("og:description")
        assert page.meta("og:url") == (BASE if path == "index.html" else f"{BASE}{path}")
        card = site / str(page.meta("og:image")).removeprefix(BASE)
        content = card.read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert [int.from_bytes(content[k : k + 4]) for k in (16, 20)] == [1200, 630]


def test_feed_and_map_name_every_page(site: Path) -> None:
    names = {"a": "http://www.w3.org/2005/Atom", "s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    feed = ElementTree.parse(site / "feed.xml").getroot()
    as_of = ex.Universe.load().as_of.isoformat()
    assert feed.findtext("a:updated", namespaces=names) == f"{as_of}T00:00:00Z"
    entries = feed.findall("a:entry", names)
    assert len(entries) == 3
    ids = [one.findtext("a:id", namespaces=names) for one in entries]
    assert len(set(ids)) == 3
    for one in entries:
        link = one.find("a:link", names)
        assert link is not None
        assert (site / link.attrib["href"].removeprefix(BASE)).is_file()
        assert "on official lists" in str(one.findtext("a:summary", namespaces=names))
    places = [one.text for one in ElementTree.parse(site / "sitemap.xml").getroot().iterfind(".//s:loc", names)]
    assert {str(one).removeprefix(BASE) or "index.html" for one in places} == set(pages(site))


def test_without_an_address_there_is_no_feed_and_no_full_link(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert run(folder, root / "datasets/examples/example_endowment.csv").exit_code == 0
    assert not (folder / "feed.xml").exists()
    assert not (folder / "sitemap.xml").exists()
    for path, page in pages(folder).items():
        assert page.meta("og:url") is page.meta("og:image") is None, path
        assert [a for a in page.tags("link") if a["rel"] in ("canonical", "alternate")] == []
        assert f"name the page ({path})" in page.text


def test_a_published_screening_can_be_computed_again(root: Path, site: Path) -> None:
    file = root / "datasets/examples/example_endowment.csv"
    published = site / "data/example-college-endowment/screening.json"
    done = CliRunner().invoke(main, ["verify", str(published), str(file)])
    assert done.exit_code == 0, done.output
    assert "is equal" in done.output
    other = CliRunner().invoke(
        main, ["verify", str(published), str(root / "datasets/examples/example_pension.xlsx")]
    )
    assert other.exit_code == 1
    assert "differs" in other.output


def test_json_is_told_for_programs(root: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "site", root / "datasets/examples/example_endowment.csv", "--json")
    told = json.loads(done.stdout)
    assert told["portfolios"] == ["example-college-endowment"]
    assert told["failures"] == []
    listed = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.*")}
    assert set(told["written"]) == listed - {"site.json"}
    assert re.fullmatch(r"[a-z0-9_./-]+", " ".join(told["written"]).replace(" ", "/"))


KINDS = {"integer": pl.Int64, "number": pl.Float64}


@pytest.mark.parametrize("place", ["data", "data/example-county-pension-fund"])
def test_the_data_packages_describe_what_is_there(site: Path, place: str) -> None:
    told = json.loads((site / place / "datapackage.json").read_text("utf-8"))
    assert told["title"] in ("Portfolios and listed companies", "Example County Pension Fund")
    assert re.fullmatch(r"[a-z0-9.-]+", told["name"])
    assert len(told["licenses"]) == ex.Universe.load().lists["licence"].n_unique()
    beside = {path.name for path in (site / place).iterdir() if path.is_file()} - {"datapackage.json"}
    assert {one["path"] for one in told["resources"]} == beside
    assert len({one["name"] for one in told["resources"]}) == len(beside)
    for one in told["resources"]:
        content = (site / place / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        if one["format"] == "csv":
            frame = pl.read_csv(content, infer_schema=False)
            fields = one["schema"]["fields"]
            assert [field["name"] for field in fields] == frame.columns
            assert all(field["description"] for field in fields)
            for field in fields:
                column = frame[field["name"]]
                assert field["type"] != "boolean" or set(column.drop_nulls()) <= {"true", "false"}
                assert field["type"] not in KINDS or column.cast(KINDS[field["type"]]) is not None


def test_the_three_forms_hold_the_same_rows(site: Path) -> None:
    for name in ("portfolios", "exposures", "companies"):
        raw = pl.read_parquet(site / f"data/{name}.parquet")
        assert json.loads((site / f"data/{name}.json").read_text("utf-8")) == raw.to_dicts()
        spreadsheet = pl.read_csv(site / f"data/{name}.csv")
        assert spreadsheet.height == raw.height
        for column in (c for c, kind in raw.schema.items() if kind.is_float()):
            assert spreadsheet[column].cast(pl.Float64).to_list() == raw[column].to_list()


def test_the_exposed_lines_of_all_are_those_of_each(site: Path, screenings: dict[str, ex.Screening]) -> None:
    every = pl.read_parquet(site / "data/exposures.parquet")
    for name, one in screenings.items():
        mine = every.filter(portfolio=name)
        assert mine["value"].to_list() == one.exposures["value"].to_list()
        assert mine["issuer_id"].to_list() == one.exposures["issuer_id"].to_list()
