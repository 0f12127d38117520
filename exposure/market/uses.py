"""What market figures are for: values from share counts, and an owner's part in a listed company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from exposure import schema
from exposure.errors import InputError, UsageError
from exposure.holdings import Holdings
from exposure.money import convert, currency_code
from exposure.results import Results

KEYS = ("row", "isin", "ticker")


def valued(holdings: Holdings, prices: pl.DataFrame) -> Holdings:
    """Give holdings without a value one: their number of shares times a price.

    Args:
        holdings: as read; lines that have a value keep it.
        prices: ``price``, ``currency``, and what names the line: ``row``, ``isin``, or ``ticker`` and ``venue``.

    Returns:
        Holdings whose report says how many values were made. A line without shares or price stays without value.

    Raises:
        InputError: a price is no positive number, a currency is none, or a line has two prices; with the row.
        UsageError: the columns are not there.
    """
    on = _key(prices)
    _check_prices(prices, on)
    given = prices.select(*on, _price="price", _currency="currency").with_columns(
        pl.col("_price").cast(pl.Float64), pl.col("_currency").replace_strict(_codes(prices), default=None)
    )
    frame = holdings.frame.join(given, on=on, how="left", maintain_order="left")
    made = pl.col("value").is_null() & pl.col("shares").is_not_null() & pl.col("_price").is_not_null()
    count = int(frame.select(made.sum()).item())
    filled = frame.with_columns(
        value=pl.when(made).then(pl.col("shares") * pl.col("_price")).otherwise("value"),
        price=pl.when(made).then("_price").otherwise("price"),
        currency=pl.when(made).then("_currency").otherwise("currency"),
    )
    kept = schema.check(schema.Holdings, filled.drop("_price", "_currency"))
    told = (*holdings.report.decisions, f"{count} values are shares × a price that was supplied")
    currencies = kept.filter(pl.col("value").is_not_null())["currency"].unique()
    one = currencies[0] if len(currencies) == 1 else None
    report = replace(holdings.report, decisions=told, currency=one)
    return replace(holdings, frame=kept, report=replace(report, total_value=_total(kept) if one else None))


def _total(frame: pl.DataFrame) -> float | None:
    values = frame["value"].drop_nulls()
    return float(values.sum()) if len(values) else None


def _key(prices: pl.DataFrame) -> list[str]:
    found = next((key for key in KEYS if key in prices.columns), None)
    if found is None or not {"price", "currency"} <= set(prices.columns):
        raise UsageError(
            f"prices= needs the columns price, currency and one of {', '.join(KEYS)}; it has {prices.columns}."
        )
    return ["ticker", "venue"] if found == "ticker" and "venue" in prices.columns else [found]


def _check_prices(prices: pl.DataFrame, on: list[str]) -> None:
    for number, row in enumerate(prices.iter_rows(named=True), 1):
        price, unit = row["price"], row["currency"]
        if price is not None and not (isinstance(price, int | float) and price > 0 and price < float("inf")):
            raise InputError(f"prices, row {number}, column price: “{price}” is no positive number.")
        if price is not None and currency_code(unit) is None:
            raise InputError(f"prices, row {number}, column currency: “{unit}” is no currency code.")
    twice = prices.select(on).is_duplicated()
    if twice.any():
        number = int(twice.arg_true()[0]) + 1
        raise InputError(f"prices, row {number}: {', '.join(on)} occurs twice; keep one price.")


def _codes(prices: pl.DataFrame) -> dict[str, str]:
    return {text: code for text in prices["currency"].unique().drop_nulls() if (code := currency_code(text))}


def owners_part(
    results: Results, market_caps: pl.DataFrame, rates: Mapping[str, float], currency: str
) -> pl.DataFrame:
    """How much of what is held in an owner lies in the listed company that it owns part of.

    Of each pound in the owner, stake × (market value of the listed company ÷ market value of the owner) is its part
    in the listed one. Both market values must be known.

    Args:
        results: a screening; every issuer in it that owns part of a listed company is looked at, also one that
            is listed itself: the part is told beside the exposures and never added to them.
        market_caps: ``entity_id, market_cap, currency``.
        rates: price of one unit of each currency in ``currency``.
        currency: to compare the market values in.

    Returns:
        ``issuer_id, issuer, listed_id, listed, stake_low, stake_high, part_low, part_high, value, value_low,
        value_high``: ``part_*`` fractions of the owner's market value, ``value_*`` in the portfolio's currency;
        null where a market value is not known.
    """
    missing = [c for c in ("entity_id", "market_cap", "currency") if c not in market_caps.columns]
    if missing:
        raise UsageError(f"market_caps lacks the columns {', '.join(missing)}.")
    caps = market_caps.select("entity_id", cap=convert(pl.col("market_cap"), pl.col("currency"), currency, rates))
    identified = pl.col("coverage").cast(pl.String).str.starts_with("identified")
    held = (
        results.lines.filter(identified & pl.col("entity_id").is_not_null())
        .group_by(issuer_id="entity_id", maintain_order=True)
        .agg(pl.col("value").sum())
    )
    owners = results.connections.filter((pl.col("relation") == "connected") & (pl.col("side") == "owner"))
    stakes = owners.select("listed_id", issuer_id="entity_id", stake_low="share_low", stake_high="share_high")
    names = results.universe.entities.select("entity_id", "name")
    rows = (
        held.join(stakes, on="issuer_id", how="inner", maintain_order="left_right")
        .join(names.rename({"entity_id": "issuer_id", "name": "issuer"}), on="issuer_id", how="left")
        .join(names.rename({"entity_id": "listed_id", "name": "listed"}), on="listed_id", how="left")
        .join(caps.rename({"entity_id": "issuer_id", "cap": "owner"}), on="issuer_id", how="left")
        .join(caps.rename({"entity_id": "listed_id", "cap": "owned"}), on="listed_id", how="left")
    )
    ratio = pl.col("owned") / pl.col("owner")
    parts = rows.with_columns(
        # More than the whole of the owner cannot lie in what it owns; borrowed money can make the ratio say so.
        part_low=(pl.col("stake_low") * ratio).clip(upper_bound=1.0),
        part_high=(pl.col("stake_high") * ratio).clip(upper_bound=1.0),
    )
    amounts = {f"value_{b}": pl.col("value") * pl.col(f"part_{b}") for b in ("low", "high")}
    return parts.with_columns(**amounts).select(
        "issuer_id", "issuer", "listed_id", "listed", "stake_low", "stake_high", "part_low", "part_high", "value",
        "value_low", "value_high",
    )  # fmt: skip
