"""Sorted rows -> the HOLDINGS frame, with what was decided and set aside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from .. import schema
from .amounts import Draft, amounts
from .cells import TEXTS, text_frame
from .decide import Wish, choose_value, scaled
from .doubts import invalid_identifiers
from .facts import Facts
from .grid import Document
from .identify import identify
from .kinds import security_kinds
from .layout import Layout, Table
from .numbers import or_else, without_nulls
from .rows import Sorted


def draft(
    document: Document, layout: Layout, tables: list[Table], rows: list[Sorted], facts: Facts, wish: Wish
) -> Draft:
    """Build the holdings of all tables of a file."""
    used = [(t, r) for t, r in zip(tables, rows, strict=True) if r.kept]
    choices = [scaled(choose_value(document, t, r.kept, wish), facts.scale) for t, r in used]
    texts = [
        text_frame(t, r.kept, c.column.index if c.column else None) for (t, r), c in zip(used, choices, strict=True)
    ]
    with ThreadPoolExecutor(1) as pool:
        # What the lines are called and what they are worth do not depend on one another.
        words = pool.submit(_words, texts)
        result, whole = amounts(document, layout, used, choices, texts, facts, wish)
        result.frame = _columns(document, layout, whole, words.result())
    result.warnings += invalid_identifiers(document, result.frame)
    result.rejected = _rejected(document, tables, rows)
    return result


def _words(texts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the columns of texts of all tables without words for nothing, and the identifiers that are valid."""
    # One chunk: polars 2.1 panics in string functions on some columns of several.
    frame = pl.concat([f.select(TEXTS) for f in texts], how="vertical", rechunk=True)
    frame = without_nulls(frame, ["name", "title", "country", "sector", "asset_class", "group", "put_call"])
    names = {"name": or_else(frame, "name", "title"), "asset_class": or_else(frame, "asset_class", "put_call")}
    return identify(frame.with_columns(**names)).drop("currency", "local_currency")


def _columns(document: Document, layout: Layout, whole: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Bring the lines to the columns of ``schema.Holdings``."""
    frame = pl.concat([whole.drop(words.columns, strict=False), words], how="horizontal")
    kinds = security_kinds(frame, layout.facts.get("security_kind"))
    frame = frame.with_columns(kinds, file=pl.lit(document.file, pl.String))
    return frame.select(schema.Holdings.column_names())


def _rejected(document: Document, tables: list[Table], rows: list[Sorted]) -> list[dict[str, Any]]:
    """List the rows set aside, with the lines above the first table of each sheet."""
    order = {id(g): n for n, g in enumerate(document.grids)}
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    for table, sorted_rows in zip(tables, rows, strict=True):
        grid = table.grid
        above = (
            []
            if id(grid) in seen
            else [(i, "above the table: the file's own heading") for i in range(table.header)]
        )
        seen.add(id(grid))
        below = [(i, "part of another table, which names no securities") for i in range(table.stop, table.end)]
        for i, reason in [*above, *((a.index, a.reason) for a in sorted_rows.aside), *below]:
            filled = [cell for cell in grid.rows[i] if cell]
            if filled:
                found.append(
                    {
                        "file": document.file,
                        "sheet": grid.sheet,
                        "row": grid.lines[i] or None,
                        "reason": reason,
                        "text": " | ".join(filled)[:200],
                        "order": order[id(grid)],
                    }
                )
    return found
