"""Frames -> the tables and facts that every face shows: companies, what was read, the evidence on one company.

Shares are fractions 0-1, money is in the portfolio's currency, a null is *not known*. Sources are named by their
``source_id``; ``numbered`` turns them into footnotes, so that a page may number several parts together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from exposure.holdings import Holdings
from exposure.present.words import (
    COVERAGE_WORDS,
    IN_FORCE_WORDS,
    LETTERS,
    RELATION_WORDS,
    allegation_sentence,
    chain_sentence,
    day,
    full_money,
    list_names,
    listing_sentence,
    money,
    percent,
    reply_sentence,
    stake,
)
from exposure.results import Results
from exposure.schema import KINDS, RELATIONS
from exposure.universe.bundle import Universe

Row = dict[str, Any]
ACCUSED_WORDS = {"yes": "accused when held", "no": "accused after this date", "unknown": "date not known"}
CONDUCT_WORDS = {
    "own_conduct": "about the company's own conduct",
    "technology_supply": "about technology the company supplies",
    "supply_chain": "about the company's supply chain",
    "financing": "about what the company finances",
    "user_of_equipment": "about equipment the company uses",
}
LINK_VERBS = {
    "supplies": "supplies",
    "rebrands": "re-brands products of",
    "distributes": "distributes products of",
    "buys_from": "buys from",
    "researches_with": "researches with",
    "successor_of": "is the successor of",
}
READ_WORDS = {
    "original": "the original was read",
    "copy": "a copy was read",
    "memory": "known from memory only, nothing was read; it decides nothing",
}
UNCHECKED = ("awaiting_review", "opaque_funds", "unidentified")
COMPANY_COLUMNS = {
    "issuer_id": pl.String,
    "letter": pl.String,
    "company": pl.String,
    "name_local": pl.String,
    "relation": pl.String,
    "kind": pl.String,
    "how": pl.String,
    "through": pl.String,
    "lists": pl.String,
    "value": pl.Float64,
    "share": pl.Float64,
    "held": pl.String,
    "lines": pl.Int64,
    "unvalued": pl.Int64,
}


# ---- the portfolio ------------------------------------------------------------------------------------------


def companies_table(results: Results) -> pl.DataFrame:
    """One row a company that meets a listing, strongest relation first, then by falling value.

    Returns:
        The columns of ``COMPANY_COLUMNS``: ``how`` is the relation in words, ``through`` the listed company where
        it is another one, ``held`` whether the listing was in force when held, ``value`` and ``share`` null when
        no line of the company has one, ``unvalued`` the number of lines without a value.
    """
    local = results.universe.entities.select(issuer_id="entity_id", name_local="name_local")
    grouped = (
        results.exposures.join(local, on="issuer_id", how="left", maintain_order="left")
        .group_by("issuer_id", "issuer", "name_local", "relation", "kind", "listed_id", "listed", "lists")
        .agg(
            value=_sum_known("value"),
            share=_sum_known("share"),
            held=pl.col("in_force_at_holding").cast(pl.String).unique(),
            lines=pl.len().cast(pl.Int64),
            unvalued=pl.col("value").is_null().sum().cast(pl.Int64),
        )
        .sort(
            [pl.col("relation").to_physical(), pl.col("kind").to_physical(), "value", "share", "issuer_id"],
            descending=[False, False, True, True, False],
            nulls_last=True,
        )
    )
    rows = [_company(results.universe, row) for row in grouped.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=COMPANY_COLUMNS)


def _company(universe: Universe, row: Row) -> Row:
    other = row["listed"] if row["listed_id"] != row["issuer_id"] else None
    alleged = row["kind"] == "allegation"
    when = ACCUSED_WORDS if alleged else IN_FORCE_WORDS
    held = sorted(row["held"])
    return {
        **{k: row[k] for k in ("issuer_id", "name_local", "relation", "kind", "value", "share", "lines", "unvalued")},
        "letter": LETTERS[row["relation"]],
        "company": row["issuer"],
        "how": relation_words(row["relation"], row["kind"]),
        "through": other,
        "lists": list_names(universe, row["lists"]) or "on no official list; accused",
        "held": when[held[0]] if len(held) == 1 else "differs from line to line",
    }


def relation_words(relation: str, kind: str) -> str:
    """A relation in words; an accusation is never told as a listing."""
    if relation == "listed" and kind == "allegation":
        return "the company itself is accused; on no official list"
    return RELATION_WORDS[relation]


def _sum_known(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum())


def segments(results: Results) -> pl.DataFrame:
    """The portfolio as one bar: where each part begins and ends. The shares add up to the whole.

    Returns:
        ``key, letter, label, kind, share, value, start, end``; no rows when the file has neither values nor weights.
    """
    parts: list[Row] = []
    for relation in RELATIONS:
        official, alleged = results.headline.relations[relation][1:]
        for kind, amount in zip(KINDS, (official, alleged), strict=True):
            parts.append({"key": relation, "kind": kind, "value": amount.value, "share": amount.share})
    classes = {row["coverage"]: row for row in results.coverage.iter_rows(named=True)}
    exposed = {what: _total(p[what] for p in parts) for what in ("value", "share")}
    idle, unseen = ["not_applicable"], list(UNCHECKED)
    known = [name for name in classes if name not in (*idle, *unseen)]
    sums = {
        key: {what: _total(classes[c][what] for c in names) for what in ("value", "share")}
        for key, names in (("not_exposed", known), ("not_applicable", idle), ("unchecked", unseen))
    }
    rest = sums["not_exposed"]
    sums["not_exposed"] = {w: None if rest[w] is None else rest[w] - (exposed[w] or 0.0) for w in rest}  # type: ignore[operator]
    parts += [{"key": key, "kind": "", **figures} for key, figures in sums.items()]
    frame = pl.DataFrame(parts, schema={"key": pl.String, "kind": pl.String, "value": pl.Float64, "share": pl.Float64})
    if frame["share"].is_null().any():
        frame = frame.clear()
    ends = frame["share"].clip(lower_bound=0.0).cum_sum()
    names = pl.concat_str("key", "kind", separator="/").replace_strict(SEGMENT_LABELS, return_dtype=pl.String)
    return frame.with_columns(
        letter=pl.col("key").replace_strict(LETTERS, default=""),
        label=names,
        start=ends - frame["share"].clip(lower_bound=0.0),
        end=ends,
    )


SEGMENT_LABELS = {
    "listed/designation": "listed by name",
    "listed/allegation": "accused by name, on no list",
    "reached/designation": "reached by a list's rule",
    "reached/allegation": "reached, accused only",
    "connected/designation": "tied by ownership",
    "connected/allegation": "tied to an accused one",
    "business/designation": "business link only",
    "business/allegation": "business, accused only",
    "not_exposed/": "not exposed",
    "not_applicable/": "cash and the like",
    "unchecked/": "could not be checked",
}


def segments_sentence(results: Results) -> str:
    """The bar in words, for those who cannot see it."""
    parts = [
        f"{row['label']} {percent(row['share'])}" + (f" ({money(row['value'], results.currency)})" if row["value"] else "")
        for row in segments(results).iter_rows(named=True)
        if row["share"] or row["kind"] == "designation"
    ]
    return f"Of the whole portfolio: {'; '.join(parts)}." if parts else "The file gives neither values nor weights."


def coverage_table(results: Results) -> pl.DataFrame:
    """Coverage with its classes in words: ``what, lines, unvalued, value, share``."""
    words = pl.col("coverage").cast(pl.String).replace_strict(COVERAGE_WORDS, return_dtype=pl.String)
    return results.coverage.select(what=words, lines="lines", unvalued="unvalued", value="value", share="share")


def _total(numbers: Iterable[float | None]) -> float | None:
    known = list(numbers)
    return None if any(n is None for n in known) else float(sum(n for n in known if n is not None))


# ---- the files ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileCard:
    """What was read of one file, in words fit to be shown.

    Attributes:
        checks: each check of a total, and whether it agrees.
        set_aside: rows that are no holdings, by reason: ``reason, rows, first``.
        complete: nothing was warned about and every total agrees.
    """

    file: str
    portfolio: str | None
    holdings: int
    total: str
    as_of: str
    dated: bool
    layout: str
    weights: str | None
    decisions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[tuple[str, bool], ...]
    rejected: pl.DataFrame = field(repr=False)
    set_aside: pl.DataFrame = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether the file was read without a warning and every total agrees."""
        return not self.warnings and all(agrees for _, agrees in self.checks)


