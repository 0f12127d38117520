"""Several files as one portfolio in one currency: values that cannot be converted become unknown, never zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.holdings import Holdings
from exposure.money import added, convert, currency_code, major_unit

SHORTS = ("net", "gross", "excluded")
Rates = Mapping[str, float]


def read_rates(given: Any) -> dict[str, float]:
    """Read exchange rates: the price of one unit of each currency in the currency that the result is wanted in.

    Args:
        given: a mapping of currency to rate; or a polars or pandas frame, or a CSV file, with the columns
            ``currency`` and ``rate``.

    Raises:
        InputError: the columns are others, a currency is unknown or a rate is no positive number, with the row.
    """
    found: dict[str, float] = {}
    for place, text, number in _rate_rows(given):
        code = currency_code(text) if isinstance(text, str) else None
        rate = _number(number)
        if code is None or rate is None:
            column = f", column {'currency' if code is None else 'rate'}" if "," in place else ""
            raise InputError(f"{place}{column}: “{text}, {number}” is no currency with a positive rate.")
        found[code] = rate
    return found


def _rate_rows(given: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each rate with its place: the line of a file, the row of a frame."""
    if isinstance(given, Mapping):
        yield from (("rates", code, rate) for code, rate in given.items())
        return
    from_file = isinstance(given, str | Path)
    what, word, first = (str(given), "line", 2) if from_file else ("rates", "row", 1)
    try:
        frame = pl.read_csv(given, infer_schema=False) if from_file else given
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{given} is no rates file: {str(error).splitlines()[0]}") from error
    columns = list(getattr(frame, "columns", ()))
    if not {"currency", "rate"} <= set(columns):
        told = f"this one has {columns}" if columns else f"this is a {type(given).__name__}"
        raise InputError(f"{what}: rates have the columns currency and rate; {told}.")
    for number, (code, rate) in enumerate(zip(frame["currency"], frame["rate"], strict=True), first):
        yield f"{what}, {word} {number}", code, rate


def _number(given: Any) -> float | None:
    try:
        value = float(given or "")
    except (TypeError, ValueError):
        return None
    return value if 0 < value < float("inf") else None


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
    if ranked == [target] and not _without_currency(parts):
        return holdings, target, tuple(warnings)
    if unsaid := _without_currency(parts):
        warnings.append(
            f"{', '.join(unsaid)} does not say its currency, the other files do: its values are not added to "
            f"theirs and count as unknown. Say it with currency=."
        )
    # Within one file that names a currency, a line without one is in that currency.
    silent = pl.col("file").is_in(unsaid) & pl.col("currency").is_null()
    given = pl.when(~silent).then(pl.col("currency").fill_null(target))
    value = pl.when(~silent).then(convert(pl.col("value"), given, target, rates or {}))
    converted = holdings.with_columns(value=value, currency=pl.lit(target))
    named = holdings["currency"].is_not_null()
    lost = int((holdings["value"].is_not_null() & converted["value"].is_null() & named).sum())
    if lost:
        missing = sorted(c for c in ranked if major_unit(c)[0] not in {target, *(rates or {})})
        warnings.append(
            f"Values are in several currencies. {target} is counted; {lost:,} lines in {', '.join(missing)} "
            f"count as lines of unknown value, because no exchange rate was given (rates=, --rates)."
        )
    return converted, target, tuple(warnings)


def _without_currency(parts: Sequence[Holdings]) -> list[str]:
    """Of several files of which one names a currency, those that have values and name none."""
    unsaid = [p for p in parts if p.frame["currency"].is_null().all() and p.frame["value"].is_not_null().any()]
    if len(parts) == 1 or len(unsaid) == len(parts):
        return []
    return [p.report.file or "a file" for p in unsaid]


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
    return added(holdings["value"]) if holdings["value"].count() else None
