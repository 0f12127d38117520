"""Results as files for a spreadsheet: units in the header, every text guarded against being run as a formula."""

from __future__ import annotations

import polars as pl

from exposure.neutral import neutral_frame
from exposure.present.words import list_names
from exposure.results import Results

BOM = "\ufeff"  # without it a spreadsheet takes the Chinese names for Latin-1


def exposures_table(results: Results) -> pl.DataFrame:
    """Every exposed line, ids beside names: what the CSV and the workbook hold.

    Returns:
        Values in the portfolio's currency, shares as fractions, lists by short name.
    """
    where = results.holdings.select("row", "file", "sheet", "source_row", "isin", "currency")
    names = {i: list_names(results.universe, [i]) for i in results.universe.history["lists"]["list_id"]}
    text = pl.col("relation", "side", "kind", "in_force_at_holding", "security_kind").cast(pl.String)
    return results.exposures.join(where, on="row", how="left", maintain_order="left").select(
        "file",
        "sheet",
        "source_row",
        "name",
        "isin",
        "issuer_id",
        "issuer",
        "listed_id",
        "listed",
        text,
        pl.col("lists").list.eval(pl.element().replace_strict(names, return_dtype=pl.String)),
        "rule_id",
        "via",
        "proxy",
        "value",
        pl.lit(results.currency).alias("currency"),
        "share",
        "attributed_low",
        "attributed_high",
        "score_low",
        "score_high",
        "match_method",
        "match_score",
        "match_reason",
    )


def exposures_csv(results: Results) -> str:
    """The exposed lines as CSV, safe to open in a spreadsheet; the same results give the same text."""
    return BOM + neutral_frame(exposures_table(results)).write_csv()
