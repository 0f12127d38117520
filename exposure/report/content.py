"""What every artefact shows of a screening, in words and figures: the one base of page, paper, workbook and site.

Made from results that were redacted before (``redact.py``), through ``exposure.present`` only, so that every
artefact and the dashboard say the same. Shares are fractions, money is in ``currency``, null is *not known*.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from exposure.present.charts import basis, finding, portfolio_bar
from exposure.present.describe import lists_table
from exposure.present.evidence import sources_table
from exposure.present.pages import (
    CORRECTION,
    LIMITS,
    METHOD,
    WITHHELD,
    currency_sentence,
    dates_sentence,
    legend_sentence,
    list_sentence,
    unchecked_sentence,
    withheld,
)
from exposure.present.tables import (
    Figure,
    coverage_table,
    figures,
    rules_table,
    segments_sentence,
    weights_table,
)
from exposure.present.words import MARKS, headline_sentences
from exposure.report.company import Company, Other, companies, others
from exposure.report.drawing import svg
from exposure.results import Results
from exposure.score import Weights
from exposure.universe.bundle import Universe

RECORD = ("headline", "coverage", "score")  # figures that go with the manifest, for a reader that is a program


@dataclass(frozen=True)
class Bar:
    """The whole portfolio as one bar: title, subtitle, text alternative, and the drawing."""

    title: str
    basis: str
    words: str
    chart: Any = field(repr=False)

    def svg(self, width: int, *, title: bool = False) -> str | None:
        """The bar as SVG of a width in pixels; null where the file gives neither values nor weights."""
        return None if self.chart is None else svg(self.chart, self.words, width, title=title)


@dataclass(frozen=True)
class Unseen:
    """What could not be checked.

    Attributes:
        sentence: how many lines, and what is made of them.
        lines: ``row, name, coverage, why, value, share``, largest first; none in a ``flagged`` copy.
        waiting: doubtful names: ``row, name, value, share, candidate, reason`` and more.
        classes: coverage by class: ``what, lines, unvalued, value, share``.
    """

    sentence: str
    lines: pl.DataFrame = field(repr=False)
    waiting: pl.DataFrame = field(repr=False)
    classes: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Method:
    """How it is counted: paragraphs with their heads, and the tables the code itself uses."""

    relations: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, str], ...]
    rules: pl.DataFrame = field(repr=False)
    weights: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Content:
    """Everything that an artefact shows.

    Attributes:
        portfolio: its name, or words in place of it.
        holdings: number of holdings read.
        currency: of all values; null when the file does not say, and in a copy without amounts.
        amounts: whether amounts of money may be shown.
        omitted: what a redacted copy leaves out, in sentences.
        sentences: the headline, finding first.
        dates: the four dates, and that the file names no currency where it does not.
        figures: at least, at most, identified, score.
        legend: the relation letters that occur, in words.
        companies: one each, strongest relation first.
        others: listed companies at the other ends of chains that the portfolio does not hold.
        warnings: what the reader should know about the input.
        breaches: what a house policy says: the frame of ``exposure.breaches``, null without a policy.
        licences: ``licence, lists``: under which licence which lists come.
        limits: what this is not.
        correction: how to correct an entry.
        manifest: what a second run needs.
        record: the manifest with the figures, as JSON text: what ``exposure verify`` reads.
        universe: what was known, for the sources behind the footnotes.
    """

    portfolio: str
    holdings: int
    currency: str | None
    amounts: bool
    omitted: tuple[str, ...]
    sentences: tuple[str, ...]
    dates: str
    figures: tuple[Figure, ...]
    bar: Bar
    unseen: Unseen
    legend: str
    companies: tuple[Company, ...]
    others: tuple[Other, ...]
    warnings: tuple[str, ...]
    breaches: pl.DataFrame | None
    method: Method
    licences: pl.DataFrame
    limits: str
    correction: str
    manifest: dict[str, Any]
    record: str
    universe: Universe = field(repr=False)

    def sources(self, numbers: Mapping[str, int]) -> pl.DataFrame:
        """The sources behind footnote numbers (``present.evidence.sources_table``)."""
        return sources_table(self.universe, numbers)


def content(results: Results) -> Content:
    """Lay out what every artefact shows.

    Args:
        results: one screen, as ``redact`` returned it.
    """
    left_out = withheld(results)
    held = companies(results)
    inputs = results.manifest.get("inputs", [])
    return Content(
        portfolio=results.portfolio,
        holdings=sum(one["rows"] for one in inputs) if inputs else results.holdings.height,
        currency=results.currency,
        amounts="percent" not in left_out,
        omitted=tuple(WITHHELD[level] for level in left_out),
        sentences=tuple(headline_sentences(results)),
        dates=" ".join(filter(None, (dates_sentence(results), currency_sentence(results)))),
        figures=figures(results),
        bar=Bar(finding(results), basis(results), segments_sentence(results), portfolio_bar(results)),
        unseen=_unseen(results),
        legend=legend_sentence(results.exposures.select(pl.col("relation", "kind").cast(pl.String)).iter_rows()),
        companies=held,
        others=others(results, held),
        warnings=results.warnings,
        breaches=results.breaches,
        method=method_of(results.universe, results.weights),
        licences=licences_table(results.universe),
        limits=LIMITS,
        correction=CORRECTION,
        manifest=results.manifest,
        record=record(results),
        universe=results.universe,
    )


def record(results: Results) -> str:
    """The manifest with the main figures, as JSON text: the same for the same inputs."""
    every = replace(results, exposures=results.exposures.clear()).to_dict()  # its rows are not asked for
    told = {"manifest": every["manifest"], **{key: every[key] for key in RECORD}}
    return json.dumps(told, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _unseen(results: Results) -> Unseen:
    lines = results.unchecked()
    return Unseen(
        sentence=unchecked_sentence(results),
        lines=lines.filter(pl.col("coverage").cast(pl.String) != "awaiting_review"),
        waiting=results.review(),
        classes=coverage_table(results),
    )


def method_of(universe: Universe, weights: Weights) -> Method:
    """How it is counted, with the tables of some reference data and weights."""
    return Method(
        relations=MARKS,
        paragraphs=METHOD,
        lists=tuple((row["name"], list_sentence(row)) for row in lists_table(universe).to_dicts()),
        rules=rules_table(universe),
        weights=weights_table(weights),
    )


def licences_table(universe: Universe) -> pl.DataFrame:
    """``licence, lists``: under which licence which lists come, the most used first."""
    grouped = universe.lists.group_by("licence").agg(
        number=pl.len(), lists=pl.col("short_name").sort().str.join(", ")
    )
    return grouped.sort("number", "licence", descending=[True, False]).select("licence", "lists")
