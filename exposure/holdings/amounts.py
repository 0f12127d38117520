"""What the lines of a file are worth: numbers, units, currencies, dates, totals; each decision has its evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from .ask import Option, question
from .cells import SMALL_NOTE, numbers_of, undecided
from .currencies import marked_currency, whose_currency
from .dates import order_of, readings
from .days import MOST_DAYS
from .decide import (
    TAKEN,
    Choice,
    Wish,
    thousands_by_price,
    weight_unit,
)
from .doubts import row_warnings
from .facts import Facts, dated
from .grid import Document
from .layout import Layout, Table
from .numbers import exact_sum, given, or_else, without_nulls
from .owned import ownerships
from .reconcile import adds_up, reconcile
from .rows import Sorted
from .scan import distinct
from .unvalued import without_values


@dataclass
class Draft:
    """What the stages have found so far."""

    layout: str
    frame: pl.DataFrame
    portfolio: str | None = None
    as_of: dt.date | None = None
    currency: str | None = None
    total: float | None = None
    warnings: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)


def amounts(
    document: Document,
    layout: Layout,
    used: list[tuple[Table, Sorted]],
    choices: list[Choice],
    texts: list[pl.DataFrame],
    facts: Facts,
    wish: Wish,
) -> tuple[Draft, pl.DataFrame]:
    """Read numbers, currencies, dates and totals; return what was found, and the lines of all tables."""
    typed = any(t.grid.typed for t, _ in used)
    frames, decisions, warnings = numbers_of(document, texts, typed, _decimal(document, used, texts, wish, typed))
    frames = [
        f.with_columns(_times("value", c.scale or 1.0), _times("shares", _scale(t, "shares")))
        for f, c, (t, _) in zip(frames, choices, used, strict=True)
    ]
    result = Draft(layout.id, pl.DataFrame(), warnings=warnings, decisions=[*decisions, *facts.notes])
    result.warnings += facts.warnings
    result.warnings += row_warnings(document, [t for t, _ in used], [r for _, r in used])
    result.decisions += [note for c in choices for note in c.notes]
    result.decisions += _unused([t for t, _ in used])
    frames = [_shorts(f, result) for f in frames]
    frames = _face_as_value([t for t, _ in used], frames, result)
    frames = _scaled_13f(layout, frames, result)
    frames = _weights([t for t, _ in used], frames, layout, wish, result)
    frames, notes = ownerships([t for t, _ in used], texts, frames, layout)
    result.decisions += notes
    frames = [
        _currencies(t, r, c, layout, f, facts, wish, result)
        for (t, r), c, f in zip(used, choices, frames, strict=True)
    ]
    # One chunk: polars 2.1 panics in string functions on some columns of several.
    whole = pl.concat(frames, how="vertical", rechunk=True).with_row_index("row")
    _whose_and_when(whole, facts, layout, result)
    empty = next((c.column.text for c in choices if c.column), None)
    _totals(whole, empty, any(f["value_local"].count() for f in frames), result)
    checks, warnings = reconcile(used, choices, frames, facts, result.total)
    result.checks += checks
    result.warnings += warnings
    return result, whole


def _decimal(
    document: Document, used: list[tuple[Table, Sorted]], texts: list[pl.DataFrame], wish: Wish, typed: bool
) -> str | None:
    """Return the decimal mark that the caller or the delimiter speaks for.

    Raises:
        AmbiguousFile: ``1.234`` could be either, and nothing in the file decides.
    """
    if wish.decimal or typed:
        return wish.decimal
    comma = any(t.grid.comma for t, _ in used)
    if cells := undecided(texts, "," if comma else "."):
        shown = tuple(dict.fromkeys(cells))[:3]
        bare = tuple(c.replace("," if comma else ".", "") for c in shown)
        options = [Option(",", shown if comma else bare), Option(".", bare if comma else shown)]
        raise question(document, "decimal", options, "readings of its values", [t for t, _ in used])
    return "," if comma else None


def _times(name: str, factor: float) -> pl.Expr:
    return pl.col(name) if factor == 1.0 else pl.col(name) * factor


def _scale(table: Table, name: str) -> float:
    """Return the factor that a column's own header states, as "Number of shares (thousands)"."""
    column = table.column(name)
    return (column.header.scale if column else None) or 1.0


def _unused(tables: list[Table]) -> list[str]:
    """Name the columns that were not read, so that a misunderstood file shows."""
    left: dict[str, None] = {}
    for table in tables:
        known = {c.index for c in table.columns}
        left |= {cell[:40]: None for i, cell in enumerate(table.grid.rows[table.header]) if cell and i not in known}
    return [f"columns not read: {', '.join(list(left)[:12])}"] if left else []


