"""One company's page: who lists it, what is alleged and answered, who owns it, and which portfolios here hold it.

What is known of a company does not depend on any portfolio, so its page is made from the reference data at the
site's date; portfolios only add the rows of the table of holders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from exposure.connect import connect
from exposure.coverage import coverage
from exposure.present.chains import chain_sources
from exposure.present.charts import COLOURS
from exposure.present.evidence import sources_table
from exposure.present.pages import LIMITS
from exposure.present.pictures import chain_picture
from exposure.present.site_words import HELD_BY_NONE, NOT_ADDED, company_finding
from exposure.present.words import day
from exposure.report.company import Company, companies, others
from exposure.report.html import PAPER_WIDTH, Footnotes
from exposure.report.site_address import entity_address
from exposure.report.site_card import Card, card
from exposure.report.site_data import Files
from exposure.report.site_entry import Entry, Held
from exposure.report.site_pages import Site, drawing, page
from exposure.results import Dates, Results
from exposure.schema import Holdings, Lines, Matches, Rejected
from exposure.score import Weights, portfolio_score, scored
from exposure.screen import expose, headline
from exposure.universe.bundle import Universe

FIRST = 6  # allegations shown at once; the others behind one click, each with its reply
Holders = Sequence[tuple[Entry, Held]]


@dataclass(frozen=True)
class Around:
    """What a company's page needs to know of the rest of the site.

    Attributes:
        titles: id to name of every company that has a page.
        amounts: whether amounts of money may be shown.
    """

    titles: Mapping[str, str]
    amounts: bool


def known_companies(universe: Universe, weights: Weights, ids: Sequence[str]) -> dict[str, Company]:
    """What is known of some companies, as if one portfolio held a line of each without a value.

    Returns:
        By id; those that meet no listing and no allegation any more are left out.
    """
    present = sorted(set(ids) & set(universe.entities["entity_id"]))
    lines = _lines(present)
    connections = connect(universe, present, weights)
    exposures = scored(expose(lines, connections, universe, None), connections)
    made = Results(
        portfolio="",
        currency=None,
        total_value=None,
        as_of=Dates(None, universe.as_of, universe.as_of, None),
        holdings=Holdings.create_empty(),
        rejected=Rejected.create_empty(),
        matches=Matches.create_empty(),
        lines=lines,
        connections=connections,
        exposures=exposures,
        coverage=coverage(lines),
        headline=headline(exposures, lines),
        score=portfolio_score(exposures, None),
        universe=universe,
        weights=weights,
    )
    return {one.entity_id: one for one in companies(made)}


def _lines(ids: Sequence[str]) -> pl.DataFrame:
    """LINES that hold one company each."""
    told = {"security_kind": "equity", "coverage": "identified_by_judgement", "proxy": False}
    told |= {"match_method": "id", "match_reason": ""}
    rows = [{"line": k, "row": k, "entity_id": one, **told} for k, one in enumerate(ids)]
    schema = Lines.create_empty().schema
    lists = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
    frame = pl.DataFrame(rows, schema=schema)
    return frame.with_columns(pl.col(name).fill_null(pl.lit([], schema[name])) for name in lists)


def company(site: Site, one: Company, held_by: Holders, around: Around) -> Files:
    """The page and the card of one company.

    Args:
        site: what is the same on all pages.
        one: from ``known_companies``.
        held_by: the portfolios that hold it, the largest share first.
        around: the rest of the site.
    """
    path = f"companies/{entity_address(one.entity_id)}"
    finding = company_finding(one.row, len(held_by))
    notes = Footnotes()
    for source_id in chain_sources(one.chains):
        notes(source_id)
    across, down = (
        (
            chain_picture(one.results, one.entity_id, numbers=notes.numbers, down=down, alone=True)
            for down in (False, True)
        )
        if one.chains
        else ("", "")
    )
    ends = others(one.results, (one,))
    html = page(
        site,
        "company",
        f"{path}.html",
        one.known.title,
        finding,
        f"Lists and stakes as of {day(one.results.universe.as_of)}.",
        one=one,
        finding=finding,
        holders=held_by,
        amounts=around.amounts,
        not_added=NOT_ADDED,
        none_holds=HELD_BY_NONE,
        as_of=day(one.results.universe.as_of),
        note=notes,
        across=drawing(across),
        down=drawing(down),
        long=_width(across) > PAPER_WIDTH,
        elsewhere=[(entity_address(i), around.titles[i]) for i in one.other_ids if i in around.titles],
        others=[end for end in ends if end.entity_id not in around.titles],
        first=FIRST,
        limits=LIMITS,
        sources=lambda: _sources(one, notes),
    )
    return {f"{path}.html": html, f"{path}.png": _card(site, one, finding)}


def _sources(one: Company, notes: Footnotes) -> list[dict[str, Any]]:
    notes(one.known.entity["source_id"])
    return sources_table(one.results.universe, notes.numbers).to_dicts()


def _width(svg: str) -> int:
    return int(svg.partition('width="')[2].partition('"')[0] or 0)


def _card(site: Site, one: Company, finding: str) -> bytes:
    entity = one.known.entity
    local = entity["name_local"] if entity["name_local"] != entity["name"] else None
    dated = f"Lists and stakes as of {day(one.results.universe.as_of)}. Evidence and replies on the page."
    colour = COLOURS[one.row["relation"]]
    plain = entity_address(one.entity_id)
    return card(Card(site.title, entity["name"], plain, dated, local, words=finding, colour=colour))
