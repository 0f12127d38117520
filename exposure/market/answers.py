"""Questions in good form, and answers as frames."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from exposure.errors import UsageError
from exposure.market.saved import FIGURES
from exposure.market.symbols import is_symbol
from exposure.money import CODES, major_unit

NOW = ("price", "market_cap", "shares_outstanding", "sector", "name")


def warn_of_gaps(what: str, rows: pl.DataFrame, name: str = "symbol") -> None:
    """Name what an answer lacks, where the answer itself has no place for it."""
    lacking = rows.filter(pl.col("note").is_not_null())
    for note, names in lacking.group_by("note", maintain_order=True).agg(name).iter_rows():
        warnings.warn(f"{what} {', '.join(names)}: {note}.", UserWarning, stacklevel=3)


def has_answer() -> pl.Expr:
    """Tell rows of FIGURES that hold a figure from those that say why there is none."""
    return pl.col("value").is_not_null() | pl.col("text").is_not_null()


def distinct(symbols: Iterable[str]) -> list[str]:
    """Symbols in order, each once.

    Raises:
        UsageError: one is no symbol; nothing is sent then.
    """
    if isinstance(symbols, str):
        raise UsageError(f"Give several symbols as a list: [“{symbols}”].")
    found = list(dict.fromkeys(s for s in symbols if s))
    for symbol in found:
        if not (is_symbol(symbol) or is_symbol(symbol.removesuffix("=X"))):
            raise UsageError(
                f"“{symbol}” is no exchange symbol such as 0700.HK (see market.symbols); nothing is sent."
            )
    return found


def major_currency(code: str) -> str:
    """The currency that a code, or that of a minor unit, belongs to.

    Raises:
        UsageError: it is no currency code.
    """
    major = major_unit(code)[0].upper()
    if major not in CODES:
        raise UsageError(f"“{code}” is no currency code; give three letters such as GBP.")
    return major


def told(symbol: str, figures: Iterable[Any], day: date, library: str) -> pl.DataFrame:
    """Rows of FIGURES for what the source told of a symbol."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [(symbol, f.field, day, f.as_of, f.value, f.text, f.currency, f.note, now, library) for f in figures]
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def unknown(
    symbols: Sequence[str], fields: Sequence[str], day: date, note: str, library: str | None = None
) -> pl.DataFrame:
    """Rows of FIGURES without a figure, with the reason."""
    now = datetime.now(UTC).isoformat(timespec="seconds") if library else None
    rows = [(s, field, day, None, None, None, None, note, now, library) for s in symbols for field in fields]
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def source_words() -> pl.Expr:
    """Where a figure comes from, in words."""
    library, fetched = pl.col("library"), pl.col("fetched_at").str.slice(0, 10)
    by = (
        pl.when(library.str.starts_with("yfinance"))
        .then(pl.format("Yahoo Finance by {}", library))
        .otherwise(library)
    )
    return pl.coalesce(pl.format("{}, fetched {}", by, fetched), by).alias("source")


def wide(symbols: Sequence[str], figures: pl.DataFrame) -> pl.DataFrame:
    """One row per symbol, one column per field."""
    rows = pl.DataFrame({"symbol": symbols}, schema={"symbol": pl.String})
    for field in NOW:
        column = "text" if field in ("sector", "name") else "value"
        one = figures.filter(pl.col("field") == field).select("symbol", pl.col(column).alias(field))
        rows = rows.join(one, on="symbol", how="left", maintain_order="left")
    notes = (
        figures.with_columns(source_words())
        .group_by("symbol", maintain_order=True)
        .agg(
            pl.col("currency", "as_of", "source").drop_nulls().first(),
            note=pl.col("note").drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None),
        )
    )
    joined = rows.join(notes, on="symbol", how="left", maintain_order="left")
    money = ("price", "market_cap", "currency")
    return joined.select("symbol", "name", *money, "shares_outstanding", "sector", "as_of", "source", "note")


def parts_of(figures: pl.DataFrame) -> pl.DataFrame:
    """The parts of funds, from their saved texts."""
    rows = [part for text in figures["text"].drop_nulls() for part in json.loads(text)]
    return pl.DataFrame(rows, schema={"symbol": pl.String, "name": pl.String, "share": pl.Float64}, orient="row")
