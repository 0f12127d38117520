"""Sentences of a published site: what it holds, how to cite a page, how to correct one, what changed.

They tell figures that were counted elsewhere, of any number of portfolios; nothing is added up here over
portfolios of different dates or currencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from exposure.present.league_chart import finding
from exposure.present.pages import CORRECTION
from exposure.present.tables import Figure
from exposure.present.words import counted, day, money, percent

Row = Mapping[str, Any]
PACKAGE_DESCRIPTION = (
    "Lines of published portfolios that meet an official listing or an accusation, as the program “exposure” found "
    "them. An export-control entry is no sanction; an accusation is its accuser's, and the company's reply stands "
    "on the company's page. What could not be checked is counted under coverage and never as free of exposure."
)
LEAGUE_UNIT = (
    "Sorted by “at least”: the share in companies on official lists, or reached by a list's own ownership rule. "
    "The bar runs from there to “at most”, which adds whatever could not be excluded. A low “at least” beside a "
    "low “identified” means that little could be seen, not that little is there."
)
NOT_ADDED = "Amounts of portfolios of different dates or currencies are shown side by side and never added up."
HELD_BY_NONE = (
    "No portfolio published here is known to hold this company now; the page stays for those who cite it."
)


def lead_sentence(league: pl.DataFrame) -> str:
    """What the site holds."""
    portfolios = counted(league.height, "portfolio", "portfolios")
    dates = sorted({date.fromisoformat(text) for text in league["lists_as_of"]})
    if not dates:
        return "No portfolio is published here."
    when = day(dates[0]) if len(dates) == 1 else f"{day(dates[0])} to {day(dates[-1])}"
    return (
        f"{portfolios} with {counted(int(league['holdings'].sum()), 'holding', 'holdings')}, screened against "
        f"official lists and sourced accusations as of {when}."
    )


def league_finding(league: pl.DataFrame) -> str:
    """The finding over all portfolios."""
    return f"{finding(league.rename({'portfolio': 'file'}))}."


def totals(league: pl.DataFrame, companies: pl.DataFrame) -> tuple[Figure, ...]:
    """The counts that may be added up over portfolios of any date."""
    exposed = league.filter(pl.col("at_least") > 0).height
    official = companies.filter(pl.col("relation").is_in(["listed", "reached"]) & (pl.col("kind") == "designation"))
    accused = companies.filter(pl.col("relation").is_in(["listed", "reached"]) & (pl.col("kind") == "allegation"))
    rest = companies.height - official.height - accused.height
    return (
        Figure(
            "Portfolios",
            f"{league.height:,}",
            f"{exposed:,} of them with companies on official lists, as far as could be identified.",
        ),
        Figure(
            "On official lists",
            f"{official.height:,}",
            f"{_companies(official.height)} held by one or more, named or reached by a list's own ownership rule.",
        ),
        Figure(
            "Accused only",
            f"{accused.height:,}",
            f"{_companies(accused.height)} accused by others and on no official list; each page tells the reply.",
        ),
        Figure(
            "Tied only",
            f"{rest:,}",
            f"{_companies(rest)} tied to such a one by a minority stake, business or supply chain; never added in.",
        ),
    )


def _companies(number: int) -> str:
    return "company" if number == 1 else "companies"


def together_sentences(league: pl.DataFrame) -> tuple[str, ...]:
    """Sums of what may be summed: portfolios of one date in one currency, two or more of them."""
    known = league.filter(
        pl.col("holdings_as_of").is_not_null()
        & pl.col("currency").is_not_null()
        & pl.col("at_least_value").is_not_null()
        & pl.col("at_most_value").is_not_null()
    )
    sums = (
        known.group_by("currency", "holdings_as_of")
        .agg(number=pl.len(), low=pl.col("at_least_value").sum(), high=pl.col("at_most_value").sum())
        .filter(pl.col("number") > 1)
        .sort("number", "currency", "holdings_as_of", descending=[True, False, True])
    )
    return tuple(
        f"The {row['number']:,} portfolios in {row['currency']} of {_day(row['holdings_as_of'])} together: "
        f"at least {money(row['low'], row['currency'])}, at most {money(row['high'], row['currency'])}."
        for row in sums.iter_rows(named=True)
    )


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else "no date"


def interval_words(row: Row) -> str:
    """One row of the league as a sentence, for those who cannot see its bar."""
    return f"at least {percent(row['at_least'])}, at most {percent(row['at_most'])}"


def company_finding(row: Row, number: int) -> str:
    """A company in one sentence: what ties it to a list, and how many portfolios hold it."""
    official = row["kind"] == "designation" and row["relation"] in ("listed", "reached")
    lists = f": {row['lists']}" if official else ""
    through = f" (through {row['through']})" if row["through"] else ""
    held = f"Held by {counted(number, 'portfolio', 'portfolios')} published here." if number else HELD_BY_NONE
    how = "named on official lists" if official and row["relation"] == "listed" else row["how"]
    return f"{how[:1].upper()}{how[1:]}{through}{lists}. {held}"


def citation(publisher: str | None, page: str, site: str, dates: str, version: str, url: str | None) -> str:
    """How to cite a page: who, what, as of when, made with what, where."""
    title = f"“{page}”" if page == site else f"“{page}”, {site}"
    where = f" {url}" if url else ""
    return f"{f'{publisher}. ' if publisher else ''}{title}. {dates} Made with exposure {version}.{where}"


def correction_sentences(contact: str | None, page: str) -> tuple[str, ...]:
    """How to correct what a page says: to the publisher first, then in the reference data."""
    first = (
        f"To the publisher of this site: name the page ({page}), the sentence, and a document with its date."
        if contact
        else f"To whoever published this site: name the page ({page}), the sentence, and a document with its date."
    )
    return first, CORRECTION


def portfolio_change(title: str, before: Row | None, now: Row) -> dict[str, str] | None:
    """What changed in a portfolio's entry since the last publication; null where no figure did.

    Args:
        title: of the portfolio.
        before: its entry as it was (``report.site_entry.Entry`` as a mapping), null for a new one.
        now: its entry.
    """
    if before is None:
        return {"title": f"{title}: published", "summary": now["finding"]}
    parts = []
    if before["holdings_as_of"] != now["holdings_as_of"]:
        parts.append(f"Holdings of {_day(now['holdings_as_of'])} in place of {_day(before['holdings_as_of'])}.")
    for name, words in (("at_least", "At least"), ("at_most", "At most"), ("identified", "Identified")):
        if percent(before[name]) != percent(now[name]):
            parts.append(f"{words}: {percent(now[name])}, before {percent(before[name])}.")
    old, new = ({held["issuer_id"]: held["company"] for held in one["held"]} for one in (before, now))
    for words, names in (
        ("Now shown", [name for i, name in new.items() if i not in old]),
        ("No longer shown", [name for i, name in old.items() if i not in new]),
    ):
        parts += [f"{words}: {'; '.join(sorted(names))}."] if names else []
    if not parts and before == now:
        return None
    return {
        "title": f"{title}: changed",
        "summary": " ".join(parts) or "Amounts changed; every share is as it was.",
    }


def portfolio_removed(title: str) -> dict[str, str]:
    """That a portfolio was taken off the site."""
    return {"title": f"{title}: no longer published", "summary": "Its page was taken away by the publisher."}


def company_change(name: str, before: str, now: str) -> dict[str, str] | None:
    """What changed in the lists that a company is shown with; null where nothing did."""
    if before == now:
        return None
    return {"title": f"{name}: lists changed", "summary": f"Now: {now}. Before: {before}."}


def done_sentences(
    written: Sequence[str], kept: int, removed: Sequence[str], pages: Mapping[str, int]
) -> list[str]:
    """What a publication did, for the person who asked for it."""
    made = ", ".join(
        counted(number, one, f"{one[:-1]}ies" if one.endswith("y") else f"{one}s") for one, number in pages.items()
    )
    told = [f"The site has {made}."]
    told.append(
        f"{counted(len(written), 'file', 'files')} written, {kept:,} left as they were"
        + (f", {len(removed):,} taken away." if removed else ".")
    )
    return told
