"""From a score to a decision: accept, review or none, and the sentence that says why.

Accept is for names of which nothing distinguishing is left over on either side. The bands were set on the
development pairs so that at least 995 of 1,000 accepted pairs are one company; everything doubtful goes to a
person, and a look-alike below the accept band never becomes an exposure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.names import vocabulary
from exposure.resolve.align import JOINED, Alignment
from exposure.resolve.batch import Pairs
from exposure.resolve.features import harmless, misspelt, numbers
from exposure.resolve.foreign import declared
from exposure.resolve.model import score
from exposure.resolve.words import ARTICLE, BENIGN, PLACE, WIDTH

ACCEPT = 0.97  # look-alikes whose words all agree are accepted from here
REVIEW = 0.45  # below: not the same company; at 0.2 a file of 9,000 names sent 300 to review, most of them absurd
FOUND = 0.75  # how well every word must be found for a look-alike to be accepted
RARE = 0.45  # rarity that the rarest word both have letter for letter must reach: common words decide nothing
WEAK = "the name is too short or too general to stand alone"
FORMS = "the legal forms differ"
SEVERAL = "several companies share this name"
Flags = npt.NDArray[np.bool_]


WHOLE = 0.95  # share of a name's rarity that stands in the other: the name is contained
TELLING = 0.4  # rarity of the rarest word of a contained name, below which it is contained by chance
# Forms that custodians add and drop at will; any other differing form (corp v none v inc) needs a person.
LOOSE_FORMS = frozenset({"co", "ltd", "plc"})


def judge(pairs: Pairs, weak: Flags) -> pl.DataFrame:
    """Decide on pairs of names.

    Args:
        pairs: the pairs.
        weak: whether either name is too short or general to decide alone.

    Returns:
        ``score, exact, band, doubt``, one row per pair: ``doubt`` says why an exact or high-scoring pair still goes
        to a person, null where nothing speaks against it.
    """
    left, right = pairs.left.frame, pairs.right.frame
    cores = [f["core"].gather(pl.Series(r)) for f, r in ((left, pairs.left_rows), (right, pairs.right_rows))]
    legal = [f["legal"].gather(pl.Series(r)) for f, r in ((left, pairs.left_rows), (right, pairs.right_rows))]
    exact = (cores[0] == cores[1]).to_numpy()
    same = (legal[0] == legal[1]).to_numpy() & (legal[0] != cores[0]).to_numpy()
    value = score(pairs)
    fit = forms_fit(
        *(f["forms"].gather(pl.Series(r)) for f, r in ((left, pairs.left_rows), (right, pairs.right_rows)))
    )
    enough = exact | ((value >= ACCEPT) & _nothing_left(pairs))
    sure = enough & fit & (~weak | (same & exact))
    doubt = np.select([enough & weak & ~(same & exact), enough & ~fit], [WEAK, FORMS], "")
    value = np.where(exact, np.select([same, weak, fit], [1.0, 0.75, 0.97], 0.85), np.minimum(value, 0.96))
    letters = np.array([one == two for one, two in zip(*pairs.joined, strict=True)], dtype=np.bool_)
    shown = exact | letters | (value >= REVIEW) | contained(pairs)
    band = np.select([sure, shown], ["accept", "review"], "none")
    return pl.DataFrame(
        {"score": value, "exact": exact, "band": band, "doubt": doubt},
        schema={"score": pl.Float64, "exact": pl.Boolean, "band": pl.String, "doubt": pl.String},
    ).with_columns(doubt=pl.when(pl.col("doubt") != "").then("doubt"))


def contained(pairs: Pairs) -> Flags:
    """Tell which pairs are shown whatever the score, for one name stands whole in the other.

    The right name in the left one ("Anhui USTC iFlytek"); the left in the right one only where that adds nothing
    but a place or a harmless word ("China Unicom" in "China Unicom (Hong Kong)").
    """
    a, kind = pairs.alignment, pairs.lexicon.kind
    telling = [weight.max(axis=1) >= TELLING for weight in pairs.weight]
    inside = (pairs.found[1] >= WHOLE) & telling[1]
    more = (pairs.alone[1] & ((kind[a.right] & (PLACE | BENIGN | ARTICLE)) == 0)).any(axis=1)
    around = (pairs.found[0] >= WHOLE) & telling[0] & ~more
    shown: Flags = (inside | around) & (misspelt(pairs) == 0)
    return shown


def forms_fit(left: pl.Series, right: pl.Series) -> Flags:
    """Tell which legal forms can be one company's: one name has none, or they are the same but for loose ones."""
    both = pl.DataFrame({"left": left, "right": right})
    distinct = both.unique()
    fits = [
        not one or not two or set(one.split()) - LOOSE_FORMS == set(two.split()) - LOOSE_FORMS
        for one, two in distinct.iter_rows()
    ]
    table = distinct.with_columns(fits=pl.Series(fits, dtype=pl.Boolean))
    found: Flags = both.join(table, on=["left", "right"], how="left", maintain_order="left")["fits"].to_numpy()
    return found


