"""Words of other languages: their table, their stems, and whole names in English."""

import csv
from pathlib import Path

import polars as pl
import pytest

import exposure
from exposure.names import folded, vocabulary
from exposure.resolve.foreign import in_english, sound, translated
from exposure.resolve.pairs import score_pairs

TABLE = Path(exposure.__file__).parent / "translations.csv"


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("zavody", "plant"),
        ("yayasan", "foundation"),
        ("sanaye", "industry"),
        ("natsionalny", "national"),  # the table has the masculine "natsionalnyi"
        ("natsionalnogo", "national"),
        ("natsionalnaya", "national"),
        ("elementa", "element"),
        ("torgovoy", "trading"),  # another romanisation of "torgovoi"
        ("mouassasat", "foundation"),
        ("hikvision", "hikvision"),
        ("uralvagonzavod", "uralvagonzavod"),
        ("indiana", "indiana"),  # no other ending of "indian"
        ("command", "command"),  # no other spelling of a Russian "komanda"
        ("technology", "technology"),
    ],
)
def test_words_in_english(word, english):
    assert in_english(pl.Series([word])).to_list() == [english]


def test_whole_names_lose_their_small_words_and_keep_their_order():
    names = pl.Series(["fundacion de los amigos", "", "al", "acme steel", "acme zavod"])
    found = translated(names)
    assert found["meant"].to_list() == ["foundation friends", "", "", "acme steel", "acme plant"]
    assert found["heard"].to_list() == sound(found["meant"]).to_list()


def test_every_word_stands_once_as_names_are_folded_and_means_no_declared_word():
    rows = list(csv.DictReader(TABLE.open(encoding="utf-8")))
    words = [word for row in rows for word in row["words"].split(" ")]
    assert len(words) == len(set(words)) > 4_000
    texts = pl.DataFrame({"word": words})
    assert texts.select(folded(pl.col("word")))["word"].to_list() == words
    assert [(row["languages"], row["english"]) for row in rows] == list(
        dict.fromkeys((row["languages"], row["english"]) for row in rows)
    )
    assert {row["romanised"] for row in rows} == {"yes", "no"}
    known = vocabulary()
    declared = known.benign | known.kin | known.funds | set(known.sectors) | known.articles
    assert not declared & {word for row in rows if row["romanised"] == "yes" for word in row["words"].split(" ")}
    english = {word: row["english"] for row in rows for word in row["words"].split(" ")}
    assert all(english[word] in known.places for word in known.places & set(english))  # "Korean" is "Korea"


def test_two_romanisations_and_a_translation_meet():
    """The same three companies as two registers write them, among names that share nothing with them."""
    left = ["Volzhskii Khimicheskii Kombinat", "Bonyade Mehrab", "Natsionalnaya Strakhovaya Gruppa Vektor"]
    right = ["Volzhsky Chemical Combine", "Mehrab Foundation", "Vektor National Insurance Group"]
    same = score_pairs(pl.Series(left), pl.Series(right))
    other = score_pairs(pl.Series(left), pl.Series(right[1:] + right[:1]))
    assert (same > other).all()
    assert same.min() > other.max()
