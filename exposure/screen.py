"""LINES x CONNECTIONS -> EXPOSURES: each line of value once, in its strongest relation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from exposure.coverage import OPEN
from exposure.money import added
from exposure.schema import RELATIONS, Exposures, check
from exposure.universe.bundle import Universe


@dataclass(frozen=True)
class Amount:
    """A value in the portfolio's currency and its share of the portfolio (fraction); null = not known."""

    value: float | None
    share: float | None

    def __add__(self, other: Amount) -> Amount:
        """Add; what is not known stays not known."""
        return Amount(_plus(self.value, other.value), _plus(self.share, other.share))


@dataclass(frozen=True)
class Headline:
    """The figures quoted first.

    Attributes:
        relations: by relation: all of it, its designations, and what rests on allegations alone.
        at_least: certainly exposed: ``listed`` and ``reached`` by a designation. Shares are of the value that is
            known.
        at_most: that, plus everything that cannot be excluded; null where nobody knows the value of one of these
            lines.
        companies: number of listed companies behind ``at_least``.
        accused_only: number of companies that are listed by allegation alone.
    """

    relations: dict[str, tuple[Amount, Amount, Amount]]
    at_least: Amount
    at_most: Amount
    companies: int
    accused_only: int


def expose(
    lines: pl.DataFrame, connections: pl.DataFrame, universe: Universe, holdings_as_of: date | None
) -> pl.DataFrame:
    """Meet lines and connections.

    Args:
        lines: LINES, reviews settled.
        connections: CONNECTIONS of their issuers.
        universe: for names and for the dates of listings and allegations.
        holdings_as_of: the holdings' own date, null when the file does not say.

    Returns:
        EXPOSURES: one row per exposed line, the issuer's other listed companies in ``also``.
    """
    identified = pl.col("coverage").cast(pl.String).str.starts_with("identified")
    ranked = connections.sort(
        ["entity_id", _strength(), "share_high", "severity", "listed_id"],
        descending=[False, False, True, True, False],
    )
    strongest = ranked.unique("entity_id", keep="first", maintain_order=True)
    others = ranked.group_by("entity_id", maintain_order=True).agg(
        also=pl.col("listed_id").slice(1),
        open_lists=pl.col("open_lists").explode(empty_as_null=True).drop_nulls().unique(maintain_order=True),
        whole=pl.when(pl.col("together_low") >= 1).then("points_low").sum(),
    )
    names = universe.entities.select(listed_id="entity_id", listed="name")
    issuers = universe.entities.select("entity_id", issuer="name")
    met = (
        lines.filter(identified & pl.col("entity_id").is_not_null())
        .join(strongest.drop("open_lists"), on="entity_id", how="inner")
        .join(others, on="entity_id", how="left")
        .join(names, on="listed_id", how="left")
        .join(issuers, on="entity_id", how="left")
    )
    # Inside a fund the date that counts is that of the innermost fund's own holdings.
    fund_date = pl.col("via_as_of").list.last()
    own_date = pl.when(pl.col("via").list.len() > 0).then(fund_date).otherwise(pl.lit(holdings_as_of, pl.Date))
    wholly = pl.col("relation").cast(pl.String).is_in(["listed", "reached"])
    dated = met.join(began(strongest, universe), on="entity_id", how="left").with_columns(
        issuer_id="entity_id",
        in_force_at_holding=_in_force(own_date),
        severity=pl.when(wholly).then("whole").otherwise("severity"),
        attributed_low=pl.col("value") * pl.col("together_low"),
        attributed_high=pl.col("value") * pl.col("together_high"),
    )
    return check(Exposures, dated.sort("line"))


def _strength() -> pl.Expr:
    """Order of connections: what an authority's act meets, directly or by its rule, before what is alleged.

    An accused company that a rule reaches is reached by a designation: counted among the accused alone it would
    be missing from ``at_least``.
    """
    relation, kind = pl.col("relation").cast(pl.String), pl.col("kind").cast(pl.String)
    alleged = (relation == "listed") & (kind == "allegation")
    step = pl.when(alleged).then(pl.lit(1.5)).otherwise(pl.col("relation").to_physical().cast(pl.Float64))
    return step * 2 + (kind == "allegation").cast(pl.Float64) * 0.5


def began(connections: pl.DataFrame, universe: Universe) -> pl.DataFrame:
    """When the listings or allegations of each connection began: ``entity_id, day, undated``.

    Args:
        connections: one row for each issuer.
        universe: the listings and allegations.

    Returns:
        The first day of those that the connection rests on, and whether some of them have no date.
    """
    told = [
        (universe.listings.select(cause="listing_id", began="since"), "listing_ids", "designation"),
        (universe.allegations.select(cause="allegation_id", began="date"), "allegation_ids", "allegation"),
    ]
    parts = [
        connections.filter(pl.col("kind").cast(pl.String) == kind)
        .select("entity_id", cause=column)
        .explode("cause", empty_as_null=True)
        .join(dates, on="cause", how="left")
        .group_by("entity_id")
        .agg(day=pl.col("began").min(), undated=pl.col("began").is_null().any())
        for dates, column, kind in told
    ]
    return pl.concat(parts)


