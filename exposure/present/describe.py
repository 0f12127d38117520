"""What the command line prints: the reading of a file, a chain between two companies, the table of lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from exposure.holdings import Holdings
from exposure.ownership.graph import Graph
from exposure.ownership.rules import Rule, reached, rule_in_force
from exposure.present.cards import company_card
from exposure.present.evidence import Evidence, Fact, by_effect, evidence
from exposure.present.tables import total_in_words
from exposure.present.words import THIN, counted, day, percent, stake
from exposure.shares import network
from exposure.universe.bundle import Universe


def reading_report(holdings: Holdings) -> str:
    """What was read of one file, and what was set aside and why."""
    report = holdings.report
    total = total_in_words(holdings)
    dated = f"as of {day(report.as_of)}" if report.as_of else "date not in the file"
    lines = [
        f"{report.file}: {counted(report.rows, 'holding', 'holdings')} · {total} · {dated} · layout {report.layout}"
    ]
    if report.weight_sum is not None:
        lines.append(f"  weights add up to {percent(report.weight_sum)}")
    lines += [f"  {text}: {'agrees' if agrees else 'DOES NOT AGREE'}" for text, agrees in report.checks]
    lines += [f"  read as: {decision}" for decision in report.decisions]
    lines += [f"  warning: {warning}" for warning in report.warnings]
    reasons = holdings.rejected.group_by("reason", maintain_order=True).agg(
        pl.len(), pl.col("row").drop_nulls().head(3), pl.col("sheet").drop_nulls().head(3)
    )
    for reason, number, rows, sheets in reasons.iter_rows():
        where = f"row {', '.join(map(str, rows))}" if rows else ", ".join(f"'{s}'" for s in sheets)
        more = " ..." if where and number > len(rows or sheets) else ""
        unit = counted(number, "row", "rows") if rows or not sheets else counted(number, "sheet", "sheets")
        lines.append(f"  set aside: {unit}, {reason}" + (f" ({where}{more})" if where else ""))
    return plain("\n".join(lines))


@dataclass(frozen=True)
class ChainReport:
    """The chains between two companies, and what each ownership rule makes of them.

    Attributes:
        start: name of the owner.
        end: name of the owned.
        low: integrated share over all chains, lower bound (fraction); null where no chain is known.
        high: upper bound.
        published: whether the share is a published group total rather than our own sum.
        chains: the strongest chains, each a list of steps (``chain_rows``) with its product.
        rules: one row a rule: its test, and whether it would reach ``end`` from ``start``.
        standing: the lists each of the two is on, in words.
    """

    start: str
    end: str
    low: float | None
    high: float | None
    published: bool
    chains: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    standing: list[str]

    @property
    def conclusion(self) -> str:
        """Whether any rule carries a listing of the first down to the second."""
        carried = [r for r in self.rules if r["lists"] and r["reached"] != "no" and r["status"] == "in_force"]
        if not carried:
            return f"No ownership rule carries a listing of {self.start} to {self.end.rstrip('.')}."
        how = {"yes": "carries", "unknown": "may carry"}
        return " ".join(
            f"{r['rule']} {how[r['reached']]} the listing of {self.start} on {', '.join(r['lists'])} to {self.end}."
            for r in carried
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``exposure chain --json``."""
        return {
            "from": self.start,
            "to": self.end,
            "share_low": self.low,
            "share_high": self.high,
            "published_total": self.published,
            "conclusion": self.conclusion,
            "chains": self.chains,
            "rules": self.rules,
            "listed": self.standing,
        }

    def to_text(self) -> str:
        """The report for people."""
        if not self.chains:
            first = f"No ownership chain from {self.start} to {self.end} is known."
            return plain("\n".join([first, *self.standing]))
        how = " (published total of the group)" if self.published else ""
        lines = [f"{self.start} holds {stake(self.low, self.high)} of {self.end}{how}.", ""]
        for number, chain in enumerate(self.chains, 1):
            lines.append(f"Chain {number}: {stake(chain['low'], chain['high'])} by itself")
            lines += [f"  {_step(step)}" for step in chain["steps"]]
        lines += ["", self.conclusion, "What each rule makes of it:"]
        lines += [f"  {rule['rule']}: {rule['says']}" for rule in self.rules]
        return plain("\n".join([*lines, "", *self.standing]))


def _step(step: dict[str, Any]) -> str:
    when = f", {step['dated']}" if step["dated"] else ""
    size = stake(step["share_low"], step["share_high"])
    told = f"{step['owner_name']} → {step['owned_name']}: {size} ({step['kind']}{when}; {_said_by(step)})"
    for other in step["beside"]:
        size = stake(other["share_low"], other["share_high"])
        told += f"; also {size} ({other['dated'] or 'undated'}; {_said_by(other)})"
    return told


