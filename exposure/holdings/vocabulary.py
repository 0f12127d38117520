"""The words of ``vocabulary.toml``, ready for lookups, and the reading of one header cell."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..money import CODES, SYMBOLS, currency_code

#: Codes that are also words of a header ("All Amounts", "Top 10") count only in brackets.
_WORDS = frozenset(
    {"ALL", "TOP", "TRY", "CUP", "MOP", "GEL", "PEN", "BAM", "LAK", "NOT", "ANG", "DOP", "COP", "SOS"}
)
#: Dollars as headers and statements of their own countries write them, besides the marks of amounts.
_DOLLARS = {"nt$": "TWD", "can$": "CAD", "$can": "CAD", "$ca": "CAD", "$us": "USD", "$a": "AUD", "$nz": "NZD"}
_BY_SYMBOL = {**{symbol.casefold(): code for symbol, code in SYMBOLS.items()}, **_DOLLARS}
_SYMBOL = re.compile(
    "|".join(
        re.escape(s) + ("(?![a-z])" if s[-1].isalpha() else "") for s in sorted(_BY_SYMBOL, key=len, reverse=True)
    )
)
#: ``R'000``, ``Rm``: South African thousands and millions.
_RAND = re.compile(r"(?<![^\W\d_])R ?(?=['’]?000|m(?:illions?)?\b)")
#: ``gbp'000``, ``teur``, ``usdm``: a currency and a scale written as one.
_JOINED = re.compile(r"^(?:([tkm])([a-z]{3})|([a-z]{3})['’]?(000s?|k|m|mn|mio))$")
_DAY = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|\b\d{1,2}\.? ?[^\W\d_]{3,10}\.? ?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,10}\.? \d{1,2},? ?(?:19|20)\d\d\b|\b(?:19|20)\d\d\b"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
#: Ranks from here on are of names known only by a part of them.
PART = 1000
_EASTERN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af（）()%％]*"
)
#: ``marketValueEUR``
_SUFFIX = re.compile(r"(?<=[a-z])(?=(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY|AUD|CAD|CNY|HKD|INR|BRL|ZAR)$)")
_PREPOSITIONS = frozenset(
    {"of", "in", "en", "v", "w", "u", "в", "i", "à", "im", "de", "as", "vo", "per", "da", "na"}
)
_DAY_WORDS = frozenset(
    {"as", "of", "at", "per", "pr", "pr.", "on", "am", "au", "al", "a", "den", "the", "in", "zum"}
)


@dataclass(frozen=True)
class Header:
    """A header cell taken apart: ``Market Value (£'000)`` is ``marketvalue`` in GBP by 1000."""

    key: str
    currency: str | None = None
    scale: float | None = None
    percent: bool = False


@cache
def words() -> dict[str, Any]:
    """Return the vocabulary file as it stands."""
    text = resources.files("exposure.holdings").joinpath("vocabulary.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=16384)
def squash(text: str) -> str:
    """Reduce a text to its letters and digits without accents.

    ``MarketValue`` and ``market_value`` are one, as are ``Quantità`` and ``QUANTITA``.
    """
    low = text.casefold()
    if not low.isascii():
        low = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", low)))
    return re.sub(r"[\W_]+", "", low)


@cache
def fields() -> Mapping[str, tuple[str, int]]:
    """Return header key -> (field, rank); the lower the rank, the better the name."""
    found: dict[str, tuple[str, int]] = {}
    for field, names in words()["fields"].items():
        for rank, name in enumerate(names):
            header = parse_header(name)
            if not (header.percent and header.key in _only_percent()):
                found.setdefault(header.key or squash(name), (field, rank))
    found.pop("", None)
    return MappingProxyType(found)


@cache
def _scales() -> Mapping[str, float]:
    headers = words()["headers"]
    powers = {
        "thousands": 1e3,
        "ten_thousands": 1e4,
        "hundred_thousands": 1e5,
        "millions": 1e6,
        "ten_millions": 1e7,
        "hundred_millions": 1e8,
        "billions": 1e9,
    }
    return {word: factor for name, factor in powers.items() for word in headers[name]}


@lru_cache(maxsize=4096)
def parse_header(text: str) -> Header:
    """Take currency, scale, a date and the per-cent sign off a header cell.

    Args:
        text: the cell as published.
    """
    text = _SUFFIX.sub("_", text)
    low = re.sub(r"\b1[,.']000(?=s?\b)", "1000", unicodedata.normalize("NFKC", text).casefold())
    symbol = _SYMBOL.search(low)
    currency: str | None = "ZAR" if _RAND.search(text) else None
    scale = None
    low = re.sub(r"(?<![^\W\d_])r ?(?=['’]?000|m\b)", " ", low) if currency else low
    bare = _DAY.sub(" ", low)
    dated = bare != low and bool(re.search(r"[^\W\d_]{2}", bare))
    kept: list[str] = []
    tokens = re.split(r"[\s()\[\]/,;:_]+", _SYMBOL.sub(" ", bare if dated else low))
    money = symbol is not None or currency is not None or any(_stated_code(token, text) for token in tokens)
    scaled = any(token in _scales() for token in tokens)
    for token in (re.sub(r"^d['’]", "", t) for t in tokens):
        unit = _unit(token) if scaled or token not in words()["headers"]["weak_currency_words"] else None
        if currency is None and (code := _stated_code(token, text)):
            currency = code
        elif unit is not None:
            currency, scale = currency or unit[0], unit[1] or scale
        elif token in _scales() and (len(token) > 1 or money or not token.isascii()):
            scale = _scales()[token]
        else:
            kept.append(token)
    # A code says which dollar is meant where the sign alone would be taken for the US one: "$ Value (AUD)".
    currency = currency or (_BY_SYMBOL[symbol.group()] if symbol else None)
    if "mil" in tokens and currency == "BRL":
        # Portuguese for a thousand; elsewhere it is short for a million.
        scale = 1e3
    if currency or scale:
        kept = kept[:1] + [token for token in kept[1:] if token not in ("in", "x", "x1", "×")]
        while len(kept) > 1 and (kept[-1] in _PREPOSITIONS or not kept[-1]):
            kept.pop()
    if dated:
        kept = [token for token in kept if token not in _DAY_WORDS]
    key = squash("".join(kept))
    return Header(key, currency or _crown(low, key), scale, bool(_PERCENT.search(low)))


_PERCENT = re.compile(r"%|\bprct\b|\bpercentage\b|퍼센트|\bper ?cent\b|\bpct\b|\bprozent\b|\bprocent\b")


def _unit(token: str) -> tuple[str | None, float | None] | None:
    """Return currency and scale of a token that states both, such as ``teur`` or ``mkr``."""
    units = words()["headers"]["currency_words"]
    if token in units:
        return units[token], _scales().get(token)
    if token in words()["headers"]["crowns"]:
        return None, 1e3 if token == "kkr" else {"m": 1e6, "t": 1e3}.get(token[0])
    found = _JOINED.match(token)
    code = (found[2] or found[3]).upper() if found else ""
    if found is None or code not in CODES - _WORDS:
        return None
    mark = found[1] or found[4]
    return code, 1e6 if mark.startswith("m") else 1e3


def _crown(low: str, key: str) -> str | None:
    """Return which crown a header means that says only "kr", by the language of its words."""
    if not any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low) for word in words()["headers"]["crowns"]):
        return None
    return next((code for part, code in words()["headers"]["crown_words"].items() if squash(part) in key), None)


