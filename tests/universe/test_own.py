"""The user's own rows: they count as the reference data do, keep its contracts, and faults name row and column."""

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pytest

import exposure as ex
from exposure.universe.own import PLAIN
from exposure.universe.tables import TABLES
from exposure.universe.variants import without_lists

HOUSE = {"list_id": "house", "name": "Our exclusion list", "effect": "investment"}
FRAME = pl.DataFrame(
    {
        "Name": ["Hangzhou Hikvision Digital Technology Co., Ltd.", "Acme Looms plc", "Siemens AG"],
        "Market value (GBP)": [100.0, 200.0, 700.0],
    }
)


@pytest.fixture(scope="module")
def known() -> ex.Universe:
    return ex.Universe.load()


def on(universe: ex.Universe, list_id: str) -> list[str]:
    return universe.listings.filter(pl.col("list_id") == list_id)["entity_id"].to_list()


def lines(screening: ex.Screening) -> dict[str, tuple[str, list[str]]]:
    rows = screening.exposures.select("name", "relation", "lists").iter_rows()
    return {name: (relation, sorted(lists)) for name, relation, lists in rows}


def test_a_list_with_its_effect_counts_in_the_screen(known: ex.Universe) -> None:
    own = known.with_(
        entities={"name": "Acme Looms plc", "country": "GB"},
        lists=HOUSE,
        listings=[{"list": "house", "company": "Acme Looms plc"}, {"list": "house", "company": "CNE100000PM8"}],
    )
    found = lines(ex.screen(FRAME, universe=own))
    assert found["Acme Looms plc"] == ("listed", ["house"])
    assert "house" in found[FRAME["Name"][0]][1]
    assert "Acme Looms plc" not in lines(ex.screen(FRAME, universe=known))


def test_an_own_list_is_never_called_official(known: ex.Universe) -> None:
    own = known.with_(lists=HOUSE, listings={"list": "house", "company": "hikvision"})
    screening = ex.screen(FRAME, universe=own)
    assert "official lists or your own (Our exclusion list)" in repr(screening)
    assert "your own" not in repr(ex.screen(FRAME, universe=known))
    empty = ex.screen(FRAME.filter(pl.col("Name") == "Siemens AG"), universe=own)
    official = known.lists.filter("official").select("list_id")
    number = known.listings.join(official, on="list_id", how="semi")["list_id"].n_unique()
    assert f"the {number} official lists or your own (Our exclusion list)" in repr(empty)


def test_the_manifest_says_that_rows_were_added(known: ex.Universe) -> None:
    own = known.with_(lists=HOUSE, listings={"list": "house", "company": "hikvision"})
    told = ex.screen(FRAME, universe=own).manifest["universe"]
    assert told["changes"] == ["own data: 1 row in lists, 1 row in listings"]
    assert told["sha256"] == own.fingerprint
    assert "changes" not in ex.screen(FRAME, universe=known).manifest["universe"]


def test_a_list_that_is_context_decides_nothing(known: ex.Universe) -> None:
    own = known.with_(
        entities={"name": "Acme Looms plc"},
        lists=HOUSE | {"official": False},
        listings={"list": "house", "company": "Acme Looms plc"},
    )
    assert "Acme Looms plc" not in lines(ex.screen(FRAME, universe=own))


def test_a_stake_carries_a_rule(known: ex.Universe) -> None:
    """60 % held by a company on an own list with the OFAC rule reaches; 40 % only connects."""
    rows = {
        "entities": [{"name": "Owner Holding"}, {"name": "Acme Looms plc"}],
        "lists": HOUSE | {"rule_id": "ofac-50"},
        "listings": {"list": "house", "company": "Owner Holding"},
    }
    for share, relation in ((0.6, "reached"), (0.4, "connected")):
        stakes = {"owner": "Owner Holding", "owned": "Acme Looms plc", "share": share, "as_of": "2025-01-31"}
        found = lines(ex.screen(FRAME, universe=known.with_(**rows, stakes=stakes)))
        assert found["Acme Looms plc"] == (relation, ["house"])