def _nothing_left(pairs: Pairs) -> Flags:
    """Tell which pairs agree in every word, none only as a misspelling, an acronym, an initial or a translation."""
    a = pairs.alignment
    left = np.where(a.left >= 0, a.best_left, 1.0).min(axis=1) >= FOUND
    right = np.where(a.right >= 0, a.best_right, 1.0).min(axis=1) >= FOUND
    found: Flags = left & right & (harmless(pairs) == 2) & (misspelt(pairs) == 0) & (numbers(pairs) == 0)
    found &= (a.acronym == 0) & ~_translated(pairs)  # an acronym or a translation may stand for many names
    found &= ~_lengthened(pairs) & ~_too_long(pairs)
    same = (a.grid == 1).any(axis=2) | (a.best_left == np.float32(JOINED))
    sure: Flags = found & (np.where(same, pairs.weight[0], 0).max(axis=1) >= RARE)
    return sure


def _translated(pairs: Pairs) -> Flags:
    """Tell which pairs have words that agree only because one is the other in another language or inflection."""
    a = pairs.alignment
    result = np.zeros(len(a.left), dtype=np.bool_)
    pair, i, j = np.nonzero((a.grid == 1) & (a.left[:, :, None] != a.right[:, None, :]))
    words = pairs.lexicon.frame["word"]
    sides = (a.left[pair, i], a.right[pair, j])
    one, two = (words.gather(pl.Series(codes)).replace(vocabulary().abbreviations) for codes in sides)
    result[pair[(one != two).to_numpy()]] = True
    return result


def _too_long(pairs: Pairs) -> Flags:
    """Tell which pairs have a name of more words than are compared: sub-funds of an umbrella differ at the end."""
    both = ((pairs.left, pairs.left_rows), (pairs.right, pairs.right_rows))
    long = [names.frame["core"].str.count_matches(" ").to_numpy()[rows] >= WIDTH for names, rows in both]
    result: Flags = long[0] | long[1]
    return result


def _lengthened(pairs: Pairs) -> Flags:
    """Tell which pairs have a word that goes on from a whole word of the other ("Motorsport" from "Motor")."""
    a, lexicon = pairs.alignment, pairs.lexicon
    result = np.zeros(len(a.left), dtype=np.bool_)
    pair, i, j = np.nonzero((a.grid >= FOUND) & (a.grid < 1))
    left, right = a.left[pair, i], a.right[pair, j]
    shorter = np.where(lexicon.length[left] < lexicon.length[right], left, right)
    words = lexicon.frame["word"].gather(pl.Series(shorter))
    result[pair[words.is_in(declared()).to_numpy()]] = True
    return result


def sentences(pairs: Pairs) -> list[str]:
    """Say for each pair which words agree and which only one name has."""
    a, words = pairs.alignment, pairs.lexicon.frame["word"].to_list()
    return [_sentence(a, at, words) for at in range(len(pairs.left_rows))]


def _sentence(a: Alignment, at: int, words: list[str]) -> str:
    agreed, left = [], []
    for i, code in enumerate(a.left[at]):
        if code < 0:
            continue
        if a.best_left[at, i] < 0.5:
            left.append(words[code])
            continue
        partner = words[a.right[at, int(a.grid[at, i].argmax())]] if a.grid[at, i].max() >= 0.5 else words[code]
        agreed.append(words[code] if partner == words[code] else f"{words[code]}/{partner}")
    right = [words[c] for j, c in enumerate(a.right[at]) if c >= 0 and a.best_right[at, j] < 0.5]
    parts = [f"words that agree: {', '.join(agreed) or 'none'}"]
    if left:
        parts.append(f"only in the file: {', '.join(left)}")
    if right:
        parts.append(f"only in the company's name: {', '.join(right)}")
    return "; ".join(parts)
