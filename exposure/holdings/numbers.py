"""Numbers as published -> numbers: separators, signs, currency marks, exponents.

Each cell that can be read in one way only is evidence for its column; a cell such as ``1.234`` that can be read in
two is read as its column's evidence says, then as the file's, then with the point as decimal mark.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import polars as pl

from .scan import any_of, condensed, scanned
from .vocabulary import null_words

_GROUPS = r"[\s\u00a0\u202f\u2009\u2007'’`´]"
_MARKS = r"(?:[A-Za-z]{0,3}[$£€¥₪₩₹₺฿円]|[A-Z]{3}|[Kk]r\.?|Fr\.|Rs?\.?|RM|Rp\.?|zł|Kč|Ft|TL|元|원)?"
_NUMBER = (
    rf"^\(?([-+−–△▲]?){_MARKS}\(?([-+−]?)([0-9][0-9.,]*|[.,][0-9]+)(?:[eE]([-+]?[0-9]{{1,3}}))?"
    rf"(k|K|mn|mm|M|bn|B|T)?%?{_MARKS}(-?)\)?%?$"
)
#: ``$4.0B``: a magnitude behind the digits, as an exponent.
_MAGNITUDES = {"k": "3", "K": "3", "mn": "6", "mm": "6", "M": "6", "bn": "9", "B": "9", "T": "12"}
#: One separator with three digits after it and at most three before: 1.234 or 1,234.
_UNSURE = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
_COMMA = r"^(?:[0-9.]*\.[0-9]*,[0-9]*|[0-9]*,[0-9]*|[0-9]+(?:\.[0-9]+){2,})$"
_POINT = r"^(?:[0-9,]*,[0-9]*\.[0-9]*|[0-9]*\.[0-9]*|[0-9]+(?:,[0-9]+){2,})$"
#: Letters besides the capital that are written small in the same way: the sign of the unit kelvin.
_ALSO = {"k": "\u212a"}
_MANY = 500
_BARE = r"^-?[0-9][0-9.,]*$"
_PLAIN = re.compile(_NUMBER)
_EITHER = re.compile(_UNSURE)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Evidence:
    """How many cells prove the decimal point, how many the decimal comma, how many could be either.

    ``grouped``: the doubtful cells stand among whole numbers below 1000, none above, as ``1.250`` beside ``845``.
    """

    point: int = 0
    comma: int = 0
    unsure: int = 0
    grouped: bool = False

    def __add__(self, other: Evidence) -> Evidence:
        """Pool the evidence of two columns."""
        return Evidence(self.point + other.point, self.comma + other.comma, self.unsure + other.unsure)

    def decimal(self) -> str | None:
        """Return the decimal mark that the evidence speaks for, null when there is none."""
        if self.point == self.comma:
            return None
        return "." if self.point > self.comma else ","


def is_unsure(cell: str) -> bool:
    """Tell whether a cell such as ``1.234`` can be read in two ways."""
    return bool(_EITHER.match(cell))


def plain_number(cell: str) -> float | None:
    """Read one cell on its own, taking the point as decimal mark where it could be either."""
    if not _DIGIT.search(cell):
        return None
    try:
        number = float(cell)
    except ValueError:
        pass
    else:
        return number if math.isfinite(number) and "_" not in cell else None
    found = _PLAIN.match(re.sub(_GROUPS, "", unicodedata.normalize("NFKC", cell)))
    if found is None:
        return None
    digits = found.group(3)
    comma = digits.rfind(",") > digits.rfind(".") and digits.count(",") == 1 and not re.match(_UNSURE, digits)
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    negative = "(" in cell or any(found.group(k) not in ("", "+") for k in (1, 2, 6))
    number = float(digits + (f"e{found.group(4)}" if found.group(4) else ""))
    number *= 10.0 ** int(_MAGNITUDES.get(found.group(5) or "", "0"))
    return (-number if negative else number) if math.isfinite(number) else None


def exact_sum(values: pl.Series) -> float:
    """Sum without rounding on the way; past 100,000 values to the cent, in extended precision where need be."""
    known = values.drop_nulls()
    if len(known) <= 100_000:
        return math.fsum(known.to_list())
    numbers = known.to_numpy()
    # The rounding of a pairwise sum stays below this part of the sum of the amounts.
    if float(np.abs(numbers).sum()) * 1e-14 < 0.005:
        return float(numbers.sum())
    return float(np.sum(known.to_numpy(), dtype=np.longdouble))


def given(text: pl.Expr) -> pl.Expr:
    """Return the text, null where the cell says that there is nothing."""
    return pl.when(text.str.to_lowercase().is_in(sorted(null_words()))).then(None).otherwise(text)


def without_nulls(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return a frame with null where a cell of some columns of texts says that there is nothing."""
    told = _saying_nothing(frame.select([name for name in names if frame[name].count()]))
    return frame.with_columns(pl.when(~_says_nothing(pl.col(name))).then(pl.col(name)) for name in told)


def or_else(frame: pl.DataFrame, name: str, other: str) -> pl.Expr:
    """Return a column with another's texts where it has none."""
    return pl.coalesce(name, other) if frame[other].count() and frame[name].null_count() else pl.col(name)