def _face_as_value(tables: list[Table], frames: list[pl.DataFrame], result: Draft) -> list[pl.DataFrame]:
    """Take the face amount as value where a stacked table has no other and face ÷ weight fits the other tables."""
    weighed = [f.filter((pl.col("value") > 0) & (pl.col("weight") > 0)) for f in frames]
    rates = pl.concat([f.select("value", "weight") for f in weighed])
    read = []
    for table, frame in zip(tables, frames, strict=True):
        column = table.column("face")
        if column is None or frame["value"].count() or not frame["face"].count() or rates.is_empty():
            read.append(frame)
            continue
        top = frame.filter(pl.col("weight") > 0).sort("weight", descending=True).head(1)
        other = (
            rates.sort("weight", descending=True)
            .head(20)
            .select((pl.col("value") / pl.col("weight")).median())
            .item()
        )
        implied = top.select((pl.col("face") / pl.col("weight")).first()).item() if top.height else None
        agrees = implied is not None and abs(implied / other - 1) < 0.1
        if agrees:
            result.decisions.append(
                f"table '{table.sheet}' gives no market value: its '{column.text}' is used, since"
                f" amount ÷ weight ({implied:,.0f}) agrees with the other tables ({other:,.0f})"
            )
            frame = frame.with_columns(value=pl.col("face"), value_text=pl.col("face_text"))
        else:
            result.warnings.append(f"table '{table.sheet}' gives no market value; its face amounts are not counted")
        read.append(frame)
    return read


def _shorts(frame: pl.DataFrame, result: Draft) -> pl.DataFrame:
    """Give short positions their sign where a column names the side and the amounts are all positive."""
    if not frame["payoff"].count():
        return frame
    short = pl.col("payoff").str.contains(r"(?i)^(short|s|sell|sold)$").fill_null(False)
    lines = frame.filter(short & (pl.col("value").is_not_null() | pl.col("weight").is_not_null()))
    signed = lines.filter((pl.col("value") < 0) | (pl.col("weight") < 0))
    if not lines.height or signed.height:
        return frame
    result.decisions.append(f"{lines.height:,} lines are short by their column: their amounts count as negative")
    return frame.with_columns(pl.when(short).then(-pl.col(n)).otherwise(n).alias(n) for n in ("value", "weight"))


def _scaled_13f(layout: Layout, frames: list[pl.DataFrame], result: Draft) -> list[pl.DataFrame]:
    """Turn thousands of dollars into dollars, by the filing year where a column gives it, else by share price."""
    limit = layout.facts.get("thousands_until_year")
    if limit is None:
        return frames
    years = [int(y) for f in frames for y in f["year"].drop_nulls().unique().to_list() if y.isdigit()]
    if years and max(years) <= limit:
        result.decisions.append(f"values are in thousands of dollars: all years are before {limit + 1} (SEC rule)")
        return [f.with_columns(pl.col("value") * 1000) for f in frames]
    if years and min(years) <= limit:
        result.decisions.append(
            f"values are in thousands of dollars up to year {limit}, in dollars since (SEC rule)"
        )
        old = pl.col("year").cast(pl.Int64, strict=False) <= limit
        return [f.with_columns(value=pl.when(old).then(pl.col("value") * 1000).otherwise("value")) for f in frames]
    price = thousands_by_price(pl.concat(frames))
    if price is not None and price < 1:
        result.decisions.append(
            f"values are in thousands of dollars: the typical value per share is {price:.3g}, too low for dollars"
        )
        return [f.with_columns(pl.col("value") * 1000) for f in frames]
    result.decisions.append(
        f"values are in dollars: the typical value per share is {price:.3g}"
        if price is not None
        else "values are taken as published: the file gives no shares to tell thousands from dollars"
    )
    return frames


def _weights(
    tables: list[Table], frames: list[pl.DataFrame], layout: Layout, wish: Wish, result: Draft
) -> list[pl.DataFrame]:
    """Bring all weights to fractions; what is not a number goes to ``weight_note``."""
    both = pl.concat([f.select("weight", "weight_text", "value") for f in frames])
    notes = pl.col("weight_text").str.contains(SMALL_NOTE)
    if both["weight"].count() == 0:
        return [_noted(f, 1.0) for f in frames]
    header = next(c.header for t in tables if (c := t.column("weight")))
    said = layout.facts.get("weight_unit")
    factor, decision = weight_unit(
        both["weight_text"], both["weight"], both["value"], header, said, wish.weight_unit
    )
    result.decisions.append(decision)
    if decision.startswith(TAKEN) and factor == 1.0:
        result.warnings.append(
            f"{decision}; if they are per cent, they are a hundredth of that: give weight_unit= to settle it"
        )
    small = both.select(notes.sum()).item() or 0
    if small:
        result.decisions.append(f"{small:,} weights are no numbers (such as '<0.01%'): kept as notes, not counted")
    return [_noted(f, factor) for f in frames]


def _noted(frame: pl.DataFrame, factor: float) -> pl.DataFrame:
    if not frame["weight_text"].count():
        note = pl.lit(None, pl.String)
    else:
        note = given(pl.col("weight_text"))
    # The division keeps 4.15 % at 0.0415, where a product with 0.01 would not.
    weight = pl.col("weight") / 100 if factor == 0.01 else pl.col("weight")
    return frame.with_columns(weight=weight, weight_note=pl.when(pl.col("weight").is_null()).then(note))


