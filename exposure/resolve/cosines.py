"""How alike two names are by all their letters and words at once, rare ones counting most: TF-IDF cosines.

The declared features of ``features.py`` ask where names agree and differ, and each is held to one direction. These
are the plain measures that peers use, for two forms of a name and the whole text; what they add is decided by the
rules that ``score_pairs`` weighs beside the others. How rare a piece is, is counted over the names given:
``ln((1 + n) / (1 + names with it)) + 1`` (Salton and Buckley 1988, smoothed as usual).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.late import sparse
from exposure.resolve.candidates import SIGNS, grams
from exposure.resolve.words import Floats, Names

#: Letters of a name that are looked at.
LONGEST = 96
#: Name of the measure -> the form of the name, and how many letters a piece has; 0 for words.
COSINES: Mapping[str, tuple[str, int]] = {
    "core_twos": ("core", 2),
    "core_threes": ("core", 3),
    "core_fours": ("core", 4),
    "whole_twos": ("folded", 2),
    "whole_threes": ("folded", 3),
    "whole_fours": ("folded", 4),
    "joined_twos": ("joined", 2),
    "joined_threes": ("joined", 3),
    "joined_fours": ("joined", 4),
    "core_words": ("core", 0),
    "legal_words": ("legal", 0),
    "whole_words": ("folded", 0),
}


def vectors(names: Names) -> list[sparse.csr_matrix]:
    """Return names x pieces for each measure, every name scaled to length one.

    Args:
        names: distinct names with all columns of ``keyed``.
    """
    return [_weighed(*_pieces(names.frame[column], width), len(names.frame)) for column, width in COSINES.values()]


def cosines(spelled: list[sparse.csr_matrix], one: npt.NDArray[np.int64], two: npt.NDArray[np.int64]) -> Floats:
    """Return pairs x measures for the names at some places."""
    found = [np.asarray(names[one].multiply(names[two]).sum(axis=1)).ravel() for names in spelled]
    return np.column_stack(found).astype(np.float32)


def _pieces(texts: pl.Series, width: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], int]:
    """Return row and number of every piece of each text, and how many numbers there are."""
    if width:
        return *grams(texts, width, LONGEST), SIGNS**width
    words = texts.str.split(" ").to_frame("word").with_row_index("row").explode("word", empty_as_null=True)
    words = words.filter(pl.col("word") != "").with_columns(code=pl.col("word").rank("dense") - 1)
    row, code = words["row"].to_numpy().astype(np.int32), words["code"].to_numpy().astype(np.int32)
    return row, code, int(code.max(initial=0)) + 1


def _weighed(row: npt.NDArray[np.int32], piece: npt.NDArray[np.int32], pieces: int, size: int) -> sparse.csr_matrix:
    counted = sparse.csr_matrix((np.ones(len(row), np.float32), (row, piece)), shape=(max(size, 1), pieces))
    counted.sum_duplicates()
    with_it = np.bincount(counted.indices, minlength=pieces)
    counted.data *= (np.log((1 + size) / (1 + with_it)) + 1).astype(np.float32)[counted.indices]
    length = np.sqrt(np.asarray(counted.multiply(counted).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)).astype(np.float32).dot(counted).tocsr()
