"""A name of then and a name of now: two lists meet, and no holding becomes a company by it."""

from importlib import resources

import polars as pl
import pytest

import exposure as ex
from exposure.resolve.renames import CERTAINTY, renames
from exposure.resolve.words import keyed


def score(left, right):
    return ex.resolve.score_pairs(pl.Series([left]), pl.Series([right]))[0]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("FACEBOOK INC CL A", "Meta Platforms, Inc."),
        ("STATOIL ASA", "Equinor ASA"),
        ("UNITED TECHNOLOGIES CORP", "RTX Corporation"),  # over two changes
        ("Hankook Tire Co Ltd", "HANKOOK TIRE & TECHNOLOGY"),
    ],
)
def test_names_of_then_and_now_agree_whichever_comes_first(then, now):
    assert 0.7 < score(then, now) <= 1
    assert score(then, now) == score(now, then)


def test_another_company_that_resembles_the_new_name_gains_nothing():
    assert score("Google Inc", "Alphabet Energy Mining Ltd") < 0.5
    assert score("Square Inc", "Square Enix Holdings Co Ltd") < 0.5


def test_a_renamed_company_is_found_in_a_list_and_never_before_its_own_name():
    listed = pl.Series(["Alphabet Inc. Class C", "Google LLC", "Goggle Foods plc", "Meta Platforms Inc"])
    found = ex.resolve.match_names(pl.Series(["GOOGLE INC", "FACEBOOK INC-A"]), listed, top=2)
    assert found.filter(pl.col("query_row") == 0)["reference_row"].to_list() == [1, 0]
    first = found.filter((pl.col("query_row") == 1) & (pl.col("rank") == 0))
    assert first["reference_row"].to_list() == [3]
    assert first["score"][0] <= CERTAINTY


def test_no_holding_becomes_a_company_by_it():
    universe = ex.Universe.load()
    known = set(keyed(pl.concat([universe.names["name"], universe.entities["name"]]).unique())["core"])
    there = renames().names.with_columns(known=pl.col("core").is_in(known))
    told = there.filter(pl.col("known").any().over("company") & ~pl.col("known"))
    assert told.height > 5  # names of then that the reference data do not have, of companies that they have
    held = told.select(Name="name").with_columns(pl.lit(1.0).alias("Market Value"))
    screening = ex.screen(held, universe=universe)
    assert screening.exposures.is_empty()
    assert "renamed" not in " ".join(screening.lines["match_reason"].drop_nulls())


def test_each_row_is_a_change_and_each_name_one_companys():
    text = resources.files("exposure.resolve").joinpath("renames.csv").read_bytes()
    table = pl.read_csv(text)
    assert table.unique(["former", "current"]).height == table.height
    assert table["year"].is_between(1995, 2026).all()
    cores = dict(keyed(pl.concat([table["former"], table["current"]]).unique()).select("name", "core").iter_rows())
    assert [row for row in table.iter_rows() if cores[row[0]] == cores[row[1]]] == []
    by_core = renames().names.group_by("core").agg(pl.col("company").n_unique())
    assert by_core["company"].max() == 1
    largest = renames().names.group_by("company").agg(pl.col("core").n_unique())
    assert largest["core"].max() <= 5  # a longer chain would have joined two companies
