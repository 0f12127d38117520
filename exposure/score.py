"""How heavy a listing weighs, and the portfolio's score: additive, so that every part is exact.

``severity = 1 - product(1 - weight)`` over the distinct lists in force and the distinct kinds of accuser;
``score = 100 * sum(value / total * attribution * severity)``, 0-100. The weights are data: ``weights.toml``. What
several owners of one issuer make together is worked out in ``exposure.attribution``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import polars as pl

from exposure.errors import UsageError
from exposure.money import added, summed


@dataclass(frozen=True)
class Weights:
    """The weights of ``weights.toml``: by a list's effect, by kind of accuser, by relation (0-1 each).

    Examples:
        >>> screening.weights.relation["business"]
        0.0
        >>> lighter = screening.recount(weights={"effect.procurement": 0.0})
        >>> lighter.score.value < screening.score.value
        True
    """

    effect: dict[str, float]
    accuser: dict[str, float]
    relation: dict[str, float]

    def __post_init__(self) -> None:
        """Refuse a weight outside 0-1: a severity is a fraction."""
        for table in (self.effect, self.accuser, self.relation):
            for name, weight in table.items():
                if not 0 <= weight <= 1:
                    raise UsageError(f"The weight “{name}” is {weight}; a weight must lie between 0 and 1.")


@dataclass(frozen=True)
class Score:
    """A portfolio's score, 0-100.

    Attributes:
        value: what is established: accepted matches, lower bounds of ownership. Equals ``low``.
        low: the least the score can be on what is known.
        high: with upper bounds of ownership, and everything that could not be excluded at its heaviest.
    """

    value: float | None
    low: float | None
    high: float | None


def load_weights(path: str | Path | None = None) -> Weights:
    """Read a weights file, by default the package's own.

    Raises:
        UsageError: there is no such file, it is not TOML, or a weight is missing, unknown or no number from 0 to 1.
    """
    own = _tables("weights.toml", resources.files("exposure").joinpath("weights.toml").read_text("utf-8"))
    if path is None:
        return Weights(**own)
    try:
        given = _tables(str(path), Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} could not be read as a weights file: {error}.") from error
    for table, weights in own.items():
        missing, unknown = sorted(weights.keys() - given[table]), sorted(given[table].keys() - weights)
        if missing or unknown:
            what = f"the weight “{missing[0]}” is missing" if missing else f"there is no weight “{unknown[0]}”"
            raise UsageError(f"{path}, [{table}]: {what}; the weights are {', '.join(weights)}.")
    return Weights(**given)


def _tables(where: str, text: str) -> dict[str, dict[str, float]]:
    """The three tables of a weights file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where} is not TOML: {error}.") from error
    found = {}
    for table in ("effect", "accuser", "relation"):
        weights = data.get(table)
        if not isinstance(weights, dict):
            raise UsageError(f"{where}: the table [{table}] is missing.")
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise UsageError(f"{where}, [{table}]: the weight “{name}” is {weight!r}; it must be a number.")
        found[table] = {name: float(weight) for name, weight in weights.items()}
    return found


def combined(weights: pl.Expr) -> pl.Expr:
    """Combine weights that apply together: ``1 - product(1 - weight)``, as an aggregation."""
    return 1.0 - (1.0 - weights).product()


def scored(exposures: pl.DataFrame, connections: pl.DataFrame) -> pl.DataFrame:
    """Give each exposure's part of the score, ``score_low`` and ``score_high`` (points of 100).

    A line without a value has no part that could be told: null.
    """
    points = connections.group_by(issuer_id="entity_id").agg(summed(pl.col("points_low", "points_high")))
    joined = exposures.join(points, on="issuer_id", how="left", maintain_order="left")
    share = pl.col("share").abs() * 100
    return joined.with_columns(
        score_low=share * pl.col("points_low"), score_high=share * pl.col("points_high")
    ).drop("points_low", "points_high")


def portfolio_score(parts: pl.DataFrame, uncertain_share: float | None) -> Score:
    """Add up the parts.

    Args:
        parts: exposures with ``score_low`` and ``score_high``.
        uncertain_share: fraction of the portfolio that could not be excluded; each of it could weigh 1.
    """
    if uncertain_share is None:
        return Score(None, None, None)
    low = added(parts["score_low"])
    high = min(added(parts["score_high"]) + 100 * max(uncertain_share, 0.0), 100.0)
    return Score(low, low, high)
