"""The dark theme: each colour drawn has a counterpart that can be seen, and text is never taken for a colour."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_charts import contrast

import exposure as ex
from exposure.present.charts import ACCENT, COLOURS, EDGE, INK, PAPER, portfolio_bar
from exposure.present.compare_chart import LESS, MORE, TOTAL
from exposure.present.dark import DARK, dark_chart, dark_picture
from exposure.present.parts import parts_chart, parts_table
from exposure.present.pictures import chain_picture
from exposure.present.sketch import GAP, _split, wrap
from exposure.present.sketch import Line as PictureLine

DRAWN = {INK, PAPER, EDGE, ACCENT, MORE, LESS, TOTAL, *COLOURS.values()}


@pytest.fixture(scope="module")
def result(root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples/example_pension.xlsx")


def test_every_colour_has_a_counterpart_that_can_be_seen() -> None:
    assert set(DARK) >= DRAWN
    assert len(set(DARK.values())) == len(DARK)
    assert contrast(DARK[INK], DARK[PAPER]) >= 4.5
    for name in ("listed", "reached", "connected", "business"):
        assert contrast(DARK[COLOURS[name]], DARK[PAPER]) >= 4.5
    assert contrast(DARK[EDGE], DARK[PAPER]) >= 3
    assert contrast(DARK[COLOURS["unchecked"]], DARK[PAPER]) > contrast(DARK[COLOURS["identified"]], DARK[PAPER])


def test_a_chart_in_the_dark_keeps_its_figures_and_no_light_colour(result: ex.Screening) -> None:
    for chart in (portfolio_bar(result), parts_chart(parts_table(result, "relation"), result, "Relation")[0]):
        assert chart is not None
        spec = chart.to_dict()
        dark = dark_chart(spec)
        assert not {c for c in DRAWN if f'"{c}"' in json.dumps(dark)}
        plain = re.sub(r"#[0-9A-F]{6}", "", json.dumps(spec))
        assert re.sub(r"#[0-9A-F]{6}", "", json.dumps(dark)) == plain


def test_a_picture_in_the_dark_keeps_its_words(result: ex.Screening) -> None:
    svg = chain_picture(result, "hikvision", hover=True)
    dark = dark_picture(svg)
    assert not {c for c in DRAWN if f'"{c}"' in dark}
    assert re.sub(r"#[0-9A-F]{6}", "", dark) == re.sub(r"#[0-9A-F]{6}", "", svg)


def test_a_name_that_looks_like_a_colour_stays_a_name() -> None:
    named = {"datasets": {"a": [{"label": INK, "fill": INK, "figure": PAPER}]}, "background": PAPER}
    assert dark_chart(named) == {
        "datasets": {"a": [{"label": INK, "fill": DARK[INK], "figure": PAPER}]},
        "background": DARK[PAPER],
    }
    text = f"<text>fill=&quot;{INK}&quot;</text>"
    assert dark_picture(text) == text


@pytest.mark.parametrize("text", ["NOK 7,152,950,875,895", "end of the financial year 2023/24 [117]", "A" * 40])
def test_a_label_is_broken_to_the_width_of_its_gap(text: str) -> None:
    over, under = _split(PictureLine((text, text), 1))
    assert over == under
    assert len(over) > 1
    assert over == wrap(text, (GAP - 4) / 13)
    assert max(map(len, over)) <= 22  # 22 of the narrowest letters fill the gap
