"""How the figures move under other weights and other ownership rules: judgements made visible, not hidden.

Each alternative reuses the lines of the finished screening: nothing is read or matched again. The first row is the
screening itself and equals its own figures exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from exposure.attribution import Together, weigh
from exposure.connect import connect, standing
from exposure.coverage import settle
from exposure.errors import UsageError
from exposure.results import Results
from exposure.score import Score, Weights, portfolio_score, scored
from exposure.screen import Headline, expose, headline, uncertain_share
from exposure.shares import network
from exposure.universe.bundle import Universe
from exposure.universe.variants import RULES, rule_row, with_rule_row

TOP = 10
BASELINE = "as screened"
OWN_LIST = "state_owners"  # the stand-in list of the ten-per-cent-state alternative
TINY = 1e-9

SENSITIVITY = {
    "group": pl.String(),  # baseline, weights, rule
    "alternative": pl.String(),
    "at_least": pl.Float64(),
    "at_least_share": pl.Float64(),
    "at_most": pl.Float64(),
    "at_most_share": pl.Float64(),
    "score": pl.Float64(),
    "score_low": pl.Float64(),
    "score_high": pl.Float64(),
    "companies": pl.Int64(),  # listed or reached by a designation
    "top": pl.Int64(),  # companies that lead the screening's ranking: ten, or as many as score at all
    "top_kept": pl.Int64(),  # how many of them still lead
    "kendall_tau": pl.Float64(),  # rank agreement over all scored companies, 1 = the same order; null below two
}


@dataclass(frozen=True)
class Alternative:
    """One other way to count: other weights, or another ownership rule for every list."""

    group: str
    name: str
    weights: Weights
    rule: dict[str, Any] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a screening says under one alternative."""

    headline: Headline
    score: Score
    ranking: pl.DataFrame  # issuer_id, score: highest first


STATE_RULE = "named only, and 10 % or more held by a state"


def sensitivity(results: Results, weights: Weights | None = None) -> pl.DataFrame:
    """Count a finished screening again under other weights and other ownership rules.

    Args:
        results: a screening.
        weights: those that it was made with, where it does not carry them.

    Returns:
        The columns of ``SENSITIVITY``: the screening itself first, then one row per alternative. Weights move the
        score only; rules move everything.

    Raises:
        UsageError: the weights given are not those of the screening.

    Examples:
        >>> table = ex.sensitivity(screening)
        >>> table.row(0, named=True)["alternative"], table["score"][0] == screening.score.value
        ('as screened', True)
    """
    scale = weights or results.weights
    base = _outcome(results, results.lines, results.connections)
    together = Together(network(results.universe))
    _same(results, base, scale, together)
    others = [_row(o.group, o.name, _under(results, o, scale, together), base) for o in alternatives(scale)]
    return pl.DataFrame([_row("baseline", BASELINE, base, base), *others], schema=SENSITIVITY)


def alternatives(weights: Weights) -> Iterator[Alternative]:
    """The alternatives, in the order of the table."""
    for effect, weight in weights.effect.items():
        for word, factor in (("halved", 0.5), ("doubled", 2.0)):
            changed = {**weights.effect, effect: min(weight * factor, 1.0)}
            yield Alternative("weights", f"{effect} {word}", replace(weights, effect=changed))
    every = [*weights.effect.values(), *weights.accuser.values()]
    middle = sum(every) / len(every)  # the level stays, the differences go
    same = replace(weights, effect=_all(weights.effect, middle), accuser=_all(weights.accuser, middle))
    twice = {kind: min(weight * 2, 1.0) for kind, weight in weights.accuser.items()}
    yield Alternative("weights", "all equal", same)
    yield Alternative("weights", "designations only", replace(weights, accuser=_all(weights.accuser, 0.0)))
    yield Alternative("weights", "allegations doubled", replace(weights, accuser=twice))
    for name, rule in RULES.items():
        yield Alternative("rule", name, weights, rule)
    yield Alternative("rule", STATE_RULE, weights, {"threshold": 0.1, "inclusive": True, "state": True})


def _all(table: dict[str, float], weight: float) -> dict[str, float]:
    return dict.fromkeys(table, weight)


def _same(results: Results, base: Outcome, weights: Weights, together: Together) -> None:
    """Refuse to compare with figures that are not the screening's own."""
    again = weigh(results.connections, results.universe, weights, together)
    fits = (results.connections["severity"] - again["severity"]).abs().max()
    if (
        (isinstance(fits, float) and fits > TINY)
        or base.score != results.score
        or base.headline != results.headline
    ):
        raise UsageError("The screening was made with other weights; pass them as weights=.")


def _under(results: Results, other: Alternative, weights: Weights, together: Together) -> Outcome:
    if other.rule is None:
        again = weigh(results.connections, results.universe, other.weights, together)
        return _outcome(results, results.lines, again)
    by_state = bool(other.rule.get("state"))
    counted = _with_state if by_state else with_rule_row
    universe = counted(results.universe, other.rule)
    lines = reopened(results.lines)
    issuers = {*lines["entity_id"].drop_nulls(), *lines["candidates"].explode(empty_as_null=True).drop_nulls()}
    found = connect(universe, sorted(issuers), weights)
    if by_state:
        found = weigh(_without_state_ties(results.universe, found, weights), universe, weights, together)
    return _outcome(results, settle(lines, found["entity_id"].unique().to_list()), found, universe)


