"""How heavy a listing weighs, and the portfolio's score: additive, so that every part is exact.

``severity = 1 - product(1 - weight)`` over the distinct lists in force and the distinct kinds of accuser;
``score = 100 * sum(value / total * attribution * severity)``, 0-100. The weights are data: ``weights.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import polars as pl

from exposure.errors import UsageError


@dataclass(frozen=True)
class Weights:
    """The weights of ``weights.toml``: by a list's effect, by kind of accuser, by relation (0-1 each)."""

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
    """Read a weights file, by default the package's own."""
    source = resources.files("exposure").joinpath("weights.toml") if path is None else Path(path)
    data = tomllib.loads(source.read_text("utf-8"))
    return Weights(dict(data["effect"]), dict(data["accuser"]), dict(data["relation"]))


def combined(weights: pl.Expr) -> pl.Expr:
    """Combine weights that apply together: ``1 - product(1 - weight)``, as an aggregation."""
    return 1.0 - (1.0 - weights).product()


def contributions(exposures: pl.DataFrame) -> pl.DataFrame:
    """Give each exposure's part of the score, ``score_low`` and ``score_high`` (points of 100).

    A line without a value has no part that could be told: null.
    """
    share = pl.col("share").abs() * pl.col("severity") * 100
    return exposures.with_columns(
        score_low=share * pl.col("attribution_low"), score_high=share * pl.col("attribution_high")
    )


def scored(exposures: pl.DataFrame, connections: pl.DataFrame) -> pl.DataFrame:
    """Add each exposure's part of the score; a ``business`` link has no share to attribute and counts whole.

    Where a rule cannot be decided, the whole of the issuer may turn out to be reached.
    """
    business = pl.col("relation") == "business"
    undecided = (pl.col("relation") == "connected") & pl.col("rule_id").is_not_null()
    bounds = connections.select(
        issuer_id="entity_id",
        listed_id="listed_id",
        attribution_low=pl.when(business).then(1.0).otherwise("share_low"),
        attribution_high=pl.when(business | undecided).then(1.0).otherwise("share_high"),
    )
    return contributions(exposures.join(bounds, on=["issuer_id", "listed_id"], how="left", maintain_order="left"))


def portfolio_score(parts: pl.DataFrame, uncertain_share: float | None) -> Score:
    """Add up the parts.

    Args:
        parts: exposures with ``score_low`` and ``score_high``.
        uncertain_share: fraction of the portfolio that could not be excluded; each of it could weigh 1.
    """
    if uncertain_share is None:
        return Score(None, None, None)
    low = float(parts["score_low"].sum())
    high = min(float(parts["score_high"].sum()) + 100 * max(uncertain_share, 0.0), 100.0)
    return Score(low, low, high)