def file_card(holdings: Holdings) -> FileCard:
    """The facts of one file's reading."""
    report = holdings.report
    currency = f"{report.currency} " if report.currency else ""
    total = "no values in the file" if report.total_value is None else f"{currency}{full_money(report.total_value)}"
    if report.total_value is not None and not report.currency:
        total += " (currency not in the file)"
    set_aside = holdings.rejected.group_by("reason", maintain_order=True).agg(
        rows=pl.len().cast(pl.Int64), first=pl.col("row").min()
    )
    return FileCard(
        file=report.file or "holdings",
        portfolio=report.portfolio,
        holdings=report.rows,
        total=total,
        as_of=f"as of {day(report.as_of)}" if report.as_of else "date not in the file",
        dated=report.as_of is not None,
        layout=report.layout,
        weights=None if report.weight_sum is None else f"weights add up to {percent(report.weight_sum)}",
        decisions=report.decisions,
        warnings=report.warnings,
        checks=report.checks,
        rejected=holdings.rejected,
        set_aside=set_aside,
    )


# ---- the evidence -------------------------------------------------------------------------------------------


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
        return f"{self.entity['name']} {local}" if local and local != self.entity["name"] else str(self.entity["name"])

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
    codes = universe.identifiers.filter(mine & pl.col("valid")).select("scheme", "value").unique(maintain_order=True)
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
    deciding, context = [], []
    for row in every.sort("since", "listing_id", nulls_last=True).iter_rows(named=True):
        listed = lists[row["list_id"]]
        decides = row["listing_id"] in current and listed["official"]
        text = listing_sentence(row, lists)
        if not decides:
            text = f"{text} {_why_context(universe, row, listed)}".strip()
        fact = Fact(text, row["source_id"], {**listed, **row})
        (deciding if decides else context).append(fact)
    return tuple(deciding), tuple(context)


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
    rows = universe.allegations.filter(pl.col("entity_id") == entity_id)
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
        for row in rows.sort("date", "allegation_id", nulls_last=True).iter_rows(named=True)
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


