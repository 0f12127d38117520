"""Identifiers come first, names may contradict them, and people's decisions are kept apart and followed."""

import polars as pl
import pytest

import exposure as ex
from exposure.errors import InputError, UsageError
from exposure.resolve.judgements import Judgements, apply, evidence
from exposure.resolve.match import match_holdings

from .conftest import lines

HIKVISION = {"isin": "CNE100000PM8", "name": "HANGZHOU HIKVISION DIGITAL TECHNOLOGY A"}


@pytest.fixture(scope="module")
def known(index):
    """An identifier of each scheme, with its entity."""
    rows = index.identifiers.unique("scheme", keep="first", maintain_order=True)
    return {r["scheme"]: r for r in rows.iter_rows(named=True)}


@pytest.mark.parametrize("scheme", ["isin", "cusip", "sedol", "figi", "lei", "ticker"])
def test_every_scheme_identifies(resolve, known, scheme):
    if scheme not in known:
        pytest.skip(f"the bundled data hold no {scheme}")
    row = known[scheme]
    line = {scheme: row["value"]} | ({"venue": row["venue"]} if scheme == "ticker" else {})
    match = resolve(line).row(0, named=True)
    assert match["method"] == scheme
    assert row["entity_id"] in resolve(line)["entity_id"].to_list()


def test_national_numbers_inside_and_out_of_isins(index, resolve):
    isins = index.identifiers.filter(pl.col("scheme") == "isin")
    american = isins.filter(pl.col("value").str.starts_with("US"))["value"][0]
    assert resolve({"cusip": american[2:11]})["band"][0] == "accept"
    british = isins.filter(pl.col("value").str.starts_with("GB00"))["value"][0]
    assert resolve({"sedol": british[4:11]})["band"][0] == "accept"


@pytest.mark.parametrize(
    ("line", "entity"),
    [
        ({"isin": "KYG8020E1017"}, "smic"),  # one company, three numbers over the years
        ({"isin": "KYG8020E1199"}, "smic"),
        ({"isin": "US3696041033"}, "general_electric"),  # before eight shares became one in 2021
        ({"isin": "HK0883013259"}, "cnooc_ltd"),  # H share
        ({"isin": "US1261321095"}, "cnooc_ltd"),  # depositary receipt
        ({"cusip": "126132109"}, "cnooc_ltd"),
        ({"isin": "XS1567423501"}, "proven_glory"),  # a bond of Huawei's finance subsidiary
        ({"ticker": "002415", "venue": "XSHE"}, "hikvision"),
    ],
)
def test_every_security_of_a_company_old_and_new_is_its_own(resolve, line, entity):
    match = resolve(line).row(0, named=True)
    assert (match["entity_id"], match["band"]) == (entity, "accept"), match["reason"]


def test_a_ticker_as_bloomberg_writes_it(index):
    table = pl.DataFrame(
        {"Name": ["N/A", "Acme plc"], "Ticker": ["002415 CH", "ACME LN"], "Market Value": [1.0, 2.0]}
    )
    match = match_holdings(ex.read_holdings(table).frame, index).row(0, named=True)
    assert (match["entity_id"], match["band"], match["method"]) == ("hikvision", "accept", "ticker")


@pytest.mark.parametrize(
    "name", ["HIKVISION DIGI-A", "Hangzhou Hikvision Digital Tec", "海康威视", "N/A", None, "HIKVISION A"]
)
def test_any_way_to_write_the_company_fits_its_number(resolve, name):
    assert resolve(HIKVISION | {"name": name})["band"][0] == "accept"


@pytest.mark.parametrize("name", ["Bread And Butter plc", "Hikvision Biotechnology Trust", "Hikma Pharmaceuticals"])
def test_a_name_that_contradicts_goes_to_review_with_both_shown(resolve, name):
    match = resolve(HIKVISION | {"name": name}).row(0, named=True)
    assert match["band"] == "review"
    assert name in match["reason"]
    assert "CNE100000PM8" in match["reason"]


def test_namesakes_on_a_company_s_number_are_seen(index, resolve):
    ids = index.identifiers.filter(pl.col("scheme") == "isin")
    for entity, name in (("puma", "Puma Biotechnology Inc"), ("empire", "Empire State Realty Trust Inc")):
        values = ids.filter(pl.col("entity_id") == entity)["value"]
        if len(values):
            match = resolve({"isin": values[0], "name": name}).row(0, named=True)
            assert match["band"] == "review", match["reason"]


