"""One file, several days: a portfolio at two dates is two portfolios, and is never added up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from .ask import Option, fingerprint, question
from .dates import choose, order_of, readings
from .facts import read_facts
from .grid import Document
from .layout import Layout, Table
from .numbers import plain_number
from .rows import Aside, Sorted
from .vocabulary import squash

#: One file may hold a portfolio at several days; more of them than this are dates of the lines (issue, trade ...).
MOST_DAYS = 12
#: Headers that may give a date of each line's own; others ("as of date") say that it is the holdings'.
_VAGUE = frozenset({"date", "datum", "data", "dato", "fecha", "effectivedate", "tradedate", "period", "日期"})
#: At two dates a portfolio holds mostly the same securities.
_SAME = 0.3


def ask_for_sheet(document: Document, layout: Layout, tables: list[Table]) -> None:
    """Ask which sheet is meant where sheets of one layout state different days.

    Raises:
        AmbiguousFile: the sheets hold the portfolio at different days.
    """
    by_sheet: dict[str, list[Table]] = {}
    for table in tables:
        by_sheet.setdefault(table.grid.sheet or "", []).append(table)
    if len(by_sheet) < 2 or len({fingerprint(document, part) for part in by_sheet.values()}) > 1:
        return
    plain = replace(document, facts={})
    days = {sheet: read_facts(plain, layout, part).as_of for sheet, part in by_sheet.items()}
    if len({day for day in days.values() if day}) > 1:
        options = [Option(sheet, (day.isoformat() if day else "no date",)) for sheet, day in days.items()]
        raise question(document, "sheet", options, "sheets with a portfolio, each at its own date", tables)


def of_one_day(
    document: Document, layout: Layout, tables: list[Table], rows: list[Sorted], as_of: dt.date | None
) -> list[Sorted]:
    """Keep the lines of one day where a column gives each line its day and a few days share the securities.

    Args:
        document: for messages.
        layout: may state the order of day and month.
        tables: the tables.
        rows: their rows.
        as_of: the day asked for.

    Raises:
        AmbiguousFile: the file holds several days and none was asked for.
    """
    texts = {
        (n, i): text
        for n, (table, part) in enumerate(zip(tables, rows, strict=True))
        if (column := table.column("date")) is not None
        for i, text in zip(part.kept, table.grid.column(column.index, part.kept), strict=True)
    }
    different = set(texts.values()) - {""}
    if not 2 <= len(different) <= MOST_DAYS:
        return rows
    order = layout.facts.get("date_order") or order_of(different)
    day_of = {text: choose(readings(text), order) for text in different}
    days = sorted({day for day in day_of.values() if day})
    stated = any((c := table.column("date")) and c.header.key not in _VAGUE for table in tables)
    if len(days) < 2 or None in day_of.values() or not (stated or _recur(tables, texts)):
        return rows
    if as_of not in days:
        options = [_option(tables, rows, texts, day_of, day) for day in reversed(days)]
        raise question(document, "as_of", options, "dates, each with a portfolio of its own", tables)
    return [
        _only(part, {i for i in part.kept if day_of.get(texts.get((n, i), "")) == as_of})
        for n, part in enumerate(rows)
    ]


def _recur(tables: list[Table], texts: dict[tuple[int, int], str]) -> bool:
    """Tell whether the same securities stand at several days."""
    seen: dict[str, set[str]] = {}
    for (n, i), text in texts.items():
        table = tables[n]
        column = table.column("isin") or table.column("name") or table.column("ticker")
        if column is None:
            return False
        seen.setdefault(squash(table.grid.column(column.index, [i])[0]), set()).add(text)
    return sum(len(days) > 1 for days in seen.values()) >= _SAME * len(seen)


def _option(
    tables: list[Table],
    rows: list[Sorted],
    texts: dict[tuple[int, int], str],
    day_of: dict[str, dt.date | None],
    day: dt.date,
) -> Option:
    count, total = Counter[str](), 0.0
    for (n, i), text in texts.items():
        value = tables[n].column("value")
        if day_of.get(text) == day:
            count["lines"] += 1
            total += (plain_number(tables[n].grid.column(value.index, [i])[0]) or 0.0) if value else 0.0
    return Option(day.isoformat(), (f"{count['lines']:,} lines",), total or None)


def _only(part: Sorted, wanted: set[int]) -> Sorted:
    aside = [Aside(i, "of another date than the one asked for") for i in part.kept if i not in wanted]
    return replace(
        part, kept=[i for i in part.kept if i in wanted], aside=sorted([*part.aside, *aside], key=lambda a: a.index)
    )
