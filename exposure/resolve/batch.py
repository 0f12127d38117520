"""A batch of pairs of names, with what several features share worked out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.process import cpdist

from exposure.resolve.align import AGREES, WORKERS, Alignment, align
from exposure.resolve.words import Floats, Lexicon, Names, first_two


@dataclass(frozen=True)
class Pairs:
    """A batch of pairs of names and what the features share.

    Attributes:
        left, right: the names; ``left_rows`` and ``right_rows`` point into them, one entry per pair.
        lexicon: their words.
    """

    left: Names
    right: Names
    left_rows: npt.NDArray[np.int64]
    right_rows: npt.NDArray[np.int64]
    lexicon: Lexicon

    @cached_property
    def alignment(self) -> Alignment:
        """The words of both sides, laid side by side."""
        sides = ((self.left, self.left_rows), (self.right, self.right_rows))
        forms = [first_two(names.frame["forms"].gather(pl.Series(rows))) for names, rows in sides]
        one, two = (names.words[rows] for names, rows in sides)
        return align(one, two, self.lexicon, (forms[0], forms[1]))

    def text(self, column: str) -> tuple[list[str], list[str]]:
        """One text column of both sides."""
        left = self.left.frame[column].gather(pl.Series(self.left_rows)).to_list()
        return left, self.right.frame[column].gather(pl.Series(self.right_rows)).to_list()

    @cached_property
    def joined(self) -> tuple[list[str], list[str]]:
        """Both cores without blanks."""
        return self.text("joined")

    @cached_property
    def sizes(self) -> tuple[Floats, Floats]:
        """Letters of both cores."""
        sides = ((self.left, self.left_rows), (self.right, self.right_rows))
        one, two = (s.frame["joined"].str.len_chars().to_numpy()[rows].astype(np.float32) for s, rows in sides)
        return one, two

    @cached_property
    def weight(self) -> tuple[Floats, Floats]:
        """Rarity of every word of both sides, 0 where there is no word."""
        return self.lexicon.rarity[self.alignment.left], self.lexicon.rarity[self.alignment.right]

    @cached_property
    def found(self) -> tuple[Floats, Floats]:
        """Share of each side's rarity that the other name has."""
        a, (left, right) = self.alignment, self.weight
        one = (left * a.best_left).sum(axis=1) / np.maximum(left.sum(axis=1), 1e-6)
        two = (right * a.best_right).sum(axis=1) / np.maximum(right.sum(axis=1), 1e-6)
        return one, two

    @cached_property
    def missing(self) -> tuple[Floats, Floats]:
        """Rarity of each side's rarest word that the other name lacks."""
        a, (left, right) = self.alignment, self.weight
        return (left * (1 - a.best_left)).max(axis=1), (right * (1 - a.best_right)).max(axis=1)

    @cached_property
    def alone(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Words of each side that the other name lacks."""
        a = self.alignment
        return (a.left >= 0) & (a.best_left < AGREES), (a.right >= 0) & (a.best_right < AGREES)

    def letters(self, scorer: Callable[..., float]) -> Floats:
        """Compare the joined letters of both cores."""
        left, right = self.joined
        alike: Floats = cpdist(left, right, scorer=scorer, workers=WORKERS, dtype=np.float32)
        return alike
