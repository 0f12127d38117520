"""What a redacted or a hostile site may hold: every byte of every file, and every address, is searched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from hostile_names import HOSTILE
from test_site import Page, pages, run

import exposure as ex
from exposure.report.site_card import Card, card, writable

FILES = ("example_pension.xlsx", "example_index_fund.csv", "example_endowment.csv")
AMOUNT = re.compile(r"(?:[£$€]|[A-Z]{3} )\d[\d,.]*|\d[\d,.]*\d")


@pytest.fixture(scope="module")
def screenings(root: Path) -> list[ex.Screening]:
    return [ex.screen(root / "datasets/examples" / name) for name in FILES]


@pytest.fixture(scope="module", params=["percent", "flagged", "names", "percent+flagged+names"])
def redacted(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("redacted") / "site"
    files = [root / "datasets/examples" / name for name in FILES]
    done = run(folder, *files, "--redact", request.param, "--base-url", "https://example.org/x/")
    assert done.exit_code == 0, done.output
    return request.param, folder


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file as text, Parquet as its rows; pictures hold no text that a program could read."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            yield path.name, pl.read_parquet(path).write_json() + path.read_bytes().decode("latin-1")
        elif path.is_file():
            yield path.name, path.read_bytes().decode("utf-8" if path.suffix != ".png" else "latin-1")


def test_names_stand_in_no_byte_and_no_address(redacted: tuple[str, Path], screenings: list[ex.Screening]) -> None:
    level, folder = redacted
    if "names" not in level:
        assert "example-county-pension-fund.html" in {path.name for path in folder.rglob("*")}
        return
    hidden = {one.portfolio.lower() for one in screenings} | {Path(name).stem for name in FILES}
    hidden |= {str(one.manifest["inputs"][0]["sha256"]) for one in screenings}
    hidden |= {name.replace(" ", "-") for name in hidden}
    for name, text in texts(folder):
        assert [word for word in hidden if word in text.lower()] == [], name
    for path in folder.rglob("*"):
        assert [word for word in hidden if word in path.name.lower()] == []
    assert {path.stem for path in (folder / "portfolios").glob("*.html")} == {f"portfolio-{k}" for k in (1, 2, 3)}


def test_percent_holds_no_amount(redacted: tuple[str, Path], screenings: list[ex.Screening]) -> None:
    level, folder = redacted
    if "percent" not in level:
        return
    values = {v for one in screenings for v in (*one.holdings["value"].drop_nulls(), one.total_value)}
    values |= {one.headline.at_least.value for one in screenings}
    forms = ("{:,.2f}", "{:.2f}", "{!r}", "{:,.0f}", "{:.0f}")
    amounts = {form.format(v) for v in values if v and v >= 100_000 for form in forms}
    assert amounts
    for name, text in texts(folder):
        plain = re.sub(r"[0-9a-f]{16,64}", " ", text)
        assert amounts & set(AMOUNT.findall(plain)) == set(), name
        if name.endswith((".html", ".xml")):
            assert not re.search(r"[£$€]\d", plain), name
    assert pl.read_parquet(folder / "data/exposures.parquet")["value"].is_null().all()


def test_flagged_holds_no_other_line(redacted: tuple[str, Path], screenings: list[ex.Screening]) -> None:
    level, folder = redacted
    if "flagged" not in level:
        return
    universe = screenings[0].universe
    known = {*universe.entities["name"], *universe.names["name"]}
    others = {
        name
        for one in screenings
        for name in one.holdings.filter(~pl.col("row").is_in(one.exposures["row"].implode()))["name"].drop_nulls()
        if name not in known
    }
    assert others
    for name, text in texts(folder):
        assert [word for word in others if word in text or word.replace("&", "&amp;") in text] == [], name


def test_a_redacted_site_says_so_on_every_portfolio_and_on_its_first_page(redacted: tuple[str, Path]) -> None:
    level, folder = redacted
    words = {
        "percent": "leaves every amount",
        "flagged": "and no others",
        "names": "leaves out the portfolio's name",
    }
    for path in (folder / "index.html", *(folder / "portfolios").glob("*.html")):
        for name, text in words.items():
            assert (text in Page(path).text) == (name in level)


def test_hidden_names_keep_their_numbers_and_the_record_lies_beside(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    files = [root / "datasets/examples" / name for name in FILES]
    run(folder, *files[:2], "--redact", "names")
    shown = {path.name: path.read_bytes() for path in (folder / "portfolios").glob("*.html")}
    done = run(folder, *reversed(files), "--redact", "names")
    after = {path.name: path.read_bytes() for path in (folder / "portfolios").glob("*.html")}
    assert len(after) == 3
    assert {name: after[name] for name in shown} == shown
    assert "do not publish it" in done.output
    private = (tmp_path / "site.private.json").read_text("utf-8")
    assert "Example County Pension Fund" in private
    assert "0 files written" in run(folder, *files, "--redact", "names").output


def test_one_folder_never_holds_two_levels(root: Path, tmp_path: Path) -> None:
    file = root / "datasets/examples/example_endowment.csv"
    assert run(tmp_path / "site", file).exit_code == 0
    done = run(tmp_path / "site", file, "--redact", "names")
    assert done.exit_code == 2
    assert "publish to another folder" in done.stderr


# ---- hostile names -----------------------------------------------------------------------------------------

NASTY = (*HOSTILE[:7], "../../x", "=cmd|' /C calc'!A0", "con", "A & B <b>", "한국 연금 😀")
SIGNS = ("=", "+", "-", "@")


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names that try to be more than text, as portfolios and as lines."""
    place = tmp_path_factory.mktemp("nasty")
    for number, name in enumerate(NASTY):
        quoted = '"' + name.replace('"', '""') + '"'
        head = f"{quoted}\nHoldings as of 30 June 2026\nName,ISIN,Market Value (GBP)\n"
        rows = f"{SIGNS[number % 4]}Hangzhou Hikvision Digital Technology,CNE100000PM8,{1000 + number}\n"
        rows += f"{quoted},CNE1000004Y2,{700 + number}\n{quoted},,{50 + number}\n"
        (place / f"f{number}.csv").write_text(head + rows, "utf-8")
    done = run(
        place / "site", *sorted(place.glob("*.csv")), "--base-url", "https://example.org",
        "--title", "<b>T</b> & =1", "--by", "<script>1</script>", "--contact", "javascript:alert(1)",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return place / "site"


def test_hostile_names_are_text_in_every_page(nasty: Path) -> None:
    found = pages(nasty)
    assert len(found) == len(NASTY) + 5  # ZTE, Hikvision, all companies, method, the first page
    every = "".join(page.text for page in found.values())
    for path, page in found.items():
        assert len(page.tags("script")) == 1, path
        assert page.tags("img") == []
        assert not [a for a in page.tags("a") if a["href"].lower().startswith(("javascript:", "data:"))], path
        assert not [a for _, a in page.found if any(key.startswith("on") for key in a)], path
    shown = [name for name in NASTY if name in every]
    assert len(shown) >= 10


def test_hostile_names_are_harmless_addresses(nasty: Path) -> None:
    names = [path.relative_to(nasty).as_posix() for path in nasty.rglob("*") if path.is_file()]
    assert all(re.fullmatch(r"[a-z0-9_/-]+\.[a-z]+", name) for name in names)
    assert not (nasty / "portfolios/con.html").exists()
    assert {path.name for path in nasty.parent.iterdir()} == {"site", *(f"f{k}.csv" for k in range(len(NASTY)))}


def test_hostile_names_are_harmless_data(nasty: Path) -> None:
    frame = pl.read_csv(nasty / "data/exposures.csv", infer_schema=False)
    raw = pl.read_parquet(nasty / "data/exposures.parquet")
    for column in (name for name, kind in raw.schema.items() if kind == pl.String):
        assert not [v for v in frame[column].drop_nulls() if v.startswith(("=", "+", "-", "@", "\t", "\r"))], column
    assert {name[0] for name in raw["name"]} >= set(SIGNS)
    assert {name[:2] for name in frame["name"]} >= {f"'{sign}" for sign in SIGNS}
    assert "=cmd|' /C calc'!A0" in raw["portfolio"].to_list()
    for path in nasty.rglob("*.json"):
        text = path.read_text("utf-8")
        assert "<" not in text, path
        json.loads(text)
    for name in ("feed.xml", "sitemap.xml"):
        ElementTree.parse(BytesIO((nasty / name).read_bytes()))


# ---- cards -------------------------------------------------------------------------------------------------


def test_chinese_names_are_written_and_what_has_no_glyph_is_left_out() -> None:
    assert writable("杭州海康威视数字技术股份有限公司 Ltd. ü Ж")
    assert not writable("한국")
    assert not writable("😀")
    base = Card("Site", "A portfolio", "A portfolio", "dated")
    assert card(Card("Site", "한국 연금", "A portfolio", "dated")) == card(base)
    assert card(Card("Site", "A portfolio", "A portfolio", "dated", second="😀")) == card(base)
    assert card(Card("Site", "中国电信", "A portfolio", "dated")) != card(base)


def test_every_name_of_the_reference_data_can_be_written_on_a_card() -> None:
    entities = ex.Universe.load().entities
    shown = {*entities["name"], *entities["name_local"].drop_nulls()}
    odd = [name for name in shown if not writable(name)]
    # Arabic and the like is left out; Latin and Chinese is there.
    assert not [name for name in odd if re.fullmatch(r"[\u0000-\u024f\u4e00-\u9fff]+", name)]


@pytest.mark.parametrize("title", ["#panic()", "*b* _i_ $x$", "\\u{1F600}", "`raw`", "@ref <label>", "[" * 50])
def test_a_title_is_never_markup(title: str) -> None:
    assert card(Card("Site", title, "x", "dated"))[:4] == b"\x89PNG"
