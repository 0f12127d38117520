"""Charts of a screening and of a comparison: Altair objects whose titles state finding, unit and source.

In a notebook they show themselves as a drawing made on this machine, with the same in words beside it for those
who cannot see it: nothing is fetched. All else is Altair: ``chart.to_dict()``, ``chart.save("out.svg")``. In
the examples ``screening`` is ``ex.screen(ex.example("pension"))``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any

from exposure.compare import Comparison
from exposure.errors import UsageError
from exposure.late import alt
from exposure.lookups import one_entity
from exposure.present.chain_chart import chain_chart
from exposure.present.charts import portfolio_bar
from exposure.present.compare_chart import sensitivity_chart, sensitivity_finding, waterfall, waterfall_finding
from exposure.present.league_chart import league_chart
from exposure.present.parts import HEADERS, parts_chart, parts_table
from exposure.present.tables import league_table, segments_sentence
from exposure.present.words import THIN, day
from exposure.report.drawing import svg
from exposure.results import Results
from exposure.sensitivity import sensitivity

WIDTH = 560  # pixels of what is plotted
WIDE = 84  # characters of a line under a title of that width


class Charts:
    """The charts of one screening.

    Examples:
        >>> chart = screening.charts.by_relation()
        >>> type(chart).__mro__[1].__name__
        'LayerChart'
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    def bar(self) -> alt.LayerChart:
        """The whole portfolio as one bar: each relation, what is not exposed, what could not be checked.

        Raises:
            UsageError: the file gives neither values nor weights.

        Examples:
            >>> chart = screening.charts.bar()
            >>> chart.to_dict()["description"][:22]
            'Of the whole portfolio'
        """
        return _shown(portfolio_bar(self._results), segments_sentence(self._results), _source(self._results))

    def by(self, part: str) -> alt.LayerChart:
        """The exposures taken apart.

        Args:
            part: relation, list, category, country, group (manager), route or security_kind.

        Raises:
            UsageError: there is no such breakdown, or nothing in it to draw.

        Examples:
            >>> chart = screening.charts.by("route")
            >>> "Route" in chart.to_dict()["title"]["text"][0]
            True
        """
        if part not in HEADERS:
            raise UsageError(f"There is no chart by “{part}”; there are {', '.join(HEADERS)}.")
        table = parts_table(self._results, part)
        if table.is_empty():
            raise UsageError("No line of this portfolio is exposed: there is nothing to take apart.")
        chart, words = parts_chart(table, self._results, HEADERS[part])
        return _shown(chart, words, _source(self._results))

    def by_relation(self) -> alt.LayerChart:
        """By relation: listed, reached, connected, business.

        Examples:
            >>> screening.charts.by_relation().to_dict()["description"][:9]
            'Relation:'
        """
        return self.by("relation")

    def by_list(self) -> alt.LayerChart:
        """By list; a company on several lists counts in each of them.

        Examples:
            >>> screening.charts.by_list().to_dict()["description"][:5]
            'List:'
        """
        return self.by("list")

    def by_category(self) -> alt.LayerChart:
        """By what a list restricts, and by what is alleged.

        Examples:
            >>> screening.charts.by_category().to_dict()["description"][:9]
            'Category:'
        """
        return self.by("category")

    def by_country(self) -> alt.LayerChart:
        """By country, as the file names it.

        Examples:
            >>> ex.screen(ex.example("index_fund")).charts.by_country().to_dict()["description"][:8]
            'Country:'
        """
        return self.by("country")

    def chain(self, company: str) -> alt.LayerChart:
        """From the portfolio to a company it holds, and up to the company's owners.

        Args:
            company: an id, name or identifier of the universe.

        Raises:
            UniverseError: there is no such company, or the portfolio has no exposure through it.

        Examples:
            >>> "holds 40.9 % of" in screening.charts.chain("Hikvision").to_dict()["description"]
            True
        """
        issuer = one_entity(self._results.universe, company)
        chart, words = chain_chart(self._results, issuer)
        return _shown(chart, words, _source(self._results), width=None)

    def sensitivity(self) -> alt.LayerChart:
        """How the score moves under other weights and other ownership rules.

        Raises:
            UsageError: the file gives neither values nor weights, so that there is no score.

        Examples:
            >>> screening.charts.sensitivity().to_dict()["description"][:9]
            'The score'
        """
        table = sensitivity(self._results)
        return _shown(sensitivity_chart(table), f"{sensitivity_finding(table)}.", _source(self._results))

    def league(self, *others: Results) -> alt.LayerChart:
        """This portfolio beside others: at least to at most, and how much of each could be identified.

        Examples:
            >>> endowment = ex.screen(ex.example("endowment"))
            >>> screening.charts.league(endowment).to_dict()["description"].split(" has most")[0]
            'Example College Endowment'
        """
        return league([self._results, *others])


