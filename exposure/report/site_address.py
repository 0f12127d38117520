"""Addresses of a published site: the same for the same name, and harmless whatever the name is.

An address is made of small Latin letters, digits and hyphens, so it is one word in a path, in XML and on a file
system that does not tell letters' case. It depends on the portfolio's own name, never on its place among others.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exposure.present.words import day

LONGEST = 60  # characters
# Names that a system takes for a device, or that a web host serves by itself.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "index", "all"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
)


@dataclass(frozen=True)
class Named:
    """What is known of a portfolio before it has an address.

    Attributes:
        name: in the file, or the file's own.
        stem: the file's name without its ending.
        as_of: the holdings' date, null when the file does not say.
    """

    name: str
    stem: str
    as_of: date | None


def identities(portfolios: Sequence[Named]) -> list[str]:
    """What tells each portfolio from the others, in words that may stand as its title.

    Its name; of several with one name the latest keeps the name alone, the others add their date, and those of one
    date the name of their file. Two that are the same in all of it get the same words: one portfolio twice.
    """
    latest: dict[str, date] = {}
    for one in portfolios:
        latest[one.name] = max(latest.get(one.name, date.min), one.as_of or date.min)
    times = Counter((one.name, one.as_of) for one in portfolios)
    found = []
    for one in portfolios:
        words = [one.name] if (one.as_of or date.min) == latest[one.name] else [one.name, day(one.as_of)]
        found.append(", ".join([*words, one.stem] if times[one.name, one.as_of] > 1 else words))
    return found


def addresses(names: Iterable[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Give each identity its address.

    Args:
        names: of the portfolios to publish.
        taken: identity to address of those published before; they keep theirs.

    Returns:
        Identity to address. Two new names that would have the same address carry a mark of the name each.
    """
    found = {name: taken[name] for name in names if name in taken}
    new = [name for name in dict.fromkeys(names) if name not in found]
    wanted = Counter(address(name) for name in new)
    used = set(taken.values())
    for name in new:
        plain = address(name)
        found[name] = marked(plain, name) if wanted[plain] > 1 or plain in used else plain
    return found


def numbered(names: Sequence[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Addresses that give no name away, ``portfolio-1`` ...; those published before keep theirs.

    Args:
        names: of the portfolios to publish, in an order that tells nothing that the pages do not.
        taken: identity to address of those published before.
    """
    found = {name: taken[name] for name in names if name in taken}
    last = max((int(one.rpartition("-")[2]) for one in taken.values()), default=0)
    new = [name for name in names if name not in found]
    return found | {name: f"portfolio-{number}" for number, name in enumerate(new, last + 1)}


def address(name: str, empty: str = "portfolio") -> str:
    """The address of a name; with a mark of it where letters had to be left out.

    Args:
        name: any text.
        empty: the word where nothing of the name can be written.
    """
    letters = unicodedata.normalize("NFKD", name).lower()
    text = "-".join(re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode()))
    lost = any(c.isalnum() and not c.isascii() for c in letters) or len(text) > LONGEST or not text
    text = text[:LONGEST].strip("-") or empty
    return marked(text, name) if lost or text in RESERVED else text


def entity_address(entity_id: str) -> str:
    """The address of a company: its id where that is a plain word, with a mark of it otherwise."""
    if re.fullmatch(r"[a-z0-9_-]{1,60}", entity_id) and entity_id not in RESERVED:
        return entity_id
    plain = address(entity_id, "company")
    return plain if plain.endswith(_mark(entity_id)) else marked(plain, entity_id)


def marked(text: str, name: str) -> str:
    """An address with a mark of the whole name."""
    return f"{text}-{_mark(name)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