def _stated_code(token: str, text: str) -> str | None:
    """Return the currency a token states: in brackets, or written in capitals and no ordinary word."""
    code = token.upper()
    if code not in CODES and currency_code(token) is None:
        return None
    end = r"\s*[)\]]" if code in _WORDS else ""
    bracketed = re.search(rf"[(\[]\s*(in )?{re.escape(token)}{end}", text, re.I)
    spelt = re.search(rf"(?<![A-Za-z]){re.escape(code)}(?![A-Za-z])", text) and code not in _WORDS
    # "market_value_eur", as data frames and interfaces name their columns.
    spelt = spelt or (text.casefold().endswith(f"_{token}") and code not in _WORDS)
    return code if (bracketed or (spelt and squash(text) != token)) else None


@lru_cache(maxsize=65536)
def header_field(text: str) -> tuple[Header, str, int] | None:
    """Return what a header cell says and the field it names, with its rank; null where it names none.

    A cell in two languages (one a line, or Latin and East Asian script side by side) is tried half by half.
    """
    header = parse_header(text)
    whole = field_of(header)
    if whole and whole[1] < PART:
        return header, *whole
    if _says_other(header.key):
        return (header, *whole) if whole else None
    parts = [half for part in _halves(text) if (half := parse_header(part)).key]
    halves = [(half, found) for half in parts if (found := field_of(half))]
    best = min(halves, key=lambda pair: pair[1][1], default=None)
    if best is None or (whole and best[1][1] >= PART):
        return (header, *whole) if whole else None
    half, found = best
    return replace(half, currency=half.currency or header.currency, scale=half.scale or header.scale), *found


