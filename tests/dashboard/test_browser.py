"""The page in a real browser: first sight, evidence, a wrong file, both widths, and nobody else is called."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

from exposure import launch

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE = 20_000  # milliseconds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
]


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard on a free port of 127.0.0.1, ended by its own process id."""
    port = launch.free_port(8610)
    log = (tmp_path_factory.mktemp("server") / "log.txt").open("w")
    process = subprocess.Popen(launch.command(port), cwd=root, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer in time")


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(params=[1280, 390], ids=["desk", "telephone"])
def page(request: pytest.FixtureRequest, browser: playwright.Browser, address: str) -> Iterator[playwright.Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    called: list[str] = []
    opened.on("request", lambda sent: called.append(sent.url))
    opened.goto(address)
    settled(opened)
    yield opened
    hosts = {urlparse(url).hostname for url in called if urlparse(url).scheme in ("http", "https", "ws", "wss")}
    context.close()
    assert hosts == {"127.0.0.1"}


def settled(page: playwright.Page) -> None:
    """Wait until the script has run to its end."""
    page.get_by_text("Take it away").wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def fits(page: playwright.Page) -> bool:
    """Whether nothing makes the page wider than its window."""
    return bool(
        page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(e => e.scrollWidth <= e.clientWidth)"
        )
    )


def test_first_sight_is_the_finding_then_a_company_shows_evidence_and_reply(page: playwright.Page) -> None:
    page.get_by_text("An illustrative example:").wait_for()
    finding = page.locator("p.finding")
    assert "of this portfolio" in finding.inner_text()
    assert "official lists" in finding.inner_text()
    assert fits(page)
    page.get_by_role("combobox", name="Evidence on").click()
    page.keyboard.type("Hikvision")
    page.get_by_role("option", name="Hangzhou Hikvision").wait_for()
    page.keyboard.press("Enter")
    pair = page.locator(".pair").first
    pair.wait_for()
    claim, reply = pair.locator("p").all()
    assert "Alleged by" in claim.inner_text()
    assert reply.inner_text().startswith(("The company", "No reply found"))
    size = "element => getComputedStyle(element).fontSize"
    assert claim.evaluate(size) == reply.evaluate(size)
    picture = page.locator(".st-key-picture_across img, .st-key-picture_down img").locator("visible=true")
    assert "The portfolio holds" in (picture.first.get_attribute("alt") or "")
    assert "company=hikvision" in page.url
    assert fits(page)


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_ticking_a_row_opens_the_same_evidence(page: playwright.Page) -> None:
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    place = table.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 16, place["y"] + 38 + 17)
    page.locator(".st-key-evidence").wait_for()
    assert "company=" in page.url


def test_a_pdf_renamed_csv_is_one_sentence_and_the_session_goes_on(page: playwright.Page, root: Path) -> None:
    drop = page.locator("input[type=file]").first
    drop.set_input_files({"name": "fund.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.7\n1 0 obj\n"})
    alert = page.get_by_test_id("stAlert").first
    alert.wait_for()
    assert "fund.csv" in alert.inner_text()
    assert fits(page)
    drop.set_input_files(root / "datasets/examples/example_endowment.csv")
    page.get_by_role("heading", name="Example College Endowment").wait_for()
    assert page.get_by_text("Traceback").count() == 0
