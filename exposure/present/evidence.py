"""The evidence on one company: listings, allegations and replies, owners, chains, with every source numbered.

Works from a universe alone; the chains of a screen are in ``chains.py``. Sources are named by their
``source_id``; ``numbered`` turns them into footnotes, so that a page may number several parts together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from exposure.present.words import allegation_sentence, chain_sentence, day, listing_sentence, reply_sentence
from exposure.schema import EFFECTS
from exposure.universe.bundle import Universe

Row = dict[str, Any]
CONDUCT_WORDS = {
    "own_conduct": "about the company's own conduct",
    "technology_supply": "about technology the company supplies",
    "supply_chain": "about the company's supply chain",
    "financing": "about what the company finances",
    "user_of_equipment": "about who uses the equipment (context, never counted)",
}
LINK_VERBS = {
    "supplies": "supplies",
    "rebrands": "re-brands products of",
    "distributes": "distributes products of",
    "buys_from": "buys from",
    "researches_with": "researches with",
    "successor_of": "is the successor of",
}
EFFECT_WORDS = {
    "investment": "Restricts investing in its securities",
    "dealing": "Forbids any dealing with it: an asset freeze",
    "export_to": "Restricts exports to it",
    "import_from": "Restricts imports from it",
    "procurement": "Keeps governments from buying from it",
    "authorisation": "Keeps its equipment from being authorised",
    "none": "Names it, and restricts nothing by itself",
}
READ_WORDS = {
    "original": "the original was read",
    "copy": "a copy was read",
    "memory": "known from memory only, nothing was read; it makes no listing and no rule reach anybody",
}


@dataclass(frozen=True)
class Fact:
    """One statement with its source, and the row it was told from."""

    text: str
    source_id: str
    row: Row = field(repr=False)


@dataclass(frozen=True)
class Accusation:
    """An allegation and the company's reply, to be shown side by side at the same size."""

    claim: str
    about: str
    status: str
    reply: str
    source_id: str
    reply_source_id: str | None
    row: Row = field(repr=False)


@dataclass(frozen=True)
class Evidence:
    """What is known of one company at the universe's date.

    Attributes:
        entity: its row of ``entities``.
        also_named: other names.
        identifiers: valid identifiers, ``ISIN CNE100000PM8``.
        listings: entries in force on official lists.
        context: entries that decide nothing: ended, proposed, unofficial or unverified ones.
        allegations: what named accusers said, with the reply.
        owners: who holds part of it.
        owned: of whom it holds part.
        links: business links.
    """

    entity: Row
    also_named: tuple[str, ...]
    identifiers: tuple[str, ...]
    listings: tuple[Fact, ...]
    context: tuple[Fact, ...]
    allegations: tuple[Accusation, ...]
    owners: tuple[Fact, ...]
    owned: tuple[Fact, ...]
    links: tuple[Fact, ...]

    @property
    def title(self) -> str:
        """Its name, with the name in its own script."""
        local = self.entity["name_local"]
        return (
            f"{self.entity['name']} {local}" if local and local != self.entity["name"] else str(self.entity["name"])
        )

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The sources in the order in which they are met."""
        facts = (*self.listings, *self.context)
        replies = [i for a in self.allegations for i in (a.source_id, a.reply_source_id) if i]
        rest = (*self.owners, *self.owned, *self.links)
        ids = [self.entity["source_id"], *(f.source_id for f in facts), *replies, *(f.source_id for f in rest)]
        return tuple(dict.fromkeys(ids))


def evidence(universe: Universe, entity_id: str) -> Evidence:
    """Collect everything known of one company.

    Raises:
        UniverseError: there is no such entity.
    """
    entity = universe.entity(entity_id)
    mine = pl.col("entity_id") == entity_id
    names = universe.names.filter(mine)["name"].unique(maintain_order=True).to_list()
    codes = (
        universe.identifiers.filter(mine & pl.col("valid")).select("scheme", "value").unique(maintain_order=True)
    )
    listings, context = _listings(universe, entity_id)
    return Evidence(
        entity=entity,
        also_named=tuple(names),
        identifiers=tuple(f"{scheme.upper()} {value}" for scheme, value in codes.iter_rows()),
        listings=listings,
        context=context,
        allegations=_allegations(universe, entity_id),
        owners=_stakes(universe, pl.col("owned_id") == entity_id),
        owned=_stakes(universe, pl.col("owner_id") == entity_id),
        links=_links(universe, entity_id),
    )


def _listings(universe: Universe, entity_id: str) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Entries that decide, and entries that are context only, each in order of time."""
    lists = {row["list_id"]: row for row in universe.history["lists"].iter_rows(named=True)}
    current = set(universe.listings.filter((pl.col("status") == "listed") & pl.col("verified"))["listing_id"])
    every = universe.history["listings"].filter(pl.col("entity_id") == entity_id)
    deciding: list[Fact] = []
    context: list[Fact] = []
    for row in every.sort("since", "listing_id", nulls_last=True).iter_rows(named=True):
        listed = lists[row["list_id"]]
        decides = row["listing_id"] in current and listed["official"]
        text = listing_sentence(row, lists)
        if not decides:
            text = f"{text} {_why_context(universe, row, listed)}".strip()
        fact = Fact(text, row["source_id"], {**listed, **row})
        (deciding if decides else context).append(fact)
    return tuple(deciding), tuple(context)


