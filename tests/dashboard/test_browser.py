"""The page in a real browser: first sight, files, decisions, downloads, both widths, and nobody else is called."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from browsing import PATIENCE, axe_faults, dashboard, needs_browser, recorded

from exposure.folders import VARIABLE

pytestmark = needs_browser

TABS = ["Files", "Review", "Exposure", "Compare", "Method"]
DOUBTFUL = b"Name,Country,Market value (GBP)\nCHINA TELECOM 'H',China,400000\nEXAMPLE BAKERY,Japan,600000\n"
HOSTILE = (
    "Name,ISIN,Market value (GBP)\n"
    '"<script>window.hacked = 1</script>",CNE100000PM8,100\n'
    "[x](javascript:alert(1)),CNE1000004Y2,100\n"
    '"<img src=https://example.org/x.png onerror=alert(1)>",,100\n'
    '"=HYPERLINK(""http://example.org"")",CNE000001C99,100\n'
)
FORMULAS = (
    b"Name,ISIN,Market value (GBP)\n=Hangzhou Hikvision Digital Technology,CNE100000PM8,100\n"
    b"+ZTE Corp,CNE1000004Y2,200\n@Zhejiang Dahua Technology,CNE100000BJ4,300\n"
)


@pytest.fixture(scope="module")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(folder)
    yield folder
    if before is None:
        del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = before


@pytest.fixture(scope="module")
def address(root: Path, own_data: Path) -> Iterator[str]:
    with dashboard(root, 8610, own_data / "log.txt") as url:
        yield url


@pytest.fixture(params=[1280, 390], ids=["desk", "telephone"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, accept_downloads=True)
    with opened(context, address) as shown:
        yield shown
    context.close()


class opened:
    """A page of the dashboard, settled; at the end nobody but the dashboard may have been called."""

    def __init__(self, context: Any, address: str, path: str = "") -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.calls = recorded(self.page, {"127.0.0.1"})
        self.url = f"{address}/{path}"

    def __enter__(self) -> Any:
        self.calls.__enter__()
        self.page.goto(self.url)
        self.page.get_by_test_id("stFileUploader").first.wait_for()
        settled(self.page)
        return self.page

    def __exit__(self, *error: object) -> None:
        self.calls.__exit__(*error)  # type: ignore[arg-type]


def settled(page: Any) -> None:
    """Wait until the script has run to its end."""
    page.locator("[data-testid=stTabs], [role=tablist]").first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def tab(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.locator(f"[role=tab][aria-selected=true]:has-text('{name}')").wait_for()
    settled(page)


def drop(page: Any, *files: Any) -> None:
    page.locator("input[type=file]").first.set_input_files(list(files))


def sent(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def metrics(page: Any) -> list[str]:
    page.get_by_test_id("stMetricValue").first.wait_for()
    return [value.inner_text().strip() for value in page.get_by_test_id("stMetricValue").all()]


def fits(page: Any) -> bool:
    """Whether nothing makes the page wider than its window."""
    return bool(
        page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(e => e.scrollWidth <= e.clientWidth)"
        )
    )


def cli(*arguments: str) -> Any:
    command = [sys.executable, "-m", "exposure.cli", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)


def test_first_sight_is_the_finding_then_a_company_shows_evidence_and_reply(page: Any) -> None:
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
def test_ticking_a_row_opens_the_same_evidence(page: Any) -> None:
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    place = table.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 16, place["y"] + 38 + 17)
    page.locator(".st-key-evidence").wait_for()
    assert "company=" in page.url


def test_a_pdf_renamed_csv_is_one_sentence_and_the_session_goes_on(page: Any, root: Path) -> None:
    drop(page, sent("fund.csv", b"%PDF-1.7\n1 0 obj\n"))
    alert = page.get_by_test_id("stAlert").first
    alert.wait_for()
    assert "fund.csv" in alert.inner_text()
    assert fits(page)
    drop(page, root / "datasets/examples/example_endowment.csv")
    page.get_by_role("heading", name="Example College Endowment").wait_for()
    assert page.get_by_text("Traceback").count() == 0


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_a_real_file_gives_the_headline_of_the_command_line(page: Any, shared: Path) -> None:
    file = shared / "holdings" / "nbim_eq_2019_industry.xlsx"
    drop(page, file)
    page.get_by_text("nbim_eq_2019_industry.xlsx: read").wait_for()
    settled(page)
    told = cli("screen", str(file), "--json")["headline"]
    shown = metrics(page)
    for figure, key in zip(shown[:2], ("at_least", "at_most"), strict=True):
        assert figure == f"{told[key]['share'] * 100:.2f}\u202f%"


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_a_decision_by_keyboard_moves_the_figures_and_survives_a_restart(
    page: Any, browser: Any, root: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(page, sent("doubtful.csv", DOUBTFUL))
    page.get_by_role("button", name="Review them").wait_for()
    before = metrics(page)
    page.get_by_role("button", name="Review them").click()
    page.locator(".st-key-question").wait_for()
    settled(page)
    name = page.get_by_label("Your name")
    name.fill("A. Trustee")
    name.press("Enter")
    settled(page)
    page.get_by_role("heading", name="Review", exact=True).click()  # out of the field: keys are for the buttons
    page.keyboard.press("a")
    page.get_by_text("Nothing to review").wait_for()
    tab(page, "Exposure")
    after = metrics(page)
    assert before[0] != after[0] == "40.00\u202f%"
    monkeypatch.setenv(VARIABLE, str(own_data))
    with dashboard(root, 8660, own_data / "log.txt") as again:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        with opened(context, again) as other:
            drop(other, sent("doubtful.csv", DOUBTFUL))
            other.get_by_text("doubtful.csv: read completely").wait_for()
            settled(other)
            assert metrics(other) == after
        context.close()


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_each_download_opens_and_holds_what_the_page_shows(page: Any) -> None:
    drop(page, sent("formulas.csv", FORMULAS))
    page.get_by_text("formulas.csv: read").wait_for()
    settled(page)
    buttons = page.locator("[data-testid=stDownloadButton] button").all()
    taken = {}
    for button in buttons:
        with page.expect_download() as waiting:
            button.click()
        taken[waiting.value.suggested_filename] = Path(waiting.value.path()).read_bytes()
    assert set(taken) == {
        "exposure.pdf",
        "exposure.html",
        "exposure.xlsx",
        "exposures.csv",
        "exposure.json",
        "judgements.csv",
    }
    table = pl.read_csv(taken["exposures.csv"])
    told = json.loads(taken["exposure.json"])
    assert table.height == len(told["exposures"]) == 3
    assert table["value"].sum() == sum(e["value"] for e in told["exposures"])
    assert not any(str(cell)[:1] in "=+-@" for cell in table["name"])
    for name, content in taken.items():
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(content))
            cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
            assert cells
            assert not any(c.data_type == "f" for c in cells)
        if name.endswith(".pdf"):
            assert content.startswith(b"%PDF-")
        if name.endswith(".html"):
            assert b"Content-Security-Policy" in content


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_text_of_a_file_is_text_on_every_tab(page: Any) -> None:
    drop(page, sent("<b>[x](javascript:alert(1)).csv", HOSTILE.encode()))
    page.get_by_text(".csv: read").wait_for()
    settled(page)
    for name in TABS:
        tab(page, name)
        assert page.evaluate("window.hacked") is None
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.locator("img[src*='example.org']").count() == 0


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_an_address_opens_the_company_the_tab_and_the_settings(page: Any, address: str) -> None:
    page.goto(f"{address}/?page=Exposure&company=dahua&rule=named+only")
    page.locator(".st-key-evidence").wait_for()
    assert "Dahua" in page.locator(".st-key-evidence h3").first.inner_text()
    page.get_by_role("button", name="one ownership rule for every list: named only").click()
    page.wait_for_url(lambda url: "rule=" not in url)
    assert "company=dahua" in page.url


def test_two_sessions_at_once_see_their_own_files_only(browser: Any, address: str, root: Path) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    with opened(contexts[0], address) as one, opened(contexts[1], address) as two:
        drop(one, root / "datasets/examples/example_endowment.csv")
        drop(two, root / "datasets/examples/example_index_fund.csv")
        one.get_by_role("heading", name="Example College Endowment").wait_for()
        two.get_by_text("example_index_fund.csv: read").wait_for()
        settled(two)
        assert "Endowment" not in two.content()
        assert "index_fund" not in one.content()
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", TABS)
def test_axe_finds_nothing_grave(browser: Any, address: str, name: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    company = "&company=hikvision" if name == "Exposure" else ""
    with opened(context, address, f"?page={name}&policy=campaign{company}") as page:
        if company:
            page.locator(".st-key-evidence").wait_for()
            settled(page)
        assert axe_faults(page) == []
    context.close()


@pytest.mark.parametrize("width", [390, 768])
@pytest.mark.parametrize("name", TABS)
def test_every_tab_fits_its_window(browser: Any, address: str, name: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    with opened(context, address, f"?page={name}") as page:
        assert fits(page)
    context.close()


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "telephone"])
def test_from_a_file_to_an_answer_to_take_away_in_five_steps(
    browser: Any, address: str, root: Path, tmp_path: Path, width: int
) -> None:
    """The path in the README, with its pictures: kept where EXPOSURE_SCREENSHOTS says, else looked at and gone."""
    pictures = Path(os.environ.get("EXPOSURE_SCREENSHOTS") or tmp_path)
    context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
    steps = 1
    with opened(context, address) as page:  # 1: open the page
        drop(page, root / "datasets/examples/example_index_fund.csv")  # 2: drop a file
        steps += 1
        page.get_by_text("example_index_fund.csv: read completely").wait_for()
        page.get_by_role("heading", name="Example Emerging Markets Index Fund").wait_for()
        settled(page)
        assert page.locator("p.finding").inner_text()
        page.screenshot(path=pictures / f"answer_{width}.png")
        page.get_by_role("combobox", name="Evidence on").click()  # 3 and 4: whom it is about, and the reply
        page.keyboard.type("Hikvision")
        page.get_by_role("option", name="Hangzhou Hikvision").wait_for()
        page.keyboard.press("Enter")
        steps += 2
        page.locator(".st-key-evidence .pair").first.wait_for()
        settled(page)
        page.locator(".st-key-evidence").scroll_into_view_if_needed()
        page.wait_for_timeout(500)  # the picture of the chain is drawn
        page.screenshot(path=pictures / f"evidence_{width}.png")
        with page.expect_download() as waiting:  # 5: take it away
            page.locator("[data-testid=stDownloadButton] button").first.click()
        steps += 1
        assert Path(waiting.value.path()).stat().st_size > 1000
    context.close()
    assert steps <= 5
    assert {p.name for p in pictures.glob(f"*_{width}.png")} >= {f"answer_{width}.png", f"evidence_{width}.png"}
