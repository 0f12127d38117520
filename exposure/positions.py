"""Holdings of two screenings paired: the same security, or the same line within the same fund, on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from exposure.money import summed
from exposure.results import Results
from exposure.universe.find import fold

# By what a holding is known again, strongest first; the company itself only where nothing else pairs.
KEYS = ("isin", "figi", "sedol", "cusip", "folded", "entity_id")


@dataclass(frozen=True)
class Fund:
    """The fund holding above a line, before and after."""

    held: tuple[bool, bool]
    seen: tuple[bool, bool]  # its own holdings were given
    values: tuple[float, float]
    shares: tuple[float | None, float | None]


@dataclass(frozen=True)
class Position:
    """One holding, or one line within a fund, before and after.

    Attributes:
        via: funds passed through, outermost first; empty for a direct holding.
        held: whether it is there at all.
        values: value of all its lines, 0 where not held or not given.
        shares: share counts, null where a line gives none.
        exposed: whether it counts in ``at_least``; not held counts as the other side.
        issuers: the company it is taken to be.
        identified: whether a company is accepted; not held counts as the other side.
        methods: how the match was made, null where not held.
        unvalued: a value is missing on one side.
        fund: the fund holding above it.
    """

    issuer_id: str | None
    issuer: str | None
    name: str | None
    via: list[str]
    held: tuple[bool, bool]
    values: tuple[float, float]
    shares: tuple[float | None, float | None]
    exposed: tuple[bool, bool]
    issuers: tuple[str | None, str | None]
    identified: tuple[bool, bool]
    methods: tuple[str | None, str | None]
    unvalued: bool
    fund: Fund | None


def paired(before: Results, after: Results, amount: str) -> list[Position]:
    """Pair the positions of two screenings, those that are exposed on either side.

    Args:
        before: the first screening.
        after: the second.
        amount: ``value`` or ``share``: the column that is counted.
    """
    tops = [_tops(r, amount) for r in (before, after)]
    tops = _keyed(*tops)
    rows = [_lines(r, top, amount) for r, top in zip((before, after), tops, strict=True)]
    rows = _keyed_inside(*rows)
    sides = [_summed(frame) for frame in rows]
    keys = sorted({k for side in sides for k, row in side.items() if row["exposed"]})
    funds = [{row["top"]: row for row in top.iter_rows(named=True)} for top in (_sum_tops(t) for t in tops)]
    names = _names(before) | _names(after)
    return [_position(k, sides[0].get(k), sides[1].get(k), funds, names) for k in keys]


def _names(results: Results) -> dict[str, str]:
    return dict(results.exposures.select("issuer_id", "issuer").iter_rows())


def _tops(results: Results, amount: str) -> pl.DataFrame:
    """Holdings with what they can be paired by, and whether their own holdings were seen."""
    seen = results.lines.filter(pl.col("via").list.len() > 0)["row"].unique()
    company = results.lines.filter(pl.col("via").list.len() == 0).select("row", "entity_id")
    total = results.total_value
    size = pl.col("value") if amount == "value" else pl.col("value") / total if total else pl.col("weight")
    held = results.holdings.select("row", "name", *KEYS[:4], "shares", amount=size.cast(pl.Float64))
    return held.join(company, on="row", how="left", maintain_order="left").with_columns(
        folded=_folded("name"), seen=pl.col("row").is_in(seen.to_list())
    )


def _folded(column: str) -> pl.Expr:
    return pl.col(column).map_elements(fold, return_dtype=pl.String)


def _keyed(first: pl.DataFrame, last: pl.DataFrame) -> list[pl.DataFrame]:
    """Give holdings of both sides a common ``top``: by the strongest key that pairs, else their own."""
    frames = [f.with_columns(top=pl.lit(None, pl.String)) for f in (first, last)]
    for key in KEYS:
        frames = _paired_by(frames, key, key)
    own = pl.coalesce(*(pl.lit(f"{k}=") + pl.col(k) for k in KEYS), pl.lit("row=") + pl.col("row").cast(pl.String))
    sides = ("before", "after")
    return [
        f.with_columns(pl.col("top").fill_null(pl.lit(f"{side}:") + own))
        for f, side in zip(frames, sides, strict=True)
    ]


def _paired_by(frames: list[pl.DataFrame], key: str, mark: str) -> list[pl.DataFrame]:
    """Fill the still empty keys with those that both sides have left over."""
    left = [set(f.filter(pl.col("top").is_null())[key].drop_nulls()) for f in frames]
    both = sorted(left[0] & left[1])
    fits = pl.col("top").is_null() & pl.col(key).is_in(both)
    return [
        f.with_columns(top=pl.when(fits).then(pl.lit(f"{mark}=") + pl.col(key)).otherwise("top")) for f in frames
    ]


def _lines(results: Results, tops: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Lines with the key of the holding they came from, and whether they count in ``at_least``."""
    certain = results.exposures.filter(
        pl.col("relation").cast(pl.String).is_in(["listed", "reached"]) & (pl.col("kind") == "designation")
    )["line"]
    lines = results.lines.select(
        "line", "row", "name", "via", "entity_id", "coverage", "match_method", amount=amount
    ).with_columns(
        exposed=pl.col("line").is_in(certain.to_list()),
        identified=pl.col("entity_id").is_not_null()
        & pl.col("coverage").cast(pl.String).str.starts_with("identified"),
        folded=_folded("name"),
        holding=pl.lit(None, pl.String),
    )
    given = tops.select("row", "top", "shares")
    return lines.join(given, on="row", how="left", maintain_order="left").with_columns(
        holding="top", path=pl.col("top") + pl.lit(" > ") + pl.col("via").list.join(" > ")
    )


