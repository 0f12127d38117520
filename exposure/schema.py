"""The contract of every frame that crosses a module boundary.

Conventions, stated once: shares and weights are fractions 0-1; money is in the currency named beside it;
dates are ISO dates and intervals are half-open ``[since, until)`` with null = open; a stake runs owner -> owned;
``as_of`` (true when), ``published_on`` (dated by its publisher) and ``retrieved_on`` (fetched) are never mixed.
A null means *not known*, never zero.
"""

from __future__ import annotations

from typing import TypeVar

import dataframely as dy
import polars as pl

CONFIDENCE = ["high", "medium", "low"]
SECURITY_KINDS = ["equity", "debt", "fund", "derivative", "cash", "fx", "other", "unknown"]
RELATIONS = ["listed", "reached", "connected", "business"]
SIDES = ["self", "owned", "owner", "link"]
KINDS = ["designation", "allegation"]
BANDS = ["accept", "review", "none"]
TRISTATE = ["yes", "no", "unknown"]
COVERAGE_CLASSES = [
    "identified_by_identifier",
    "identified_by_name",
    "identified_by_judgement",
    "awaiting_review",
    "opaque_funds",
    "unidentified",
    "not_applicable",
]
LISTING_STATUSES = ["listed", "delisted", "restricted_use", "proposed", "called_for"]
EFFECTS = [
    "investment",
    "dealing",
    "export_to",
    "import_from",
    "procurement",
    "authorisation",
    "none",
]
ALLEGATION_RELATIONS = [
    "own_conduct",
    "technology_supply",
    "supply_chain",
    "financing",
    "user_of_equipment",
]

S = TypeVar("S", bound=dy.Schema)


class Holdings(dy.Schema):
    """One reported line of a portfolio. Identifier columns hold valid identifiers only."""

    row = dy.Int64(primary_key=True)  # 0, 1, 2 ... in the order of the file; the handle of all later frames
    file = dy.String(nullable=True)  # name of the file it came from
    sheet = dy.String(nullable=True)  # sheet or table within the file, null for a plain text file
    source_row = dy.Int64(nullable=True)  # 1-based line (text), row (sheet) or element number (XML)
    name = dy.String(nullable=True)  # as published, white space trimmed
    isin = dy.String(nullable=True)
    cusip = dy.String(nullable=True)
    sedol = dy.String(nullable=True)
    figi = dy.String(nullable=True)
    lei = dy.String(nullable=True)
    ticker = dy.String(nullable=True)
    venue = dy.String(nullable=True)  # MIC where the file's exchange could be translated
    exchange = dy.String(nullable=True)  # as published
    identifiers_flagged = dy.List(dy.String(nullable=False))  # "isin=XX12: check digit" ; kept, never used
    country = dy.String(nullable=True)  # as published (name or code)
    sector = dy.String(nullable=True)
    asset_class = dy.String(nullable=True)  # as published
    security_kind = dy.Enum(SECURITY_KINDS)
    shares = dy.Float64(nullable=True)
    price = dy.Float64(nullable=True)
    local_currency = dy.String(nullable=True)  # of the security
    currency = dy.String(nullable=True)  # of ``value``
    value = dy.Float64(nullable=True)  # market value in ``currency``; null = not given
    weight = dy.Float64(nullable=True)  # fraction of the portfolio as published; null = not given
    ownership = dy.Float64(nullable=True)  # fraction of the company that the holder owns, as published
    weight_note = dy.String(nullable=True)  # as published where it is not a number, e.g. "<0.01%"
    group = dy.String(nullable=True)  # portfolio, fund or manager column, where the file has several


class Rejected(dy.Schema):
    """A row of the file that is not a holding, with the reason."""

    file = dy.String(nullable=True)
    sheet = dy.String(nullable=True)
    row = dy.Int64(nullable=True)  # 1-based row in the file or sheet
    reason = dy.String()
    text = dy.String(nullable=True)  # the row's beginning, as published


class Matches(dy.Schema):
    """Resolution of a holding to an entity: one row per holding and candidate, best first.

    Exactly one row with rank 0 for each holding; ``entity_id`` is null when the universe has no such company.
    Further candidates (rank 1, 2 ...) occur only in band ``review``.
    """

    row = dy.Int64(primary_key=True)
    rank = dy.Int64(primary_key=True)
    entity_id = dy.String(nullable=True)
    method = dy.String()  # isin cusip sedol figi lei ticker name_exact name_fuzzy judgement none
    score = dy.Float64(nullable=True)  # 0-1
    band = dy.Enum(BANDS)
    reason = dy.String()


