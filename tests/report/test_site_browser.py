"""A published site in a real browser, served from a folder: every reader, every window, and no other host."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browsing
import pytest
from test_site import EXAMPLES, run

from exposure.present.site_words import HELD_BY_NONE

pytestmark = browsing.needs_browser
PAGES = (
    "index.html",
    "companies/all.html",
    "companies/hikvision.html",
    "portfolios/example-county-pension-fund.html",
    "method.html",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing to the terminal."""


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served") / "site"
    done = run(made, *(root / "datasets/examples" / name for name in EXAMPLES))
    assert done.exit_code == 0, done.output
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Any web host: here Python's own, on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_each_page_fits_and_axe_finds_nothing(browser: Any, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(browsing.PATIENCE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 400 else None)
    with browsing.recorded(page, {"127.0.0.1"}):
        for path in PAGES:
            page.goto(f"{address}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert browsing.axe_faults(page) == [], path
    assert said == []
    context.close()


def test_sorting_and_search_are_added_by_javascript(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(browsing.PATIENCE)
    page.goto(f"{address}/companies/all.html")
    rows = page.locator("#widely tbody tr")
    whole = rows.count()
    page.get_by_label("Search companies").fill("hikvision")
    assert page.locator("#widely tbody tr:visible").count() == 1
    assert page.get_by_role("status").inner_text() == f"1 of {whole} shown"
    page.get_by_label("Search companies").fill("")
    page.get_by_role("button", name="Largest share of one").click()
    shares = [
        float(t.split()[0].replace("<", "0")) for t in page.locator("#widely td:last-child").all_inner_texts()
    ]
    assert shares == sorted(shares, reverse=True)
    page.get_by_role("button", name="Company").click()
    names = [t.casefold() for t in page.locator("#widely tbody th a").all_inner_texts()]
    assert names == sorted(names)
    page.close()


@pytest.mark.parametrize("served", [True, False])
def test_it_reads_without_javascript_from_a_host_and_from_a_disk(
    browser: Any, address: str, folder: Path, served: bool
) -> None:
    context = browser.new_context(java_script_enabled=False, offline=not served)
    page = context.new_page()
    page.set_default_timeout(browsing.PATIENCE)
    page.goto(f"{address}/index.html" if served else (folder / "index.html").as_uri())
    # The style is in force: its tables line their figures up at the right.
    assert page.locator("td.r").first.evaluate("one => getComputedStyle(one).textAlign") == "right"
    assert not page.locator("form.tools").first.is_visible()
    page.get_by_role("link", name="Example County Pension Fund").first.click()
    assert "of this portfolio" in page.locator(".finding").inner_text()
    page.get_by_role("link", name="Hangzhou Hikvision").first.click()
    assert page.get_by_text("Alleged by").first.is_visible()
    assert page.locator("svg").first.is_visible()
    assert HELD_BY_NONE not in page.content()
    context.close()


def test_markup_that_got_in_would_not_run(browser: Any, address: str) -> None:
    """The policy itself, tried: a handler in the page's own text is refused even if a name had become markup."""
    page = browser.new_page()
    page.set_default_timeout(browsing.PATIENCE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}/index.html")
    page.evaluate("document.body.innerHTML += '<img src=/nowhere.png onerror=window.hacked=1>'")
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in text for text in said)
    page.close()
