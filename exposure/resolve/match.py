"""Holdings -> entities: identifiers first, then names, exact ones and look-alikes by one score.

A company is accepted on a valid identifier whose name does not contradict it, or on a name of which nothing
distinguishing is left over (``bands.py``). Everything weaker goes to review: a doubtful look-alike never becomes an
exposure by itself.
"""

from __future__ import annotations

import polars as pl

from exposure.names import folded, is_placeholder, noise_kinds
from exposure.resolve.bands import FORMS, SEVERAL, forms_fit, judge, sentences
from exposure.resolve.batch import Pairs
from exposure.resolve.countries import published
from exposure.resolve.identify import COLUMNS, SCHEMES, by_identifier
from exposure.resolve.index import WEAK_KINDS, Index, weakness
from exposure.resolve.words import Lexicon, Names, keyed, spell
from exposure.schema import Matches, check

__all__ = ["SCHEMES", "match_holdings", "match_universe", "nameable"]

CANDIDATES = 3  # look-alikes shown for one name
NET = 8  # names taken from the net for every name
COSINE_FLOOR = 0.26
BESIDE = 0.6  # names below this fraction of the best one's cosine are left in the net
_NAMED: dict[str, type[pl.DataType]] = {
    "name": pl.String, "rank": pl.Int64, "entity_id": pl.String, "method": pl.String, "score": pl.Float64,
    "band": pl.String, "reason": pl.String,
}  # fmt: skip


