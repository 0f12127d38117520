"""Charts for every face. Title = the finding, subtitle = unit, date, coverage; labels instead of legends.

Nothing depends on hover, nothing on colour alone: every part carries its letter and its figures.
"""

from __future__ import annotations

import textwrap
from typing import Any, Literal

import polars as pl

from exposure.late import alt
from exposure.present.pages import withheld
from exposure.present.tables import first_part, segments
from exposure.present.words import THIN, day, identified_share, money, percent, which_lists
from exposure.results import Results

INK, PAPER, ACCENT, EDGE = "#1C2430", "#FFFFFF", "#1F5E8C", "#5A626B"
PALE = ("identified", "not_applicable", "unchecked")  # parts that need an edge to be seen
COLOURS = {
    "listed": "#7A1F1F",
    "reached": "#C2571A",
    "connected": "#E3A857",
    "business": "#8FA9BF",
    "identified": "#DDE3E8",
    "not_applicable": "#EEF1F4",
    "unchecked": "#B8BEC4",
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
TITLE_WIDTH = 44  # characters: what fits a telephone
NARROW = 440  # pixels of a bar with little room beside its key
BAR_TOP, BAR_BOTTOM, KEY_TOP, KEY_STEP = 4, 44, 66, 24  # pixels
HATCH_STEP, HATCH_SLANT = 0.008, 0.01  # of the bar's length


def portfolio_bar(results: Results) -> alt.LayerChart | None:
    """The whole portfolio as one bar, each part with its letter and figures in a key below.

    Returns:
        None when the file gives neither values nor weights: there is no length to draw.
    """
    parts = segments(results)
    if parts.is_empty():
        return None
    bar = [*_bar(parts), *([_hatching(parts)] if _unchecked(parts) else [])]
    key = _key(parts, results.currency)
    title = titled(finding(results), basis(results), more=2)
    height = KEY_TOP + KEY_STEP * key.height
    # On a narrow screen the amounts give way: they stand in the words beside the chart as well.
    roomy = alt.Chart(key).transform_calculate(told=f"width < {NARROW} ? datum.label : datum.text")
    chart = alt.layer(*bar, *_key_layers(roomy)).properties(
        width="container", height=height, title=title, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    look = chart.configure(font=FONT, background=PAPER, padding={"left": 2, "right": 2, "top": 4, "bottom": 4})
    framed: alt.LayerChart = look.configure_view(stroke=None)
    return framed


def titled(text: str, subtitle: str, letters: int = TITLE_WIDTH, *, more: int = 8) -> alt.TitleParams:
    """A chart's title: the finding, and below it unit, dates and coverage.

    Args:
        text: the finding.
        subtitle: what stands below it.
        letters: characters of a line of the title.
        more: by how many a line of the subtitle, which is set smaller, may be longer.
    """
    return alt.TitleParams(
        text=textwrap.wrap(text, letters),
        subtitle=textwrap.wrap(subtitle, letters + more),
        anchor="start",
        color=INK,
        subtitleColor=INK,
        fontSize=15,
        subtitleFontSize=13,
        offset=10,
    )


def framed(layers: alt.LayerChart | alt.FacetChart, title: alt.TitleParams, height: int) -> alt.LayerChart:
    """A chart as wide as its place, on paper, in the faces' font."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = layers.properties(width="container", height=height, title=title, autosize=fit)
    look: alt.LayerChart = chart.configure(font=FONT, background=PAPER).configure_view(stroke=None)
    return look


def finding(results: Results) -> str:
    """The bar's title."""
    least = results.headline.at_least.share
    if least:
        lists = which_lists(results.universe)
        return f"At least {percent(least)} of the portfolio is in companies on {lists}"
    return "No company on an official list in what could be checked"


def basis(results: Results) -> str:
    """The bar's subtitle: unit, dates, coverage."""
    bare = "value" if "percent" in withheld(results) else "weights"
    total = bare if results.total_value is None else f"value, {money(results.total_value, results.currency)}"
    held = f"holdings of {day(results.as_of.holdings)}" if results.as_of.holdings else "holdings undated"
    return (
        f"Share of the whole ({total}); {held}; lists of {day(results.as_of.lists)}; "
        f"{percent(identified_share(results), 1)} identified"
    )


def _unchecked(parts: pl.DataFrame) -> bool:
    return bool(parts.filter(pl.col("key") == "unchecked")["share"].item() > HATCH_SLANT)


def _x(parts: pl.DataFrame, name: str) -> alt.X:
    whole = max(float(parts["end"].max() or 0.0), 1e-9)  # type: ignore[arg-type]
    return alt.X(f"{name}:Q", scale=alt.Scale(domain=[0, whole], nice=False), axis=None)


def fixed(channel: Any, place: float | str) -> Any:
    """A place of its own in pixels as the channel that it belongs to.

    Given as a bare value, Altair looks for the channel among all its classes, which takes longer than all the rest.
    """
    return channel(place)


def _bar(parts: pl.DataFrame) -> list[alt.Chart]:
    """The parts end to end; what rests on accusations alone is an outline in the same hue."""
    shown = parts.filter(pl.col("end") > pl.col("start")).with_columns(
        colour=pl.col("key").replace_strict(COLOURS, return_dtype=pl.String)
    )
    alleged = pl.col("kind") == "allegation"
    solid = alt.Chart(shown.filter(~alleged)).mark_rect().encode(fill=alt.Fill("colour:N", scale=None))
    outline = alt.Chart(shown.filter(alleged)).mark_rect(strokeWidth=2, fill=PAPER)
    outline = outline.encode(stroke=alt.Stroke("colour:N", scale=None))
    places = (alt.X2("end:Q"), fixed(alt.YValue, BAR_TOP), fixed(alt.Y2Value, BAR_BOTTOM))
    return [chart.encode(_x(parts, "start"), *places) for chart in (solid, outline)]


def _hatching(parts: pl.DataFrame) -> alt.Chart:
    """Slanted strokes over what could not be checked."""
    part = parts.filter(pl.col("key") == "unchecked").row(0, named=True)
    number = int((part["end"] - part["start"] - HATCH_SLANT) / HATCH_STEP) + 1
    left = [part["start"] + k * HATCH_STEP for k in range(number)]
    strokes = pl.DataFrame({"start": left, "end": [x + HATCH_SLANT for x in left]})
    places = (alt.X2("end:Q"), fixed(alt.YValue, BAR_BOTTOM), fixed(alt.Y2Value, BAR_TOP))
    drawn = alt.Chart(strokes).mark_rule(color=EDGE)
    hatched: alt.Chart = drawn.encode(_x(parts, "start"), *places)
    return hatched


def _key(parts: pl.DataFrame, currency: str | None) -> pl.DataFrame:
    """The rows of the key: what is listed by name, and every other part that is not empty."""
    shown = parts.filter((pl.col("share") != 0) | first_part())
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(shown.iter_rows(named=True)):
        held = f" ({money(row['value'], currency)})" if row["value"] else ""
        rows.append(
            {
                "y": KEY_TOP + KEY_STEP * number,
                "letter": row["letter"],
                "figure": percent(row["share"]).replace(THIN, " "),
                "label": row["label"],
                "text": f"{row['label']}{held}",
                "colour": EDGE if row["key"] in PALE else COLOURS[row["key"]],
                "fill": PAPER if row["kind"] == "allegation" else COLOURS[row["key"]],
            }
        )
    return pl.DataFrame(rows)


def _key_layers(key: alt.Chart) -> list[alt.Chart]:
    y = alt.Y("y:Q", scale=None, axis=None)
    swatch = key.mark_square(size=180, strokeWidth=1.5, opacity=1).encode(
        x=fixed(alt.XValue, 9), y=y, fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("colour:N", scale=None)
    )
    return [swatch, *(_text(key, y, *column) for column in KEY_COLUMNS)]


def _text(key: alt.Chart, y: alt.Y, name: str, x: int, align: Literal["left", "right"], weight: int) -> alt.Chart:
    mark = key.mark_text(align=align, baseline="middle", fontSize=13, fontWeight=weight, color=INK)  # type: ignore[arg-type]
    placed: alt.Chart = mark.encode(fixed(alt.XValue, x), y, alt.Text(f"{name}:N"))
    return placed


KEY_COLUMNS: tuple[tuple[str, int, Literal["left", "right"], int], ...] = (
    ("letter", 26, "left", 700),
    ("figure", 116, "right", 400),
    ("told", 128, "left", 400),
)