def _currencies(
    table: Table,
    rows: Sorted,
    choice: Choice,
    layout: Layout,
    frame: pl.DataFrame,
    facts: Facts,
    wish: Wish,
    result: Draft,
) -> pl.DataFrame:
    """Fill ``currency`` (of the value) and ``local_currency`` (of the security) of each line."""
    frame = without_nulls(frame, ["currency", "local_currency"])
    added = adds_up(table, rows, choice, frame)
    whose = whose_currency(table, rows.kept, choice, layout, frame, facts.currency, added)
    result.decisions += [whose.why] if whose.why and whose.told else []
    of_value = whose.of_value
    if of_value and wish.currency and whose.why is None and len(distinct(frame["currency"])) > 1:
        of_value = False
        result.decisions.append(
            f"the values are in {wish.currency} by the caller's word: the column of currencies is the security's"
        )
    if not of_value:
        frame = frame.with_columns(local_currency=or_else(frame, "local_currency", "currency"))
    stated = choice.currency or marked_currency(frame["value_text"], table) or whose.code
    if not frame["value"].count():
        return frame.with_columns(currency=pl.lit(None, pl.String))
    if stated is None and of_value and frame["currency"].count():
        _contradicted(wish, frame, result)
        return frame
    code = stated or facts.currency or wish.currency
    if wish.currency and code != wish.currency:
        result.warnings.append(
            f"currency={wish.currency} was asked for, but the file states {code} for its values: {code} is used"
        )
    if code is None:
        result.decisions.append(
            "the currency of the values is not stated in the file; give currency= if you know it"
        )
    elif not stated and not facts.currency:
        result.decisions.append(f"the currency {code} was given by the caller; the file does not state it")
    return frame.with_columns(currency=pl.lit(code, pl.String))


def _contradicted(wish: Wish, frame: pl.DataFrame, result: Draft) -> None:
    """Warn where the lines' own currencies are not the one that the caller named."""
    if not wish.currency:
        return
    codes = [c for c in distinct(frame["currency"]) if c]
    if codes != [wish.currency]:
        named = ", ".join(codes[:6])
        result.warnings.append(
            f"currency={wish.currency} was asked for, but the file gives its values in {named}: these are used"
        )


def _whose_and_when(whole: pl.DataFrame, facts: Facts, layout: Layout, result: Draft) -> None:
    """Take portfolio and date from the lines' own columns where the heading gives none."""
    groups = [g for g in distinct(whole["group"]) if g]
    result.portfolio = facts.portfolio or (groups[0] if len(groups) == 1 else None)
    if len(groups) > 1 and not facts.portfolio:
        result.warnings.append(
            f"the lines belong to {len(groups)} portfolios, such as '{groups[0]}': the total adds them"
        )
    years = sorted(y for y in distinct(whole["year"]) if y)
    if len(years) > 1:
        result.warnings.append(
            f"the file holds {len(years)} years ({years[0]} to {years[-1]}): its total adds them up"
        )
    result.as_of = facts.as_of or _day_of_lines(whole, layout.facts.get("date_order") or facts.order, result)


def _day_of_lines(whole: pl.DataFrame, order: str | None, result: Draft) -> dt.date | None:
    texts = [t for t in distinct(whole["date"]) if t]
    if not texts or any(not readings(t) for t in texts[:200]):
        return None
    if len(texts) > 1:
        said = f"the lines carry {len(texts)} dates, such as {texts[0]} and {texts[1]}"
        if len(texts) > max(MOST_DAYS, whole.height // 10):
            result.decisions.append(f"{said}: a date of each line's own, not that of the holdings")
        else:
            result.warnings.append(f"{said}; none is taken")
        return None
    day, notes, warnings = dated(readings(texts[0]), order or order_of(texts), texts[0])
    result.decisions += notes
    result.warnings += warnings
    return day


def _totals(whole: pl.DataFrame, empty: str | None, local: bool, result: Draft) -> None:
    """Sum the values where they are all in one currency; several are listed, never added."""
    valued = whole.select("value", "currency")
    valued = valued.filter(pl.col("value").is_not_null()) if valued["value"].null_count() else valued
    if valued.is_empty():
        result.warnings.append(without_values(whole, empty, local))
        return
    codes = distinct(valued["currency"])
    if len(codes) == 1:
        result.currency = codes[0]
        result.total = exact_sum(valued["value"])
        return
    sums = [f"{code or 'no currency'} {exact_sum(part['value']):,.2f}" for code, part in _by_code(valued, codes)]
    result.warnings.append(f"the values are in {len(codes)} currencies and are not added: {'; '.join(sums)}")


def _by_code(valued: pl.DataFrame, codes: list[str | None]) -> list[tuple[str | None, pl.DataFrame]]:
    return [(code, valued.filter(pl.col("currency").eq_missing(pl.lit(code, pl.String)))) for code in codes]
