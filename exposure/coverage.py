"""What is known of a portfolio, class by class: the classes add up to the total, always."""

from __future__ import annotations

import polars as pl

from exposure.money import summed
from exposure.schema import COVERAGE_CLASSES, Coverage, check

# What cannot be excluded: each of these could be a listed company for all that is known.
OPEN = ("awaiting_review", "opaque_funds", "unidentified")
IDENTIFIED = ("identified_by_identifier", "identified_by_name", "identified_by_judgement")


def settle(lines: pl.DataFrame, relevant: list[str]) -> pl.DataFrame:
    """Close reviews that cannot matter: none of the candidates is listed, owned, owning or linked.

    Such a line is identified well enough for the question asked: whichever candidate it is, or none, no
    exposure follows.

    Args:
        lines: LINES.
        relevant: entity ids with any connection.
    """
    harmless = (pl.col("coverage") == "awaiting_review") & ~pl.col("candidates").list.eval(
        pl.element().is_in(relevant)
    ).list.any()
    by_name = pl.col("match_method").str.starts_with("name")
    settled = (
        pl.when(by_name)
        .then(pl.lit("identified_by_name"))
        .when(pl.col("match_method") == "judgement")
        .then(pl.lit("identified_by_judgement"))
        .otherwise(pl.lit("identified_by_identifier"))
    )
    return lines.with_columns(
        coverage=pl.when(harmless)
        .then(settled)
        .otherwise(pl.col("coverage").cast(pl.String))
        .cast(lines.schema["coverage"])
    )


def coverage(lines: pl.DataFrame) -> pl.DataFrame:
    """Add up lines by coverage class; classes without lines stand with zero.

    Returns:
        A COVERAGE frame in the order of ``COVERAGE_CLASSES``. ``value`` is null for a file of weights.
    """
    every = pl.DataFrame({"coverage": COVERAGE_CLASSES}).cast({"coverage": lines.schema["coverage"]})
    valued = lines["value"].is_not_null().any()
    weighed = lines["share"].is_not_null().any()
    sums = lines.group_by("coverage").agg(
        lines=pl.len().cast(pl.Int64),
        unvalued=(pl.col("value") if valued else pl.col("share")).is_null().sum().cast(pl.Int64),
        value=summed(pl.col("value")),
        share=summed(pl.col("share")),
    )
    full = every.join(sums, on="coverage", how="left", maintain_order="left")
    return check(
        Coverage,
        full.with_columns(
            pl.col("lines").fill_null(0),
            pl.col("unvalued").fill_null(0),
            value=pl.col("value").fill_null(0.0) if valued else pl.lit(None, pl.Float64),
            share=pl.col("share").fill_null(0.0) if weighed else pl.lit(None, pl.Float64),
        ),
    )
