"""Security and entity identifiers: ISIN, CUSIP, SEDOL, FIGI, LEI and exchange tickers.

Each kind has a plain predicate on one text (``is_isin``) and a polars expression on a column (``valid_isin``)
that agree on every input (tested against each other). An identifier is valid when its form and its check digit are.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

_Check = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.bool_]]

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


_BAD = 255
#: Columns from this length on are looked at for repetitions, in a sample of this size.
_LONG, _SAMPLED = 100_000, 10_000


def _codes(allowed: str, digit: dict[str, int]) -> npt.NDArray[np.uint8]:
    """Return the table byte -> number of a character, with ``_BAD`` for those not allowed at a place."""
    table = np.full(256, _BAD, dtype=np.uint8)
    for char in allowed:
        table[ord(char)] = digit[char]
    return table


_LETTERS = _codes(string.ascii_uppercase, _DIGIT)
_DIGITS = _codes(string.digits, _DIGIT)
_EITHER = _codes(string.digits + string.ascii_uppercase, _DIGIT)
_CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ"
_FIGI_LETTER, _FIGI_EITHER = _codes(_CONSONANTS, _DIGIT), _codes(string.digits + _CONSONANTS, _DIGIT)
_SEDOL_EITHER = _codes(string.digits + _CONSONANTS, _DIGIT)
_CUSIP_ISSUE = _codes(string.digits + string.ascii_uppercase + "*@#", _CUSIP_DIGIT)
#: The digits of a doubled number added up, as the sums by Luhn and by "double add double" need.
_DOUBLED = np.array([2 * v // 10 + 2 * v % 10 for v in range(256)], dtype=np.uint16)
_ADDED = np.array([v // 10 + v % 10 for v in range(256)], dtype=np.uint16)


def _numbers(text: pl.Series, tables: list[npt.NDArray[np.uint8]]) -> tuple[pl.Series, npt.NDArray[np.uint8]]:
    """Return which texts have the form, and the numbers of their characters, one row for each place."""
    formed = (text.str.len_bytes() == len(tables)).fill_null(False)
    right = text if formed.all() else text.filter(formed)
    joined = np.frombuffer((right.str.join("").item() or "").encode(), dtype=np.uint8)
    places = np.ascontiguousarray(joined.reshape(-1, len(tables)).T)
    return formed, np.array([table[place] for table, place in zip(tables, places, strict=True)])


def _is_repetitive(column: pl.Series) -> bool:
    """Tell whether a long column holds so few different texts that to check each once is quicker.

    In a sample of n texts out of m different ones about n² / 2m repeat another one.
    """
    if len(column) < _LONG:
        return False
    sample = column.gather_every(max(1, len(column) // _SAMPLED)).drop_nulls()
    repeated = len(sample) - sample.n_unique()
    return repeated * len(column) > 2 * len(sample) ** 2


def _elementwise(text: pl.Expr, tables: list[npt.NDArray[np.uint8]], check: _Check) -> pl.Expr:
    """Apply a check on number rows to a column; other forms are invalid, null stays null."""

    def valid(column: pl.Series) -> pl.Series:
        if not column.count():
            return pl.Series(column.name, [None] * len(column), dtype=pl.Boolean)
        if not _is_repetitive(column):
            return each(column)
        distinct = column.unique(maintain_order=True).drop_nulls()  # without order it takes twice as long
        right = each(distinct)
        found = column.is_not_null() if right.all() else column.is_in(distinct.filter(right).implode())
        return found if not column.null_count() else found.set(column.is_null(), None)

    def each(column: pl.Series) -> pl.Series:
        formed, numbers = _numbers(column, tables)
        result = np.zeros(len(column), dtype=bool)
        if numbers.size:
            result[formed.to_numpy()] = (numbers != _BAD).all(axis=0) & check(numbers)
        found = pl.Series(column.name, result)
        return found if not column.null_count() else found.set(column.is_null(), None)

    return text.map_batches(valid, return_dtype=pl.Boolean, is_elementwise=True)


#: (doubled or not) × number -> what Luhn's sum adds for it, a letter being two digits.
_LUHN = np.array(
    [[_DOUBLED[v % 10] + v // 10 if twice else v % 10 + _DOUBLED[v // 10] for v in range(64)] for twice in (1, 0)],
    dtype=np.uint8,
)[::-1].ravel()


def _isin_check(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Sum by Luhn from the right; a letter stands for two digits and so leaves the next place's turn as it is."""
    total = np.zeros(numbers.shape[1], dtype=np.uint8)
    twice = np.zeros(numbers.shape[1], dtype=np.uint8)
    for place in numbers[::-1]:
        total += _LUHN[(place & 63) | twice]
        twice ^= (place < 10).astype(np.uint8) << 6
    return np.asarray(total % 10 == 0)


