"""How the page looks in a real browser: widths, both themes, axe-core, pictures that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import axe_faults, dashboard, needs_browser
from pages import OVERRUN, TABS, drop, evidence, fits, opened, sent, settled, tab

from exposure.folders import VARIABLE
from exposure.present.charts import COLOURS, INK, PAPER
from exposure.present.dark import DARK

pytestmark = needs_browser

TWO_VALUES = b"Name,ISIN,Market Value (GBP),Fair Value (GBP)\nZTE Corp,CNE1000004Y2,10,11\nSAP,DE0007164600,7,8\n"
LONG = "A fund with a name that is far too long for any box, of The_Administering_Authority_Of_Somewhere"
HELD = (
    b"Name,ISIN,Market value (NOK)\nHANGZHOU HIKVISION DIGITAL TECHNOLOGY,CNE100000PM8,7152950875895\n"
    b"Nestle SA,CH0038863350,920000000000\n"
)


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("data")
    with dashboard(root, 8640, folder / "log.txt", environment={VARIABLE: str(folder)}) as url:
        yield url


@pytest.fixture(
    params=[(1280, "light"), (1280, "dark"), (768, "light"), (390, "dark")],
    ids=["desk", "dark", "tablet", "phone"],
)
def window(request: pytest.FixtureRequest, browser: Any) -> Iterator[tuple[Any, str]]:
    """A window of each width and theme: its context, and the theme."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context, scheme
    context.close()


def test_every_tab_fits_its_window_and_axe_finds_nothing_grave(window: tuple[Any, str], address: str) -> None:
    wrong = {}
    with opened(window[0], address, "?company=hikvision&policy=campaign&rule=nonsense") as page:
        page.locator(".st-key-evidence").wait_for()
        page.get_by_text("The address asks for what is not known here").wait_for()
        settled(page)
        for name in TABS:
            tab(page, name)
            wrong[name] = [*axe_faults(page), *([] if fits(page) else ["wider than its window"])]
    assert wrong == {name: [] for name in TABS}


def test_charts_and_chains_are_drawn_on_the_page_s_own_paper_and_no_label_runs_over(
    window: tuple[Any, str], address: str
) -> None:
    context, scheme = window
    with opened(context, address) as page:
        drop(page, sent(f"{LONG}.csv", HELD))
        page.get_by_role("heading", name=LONG, exact=True).wait_for()
        settled(page)
        evidence(page, "Hangzhou Hikvision")
        shown = page.locator(".picture svg").locator("visible=true")
        assert shown.count() == 1
        paper, listed = (DARK[c] if scheme == "dark" else c for c in (PAPER, COLOURS["listed"]))
        assert shown.locator("> rect").first.get_attribute("fill") == paper
        assert shown.locator(f"rect[stroke='{listed}']").count() > 0
        assert page.evaluate(OVERRUN) == []
        assert fits(page)
        chart = page.locator("[data-testid=stVegaLiteChart] svg").first
        red, green, blue = (int(paper[i : i + 2], 16) for i in (1, 3, 5))
        assert f"background-color: rgb({red}, {green}, {blue})" in (chart.get_attribute("style") or "")
        ink = DARK[INK] if scheme == "dark" else INK
        assert {text.get_attribute("fill") for text in chart.locator("text").all()} == {ink}
        assert chart.locator("[aria-label]").count() == 0  # of columns and colours; the chart has its own words


def test_a_reload_says_that_the_files_are_gone(window: tuple[Any, str], address: str) -> None:
    with opened(window[0], address) as page:
        drop(page, sent("secret county.csv", TWO_VALUES))
        page.get_by_text("secret county.csv can be read in 2 ways").wait_for()
        settled(page)
        assert axe_faults(page) == []
        assert fits(page)
        assert "secret" not in page.url
        page.reload()
        page.get_by_text("Your files are no longer here").wait_for()
        page.get_by_role("heading", name="Example County Pension Fund").wait_for()
        settled(page)
        assert axe_faults(page) == []
        assert fits(page)
        page.get_by_role("button", name="Go on with what is shown").click()
        page.wait_for_url(lambda url: "own=" not in url)
        page.get_by_text("Your files are no longer here").wait_for(state="hidden")