def test_an_own_stake_takes_the_place_of_the_older_one(known: ex.Universe) -> None:
    own = known.with_(stakes={"owner": "cethik", "owned": "hikvision", "share_low": 0.2, "share_high": 0.3})
    chain = ex.chains(own, "CETC", "Hikvision")
    assert known.find("CETC") == ["cetc"]
    assert ex.chains(known, "cethik", "hikvision")["low"][0] > 0.3
    assert chain.height
    bounds = ex.chains(own, "cethik", "hikvision").select("chain_low", "chain_high").row(0)
    assert bounds == pytest.approx((0.2, 0.3))


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame, list, lambda rows: pl.DataFrame(rows).lazy()])
def test_every_form_of_rows_gives_the_same(known: ex.Universe, make: object) -> None:
    rows = [
        {"list": "us_dod_1260h", "company": "Tencent", "since": date(2020, 5, 1), "note": None},
        {"list": "us_dod_1260h", "company": "Alibaba", "since": date(2020, 5, 2), "note": "a note"},
    ]
    with_dates = [row | {"since": pd.Timestamp(row["since"])} for row in rows] if make is pd.DataFrame else rows
    assert known.with_(listings=make(with_dates)).fingerprint == known.with_(listings=rows).fingerprint


def test_every_source_is_told(known: ex.Universe) -> None:
    own = known.with_(source="Minutes of 3 May 2026", lists=HOUSE)
    titles = dict(own.sources.select("source_id", "title").iter_rows())
    assert titles[own.lists.filter(list_id="house")["source_id"].item()] == "Minutes of 3 May 2026"
    twice = own.with_(source="Letter", listings={"list": "house", "company": "hikvision"})
    assert twice.sources.height == known.sources.height + 2
    assert twice.changes == ("own data: 1 row in lists", "own data: 1 row in listings")
    assert twice.own_lists == ("house",)


def test_the_universe_stays_as_it_was(known: ex.Universe) -> None:
    before = known.fingerprint
    own = known.with_(lists=HOUSE)
    assert own.as_of == known.as_of
    assert (known.fingerprint, known.changes, on(known, "house")) == (before, (), [])
    assert own.fingerprint != before
    assert own.fingerprint == known.with_(lists=HOUSE).fingerprint


def test_a_row_of_the_future_is_kept_and_announced(known: ex.Universe) -> None:
    listing = {"list": "us_dod_1260h", "company": "Tencent", "since": "2030-01-01"}
    with pytest.warns(
        UserWarning, match="listings, row 1: it begins on 2030-01-01, after the universe's day 2026-07"
    ):
        own = known.with_(lists=HOUSE, listings=listing | {"list": "house"})
    assert on(own, "house") == []
    assert own.history["listings"].filter(list_id="house").height == 1