def by_effect(listings: Iterable[Fact]) -> list[tuple[str, tuple[Fact, ...]]]:
    """Entries under what their lists restrict, in the order of ``EFFECTS``; within one in order of time."""
    facts = list(listings)
    groups = ((effect, tuple(f for f in facts if str(f.row["effect"]) == effect)) for effect in EFFECTS)
    return [(effect, same) for effect, same in groups if same]


def _why_context(universe: Universe, row: Row, listed: Row) -> str:
    if row["until"] and row["until"] <= universe.as_of:
        return "No longer in force."
    if row["since"] and row["since"] > universe.as_of:
        return f"Not yet in force on {day(universe.as_of)}."
    if not row["verified"]:
        return "Known from memory only; it decides nothing here."
    if not listed["official"]:
        return "No act of an authority; context only."
    return "It restricts nothing by itself; context only."


def _allegations(universe: Universe, entity_id: str) -> tuple[Accusation, ...]:
    """Standing ones in order of time; then what is context only; then what was withdrawn or corrected."""
    rows = universe.allegations.filter(pl.col("entity_id") == entity_id).sort(
        pl.col("status") != "standing",
        pl.col("relation") == "user_of_equipment",
        "date",
        "allegation_id",
        nulls_last=True,
    )
    return tuple(
        Accusation(
            claim=allegation_sentence(row),
            about=CONDUCT_WORDS[row["relation"]],
            status=row["status"],
            reply=reply_sentence(row),
            source_id=row["source_id"],
            reply_source_id=row["reply_source_id"],
            row=row,
        )
        for row in rows.iter_rows(named=True)
    )


def _stakes(universe: Universe, which: pl.Expr) -> tuple[Fact, ...]:
    rows = universe.stakes.filter(which).sort(
        ["share_low", "share_high", "stake_id"], descending=[True, True, False], nulls_last=True
    )
    names = universe.name_of([*rows["owner_id"], *rows["owned_id"]])
    facts = []
    for row in rows.iter_rows(named=True):
        told = {**row, "owner_name": names[row["owner_id"]], "owned_name": names[row["owned_id"]]}
        facts.append(Fact(_stake_sentence(told), row["source_id"], told))
    return tuple(facts)


def _stake_sentence(row: Row) -> str:
    text = chain_sentence([{**row, "as_of": row["as_of_text"] or (day(row["as_of"]) if row["as_of"] else None)}])
    notes = [] if row["kind"] == "equity" else [f"Kind: {row['kind']}."]
    notes += ["A published total of the group."] if row["basis"] == "aggregate" else []
    notes += [] if row["verified"] else ["Known from memory only."]
    return " ".join([text, *notes])


def _links(universe: Universe, entity_id: str) -> tuple[Fact, ...]:
    rows = universe.links.filter((pl.col("from_id") == entity_id) | (pl.col("to_id") == entity_id)).sort("link_id")
    names = universe.name_of([*rows["from_id"], *rows["to_id"]])
    facts = []
    for row in rows.iter_rows(named=True):
        head = f"{names[row['from_id']]} {LINK_VERBS[row['kind']]} {names[row['to_id']]}"
        since = f" (since {day(row['since'])})" if row["since"] else ""
        facts.append(Fact(f"{head}{since}. {row['description']}", row["source_id"], row))
    return tuple(facts)


def numbered(*groups: Iterable[str]) -> dict[str, int]:
    """Number sources in the order in which they are met, starting with 1."""
    ids = dict.fromkeys(i for group in groups for i in group)
    return {source: number for number, source in enumerate(ids, 1)}


def sources_table(universe: Universe, numbers: Mapping[str, int]) -> pl.DataFrame:
    """The sources behind footnote numbers.

    Returns:
        ``number, title, publisher, published, read, url``, and ``about``, those in words; by number.
    """
    order = pl.DataFrame(
        {"source_id": list(numbers), "number": list(numbers.values())},
        schema={"source_id": pl.String, "number": pl.Int64},
    )
    found = order.join(universe.sources, on="source_id", how="left", maintain_order="left")
    rows = [
        {
            "number": row["number"],
            "title": row["title"] or row["source_id"],
            "publisher": row["publisher"],
            "published": day(row["published_on"]) if row["published_on"] else None,
            "read": _read_words(row),
            "url": row["url"],
            "about": _about(row),
        }
        for row in found.iter_rows(named=True)
    ]
    texts = dict.fromkeys(("title", "publisher", "published", "read", "url", "about"), pl.String)
    return pl.DataFrame(rows, schema={"number": pl.Int64, **texts})


def _about(row: Row) -> str:
    published = f"published {day(row['published_on'])}" if row["published_on"] else "publication not dated"
    return f"{row['publisher'] or 'publisher not recorded'}; {published}; {_read_words(row)}."


def _read_words(row: Row) -> str:
    words = READ_WORDS.get(row["read_as"], "not known")
    where = f" (in {row['seen_in']})" if row["read_as"] == "copy" and row["seen_in"] else ""
    when = f", {day(row['retrieved_on'])}" if row["retrieved_on"] else ""
    return f"{words}{where}{when}"
