"""The identifier columns of a table: cleaned, repaired, checked; what fails is flagged and never used."""

from __future__ import annotations

import polars as pl

from ..identifiers import (
    VALID,
    clean,
    cusip_in_isin,
    normal_ticker,
    repair_cusip,
    repair_sedol,
    sedol_in_isin,
    split_ticker,
)
from .numbers import given
from .venues import is_code, mic

_REPAIRS = {"cusip": repair_cusip, "sedol": repair_sedol}


def identify(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the identifier columns of a frame of raw texts.

    Returns:
        The frame with ``isin cusip sedol figi lei`` holding valid identifiers only, ``identifiers_flagged``,
        ``ticker``, ``exchange`` and ``venue``.
    """
    frame = _sort_mixed(frame) if frame["identifier"].count() else frame
    # Most files give one or two kinds: columns without a single text need no arithmetic.
    kinds = [kind for kind in VALID if frame[kind].count()]
    frame = frame.with_columns(clean(pl.col(kind), kind).alias(kind) for kind in kinds)
    frame = frame.with_columns(_REPAIRS[kind](pl.col(kind)).alias(kind) for kind in kinds if kind in _REPAIRS)
    none = pl.lit([], dtype=pl.List(pl.String))
    flags = pl.concat_list(_flag(kind) for kind in kinds).list.drop_nulls() if kinds else none
    valid = [pl.when(VALID[kind](pl.col(kind))).then(pl.col(kind)).alias(kind) for kind in kinds]
    frame = frame.with_columns(flags.alias("identifiers_flagged"), *valid)
    return _tickers(_inside_isin(frame) if "isin" in kinds else frame)


def _inside_isin(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the CUSIP or SEDOL that an ISIN contains where the file gives none of its own."""
    return frame.with_columns(
        cusip=pl.coalesce("cusip", cusip_in_isin(pl.col("isin"))),
        sedol=pl.coalesce("sedol", sedol_in_isin(pl.col("isin"))),
    )


def _flag(kind: str) -> pl.Expr:
    """Say of an invalid identifier what it was; one of the right form fails by its check digit."""
    text = pl.col(kind)
    lengths = {"isin": 12, "cusip": 9, "sedol": 7, "figi": 12, "lei": 20}
    why = pl.when(text.str.len_chars() == lengths[kind]).then(pl.lit("check digit")).otherwise(pl.lit("form"))
    wrong = text.is_not_null() & ~VALID[kind](text)
    return pl.when(wrong).then(pl.format(f"{kind}={{}}: {{}}", text.str.slice(0, 40), why))


def _sort_mixed(frame: pl.DataFrame) -> pl.DataFrame:
    """Put a column of identifiers of no stated kind where its cells belong, by form and check digit."""
    mixed = clean(pl.col("identifier"), "isin")
    fills = [
        pl.coalesce(kind, pl.when(VALID[kind](mixed)).then(mixed)).alias(kind)
        for kind in ("isin", "cusip", "sedol", "figi")
    ]
    return frame.with_columns(fills)


def _tickers(frame: pl.DataFrame) -> pl.DataFrame:
    """Split Bloomberg tickers, translate exchanges and give numeric codes their exchange's form."""
    bare = given(pl.col("ticker").str.strip_chars(" \u00a0"))
    head, code = split_ticker(bare)
    known = is_code(code).fill_null(False)
    exchange = given(pl.col("exchange"))
    split = frame.with_columns(
        ticker=pl.when(known).then(head).otherwise(bare),
        _code=pl.when(known).then(code),
        exchange=exchange,
    )
    venue = split.with_columns(
        venue=mic(pl.col("exchange"), pl.col("_code")), exchange=pl.coalesce("exchange", "_code")
    )
    return venue.with_columns(ticker=normal_ticker(pl.col("ticker"), pl.col("venue"))).drop("_code")
