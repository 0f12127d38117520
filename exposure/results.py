"""The frozen frames of one run, with its manifest: nothing in it depends on a clock or on chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from exposure.ownership.edges import stated_beside
from exposure.schema import RELATIONS
from exposure.score import Score, Weights
from exposure.screen import Amount, Headline
from exposure.universe.bundle import Universe


@dataclass(frozen=True)
class Dates:
    """The four dates of a result: of the holdings, the lists, the stakes, the oldest look-through."""

    holdings: date | None
    lists: date
    stakes: date
    funds: date | None


@dataclass(frozen=True)
class Results:
    """Everything one screen found.

    Attributes:
        portfolio: name in the file, or the file's own name.
        currency: of all values, null when the file does not say.
        total_value: sum of the holdings' values, null for a file of weights.
        as_of: the dates of the result.
        holdings: HOLDINGS as read.
        rejected: rows of the files that are no holdings.
        matches: MATCHES.
        lines: LINES after look-through.
        connections: CONNECTIONS of every issuer and every candidate.
        exposures: EXPOSURES, with each one's part of the score (``score_low``, ``score_high``).
        coverage: COVERAGE.
        headline: the figures quoted first.
        score: the portfolio's score.
        universe: what was known.
        weights: those of the score.
        warnings: what the reader should know about the input.
        manifest: inputs, universe, judgements and version: what a second run needs to give the same bytes.
        breaches: what a house policy says about the lines, null where none was given.
    """

    portfolio: str
    currency: str | None
    total_value: float | None
    as_of: Dates
    holdings: pl.DataFrame = field(repr=False)
    rejected: pl.DataFrame = field(repr=False)
    matches: pl.DataFrame = field(repr=False)
    lines: pl.DataFrame = field(repr=False)
    connections: pl.DataFrame = field(repr=False)
    exposures: pl.DataFrame = field(repr=False)
    coverage: pl.DataFrame = field(repr=False)
    headline: Headline = field(repr=False)
    score: Score
    universe: Universe = field(repr=False)
    weights: Weights = field(repr=False)
    warnings: tuple[str, ...] = ()
    manifest: dict[str, Any] = field(default_factory=dict, repr=False)
    breaches: pl.DataFrame | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``exposure screen --json``.

        Examples:
            >>> screening.to_dict()["coverage"]["opaque_funds"]["share"] > 0.3
            True
        """
        several = self.holdings["file"].n_unique() > 1
        files = dict(self.holdings.select("row", "file").iter_rows())
        return {
            "portfolio": self.portfolio,
            "currency": self.currency,
            "total_value": self.total_value,
            "as_of": {k: _iso(getattr(self.as_of, k)) for k in ("holdings", "lists", "stakes", "funds")},
            "coverage": {
                row["coverage"]: {"value": row["value"], "share": row["share"]}
                for row in self.coverage.iter_rows(named=True)
            },
            "headline": _headline(self.headline),
            "score": {"value": self.score.value, "low": self.score.low, "high": self.score.high},
            "exposures": [
                ({"file": files[row["row"]]} if several else {}) | self._exposure(row)
                for row in self.exposures.iter_rows(named=True)
            ],
            "review": self.review().to_dicts(),
            **({} if self.breaches is None else {"breaches": _breaches(self.breaches)}),
            "warnings": list(self.warnings),
            "manifest": self.manifest,
        }

    def _exposure(self, row: dict[str, Any]) -> dict[str, Any]:
        plain = ("row", "name", "issuer_id", "issuer", "listed_id", "listed", "relation", "side", "kind")
        held = ("lists", "in_force_at_holding", "security_kind")
        match = {k: row[f"match_{k}"] for k in ("method", "score", "reason")}
        amounts = {k: row[k] for k in ("value", "share", "attributed_low", "attributed_high")}
        return {
            **{k: row[k] for k in plain},
            **{k: row[k] for k in held},
            "rule": row["rule_id"],
            "open_lists": row["open_lists"],
            "match": match,
            **amounts,
            "ownership": _owned(row),
            "via": row["via"],
            "via_as_of": [_iso(day) for day in row["via_as_of"]],
            "proxy": row["proxy"],
            "chain": chain_rows(self.universe, row["chain"]),
            "allegations": row["allegation_ids"],
            "also": [self._further(row["issuer_id"], listed) for listed in row["also"]],
        }

    def _further(self, issuer: str, listed: str) -> dict[str, Any]:
        found = self.connections.filter((pl.col("entity_id") == issuer) & (pl.col("listed_id") == listed))
        row = found.row(0, named=True)
        return {
            "listed_id": listed,
            "relation": row["relation"],
            "side": row["side"],
            "kind": row["kind"],
            "lists": row["lists"],
            "share_low": row["share_low"],
            "share_high": row["share_high"],
            "chain": chain_rows(self.universe, row["chain"]),
        }

    def owned(self) -> pl.DataFrame:
        """What part of each exposed company the portfolio owns, where that is known.

        Returns:
            ``issuer_id, issuer, relation, kind, ownership, lines, complete, source``, strongest relation first,
            then the largest part: the company's lines added up. ``complete`` is false where some of its shares are
            lines whose part is not known: then it is at least that. Parts of one share class are not among them.

        Examples:
            >>> caps = {"hikvision": (200_000_000_000, "GBP")}
            >>> ex.screen(ex.example("pension"), market_caps=caps).owned()["issuer_id"].to_list()
            ['hikvision']
        """
        shares = self.exposures.filter(~pl.col("security_kind").cast(pl.String).is_in(["debt", "fund"]))
        known = pl.col("ownership").is_not_null() & (pl.col("ownership_of") == "company")
        return (
            shares.group_by("issuer_id", "issuer", "relation", "kind", maintain_order=True)
            .agg(
                ownership=pl.col("ownership").filter(known).sum(),
                lines=known.sum().cast(pl.Int64),
                complete=known.all(),
                source=pl.col("ownership_source").filter(known).unique(maintain_order=True).str.join("; "),
            )
            .filter(pl.col("lines") > 0)
            .sort(
                [pl.col("relation").to_physical(), pl.col("kind").to_physical(), "ownership", "issuer_id"],
                descending=[False, False, True, False],
            )
        )

    def review(self) -> pl.DataFrame:
        """Doubtful matches that matter, by falling value: the line, its best candidate, score and reason.

        Examples:
            >>> screening.review()["candidate"].to_list()[-1]
            'China Telecom Corporation Limited'
        """
        waiting = self.lines.filter(pl.col("coverage") == "awaiting_review").select("line", "row", "value", "share")
        names = self.universe.entities.select("entity_id", candidate="name")
        best = self.matches.filter((pl.col("rank") == 0) & (pl.col("band") == "review"))
        return (
            waiting.join(best, on="row", how="inner")
            .join(self.holdings.select("row", "name"), on="row", how="left")
            .join(names, on="entity_id", how="left")
            .sort(["value", "share", "row"], descending=[True, True, False], nulls_last=True)
            .select("row", "name", "value", "share", "entity_id", "candidate", "method", "score", "reason")
        )

    def largest_lines(self, coverage: str, top: int = 10) -> pl.DataFrame:
        """The largest lines of one coverage class: ``row, name, via, value, share``.

        Examples:
            >>> screening.largest_lines("opaque_funds", top=1)["name"].to_list()
            ['CITYVIEW WORLD EX-UK EQUITY INDEX FUND']
        """
        rows = self.lines.filter(pl.col("coverage").cast(pl.String) == coverage)
        size = pl.col("value").abs() if rows["value"].is_not_null().any() else pl.col("share").abs()
        return (
            rows.sort(size, descending=True, nulls_last=True)
            .head(top)
            .select("row", "name", "via", "value", "share")
        )

    def unchecked(self) -> pl.DataFrame:
        """Lines that could not be checked, with the reason, by falling value.

        Examples:
            >>> screening.unchecked()["coverage"].unique().sort().to_list()
            ['awaiting_review', 'opaque_funds']
        """
        reasons = {
            "awaiting_review": "resembles a company in question; nobody has decided yet",
            "opaque_funds": "a fund whose holdings have not been given",
            "unidentified": "nothing in the row says which company it is",
        }
        return (
            self.lines.filter(pl.col("coverage").cast(pl.String).is_in(list(reasons)))
            .with_columns(why=pl.col("coverage").cast(pl.String).replace_strict(reasons, return_dtype=pl.String))
            .sort(["value", "share", "line"], descending=[True, True, False], nulls_last=True)
            .select("row", "name", "coverage", "why", "value", "share")
        )


