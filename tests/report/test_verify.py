"""``exposure verify``: equal to the last byte, or told what differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from calling import HOLDINGS, run

import exposure as ex


@pytest.fixture
def artefact(fund: Path, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    assert run("screen", fund, "--html", path).exit_code == 0
    return path


@pytest.mark.parametrize("level", ["full", "percent", "flagged", "names", "percent+flagged+names"])
def test_the_same_files_are_equal(fund: Path, tmp_path: Path, level: str) -> None:
    path = tmp_path / "copy.html"
    assert run("screen", fund, "--html", path, "--redact", level, "--as-of", "2024-05-01").exit_code == 0
    done = run("verify", path, fund)
    assert done.exit_code == 0, done.output
    assert "is equal" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (">1,000<", ">9,000<", ["“9,000”", "“1,000”"]),
        ("</body>", "<b></b></body>", ["something else in the file was changed"]),  # no reader would see it
    ],
)
def test_a_change_is_found(fund: Path, artefact: Path, old: str, new: str, told: list[str]) -> None:
    artefact.write_text(artefact.read_text("utf-8").replace(old, new), "utf-8")
    done = run("verify", artefact, fund)
    assert done.exit_code == 1
    assert all(words in done.stdout for words in told)


def test_another_file_differs_by_hash_and_by_figure(fund: Path, artefact: Path) -> None:
    fund.write_text(HOLDINGS.replace("1000", "2000"), "utf-8")
    done = run("verify", artefact, fund)
    assert done.exit_code == 1
    assert "SHA-256" in done.stdout
    assert "headline at_least value: 1000.0 in the artefact, 2000.0 computed again." in done.stdout


def test_parameters_come_from_the_manifest(fund: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.html"
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,rate\nGBP,1.25\n", "utf-8")
    made = run(
        "screen", fund, "--html", path, "--rates", rates, "--in", "USD", "--shorts", "gross", "--policy", "campaign"
    )
    assert made.exit_code == 0, made.output
    missing = run("verify", path, fund)
    assert missing.exit_code == 2
    assert "--rates" in missing.stderr
    assert "--policy" in missing.stderr
    given = run("verify", path, fund, "--rates", rates, "--policy", "campaign")
    assert given.exit_code == 0, given.output
    rates.write_text("currency,rate\nGBP,1.30\n", "utf-8")
    other = run("verify", path, fund, "--rates", rates, "--policy", "campaign")
    assert other.exit_code == 1
    assert "Exchange rates: “SHA-256" in other.stdout


def test_funds_are_known_by_their_bytes(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "funds"
    folder.mkdir()
    inside = folder / "World Fund.csv"
    inside.write_text(
        "Name,ISIN,Market Value (USD)\nHikvision,CNE100000PM8,5\nNestle SA,CH0038863350,95\n", "utf-8"
    )
    fund = tmp_path / "holder.csv"
    fund.write_text("Name,Asset Class,Market Value (GBP)\nWorld Fund,Fund,900\nCash,Cash,100\n", "utf-8")
    path = tmp_path / "copy.html"
    assert run("screen", fund, "--funds", folder, "--html", path).exit_code == 0
    assert run("verify", path, fund, "--funds", folder).exit_code == 0
    inside.write_text(inside.read_text("utf-8").replace(",5\n", ",6\n"), "utf-8")
    changed = run("verify", path, fund, "--funds", folder)
    assert changed.exit_code == 1
    assert "Funds looked into" in changed.stdout


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("page.html", "<html></html>", "carries no manifest"),
        ("page.html", '<script type="application/json" id="record">{"manifest":</script>', "damaged"),
        ("page.html", '<script type="application/json" id="record">[]</script>', "carries no manifest"),
        ("page.doc", "x", "an artefact ends in"),
    ],
)
def test_what_is_no_artefact_is_one_sentence(
    tmp_path: Path, fund: Path, name: str, content: str, word: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    done = run("verify", tmp_path / name, fund)
    assert done.exit_code in (1, 2)
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_artefact_and_a_place_that_cannot_be_written(tmp_path: Path, fund: Path) -> None:
    assert "cannot be read" in run("verify", tmp_path / "none.html", fund).stderr
    done = run("screen", fund, "--html", tmp_path / "no" / "where.html")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
    assert run("screen", fund, "--redact", "everything").exit_code == 2


def test_the_library_writes_the_same_page(fund: Path, artefact: Path, tmp_path: Path) -> None:
    path = tmp_path / "library.html"
    ex.screen(fund).to_html(path)
    assert path.read_bytes() == artefact.read_bytes()
