"""Currencies: codes, minor units, symbols and conversion.

A rate is the price of one unit of a currency in the target currency. A missing rate gives null, never zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import polars as pl

#: Quoted minor unit -> (currency, how many make one). Pence, cents and agorot are prices, not currencies.
MINOR_UNITS: dict[str, tuple[str, float]] = {
    "GBX": ("GBP", 100.0),
    "GBp": ("GBP", 100.0),
    "ZAC": ("ZAR", 100.0),
    "ZAc": ("ZAR", 100.0),
    "ILA": ("ILS", 100.0),
    "ILa": ("ILS", 100.0),
}

#: ISO 4217 codes in use, with the offshore renminbi and recently retired ones that old files carry.
CODES: frozenset[str] = frozenset(
    re.findall(
        r"[A-Z]{3}",
        """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XAG XAU XCD
    XOF XPF YER ZAR ZMW ZWL EEK SKK DEM FRF NLG ITL ESP BEF ATS FIM IEP PTE
    """,
    )
)

#: A bare "$" is taken as the US dollar; dollars of other countries are always marked in the files we know.
SYMBOLS: dict[str, str] = {
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "R$": "BRL",
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "¥": "JPY",
    "₪": "ILS",
    "₩": "KRW",
    "₹": "INR",
    'ש"ח': "ILS",
    "ש״ח": "ILS",
}

_SYMBOL = re.compile("|".join(re.escape(s) for s in sorted(SYMBOLS, key=len, reverse=True)))


def added(amounts: pl.Series) -> float:
    """Sum of the known amounts, rounded once, at the end.

    Added up in pieces, the last digit would depend on the number of cores, and two machines would print different
    bytes for the same file.

    Examples:
        >>> added(pl.Series([0.1] * 10)), sum([0.1] * 10)
        (1.0, 0.9999999999999999)
    """
    return math.fsum(amounts.drop_nulls())


def summed(amounts: pl.Expr) -> pl.Expr:
    """Sum as an aggregation, the same to the last bit in whatever order the rows come.

    Examples:
        >>> one, other = pl.DataFrame({"a": [0.1, 0.2, 0.3]}), pl.DataFrame({"a": [0.3, 0.2, 0.1]})
        >>> [frame.select(summed(pl.col("a"))).item() for frame in (one, other)]
        [0.6000000000000001, 0.6000000000000001]
    """
    return amounts.sort().sum()


def sum_known(column: str) -> pl.Expr:
    """Sum of the known amounts of a column, as an aggregation: null, never zero, where none is known."""
    return pl.when(pl.col(column).is_not_null().any()).then(summed(pl.col(column)))


def currency_code(text: str | None) -> str | None:
    """Return the ISO code (or minor unit, as ``GBX``) that a text states as a whole, else null."""
    if text is None:
        return None
    bare = text.strip()
    if bare in MINOR_UNITS:
        return bare.upper().replace("GBP", "GBX")
    if bare in SYMBOLS:
        return SYMBOLS[bare]
    return bare.upper() if bare.upper() in CODES | {"GBX", "ZAC", "ILA"} else None


def currency_symbol(text: str) -> str | None:
    """Return the currency of the first symbol within a text, such as ``$1,234`` or ``value (£)``."""
    found = _SYMBOL.search(text)
    return SYMBOLS[found.group()] if found else None


def major_unit(currency: str) -> tuple[str, float]:
    """Return the currency a quoted unit belongs to and the factor to it: ``GBX`` -> ``("GBP", 0.01)``."""
    if currency in MINOR_UNITS:
        code, parts = MINOR_UNITS[currency]
        return code, 1.0 / parts
    return currency, 1.0


def convert(value: pl.Expr, currency: pl.Expr, to: str, rates: Mapping[str, float]) -> pl.Expr:
    """Convert amounts to one currency.

    Args:
        value: amounts in ``currency``.
        currency: codes, minor units allowed.
        to: target code.
        rates: price of one unit of each currency in ``to``; ``to`` itself need not be given.

    Returns:
        Amounts in ``to``; null where the rate or the currency is not known.
    """
    known = {**rates, to: 1.0}
    factors = dict(known)
    for unit, (code, parts) in MINOR_UNITS.items():
        if code in known:
            factors[unit] = known[code] / parts
    return value * currency.replace_strict(factors, default=None, return_dtype=pl.Float64)
