"""The table of issue 5: our figures beside the peers that are installed, measured in one run on one machine.

    python tests/benchmarks/resolving.py ../shared/matching [--million]

Peers run where their package can be imported: rapidfuzz and sparse-dot-topn always, string-grouper, emm (its
preprocessing, compared by sorted words) and nomenklatura (logic-v2) where installed. A peer that needs other
versions may live in its own environment, named by the variables STRING_GROUPER_PYTHON, EMM_PYTHON and
NOMENKLATURA_PYTHON. The development files hold the pairs that our points were fitted on: the figures by
cross-validation are printed by fit_resolving.py.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from exposure.names import name_keys
from exposure.resolve.candidates import DIMENSIONS, grams
from exposure.resolve.pairs import Reference, match_names, score_pairs

PART = "nomenklatura|opensanctions|emm|opencheck"
FIRST = 400  # pairs on which the slow peers are measured
PEERS = {
    "string-grouper": ("string_grouper", "STRING_GROUPER_PYTHON"),
    "emm": ("emm", "EMM_PYTHON"),
    "nomenklatura": ("nomenklatura", "NOMENKLATURA_PYTHON"),
}
SCRIPTS = {
    "string-grouper": """
import json, sys, pandas as pd
from string_grouper import compute_pairwise_similarities
rows = json.load(open(sys.argv[1]))
scores = compute_pairwise_similarities(pd.Series([r[0] for r in rows]), pd.Series([r[1] for r in rows]))
json.dump([float(s) for s in scores], open(sys.argv[2], "w"))
""",
    "emm": """
import json, sys
from emm.preprocessing import PandasPreprocessor
from rapidfuzz import fuzz
import pandas as pd
rows = json.load(open(sys.argv[1]))
clean = PandasPreprocessor(preprocess_pipeline="preprocess_merge_abbr")
def names(at):
    frame = pd.DataFrame({"name": [r[at] for r in rows]})
    return clean.transform(frame)["preprocessed"].tolist()
json.dump([fuzz.token_sort_ratio(a, b) / 100 for a, b in zip(names(0), names(1))], open(sys.argv[2], "w"))
""",
    "nomenklatura": """
import json, sys
from followthemoney import model
from nomenklatura.matching import LogicV2, ScoringConfig
rows = json.load(open(sys.argv[1]))
def company(name):
    proxy = model.make_entity("Company")
    proxy.id = name
    proxy.add("name", name)
    return proxy
config = ScoringConfig.defaults()
scores = [LogicV2.compare(company(a), company(b), config).score for a, b in rows]
json.dump(scores, open(sys.argv[2], "w"))
""",
}


def average_precision(y: np.ndarray, score: np.ndarray) -> float:
    """Area under precision and recall, ties counted together (scikit-learn's definition)."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(y[order])
    last = np.append(np.diff(score[order]) != 0, True)
    precision, recall = (hits / np.arange(1, len(y) + 1))[last], (hits / y.sum())[last]
    return float((precision * np.diff(recall, prepend=0)).sum())


def recall_at(y: np.ndarray, score: np.ndarray, precision: float = 0.99) -> float:
    """Greatest recall at or above a precision."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(y[order])
    last = np.append(np.diff(score[order]) != 0, True)
    enough = last & (hits / np.arange(1, len(y) + 1) >= precision)
    return float(hits[enough].max() / y.sum()) if enough.any() else 0.0


def tfidf_pairs(left: pl.Series, right: pl.Series) -> np.ndarray:
    """Cosine of raw names' 3-gram TF-IDF."""
    both = pl.concat([left, right]).str.to_lowercase()
    matrix = raw_grams(both)
    one, two = matrix[: len(left)], matrix[len(left) :]
    return np.asarray(one.multiply(two).sum(axis=1)).ravel()


def raw_grams(names: pl.Series, weight: np.ndarray | None = None) -> sparse.csr_matrix:
    """Unit rows of 3-gram TF-IDF without any normalisation of names."""
    row, gram = grams(names)
    if weight is None:
        weight = np.log((1 + len(names)) / (1 + np.bincount(gram, minlength=DIMENSIONS))) + 1
    matrix = sparse.csr_matrix((weight[gram], (row, gram)), shape=(len(names), DIMENSIONS))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix).tocsr()


def jaro_winkler(left: pl.Series, right: pl.Series) -> np.ndarray:
    """rapidfuzz on lower-cased names."""
    one, two = left.str.to_lowercase().to_list(), right.str.to_lowercase().to_list()
    return cpdist(one, two, scorer=JaroWinkler.similarity, workers=2)


def peer(name: str) -> Callable[[pl.Series, pl.Series], np.ndarray] | None:
    """A peer's scorer in its own process, where it is installed."""
    module, variable = PEERS[name]
    python = os.environ.get(variable) or (sys.executable if importlib.util.find_spec(module) else None)
    if python is None:
        return None

    def score(left: pl.Series, right: pl.Series) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = Path(folder) / "in.json", Path(folder) / "out.json"
            asked.write_text(json.dumps(list(zip(left, right, strict=True))), encoding="utf-8")
            subprocess.run([python, "-W", "ignore", "-c", SCRIPTS[name], asked, answered], check=True, stderr=-3)
            return np.array(json.loads(answered.read_text(encoding="utf-8")))

    return score


