"""A universe small enough to work out by hand.

Alpha Group ─100 %→ Alpha Holding ─40 %→ Camera Works (listed itself)     Alpha Group: named-only list
Blocked State Co (asset freeze, ≥ 50 % rule) ─60 %→ Reached Mills
                                             ─30 %→ Minor Metals          never reached: 30 % < 50 %
                                             ─40..60 %→ Perhaps Paper     cannot be told
Owner Telecom ─10 %→ Camera Works           Brand Stores re-brands Camera Works
Accused Apps: own conduct, no list          Shirt Brand: supply chain only     Shop Chain: uses the cameras
"""

import datetime as dt

import polars as pl
import pytest

from exposure.score import load_weights
from exposure.universe.bundle import Universe
from exposure.universe.tables import TABLES

DAY = dt.date(2024, 1, 1)
COMMON = {"confidence": "high", "source_id": "s1"}
NAMES = {
    "alpha": "Alpha Group Corporation",
    "alpha_holding": "Alpha Holding Co., Ltd.",
    "camera": "Camera Works Digital Co., Ltd.",
    "blocked": "Blocked State Company",
    "reached": "Reached Mills Co., Ltd.",
    "minor": "Minor Metals Co., Ltd.",
    "perhaps": "Perhaps Paper Co., Ltd.",
    "owner": "Owner Telecom Corp Ltd",
    "brand": "Brand Stores Inc",
    "apps": "Accused Apps Inc",
    "shirt": "Shirt Brand SE",
    "shop": "Shop Chain plc",
    "memory": "Remembered Works Co., Ltd.",
}


def frame(table, rows):
    schema = TABLES[table]
    full = [dict.fromkeys(schema.column_names()) | row for row in rows]
    dtypes = {c: spec.dtype for c, spec in schema.columns().items()}
    return schema.validate(pl.DataFrame(full, schema=dtypes, strict=False), cast=True)


def stake(owner, owned, low, high, **more):
    row = {"stake_id": f"{owner}-{owned}", "owner_id": owner, "owned_id": owned, "share_low": low}
    row |= {"share_high": high, "kind": "equity", "basis": "direct", "verified": True, "as_of": DAY}
    return row | COMMON | more


def listing(entity, list_id, **more):
    row = {"listing_id": f"{list_id}-{entity}", "entity_id": entity, "list_id": list_id, "status": "listed"}
    row |= {"since": dt.date(2020, 1, 1), "citation": "c", "with_subsidiaries": False, "verified": True}
    return row | COMMON | more


def allegation(entity, relation, **more):
    row = {"allegation_id": f"a-{entity}-{relation}", "entity_id": entity, "relation": relation}
    row |= {"category": "x", "claim": "is said to have done it", "accuser": "Some Watch", "accuser_kind": "ngo"}
    row |= {"date": dt.date(2021, 1, 1), "date_text": "1 Jan 2021", "document": "d", "status": "standing"}
    return row | {"reply": "none found", "reply_looked_on": dt.date(2022, 1, 1)} | COMMON | more


def a_list(list_id, effect, rule, **more):
    row = {"list_id": list_id, "name": list_id.title(), "short_name": list_id.upper(), "authority": "A"}
    row |= {"official": True, "effect": effect, "restricts": "It restricts.", "binds": "some.", "rule_id": rule}
    row |= {"legal_basis": "l", "licence": "public domain", "as_of": dt.date(2024, 6, 30), "source_id": "s1"}
    return row | more


def rule(rule_id, **more):
    row = {"rule_id": rule_id, "period": 1, "name": rule_id, "inclusive": True, "aggregate": True, "control": False}
    row |= {"named_only": False, "status": "in_force", "citation": "c", "certainty": "high", "source_id": "s1"}
    return row | more


@pytest.fixture(scope="session")
def names():
    """Every company of the universe: id -> name."""
    return NAMES


@pytest.fixture(scope="session")
def tables():
    isin = {"scheme": "isin", "venue": "", "security_kind": "equity", "valid": True} | COMMON
    return {
        "entities": frame(
            "entities",
            [{"entity_id": i, "name": n, "kind": "company", "country": "CN"} | COMMON for i, n in NAMES.items()],
        ),
        "names": frame("names", [{"entity_id": "camera", "name": "CW", "kind": "short"} | COMMON]),
        "identifiers": frame("identifiers", [isin | {"entity_id": "camera", "value": "CNE100000PM8"}]),
        "stakes": frame(
            "stakes",
            [
                stake("alpha", "alpha_holding", 1.0, 1.0),
                stake("alpha_holding", "camera", 0.4, 0.4),
                stake("blocked", "reached", 0.6, 0.6),
                stake("blocked", "minor", 0.3, 0.3),
                stake("blocked", "perhaps", 0.4, 0.6),
                stake("owner", "camera", 0.1, 0.1),
                stake("blocked", "memory", 0.9, 0.9, verified=False, confidence="low"),
            ],
        ),
        "links": frame(
            "links",
            [
                {"link_id": "l1", "from_id": "brand", "to_id": "camera", "kind": "rebrands", "description": "sells"}
                | COMMON
            ],
        ),
        "lists": frame(
            "lists",
            [
                a_list("named", "investment", "named-only"),
                a_list("freeze", "dealing", "ofac-50"),
                a_list("club", "none", "named-only", official=False),
            ],
        ),
        "rules": frame("rules", [rule("named-only", named_only=True), rule("ofac-50", threshold=0.5)]),
        "listings": frame(
            "listings",
            [
                listing("alpha", "named"),
                listing("camera", "named", since=dt.date(2021, 6, 3)),
                listing("blocked", "freeze"),
                listing("shop", "club"),
                listing("owner", "named", verified=False),
            ],
        ),
        "allegations": frame(
            "allegations",
            [
                allegation("apps", "own_conduct"),
                allegation("shirt", "supply_chain"),
                allegation("shop", "user_of_equipment"),
            ],
        ),
        "sources": frame("sources", [{"source_id": "s1", "title": "t", "read_as": "copy"}]),
    }


@pytest.fixture(scope="session")
def universe(tables):
    return Universe.at(tables)


@pytest.fixture(scope="session")
def weights():
    return load_weights()


@pytest.fixture(scope="session")
def with_second_list():
    """Put Blocked State Co on one more list, whose rule asks for 70 % and cannot be excluded from 50 % on."""

    def add(known):
        more = {
            "lists": a_list("second", "procurement", "second-rule"),
            "rules": rule("second-rule", threshold=0.7, threshold_open=0.5),
            "listings": listing("blocked", "second"),
        }
        return known | {name: pl.concat([known[name], frame(name, [row])]) for name, row in more.items()}

    return add