def _keyed_inside(first: pl.DataFrame, last: pl.DataFrame) -> list[pl.DataFrame]:
    """Key every line: direct ones by their holding, those within a fund by their path and name or company."""
    direct = pl.col("via").list.len() == 0
    frames = [
        f.with_columns(
            top=pl.when(direct).then("holding"),
            by_name=pl.when(~direct).then(pl.col("path") + pl.lit(" > ") + pl.col("folded")),
            by_company=pl.when(~direct).then(pl.col("path") + pl.lit(" > ") + pl.col("entity_id")),
        )
        for f in (first, last)
    ]
    for key in ("by_name", "by_company"):
        frames = _paired_by(frames, key, key)
    own = pl.coalesce("by_name", "by_company", pl.col("path") + pl.lit(" > ") + pl.col("line").cast(pl.String))
    return [
        f.with_columns(key=pl.col("top").fill_null(pl.lit(f"{side}:") + own))
        for f, side in zip(frames, ("before", "after"), strict=True)
    ]


def _summed(lines: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Lines of one key together. Where only some of them are exposed, only those count."""
    mixed = pl.col("exposed").any().over("key") & ~pl.col("exposed").all().over("key")
    kept = lines.filter(~mixed | pl.col("exposed"))
    grouped = kept.group_by("key", maintain_order=True).agg(
        pl.col("name", "via", "entity_id", "exposed", "identified", "match_method", "holding").first(),
        amount=summed(pl.col("amount")),
        unvalued=pl.col("amount").is_null().any(),
        shares=pl.when(pl.col("shares").is_not_null().all()).then(summed(pl.col("shares"))),
    )
    return {row["key"]: row for row in grouped.iter_rows(named=True)}


def _sum_tops(tops: pl.DataFrame) -> pl.DataFrame:
    return tops.group_by("top", maintain_order=True).agg(
        amount=summed(pl.col("amount")),
        shares=pl.when(pl.col("shares").is_not_null().all()).then(summed(pl.col("shares"))),
        seen=pl.col("seen").any(),
    )


def _position(
    key: str,
    first: dict[str, Any] | None,
    last: dict[str, Any] | None,
    funds: list[dict[str, dict[str, Any]]],
    names: dict[str, str],
) -> Position:
    there = [row for row in (first, last) if row is not None]
    shown = next(row for row in reversed(there) if row["exposed"])
    exposed, identified, issuers = (_both(first, last, c) for c in ("exposed", "identified", "entity_id"))
    return Position(
        issuer_id=shown["entity_id"],
        issuer=names.get(shown["entity_id"], shown["entity_id"]),
        name=shown["name"],
        via=shown["via"],
        held=(first is not None, last is not None),
        values=(_number(first), _number(last)),
        shares=(first["shares"] if first else None, last["shares"] if last else None),
        exposed=(bool(exposed[0]), bool(exposed[1])),
        issuers=issuers,
        identified=(bool(identified[0]), bool(identified[1])),
        methods=(first["match_method"] if first else None, last["match_method"] if last else None),
        unvalued=_unvalued(there),
        fund=_fund(shown, funds) if shown["via"] else None,
    )


def _both(first: dict[str, Any] | None, last: dict[str, Any] | None, column: str) -> tuple[Any, Any]:
    """A column on both sides; a side where it is not held takes the other's: nothing is known to differ."""
    one, two = first or last, last or first
    assert one is not None  # a key comes from at least one side
    assert two is not None
    return one[column], two[column]


def _number(row: dict[str, Any] | None) -> float:
    return float(row["amount"]) if row else 0.0


def _unvalued(there: Iterable[dict[str, Any]]) -> bool:
    return any(row["unvalued"] for row in there)


def _fund(shown: dict[str, Any], funds: list[dict[str, dict[str, Any]]]) -> Fund:
    first, last = (side.get(shown["holding"]) for side in funds)
    return Fund(
        held=(first is not None, last is not None),
        seen=(bool(first and first["seen"]), bool(last and last["seen"])),
        values=(_number(first), _number(last)),
        shares=(first["shares"] if first else None, last["shares"] if last else None),
    )
