"""Libraries that few runs need, imported when first used: ``import exposure`` stays quick, the core runs without.

This is the one adapter that imports late. Type checkers see the libraries as they are.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from exposure.errors import ExposureError

__all__ = ["alt", "csgraph", "pa", "pd", "pq", "sparse", "sparse_dot_topn", "vl_convert"]


class Late:
    """A module that is imported at the first look into it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        try:
            module = import_module(self._name)
        except ModuleNotFoundError as error:
            library = (error.name or self._name).partition(".")[0].replace("_", "-")
            raise ExposureError(
                f"This needs the library {library}, which is not installed; run: python -m pip install {library}"
            ) from error
        return getattr(module, attribute)


if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    import sparse_dot_topn
    import vl_convert
    from scipy import sparse
    from scipy.sparse import csgraph
else:
    alt, vl_convert = Late("altair"), Late("vl_convert")
    pd, pa, pq = Late("pandas"), Late("pyarrow"), Late("pyarrow.parquet")
    sparse, csgraph, sparse_dot_topn = Late("scipy.sparse"), Late("scipy.sparse.csgraph"), Late("sparse_dot_topn")
