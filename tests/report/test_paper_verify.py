"""``exposure verify`` on a paper and on a workbook: equal to the last byte, or told what differs."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from calling import HOLDINGS, run

KINDS = ("pdf", "xlsx")


def written(fund: Path, kind: str, *more: str) -> Path:
    path = fund.parent / f"report.{kind}"
    done = run("screen", fund, f"--{kind}", path, *more)
    assert done.exit_code == 0, done.output
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", ["full", "percent", "flagged", "names", "percent+flagged+names"])
def test_the_same_files_are_equal(fund: Path, kind: str, level: str) -> None:
    done = run("verify", written(fund, kind, "--redact", level, "--as-of", "2024-05-01"), fund)
    assert done.exit_code == 0, done.output
    assert "is equal" in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_another_file_differs_by_hash_and_by_figure(fund: Path, kind: str) -> None:
    artefact = written(fund, kind)
    fund.write_text(HOLDINGS.replace("1000", "2000"), "utf-8")
    done = run("verify", artefact, fund)
    assert done.exit_code == 1
    assert "SHA-256" in done.stdout
    assert "headline at_least value: 1000.0 in the artefact, 2000.0 computed again." in done.stdout


def test_a_changed_cell_is_found(fund: Path) -> None:
    artefact = written(fund, "xlsx")
    book = openpyxl.load_workbook(artefact)
    sheet = book["Exposures"]
    place = [cell.value for cell in sheet[1]].index("Value, GBP") + 1
    assert sheet.cell(2, place).value == 1000
    sheet.cell(2, place).value = 9000
    book.save(artefact)
    done = run("verify", artefact, fund)
    assert done.exit_code == 1
    assert "Exposures, row 2" in done.stdout
    assert "9000.0" in done.stdout


def test_a_change_that_no_reader_sees_is_found(fund: Path) -> None:
    artefact = written(fund, "pdf")
    artefact.write_bytes(artefact.read_bytes() + b"\n%changed\n")
    done = run("verify", artefact, fund)
    assert done.exit_code == 1
    assert "something else in the file was changed" in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_what_carries_no_manifest_is_one_sentence(fund: Path, tmp_path: Path, kind: str) -> None:
    other = tmp_path / f"other.{kind}"
    other.write_bytes(b"nothing of ours")
    done = run("verify", other, fund)
    assert done.exit_code == 1
    assert "carries no manifest" in done.stderr
    openpyxl.Workbook().save(tmp_path / "plain.xlsx")
    assert "carries no manifest" in run("verify", tmp_path / "plain.xlsx", fund).stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_that_cannot_be_written_is_one_sentence(fund: Path, kind: str) -> None:
    done = run("screen", fund, f"--{kind}", fund.parent / "no" / f"where.{kind}")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
