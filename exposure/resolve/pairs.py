"""Any two lists of names: how alike pairs are, and which names of one list answer which of another.

Both functions are deterministic and work in batches of bounded size. ``match_names`` uses the score of
``match_holdings``; ``score_pairs``, which only puts pairs in order, also hears the second opinion of ``model.py``
where there are names enough to count letters in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from exposure.errors import UsageError
from exposure.resolve.align import WORKERS
from exposure.resolve.batch import Pairs
from exposure.resolve.candidates import GramIndex
from exposure.resolve.likeness import Vectors, likeness, vectors
from exposure.resolve.model import score
from exposure.resolve.renames import CERTAINTY, SAME, renames
from exposure.resolve.words import Lexicon, Names, keyed, spell

BATCH = 50_000  # pairs scored at a time
CHUNK = 100_000  # reference names normalised at a time
QUERIES = 10_000  # distinct names looked up at a time
CANDIDATES = 14  # names taken from the net for every query, at least
FLOOR = 0.22  # cosine below which a name is no candidate
LEVEL = 0.01  # scores closer than this are equal; among equals the spelling decides which name stands first
BESIDE = 0.6  # candidates below this fraction of the best one's cosine are not scored
MANY = 1000  # distinct names from which on they tell how rare letters are, and the second opinion is heard
SCHEMA = {"query_row": pl.Int64, "reference_row": pl.Int64, "score": pl.Float64, "rank": pl.Int64}


def score_pairs(left: pl.Series, right: pl.Series) -> pl.Series:
    """Score pairs of names: 0 two companies, 1 one company.

    How rare a word is, is counted over all the names given, so scores of one long list are steadier than of many
    short ones. From a thousand names on, what names have in common in letters and sound counts, too; that puts
    pairs in order and decides nothing.

    Args:
        left: names as published, any language; nulls score null.
        right: as many names.

    Returns:
        A series ``score`` of 0-1, in the order of the pairs; the same whichever side a name stands on.

    Raises:
        UsageError: the lists differ in length.

    Examples:
        >>> left, right = pl.Series(["NESTLE SA (REGD)"]), pl.Series(["Nestlé S.A."])
        >>> ex.resolve.score_pairs(left, right)[0] > 0.9
        True
    """
    left, right = _text(left), _text(right)
    if len(left) != len(right):
        raise UsageError(f"score_pairs needs two lists of one length, not {len(left):,} and {len(right):,}.")
    keys = keyed(pl.concat([left, right]).unique().drop_nulls().sort())
    names, lexicon = spell(keys)
    one, two = _rows(left, keys["name"]), _rows(right, keys["name"])
    usable = left.is_not_null() & right.is_not_null()
    at = usable.arg_true().to_numpy()
    values = np.full(len(left), np.nan)
    spelled = vectors(names) if keys.height >= MANY else None
    values[at] = _scores(names, names, one[at], two[at], lexicon, spelled)
    for here, there in ((one[at], two[at]), (two[at], one[at])):
        pairs, renamed = _renamed(names, here, there, lexicon)
        np.maximum.at(values, at[pairs], renamed)
    return pl.Series("score", values).fill_nan(None)


def _renamed(
    names: Names, one: npt.NDArray[np.int64], two: npt.NDArray[np.int64], lexicon: Lexicon
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Score pairs with the first name's company under its other names: places of the pairs, and their scores."""
    others, known = _other_names(names.frame)
    pairs = pl.DataFrame({"pair": np.arange(len(one)), "at": one}).join(others, on="at", how="inner")
    if pairs.is_empty():
        return np.zeros(0, np.int64), np.zeros(0)
    place = pairs["pair"].to_numpy()
    spelled, lexicon = spell(known, lexicon)
    found = _scores(spelled, names, pairs["other"].to_numpy(), two[place], lexicon)
    return place[found >= SAME], CERTAINTY * found[found >= SAME]


