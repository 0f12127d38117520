"""score_pairs and match_names on any two lists: contracts, symmetry, determinism, streaming."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exposure.resolve.pairs as pairs
from exposure.errors import UsageError
from exposure.resolve import Reference, match_names, score_pairs
from exposure.resolve.features import FEATURES
from exposure.resolve.model import model

NAMES = [
    "Acme Steel Works plc",
    "ACME STEEL WKS ORD GBP0.25",
    "Bolt & Nut Holdings Inc",
    "Carrot Foods AG",
    None,
    "",
]


def test_scores_are_between_0_and_1_and_null_for_nothing():
    scores = score_pairs(pl.Series(NAMES), pl.Series([NAMES[0]] * 6))
    assert scores.name == "score"
    assert scores[0] > 0.95
    assert scores[1] > 0.5
    assert scores[2] < 0.1
    assert scores[3] < 0.1
    assert scores[4] is None
    assert scores[5] == 0.0


def test_lists_of_two_lengths_are_refused():
    with pytest.raises(UsageError, match="not 2 and 1"):
        score_pairs(pl.Series(["a", "b"]), pl.Series(["a"]))
    with pytest.raises(UsageError, match="at least 1"):
        match_names(pl.Series(["a"]), pl.Series(["a"]), top=0)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.text(max_size=25), st.text(max_size=25)), min_size=1, max_size=5))
def test_any_text_scores_the_same_from_both_sides(texts):
    left, right = pl.Series([a for a, _ in texts]), pl.Series([b for _, b in texts])
    one, two = score_pairs(left, right), score_pairs(right, left)
    assert one.is_between(0, 1).all()
    assert one.to_list() == pytest.approx(two.to_list(), abs=1e-6)


def test_empty_lists_keep_their_columns():
    none = pl.Series([], dtype=pl.String)
    assert score_pairs(none, none).dtype == pl.Float64
    for found in (
        match_names(none, none),
        match_names(pl.Series(["Acme"]), none),
        match_names(none, pl.Series(["A"])),
    ):
        assert found.schema == pairs.SCHEMA
        assert found.is_empty()


def test_match_names_ranks_from_the_best_and_leaves_strangers_out():
    reference = pl.Series(
        ["Carrot Foods AG", "Acme Steel Works plc", "Acme Steel Bank plc", None, "Bolt and Nut Inc"]
    )
    found = match_names(pl.Series(["ACME STEEL WKS", None, "Qqqq Xxxx"]), reference, top=2)
    assert found.filter(query_row=0)["reference_row"].to_list() == [1, 2]
    assert found.filter(query_row=0)["rank"].to_list() == [0, 1]
    assert set(found["query_row"]) == {0}


def test_of_equal_answers_the_plainest_spelling_stands_first():
    reference = pl.Series(["Acme Inc. 5.70% Series I Cumulative Preferred Stock", "Acme Inc/OH", "Acme Inc."])
    assert match_names(pl.Series(["ACME INC"]), reference)["reference_row"][0] == 2


def test_batches_and_a_prepared_reference_change_nothing(monkeypatch):
    reference = pl.Series(
        [f"{a} {b} Ltd" for a in ("Acme", "Bolt", "Carrot", "Delta") for b in ("Steel", "Foods", "Bank")]
    )
    queries = pl.concat([reference, reference.str.to_uppercase()])
    whole = match_names(queries, reference, top=3)
    monkeypatch.setattr(pairs, "QUERIES", 5)
    monkeypatch.setattr(pairs, "BATCH", 7)
    assert match_names(queries, Reference.build(reference), top=3).equals(whole)
    assert whole.filter(rank=0)["reference_row"].to_list() == [*range(12), *range(12)]


def test_every_feature_is_declared_with_its_meaning_and_used_by_name_only():
    folder = Path(pairs.__file__).parent
    rows = list(csv.DictReader((folder / "weights.csv").open(encoding="utf-8")))
    assert [r["feature"] for r in rows] == list(FEATURES)
    assert all(r["meaning"] and r["direction"] in ("more", "less", "free") for r in rows)
    assert sum(float(r["weight"]) for r in rows) == pytest.approx(1.0, abs=0.01)
    assert model().points.shape == (200, 8)
    numbers = (folder / "rules.csv").read_text("utf-8").replace("(all pairs)", "")
    words = {w for line in numbers.splitlines()[1:] for w in line.split(",") if w[:1].isalpha()}
    assert words <= set(FEATURES)


@pytest.mark.parametrize("apart", [101, 401, 799])
def test_unrelated_names_score_near_nothing(apart):
    """Benchmarks hold pairs that look alike: a model can rank those well and still call strangers one company."""
    folder = Path(__file__).parents[2] / "datasets"
    own, more = pl.read_csv(folder / "entities.csv"), pl.read_csv(folder / "names.csv")
    names = pl.concat([own.select("entity_id", "name"), more.select("entity_id", "name")])
    names = names.unique("name", maintain_order=True)
    others = pl.concat([names.tail(-apart), names.head(apart)]).select(pl.all().name.suffix("_other"))
    strangers = pl.concat([names, others], how="horizontal").filter(
        pl.col("entity_id") != pl.col("entity_id_other")
    )
    scores = score_pairs(strangers["name"], strangers["name_other"])
    assert strangers.height > 1000
    assert scores.median() < 0.05
    assert (scores > 0.5).mean() < 0.005
