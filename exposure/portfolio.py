"""Several files as one portfolio in one currency: values that cannot be converted become unknown, never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.holdings import Holdings
from exposure.money import convert, currency_code, major_unit

SHORTS = ("net", "gross", "excluded")
Rates = Mapping[str, float]


def read_rates(path: str | Path) -> dict[str, float]:
    """Read a rates file: CSV with the columns ``currency`` and ``rate``.

    ``rate`` is the price of one unit of the currency in the currency that the result is wanted in.

    Raises:
        InputError: the file has other columns, an unknown currency or a rate that is no positive number.
    """
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path} is no rates file: {str(error).splitlines()[0]}") from error
    if not {"currency", "rate"} <= set(frame.columns):
        raise InputError(f"{path}: a rates file has the columns currency and rate; this one has {frame.columns}.")
    found: dict[str, float] = {}
    for line, (text, number) in enumerate(frame.select("currency", "rate").iter_rows(), 2):
        code = currency_code(text)
        rate = _number(number)
        if code is None or rate is None:
            raise InputError(f"{path}, line {line}: “{text}, {number}” is no currency with a positive rate.")
        found[code] = rate
    return found


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if value > 0 else None


def together(
    parts: Sequence[Holdings], rates: Rates | None = None, currency: str | None = None
) -> tuple[pl.DataFrame, str | None, tuple[str, ...]]:
    """Lay files together as one frame of HOLDINGS in one currency.

    Args:
        parts: the files as read.
        rates: price of one unit of each currency in ``currency``.
        currency: the currency wanted; the one with the largest sum when omitted.

    Returns:
        The frame (``value`` in one currency, null where it cannot be converted), that currency (null when no
        file says), and warnings.
    """
    frames, start = [], 0
    for part in parts:
        frames.append(part.frame.with_columns(row=pl.col("row") + start))
        start += part.frame.height
    holdings = pl.concat(frames)
    warnings = [w for part in parts for w in part.report.warnings]
    found = holdings.filter(pl.col("currency").is_not_null() & pl.col("value").is_not_null())
    totals = found.group_by("currency").agg(pl.col("value").abs().sum())
    ranked = totals.sort(["value", "currency"], descending=[True, False])["currency"].to_list()
    if not ranked:
        return holdings, currency, tuple(warnings)
    target = currency or major_unit(ranked[0])[0]
    if ranked == [target]:
        return holdings, target, tuple(warnings)
    given = pl.col("currency").fill_null(target)
    converted = holdings.with_columns(
        value=convert(pl.col("value"), given, target, rates or {}), currency=pl.lit(target)
    )
    lost = int((holdings["value"].is_not_null() & converted["value"].is_null()).sum())
    if lost:
        missing = sorted(c for c in ranked if major_unit(c)[0] not in {target, *(rates or {})})
        warnings.append(
            f"Values are in several currencies. {target} is counted; {lost:,} lines in {', '.join(missing)} "
            f"count as lines of unknown value, because no exchange rate was given (rates=, --rates)."
        )
    return converted, target, tuple(warnings)


def with_shorts(holdings: pl.DataFrame, shorts: str) -> pl.DataFrame:
    """Count short positions as negative values (``net``), as positive ones (``gross``) or not at all.

    Raises:
        UsageError: the word is none of these.
    """
    if shorts not in SHORTS:
        raise UsageError(f"shorts is “{shorts}”; it must be one of {', '.join(SHORTS)}.")
    if shorts == "net":
        return holdings
    held = ~pl.col("security_kind").cast(pl.String).is_in(["cash", "fx", "derivative"])
    short = held & (pl.col("value") < 0)
    counted = pl.col("value").abs() if shorts == "gross" else pl.lit(0.0)
    return holdings.with_columns(value=pl.when(short).then(counted).otherwise("value"))


def total_value(holdings: pl.DataFrame) -> float | None:
    """Sum of the known values; null for a file of weights."""
    values = holdings["value"].drop_nulls()
    return float(values.sum()) if len(values) else None
