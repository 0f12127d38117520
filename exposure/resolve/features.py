"""The declared list of features in which two names are compared, each a column of numbers over many pairs.

Every feature is a plain function of a :class:`Pairs` batch, the same whichever name stands first. What each one
means and what it weighs stands in ``weights.csv``; ``model.py`` adds the points up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, LCSseq, Prefix

from exposure.resolve.align import AGREES
from exposure.resolve.batch import Pairs
from exposure.resolve.words import ARTICLE, BENIGN, COMMON, FUND, GENERIC, KIN, PLACE, Floats, Names

# Widths at which custodians and official lists cut names: Form 13F 28 and 30, others 15 to 34.
CUT_WIDTHS = (15, 16, 18, 20, 27, 28, 29, 30, 32, 33, 34, 35)


Values = Any  # an array with one number for each pair
Measure = Callable[[Pairs], Floats]
FEATURES: dict[str, Measure] = {}  # the declared list, in the order in which it is written below


def feature(work: Callable[[Pairs], Values]) -> Measure:
    """Put a measure on the declared list under its own name."""

    @wraps(work)
    def measured(pairs: Pairs) -> Floats:
        return np.asarray(work(pairs), dtype=np.float32)

    FEATURES[work.__name__] = measured
    return measured


@feature
def found_less(p: Pairs) -> Values:
    """Share of the rarity of its words that the other name has; the lesser of both names."""
    return np.minimum(*p.found)


@feature
def found_more(p: Pairs) -> Values:
    """The same; the greater of both names."""
    return np.maximum(*p.found)


@feature
def missing_less(p: Pairs) -> Values:
    """Rarity of the rarest word that the other name lacks; the lesser of both names."""
    return np.minimum(*p.missing)


@feature
def missing_more(p: Pairs) -> Values:
    """The same; the greater of both names."""
    return np.maximum(*p.missing)


@feature
def missing_sum(p: Pairs) -> Values:
    """Rarity of all words that the other name lacks; the greater of both names."""
    a, (left, right) = p.alignment, p.weight
    return np.maximum((left * (1 - a.best_left)).sum(axis=1), (right * (1 - a.best_right)).sum(axis=1))


@feature
def rarest_agreed(p: Pairs) -> Values:
    """Rarity of the rarest word that both have."""
    a, (left, right) = p.alignment, p.weight
    return np.minimum((left * a.best_left).max(axis=1), (right * a.best_right).max(axis=1))


@feature
def agreed_sum(p: Pairs) -> Values:
    """Rarity of all the words that both have."""
    a, (left, right) = p.alignment, p.weight
    return np.minimum((left * a.best_left).sum(axis=1), (right * a.best_right).sum(axis=1))


@feature
def inexact(p: Pairs) -> Values:
    """Rarity that agrees only as a short form or misspelling."""
    a, (left, right) = p.alignment, p.weight
    loose_left = left * np.where(a.best_left >= 0.5, 1 - a.best_left, 0)
    loose_right = right * np.where(a.best_right >= 0.5, 1 - a.best_right, 0)
    return np.maximum(loose_left.max(axis=1), loose_right.max(axis=1))


@feature
def misspelt(p: Pairs) -> Values:
    """Rarity of the rarest word that agrees only as a misspelling."""
    return p.alignment.misspelt


@feature
def first_word(p: Pairs) -> Values:
    """How well the first words agree."""
    a = p.alignment
    return np.maximum(a.grid[:, 0, 0], np.minimum(a.best_left[:, 0], a.best_right[:, 0]) * 0.9)


@feature
def first_missing(p: Pairs) -> Values:
    """Rarity of a first word that the other name lacks."""
    a, (left, right) = p.alignment, p.weight
    return np.maximum(left[:, 0] * (1 - a.best_left[:, 0]), right[:, 0] * (1 - a.best_right[:, 0]))


@feature
def letters(p: Pairs) -> Values:
    """Whole names letter by letter."""
    return p.letters(fuzz.ratio) / 100


@feature
def beginning(p: Pairs) -> Values:
    """Jaro-Winkler similarity (Winkler 1990): the beginning counts most."""
    return p.letters(JaroWinkler.similarity)


@feature
def letters_kept(p: Pairs) -> Values:
    """Share of the shorter name's letters that stand in the longer in the same order."""
    return p.letters(LCSseq.similarity) / np.maximum(np.minimum(*p.sizes), 1)


@feature
def prefix(p: Pairs) -> Values:
    """Share of the shorter name that both begin with."""
    return p.letters(Prefix.similarity) / np.maximum(np.minimum(*p.sizes), 1)


@feature
def shorter(p: Pairs) -> Values:
    """Letters of the shorter name."""
    return np.minimum(np.minimum(*p.sizes), 30)


@feature
def size_ratio(p: Pairs) -> Values:
    """Length of the shorter name beside the longer."""
    return np.minimum(*p.sizes) / np.maximum(np.maximum(*p.sizes), 1)


