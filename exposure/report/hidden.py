"""Names that a copy shall not tell: found in any text as whole words, whatever its case, accents and punctuation.

A name is hidden whole, and so is the part of it that tells it from others.

The rule: what the portfolios' files say is searched for the name of every portfolio to be hidden and for the names
of its files, and so are the words of a publication itself. What the reference data say of companies is public and
stays as it is, also where a company bears the name of a portfolio.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from exposure.names import vocabulary

HIDDEN = "name withheld"
MASK = f"[{HIDDEN}]"
SHORTEST = 3  # letters of a name of one word; a shorter one stands in too many others
SHORTEST_PART = 4  # letters of the word that is left of a longer name
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # scripts without blanks: each sign is a word
_WORD = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+")
# Words that tell the day of a file and not whose it is.
_DAY = re.compile(
    r"\d+|q[1-4]|h[12]|fy\d*|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?"
)
# Words of which many names are made: they tell whose something is only together with another word.
_PLAIN = {
    "account", "accounts", "administration", "annual", "asset", "assets", "authority", "board", "borough",
    "cash", "city", "client", "combined", "common", "corporate", "council", "county", "custody", "data",
    "defined", "disclosure", "district", "eligible", "emerging", "employees", "endowment", "eq", "equities",
    "esg", "estate", "europe", "european", "example", "export", "fi", "file", "fixed", "for", "foundation",
    "full", "government", "growth", "holding", "income", "input", "insurance", "investments", "kasse", "large",
    "latest", "lgps", "life", "list", "local", "london", "main", "managed", "management", "manager",
    "managers", "market", "markets", "master", "mutual", "no", "north", "office", "pacific", "part", "pension",
    "pensions", "pensionskasse", "plan", "plans", "portfolios", "private", "property", "provident", "public",
    "real", "regional", "report", "reserve", "retirement", "sample", "scheme", "schools", "section",
    "securities", "services", "sheet", "small", "society", "south", "sovereign", "state", "stiftung", "stock",
    "stocks", "superannuation", "sustainable", "system", "table", "teachers", "test", "total", "town",
    "tracker", "treasury", "trustees", "uk", "union", "university", "us", "usa", "value", "wealth", "west",
    "world",
}  # fmt: skip
Words = tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """Names to be hidden, ready to be looked for.

    Attributes:
        patterns: the words of each name, folded; by their first word, the longest first.
    """

    patterns: dict[str, tuple[Words, ...]] = field(repr=False)

    @staticmethod
    def of(texts: Iterable[str | None]) -> Names:
        """The names to look for.

        Args:
            texts: names of portfolios, and of files without their endings.
        """
        return _names({words for text in texts if text for words in _forms(text)})

    def and_of(self, texts: Iterable[str | None]) -> Names:
        """These names and more."""
        return _names({*self._every, *Names.of(texts)._every})

    def without(self, others: Names) -> Names:
        """These names but some others."""
        return _names(self._every - others._every)

    @property
    def _every(self) -> set[Words]:
        return {words for several in self.patterns.values() for words in several}

    def masked(self, text: str) -> str:
        """A text with each name in it replaced by ``[name withheld]``; the same text where there is none."""
        plain = unicodedata.normalize("NFC", text)
        parts, end = [], 0
        for start, stop in self._places(plain):
            parts += [plain[end:start], MASK]
            end = stop
        return "".join([*parts, plain[end:]]) if parts else text

    def found(self, text: str) -> str | None:
        """The first name in a text, as the text writes it."""
        plain = unicodedata.normalize("NFC", text)
        return next((plain[start:stop] for start, stop in self._places(plain)), None)

    def column(self, texts: pl.Series) -> pl.Series:
        """A column of texts, or of lists of texts, masked; only those are looked at that may hold a name."""
        if not self.patterns:
            return texts
        if isinstance(texts.dtype, pl.List):
            parts = texts.to_list()
            masked = [None if one is None else [self._or(text) for text in one] for one in parts]
            return pl.Series(texts.name, masked, texts.dtype)
        folded = texts.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
        wanted = texts.filter(folded.str.contains_any(list(self.patterns)).fill_null(False)).unique()
        new = {text: hidden for text in wanted.to_list() if (hidden := self.masked(text)) != text}
        return texts.replace(list(new), list(new.values())) if new else texts

    def _or(self, text: str | None) -> str | None:
        return None if text is None else self.masked(text)

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        words = [(_folded(one[0]), *one.span()) for one in _WORD.finditer(text)] if self.patterns else []
        k = 0
        while k < len(words):
            for pattern in self.patterns.get(words[k][0], ()):
                if tuple(word for word, _, _ in words[k : k + len(pattern)]) == pattern:
                    yield words[k][1], words[k + len(pattern) - 1][2]
                    k += len(pattern) - 1
                    break
            k += 1


def _names(every: Iterable[Words]) -> Names:
    by_first: dict[str, tuple[Words, ...]] = {}
    for words in sorted(every, key=lambda words: (-len(words), words)):
        by_first[words[0]] = (*by_first.get(words[0], ()), words)
    return Names(by_first)


def _forms(text: str) -> Iterator[Words]:
    """A whole name, and what tells it from others: the part without days and common words at either end.

    ``Teesside Pension Fund`` is hidden as it is, and so is ``Teesside``; of ``Global Equity Fund`` no part is.
    """
    words = tuple(_folded(one) for one in _WORD.findall(unicodedata.normalize("NFC", text)))
    if len(words) > 1 and not all(_DAY.fullmatch(word) for word in words):
        yield words
    common = [_common(word) for word in words]
    telling = [k for k, plain in enumerate(common) if not plain]
    if telling:
        part = words[telling[0] : telling[-1] + 1]
        letters = "".join(part)
        least = SHORTEST if len(words) == 1 else SHORTEST_PART
        if len(letters) >= least or re.match(f"[{_SINGLE}]{{2}}", letters):
            yield part


def _common(word: str) -> bool:
    known = vocabulary()
    return bool(_DAY.fullmatch(word)) or word in _PLAIN or word in known.generic or word in known.funds


def _folded(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word)
    return "".join(c for c in parts if not unicodedata.combining(c)).lower()
