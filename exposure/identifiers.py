"""Security and entity identifiers: ISIN, CUSIP, SEDOL, FIGI, LEI and exchange tickers.

Each kind has a plain predicate on one text (``is_isin``) and a polars expression on a column (``valid_isin``)
that agree on every input (tested against each other). An identifier is valid when its form and its check digit are.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import reduce

import polars as pl

_DIGIT = {c: i for i, c in enumerate(string.digits + string.ascii_uppercase)}
_CUSIP_DIGIT = {**_DIGIT, "*": 36, "@": 37, "#": 38}
_SEDOL_WEIGHTS = (1, 3, 1, 7, 3, 9)
_FORMS = {
    "isin": r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$",
    "cusip": r"^[A-Z0-9]{6}[A-Z0-9*@#]{2}[0-9]$",
    "sedol": r"^[0-9B-DF-HJ-NP-TV-Z]{6}[0-9]$",
    "figi": r"^[B-DF-HJ-NP-TV-Z][B-DF-HJ-NP-TV-Z0-9]G[B-DF-HJ-NP-TV-Z0-9]{8}[0-9]$",
    "lei": r"^[A-Z0-9]{18}[0-9]{2}$",
}
#: Letters that stand for a country in ISINs whose national number is a CUSIP or a SEDOL.
_CUSIP_COUNTRIES = ["US", "CA"]
_SEDOL_COUNTRIES = ["GB", "IE", "JE", "GG", "IM"]
NULL_WORDS = frozenset({"", "-", "--", "---", "N/A", "NA", "#N/A", "NONE", "NULL", "NAN", "UNASSIGNED", "N.A."})
#: Filler numbers that registrants write where there is none.
_FILLERS = {"isin": "000000000000", "cusip": "000000000", "sedol": "0000000", "figi": "0" * 12, "lei": "0" * 20}


def _luhn(digits: str) -> bool:
    """Check the Luhn sum, right to left, doubling every second digit."""
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def is_isin(text: str) -> bool:
    """Tell whether a text is an ISIN with a right check digit (ISO 6166)."""
    return bool(re.match(_FORMS["isin"], text)) and _luhn("".join(str(_DIGIT[c]) for c in text))


def _double_add_double(text: str, digit: dict[str, int]) -> int:
    """Return the modulus-10 check digit that CUSIP and FIGI share (ANSI X9.6)."""
    doubled = (digit[c] * (1 + i % 2) for i, c in enumerate(text))
    return -sum(d // 10 + d % 10 for d in doubled) % 10


def is_cusip(text: str) -> bool:
    """Tell whether a text is a 9-character CUSIP with a right check digit."""
    return bool(re.match(_FORMS["cusip"], text)) and int(text[8]) == _double_add_double(text[:8], _CUSIP_DIGIT)


def is_figi(text: str) -> bool:
    """Tell whether a text is a FIGI with a right check digit (ANSI X9.145)."""
    formed = re.match(_FORMS["figi"], text) and text[:2] not in ("BS", "BM", "GG", "GB", "GH", "KY", "VG")
    return bool(formed) and int(text[11]) == _double_add_double(text[:11], _DIGIT)


def is_sedol(text: str) -> bool:
    """Tell whether a text is a 7-character SEDOL with a right check digit."""
    if not re.match(_FORMS["sedol"], text):
        return False
    return -sum(w * _DIGIT[c] for w, c in zip(_SEDOL_WEIGHTS, text[:6], strict=True)) % 10 == int(text[6])


def is_lei(text: str) -> bool:
    """Tell whether a text is a 20-character LEI with right check digits (ISO 17442, modulus 97)."""
    return bool(re.match(_FORMS["lei"], text)) and int("".join(str(_DIGIT[c]) for c in text)) % 97 == 1


def complete_cusip(text: str) -> str:
    """Append the check digit to an 8-character CUSIP, as older files print it."""
    return text + str(_double_add_double(text, _CUSIP_DIGIT))


def complete_sedol(text: str) -> str:
    """Append the check digit to a 6-character SEDOL."""
    return text + str(-sum(w * _DIGIT[c] for w, c in zip(_SEDOL_WEIGHTS, text, strict=True)) % 10)


def _at(text: pl.Expr, place: int, digit: dict[str, int]) -> pl.Expr:
    """Return the number a character stands for; 0 past the end, so that fixed sums serve every length."""
    return text.str.slice(place, 1).replace_strict(digit, default=0, return_dtype=pl.Int32)


def _digit_sum(text: pl.Expr, places: int, digit: dict[str, int]) -> pl.Expr:
    """Sum the decimal digits of the characters' numbers, every second one doubled."""
    doubled = [_at(text, i, digit) * (1 + i % 2) for i in range(places)]
    return reduce(lambda a, b: a + b, [d // 10 + d % 10 for d in doubled])


def valid_isin(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_isin`."""
    letters = list(string.ascii_uppercase)
    digits = text.str.replace_many(letters, [str(_DIGIT[c]) for c in letters]).str.reverse()
    return text.str.contains(_FORMS["isin"]) & (_digit_sum(digits, 24, _DIGIT) % 10 == 0)


def valid_cusip(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_cusip`."""
    check = (_digit_sum(text, 8, _CUSIP_DIGIT) + _at(text, 8, _DIGIT)) % 10
    return text.str.contains(_FORMS["cusip"]) & (check == 0)


def valid_figi(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_figi`."""
    reserved = text.str.slice(0, 2).is_in(["BS", "BM", "GG", "GB", "GH", "KY", "VG"])
    check = (_digit_sum(text, 11, _DIGIT) + _at(text, 11, _DIGIT)) % 10
    return text.str.contains(_FORMS["figi"]) & ~reserved & (check == 0)


def valid_sedol(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_sedol`."""
    weighted = [_at(text, i, _DIGIT) * w for i, w in enumerate((*_SEDOL_WEIGHTS, 1))]
    return text.str.contains(_FORMS["sedol"]) & (reduce(lambda a, b: a + b, weighted) % 10 == 0)


def valid_lei(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_lei`: the long division is done character by character."""
    rest = pl.lit(0, dtype=pl.Int32)
    for place in range(20):
        number = _at(text, place, _DIGIT)
        shift = pl.when(number > 9).then(100).otherwise(10)
        rest = (rest * shift + number) % 97
    return text.str.contains(_FORMS["lei"]) & (rest == 1)


VALID: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "isin": valid_isin,
    "cusip": valid_cusip,
    "sedol": valid_sedol,
    "figi": valid_figi,
    "lei": valid_lei,
}


def clean(text: pl.Expr, kind: str) -> pl.Expr:
    """Upper-case an identifier and drop spaces and a spreadsheet's ``.0``; words for "none" become null."""
    bare = text.str.to_uppercase().str.replace_all(r"[\s\u00a0]", "").str.replace(r"^([0-9]+)\.0$", "$1")
    return pl.when(bare.is_in([*NULL_WORDS, _FILLERS[kind]])).then(None).otherwise(bare)


def repair_cusip(text: pl.Expr) -> pl.Expr:
    """Restore a CUSIP that lost leading zeros in a spreadsheet or is printed without its check digit.

    Zeros are only put back where the padded number passes the check. Eight digits can be either: they are a short
    form where the column has more forms of eight characters than of nine.
    """
    length = text.str.len_chars()
    mostly_short = (length == 8).sum() > (length == 9).sum()
    padded = text.str.zfill(9)
    lost = text.str.contains(r"^[0-9]{5,8}$") & valid_cusip(padded) & ~(mostly_short & (length == 8))
    short = text.str.contains(r"^[A-Z0-9]{8}$")
    check = (10 - _digit_sum(text, 8, _CUSIP_DIGIT) % 10) % 10
    completed = text + check.cast(pl.String)
    return pl.when(lost).then(padded).when(short).then(completed).otherwise(text)


def repair_sedol(text: pl.Expr) -> pl.Expr:
    """Put back the leading zeros of a SEDOL read as a number, where the padded form passes the check."""
    padded = text.str.zfill(7)
    lost = text.str.contains(r"^[0-9]{4,6}$") & valid_sedol(padded)
    return pl.when(lost).then(padded).otherwise(text)


def cusip_in_isin(isin: pl.Expr) -> pl.Expr:
    """Return the CUSIP inside a US or Canadian ISIN, else null."""
    return pl.when(isin.str.slice(0, 2).is_in(_CUSIP_COUNTRIES)).then(isin.str.slice(2, 9))


def sedol_in_isin(isin: pl.Expr) -> pl.Expr:
    """Return the SEDOL inside a British, Irish or Crown-dependency ISIN, else null."""
    inside = isin.str.slice(4, 7)
    held = isin.str.slice(0, 2).is_in(_SEDOL_COUNTRIES) & (isin.str.slice(2, 2) == "00") & valid_sedol(inside)
    return pl.when(held).then(inside)


#: MIC -> length to which numeric codes are padded with zeros (spreadsheets drop them).
PADDED_VENUES = {"XSHE": 6, "XSHG": 6, "XKRX": 6, "XKOS": 6, "XKLS": 4}


def normal_ticker(ticker: pl.Expr, venue: pl.Expr) -> pl.Expr:
    """Bring a ticker to the form its exchange uses: 002415 in Shenzhen, 700 in Hong Kong, MSFT without spaces."""
    bare = ticker.str.strip_chars(" \u00a0").str.replace(r"^([0-9]+)\.0$", "$1")
    numeric = bare.str.contains(r"^[0-9]+$")
    form = pl.when(numeric & (venue == "XHKG")).then(bare.str.strip_chars_start("0")).otherwise(bare)
    for mic, length in PADDED_VENUES.items():
        form = pl.when(numeric & (venue == mic)).then(bare.str.zfill(length)).otherwise(form)
    return form


def split_ticker(ticker: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Split a Bloomberg style ticker ``700 HK`` or ``MSFT UW Equity`` into the ticker and the exchange code."""
    form = r"^(\S+(?: \S+)?) ([A-Z]{2})(?: (?i:equity))?$"
    return ticker.str.extract(form, 1), ticker.str.extract(form, 2)
