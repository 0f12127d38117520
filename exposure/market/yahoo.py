"""What yfinance is asked, and what is made of its answers. Imported only when figures are fetched.

The library hides failures as empty answers and raises many kinds of error; here each question ends in figures or
in one ``Unanswered``. An ISIN is never passed to it (it would be sent to a third party and may come back as another
company), nor is its ``isin`` ever read. All requests, those for cookies included, go through one ``Gate``.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import yfinance
from curl_cffi.requests import Session
from curl_cffi.requests.exceptions import RequestException
from yfinance.cache import set_cache_location
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFRateLimitError

from exposure.folders import data_folder
from exposure.market.gate import SILENT, Gate, Shut
from exposure.market.symbols import is_symbol
from exposure.money import major_unit

LIBRARY = f"yfinance {yfinance.__version__}"
VERSION = tuple(int(part) for part in yfinance.__version__.split(".")[:2])
#: What the library really raises: its own errors, the network's, and those of reading an answer of another shape.
ERRORS = (YFException, OSError, LookupError, ValueError, AttributeError, TypeError)
GATE = Gate()  # one for the process: a second Market does not get around a rate limit
LOOK_BACK = timedelta(days=10)  # exchanges close for up to nine days in a row (Lunar New Year, National Day)
SHARES_BACK = timedelta(days=548)  # counts of shares are published now and then
#: Between minor and major units lies a factor of 100; a count of shares and a price are never that wrong.
NEAR = (0.2, 5.0)
#: What the library keeps in its one session object; ours, while it is not in use.
_STATE = ("_session", "_cookie", "_crumb", "_cookie_strategy")
_ours: dict[str, Any] = {}


class Unanswered(Exception):
    """The source has no such figure, or cannot be asked; the text says which.

    Attributes:
        lasting: it has none, so that asking again soon is of no use.
    """

    def __init__(self, text: str, *, lasting: bool = True) -> None:
        super().__init__(text)
        self.lasting = lasting


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        field: which.
        value: money in ``currency``, shares in units; null for a text or where there is none.
        as_of: the day it is of, null where the source does not say.
    """

    field: str
    value: float | None = None
    text: str | None = None
    currency: str | None = None
    as_of: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Part:
    """One of a fund's largest holdings: its name and its share of the fund (fraction)."""

    symbol: str
    name: str
    share: float


class PoliteSession(Session):  # type: ignore[type-arg]
    """A session of which every request passes the gate."""

    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send one request when its turn comes."""
        seconds = GATE.enter(url)
        kwargs["timeout"] = min(seconds, float(kwargs.get("timeout") or seconds))
        try:
            response = super().request(method, url, *args, **kwargs)
        except RequestException:
            GATE.failed()
            raise
        GATE.answered(response.status_code)
        return response


@contextmanager
def asking(name: str) -> Iterator[yfinance.Ticker]:
    """A ticker of the library while it says what goes wrong instead of hiding it.

    Raises:
        Unanswered: whatever it raised, in words.
    """
    with _own_session(), _speaking():
        try:
            yield yfinance.Ticker(name)
        except ERRORS as error:
            GATE.limited |= isinstance(error, YFRateLimitError)
            YfData.cache_get.cache_clear()  # the library would answer the same question with the same fault
            lasting = isinstance(error, YFException) or _status(error) == 404
            raise Unanswered(GATE.why_shut or _told(error), lasting=lasting and not GATE.why_shut) from error


@contextmanager
def _speaking() -> Iterator[None]:
    """Let the library raise what goes wrong, and print and warn of nothing (it uses what pandas will remove)."""
    logger, debug = logging.getLogger("yfinance"), yfinance.config.debug
    before = logger.disabled, debug.hide_exceptions
    logger.disabled, debug.hide_exceptions = True, False
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.disabled, debug.hide_exceptions = before


@contextmanager
def _own_session() -> Iterator[None]:
    """Put our session, with its cookies, in the place of the library's one and only; then put that back.

    Otherwise a notebook's own use of the library would pass the gate as well.
    """
    data = YfData()
    theirs = {name: getattr(data, name) for name in _STATE}
    if not _ours:
        set_cache_location(str(data_folder() / "yfinance"))
        _ours.update(_session=PoliteSession(impersonate="chrome"), _cookie=None, _crumb=None)
    _set(data, theirs | _ours)
    try:
        yield
    finally:
        _ours.update({name: getattr(data, name) for name in _STATE})
        _set(data, theirs)


def _set(data: YfData, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        setattr(data, name, value)


def _status(error: BaseException) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


def _told(error: BaseException) -> str:
    """What went wrong in a few words; the library's texts may hold addresses and are not repeated."""
    if isinstance(error, Shut):
        return str(error)
    if isinstance(error, YFException) or _status(error) == 404:
        return "the source has no such figure"
    if _status(error) is not None:
        return f"the source refused the question (HTTP {_status(error)})"
    if isinstance(error, OSError):
        return SILENT
    return f"the source's answer cannot be read ({type(error).__name__})"


