"""Doubtful matches as questions to a person: what the file says, whom it could mean, why it is not settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from exposure.present.evidence import evidence as known_of
from exposure.present.words import counted, day, full_money, list_names, money, percent
from exposure.resolve.judgements import Judgements, evidence, fold
from exposure.results import Results

# What of a line is shown beside the candidate, and under which header.
PUBLISHED = {
    "name": "Name",
    "isin": "ISIN",
    "cusip": "CUSIP",
    "sedol": "SEDOL",
    "figi": "FIGI",
    "lei": "LEI",
    "ticker": "Ticker",
    "exchange": "Exchange",
    "country": "Country",
    "sector": "Sector",
    "asset_class": "Asset class",
}
CODES = ("isin", "cusip", "sedol", "figi", "lei", "ticker")
MIDDLE = 0.5  # the score of a match that nothing speaks for or against


@dataclass(frozen=True)
class Candidate:
    """A company that a line may mean.

    Attributes:
        title: its name, with the name in its own script.
        why: what agrees and what differs, in parts.
        stakes: what it would mean if it were the same: the lists it meets, or that it is accused.
    """

    entity_id: str
    title: str
    description: str
    why: tuple[str, ...]
    stakes: str
    also_named: tuple[str, ...]
    identifiers: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One name, with the same identifiers, on one or several lines: the same company as a candidate?

    Attributes:
        key: stable over runs: the folded name and the hash of the evidence.
        name: as published.
        evidence: hash of what the file says; empty inside a fund, where a decision is about the name as such.
        value: of all its lines, null when none has one.
        doubt: 0 (nearly settled) to 1 (nothing speaks for or against).
        published: what the first line says, header and text.
        where: file, sheet and row of the first line, and how many there are.
        candidate_ids: best first; ``candidates`` tells about each.
        before: what somebody said of it earlier, if it was left open.
    """

    key: str
    name: str
    evidence: str
    value: float | None
    share: float | None
    doubt: float
    published: tuple[tuple[str, str], ...]
    where: str
    missing: str
    row: int
    inside: bool
    reason: str
    candidate_ids: tuple[str, ...]
    before: str = ""


def doubt(score: float | None) -> float:
    """How open a match is: 4·s·(1 − s), the variance of a yes or no with that probability, 1 at its widest."""
    probability = MIDDLE if score is None else score
    return 4 * probability * (1 - probability)


def questions(results: Results, ledger: Judgements | None = None) -> tuple[Question, ...]:
    """Everything that awaits a person's decision, by money × doubt.

    Args:
        results: a screening.
        ledger: earlier decisions, for what was said of lines that are open still.

    Returns:
        One question for each name with the same identifiers. Those that somebody has looked at and left open come
        after the others; within both, lines without a value come last.
    """
    waiting = results.lines.filter(pl.col("coverage").cast(pl.String) == "awaiting_review")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    rows = {row["row"]: row for row in _held(results, waiting["row"]).iter_rows(named=True)}
    for line in waiting.iter_rows(named=True):
        mark = evidence(rows[line["row"]]) if not line["via"] else ""
        groups.setdefault((fold(line["name"] or ""), mark), []).append(line)
    heard = _heard(ledger) if ledger is not None else {}
    found = [_question(results, key, lines, rows, heard) for key, lines in groups.items()]
    sized = results.total_value is not None
    return tuple(sorted(found, key=lambda q: (bool(q.before), -_size(q, sized) * q.doubt, q.key)))


def _size(question: Question, sized: bool) -> float:
    return abs((question.value if sized else question.share) or 0.0)


def _held(results: Results, rows: pl.Series) -> pl.DataFrame:
    return results.holdings.filter(pl.col("row").is_in(rows.unique().to_list()))


def _question(
    results: Results,
    key: tuple[str, str],
    lines: list[dict[str, Any]],
    rows: dict[int, dict[str, Any]],
    heard: dict[tuple[str, str], str],
) -> Question:
    first = lines[0]
    row = rows[first["row"]]
    inside = bool(first["via"])
    published = {"name": first["name"]} if inside else row
    said = tuple((head, str(published[k])) for k, head in PUBLISHED.items() if published.get(k))
    amounts = () if inside else _amounts(row)
    codes = [k for k in CODES if published.get(k)]
    return Question(
        key="|".join(key),
        name=first["name"] or "",
        evidence=key[1],
        value=_sum(lines, "value"),
        share=_sum(lines, "share"),
        doubt=doubt(first["match_score"]),
        published=said + amounts,
        where=_where(row, first, len(lines)),
        missing="" if codes else "no identifier in the file",
        row=first["row"],
        inside=inside,
        reason=first["match_reason"],
        candidate_ids=tuple(first["candidates"]),
        before="; ".join(heard[key[0], i] for i in first["candidates"] if (key[0], i) in heard),
    )


