"""The last steps of a screening: lines meet what is known. A screen and every what-if count in this one way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from exposure.connect import connect
from exposure.coverage import coverage, settle
from exposure.score import Score, Weights, portfolio_score, scored
from exposure.screen import Headline, expose, headline, open_lines, uncertain_share, unvalued
from exposure.universe.bundle import Universe


@dataclass(frozen=True)
class Counted:
    """What lines come to under some knowledge and some weights; the fields of ``Results`` of the same names.

    Attributes:
        lines: LINES, with the reviews closed that cannot matter.
        connections: CONNECTIONS of every issuer and candidate.
        exposures: EXPOSURES with their parts of the score.
    """

    lines: pl.DataFrame
    connections: pl.DataFrame
    exposures: pl.DataFrame
    coverage: pl.DataFrame
    headline: Headline
    score: Score
    universe: Universe
    weights: Weights

    def fields(self) -> dict[str, Any]:
        """The fields by name."""
        return dict(vars(self))


def count(lines: pl.DataFrame, universe: Universe, weights: Weights, own_date: date | None) -> Counted:
    """Count lines under what is known.

    Args:
        lines: LINES after look-through, reviews open.
        universe: what is known.
        weights: of the score.
        own_date: the holdings' own date, null when they do not say it.
    """
    issuers = {*lines["entity_id"].drop_nulls(), *lines["candidates"].explode(empty_as_null=True).drop_nulls()}
    connections = connect(universe, sorted(issuers), weights)
    settled = settle(lines, connections["entity_id"].unique().to_list())
    exposures = scored(expose(settled, connections, universe, own_date), connections)
    return Counted(
        lines=settled,
        connections=connections,
        exposures=exposures,
        coverage=coverage(settled),
        headline=headline(exposures, settled),
        score=portfolio_score(exposures, uncertain_share(settled, exposures)),
        universe=universe,
        weights=weights,
    )


def unknown_notes(exposures: pl.DataFrame, lines: pl.DataFrame) -> list[str]:
    """What the reader must know of lines that no bound contains, because nobody knows their value.

    Args:
        exposures: EXPOSURES.
        lines: LINES of the same counting.
    """
    unknown = unvalued(lines, exposures, open_lines(lines))
    lost = unknown.filter(pl.col("value").is_null() & pl.col("share").is_null()).height
    if not lost:
        return []
    named = "1 line that is exposed, or could not be excluded, has"
    many = f"{lost:,} lines that are exposed, or could not be excluded, have"
    text = named if lost == 1 else many
    return [f"{text} no known value: “at least” does not contain {'it' if lost == 1 else 'them'}."]
