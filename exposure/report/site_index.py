"""The pages over all portfolios of a published site: league table, companies, method, and all the data together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from exposure.present.pages import LIMITS, WITHHELD, legend_sentence
from exposure.present.site_words import (
    LEAGUE_UNIT,
    NOT_ADDED,
    interval_words,
    lead_sentence,
    league_finding,
    together_sentences,
    totals,
)
from exposure.present.words import counted, day, percent
from exposure.report.content import licences_table, method_of
from exposure.report.redact import levels
from exposure.report.site_address import entity_address
from exposure.report.site_card import Card, card
from exposure.report.site_data import Files, package, three
from exposure.report.site_entry import Entry, companies_held, league
from exposure.report.site_pages import Site, links, page
from exposure.score import Weights
from exposure.universe.bundle import Universe

MOST_COMPANIES, MOST_CHANGES = 12, 8  # on the first page
LENGTH, MIDDLE, RADIUS = 200.0, 10, 6  # of an interval's drawing
DATA = (
    ("League table", ("portfolios.csv", "portfolios.json", "portfolios.parquet")),
    ("Exposed lines of all portfolios", ("exposures.csv", "exposures.json", "exposures.parquet")),
    ("Companies", ("companies.csv", "companies.json", "companies.parquet")),
    ("What each column means", ("datapackage.json",)),
)


@dataclass(frozen=True)
class Whole:
    """Everything on the site.

    Attributes:
        entries: the portfolios.
        exposures: their exposed lines, in the order of the entries.
        changes: date, page, title, summary; the latest first.
        unread: number of files handed in that could not be read.
        universe: what was known.
        weights: those of the score.
    """

    entries: Sequence[Entry]
    exposures: pl.DataFrame
    changes: Sequence[Mapping[str, str]]
    unread: int
    universe: Universe
    weights: Weights


def overview(site: Site, whole: Whole) -> Files:
    """The pages over all portfolios, the card of the first one, and the data of all."""
    table, held = league(whole.entries), companies_held(whole.entries)
    data = _data(site, whole, table, held)
    return {
        **{f"data/{name}": made for name, made in data.items()},
        "index.html": _index(site, whole, table, held, data),
        "index.png": _card(site, table, held),
        "companies/all.html": _companies(site, whole, held),
        "method.html": _method(site, whole),
    }


def _index(site: Site, whole: Whole, table: pl.DataFrame, held: pl.DataFrame, data: Files) -> bytes:
    top = axis_top(table)
    rows = [row | {"drawing": interval(row, top)} for row in table.iter_rows(named=True)]
    return page(
        site,
        "index",
        "index.html",
        site.title,
        league_finding(table) if rows else lead_sentence(table),
        _dates(whole),
        lead=lead_sentence(table),
        finding=league_finding(table),
        omitted=[WITHHELD[level] for level in levels(site.level)],
        unread=whole.unread,
        rows=rows,
        totals=totals(table, held),
        unit=LEAGUE_UNIT,
        top=percent(top, 0 if top >= 0.01 else 2),
        together=together_sentences(table),
        not_added=NOT_ADDED,
        companies=_rows(held.head(MOST_COMPANIES)),
        more=held.height if held.height > MOST_COMPANIES else 0,
        legend=_legend(held),
        changes=whole.changes[:MOST_CHANGES],
        links=links(DATA, "data", data),
    )


def _companies(site: Site, whole: Whole, held: pl.DataFrame) -> bytes:
    number = counted(held.height, "company", "companies")
    lead = f"{number} on an official list, accused, or tied to one that is; most widely held first."
    return page(
        site,
        "companies",
        "companies/all.html",
        "Companies held",
        lead,
        _dates(whole),
        card="index.png",
        lead=lead,
        legend=_legend(held),
        companies=_rows(held),
    )


def _method(site: Site, whole: Whole) -> bytes:
    return page(
        site,
        "method",
        "method.html",
        "How it is counted",
        LIMITS,
        _dates(whole),
        card="index.png",
        limits=LIMITS,
        method=method_of(whole.universe, whole.weights),
        licences=licences_table(whole.universe).to_dicts(),
    )


def _data(site: Site, whole: Whole, table: pl.DataFrame, held: pl.DataFrame) -> Files:
    pages = [f"companies/{entity_address(i)}.html" for i in held["issuer_id"]]
    frames = {
        "portfolios": table,
        "exposures": whole.exposures,
        "companies": held.with_columns(pl.Series("page", pages, pl.String)),
    }
    files = {path: made for name, frame in frames.items() for path, made in three(name, frame).items()}
    licences = licences_table(whole.universe)["licence"].to_list()
    dated = whole.universe.as_of.isoformat()
    return files | {"datapackage.json": package("exposure-site", site.title, frames, files, licences, dated)}


def _card(site: Site, table: pl.DataFrame, held: pl.DataFrame) -> bytes:
    figures = tuple((one.name, one.value) for one in totals(table, held)[:3])
    return card(
        Card(site.publisher or "", site.title, "Published portfolios", lead_sentence(table), figures=figures)
    )


def _rows(held: pl.DataFrame) -> list[dict[str, Any]]:
    return [row | {"address": entity_address(row["issuer_id"])} for row in held.iter_rows(named=True)]


def _legend(held: pl.DataFrame) -> str:
    return legend_sentence(held.select("relation", "kind").iter_rows())


def _dates(whole: Whole) -> str:
    return f"Lists and stakes as of {day(whole.universe.as_of)}."


# ---- the interval from at least to at most --------------------------------------------------------------------


def axis_top(table: pl.DataFrame) -> float:
    """Where the league's axis ends: at a round figure, and not so far out that the lower bounds cannot be told."""
    least, most = (_largest(table[name]) for name in ("at_least", "at_most"))
    wanted = max(min(most, 5 * least), 1e-4) if least else max(most, 1e-4)
    size = 10.0 ** math.floor(math.log10(wanted))
    return min(next(step * size for step in (1, 2, 5, 10) if step * size >= wanted * 0.9999), 1.0)


def _largest(shares: pl.Series) -> float:
    found = shares.drop_nulls().max()
    return float(found) if isinstance(found, float) else 0.0


def interval(row: Mapping[str, Any], top: float) -> Markup:
    """The bounds of one portfolio as a bar; nothing where they are not known. An arrow says that it goes on."""
    low, high = row["at_least"], row["at_most"]
    if low is None or high is None:
        return Markup("")
    start, end = (min(max(share / top, 0.0), 1.0) * LENGTH for share in (low, high))
    parts = [f'<line class="track" x1="0" x2="{LENGTH:.0f}" y1="{MIDDLE}" y2="{MIDDLE}"/>']
    parts.append(f'<line class="reach" x1="{start:.1f}" x2="{end:.1f}" y1="{MIDDLE}" y2="{MIDDLE}"/>')
    if high > top:
        parts.append(f'<path class="over" d="M{LENGTH:.0f} {MIDDLE - 7}l9 7l-9 7z"/>')
    parts.append(f'<circle class="least" cx="{start:.1f}" cy="{MIDDLE}" r="{RADIUS}"/>')
    head = f'<svg class="interval" viewBox="-8 0 {LENGTH + 20:.0f} {2 * MIDDLE}" role="img" aria-label="'
    return Markup(f'{head}%s">{"".join(parts)}</svg>') % interval_words(row)
