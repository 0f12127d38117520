"""Names that look alike: character 3-grams weighted by rarity (TF-IDF), compared by cosine.

Only a net to catch candidates in; whether two names mean one company is decided in ``compare.py``.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

GRAM = 3
DIMENSIONS = 2**18  # hashed grams: collisions are far rarer than the grams that carry a name
THREADS = 2


def gram_matrix(names: pl.Series) -> sparse.csr_matrix:
    """Count the hashed character 3-grams of each name, word boundaries marked by blanks.

    Args:
        names: folded names, no nulls.

    Returns:
        A ``len(names) x DIMENSIONS`` matrix of counts.
    """
    padded = (" " + names + " ").alias("text").to_frame().with_row_index("row")
    # A polars literal slice per offset keeps this in vectors: names are short, so offsets are few.
    longest = padded.select(pl.col("text").str.len_chars().max()).item() or 0
    parts = [
        padded.filter(pl.col("text").str.len_chars() >= at + GRAM).select(
            "row", gram=pl.col("text").str.slice(at, GRAM)
        )
        for at in range(max(longest - GRAM + 1, 0))
    ]
    if not parts:
        return sparse.csr_matrix((len(names), DIMENSIONS), dtype=np.float64)
    grams = pl.concat(parts)
    columns = (grams["gram"].hash(seed=7) % DIMENSIONS).to_numpy()
    data = np.ones(len(grams), dtype=np.float64)
    shape = (len(names), DIMENSIONS)
    return sparse.csr_matrix((data, (grams["row"].to_numpy(), columns)), shape=shape)


def nearest(queries: pl.Series, reference: pl.Series, top: int, floor: float) -> pl.DataFrame:
    """Find the ``top`` most similar reference names of each query with cosine at or above ``floor``.

    Returns:
        ``query, reference`` (positions) and ``cosine``, sorted by query and falling cosine.
    """
    ref, query = gram_matrix(reference), gram_matrix(queries)
    present = np.asarray((ref > 0).sum(axis=0)).ravel()
    idf = sparse.diags(np.log((1 + len(reference)) / (1 + present)) + 1)
    product = sp_matmul_topn(
        _unit(query @ idf), _unit(ref @ idf).T.tocsr(), top_n=top, threshold=floor, sort=True, n_threads=THREADS
    ).tocoo()
    found = pl.DataFrame(
        {"query": product.row, "reference": product.col, "cosine": product.data},
        schema={"query": pl.Int64, "reference": pl.Int64, "cosine": pl.Float64},
    )
    return found.sort(["query", "cosine", "reference"], descending=[False, True, False])


def _unit(matrix: sparse.spmatrix) -> sparse.csr_matrix:
    """Scale each row to length one; empty rows stay empty."""
    rows = sparse.csr_matrix(matrix)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(length == 0, 1.0, length)) @ rows)
