"""The universe as something to look names and identifiers up in: built once, asked by every screen."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from exposure.identifiers import cusip_in_isin, sedol_in_isin
from exposure.names import is_generic, is_placeholder, is_short
from exposure.resolve.candidates import GramIndex
from exposure.resolve.words import Lexicon, Names, keyed, spell
from exposure.universe.bundle import Universe

# Kinds of name that are too weak to accept a company on, however exactly they agree.
WEAK_KINDS = ("short", "pinyin")


@dataclass(frozen=True)
class Index:
    """Names and identifiers of a universe in the keys that holdings are compared in.

    Attributes:
        names: ``entity_id, name, kind, folded, legal, core, at, weak`` for every name, main names included;
            ``at`` is the name's row in ``spelled``, ``weak`` says why it never decides alone.
        main: ``entity_id, main, forms, country``: each entity's own name, its legal forms and its country.
        identifiers: ``scheme, value, venue, entity_id`` of valid identifiers, those inside an ISIN included.
        spelled: the distinct names as word codes.
        lexicon: their words; rarity is counted over the universe, so that a line scores the same in every file.
        grams: the cores of ``spelled``, to find look-alikes in.
    """

    names: pl.DataFrame
    main: pl.DataFrame
    identifiers: pl.DataFrame
    spelled: Names
    lexicon: Lexicon
    grams: GramIndex


def build_index(universe: Universe) -> Index:
    """Build the look-up frames of a universe (its whole history: old names and delisted firms match too)."""
    listed = _names(universe)
    keys = keyed(listed["name"])
    spelled, lexicon = spell(keys)
    place = (
        keys.select("name", "folded", "legal", "core")
        .with_row_index("at")
        .with_columns(pl.col("at").cast(pl.Int64))
    )
    names = listed.join(place, on="name", how="left", maintain_order="left")
    names = names.filter(pl.col("core") != "").join(
        weakness(names["core"]), on="core", how="left", maintain_order="left"
    )
    identifiers = _identifiers(universe.history["identifiers"])
    return Index(names, _main(names, keys, universe), identifiers, spelled, lexicon, GramIndex.build(keys["core"]))


def _main(names: pl.DataFrame, keys: pl.DataFrame, universe: Universe) -> pl.DataFrame:
    """The first name of each entity is its own."""
    first = names.select("entity_id", "name").unique("entity_id", keep="first", maintain_order=True)
    forms = first.join(keys.select("name", "forms"), on="name", how="left", maintain_order="left")
    at_home = universe.history["entities"].select("entity_id", "country").unique("entity_id", keep="last")
    placed = forms.join(at_home, on="entity_id", how="left", maintain_order="left")
    return placed.select("entity_id", "forms", "country", main="name")


def _names(universe: Universe) -> pl.DataFrame:
    entities = universe.history["entities"]
    parts = [
        entities.select("entity_id", "name", kind=pl.lit("legal")),
        entities.filter(pl.col("name_local").is_not_null()).select(
            "entity_id", name=pl.col("name_local"), kind=pl.lit("local")
        ),
        universe.history["names"].select("entity_id", "name", kind=pl.col("kind").cast(pl.String)),
    ]
    return pl.concat(parts).unique(subset=["entity_id", "name"], keep="first", maintain_order=True)


def weakness(cores: pl.Series) -> pl.DataFrame:
    """Tell for each distinct core whether it is too short or too general to decide alone (``core, weak``)."""
    distinct = cores.unique(maintain_order=True).alias("core")
    weak = [is_generic(core) or is_short(core) or is_placeholder(core) for core in distinct]
    return distinct.to_frame().with_columns(weak=pl.Series(weak, dtype=pl.Boolean))


def _identifiers(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Valid identifiers, plus the CUSIP inside US and CA ISINs and the SEDOL inside British and Irish ones."""
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
    parts = (("cusip", cusip_in_isin(pl.col(isin))), ("sedol", sedol_in_isin(pl.col(isin))))
    return [
        frame.with_columns(scheme=pl.lit(scheme), value=number, venue=pl.lit("")).filter(
            pl.col("value").is_not_null()
        )
        for scheme, number in parts
    ]
