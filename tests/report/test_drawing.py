"""Charts as SVG: every label is there, in words and in ink."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import polars as pl
import pytest
import vl_convert
from PIL import Image

import exposure as ex
from exposure.errors import ExposureError
from exposure.present.charts import portfolio_bar
from exposure.present.tables import segments
from exposure.present.words import THIN, percent
from exposure.report.drawing import TEXT, svg


def labels(drawing: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(drawing).iter(TEXT)]


@pytest.mark.parametrize("width", [340, 760])
def test_every_label_of_the_bar_is_drawn(example: ex.Screening, width: int) -> None:
    drawing = svg(portfolio_bar(example), "words", width, title=False)
    shown = segments(example).filter(pl.col("share") != 0)
    found = labels(drawing)
    for row in shown.iter_rows(named=True):
        assert percent(row["share"]).replace(THIN, " ") in found
        assert any(text.startswith(row["label"]) for text in found)
        assert not row["letter"] or row["letter"] in found


def test_labels_leave_ink(pension: ex.Screening) -> None:
    drawing = svg(portfolio_bar(pension), "words", 760, title=False)
    image = Image.open(io.BytesIO(vl_convert.svg_to_png(drawing))).convert("L")
    key = image.crop((128, 60, 400, 90))  # where the key's first label stands
    assert sum(key.histogram()[:128]) > 100  # dark points


def test_a_drawing_names_its_font_once_and_holds_no_label_for_single_marks(pension: ex.Screening) -> None:
    drawing = svg(portfolio_bar(pension), "What it shows.", 760)
    root = ElementTree.fromstring(drawing)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "What it shows."
    assert drawing.count("font-family") == 1
    assert root.attrib["font-family"].startswith("Liberation Sans")
    assert "style=" not in drawing
    assert [e for e in root.iter() if e is not root and "aria-label" in e.attrib] == []


def test_labels_reach_no_further_than_the_drawing(example: ex.Screening) -> None:
    drawing = ElementTree.fromstring(svg(portfolio_bar(example), "words", 340, title=False))
    longest = max(labels(ElementTree.tostring(drawing, encoding="unicode")), key=len)
    assert float(drawing.attrib["width"]) >= 128 + 5.5 * len(longest)


def test_a_drawing_without_labels_is_refused(pension: ex.Screening, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text/></svg>'
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda spec: empty)
    with pytest.raises(ExposureError, match="without its labels"):
        svg(portfolio_bar(pension), "words", 760)
