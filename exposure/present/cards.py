"""What a screening, a company, a set of chains and a batch show of themselves, as cards of about twelve lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from exposure.card import Card, Table
from exposure.money import sum_known
from exposure.present.pages import dates_sentence
from exposure.present.words import (
    counted,
    day,
    full_money,
    headline_sentences,
    list_names,
    mark,
    percent,
    stake,
)

if TYPE_CHECKING:
    from exposure.present.evidence import Evidence, Fact
    from exposure.results import Results

TOP = 5
NEXT_STEPS = (
    'Go on with .exposures, .unchecked(), .review(), .charts.by_list(), .company("Tencent"), .to_html("out.html")'
)
MOST_SHOWN = 8  # rows of a table in a card


def largest(results: Results, top: int = TOP) -> list[dict[str, str]]:
    """The largest exposures by relation and value, one row a company."""
    by_company = (
        results.exposures.group_by("issuer_id", "issuer", "relation", "kind", "lists", maintain_order=True)
        .agg(value=sum_known("value"), share=sum_known("share"))
        .sort(
            [pl.col("relation").to_physical(), pl.col("kind").to_physical(), "value", "share", "issuer_id"],
            descending=[False, False, True, True, False],
            nulls_last=True,
        )
    )
    return [
        {
            "relation": mark(row["relation"], row["kind"]),
            "company": row["issuer"],
            "value": "" if row["value"] is None else full_money(row["value"]),
            "share": percent(row["share"]),
            "lists": list_names(results.universe, row["lists"])
            or ("alleged only" if row["relation"] == "listed" else "allegation"),
        }
        for row in by_company.head(top).iter_rows(named=True)
    ]


def owned_sentence(results: Results, top: int = 3) -> str:
    """What part of companies on official lists the portfolio owns, largest first; empty where none is known."""
    certain = pl.col("relation").cast(pl.String).is_in(["listed", "reached"]) & (pl.col("kind") == "designation")
    rows = results.owned().filter(certain).sort(["ownership", "issuer_id"], descending=[True, False])
    if rows.is_empty():
        return ""
    parts = [
        f"{'' if row['complete'] else 'at least '}{percent(row['ownership'])} of {row['issuer']}"
        for row in rows.head(top).iter_rows(named=True)
    ]
    rest = f", and a part of {rows.height - top} more" if rows.height > top else ""
    sources = "; ".join(rows["source"].unique(maintain_order=True).head(2))
    return f"Of companies on official lists it owns {', '.join(parts)}{rest} ({sources})."


def screening_card(results: Results) -> Card:
    """Headline, coverage, dates and the largest exposures of one screening."""
    finding, *others = headline_sentences(results)
    rows = tuple(tuple(row.values()) for row in largest(results))
    header = ("", "company", results.currency or "value", "share", "lists")
    return Card(
        f"{results.portfolio} · {counted(results.holdings.height, 'holding', 'holdings')}",
        finding,
        tuple(one for one in (*others, owned_sentence(results), dates_sentence(results)) if one),
        (Table(header, rows, (2, 3)),) if rows else (),
        NEXT_STEPS,
    )


def screening_text(results: Results) -> str:
    """The card as plain text."""
    return screening_card(results).to_text()


def chains_card(chains: pl.DataFrame, name: str, steps: list[list[dict[str, Any]]]) -> Card:
    """Ownership chains that lead to and from one company.

    Args:
        chains: the frame of ``exposure.chains``.
        name: of the company.
        steps: the stakes of each chain, in order.
    """
    if chains.is_empty():
        return Card(f"{name}: ownership chains", "No ownership chain to or from a listed company is known.")
    told = [
        (
            row["chain"],
            stake(row["chain_low"], row["chain_high"]),
            stake(row["low"], row["high"]),
            "; ".join(dict.fromkeys(str(step["dated"] or "undated") for step in part)),
        )
        for row, part in zip(chains.iter_rows(named=True), steps, strict=True)
    ]
    rows = tuple(sorted(told, key=lambda row: not row[0].endswith(name)))  # its owners before what it owns
    pairs = chains.select("from_id", "to_id").n_unique()
    finding = f"{counted(chains.height, 'chain', 'chains')} between {counted(pairs, 'pair', 'pairs')} of companies."
    return Card(
        f"{name}: ownership chains to and from listed companies",
        finding,
        ("Owner → owned. “In all” is the share over every chain of the same two companies, not the chain's own.",),
        (Table(("chain", "this chain", "in all", "dated"), rows[:MOST_SHOWN], (1, 2)),),
        f"The frame has all {chains.height} rows, with bounds and the ids of the stakes."
        if chains.height > MOST_SHOWN
        else "",
    )


def company_card(known: Evidence, as_of: str, held: str = "") -> Card:
    """One company: lists, allegations each with the reply at the same size, owners, owned, business links.

    Args:
        known: the evidence.
        as_of: the universe's date, in words.
        held: how much of it a portfolio has, in words.
    """
    entity = known.entity
    about = [f"{entity['kind']}, {entity['country'] or 'country not known'}", entity["description"] or ""]
    also = f"Also: {'; '.join(known.also_named[:4])}" if known.also_named else ""
    finding = (
        f"On {counted(len(known.listings), 'entry', 'entries')} of official lists in force."
        if known.listings
        else "On no official list at this date."
    )
    accused = tuple((one.claim, one.reply) for one in known.allegations[:MOST_SHOWN])
    facts: Mapping[str, tuple[Fact, ...]] = {
        "Official lists": known.listings,
        "Owners": known.owners,
        "Owns": known.owned,
        "Business links": known.links,
    }
    tables = [
        Table(("",), tuple((f"{f.text} [{f.source_id}]",) for f in told[:MOST_SHOWN]), caption=_of(name, told))
        for name, told in facts.items()
        if told
    ]
    if accused:
        caption = _of("Allegations, each with the company's reply", known.allegations)
        tables.insert(1 if known.listings else 0, Table(("what is alleged", "the reply"), accused, caption=caption))
    ending = f"Lists and stakes as of {as_of}. Copies of the sources were read, none at its original site."
    told = tuple(one for one in (held, ". ".join(a.rstrip(".") for a in about if a) + ".", also) if one)
    return Card(known.title, finding, told, tuple(tables), ending)


def _of(name: str, rows: tuple[Any, ...]) -> str:
    return name if len(rows) <= MOST_SHOWN else f"{name} ({MOST_SHOWN} of {len(rows)})"


def batch_card(table: pl.DataFrame, errors: pl.DataFrame) -> Card:
    """Several files, each screened by itself.

    Args:
        table: from ``league_table``.
        errors: ``file, error``.
    """
    rows = tuple(
        (
            row["file"],
            percent(row["at_least"]),
            percent(row["at_most"]),
            percent(row["identified"], 1),
            f"{row['companies']:,}",
            day(row["as_of"]),
        )
        for row in table.head(MOST_SHOWN).iter_rows(named=True)
    )
    header = ("portfolio", "at least", "at most", "identified", "companies", "holdings of")
    finding = f"{counted(table.height, 'file was', 'files were')} screened, each by itself"
    finding += f"; {counted(errors.height, 'file', 'files')} could not be." if errors.height else "."
    wrong = tuple((row["file"], row["error"]) for row in errors.head(MOST_SHOWN).iter_rows(named=True))
    tables = [Table(header, rows, (1, 2, 3, 4))] if rows else []
    tables += [Table(("file", "what is wrong"), wrong, caption="Not screened")] if wrong else []
    return Card(
        "Several portfolios",
        finding,
        ("Shares of each portfolio, in companies on official lists; amounts are never added over files.",),
        tuple(tables),
        "Go on with .frame (one row an exposed line), .errors, .screenings[name], .charts.league()",
    )
