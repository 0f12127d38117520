"""A screening as a card of about twelve lines: headline, coverage, the largest exposures, how to go on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl

from exposure.present.pages import dates_sentence
from exposure.present.words import (
    LETTERS,
    THIN,
    full_money,
    headline_sentences,
    list_names,
    percent,
)

if TYPE_CHECKING:
    from exposure.results import Results

TOP = 5
NEXT_STEPS = 'Go on with .exposures, .coverage, .review(), .unchecked(), .chains("Hikvision"), .to_pandas()'


def largest(results: Results, top: int = TOP) -> list[dict[str, str]]:
    """The largest exposures by relation and value, one row a company."""
    by_company = (
        results.exposures.group_by("issuer_id", "issuer", "relation", "kind", "lists", maintain_order=True)
        .agg(value=pl.col("value").sum(), share=pl.col("share").sum(), unknown=pl.col("value").is_null().all())
        .sort(
            [pl.col("relation").to_physical(), pl.col("kind").to_physical(), "value", "share", "issuer_id"],
            descending=[False, False, True, True, False],
        )
    )
    return [
        {
            "relation": LETTERS[row["relation"]],
            "company": row["issuer"],
            "value": "" if row["unknown"] else full_money(row["value"]),
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


def _sentences(results: Results) -> list[str]:
    every = [*headline_sentences(results), owned_sentence(results), dates_sentence(results)]
    return [sentence for sentence in every if sentence]


def screening_text(results: Results) -> str:
    """The card as plain text."""
    title = f"{results.portfolio} · {results.holdings.height:,} holdings"
    rows = [
        f"  {r['relation']}  {r['company'][:44]:<44} {r['value']:>22} {r['share']:>9}  {r['lists']}"
        for r in largest(results)
    ]
    if results.exposures.height:
        rows.insert(0, f"  {'':<48}{results.currency or 'value':>22} {'share':>9}  lists")
    return "\n".join([title, *_sentences(results), *rows, NEXT_STEPS]).replace(THIN, " ")


def screening_html(results: Results) -> str:
    """The card as HTML: self-contained, everything from the file escaped."""
    first, *others = [escape(s) for s in _sentences(results)]
    cell = 'style="padding:2px 10px;text-align:{}"'
    rows = "".join(
        f"<tr><td {cell.format('left')}><b>{r['relation']}</b></td><td {cell.format('left')}>{escape(r['company'])}"
        f"</td><td {cell.format('right')}>{r['value']}</td><td {cell.format('right')}>{r['share']}</td>"
        f"<td {cell.format('left')}>{escape(r['lists'])}</td></tr>"
        for r in largest(results)
    )
    head = "".join(
        f'<th scope="col" {cell.format(side)}>{name}</th>'
        for name, side in (
            ("", "left"),
            ("company", "left"),
            (escape(results.currency or "value"), "right"),
            ("share", "right"),
            ("lists", "left"),
        )
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f'<div style="border-left:4px solid #1F5E8C;padding:6px 14px;max-width:60em">'
        f"<div><b>{escape(results.portfolio)}</b> · {results.holdings.height:,} holdings</div>"
        f"<p><b>{first}</b></p>{''.join(f'<p>{s}</p>' for s in others)}{table}"
        f"<p><small>{escape(NEXT_STEPS)}</small></p></div>"
    )
