"""The contracts of the universe's tables, as they stand in ``datasets/`` and as imported sources fill them.

One class per CSV file; the class attributes are the columns, in order. Intervals are half-open ``[since, until)``.
"""

from __future__ import annotations

import dataframely as dy

from exposure.schema import (
    ALLEGATION_RELATIONS,
    CONFIDENCE,
    EFFECTS,
    LISTING_STATUSES,
    SECURITY_KINDS,
)

ENTITY_KINDS = ["company", "fund", "state_body", "unit", "person", "group"]
NAME_KINDS = ["legal", "alias", "short", "former", "local", "pinyin", "list_entry"]
SCHEMES = ["isin", "cusip", "sedol", "figi", "lei", "ticker", "uscc", "ofac_uid"]
STAKE_KINDS = ["equity", "voting", "control", "board", "nominee"]
BASES = ["direct", "aggregate"]
LINK_KINDS = ["supplies", "rebrands", "distributes", "buys_from", "researches_with", "successor_of"]
READ_AS = ["original", "copy", "memory"]
ACCUSER_KINDS = ["government", "parliament", "ngo", "academic", "press", "investor", "witness", "other"]


class Entities(dy.Schema):
    """One row per real-world company, fund, state body, unit or person."""

    entity_id = dy.String(primary_key=True)
    name = dy.String()  # English name shown to people
    name_local = dy.String(nullable=True)  # in its own script
    kind = dy.Enum(ENTITY_KINDS)
    country = dy.String(nullable=True)  # ISO 3166-1 alpha-2
    description = dy.String(nullable=True)  # what it is, one neutral line
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Names(dy.Schema):
    """Further names by which an entity is written; the main name of ``entities`` is not repeated."""

    entity_id = dy.String(primary_key=True)
    name = dy.String(primary_key=True)
    kind = dy.Enum(NAME_KINDS, primary_key=True)
    since = dy.Date(nullable=True)
    until = dy.Date(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Identifiers(dy.Schema):
    """A security's or a legal person's identifier. Invalid ones stay, flagged, and are never matched on."""

    entity_id = dy.String(primary_key=True)
    scheme = dy.Enum(SCHEMES, primary_key=True)
    value = dy.String(primary_key=True)
    venue = dy.String(primary_key=True)  # MIC for tickers, "" otherwise
    security_kind = dy.Enum(SECURITY_KINDS, nullable=True)  # null: identifies the legal person
    share_class = dy.String(nullable=True)
    valid = dy.Bool()  # check digit
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Stakes(dy.Schema):
    """Owner -> owned, as one source states it. Conflicting sources are separate rows."""

    stake_id = dy.String(primary_key=True)
    owner_id = dy.String()
    owned_id = dy.String()
    share_low = dy.Float64(nullable=True, min=0.0)  # fraction; null = size unknown
    share_high = dy.Float64(nullable=True, min=0.0)
    kind = dy.Enum(STAKE_KINDS)
    basis = dy.Enum(BASES)  # aggregate: a published group total, already contained in other rows
    as_of = dy.Date(nullable=True)  # the day the source speaks of (first day of a month or year given alone)
    as_of_text = dy.String(nullable=True)  # as the source dates it
    until = dy.Date(nullable=True)  # known to have ended
    verified = dy.Bool()  # False: known from memory only; never decides ``reached``
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()
    note = dy.String(nullable=True)


class Links(dy.Schema):
    """A sourced business link that is not ownership."""

    link_id = dy.String(primary_key=True)
    from_id = dy.String()
    to_id = dy.String()
    kind = dy.Enum(LINK_KINDS)
    since = dy.Date(nullable=True)
    until = dy.Date(nullable=True)
    description = dy.String()
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Lists(dy.Schema):
    """A publication of listings by one authority, with its legal effect and its ownership rule."""

    list_id = dy.String(primary_key=True)
    name = dy.String()
    short_name = dy.String()
    authority = dy.String()
    country = dy.String(nullable=True)
    official = dy.Bool()  # False: an investor's, index provider's or parliamentarians' step; context only
    effect = dy.Enum(EFFECTS)
    restricts = dy.String()  # one sentence: what this list restricts
    binds = dy.String()  # whom it binds
    rule_id = dy.String()
    legal_basis = dy.String()
    licence = dy.String()
    as_of = dy.Date(nullable=True)
    published_on = dy.Date(nullable=True)
    retrieved_on = dy.Date(nullable=True)
    source_id = dy.String()


class Rules(dy.Schema):
    """An ownership rule in one period. Several rows may share a ``rule_id`` with different periods."""

    rule_id = dy.String(primary_key=True)
    period = dy.Int64(primary_key=True)
    name = dy.String()
    threshold = dy.Float64(nullable=True)  # fraction; null = no percentage test
    threshold_open = dy.Float64(nullable=True)  # a share above this cannot be excluded: the answer is unknown
    inclusive = dy.Bool()  # True: >= threshold
    aggregate = dy.Bool()  # listed owners' stakes are added together
    control = dy.Bool()  # control counts as well as ownership
    named_only = dy.Bool()
    valid_from = dy.Date(nullable=True)
    valid_to = dy.Date(nullable=True)  # exclusive
    status = dy.Enum(["in_force", "not_in_force", "stayed", "not_established"])
    citation = dy.String()
    certainty = dy.Enum(CONFIDENCE)
    note = dy.String(nullable=True)
    source_id = dy.String()


class Listings(dy.Schema):
    """One entry on one list."""

    listing_id = dy.String(primary_key=True)
    entity_id = dy.String()
    list_id = dy.String()
    status = dy.Enum(LISTING_STATUSES)
    since = dy.Date(nullable=True)
    until = dy.Date(nullable=True)
    date_text = dy.String(nullable=True)  # as published, where it is no full date
    citation = dy.String()
    entry_name = dy.String(nullable=True)  # as the list prints it
    with_subsidiaries = dy.Bool()  # the entry itself says "and subsidiaries"
    note = dy.String(nullable=True)
    verified = dy.Bool()
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Allegations(dy.Schema):
    """What a named accuser said of a company, and what the company answered."""

    allegation_id = dy.String(primary_key=True)
    entity_id = dy.String()
    relation = dy.Enum(ALLEGATION_RELATIONS)
    category = dy.String()
    claim = dy.String()  # neutral wording of ours
    accuser = dy.String()
    accuser_kind = dy.Enum(ACCUSER_KINDS)
    date = dy.Date(nullable=True)
    date_text = dy.String()
    document = dy.String()
    status = dy.Enum(["standing", "withdrawn", "corrected"])
    reply = dy.String()  # our summary of the company's reply, or "none found"
    reply_date = dy.Date(nullable=True)
    reply_looked_on = dy.Date()  # when somebody last looked for one
    reply_source_id = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    source_id = dy.String()


class Sources(dy.Schema):
    """Where a fact was published and what of it was read."""

    source_id = dy.String(primary_key=True)
    title = dy.String()
    publisher = dy.String(nullable=True)
    url = dy.String(nullable=True)
    published_on = dy.Date(nullable=True)
    retrieved_on = dy.Date(nullable=True)
    read_as = dy.Enum(READ_AS)  # was the original read, a copy, or is it from memory?
    seen_in = dy.String(nullable=True)  # the copy that was read
    licence = dy.String(nullable=True)


TABLES: dict[str, type[dy.Schema]] = {
    "entities": Entities,
    "names": Names,
    "identifiers": Identifiers,
    "stakes": Stakes,
    "links": Links,
    "lists": Lists,
    "rules": Rules,
    "listings": Listings,
    "allegations": Allegations,
    "sources": Sources,
}

FOREIGN_KEYS: tuple[tuple[str, str, str, str], ...] = (
    ("entities", "source_id", "sources", "source_id"),
    ("names", "entity_id", "entities", "entity_id"),
    ("names", "source_id", "sources", "source_id"),
    ("identifiers", "entity_id", "entities", "entity_id"),
    ("identifiers", "source_id", "sources", "source_id"),
    ("stakes", "owner_id", "entities", "entity_id"),
    ("stakes", "owned_id", "entities", "entity_id"),
    ("stakes", "source_id", "sources", "source_id"),
    ("links", "from_id", "entities", "entity_id"),
    ("links", "to_id", "entities", "entity_id"),
    ("links", "source_id", "sources", "source_id"),
    ("lists", "rule_id", "rules", "rule_id"),
    ("lists", "source_id", "sources", "source_id"),
    ("rules", "source_id", "sources", "source_id"),
    ("listings", "entity_id", "entities", "entity_id"),
    ("listings", "list_id", "lists", "list_id"),
    ("listings", "source_id", "sources", "source_id"),
    ("allegations", "entity_id", "entities", "entity_id"),
    ("allegations", "reply_source_id", "sources", "source_id"),
    ("allegations", "source_id", "sources", "source_id"),
)
"""(table, column, target table, target column); ``rules`` is referred to by ``rule_id`` alone, over its periods."""