def _said_by(statement: dict[str, Any]) -> str:
    """The source, and that it is not a strong one where it is not."""
    weak = "" if statement["confidence"] == "high" else f", {statement['confidence']} confidence"
    return f"{statement['source']}{weak}"


def chain_report(
    universe: Universe, chains: pl.DataFrame, steps: list[list[dict[str, Any]]], start: str, end: str
) -> ChainReport:
    """Lay out the chains from ``start`` to ``end`` and test every ownership rule on them.

    Args:
        universe: what is known, at its date.
        chains: the frame of ``exposure.chains``, all rows of one pair.
        steps: the stakes of each chain, in order.
        start: id of the owner.
        end: id of the owned.
    """
    names = universe.name_of([start, end])
    low, high = chains.select("low", "high").row(0) if chains.height else (None, None)
    told = [
        {"low": bounds[0], "high": bounds[1], "steps": parts}
        for bounds, parts in zip(chains.select("chain_low", "chain_high").iter_rows(), steps, strict=True)
    ]
    rules = _rules(universe, network(universe), start, end) if told else []
    published = universe.stakes.filter(
        (pl.col("basis") == "aggregate") & (pl.col("owner_id") == start) & (pl.col("owned_id") == end)
    )
    standing = [_standing(universe, i, names[i]) for i in (start, end)]
    return ChainReport(names[start], names[end], low, high, not published.is_empty(), told, rules, standing)


def _rules(universe: Universe, graph: Graph, start: str, end: str) -> list[dict[str, Any]]:
    """Each rule on the question: were ``start`` on a list with this rule, would it reach ``end``?"""
    on_lists = universe.listings.filter((pl.col("entity_id") == start) & (pl.col("status") == "listed"))
    bearing = universe.lists.join(on_lists, on="list_id", how="semi")
    rows = []
    followed = universe.lists.filter("official").join(universe.rules, on="rule_id", how="semi")
    for rule_id in sorted(followed["rule_id"].unique()):
        rule = rule_in_force(universe.rules, rule_id)
        names = bearing.filter(pl.col("rule_id") == rule_id)["short_name"].to_list()
        rows.append({"rule_id": rule_id, "rule": rule.name or rule_id, **_verdict(graph, rule, start, end, names)})
    return rows


def _verdict(graph: Graph, rule: Rule, start: str, end: str, lists: list[str]) -> dict[str, Any]:
    answer = reached(graph, [start], rule).filter(pl.col("entity") == end)
    row = answer.row(0, named=True) if answer.height else None
    verdict = row["reached"] if row else "no"
    if rule.named_only:
        test = "it reaches named entities only"
    else:
        low, high = (row["aggregate_low"], row["aggregate_high"]) if row else (0.0, 0.0)
        counted_as = stake(low, high) if high else "nothing"
        test = f"{rule.test}; the owners it counts hold {counted_as}: {_said(graph, rule, start, end, verdict)}"
    state = "" if rule.status == "in_force" else f" [{_STATES[rule.status]}]"
    bears = f" The first is on {', '.join(lists)}, which follow it." if lists else " The first is on no such list."
    return {"reached": verdict, "status": rule.status, "lists": lists, "says": f"{test}{state}.{bears}"}


def _said(graph: Graph, rule: Rule, start: str, end: str, verdict: str) -> str:
    """The verdict in words; whether it rests on control rather than on a percentage is said."""
    if verdict == "no" or not rule.control:
        return _VERDICTS[verdict]
    by_share = reached(graph, [start], replace(rule, control=False)).filter(pl.col("entity") == end)
    alone = by_share["reached"][0] if by_share.height else "no"
    if alone == verdict:
        return _VERDICTS[verdict]
    percentage = "not met by percentage" if alone == "no" else "open by percentage"
    return f"{percentage}; {'met by control' if verdict == 'yes' else 'control is claimed by a source'}"


_VERDICTS = {"yes": "met", "no": "not met", "unknown": "cannot be told"}
_STATES = {
    "not_in_force": "not in force at this date",
    "stayed": "stayed at this date",
    "not_established": "whether it is in force at this date is not established",
}


def _standing(universe: Universe, entity: str, name: str) -> str:
    rows = universe.listings.filter((pl.col("entity_id") == entity) & (pl.col("status") == "listed"))
    listed = rows.join(universe.lists.filter("official"), on="list_id", how="inner")
    if listed.is_empty():
        return f"{name} is on no official list in its own name."
    return f"{name} is listed in its own name: {', '.join(sorted(set(listed['short_name'])))}."


