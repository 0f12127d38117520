"""Results taken apart: by route, relation, list, category, kind of security, country, manager, chain, company.

Parts of the *value* may overlap (a company stands on several lists): each part counts a line once, and the
headline counts every line once. Parts of the *score* never overlap: a line's points are divided among the lists
and kinds of accuser behind its severity in proportion to their weights, so that they add up exactly.
"""

from __future__ import annotations

import polars as pl

from exposure.errors import UsageError
from exposure.money import sum_known, summed
from exposure.results import Results
from exposure.score import Weights

BY = ("route", "relation", "issuer", "holding", "list", "category", "security_kind", "country", "group", "chain")


def breakdown(results: Results, by: str, weights: Weights) -> pl.DataFrame:
    """Take the exposures apart.

    Args:
        results: a screening.
        by: one of ``BY``. ``route`` tells direct holdings from those through a fund, through ownership or both;
            ``group`` is the manager or portfolio column of the file.
        weights: those of the screening.

    Returns:
        ``part, kind, lines, value, share, score``, largest first; ``kind`` keeps designations and allegations
        apart. ``score`` (points of 100) adds up to the portfolio's score.

    Raises:
        UsageError: ``by`` is none of these.
    """
    if by not in BY:
        raise UsageError(f"There is no breakdown by “{by}”; there are {', '.join(BY)}.")
    rows = _by_cause(results, weights, by) if by in ("list", "category") else _by_column(results, by)
    counted = rows.group_by("part", "kind").agg(
        lines=pl.col("line").n_unique().cast(pl.Int64),
        value=sum_known("value"),
        share=sum_known("share"),
        score=summed(pl.col("score")),
    )
    return counted.sort(["value", "share", "part", "kind"], descending=[True, True, False, False], nulls_last=True)


def _by_column(results: Results, by: str) -> pl.DataFrame:
    extra = results.holdings.select("row", "country", "group", holding="name")
    rows = results.exposures.join(extra, on="row", how="left")
    names = dict(results.universe.entities.select("entity_id", "name").iter_rows())
    part = {
        "route": _route(),
        "issuer": pl.col("issuer"),
        "holding": pl.col("holding"),
        "relation": pl.col("relation").cast(pl.String),
        "security_kind": pl.col("security_kind").cast(pl.String),
        "country": pl.col("country"),
        "group": pl.col("group"),
        "chain": _chain(names),
    }[by]
    return rows.select(
        "line", "value", "share", part=part.fill_null("not told"), kind="kind", score=pl.col("score_low")
    )


def _route() -> pl.Expr:
    fund = pl.col("via").list.len() > 0
    owned = pl.col("relation").cast(pl.String).is_in(["reached", "connected"])
    through = pl.when("proxy").then(pl.lit("through a fund (proxy)")).otherwise(pl.lit("through a fund"))
    return (
        pl.when(fund & owned)
        .then(through + pl.lit(" and ownership"))
        .when(fund)
        .then(through)
        .when(owned)
        .then(pl.lit("through ownership"))
        .otherwise(pl.lit("direct"))
    )


def _chain(names: dict[str, str]) -> pl.Expr:
    """Funds passed through, the issuer, and the listed company it is tied to."""
    listed = pl.col("listed_id").replace(names)
    tie = pl.when(pl.col("listed_id") != pl.col("issuer_id")).then(pl.lit(" – ") + listed).otherwise(pl.lit(""))
    funds = pl.col("via").list.join(" → ")
    return pl.when(funds != "").then(funds + " → ").otherwise(pl.lit("")) + pl.col("issuer") + tie


def _by_cause(results: Results, weights: Weights, by: str) -> pl.DataFrame:
    """One row for each exposure and each list or kind of accuser behind it, with its part of the score.

    Every connection of the issuer in the relation shown takes part: the lists of a second owner as well.
    """
    lists = results.universe.history["lists"].select(
        list_id="list_id", part="name" if by == "list" else pl.col("effect").cast(pl.String), effect="effect"
    )
    effect = pl.col("effect").cast(pl.String).replace_strict(weights.effect, return_dtype=pl.Float64)
    behind = _behind(results)
    official = (
        behind.explode("lists", empty_as_null=True)
        .drop_nulls("lists")
        .join(lists.with_columns(weight=effect), left_on="lists", right_on="list_id", how="left")
        .select("line", "listed_id", "part", "weight")
    )
    causes = pl.concat([official, _accusations(results, behind, weights, by)])
    of = (pl.col("weight") / summed(pl.col("weight")).over("line", "listed_id")).fill_nan(0.0)
    scored = causes.with_columns(of=of).join(
        behind.select("line", "listed_id", "points"), on=["line", "listed_id"], how="left"
    )
    merged = scored.group_by("line", "part").agg(score=summed(pl.col("of") * pl.col("points")))
    return merged.join(results.exposures.select("line", "kind", "value", "share"), on="line", how="left").select(
        "line", "value", "share", "part", "kind", "score"
    )


def _behind(results: Results) -> pl.DataFrame:
    """The connections behind each exposed line, ``points`` = their parts of its score (points of 100)."""
    whole = pl.col("relation").cast(pl.String).is_in(["listed", "reached"])
    group = pl.when(whole).then(pl.lit("whole")).otherwise(pl.col("relation").cast(pl.String))
    shown = results.exposures.select("line", "issuer_id", exposed="share", group=group)
    told = results.connections.select(
        "listed_id", "lists", "allegation_ids", "points_low", issuer_id="entity_id", group=group
    )
    return shown.join(told, on=["issuer_id", "group"], how="inner").with_columns(
        points=pl.col("exposed").abs() * 100 * pl.col("points_low")
    )


def _accusations(results: Results, behind: pl.DataFrame, weights: Weights, by: str) -> pl.DataFrame:
    said = results.universe.history["allegations"].select("allegation_id", "category", "accuser_kind")
    label = pl.lit("accused by: ") + pl.col("accuser_kind").cast(pl.String) if by == "list" else pl.col("category")
    weight = pl.col("accuser_kind").cast(pl.String).replace_strict(weights.accuser, return_dtype=pl.Float64)
    rows = (
        behind.select("line", "listed_id", allegation_id="allegation_ids")
        .explode("allegation_id", empty_as_null=True)
        .drop_nulls("allegation_id")
        .join(said, on="allegation_id", how="left")
        .with_columns(part=label, weight=weight)
    )
    # A kind of accuser weighs once, however many of it spoke: its weight is divided among its allegations.
    once = pl.col("weight") / pl.len().over("line", "listed_id", "accuser_kind")
    return rows.with_columns(weight=once).select("line", "listed_id", "part", "weight")
