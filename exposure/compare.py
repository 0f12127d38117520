"""Two screenings of one portfolio, side by side: what changed in the exposed value, and why.

Exposed value is what ``at_least`` counts: listed or reached by a designation. Its change is taken apart into causes
that add up to it: trades (share counts at the first screening's prices), prices and currencies (what trades leave
over), the funds' own changes, and changes in what is known: lists, ownership, matches.

A holding that is exposed on one side only is a change of knowledge for the value held on *both* sides: newly
exposed, at the value it had before; no longer exposed, at the value it has now. What was traded or moved in price
counts as that. Turning the two screenings round turns the sign of every change of knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from exposure.card import Card, Table
from exposure.errors import UsageError
from exposure.money import summed
from exposure.positions import Position, paired
from exposure.results import Results

CAUSES = {
    "bought": "Bought",
    "sold": "Sold",
    "price_or_fx": "Price or exchange rate",
    "price_or_quantity": "Price or quantity (no share counts)",
    "fund_rebalance": "Weight inside a fund",
    "fund_seen": "A fund's holdings given on one side only",
    "list_added": "List entry added",
    "list_ended": "List entry ended",
    "rule_changed": "A list's ownership rule changed",
    "ownership": "Ownership changed, or is known otherwise",
    "judgement": "A person's decision on a match",
    "identification": "Matched otherwise",
    "value_not_given": "Value given on one side only",
}
# What floating point leaves over, as a fraction of what is exposed: no cause of its own.
ROUNDING = 1e-13
CHANGES = {
    "issuer_id": pl.String(),
    "issuer": pl.String(),
    "name": pl.String(),
    "via": pl.List(pl.String()),
    "cause": pl.String(),
    "change": pl.Float64(),
    "why": pl.String(),
}


@dataclass(frozen=True)
class Side:
    """One of the two screenings: its name, the four dates of its result, and its exposed total."""

    portfolio: str
    holdings: date | None
    lists: date
    stakes: date
    funds: date | None
    exposed: float
    total: float | None


@dataclass(frozen=True)
class Comparison:
    """What changed between two screenings of one portfolio.

    Attributes:
        before: the first screening's name, dates and exposed total.
        after: the second one's.
        unit: the currency of every figure; ``share`` (fractions of the portfolio) where a file gives weights only;
            null where neither file names a currency.
        total_change: exposed after less exposed before.
        causes: ``cause, label, change, companies``: every cause, also those of nothing; adds up to the change.
        by_company: ``issuer_id, issuer, before, after, change, causes``, largest change first.
        changes: one row per holding (or line within a fund) and cause, with the sentence that says why.
        notes: what the reader should know: other dates, other names, currencies not given.
    """

    before: Side
    after: Side
    unit: str | None
    total_change: float
    causes: pl.DataFrame = field(repr=False)
    by_company: pl.DataFrame = field(repr=False)
    changes: pl.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``exposure compare --json``.

        Examples:
            >>> ex.compare(screening, screening).to_dict()["total_change"]
            0.0
        """
        return {
            "before": _side(self.before),
            "after": _side(self.after),
            "unit": self.unit,
            "total_change": self.total_change,
            "causes": self.causes.to_dicts(),
            "by_company": self.by_company.to_dicts(),
            "changes": self.changes.to_dicts(),
            "notes": list(self.notes),
        }

    def to_text(self) -> str:
        """The comparison in a few lines.

        Examples:
            >>> print(ex.compare(screening, screening).to_text().splitlines()[-1].strip().split("  ")[0])
            Exposed after
        """
        sides = [f"{word}: {_dated(side)}" for word, side in (("Before", self.before), ("After", self.after))]
        rows = [f"  {label:<42} {_amount(change, self.unit):>22}" for label, change in self._moved()]
        total = f"  {'Change in exposed value':<42} {_amount(self.total_change, self.unit):>22}"
        figures = [
            f"  {'Exposed before':<42} {_amount(self.before.exposed, self.unit):>22}",
            *rows,
            total,
            f"  {'Exposed after':<42} {_amount(self.after.exposed, self.unit):>22}",
        ]
        return "\n".join([*sides, *figures, *(f"Note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """The comparison in a few lines."""
        return self.to_text()

    def _repr_html_(self) -> str:
        change = _amount(self.total_change, self.unit)
        return Card(
            f"{self.before.portfolio}: before and after",
            f"Change in exposed value: {change}",
            tuple(_dated(side) for side in (self.before, self.after)),
            (Table(("", "exposed"), self._steps(), (1,)),),
            " ".join(self.notes),
        ).to_html()

    def _moved(self) -> list[tuple[str, float]]:
        rows = self.causes.filter(pl.col("companies") > 0)
        return [(label, change) for label, change in rows.select("label", "change").iter_rows()]

    def _steps(self) -> tuple[tuple[str, str], ...]:
        """Exposed before, what moved it, exposed after."""
        steps = [("Exposed before", self.before.exposed), *self._moved(), ("Exposed after", self.after.exposed)]
        return tuple((label, _amount(size, self.unit)) for label, size in steps)


def compare(before: Results, after: Results) -> Comparison:
    """Take the change in exposed value between two screenings of one portfolio apart.

    Args:
        before: the earlier screening.
        after: the later one; of other holdings, other lists, other judgements, or all of these.

    Raises:
        UsageError: the two are in different currencies; nothing is converted in silence.
    """
    unit = _unit(before, after)
    in_shares = unit == "share"
    pairs = paired(before, after, "share" if in_shares else "value")
    changes = [row for pair in pairs for row in _changes(pair, before, after)]
    first, last = _summary(before, in_shares), _summary(after, in_shares)
    noise = ROUNDING * max(abs(first.exposed), abs(last.exposed))
    frame = pl.DataFrame([row for row in changes if abs(row["change"]) > noise], schema=CHANGES)
    return Comparison(
        before=first,
        after=last,
        unit=unit,
        total_change=last.exposed - first.exposed,
        causes=_by_cause(frame),
        by_company=_by_company(frame, pairs),
        changes=frame.sort([pl.col("change").abs(), "issuer_id", "cause"], descending=[True, False, False]),
        notes=_notes(before, after, unit),
    )


def comparable(before: Results, after: Results) -> bool:
    """Whether two screenings are in one unit, so that ``compare`` takes them."""
    try:
        _unit(before, after)
    except UsageError:
        return False
    return True


def _unit(before: Results, after: Results) -> str | None:
    if before.total_value is None or after.total_value is None:
        return "share"
    first, last = before.currency, after.currency
    if first and last and first != last:
        raise UsageError(
            f"One screening is in {first}, the other in {last}: values are never converted in silence. Screen both "
            f"in one currency (in_currency= with rates=)."
        )
    return first or last


def _summary(results: Results, in_shares: bool) -> Side:
    exposed = results.headline.at_least
    amount = exposed.share if in_shares else exposed.value
    days = results.as_of
    return Side(
        results.portfolio, days.holdings, days.lists, days.stakes, days.funds, amount or 0.0, results.total_value
    )


def _notes(before: Results, after: Results, unit: str | None) -> tuple[str, ...]:
    notes = []
    if before.portfolio != after.portfolio:
        notes.append(f"The files name different portfolios: {before.portfolio} and {after.portfolio}.")
    if unit == "share":
        notes.append("A file gives weights only: figures are fractions of the portfolio, and no trade can be told.")
    elif bool(before.currency) != bool(after.currency):
        notes.append(f"Only one file names its currency ({unit}); the other is taken to be in the same.")
    if None in (before.as_of.holdings, after.as_of.holdings):
        notes.append("At least one file does not say the date of its holdings.")
    return tuple(notes)


# One holding, or one line within a fund, on both sides


def _changes(pair: Position, before: Results, after: Results) -> list[dict[str, Any]]:
    """The causes of one position's change in exposed value; they add up to it."""
    exposed_before, exposed_after = pair.exposed
    if not (exposed_before or exposed_after):
        return []
    told = {"issuer_id": pair.issuer_id, "issuer": pair.issuer, "name": pair.name, "via": pair.via}
    parts = _moves(pair)
    if exposed_before != exposed_after:
        cause, why = _knowledge(pair, before, after)
        # Only what is held on both sides can be a change of knowledge.
        held = pair.values[0] if exposed_after else -pair.values[1]
        parts = [*parts, (cause, held, why)]
    return [told | {"cause": cause, "change": change, "why": why} for cause, change, why in parts]


def _moves(pair: Position) -> list[tuple[str, float, str]]:
    """What moved the value of a position, exposed or not."""
    first, last = pair.values
    if pair.unvalued:
        return [("value_not_given", last - first, "The file gives its value on one side only.")]
    if pair.via and pair.fund is not None:
        return _inside_fund(pair)
    if not pair.held[0]:
        return [("bought", last, "Not held before.")]
    if not pair.held[1]:
        return [("sold", -first, "No longer held.")]
    return _traded(first, last, pair.shares, 1.0, "")


def _traded(
    first: float, last: float, shares: tuple[float | None, float | None], weight: float, of: str
) -> list[tuple[str, float, str]]:
    """Split a change of value into the trade, at the price before, and the rest."""
    count, later = shares
    if not count or later is None:
        return [
            ("price_or_quantity", weight * (last - first), f"No share counts{of}: price and quantity together.")
        ]
    trade = first * (later - count) / count
    word = "bought" if trade > 0 else "sold"
    told = f"{count:,.0f} became {later:,.0f} shares{of}."
    rest = "What the trade, at the price before, leaves over."
    return [(word, weight * trade, told), ("price_or_fx", weight * (last - first - trade), rest)]


def _inside_fund(pair: Position) -> list[tuple[str, float, str]]:
    """A line within a fund: the fund held more or less, moved in price, or changed what it holds."""
    first, last = pair.values
    fund = pair.fund
    assert fund is not None  # the caller asks for lines within a fund only
    name = pair.via[0]
    if not fund.held[0]:
        return [("bought", last, f"{name} was not held before.")]
    if not fund.held[1]:
        return [("sold", -first, f"{name} is no longer held.")]
    if not all(fund.seen):
        return [("fund_seen", last - first, f"The holdings of {name} are given on one side only.")]
    weight = first / fund.values[0] if fund.values[0] else 0.0
    moved = _traded(fund.values[0], fund.values[1], fund.shares, weight, f" of {name}")
    rest = last - first - sum(change for _, change, _ in moved)
    return [
        *moved,
        ("fund_rebalance", rest, f"Its weight in {name} changed: the fund traded, or other holdings moved."),
    ]


def _knowledge(pair: Position, before: Results, after: Results) -> tuple[str, str]:
    """Why a position is exposed on one side only."""
    began = pair.exposed[1]
    here, there = (after, before) if began else (before, after)
    if pair.issuers[0] != pair.issuers[1] or not all(pair.identified):
        if "judgement" in pair.methods:
            return "judgement", "A person decided which company it is."
        return "identification", "It was matched otherwise: " + " / ".join(
            m or "not held" for m in pair.methods
        ) + "."
    found = here.exposures.filter((pl.col("issuer_id") == pair.issuer_id) & (pl.col("kind") == "designation"))
    row = found.row(0, named=True)
    new = set(row["lists"]) - _entries(there, row["listed_id"])
    names = dict(here.universe.lists.select("list_id", "short_name").iter_rows())
    ruled = row["relation"] == "reached"
    # A rule that reaches it for a list that names the owner on both dates is no list's doing.
    if new and not (ruled and set(row["lists"]) - new):
        word = "was added to" if began else "is no longer on"
        return (
            "list_added" if began else "list_ended"
        ), f"{row['listed']} {word} {', '.join(names[i] for i in sorted(new))}."
    if ruled and _rule(here, row["rule_id"]) != _rule(there, row["rule_id"]):
        return "rule_changed", f"The rule {row['rule_id']} is not the same on both dates."
    return "ownership", f"What is known of who owns {pair.issuer} differs between the two dates."


def _entries(results: Results, entity_id: str) -> set[str]:
    """Official lists that name an entity on a screening's date."""
    known = results.universe
    official = known.lists.filter("official")["list_id"].to_list()
    rows = known.listings.filter(
        (pl.col("entity_id") == entity_id) & (pl.col("status") == "listed") & pl.col("verified")
    )
    return set(rows["list_id"]) & set(official)


def _rule(results: Results, rule_id: str) -> list[dict[str, Any]]:
    return results.universe.rules.filter(pl.col("rule_id") == rule_id).drop("source_id", "note").to_dicts()


# Summaries


def _by_cause(changes: pl.DataFrame) -> pl.DataFrame:
    every = pl.DataFrame({"cause": list(CAUSES), "label": list(CAUSES.values())})
    sums = changes.group_by("cause").agg(
        summed(pl.col("change")), companies=pl.col("issuer_id").n_unique().cast(pl.Int64)
    )
    return every.join(sums, on="cause", how="left", maintain_order="left").with_columns(
        pl.col("change").fill_null(0.0), pl.col("companies").fill_null(0)
    )


def _by_company(changes: pl.DataFrame, pairs: list[Position]) -> pl.DataFrame:
    schema = {"issuer_id": pl.String, "issuer": pl.String, "before": pl.Float64, "after": pl.Float64}
    rows = [
        (p.issuer_id, p.issuer, p.values[0] if p.exposed[0] else 0.0, p.values[1] if p.exposed[1] else 0.0)
        for p in pairs
        if any(p.exposed)
    ]
    exposed = (
        pl.DataFrame(rows, schema=schema, orient="row")
        .group_by("issuer_id", "issuer")
        .agg(summed(pl.col("before", "after")))
    )
    weight = summed(pl.col("change").abs())
    causes = changes.group_by("issuer_id", "cause").agg(weight).sort(["change", "cause"], descending=[True, False])
    listed = causes.group_by("issuer_id", maintain_order=True).agg(causes=pl.col("cause"))
    joined = exposed.with_columns(change=pl.col("after") - pl.col("before")).join(
        listed, on="issuer_id", how="left"
    )
    return joined.with_columns(pl.col("causes").fill_null([])).sort(
        [pl.col("change").abs(), "issuer_id"], descending=[True, False]
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "portfolio": side.portfolio,
        "holdings": side.holdings.isoformat() if side.holdings else None,
        "lists": side.lists.isoformat(),
        "stakes": side.stakes.isoformat(),
        "funds": side.funds.isoformat() if side.funds else None,
        "exposed": side.exposed,
        "total_value": side.total,
    }


def _dated(side: Side) -> str:
    held = f"holdings of {side.holdings.isoformat()}" if side.holdings else "holdings undated"
    known = f"lists of {side.lists.isoformat()}, stakes of {side.stakes.isoformat()}"
    funds = f", oldest fund look-through of {side.funds.isoformat()}" if side.funds else ""
    return f"{side.portfolio}, {held}, {known}{funds}"


def _amount(amount: float, unit: str | None) -> str:
    if unit == "share":
        return f"{amount * 100:,.2f} %"
    return f"{unit or ''} {amount:,.0f}".strip()