def quote(symbol: str) -> list[Figure]:
    """Ask for what is known of a security now: price, market value, shares, sector, name.

    Raises:
        Unanswered: nothing is known, or the source cannot be asked.
    """
    with asking(_checked(symbol)) as ticker:
        info = _info(ticker)
    unit, seen = info.get("currency"), _day(info.get("regularMarketTime"))
    shares = _positive(info.get("sharesOutstanding"))
    price = _positive(info.get("regularMarketPrice")) or _positive(info.get("currentPrice"))
    if price is None and shares is None:
        raise Unanswered("the source knows no price and no shares under this symbol")
    currency, factor = major_unit(unit) if isinstance(unit, str) and unit else (None, 1.0)
    cap, note = _market_cap(_positive(info.get("marketCap")), shares, price, factor)
    return [
        Figure("price", None if price is None or currency is None else price * factor, None, currency, seen),
        Figure("market_cap", cap if currency else None, None, currency, seen, note),
        Figure("shares_outstanding", shares, as_of=seen),
        Figure("sector", text=_text(info.get("sector"))),
        Figure("name", text=_text(info.get("longName") or info.get("shortName"))),
    ]


def _info(ticker: yfinance.Ticker) -> dict[str, Any]:
    """The library's ``info``: it fetches the main part, then a minor one whose failure must not cost the first."""
    try:
        info = ticker.info
    except ERRORS:
        info = ticker.info
        if not info:
            raise
    return dict(info or {})


def _market_cap(
    cap: float | None, shares: float | None, price: float | None, factor: float
) -> tuple[float | None, str | None]:
    """Decide, with evidence, whether a market value is in minor or in major units of the quote."""
    if cap is None or factor == 1.0:
        return cap, None
    if shares is None or price is None:
        return None, "quoted in minor units, and nothing tells which unit the market value is in"
    ratio = cap / (shares * price)
    if NEAR[0] <= ratio <= NEAR[1]:
        return cap * factor, "stated in minor units, converted"
    if NEAR[0] <= ratio / factor <= NEAR[1]:
        return cap, "stated in major units beside a price in minor ones"
    return None, "market value, shares and price do not fit together"


def price(symbol: str, on: date) -> Figure:
    """Ask for the closing price on a day, or the last one before it.

    Yahoo divides old prices by the share splits that came later; that is undone, so that the price is the one
    that was paid.

    Raises:
        Unanswered: there is none within ten days, or the source cannot be asked.
    """
    found = _close(_checked(symbol), on)
    return Figure("price", found[0], None, found[1], found[2])


def exchange_rate(pair: str, on: date) -> Figure:
    """Ask for one exchange rate, such as ``USDJPY``: the price of a unit of the first currency in the second.

    Raises:
        Unanswered: there is none within ten days, or the source cannot be asked.
    """
    value, _, seen = _close(f"{pair}=X", on)
    return Figure("price", value, None, pair[3:], seen)


def _close(name: str, on: date) -> tuple[float, str, date]:
    """The last close up to a day, in major units, with its currency and its day."""
    with asking(name) as ticker:
        rows = ticker.history(start=on - LOOK_BACK, auto_adjust=False, actions=True)
        unit = ticker.get_history_metadata()["currency"] if len(rows) else None
        days = [stamp.date() for stamp in rows.index]
        closes = [float(c) for c in rows["Close"]] if len(rows) else []
        splits = [float(s) for s in rows["Stock Splits"]] if len(rows) else []
    known = [(day, close) for day, close in zip(days, closes, strict=True) if day <= on and close > 0]
    if not known or not isinstance(unit, str):
        raise Unanswered(f"no price within {LOOK_BACK.days} days before {on}")
    day, close = max(known)
    for when, ratio in zip(days, splits, strict=True):
        if when > day and ratio > 0 and not math.isnan(ratio):
            close *= ratio
    currency, factor = major_unit(unit)
    return close * factor, currency, day


def shares_outstanding(symbol: str, on: date) -> Figure:
    """Ask for the number of shares on a day: the last count published before it.

    Raises:
        Unanswered: there is none within a year and a half, or the source cannot be asked.
    """
    with asking(_checked(symbol)) as ticker:
        counts = ticker.get_shares_full(start=on - SHARES_BACK, end=on + timedelta(days=1))
        rows = [] if counts is None else [(stamp.date(), float(n)) for stamp, n in counts.items()]
    known = [(day, number) for day, number in rows if day <= on and number > 0]
    if not known:
        raise Unanswered(f"no count of shares before {on}")
    day = max(day for day, _ in known)
    return Figure("shares_outstanding", [n for d, n in known if d == day][-1], as_of=day)


def top_holdings(symbol: str) -> list[Part]:
    """Ask for a fund's largest holdings, ten at most, undated.

    Raises:
        Unanswered: it is no fund, or the source cannot be asked.
    """
    with asking(_checked(symbol)) as ticker:
        frame = ticker.get_funds_data().top_holdings
        rows = [] if frame is None else list(frame.reset_index().itertuples(index=False, name=None))
    parts = [Part(str(s), str(name), float(share)) for s, name, share in rows if name and _positive(share)]
    if not parts or sum(p.share for p in parts) > 1.0001:
        raise Unanswered("no largest holdings under this symbol, or shares that add up to more than the fund")
    return parts


def _checked(symbol: str) -> str:
    if not is_symbol(symbol):
        raise Unanswered("this is no exchange symbol; an ISIN is never sent")
    return symbol


def _positive(value: Any) -> float | None:
    """A positive finite number, else none: Yahoo writes 0 for what it does not know."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value > 0 and math.isfinite(value) else None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _day(stamp: Any) -> date | None:
    return datetime.fromtimestamp(stamp, UTC).date() if _positive(stamp) else None
