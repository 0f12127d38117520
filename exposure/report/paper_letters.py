"""The letters of the paper: one for each manager, about the lines that this manager holds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from exposure.money import sum_known
from exposure.present.pages import listing_brief
from exposure.present.tables import UNCHECKED
from exposure.present.trustees import (
    LETTER_CLOSING,
    addressee,
    letter_opening,
    letter_questions,
    letter_ties,
    managed,
    total,
    unseen_questions,
)
from exposure.present.words import amount
from exposure.report.company import Company
from exposure.report.content import Content
from exposure.results import Results

MOST_LETTERS = 12  # drafts; further managers are named
MOST_ACCUSATIONS = 2  # told of one company in a letter; the others stand in the annex
CERTAIN = ("listed", "reached")


@dataclass(frozen=True)
class Named:
    """One company in a letter.

    Attributes:
        title: its name, with the name in its own script.
        held: how much of it this manager holds.
        lines: these lines' names, as published.
        listings: the official lists it is on, and since when; or the rule that reaches it.
        accusations: what is alleged, by whom, and the company's reply.
        further: accusations left to the annex.
    """

    title: str
    held: str
    lines: tuple[str, ...]
    listings: tuple[str, ...]
    accusations: tuple[tuple[str, str], ...]
    further: int


@dataclass(frozen=True)
class Letter:
    """A draft to one manager."""

    to: str
    opening: str
    companies: tuple[Named, ...]
    ties: str
    questions: tuple[str, ...]
    closing: tuple[str, ...]


def letters(results: Results, shown: Content) -> tuple[tuple[Letter, ...], tuple[str, ...]]:
    """Draft a letter to every manager with something to answer, the largest first.

    Args:
        results: one screen, as ``redact`` returned it.
        shown: its content.

    Returns:
        The letters, and the addressees of those left out because there are more than ``MOST_LETTERS``.
    """
    lines = managed(results)
    exposed = pl.col("line").is_in(results.exposures["line"].implode())
    unseen = pl.col("coverage").cast(pl.String).is_in(list(UNCHECKED))
    asked = lines.filter(exposed | unseen)
    ranked = (
        asked.group_by("manager", "manager_kind")
        .agg(share=sum_known("share"), lines=pl.len())
        .sort(["share", "lines", "manager"], descending=[True, True, False], nulls_last=True)
    )
    drafts = []
    for manager, kind in ranked.select("manager", "manager_kind").iter_rows():
        mine = asked.filter(pl.col("manager").eq_missing(pl.lit(manager)) & (pl.col("manager_kind") == kind))
        own = manager is not None and manager.casefold() == results.portfolio.casefold()  # the file names the fund
        draft = _letter(results, shown, addressee(results, None if own else manager, kind), mine)
        drafts += [draft] if draft.questions else []
    return tuple(drafts[:MOST_LETTERS]), tuple(draft.to for draft in drafts[MOST_LETTERS:])


def _letter(results: Results, shown: Content, to: str, lines: pl.DataFrame) -> Letter:
    ids = set(lines["line"])
    held = [one for one in shown.companies if not ids.isdisjoint(one.results.exposures["line"])]
    certain = [one for one in held if one.row["relation"] in CERTAIN]
    ties = [one.row["company"] for one in held if one.row["relation"] not in CERTAIN]
    kinds = {one.row["kind"] for one in certain}
    return Letter(
        to=to,
        opening=letter_opening(results),
        companies=tuple(_named(results, one, ids) for one in certain),
        ties=letter_ties(ties),
        questions=(
            *letter_questions(listed="designation" in kinds, accused="allegation" in kinds),
            *unseen_questions(results, lines),
        ),
        closing=LETTER_CLOSING,
    )


def _named(results: Results, one: Company, ids: set[int]) -> Named:
    mine = one.results.exposures.filter(pl.col("line").is_in(list(ids)))
    standing = [
        a for a in one.known.allegations if a.status == "standing" and a.row["relation"] != "user_of_equipment"
    ]
    reached = [one.row["how"]] if one.row["relation"] == "reached" else []
    through = f", through {one.row['through']}" if one.row["through"] else ""
    return Named(
        title=one.known.title,
        held=amount(total(mine), results.currency),
        lines=tuple(dict.fromkeys(name or "without a name" for name in mine["name"])),
        listings=(
            *(listing_brief(fact.row) for fact in one.known.listings),
            *(f"{how}{through} ({one.row['lists']})" for how in reached),
        ),
        accusations=tuple((a.claim, a.reply) for a in standing[:MOST_ACCUSATIONS]),
        further=max(len(standing) - MOST_ACCUSATIONS, 0),
    )
