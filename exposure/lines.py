"""HOLDINGS + MATCHES -> LINES: every holding once, with its share of the portfolio and its coverage class."""

from __future__ import annotations

import polars as pl

from exposure.identifiers import is_isin
from exposure.names import name_keys
from exposure.resolve.match import SCHEMES, nameable
from exposure.schema import Lines, check

NOT_APPLICABLE = ("cash", "fx", "derivative")
# A fund file whose weights add up to less than this discloses a part only (its top ten, say).
WHOLE = 0.98


def base_lines(
    holdings: pl.DataFrame, matches: pl.DataFrame, total: float | None, *, fund: bool = False
) -> pl.DataFrame:
    """Lay matches beside holdings: one line each, with its coverage class.

    Args:
        holdings: HOLDINGS, with ``value`` in one currency.
        matches: MATCHES of the same rows.
        total: portfolio total in that currency; null for a file of weights.
        fund: the file is a fund's: where its weights say that it discloses only a part, they are the shares.
    """
    best = matches.filter(pl.col("rank") == 0).select("row", "entity_id", "method", "score", "band", "reason")
    waiting = (
        matches.filter((pl.col("band") == "review") & pl.col("entity_id").is_not_null())
        .group_by("row", maintain_order=True)
        .agg(candidates="entity_id")
    )
    rows = (
        holdings.join(best, on="row", how="left", maintain_order="left")
        .join(waiting, on="row", how="left", maintain_order="left")
        .join(nameable(holdings["name"]), on="name", how="left", maintain_order="left")
        .join(_fund_keys(holdings), on="row", how="left", maintain_order="left")
    )
    share = pl.col("value") / total if total and not (fund and _partial(holdings)) else pl.col("weight")
    return check(
        Lines,
        rows.with_columns(
            line=pl.int_range(pl.len(), dtype=pl.Int64),
            coverage=_coverage(),
            accepted=pl.when(pl.col("band") == "accept").then("entity_id"),
            candidates=pl.col("candidates").fill_null([]),
            via=pl.lit([], dtype=pl.List(pl.String)),
            via_as_of=pl.lit([], dtype=pl.List(pl.Date)),
            proxy=pl.lit(False),
            share=share,
        ).with_columns(entity_id="accepted", match_method="method", match_score="score", match_reason="reason"),
    )


def _partial(holdings: pl.DataFrame) -> bool:
    """Tell whether a fund's own weights say that a part of it is not in the file."""
    weights = holdings["weight"]
    return bool(weights.is_not_null().all()) and float(weights.sum()) < WHOLE


def _fund_keys(holdings: pl.DataFrame) -> pl.DataFrame:
    """By what each row's fund may be known, strongest first: ISIN, ticker and venue, legal key of the name."""
    names = name_keys(holdings["name"]).select("name", "legal")
    keyed = holdings.select("row", "name", "isin", "ticker", "venue").join(names, on="name", how="left")
    ticker = pl.col("ticker") + "@" + pl.col("venue")
    return keyed.select("row", fund_keys=pl.concat_list("isin", ticker, "legal").list.drop_nulls())


def file_keys(texts: list[str]) -> list[str]:
    """Keys of a fund file: its names as given, as legal keys, and any ISIN that stands in them."""
    keys = [*texts, *name_keys(pl.Series(texts, dtype=pl.String))["legal"]]
    words = (
        pl.Series(texts, dtype=pl.String).str.extract_all(r"[A-Z]{2}[A-Z0-9]{9}[0-9]").explode(empty_as_null=True)
    )
    return [*keys, *(word for word in words.drop_nulls() if is_isin(word))]


def _coverage() -> pl.Expr:
    """The class of a holding by itself, before it is known which candidates would matter."""
    has_identifier = pl.any_horizontal(pl.col(s).is_not_null() for s in SCHEMES) | (
        pl.col("ticker").is_not_null() & pl.col("venue").is_not_null()
    )
    usable = pl.col("usable").fill_null(False)
    kind, band = pl.col("security_kind").cast(pl.String), pl.col("band").cast(pl.String)
    by = {
        "judgement": "identified_by_judgement",
        "name_exact": "identified_by_name",
        "name_fuzzy": "identified_by_name",
    }
    accepted = pl.col("method").replace_strict(by, default="identified_by_identifier", return_dtype=pl.String)
    return (
        pl.when(kind.is_in(NOT_APPLICABLE) & (band == "none"))
        .then(pl.lit("not_applicable"))
        .when(kind == "fund")
        .then(pl.lit("opaque_funds"))
        .when(band == "accept")
        .then(accepted)
        .when(band == "review")
        .then(pl.lit("awaiting_review"))
        .when(usable & has_identifier)
        .then(pl.lit("identified_by_identifier"))
        .when(usable)
        .then(pl.lit("identified_by_name"))
        .otherwise(pl.lit("unidentified"))
    )