def _outcome(
    results: Results, lines: pl.DataFrame, connections: pl.DataFrame, universe: Universe | None = None
) -> Outcome:
    """The last steps of a screening: exposures, headline, score."""
    exposures = expose(lines, connections, universe or results.universe, results.as_of.holdings)
    parts = scored(exposures, connections)
    # Rounded: two companies of the same score are a tie, not a matter of the last bit.
    points = parts.group_by("issuer_id").agg(score=pl.col("score_low").sum().round(9))
    ranking = points.filter(pl.col("score") > 0).sort(["score", "issuer_id"], descending=[True, False])
    return Outcome(headline(parts, lines), portfolio_score(parts, uncertain_share(lines, parts)), ranking)


def _with_state(universe: Universe, rule: dict[str, Any]) -> Universe:
    """The universe in which lists name only, and states are named on a list of their own with the rule.

    No authority restricts what a state owns: the list has the effect ``none``, the lightest weight.
    """
    named = with_rule_row(universe, {"named_only": True})
    own = universe.lists.head(1).with_columns(
        list_id=pl.lit(OWN_LIST),
        rule_id=pl.lit("state_alternative"),
        official=pl.lit(True),
        effect=pl.lit("none").cast(universe.lists.schema["effect"]),
    )
    states = universe.entities.filter(pl.col("kind").cast(pl.String) == "state_body")["entity_id"]
    row = dict.fromkeys(universe.listings.columns) | {"list_id": OWN_LIST, "status": "listed", "verified": True}
    row |= {"with_subsidiaries": False, "citation": "an alternative", "confidence": "high", "source_id": ""}
    entries = [row | {"entity_id": s, "listing_id": f"{OWN_LIST}-{s}"} for s in states]
    share = {k: v for k, v in rule.items() if k != "state"}
    tenth = rule_row(universe, share).with_columns(rule_id=pl.lit("state_alternative"))
    return replace(
        named,
        rules=pl.concat([named.rules, tenth]),
        lists=pl.concat([named.lists, own]),
        listings=pl.concat([universe.listings, pl.DataFrame(entries, schema=dict(universe.listings.schema))]),
    )


def _without_state_ties(universe: Universe, connections: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Take out what only the stand-in list adds below its line: smaller state holdings, and states as issuers."""
    before = standing(universe, weights)["listed_id"].to_list()
    added = ~pl.col("listed_id").is_in(before)
    ruled = (pl.col("relation") == "listed") | pl.col("rule_id").is_not_null()
    return connections.filter(~added | ruled)


def reopened(lines: pl.DataFrame) -> pl.DataFrame:
    """Undo the closing of harmless reviews: under another rule a candidate may matter."""
    coverage = pl.col("coverage").cast(pl.String)
    closed = (
        pl.col("entity_id").is_null()
        & (pl.col("candidates").list.len() > 0)
        & coverage.str.starts_with("identified")
    )
    reopened = pl.when(closed).then(pl.lit("awaiting_review")).otherwise(coverage)
    return lines.with_columns(coverage=reopened.cast(lines.schema["coverage"]))


def _row(group: str, name: str, found: Outcome, base: Outcome) -> dict[str, Any]:
    first, kept, tau = _ranks(base.ranking, found.ranking)
    low, high = found.headline.at_least, found.headline.at_most
    return {
        "group": group,
        "alternative": name,
        "at_least": low.value,
        "at_least_share": low.share,
        "at_most": high.value,
        "at_most_share": high.share,
        "score": found.score.value,
        "score_low": found.score.low,
        "score_high": found.score.high,
        "companies": found.headline.companies,
        "top": first,
        "top_kept": kept,
        "kendall_tau": tau,
    }


def _ranks(base: pl.DataFrame, other: pl.DataFrame) -> tuple[int, int, float | None]:
    """Size of the leading group, how many of it still lead, and Kendall's tau-b over all companies of either."""
    leading = base["issuer_id"].head(TOP).to_list()
    kept = len(set(leading) & set(other["issuer_id"].head(len(leading))))
    both = base.join(other, on="issuer_id", how="full", coalesce=True, suffix="_other").fill_null(0.0)
    if both.height < 2:
        return len(leading), kept, None
    return len(leading), kept, tau_b(both["score"].to_numpy(), both["score_other"].to_numpy())


def tau_b(x: np.ndarray, y: np.ndarray) -> float | None:
    """Kendall's tau-b, ties counted on either side (Kendall 1945); null where one side is all ties.

    By hand because ``scipy.stats`` would double the time it takes to import the package.
    """
    above = np.triu_indices(len(x), 1)
    dx, dy = np.sign(np.subtract.outer(x, x)[above]), np.sign(np.subtract.outer(y, y)[above])
    pairs = np.sqrt(np.count_nonzero(dx) * np.count_nonzero(dy))
    return float((dx * dy).sum() / pairs) if pairs else None
