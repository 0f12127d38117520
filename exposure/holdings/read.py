"""The reading stage from end to end: bytes -> cells -> tables -> holdings, with an account of every decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import dataframely as dy
import polars as pl

from .. import schema
from ..errors import InputError, NoHoldings, UsageError
from ..money import currency_code
from .amounts import Draft
from .ask import fingerprint
from .build import draft
from .days import ask_for_sheet, of_one_day
from .decide import Wish
from .documents import open_document
from .facts import read_facts
from .grid import Document, Grid
from .guessed import likely_header
from .handed import handed_back
from .layout import Layout, Table, layout_for
from .numbers import exact_sum
from .repeats import without_repeats
from .report import Holdings, ReadReport
from .rows import sort_rows
from .sheets import choose_tables
from .tables import find_tables, header_columns
from .trades import trades_header

#: From here on a full check against the contract takes as long as reading the file.
_LARGE = 100_000


def read_holdings(
    source: Any,
    *,
    name: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    value_column: str | None = None,
    currency: str | None = None,
    as_of: dt.date | str | None = None,
    portfolio: str | None = None,
    decimal: str | None = None,
    weight_unit: str | None = None,
) -> Holdings:
    """Read a portfolio from a file or frame, as published.

    Args:
        source: path, bytes, open file, or a frame (polars, pandas, or anything with an Arrow stream). A frame in
            the columns of ``schema.Holdings``, as ``.to_pandas()`` hands it out, is taken as it is.
        name: file name to report for bytes and frames.
        columns: our field -> the file's header, where inference needs help, e.g. ``{"name": "Titel 2"}``.
        sheet: the only sheet of a workbook to read.
        value_column: the header of the value column, where a file has several.
        currency: which of several value columns to take; or what the currency is, where the file does not say.
        as_of: the date of the holdings, where the file does not state it, or which of several; a date or its ISO
            text.
        portfolio: the portfolio's name, where the file does not state it.
        decimal: the decimal mark, "." or ",", where no number in the file proves it.
        weight_unit: "percent" or "fraction": what the file's weights are, where nothing in it proves it.

    Returns:
        The holdings kept, the rows set aside with reasons, and the report.

    Raises:
        UnreadableFile: the bytes are not a format we read.
        NoHoldings: readable, but without a table of holdings.
        AmbiguousFile: two readings are equally good; the message names the argument that settles it
            (an ``OpenQuestion``, with the argument, the options and the layout's fingerprint).
        LimitExceeded: larger than a limit.
        UsageError: an argument names something that is not there.

    Examples:
        >>> holdings = ex.read_holdings(ex.example("pension"))
        >>> holdings.report.rows, holdings.rejected.height
        (47, 4)
        >>> frame = pl.DataFrame({"Titel 2": ["Nestle SA"], "Kurswert": [90.0]})
        >>> read = ex.read_holdings(frame, columns={"name": "Titel 2", "value": "Kurswert"}, currency="CHF")
        >>> read.frame.select("name", "value", "currency").row(0)
        ('Nestle SA', 90.0, 'CHF')
    """
    code, day = _code(currency), _day(as_of)
    wish = Wish(value_column, code, _mark(decimal), _weight_unit(weight_unit))
    own = handed_back(source, name, day, portfolio) if columns is None else None
    if own is not None:
        return own
    document = _one_sheet(open_document(source, name), sheet)
    layout = layout_for(document)
    tables = find_tables(document, layout, columns, ask=value_column is None)
    if not tables:
        raise _nothing(document)
    chosen, set_aside = choose_tables(document, layout, tables)
    if not chosen:
        raise _nothing(document)
    facts = read_facts(document, layout, chosen)
    ask_for_sheet(document, layout, chosen)
    rows, repeats = without_repeats(chosen, [sort_rows(table) for table in chosen])
    rows = of_one_day(document, layout, chosen, rows, day)
    if not any(r.kept for r in rows):
        raise _nothing(document)
    result = draft(document, layout, chosen, rows, facts, wish)
    result.warnings = [*document.warnings, *repeats, *result.warnings]
    return _finish(document, chosen, result, set_aside, day, portfolio)


def _code(currency: str | None) -> str | None:
    if currency is None:
        return None
    code = currency_code(currency)
    if code is None:
        raise UsageError(f"currency={currency!r} is no currency code; give three letters such as GBP.")
    return code


def _day(as_of: dt.date | str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    except ValueError as error:
        raise UsageError(f"as_of={as_of!r} is no date; give it as YYYY-MM-DD.") from error


def _mark(decimal: str | None) -> str | None:
    if decimal not in (None, ".", ","):
        raise UsageError(f"decimal={decimal!r} is no decimal mark; give '.' or ','.")
    return decimal


def _weight_unit(unit: str | None) -> str | None:
    if unit not in (None, "percent", "fraction"):
        raise UsageError(f"weight_unit={unit!r} is no unit of weights; give 'percent' or 'fraction'.")
    return unit


def _one_sheet(document: Document, sheet: str | None) -> Document:
    if sheet is None:
        return document
    grids = [g for g in document.grids if g.sheet == sheet or (g.sheet or "").startswith(f"{sheet} / ")]
    if not grids:
        names = ", ".join(f"'{g.sheet}'" for g in document.grids if g.sheet) or "no named sheets"
        raise UsageError(f"{document.where()} has no sheet '{sheet}'; it has {names}.")
    return replace(document, grids=grids)


def _nothing(document: Document) -> InputError:
    sheets = [g.sheet for g in document.grids if g.sheet]
    seen = f" (sheets read: {', '.join(sheets[:8])})" if sheets else ""
    what = "no row names a security column and an amount"
    for grid in document.grids:
        if (i := trades_header(grid)) is not None:
            return NoHoldings(
                f"{document.where(grid.sheet)} has no holdings: row {grid.lines[i]} heads a list of trades or"
                f" payments ({_shown(grid.rows[i])}); export the positions of one day instead."
            )
        if (head := _last_row(grid)) is not None:
            what = f"row {grid.lines[head]} has its headings ({_shown(grid.rows[head])}), and no line follows it"
            return NoHoldings(f"{document.where(grid.sheet)} has no holdings: {what}; check the download.")
        if (i := likely_header(grid)) is not None:
            what = (
                f"row {grid.lines[i]} looks like headings ({_shown(grid.rows[i])}), but no name and amount are"
                " known among them"
            )
            break
    example = "if it is one, name its columns, as columns={'name': ..., 'value': ...}"
    return NoHoldings(f"{document.where()} has no table of holdings{seen}: {what}; {example}.")


def _last_row(grid: Grid) -> int | None:
    """Return the header of a sheet that ends with it."""
    filled = [i for i, row in enumerate(grid.rows[:200]) if any(row)]
    if len(grid.rows) > 200 or not filled or not header_columns(grid.rows[filled[-1]], Layout(), {}):
        return None
    return filled[-1]


def _shown(row: list[str]) -> str:
    return " | ".join(cell[:30].replace("\n", " ") for cell in row if cell)[:160]


def _finish(
    document: Document,
    tables: list[Table],
    result: Draft,
    set_aside: list[dict[str, Any]],
    as_of: dt.date | None,
    portfolio: str | None,
) -> Holdings:
    frame = _checked(result.frame)
    rejected = pl.DataFrame(
        sorted(set_aside + result.rejected, key=lambda r: (r["order"], r["row"] or 0)),
        schema={"file": pl.String, "sheet": pl.String, "row": pl.Int64, "reason": pl.String, "text": pl.String},
        strict=False,
    )
    decisions = (*document.notes, *result.decisions)
    if as_of is not None:
        decisions += (f"the date {as_of.isoformat()} was given by the caller",)
    report = ReadReport(
        file=document.file,
        layout=result.layout,
        portfolio=portfolio or result.portfolio,
        as_of=as_of or result.as_of,
        currency=result.currency,
        rows=frame.height,
        total_value=result.total,
        weight_sum=_sum(frame["weight"]),
        warnings=tuple(dict.fromkeys(result.warnings)),
        decisions=tuple(dict.fromkeys(decisions)),
        checks=tuple(result.checks),
        sha256=document.sha256.result() if isinstance(document.sha256, Future) else document.sha256,
        fingerprint=fingerprint(document, tables),
    )
    return Holdings(frame, schema.check(schema.Rejected, rejected), report)


def _checked(frame: pl.DataFrame) -> dy.DataFrame[schema.Holdings]:
    """Hold the frame against its contract; of a large one only what its making does not guarantee.

    Its rows are numbered as they are built, so that no number can stand twice.
    """
    if frame.height < _LARGE:
        return schema.check(schema.Holdings, frame)
    whole = schema.Holdings.cast(frame)
    schema.Holdings.validate(whole.head(1000))
    return whole


def _sum(values: pl.Series) -> float | None:
    return exact_sum(values) if values.count() else None
