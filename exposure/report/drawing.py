"""Altair charts as SVG that stands inside a page or a paper: no script, no outside font, the page's own type.

vl-convert measures and paints text with a font it must have; where it has none it drops the labels without a word.
It brings Liberation Sans along, so charts are set in that. The SVG names it once, at its root, where the style of a
page overrules it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from exposure.errors import ExposureError
from exposure.late import vl_convert

FONT = "Liberation Sans"  # comes with vl-convert; the measure of every label
SVG = "http://www.w3.org/2000/svg"
TEXT = f"{{{SVG}}}text"
LONG = re.compile(r"-?\d+\.\d{2,}")
# What a chart needs to be seen. Everything else (roles and labels of single marks, "start: 0.0397481268336") would
# be read out to people who cannot see it; they get the chart's own text instead.
KEPT = frozenset(
    {"width", "height", "viewBox", "transform", "d", "x", "y", "x2", "y2", "dx", "dy", "fill", "stroke"}
    | {"stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight", "opacity"}
)


def svg(chart: Any, words: str, width: int, *, title: bool = True) -> str:
    """Draw a chart.

    Args:
        chart: an Altair chart.
        words: what it shows, for those who cannot see it.
        width: of what is plotted, in pixels; labels may reach beyond it.
        title: whether the chart's own title is drawn; a page may set it as its own text instead.

    Raises:
        ExposureError: the drawing came without labels.
    """
    spec = chart.to_dict()
    spec["width"] = width
    spec["autosize"] = "pad"  # a label longer than the chart makes the drawing wider; none is cut off
    spec["config"] = {**spec.get("config", {}), "font": FONT}
    if not title:
        spec.pop("title", None)
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    _slim(root)
    if not root.findall(f".//{TEXT}"):
        raise ExposureError("The chart was drawn without its labels: vl-convert has no font to measure them with.")
    root.set("font-family", f"{FONT}, sans-serif")  # for who draws it by itself; a page's style says another
    root.set("role", "img")
    root.set("aria-label", words)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _slim(element: ElementTree.Element) -> None:
    """Keep what is drawn; drop empty texts, the names of single marks, and decimals nobody can see."""
    for name in list(element.attrib):
        if name not in KEPT:
            del element.attrib[name]
        else:
            element.attrib[name] = LONG.sub(lambda number: f"{float(number[0]):.1f}", element.attrib[name])
    for child in list(element):
        if child.tag == TEXT and not "".join(child.itertext()).strip():
            element.remove(child)
        else:
            _slim(child)
