"""Names as numbers: every distinct word has a code, a rarity and a hash, every name a row of word codes.

Rarity is inverse document frequency on a fixed scale: ``-ln(share of names with the word) / ln(10,000)``, so that 1
is a word of one name in ten thousand or fewer, whatever the size of the list. Shares are smoothed with what the
vocabulary says of common words, so that two short lists do not make *technology* a rare word.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.names import name_keys, vocabulary
from exposure.resolve.countries import of_words, stated
from exposure.resolve.foreign import in_english

WIDTH = 10  # words of a name that are compared; longer names are cut
SCALE = 10_000.0
NUMBER = r"^(?:\d+|i{2,3}|iv|vi{1,3}|ix|xi{1,3}|xiv|xvi{0,3}|xix|xx)$"  # figures, and Roman ones that are no word
PRIOR = 2_000.0  # names that the declared shares count for
BASE = np.uint64(1_099_511_628_211)  # FNV-1a's prime: a polynomial hash, so joined words need no new strings
GENERIC, PLACE, FUND, BENIGN, COMMON, KIN, ARTICLE = 1, 2, 4, 8, 16, 32, 64
# Share of all companies that have such a word, at least; words worth an abbreviation are common ones.
SHARE = {GENERIC: 0.01, PLACE: 0.003, FUND: 0.004, BENIGN: 0.01, COMMON: 0.002, KIN: 0.002, ARTICLE: 0.05}

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Lexicon:
    """The distinct words of some names; every array is by word code, with a last entry for "no word" (-1).

    Attributes:
        frame: ``word, meant, code, names`` (number of names with the word meant).
        total: number of names counted.
        canon: the code of the word that this one abbreviates, else its own.
        rarity: 0 (in every name) to 1.
        length: letters.
        first: first letter, as a code point.
        kind: bits GENERIC, PLACE, FUND.
        sector: number of the word's sector, 0 for none.
        country: the countries that the word names, a bit each.
        number: whether the word is a number.
        hash, power: polynomial hash, and the factor that shifts another hash past this word.
    """

    frame: pl.DataFrame
    total: int
    canon: Codes
    rarity: Floats
    length: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    sector: npt.NDArray[np.int8]
    country: npt.NDArray[np.int64]
    number: npt.NDArray[np.bool_]
    hash: npt.NDArray[np.uint64]
    power: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Names:
    """Distinct names in comparable form.

    Attributes:
        frame: the columns of :func:`keyed`, one row per distinct name.
        words: one row of ``WIDTH`` word codes per name, -1 where there is none.
    """

    frame: pl.DataFrame
    words: Codes


def keyed(names: pl.Series) -> pl.DataFrame:
    """Return the keys of distinct names and what follows from them.

    Returns:
        The columns of :func:`name_keys` and ``joined`` (the core without blanks), ``noisy`` (whether a security's
        noise was stripped), ``forms`` (legal forms) and ``countries`` (see ``countries.py``).
    """
    keys = name_keys(names).with_columns(
        joined=pl.col("core").str.replace_all(" ", ""),
        noisy=pl.col("noise").is_not_null(),
        forms=pl.col("legal").str.strip_prefix(pl.col("core")).str.strip_chars(),
    )
    return keys.with_columns(countries=pl.Series(stated(keys["forms"], keys["noise"]), dtype=pl.Int64))


def spell(frame: pl.DataFrame, lexicon: Lexicon | None = None) -> tuple[Names, Lexicon]:
    """Write names as word codes.

    Args:
        frame: the result of :func:`keyed`.
        lexicon: words already counted; new words join it with a count of zero. Without one, the names
            themselves are counted.
    """
    tokens = frame.select(word=pl.col("plain").str.split(" ").list.head(WIDTH)).with_row_index("row")
    lengths = tokens["word"].list.len().to_numpy().astype(np.int64)
    flat = tokens.explode("word", empty_as_null=True)
    lexicon = _lexicon(_counted(flat), frame.height) if lexicon is None else _joining(flat, lexicon)
    words = lexicon.frame
    codes = flat.join(words.select("word", "code"), on="word", how="left", maintain_order="left")["code"].to_numpy()
    matrix = np.full((frame.height, WIDTH), -1, dtype=np.int32)
    row = np.repeat(np.arange(frame.height), lengths)
    place = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matrix[row, place] = codes
    return Names(frame, matrix), lexicon


def _counted(flat: pl.DataFrame) -> pl.DataFrame:
    """Number the words of some names and count the names of each, an abbreviation with its word."""
    distinct = flat.select("word").unique()
    every = _means(distinct)
    meant = every.select(word="meant").join(distinct, on="word", how="anti").unique()
    words = (
        pl.concat([every, _means(meant)])
        .sort("word")
        .with_row_index("code")
        .with_columns(pl.col("code").cast(pl.Int32))
    )
    counts = (
        flat.join(words, on="word", how="left")
        .unique(["row", "meant"])
        .group_by("meant")
        .agg(names=pl.len().cast(pl.Int64))
    )
    return words.join(counts, on="meant", how="left", maintain_order="left").with_columns(
        pl.col("names").fill_null(0)
    )


def _joining(flat: pl.DataFrame, lexicon: Lexicon) -> Lexicon:
    """Append the words that a lexicon lacks; an abbreviation takes the count of the word it means."""
    known = lexicon.frame
    new = _means(flat.select("word").unique().join(known, on="word", how="anti"))
    meant = new.select(word="meant").unique().join(known, on="word", how="anti").join(new, on="word", how="anti")
    every = pl.concat([new, _means(meant)]).sort("word").with_row_index("code", offset=known.height)
    wanted = every.select("meant").unique()
    counts = known.join(wanted, on="meant", how="semi").unique("meant").select("meant", "names")
    every = every.join(counts, on="meant", how="left", maintain_order="left").with_columns(
        pl.col("names").fill_null(0)
    )
    added = every.with_columns(pl.col("code").cast(pl.Int32)).select(known.columns)
    if added.is_empty():
        return lexicon
    own = _lexicon(added, lexicon.total, known)
    arrays = {
        field.name: np.append(getattr(lexicon, field.name)[:-1], getattr(own, field.name))
        for field in fields(Lexicon)
        if field.name not in ("frame", "total")
    }
    return Lexicon(frame=pl.concat([known, added]), total=lexicon.total, **arrays)


def _means(words: pl.DataFrame) -> pl.DataFrame:
    meant = in_english(words["word"].replace(vocabulary().abbreviations))
    return words.select("word", meant=meant)


def _lexicon(words: pl.DataFrame, total: int, before: pl.DataFrame | None = None) -> Lexicon:
    """Work out the arrays of some words; ``before`` holds words numbered earlier, which abbreviations may mean."""
    known = vocabulary()
    text, meant = words["word"], words["meant"]
    kind = (
        meant.is_in(sorted(known.generic | set(known.legal_forms))).cast(pl.Int8) * GENERIC
        + meant.is_in(sorted(known.places)).cast(pl.Int8) * PLACE
        + meant.is_in(sorted(known.funds)).cast(pl.Int8) * FUND
        + (meant.is_in(sorted(known.benign)) | (meant.str.len_chars() == 1)).cast(pl.Int8) * BENIGN
        + meant.is_in(sorted(known.kin)).cast(pl.Int8) * KIN
        + meant.is_in(sorted(known.articles)).cast(pl.Int8) * ARTICLE
        + meant.is_in(sorted({*known.abbreviations.values(), *known.translations.values()})).cast(pl.Int8) * COMMON
    ).to_numpy()
    names = {sector: at for at, sector in enumerate(dict.fromkeys(known.sectors.values()), start=1)}
    trades = {word: names[sector] for word, sector in known.sectors.items()}
    sector = meant.replace_strict(trades, default=0, return_dtype=pl.Int8).to_numpy()
    wanted = words.select(word="meant")
    listed = words if before is None else pl.concat([before.join(wanted, on="word", how="semi"), words])
    codes = wanted.join(listed.select("word", "code"), on="word", how="left", maintain_order="left")
    hashes, powers = _hashes(text)
    return Lexicon(
        frame=words,
        total=total,
        canon=np.append(codes["code"].to_numpy(), np.int32(-1)),
        rarity=np.append(_rarity(words["names"].to_numpy(), kind, sector, total), np.float32(0)),
        length=np.append(text.str.len_bytes().to_numpy().astype(np.int32), np.int32(0)),
        first=np.append(_letters(text, 1)[:, 0].astype(np.int32), np.int32(-1)),
        kind=np.append(kind, np.int8(0)),
        sector=np.append(sector, np.int8(0)),
        country=np.append(of_words(meant), np.int64(0)),
        number=np.append(meant.str.contains(NUMBER).to_numpy(), np.False_),
        hash=np.append(hashes, np.uint64(0)),
        power=np.append(powers, np.uint64(1)),
    )


def _rarity(names: np.ndarray, kind: np.ndarray, sector: np.ndarray, total: int) -> Floats:
    declared = np.full(len(names), 1 / SCALE)
    for bit, least in SHARE.items():
        declared = np.where(kind & bit, np.maximum(declared, least), declared)
    declared = np.where(sector > 0, np.maximum(declared, SHARE[PLACE]), declared)
    share = (names + PRIOR * declared) / (total + PRIOR)
    rarity: Floats = np.clip(-np.log(share + 1e-9) / np.log(SCALE), 0, 1).astype(np.float32)
    return rarity


def _letters(words: pl.Series, width: int) -> npt.NDArray[np.uint8]:
    """Return the first bytes of each word as a matrix padded with zeros."""
    array = np.array([word.encode() for word in words.to_list()], dtype=np.bytes_)
    size = max(array.dtype.itemsize, 1)
    matrix = (
        np.ascontiguousarray(array).view(np.uint8).reshape(len(array), size)
        if len(array)
        else np.zeros((0, 1), np.uint8)
    )
    return matrix[:, :width]


def first_two(texts: pl.Series) -> npt.NDArray[np.uint8]:
    """Return the first two letters of each text as a matrix padded with zeros."""
    distinct = texts.unique()
    place = distinct.alias("text").to_frame().with_row_index("at")
    rows = texts.alias("text").to_frame().join(place, on="text", how="left", maintain_order="left")["at"]
    matrix = np.zeros((len(distinct), 2), dtype=np.uint8)
    letters = _letters(distinct, 2)
    matrix[:, : letters.shape[1]] = letters
    spelled: npt.NDArray[np.uint8] = matrix[rows.to_numpy()]
    return spelled


def first_letters(lexicon: Lexicon, codes: npt.NDArray[Any], width: int) -> npt.NDArray[np.uint8]:
    """Return the first letters of words as a matrix padded with zeros; no word (-1) gives zeros."""
    distinct, back = np.unique(codes, return_inverse=True)
    words = lexicon.frame["word"].gather(pl.Series(np.maximum(distinct, 0)))
    matrix = np.zeros((len(distinct), width), dtype=np.uint8)
    letters = _letters(words, width)
    matrix[:, : letters.shape[1]] = letters
    matrix[distinct < 0] = 0
    spelled: npt.NDArray[np.uint8] = matrix[back]
    return spelled


def _hashes(words: pl.Series) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Polynomial hash modulo 2**64 of each word's bytes: ``h(ab) = h(a) * power(b) + h(b)``."""
    letters = _letters(words, 64)
    value = np.zeros(len(letters), dtype=np.uint64)
    power = np.ones(len(letters), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for at in range(letters.shape[1]):
            here = letters[:, at] > 0
            value = np.where(here, value * BASE + letters[:, at], value)
            power = np.where(here, power * BASE, power)
    return value, power
