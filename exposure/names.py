"""Company names brought into comparable form.

Three keys, each coarser than the one before:

* ``folded``: no case, accents or punctuation (``"ZTE Corp. 'H'"`` -> ``"zte corp h"``);
* ``legal``: folded, without the security's noise, legal forms and abbreviations in one spelling
  (``"zte corp"``), so that *Hytera Communications Corp Ltd* and *Hytera Communications Ltd* stay two;
* ``core``: the legal key without its legal forms (``"zte"``).

What belongs to the security and not to its issuer (depositary receipt, share class, par value, bond terms) is kept
apart. The vocabulary is data: ``names.toml``. Each distinct name is worked out once, in columns.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl

KEYS = ("folded", "legal", "core", "noise")
NOISE = ("depositary", "par_value", "share_class", "bond")
# Some providers print the legal form behind the security's noise ("HENKEL & KGAA PREF AG", "NETEASE ADR INC").
AFTER_NOISE = "inc|ltd|ag|corp|plc|sa|nv|se|co|as|ab|asa|oyj|spa|tbk|bhd|reit"
BEFORE_DOMICILE = "inc|corp|co|ltd|plc|bancorp|bancshares|cos|company|corporation|trust|nv|sa"
# A stroke behind a legal form opens a place, whatever it is called ("Preferred Bank/Los Angeles CA").
FORM_STROKE = rf"(\b(?:{BEFORE_DOMICILE}|bank|ag|se|ab|as|oyj|spa|reit)\.?)\s?/[a-z .]{{2,20}}/?$"
GLUED_FORM = r"(\p{Ll}{3})(AG|SA|SE|NV|AB|AS|PLC|Plc|Inc|Ltd|GmbH)\b"
GLUED_PAR = r"\b(sa|ag|nv|plc|inc|se|\d{1,4})(eo|dl|ls|sf)\b"  # "TERNA ENERGY SAEO 0,30", "ADR/2DL 1"
COMMON_STOCK = r"\b(ag|se|kgaa) st$"  # "Stammaktien"
# Initials before a legal form are no share classes ("FOSTER L B CO").
INITIALS = r"\b([a-z]) ([a-z]) (co|inc|corp|ltd|plc|llc)\b"
# Nor are letters joined by "and" ("K+S AG", "H&K AG"), and three letters behind a word ("SOCIETE L D C").
JOINED_LETTERS = r"\b([a-z]) and ([a-z])\b"
THREE_LETTERS = r"^(\w+) ([a-z]) ([a-z]) ([a-z])$"
# What an encyclopaedia adds to tell names apart ("Moritz (beer)"); what may say that it is no share stays.
ASIDE = r"(\w.*?) \((?:\p{Ll}[\p{L} -]*|[\p{L} ]*[Cc]ompany)\)$"
NO_SHARE = (
    "calls?|puts?|options?|swaps?|futures?|forwards?|short|long|cash|bonds?|notes?|funds?|trust|warrants?|rights?"
    "|subsidiary|branch"
)
NO_ASIDE = rf"\b(?:{NO_SHARE})\b[\p{{L}} -]*\)$"
# A par value without its currency ("ACUSHNET HLDGS.CORP -,001", "FACEBOOK INC A 0.0000006").
BARE_PAR = r"(\p{L}{5}|(?i:\b(?:corp|inc|ltd|plc|grp))|\.|\b[A-Z])\s?-?0?[,.](\d{1,10})$"
# A coupon or a maturity date opens the terms of a bond; only what stands before it names the issuer.
BOND = (
    r"(?i)\s(?:\d{1,2}(?:[.,]\d+)?\s?%|\d{1,2} \d/\d{1,2} |\d{1,2}\.\d{2,}\s"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}).*$"
)


@dataclass(frozen=True)
class Vocabulary:
    """The words of ``names.toml``: legal forms, abbreviations, generic words, security noise."""

    legal_forms: dict[str, str]
    leading_forms: frozenset[str]
    behind_forms: frozenset[str]
    phrases: dict[str, str]
    chinese_forms: str
    simplified: dict[str, str]
    abbreviations: dict[str, str]
    generic: frozenset[str]
    placeholders: frozenset[str]
    stop: frozenset[str]
    places: frozenset[str]
    funds: frozenset[str]
    benign: frozenset[str]
    kin: frozenset[str]
    articles: frozenset[str]
    sectors: dict[str, str]
    countries: dict[str, dict[str, list[str]]]
    letters: dict[str, str]
    sounds: dict[str, str]
    domicile: str
    stroke: str  # what Bloomberg-style names put behind a final stroke: "/The", "Ltd/Australia", "Inc /DE/"
    states: str  # a state in brackets: "TERADATA (DEL.)"
    patterns: tuple[tuple[str, str], ...]  # spellings of legal forms, as regular expressions
    spellings: str  # any of them
    translations: dict[str, str]  # words of other languages and the English word they are compared as
    romanised: dict[str, str]  # those of them that are written in Latin letters in many ways
    noise: tuple[tuple[str, str], ...]  # (kind, pattern of one word or phrase)
    inside: str


@cache
def vocabulary() -> Vocabulary:
    """Read ``names.toml`` once."""
    folder = resources.files("exposure")
    data = tomllib.loads(folder.joinpath("names.toml").read_text("utf-8"))
    foreign = pl.read_csv(folder.joinpath("translations.csv").read_bytes()).with_columns(
        pl.col("words").str.split(" ")
    )
    words = foreign.explode("words").select("words", "english", pl.col("romanised") == "yes")
    pairs = data["chinese"]["simplified"]
    regions = "|".join(sorted({*data["domicile"]["words"], *data["places"]["words"]}))
    return Vocabulary(
        legal_forms=data["legal_forms"],
        leading_forms=frozenset(data["leading_forms"]["words"]),
        behind_forms=frozenset(data["leading_forms"]["behind"]),
        phrases={f" {k} ": f" {v} " for k, v in sorted(data["phrases"].items(), key=lambda kv: -len(kv[0]))},
        chinese_forms=f"(?:{'|'.join(data['chinese']['forms'])})+(?: [ah])?$",
        simplified={a: b for a, b in zip(pairs[::2], pairs[1::2], strict=True) if a != b},
        abbreviations=_with_plurals(data["abbreviations"]),
        generic=frozenset(data["generic"]["words"]),
        placeholders=frozenset(data["generic"]["placeholders"]),
        stop=frozenset(data["stop"]["words"]),
        places=frozenset(data["places"]["words"]),
        funds=frozenset(data["funds"]["words"]),
        benign=frozenset(data["benign"]["words"]),
        kin=frozenset(data["kin"]["words"]),
        articles=frozenset(data["articles"]["words"]),
        sectors={word: sector for sector, words in data["sectors"].items() for word in words},
        countries=data["countries"],
        letters=data["transliteration"]["letters"],
        sounds=dict(sorted(data["sounds"]["letters"].items(), key=lambda kv: -len(kv[0]))),
        domicile=rf"( (?:{BEFORE_DOMICILE}))(?: (?:{'|'.join(data['domicile']['words'])}))+$",
        stroke=rf"([\w.)]{{2}}|\b(?:{BEFORE_DOMICILE})\.?),? ?/ ?(?:{regions})(?:[ .]+(?:{regions}))*[. ]*/?$",
        states=rf"\((?:{'|'.join(data['domicile']['bracketed'])})\.?\)",
        patterns=tuple((f" {k} ", f" {v} ") for k, v in data["form_patterns"].items()),
        spellings="|".join(f" {pattern} " for pattern in data["form_patterns"]),
        translations=dict(words.select("words", "english").iter_rows()),
        romanised=dict(words.filter("romanised").select("words", "english").iter_rows()),
        noise=tuple((kind, p) for kind, patterns in data["security_noise"].items() for p in patterns),
        inside="|".join(data["noise_before_form"]["patterns"]),
    )


def _with_plurals(short: dict[str, str]) -> dict[str, str]:
    """Let an abbreviation of some length stand for its word in the plural too ("cmnty", "cmntys")."""
    return {f"{k}s": v for k, v in short.items() if len(k) >= 5 and not k.endswith("s")} | short


def folded(name: pl.Expr) -> pl.Expr:
    """Fold a name column: compatibility forms, no accents, lower case, words separated by one blank.

    ``&`` and ``+`` become ``and`` (State Street prints ``+``); apostrophes and the stops of initials vanish so
    that ``S.A.`` and ``SA`` are one word, ``A/S`` becomes ``as``; a leading article and what Bloomberg-style names
    put behind a final stroke ("Coca-Cola Co/The", "Amcor Ltd/Australia") go; every other sign separates words.
    Chinese characters are kept, in their simplified form.
    """
    words = vocabulary()
    named = pl.when(name.str.contains(NO_ASIDE)).then(name).otherwise(name.str.replace(ASIDE, "${1}"))
    apart = named.str.replace(BARE_PAR, "${1} par ${2}").str.replace(GLUED_FORM, "${1} ${2}")  # "SiemensAG"
    plain = apart.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase().str.strip_chars()
    forms = plain.str.replace_all(r"\ba/s\b", "as").str.replace_all(r"\bn/a\b", "n a")
    forms = forms.str.replace_all(r"(\b|\d)o\.\s?n\.?(\s|$)", "${1} o n ")  # "ohne Nennwert", no initials of a name
    whole = forms.str.replace(words.stroke, "${1}").str.replace(FORM_STROKE, "${1}").str.replace(r"^the\s+", "")
    whole = whole.str.replace(words.states, " ").str.replace(r"\([ld]['’]\)", " ")
    spelled = whole.str.replace_all(r"[&+]", " and ")
    # The stop after a word separates ("BRAND.CORP.DL"), and so does one between an initial and a word ("P.DL").
    initials = spelled.str.replace_all(r"(\w{2})\.", "${1} ").str.replace_all(r"\b(\p{L})\.(\p{L}{2})", "${1} ${2}")
    joined = initials.str.replace_all(r"['’`´.]", "")
    blank = joined.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return blank.str.replace(GLUED_PAR, "${1} ${2}").str.replace(COMMON_STOCK, "${1}")


def _latin(folded_names: pl.Series) -> pl.Series:
    """Write Cyrillic and Greek letters and the like in Latin ones; plain names pass untouched."""
    foreign = folded_names.str.contains(r"[^a-z0-9 \p{Han}]").fill_null(False)
    if not foreign.any():
        return folded_names
    letters = vocabulary().letters
    return folded_names.zip_with(~foreign, folded_names.str.replace_many(list(letters), list(letters.values())))


def _simplified(folded_names: pl.Series) -> pl.Series:
    """Write Chinese names in simplified characters without their legal form; other names pass untouched."""
    folded_names = _latin(folded_names)
    chinese = folded_names.str.contains(r"\p{Han}").fill_null(False)
    if not chinese.any():
        return folded_names
    words = vocabulary()
    one = folded_names.str.replace_many(list(words.simplified), list(words.simplified.values()))
    bare = one.str.replace(words.chinese_forms, "")
    return folded_names.zip_with(~chinese, bare.zip_with(bare != "", one))


def name_keys(names: pl.Series) -> pl.DataFrame:
    """Return the keys of each distinct name.

    Args:
        names: names as published, any length, nulls allowed.

    Returns:
        A frame ``name, folded, legal, core, noise, plain`` with one row per distinct non-null name; ``noise`` is
        what was stripped as belonging to the security (``"adr"``, ``"h"``), null where nothing was; ``plain`` is
        the core with its abbreviations as written.
    """
    distinct = names.drop_nulls().unique(maintain_order=True).alias("name").to_frame()
    keyed = distinct.with_columns(_simplified(distinct.select(folded=folded(pl.col("name")))["folded"]))
    keyed = keyed.with_columns(phrased(_issuers(keyed)).alias("issuer"))
    domicile = vocabulary().domicile
    keyed = keyed.with_columns(
        issuer=pl.col("issuer")
        .str.replace(domicile, "${1}")
        .str.replace(INITIALS, "${1}${2} ${3}")
        .str.replace(JOINED_LETTERS, "${1}_${2}")
        .str.replace(THREE_LETTERS, "${1} ${2}${3}${4}")
    )
    keyed = keyed.with_columns(once=pl.col("issuer").str.replace(_tail(), "${form}").str.replace(domicile, "${1}"))
    inside = rf"((?: (?:{vocabulary().inside}))+)(?P<form>(?: (?:{AFTER_NOISE}))?)$"
    keyed = keyed.with_columns(rest=pl.col("once").str.replace(inside, "${form}"))
    legal, core, plain = _legal_and_core(keyed["rest"])
    tails = [pl.col("once").str.extract(inside, 1), pl.col("issuer").str.extract(_tail(), 1)]
    tail = pl.concat_str(*(t.str.strip_chars() for t in tails), separator=" ", ignore_nulls=True)
    terms = pl.col("name").str.extract(f"({BOND})", 1).str.strip_chars()
    noise = pl.concat_str(tail, terms, separator=" ", ignore_nulls=True)
    noise = pl.when(noise.str.strip_chars() != "").then(noise.str.strip_chars()).alias("noise")
    return keyed.select("name", "folded", legal, core, noise, plain)


def _issuers(keyed: pl.DataFrame) -> pl.Series:
    """Fold the names once more without the terms of bonds; a name of terms alone keeps them."""
    whole = keyed["folded"]
    bonds = keyed["name"].str.contains(BOND)
    if not bonds.any():
        return whole
    issuers = keyed.filter(bonds).select(issuer=folded(pl.col("name").str.replace(BOND, " ")))["issuer"]
    told = _simplified(issuers).zip_with(issuers != "", whole.filter(bonds))
    return whole.clone().scatter(bonds.arg_true(), told)


def phrased(texts: pl.Series) -> pl.Series:
    """Replace phrases by the word they mean ("public joint stock company" by "pjsc") in folded names."""
    words = vocabulary()
    padded = " " + texts + " "
    rare = padded.str.contains(words.spellings).fill_null(False)
    if rare.any():  # few names have such a form, and each pattern costs as much as all phrases
        spelled = padded.filter(rare)
        for pattern, form in words.patterns:
            spelled = spelled.str.replace(pattern, form)
        padded = padded.scatter(rare.arg_true(), spelled)
    for _ in range(2):  # neighbours share a blank ("co ltd", "hong kong")
        padded = padded.str.replace_many(list(words.phrases), list(words.phrases.values()), leftmost=True)
    return padded.str.strip_chars()


@cache
def _tail() -> str:
    """The security's noise at a name's end; the blank it begins with keeps the first word safe."""
    return r"((?: (?:" + "|".join(p for _, p in vocabulary().noise) + rf"))+)(?P<form>(?: (?:{AFTER_NOISE}))?)$"


def noise_kinds(noise: pl.Series) -> pl.DataFrame:
    """Sort the noise of a security into columns.

    Args:
        noise: the column of :func:`name_keys`.

    Returns:
        ``depositary, par_value, share_class, bond``: the first piece of each kind, null where there is none.
    """
    frame = noise.alias("noise").to_frame()
    kinds = {k: "|".join(p for kind, p in vocabulary().noise if kind == k) for k in NOISE}
    padded = " " + pl.col("noise") + " "
    found = frame.select(padded.str.extract(f" ({pattern}) ", 1).alias(kind) for kind, pattern in kinds.items())
    terms = frame.select(terms=padded.str.extract(f"({BOND})", 1).str.strip_chars())["terms"]
    return found.with_columns(bond=pl.coalesce("bond", terms))


def _legal_and_core(issuers: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return the legal keys, cores and plain cores of folded names, in one pass over all their words.

    Legal forms count only at the end of a name, or at its beginning where that is usual ("PT", "OOO"): *Company* in
    "Ford Motor Company" is a form, in "Company of Others" it is a word. A name of forms alone keeps them.
    """
    words = vocabulary()
    tokens = issuers.alias("word").to_frame().with_row_index("row").select("row", pl.col("word").str.split(" "))
    lengths = tokens["word"].list.len().to_numpy()
    flat = tokens.explode("word", empty_as_null=True).with_columns(
        pl.col("word").replace(words.abbreviations), plain="word"
    )
    flat = flat.with_columns(
        form=pl.col("word").replace_strict(words.legal_forms, default=None, return_dtype=pl.String),
        lead=pl.col("word").is_in(sorted(words.leading_forms)),
        behind=pl.col("word").is_in(sorted(words.behind_forms)),
        stop=pl.col("word").is_in(sorted(words.stop)),
    )
    lead = _leading(flat["lead"].to_numpy(), flat["behind"].to_numpy(), lengths)
    keep = _inside(flat["form"].is_null().to_numpy(), lead, flat["stop"].to_numpy(), lengths)
    flat = flat.with_columns(keep=pl.Series(keep))
    core = pl.when(pl.col("keep")).then("word")
    plain = pl.when(pl.col("keep")).then("plain")
    forms = pl.when(~pl.col("keep") & (pl.col("form") != "")).then("form")
    keys = flat.group_by("row", maintain_order=True).agg(
        core=core.drop_nulls().str.join(" "),
        plain=plain.drop_nulls().str.join(" "),
        forms=forms.drop_nulls().str.join(" "),
    )
    keys = keys.with_columns(_letters_joined("core"), _letters_joined("plain"))
    legal = (keys["core"] + " " + keys["forms"]).str.strip_chars()
    return legal.alias("legal"), keys["core"], keys["plain"]