def _says_nothing(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().is_in(sorted(null_words())).fill_null(False)


def _saying_nothing(frame: pl.DataFrame) -> list[str]:
    """Return the columns with such a cell; to lower all texts would take many times as long."""
    few, lengths = _written_nulls()
    found: list[str] = []
    for part in condensed(frame):
        told, long = any_of(part, lambda text: [text.is_in(few.implode()), text.str.len_bytes().is_in(lengths)])
        for name in (name for name in part.columns if long[name] and not told[name]):
            texts = part.select(name).filter(pl.col(name).str.len_bytes().is_in(lengths)).unique()
            told[name] = texts.select(_says_nothing(pl.col(name)).any()).item()
        found += [name for name in part.columns if told[name]]
    return found


@cache
def _written_nulls() -> tuple[pl.Series, list[int]]:
    """Return the words for nothing in every mixture of cases; of those written in very many ways, the lengths."""
    few: list[str] = []
    lengths: set[int] = set()
    for word in sorted(null_words()):
        variants = [{c, c.upper(), *_ALSO.get(c, "")} for c in word]
        if math.prod(map(len, variants)) > _MANY:
            lengths |= {len(word.encode()) + 2 * others for others in range(word.count("k") + 1)}
        else:
            few += ["".join(one) for one in product(*variants)]
    return pl.Series(few, dtype=pl.String), sorted(lengths)


def split(text: pl.Series) -> pl.DataFrame:
    """Take number cells apart: digits, exponent, sign; null digits where a cell is no number."""
    plain = scanned(text, lambda cell: cell.str.contains(_BARE)).fill_null(False)
    # Most cells are nothing but digits and separators, for which the long pattern would take ten times as long.
    digits = scanned(text, lambda cell: cell.str.strip_prefix("-"))
    negative = scanned(text, lambda cell: cell.str.starts_with("-")).fill_null(False)
    exponent = pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
    rest = (~plain & text.is_not_null()).arg_true()
    if len(rest):
        parts = _taken_apart(text.gather(rest))
        digits, negative = digits.scatter(rest, parts["digits"]), negative.scatter(rest, parts["negative"])
        exponent = exponent.scatter(rest, parts["exponent"])
    return pl.DataFrame({"digits": digits, "exponent": exponent, "negative": negative})


def _taken_apart(text: pl.Series) -> pl.DataFrame:
    wide = text.str.contains(r"[０-９]").any()
    bare = (text.str.normalize("NFKC") if wide else text).str.replace_all(_GROUPS, "")
    parts = bare.str.extract_groups(_NUMBER).struct.unnest()
    parts.columns = ["s1", "s2", "digits", "exponent", "magnitude", "s3"]
    signs = pl.concat_str("s1", "s2", "s3", ignore_nulls=True).str.contains(r"[-−–△▲]")
    bracket = bare.alias("bare").to_frame().select(pl.col("bare").str.contains("(", literal=True)).to_series()
    power = pl.col("magnitude").replace_strict(_MAGNITUDES, default=None, return_dtype=pl.String)
    return parts.select(
        "digits",
        exponent=pl.coalesce("exponent", power),
        negative=(signs | bracket.fill_null(False)).fill_null(False),
    )


def evidence(parts: pl.DataFrame) -> Evidence:
    """Count what the cells of a column prove."""
    digits = pl.col("digits")
    unsure = digits.str.contains(_UNSURE)
    whole = digits.str.contains(r"^[0-9]+$")
    long = digits.str.len_chars() > 3
    row = parts.select(
        point=(digits.str.contains(_POINT) & digits.str.contains(r"[.,]") & ~unsure).sum(),
        comma=(digits.str.contains(_COMMA) & digits.str.contains(r"[.,]") & ~unsure).sum(),
        unsure=unsure.sum(),
        dotted=(unsure & digits.str.contains(".", literal=True)).sum(),
        short=(whole & ~long).sum(),
        long=(whole & long).sum(),
    ).row(0)
    point, comma, doubtful, dotted, short, longer = (int(n or 0) for n in row)
    return Evidence(point, comma, doubtful, bool(short and not longer and dotted and dotted == doubtful))


def join(parts: pl.DataFrame, decimal: str) -> pl.Series:
    """Put numbers together, each by its own proof where it has one, else by the column's decimal mark."""
    digits = pl.col("digits")
    both = digits.str.contains(r"[.,]")
    unsure = digits.str.contains(_UNSURE)
    comma = pl.when(unsure).then(pl.lit(decimal == ",")).otherwise(digits.str.contains(_COMMA) & both)
    text = (
        pl.when(comma)
        .then(digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .otherwise(digits.str.replace_all(",", "", literal=True))
    )
    with_exponent = pl.when(pl.col("exponent").is_null()).then(text).otherwise(text + "e" + pl.col("exponent"))
    number = with_exponent.cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite()).then(number)
    return parts.select(pl.when(pl.col("negative")).then(-number).otherwise(number)).to_series()
