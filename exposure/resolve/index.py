"""The universe as something to look names and identifiers up in: built once, asked by every screen."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from exposure.names import name_keys
from exposure.universe.bundle import Universe

# Kinds of name that are too weak to accept a company on, however exactly they agree.
WEAK_KINDS = ("short", "pinyin")


@dataclass(frozen=True)
class Index:
    """Names and identifiers of a universe in the keys that holdings are compared in.

    Attributes:
        names: ``entity_id, name, kind, folded, legal, core`` for every name, main names included.
        identifiers: ``scheme, value, venue, entity_id`` of valid identifiers, those inside an ISIN included.
    """

    names: pl.DataFrame
    identifiers: pl.DataFrame


def build_index(universe: Universe) -> Index:
    """Build the look-up frames of a universe (its whole history: old names and delisted firms match too)."""
    return Index(_names(universe), _identifiers(universe.history["identifiers"]))


def _names(universe: Universe) -> pl.DataFrame:
    entities = universe.history["entities"]
    parts = [
        entities.select("entity_id", "name", kind=pl.lit("legal")),
        entities.filter(pl.col("name_local").is_not_null()).select(
            "entity_id", name=pl.col("name_local"), kind=pl.lit("local")
        ),
        universe.history["names"].select("entity_id", "name", kind=pl.col("kind").cast(pl.String)),
    ]
    every = pl.concat(parts).unique(subset=["entity_id", "name"], keep="first", maintain_order=True)
    keyed = every.join(name_keys(every["name"]).drop("noise"), on="name", how="left", maintain_order="left")
    return keyed.filter(pl.col("core").is_not_null() & (pl.col("core") != ""))


def _identifiers(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Valid identifiers, plus the CUSIP inside US and CA ISINs and the SEDOL inside GB and IE ones."""
    valid = identifiers.filter(pl.col("valid")).select(
        pl.col("scheme").cast(pl.String), "value", "venue", "entity_id"
    )
    isin = valid.filter(pl.col("scheme") == "isin")
    inside = pl.concat([valid, *(part.select(valid.columns) for part in identifiers_inside(isin, "value"))])
    return inside.unique(maintain_order=True)


def identifiers_inside(frame: pl.DataFrame, isin: str) -> list[pl.DataFrame]:
    """National numbers contained in a column of ISINs, with ``scheme``, ``value`` and ``venue`` set.

    ISO 6166: positions 3-11 hold the national number; North American ones are the CUSIP, British and Irish
    ones the SEDOL padded with two zeros.
    """
    country = pl.col(isin).str.slice(0, 2)
    cusip = frame.filter(country.is_in(["US", "CA"])).with_columns(
        scheme=pl.lit("cusip"), value=pl.col(isin).str.slice(2, 9), venue=pl.lit("")
    )
    sedol = frame.filter(country.is_in(["GB", "IE"]) & (pl.col(isin).str.slice(2, 2) == "00")).with_columns(
        scheme=pl.lit("sedol"), value=pl.col(isin).str.slice(4, 7), venue=pl.lit("")
    )
    return [cusip, sedol]
