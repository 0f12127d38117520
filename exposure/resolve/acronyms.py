"""Acronyms: a word of one name that is made of the beginnings of words of the other.

By initials ("POGC" for *Pars Oil and Gas Company*) or by longer pieces ("ZISCO" for *Zimbabwe Iron and Steel
Company*). Only words that the other name does not have are tried, so a name is never its own acronym. All pairs are
worked out together: for each word of the long name in turn, the places in the acronym that can be reached with the
fewest words left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from exposure.resolve.words import Codes, Floats, Lexicon, first_letters

SHORTEST, LONGEST = 3, 10  # letters of an acronym
PIECE = 4  # letters that one word gives, at most
PIECED = 5  # letters from which an acronym of longer pieces is no chance
BY_INITIALS, BY_PIECES = 0.85, 0.78  # how well the words count as found
IMPOSSIBLE = 99
Flags = npt.NDArray[np.bool_]


def spelled_out(
    short: Codes, long: Codes, open_short: Flags, open_long: Flags, forms: npt.NDArray[np.uint8], lexicon: Lexicon
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Find the words of some names that are acronyms of other names.

    Args:
        short: word codes of the names that may hold an acronym, one row per pair.
        long: word codes of the names it may stand for.
        open_short, open_long: words that the other name lacks; only these are looked at.
        forms: first two letters of the long names' legal forms, which an acronym may use ("...C" for *Company*).
        lexicon: the words.

    Returns:
        Pair and place of each acronym, and how well it stands for the other name's open words, 0-1.
    """
    size = lexicon.length[short]
    count = open_long.sum(axis=1)
    worth = open_short & (size >= SHORTEST) & (size <= LONGEST) & ~lexicon.number[short] & (count >= 2)[:, None]
    pair, place = np.nonzero(worth)
    if not len(pair):
        return pair, place, np.zeros(0, dtype=np.float32)
    letters = first_letters(lexicon, short[pair, place], LONGEST)
    length = size[pair, place].astype(np.int64)
    words = np.where(open_long[pair], long[pair], -1)
    pieces = first_letters(lexicon, words.ravel(), PIECE).reshape(*words.shape, PIECE)
    used = count[pair]
    skipped = _skipped(letters, pieces, forms[pair], 1)[np.arange(len(pair)), length]
    initials = (skipped <= (used >= 4)) & (used - skipped >= 2)
    skipped = _skipped(letters, pieces, forms[pair], PIECE)[np.arange(len(pair)), length]
    by_pieces = (length >= PIECED) & (skipped <= (used >= 3)) & (used - skipped >= 2)
    value = np.select([initials, by_pieces], [BY_INITIALS, BY_PIECES], 0.0).astype(np.float32)
    hit = value > 0
    return pair[hit], place[hit], value[hit]


def _skipped(
    letters: npt.NDArray[np.uint8], pieces: npt.NDArray[np.uint8], forms: npt.NDArray[np.uint8], longest: int
) -> npt.NDArray[np.int64]:
    """Fewest words left out when the first letters of an acronym are built, for every number of letters."""
    reached = np.full((len(letters), letters.shape[1] + 1), IMPOSSIBLE, dtype=np.int64)
    reached[:, 0] = 0
    for at in range(pieces.shape[1]):
        word = pieces[:, at]
        here = (word[:, 0] > 0)[:, None]
        reached = np.where(here, _with_word(reached, letters, word[:, :longest], 1), reached)
    return _with_word(reached, letters, forms[:, : min(longest, 2)], 0)


def _with_word(
    reached: npt.NDArray[np.int64], letters: npt.NDArray[np.uint8], word: npt.NDArray[np.uint8], cost: int
) -> npt.NDArray[np.int64]:
    """Take some first letters of one more word, or leave it out at a cost."""
    after = reached + cost
    for start in range(letters.shape[1]):
        same = np.ones(len(letters), dtype=np.bool_)
        for taken in range(1, min(word.shape[1], letters.shape[1] - start) + 1):
            same &= (word[:, taken - 1] == letters[:, start + taken - 1]) & (word[:, taken - 1] > 0)
            better = same & (reached[:, start] < after[:, start + taken])
            after[better, start + taken] = reached[better, start]
    return after