class ComparisonCharts:
    """The chart of a comparison.

    Examples:
        >>> ex.compare(screening, screening).charts.waterfall().to_dict()["description"]
        'Nothing changed in the exposed value.'
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def waterfall(self) -> alt.LayerChart:
        """Exposed value before, each cause of its change, exposed value after.

        Examples:
            >>> ex.compare(screening, screening).charts.waterfall().to_dict()["title"]["text"]
            ['Nothing changed in the exposed value']
        """
        found = self._comparison
        unit = "fractions of the portfolio" if found.unit == "share" else found.unit or "currency not in the file"
        source = f"Unit: {unit}. Source: {found.before.portfolio}; {found.after.portfolio}; the package's lists"
        return _shown(waterfall(found), f"{waterfall_finding(found)}.", source)


def league(screenings: Mapping[str, Results] | Any) -> alt.LayerChart:
    """Several portfolios side by side: at least to at most as an interval, coverage beside it.

    Args:
        screenings: by name, or in a list (then each goes by its own name and date), or the answer of
            ``screen_many``.

    Raises:
        UsageError: there is none, or none gives values or weights.

    Examples:
        >>> chart = ex.league({"ours": screening, "theirs": ex.screen(ex.example("endowment"))})
        >>> chart.to_dict()["title"]["subtitle"][0][:15]
        'Dot: at least, '
    """
    given = getattr(screenings, "screenings", screenings)
    named = dict(given) if isinstance(given, Mapping) else by_name(list(given))
    if not named:
        raise UsageError("No screening was given; a league needs at least one.")
    chart, words = league_chart(league_table(named))
    days = sorted({one.as_of.lists for one in named.values()})
    lists = " and ".join(day(d) for d in dict.fromkeys((days[0], days[-1])))
    return _shown(chart, words, f"Unit: share of each portfolio's value. Source: their files; lists of {lists}")


def by_name(screenings: list[Results]) -> dict[str, Results]:
    """Screenings under their portfolios' names; of the same name, with the date of the holdings or a number."""
    names = [one.portfolio for one in screenings]
    dated = [
        f"{one.portfolio}, {day(one.as_of.holdings)}" if names.count(one.portfolio) > 1 else one.portfolio
        for one in screenings
    ]
    return {
        name if dated.count(name) == 1 else f"{name} ({dated[:place].count(name) + 1})": one
        for place, (name, one) in enumerate(zip(dated, screenings, strict=True))
    }


def _source(results: Results) -> str:
    """Where the figures come from: the file, and the reference data at their date."""
    files = [one["file"] for one in results.manifest.get("inputs", []) if one.get("file")]
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    file = f"{files[0]}{more}" if files else "the holdings given"
    own = ", with rows of your own" if results.universe.changes else ""
    return f"Source: {file}; the package's lists, stakes and allegations as of {day(results.as_of.lists)}{own}"


def _shown(chart: alt.LayerChart | None, words: str, source: str, width: int | None = WIDTH) -> alt.LayerChart:
    """A chart that shows itself, with its source under the title and the same in words.

    Raises:
        UsageError: there is no chart.
    """
    if chart is None:
        raise UsageError("The file gives neither values nor weights: there is nothing to draw.")
    size: dict[str, Any] = {} if width is None else {"width": width, "autosize": "pad"}
    made = chart.properties(description=words.replace(THIN, " "), **size)
    letters = WIDE if width else max(len(line) for line in made.title.subtitle)
    told = (" ".join(made.title.subtitle), source.replace(THIN, " "))
    made.title.subtitle = [line for text in told for line in textwrap.wrap(text, letters)]
    if width:
        made.title.text = textwrap.wrap(" ".join(made.title.text), WIDE - 16)
    object.__setattr__(made, "__class__", _drawn())  # Altair keeps plain attributes as parts of the chart
    return made


@cache
def _drawn() -> type[alt.LayerChart]:
    """Altair's own class, shown without asking anybody: its usual way fetches a script from a server."""

    class Chart(alt.LayerChart):
        """An Altair chart that shows itself as a drawing and in words."""

        def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, str]:
            words = str(self.description)
            return {"image/svg+xml": svg(self, words, int(self.to_dict().get("width", WIDTH))), "text/plain": words}

    return Chart
