"""What a published site knows of each portfolio: enough for the league table, the company pages and the feed.

It lies in the site itself (``data/<address>/portfolio.json``), so that pages of portfolios that are not handed in
again keep their place in the tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from exposure.present.words import identified_share
from exposure.report.content import Content
from exposure.results import Results

LEAGUE = {
    "portfolio_id": pl.String,
    "portfolio": pl.String,
    "holdings_as_of": pl.String,
    "lists_as_of": pl.String,
    "currency": pl.String,
    "holdings": pl.Int64,
    "at_least_value": pl.Float64,
    "at_least": pl.Float64,
    "at_most_value": pl.Float64,
    "at_most": pl.Float64,
    "identified": pl.Float64,
    "score": pl.Float64,
    "companies": pl.Int64,
    "accused": pl.Int64,
    "finding": pl.String,
}


@dataclass(frozen=True)
class Held:
    """One exposed company in one portfolio: the words of ``present.tables.companies_table``."""

    issuer_id: str
    company: str
    letter: str
    relation: str
    kind: str
    through: str | None
    lists: str
    value: float | None
    share: float | None
    held: str


@dataclass(frozen=True)
class Entry:
    """One published portfolio.

    Attributes:
        portfolio_id: its address.
        portfolio: its title.
        holdings_as_of: ISO date, null when the file does not say.
        lists_as_of: ISO date of lists and stakes.
        currency: of the values; null when the file does not say, and in a copy without amounts.
        holdings: number of holdings read.
        at_least: share of the portfolio, a fraction; ``at_least_value`` the amount. The same for ``at_most``.
        identified: share of the value that was identified.
        score: 0 to 100.
        companies: companies on official lists, or reached by the rule of one.
        accused: companies that are accused only.
        finding: the first sentence of its page.
        held: its exposed companies, strongest relation first.
    """

    portfolio_id: str
    portfolio: str
    holdings_as_of: str | None
    lists_as_of: str
    currency: str | None
    holdings: int
    at_least_value: float | None
    at_least: float | None
    at_most_value: float | None
    at_most: float | None
    identified: float | None
    score: float | None
    companies: int
    accused: int
    finding: str
    held: tuple[Held, ...]

    @staticmethod
    def from_json(content: bytes) -> Entry:
        """Read ``portfolio.json``.

        Raises:
            ValueError: it is none.
        """
        told = json.loads(content)
        if not isinstance(told, dict) or set(told) != {one.name for one in fields(Entry)}:
            raise ValueError("not the record of a portfolio")
        return Entry(**{**told, "held": tuple(Held(**one) for one in told["held"])})


def entry_of(results: Results, shown: Content, address: str, title: str) -> Entry:
    """What the site shall know of a portfolio that was redacted before."""
    found = results.headline
    return Entry(
        portfolio_id=address,
        portfolio=title,
        holdings_as_of=results.as_of.holdings.isoformat() if results.as_of.holdings else None,
        lists_as_of=results.as_of.lists.isoformat(),
        currency=results.currency,
        holdings=shown.holdings,
        at_least_value=found.at_least.value,
        at_least=found.at_least.share,
        at_most_value=found.at_most.value,
        at_most=found.at_most.share,
        identified=identified_share(results),
        score=results.score.value,
        companies=found.companies,
        accused=found.accused_only,
        finding=shown.sentences[0],
        held=tuple(_held(one.row) for one in shown.companies),
    )


def _held(row: dict[str, Any]) -> Held:
    return Held(**{one.name: row[one.name] for one in fields(Held)})


def league(entries: Iterable[Entry]) -> pl.DataFrame:
    """The portfolios side by side, largest at-least share first, those without any share last.

    Returns:
        The columns of ``LEAGUE``; shares as fractions.
    """
    rows = [{name: getattr(one, name) for name in LEAGUE} for one in entries]
    order = ["at_least", "portfolio", "portfolio_id"]
    return pl.DataFrame(rows, schema=LEAGUE).sort(order, descending=[True, False, False], nulls_last=True)


def companies_held(entries: Iterable[Entry]) -> pl.DataFrame:
    """The exposed companies over all portfolios, most widely held first, then by their largest share.

    Returns:
        ``issuer_id, company, letter, relation, kind, through, lists, portfolios, most`` (the largest share of a
        portfolio, a fraction). Where portfolios were screened at different dates, the latest words stand.
    """
    schema = dict.fromkeys(("issuer_id", "company", "letter", "relation", "kind", "through", "lists"), pl.String)
    rows = [
        {name: getattr(held, name) for name in schema} | {"share": held.share, "dated": one.lists_as_of}
        for one in sorted(entries, key=lambda one: (one.lists_as_of, one.portfolio_id))
        for held in one.held
    ]
    frame = pl.DataFrame(rows, schema={**schema, "share": pl.Float64, "dated": pl.String})
    grouped = frame.group_by("issuer_id", maintain_order=True).agg(
        pl.col("company", "letter", "relation", "kind", "through", "lists").last(),
        portfolios=pl.len().cast(pl.Int64),
        most=pl.col("share").max(),
    )
    return grouped.sort(
        ["portfolios", "most", "issuer_id"], descending=[True, True, False], nulls_last=True
    ).select(*schema, "portfolios", "most")


def holders(entries: Iterable[Entry]) -> dict[str, list[tuple[Entry, Held]]]:
    """By company the portfolios that hold it, the largest share first; values are never added up over them."""
    found: dict[str, list[tuple[Entry, Held]]] = {}
    for one in entries:
        for held in one.held:
            found.setdefault(held.issuer_id, []).append((one, held))
    for pairs in found.values():
        pairs.sort(key=lambda p: (p[1].share is None, -(p[1].share or 0.0), p[0].portfolio_id))
    return found
