"""Dates as published -> dates. ``03/04/2021`` can be two days; who calls this says which, or it stays unknown."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from .vocabulary import words

_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")
_NAMED = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/. ]{0,2}([^\W\d_]{3,10})\.?[-/., ]{1,2}(\d{4}|\d\d)(?!\d)"
)
_NAMED_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?(?:, ?| )(\d{4})\b")
_EAST = re.compile(r"((?:19|20)\d\d) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
#: Years counted from an emperor's accession or from the founding of the republic.
_ERA = re.compile(r"(令和|平成|中華民國|中華民国|民國|民国) ?(\d{1,3}|元) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
_ERAS = {"令和": 2018, "平成": 1988, "中華民國": 1911, "中華民国": 1911, "民國": 1911, "民国": 1911}
_BARE = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d\d)(?!\d)")


@cache
def _months() -> dict[str, int]:
    return {name: int(number) for number, names in words()["months"].items() for name in names}


def _month(name: str) -> int | None:
    low = name.casefold()
    return next((_months()[low[:n]] for n in range(len(low), 2, -1) if low[:n] in _months()), None)


def _make(year: str, month: int | None, day: int) -> dt.date | None:
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 69 else 2000)
    try:
        return dt.date(full, month or 0, day)
    except ValueError:
        return None


def readings(text: str) -> list[dt.date]:
    """Return every day a text can mean: none, one, or two where day and month could be swapped.

    The day-first reading stands first.
    """
    text = unicodedata.normalize("NFKC", text)
    if found := _ERA.search(text):
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        return [d for d in [_make(str(year), int(found[3]), int(found[4]))] if d]
    if found := _ISO.search(text) or _COMPACT.match(text.strip()):
        return [d for d in [_make(found[1], int(found[2]), int(found[3]))] if d]
    if found := _EAST.search(text):
        return [d for d in [_make(found[1], int(found[2]), int(found[3]))] if d]
    text = re.sub(r"\b(de|del|di) ", "", text, flags=re.IGNORECASE)
    if (found := _NAMED_FIRST.search(text)) and (date := _make(found[3], _month(found[1]), int(found[2]))):
        return [date]
    if (found := _NAMED.search(text)) and (date := _make(found[3], _month(found[2]), int(found[1]))):
        return [date]
    if found := _NUMERIC.search(text):
        first, second = int(found[1]), int(found[3])
        both = [_make(found[4], second, first)]
        both += [_make(found[4], first, second)] if found[2] != "." else []
        return list(dict.fromkeys(d for d in both if d))
    found = _BARE.search(text)
    return [d for d in [_make(found[1], int(found[2]), int(found[3]))] if d] if found else []


def numeric(text: str) -> str:
    """Return the date written in digits within a text, the only kind that can mean two days; else the text."""
    found = _NUMERIC.search(text)
    return found.group() if found else text[:40]


def order_of(texts: Iterable[str]) -> str | None:
    """Return ``dmy`` or ``mdy`` where one of the texts proves it, by a day above 12."""
    for text in texts:
        found = _NUMERIC.search(text)
        if found and int(found[1]) > 12:
            return "dmy"
        if found and int(found[3]) > 12:
            return "mdy"
    return None


def choose(dates: list[dt.date], order: str | None) -> dt.date | None:
    """Pick one reading; null when two are left and nothing decides between them."""
    if len(dates) < 2:
        return dates[0] if dates else None
    return {"dmy": dates[0], "mdy": dates[1]}.get(order or "")
