"""How alike two names are by all their letters and words at once: plain measures beside the declared features.

The declared features of ``features.py`` ask where names agree and differ. These are the measures that peers use:
cosines of rare pieces (TF-IDF) of a name in several forms, and the best part of the longer name that the shorter
one agrees with. What they add is decided by the second opinion of ``model.py``. How rare a piece is, is counted
over the names given: ``ln((1 + n) / (1 + names with it)) + 1`` (Salton and Buckley 1988, smoothed as usual).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from exposure.late import sparse
from exposure.resolve.align import WORKERS
from exposure.resolve.candidates import SIGNS, grams
from exposure.resolve.foreign import translated
from exposure.resolve.words import Floats, Names

#: Letters of a name that are looked at.
LONGEST = 96
#: Name of the cosine -> the form of the name, and how many letters a piece has; 0 for words.
COSINES: Mapping[str, tuple[str, int]] = {
    "core_letters": ("core", 3),
    "whole_letters": ("folded", 3),
    "joined_letters": ("joined", 3),
    "heard_letters": ("heard", 3),
    "core_words": ("core", 0),
    "legal_words": ("legal", 0),
    "whole_words": ("folded", 0),
    "meant_words": ("meant", 0),
    "heard_words": ("heard", 0),
}
#: Name of the measure of the best part -> the form of the name.
PARTS: Mapping[str, str] = {"core_part": "core", "heard_part": "heard"}
LIKENESSES = (*COSINES, *PARTS)


@dataclass(frozen=True)
class Vectors:
    """Distinct names, ready to be compared.

    Attributes:
        pieces: names x pieces for each cosine, every name scaled to length one.
        texts: each form of the names whose parts are compared.
    """

    pieces: list[sparse.csr_matrix]
    texts: list[pl.Series]


def vectors(names: Names) -> Vectors:
    """Prepare distinct names with all columns of ``keyed``."""
    forms = names.frame.hstack(translated(names.frame["plain"]))
    pieces = [_weighed(*_pieces(forms[column], width), forms.height) for column, width in COSINES.values()]
    return Vectors(pieces, [forms[column] for column in PARTS.values()])


def likeness(names: Vectors, one: npt.NDArray[np.int64], two: npt.NDArray[np.int64]) -> Floats:
    """Return pairs x ``LIKENESSES`` for the names at some places."""
    found = [np.asarray(rows[one].multiply(rows[two]).sum(axis=1)).ravel() for rows in names.pieces]
    found += [_part(text.gather(pl.Series(one)), text.gather(pl.Series(two))) for text in names.texts]
    return np.column_stack(found).astype(np.float32)


def _part(one: pl.Series, two: pl.Series) -> Floats:
    """Compare the shorter text of each pair with the part of the longer one that is most like it, 0-1."""
    left, right = one.to_list(), two.to_list()
    ways = [
        cpdist(a, b, scorer=fuzz.partial_ratio, workers=WORKERS, dtype=np.float32)
        for a, b in ((left, right), (right, left))
    ]
    best: Floats = np.maximum(*ways) / 100
    return best


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
