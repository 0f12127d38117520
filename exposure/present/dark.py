"""The dark theme: each colour of a chart or picture has a counterpart of the same hue that is seen on dark paper.

The order stays: what weighs most stands out most. Letters and figures stand beside every colour, as on white.
"""

from __future__ import annotations

import re
from typing import Any

from exposure.present.charts import ACCENT, COLOURS, EDGE, INK, PAPER

DARK = {
    INK: "#E6EAEE",
    PAPER: "#12171D",
    EDGE: "#94A0AB",
    ACCENT: "#8CC1EA",
    COLOURS["listed"]: "#E08A86",
    COLOURS["reached"]: "#E8935C",
    COLOURS["connected"]: "#F0C583",
    COLOURS["business"]: "#9DB6CB",
    COLOURS["identified"]: "#36414C",
    COLOURS["not_applicable"]: "#232B34",
    COLOURS["unchecked"]: "#5B6671",
}
_PAINT = re.compile(r'\b(fill|stroke)="(#[0-9A-Fa-f]{6})"')
_COLOUR_FIELDS = {"fill", "edge", "colour", "c", "f"}  # columns of a chart's rows that hold a colour


def dark_picture(svg: str) -> str:
    """A picture on dark paper. Text cannot hold a paint: its quotation marks are escaped."""
    return _PAINT.sub(lambda found: f'{found[1]}="{DARK.get(found[2], found[2])}"', svg)


def dark_chart(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart (``Chart.to_dict()``) on dark paper; what a row says is never taken for a colour."""
    rows = {
        name: [
            {field: DARK.get(cell, cell) if field in _COLOUR_FIELDS else cell for field, cell in row.items()}
            for row in part
        ]
        for name, part in spec.get("datasets", {}).items()
    }
    painted: dict[str, Any] = _painted({key: part for key, part in spec.items() if key != "datasets"})
    return painted | ({"datasets": rows} if rows else {})


def _painted(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _painted(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_painted(value) for value in part]
    return DARK.get(part, part) if isinstance(part, str) else part
