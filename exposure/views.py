"""How a screening and a comparison show themselves, and the further questions one may put to a screening.

In the examples ``screening`` is ``ex.screen(ex.example("pension"))``: 47 lines of a made-up pension fund.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from exposure import compare as comparing
from exposure.breakdown import breakdown
from exposure.charts import Charts, ComparisonCharts
from exposure.lookups import Chains, chains, one_entity
from exposure.present.cards import screening_card
from exposure.present.describe import EntityCard, entity_card
from exposure.present.pictures import held_sentence
from exposure.present.words import not_held_sentence
from exposure.results import Results
from exposure.score import Weights
from exposure.tabular import Tabular
from exposure.universe.bundle import Universe
from exposure.whatif import recount, with_weights

if TYPE_CHECKING:
    from typing import Self


class Views(Results, Tabular):
    """The results of one screen with their views; ``exposure.Screening`` adds the files it can write."""

    def __repr__(self) -> str:
        """About twelve lines: headline, coverage, the largest exposures, how to go on."""
        return screening_card(self).to_text()

    def _repr_html_(self) -> str:
        return screening_card(self).to_html()

    def to_polars(self) -> pl.DataFrame:
        """The exposures as a polars frame, one row an exposed line.

        Examples:
            >>> screening.to_polars().equals(screening.exposures)
            True
        """
        return self.exposures

    @property
    def charts(self) -> Charts:
        """Charts as Altair objects: ``bar``, ``by_list``, ``by_relation``, ``chain``, ``sensitivity``, ``league``.

        Examples:
            >>> screening.charts.by_list().to_dict()["description"][:5]
            'List:'
        """
        return Charts(self)

    def company(self, name: str) -> EntityCard:
        """Everything known of a company, and how much of it this portfolio has.

        Args:
            name: an id, name or identifier of the universe.

        Raises:
            UniverseError: no company, or several, go by that name.

        Examples:
            >>> screening.company("Tencent").held.startswith("The portfolio holds £4.22m")
            True
        """
        found = one_entity(self.universe, name)
        exposed = found in self.exposures["issuer_id"]
        held = held_sentence(self, found) if exposed else not_held_sentence(self, found)
        return replace(entity_card(self.universe, found), held=held)

    def chains(self, company: str) -> Chains:
        """Ownership chains that lead to a company, from every listed owner, and from it to listed ones.

        Args:
            company: an id, name or identifier of the universe.

        Returns:
            ``from_id, to_id, low, high`` (integrated share, fractions) and ``chain`` (``A → B``); shows itself.

        Raises:
            UniverseError: no company, or several, go by that name.

        Examples:
            >>> screening.chains("Hikvision").filter(pl.col("from_id") == "cetc")["low"].round(3)[0]
            0.409
        """
        return chains(self.universe, company)

    def breakdown(self, by: str = "relation") -> pl.DataFrame:
        """The exposures taken apart, with exact parts of the score.

        Args:
            by: route, relation, issuer, holding, list, category, security_kind, country, group or chain.

        Returns:
            ``part, kind, lines, value, share, score``, largest first.

        Raises:
            UsageError: there is no such breakdown.

        Examples:
            >>> screening.breakdown("relation")["part"].to_list()
            ['listed', 'business', 'listed']
        """
        return breakdown(self, by, self.weights)

    def recount(
        self, *, universe: Universe | None = None, weights: Weights | Mapping[str, float] | None = None
    ) -> Self:
        """Count the same lines again with other knowledge or weights; nothing is read or matched again.

        Args:
            universe: what is known instead, at another date or with own rows.
            weights: the score's weights instead, or those to change: ``{"effect.procurement": 0.1}``.

        Returns:
            Another screening. What a policy said is left out: it must be asked again.

        Raises:
            UsageError: there is no such weight, or it does not lie between 0 and 1.

        Examples:
            >>> lighter = screening.recount(weights={"accuser.ngo": 0.0})
            >>> lighter.score.value < screening.score.value
            True
        """
        scale = with_weights(self.weights, weights) if isinstance(weights, Mapping) else weights
        return recount(self, universe, scale)


class Comparison(comparing.Comparison):
    """What changed between two screenings of one portfolio, with its chart.

    Examples:
        >>> ex.compare(screening, screening).total_change
        0.0
    """

    @property
    def charts(self) -> ComparisonCharts:
        """Charts as Altair objects: ``waterfall``.

        Examples:
            >>> ex.compare(screening, screening).charts.waterfall().to_dict()["description"]
            'Nothing changed in the exposed value.'
        """
        return ComparisonCharts(self)


def compare(before: Results, after: Results) -> Comparison:
    """Take the change in exposed value between two screenings of one portfolio apart.

    Args:
        before: the earlier screening.
        after: the later one; of other holdings, other lists, other judgements, or all of these.

    Returns:
        The causes, which add up to the change; shows itself.

    Raises:
        UsageError: the two are in different currencies; nothing is converted in silence.

    Examples:
        >>> later = ex.Universe.load(as_of="2019-09-30")  # before most listings
        >>> changed = ex.compare(screening.recount(universe=later), screening)
        >>> changed.total_change > 0
        True
    """
    return Comparison(**vars(comparing.compare(before, after)))
