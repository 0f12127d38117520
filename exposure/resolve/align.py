"""Two names laid side by side, word by word, for many pairs at once.

Words agree wholly, as one word written in two ("jinko solar", "jinkosolar"), as a custodian's short form
("technol", "hldgs"), or nearly (a misspelling). The result is, for every word of either name, how well the other
name has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Prefix
from rapidfuzz.process import cpdist

from exposure.resolve.acronyms import spelled_out
from exposure.resolve.foreign import LETTERS, sound
from exposure.resolve.words import Codes, Floats, Lexicon

Letters = npt.NDArray[np.uint8]

WORKERS = 2
AGREES = 0.7  # a word found this well counts as found
JOINED = 0.97  # two words written as one
INITIAL = 0.45  # "j" for "jones"
HEARD = 0.97  # a likeness of sound counts this much of one in letters
VOWELLESS = 0.92  # "mls" for "mills"
UMLAUTS = ["ae", "oe", "ue"]  # "DUERR" is "Dürr", which is folded to "durr"
TYPO = 0.75  # rapidfuzz ratio from which two words of four letters may be one misspelt


@dataclass(frozen=True)
class Alignment:
    """Word agreement of many pairs of names; rows are pairs.

    Attributes:
        left, right: word codes, -1 where there is no word.
        grid: agreement (0-1) of each left word with each right word.
        best_left, best_right: how well each word is found in the other name, 0-1.
        misspelt: rarity of the rarest word that agrees only as a misspelling.
        acronym: how well words that are acronyms stand for words of the other name, 0 where none is.
    """

    left: Codes
    right: Codes
    grid: Floats
    best_left: Floats
    best_right: Floats
    misspelt: Floats
    acronym: Floats


def align(left: Codes, right: Codes, lexicon: Lexicon, forms: tuple[Letters, Letters]) -> Alignment:
    """Compare the words of pairs of names.

    Args:
        left: word codes, one row per pair.
        right: word codes of the other names, as many rows.
        lexicon: the words.
        forms: the first two letters of both names' legal forms, which acronyms may use.
    """
    left, right = left[:, : _used(left)], right[:, : _used(right)]
    both = (left >= 0)[:, :, None] & (right >= 0)[:, None, :]
    meant_left, meant_right = lexicon.canon[left], lexicon.canon[right]
    grid = ((meant_left[:, :, None] == meant_right[:, None, :]) & both).astype(np.float32)
    open_left, open_right = ~grid.any(axis=2), ~grid.any(axis=1)
    open_pairs = both & open_left[:, :, None] & open_right[:, None, :]
    pair, i, j = np.nonzero(open_pairs)
    alike, typo = _words_alike(left[pair, i], right[pair, j], lexicon)
    grid[pair, i, j] = alike
    misspelt = np.zeros(len(left), dtype=np.float32)
    np.maximum.at(
        misspelt, pair[typo], np.maximum(lexicon.rarity[left[pair, i]], lexicon.rarity[right[pair, j]])[typo]
    )
    best_left, best_right = grid.max(axis=2), grid.max(axis=1)
    _join(left, right, lexicon, best_left, best_right)
    _join(right, left, lexicon, best_right, best_left)
    one = _acronyms(left, right, best_left, best_right, forms[1], lexicon)
    two = _acronyms(right, left, best_right, best_left, forms[0], lexicon)
    return Alignment(left, right, grid, best_left, best_right, misspelt, np.maximum(one, two))


def _acronyms(
    short: Codes, long: Codes, best_short: Floats, best_long: Floats, forms: Letters, lexicon: Lexicon
) -> Floats:
    """Count acronyms and the words they stand for as found; fills the two agreements in place."""
    open_short, open_long = (short >= 0) & (best_short < AGREES), (long >= 0) & (best_long < AGREES)
    pair, place, value = spelled_out(short, long, open_short, open_long, forms, lexicon)
    best = np.zeros(len(short), dtype=np.float32)
    np.maximum.at(best, pair, value)
    best_short[pair, place] = value
    np.copyto(best_long, best[:, None], where=open_long & (best > 0)[:, None])
    return best


def _used(codes: Codes) -> int:
    return max(int((codes >= 0).any(axis=0).sum()), 1)


def _join(apart: Codes, whole: Codes, lexicon: Lexicon, best_apart: Floats, best_whole: Floats) -> None:
    """Mark two neighbouring words that the other name writes as one; fills the two agreements in place."""
    if apart.shape[1] < 2:
        return
    first, second = apart[:, :-1], apart[:, 1:]
    with np.errstate(over="ignore"):
        joined = lexicon.hash[first] * lexicon.power[second] + lexicon.hash[second]
    same = (joined[:, :, None] == lexicon.hash[whole][:, None, :]) & ((second >= 0)[:, :, None])
    same &= (whole >= 0)[:, None, :]
    at = same.any(axis=2)
    best_apart[:, :-1][at] = np.maximum(best_apart[:, :-1][at], JOINED)
    best_apart[:, 1:][at] = np.maximum(best_apart[:, 1:][at], JOINED)
    hit = same.any(axis=1)
    best_whole[hit] = np.maximum(best_whole[hit], JOINED)


def _words_alike(left: Codes, right: Codes, lexicon: Lexicon) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Agreement of pairs of different words, each distinct pair worked out once."""
    short, long = (
        np.minimum(lexicon.length[left], lexicon.length[right]),
        np.maximum(lexicon.length[left], lexicon.length[right]),
    )
    same_first = lexicon.first[left] == lexicon.first[right]
    numbers = lexicon.number[left] | lexicon.number[right]
    worth = ~numbers & (same_first | ((short >= 4) & (long - short <= 2)))
    result = np.zeros(len(left), dtype=np.float32)
    keys = left[worth].astype(np.int64) * (len(lexicon.rarity)) + right[worth]
    distinct, back = np.unique(keys, return_inverse=True)
    a, b = distinct // len(lexicon.rarity), distinct % len(lexicon.rarity)
    alike, typo = _alike(a, b, lexicon)
    result[worth] = alike[back]
    misspelt = np.zeros(len(left), dtype=np.bool_)
    misspelt[worth] = typo[back]
    return result, misspelt


