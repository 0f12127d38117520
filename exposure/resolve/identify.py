"""Holdings -> entities by identifier, and what the row's own name says against it.

An identifier decides, strongest scheme first; but where the row's name cannot be a way to write the company, or
carries words that make another company of it ("Puma Biotechnology" on Puma's number), both are shown to a person.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from exposure.names import is_placeholder, vocabulary
from exposure.resolve.batch import Pairs
from exposure.resolve.features import agreed_sum
from exposure.resolve.index import Index, identifiers_inside
from exposure.resolve.model import score
from exposure.resolve.words import BENIGN, PLACE, keyed, spell

SCHEMES = ("isin", "cusip", "sedol", "figi", "lei")  # in order of authority
FITS = 0.12  # score from which a name can be a way to write the company
WHOLE = 0.9  # share of a name's rarity that must be found for it to stand whole in the other
MUCH = 1.5  # rarity that agrees from which words of its own speak no longer against it
LIKELY = 0.9  # score from which words of its own speak no longer against it
COLUMNS = ["row", "rank", "entity_id", "method", "score", "band", "reason"]


def by_identifier(holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Rows whose valid identifier the universe knows, strongest scheme first; contradictions are under review.

    Returns:
        The columns of MATCHES.
    """
    return _contradictions(_found(holdings, index), holdings, index)


def _stated(holdings: pl.DataFrame) -> pl.DataFrame:
    """Every identifier of every row: ``row, scheme, value, venue``."""
    parts = [
        holdings.filter(pl.col(s).is_not_null()).select("row", scheme=pl.lit(s), value=pl.col(s), venue=pl.lit(""))
        for s in SCHEMES
    ]
    isin = holdings.filter(pl.col("isin").is_not_null())
    parts += [p.select("row", "scheme", "value", "venue") for p in identifiers_inside(isin, "isin")]
    ticker = holdings.filter(pl.col("ticker").is_not_null() & pl.col("venue").is_not_null())
    parts.append(ticker.select("row", scheme=pl.lit("ticker"), value=pl.col("ticker"), venue=pl.col("venue")))
    return pl.concat(parts)


def _found(holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    order = {s: i for i, s in enumerate((*SCHEMES, "ticker"))}
    found = _stated(holdings).join(index.identifiers, on=["scheme", "value", "venue"], how="inner")
    found = found.with_columns(order=pl.col("scheme").replace_strict(order, return_dtype=pl.Int64))
    best = found.sort("row", "order", "entity_id").unique(["row", "entity_id"], keep="first")
    ranked = best.sort("row", "order", "entity_id").with_columns(
        rank=pl.int_range(pl.len(), dtype=pl.Int64).over("row"), several=pl.len().over("row") > 1
    )
    label = pl.col("scheme").str.to_uppercase() + " " + pl.col("value")
    venue = pl.when(pl.col("venue") != "").then(" on " + pl.col("venue")).otherwise(pl.lit(""))
    conflict = label + venue + " means this company, another identifier of the row means a different one"
    return ranked.with_columns(
        method=pl.col("scheme"),
        score=pl.when("several").then(0.5).otherwise(1.0),
        band=pl.when("several").then(pl.lit("review")).otherwise(pl.lit("accept")),
        reason=pl.when("several").then(conflict).otherwise(label + venue + " belongs to this company"),
    ).select(COLUMNS)


def _contradictions(found: pl.DataFrame, holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Send to review what a row's own name contradicts: both are shown, neither wins."""
    named = found.join(holdings.select("row", "name"), on="row", how="left", maintain_order="left")
    flags = _doubts(named.select("entity_id", "name").drop_nulls().unique(maintain_order=True), index)
    joined = named.join(flags, on=["entity_id", "name"], how="left", maintain_order="left")
    joined = joined.join(index.main, on="entity_id", how="left", maintain_order="left")
    said = (
        pl.col("reason") + ", but the row's name is “" + pl.col("name") + "”, not “" + pl.col("main") + "”"
        + pl.when(pl.col("extra") != "").then(" (its names lack: " + pl.col("extra") + ")").otherwise(pl.lit(""))
    )  # fmt: skip
    against = pl.col("extra").is_not_null()
    return joined.with_columns(
        band=pl.when(against).then(pl.lit("review")).otherwise(pl.col("band")),
        score=pl.when(against).then(0.5).otherwise(pl.col("score")),
        reason=pl.when(against).then(said).otherwise(pl.col("reason")),
    ).select(COLUMNS)


def _doubts(pairs: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Names that contradict the company their identifier means: ``entity_id, name, extra``.

    ``extra`` holds the words of the row's name that no name of the company has, "" where nothing fits at all.
    """
    empty = pl.DataFrame(schema={"entity_id": pl.String, "name": pl.String, "extra": pl.String})
    keys = keyed(pairs["name"]).filter(pl.col("core") != "")
    said = [not is_placeholder(folded) for folded in keys["folded"]]
    keys = keys.filter(pl.Series(said, dtype=pl.Boolean))
    if keys.is_empty():
        return empty
    asked, lexicon = spell(keys, index.lexicon)
    place = keys.select("name").with_row_index("left").with_columns(pl.col("left").cast(pl.Int64))
    known = index.names.select("entity_id", "at")
    rows = pairs.join(place, on="name", how="inner", maintain_order="left").join(known, on="entity_id", how="inner")
    compared = Pairs(asked, index.spelled, rows["left"].to_numpy(), rows["at"].to_numpy(), lexicon)
    measured = rows.with_columns(
        score=pl.Series(np.where(np.maximum(*compared.found) > 0, score(compared), 0.0)),  # no word, no likeness
        kept=pl.Series(_kept(compared)),
        much=pl.Series(agreed_sum(compared)),
        extra=pl.Series(_extra(compared), dtype=pl.String),
    )
    best = measured.sort("score", "at", descending=[True, False]).group_by("entity_id", "name", maintain_order=True)
    judged = best.agg(
        pl.col("score").first(),
        pl.col("kept").any(),
        pl.col("much").max(),
        pl.col("extra").sort_by(pl.col("extra").str.len_chars()).first(),
    )
    nothing = (pl.col("score") < FITS) & ~pl.col("kept")
    other = (pl.col("extra") != "") & (pl.col("score") < LIKELY) & pl.col("kept") & (pl.col("much") < MUCH)
    return judged.filter(nothing | other).select(
        "entity_id", "name", extra=pl.when(nothing).then(pl.lit("")).otherwise("extra")
    )


def _kept(pairs: Pairs) -> np.ndarray:
    """Tell whether some name of the company stands whole in the row's name, or the row's in it."""
    return np.asarray(np.maximum(*pairs.found) >= WHOLE)


def _extra(pairs: Pairs) -> list[str]:
    """Words of the row's name that tell companies apart and that the company's name lacks."""
    a, words = pairs.alignment, pairs.lexicon.frame["word"].to_list()
    rarity, kind = pairs.lexicon.rarity[a.left], pairs.lexicon.kind[a.left]
    trade = pairs.lexicon.sector[a.left] > 0
    telling = (
        pairs.alone[0]
        & ((kind & (BENIGN | PLACE)) == 0)
        & ((rarity >= 0.6) | trade)
        & (pairs.lexicon.length[a.left] > 3)
    )
    skipped = vocabulary().generic
    return [
        ", ".join(words[c] for c, t in zip(a.left[at], telling[at], strict=True) if t and words[c] not in skipped)
        for at in range(len(a.left))
    ]
