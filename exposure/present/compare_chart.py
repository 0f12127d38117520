"""Charts of two kinds of doubt and change: how the score moves under other choices, and why a total moved.

Title = the finding, labels instead of legends, every figure written out: nothing depends on hover or colour alone.
"""

from __future__ import annotations

import polars as pl

from exposure.compare import Comparison
from exposure.late import alt
from exposure.present.charts import ACCENT, EDGE, INK, framed, titled
from exposure.present.words import THIN, day, money, percent
from exposure.sensitivity import BASELINE

ROW = 22  # pixels for each row
STEP, BAR, LOWER = 36, 10, 9  # pixels of a step of the waterfall, of its bar, and of that below the middle
MORE, LESS, TOTAL = "#C2571A", "#1F5E8C", "#5A626B"


def sensitivity_chart(table: pl.DataFrame) -> alt.LayerChart | None:
    """The score under each alternative: a dot for what is established, a bar to what cannot be excluded.

    Args:
        table: from ``sensitivity``.

    Returns:
        None where the file gives no shares, so that there is no score.
    """
    known = table.filter(pl.col("score").is_not_null())
    if known.is_empty():
        return None
    order = known["alternative"].to_list()
    rows = known.with_columns(figure=pl.col("score").map_elements(_points, return_dtype=pl.String))
    y = alt.Y("alternative:N", sort=order, title=None, axis=alt.Axis(labelLimit=280, labelColor=INK, ticks=False))
    top = max(float(rows["score_high"].max() or 0.0) * 1.12, 1.0)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[0, top], nice=False)
    x = alt.X("score_low:Q", scale=scale, title="score, points of 100", axis=alt.Axis(labelColor=INK, grid=False))
    base = alt.Chart(rows)
    mine = alt.condition(alt.datum.alternative == BASELINE, alt.value(INK), alt.value(ACCENT))
    bar = base.mark_rule(strokeWidth=3, color=EDGE, opacity=0.45).encode(x=x, x2="score_high:Q", y=y)
    dot = base.mark_point(size=70, filled=True, opacity=1).encode(x=x, y=y, color=mine)
    text = base.mark_text(align="left", dx=8, dy=-7, fontSize=11, color=INK).encode(x=x, y=y, text="figure:N")
    line = alt.Chart(rows.head(1)).mark_rule(strokeDash=[3, 3], color=INK).encode(x=x)
    return framed(
        alt.layer(line, bar, dot, text), titled(sensitivity_finding(table), SCORE_UNIT), ROW * rows.height
    )


SCORE_UNIT = (
    "Dot: the score on what is established. Bar: up to what cannot be excluded. Dashed line: the screening itself."
)


def sensitivity_finding(table: pl.DataFrame) -> str:
    """The chart's title: how far the score moves, and whether the leading companies stay."""
    base, others = table.row(0, named=True), table.slice(1)
    low, high = others["score"].min(), others["score"].max()
    if base["score"] is None or low is None or high is None:
        return "No score: the file gives neither values nor weights"
    worst = others.sort("top_kept").row(0, named=True)
    stay = f"at least {worst['top_kept']} of the {base['top']} leading companies stay"
    if worst["top_kept"] == base["top"]:
        stay = f"the {base['top']} leading companies stay the same"
    moved = f"The score of {_points(base['score'])} moves between {_points(low)} and {_points(high)}"  # type: ignore[arg-type]
    return f"{moved}; {stay}" if base["top"] else moved


def waterfall(comparison: Comparison) -> alt.LayerChart:
    """Exposed value before, each cause of its change, and exposed value after."""
    rows = _steps(comparison)
    rows = rows.with_columns(place=pl.int_range(pl.len()).cast(pl.String))
    y = alt.Y("place:N", sort=rows["place"].to_list(), axis=None)
    low = min(float(rows["low"].min() or 0.0), 0.0)  # type: ignore[arg-type]
    high = max(float(rows["high"].max() or 0.0), 0.0)  # type: ignore[arg-type]
    x = alt.X("low:Q", scale=alt.Scale(domain=[low, high or 1.0], nice=False), axis=None)
    base = alt.Chart(rows)
    bar = base.mark_bar(height=BAR, yOffset=LOWER).encode(
        x=x, x2="high:Q", y=y, color=alt.Color("colour:N", scale=None)
    )
    # Causes and figures share the line above each bar: a telephone has no room beside it.
    left = base.mark_text(align="left", dy=-7, fontSize=12, color=INK)
    name = left.encode(x=alt.value(0), y=y, text="label:N")
    right = base.mark_text(align="right", dy=-7, fontSize=12, color=INK)
    figure = right.encode(x=alt.value("width"), y=y, text="figure:N")
    before, after = comparison.before, comparison.after
    days = {
        what: (getattr(before, what), getattr(after, what)) for what in ("holdings", "lists", "stakes", "funds")
    }
    pairs = (f"{what} of {day(a)} and {day(b)}" for what, (a, b) in days.items() if a or b)
    undated = "" if any(days["holdings"]) else "holdings not dated; "
    basis = f"Before and after: {undated}{'; '.join(pairs)}"
    return framed(alt.layer(bar, name, figure), titled(waterfall_finding(comparison), basis), STEP * rows.height)


def waterfall_finding(comparison: Comparison) -> str:
    """The waterfall's title: by how much, and the largest cause."""
    change = comparison.total_change
    causes = comparison.causes.filter(pl.col("companies") > 0)
    if causes.is_empty():
        return "Nothing changed in the exposed value"
    word = "rose" if change > 0 else "fell" if change < 0 else "stayed the same"
    by = f" by {_size(abs(change), comparison.unit)}" if change else ""
    first = causes.sort(pl.col("change").abs(), descending=True).row(0, named=True)
    label = first["label"][:1].lower() + first["label"][1:]
    return f"Exposed value {word}{by}; largest cause: {label} ({_signed(first['change'], comparison.unit)})"


def _steps(comparison: Comparison) -> pl.DataFrame:
    """Bars from low to high: before, each cause from where the last one ended, after."""
    unit, at = comparison.unit, comparison.before.exposed
    rows = [_bar("Exposed before", 0.0, at, TOTAL, _size(at, unit))]
    for row in comparison.causes.filter(pl.col("companies") > 0).iter_rows(named=True):
        change = row["change"]
        rows.append(_bar(row["label"], at, at + change, MORE if change > 0 else LESS, _signed(change, unit)))
        at += change
    end = comparison.after.exposed
    rows.append(_bar("Exposed after", 0.0, end, TOTAL, _size(end, unit)))
    return pl.DataFrame(rows)


def _bar(label: str, start: float, end: float, colour: str, figure: str) -> dict[str, object]:
    return {"label": label, "low": min(start, end), "high": max(start, end), "colour": colour, "figure": figure}


def _size(amount: float, unit: str | None) -> str:
    return (percent(amount) if unit == "share" else money(amount, unit)).replace(THIN, " ")


def _signed(amount: float, unit: str | None) -> str:
    return f"{'+' if amount > 0 else ''}{_size(amount, unit)}"


def _points(score: float) -> str:
    return f"{score:.2f}"
