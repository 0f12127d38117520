"""Names as numbers: every distinct word has a code, a rarity and a hash, every name a row of word codes.

Rarity is inverse document frequency on a fixed scale: ``-ln(share of names with the word) / ln(10,000)``, so that 1
is a word of one name in ten thousand or fewer, whatever the size of the list. Shares are smoothed with what the
vocabulary says of common words, so that two short lists do not make *technology* a rare word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.names import name_keys, vocabulary

WIDTH = 10  # words of a name that are compared; longer names are cut
SCALE = 10_000.0
PRIOR = 2_000.0  # names that the declared shares count for
BASE = np.uint64(1_099_511_628_211)  # FNV-1a's prime: a polynomial hash, so joined words need no new strings
GENERIC, PLACE, FUND, BENIGN, COMMON = 1, 2, 4, 8, 16
# Share of all companies that have such a word, at least; words worth an abbreviation are common ones.
SHARE = {GENERIC: 0.01, PLACE: 0.003, FUND: 0.004, BENIGN: 0.01, COMMON: 0.002}

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
    number: npt.NDArray[np.bool_]
    hash: npt.NDArray[np.uint64]
    power: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Names:
    """Distinct names in comparable form.

    Attributes:
        frame: ``name, folded, legal, core, noise, joined, forms``, one row per distinct name.
        words: one row of ``WIDTH`` word codes per name, -1 where there is none.
    """

    frame: pl.DataFrame
    words: Codes


def keyed(names: pl.Series) -> pl.DataFrame:
    """Return the keys of distinct names, with the core's letters joined and its legal forms apart."""
    return name_keys(names).with_columns(
        joined=pl.col("core").str.replace_all(" ", ""),
        forms=pl.col("legal").str.strip_prefix(pl.col("core")).str.strip_chars(),
    )


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
    if lexicon is None:
        words = _counted(flat)
        total = frame.height
    else:
        words, total = _joining(flat, lexicon.frame), lexicon.total
    codes = flat.join(words.select("word", "code"), on="word", how="left", maintain_order="left")["code"].to_numpy()
    matrix = np.full((frame.height, WIDTH), -1, dtype=np.int32)
    row = np.repeat(np.arange(frame.height), lengths)
    place = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matrix[row, place] = codes
    return Names(frame, matrix), _lexicon(words, total)


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


def _joining(flat: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Append the words that a lexicon lacks; an abbreviation takes the count of the word it means."""
    new = _means(flat.select("word").unique().join(known, on="word", how="anti"))
    meant = new.select(word="meant").unique().join(known, on="word", how="anti").join(new, on="word", how="anti")
    every = pl.concat([new, _means(meant)]).sort("word").with_row_index("code", offset=known.height)
    counts = known.unique("meant").select("meant", "names")
    every = every.join(counts, on="meant", how="left", maintain_order="left").with_columns(
        pl.col("names").fill_null(0)
    )
    return pl.concat([known, every.with_columns(pl.col("code").cast(pl.Int32)).select(known.columns)])


def _means(words: pl.DataFrame) -> pl.DataFrame:
    return words.select("word", meant=pl.col("word").replace(vocabulary().abbreviations))


def _lexicon(words: pl.DataFrame, total: int) -> Lexicon:
    known = vocabulary()
    text, meant = words["word"], words["meant"]
    kind = (
        meant.is_in(sorted(known.generic | set(known.legal_forms))).cast(pl.Int8) * GENERIC
        + meant.is_in(sorted(known.places)).cast(pl.Int8) * PLACE
        + meant.is_in(sorted(known.funds)).cast(pl.Int8) * FUND
        + (meant.is_in(sorted(known.benign)) | (meant.str.len_chars() == 1)).cast(pl.Int8) * BENIGN
        + meant.is_in(sorted(set(known.abbreviations.values()))).cast(pl.Int8) * COMMON
    ).to_numpy()
    names = {sector: at for at, sector in enumerate(dict.fromkeys(known.sectors.values()), start=1)}
    trades = {word: names[sector] for word, sector in known.sectors.items()}
    sector = meant.replace_strict(trades, default=0, return_dtype=pl.Int8).to_numpy()
    codes = words.select(word="meant").join(
        words.select("word", "code"), on="word", how="left", maintain_order="left"
    )
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
        number=np.append(meant.str.contains(r"^\d+$").to_numpy(), np.False_),
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
