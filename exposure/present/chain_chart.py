"""The chain picture as an Altair chart: the same boxes, lines and words, drawn with marks instead of markup.

The picture is laid out once (``pictures.py``); what it draws is read back shape by shape, so that the two cannot
differ.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import polars as pl

from exposure.late import alt
from exposure.present.chains import chain_sources, company_chains, verdicts
from exposure.present.charts import EDGE, FONT, INK, PAPER, basis, titled
from exposure.present.evidence import numbered
from exposure.present.pictures import chain_picture, held_sentence, picture_words
from exposure.present.words import THIN
from exposure.results import Results

ARROW = 55  # size of an arrowhead, square pixels
LOOK = {"font-size": "13", "font-weight": "400", "text-anchor": "start"}  # of a text that does not say it
ALIGNED = {"start": "left", "middle": "center", "end": "right"}
LETTER = 7.5  # pixels of a character in a title


def chain_chart(results: Results, issuer_id: str) -> tuple[alt.LayerChart, str]:
    """Draw how a portfolio reaches a company, and through whom the company is tied to listed ones.

    Args:
        results: a screening.
        issuer_id: a company that the portfolio holds.

    Returns:
        The chart, and the same in words.

    Raises:
        UniverseError: the portfolio holds no such exposed company.
    """
    chains = company_chains(results, issuer_id)
    marks = numbered(chain_sources(chains))
    picture = ElementTree.fromstring(chain_picture(results, issuer_id, numbers=marks))
    width, height = int(picture.get("width", "0")), int(picture.get("height", "0"))
    x, y = alt.Scale(domain=[0, width], nice=False), alt.Scale(domain=[height, 0], nice=False)
    places = {"x": alt.X("x:Q", scale=x, axis=None), "y": alt.Y("y:Q", scale=y, axis=None)}
    layers = [mark for draw in (_lines, _boxes, _arrows, _texts) for mark in draw(picture, places)]
    told = verdicts(chains)
    said = " ".join([held_sentence(results, issuer_id), *told[:1]]).replace(THIN, " ")
    sources = "; ".join(f"[{number}] {source}" for source, number in marks.items())
    unit = "Arrows run from owner to owned; on them the share and its date. " + basis(results)
    below = f"{unit}. Sources: {sources}" if sources else unit
    letters = max(int(width / LETTER), 44)
    title = titled(said, below.replace(THIN, " "), letters, more=10)
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=width, height=height, title=title)
        .configure(font=FONT, background=PAPER)
        .configure_view(stroke=None)
    )
    return chart, " ".join([picture_words(results, issuer_id), *told]).replace(THIN, " ")


def _found(picture: ElementTree.Element, name: str) -> list[dict[str, str]]:
    return [dict(element.attrib) for element in picture.iter(f"{{http://www.w3.org/2000/svg}}{name}")]


def _mark(kind: str, rows: list[dict[str, Any]], look: dict[str, Any], channels: dict[str, Any]) -> list[alt.Chart]:
    """One layer of marks; none where there is nothing to draw."""
    if not rows:
        return []
    marked = getattr(alt.Chart(pl.DataFrame(rows)), f"mark_{kind}")
    return [marked(**look).encode(**channels)]


def _lines(picture: ElementTree.Element, places: dict[str, Any]) -> list[alt.Chart]:
    """Connecting lines; a business link is dashed."""
    channels = places | {"x2": "x2:Q", "y2": "y2:Q", "color": alt.Color("c:N", scale=None)}
    charts = []
    for dash in (None, [5, 4]):
        rows: list[dict[str, Any]] = [
            {"x": float(e["x1"]), "y": float(e["y1"]), "x2": float(e["x2"]), "y2": float(e["y2"]), "c": e["stroke"]}
            for e in _found(picture, "line")
            if ("stroke-dasharray" in e) is bool(dash)
        ]
        charts += _mark("rule", rows, {"strokeWidth": 1.5, **({"strokeDash": dash} if dash else {})}, channels)
    return charts


def _boxes(picture: ElementTree.Element, places: dict[str, Any]) -> list[alt.Chart]:
    """Boxes with the coloured edge at their left; what rests on accusations alone has a broken outline."""
    fill, stroke = alt.Fill("f:N", scale=None), alt.Stroke("c:N", scale=None)
    channels = places | {"x2": "x2:Q", "y2": "y2:Q", "fill": fill, "stroke": stroke}
    charts = []
    for dash in (None, [5, 3]):
        rows: list[dict[str, Any]] = [
            {
                "x": float(e["x"]),
                "y": float(e["y"]),
                "x2": float(e["x"]) + float(e["width"]),
                "y2": float(e["y"]) + float(e["height"]),
                "f": e["fill"],
                "c": e.get("stroke", e["fill"]),
            }
            for e in _found(picture, "rect")
            if "x" in e and ("stroke-dasharray" in e) is bool(dash)
        ]
        look = {"strokeWidth": 1.5, "opacity": 1, **({"strokeDash": dash} if dash else {})}
        charts += _mark("rect", rows, look, channels)
    return charts


def _arrows(picture: ElementTree.Element, places: dict[str, Any]) -> list[alt.Chart]:
    """Arrowheads at the owned end of each line."""
    tips = [[tuple(map(float, p.split(","))) for p in e["points"].split()] for e in _found(picture, "polygon")]
    charts = []
    for shape, ahead in (("triangle-right", True), ("triangle-left", False)):
        rows: list[dict[str, Any]] = [
            {"x": (tip[0] + back[0]) / 2, "y": tip[1]} for tip, back, _ in tips if (tip[0] > back[0]) is ahead
        ]
        look = {"shape": shape, "size": ARROW, "filled": True, "opacity": 1, "color": EDGE}
        charts += _mark("point", rows, look, places)
    return charts


def _texts(picture: ElementTree.Element, places: dict[str, Any]) -> list[alt.Chart]:
    """Every line of text, set as the picture sets it."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for element in picture.iter("{http://www.w3.org/2000/svg}text"):
        set_as = tuple(element.get(name, plain) for name, plain in LOOK.items())
        row = {"x": float(element.get("x", "0")), "y": float(element.get("y", "0")), "t": element.text or ""}
        groups.setdefault(set_as, []).append(row)
    charts = []
    for (size, weight, anchor), rows in groups.items():
        look = {"fontSize": int(size), "fontWeight": int(weight), "align": ALIGNED[anchor], "color": INK}
        charts += _mark("text", rows, look | {"baseline": "alphabetic"}, places | {"text": "t:N"})
    return charts