def _alike(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], lexicon: Lexicon
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Agreement of two different words, 0-1: the better of "short form" and "misspelling".

    A short form keeps the first letter and all its letters in the longer word's order; it is the surer the more
    letters it keeps, when it is simply the word's beginning, and when it is the word without its vowels. A
    misspelling is measured by rapidfuzz's ratio, of the words as written and as they sound.
    """
    if not len(left):
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.bool_)
    text = lexicon.frame["word"]
    words = text.gather(pl.Series(left)), text.gather(pl.Series(right))
    a, b = (side.to_list() for side in words)
    heard = [sound(side) for side in words]
    ratio = cpdist(a, b, scorer=fuzz.ratio, workers=WORKERS, dtype=np.float32) / 100
    alike_heard = cpdist(*(h.to_list() for h in heard), scorer=fuzz.ratio, workers=WORKERS, dtype=np.float32) / 100
    ratio = np.maximum(ratio, HEARD * alike_heard)
    one, two = (_singular(side) for side in words)
    kept = cpdist(one.to_list(), two.to_list(), scorer=LCSseq.similarity, workers=WORKERS, dtype=np.int32)
    least = np.minimum(one.str.len_chars().to_numpy(), two.str.len_chars().to_numpy())
    prefix = cpdist(a, b, scorer=Prefix.similarity, workers=WORKERS, dtype=np.int32)
    short = np.minimum(lexicon.length[left], lexicon.length[right])
    long = np.maximum(lexicon.length[left], lexicon.length[right])
    share = short / long
    begins = np.where(short >= 3, 0.80 + 0.20 * share, np.where(short == 2, 0.60, INITIAL))
    keeps = np.select([short >= 4, short == 3], [0.55 + 0.40 * share, 0.35 + 0.60 * share], 0.40 + 0.20 * share)
    form = np.where(prefix >= short, begins, np.where((kept >= least) & (prefix >= 1), keeps, 0.0))
    bare = [skeleton(side) for side in words]
    vowelless = (bare[0] == words[1]) | (bare[1] == words[0])
    form = np.where(vowelless.to_numpy() & (short >= 3), np.maximum(form, VOWELLESS), form)
    plain = [side.str.replace_many(UMLAUTS, ["a", "o", "u"]) for side in words]
    form = np.where((plain[0] == plain[1]).to_numpy(), JOINED, form)
    stem = np.where((prefix >= 4) & (prefix >= 0.6 * short), 0.9 * prefix / long, 0.0)
    typo = np.where((ratio >= TYPO) & (short >= 4), ratio - 0.05, 0.0)
    alike: Floats = np.maximum(np.maximum(form, typo), stem).astype(np.float32)
    return alike, (typo > form) & (typo > stem)


def skeleton(words: pl.Series) -> pl.Series:
    """Leave out the vowels behind the first letter, and doubled letters ("mills" -> "mls")."""
    bare = words.str.slice(0, 1) + words.str.slice(1).str.replace_all(r"[aeiou]", "")
    return bare.str.replace_many([c + c for c in LETTERS], list(LETTERS))


def _singular(words: pl.Series) -> pl.Series:
    """Drop a plural's ending, which short forms carry too ("cmntys", "mls")."""
    many = words.str.contains(r"^.{3,}ies$")
    return words.str.replace(r"^(.{3,})s$", "${1}").zip_with(~many, words.str.replace(r"ies$", "y"))
