"""A site that withholds names tells no portfolio's name in any byte, also not where another portfolio holds it."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from calling import run as cli
from test_site import run
from test_site_again import fund

from exposure.report.hidden import Names

BASE = "https://example.org/x/"
ISIN = "CNE100000PM8"  # Hikvision
# Portfolio, file, and the lines in which others hold it or speak of it.
FUNDS = {
    "Borchester Global Equity Fund": (
        "borsetshire_council_2024-03.csv",
        ["AMBRIDGE  growth-fund Class Z units"],
    ),
    "Ambridge Growth Fund": (
        "felpersham custody.csv",
        ["Units of Borchester_Global_Equity_Fund (acc)", "安布里奇养老金A类"],
    ),
    "安布里奇养老金": (
        "drittes_depot.csv",
        ["Cash at borsetshire council", "Felpersham Custody Ltd sweep", "Zu\u0308rcher Stiftung X"],
    ),
    "Zürcher Stiftung": ("ZS-2025.csv", ["ZURCHER STIFTUNG reserve"]),
}
HIDDEN = [*FUNDS, *(file.removesuffix(".csv") for file, _ in FUNDS.values()), "borsetshire council", "felpersham"]


def write(folder: Path, name: str) -> Path:
    file, lines = FUNDS[name]
    path = folder / file
    rows = [f"{line},Fund,,{50 + k}" for k, line in enumerate(lines)]  # what could not be checked is shown by name
    rows += [f"{line},Equity,{ISIN},{70 + k}" for k, line in enumerate(lines)]  # and so is what is exposed
    head = [name, "Holdings as of 2026-06-30", "Name,Asset Class,ISIN,Market Value (GBP)"]
    path.write_text(
        "\n".join([*head, f"Hangzhou Hikvision,Equity,{ISIN},1000", "Nestle SA,Equity,CH0038863350,9", *rows])
        + "\n",
        "utf-8",
    )
    return path


def plain(text: str) -> str:
    """Letters and digits only, so that no dress of a name hides it from the search."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if c.isalnum()).casefold()


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, texts unpacked."""
    place = 8
    while place < len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + size]
        yield kind, zlib.decompress(body.partition(b"\0")[2][1:]) if kind == b"zTXt" else body
        place += 12 + size


def told(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file, and every address, as the letters in it."""
    for path in sorted(folder.rglob("*")):
        yield f"address {path.name}", plain(path.relative_to(folder).as_posix())
        if path.suffix == ".parquet":
            yield path.name, plain(pl.read_parquet(path).write_json() + path.read_bytes().decode("latin-1"))
        elif path.suffix == ".png":
            kinds = dict(chunks(path.read_bytes()))
            assert set(kinds) <= {b"IHDR", b"IDAT", b"IEND", b"pHYs", b"sRGB", b"gAMA"}, path  # no text at all
        elif path.is_file():
            yield path.name, plain(path.read_text("utf-8"))