def _amounts(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    value = (f"Value{', ' + row['currency'] if row['currency'] else ''}", full_money(row["value"]))
    return tuple(
        part
        for part, known in (
            (("Shares", f"{row['shares']:,.10g}" if row["shares"] is not None else ""), row["shares"]),
            (value, row["value"]),
            (("Weight", percent(row["weight"])), row["weight"]),
        )
        if known is not None
    )


def _where(row: dict[str, Any], line: dict[str, Any], count: int) -> str:
    place = ", ".join(
        part
        for part in (
            row["file"] or "",
            f"sheet {row['sheet']}" if row["sheet"] else "",
            f"row {row['source_row']}" if row["source_row"] is not None else "",
        )
        if part
    )
    inside = f"inside {' → '.join(line['via'])} ({place})" if line["via"] else place
    return inside if count == 1 else f"{inside}, and {counted(count - 1, 'further line', 'further lines')}"


def candidates(results: Results, question: Question) -> tuple[Candidate, ...]:
    """What is known of each company that a question's lines may mean, best first."""
    return tuple(_candidate(results, question, entity_id) for entity_id in question.candidate_ids)


def _candidate(results: Results, question: Question, entity_id: str) -> Candidate:
    known = known_of(results.universe, entity_id)
    reason = question.reason
    if not question.inside:
        own = results.matches.filter((pl.col("row") == question.row) & (pl.col("entity_id") == entity_id))
        reason = own["reason"][0] if own.height else reason
    return Candidate(
        entity_id=entity_id,
        title=known.title,
        description=str(known.entity["description"] or ""),
        why=tuple(part for part in reason.split("; ") if part),
        stakes=_stakes(results, entity_id),
        also_named=known.also_named,
        identifiers=known.identifiers,
    )


def _stakes(results: Results, entity_id: str) -> str:
    """What an accepted match would mean."""
    met = results.connections.filter(pl.col("entity_id") == entity_id)
    for relation, words in (("listed", "on"), ("reached", "reached through an owner on")):
        rows = met.filter((pl.col("relation") == relation) & (pl.col("kind") == "designation"))
        if rows.height:
            lists = dict.fromkeys(rows["lists"].explode(empty_as_null=True).drop_nulls())
            return f"{words} {list_names(results.universe, list(lists))}, as of {day(results.as_of.lists)}"
    if met.filter((pl.col("relation") == "listed") & (pl.col("kind") == "allegation")).height:
        return "accused; on no official list"
    if met.filter(pl.col("relation") == "connected").height:
        return "joined by ownership to a listed or accused company"
    return "a business link to a listed or accused company" if met.height else "meets no list and no allegation"


def _sum(lines: list[dict[str, Any]], column: str) -> float | None:
    known = [line[column] for line in lines if line[column] is not None]
    return sum(known) if known else None


def _heard(ledger: Judgements) -> dict[tuple[str, str], str]:
    """The last word on each name and entity, where it left the question open."""
    last = {(fold(r["subject"]), r["object"]): r for r in ledger.frame.iter_rows(named=True)}
    words = {"unsure": "was not sure", "withdrawn": "took a decision back"}
    return {
        key: f"{row['judged_by']} {words[row['verdict']]} ({row['judged_at'][:10]}): {row['why']}"
        for key, row in last.items()
        if row["verdict"] in words
    }


def waiting_note(results: Results) -> str:
    """That lines await a person's decision, and what that does to the figures; empty when none does."""
    waiting = results.lines.filter(pl.col("coverage").cast(pl.String) == "awaiting_review")
    if waiting.is_empty():
        return ""
    known = waiting["value"].drop_nulls()
    held = f" ({money(float(known.sum()), results.currency)})" if known.len() else ""
    lines = counted(waiting.height, "line resembles", "lines resemble")
    then = "Until a person decides, “at most” counts it and “at least” does not."
    return f"{lines} a company that is listed or accused{held}. {then}"
