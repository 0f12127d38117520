"""Portfolios side by side: at least to at most as an interval, coverage beside it so that nobody wins by hiding."""

from __future__ import annotations

import polars as pl

from exposure.late import alt
from exposure.present.charts import ACCENT, EDGE, INK, framed, titled
from exposure.present.words import THIN, counted, percent

ROW, LOWER = 40, 8  # pixels for each portfolio, and of its interval below the middle
LONGEST = 24  # characters of a portfolio's name
UNIT = (
    "Dot: at least, share of the portfolio. Bar: up to at most. Above it: both, and how much could be identified."
)


def league_chart(table: pl.DataFrame) -> tuple[alt.LayerChart | None, str]:
    """Draw a league table.

    Args:
        table: from ``league_table``, shares as fractions.

    Returns:
        The chart, and the same in words; no chart when no portfolio has shares.
    """
    known = table.filter(pl.col("at_least").is_not_null())
    if known.is_empty():
        return None, finding(table)
    top = max(*(float(known[c].max() or 0.0) for c in ("at_least", "at_most")), 1e-6)  # type: ignore[arg-type]
    rows = known.with_columns(
        # Where nobody knows how much at most, the line runs to the edge.
        pl.col("at_most").fill_null(top * 1.05),
        figure=pl.struct("at_least", "at_most", "identified").map_elements(_figure, return_dtype=pl.String),
        label=pl.col("file").map_elements(_short, return_dtype=pl.String),
        place=pl.int_range(pl.len()).cast(pl.String),
    )
    top = max(float(rows["at_most"].max() or 0.0), 1e-6)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[0, top * 1.05], nice=False)
    axis = alt.Axis(format=".1%", labelColor=INK, grid=False, tickCount=4, title=None)
    y = alt.Y("place:N", sort=rows["place"].to_list(), axis=None)
    x = alt.X("at_least:Q", scale=scale, axis=axis)
    base = alt.Chart(rows)
    bar = base.mark_rule(strokeWidth=4, color=EDGE, opacity=0.45, yOffset=LOWER).encode(x=x, x2="at_most:Q", y=y)
    dot = base.mark_point(size=90, filled=True, opacity=1, color=ACCENT, yOffset=LOWER).encode(x=x, y=y)
    # Names and figures share the line above each interval: a telephone has no room beside it.
    name = base.mark_text(align="left", dy=-9, fontSize=12, color=INK).encode(x=alt.value(2), y=y, text="label:N")
    right = base.mark_text(align="right", dy=-9, fontSize=11, color=INK)
    figure = right.encode(x=alt.value("width"), y=y, text="figure:N")
    chart = framed(alt.layer(bar, dot, name, figure), titled(finding(table), UNIT), ROW * rows.height)
    words = "; ".join(f"{r['file']}: {r['figure']}".replace(THIN, " ") for r in rows.iter_rows(named=True))
    return chart, f"{finding(table)}. {words}."


def finding(table: pl.DataFrame) -> str:
    """The chart's title: which portfolio has most, at least, and whether the intervals leave that open."""
    known = table.filter(pl.col("at_least").is_not_null())
    if known.is_empty():
        return "No portfolio gives values or weights"
    first, rest = known.row(0, named=True), known.slice(1)
    most = f"{first['file']} has most in companies on official lists: at least {percent(first['at_least'])}"
    over = rest.filter((pl.col("at_most") > first["at_least"]).fill_null(True)).height
    if not over:
        return most
    others = counted(over, "other could", "others could")
    return f"{most}; {others} have more, for what could not be checked"


def _figure(row: dict[str, float | None]) -> str:
    low, high = percent(row["at_least"]), percent(row["at_most"])
    return f"{low.removesuffix(f'{THIN}%')} – {high}, {percent(row['identified'], 1)} identified".replace(THIN, " ")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