@feature
def numbers(p: Pairs) -> Values:
    """1 where a number of one name is missing in the other, 2 where both keep a number of their own."""
    (left, right), a = p.alone, p.alignment
    one, two = (left & p.lexicon.number[a.left]).any(axis=1), (right & p.lexicon.number[a.right]).any(axis=1)
    return one.astype(np.float32) + two


def _kind(p: Pairs, bit: int) -> Values:
    (left, right), a = p.alone, p.alignment
    one = (left & ((p.lexicon.kind[a.left] & bit) > 0)).any(axis=1)
    two = (right & ((p.lexicon.kind[a.right] & bit) > 0)).any(axis=1)
    return one.astype(np.float32) + two


@feature
def places(p: Pairs) -> Values:
    """Place names that one name has and the other lacks, on how many sides."""
    return _kind(p, PLACE)


@feature
def country(p: Pairs) -> Values:
    """1 where words, legal forms and par values of both names point at one country, 2 at different ones, else 0."""
    sides = []
    for names, rows, words in ((p.left, p.left_rows, p.alignment.left), (p.right, p.right_rows, p.alignment.right)):
        said = names.frame["countries"].to_numpy()[rows]
        named = np.bitwise_or.reduce(p.lexicon.country[words], axis=1)
        sides.append(np.where(named == 0, said, np.where(said & named, said & named, named)))
    one, two = sides
    return np.where((one == 0) | (two == 0), 0, np.where(one & two, 1, 2))


@feature
def funds(p: Pairs) -> Values:
    """Words of funds that one name has and the other lacks, on how many sides."""
    return _kind(p, FUND)


@feature
def sectors(p: Pairs) -> Values:
    """1 where one name keeps a word of a trade, 2 where both keep one of the same trade, 3 of different trades."""
    (left, right), a = p.alone, p.alignment
    one = np.where(left, p.lexicon.sector[a.left], 0).max(axis=1)
    two = np.where(right, p.lexicon.sector[a.right], 0).max(axis=1)
    both = (one > 0) & (two > 0)
    return np.where(both, np.where(one == two, 2, 3), (one > 0) | (two > 0)).astype(np.float32)


@feature
def own_words(p: Pairs) -> Values:
    """Number of words beyond general ones that one name has and the other lacks, the lesser of both sides."""
    (left, right), a = p.alone, p.alignment
    one = (left & ((p.lexicon.kind[a.left] & GENERIC) == 0)).sum(axis=1)
    two = (right & ((p.lexicon.kind[a.right] & GENERIC) == 0)).sum(axis=1)
    return np.minimum(np.minimum(one, two), 4).astype(np.float32)


@feature
def sisters(p: Pairs) -> Values:
    """Number of common words that only one name has and that sister companies bear ("Bank", "Power")."""
    return np.minimum(
        sum(_sisters(p, *side) for side in zip(p.alone, (p.alignment.left, p.alignment.right), strict=True)), 4
    )


def _sisters(p: Pairs, alone: npt.NDArray[np.bool_], words: npt.NDArray[np.int32]) -> Values:
    kind = p.lexicon.kind[words]
    common = (((kind & (GENERIC | PLACE | FUND)) > 0) | (p.lexicon.sector[words] > 0)) & ((kind & BENIGN) == 0)
    return (alone & common).sum(axis=1).astype(np.float32)


@feature
def kin(p: Pairs) -> Values:
    """Number of words only one name has that tell sister companies apart ("Partners", "Insurance"), and places."""
    return np.minimum(_count(p, KIN | PLACE), 4)


def _count(p: Pairs, bits: int) -> Values:
    (left, right), a = p.alone, p.alignment
    one = (left & ((p.lexicon.kind[a.left] & bits) > 0)).sum(axis=1)
    return (one + (right & ((p.lexicon.kind[a.right] & bits) > 0)).sum(axis=1)).astype(np.float32)


def _own(p: Pairs) -> tuple[Values, Values]:
    """Rarity of each side's rarest missing word that neither describes a trade nor is common."""
    a, sides = p.alignment, []
    for words, best, weight in ((a.left, a.best_left, p.weight[0]), (a.right, a.best_right, p.weight[1])):
        kind = p.lexicon.kind[words]
        plain = ((kind & (GENERIC | BENIGN | COMMON | KIN | ARTICLE | FUND)) == 0) & (p.lexicon.sector[words] == 0)
        sides.append((weight * (1 - best) * plain).max(axis=1))
    return sides[0], sides[1]


@feature
def own_less(p: Pairs) -> Values:
    """Rarity of the rarest missing word that is no word of a trade; the lesser of both names."""
    return np.minimum(*_own(p))


@feature
def own_more(p: Pairs) -> Values:
    """The same; the greater of both names."""
    return np.maximum(*_own(p))


