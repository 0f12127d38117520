"""HOLDINGS + MATCHES -> LINES: every holding once, funds replaced by what they hold where that is known.

A fund whose holdings nobody has given is opaque: wholly in what could not be checked. A fund given in part
leaves an opaque remainder. Each level keeps its own date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from exposure.names import name_keys
from exposure.resolve.match import SCHEMES, nameable
from exposure.schema import Lines, check

NOT_APPLICABLE = ("cash", "fx", "derivative")
DEPTH = 8  # funds of funds of funds: deeper than any published structure, and an end to cycles
# A remainder below this fraction of a fund is rounding in the published weights, not an undisclosed holding.
ROUNDING = 0.002
EXACT = 1e-12


@dataclass(frozen=True)
class FundHoldings:
    """What a fund holds: its own lines, resolved.

    Attributes:
        name: the fund's name.
        as_of: the date of its holdings, null when its file does not say.
        lines: LINES of the fund by itself (``share`` = fraction of the fund).
    """

    name: str
    as_of: date | None
    lines: pl.DataFrame


def base_lines(holdings: pl.DataFrame, matches: pl.DataFrame, total: float | None) -> pl.DataFrame:
    """Lay matches beside holdings: one line each, with its coverage class.

    Args:
        holdings: HOLDINGS, with ``value`` in one currency.
        matches: MATCHES of the same rows.
        total: portfolio total in that currency; null for a file of weights.
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
    )
    share = pl.col("weight") if not total else pl.col("value") / total
    return check(
        Lines,
        rows.with_columns(
            line=pl.int_range(pl.len(), dtype=pl.Int64),
            coverage=_coverage(),
            accepted=pl.when(pl.col("band") == "accept").then("entity_id"),
            candidates=pl.col("candidates").fill_null([]),
            via=pl.lit([], dtype=pl.List(pl.String)),
            fund_as_of=pl.lit(None, pl.Date),
            share=share,
        ).select(
            "line",
            "row",
            "name",
            "security_kind",
            "via",
            "fund_as_of",
            "coverage",
            "candidates",
            "value",
            "share",
            entity_id="accepted",
            match_method="method",
            match_score="score",
            match_reason="reason",
        ),
    )


def _coverage() -> pl.Expr:
    """The class of a holding by itself, before it is known which candidates would matter."""
    has_identifier = pl.any_horizontal(pl.col(s).is_not_null() for s in SCHEMES) | (
        pl.col("ticker").is_not_null() & pl.col("venue").is_not_null()
    )
    usable = pl.col("usable").fill_null(False)
    kind, band = pl.col("security_kind").cast(pl.String), pl.col("band").cast(pl.String)
    by = {"judgement": "identified_by_judgement", "name_exact": "identified_by_name"}
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


def look_through(lines: pl.DataFrame, holdings: pl.DataFrame, funds: Mapping[str, FundHoldings]) -> pl.DataFrame:
    """Replace fund lines by what the fund holds, to any depth, never through the same fund twice.

    Args:
        lines: LINES of the portfolio.
        holdings: the portfolio's HOLDINGS, for the identifiers of its fund lines.
        funds: what is known of funds, by key: ISIN, ticker, or the name's legal key (see ``fund_keys``).

    Returns:
        LINES, renumbered; the value of each holding is spread over its lines without loss.
    """
    if not funds:
        return lines
    keys = fund_keys(holdings)
    by_row = {row: [funds[k] for k in found if k in funds] for row, found in keys.items()}
    parts, plain = [], []
    for line in lines.iter_rows(named=True):
        known = by_row.get(line["row"]) if line["coverage"] == "opaque_funds" else None
        if known:
            parts.append(_expand(line, known[0], funds, (), DEPTH))
        else:
            plain.append(line["line"])
    kept = lines.filter(pl.col("line").is_in(plain))
    every = pl.concat([kept, *parts]).sort("row", maintain_order=True)
    return check(Lines, every.with_columns(line=pl.int_range(pl.len(), dtype=pl.Int64)))


def fund_keys(holdings: pl.DataFrame) -> dict[int, list[str]]:
    """The keys under which each row's fund may be known, strongest first: ISIN, ticker, name."""
    names = name_keys(holdings["name"]).select("name", "legal")
    keyed = holdings.select("row", "name", "isin", "ticker").join(names, on="name", how="left")
    return {
        row: [k for k in (isin, ticker, legal) if k]
        for row, isin, ticker, legal in keyed.select("row", "isin", "ticker", "legal").iter_rows()
    }


def _expand(
    line: dict[str, object],
    fund: FundHoldings,
    funds: Mapping[str, FundHoldings],
    inside: tuple[str, ...],
    depth: int,
) -> pl.DataFrame:
    """Spread one fund line over the fund's own lines; nested funds that are known are expanded in turn."""
    value, share = line["value"], line["share"]
    known = fund.lines.filter(pl.col("share").is_not_null())
    rest = 1.0 - float(known["share"].sum())
    path = [*line["via"], fund.name]  # type: ignore[misc]
    scaled = known.with_columns(
        row=pl.lit(line["row"], pl.Int64),
        via=pl.lit(path, dtype=pl.List(pl.String)),
        fund_as_of=pl.lit(fund.as_of, pl.Date),
        value=pl.col("share") * pl.lit(value, pl.Float64),
        share=pl.col("share") * pl.lit(share, pl.Float64),
    )
    parts = [scaled.filter(pl.col("coverage") != "opaque_funds")]
    hidden = scaled.filter(pl.col("coverage") == "opaque_funds").iter_rows(named=True)
    parts.extend(_nested(nested, funds, (*inside, fund.name), depth - 1) for nested in hidden)
    if abs(rest) > EXACT:
        parts.append(_remainder(line, fund, path, rest))
    return pl.concat([p.select(list(line_schema())).cast(line_schema()) for p in parts])  # type: ignore[arg-type]


def _remainder(line: dict[str, object], fund: FundHoldings, path: list[str], rest: float) -> pl.DataFrame:
    """What the fund's own lines leave over: undisclosed holdings, or the rounding of its published weights."""
    hidden = rest > ROUNDING
    what = "holdings not disclosed" if hidden else "rounding of the published weights"
    coverage = "opaque_funds" if hidden else "not_applicable"
    rest_of = {**line, "via": path, "fund_as_of": fund.as_of, "coverage": coverage, "entity_id": None}
    rest_of |= {"name": f"{fund.name}: {what}", "candidates": []}
    rest_of |= {"value": _times(line["value"], rest), "share": _times(line["share"], rest)}
    return pl.DataFrame([rest_of], schema=line_schema())


def _nested(
    line: dict[str, object], funds: Mapping[str, FundHoldings], inside: tuple[str, ...], depth: int
) -> pl.DataFrame:
    keys = name_keys(pl.Series([line["name"]], dtype=pl.String))["legal"].to_list()
    found = next((funds[k] for k in keys if k in funds), None)
    if found is None or found.name in inside or depth <= 0:
        return pl.DataFrame([line], schema=line_schema())
    return _expand(line, found, funds, inside, depth)


def line_schema() -> dict[str, pl.DataType]:
    """Column names and types of LINES."""
    return {name: column.dtype for name, column in Lines.columns().items()}


def _times(amount: object, factor: float) -> float | None:
    return None if amount is None else float(amount) * factor  # type: ignore[arg-type]
