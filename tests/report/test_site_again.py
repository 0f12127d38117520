"""Publishing again: what is made anew, what stays, what is taken away, and what the feed tells of it."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from exposure.cli import main
from exposure.report.site_address import Named, address, addresses, entity_address, identities, numbered

ROWS = {
    "Hangzhou Hikvision Digital Technology": ("CNE100000PM8", 1000),
    "ZTE Corp": ("CNE1000004Y2", 500),
    "Quite Ordinary Bakeries plc": (None, 8500),
}
OLD, NEW = "2025-06-30", "2026-06-30"


def fund(path: Path, name: str, day: str = NEW, **changed: int) -> Path:
    """A small file that names its portfolio and its date above the table; values by the first word of a name."""
    lines = [f'"{name}"', f"Holdings as of {day}", "Name,ISIN,Market Value (GBP)"]
    for text, (isin, value) in ROWS.items():
        amount = changed.get(text.split()[0], value)
        lines += [f"{text},{isin or ''},{amount}"] if amount else []
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["publish", str(folder), *map(str, arguments), "--jobs", "1"])


def marks(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    return [fund(tmp_path / "a.csv", "Ambridge Fund"), fund(tmp_path / "b.csv", "Borchester Fund", Hangzhou=400)]


def test_the_same_again_writes_nothing(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two, "--base-url", "https://example.org/")
    before = marks(folder)
    done = run(folder, *reversed(two), "--base-url", "https://example.org/")
    assert "0 files written" in done.output
    assert marks(folder) == before


def test_another_folder_another_order_and_more_processes_give_the_same_bytes(
    two: list[Path], tmp_path: Path
) -> None:
    more = [fund(tmp_path / f"more{k}.csv", f"Fund number {k}", Hangzhou=k + 1) for k in range(3)]
    run(tmp_path / "one", *two, *more)
    CliRunner().invoke(main, ["publish", str(tmp_path / "two"), *map(str, [*more, *reversed(two)]), "--jobs", "2"])
    assert len(marks(tmp_path / "one")) > 40
    assert marks(tmp_path / "one") == marks(tmp_path / "two")


def test_one_changed_file_makes_its_own_pages_anew(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two, "--base-url", "https://example.org/")
    before = marks(folder)
    fund(two[1], "Borchester Fund", Hangzhou=700)
    run(folder, *two, "--base-url", "https://example.org/", "--date", "2026-10-01")
    touched = changed(before, marks(folder))
    assert "portfolios/borchester-fund.html" in touched
    assert "companies/hikvision.html" in touched  # its table of holders
    assert not [path for path in touched if "ambridge" in path or path.startswith("assets/")]
    feed = (folder / "feed.xml").read_text("utf-8")
    assert feed.index("Borchester Fund: changed") < feed.index("Ambridge Fund: published")
    assert "<updated>2026-10-01T00:00:00Z</updated>" in feed
    assert "At least: 12.37\u202f%, before 9.57\u202f%." in feed  # 1,200 of 9,700 in place of 900 of 9,400
    fresh = (folder / "index.html").read_text("utf-8")
    assert fresh.index("Borchester Fund: changed") < fresh.index("Ambridge Fund: published")


def test_a_company_that_leaves_is_told_and_its_page_stays(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two)
    for path, name in zip(two, ("Ambridge Fund", "Borchester Fund"), strict=True):
        fund(path, name, ZTE=0)
    run(folder, *two)
    assert "No longer shown: ZTE Corporation." in (folder / "index.html").read_text("utf-8")
    assert "No portfolio published here is known to hold this company now" in (
        folder / "companies/zte.html"
    ).read_text("utf-8")
    assert "zte" not in (folder / "companies/all.html").read_text("utf-8")
    run(folder, *two, "--prune")
    assert not (folder / "companies/zte.html").exists()
    assert not (folder / "companies/zte.png").exists()


def test_a_portfolio_that_is_not_given_again_stays_unless_pruned(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two)
    page = (folder / "portfolios/ambridge-fund.html").read_bytes()
    run(folder, two[1])
    assert (folder / "portfolios/ambridge-fund.html").read_bytes() == page
    assert "Ambridge Fund" in (folder / "index.html").read_text("utf-8")
    assert set(pl.read_csv(folder / "data/exposures.csv")["portfolio"]) == {"Ambridge Fund", "Borchester Fund"}
    done = run(folder, two[1], "--prune")
    assert "taken away" in done.output
    assert not [path for path in marks(folder) if "ambridge" in path]
    assert 'href="portfolios/ambridge-fund.html"' not in (folder / "index.html").read_text("utf-8")
    assert "Ambridge Fund: no longer published" in (folder / "index.html").read_text("utf-8")
    assert set(pl.read_csv(folder / "data/exposures.csv")["portfolio"]) == {"Borchester Fund"}


def test_a_renamed_file_keeps_its_address(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two)
    before = marks(folder)
    shutil.move(two[0], tmp_path / "zzz.csv")
    run(folder, tmp_path / "zzz.csv", two[1])
    assert not [path for path in marks(folder) if path not in before]


def test_a_page_that_was_damaged_is_written_again(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, *two)
    before = marks(folder)
    (folder / "portfolios/ambridge-fund.html").write_text("gone")
    (folder / "companies/zte.png").unlink()
    run(folder, *two)
    assert marks(folder) == before


def test_a_newer_file_of_the_same_name_takes_the_address(tmp_path: Path) -> None:
    folder, old, new = tmp_path / "site", tmp_path / "old.csv", tmp_path / "new.csv"
    run(folder, fund(old, "Ambridge Fund", OLD))
    run(folder, old, fund(new, "Ambridge Fund", NEW))
    assert {path.stem for path in (folder / "portfolios").glob("*.html")} == {
        "ambridge-fund",
        "ambridge-fund-30-jun-2025",
    }
    assert "Holdings of 30 Jun 2026" in (folder / "portfolios/ambridge-fund.html").read_text("utf-8")
    assert "Holdings of 30 Jun 2026 in place of 30 Jun 2025." in (folder / "index.html").read_text("utf-8")


def test_a_file_that_cannot_be_read_is_one_sentence_and_the_others_go_on(two: list[Path], tmp_path: Path) -> None:
    bad = tmp_path / "letter.csv"
    bad.write_text("Dear trustees,\nplease find attached nothing.\n")
    done = run(tmp_path / "site", two[0], bad, tmp_path / "nowhere.csv", two[1])
    assert done.exit_code == 1
    said = done.stderr.strip().splitlines()
    assert len(said) == 2
    assert "nowhere.csv" in said[0]
    assert "letter.csv" in said[1]
    assert len(list((tmp_path / "site/portfolios").glob("*.html"))) == 2
    index = (tmp_path / "site/index.html").read_text("utf-8")
    assert "2 files that were handed in could not be read" in index
    assert "letter.csv" not in index


def test_the_same_file_twice_is_one_portfolio(two: list[Path], tmp_path: Path) -> None:
    copy = shutil.copy(two[0], tmp_path / "copy.csv")
    done = run(tmp_path / "site", two[0], copy)
    assert done.exit_code == 0
    assert "it is published once" in done.output
    assert len(list((tmp_path / "site/portfolios").glob("*.html"))) == 1


def test_a_folder_of_somebody_else_is_left_alone(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "index.html").write_text("my page")
    done = run(folder, *two)
    assert done.exit_code == 1
    assert "was not written by this program" in done.stderr
    assert marks(folder).keys() == {"index.html"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "CNAME").write_text("example.org")
    assert run(other, *two).exit_code == 0
    assert (other / "CNAME").read_text() == "example.org"


@pytest.mark.parametrize("told", ["{}", "[1]", "no json", '{"format": "exposure site 1"}'])
def test_a_record_that_is_damaged_is_one_sentence(two: list[Path], tmp_path: Path, told: str) -> None:
    (tmp_path / "site.json").write_text(told)
    done = run(tmp_path, *two)
    assert done.exit_code == 1
    assert "site.json" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_record_that_was_tampered_with_takes_nothing_away_elsewhere(two: list[Path], tmp_path: Path) -> None:
    folder, precious = tmp_path / "site", tmp_path / "precious.txt"
    run(folder, *two)
    precious.write_text("mine")
    record = (folder / "site.json").read_text("utf-8")
    (folder / "site.json").write_text(record.replace('"portfolios/ambridge-fund.html"', '"../precious.txt"'))
    run(folder, two[1], "--prune")
    assert precious.read_text() == "mine"


@pytest.mark.parametrize(
    "arguments", [["--base-url", "ftp://x"], ["--base-url", "x"], ["--date", "now"], ["--redact", "x"]]
)
def test_wrong_usage_is_exit_2(two: list[Path], tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path / "site", *two, *arguments)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "site").exists()


# ---- addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ambridge Fund", "ambridge-fund"),
        ("Ambridge Fund (illustrative)", "ambridge-fund-illustrative"),
        ("Zürich", "zurich"),
        ("../../x", "x"),
        ("<script>", "script"),
        ("A/B\\C:D*E", "a-b-c-d-e"),
    ],
)
def test_a_plain_name_has_a_plain_address(name: str, plain: str) -> None:
    assert address(name) == plain


@pytest.mark.parametrize("name", ["中国电信", "con", "", "...", "x" * 200, "index", "COM1"])
def test_what_cannot_be_written_carries_a_mark(name: str) -> None:
    """The mark is the beginning of the name's SHA-256: no other portfolio of the site has a say in it."""
    assert address(name).endswith(f"-{hashlib.sha256(name.encode()).hexdigest()[:8]}")
    assert len(address(name)) <= 70