def _letters_joined(column: str) -> pl.Expr:
    """Write initials as one word ("smith a o" -> "smith ao"), as they stand where their stops have gone."""
    letters = r"\b([a-z]) ([a-z])\b"
    joined = pl.col(column).str.replace_all(letters, "${1}${2}").str.replace_all(letters, "${1}${2}")
    return joined.str.replace_all("_", "", literal=True)


def _inside(word: np.ndarray, lead: np.ndarray, stop: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Tell which words belong to the core: from the first that is no leading form to the last that is no form."""
    if not len(word):
        return word
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = ends - lengths.astype(np.int64)
    place = np.arange(len(word))
    plain = word & ~stop
    last = np.maximum.reduceat(np.where(plain, place, -1), starts)
    row = np.repeat(np.arange(len(lengths)), lengths)
    nothing = (last < starts)[row]  # a name made of forms and stop words alone stays whole
    first = lead & (place < last[row])
    small = stop & (place != starts[row])  # "E.ON" begins with none
    inside: np.ndarray = nothing | ((place <= last[row]) & ~first & ~small)
    return inside


def _leading(lead: np.ndarray, behind: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Tell which words are among the forms that a name begins with ("OAO NPK ...", "OAO PO ...")."""
    if not len(lead):
        return lead
    starts = np.repeat(np.cumsum(lengths, dtype=np.int64) - lengths.astype(np.int64), lengths)
    place = np.arange(len(lead))
    other = np.cumsum(~(lead | (behind & (place > starts))))
    return np.asarray(other == (other - ~lead)[starts])


def legal_and_core(issuer: str) -> tuple[str, str]:
    """Return the legal key and the core of one folded name."""
    legal, core, _ = _legal_and_core(pl.Series([issuer]))
    return str(legal[0]), str(core[0])


def is_placeholder(folded_name: str) -> bool:
    """Tell whether a folded name says nothing about the security ("n a", "delisted dummy line")."""
    return folded_name in vocabulary().placeholders or not re.search(r"[^\W\d_]{2}", folded_name)


def is_generic(core: str) -> bool:
    """Tell whether a core has no word of its own: such a name alone never decides."""
    return all(t in vocabulary().generic or len(t) < 2 for t in core.split())


def is_short(core: str) -> bool:
    """Tell whether a core is a single word of at most four letters ("zte", "bgi")."""
    return " " not in core and len(core) <= 4
