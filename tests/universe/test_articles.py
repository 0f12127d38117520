"""One test an article: every company, list, ban, call, accuser and reply that the five founding articles name.

000 Deutsche Welle on thermal cameras in the EU institutions; 001 Amnesty on European surveillance exports;
002 on the UK committee and the commissioner; 003 The China Project on a UN panel; 004 Computer Weekly on the
call for a ban.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from exposure import Universe


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe.load()


def entry(universe: Universe, company: str, list_id: str) -> dict[str, object]:
    rows = universe.history["listings"].filter(entity_id=company, list_id=list_id)
    assert rows.height, f"{company} has no entry on {list_id}"
    return rows.sort("since").row(0, named=True)


def said(universe: Universe, company: str, accuser: str, words: str = "") -> dict[str, object]:
    rows = universe.allegations.filter(
        (pl.col("entity_id") == company)
        & pl.col("accuser").str.contains(accuser, literal=True)
        & (pl.col("claim") + " " + pl.col("document")).str.contains(words, literal=True)
    )
    assert rows.height, f"nothing on {company} by {accuser} with {words!r}"
    return rows.row(0, named=True)


def answered(row: dict[str, object], *words: str) -> None:
    reply = str(row["reply"])
    assert not reply.lower().startswith("none found"), reply
    assert all(word in reply for word in words), reply


def context_only(universe: Universe, user: str) -> None:
    rows = universe.history["allegations"].filter(entity_id=user)
    relations = set(rows["relation"].cast(pl.String)) - {"supply_chain"}
    assert relations <= {"user_of_equipment"}, (user, relations)


def test_article_000(universe: Universe) -> None:
    assert entry(universe, "hikvision", "us_bis_entity_list")["since"] == dt.date(2019, 10, 9)
    military = said(universe, "hikvision", "US government", "military")
    answered(military, "denies military links")
    assert said(universe, "hikvision", "Deutsche Welle", "European Parliament")["relation"] == "user_of_equipment"


def test_article_001(universe: Universe) -> None:
    for company in ("idemia", "axis", "noldus"):
        row = said(universe, company, "Amnesty International")
        assert str(row["date_text"]).startswith("2020-09")
        answered(row)
    assert "idemia" in universe.find("Morpho")


def test_article_002(universe: Universe) -> None:
    order = entry(universe, "hikvision", "us_ns_cmic")
    assert order["since"] == dt.date(2021, 6, 3)
    assert "14032" in str(order["citation"])
    call = entry(universe, "hikvision", "uk_call_operation")
    assert call["status"] == "called_for"
    answered(said(universe, "hikvision", "UK House of Commons Foreign Affairs"), "letter to partners")
    answered(said(universe, "hikvision", "Fraser Sampson", "2021"), "August 2021")
    prosper = universe.allegations.filter(entity_id="hikvision")["reply"].str.contains("review of five Xinjiang")
    assert prosper.any()


def test_article_003(universe: Universe) -> None:
    for company in ("cetc", "huawei", "dahua", "tiandy", "bgi_group", "zte", "hytera"):
        assert universe.entity(company)
    for company in ("hikvision", "dahua", "huawei", "zte", "hytera"):
        assert entry(universe, company, "us_fcc_covered")["since"] == dt.date(2021, 3, 12)
    assert entry(universe, "hikvision", "uk_gov_sites")["since"] == dt.date(2022, 11, 24)
    assert entry(universe, "hikvision", "australia_defence")["since"] == dt.date(2023, 2, 9)
    assert entry(universe, "hikvision", "eu_parliament_removal")["status"] == "restricted_use"
    for company in ("hikvision", "dahua", "tiandy", "bgi_group"):
        assert entry(universe, company, "us_magnitsky_bill")["status"] == "proposed"
        in_force = universe.listings.filter(entity_id=company, list_id="us_magnitsky_bill")
        assert in_force.is_empty()  # a bill is never a sanction
    for accuser in ("Fionnuala Ni Aolain", "Louisa Greve", "Former detainees", "Italian state broadcaster"):
        said(universe, "hikvision", accuser)
    assert "pension funds" in str(said(universe, "hikvision", "Louisa Greve")["claim"])
    said(universe, "cetc_hbfec", "Human Rights Watch")
    said(universe, "hikvision", "Fraser Sampson", "ethical risks")


def test_article_004(universe: Universe) -> None:
    assert "800 of about 1,300" in str(said(universe, "hikvision", "Big Brother Watch")["claim"])
    call = entry(universe, "hikvision", "uk_call_sale_operation")
    assert (call["status"], call["date_text"]) == ("called_for", "2022-07")
    assert entry(universe, "dahua", "uk_call_sale_operation")["status"] == "called_for"
    answered(said(universe, "dahua", "67 members of the UK Parliament"), "5 July 2022")
    answered(said(universe, "hikvision", "67 members of the UK Parliament"), "no comment is recorded")
    for brand in ("honeywell", "toshiba"):
        links = universe.links.filter(from_id=brand, kind="rebrands")
        assert set(links["to_id"]) == {"dahua", "hikvision"}
    for user in ("tesco", "starbucks", "burger_king", "dominos", "costa", "mcdonalds", "pets_corner"):
        context_only(universe, user)
