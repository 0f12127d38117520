"""Loading the bundled tables, and the same data at different days."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from exposure.errors import UniverseError, UsageError
from exposure.universe import bundle
from exposure.universe.bundle import Universe, datasets_folder, load_tables
from exposure.universe.tables import TABLES


@pytest.fixture(scope="module")
def today() -> Universe:
    return Universe.load()


def on_list(universe: Universe, entity: str) -> set[str]:
    return set(universe.listings.filter(pl.col("entity_id") == entity)["list_id"])


def shares(universe: Universe, owner: str, owned: str, kind: str = "equity") -> set[float]:
    wanted = (pl.col("owner_id") == owner) & (pl.col("owned_id") == owned) & (pl.col("kind") == kind)
    return set(universe.stakes.filter(wanted)["share_low"])


@pytest.mark.parametrize("name", TABLES)
def test_tables_fulfil_their_contracts(today: Universe, name: str) -> None:
    TABLES[name].validate(today.history[name])
    TABLES[name].validate(getattr(today, name))


def test_default_day_is_that_of_the_latest_list(today: Universe) -> None:
    assert today.as_of == date(2026, 7, 9) == today.history["lists"]["as_of"].max()


@pytest.mark.parametrize(("day", "listed"), [("2019-10-08", False), ("2019-10-09", True), ("2026-07-09", True)])
def test_hikvision_enters_the_entity_list(day: str, listed: bool) -> None:
    assert ("us_bis_entity_list" in on_list(Universe.load(day), "hikvision")) is listed


def test_the_day_of_removal_is_no_longer_listed() -> None:
    assert "us_dod_1260h" in on_list(Universe.load("2025-01-06"), "megvii_bj")
    before = Universe.load("2025-01-06").listings
    assert set(before.filter(pl.col("entity_id") == "megvii_bj")["status"]) == {"listed"}
    assert "us_dod_1260h" not in on_list(Universe.load("2025-01-07"), "megvii_bj")


def test_bills_and_calls_are_history_only(today: Universe) -> None:
    assert set(today.listings["status"].cast(pl.String)) == {"listed", "restricted_use"}
    statuses = set(today.history["listings"]["status"].cast(pl.String))
    assert {"proposed", "called_for"} <= statuses
    assert "norway_nbim" not in on_list(Universe.load("2020-03-01"), "hikvision")


def test_affiliates_rule_has_four_periods() -> None:
    expected = {
        "2025-09-28": "not_in_force",
        "2025-09-29": "in_force",
        "2025-11-09": "in_force",
        "2025-11-10": "stayed",
        "2026-11-09": "stayed",
        "2026-11-10": "not_established",
    }
    for day, status in expected.items():
        rules = Universe.load(day).rules.filter(pl.col("rule_id") == "bis-affiliates-50")
        assert rules["status"].to_list() == [status], day


def test_eu_threshold_becomes_inclusive() -> None:
    for day, inclusive in {"2024-07-02": False, "2024-07-03": True}.items():
        rule = Universe.load(day).rules.filter(pl.col("rule_id") == "eu-50-or-control")
        assert rule["inclusive"].to_list() == [inclusive]


def test_cetc_chain_stays_below_half(today: Universe) -> None:
    assert shares(today, "cetc", "cethik") == {1.0}
    assert 0.364808 in shares(today, "cethik", "hikvision")
    assert max(shares(today, "cethik", "hikvision")) < 0.5
    total = today.stakes.filter((pl.col("owned_id") == "hikvision") & (pl.col("basis") == "aggregate"))
    assert 0.40908 in total["share_low"].to_list()


@pytest.mark.parametrize(
    ("day", "held"),
    [("2005-01-01", {0.49}), ("2018-06-30", {0.1709}), ("2020-01-01", {0.1343}), ("2022-06-30", {0.1343, 0.103})],
)
def test_gong_hongjia_through_the_years(day: str, held: set[float]) -> None:
    # the figure of 2021 is less sure than that of 2019, so both remain
    assert shares(Universe.load(day), "gong_hongjia", "hikvision") == held


def test_an_ended_stake_does_not_revive_an_older_one(today: Universe) -> None:
    assert shares(today, "nbim", "hikvision") == set()
    assert shares(Universe.load("2020-02-01"), "nbim", "hikvision") == {0.0032}
    assert shares(today, "dahua", "dahua_usa") == set()


def test_later_allegations_are_not_known_yet() -> None:
    early = Universe.load("2019-01-01").allegations
    assert early["date"].drop_nulls().max() <= date(2019, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "hikvision",
        "Hikvision",
        "HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO LTD",
        "CNE100000PM8",
        "BD5CPQ2",
        "海康威视",
    ],
)
def test_find_by_id_name_and_identifier(today: Universe, text: str) -> None:
    assert today.find(text) == ["hikvision"]


def test_find_nothing(today: Universe) -> None:
    assert today.find("No Such Company") == today.find("") == today.find("BRC1EODR004") == []


def test_entity_and_names(today: Universe) -> None:
    assert today.entity("dahua")["name"] == "Zhejiang Dahua Technology Co., Ltd."
    assert today.name_of(["cetc", "nobody"]) == {"cetc": "China Electronics Technology Group Corporation"}
    with pytest.raises(UniverseError, match="nobody"):
        today.entity("nobody")


def test_bad_day_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        Universe.load("yesterday")


def test_missing_and_broken_folders(tmp_path: Path) -> None:
    with pytest.raises(UniverseError, match="entities"):
        load_tables(tmp_path)
    for file in datasets_folder().glob("*.csv"):
        shutil.copy(file, tmp_path)
    (tmp_path / "rules.csv").write_text("rule_id,period\nofac-50,one\n", encoding="utf-8")
    with pytest.raises(UniverseError, match=r"rules\.csv"):
        Universe.load(folder=tmp_path)


def test_fingerprint_follows_the_files(today: Universe, tmp_path: Path) -> None:
    for file in datasets_folder().glob("*.csv"):
        shutil.copy(file, tmp_path)
    assert Universe.load(folder=tmp_path).fingerprint == today.fingerprint
    links = tmp_path / "links.csv"
    links.write_text(links.read_text("utf-8").replace("2019", "2020"), encoding="utf-8")
    assert Universe.load(folder=tmp_path).fingerprint != today.fingerprint


def test_missing_reference_data_are_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "__file__", str(tmp_path / "exposure" / "universe" / "bundle.py"))
    monkeypatch.setattr(bundle.resources, "files", lambda package: tmp_path)
    with pytest.raises(UniverseError, match="reference data are missing"):
        datasets_folder()
    (tmp_path / "_datasets").mkdir()
    (tmp_path / "_datasets" / "entities.csv").touch()
    assert datasets_folder() == tmp_path / "_datasets"


def test_a_later_source_without_a_size_does_not_take_the_size_away(today: Universe) -> None:
    state = today.stakes.filter(owner_id="prc_state", owned_id="dahua")
    assert 0.1167 in state["share_low"].to_list()


def test_importing_the_package_loads_no_data() -> None:
    code = "import exposure; from exposure.universe import bundle; print(bundle._bundled.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "0"
