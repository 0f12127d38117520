"""Exchange names and Bloomberg codes -> MIC (ISO 10383), from ``venues.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import polars as pl

#: Two-letter codes that name a country's market as a whole: they end a ticker but are no single exchange.
_COMPOSITES = frozenset({"US", "GR", "CH", "EU", "IN", "NA", "IX", "DE", "UV"})


@cache
def _rows() -> list[dict[str, str]]:
    text = resources.files("exposure.holdings").joinpath("venues.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def by_name() -> Mapping[str, str]:
    """Return exchange name, lower case -> MIC."""
    names = {n.casefold(): row["mic"] for row in _rows() for n in row["names"].split("|") if n}
    return MappingProxyType(names)


@cache
def by_code() -> Mapping[str, str]:
    """Return two-letter Bloomberg code -> MIC."""
    return MappingProxyType({code: row["mic"] for row in _rows() for code in row["bloomberg"].split()})


def is_code(code: pl.Expr) -> pl.Expr:
    """Tell whether a text is an exchange code we know."""
    return code.is_in(sorted(set(by_code()) | _COMPOSITES))


def mainland(ticker: pl.Expr, code: pl.Expr) -> pl.Expr:
    """Return the mainland Chinese exchange of a ticker with the composite code ``CH``, by its numbering.

    Shanghai numbers its shares from 600000 and 900000, Shenzhen up to 399999, without exception.
    """
    number = ticker.cast(pl.Int64, strict=False)
    mic = pl.when(number >= 600000).then(pl.lit("XSHG")).when(number < 400000).then(pl.lit("XSHE"))
    return pl.when(code == "CH").then(mic)


def mic(exchange: pl.Expr, code: pl.Expr) -> pl.Expr:
    """Translate a published exchange, or failing that the code behind a ticker; null where neither is known."""
    named = exchange.str.to_lowercase().replace_strict(dict(by_name()), default=None, return_dtype=pl.String)
    coded = code.replace_strict(dict(by_code()), default=None, return_dtype=pl.String)
    return pl.coalesce(named, exchange.replace_strict(dict(by_code()), default=None, return_dtype=pl.String), coded)
