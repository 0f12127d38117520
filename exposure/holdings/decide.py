"""Which column is the value and in what unit; what unit the weights have. Each with its evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

import polars as pl

from ..errors import UsageError
from ..money import MINOR_UNITS, major_unit
from .ask import Option, question
from .content import proportional
from .grid import Document
from .layout import Column, Table
from .numbers import exact_sum, plain_number
from .summed import total_as_value
from .units import unit_below
from .vocabulary import Header, parse_header, squash, words

#: Sums of weights this close to one (or a hundred) leave no doubt of the unit.
_NEAR = 0.2
#: Begins a decision on the unit of weights that nothing in the file proves.
TAKEN = "weights are taken as"
#: Rows looked at one by one.
_ROWS = 700
SCALES = {
    1e3: "thousands",
    1e4: "ten thousands",
    1e5: "lakhs (hundred thousands)",
    1e6: "millions",
    1e7: "crores (ten millions)",
    1e8: "hundred millions",
    1e9: "billions",
}


@dataclass(frozen=True)
class Choice:
    """The value column of a table and how to read it."""

    column: Column | None
    currency: str | None = None
    scale: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What the caller asked for."""

    value_column: str | None = None
    currency: str | None = None
    decimal: str | None = None
    weight_unit: str | None = None


def choose_value(document: Document, table: Table, kept: Sequence[int], wish: Wish) -> Choice:
    """Choose the value column of one table.

    Raises:
        AmbiguousFile: two columns are equally good.
        UsageError: the column or the currency asked for is not there.
    """
    if wish.value_column:
        return _described(table, _named(document, table, kept, wish.value_column), ())
    numeric = [c for c in table.all("value") if _numbers(table, kept, c)] or table.all("value")[:1]
    notes: tuple[str, ...] = table.notes
    repeated = [c for c in numeric if _repeats(table, kept, c)]
    if repeated:
        numeric = [c for c in numeric if c not in repeated]
        names = ", ".join(f"'{c.text}'" for c in repeated)
        of = _repeats(table, kept, repeated[0])
        notes += (
            f"{names} repeats one figure on all lines of a {of}: a total, not the lines' own value; not summed",
        )
    by_currency: dict[str | None, list[Column]] = {}
    for column in sorted(numeric, key=lambda c: c.index):
        stated = column.header.currency or unit_below(table, column.index).currency
        by_currency.setdefault(stated, []).append(column)
    if not by_currency:
        return Choice(None, notes=notes)
    stated_currencies = [c for c in by_currency if c]
    wanted = (
        wish.currency
        if wish.currency and wish.currency in by_currency
        else _own_currency(table, kept, list(by_currency))
    )
    if wish.currency and wish.currency not in by_currency and stated_currencies:
        raise UsageError(
            f"{document.where(table.sheet)} gives no value in {wish.currency};"
            f" it gives {', '.join(stated_currencies)}."
        )
    if len(by_currency) > 1:
        others = ", ".join(c or "an unnamed currency" for c in by_currency if c != wanted)
        used = wanted or "the one in an unnamed currency"
        notes += (f"the value is given in {wanted or 'an unnamed currency'} and in {others}: {used} is used",)
    return _described(table, _best(document, table, kept, by_currency[wanted]), notes)


def _own_currency(table: Table, kept: Sequence[int], stated: list[str | None]) -> str | None:
    """Return the first currency; a column that states none comes last where each line has a currency of its own."""
    column = table.column("currency")
    if len(stated) < 2 or stated[0] is not None or column is None:
        return stated[0]
    rows = table.grid.rows
    different = {
        rows[i][column.index] for i in kept[:_ROWS] if column.index < len(rows[i]) and rows[i][column.index]
    }
    return stated[1] if len(different) > 1 else stated[0]


def _numbers(table: Table, kept: Sequence[int], column: Column) -> bool:
    rows = table.grid.rows
    sample = (rows[i][column.index] for i in kept[:_ROWS] if column.index < len(rows[i]))
    return any(plain_number(cell) is not None for cell in sample)


