"""Results as frames for the sheets of a workbook: one row a thing, typed, ids beside names.

Shares are fractions, money is in the portfolio's currency, null is *not known*. What each column means, and its
unit, stands in ``sheets.toml``; a column that is not described there cannot be written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from exposure.present.chains import ChainFact, dated
from exposure.present.evidence import Evidence, Fact
from exposure.results import Results
from exposure.universe.bundle import Universe

Row = dict[str, Any]
UNITS = ("text", "number", "date", "money", "amount", "share", "stake", "score", "yes_no")
PLACE = ("file", "sheet", "source_row")
FIRST = ("file", "sheet", "source_row", "name")  # columns that stay first
EVIDENCE = {
    "entity_id": pl.String,
    "company": pl.String,
    "in_portfolio": pl.Boolean,
    "evidence_kind": pl.String,
    "said_by": pl.String,
    "since": pl.Date,
    "until": pl.Date,
    "statement": pl.String,
    "reply": pl.String,
    "about": pl.String,
    "status": pl.String,
    "reply_date": pl.Date,
    "reply_looked_on": pl.Date,
    "source": pl.String,
    "source_url": pl.String,
    "reply_source": pl.String,
    "reply_source_url": pl.String,
}
OWNERSHIP = {
    "issuer_id": pl.String,
    "issuer": pl.String,
    "listed_id": pl.String,
    "listed": pl.String,
    "relation": pl.String,
    "side": pl.String,
    "chain": pl.Int64,
    "step": pl.Int64,
    "owner": pl.String,
    "owned": pl.String,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "dated": pl.String,
    "in_all_low": pl.Float64,
    "in_all_high": pl.Float64,
    "verdict": pl.String,
    "source": pl.String,
    "source_url": pl.String,
}


@dataclass(frozen=True)
class Column:
    """What a column holds: its heading, its unit (one of ``UNITS``), its meaning."""

    title: str
    unit: str
    meaning: str


@cache
def dictionary() -> dict[str, Column]:
    """Every column that a sheet may have, by field name."""
    text = resources.files("exposure.present").joinpath("sheets.toml").read_text("utf-8")
    return {name: Column(**told) for name, told in tomllib.loads(text).items()}


def holdings_sheet(results: Results) -> pl.DataFrame:
    """HOLDINGS as read: where each stands in its file first."""
    rest = [name for name in results.holdings.columns if name not in (*FIRST, "row")]
    return results.holdings.select(*FIRST, *rest)


def matches_sheet(results: Results) -> pl.DataFrame:
    """Which company each holding was taken for, by what, and why; further candidates below the best."""
    names = results.universe.entities.select("entity_id", company="name")
    return (
        results.matches.join(results.holdings.select("row", *FIRST), on="row", how="left", maintain_order="left")
        .join(names, on="entity_id", how="left", maintain_order="left")
        .select(*FIRST, "rank", "entity_id", "company", "method", match_score="score", band="band", reason="reason")
    )


def unchecked_sheet(results: Results) -> pl.DataFrame:
    """Lines that could not be checked, largest first, with the best candidate where a name is doubtful."""
    places = results.holdings.select("row", *PLACE)
    doubtful = results.review().select("row", "candidate", "reason")
    return (
        results.unchecked()
        .join(places, on="row", how="left", maintain_order="left")
        .join(doubtful, on="row", how="left", maintain_order="left")
        .select(*FIRST, "coverage", "why", "candidate", "reason", "value", "share")
    )


def rejected_sheet(results: Results) -> pl.DataFrame:
    """Rows of the files that are no holdings, and why."""
    return results.rejected.select("file", "sheet", "reason", "text", source_row="row").select(
        *PLACE, "reason", "text"
    )


def ownership_sheet(universe: Universe, chains: Iterable[tuple[Row, Iterable[ChainFact]]]) -> pl.DataFrame:
    """Chains stake by stake.

    Args:
        universe: for the sources.
        chains: for each company its row of ``companies_table`` and its chains.
    """
    sources = _sources(universe)
    rows = [
        {
            "issuer_id": row["issuer_id"],
            "issuer": row["company"],
            "listed_id": chain.listed_id,
            "listed": chain.listed,
            "relation": chain.relation,
            "side": chain.side,
            "chain": number,
            "step": place,
            "owner": step["owner_name"],
            "owned": step["owned_name"],
            "share_low": step["share_low"],
            "share_high": step["share_high"],
            "dated": dated(step),
            "in_all_low": chain.low,
            "in_all_high": chain.high,
            "verdict": chain.verdict,
            **_source(sources, step["source"]),
        }
        for row, some in chains
        for number, chain in enumerate(some, 1)
        for place, step in enumerate(chain.steps, 1)
    ]
    return pl.DataFrame(rows, schema=OWNERSHIP)


def evidence_sheet(universe: Universe, known: Iterable[tuple[Evidence, bool]]) -> pl.DataFrame:
    """Listings, allegations each with the reply in the next column, context and business links.

    Args:
        universe: for the sources.
        known: the evidence on each company, and whether the portfolio holds it.
    """
    sources = _sources(universe)
    return pl.DataFrame([row for one, held in known for row in _told(sources, one, held)], schema=EVIDENCE)


def _told(sources: Mapping[str, Row], known: Evidence, held: bool) -> list[Row]:
    company = {"entity_id": known.entity["entity_id"], "company": known.title, "in_portfolio": held}
    rows = [
        {**company, "evidence_kind": "listing in force", "said_by": f.row["short_name"], **_fact(sources, f)}
        for f in known.listings
    ]
    rows += [
        {
            **company,
            "evidence_kind": "allegation",
            "said_by": one.row["accuser"],
            "since": one.row["date"],
            "statement": one.claim,
            "reply": one.reply,
            "about": one.about,
            "status": one.status,
            "reply_date": one.row["reply_date"],
            "reply_looked_on": one.row["reply_looked_on"],
            **_source(sources, one.source_id),
            **_source(sources, one.reply_source_id, "reply_"),
        }
        for one in known.allegations
    ]
    rows += [
        {**company, "evidence_kind": "context", "said_by": f.row["short_name"], **_fact(sources, f)}
        for f in known.context
    ]
    return rows + [{**company, "evidence_kind": "business link", **_fact(sources, f)} for f in known.links]


def _fact(sources: Mapping[str, Row], fact: Fact) -> Row:
    row = {"statement": fact.text, "since": fact.row["since"], "until": fact.row.get("until")}
    return {**row, "status": fact.row.get("status"), **_source(sources, fact.source_id)}


def _sources(universe: Universe) -> dict[str, Row]:
    return {row["source_id"]: row for row in universe.sources.iter_rows(named=True)}


def _source(sources: Mapping[str, Row], source_id: str | None, prefix: str = "") -> Row:
    row = sources.get(source_id or "", {})
    return {f"{prefix}source": row.get("title"), f"{prefix}source_url": row.get("url")}
