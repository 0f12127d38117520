"""Names that look alike: character 3-grams weighted by rarity (TF-IDF), compared by cosine.

Only a net to catch candidates in; whether two names mean one company is decided by the features. Letters fold into
38 signs, so that a 3-gram is a number below 38**3 and needs no hashing. A gram that repeats in a name counts each
time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.late import sparse, sparse_dot_topn

SIGNS = 38  # blank, 26 letters, 10 digits, and one for the end of the text
DIMENSIONS = SIGNS**3
LONGEST = 48  # letters of a name that are looked at
THREADS = 2
# A gram that more than this share of names have says little and costs most: queries leave it out where they have
# rarer ones. Measured at 100,000 names: the right name stays among the first ten, in a third of the time.
COMMON = 0.02
SHORT = 500  # names with a gram below which it costs nothing to look
FEWEST = 4  # rarer grams that a query must keep for its common ones to be left out


def _sign_table() -> npt.NDArray[np.uint8]:
    """Byte -> sign: letters and digits each their own, the bytes of other scripts spread over them."""
    table = np.array([1 + byte % (SIGNS - 2) for byte in range(256)], dtype=np.uint8)
    for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789"):
        table[ord(letter)] = 1 + at
    table[ord(" ")], table[0] = 0, SIGNS - 1
    return table


_SIGN = _sign_table()


def grams(
    names: pl.Series, width: int = 3, longest: int = LONGEST
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return row and number of every run of some letters of each name, word boundaries marked by blanks.

    Args:
        names: cores, no nulls.
        width: letters of a run.
        longest: letters of a name that are looked at.
    """
    padded = (" " + names + " ").to_list()
    letters = np.array([text.encode()[:longest] for text in padded], dtype=f"S{longest}")
    signs = _SIGN[letters.view(np.uint8).reshape(len(padded), longest)]
    used = max(int((signs != SIGNS - 1).any(axis=0).sum()) if len(padded) else 0, width - 1)
    signs = signs[:, :used].astype(np.int32)
    ends = used - width + 1
    number = signs[:, :ends]
    for place in range(1, width):
        number = number * SIGNS + signs[:, place : place + ends]
    rows, columns = np.nonzero(signs[:, width - 1 :] != SIGNS - 1)
    return rows.astype(np.int32), number[rows, columns].astype(np.int32)


@dataclass(frozen=True)
class GramIndex:
    """Names to look others up in.

    Attributes:
        size: number of names.
        weight: inverse document frequency of each gram, ``ln((1 + n) / (1 + df)) + 1``.
        share: share of the names that have it.
        matrix: grams x names, each name scaled to length one.
    """

    size: int
    weight: npt.NDArray[np.float32]
    share: npt.NDArray[np.float32]
    matrix: sparse.csr_matrix

    @classmethod
    def build(cls, names: pl.Series) -> GramIndex:
        """Index a list of cores."""
        row, gram = grams(names)
        count = np.bincount(gram, minlength=DIMENSIONS)
        weight = (np.log((1 + len(names)) / (1 + count)) + 1).astype(np.float32)
        values = _scaled(row, weight[gram], len(names))
        matrix = sparse.csr_matrix((values, (gram, row)), shape=(DIMENSIONS, max(len(names), 1)))
        return cls(len(names), weight, (count / max(len(names), 1)).astype(np.float32), matrix)

    def nearest(self, queries: pl.Series, top: int, floor: float) -> pl.DataFrame:
        """Find the ``top`` most similar names of each query with cosine at or above ``floor``.

        Returns:
            ``query, reference`` (positions) and ``cosine``, sorted by query and falling cosine.
        """
        row, gram = grams(queries)
        values = _scaled(row, self.weight[gram], len(queries))
        share = self.share[gram]
        rare = (share <= COMMON) | (share * self.size <= SHORT)
        enough = np.bincount(row, weights=rare & (share > 0), minlength=len(queries)) >= FEWEST
        keep = rare | ~enough[row]
        wanted = sparse.csr_matrix((values[keep], (row[keep], gram[keep])), shape=(len(queries), DIMENSIONS))
        product = sparse_dot_topn.sp_matmul_topn(
            wanted, self.matrix, top_n=top, threshold=floor, sort=True, n_threads=THREADS
        ).tocoo()
        found = pl.DataFrame(
            {"query": product.row, "reference": product.col, "cosine": product.data},
            schema={"query": pl.Int64, "reference": pl.Int64, "cosine": pl.Float64},
        )
        return found.sort(["query", "cosine", "reference"], descending=[False, True, False])


def _scaled(row: npt.NDArray[np.int32], weight: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.float32]:
    """Scale the weights of each row to length one."""
    length = np.sqrt(np.bincount(row, weights=weight.astype(np.float64) ** 2, minlength=size))
    scaled: npt.NDArray[np.float32] = (weight / np.maximum(length, 1e-9)[row]).astype(np.float32)
    return scaled
