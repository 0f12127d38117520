"""Tables and evidence: one row a company, nothing lost, every statement with a source that can be looked up."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import exposure as ex
from exposure.present.evidence import evidence, numbered, sources_table
from exposure.present.league_chart import league_chart
from exposure.present.tables import (
    companies_table,
    coverage_table,
    figures,
    file_card,
    league_table,
    rules_table,
    weights_table,
)
from exposure.present.words import LETTERS, MARKS

EXAMPLES = ["example_index_fund.csv", "example_endowment.csv", "example_pension.xlsx"]


@pytest.fixture(scope="module")
def universe() -> ex.Universe:
    return ex.Universe.load()


@pytest.fixture(scope="module", params=EXAMPLES)
def result(request: pytest.FixtureRequest, root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples" / request.param)


def test_companies_hold_what_the_exposures_hold(result: ex.Screening) -> None:
    table = companies_table(result)
    assert table["issuer_id"].is_unique().all()
    assert table["value"].sum() == pytest.approx(result.exposures["value"].sum())
    assert table["lines"].sum() == result.exposures.height
    order = [list(dict(MARKS)).index(letter.strip("()")) for letter in table["letter"]]
    assert order == sorted(order)


def test_an_accusation_is_never_told_as_a_listing(result: ex.Screening) -> None:
    for row in companies_table(result).filter(pl.col("kind") == "allegation").iter_rows(named=True):
        assert "no official list" in row["lists"]
        assert row["letter"] == ("A" if row["relation"] == "listed" else f"({LETTERS[row['relation']]})")
        assert not row["held"].startswith("listed")


def test_classes_and_figures_are_those_of_the_screen(result: ex.Screening) -> None:
    assert coverage_table(result)["value"].sum() == pytest.approx(result.total_value)
    assert [f.name for f in figures(result)] == ["At least", "At most", "Identified", "Score"]


def test_league_puts_the_largest_first(root: Path) -> None:
    results = {name: ex.screen(root / "datasets/examples" / name) for name in EXAMPLES}
    table = league_table(results)
    assert table["at_least"].is_sorted(descending=True)
    assert set(table["file"]) == set(EXAMPLES)
    assert league_table({}).height == 0


def test_a_portfolio_without_an_upper_bound_stays_in_the_league(root: Path) -> None:
    lines = ["Name,ISIN,Market value,Shares", "Hikvision,CNE100000PM8,10,1", "ZTE Corp,CNE1000004Y2,,1"]
    held = "\n".join([*lines, "Nestle,CH0038863350,990,1", ""]).encode()
    other = ex.screen(root / "datasets/examples" / EXAMPLES[0])
    table = league_table({"open.csv": ex.screen(held), "known.csv": other})
    assert dict(table.select("file", "at_most").iter_rows())["open.csv"] is None
    chart, words = league_chart(table)
    assert chart is not None
    assert "unknown" in words
    assert set(chart.data["file"]) == {"open.csv", "known.csv"}
    first = table["file"][0]
    assert (first == "open.csv") or "1 other could have more" in words


def test_file_card_tells_what_was_set_aside(root: Path) -> None:
    holdings = ex.read_holdings(root / "datasets/examples/example_index_fund.csv")
    card = file_card(holdings)
    assert card.holdings == holdings.frame.height
    assert card.set_aside["rows"].sum() == holdings.rejected.height
    assert card.as_of == "as of 30 Jun 2026"
    assert card.total.startswith("USD ")


def test_every_statement_has_a_source(universe: ex.Universe) -> None:
    known = evidence(universe, "hikvision")
    numbers = numbered(known.source_ids)
    sources = sources_table(universe, numbers)
    assert sources["number"].to_list() == list(range(1, sources.height + 1))
    assert set(numbers) <= set(universe.sources["source_id"])
    for fact in (*known.listings, *known.context, *known.owners, *known.owned, *known.links):
        assert fact.source_id in numbers
    for accusation in known.allegations:
        assert accusation.claim.startswith("Alleged by ")
        assert accusation.reply.startswith(("The company", "No reply found"))
        assert accusation.source_id in numbers


def test_every_entity_has_evidence(universe: ex.Universe) -> None:
    for entity_id in universe.entities["entity_id"].sample(40, seed=7):
        assert evidence(universe, entity_id).title


def test_no_entry_is_lost_between_deciding_and_context(universe: ex.Universe) -> None:
    for entity_id in ("hikvision", "xiaomi", "smic"):
        known = evidence(universe, entity_id)
        ids = [fact.row["listing_id"] for fact in (*known.listings, *known.context)]
        every = universe.history["listings"].filter(pl.col("entity_id") == entity_id)["listing_id"]
        assert sorted(ids) == sorted(every)


def test_an_unknown_company_is_one_sentence(universe: ex.Universe) -> None:
    with pytest.raises(ex.UniverseError):
        evidence(universe, "nobody")


def test_method_tables_are_the_codes_own(universe: ex.Universe) -> None:
    assert rules_table(universe).height == universe.rules["rule_id"].n_unique()
    assert weights_table()["weight"].is_between(0, 1).all()
