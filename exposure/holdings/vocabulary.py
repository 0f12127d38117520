"""The words of ``vocabulary.toml``, ready for lookups, and the reading of one header cell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..money import CODES, SYMBOLS, currency_code

#: Codes that are also words of a header ("All Amounts", "Top 10") count only in brackets.
_WORDS = frozenset(
    {"ALL", "TOP", "TRY", "CUP", "MOP", "GEL", "PEN", "BAM", "LAK", "NOT", "ANG", "DOP", "COP", "SOS"}
)
_SYMBOL = re.compile("|".join(re.escape(s.casefold()) for s in sorted(SYMBOLS, key=len, reverse=True)))
_BY_SYMBOL = {symbol.casefold(): code for symbol, code in SYMBOLS.items()}


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


def squash(text: str) -> str:
    """Reduce a text to its letters and digits, so that ``MarketValue`` and ``market_value`` are one."""
    return re.sub(r"[\W_]+", "", text.casefold())


@cache
def fields() -> Mapping[str, tuple[str, int]]:
    """Return header key -> (field, rank); the lower the rank, the better the name."""
    found: dict[str, tuple[str, int]] = {}
    for field, names in words()["fields"].items():
        for rank, name in enumerate(names):
            found.setdefault(parse_header(name).key or squash(name), (field, rank))
    found.pop("", None)
    return MappingProxyType(found)


@cache
def _scales() -> Mapping[str, float]:
    headers = words()["headers"]
    return {**dict.fromkeys(headers["thousands"], 1e3), **dict.fromkeys(headers["millions"], 1e6)}


@lru_cache(maxsize=4096)
def parse_header(text: str) -> Header:
    """Take currency, scale and the per-cent sign off a header cell.

    Args:
        text: the cell as published.
    """
    low = text.casefold()
    symbol = _SYMBOL.search(low)
    currency = _BY_SYMBOL[symbol.group()] if symbol else None
    scale = None
    kept = []
    for token in re.split(r"[\s()\[\]/,;:_]+", _SYMBOL.sub(" ", low)):
        if currency is None and (code := _stated_code(token, text)):
            currency = code
        elif token in _scales() and (len(token) > 1 or currency is not None):
            scale = _scales()[token]
        else:
            kept.append(token)
    if currency or scale:
        kept = kept[:1] + [token for token in kept[1:] if token not in ("in", "x", "×")]
    return Header(squash("".join(kept)), currency, scale, "%" in text)


def _stated_code(token: str, text: str) -> str | None:
    """Return the currency a token states: in brackets, or written in capitals and no ordinary word."""
    code = token.upper()
    if code not in CODES and currency_code(token) is None:
        return None
    bracketed = re.search(rf"[(\[]\s*(in )?{re.escape(token)}", text, re.I)
    spelt = re.search(rf"(?<![A-Za-z]){re.escape(code)}(?![A-Za-z])", text) and code not in _WORDS
    return code if (bracketed or (spelt and squash(text) != token)) else None


def field_of(header: Header) -> tuple[str, int] | None:
    """Return the field a header names, with its rank."""
    if not header.key:
        return ("weight", 50) if header.percent else None
    found = fields().get(header.key)
    if found:
        return found
    for start, field in words()["headers"]["begins"].items():
        if header.key.startswith(squash(start)):
            return field, 60
    return None


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
