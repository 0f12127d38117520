"""Looking through funds: a fund line is replaced by what the fund holds, to any depth, without losing a penny.

A fund whose holdings nobody has given is opaque: wholly in what could not be checked. A fund given in part (its top
ten, say) leaves an opaque remainder. Each level keeps its own date. A fund that stands in for another on the same
index is a proxy and is marked as one in every line that comes out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from exposure.schema import Lines, check

DEPTH = 12  # funds of funds of funds: deeper than any published structure
# A remainder below this fraction of a fund is rounding in the published weights, not an undisclosed holding.
ROUNDING = 0.002
EXACT = 1e-12
# Lines of these kinds are looked through when their fund is given; cash and derivatives never are.
OPENABLE = ("fund", "unknown", "other", "equity")


@dataclass(frozen=True)
class Proxy:
    """A fund whose holdings stand in for a mandate or fund on the same index that publishes none.

    Examples:
        >>> stands_in = ex.Proxy(ex.example("funds") / "cityview_emerging_markets.csv")
        >>> fund = "CITYVIEW EMERGING MARKETS EQUITY INDEX FUND"
        >>> ex.screen(ex.example("pension"), funds={fund: stands_in}).lines["proxy"].any()
        True
    """

    source: Any


@dataclass(frozen=True)
class FundHoldings:
    """What a fund holds: its own lines, resolved.

    Attributes:
        name: the fund's name.
        as_of: the date of its holdings, null when its file does not say.
        lines: LINES of the fund by itself (``share`` = fraction of the fund).
        proxy: the holdings are those of another fund on the same index.
    """

    name: str
    as_of: date | None
    lines: pl.DataFrame = field(repr=False)
    proxy: bool = False


def look_through(lines: pl.DataFrame, funds: Mapping[str, FundHoldings]) -> pl.DataFrame:
    """Replace fund lines by what the fund holds, to any depth, never through the same fund twice.

    Args:
        lines: LINES of the portfolio.
        funds: what is known of funds, by key (see ``fund_keys`` in LINES): ISIN, ``TICKER@MIC``, legal key of
            the name.

    Returns:
        LINES, renumbered; the value of each holding is spread over its lines without loss.
    """
    if not funds or lines.is_empty():
        return lines
    opened = _open(lines, funds)
    if not opened:
        return lines
    whole: dict[str, pl.DataFrame] = {}
    rows = {row["line"]: row for row in lines.filter(pl.col("line").is_in(list(opened))).iter_rows(named=True)}
    parts = [
        _spread(rows[line], fund, whole.setdefault(fund.name, _flat(fund, funds, (fund.name,), DEPTH)))
        for line, fund in opened.items()
    ]
    kept = lines.filter(~pl.col("line").is_in(list(opened)))
    every = pl.concat([kept, *parts]).sort("row", maintain_order=True)
    return check(Lines, every.with_columns(line=pl.int_range(pl.len(), dtype=pl.Int64)))


def _open(lines: pl.DataFrame, funds: Mapping[str, FundHoldings]) -> dict[int, FundHoldings]:
    """Which lines are funds whose holdings are given: line number -> fund."""
    kind = pl.col("security_kind").cast(pl.String)
    wanted = lines.filter(kind.is_in(OPENABLE) & (pl.col("fund_keys").list.len() > 0))
    named = {line: next((funds[k] for k in keys if k in funds), None) for line, keys in _keys(wanted)}
    return {line: fund for line, fund in named.items() if fund is not None}


def _keys(lines: pl.DataFrame) -> Iterable[tuple[int, list[str]]]:
    return lines.select("line", "fund_keys").iter_rows()


def _flat(
    fund: FundHoldings, funds: Mapping[str, FundHoldings], inside: tuple[str, ...], depth: int
) -> pl.DataFrame:
    """A fund's own lines with the funds among them opened in turn; shares are fractions of ``fund``.

    A fund inside itself (directly or through others) stays closed: its part of the value is opaque.
    """
    lines = fund.lines  # one without a value stays, as a line of unknown value
    opened = {n: f for n, f in _open(lines, funds).items() if f.name not in inside} if depth else {}
    if not opened:
        return lines
    rows = {row["line"]: row for row in lines.filter(pl.col("line").is_in(list(opened))).iter_rows(named=True)}
    parts = [_spread(rows[n], f, _flat(f, funds, (*inside, f.name), depth - 1)) for n, f in opened.items()]
    kept = lines.filter(~pl.col("line").is_in(list(opened)))
    return pl.concat([kept, *parts])


def _spread(line: dict[str, Any], fund: FundHoldings, inside: pl.DataFrame) -> pl.DataFrame:
    """Spread one line's value over what its fund holds; what the fund does not disclose stays a line."""
    rest = 1.0 - float(inside["share"].sum())
    # The mark travels in the name, so that no table, chart or export can lose it.
    called = f"{fund.name} (proxy)" if fund.proxy else fund.name
    here, when = [*line["via"], called], [*line["via_as_of"], fund.as_of]
    scaled = inside.with_columns(
        row=pl.lit(line["row"], pl.Int64),
        via=pl.concat_list(pl.lit(here, dtype=pl.List(pl.String)), "via"),
        via_as_of=pl.concat_list(pl.lit(when, dtype=pl.List(pl.Date)), "via_as_of"),
        proxy=pl.col("proxy") | pl.lit(fund.proxy or line["proxy"]),
        value=pl.col("share") * pl.lit(line["value"], pl.Float64),
        share=pl.col("share") * pl.lit(line["share"], pl.Float64),
    )
    if abs(rest) <= EXACT:
        return scaled
    return pl.concat([scaled, _remainder(line, fund, here, when, rest)])


def _remainder(
    line: dict[str, Any], fund: FundHoldings, here: list[str], when: list[date | None], rest: float
) -> pl.DataFrame:
    """What the fund's own lines leave over: undisclosed holdings, or the rounding of its published weights."""
    hidden = rest > ROUNDING
    what = "holdings not disclosed" if hidden else "rounding of the published weights"
    left = line | {
        "name": f"{fund.name}: {what}",
        "coverage": "opaque_funds" if hidden else "not_applicable",
        "entity_id": None,
        "candidates": [],
        "fund_keys": [],
        "via": here,
        "via_as_of": when,
        "proxy": fund.proxy or line["proxy"],
        **dict.fromkeys(("ownership", "ownership_of", "ownership_source")),  # of the fund, not of a company
        "value": None if line["value"] is None else line["value"] * rest,
        "share": None if line["share"] is None else line["share"] * rest,
    }
    return pl.DataFrame([left], schema={name: column.dtype for name, column in Lines.columns().items()})
