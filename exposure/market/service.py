"""Market data for a notebook: asked once, saved, dated, and unknown where they are unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.holdings import Holdings
from exposure.market.answers import (
    NOW,
    distinct,
    has_answer,
    major_currency,
    parts_of,
    source_words,
    told,
    unknown,
    warn_of_gaps,
    wide,
)
from exposure.market.consent import require
from exposure.market.saved import FIGURES, InMemory, Saved
from exposure.market.symbols import company_symbols
from exposure.market.tops import fund_of
from exposure.universe.bundle import Universe

BUDGET = 120.0  # seconds that one call may take
MAX_AGE = 7  # days for which a figure of now is taken from what was saved
RETRY = 1  # days after which something the source did not have is asked for again
#: Quoted as dollars for one of them; every other currency is quoted as how many of it one dollar buys. Asking the
#: way round in which the figure is above one keeps its digits: Yahoo prints few of them after the point.
DOLLARS_FOR = ("EUR", "GBP", "AUD", "NZD")
TOPS = "top_holdings"
OLDEST = (1, 7)  # of yfinance: the shapes of its answers and errors are those of this version
OFFLINE = "not among the saved figures, and nothing was asked (offline)"


class Market:
    """Figures from Yahoo Finance through yfinance: never identity, never look-through of record.

    Args:
        consent: that the symbols asked for may leave this computer. When omitted, the environment variable
            ``EXPOSURE_MARKET`` or the answer stored by ``market.ask()`` counts; without any, saved figures are all
            there is, and asking for others is an error that says so.
        saved: where figures are kept: a SQLite file (in the user's data folder when omitted), or a frame of
            figures (columns of ``exposure.market.saved.FIGURES``) in place of a file.
        offline: use saved figures only; ask nobody, need no consent and no yfinance.
        budget: seconds that one call may take; what is left then stays unknown and can be asked for again.
        today: the day of "now"; by default the computer's.
    """

    def __init__(
        self,
        *,
        consent: bool | None = None,
        saved: str | Path | pl.DataFrame | None = None,
        offline: bool = False,
        budget: float = BUDGET,
        today: date | None = None,
    ) -> None:
        self._consent, self._offline, self._budget = consent, offline, budget
        self._saved = InMemory(saved) if isinstance(saved, pl.DataFrame) else Saved(saved)
        self._today = today

    @property
    def today(self) -> date:
        """The day of "now"."""
        return self._today or datetime.now(UTC).date()

    def quotes(self, symbols: Iterable[str]) -> pl.DataFrame:
        """What is known of securities now.

        Returns:
            One row per symbol: ``symbol, name, price, market_cap, currency, shares_outstanding, sector, as_of,
            source, note``. Money in major units of ``currency``; null is unknown, and ``note`` says why.
        """
        asked = distinct(symbols)
        figures = self._now(asked, NOW, lambda source, symbol: source.quote(symbol))
        return wide(asked, figures)

    def prices(self, symbols: Iterable[str], on: date) -> pl.DataFrame:
        """Closing prices of a day, or of the last trading day before it, as they were paid (splits undone).

        Returns:
            One row per symbol: ``symbol, on, as_of, price, currency, source, note``.
        """
        return self._dated(symbols, "price", on, lambda source, symbol: source.price(symbol, on))

    def shares_outstanding(self, symbols: Iterable[str], on: date) -> pl.DataFrame:
        """Numbers of shares on a day: the last count published before it.

        Returns:
            One row per symbol: ``symbol, on, as_of, shares_outstanding, source, note``.
        """
        rows = self._dated(
            symbols, "shares_outstanding", on, lambda source, symbol: source.shares_outstanding(symbol, on)
        )
        return rows.drop("currency")

    def rates(self, currencies: Iterable[str], to: str, on: date | None = None) -> dict[str, float]:
        """Exchange rates of a day, for ``rates=`` of ``ex.screen``: the price of one unit in ``to``.

        Each is made of two rates against the dollar. A currency without one is left out, so that its values stay
        unknown; minor units (pence) take the rate of their currency.

        Raises:
            UsageError: a text is no currency code.
        """
        wanted = list(dict.fromkeys(major_currency(c) for c in [*currencies, to]))
        day = on or self.today
        pairs = {c: f"{c}USD" if c in DOLLARS_FOR else f"USD{c}" for c in wanted if c != "USD"}
        found = self._dated(
            [f"{pair}=X" for pair in pairs.values()],
            "price",
            day,
            lambda source, symbol: source.exchange_rate(symbol.removesuffix("=X"), day),
        )
        warn_of_gaps("No exchange rate for", found)
        quoted = dict(found.select("symbol", "price").iter_rows())
        dollars = {"USD": 1.0}
        for currency, pair in pairs.items():
            value = quoted[f"{pair}=X"]
            if value is not None:
                dollars[currency] = value if currency in DOLLARS_FOR else 1.0 / value
        target = major_currency(to)
        if target not in dollars:
            return {target: 1.0}
        return {c: dollars[c] / dollars[target] for c in wanted if c in dollars}

    def companies(
        self,
        universe: Universe,
        entities: Iterable[str],
        on: date | None = None,
        symbols: Mapping[str, str] | None = None,
    ) -> pl.DataFrame:
        """Market values and numbers of shares of companies of the reference data.

        Args:
            universe: what is known: the tickers come from it.
            entities: ids of companies.
            on: the day; the figures of now when omitted.
            symbols: the symbol to take for a company, where its tickers are not the ones meant.

        Returns:
            One row per company: ``entity_id, symbol, market_cap, currency, shares_outstanding, as_of, source,
            note``. The market value of a past day is price times shares, both of that day. Of a company on
            several exchanges, the first that is answered counts.
        """
        chosen = dict(symbols or {})
        ids = list(dict.fromkeys(entities))
        told = company_symbols(universe, [i for i in ids if i not in chosen])
        named = [(i, chosen[i]) if i in chosen else None for i in ids]
        pairs = [p for p in named if p] + list(told.iter_rows())
        figures = self._valued([symbol for _, symbol in pairs], on)
        ranked = pl.DataFrame(pairs, schema=["entity_id", "symbol"], orient="row").join(
            figures, on="symbol", how="left", maintain_order="left"
        )
        best = ranked.sort(pl.col("market_cap").is_null(), maintain_order=True).unique(
            "entity_id", keep="first", maintain_order=True
        )
        rows = pl.DataFrame({"entity_id": ids}, schema={"entity_id": pl.String})
        without = pl.col("symbol").is_null()
        return rows.join(best, on="entity_id", how="left", maintain_order="left").with_columns(
            note=pl.when(without).then(pl.lit("no ticker with an exchange in the reference data")).otherwise("note")
        )

    def market_caps(
        self,
        universe: Universe,
        entities: Iterable[str],
        on: date | None = None,
        symbols: Mapping[str, str] | None = None,
    ) -> pl.DataFrame:
        """Market values of companies, for ``market_caps=`` of ``ex.screen``: those that are known.

        Arguments are those of ``companies``. For a company with several classes of shares Yahoo sometimes states
        the value of one class: a part of the company made of it is an estimate, and its source says where from.

        Returns:
            ``entity_id, market_cap, currency, as_of, source``.
        """
        rows = self.companies(universe, entities, on, symbols)
        warn_of_gaps("No market value of", rows.filter(pl.col("market_cap").is_null()), "entity_id")
        known = rows.filter(pl.col("market_cap").is_not_null())
        told = pl.format("{} by the symbol {}", "source", "symbol")
        return known.select("entity_id", "market_cap", "currency", "as_of", source=told)

    def _valued(self, symbols: Sequence[str], on: date | None) -> pl.DataFrame:
        """``symbol, market_cap, currency, shares_outstanding, as_of, source, note``."""
        columns = ("symbol", "market_cap", "currency", "shares_outstanding", "as_of", "source", "note")
        if on is None:
            return self.quotes(symbols).select(columns)
        prices = self.prices(symbols, on)
        counts = self.shares_outstanding(symbols, on).select("symbol", "shares_outstanding", counted="note")
        both = prices.join(counts, on="symbol", how="left", maintain_order="left")
        return both.with_columns(
            market_cap=pl.col("price") * pl.col("shares_outstanding"), note=pl.coalesce("note", "counted")
        ).select(columns)

    def top_holdings(self, symbol: str) -> pl.DataFrame:
        """A fund's largest holdings, ten at most: ``symbol, name, share`` (fraction of the fund).

        They are what Yahoo shows, undated, and no more than a part: never look-through of record.
        """
        return parts_of(self._tops([symbol]))

    def fund(self, symbol: str, name: str | None = None) -> Holdings:
        """A fund's largest holdings as PARTIAL look-through, for ``funds=`` of ``ex.screen``.

        What they leave over stays opaque. They are matched by name alone: Yahoo's symbols decide no identity.

        Args:
            symbol: of the fund.
            name: the fund's name in the results; the symbol when omitted.

        Raises:
            InputError: no holdings are known; the message says why.
        """
        figures = self._tops([symbol])
        if figures["text"].null_count():
            raise InputError(f"No holdings of {symbol}: {figures['note'][0]}.")
        return fund_of(parts_of(figures), name or symbol)

    def funds(self, symbols: Mapping[str, str]) -> dict[str, Holdings]:
        """Partial look-through of several funds; those without an answer are left out and stay opaque.

        Args:
            symbols: by what the holdings file calls the fund (name, ISIN or ``TICKER@MIC``), its symbol.
        """
        figures = self._tops(list(symbols.values()))
        warn_of_gaps("No holdings of", figures.filter(pl.col("text").is_null()))
        return {
            key: fund_of(parts, key)
            for key, symbol in symbols.items()
            if (parts := parts_of(figures.filter(pl.col("symbol") == symbol))).height
        }

    def _tops(self, symbols: Sequence[str]) -> pl.DataFrame:
        return self._now(distinct(symbols), (TOPS,), _ask_tops)

    def _dated(
        self, symbols: Iterable[str], field: str, on: date, ask: Callable[[ModuleType, str], Any]
    ) -> pl.DataFrame:
        """One field of a past day, one row per symbol."""
        asked = distinct(symbols)
        figures = self._figures(asked, (field,), on, on, lambda source, symbol: [ask(source, symbol)])
        found = pl.DataFrame({"symbol": asked}, schema={"symbol": pl.String}).join(
            figures, on="symbol", how="left", maintain_order="left"
        )
        return found.select(
            "symbol",
            pl.lit(on).alias("on"),
            "as_of",
            pl.col("value").alias(field),
            "currency",
            source_words(),
            "note",
        )

    def _now(
        self, symbols: Sequence[str], fields: Sequence[str], ask: Callable[[ModuleType, str], Any]
    ) -> pl.DataFrame:
        since = date.min if self._offline else self.today - timedelta(days=MAX_AGE)
        return self._figures(symbols, fields, since, self.today, ask)

    def _figures(
        self,
        symbols: Sequence[str],
        fields: Sequence[str],
        since: date,
        until: date,
        ask: Callable[[ModuleType, str], Any],
    ) -> pl.DataFrame:
        """The latest figures between two days: the saved ones, and the others asked for."""
        saved = self._saved.find(symbols, fields, since, until).filter(self._fresh(since == until))
        complete = saved.group_by("symbol").agg(n=pl.col("field").n_unique()).filter(pl.col("n") == len(fields))
        missing = [symbol for symbol in symbols if symbol not in set(complete["symbol"])]
        new = self._ask(missing, fields, until, ask) if missing else pl.DataFrame(schema=FIGURES)
        every = pl.concat([saved.sort("date", maintain_order=True), new])
        return every.sort(has_answer(), maintain_order=True).unique(
            ["symbol", "field"], keep="last", maintain_order=True
        )

    def _fresh(self, dated: bool) -> pl.Expr:
        """Which saved figures still count: answers, and "no such figure" for a day.

        A figure for a given day that was fetched on that very day may be of before the close: it counts only then.
        """
        if self._offline:
            return pl.lit(True)
        fetched = pl.col("fetched_at").str.slice(0, 10)
        now = fetched > (self.today - timedelta(days=RETRY)).isoformat()
        final = fetched.is_null() | (fetched > pl.col("date").cast(pl.String)) if dated else pl.lit(True)
        return (has_answer() & final) | now

    def _ask(
        self, symbols: Sequence[str], fields: Sequence[str], day: date, ask: Callable[[ModuleType, str], Any]
    ) -> pl.DataFrame:
        """Ask for each symbol in turn; what cannot be told says why, and what was told is kept at once."""
        if self._offline:
            return unknown(symbols, fields, day, OFFLINE)
        require(self._consent)
        source, rows = _library(), []
        with source.GATE.allow(self._budget):
            for symbol in symbols:
                if (reason := source.GATE.why_shut) is not None:
                    rows.append(unknown([symbol], fields, day, reason))
                    continue
                try:
                    new = told(symbol, ask(source, symbol), day, source.LIBRARY)
                    self._saved.keep(new)
                except source.Unanswered as error:
                    new = unknown([symbol], fields, day, str(error), source.LIBRARY)
                    self._saved.keep(new if error.lasting else new.clear())
                rows.append(new)
        return pl.concat(rows)


def _library() -> ModuleType:
    """The adapter to yfinance, an optional dependency: imported here and nowhere else.

    Raises:
        UsageError: it is not installed, or too old.
    """
    wanted = "Market data need yfinance 1.7 or newer"
    remedy = "install it with pip install 'exposure[market]'"
    try:
        from exposure.market import yahoo  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(f"{wanted} ({error}); {remedy}.") from error
    if yahoo.VERSION < OLDEST:
        raise UsageError(f"{wanted}, and {yahoo.LIBRARY} is installed; {remedy}.")
    return yahoo


def _ask_tops(source: ModuleType, symbol: str) -> list[Any]:
    parts = [[part.symbol, part.name, part.share] for part in source.top_holdings(symbol)]
    return [source.Figure(TOPS, text=json.dumps(parts, ensure_ascii=False))]