def _in_force(own_date: pl.Expr) -> pl.Expr:
    return (
        pl.when(own_date.is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("day") <= own_date)
        .then(pl.lit("yes"))
        .when(pl.col("undated") | pl.col("day").is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("no"))
    )


def headline(exposures: pl.DataFrame, lines: pl.DataFrame) -> Headline:
    """Add up exposures and what could not be excluded.

    ``at_least`` counts ``listed`` and ``reached`` designations only: an accusation is never added to a
    sanction, a minority stake is not a legal finding. ``at_most`` adds lines awaiting review, opaque funds,
    unidentified lines, and issuers that a rule may reach but an unknown share leaves open. Where one of all these
    lines has no known value, no sum is the most that there can be: ``at_most`` is null.
    """
    zero = _zero(lines)
    relations = {}
    for relation in RELATIONS:
        rows = exposures.filter(pl.col("relation") == relation)
        official = rows.filter(pl.col("kind") == "designation")
        alleged = rows.filter(pl.col("kind") == "allegation")
        relations[relation] = (_sum(rows, zero), _sum(official, zero), _sum(alleged, zero))
    at_least = relations["listed"][1] + relations["reached"][1]
    unseen, open_rules = open_lines(lines), undecided(exposures)
    at_most = at_least + _sum(unseen, zero, rising=True) + _sum(open_rules, zero, rising=True)
    certain = exposures.filter(pl.col("relation").cast(pl.String).is_in(["listed", "reached"]))
    official = certain.filter(pl.col("kind") == "designation")
    at_most = _if_known(at_most, unvalued(lines, unseen, open_rules, official))
    by_kind = dict(certain.group_by("kind").agg(pl.col("issuer_id").n_unique()).iter_rows())
    return Headline(relations, at_least, at_most, by_kind.get("designation", 0), by_kind.get("allegation", 0))


def unvalued(lines: pl.DataFrame, *parts: pl.DataFrame) -> pl.DataFrame:
    """The rows of some parts of the lines whose value or share nobody knows: ``value, share``.

    What a fund discloses without an amount is in its opaque remainder already.

    Args:
        lines: LINES.
        parts: some of them, or EXPOSURES made of them.
    """
    remainders = lines.filter(pl.col("coverage").cast(pl.String) == "opaque_funds")["row"].unique().to_list()
    told = (pl.col("via").list.len() > 0) & pl.col("row").is_in(remainders)
    unknown = pl.col("value").is_null() | pl.col("share").is_null()
    return pl.concat([part.filter(unknown & ~told).select("value", "share") for part in parts])


def _if_known(most: Amount, unknown: pl.DataFrame) -> Amount:
    """An upper bound, where no line is left whose amount nobody knows."""
    return Amount(*(None if unknown[c].null_count() else known for c, known in vars(most).items()))


def open_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that could be a listed company for all that is known."""
    return lines.filter(pl.col("coverage").cast(pl.String).is_in(OPEN))


def undecided(exposures: pl.DataFrame) -> pl.DataFrame:
    """Exposures that are not certain, but that the rule of a list may turn out to reach."""
    relation, kind = pl.col("relation").cast(pl.String), pl.col("kind").cast(pl.String)
    certain = relation.is_in(["listed", "reached"]) & (kind == "designation")
    return exposures.filter(~certain & (pl.col("open_lists").list.len() > 0))


def uncertain_share(lines: pl.DataFrame, exposures: pl.DataFrame) -> float | None:
    """Fraction of the portfolio that could not be excluded; null when no fraction is known at all.

    A line of unknown value among them, or among the exposures, could be most of the portfolio: then all of it.
    """
    if lines["share"].is_null().all():
        return None
    unseen = open_lines(lines)
    return 1.0 if unvalued(lines, unseen, exposures)["share"].null_count() else added(unseen["share"].abs())


def _zero(lines: pl.DataFrame) -> Amount:
    """Zero where the file has values or shares at all, unknown where it has none."""
    value = 0.0 if lines["value"].is_not_null().any() else None
    share = 0.0 if lines["share"].is_not_null().any() else None
    return Amount(value, share)


def _sum(rows: pl.DataFrame, zero: Amount, *, rising: bool = False) -> Amount:
    """Add up; ``rising`` leaves negative amounts out: a short position of unknown name lowers no upper bound."""
    value, share = (rows[c].clip(0.0) if rising else rows[c] for c in ("value", "share"))
    return zero + Amount(
        None if zero.value is None else added(value),
        None if zero.share is None else added(share),
    )


def _plus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b