def _named(document: Document, table: Table, kept: Sequence[int], wanted: str) -> Column:
    """Return the column that the caller named; of several of that name the one that the weights prove."""
    heads = table.grid.rows[table.header]
    numbered = re.fullmatch(r"column (\d{1,5})", wanted.strip(), re.IGNORECASE)
    place = int(numbered[1]) - 1 if numbered and int(numbered[1]) <= len(heads) else None
    exact = [k for k, text in enumerate(heads) if text and text.strip() == wanted.strip()]
    alike = [k for k, text in enumerate(heads) if text and squash(text) == squash(wanted)]
    found = exact or alike or ([place] if place is not None else [])
    if not found:
        raise UsageError(f"{document.where(table.sheet)} has no column {wanted!r}, which value_column= names.")
    columns = [Column(k, "value", heads[k], -3, parse_header(heads[k])) for k in found]
    numeric = [c for c in columns if _numbers(table, kept, c)]
    if not numeric:
        raise UsageError(f"{document.where(table.sheet)}: value_column= names {wanted!r}, which holds no numbers.")
    return _best(document, table, kept, numeric)


def _described(table: Table, column: Column, notes: tuple[str, ...]) -> Choice:
    below = unit_below(table, column.index)
    scale = column.header.scale or below.scale
    if scale:
        notes += (f"'{column.text}' is in {SCALES[scale]} by its header: multiplied",)
    currency = column.header.currency or below.currency
    if currency in MINOR_UNITS:
        code, part = major_unit(currency)
        notes += (f"'{column.text}' is in {currency} by its header: divided to {code}",)
        return Choice(column, code, (scale or 1.0) * part, notes)
    return Choice(column, currency, scale, notes)


def scaled(choice: Choice, scale: float | None) -> Choice:
    """Apply the unit that a line above the table states, where the column's own header states none."""
    if scale is None or choice.column is None or choice.scale:
        return choice
    note = f"'{choice.column.text}' is in {SCALES[scale]} by a line above the table: multiplied"
    return replace(choice, scale=scale, notes=(*choice.notes, note))


@cache
def _plain() -> frozenset[str]:
    return frozenset(squash(name) for name in words()["headers"]["plain_values"])


def _best(document: Document, table: Table, kept: Sequence[int], columns: list[Column]) -> Column:
    """Take the column that calls itself market value; two of the same standing must hold the same numbers."""
    pinned = [c for c in columns if c.rank < 0]
    strong = pinned or [c for c in columns if c.header.key not in _plain()] or columns
    first = strong[0]
    if len(strong) == 1:
        return first
    cells = [_cells(table, kept, c) for c in strong]
    differing = [
        c for c, numbers in zip(strong[1:], cells[1:], strict=True) if any(numbers) and numbers != cells[0]
    ]
    weight = table.column("weight")
    if differing and weight is not None:
        weights = _cells(table, kept, weight)
        matching = [c for c, numbers in zip(strong, cells, strict=True) if proportional(numbers, weights)]
        if len(matching) == 1:
            return matching[0]
    if differing:
        options = [_option(table, kept, c) for c in (first, *differing)]
        if len({option.value for option in options}) < len(options):
            options = [
                replace(o, value=f"column {c.index + 1}", preview=(c.text, *o.preview))
                for o, c in zip(options, (first, *differing), strict=True)
            ]
        raise question(document, "value_column", options, "value columns", [table])
    return first


def _option(table: Table, kept: Sequence[int], column: Column) -> Option:
    rows = table.grid.rows
    preview = tuple(rows[i][column.index] for i in kept[:3] if column.index < len(rows[i]))
    return Option(column.text, preview, total_as_value(table, column.index))


