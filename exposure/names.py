"""Company names brought into comparable form.

Three keys, each coarser than the one before:

* ``folded``: no case, accents or punctuation (``"ZTE Corp. 'H'"`` -> ``"zte corp h"``);
* ``legal``: folded, without the security's noise, legal forms and abbreviations in one spelling
  (``"zte corp"``), so that *Hytera Communications Corp Ltd* and *Hytera Communications Ltd* stay two;
* ``core``: the legal key without its legal forms (``"zte"``).

The vocabulary is data: ``names.toml``. Frames are grouped by distinct name before any pattern runs.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl

KEYS = ("folded", "legal", "core", "noise")


@dataclass(frozen=True)
class Vocabulary:
    """The words of ``names.toml``: legal forms, abbreviations, generic words, security noise."""

    legal_forms: dict[str, str]
    abbreviations: dict[str, str]
    generic: frozenset[str]
    placeholders: frozenset[str]
    noise: tuple[tuple[str, str], ...]  # (kind, pattern), in the order they are applied


@cache
def vocabulary() -> Vocabulary:
    """Read ``names.toml`` once."""
    data = tomllib.loads(resources.files("exposure").joinpath("names.toml").read_text("utf-8"))
    return Vocabulary(
        legal_forms=data["legal_forms"],
        abbreviations=data["abbreviations"],
        generic=frozenset(data["generic"]["words"]),
        placeholders=frozenset(data["generic"]["placeholders"]),
        noise=tuple((kind, p) for kind, patterns in data["security_noise"].items() for p in patterns),
    )


def folded(name: pl.Expr) -> pl.Expr:
    """Fold a name column: compatibility forms, no accents, lower case, words separated by one blank.

    ``&`` and ``+`` become ``and`` (State Street prints ``+``); apostrophes and the stops of initials vanish so
    that ``S.A.`` and ``SA`` are one word, ``A/S`` becomes ``as``; a leading article and what Bloomberg-style names
    put behind a final stroke ("Coca-Cola Co/The", "Amcor Ltd/Australia") go; every other sign separates words.
    Chinese characters are kept.
    """
    plain = name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase().str.strip_chars()
    forms = plain.str.replace_all(r"\ba/s\b", "as").str.replace_all(r"\bn/a\b", "n a")
    whole = forms.str.replace(r"(\w{2})/[a-z .]{2,20}$", "${1}").str.replace(r"^the\s+", "")
    spelled = whole.str.replace_all(r"\s[&+]\s", " and ").str.replace_all(r"[&+]", " and ")
    initials = spelled.str.replace_all(r"(\w{2})\.", "${1} ")  # the stop after a word separates ("BRAND.CORP.DL")
    joined = initials.str.replace_all(r"['’`´.]", "")
    return joined.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def name_keys(names: pl.Series) -> pl.DataFrame:
    """Return the keys of each distinct name.

    Args:
        names: names as published, any length, nulls allowed.

    Returns:
        A frame ``name, folded, legal, core, noise`` with one row per distinct non-null name; ``noise`` is
        what was stripped as belonging to the security (``"adr"``, ``"h"``), null where nothing was.
    """
    distinct = names.drop_nulls().unique(maintain_order=True).alias("name").to_frame()
    keyed = distinct.with_columns(folded=folded(pl.col("name")))
    keyed = keyed.with_columns(pl.Series("issuer", _without_noise(keyed["folded"]), dtype=pl.String))
    pairs = [legal_and_core(issuer) for issuer in keyed["issuer"]]
    return keyed.with_columns(
        pl.Series("legal", [legal for legal, _ in pairs], dtype=pl.String),
        pl.Series("core", [core for _, core in pairs], dtype=pl.String),
        noise=pl.when(pl.col("folded") != pl.col("issuer")).then(
            pl.col("folded").str.strip_prefix(pl.col("issuer")).str.strip_chars()
        ),
    ).select("name", *KEYS)


def _without_noise(names: pl.Series) -> pl.Series:
    """Strip share class, depositary and par-value words; a name that is nothing else stays whole."""
    frame = names.alias("whole").to_frame().with_columns(rest=pl.col("whole"))
    for _, pattern in vocabulary().noise:
        stripped = pl.col("rest").str.replace(pattern, "").str.strip_chars()
        frame = frame.with_columns(rest=pl.when(stripped != "").then(stripped).otherwise(pl.col("rest")))
    return frame["rest"]


def legal_and_core(issuer: str) -> tuple[str, str]:
    """Return the legal key and the core of one folded name.

    Legal forms count only at the end of a name: *Company* in "Ford Motor Company" is a form, in
    "Company of Others" it is a word. A name made of forms alone keeps them as its core.
    """
    words = vocabulary()
    tokens = [words.abbreviations.get(t, t) for t in issuer.split()]
    end = len(tokens)
    while end > 0 and tokens[end - 1] in words.legal_forms:
        end -= 1
    if end == 0:
        return " ".join(tokens), " ".join(tokens)
    forms = [words.legal_forms[t] for t in tokens[end:]]
    core = " ".join(tokens[:end])
    return " ".join([core, *(f for f in forms if f)]), core


def is_placeholder(folded_name: str) -> bool:
    """Tell whether a folded name says nothing about the security ("n a", "delisted dummy line")."""
    return folded_name in vocabulary().placeholders or not re.search(r"[^\W\d_]{2}", folded_name)


def is_generic(core: str) -> bool:
    """Tell whether a core has no word of its own: such a name alone never decides."""
    return all(t in vocabulary().generic or len(t) < 2 for t in core.split())


def is_short(core: str) -> bool:
    """Tell whether a core is a single word of at most four letters ("zte", "bgi")."""
    return " " not in core and len(core) <= 4
