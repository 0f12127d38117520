"""What was in force on one day. Intervals are half-open ``[since, until)``; null is open."""

from __future__ import annotations

from datetime import date

import polars as pl

from exposure.errors import UniverseError, UsageError

IN_FORCE = ["listed", "restricted_use"]  # a bill or a call restricts nothing
SERIES = ["owner_id", "owned_id", "kind", "basis"]


def listings_at(listings: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the listings in force on ``day``.

    An entry that was removed later counts, as ``listed``, until the day of its removal. Bills and calls
    (``proposed``, ``called_for``) restrict nothing and are left to the history.
    """
    removed_later = (pl.col("status") == "delisted") & pl.col("until").is_not_null()
    counted = pl.col("status").is_in(IN_FORCE) | removed_later
    status = pl.when(removed_later).then(pl.lit("listed")).otherwise(pl.col("status").cast(pl.String))
    return listings.filter(within("since", "until", day) & counted).with_columns(
        status.cast(listings.schema["status"]).alias("status")
    )


def stakes_at(stakes: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the stakes to use on ``day``.

    Of one owner, owned company, kind and basis, an observation gives way to a later (or equally dated and
    surer) one of equal or better confidence. A later but less sure one stays beside it: conflicting sources
    remain separate rows, and the reader of the frame takes their range.
    """
    known = stakes.filter(pl.col("as_of").is_null() | (pl.col("as_of") <= day))
    sized = pl.col("share_low").is_not_null() | pl.col("share_high").is_not_null()
    ranked = known.with_columns(
        _rank=pl.col("confidence").to_physical().cast(pl.Int8), _day=pl.col("as_of"), _sized=sized
    )
    pairs = ranked.select("stake_id", *SERIES, "_rank", "_day", "_sized").join(
        ranked.select(*SERIES, other_rank="_rank", other_day="_day", other_sized="_sized"), on=SERIES
    )
    # A later source that names the stake without its size does not take the size away.
    able = (pl.col("other_rank") <= pl.col("_rank")) & (pl.col("other_sized") | ~pl.col("_sized"))
    later = (pl.col("other_day") > pl.col("_day")) & able
    surer = (pl.col("other_day") == pl.col("_day")) & (pl.col("other_rank") < pl.col("_rank")) & able
    dated = pl.col("_day").is_null() & pl.col("other_day").is_not_null() & able
    gone = pairs.filter(later.fill_null(False) | surer.fill_null(False) | dated)
    # an ended stake still retires the observations before it, so the end is applied last
    lasting = known.filter(pl.col("until").is_null() | (pl.col("until") > day))
    return lasting.join(gone.select("stake_id").unique(), on="stake_id", how="anti", maintain_order="left")


def within(since: str, until: str, day: date) -> pl.Expr:
    """Tell whether ``day`` lies in the half-open interval of two date columns; null is open."""
    begun = pl.col(since).is_null() | (pl.col(since) <= day)
    return begun & (pl.col(until).is_null() | (pl.col(until) > day))


def as_day(value: str | date | None, default: date) -> date:
    """Return a date from a date, an ISO text or the default.

    Raises:
        UsageError: if the text is no ISO date.
    """
    if value is None:
        return default
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{value!r} is no date; write it as YYYY-MM-DD.") from error


def data_date(lists: pl.DataFrame) -> date:
    """Return the date of the latest list of a set: the date an undated question is answered for.

    Raises:
        UniverseError: if no list carries a date.
    """
    latest = lists["as_of"].max()
    if not isinstance(latest, date):
        raise UniverseError("No list in lists.csv has an as_of date; give at least one.")
    return latest
