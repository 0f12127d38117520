"""The score: a sum of declared points, brought to 0-1.

``weights.csv`` lists every feature with what it means, which way it counts and its share of the whole;
``rules.csv`` lists the points. A rule asks three questions, each the next according to the answer before: eight
cases, eight numbers of points. The score is ``1 / (1 + exp(-sum of points))``. The points were fitted on pairs of
published security names (gradient boosting after Friedman 2001, logistic loss, trees of depth three, each feature
held to the direction that ``weights.csv`` states) by tests/benchmarks/fit_resolving.py; the files hold numbers
only, no names.

Where nothing is decided and pairs of two lists are but put in order, a second opinion counts for more than these
rules: ``pairs_rules.csv``, four questions a rule, asks the same features and the measures of ``likeness.py``, and
holds none of them to a direction. ``pairs_weights.csv`` says what they mean and weigh. The published pairs hold few
strangers, so it was taught with 3,000 more: names of two pairs put together, which nothing connects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.resolve.batch import Pairs
from exposure.resolve.features import FEATURES, measure
from exposure.resolve.likeness import LIKENESSES
from exposure.resolve.words import Floats

#: Depth of the rules by which holdings are decided, and of those by which pairs are put in order.
DECIDING, ORDERING = 3, 4
#: The part of the second opinion in the points of a pair that is put in order.
SECOND = 0.75


def questions(depth: int) -> tuple[str, ...]:
    """Name the questions of a rule by the answers before: "low" is "at most this", "high" is "more"."""
    return ("first", *("_".join(way) for size in range(1, depth) for way in product(("low", "high"), repeat=size)))


def cases(depth: int) -> tuple[str, ...]:
    """Name the cases of a rule by all its answers."""
    return tuple("_".join(way) for way in product(("low", "high"), repeat=depth))


@dataclass(frozen=True)
class Model:
    """Rules as arrays, one row per rule.

    Attributes:
        bias: points of every pair.
        feature: rules x questions: columns of the feature matrix.
        threshold: rules x questions; "at most this" is the low answer.
        points: rules x cases.
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
            asked = [columns[f] > t for f, t in zip(feature, threshold, strict=True)]
            given: list[npt.NDArray[np.bool_]] = []
            case = np.zeros(len(features), dtype=np.int64)
            while asked:
                level, asked = asked[: 1 << len(given)], asked[1 << len(given) :]
                given.append(_answer(level, given))
                case = 2 * case + given[-1]
            total += points[case]
        return total


def _answer(asked: list[npt.NDArray[np.bool_]], given: list[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """Return for each pair the answer to the question that the answers given lead to."""
    if not given:
        return asked[0]
    half = len(asked) // 2
    return np.where(given[0], _answer(asked[half:], given[1:]), _answer(asked[:half], given[1:]))


@cache
def model() -> Model:
    """Read ``rules.csv`` once."""
    return _read("rules.csv", DECIDING, tuple(FEATURES))


@cache
def second() -> Model:
    """Read ``pairs_rules.csv`` once."""
    return _read("pairs_rules.csv", ORDERING, (*FEATURES, *LIKENESSES))


def _read(name: str, depth: int, features: tuple[str, ...]) -> Model:
    rules = pl.read_csv(resources.files("exposure.resolve").joinpath(name).read_bytes())
    number = {feature: at for at, feature in enumerate(features)}
    rest = rules.slice(1)
    return Model(
        bias=float(rules[cases(depth)[0]][0]),
        feature=np.array([[number[f] for f in rest[q]] for q in questions(depth)], dtype=np.int64).T,
        threshold=rest.select(f"{q}_at_most" for q in questions(depth)).to_numpy().astype(np.float32),
        points=rest.select(cases(depth)).to_numpy().astype(np.float32),
    )


def with_second(points: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Join the points of the declared rules and the second opinion."""
    return (1 - SECOND) * points + SECOND * other


def score(pairs: Pairs, alike: Floats | None = None) -> npt.NDArray[np.float64]:
    """Score pairs of names, 0-1, rounded to six places so that a sum's last bit decides nothing.

    Args:
        pairs: the names.
        alike: pairs x ``LIKENESSES``; with them the second opinion is heard.
    """
    measured = measure(pairs)
    total = model().points_of(measured)
    if alike is not None:
        total = with_second(total, second().points_of(np.hstack([measured, alike])))
    rounded: npt.NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-total)), 6)
    return np.where(np.minimum(*pairs.sizes) > 0, rounded, 0.0)  # a name without letters agrees with nothing