def _repeats(table: Table, kept: Sequence[int], column: Column) -> str | None:
    """Return the grouping (country, sector ...) whose total a column repeats on every line of a group."""
    for field in ("country", "sector", "asset_class", "group", "exchange"):
        by = table.column(field)
        if by is None or len(kept) < 6:
            continue
        groups: dict[str, set[str]] = {}
        sizes: Counter[str] = Counter()
        for i in kept[:_ROWS]:
            row = table.grid.rows[i]
            if max(by.index, column.index) < len(row) and row[by.index] and row[column.index]:
                groups.setdefault(row[by.index], set()).add(row[column.index])
                sizes[row[by.index]] += 1
        large = [g for g in groups if sizes[g] > 1]
        different = len(set().union(*groups.values())) > 1 if groups else False
        lines = sum(sizes[g] for g in large)
        if (
            len(large) > 1
            and different
            and lines * 2 > len(kept[:_ROWS])
            and all(len(groups[g]) == 1 for g in large)
        ):
            return field.replace("_", " ")
    return None


def _cells(table: Table, kept: Sequence[int], column: Column) -> list[float | None]:
    return [plain_number(cell) for cell in table.grid.column(column.index, kept)]


def weight_unit(
    texts: pl.Series,
    weights: pl.Series,
    values: pl.Series,
    header: Header,
    fixed: str | None,
    wished: str | None = None,
) -> tuple[float, str]:
    """Decide whether weights are per cent or fractions.

    Args:
        texts: the cells as published.
        weights: their numbers.
        values: market values of the same lines, where given.
        header: the column's header.
        fixed: the layout's word, ``percent`` or ``fraction``.
        wished: the caller's word, which comes before all others.

    Returns:
        The factor to fractions, and the decision with its evidence.
    """
    total = exact_sum(weights)
    if said := wished or fixed:
        whose = "the caller's word" if wished else "the layout"
        factor = 0.01 if said == "percent" else 1.0
        return factor, f"weights are in {_unit(said)} by {whose}; they sum to {total:.6g}"
    if int(texts.str.contains("%", literal=True).sum() or 0) * 2 > texts.count():
        return 0.01, f"weights are in per cent: the cells say so; they sum to {total:.6g}"
    ratio = _ratio(weights, values)
    if ratio is not None and (abs(ratio - 1) < 0.5 or abs(ratio / 100 - 1) < 0.5):
        unit = "percent" if ratio > 10 else "fraction"
        return (
            0.01 if ratio > 10 else 1.0
        ), f"weights are in {_unit(unit)}: they sum to {total:.6g} and match value ÷ total"
    if abs(total / 100 - 1) < _NEAR:
        return 0.01, f"weights are in per cent: they sum to {total:.6g}"
    if abs(total - 1) < _NEAR / 2:
        return 1.0, f"weights are fractions: they sum to {total:.6g}"
    if header.percent:
        return 0.01, f"weights are in per cent by their header; they sum to {total:.6g}"
    largest = float(cast(float, weights.abs().max()) or 0.0)
    if total > 1.5 or largest > 1:
        return 0.01, f"{TAKEN} per cent: they sum to {total:.6g}; give weight_unit= if they are not"
    return 1.0, f"{TAKEN} fractions: none is above 1 and they sum to {total:.6g}"


def _unit(name: str) -> str:
    return "per cent" if name == "percent" else "fractions"


def _ratio(weights: pl.Series, values: pl.Series) -> float | None:
    """Return the typical weight ÷ (value ÷ total) of the larger lines, where rounding does not blur it."""
    pairs = pl.DataFrame({"w": weights, "v": values})
    pairs = pairs.drop_nulls() if weights.null_count() or values.null_count() else pairs
    total = float(pairs["v"].sum() or 0)
    if pairs.height < 3 or not total:
        return None
    least = pairs["v"].abs().top_k(20).min()
    large = pairs.filter((pl.col("v").abs() >= least) & (pl.col("v") != 0))
    found = large.select((pl.col("w") / (pl.col("v") / total)).median()).item()
    return float(found) if found is not None else None


def thousands_by_price(frame: pl.DataFrame) -> float | None:
    """Return the typical value per share of a 13F table: near 50 in dollars, near 0.05 in thousands."""
    shares = frame.filter((pl.col("shares") > 0) & (pl.col("value") > 0))
    found = shares.select((pl.col("value") / pl.col("shares")).median()).item()
    return float(found) if found is not None else None
