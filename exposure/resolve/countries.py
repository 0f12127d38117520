"""Countries that a name points at: by its words, its legal form and the currency of its par value.

A set of countries is one 64-bit number, a bit for each country of ``names.toml``. What a name does not say leaves
every country open.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.names import folded, phrased, vocabulary

Bits = npt.NDArray[np.int64]


@cache
def _known() -> dict[str, dict[str, int]]:
    """The bits of each word, legal form and currency."""
    table: dict[str, dict[str, int]] = {"words": {}, "forms": {}, "money": {}}
    for at, signs in enumerate(vocabulary().countries.values()):
        for kind, words in signs.items():
            for word in words:
                table[kind][word] = table[kind].get(word, 0) | 1 << at
    return table


def _together(texts: pl.Series, kind: str) -> Bits:
    """Countries that all known words of a text allow, 0 where it has none or they exclude each other."""
    bits = _known()[kind]
    distinct = texts.fill_null("").unique().alias("text")
    values = []
    for text in distinct:
        both = [bits[word.rstrip("0123456789")] for word in text.split() if word.rstrip("0123456789") in bits]
        value = -1 if both else 0
        for one in both:
            value &= one
        values.append(value)
    found = distinct.to_frame().with_columns(bits=pl.Series(values, dtype=pl.Int64))
    joined = texts.fill_null("").alias("text").to_frame().join(found, on="text", how="left", maintain_order="left")
    return np.asarray(joined["bits"].to_numpy())


def stated(forms: pl.Series, noise: pl.Series) -> Bits:
    """Countries that a name's legal form and par value leave open, 0 for "it does not say"."""
    one, two = _together(forms, "forms"), _together(noise, "money")
    both = one & two
    return np.where((one == 0) | (two == 0), one | two, both)


def of_words(words: pl.Series) -> Bits:
    """Countries of single words, 0 where a word names none."""
    table = _known()["words"]
    return words.replace_strict(table, default=0, return_dtype=pl.Int64).to_numpy()


def published(countries: pl.Series) -> Bits:
    """Countries of a column as published, by code or name ("CN", "South Korea"); 0 where unknown or offshore."""
    codes = {code: 1 << at for at, code in enumerate(vocabulary().countries)}
    table = _known()["words"]
    distinct = countries.drop_nulls().unique().alias("text")
    plain = phrased(distinct.to_frame().select(folded(pl.col("text")))["text"])
    values = []
    for text, words in zip(distinct, plain, strict=True):
        value = codes.get(text.strip(), 0)
        for word in words.split():
            value |= table.get(word, 0)
        values.append(value)
    found = distinct.to_frame().with_columns(bits=pl.Series(values, dtype=pl.Int64))
    joined = countries.alias("text").to_frame().join(found, on="text", how="left", maintain_order="left")
    return np.asarray(joined["bits"].fill_null(0).to_numpy())
