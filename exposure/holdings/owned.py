"""What part of each company the holder owns, where the file says so: not a weight in the portfolio.

Per cent or fraction is decided by the layout, the header or the cells, and where none of them tells (all figures
are at most 1, no sign) the column is not read: 0.32 would be a third of a company or a third of a per cent.
"""

from __future__ import annotations

import polars as pl

from .layout import Layout, Table

FIELD = "ownership"


def ownerships(
    tables: list[Table], texts: list[pl.DataFrame], frames: list[pl.DataFrame], layout: Layout
) -> tuple[list[pl.DataFrame], list[str]]:
    """Bring the column of the part owned to fractions of the company.

    Args:
        tables: the tables, for their headers.
        texts: the same rows as published.
        frames: the same rows with numbers.
        layout: its fact ``ownership_unit`` (``percent`` or ``fraction``) settles the unit.

    Returns:
        The frames, ``ownership`` between 0 and 1 or null, and the decisions taken.
    """
    numbers = pl.concat([f[FIELD] for f in frames])
    if not numbers.count():
        return frames, []
    unit, why = _unit(tables, texts, numbers, layout)
    if unit is None:
        found = [f.with_columns(pl.lit(None, pl.Float64).alias(FIELD)) for f in frames]
        return found, [f"the part of the company owned is not read: {why}"]
    part = pl.col(FIELD) / unit
    read = [f.with_columns(pl.when(part.is_between(0, 1)).then(part).alias(FIELD)) for f in frames]
    lost = numbers.count() - sum(f[FIELD].count() for f in read)
    notes = [f"the part of each company owned is given, {why}"]
    if lost:
        notes.append(f"{lost:,} of these parts are below nothing or above the whole: not read")
    return read, notes


def _unit(
    tables: list[Table], texts: list[pl.DataFrame], numbers: pl.Series, layout: Layout
) -> tuple[float | None, str]:
    fixed = layout.facts.get("ownership_unit")
    if fixed:
        return (100.0 if fixed == "percent" else 1.0), f"in {'per cent' if fixed == 'percent' else 'fractions'}"
    if any(c.header.percent for t in tables if (c := t.column(FIELD))):
        return 100.0, "in per cent by its header"
    marked = (t[FIELD].str.contains("%", literal=True).any() for t in texts if t[FIELD].dtype == pl.String)
    if any(marked):
        return 100.0, "in per cent: the cells say so"
    if (numbers > 1).any():
        return 100.0, "in per cent: some are above 1"
    return None, "nothing tells per cent from fractions"
