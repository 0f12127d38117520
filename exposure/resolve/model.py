"""The score: a sum of declared points, brought to 0-1.

``weights.csv`` lists every feature with what it means, which way it counts and its share of the whole;
``rules.csv`` lists the points. A rule asks one question of one feature, and for each answer one more: four cases,
four numbers of points. The score is ``1 / (1 + exp(-sum of points))``. The points were fitted on pairs of published
security names (gradient boosting after Friedman 2001, logistic loss, trees of depth two, each feature held to the
direction that ``weights.csv`` states) by tests/benchmarks/fit_resolving.py; the files hold numbers only, no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.resolve.features import FEATURES, Pairs, measure
from exposure.resolve.words import Floats


@dataclass(frozen=True)
class Model:
    """Rules as arrays, one entry per rule.

    Attributes:
        bias: points of every pair.
        feature, low_feature, high_feature: columns of the feature matrix that are asked.
        threshold, low_threshold, high_threshold: "at most this" is the low case.
        points: rules x 4: low-low, low-high, high-low, high-high.
    """

    bias: float
    feature: npt.NDArray[np.int64]
    threshold: Floats
    low_feature: npt.NDArray[np.int64]
    low_threshold: Floats
    high_feature: npt.NDArray[np.int64]
    high_threshold: Floats
    points: Floats

    def points_of(self, features: Floats) -> npt.NDArray[np.float64]:
        """Add up the points of each row of a feature matrix."""
        columns = np.ascontiguousarray(features.T)
        total = np.full(len(features), self.bias, dtype=np.float64)
        for at, (first, threshold) in enumerate(zip(self.feature, self.threshold, strict=True)):
            low = columns[self.low_feature[at]] <= self.low_threshold[at]
            high = columns[self.high_feature[at]] <= self.high_threshold[at]
            case = np.where(columns[first] <= threshold, 1 - low, 3 - high)
            total += self.points[at][case]
        return total


@cache
def model() -> Model:
    """Read ``rules.csv`` once."""
    folder = resources.files("exposure.resolve")
    rules = pl.read_csv(folder.joinpath("rules.csv").read_bytes())
    number = {name: at for at, name in enumerate(FEATURES)}
    first = rules.row(0, named=True)
    rest = rules.slice(1)

    def column(name: str) -> npt.NDArray[np.int64]:
        return np.array([number[f] for f in rest[name]], dtype=np.int64)

    def value(name: str) -> Floats:
        return rest[name].to_numpy().astype(np.float32)

    return Model(
        bias=float(first["low_low"]),
        feature=column("feature"),
        threshold=value("at_most"),
        low_feature=column("low_feature"),
        low_threshold=value("low_at_most"),
        high_feature=column("high_feature"),
        high_threshold=value("high_at_most"),
        points=np.column_stack([value(n) for n in ("low_low", "low_high", "high_low", "high_high")]),
    )


def score(pairs: Pairs) -> npt.NDArray[np.float64]:
    """Score pairs of names, 0-1, rounded to six places so that a sum's last bit decides nothing."""
    total = model().points_of(measure(pairs))
    rounded: npt.NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-total)), 6)
    return np.where(np.minimum(*pairs.sizes) > 0, rounded, 0.0)  # a name without letters agrees with nothing
