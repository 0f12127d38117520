"""The feed of changes as programs read it (RFC 4287), and a site of portfolios whose names are a trouble."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from test_site import pages, run
from test_site_again import fund

BASE = "https://example.org/money/"
ATOM = "{http://www.w3.org/2005/Atom}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: Elements of which RFC 4287 allows exactly one, and those that must not come more than once.
ONE = {"feed": ("id", "title", "updated"), "entry": ("id", "title", "updated", "summary")}


def feed(folder: Path) -> Any:
    return ElementTree.parse(folder / "feed.xml").getroot()


def texts(root: Any, name: str) -> list[str]:
    return [str(one.text) for one in root.iter(f"{ATOM}{name}")]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The feed after each of four publications: new, a change, a new date and a further fund, one taken away."""
    place = tmp_path_factory.mktemp("feed")
    folder, found = place / "site", []
    one, two = place / "a.csv", place / "b.csv"

    def publish(day: str, *files: Path, prune: bool = False) -> None:
        more = ["--prune"] if prune else []
        assert run(folder, *files, "--base-url", BASE, "--by", "W & <Co>", "--date", day, *more).exit_code == 0
        found.append(feed(folder))

    publish("2026-07-10", fund(one, "Ambridge <Fund> & Sons"))
    publish("2026-08-10", fund(one, "Ambridge <Fund> & Sons", Hangzhou=77))
    publish("2026-09-10", one, fund(two, "Borchester Fund"))
    publish("2026-10-10", two, prune=True)
    return found


def test_the_feed_keeps_to_the_standard(history: list[Any]) -> None:
    for root in history:
        assert root.tag == f"{ATOM}feed"
        for kind, places in (("feed", [root]), ("entry", root.findall(f"{ATOM}entry"))):
            for place in places:
                assert [len(place.findall(f"{ATOM}{name}")) for name in ONE[kind]] == [1] * len(ONE[kind])
        # An author at the feed stands for every entry's (4.1.1); the feed names itself (4.2.7.2).
        assert [name.text for name in root.iterfind(f"{ATOM}author/{ATOM}name")] == ["W & <Co>"]
        assert {link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"} == {
            f"{BASE}feed.xml"
        }
        assert all(INSTANT.fullmatch(instant) for instant in texts(root, "updated"))  # RFC 3339 (3.3)
        ids = texts(root, "id")
        assert len(set(ids)) == len(ids)  # (4.2.6)
        assert all(urlsplit(one).scheme == "https" and urlsplit(one).netloc for one in ids)
        assert {element.tag for element in root.iter()} <= {
            f"{ATOM}{name}"
            for name in (
                "feed",
                "entry",
                "id",
                "title",
                "updated",
                "link",
                "author",
                "name",
                "generator",
                "summary",
            )
        }
        for entry in root.findall(f"{ATOM}entry"):
            assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]


def test_the_feed_tells_each_change_once_and_keeps_what_it_told(history: list[Any]) -> None:
    """The latest first; an entry's id, title and date never change afterwards (4.2.6)."""
    titles = [[entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")] for root in history]
    assert titles[0] == ["Ambridge <Fund> & Sons: published"]
    assert titles[1] == ["Ambridge <Fund> & Sons: changed", *titles[0]]
    assert titles[2] == ["Borchester Fund: published", *titles[1]]
    assert titles[3] == ["Ambridge <Fund> & Sons: no longer published", *titles[2]]
    told = [
        [(e.findtext(f"{ATOM}id"), e.findtext(f"{ATOM}updated")) for e in root.findall(f"{ATOM}entry")]
        for root in history
    ]
    for before, after in pairwise(told):
        assert after[-len(before) :] == before
    days = ["2026-07-10", "2026-08-10", "2026-09-10", "2026-10-10"]
    assert [root.findtext(f"{ATOM}updated") for root in history] == [f"{day}T00:00:00Z" for day in days]
    # The page of what is no longer published is gone: its entries lead to the first page.
    links = [entry.find(f"{ATOM}link").get("href") for entry in history[3].findall(f"{ATOM}entry")]
    assert links == [BASE, f"{BASE}portfolios/borchester-fund.html", BASE, BASE]


def test_a_reader_of_feeds_reads_it(history: list[Any]) -> None:
    feedparser = pytest.importorskip("feedparser", reason="feedparser is not installed")
    read = feedparser.parse(ElementTree.tostring(history[3]))
    assert (read.bozo, read.version) == (False, "atom10")
    assert read.entries[0].title == "Ambridge <Fund> & Sons: no longer published"
    assert all(entry.link.startswith(BASE) and entry.updated_parsed for entry in read.entries)


# ---- names that are a trouble --------------------------------------------------------------------------------

LONG = "The Very Long Name of a Fund of Funds " * 5  # of a file, which has no name inside
TROUBLE = (
    "Fund ../../x",
    "<script>alert(1)</script>",
    LONG,
    "安布里奇养老金",
    "同名基金",
    "CON",
    "   ",
    "Twice",
    "Twice",
)


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("trouble")
    files = [
        fund(place / f"{LONG}.csv", "", Hangzhou=99) if name == LONG else fund(path, name, Hangzhou=100 + k)
        for k, name in enumerate(TROUBLE)
        if (path := place / f"file{k}.csv")
    ]
    done = run(place / "site", *files, "--base-url", BASE)
    assert done.exit_code == 0, done.output
    return place / "site"


def test_each_has_a_page_of_its_own_and_none_gets_out(trouble: Path) -> None:
    names = sorted(path.stem for path in (trouble / "portfolios").glob("*.html"))
    assert len(names) == len(TROUBLE)
    assert all(re.fullmatch(r"[a-z0-9-]{1,70}", name) for name in names)
    assert [path.name for path in trouble.parent.iterdir() if path.suffix != ".csv"] == ["site"]
    assert {"fund-x", "twice-file7", "twice-file8"} <= set(names)
    shown = pages(trouble)["index.html"]
    for name in (
        "../x",
        "<script>alert(1)</script>",
        LONG.strip(),
        "安布里奇养老金",
        "Twice, file7",
        "Twice, file8",
    ):
        assert name in shown.text
    assert len(shown.tags("script")) == 1


def test_their_addresses_are_those_of_the_next_time(trouble: Path) -> None:
    before = {path: path.read_bytes() for path in trouble.rglob("*") if path.is_file()}
    files = sorted(trouble.parent.glob("*.csv"), reverse=True)
    assert "0 files written" in run(trouble, *files, "--base-url", BASE).output
    assert {path: path.read_bytes() for path in trouble.rglob("*") if path.is_file()} == before
