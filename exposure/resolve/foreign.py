"""Words of other languages: how they sound, and the English word they are compared as.

A name of a Russian, Persian or Arabic company is written in Latin letters in many ways, and Russian words change
their endings: *natsionalnyi*, *natsionalny*, *natsionalnaya*. So a word that ``translations.csv`` has from one of
these languages is also known by its stem as it sounds.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from exposure.names import vocabulary

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPELLED = 6  # letters from which a word may be known by its stem
STEM = 4  # letters that a stem has, at least
#: Endings of Russian adjectives and nouns, and vowels that romanisations of Persian and Arabic end on.
ENDINGS = "(?:ogo|ovo|ikh|akh|ami|aia|oie|am|om|ov|ih|yh|oi|oe|ie|ii|iu|ei|i|a|u|o|e)$"


def sound(words: pl.Series) -> pl.Series:
    """Write words roughly as they sound, so that spellings of one foreign name fall together.

    The pairs of letters are data (``names.toml``): "ZUBAIDI" and "ZUBEDI", "DUERR" and "DURR", "KONKORD" and
    "CONCORD". Doubled letters become single ones.
    """
    letters = vocabulary().sounds
    heard = words.str.replace_many(list(letters), list(letters.values()), leftmost=True)
    return heard.str.replace_many([c + c for c in LETTERS], list(LETTERS))


def in_english(words: pl.Series) -> pl.Series:
    """Write distinct words that have a translation in English; the others stay."""
    foreign, english = _table()
    plain = words.replace(foreign, english)
    heard = (plain == words) & (words.str.len_chars() >= SPELLED) & ~words.is_in(declared())
    if not heard.any():
        return plain
    stems, meant = _stems()
    open_words = words.filter(heard)
    return plain.scatter(heard.arg_true(), _stem(open_words).replace_strict(stems, meant, default=open_words))


def translated(names: pl.Series) -> pl.DataFrame:
    """Write whole names in English and as they sound, without their small words.

    Args:
        names: cores as written (``plain``), one blank between words.

    Returns:
        ``meant`` and ``heard``, one row per name, empty where nothing is left.
    """
    known = vocabulary()
    words = names.str.split(" ").alias("word").to_frame().with_row_index("row").explode("word", empty_as_null=True)
    distinct = words.select(pl.col("word").unique(maintain_order=True))["word"]
    meant = in_english(distinct.replace(known.abbreviations))
    table = pl.DataFrame({"word": distinct, "meant": meant, "heard": sound(meant)})
    kept = words.join(table.filter(~pl.col("word").is_in(sorted(known.articles))), on="word", how="inner")
    whole = kept.sort("row", maintain_order=True).group_by("row").agg(pl.col("meant", "heard").str.join(" "))
    every = names.to_frame().with_row_index("row").select("row")
    joined = every.join(whole, on="row", how="left", maintain_order="left")
    return joined.select(pl.col("meant", "heard").fill_null(""))


def _stem(words: pl.Series) -> pl.Series:
    return sound(words).str.replace(ENDINGS, "")


@cache
def _table() -> tuple[pl.Series, pl.Series]:
    words = vocabulary().translations
    return pl.Series(list(words)), pl.Series(list(words.values()))


@cache
def _stems() -> tuple[pl.Series, pl.Series]:
    """The stems of romanised words that stand for one English word only."""
    words = vocabulary().romanised
    table = pl.DataFrame({"stem": _stem(pl.Series(list(words))), "english": list(words.values())})
    one = table.filter(pl.col("stem").str.len_chars() >= STEM).group_by("stem").agg(pl.col("english").unique())
    one = one.filter(pl.col("english").list.len() == 1)
    return one["stem"], one["english"].list.first()


@cache
def declared() -> list[str]:
    """Words that the vocabulary has in their own right: none is another's misspelling or short form."""
    known = vocabulary()
    words = {*known.abbreviations.values(), *known.translations.values(), *known.sectors}
    return sorted(words | known.generic | known.benign | known.kin | known.places | known.funds)
