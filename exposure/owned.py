"""What part of a company a line is: as its file says, or worked out from sizes that the user supplies.

Strongest first: the part that the file states (Norges Bank's "Ownership"); the line's share count over the
company's shares outstanding; its value over the company's market capitalisation; its share count over those of its
own class. Only shares are a part of a company: bonds never are, and a depositary receipt's count is not a count of
shares. What lies inside a fund counts by its value. Every figure says what it comes from; one above the whole is
not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import UsageError
from exposure.identifiers import is_isin
from exposure.money import convert, currency_code
from exposure.schema import Lines, check

SIZES = {"key": pl.String, "amount": pl.Float64, "currency": pl.String, "told": pl.String}
KEYS = ("key", "entity_id", "isin")
MAY_BE_SHARES = ("equity", "unknown")
# One receipt stands for one share, ten, or a tenth of one: the file does not say.
RECEIPT = r"(?i)\b(?:adrs?|gdrs?|ads|cdis?|nvdrs?|sdrs?|bdrs?|hdrs?|deposit[ao]ry|drc)\b"
PUBLISHED = "as published in the file"


@dataclass(frozen=True)
class Sizes:
    """How large companies are: ``key`` (entity id or ISIN), ``amount``, ``currency``, ``told`` (date, source)."""

    market_caps: pl.DataFrame
    shares_outstanding: pl.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """What was given, empty where nothing was."""
        given = {"market_caps": self.market_caps, "shares_outstanding": self.shares_outstanding}
        return {name: frame.sort("key").to_dicts() for name, frame in given.items() if frame.height}


def read_sizes(market_caps: Any, shares_outstanding: Any, known: set[str]) -> Sizes:
    """Read what a user supplies on the size of companies.

    Args:
        market_caps: of the whole company: a mapping of entity id or ISIN to an amount, or to
            ``(amount, currency)``; or a frame or CSV file with the columns ``entity_id`` or ``isin`` (or ``key``),
            ``market_cap``, and where there are any ``currency``, ``as_of``, ``source``. Without a currency: that
            of the result.
        shares_outstanding: the same with ``shares_outstanding``; by entity id those of the company in all, by ISIN
            those of that class.
        known: ids of entities.

    Raises:
        UsageError: a column is missing, a key is neither an ISIN nor a known company, a number is not above zero.
    """
    return Sizes(_table(market_caps, "market_cap", known), _table(shares_outstanding, "shares_outstanding", known))


def _table(given: Any, column: str, known: set[str]) -> pl.DataFrame:
    what = f"{column}s=" if column == "market_cap" else f"{column}="
    frame = _frame(given, column, what)
    key = next((k for k in KEYS if k in frame.columns), None)
    if key is None or column not in frame.columns:
        raise UsageError(f"{what} needs the columns entity_id (or isin) and {column}; it has {frame.columns}.")
    by_row = not isinstance(given, Mapping)  # a mapping's fault is told by its key
    rows = [
        _row(
            f"{what[:-1]}, row {number}:" if by_row else what,
            row[key],
            row[column],
            row.get("currency"),
            (row.get("as_of"), row.get("source")),
            known,
        )
        for number, row in enumerate(frame.iter_rows(named=True), 1)
    ]
    table = pl.DataFrame(rows, schema=SIZES, orient="row")
    if table["key"].is_duplicated().any():
        twice = table.filter(pl.col("key").is_duplicated())["key"][0]
        raise UsageError(f"{what} gives {twice} twice; give each company once.")
    return table


def _frame(given: Any, column: str, what: str) -> pl.DataFrame:
    if given is None:
        return pl.DataFrame(schema={"key": pl.String, column: pl.Float64})
    if isinstance(given, pl.DataFrame):
        return given
    if isinstance(given, str | Path):
        try:
            return pl.read_csv(given, infer_schema=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UsageError(f"{what} {given} could not be read: {str(error).splitlines()[0]}") from error
    if isinstance(given, Mapping):
        pairs = [(key, v if isinstance(v, tuple) else (v, None)) for key, v in given.items()]
        return pl.DataFrame(
            [{"key": str(key), column: amount, "currency": code} for key, (amount, code) in pairs],
            schema={"key": pl.String, column: pl.Object, "currency": pl.String},
        )
    if hasattr(given, "columns") and hasattr(given, "itertuples"):
        frame: pl.DataFrame = pl.from_pandas(given)
        return frame
    raise UsageError(f"{what} must be a mapping, a frame or a CSV file, not {type(given).__name__}.")


def _row(
    what: str, key: str | None, amount: Any, currency: str | None, told: tuple[Any, ...], known: set[str]
) -> tuple[str, float, str | None, str]:
    if key is None or not (key in known or is_isin(key)):
        raise UsageError(f"{what} “{key}” is neither a valid ISIN nor the id of a company in the reference data.")
    try:
        number = float(amount)
    except (TypeError, ValueError):
        number = 0.0
    if not 0 < number < float("inf"):
        raise UsageError(f"{what} {key}: {amount!r} is no number above zero.")
    code = currency_code(currency) if currency else None
    if currency and code is None:
        raise UsageError(f"{what} {key}: “{currency}” is no currency.")
    return key, number, code, ", ".join(str(t) for t in told if t)


def with_sizes(
    lines: pl.DataFrame,
    holdings: pl.DataFrame,
    sizes: Sizes,
    currency: str | None,
    rates: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Work out ``ownership`` where the file does not state it.

    Args:
        lines: LINES after look-through.
        holdings: HOLDINGS of the same rows.
        sizes: what the user supplies.
        currency: of the lines' values.
        rates: price of one unit of each currency in ``currency``.

    Returns:
        LINES with ``ownership`` (fraction), ``ownership_of`` (``company`` or ``share_class``) and
        ``ownership_source``; a figure above 1 is left out, and the source says so.
    """
    direct = pl.col("via").list.len() == 0
    receipt = pl.concat_str("held_as", "asset_class", separator=" ", ignore_nulls=True).str.contains(RECEIPT)
    held = holdings.select("row", "shares", "isin", "asset_class", held_as="name")
    caps = sizes.market_caps.with_columns(
        worth=pl.col("amount")
        if currency is None
        else convert(pl.col("amount"), pl.col("currency").fill_null(currency), currency, rates or {})
    )
    work = (
        lines.join(held, on="row", how="left", maintain_order="left")
        .with_columns(
            may=pl.col("security_kind").cast(pl.String).is_in(MAY_BE_SHARES) & pl.col("entity_id").is_not_null(),
            isin=pl.when(direct).then("isin"),
            count=pl.when(direct & ~receipt.fill_null(False)).then("shares"),
        )
        .pipe(_sized, sizes.shares_outstanding, "entity_id", "all_shares")
        .pipe(_sized, sizes.shares_outstanding, "isin", "class_shares")
        .pipe(_sized, caps, "entity_id", "cap", "worth")
        .pipe(_sized, caps, "isin", "class_cap", "worth")
        .with_columns(
            cap=pl.coalesce("cap", "class_cap"),
            cap_told=pl.when(pl.col("cap").is_not_null()).then("cap_told").otherwise("class_cap_told"),
        )
    )
    unit = pl.lit(f"{currency} " if currency else "")
    ways = [
        ("count", "all_shares", "company", _told("shares ÷ ", "all_shares", " shares outstanding", pl.lit(""))),
        ("value", "cap", "company", _told("value ÷ market capitalisation of ", "cap", "", unit)),
        ("count", "class_shares", "share_class", _told("shares ÷ ", "class_shares", " of this class", pl.lit(""))),
    ]
    doubt = pl.when(pl.col("security_kind").cast(pl.String) == "unknown").then(
        pl.lit("; taken to be shares, which the file does not say")
    )
    part, of, source = pl.col("ownership"), pl.col("ownership_of"), pl.col("ownership_source")
    for top, bottom, whose, words in ways:
        share = pl.when("may").then(pl.col(top).abs() / pl.col(bottom))
        fresh = source.is_null() & share.is_not_null()
        too_much = pl.lit("not told: more than the whole (") + words + pl.lit(")")
        # Built up step by step: each way fills what the ways before it left open.
        part = pl.when(fresh & (share <= 1)).then(share).otherwise(part)
        of = pl.when(fresh & (share <= 1)).then(pl.lit(whose)).otherwise(of)
        text = pl.when(share <= 1).then(words + doubt.otherwise(pl.lit(""))).otherwise(too_much)
        source = pl.when(fresh).then(text).otherwise(source)
    return check(Lines, work.with_columns(ownership=part, ownership_of=of, ownership_source=source))


def _sized(frame: pl.DataFrame, sizes: pl.DataFrame, on: str, name: str, amount: str = "amount") -> pl.DataFrame:
    table = sizes.select(pl.col("key").alias(on), pl.col(amount).alias(name), pl.col("told").alias(f"{name}_told"))
    return frame.join(table, on=on, how="left", maintain_order="left")


def _told(before: str, column: str, after: str, unit: pl.Expr) -> pl.Expr:
    """Where a figure comes from, with the size as it was counted and the user's own source."""
    number = pl.col(column).map_elements(lambda size: f"{size:,.0f}", return_dtype=pl.String)
    told = pl.col(f"{column}_told")
    given = pl.when(told != "").then(pl.lit(" (given: ") + told + pl.lit(")")).otherwise(pl.lit(" (given)"))
    return pl.lit(before) + unit + number + pl.lit(after) + given