def _add_double(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Check the digit that CUSIP and FIGI share."""
    total = numbers[-1].astype(np.uint16)
    for k, place in enumerate(numbers[:-1]):
        total += _ADDED[place] if k % 2 == 0 else _ADDED[np.minimum(place, 99) * 2]
    return np.asarray(total % 10 == 0)


def _sedol_check(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    weighted = sum(place.astype(np.uint32) * w for place, w in zip(numbers, (*_SEDOL_WEIGHTS, 1), strict=True))
    return np.asarray(weighted % 10 == 0)


def _lei_check(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Divide by 97 character by character."""
    rest = np.zeros(numbers.shape[1], dtype=np.uint32)
    for place in numbers:
        rest = (rest * np.where(place > 9, 100, 10).astype(np.uint32) + place) % 97
    return np.asarray(rest == 1)


def valid_isin(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_isin`."""
    return _elementwise(text, [_LETTERS] * 2 + [_EITHER] * 9 + [_DIGITS], _isin_check)


def valid_cusip(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_cusip`."""
    return _elementwise(text, [_EITHER] * 6 + [_CUSIP_ISSUE] * 2 + [_DIGITS], _add_double)


def valid_figi(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_figi`."""
    g = _codes("G", _DIGIT)
    places = [_FIGI_LETTER, _FIGI_EITHER, g, *[_FIGI_EITHER] * 8, _DIGITS]
    reserved = text.str.slice(0, 2).is_in(["BS", "BM", "GG", "GB", "GH", "KY", "VG"])
    return _elementwise(text, places, _add_double) & ~reserved


def valid_sedol(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_sedol`."""
    return _elementwise(text, [_SEDOL_EITHER] * 6 + [_DIGITS], _sedol_check)


def valid_lei(text: pl.Expr) -> pl.Expr:
    """Column form of :func:`is_lei`."""
    return _elementwise(text, [_EITHER] * 18 + [_DIGITS] * 2, _lei_check)


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


def _cusip_digit(text: pl.Expr) -> pl.Expr:
    """Return the check digit of 8-character CUSIPs."""

    def digit(short: str) -> str:
        formed = len(short) == 8 and short.isascii() and short.isalnum() and short.isupper() | short.isdigit()
        return str(_double_add_double(short, _CUSIP_DIGIT)) if formed else ""

    return text.map_elements(digit, return_dtype=pl.String, skip_nulls=True)


def is_filler(kind: str) -> pl.Expr:
    """Tell the number that registrants write where there is none, in the column of a kind."""
    return pl.col(kind) == _FILLERS[kind]


def is_mostly_short(cusips: pl.Series) -> bool:
    """Tell whether a column of CUSIPs has more forms of eight characters than of nine."""
    length = cusips.str.strip_chars().str.len_chars()
    return int((length == 8).sum() or 0) > int((length == 9).sum() or 0)


def repair_cusip(text: pl.Expr, short: bool | None = None) -> pl.Expr:
    """Restore a CUSIP that lost leading zeros in a spreadsheet or is printed without its check digit.

    Zeros are only put back where the padded number passes the check. Eight digits can be either: they are a short
    form where the column has more forms of eight characters than of nine.

    Args:
        text: the numbers, cleaned.
        short: whether the whole column is mostly in the short form, where ``text`` is a part of it.
    """
    length = text.str.len_chars()
    mostly_short = (length == 8).sum() > (length == 9).sum() if short is None else pl.lit(short)
    padded = text.str.zfill(9)
    lost = text.str.contains(r"^[0-9]{5,8}$") & valid_cusip(padded) & ~(mostly_short & (length == 8))
    cut = text.str.contains(r"^[A-Z0-9]{8}$")
    completed = text + _cusip_digit(text)
    return pl.when(lost).then(padded).when(cut).then(completed).otherwise(text)


def repair_sedol(text: pl.Expr) -> pl.Expr:
    """Put back the leading zeros of a SEDOL read as a number, where the padded form passes the check."""
    padded = text.str.zfill(7)
    lost = text.str.contains(r"^[0-9]{4,6}$") & valid_sedol(padded)
    return pl.when(lost).then(padded).otherwise(text)


def cusip_in_isin(isin: pl.Expr) -> pl.Expr:
    """Return the CUSIP inside a US or Canadian ISIN, else null."""
    held = pl.any_horizontal(isin.str.starts_with(country) for country in _CUSIP_COUNTRIES)
    return pl.when(held).then(isin.str.slice(2, 9))


def may_hold_sedol(isin: pl.Expr) -> pl.Expr:
    """Tell the ISINs from the first to the last of the countries whose national number is a SEDOL."""
    return ((isin >= min(_SEDOL_COUNTRIES)) & (isin < f"{max(_SEDOL_COUNTRIES)}A")).fill_null(False)


def sedol_in_isin(isin: pl.Expr) -> pl.Expr:
    """Return the SEDOL inside a British, Irish or Crown-dependency ISIN, else null."""
    inside = isin.str.slice(4, 7)
    held = isin.str.slice(0, 2).is_in(_SEDOL_COUNTRIES) & (isin.str.slice(2, 2) == "00") & valid_sedol(inside)
    return pl.when(held).then(inside)


#: MIC -> length to which numeric codes are padded with zeros (spreadsheets drop them).
#: (Bloomberg's composite "CH" covers both mainland exchanges, which both use six digits.)
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
