"""How alike two names are, and in words why: a declared list of weighted features.

Every feature is a plain function of two token lists giving 0-1. The score is their weighted mean, lowered when
both names keep words that the other lacks (*Telecom* v *Unicom*). The sentence a user reads is built from
the same comparison, so number and reason cannot part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

FIRST = 4  # letters that the first word of a name must keep to stand for a longer one ("scient" scientific)
LATER = 3  # letters that a later word must keep, in order, first letter first ("pwr" power, "technol" technology)
SPELLING = 88.0  # rapidfuzz ratio above which two words of six letters are one word misspelt
REVIEW = 0.74  # at or above: shown to a person; below: not the same company. Nothing fuzzy is ever accepted.


@dataclass(frozen=True)
class Comparison:
    """Two names laid side by side: words that agree, and those only one of them has."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    agreed: tuple[tuple[str, str], ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    rarity: Mapping[str, float]

    def weight(self, words: tuple[str, ...]) -> float:
        """Sum the rarity of some words."""
        return sum(self.rarity.get(w, self.rarity[""]) for w in words)


@dataclass(frozen=True)
class Feature:
    """One weighted way in which names agree."""

    name: str
    weight: float
    meaning: str
    measure: Callable[[Comparison], float]


def _rare_words(c: Comparison) -> float:
    both = c.weight(tuple(a for a, _ in c.agreed)) + c.weight(tuple(b for _, b in c.agreed))
    return both / max(both + c.weight(c.only_left) + c.weight(c.only_right), 1e-9)


def _contained(c: Comparison) -> float:
    agreed = c.weight(tuple(a for a, _ in c.agreed))
    smaller = min(c.weight(c.left), c.weight(c.right))
    return min(agreed / max(smaller, 1e-9), 1.0)


def _letters(c: Comparison) -> float:
    return fuzz.ratio(" ".join(c.left), " ".join(c.right)) / 100


def _first_word(c: Comparison) -> float:
    return float(bool(c.left and c.right) and _same_word(c.left[0], c.right[0]))


FEATURES = (
    Feature("rare words", 0.45, "share of the words' rarity that both names have", _rare_words),
    Feature("contained", 0.20, "the shorter name's words stand in the longer", _contained),
    Feature("letters", 0.20, "whole names, letter by letter and in order", _letters),
    Feature("first word", 0.15, "both begin with the same word", _first_word),
)
# Both sides keep a word of their own: most often a sister company. The score loses up to this fraction, the
# more so the rarer those words are beside the rarest that agree (a maker's name outweighs "bank" v "trust").
CONFLICT = 0.25
# Words that companies add and drop: keeping one of these is no contradiction.
OPTIONAL = frozenset({"group", "holdings", "the", "and", "of", "international"})


def compare(left: str, right: str, rarity: Mapping[str, float]) -> Comparison:
    """Align the words of two cores.

    Args:
        left: a core (see ``names``), blank-separated.
        right: another.
        rarity: inverse document frequency by word; ``""`` holds the value for unknown words.
    """
    a, b = left.split(), right.split()
    a, b = _joined(a, b), _joined(b, a)
    free = list(b)
    agreed: list[tuple[str, str]] = []
    for at, word in enumerate(a):
        partner = next((w for w in free if _same_word(word, w, first=at == 0)), None)
        if partner is not None:
            free.remove(partner)
            agreed.append((word, partner))
    matched = [x for x, _ in agreed]
    only_left = tuple(w for w in a if w not in matched)
    return Comparison(tuple(a), tuple(b), tuple(agreed), only_left, tuple(free), rarity)


def _joined(words: list[str], other: list[str]) -> list[str]:
    """Join two words that the other name writes as one ("jinko solar" v "jinkosolar")."""
    for at in range(len(words) - 1):
        if words[at] + words[at + 1] in other:
            return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]
    return words


def _same_word(a: str, b: str, *, first: bool = True) -> bool:
    """Tell whether two words are one: equal, misspelt, or the left one a custodian's short form of the right."""
    if a == b or _short_form(a, b, first):
        return True
    return min(len(a), len(b)) >= 6 and fuzz.ratio(a, b) >= SPELLING


def _short_form(a: str, b: str, first: bool) -> bool:
    if len(a) >= len(b) or a[0] != b[0]:
        return False
    if first:
        return len(a) >= FIRST and b.startswith(a)
    letters = iter(b)
    return len(a) >= LATER and all(letter in letters for letter in a)


def score(c: Comparison) -> float:
    """Weighted mean of the features, lowered when each side keeps words of its own."""
    value = sum(f.weight * f.measure(c) for f in FEATURES)
    return round(value * (1.0 - CONFLICT * _conflict(c)), 4)


def _conflict(c: Comparison) -> float:
    """How much the words that only one name has weigh beside the rarest word of both, 0-1."""
    left = [w for w in c.only_left if w not in OPTIONAL]
    right = [w for w in c.only_right if w not in OPTIONAL]
    if not left or not right or not c.agreed:
        return float(bool(left and right))
    rarest = max(c.weight((b,)) for _, b in c.agreed)
    lesser = min(max(c.weight((w,)) for w in left), max(c.weight((w,)) for w in right))
    return min(lesser / max(rarest, 1e-9), 1.0)


def explain(c: Comparison) -> str:
    """Say which words agreed and which differed."""
    agreed = ", ".join(a if a == b else f"{a}/{b}" for a, b in c.agreed) or "none"
    differs = ", ".join((*c.only_left, *c.only_right)) or "none"
    return f"words that agree: {agreed}; words only one name has: {differs}"
