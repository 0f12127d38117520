"""Holdings -> entities: identifiers first, then exact names, then look-alikes for a person to judge.

A company is accepted on a valid identifier whose name does not contradict it, or on an exact name that is
distinctive enough. Everything weaker goes to review: a look-alike never becomes an exposure by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import log

import polars as pl
from rapidfuzz import fuzz

from exposure.names import folded, is_generic, is_placeholder, is_short, legal_and_core, name_keys
from exposure.resolve.candidates import nearest
from exposure.resolve.compare import REVIEW, compare, explain, score
from exposure.resolve.index import WEAK_KINDS, Index, identifiers_inside
from exposure.schema import Matches, check

SCHEMES = ("isin", "cusip", "sedol", "figi", "lei")  # in order of authority
CANDIDATES = 3
COSINE_FLOOR = 0.45
CONTRADICTION = 45.0  # token-set ratio below which a name does not fit the company its identifier means
# Forms that custodians add and drop at will; any other differing form (corp v none v inc) needs a person.
LOOSE_FORMS = {"co", "ltd", "plc"}
_COLUMNS = ["row", "rank", "entity_id", "method", "score", "band", "reason"]


def match_holdings(holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Resolve every holding.

    Args:
        holdings: a HOLDINGS frame.
        index: the universe's index.

    Returns:
        A MATCHES frame: one row of rank 0 per holding, further candidates where a person must choose.
    """
    by_identifier = _contradictions(_by_identifier(holdings, index), holdings, index)
    rest = holdings.join(by_identifier.select("row").unique(), on="row", how="anti").select("row", "name")
    by_name = rest.join(match_names_exactly(rest["name"], index), on="name", how="inner").drop("name")
    left = holdings.join(
        pl.concat([by_identifier.select("row"), by_name.select("row")]).unique(), on="row", how="anti"
    ).select("row", "name")
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
    parts = [part.select(_COLUMNS) for part in (by_identifier, by_name, nothing)]
    return check(Matches, pl.concat(parts).sort("row", "rank"))