def test_two_names_of_one_address_both_carry_a_mark_and_old_ones_keep_theirs() -> None:
    fresh = addresses(["Fund A", "fund-a"], {})
    assert len(set(fresh.values())) == 2
    assert all(one.startswith("fund-a-") for one in fresh.values())
    later = addresses(["Fund A", "fund-a"], {"Fund A": "fund-a"})
    assert later["Fund A"] == "fund-a"
    assert later["fund-a"] == fresh["fund-a"]
    assert addresses(["fund-a", "Fund A"], {}) == fresh


def test_ids_of_companies_are_addresses_where_they_can_be() -> None:
    assert entity_address("china_telecom") == "china_telecom"
    odd = {entity_address(one) for one in ("NK-abc", "nk-abc", "../x", "x/../y", "all", "index")}
    assert len(odd) == 6
    assert not [one for one in odd if "/" in one or "." in one or one != one.lower()]


def test_numbers_stay_with_their_portfolios() -> None:
    first = numbered(["b", "a"], {})
    assert first == {"b": "portfolio-1", "a": "portfolio-2"}
    assert numbered(["c", "a"], first) == {"a": "portfolio-2", "c": "portfolio-3"}


def test_identities_tell_portfolios_of_one_name_apart() -> None:
    old, new = date(2025, 6, 30), date(2026, 6, 30)
    assert identities([Named("F", "a", old), Named("F", "b", new), Named("G", "c", None)]) == [
        "F, 30 Jun 2025",
        "F",
        "G",
    ]
    assert identities([Named("F", "a", new), Named("F", "b", new)]) == ["F, a", "F, b"]