def _other_names(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The other names of renamed companies: ``at`` among the names, ``other`` among the keys of those."""
    cores = keys.select("core").with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    known = renames().others(cores["core"].unique())
    order = known.select(pl.col("name").unique(maintain_order=True)).with_row_index("other")
    others = order.join(renames().keys, on="name", how="left", maintain_order="left")
    order = order.with_columns(pl.col("other").cast(pl.Int64))
    found = cores.join(known, on="core", how="inner").join(order, on="name", how="inner")
    return found.select("at", "other").sort("at", "other"), others.select(keys.columns)


def _text(names: pl.Series) -> pl.Series:
    return (
        pl.Series("name", names, dtype=pl.String)
        if not isinstance(names, pl.Series)
        else names.cast(pl.String).alias("name")
    )


def _rows(names: pl.Series, distinct: pl.Series) -> npt.NDArray[np.int64]:
    """Position of each name among the distinct ones, -1 for null."""
    table = distinct.alias("name").to_frame().with_row_index("at")
    found = names.to_frame().join(table, on="name", how="left", maintain_order="left")["at"]
    rows: npt.NDArray[np.int64] = found.cast(pl.Int64).fill_null(-1).to_numpy()
    return rows


def _scores(
    left: Names,
    right: Names,
    one: npt.NDArray[np.int64],
    two: npt.NDArray[np.int64],
    lexicon: Lexicon,
    spelled: Vectors | None = None,
) -> npt.NDArray[np.float64]:
    """Score pairs batch by batch; ``spelled`` are names that stand on both sides."""
    parts = []
    for at in range(0, len(one), BATCH):
        here, there = one[at : at + BATCH], two[at : at + BATCH]
        alike = likeness(spelled, here, there) if spelled is not None else None
        parts.append(score(Pairs(left, right, here, there, lexicon), alike))
    return np.concatenate(parts) if parts else np.zeros(0)


@dataclass(frozen=True)
class Reference:
    """A list of names prepared to be asked many times.

    Attributes:
        names: the distinct names; ``rows`` is the first place of each in the list given.
        lexicon: their words.
        cores: the distinct cores with the positions of the names that have them.
        grams: the index over those cores.

    Examples:
        >>> reference = ex.resolve.Reference.build(pl.Series(["Nestlé S.A.", "Novartis AG"]))
        >>> ex.resolve.match_names(pl.Series(["NESTLE SA"]), reference, top=1)["reference_row"].to_list()
        [0]
    """

    names: Names
    rows: npt.NDArray[np.int64]
    lexicon: Lexicon
    starts: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]
    grams: GramIndex

    @classmethod
    def build(cls, reference: pl.Series) -> Reference:
        """Prepare a list of names; nulls are never found."""
        listed = _text(reference).to_frame().with_row_index("row").drop_nulls("name")
        first = listed.unique("name", keep="first", maintain_order=True)
        chunks = (first["name"].slice(at, CHUNK) for at in range(0, max(first.height, 1), CHUNK))
        spelled, lexicon = spell(pl.concat([keyed(chunk).drop("folded", "noise") for chunk in chunks]))
        names = Names(spelled.frame.drop("plain"), spelled.words)
        cores = names.frame.select("core").with_row_index("at").group_by("core", maintain_order=True).agg("at")
        sizes = cores["at"].list.len().to_numpy().astype(np.int64)
        members = cores["at"].explode(empty_as_null=True).cast(pl.Int64).to_numpy()
        starts = np.append(0, np.cumsum(sizes))
        return cls(
            names, first["row"].cast(pl.Int64).to_numpy(), lexicon, starts, members, GramIndex.build(cores["core"])
        )

    def match(self, queries: pl.Series, top: int = 5) -> pl.DataFrame:
        """Find the best answers to each query; see :func:`match_names`."""
        asked = (
            _text(queries).to_frame().with_row_index("query_row").with_columns(pl.col("query_row").cast(pl.Int64))
        )
        distinct = asked["name"].drop_nulls().unique(maintain_order=True)
        parts = [self._batch(distinct.slice(at, QUERIES), top) for at in range(0, len(distinct), QUERIES)]
        found = pl.concat(parts) if parts else pl.DataFrame(schema={"name": pl.String, **SCHEMA})
        answers = asked.join(
            found.drop("query_row", strict=False), on="name", how="inner", maintain_order="left_right"
        )
        return answers.select(pl.col(c).cast(t) for c, t in SCHEMA.items())

    def _batch(self, names: pl.Series, top: int) -> pl.DataFrame:
        keys = keyed(names)
        others, known = _other_names(keys)  # looked up beside the names asked, and answering for them
        asked, lexicon = spell(pl.concat([keys, known]), self.lexicon)
        scored = self._scored(asked, lexicon, top)
        if known.height:
            query = others.select(pl.col("other").alias("query") + keys.height, "at")
            renamed = scored.join(query, on="query", how="inner").filter(pl.col("score") >= SAME)
            renamed = renamed.with_columns(query="at", same=False, score=CERTAINTY * pl.col("score"))
            scored = pl.concat([scored.filter(pl.col("query") < keys.height), renamed.select(scored.columns)])
            scored = scored.sort("score", descending=True, maintain_order=True).unique(
                ["query", "reference_row"], keep="first", maintain_order=True
            )
        order = ["query", "level", "same", "alike", "spelled", "score", "reference_row"]
        ranked = (
            scored.with_columns(level=(pl.col("score") / LEVEL).round())
            .sort(order, descending=[False, True, True, True, True, True, False])
            .with_columns(rank=pl.int_range(pl.len()).over("query"))
        )
        kept = ranked.filter(pl.col("rank") < top)
        name = asked.frame["name"].gather(kept["query"])
        return kept.select("reference_row", "score", "rank", name=name)

    def _scored(self, asked: Names, lexicon: Lexicon, top: int) -> pl.DataFrame:
        """Score names with those of the list that resemble them: ``query`` is the place among the names asked."""
        near = self.grams.nearest(asked.frame["core"], max(CANDIDATES, 2 * top), FLOOR)
        best = pl.col("cosine").max().over("query")
        near = near.filter((pl.col("cosine") >= BESIDE * best) | (pl.int_range(pl.len()).over("query") < top))
        group = near["reference"].to_numpy()
        sizes = self.starts[group + 1] - self.starts[group]
        query = np.repeat(near["query"].to_numpy(), sizes)
        offset = np.arange(len(query)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        member = self.members[np.repeat(self.starts[group], sizes) + offset]
        spelled = _spelled(asked.frame["name"].gather(query), self.names.frame["name"].gather(member))
        return pl.DataFrame(
            {
                "query": query,
                "reference_row": self.rows[member],
                "score": _scores(asked, self.names, query, member, lexicon),
                "same": (asked.words[query] == self.names.words[member]).all(axis=1),
                "alike": asked.frame["legal"].gather(query) == self.names.frame["legal"].gather(member),
                "spelled": spelled,
            }
        )


def _spelled(left: pl.Series, right: pl.Series) -> pl.Series:
    """How alike names are as published: of equals the plainest answers, not the issuer's bond."""
    one, two = left.str.to_lowercase().to_list(), right.str.to_lowercase().to_list()
    return pl.Series(cpdist(one, two, scorer=fuzz.ratio, workers=WORKERS, dtype=np.float32))


def match_names(queries: pl.Series, reference: pl.Series | Reference, top: int = 5) -> pl.DataFrame:
    """Find for each query the names of a reference list that most likely mean the same company.

    Args:
        queries: names as published.
        reference: the list to look in, or a :class:`Reference` built once and asked again.
        top: answers for each query, at most.

    Returns:
        ``query_row, reference_row`` (0-based places in the two lists; of equal reference names the first),
        ``score`` (0-1) and ``rank`` (0 is the best), sorted by query and rank. A query that resembles nothing
        has no rows.

    Examples:
        >>> known = pl.Series(["Nestlé S.A.", "Hangzhou Hikvision Digital Technology Co., Ltd."])
        >>> found = ex.resolve.match_names(pl.Series(["Hangzhou Hikvision Digital Tech"]), known, top=1)
        >>> found["reference_row"].to_list()
        [1]
    """
    if top < 1:
        raise UsageError(f"top is {top}; it must be at least 1.")
    known = reference if isinstance(reference, Reference) else Reference.build(reference)
    return known.match(queries, top)
