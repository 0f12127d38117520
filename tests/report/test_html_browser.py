"""The page in a real browser, without a network: by hand, without JavaScript, on paper, for every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from hostile_names import HOSTILE

import exposure as ex
from exposure.present.tables import companies_table

pytestmark = pytest.mark.browser
Opened = Callable[..., Any]
WIDTHS = [1280, 768, 390]


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_its_window(opened: Opened, pension: ex.Screening, width: int) -> None:
    page = opened(pension, viewport={"width": width, "height": 900})
    assert fits(page)
    page.get_by_role("button", name="Open all").click()
    assert fits(page)


def test_without_javascript_everything_can_be_read(opened: Opened, pension: ex.Screening) -> None:
    page = opened(pension, java_script_enabled=False)
    assert "of this portfolio" in page.locator(".finding").inner_text()
    assert not page.get_by_label("Search").is_visible()
    page.get_by_role("link", name="Hangzhou Hikvision").first.click()
    body = page.locator("#c-hikvision")
    assert body.is_visible()  # the link opened it
    assert body.get_by_text("Alleged by").first.is_visible()
    assert body.locator("svg").first.is_visible()


def test_javascript_adds_search_filters_and_sorting(opened: Opened, pension: ex.Screening) -> None:
    page = opened(pension)
    rows = page.locator("#table tbody tr")
    table = companies_table(pension)
    assert rows.count() == table.height
    page.get_by_label("Search").fill("hikvision")
    assert page.locator("#table tbody tr:visible").count() == 1
    assert page.get_by_role("status").inner_text() == f"1 of {table.height} shown"
    page.get_by_label("Search").fill("")
    page.locator("#relation").select_option("L")
    assert page.locator("#table tbody tr:visible").count() == (table["letter"] == "L").sum()
    page.locator("#list").select_option("Section 889")
    assert page.locator("#table tbody tr:visible").count() == table["lists"].str.contains("Section 889").sum()
    page.locator("#list").select_option("")
    page.locator("#relation").select_option("")
    page.get_by_role("button", name="Value, GBP").click()
    values = [float(t.replace(",", "")) for t in page.locator("#table tbody td:nth-child(4)").all_inner_texts()]
    assert values == sorted(table["value"], reverse=True)
    assert (
        page.locator("#table").get_by_role("columnheader", name="Value, GBP").get_attribute("aria-sort")
        == "descending"
    )
    page.get_by_role("button", name="Company").click()
    names = page.locator("#table tbody td:nth-child(2) a").all_inner_texts()
    assert [n.casefold() for n in names] == sorted(n.casefold() for n in names)


def test_what_is_folded_stands_on_paper(opened: Opened, pension: ex.Screening) -> None:
    page = opened(pension, java_script_enabled=False)
    shut = page.locator("#c-hikvision .pair").first
    assert not shut.is_visible()
    page.emulate_media(media="print")
    assert shut.is_visible()
    assert shut.bounding_box()["height"] > 20
    assert page.locator("#s1").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"


def test_the_heads_of_a_table_stand_on_each_of_its_pages(opened: Opened, large: ex.Screening) -> None:
    page = opened(ex.screen(large.holdings.select("name", "value").head(70), universe=large.universe))
    page.locator("#table").get_by_role(
        "button", name="Company"
    ).wait_for()  # JavaScript puts buttons into the heads
    page.locator("#evidence, .company").evaluate_all("all => all.forEach((one) => one.remove())")
    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))
    texts = [" ".join(one.get_textpage().get_text_range().split()) for one in printed]
    rows = [text for text in texts if text.count("date not known") > 9]
    assert len(rows) >= 2
    assert all("Company Lists Value Share Before or after" in text for text in rows)
    printed.close()


def test_names_from_the_file_run_nothing(opened: Opened, hostile: ex.Screening) -> None:
    page = opened(hostile)
    page.get_by_role("button", name="Open all").click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("h1").inner_text() == HOSTILE[0]
    assert fits(page)


def test_an_injected_script_would_not_run(opened: Opened, pension: ex.Screening) -> None:
    """The policy itself, tried: a script that is not the page's own is refused even if one got in."""
    page = opened(pension)
    page.evaluate(
        "() => addEventListener('securitypolicyviolation', (e) => { window.refused = e.effectiveDirective; })"
    )
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); }"
    )
    page.wait_for_function("window.refused")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("window.refused").startswith("script-src")
    assert len(opened.said) == 1
    assert "Content Security Policy" in opened.said.pop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(opened: Opened, pension: ex.Screening, width: int, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    page = opened(pension, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
