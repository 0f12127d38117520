"""One table, handed out in whichever library the reader works with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import polars as pl

from exposure.late import pa, pd

if TYPE_CHECKING:
    import pandas
    import pyarrow


class Tabular(ABC):
    """Something whose heart is one frame: as polars, pandas or Arrow, nothing lost on the way.

    Anything that reads Arrow's stream (pyarrow, DuckDB, pandas 3, another polars) takes the object itself.
    """

    @abstractmethod
    def to_polars(self) -> pl.DataFrame:
        """The table as a polars frame.

        Examples:
            >>> holdings = ex.read_holdings(ex.example("index_fund"))
            >>> holdings.to_polars().height
            34
        """

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas frame; a value that is not known is missing there, too.

        Raises:
            ExposureError: pandas is not installed.

        Examples:
            >>> holdings = ex.read_holdings(ex.example("index_fund"))
            >>> holdings.to_pandas().shape[0]
            34
        """
        _ = pd.DataFrame  # says which library is missing, where it is
        return self.to_polars().to_pandas()

    def to_arrow(self) -> pyarrow.Table:
        """The table as an Arrow table.

        Raises:
            ExposureError: pyarrow is not installed.

        Examples:
            >>> ex.read_holdings(ex.example("index_fund")).to_arrow().num_rows
            34
        """
        _ = pa.Table
        return self.to_polars().to_arrow()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self.to_polars().__arrow_c_stream__(requested_schema)