@feature
def run(p: Pairs) -> Values:
    """Share of the shorter name's words that agree from the beginning on, one by one."""
    a = p.alignment
    at = np.arange(min(a.grid.shape[1:]))
    along = np.cumprod(a.grid[:, at, at] >= AGREES, axis=1).sum(axis=1)
    return along / np.maximum(np.minimum((a.left >= 0).sum(axis=1), (a.right >= 0).sum(axis=1)), 1)


@feature
def harmless(p: Pairs) -> Values:
    """2 where every word is found, 1 where those missing are ones that companies add and drop, else 0."""
    missing = [
        (alone, alone & ((p.lexicon.kind[words] & (BENIGN | ARTICLE)) == 0))
        for alone, words in zip(p.alone, (p.alignment.left, p.alignment.right), strict=True)
    ]
    any_word = missing[0][0].any(axis=1) | missing[1][0].any(axis=1)
    telling = missing[0][1].any(axis=1) | missing[1][1].any(axis=1)
    return np.where(telling, 0, np.where(any_word, 1, 2)).astype(np.float32)


@feature
def cut(p: Pairs) -> Values:
    """1 where a name ends at a width at which providers cut names, 2 where it also begins the other."""
    result = np.zeros(len(p.left_rows), dtype=np.float32)
    for names, rows in ((p.left, p.left_rows), (p.right, p.right_rows)):
        size = names.frame["name"].str.strip_chars_end().str.len_chars().to_numpy()[rows]
        result = np.maximum(result, np.isin(size, CUT_WIDTHS))
    return result * (1 + (prefix(p) > 0.9))


@feature
def security(p: Pairs) -> Values:
    """How many of the names carry a security's noise, as custodians and exchanges print names."""
    sides = ((p.left, p.left_rows), (p.right, p.right_rows))
    one, two = (names.frame["noisy"].to_numpy()[rows] for names, rows in sides)
    return one.astype(np.float32) + two


@feature
def order(p: Pairs) -> Values:
    """Share of agreeing words that stand in another order."""
    grid = p.alignment.grid
    width = grid.shape[2]
    where = np.where(grid.max(axis=2) >= AGREES, grid.argmax(axis=2), -1)
    seen = np.maximum.accumulate(where, axis=1)
    back = (where >= 0) & (where < seen)
    return back.sum(axis=1).astype(np.float32) / max(width, 1)


@feature
def forms(p: Pairs) -> Values:
    """Legal forms: 0 the same, 1 one name has none, 2 they differ in part, 3 wholly."""
    left, right = _form_bits(p.left), _form_bits(p.right)
    one, two = left[p.left_rows], right[p.right_rows]
    apart = (one & two) == 0
    empty = (one == 0) | (two == 0)
    return np.select([one == two, empty, ~apart], [0.0, 1.0, 2.0], 3.0).astype(np.float32)


def _form_bits(names: Names) -> npt.NDArray[np.int64]:
    """One bit per legal form; "co", "ltd" and "plc" are added and dropped at will and have none."""
    bits = {form: 1 << at for at, form in enumerate(_FORMS)}
    distinct = names.frame["forms"].unique()
    value = [sum({bits[w] for w in text.split() if w in bits}) for text in distinct]
    table = pl.DataFrame({"forms": distinct, "bits": value}, schema={"forms": pl.String, "bits": pl.Int64})
    return names.frame.select("forms").join(table, on="forms", how="left", maintain_order="left")["bits"].to_numpy()


_FORMS = (
    "corp", "inc", "llc", "llp", "lp", "sa", "spa", "srl", "ag", "se", "gmbh", "kgaa", "nv", "bv", "ab", "asa",
    "as", "oyj", "oy", "kk", "pjsc", "jsc", "tbk", "bhd", "pcl", "pt", "psc", "reit", "kg", "aps", "ltda",
)  # fmt: skip


@feature
def initials(p: Pairs) -> Values:
    """How surely a word of one name is an acronym of words of the other ("cnooc", "zisco")."""
    return p.alignment.acronym


@feature
def loud(p: Pairs) -> Values:
    """Rarity of the rarest word of the name whose rarest word is the commoner."""
    left, right = p.weight
    return np.minimum(left.max(axis=1), right.max(axis=1))


@feature
def count_less(p: Pairs) -> Values:
    """Number of words of the shorter name."""
    a = p.alignment
    return np.minimum((a.left >= 0).sum(axis=1), (a.right >= 0).sum(axis=1)).astype(np.float32)


@feature
def count_diff(p: Pairs) -> Values:
    """How many more words one name has."""
    a = p.alignment
    return np.abs((a.left >= 0).sum(axis=1) - (a.right >= 0).sum(axis=1)).astype(np.float32)


def measure(pairs: Pairs, names: tuple[str, ...] | None = None) -> Floats:
    """Return the features of each pair as columns, in the order of ``names`` or of ``FEATURES``."""
    chosen = names if names is not None else tuple(FEATURES)
    return np.column_stack([FEATURES[name](pairs) for name in chosen]).astype(np.float32)
