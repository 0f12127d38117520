"""The score: a sum of declared points, brought to 0-1.

``weights.csv`` lists every feature with what it means, which way it counts and its share of the whole;
``rules.csv`` lists the points. A rule asks three questions, each the next according to the answer before: eight
cases, eight numbers of points. The score is ``1 / (1 + exp(-sum of points))``. The points were fitted on pairs of
published security names (gradient boosting after Friedman 2001, logistic loss, trees of depth three, each feature
held to the direction that ``weights.csv`` states) by tests/benchmarks/fit_resolving.py; the files hold numbers
only, no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.resolve.batch import Pairs
from exposure.resolve.features import FEATURES, measure
from exposure.resolve.words import Floats

# The questions of a rule and its cases; "low" answers "at most this", "high" answers "more".
QUESTIONS = ("first", "low", "high", "low_low", "low_high", "high_low", "high_high")
CASES = tuple(f"{a}_{b}_{c}" for a in ("low", "high") for b in ("low", "high") for c in ("low", "high"))


@dataclass(frozen=True)
class Model:
    """Rules as arrays, one row per rule.

    Attributes:
        bias: points of every pair.
        feature: rules x 7 columns of the feature matrix, in the order of ``QUESTIONS``.
        threshold: rules x 7; "at most this" is the low answer.
        points: rules x 8, in the order of ``CASES``.
    """

    bias: float
    feature: npt.NDArray[np.int64]
    threshold: Floats
    points: Floats

    def points_of(self, features: Floats) -> npt.NDArray[np.float64]:
        """Add up the points of each row of a feature matrix."""
        columns = np.ascontiguousarray(features.T)
        total = np.full(len(features), self.bias, dtype=np.float64)
        for feature, threshold, points in zip(self.feature, self.threshold, self.points, strict=True):
            one, low, high, *last = (columns[f] > t for f, t in zip(feature, threshold, strict=True))
            two = np.where(one, high, low)
            three = np.where(one, np.where(two, last[3], last[2]), np.where(two, last[1], last[0]))
            total += points[4 * one + 2 * two + three]
        return total


@cache
def model() -> Model:
    """Read ``rules.csv`` once."""
    folder = resources.files("exposure.resolve")
    rules = pl.read_csv(folder.joinpath("rules.csv").read_bytes())
    number = {name: at for at, name in enumerate(FEATURES)}
    rest = rules.slice(1)
    return Model(
        bias=float(rules[CASES[0]][0]),
        feature=np.array([[number[f] for f in rest[q]] for q in QUESTIONS], dtype=np.int64).T,
        threshold=rest.select(f"{q}_at_most" for q in QUESTIONS).to_numpy().astype(np.float32),
        points=rest.select(CASES).to_numpy().astype(np.float32),
    )


def score(pairs: Pairs) -> npt.NDArray[np.float64]:
    """Score pairs of names, 0-1, rounded to six places so that a sum's last bit decides nothing."""
    total = model().points_of(measure(pairs))
    rounded: npt.NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-total)), 6)
    return np.where(np.minimum(*pairs.sizes) > 0, rounded, 0.0)  # a name without letters agrees with nothing
