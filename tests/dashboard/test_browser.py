"""The page in a real browser: first sight, files, decisions, downloads, both widths, and nobody else is called."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pypdf
import pytest
from browsing import dashboard, needs_browser
from pages import TABS, drop, evidence, fits, metrics, opened, sent, settled, tab

from exposure.folders import VARIABLE

pytestmark = needs_browser

DOUBTFUL = b"Name,Country,Market value (GBP)\nCHINA TELECOM 'H',China,400000\nEXAMPLE BAKERY,Japan,600000\n"
HOSTILE = (
    "Name,ISIN,Market value (GBP)\nHikvision,CNE100000PM8,100\n"
    '"<script>window.hacked = 1</script>",CNE100000PM8,100\n'
    "[x](javascript:alert(1)),CNE1000004Y2,100\n"
    '"<img src=https://example.org/x.png onerror=alert(1)>",,100\n'
    '"=HYPERLINK(""http://example.org"")",CNE000001C99,100\n'
)
# What a pointer that rests on the middle of each line of the picture is told.
UNDER_THE_POINTER = """() => [...document.querySelectorAll('.picture svg')]
  .filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => [...svg.querySelectorAll('g > line')].map(line => {
    line.scrollIntoView({block: 'center', inline: 'center'})
    const r = line.getBoundingClientRect()
    const under = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2 + 4)
    return under?.closest('g')?.querySelector('title')?.textContent ?? 'nothing'
  }))"""
# The words of every spinner that is shown, from before the page is drawn.
SPINNERS = """window.spun = []; new MutationObserver(() => document.querySelectorAll('[data-testid=stSpinner]')
  .forEach(s => window.spun.push(s.innerText))).observe(document, {childList: true, subtree: true})"""
FORMULAS = (
    b"Name,ISIN,Market value (GBP)\n=Hangzhou Hikvision Digital Technology,CNE100000PM8,100\n"
    b"+ZTE Corp,CNE1000004Y2,200\n@Zhejiang Dahua Technology,CNE100000BJ4,300\n"
)


@pytest.fixture(scope="module")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def address(root: Path, own_data: Path) -> Iterator[str]:
    with dashboard(root, 8610, own_data / "log.txt", environment={VARIABLE: str(own_data)}) as url:
        yield url


@pytest.fixture(params=[1280, 390], ids=["desk", "telephone"])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, accept_downloads=True)
    with opened(context, address) as shown:
        yield shown
    context.close()


def cli(*arguments: str) -> Any:
    command = [sys.executable, "-m", "exposure.cli", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=120).stdout)


def test_first_sight_is_the_finding_then_a_company_shows_evidence_and_reply(page: Any) -> None:
    page.get_by_text("An illustrative example:").wait_for()
    finding = page.locator("p.finding")
    assert "of this portfolio" in finding.inner_text()
    assert "official lists" in finding.inner_text()
    assert fits(page)
    evidence(page, "Hangzhou Hikvision")
    pair = page.locator(".pair").first
    claim, reply = pair.locator("p").all()
    assert "Alleged by" in claim.inner_text()
    assert reply.inner_text().startswith(("The company", "No reply found"))
    size = "element => getComputedStyle(element).fontSize"
    assert claim.evaluate(size) == reply.evaluate(size)
    picture = page.locator(".picture svg").locator("visible=true")
    assert "The portfolio holds" in (picture.get_attribute("aria-label") or "")
    assert "company=hikvision" in page.url
    told = page.evaluate(UNDER_THE_POINTER)
    assert len(told) >= 4
    assert all(re.match(r"Source( \[\d+\])?: ", source) for source in told)
    numbers = {found[1] for source in told if (found := re.match(r"Source \[(\d+)\]", source))}
    page.get_by_text("and what of each was read").click()
    listed = {item.get_attribute("value") for item in page.locator(".st-key-evidence ol li").all()}
    assert numbers <= listed
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
    page.evaluate(SPINNERS)
    drop(page, file)
    page.get_by_text("nbim_eq_2019_industry.xlsx: read").wait_for()
    settled(page)
    told = cli("screen", str(file), "--json")["headline"]
    shown = metrics(page)
    for figure, key in zip(shown[:2], ("at_least", "at_most"), strict=True):
        assert figure == f"{told[key]['share'] * 100:.2f}\u202f%"
    spun = " ".join(page.evaluate("window.spun"))
    assert "Screening: identifying companies, following funds and owners" in spun


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_a_decision_by_keyboard_moves_the_figures_and_survives_a_restart(
    page: Any, browser: Any, root: Path, own_data: Path
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
    with dashboard(root, 8660, own_data / "log.txt", environment={VARIABLE: str(own_data)}) as again:
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
            paper = pypdf.PdfReader(io.BytesIO(content))
            assert "Hikvision" in "".join(sheet.extract_text() for sheet in paper.pages)
        if name.endswith(".html"):
            copy = page.context.new_page()
            copy.set_content(content.decode())
            finding = page.locator("p.finding").inner_text()
            assert finding in copy.locator("body").inner_text()
            copy.close()
        if name == "judgements.csv":
            assert pl.read_csv(content).columns[:4] == ["judged_at", "judged_by", "subject", "object"]


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_text_of_a_file_is_text_on_every_tab(page: Any) -> None:
    drop(page, sent("<b>[x](javascript:alert(1)).csv", HOSTILE.encode()))
    page.get_by_text(".csv: read").wait_for()
    settled(page)
    evidence(page, "Hangzhou Hikvision")  # the portfolio's name, that of the file, stands in its picture
    drawn = page.locator(".picture svg text").locator("visible=true").all_text_contents()
    assert "javascript:" in "".join(drawn)
    for name in TABS:
        tab(page, name)
        assert page.evaluate("window.hacked") is None
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.locator("img[src*='example.org']").count() == 0
        assert page.locator(".picture script, .picture a, .picture b").count() == 0


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
        evidence(page, "Hangzhou Hikvision")  # 3 and 4: whom it is about, and the reply
        steps += 2
        page.evaluate("document.querySelector('#evidence').scrollIntoView()")
        page.screenshot(path=pictures / f"evidence_{width}.png")
        with page.expect_download() as waiting:  # 5: take it away
            page.locator("[data-testid=stDownloadButton] button").first.click()
        steps += 1
        assert Path(waiting.value.path()).stat().st_size > 1000
    context.close()
    assert steps <= 5
    assert {p.name for p in pictures.glob(f"*_{width}.png")} >= {f"answer_{width}.png", f"evidence_{width}.png"}