LISTED = {"list": "us_dod_1260h", "company": "tencent"}
CAMERA = {"owner": "CETC", "owned": "Hikvision"}
SAID = {
    "company": "Tencent",
    "relation": "own_conduct",
    "category": "surveillance",
    "claim": "is said to have done it",
    "accuser": "Some Watch",
    "accuser_kind": "ngo",
    "document": "A report",
}
FAULTS = [
    ({"listings": [LISTED | {"list": "house"}]}, "listings, row 1: list_id 'house' is not in lists"),
    ({"listings": [LISTED, LISTED | {"company": "Tencentt"}]}, "listings, row 2, column company: no company"),
    ({"listings": {"list": "us_dod_1260h", "company": ""}}, "listings, row 1, column company: it is empty"),
    ({"listings": LISTED | {"since": "03/05/2021"}}, "listings, row 1, column since: “03/05/2021” is no date"),
    ({"listings": LISTED | {"status": "black"}}, "listings, row 1, column status: “black” must be one of listed"),
    ({"listings": LISTED | {"sinse": "2021-01-01"}}, "listings, row 1: there is no column “sinse”; there are"),
    ({"listings": LISTED | {"verified": "perhaps"}}, "column verified: “perhaps” must be true or false"),
    ({"listings": LISTED | {"since": "2021-02-01", "until": "2021-01-01"}}, "listings, row 1: since 2021-02-01"),
    ({"stakes": CAMERA | {"share": 40.9}}, "stakes, row 1: the bounds 40.9 to 40.9 are no range of shares"),
    ({"stakes": CAMERA | {"share": "40.9 %"}}, "column share: “40.9 %” must be a fraction; 40.9 % is .* 0.409"),
    ({"stakes": CAMERA | {"share": "much"}}, "stakes, row 1, column share: “much” is no number"),
    ({"stakes": CAMERA | {"share": float("inf")}}, "column share: “inf” is no number"),
    ({"stakes": {"owner": "CETC", "owned": "cetc", "share": 0.5}}, "stakes, row 1: owner_id and owned_id are the"),
    ({"lists": {"name": "Our list"}}, "lists, row 1, column effect: it is empty"),
    ({"lists": HOUSE | {"list_id": "us_dod_1260h"}}, "lists, row 1: the key occurs twice"),
    ({"lists": HOUSE | {"rule_id": "mine"}}, "lists, row 1: rule_id 'mine' is not in rules"),
    (
        {"identifiers": {"company": "Tencent", "isin": "CNE100000PM9"}},
        "identifiers, row 1: valid is True, the check",
    ),
    (
        {"identifiers": {"company": "Tencent", "isin": "CNE100000PM8"}},
        "identifiers, row 1: isin CNE100000PM8 is giv",
    ),
    (
        {"entities": {"name": "Hikvision"}},
        "entities, row 1, column name: “Hikvision” is known already as hikvision",
    ),
    ({"allegations": SAID}, "allegations, row 1, column reply: it is empty"),
    ({"allegations": SAID | {"reply": "none found"}}, "allegations, row 1, column reply_looked_on: it is empty"),
]


@pytest.mark.parametrize(("rows", "told"), FAULTS, ids=[told[:40] for _, told in FAULTS])
def test_faults_name_row_and_column(known: ex.Universe, rows: dict[str, object], told: str) -> None:
    with pytest.raises(ex.InputError, match=told):
        known.with_(**rows)


def test_a_stake_beyond_the_whole_is_refused(known: ex.Universe) -> None:
    """CETHIK and others hold Hikvision already: 80 % more is no stake that anybody has."""
    with pytest.raises(ex.InputError, match=r"direct owners of hikvision hold at least 1.* of it together"):
        known.with_(stakes={"owner": "Tencent", "owned": "Hikvision", "share": 0.8})


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "No rows were given"),
        ({"listing": LISTED}, "There is no table “listing” to add to; there are entities"),
        ({"listings": "file.csv"}, "listings= takes a polars or pandas frame, .* not str"),
        ({"listings": 3}, "not int"),
    ],
)
def test_wrong_arguments(known: ex.Universe, rows: dict[str, object], told: str) -> None:
    with pytest.raises(ex.UsageError, match=told):
        known.with_(**rows)


def test_variants_come_after_own_rows(known: ex.Universe) -> None:
    fewer = without_lists(known, ["us_dod_1260h"])
    with pytest.raises(ex.UsageError, match="Add own rows to the universe as loaded"):
        fewer.with_(lists=HOUSE)
    both = without_lists(known.with_(lists=HOUSE), ["us_dod_1260h"])
    assert "house" in both.lists["list_id"]


def test_two_meanings_are_asked_about(known: ex.Universe) -> None:
    twins = known.with_(entities=[{"name": "Twin Ltd", "entity_id": t} for t in ("twin_a", "twin_b")])
    with pytest.raises(ex.InputError, match="“Twin Ltd” may mean twin_a, twin_b; write one of these ids"):
        twins.with_(lists=HOUSE, listings={"list": "house", "company": "Twin Ltd"})


def test_plain_values_fit_the_contracts() -> None:
    for table, values in PLAIN.items():
        assert set(values) <= set(TABLES[table].column_names())
