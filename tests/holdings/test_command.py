"""``exposure read``: one bad file stops no other, and every argument that a message names is an option."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exposure.cli import main
from exposure.cli_errors import OPTIONS
from exposure.errors import UsageError
from exposure.holdings import read_holdings

GOOD = "Name,ISIN,Market Value (EUR)\nA AG,DE0007164600,10.5\nB SA,FR0000120271,5\n"
TWO_VALUES = "Name,Market Value (clean),Market Value (dirty)\nA,10.5,10.75\nB,20.5,21.75\nC,5.5,9\n"
TWO_DAYS = "Name,ISIN,As of date,Value\nA,US0378331005,2024-12-31,1\nA,US0378331005,2025-12-31,2\n"
POINTS = "Name\tValue\nA\t1.234\nB\t2.345\n"


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"good": GOOD, "two": TWO_VALUES, "days": TWO_DAYS, "points": POINTS, "bad": ""}
    for name, content in texts.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return {name: tmp_path / f"{name}.csv" for name in texts}


def test_a_bad_file_stops_no_other(files: dict[str, Path]) -> None:
    result = run("read", files["good"], files["bad"], files["good"])
    assert result.exit_code == 1
    assert result.stdout.count("good.csv: 2 holdings") == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "bad.csv" in result.stderr


def test_a_bad_file_is_an_entry_of_the_object(files: dict[str, Path]) -> None:
    result = run("read", files["good"], files["bad"], "--json")
    found = json.loads(result.stdout)["files"]
    assert result.exit_code == 1
    assert (found[0]["total_value"], found[1]["file"]) == (15.5, "bad.csv")
    assert set(found[1]) == {"file", "error"}


def test_nothing_is_written_when_a_file_was_not_read(files: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = run("read", files["good"], files["bad"], "--out", out)
    assert (result.exit_code, out.exists()) == (1, False)
    assert "1 of 2 files" in result.stderr


ASKED = {
    "two": ("--value-column", "Market Value (dirty)", 41.5),
    "days": ("--holdings-date", "2025-12-31", 2.0),
    "points": ("--decimal", ".", 3.579),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("command", ["read", "screen"])
def test_the_option_that_a_question_names_settles_it(files: dict[str, Path], name: str, command: str) -> None:
    option, answer, total = ASKED[name]
    asked = run(command, files[name])
    assert asked.exit_code == 1
    assert f"{option}." in asked.stderr
    settled = json.loads(run(command, files[name], option, answer, "--json").stdout)
    assert (settled["files"][0] if command == "read" else settled)["total_value"] == pytest.approx(total)


def test_columns_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("Blah,Foo,Bar\nNestle,x,10.5\nSony,y,20\n")
    refused = run("read", tmp_path / "own.csv")
    assert "--column name=HEADER --column value=HEADER" in refused.stderr
    found = run("read", tmp_path / "own.csv", "--column", "name=Blah", "--column", "value=Bar", "--json")
    assert json.loads(found.stdout)["files"][0]["total_value"] == 30.5


@pytest.mark.parametrize("wrong", [("--column", "name"), ("--holdings-date", "soon"), ("--decimal", ";")])
def test_a_wrong_option_is_a_wrong_call(files: dict[str, Path], wrong: tuple[str, str]) -> None:
    assert run("read", files["good"], *wrong).exit_code == 2


def test_read_has_an_option_for_every_argument() -> None:
    offered = {option for parameter in main.commands["read"].params for option in parameter.opts}
    assert {option for _, option in OPTIONS.values()} <= offered


def test_a_name_of_other_bytes_is_read_and_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Best\xe4nde.csv")
    try:
        path.write_text(GOOD)
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    holdings = read_holdings(path)
    assert (holdings.report.file, holdings.frame["file"][0]) == (r"Best\xe4nde.csv", r"Best\xe4nde.csv")
    done = run("read", "--json", path, tmp_path / os.fsdecode(b"n\xe4.csv"))
    first, second = json.loads(done.stdout)["files"]
    assert (first["file"], first["total_value"]) == (r"Best\xe4nde.csv", 15.5)
    assert second == {"file": r"n\xe4.csv", "error": r"'n\xe4.csv' does not exist; check the path."}
    assert r"Best\xe4nde.csv: 2 holdings" in run("read", path).output


def test_the_unit_of_weights_is_named_where_nothing_proves_it(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text("Name,ISIN,Weight\nA AG,DE0007164600,0.4\nB SA,FR0000120271,0.3\n")
    assert "they are a hundredth of that: give --weight-unit to settle it" in run("read", path).output
    for unit, total in (("percent", 0.007), ("fraction", 0.7)):
        read = json.loads(run("read", "--json", path, "--weight-unit", unit).output)["files"][0]
        assert read["weight_sum"] == pytest.approx(total)
        assert not any("weights are taken" in warning for warning in read["warnings"])
    with pytest.raises(UsageError, match="weight_unit='permille' is no unit of weights"):
        read_holdings(path, weight_unit="permille")
