"""The universe in FollowTheMoney's terms, so that the field's other tools can read it.

Companies and bodies become ``Company``, ``PublicBody``, ``Organization`` or ``Person``; stakes ``Ownership``;
entries on official lists ``Sanction`` (the model's word for any official listing; ``provisions`` says what this
one restricts); ISINs ``Security``. Allegations, calls, bills and investors' decisions are not exported: the model
has no place where an accusation and its reply would stay together, and calling them sanctions would be false.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

SCHEMATA = {
    "company": "Company",
    "fund": "Company",
    "state_body": "PublicBody",
    "unit": "Organization",
    "group": "Organization",
    "person": "Person",
}
NAME_PROPERTIES = {"former": "previousName", "short": "weakAlias"}
IDENTIFIERS = {"lei": "leiCode", "uscc": "uscCode", "ofac_uid": "registrationNumber"}
LISTED = ("listed", "delisted", "restricted_use")

Statement = dict[str, Any]


def statements(history: dict[str, pl.DataFrame]) -> Iterator[Statement]:
    """Yield FollowTheMoney entities, companies first, each ``{"id", "schema", "properties"}``.

    Args:
        history: the universe's tables with every row; intervals are exported with their dates.
    """
    kinds = dict(history["entities"].select("entity_id", "kind").iter_rows())
    yield from _parties(history)
    yield from _securities(history)
    yield from _stakes(history, kinds)
    yield from _listings(history)


def json_lines(history: dict[str, pl.DataFrame]) -> Iterator[str]:
    """Yield one JSON text per entity, the same for the same data."""
    for statement in statements(history):
        yield json.dumps(statement, ensure_ascii=False, sort_keys=True)


def _statement(identity: str, schema: str, **properties: Any) -> Statement:
    """One entity; empty values are left out, every value is a list of texts as the model wants it."""
    filled = {name: _texts(value) for name, value in properties.items()}
    return {"id": identity, "schema": schema, "properties": {k: v for k, v in filled.items() if v}}


def _texts(value: Any) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return [v.isoformat() if hasattr(v, "isoformat") else str(v) for v in many if v is not None and v != ""]


def _parties(history: dict[str, pl.DataFrame]) -> Iterator[Statement]:
    names = history["names"].partition_by("entity_id", as_dict=True)
    codes = history["identifiers"].partition_by("entity_id", as_dict=True)
    for row in history["entities"].iter_rows(named=True):
        key = (row["entity_id"],)
        properties: dict[str, list[str]] = {"name": [row["name"]], "alias": _texts(row["name_local"])}
        for kind, name in _pairs(names.get(key), "kind", "name"):
            properties.setdefault(NAME_PROPERTIES.get(kind, "alias"), []).append(name)
        for scheme, value in _pairs(codes.get(key), "scheme", "value"):
            if scheme in IDENTIFIERS and SCHEMATA[row["kind"]] in ("Company", "Organization", "PublicBody"):
                properties.setdefault(IDENTIFIERS[scheme], []).append(value)
        country = _texts(row["country"] and row["country"].lower())
        yield _statement(
            _party(row["entity_id"]),
            SCHEMATA[row["kind"]],
            country=country,
            summary=row["description"],
            **properties,
        )


def _pairs(frame: pl.DataFrame | None, first: str, second: str) -> Iterable[tuple[str, str]]:
    return [] if frame is None else frame.select(first, second).iter_rows()


def _securities(history: dict[str, pl.DataFrame]) -> Iterator[Statement]:
    names = dict(history["entities"].select("entity_id", "name").iter_rows())
    isins = history["identifiers"].filter((pl.col("scheme") == "isin") & pl.col("valid"))
    for row in isins.iter_rows(named=True):
        title = " ".join(_texts([names[row["entity_id"]], row["share_class"]]))
        yield _statement(
            f"isin-{row['value']}",
            "Security",
            name=title,
            isin=row["value"],
            issuer=_party(row["entity_id"]),
            type=row["security_kind"],
        )


def _stakes(history: dict[str, pl.DataFrame], kinds: dict[str, str]) -> Iterator[Statement]:
    """Stakes; what is held in a body that is no company is a link without a kind, for only assets can be owned."""
    urls = dict(history["sources"].select("source_id", "url").iter_rows())
    for row in history["stakes"].iter_rows(named=True):
        common = {
            "date": row["as_of"],
            "endDate": row["until"],
            "sourceUrl": urls[row["source_id"]],
            "recordId": row["stake_id"],
            "summary": [*_texts(row["note"]), *([] if row["verified"] else ["From memory, unverified."])],
        }
        owner, owned = _party(row["owner_id"]), _party(row["owned_id"])
        share, role = percentage(row["share_low"], row["share_high"]), f"{row['kind']} ({row['basis']})"
        if SCHEMATA[kinds[row["owned_id"]]] == "Company":
            yield _statement(
                f"stake-{_id(row['stake_id'])}",
                "Ownership",
                owner=owner,
                asset=owned,
                percentage=share,
                role=role,
                **common,
            )
        else:
            words = " ".join(_texts([role, share and f"{share} %"]))
            yield _statement(
                f"stake-{_id(row['stake_id'])}", "UnknownLink", subject=owner, object=owned, role=words, **common
            )


def percentage(low: float | None, high: float | None) -> str | None:
    """A share in per cent: ``36.4808``, a band ``25-50``; null when its size is unknown."""
    if low is None and high is None:
        return None
    first, last = (f"{round(100 * x, 6):g}" for x in (low or 0.0, 1.0 if high is None else high))
    return first if first == last else f"{first}-{last}"


def _listings(history: dict[str, pl.DataFrame]) -> Iterator[Statement]:
    urls = dict(history["sources"].select("source_id", "url").iter_rows())
    lists = {row["list_id"]: row for row in history["lists"].iter_rows(named=True) if row["official"]}
    official = history["listings"].filter(pl.col("list_id").is_in(list(lists)) & pl.col("status").is_in(LISTED))
    for row in official.iter_rows(named=True):
        listed = lists[row["list_id"]]
        yield _statement(
            f"listing-{_id(row['listing_id'])}",
            "Sanction",
            entity=_party(row["entity_id"]),
            authority=listed["authority"],
            program=listed["name"],
            provisions=listed["restricts"],
            reason=row["citation"],
            status=row["status"],
            startDate=row["since"],
            endDate=row["until"],
            country=_texts(listed["country"] and listed["country"].lower()),
            sourceUrl=urls[row["source_id"]],
            recordId=row["listing_id"],
            summary=[*_texts(row["note"]), *([] if row["verified"] else ["From memory, unverified."])],
        )


def _party(entity_id: str) -> str:
    """The model's ids know letters, digits, full stops and hyphens only."""
    return f"entity-{_id(entity_id)}"


def _id(key: str) -> str:
    return key.replace("_", "-").strip("-")
