"""Names that holdings files print, and stakes that have ended: each asserted from the file or the notice itself."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import exposure as ex
from exposure.universe.bundle import Universe, datasets_folder


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe.load()


PRINTED = {
    "Huazhu Group Ltd": "h_world",
    "China Lodging Group Ltd": "h_world",
    "China Telecom (Hong Kong) Limited": "china_mobile",
    "Pinduoduo Inc.": "pdd",
    "GE Aerospace": "general_electric",
    "MISTO HOLDINGS CORP": "fila",
    "Callaway Golf Co": "topgolf_callaway",
    "Nippon Suisan Kaisha Ltd": "nissui",
    "Fiat Chrysler Automobiles NV": "stellantis",
    "Qingdao Haier Co Ltd": "haier",
    "Hafei Aviation Industry Co Ltd": "avicopter_plc",
    "COFCO Tunhe Co Ltd": "cofco_sugar",
    "China Aviation Optical-Electrical Technology Co Ltd": "avic_jonhon",
}


def test_names_in_holdings_files_are_known(universe: Universe) -> None:
    lines = pl.DataFrame({"name": list(PRINTED), "value": [1.0] * len(PRINTED)})
    screening = ex.screen(lines, universe=universe)
    first = screening.matches.filter(rank=0, band="accept").join(screening.holdings, on="row")
    assert dict(first.select("name", "entity_id").rows()) == PRINTED


@pytest.mark.parametrize(
    ("number", "company"),
    [
        ("DE0005190037", "bmw"),  # preference share
        ("KR7005382007", "hyundai_motor"),  # second preference share
        ("KR7005931001", "samsung_electronics"),  # preference share
        ("NL0010877643", "stellantis"),  # Fiat Chrysler, before the merger of 2021
        ("US02079K1079", "alphabet"),  # a sample filing prints AT&T beside it
    ],
)
def test_identifiers_in_holdings_files_are_known(universe: Universe, number: str, company: str) -> None:
    assert universe.find(number) == [company]


@pytest.mark.parametrize(
    ("owner", "owned", "held", "gone"),
    [("hytera", "sepura", "2022-07-14", "2022-12-01"), ("csgc", "changan", "2025-07-29", "2025-07-30")],
)
def test_ended_stakes_stand_until_their_end(owner: str, owned: str, held: str, gone: str) -> None:
    def rows(day: str) -> pl.DataFrame:
        return Universe.load(day).stakes.filter(owner_id=owner, owned_id=owned)

    assert rows(held)["share_low"].to_list()
    assert rows(gone).is_empty()


def test_sepura_was_not_held_before_its_purchase() -> None:
    stakes = Universe.load("2017-05-23").stakes
    assert stakes.filter(owner_id="hytera", owned_id="sepura").is_empty()


def test_the_proposal_of_sanctions_and_its_outcome_stand_together(universe: Universe) -> None:
    letter = universe.allegations.filter(
        pl.col("entity_id") == "hikvision", pl.col("document").str.contains("Letter to the President")
    )
    assert letter["claim"].str.contains("declined").all()


def test_a_withdrawn_finding_bears_its_own_day(universe: Universe) -> None:
    found = universe.allegations.filter(entity_id="megvii", accuser="Human Rights Watch")
    assert found.select("date", pl.col("status").cast(pl.String)).rows() == [(dt.date(2019, 5, 1), "withdrawn")]


def test_readme_says_how_old_and_how_sure_the_stakes_are(universe: Universe) -> None:
    text = " ".join((datasets_folder() / "README.md").read_text("utf-8").split())
    stakes = universe.stakes
    newest = stakes.group_by("owner_id", "owned_id").agg(pl.col("as_of").max())
    day = universe.as_of
    old = newest.filter(pl.col("as_of") < day.replace(year=day.year - 3))
    assert f"of the {newest.height} pairs of holder and company in force on 9 July 2026" in text
    assert f"the newest observation of {old.height} is more than three years old" in text
    assert f"{(~stakes['verified']).sum()} of the {stakes.height} stakes in force are from memory" in text
