"""The checks find nothing in the bundled tables, and each finds the fault it is there for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from exposure.universe.bundle import datasets_folder, load_tables
from exposure.universe.check import check_tables
from exposure.universe.counts import replace_counts
from exposure.universe.package import describe, to_json
from exposure.universe.tables import TABLES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in datasets_folder().glob("*.csv"):
        shutil.copy(file, tmp_path)
    return tmp_path


def plant(folder: Path, table: str, match: dict[str, str], change: dict[str, str], copy: bool = False) -> None:
    """Change the first matching row of a table, or add a changed copy of it below."""
    path = folder / f"{table}.csv"
    frame = pl.read_csv(path, infer_schema=False)
    hit = pl.all_horizontal(pl.col(c) == v for c, v in match.items())
    line = frame.with_row_index("n").filter(hit)["n"][0]
    new = frame.slice(line, 1).with_columns(pl.lit(v or None, pl.String).alias(c) for c, v in change.items())
    kept = frame.slice(0, line + 1 if copy else line)
    pl.concat([kept, new, frame.slice(line + 1)]).write_csv(path)


HIK = {"stake_id": "cethik--hikvision--equity--2023-10-16"}
HOSHINE = {"stake_id": "hoshine_group--hoshine--equity--2025-10-01"}
LISTING = {"listing_id": "us_bis_entity_list--hikvision"}
FAULTS = [
    ("entities", {"entity_id": "dahua"}, {"name": " "}, False, "name is empty"),
    ("entities", {"entity_id": "dahua"}, {}, True, "key occurs twice"),
    ("entities", {"entity_id": "dahua"}, {"entity_id": "zz"}, True, "out of order"),
    ("entities", {"entity_id": "dahua"}, {"source_id": "gone"}, False, "not in sources.csv"),
    ("stakes", HIK, {"owner_id": "gone"}, False, "not in entities.csv"),
    ("stakes", HIK, {"owner_id": "hikvision"}, False, "same entity"),
    ("stakes", HIK, {"share_high": "36.48"}, False, "no range of shares"),
    ("stakes", HIK, {"share_low": ""}, False, "no range of shares"),
    ("stakes", HIK, {"until": "2023-10-16"}, False, "not before"),
    ("stakes", HOSHINE, {"share_low": "0.95", "share_high": "0.95"}, False, "direct owners of hoshine"),
    ("identifiers", {"value": "CNE100000PM8"}, {"valid": "false"}, False, "check digit says True"),
    ("identifiers", {"value": "BRC1EODR004"}, {"valid": "true"}, False, "check digit says False"),
    ("identifiers", {"value": "CNE100000PM8"}, {"value": "CNE100000BJ4"}, False, "given to two entities"),
    ("listings", LISTING, {"listing_id": "us_bis_entity_list--hikvision--2"}, True, "twice at the same time"),
    ("listings", LISTING, {"list_id": "gone"}, False, "not in lists.csv"),
    ("links", {"kind": "successor_of"}, {"to_id": "cssc_holdings"}, False, "same entity"),
    ("lists", {"list_id": "us_uflpa"}, {"rule_id": "gone"}, False, "not in rules.csv"),
    ("rules", {"rule_id": "eu-50-or-control", "period": "2"}, {"valid_from": "2024-07-01"}, False, "overlaps"),
    ("allegations", {"entity_id": "dahua"}, {"accuser": ""}, False, "accuser is empty"),
    ("allegations", {"entity_id": "dahua"}, {"reply": ""}, False, "reply is empty"),
    ("allegations", {"entity_id": "dahua"}, {"reply_looked_on": ""}, False, "reply_looked_on is empty"),
    ("allegations", {"entity_id": "dahua"}, {"date": ""}, False, "date is empty"),
    (
        "allegations",
        {"entity_id": "dahua"},
        {"reply": "none found", "reply_date": "2020-01-01"},
        False,
        "reply_date",
    ),
    (
        "entities",
        {"entity_id": "hsbc"},
        {"description": "Bank about which reports speak."},
        False,
        "said against hsbc",
    ),
    ("entities", {"entity_id": "dahua"}, {"description": "Allegedly a maker."}, False, "said against dahua"),
    (
        "allegations",
        {"entity_id": "apple"},
        {"claim": "Asked about its suppliers."},
        False,
        "nothing against apple",
    ),
    (
        "allegations",
        {"entity_id": "apple"},
        {"claim": "Four wind farms drew criticism."},
        False,
        "nothing against apple",
    ),
    ("allegations", {"entity_id": "dahua"}, {"reply_source_id": ""}, False, "reply has no source"),
    ("names", {"entity_id": "dahua"}, {"name": "Zhejiang Dahua Technology Co., Ltd."}, False, "main name already"),
]


def test_bundled_tables_hold_together() -> None:
    assert [str(problem) for problem in check_tables()] == []


@pytest.mark.parametrize(("table", "match", "change", "copy", "said"), FAULTS)
def test_each_check_finds_its_fault(
    folder: Path, table: str, match: dict[str, str], change: dict[str, str], copy: bool, said: str
) -> None:
    plant(folder, table, match, change, copy)
    problems = [p for p in check_tables(folder) if said in p.what]
    assert problems, check_tables(folder)
    assert all(p.fix and p.file == f"{table}.csv" for p in problems)


def test_the_line_is_that_of_the_file(folder: Path) -> None:
    plant(folder, "stakes", HIK, {"owner_id": "hikvision"})
    (problem,) = check_tables(folder)
    lines = (folder / "stakes.csv").read_text("utf-8").splitlines()
    assert problem.line is not None
    assert lines[problem.line - 1].startswith(HIK["stake_id"])
    assert str(problem).startswith(f"stakes.csv, line {problem.line}: ")


def test_a_file_that_cannot_be_read_is_one_problem(folder: Path) -> None:
    (folder / "lists.csv").unlink()
    assert len(check_tables(folder)) == 1


def test_descriptor_is_the_generated_one() -> None:
    committed = (datasets_folder() / "datapackage.json").read_text("utf-8")
    assert committed == to_json(), "run python -m exposure.universe.package"


def test_descriptor_describes_every_column() -> None:
    resources = {r["name"]: r for r in json.loads(to_json())["resources"]}
    assert list(resources) == list(TABLES)
    for name, schema in TABLES.items():
        fields = resources[name]["schema"]["fields"]
        assert [f["name"] for f in fields] == schema.column_names()
        assert all(f["description"].endswith(".") for f in fields)
    assert describe()["resources"][0]["schema"]["primaryKey"] == ["entity_id"]


@pytest.mark.parametrize("name", TABLES)
def test_readme_counts_are_right(name: str) -> None:
    rows = load_tables()[name].height
    assert f"| `{name}.csv` | {rows} |" in (datasets_folder() / "README.md").read_text("utf-8")


def test_readme_tables_of_counts_are_regenerated() -> None:
    committed = (datasets_folder() / "README.md").read_text("utf-8")
    assert committed == replace_counts(committed, load_tables()), "run python -m exposure.universe.package"
