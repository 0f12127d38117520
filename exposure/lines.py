"""HOLDINGS + MATCHES -> LINES: every holding once, with its share of the portfolio and its coverage class."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from exposure.identifiers import is_isin
from exposure.names import name_keys
from exposure.owned import PUBLISHED
from exposure.resolve.match import SCHEMES, nameable
from exposure.schema import Lines, check

NOT_APPLICABLE = ("cash", "fx", "derivative")
# A fund file whose weights add up to less than this discloses a part only (its top ten, say).
WHOLE = 0.98
HEAVIEST = 20
ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def base_lines(holdings: pl.DataFrame, matches: pl.DataFrame, total: float | None) -> pl.DataFrame:
    """Lay matches beside holdings: one line each, with its coverage class.

    Args:
        holdings: HOLDINGS, with ``value`` in one currency.
        matches: MATCHES of the same rows.
        total: portfolio total in that currency; null for a file of weights.
    """
    share = pl.col("value") / total if total else pl.col("weight")
    # In one chunk: polars divides a chunk of one row, and multiplies longer ones with the reciprocal, so the last
    # digit of a share would depend on how the file was read.
    return _laid(holdings.rechunk().with_columns(share=share), matches, fund=False)


def fund_lines(funds: Sequence[tuple[pl.DataFrame, float | None]], matches: pl.DataFrame) -> list[pl.DataFrame]:
    """The same for the holdings of several funds, all at once.

    Args:
        funds: HOLDINGS and total of each fund; row numbers are unique across them.
        matches: MATCHES of all of them.
    """
    if not funds:
        return []
    every = pl.concat([f.with_columns(share=_share(f, total), fund=n) for n, (f, total) in enumerate(funds)])
    lines = _laid(every, matches, fund=True)
    of = lines.join(every.select("row", "fund"), on="row", how="left", maintain_order="left")["fund"]
    return [lines.filter(of == number) for number in range(len(funds))]


def _laid(holdings: pl.DataFrame, matches: pl.DataFrame, *, fund: bool) -> pl.DataFrame:
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
            **_published(fund),
        ).with_columns(entity_id="accepted", match_method="method", match_score="score", match_reason="reason"),
    )


def _published(fund: bool) -> dict[str, pl.Expr]:
    """The part of the company that the file states; what a fund owns of it is not what its holder does."""
    stated = pl.col("ownership").is_not_null() & (pl.col("security_kind").cast(pl.String) != "debt")
    told = stated & pl.lit(not fund)
    return {
        "ownership": pl.when(told).then("ownership"),
        "ownership_of": pl.when(told).then(pl.lit("company")),
        "ownership_source": pl.when(told).then(pl.lit(PUBLISHED)),
    }


def _share(holdings: pl.DataFrame, total: float | None) -> pl.Expr:
    """Each line's share of a fund: of the lines' total, or of the whole where its weights say they are a part."""
    if not total:
        return pl.col("weight")
    weighed = holdings.filter((pl.col("weight") > 0) & (pl.col("value") > 0))
    if weighed.is_empty():
        return pl.col("value") / total
    # What the heaviest lines, which rounding blurs least, are worth over what they weigh is the whole fund.
    first = weighed.sort("weight", descending=True).head(HEAVIEST)
    whole = float(first["value"].sum()) / float(first["weight"].sum())
    return pl.col("value") / (whole if 0 < total < WHOLE * whole else total)


def _fund_keys(holdings: pl.DataFrame) -> pl.DataFrame:
    """By what each row's fund may be known, strongest first: ISIN, ticker and venue, legal key of the name."""
    names = name_keys(holdings["name"]).select("name", "legal")
    keyed = holdings.select("row", "name", "isin", "ticker", "venue").join(names, on="name", how="left")
    ticker = pl.col("ticker") + "@" + pl.col("venue")
    return keyed.select("row", fund_keys=pl.concat_list("isin", ticker, "legal").list.drop_nulls())


def file_keys(files: Sequence[Sequence[str]]) -> list[list[str]]:
    """Keys of fund files: the names given for each, as legal keys as well, and any ISIN that stands in them."""
    texts = pl.Series([text for names in files for text in names], dtype=pl.String)
    legal = dict(name_keys(texts).select("name", "legal").iter_rows())
    found = []
    for names in files:
        isins = [word for text in names for word in ISIN.findall(text) if is_isin(word)]
        found.append([*names, *(key for text in names if (key := legal.get(text))), *isins])
    return found


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