def _by_identifier(holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Rows whose valid identifier the universe knows, strongest scheme first."""
    parts = [
        holdings.filter(pl.col(s).is_not_null()).select("row", scheme=pl.lit(s), value=pl.col(s), venue=pl.lit(""))
        for s in SCHEMES
    ]
    isin = holdings.filter(pl.col("isin").is_not_null())
    parts += [p.select("row", "scheme", "value", "venue") for p in identifiers_inside(isin, "isin")]
    parts.append(
        holdings.filter(pl.col("ticker").is_not_null() & pl.col("venue").is_not_null()).select(
            "row", scheme=pl.lit("ticker"), value=pl.col("ticker"), venue=pl.col("venue")
        )
    )
    order = {s: i for i, s in enumerate((*SCHEMES, "ticker"))}
    found = pl.concat(parts).join(index.identifiers, on=["scheme", "value", "venue"], how="inner")
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
    ).select(_COLUMNS)


def _contradictions(found: pl.DataFrame, holdings: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Send to review what a row's own name contradicts: both are shown, neither wins."""
    named = found.join(holdings.select("row", "name"), on="row", how="left", maintain_order="left")
    known = index.names.group_by("entity_id").agg(known="core", main=pl.col("name").first())
    pairs = (
        named.select("entity_id", "name")
        .unique(maintain_order=True)
        .join(known, on="entity_id", how="left", maintain_order="left")
    )
    keys = name_keys(pairs["name"])
    pairs = pairs.join(keys.select("name", "folded", "core"), on="name", how="left", maintain_order="left")
    fits = [_fits(row["folded"], row["core"], row["known"]) for row in pairs.iter_rows(named=True)]
    flags = pairs.select("entity_id", "name", "main", fits=pl.Series(fits, dtype=pl.Boolean))
    joined = named.join(flags, on=["entity_id", "name"], how="left", nulls_equal=True, maintain_order="left")
    said = pl.col("reason") + ", but the row's name is “" + pl.col("name") + "”, not “" + pl.col("main") + "”"
    return joined.with_columns(
        band=pl.when("fits").then(pl.col("band")).otherwise(pl.lit("review")),
        score=pl.when("fits").then(pl.col("score")).otherwise(0.5),
        reason=pl.when("fits").then(pl.col("reason")).otherwise(said),
    ).select(_COLUMNS)


def _fits(folded_name: str | None, core: str | None, known: list[str] | None) -> bool:
    """Tell whether a row's name can be a way to write the company; no usable name contradicts nothing."""
    if not core or not known or folded_name is None or is_placeholder(folded_name):
        return True
    return any(fuzz.token_set_ratio(core, other) >= CONTRADICTION or _cut(core, other) for other in known)


def _cut(a: str, b: str) -> bool:
    """Tell whether one is an initialism of the other ("cnooc") or simply its beginning."""
    initials = "".join(w[0] for w in b.split())
    return a.startswith(b) or b.startswith(a) or a.split()[0] == initials


def match_names_exactly(names: pl.Series, index: Index) -> pl.DataFrame:
    """Compare distinct names with the universe's: equal keys first, then look-alikes.

    Returns:
        ``name, rank, entity_id, method, score, band, reason``; names without any candidate are absent.
    """
    keys = name_keys(names)
    exact = _equal(keys, index)
    rest = keys.join(exact.select("name").unique(), on="name", how="anti")
    return pl.concat([exact, _alike(rest, index)])


def _equal(keys: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Names whose core is a known core; the legal key decides between several companies."""
    reference = index.names.select("entity_id", "kind", "core", known="name", known_legal="legal")
    pairs = keys.join(reference, on="core", how="inner").filter(pl.col("core") != "")
    rows = [
        {**pair, **_judge_equal(pair["legal"], pair["known_legal"], pair["core"], pair["kind"])}
        for pair in pairs.iter_rows(named=True)
    ]
    judged = pl.DataFrame(rows, infer_schema_length=None) if rows else None
    if judged is None:
        return _no_names()
    best = judged.sort(["name", "score", "entity_id"], descending=[False, True, False]).unique(
        ["name", "entity_id"], keep="first", maintain_order=True
    )
    return _settle(best)


def _judge_equal(legal: str, known_legal: str, core: str, kind: str) -> dict[str, object]:
    """Score one pair of equal cores: which legal forms differ, and is the core worth anything?"""
    forms, known = set(legal.split()[len(core.split()) :]), set(known_legal.split()[len(core.split()) :])
    same = legal == known_legal
    if kind in WEAK_KINDS or ((is_generic(core) or is_short(core)) and not (same and forms)):
        return {"score": 0.75, "weak": "the name is too short or too general to stand alone"}
    if same:
        return {"score": 1.0, "weak": None}
    if not forms or not known or forms - LOOSE_FORMS == known - LOOSE_FORMS:
        return {"score": 0.97, "weak": None}
    return {"score": 0.85, "weak": "the legal forms differ"}


def _settle(best: pl.DataFrame) -> pl.DataFrame:
    """Accept where one company stands alone at the top; otherwise every candidate goes to review."""
    top = pl.col("score") == pl.col("score").max().over("name")
    ranked = best.with_columns(
        rank=pl.int_range(pl.len(), dtype=pl.Int64).over("name"), ties=top.sum().over("name")
    )
    accepted = (pl.col("weak").first().over("name").is_null()) & (pl.col("ties") == 1)
    several = pl.lit("several companies share this name")
    said = pl.lit("name equals “") + pl.col("known") + "”"
    doubt = said + ", but " + pl.coalesce("weak", several)
    return (
        ranked.with_columns(accepted=accepted)
        .filter(~pl.col("accepted") | (pl.col("rank") == 0))
        .select(
            "name",
            "rank",
            "entity_id",
            method=pl.lit("name_exact"),
            score=pl.col("score"),
            band=pl.when("accepted").then(pl.lit("accept")).otherwise(pl.lit("review")),
            reason=pl.when("accepted").then(said).otherwise(doubt),
        )
    )


def _alike(keys: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Look-alikes: always review, never accepted."""
    usable = keys.filter(
        pl.col("core").is_not_null()
        & ~pl.col("folded").map_elements(is_placeholder, return_dtype=pl.Boolean)
        & ~pl.col("core").map_elements(is_generic, return_dtype=pl.Boolean)
    ).unique("core", maintain_order=True)
    strong = ~pl.col("kind").is_in(WEAK_KINDS)
    general = pl.col("core").map_elements(is_short, return_dtype=pl.Boolean)
    reference = index.names.filter(strong & ~general).unique(["entity_id", "core"], maintain_order=True)
    if usable.is_empty() or reference.is_empty():
        return _no_names()
    pairs = nearest(usable["core"], reference["core"], CANDIDATES * 2, COSINE_FLOOR)
    rarity = _rarity(pl.concat([usable["core"], reference["core"]]))
    rows = [
        row
        for q, r in zip(pairs["query"], pairs["reference"], strict=True)
        if (row := _alike_pair(usable["core"][q], reference.row(r, named=True), rarity)) is not None
    ]
    if not rows:
        return _no_names()
    found = pl.DataFrame(rows, infer_schema_length=None).sort(
        ["core", "score", "entity_id"], descending=[False, True, False]
    )
    found = found.unique(["core", "entity_id"], keep="first", maintain_order=True).with_columns(
        rank=pl.int_range(pl.len(), dtype=pl.Int64).over("core")
    )
    named = keys.select("name", "core").join(found.filter(pl.col("rank") < CANDIDATES), on="core", how="inner")
    return named.select(
        "name",
        "rank",
        "entity_id",
        method=pl.lit("name_fuzzy"),
        score="score",
        band=pl.lit("review"),
        reason="reason",
    )


def _alike_pair(core: str, known: Mapping[str, str], rarity: Mapping[str, float]) -> dict[str, object] | None:
    comparison = compare(core, known["core"], rarity)
    value = score(comparison)
    if value < REVIEW:
        return None
    reason = f"resembles “{known['name']}”: {explain(comparison)}"
    return {"core": core, "entity_id": known["entity_id"], "score": value, "reason": reason}


def _rarity(cores: pl.Series) -> dict[str, float]:
    """Inverse document frequency of each word; ``""`` holds the value of a word never seen."""
    counts = Counter(word for core in cores for word in set(core.split()))
    total = len(cores)
    return {"": log(1 + total), **{word: log(1 + total / n) for word, n in counts.items()}}


def _no_names() -> pl.DataFrame:
    schema = {"name": pl.String, "rank": pl.Int64, "entity_id": pl.String, "method": pl.String}
    return pl.DataFrame(schema={**schema, "score": pl.Float64, "band": pl.String, "reason": pl.String})


def nameable(names: pl.Series) -> pl.DataFrame:
    """Tell for each distinct name whether it says anything (``name, usable``): "N/A" and "OTHER" do not."""
    distinct = names.drop_nulls().unique(maintain_order=True).alias("name").to_frame()
    keyed = distinct.with_columns(folded=folded(pl.col("name")))
    usable = [bool(f) and not is_placeholder(f) and bool(legal_and_core(f)[1]) for f in keyed["folded"]]
    return keyed.select("name", usable=pl.Series(usable, dtype=pl.Boolean))