class Lines(dy.Schema):
    """A portfolio after look-through: each holding once, or replaced by what its fund holds."""

    line = dy.Int64(primary_key=True)
    row = dy.Int64()  # the holding it came from
    name = dy.String(nullable=True)
    entity_id = dy.String(nullable=True)  # issuer, where accepted
    match_method = dy.String()
    match_score = dy.Float64(nullable=True)
    match_reason = dy.String()
    security_kind = dy.Enum(SECURITY_KINDS)
    via = dy.List(dy.String(nullable=False))  # names of the funds passed through, outermost first
    via_as_of = dy.List(dy.Date(nullable=True))  # the date of each of these funds' holdings, null = not known
    proxy = dy.Bool()  # a fund on the way stands in for another on the same index
    fund_keys = dy.List(dy.String(nullable=False))  # by what the line may be known as a fund
    coverage = dy.Enum(COVERAGE_CLASSES)
    candidates = dy.List(dy.String(nullable=False))  # entity ids awaiting review
    value = dy.Float64(nullable=True)
    share = dy.Float64(nullable=True)  # of the portfolio's total
    ownership = dy.Float64(nullable=True)  # fraction of the company (or class) that the line is; null = not known
    ownership_of = dy.String(nullable=True)  # company, or share_class
    ownership_source = dy.String(nullable=True)  # what the figure comes from


class Connections(dy.Schema):
    """Issuer -> listed entity, one row per pair and relation."""

    entity_id = dy.String(primary_key=True)
    listed_id = dy.String(primary_key=True)
    relation = dy.Enum(RELATIONS, primary_key=True)
    side = dy.Enum(SIDES)
    kind = dy.Enum(KINDS)
    rule_id = dy.String(nullable=True)  # the rule that made it ``reached``
    share_low = dy.Float64()  # integrated share along the chains; 1 for listed and reached
    share_high = dy.Float64()
    lists = dy.List(dy.String(nullable=False))  # list ids (designations) in force; empty for allegations
    listing_ids = dy.List(dy.String(nullable=False))
    allegation_ids = dy.List(dy.String(nullable=False))
    link_ids = dy.List(dy.String(nullable=False))
    chain = dy.List(dy.String(nullable=False))  # stake ids from owner to owned
    open_lists = dy.List(dy.String(nullable=False))  # list ids of ``listed_id`` whose rule may reach the issuer too
    severity = dy.Float64()  # of this connection by itself
    together_low = dy.Float64()  # of the issuer: what all of this relation and kind hold together
    together_high = dy.Float64()
    points_low = dy.Float64()  # this connection's part of the issuer's weight in the score, 0-1
    points_high = dy.Float64()


class Exposures(dy.Schema):
    """One row per exposed line, in its strongest relation; further connections stand in ``also``."""

    line = dy.Int64(primary_key=True)
    row = dy.Int64()
    name = dy.String(nullable=True)
    issuer_id = dy.String()
    issuer = dy.String()
    listed_id = dy.String()
    listed = dy.String()
    relation = dy.Enum(RELATIONS)
    side = dy.Enum(SIDES)
    kind = dy.Enum(KINDS)
    rule_id = dy.String(nullable=True)
    lists = dy.List(dy.String(nullable=False))
    listing_ids = dy.List(dy.String(nullable=False))
    allegation_ids = dy.List(dy.String(nullable=False))
    link_ids = dy.List(dy.String(nullable=False))
    chain = dy.List(dy.String(nullable=False))
    also = dy.List(dy.String(nullable=False))  # listed ids of weaker connections of the same issuer
    open_lists = dy.List(dy.String(nullable=False))  # list ids whose ownership rule may reach the issuer as well
    in_force_at_holding = dy.Enum(TRISTATE)
    security_kind = dy.Enum(SECURITY_KINDS)
    via = dy.List(dy.String(nullable=False))
    via_as_of = dy.List(dy.Date(nullable=True))
    proxy = dy.Bool()
    match_method = dy.String()
    match_score = dy.Float64(nullable=True)
    match_reason = dy.String()
    value = dy.Float64(nullable=True)
    share = dy.Float64(nullable=True)
    ownership = dy.Float64(nullable=True)  # fraction of the company (or class) that the line is; null = not known
    ownership_of = dy.String(nullable=True)  # company, or share_class
    ownership_source = dy.String(nullable=True)  # what the figure comes from
    attributed_low = dy.Float64(nullable=True)
    attributed_high = dy.Float64(nullable=True)
    severity = dy.Float64()  # listed, reached: of all lists and accusers that meet it; else of the tie shown


class Coverage(dy.Schema):
    """What is known of the portfolio: every class, always, even when empty."""

    coverage = dy.Enum(COVERAGE_CLASSES, primary_key=True)
    lines = dy.Int64()
    unvalued = dy.Int64()  # lines without a value
    value = dy.Float64(nullable=True)
    share = dy.Float64(nullable=True)


def check(schema: type[S], frame: pl.DataFrame) -> dy.DataFrame[S]:
    """Validate ``frame`` against a contract, casting columns; raises on the first fault."""
    return schema.validate(frame.select(schema.column_names()), cast=True)


def empty(schema: type[S]) -> dy.DataFrame[S]:
    """Return a frame with the contract's columns and no rows."""
    return schema.create_empty()