@dataclass(frozen=True)
class EntityCard:
    """One company for the command line: everything known, each statement with its source."""

    evidence: Evidence
    as_of: str
    held: str = ""  # how much of it a portfolio has, in words

    def __repr__(self) -> str:
        """The card in short; ``to_text`` tells everything."""
        return company_card(self.evidence, self.as_of, self.held).to_text()

    def _repr_html_(self) -> str:
        return company_card(self.evidence, self.as_of, self.held).to_html()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``exposure who --json``.

        Examples:
            >>> ex.company("Hikvision").to_dict()["country"]
            'CN'
        """
        known = self.evidence
        facts = {
            name: [{"text": plain(f.text), "source": f.source_id} for f in getattr(known, name)]
            for name in ("listings", "context", "owners", "owned", "links")
        }
        allegations = [
            {
                **{k: _json(v) for k, v in a.row.items()},
                "text": plain(a.claim),
                "reply_text": plain(a.reply),
            }
            for a in known.allegations
        ]
        entity = {k: known.entity[k] for k in ("entity_id", "name", "name_local", "kind", "country", "description")}
        names = {"also_named": list(known.also_named), "identifiers": list(known.identifiers)}
        return {"as_of": self.as_of, **entity, **names, **facts, "allegations": allegations}

    def to_text(self) -> str:
        """The card for people.

        Examples:
            >>> print(ex.company("Hikvision").to_text().splitlines()[1].strip())
            hikvision · company · CN
        """
        known = self.evidence
        entity = known.entity
        lines = [
            known.title,
            f"  {entity['entity_id']} · {entity['kind']} · {entity['country'] or 'country not known'}",
        ]
        lines += [f"  {entity['description']}"] if entity["description"] else []
        lines += [f"  Also: {'; '.join(known.also_named)}"] if known.also_named else []
        lines += [f"  {'; '.join(known.identifiers)}"] if known.identifiers else []
        lines += self._listings()
        lines += self._section("Other steps (no designation in force)", known.context)
        if known.allegations:
            lines += ["", "Allegations, each with the company's reply"]
            for accusation in known.allegations:
                lines += [f"  - {accusation.claim} [{accusation.source_id}]", f"    Reply: {accusation.reply}"]
        lines += self._section("Owners", known.owners)
        lines += self._section("Owns", known.owned)
        lines += self._section("Business links", known.links)
        ending = f"Lists and stakes as of {self.as_of}. Copies of the sources were read, none at its original site."
        return plain("\n".join([*lines, "", ending]))

    def _listings(self) -> list[str]:
        """Entries in force, under what each list restricts."""
        if not self.evidence.listings:
            return ["", "On no official list at this date."]
        lines: list[str] = []
        for effect, same in by_effect(self.evidence.listings):
            lines += self._section(f"On official lists that restrict: {effect.replace('_', ' ')}", same)
        return lines

    @staticmethod
    def _section(title: str, facts: tuple[Fact, ...], otherwise: str = "") -> list[str]:
        if not facts:
            return ["", otherwise] if otherwise else []
        return ["", title, *(f"  - {fact.text} [{fact.source_id}]" for fact in facts)]


def entity_card(universe: Universe, entity_id: str) -> EntityCard:
    """The card of one company at the universe's date."""
    return EntityCard(evidence(universe, entity_id), day(universe.as_of))


def plain(text: str) -> str:
    """Text for a terminal or JSON: ordinary blanks between a figure and its unit."""
    return text.replace(THIN, " ")


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def lists_table(universe: Universe) -> pl.DataFrame:
    """Each list with authority, effect, whom it binds, ownership rule, entries in force, date and licence."""
    entries = universe.listings.filter(pl.col("status") == "listed").group_by("list_id").agg(entries=pl.len())
    rules = universe.rules.select("rule_id", rule_name="name", rule_status="status").unique("rule_id", keep="first")
    return (
        universe.lists.join(entries, on="list_id", how="left")
        .join(rules, on="rule_id", how="left")
        .with_columns(
            pl.col("entries").fill_null(0),
            kind=pl.when("official").then(pl.lit("official")).otherwise(pl.lit("context")),
        )
        .sort(["official", "entries", "list_id"], descending=[True, True, False])
        .select(
            "list_id",
            "name",
            "kind",
            "authority",
            "effect",
            "restricts",
            "binds",
            "rule_name",
            "rule_status",
            ownership_rule="rule_id",
            entries_in_force="entries",
            data_as_of="as_of",
            licence="licence",
        )
    )


def list_entry(row: dict[str, Any]) -> str:
    """One list as a short block of text."""
    context = "" if row["kind"] == "official" else " (context only: no act of an authority)"
    rule = row["ownership_rule"] + ("" if row["rule_status"] == "in_force" else f", {row['rule_status']}")
    dated = row["data_as_of"].isoformat() if row["data_as_of"] else "not known"
    return (
        f"{row['name']} [{row['list_id']}]{context}\n"
        f"  by {row['authority']}; restricts ({row['effect']}): {row['restricts']}\n"
        f"  binds: {row['binds']}\n"
        f"  ownership rule {rule}; {counted(row['entries_in_force'], 'entry', 'entries')} in force; "
        f"data as of {dated}; {row['licence']}\n"
    )