@lru_cache(maxsize=4096)
def _halves(text: str) -> tuple[str, ...]:
    """Cut a header cell in two languages apart."""
    parts = [part.strip() for part in text.splitlines() if part.strip()]
    if len(parts) < 2:
        parts = [part.strip(" /|-") for part in (_EASTERN.sub(" ", text), " ".join(_EASTERN.findall(text)))]
        parts += [part.strip() for part in re.split(r" ?/ ?| \| | - ", text)]
    return tuple(part for part in dict.fromkeys(parts) if part and part != text)


def field_of(header: Header) -> tuple[str, int] | None:
    """Return the field a header names, with its rank: an exact name, a known beginning, then a telling part."""
    if not header.key:
        if header.percent:
            return "weight", 50
        return ("value", PART - 1) if header.currency or header.scale else None
    if header.percent and header.key in _only_percent():
        return "weight", 52
    if header.key == "total" and header.currency:
        return "value", PART - 2
    found = fields().get(header.key) or _by_part(header.key)
    if found and header.percent and found[0] in ("value", "group", "notional", "asset_class"):
        return ("weight", 55) if found[0] != "asset_class" else None
    return None if found and found[0] == "" else found


@lru_cache(maxsize=4096)
def _by_part(key: str) -> tuple[str, int] | None:
    begins, _, contains = _parts()
    for start, field in begins:
        if key.startswith(start):
            return field, PART
    if len(key) > 60 or _says_other(key):
        return None
    for rank, (part, field) in enumerate(contains):
        if part in key:
            return (field, PART + 1 + rank) if field else None
    return None


@cache
def _parts() -> tuple[list[tuple[str, str]], re.Pattern[str], list[tuple[str, str]]]:
    """Return the telling beginnings, the parts that rule a header out, and the telling parts."""
    headers = words()["headers"]
    begins, contains = ([(squash(k), v) for k, v in headers[name].items()] for name in ("begins", "contains"))
    return begins, re.compile("|".join(re.escape(squash(part)) for part in headers["never"])), contains


def is_other(text: str) -> bool:
    """Tell a header of a gain, a change, a rating ...: a number of the line that is no part of its holding."""
    return _says_other(parse_header(text).key)


def _says_other(key: str) -> bool:
    """Tell a key with a part that rules a header out; an exchange is no change."""
    return bool(_parts()[1].search(key.replace("exchange", "")))


@cache
def _only_percent() -> frozenset[str]:
    return frozenset(squash(name) for name in words()["headers"]["only_percent"])


@cache
def null_words() -> frozenset[str]:
    """Return the words that stand for an empty cell, case-folded."""
    return frozenset(words()["nulls"]["words"]) | {""}


def is_null(cell: str) -> bool:
    """Tell whether a cell says that there is nothing."""
    return cell == "" or (len(cell) < 16 and cell.casefold() in null_words())


@cache
def patterns(section: str, name: str) -> re.Pattern[str]:
    """Compile a list of patterns of the vocabulary into one."""
    return re.compile("|".join(f"(?:{p})" for p in words()[section][name]), re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Tell whether a cell states only a unit: ``%``, ``in thousands``, ``(3)``, ``USD``."""
    if re.fullmatch(r"\(\d{1,2}\)", text) or text.casefold() in words()["headers"]["units"]:
        return True
    header = parse_header(text)
    return (not header.key and bool(header.scale or header.currency or header.percent)) or (
        currency_code(text) is not None
    )
