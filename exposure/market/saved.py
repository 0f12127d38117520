"""Figures already asked for, in one SQLite file of the user's data folder: asked once, kept with date and version.

The key is symbol, field and the day asked about; ``as_of`` is the day the figure is of. A figure that the source
did not have is kept as well, without a value, so that it is not asked for again the same day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError
from exposure.folders import data_folder

FILE = "market.sqlite"
FIGURES: dict[str, Any] = {
    "symbol": pl.String(),
    "field": pl.String(),  # price, market_cap, shares_outstanding, sector, name, top_holdings
    "date": pl.Date(),  # the day asked about
    "as_of": pl.Date(),  # the day the figure is of, null where the source does not say
    "value": pl.Float64(),  # money in ``currency`` (major units), shares in units
    "text": pl.String(),  # of figures that are no number
    "currency": pl.String(),
    "note": pl.String(),  # why there is no figure, or what was done to it
    "fetched_at": pl.String(),  # UTC, ISO 8601
    "library": pl.String(),  # the library that fetched it, with its version
}
KEY = ("symbol", "field", "date")
_TABLE = f"""
CREATE TABLE IF NOT EXISTS figures (
  {", ".join(f"{c} {'REAL' if c == 'value' else 'TEXT'}{' NOT NULL' if c in KEY else ''}" for c in FIGURES)},
  PRIMARY KEY ({", ".join(KEY)})
) STRICT
"""
_MARKS = ", ".join("?" * len(FIGURES))
PATIENCE = 15.0  # seconds to wait while another program writes


class Saved:
    """The saved figures.

    Args:
        path: the SQLite file, made with the first figure; in the user's data folder when omitted.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else data_folder() / FILE

    def find(self, symbols: Sequence[str], fields: Sequence[str], since: date, until: date) -> pl.DataFrame:
        """Return the figures asked for between two days, both included: the columns of ``FIGURES``."""
        if not self.path.is_file():
            return pl.DataFrame(schema=FIGURES)
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT {', '.join(FIGURES)} FROM figures WHERE date BETWEEN ? AND ? "
                f"AND field IN ({', '.join('?' * len(fields))}) ORDER BY symbol, field, date",
                [since.isoformat(), until.isoformat(), *fields],
            ).fetchall()
        found = pl.DataFrame(rows, schema=FIGURES | {"date": pl.String, "as_of": pl.String}, orient="row")
        return found.filter(pl.col("symbol").is_in(list(symbols))).with_columns(
            pl.col("date", "as_of").str.to_date()
        )

    def keep(self, figures: pl.DataFrame) -> None:
        """Save figures; a later answer to the same question takes the place of the earlier one.

        Raises:
            InputError: the file is no SQLite file of this kind, or cannot be written.
        """
        if figures.is_empty():
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.path.parent} cannot be made: {error.strerror}.") from error
        rows = figures.select(list(FIGURES)).cast({"date": pl.String, "as_of": pl.String}).iter_rows()
        with self._open() as connection, connection:
            connection.execute(_TABLE)
            connection.executemany(f"INSERT OR REPLACE INTO figures VALUES ({_MARKS})", list(rows))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise InputError(
                f"The saved market data {self.path} cannot be used ({error}); delete the file."
            ) from error


class InMemory:
    """Figures held in a frame, in place of the file: a colleague's, another vendor's, or recorded ones.

    Args:
        frame: ``symbol``, ``field``, ``date``, and ``value`` or ``text``; other columns of ``FIGURES`` if known.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        missing = [c for c in ("symbol", "field", "date") if c not in frame.columns]
        unknown = [c for c in frame.columns if c not in FIGURES]
        if missing or unknown:
            told = f"lacks {', '.join(missing)}" if missing else f"has no place for {', '.join(unknown)}"
            raise InputError(f"A frame of market data {told}; its columns are {', '.join(FIGURES)}.")
        try:
            cast = frame.cast({name: FIGURES[name] for name in frame.columns})
        except pl.exceptions.PolarsError as error:
            raise InputError(f"A frame of market data cannot be read: {str(error).splitlines()[0]}") from error
        self._figures = cast.with_columns(
            pl.lit(None, dtype=dtype).alias(name) for name, dtype in FIGURES.items() if name not in frame.columns
        ).select(list(FIGURES))

    def find(self, symbols: Sequence[str], fields: Sequence[str], since: date, until: date) -> pl.DataFrame:
        """Return the figures asked for between two days (see ``Saved.find``)."""
        known = pl.col("symbol").is_in(list(symbols)) & pl.col("field").is_in(list(fields))
        return self._figures.filter(known & pl.col("date").is_between(since, until)).sort(KEY)

    def keep(self, figures: pl.DataFrame) -> None:
        """Add figures, in memory only."""
        both = pl.concat([self._figures, figures.select(list(FIGURES))])
        self._figures = both.unique(list(KEY), keep="last", maintain_order=True)