def match_holdings(holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Resolve every holding.

    Args:
        holdings: a HOLDINGS frame.
        index: the universe's index.

    Returns:
        A MATCHES frame: one row of rank 0 per holding, further candidates where a person must choose.
    """
    identified = by_identifier(holdings, index)
    rest = holdings.join(identified.select("row").unique(), on="row", how="anti").select("row", "name", "country")
    named = _abroad(rest.join(match_universe(rest["name"], index), on="name", how="inner"), index)
    known = pl.concat([identified.select("row"), named.select("row")]).unique()
    left = holdings.join(known, on="row", how="anti").select("row", "name")
    nothing = left.select(
        "row",
        rank=pl.lit(0, pl.Int64),
        entity_id=pl.lit(None, pl.String),
        method=pl.lit("none"),
        score=pl.lit(None, pl.Float64),
        band=pl.lit("none"),
        reason=pl.when(pl.col("name").is_null())
        .then(pl.lit("no name and no identifier known to this universe"))
        .otherwise(pl.lit("no company in this universe has this identifier or a name like it")),
    )
    parts = [part.select(COLUMNS) for part in (identified, named, nothing)]
    return check(Matches, pl.concat(parts).sort("row", "rank"))


def _abroad(named: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Send to review what the file places in another country than the company's, unless the whole name is the same.

    Two companies of one name in two countries differ in their legal form ("Rio Tinto plc", "Rio Tinto Limited").
    Depositary receipts are placed where they are traded and stay.
    """
    home = index.main.select("entity_id", at_home="country")
    at_home = named.select("entity_id").join(home, on="entity_id", how="left", maintain_order="left")["at_home"]
    file, company = published(named["country"]), published(at_home)
    doubtful = (named["band"] == "accept").to_numpy() & (file > 0) & (company > 0) & ((file & company) == 0)
    if not doubtful.any():
        return named
    keys = keyed(named["name"]).select("name", "legal", "noise", "forms")
    keys = keys.with_columns(receipt=noise_kinds(keys["noise"])["depositary"].is_not_null())
    said = named.select("name", "entity_id").join(keys, on="name", how="left", maintain_order="left")
    known = index.names.select("entity_id", "legal", known=True).unique()
    whole = said.join(known, on=["entity_id", "legal"], how="left", maintain_order="left")["known"].fill_null(False)
    whole &= said["forms"] != ""
    apart = pl.Series(doubtful) & ~whole & ~said["receipt"]
    against = pl.col("reason") + ", but the file says " + pl.col("country") + " and the company is in " + at_home
    return named.with_columns(
        band=pl.when(apart).then(pl.lit("review")).otherwise("band"),
        score=pl.when(apart).then(0.85).otherwise("score"),
        reason=pl.when(apart).then(against).otherwise("reason"),
    )


def match_universe(names: pl.Series, index: Index) -> pl.DataFrame:
    """Compare distinct names with the universe's.

    Returns:
        ``name, rank, entity_id, method, score, band, reason``; names without any candidate are absent.
    """
    keys = keyed(names)
    said = [not is_placeholder(text) for text in keys["folded"]]
    keys = keys.filter(pl.Series(said, dtype=pl.Boolean) & (pl.col("core") != ""))
    if keys.is_empty() or index.names.is_empty():
        return pl.DataFrame(schema=_NAMED)
    asked, lexicon = spell(keys, index.lexicon)
    pairs = _candidates(keys, index)
    judged = _judged(pairs, asked, lexicon, index)
    best = judged.sort(["asked", "score", "entity_id", "at"], descending=[False, True, False, False]).unique(
        ["asked", "entity_id"], keep="first", maintain_order=True
    )
    return _told(_settled(best), asked, lexicon, index)


def _candidates(keys: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Pairs worth a look: names of the same letters, of any kind, and look-alikes of names not too general.

    Blanks do not count for the former: pinyin is spaced by syllables or by words.
    """
    listed = index.names.select("entity_id", "kind", "weak", "at", "core")
    cores = keys.select("core").with_row_index("asked").with_columns(pl.col("asked").cast(pl.Int64))
    cores = cores.join(
        weakness(cores["core"]).rename({"weak": "general"}), on="core", how="left", maintain_order="left"
    )
    letters = pl.col("core").str.replace_all(" ", "").alias("letters")
    equal = (
        cores.with_columns(letters)
        .join(listed.with_columns(letters), on="letters", how="inner")
        .select("asked", "general", "entity_id", "kind", "weak", "at")
    )
    caught = index.grams.nearest(cores["core"], NET, COSINE_FLOOR)
    near = caught.filter(pl.col("cosine") >= BESIDE * pl.col("cosine").max().over("query"))
    near = near.select(asked="query", at="reference")
    several = pl.col("core").str.contains(" ")  # general words together point at someone: "China Telecom (HK)"
    asking = cores.filter(~pl.col("general") | several).drop("core")
    answering = listed.filter((~pl.col("weak") | several) & ~pl.col("kind").is_in(WEAK_KINDS)).drop("core")
    found = near.join(asking, on="asked", how="inner").join(answering, on="at", how="inner")
    both = pl.concat([equal, found.select(equal.columns)])
    return both.unique(["asked", "entity_id", "at"], keep="first", maintain_order=True)


def _judged(pairs: pl.DataFrame, asked: Names, lexicon: Lexicon, index: Index) -> pl.DataFrame:
    weak = (pairs["weak"] | pairs["general"] | pairs["kind"].is_in(WEAK_KINDS)).to_numpy()
    compared = Pairs(asked, index.spelled, pairs["asked"].to_numpy(), pairs["at"].to_numpy(), lexicon)
    judged = pl.concat([pairs, judge(compared, weak)], how="horizontal")
    main = pairs.join(index.main, on="entity_id", how="left", maintain_order="left")["forms"]
    known = index.spelled.frame["forms"].gather(pairs["at"])
    own = asked.frame["forms"].gather(pairs["asked"])
    # A short alias ("Domino's Pizza") has no legal form to differ; the company's own name has.
    apart = pl.Series(~forms_fit(own, main)) & (known == "")
    judged = judged.with_columns(
        band=pl.when(apart & (pl.col("band") == "accept")).then(pl.lit("review")).otherwise("band"),
        doubt=pl.when(apart & (pl.col("band") == "accept")).then(pl.lit(FORMS)).otherwise("doubt"),
        score=pl.when(apart & (pl.col("band") == "accept")).then(0.85).otherwise("score"),
    )
    short = pl.col("kind").is_in(WEAK_KINDS) & (pl.col("band") == "accept")
    return judged.filter(pl.col("band") != "none").with_columns(
        score=pl.when(short).then(0.75).otherwise("score"),
        band=pl.when(short).then(pl.lit("review")).otherwise("band"),
        doubt=pl.when(short).then(pl.lit("only a short or transliterated name agrees")).otherwise("doubt"),
    )


def _settled(best: pl.DataFrame) -> pl.DataFrame:
    """Accept where one company stands alone at the top; otherwise every candidate goes to review."""
    accepted = pl.col("band") == "accept"
    top = pl.col("score") == pl.col("score").max().over("asked")
    decided = (pl.col("exact") & accepted).any().over("asked")
    ranked = best.filter(pl.col("exact") | ~decided).with_columns(
        rank=pl.int_range(pl.len(), dtype=pl.Int64).over("asked"),
        ties=(top & accepted).sum().over("asked"),
        sure=accepted.first().over("asked"),
    )
    alone = pl.col("sure") & (pl.col("ties") == 1)
    return ranked.filter((alone & (pl.col("rank") == 0)) | (~alone & (pl.col("rank") < CANDIDATES))).with_columns(
        doubt=pl.when(alone).then(None).when("sure").then(pl.lit(SEVERAL)).otherwise("doubt"),
        band=pl.when(alone).then(pl.lit("accept")).otherwise(pl.lit("review")),
    )


def _told(settled: pl.DataFrame, asked: Names, lexicon: Lexicon, index: Index) -> pl.DataFrame:
    """Add the sentence: which name it equals or resembles, which words agree or differ, and what follows."""
    rows, at = settled["asked"].to_numpy(), settled["at"].to_numpy()
    words = sentences(Pairs(asked, index.spelled, rows, at, lexicon)) if len(rows) else []
    told = settled.with_columns(
        name=asked.frame["name"].gather(settled["asked"]),
        known=index.spelled.frame["name"].gather(settled["at"]),
        words=pl.Series(words, dtype=pl.String),
    )
    says = pl.when("exact").then(pl.lit("name equals “")).otherwise(pl.lit("name resembles “"))
    compared = pl.when("exact").then(pl.lit("")).otherwise(": " + pl.col("words"))
    kept = pl.lit("look-alikes need a person's decision")
    verdict = (
        pl.when(pl.col("band") == "accept")
        .then(pl.when("exact").then(pl.lit("")).otherwise(pl.lit("; every word agrees")))
        .otherwise(pl.when("exact").then(pl.lit(", but ")).otherwise(pl.lit("; ")) + pl.coalesce("doubt", kept))
    )
    return told.select(
        "name",
        "rank",
        "entity_id",
        method=pl.when("exact").then(pl.lit("name_exact")).otherwise(pl.lit("name_fuzzy")),
        score=pl.col("score").round(4),
        band="band",
        reason=says + pl.col("known") + "”" + compared + verdict,
    ).cast(pl.Schema(_NAMED))


def nameable(names: pl.Series) -> pl.DataFrame:
    """Tell for each distinct name whether it says anything (``name, usable``): "N/A" and "OTHER" do not."""
    distinct = names.drop_nulls().unique(maintain_order=True).alias("name").to_frame()
    forms = distinct.with_columns(folded=folded(pl.col("name")))
    usable = [bool(f) and not is_placeholder(f) for f in forms["folded"]]
    return forms.select("name", usable=pl.Series(usable, dtype=pl.Boolean))
