"""The identifier columns of a table: cleaned, repaired, checked; what fails is flagged and never used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl

from ..identifiers import (
    VALID,
    clean,
    cusip_in_isin,
    is_filler,
    is_mostly_short,
    may_hold_sedol,
    normal_ticker,
    repair_cusip,
    repair_sedol,
    sedol_in_isin,
    split_ticker,
    valid_cusip,
    valid_isin,
    valid_sedol,
)
from .numbers import given, without_nulls
from .scan import scanned
from .venues import is_code, mainland, mic

#: Fewer numbers of a column prove nothing against it.
_ENOUGH = 5


def identify(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the identifier columns of a frame of raw texts.

    Returns:
        The frame with ``isin cusip sedol figi lei`` holding valid identifiers only, ``identifiers_flagged``,
        ``ticker``, ``exchange`` and ``venue``.
    """
    frame = _sort_mixed(frame) if frame["identifier"].count() else frame
    frame = _isin_as_ticker(frame) if frame["ticker"].count() and not frame["isin"].count() else frame
    with ThreadPoolExecutor(1) as pool:
        tickers = pool.submit(_tickers, frame)
        checked = _identifiers(frame)
        return checked.with_columns(tickers.result().select("name", "ticker", "exchange", "venue"))


def _identifiers(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the columns of identifiers with what is valid, and ``identifiers_flagged`` with the rest."""
    # Most files give one or two kinds: columns without a single text need no arithmetic.
    kinds = [kind for kind in VALID if frame[kind].count()]
    none = pl.lit([], dtype=pl.List(pl.String)).alias("identifiers_flagged")
    doubt = _doubtful(frame, kinds)
    if not doubt.any():
        checked = frame.with_columns(none)
    elif doubt.sum() * 2 > frame.height:
        checked = _checked(frame, kinds, frame["cusip"], _disproved(frame, kinds))
    else:
        # What is valid as it stands stays; only the others are cleaned, repaired and flagged.
        place = frame.with_row_index("_place")
        parts = [
            place.filter(~doubt).with_columns(none),
            _checked(place.filter(doubt), kinds, frame["cusip"]),
        ]
        checked = pl.concat(parts, how="diagonal_relaxed").sort("_place").drop("_place")
    return _inside_isin(checked) if checked["isin"].count() else checked


def _doubtful(frame: pl.DataFrame, kinds: list[str]) -> pl.Series:
    """Return the rows that hold a text that is no valid identifier of its column's kind as it stands."""
    if not kinds:
        return pl.Series([False]).new_from_index(0, frame.height)
    tests = [pl.col(kind).is_not_null() & ~(VALID[kind](pl.col(kind)) & ~is_filler(kind)) for kind in kinds]
    return frame.select(pl.any_horizontal(tests).fill_null(True)).to_series()


def _disproved(frame: pl.DataFrame, kinds: list[str]) -> frozenset[str]:
    """Return the kinds that most of their column are not: the few that pass the check digit pass it by chance."""
    found = set()
    for kind in ("cusip", "sedol"):
        if kind not in kinds:
            continue
        texts = frame.select(clean(pl.col(kind), kind).alias(kind)).to_series().drop_nulls()
        others = [valid(pl.col(kind)) for other, valid in VALID.items() if other != kind]
        texts = texts.filter(~texts.to_frame().select(pl.any_horizontal(others)).to_series())
        repair = repair_cusip if kind == "cusip" else repair_sedol
        right = texts.to_frame().select(VALID[kind](repair(pl.col(kind))).sum()).item() or 0
        if len(texts) >= _ENOUGH and right * 3 < len(texts):
            found.add(kind)
    return frozenset(found)


def _checked(
    frame: pl.DataFrame, kinds: list[str], cusips: pl.Series, disproved: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Clean, repair and check the identifiers of some rows; ``cusips`` is the whole column, for its habit."""
    frame = frame.rechunk().with_columns(clean(pl.col(kind), kind).alias(kind) for kind in kinds)
    if "cusip" in kinds:
        seven = cusips.filter((cusips.str.strip_chars().str.len_chars() == 7).fill_null(False)).unique()
        sedols = seven.to_frame("t").select(valid_sedol(pl.col("t")).sum()).item() or 0
        frame, kinds = _moved(frame, sedols * 2 > len(seven)), [*dict.fromkeys([*kinds, "isin", "sedol"])]
        short = is_mostly_short(cusips)
        frame = frame.with_columns(cusip=repair_cusip(pl.col("cusip"), short))
    if "sedol" in kinds:
        frame = frame.with_columns(sedol=repair_sedol(pl.col("sedol")))
    flags = pl.concat_list(_flag(kind, kind in disproved) for kind in kinds).list.drop_nulls()
    none = pl.lit(None, pl.String)
    valid = [
        none.alias(kind) if kind in disproved else pl.when(VALID[kind](pl.col(kind))).then(pl.col(kind)).alias(kind)
        for kind in kinds
    ]
    return frame.with_columns(flags.alias("identifiers_flagged"), *valid)


def _moved(frame: pl.DataFrame, sedols: bool) -> pl.DataFrame:
    """Move what stands in a CUSIP column but is a SEDOL or an ISIN by form and check digit.

    Args:
        frame: the rows.
        sedols: whether most texts of seven characters in the whole column are SEDOLs as they stand.
    """
    text = pl.col("cusip")
    isin = valid_isin(text).fill_null(False)
    # Seven digits may also be a CUSIP that lost its leading zeros, where most such numbers are no SEDOLs.
    other = pl.lit(not sedols) & valid_cusip(text.str.zfill(9))
    sedol = (valid_sedol(text) & (text.str.contains("[A-Z]") | ~other)).fill_null(False)
    return frame.with_columns(
        isin=pl.when(isin).then(pl.coalesce("isin", text)).otherwise("isin"),
        sedol=pl.when(sedol).then(pl.coalesce("sedol", text)).otherwise("sedol"),
        cusip=pl.when(~isin & ~sedol).then(text),
    )


def _inside_isin(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the CUSIP or SEDOL that an ISIN contains where the file gives none of its own."""
    inside, may = scanned(frame["isin"], cusip_in_isin), scanned(frame["isin"], may_hold_sedol)
    frame = frame.with_columns(cusip=pl.coalesce("cusip", inside) if frame["cusip"].count() else inside)
    if not may.any():
        return frame
    sedols = frame.filter(may).select(sedol_in_isin(pl.col("isin"))).to_series()
    own = frame["sedol"]
    return frame.with_columns(sedol=own.zip_with(own.is_not_null(), own.scatter(may.arg_true(), sedols)))


def _flag(kind: str, disproved: bool = False) -> pl.Expr:
    """Say of an invalid identifier what it was; one of the right form fails by its check digit."""
    text = pl.col(kind)
    lengths = {"isin": 12, "cusip": 9, "sedol": 7, "figi": 12, "lei": 20}
    why = pl.when(text.str.len_chars() == lengths[kind]).then(pl.lit("check digit")).otherwise(pl.lit("form"))
    if disproved:
        why = pl.when(VALID[kind](text)).then(pl.lit("most of its column fail the check digit")).otherwise(why)
    wrong = text.is_not_null() & (pl.lit(disproved) | ~VALID[kind](text))
    return pl.when(wrong).then(pl.format(f"{kind}={{}}: {{}}", text.str.slice(0, 40), why))


def _sort_mixed(frame: pl.DataFrame) -> pl.DataFrame:
    """Put a column of identifiers of no stated kind where its cells belong, by form and check digit.

    One number in ten passes a check digit by chance: a kind counts where most numbers of its length pass.
    """
    mixed = clean(pl.col("identifier"), "isin")
    texts = frame.select(mixed.alias("identifier")).drop_nulls().unique()
    kinds = ["isin", "figi"]
    for kind, length in (("cusip", 9), ("sedol", 7)):
        formed = texts.filter(pl.col("identifier").str.len_chars() == length)
        right = formed.select(VALID[kind](pl.col("identifier")).sum()).item() or 0
        if right * 2 > formed.height:
            kinds.append(kind)
    fills = [pl.coalesce(kind, pl.when(VALID[kind](mixed)).then(mixed)).alias(kind) for kind in kinds]
    return frame.with_columns(fills)


def _isin_as_ticker(frame: pl.DataFrame) -> pl.DataFrame:
    """Move a column of security codes that holds ISINs where it belongs."""
    text = clean(pl.col("ticker"), "isin")
    valid = VALID["isin"](text).fill_null(False)
    if int(frame.head(200).select(valid.sum()).item() or 0) * 2 < frame["ticker"].head(200).count():
        return frame
    return frame.with_columns(isin=pl.when(valid).then(text), ticker=pl.when(~valid).then("ticker"))


def _tickers(frame: pl.DataFrame) -> pl.DataFrame:
    """Split Bloomberg tickers, translate exchanges and give numeric codes their exchange's form."""
    frame = without_nulls(frame, ["ticker", "exchange"]).with_columns(_code=pl.lit(None, pl.String))
    bare = frame["ticker"]
    numbered = bare.str.ends_with(".0") if bare.count() else None
    if bare.count() and scanned(bare, lambda text: text.str.contains(" ", literal=True)).any():
        frame = _split(frame)
    elif not frame["exchange"].count():
        plain = frame.with_columns(venue=pl.lit(None, pl.String)).drop("_code")
        whole = numbered is not None and numbered.any()
        return plain.with_columns(ticker=pl.col("ticker").str.strip_suffix(".0")) if whole else plain
    venue = frame.with_columns(
        venue=pl.coalesce(mic(pl.col("exchange"), pl.col("_code")), mainland(pl.col("ticker"), pl.col("_code"))),
        exchange=pl.coalesce("exchange", "_code"),
    )
    return venue.with_columns(ticker=normal_ticker(pl.col("ticker"), pl.col("venue"))).drop("_code")


def _split(frame: pl.DataFrame) -> pl.DataFrame:
    """Split tickers with an exchange code; a phrase in the ticker's column is the line's name."""
    bare = pl.col("ticker")
    phrase = bare.str.contains(r"^\S+ \S+ .*[a-z]{3}").fill_null(False) & ~bare.str.contains("(?i) (equity|corp)$")
    named = pl.when(phrase).then(pl.coalesce(given(pl.col("name")), bare)).otherwise("name")
    frame = frame.with_columns(name=named, ticker=pl.when(~phrase).then(bare))
    head, code = split_ticker(bare)
    known = is_code(code).fill_null(False)
    return frame.with_columns(ticker=pl.when(known).then(head).otherwise(bare), _code=pl.when(known).then(code))