def pairs_table(folder: Path) -> None:
    """Pairs: average precision, recall at precision .99, microseconds of processor time."""
    holdings = pl.read_csv(folder / "holding_pairs_dev.csv")
    public = pl.read_csv(folder / "name_pairs_public_dev.csv")
    part = public.filter(pl.col("source").str.contains(PART))
    scorers = {
        "exposure (fitted on these)": lambda a, b: score_pairs(a, b).to_numpy(),
        "TF-IDF 3-gram": tfidf_pairs,
        "rapidfuzz Jaro-Winkler": jaro_winkler,
    } | {name: peer(name) for name in PEERS}
    print(f"{'pairs':<28}{'holdings AP':>12}{'recall@.99':>12}{'public AP':>11}{'its part':>10}{'us/pair':>9}")
    for name, scorer in scorers.items():
        if scorer is None:
            print(f"{name:<28} not installed")
            continue
        start = sum(os.times()[:4])
        found = [(t["label"].to_numpy(), scorer(t["left"], t["right"])) for t in (holdings, public, part)]
        spent = (sum(os.times()[:4]) - start) / sum(len(y) for y, _ in found) * 1e6
        first, second, third = (average_precision(y, s) for y, s in found)
        print(f"{name:<28}{first:>12.3f}{recall_at(*found[0]):>12.3f}{second:>11.3f}{third:>10.3f}{spent:>9.1f}")


def raw_nearest(queries: pl.Series, reference: pl.Series) -> tuple[Callable[[], object], Callable[[], np.ndarray]]:
    """sparse-dot-topn on raw names: building, and asking for the nearest."""
    kept: dict[str, object] = {}

    def build() -> None:
        text = reference.str.to_lowercase()
        gram = grams(text)[1]
        kept["weight"] = np.log((1 + len(text)) / (1 + np.bincount(gram, minlength=DIMENSIONS))) + 1
        kept["matrix"] = raw_grams(text).T.tocsr()

    def ask() -> np.ndarray:
        wanted = raw_grams(queries.str.to_lowercase(), kept["weight"])
        best = sp_matmul_topn(wanted, kept["matrix"], top_n=1, n_threads=2, sort=True).tocoo()
        answer = np.full(len(queries), -1)
        answer[best.row] = best.col
        return answer

    return build, ask


def ours_nearest(queries: pl.Series, reference: pl.Series) -> tuple[Callable[[], object], Callable[[], np.ndarray]]:
    """match_names over a reference built once."""
    kept: dict[str, Reference] = {}

    def build() -> None:
        kept["reference"] = Reference.build(reference)

    def ask() -> np.ndarray:
        best = match_names(queries, kept["reference"], top=5).filter(pl.col("rank") == 0)
        answer = np.full(len(queries), -1)
        answer[best["query_row"].to_numpy()] = best["reference_row"].to_numpy()
        return answer

    return build, ask


def retrieval_table(folder: Path, sizes: list[str]) -> None:
    """Retrieval: top-1 of all and of hard queries, processor seconds to build, queries a second."""
    queries = pl.read_csv(folder / "queries_dev.csv")
    cores = [name_keys(queries[c]).select("name", core="plain") for c in ("query", "canonical")]
    asked = queries.join(cores[0], left_on="query", right_on="name", how="left", maintain_order="left")
    hard = asked.join(cores[1], left_on="canonical", right_on="name", how="left", maintain_order="left")
    is_hard = (hard["core"] != hard["core_right"]).to_numpy()
    print(
        f"\n{'retrieval':<28}{'size':>6}{'top-1':>8}{'hard':>8}{'build CPU s':>13}{'queries/s':>11}{'peak MB':>9}"
    )
    for size in sizes:
        reference = pl.read_parquet(folder / f"ref_{size}.parquet")
        for name, work in (("exposure", ours_nearest), ("sparse-dot-topn, raw names", raw_nearest)):
            build, ask = work(queries["query"], reference["name"])
            start = time.process_time()
            build()
            built = time.process_time() - start
            ask()  # once unmeasured: the first call reads the vocabulary
            start = time.perf_counter()
            answer = ask()
            rate = len(queries) / (time.perf_counter() - start)
            issuer = reference["issuer"].gather(np.maximum(answer, 0))
            right = ((issuer == queries["issuer"]).fill_null(False)).to_numpy() & (answer >= 0)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{name:<28}{size:>6}{right.mean():>8.3f}{right[is_hard].mean():>8.3f}{built:>13.2f}{rate:>11,.0f}{peak:>9,}"
            )


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1])
    pairs_table(folder)
    retrieval_table(folder, ["10k", "100k", *(["1m"] if "--million" in sys.argv else [])])


if __name__ == "__main__":
    main()
