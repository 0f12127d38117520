"""Yahoo symbols from ticker and exchange: never from an ISIN, never guessed.

A ticker without its exchange names no security, so it has no symbol. Neither does an exchange that Yahoo's table
(``suffixes.toml``) lacks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

import polars as pl

from exposure.holdings import Holdings
from exposure.identifiers import is_isin
from exposure.universe.bundle import Universe

# What may go into an address. An ampersand would end it; a longer text is no symbol.
_FORM = re.compile(r"^[A-Z0-9][A-Z0-9.\-]{0,19}$")
_CLASS_MARK = re.compile(r"[ ./]")  # BRK.B, BRK/B, VOLV B: Yahoo writes BRK-B, VOLV-B
UNKNOWN_VENUE = "no exchange that the source has a code for"
NO_TICKER = "no ticker"
NOT_WRITABLE = "the ticker cannot be written as a symbol"


@cache
def _table() -> tuple[dict[str, str], dict[str, int]]:
    text = resources.files("exposure.market").joinpath("suffixes.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return data["suffix"], data["digits"]


def is_symbol(text: str) -> bool:
    """Tell whether a text may be asked for: in the form of a symbol, and no ISIN."""
    return bool(_FORM.match(text)) and not is_isin(text)


def symbol(ticker: str | None, venue: str | None) -> str | None:
    """Return Yahoo's symbol of a ticker on an exchange, or none where it cannot be told.

    Args:
        ticker: as the exchange or a data vendor writes it.
        venue: MIC of the exchange.

    Examples:
        >>> symbol("700", "XHKG"), symbol("2415", "XSHE"), symbol("BRK.B", "XNYS"), symbol("700", None)
        ('0700.HK', '002415.SZ', 'BRK-B', None)
    """
    return _symbol(ticker, venue)[0]


def _symbol(ticker: str | None, venue: str | None) -> tuple[str | None, str | None]:
    """The symbol, or the reason why there is none."""
    suffixes, digits = _table()
    if not ticker or not ticker.strip():
        return None, NO_TICKER
    if venue not in suffixes:
        return None, UNKNOWN_VENUE
    plain = ticker.strip().upper().rstrip("./")  # London tickers of two letters end in a full stop
    if venue in digits and plain.isdigit():
        plain = plain.lstrip("0").zfill(digits[venue])
    whole = _CLASS_MARK.sub("-", plain) + (f".{suffixes[venue]}" if suffixes[venue] else "")
    return (whole, None) if is_symbol(whole) else (None, NOT_WRITABLE)


def symbols(holdings: Holdings | pl.DataFrame) -> pl.DataFrame:
    """Give every holding its symbol, where it has one.

    Args:
        holdings: as read, or a frame with the columns ``ticker`` and ``venue``.

    Returns:
        The rows in order: ``row, name, ticker, venue, symbol, note``; ``note`` says why there is no symbol.
    """
    frame: pl.DataFrame = holdings.frame if isinstance(holdings, Holdings) else holdings
    kept = [c for c in ("row", "name", "ticker", "venue") if c in frame.columns]
    found = [_symbol(ticker, venue) for ticker, venue in frame.select("ticker", "venue").iter_rows()]
    return frame.select(kept).with_columns(
        symbol=pl.Series([s for s, _ in found], dtype=pl.String),
        note=pl.Series([n for _, n in found], dtype=pl.String),
    )


def company_symbols(universe: Universe, entity_ids: Iterable[str]) -> pl.DataFrame:
    """Return the symbols of companies, from the tickers that the reference data give with an exchange.

    Returns:
        ``entity_id, symbol``, in the order of the ids, several rows for a company on several exchanges.
    """
    wanted = pl.DataFrame({"entity_id": list(dict.fromkeys(entity_ids))}, schema={"entity_id": pl.String})
    tickers = universe.identifiers.filter(
        (pl.col("scheme") == "ticker") & pl.col("valid") & (pl.col("venue") != "")
    )
    rows = wanted.join(tickers, on="entity_id", how="inner", maintain_order="left_right")
    named = symbols(rows.select("entity_id", "venue", ticker="value")).select("symbol")
    return rows.select("entity_id").with_columns(named["symbol"]).drop_nulls().unique(maintain_order=True)
