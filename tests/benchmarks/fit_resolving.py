"""Fit the points of exposure/resolve on the development pairs, and print what a split by issuer gives.

    pip install lightgbm scikit-learn && python tests/benchmarks/fit_resolving.py ../shared/matching

Needs two packages that the product does not. Only numbers are written: names never leave the benchmark files.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score, precision_recall_curve

from exposure.resolve.batch import Pairs
from exposure.resolve.cosines import COSINES, cosines, vectors
from exposure.resolve.features import FEATURES, measure
from exposure.resolve.model import DECIDING, ORDERING, cases, questions, with_second
from exposure.resolve.words import keyed, spell

RESOLVE = Path(__file__).resolve().parents[2] / "exposure" / "resolve"
FOLDS = 5
PUBLIC_WEIGHT = 0.5  # the published name tests are further from holdings files than the holdings pairs
UNSHARED_WEIGHT = 0.25  # renames share no letters: counted in full they would lift the score of unrelated names
TREES = {
    "n_estimators": 200,
    "max_depth": DECIDING,
    "num_leaves": 8,
    "learning_rate": 0.11,
    "min_child_samples": 20,
    "colsample_bytree": 0.5,
    "subsample": 0.7,
    "subsample_freq": 1,
}
#: The second opinion, by which pairs are put in order.
SECOND_TREES = TREES | {
    "n_estimators": 300,
    "max_depth": ORDERING,
    "num_leaves": 12,
    "learning_rate": 0.08,
    "colsample_bytree": 0.4,
}
SECOND_UNSHARED_WEIGHT = 0.5
PART = "nomenklatura|opensanctions|emm|opencheck"


def features(left: pl.Series, right: pl.Series) -> np.ndarray:
    """Measure pairs as score_pairs does: the declared features, then the cosines."""
    keys = keyed(pl.concat([left, right]).unique().sort())
    names, lexicon = spell(keys)
    place = dict(zip(keys["name"], range(keys.height), strict=True))
    rows = [np.array([place[n] for n in side], dtype=np.int64) for side in (left, right)]
    return np.hstack([measure(Pairs(names, names, *rows, lexicon)), cosines(vectors(names), *rows)])


def nothing_shared(x: np.ndarray) -> np.ndarray:
    """Pairs that share no word and few letters: renames and translations, from which letters cannot learn."""
    column = {name: x[:, at] for at, name in enumerate(FEATURES)}
    return (column["found_more"] < 0.3) & (column["letters"] < 0.6) & (column["initials"] == 0)


def fold(text: str) -> int:
    """A fold that depends on nothing but the text."""
    return zlib.crc32(text.encode()) % FOLDS


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> lightgbm.LGBMClassifier:
    """Boosted trees of depth three, every feature held to its declared direction."""
    table = pl.read_csv(RESOLVE / "weights.csv")
    ways = dict(table.select("feature", "direction").iter_rows())
    number = {"more": 1, "less": -1, "free": 0}
    return _trees(TREES | {"monotone_constraints": [number[ways[f]] for f in FEATURES]}, x, y, weight)


def fit_second(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> lightgbm.LGBMClassifier:
    """Boosted trees of depth four, with the cosines, held to no direction."""
    return _trees(SECOND_TREES, x, y, weight)


def _trees(settings: dict, x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> lightgbm.LGBMClassifier:
    trees = lightgbm.LGBMClassifier(**settings, seed=1, deterministic=True, n_jobs=2, verbose=-1)
    return trees.fit(x, y, sample_weight=weight)


def rules(trees: lightgbm.LGBMClassifier, depth: int, names: list[str]) -> pl.DataFrame:
    """Write each tree as one rule: a question, and by each answer another, and so on."""
    asked, ends = questions(depth), cases(depth)
    bias: dict = {"first": "(all pairs)"} | dict.fromkeys(asked[1:], "")
    bias |= {f"{q}_at_most": 0.0 for q in asked} | dict.fromkeys(ends, 0.0)
    rows = [_rule(tree["tree_structure"], depth, names) for tree in trees.booster_.dump_model()["tree_info"]]
    columns = [c for q in asked for c in (q, f"{q}_at_most")] + list(ends)
    return pl.DataFrame([bias, *rows]).select(columns).with_columns(pl.col(pl.Float64).round_sig_figs(7))


def _rule(root: dict, depth: int, names: list[str]) -> dict:
    """Lay a tree out in full: where it stops early, the question repeats and the points are the same."""
    level = [root]
    asked = []
    for _ in range(depth):
        asked += [_question(node, root, names) for node in level]
        level = [side for node in level for side in _sides(node)]
    row = {}
    for name, (feature, threshold) in zip(questions(depth), asked, strict=True):
        row |= {name: feature, f"{name}_at_most": threshold}
    return row | {case: leaf["leaf_value"] for case, leaf in zip(cases(depth), level, strict=True)}


def _question(node: dict, root: dict, names: list[str]) -> tuple[str, float]:
    node = root if "leaf_value" in node else node
    return names[node["split_feature"]], node["threshold"]


def _sides(node: dict) -> tuple[dict, dict]:
    return (node, node) if "leaf_value" in node else (node["left_child"], node["right_child"])


def recall_at(y: np.ndarray, score: np.ndarray, precision: float) -> float:
    """Greatest recall at or above a precision."""
    precisions, recalls, _ = precision_recall_curve(y, score)
    return float(recalls[precisions >= precision].max())


def main(folder: Path) -> None:
    """Cross-validate, then fit on all development pairs and write the two tables."""
    holdings = pl.read_csv(folder / "holding_pairs_dev.csv")
    public = pl.read_csv(folder / "name_pairs_public_dev.csv")
    sides = [[(fold(i.split("/")[0]), fold(i.split("/")[-1])) for i in holdings["ident"]]]
    sides.append([(fold(a), fold(b)) for a, b in public.select("left", "right").iter_rows()])
    x = np.vstack([features(t["left"], t["right"]) for t in (holdings, public)])
    y = np.concatenate([t["label"].to_numpy() for t in (holdings, public)])
    folds = np.array(sides[0] + sides[1])
    is_public = np.arange(len(y)) >= holdings.height
    part = is_public & np.append(np.zeros(holdings.height, bool), public["source"].str.contains(PART).to_numpy())
    parts = is_public, part
    apart = (y == 1) & nothing_shared(x)
    weight, own = (
        np.where(is_public, PUBLIC_WEIGHT, 1.0) * np.where(apart, w, 1.0)
        for w in (UNSHARED_WEIGHT, SECOND_UNSHARED_WEIGHT)
    )
    first, second = np.zeros(len(y)), np.zeros(len(y))
    declared = x[:, : len(FEATURES)]
    for k in range(FOLDS):
        train, test = (folds != k).all(axis=1), folds[:, 0] == k
        first[test] = fit(declared[train], y[train], weight[train]).predict(declared[test], raw_score=True)
        second[test] = fit_second(x[train], y[train], own[train]).predict(x[test], raw_score=True)
    print("cross-validated by issuer, without the table of renames:")
    told("  deciding holdings", y, first, *parts)
    told("  putting pairs in order", y, with_second(first, second), *parts)
    names = [*FEATURES, *COSINES]
    for trees, count, depth, table in (
        (fit(declared, y, weight), len(FEATURES), DECIDING, ""),
        (fit_second(x, y, own), len(names), ORDERING, "pairs_"),
    ):
        rules(trees, depth, names).write_csv(RESOLVE / f"{table}rules.csv")
        gain = trees.booster_.feature_importance("gain")
        share = pl.DataFrame({"feature": names[:count], "weight": (gain / gain.sum()).round(4)})
        path = RESOLVE / f"{table}weights.csv"
        known = pl.read_csv(path).drop("weight", strict=False)
        known.join(share, on="feature", how="left", maintain_order="left").write_csv(path)


def told(what: str, y: np.ndarray, score: np.ndarray, public: np.ndarray, part: np.ndarray) -> None:
    """Print the measures of a score."""
    print(
        f"{what}: holdings AP {average_precision_score(y[~public], score[~public]):.4f},"
        f" recall at precision .99 {recall_at(y[~public], score[~public], 0.99):.3f};"
        f" public AP {average_precision_score(y[public], score[public]):.4f},"
        f" hand-made part {average_precision_score(y[part], score[part]):.4f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