def leaks(folder: Path) -> list[tuple[str, str]]:
    wanted = [plain(name) for name in HIDDEN]
    return [(place, name) for place, text in told(folder) for name in wanted if name in text]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four portfolios that speak of each other, published with their names and without."""
    folder = tmp_path_factory.mktemp("names")
    files = [write(folder, name) for name in FUNDS]
    for level in ("full", "names"):
        done = run(folder / level, *files, "--redact", level, "--base-url", BASE)
        assert done.exit_code == 0, done.output
    return folder


def test_no_name_of_any_portfolio_stands_in_any_byte(place: Path) -> None:
    assert len({name for _, name in leaks(place / "full")}) >= 7  # the search finds them where they are
    assert leaks(place / "names") == []
    names = {path.stem for path in (place / "names/portfolios").glob("*.html")}
    assert names == {f"portfolio-{k}" for k in (1, 2, 3, 4)}


def test_what_stands_around_a_name_stays(place: Path) -> None:
    pages = "".join(path.read_text("utf-8") for path in (place / "names/portfolios").glob("*.html"))
    for words in ("[name withheld] Class Z units", "Units of [name withheld] (acc)", "[name withheld]A类"):
        assert words in pages
    for words in ("Cash at [name withheld] council", "[name withheld] Ltd sweep", "[name withheld] reserve"):
        assert words in pages
    assert "Hangzhou Hikvision" in pages


def test_a_copy_can_be_verified_with_the_files_whose_names_are_hidden_in_it(place: Path) -> None:
    files = {name: place / file for name, (file, _) in FUNDS.items()}
    found = 0
    for path in sorted((place / "names/data").glob("portfolio-*/screening.json")):
        for name, file in files.items():
            beside = [part for other in files.values() if other != file for part in ("--beside", other)]
            done = cli("verify", path, file, *beside)
            if done.exit_code == 0:
                found += 1
                alone = cli("verify", path, file)
                speaks = name != "Zürcher Stiftung"
                assert (alone.exit_code == 2 and "--beside" in alone.stderr) is speaks, alone.output
    assert found == len(files)


def test_a_name_that_comes_later_is_taken_out_of_pages_published_before(tmp_path: Path) -> None:
    first, second = (write(tmp_path, name) for name in list(FUNDS)[:2])
    site = tmp_path / "site"
    assert run(site, first, "--redact", "names").exit_code == 0
    assert "growthfund" in plain((site / "data/portfolio-1/screening.json").read_text("utf-8") + _pages(site))
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    refused = run(site, second, "--redact", "names")
    assert refused.exit_code == 1
    assert "hand in the file of portfolio-1 again" in refused.stderr
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    assert run(site, second, first, "--redact", "names").exit_code == 0
    hidden = {plain(name) for name in (*list(FUNDS)[:2], "felpersham custody", "borsetshire_council_2024-03")}
    assert [one for one in leaks(site) if one[1] in hidden] == []
    # The name stays hidden when its own portfolio has gone.
    assert run(site, first, "--redact", "names", "--prune").exit_code == 0
    assert [one for one in leaks(site) if one[1] in hidden] == []
    assert run(site, second, "--redact", "names", "--prune").exit_code == 0
    assert [one for one in leaks(site) if one[1] in hidden] == []


def _pages(site: Path) -> str:
    return "".join(path.read_text("utf-8") for path in site.rglob("*.html"))


@pytest.mark.parametrize("option", ["--title", "--by", "--contact", "--base-url"])
def test_the_publishers_own_words_tell_no_name(tmp_path: Path, option: str) -> None:
    text = "https://example.org/ambridge-growth-fund/" if option == "--base-url" else "About Ambridge Growth Fund"
    done = run(tmp_path / "site", write(tmp_path, "Ambridge Growth Fund"), "--redact", "names", option, text)
    assert done.exit_code == 2
    assert option in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_fund_looked_into_that_is_another_portfolio_is_not_named(tmp_path: Path) -> None:
    """The names of funds on the way to a company come from their files: the way is searched as well."""
    inside = tmp_path / "funds"
    inside.mkdir()
    fund(inside / "any.csv", "Ambridge Growth Fund")
    holder = tmp_path / "holder-of-much.csv"
    row = "Ambridge Growth Fund,Fund,,900"
    holder.write_text(f"Name,Asset Class,ISIN,Market Value (GBP)\n{row}\nCash,Cash,,100\n", "utf-8")
    files = [holder, write(tmp_path, "Ambridge Growth Fund")]
    for level in ("full", "names"):
        assert run(tmp_path / level, *files, "--funds", inside, "--redact", level).exit_code == 0
    assert {place for place, name in leaks(tmp_path / "full") if name == "ambridgegrowthfund"} >= {
        "hikvision.html",
        "exposures.parquet",
    }
    assert [one for one in leaks(tmp_path / "names") if one[1] in ("ambridgegrowthfund", "felpershamcustody")] == []


def test_a_company_of_the_reference_data_keeps_its_name(tmp_path: Path) -> None:
    """A portfolio called like a company: the files' words are masked, the reference data's are public."""
    path = tmp_path / "ZTE.csv"
    rows = [
        "Name,Asset Class,ISIN,Market Value (GBP)",
        "ZTE Corp 'H',Equity,CNE1000004Y2,500",
        "ZTE treasury,Fund,,5",
    ]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    assert run(tmp_path / "site", path, "--redact", "names").exit_code == 0
    text = (tmp_path / "site/portfolios/portfolio-1.html").read_text("utf-8")
    assert "ZTE Corporation" in text
    assert "[name withheld] treasury" in text
    assert Names.of(["ZTE"]).found("ZTE Corporation") == "ZTE"