# ---- chains and sources -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChainFact:
    """One ownership chain between a held company and a listed one.

    Attributes:
        listed_id: the listed company at the other end.
        relation: ``reached`` or ``connected``.
        side: ``owned``: the listed company owns part of the held one; ``owner``: the other way round.
        steps: the stakes in order, owner first (``Results.chain_rows``).
        sentence: the chain in words.
        verdict: what the ownership rules make of it.
    """

    listed_id: str
    listed: str
    relation: str
    side: str
    kind: str
    low: float
    high: float
    steps: tuple[Row, ...]
    sentence: str
    verdict: str


def company_chains(results: Results, issuer_id: str) -> tuple[ChainFact, ...]:
    """Every ownership chain that ties a company to a listed one, in the order of ``connections``."""
    mine = results.connections.filter((pl.col("entity_id") == issuer_id) & (pl.col("chain").list.len() > 0))
    names = results.universe.name_of([issuer_id, *mine["listed_id"]])
    facts = []
    for row in mine.iter_rows(named=True):
        steps = tuple(results.chain_rows(row["chain"]))
        facts.append(
            ChainFact(
                **{k: row[k] for k in ("listed_id", "relation", "side", "kind")},
                listed=names[row["listed_id"]],
                low=row["share_low"],
                high=row["share_high"],
                steps=steps,
                sentence=chain_sentence(list(steps)),
                verdict=_verdict(results.universe, row, names[issuer_id], names[row["listed_id"]]),
            )
        )
    return tuple(facts)


def _verdict(universe: Universe, row: Row, held: str, listed: str) -> str:
    rules = dict(universe.rules.select("rule_id", "name").iter_rows())
    rule = rules.get(row["rule_id"], row["rule_id"])
    if row["relation"] == "reached":
        return f"The rule “{rule}” reaches {held} through {listed}."
    owner, owned = (listed, held) if row["side"] == "owned" else (held, listed)
    size = stake(row["share_low"], row["share_high"])
    tie = f"In all, {owner} holds {size} of {owned}." if size != "size unknown" else f"{owner} owns part of {owned}."
    if row["rule_id"]:
        return f"{tie} Whether the rule “{rule}” reaches {held} cannot be told: a share or the rule's state is not known."
    if row["side"] == "owner":
        return f"{tie} No list's ownership rule works in this direction: it is a tie, not a finding."
    if row["share_high"] < 0.5:
        return f"{tie} No 50 % rule applies: nothing passes from {listed} to {held} along this chain."
    return f"{tie} The lists {listed} is on reach no further than the names on them."


def numbered(*groups: Iterable[str]) -> dict[str, int]:
    """Number sources in the order in which they are met, starting with 1."""
    ids = dict.fromkeys(i for group in groups for i in group)
    return {source: number for number, source in enumerate(ids, 1)}


def chain_sources(chains: Iterable[ChainFact]) -> list[str]:
    """The sources of some chains, in order."""
    return [step["source"] for chain in chains for step in chain.steps]


def sources_table(universe: Universe, numbers: Mapping[str, int]) -> pl.DataFrame:
    """The sources behind footnote numbers.

    Returns:
        ``number, title, publisher, published, read, url``, by number.
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
        }
        for row in found.iter_rows(named=True)
    ]
    texts = dict.fromkeys(("title", "publisher", "published", "read", "url"), pl.String)
    return pl.DataFrame(rows, schema={"number": pl.Int64, **texts})


def _read_words(row: Row) -> str:
    words = READ_WORDS.get(row["read_as"], "not known")
    where = f" (in {row['seen_in']})" if row["read_as"] == "copy" and row["seen_in"] else ""
    when = f", {day(row['retrieved_on'])}" if row["retrieved_on"] else ""
    return f"{words}{where}{when}"