def chain_rows(universe: Universe, stake_ids: list[str]) -> list[dict[str, Any]]:
    """The stakes of a chain in order, each with its owner, owned, bounds, date, source and what others state."""
    stakes = universe.history["stakes"]
    wanted = pl.DataFrame({"stake_id": stake_ids}, schema={"stake_id": pl.String})
    found = wanted.join(stakes, on="stake_id", how="inner", maintain_order="left")
    names = universe.name_of([*found["owner_id"], *found["owned_id"]])
    beside = stated_beside(universe.stakes, stake_ids)
    return [
        {
            "owner": row["owner_id"],
            "owner_name": names[row["owner_id"]],
            "owned": row["owned_id"],
            "owned_name": names[row["owned_id"]],
            "share_low": row["share_low"],
            "share_high": row["share_high"],
            "kind": row["kind"],
            "as_of": _iso(row["as_of"]),
            "dated": row["as_of_text"] or _iso(row["as_of"]),
            "source": row["source_id"],
            "confidence": row["confidence"],
            "verified": row["verified"],
            "beside": [_statement(other) for other in beside.get(row["stake_id"], [])],
        }
        for row in found.iter_rows(named=True)
    ]


def _statement(row: dict[str, Any]) -> dict[str, Any]:
    """Another sourced size of a stake that is shown with a more recent one."""
    return {
        "share_low": row["share_low"],
        "share_high": row["share_high"],
        "dated": row["as_of_text"] or _iso(row["as_of"]),
        "source": row["source_id"],
        "confidence": row["confidence"],
    }


def _owned(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["ownership"] is None:
        return None
    return {"share": row["ownership"], "of": row["ownership_of"], "source": row["ownership_source"]}


def _headline(headline: Headline) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for relation in RELATIONS:
        every, official, alleged = headline.relations[relation]
        found[relation] = {
            **_amount(every),
            "designation": _amount(official),
            "allegation_only": _amount(alleged),
        }
    found["at_least"] = _amount(headline.at_least)
    found["at_most"] = _amount(headline.at_most)
    return found


def _amount(amount: Amount) -> dict[str, float | None]:
    return {"value": amount.value, "share": amount.share}


def _breaches(breaches: pl.DataFrame) -> list[dict[str, Any]]:
    return [row | {"escalates_on": _iso(row["escalates_on"])} for row in breaches.iter_rows(named=True)]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