def test_two_identifiers_of_two_companies_go_to_review(index, resolve):
    isins = index.identifiers.filter(pl.col("scheme") == "isin").unique("entity_id", maintain_order=True)
    american = isins.filter(pl.col("value").str.starts_with("US")).row(0, named=True)
    found = resolve({"isin": "CNE100000PM8", "cusip": american["value"][2:11]})
    assert found["band"].to_list() == ["review", "review"]


def decided(**more):
    said = {"same": True, "by": "A. Trustee", "at": "2026-11-01", "why": "annual report, page 3"} | more
    return Judgements.empty().add("HIKVISION DIG.TECHN. YC 1", "hikvision", **said)


def settled(index, ledger, *rows):
    holdings = lines(rows)
    return apply(match_holdings(holdings, index), holdings, ledger)


def test_a_positive_decision_is_followed_and_named(index):
    match = settled(index, decided(), {"name": "Hikvision Dig.Techn. YC 1"}).row(0, named=True)
    assert (match["method"], match["band"], match["entity_id"]) == ("judgement", "accept", "hikvision")
    assert match["reason"] == "A. Trustee decided on 2026-11-01: annual report, page 3"


def test_a_negative_decision_strikes_the_candidate(index):
    found = settled(index, decided(same=False), {"name": "HIKVISION DIG.TECHN. YC 1"})
    assert "hikvision" not in found["entity_id"].to_list()


def test_the_latest_decision_counts_and_none_is_lost(index):
    ledger = decided().add("HIKVISION DIG.TECHN. YC 1", "hikvision", same=False, by="B", at="2026-11-02", why="no")
    assert ledger.frame.height == 2
    assert "hikvision" not in settled(index, ledger, {"name": "HIKVISION DIG.TECHN. YC 1"})["entity_id"].to_list()


def test_positive_decisions_carry_on_from_name_to_name(index):
    link = {
        "same": True,
        "by": "B",
        "at": "2026-11-02",
        "why": "same line, two months apart",
        "object_kind": "name",
    }
    ledger = decided().add("Hik Vis Dig", "HIKVISION DIG.TECHN. YC 1", **link)
    match = settled(index, ledger, {"name": "HIK VIS DIG"}).row(0, named=True)
    assert (match["entity_id"], match["band"]) == ("hikvision", "accept")
    assert "judged the same name" in match["reason"]


def test_changed_evidence_opens_the_question_again(index):
    line = {"name": "HIKVISION DIG.TECHN. YC 1", "ticker": "HIK", "venue": "XXXX"}
    ledger = decided(evidence=evidence(line))
    assert settled(index, ledger, line)["method"][0] == "judgement"
    changed = settled(index, ledger, line | {"ticker": "OTHER"}).row(0, named=True)
    assert changed["band"] == "review"
    assert "open again" in changed["reason"]


def test_a_decision_never_silently_overrides_an_identifier(index):
    ledger = Judgements.empty().add(HIKVISION["name"], "dahua", same=True, by="A", at="2026-11-01", why="sure")
    found = settled(index, ledger, HIKVISION)
    assert found["entity_id"].to_list() == ["hikvision", "dahua"]
    assert found["band"].to_list() == ["review", "review"]
    assert "CNE100000PM8" in found["reason"][0]
    assert "sure" in found["reason"][0]


def test_contradicting_decisions_go_to_review(index):
    ledger = decided().add("HIKVISION DIG.TECHN. YC 1", "dahua", same=True, by="B", at="2026-11-02", why="no")
    assert settled(index, ledger, {"name": "HIKVISION DIG.TECHN. YC 1"})["band"].to_list() == ["review", "review"]


def test_csv_round_trip_gives_the_same_bytes(tmp_path):
    ledger = decided(why='says "yes", in a letter')
    path = tmp_path / "ledger.csv"
    text = ledger.to_csv(path)
    again = Judgements.load(path)
    assert again.to_csv() == text
    assert again.merge(ledger).frame.height == 1


def test_bad_ledgers_and_unsigned_decisions_are_refused(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="lacks the columns"):
        Judgements.load(path)
    with pytest.raises(InputError, match="cannot be read"):
        Judgements.load(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="who, when and why"):
        decided(why=" ")
