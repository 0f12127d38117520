"""Pictures of each artefact for the README, taken by the program that its reader would open it with.

    EXPOSURE_REPORT_PICTURES=tests/report/pictures pytest tests/report/test_pictures.py

Without the variable the pictures are made, looked at as far as a program can, and gone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import browsing
import pypdfium2
import pytest
from PIL import Image, ImageGrab
from test_site import EXAMPLES, run

import exposure as ex

SIZE = {"width": 1180, "height": 960}
MOST = 150_000  # bytes
OFFICE, SCREEN = shutil.which("soffice"), shutil.which("Xvfb")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("EXPOSURE_REPORT_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture with few colours, which text and lines do not miss, and look whether anything is on it."""
    picture = picture.convert("RGB")
    picture.thumbnail((1280, 2000), Image.Resampling.LANCZOS)
    small = picture.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    assert path.stat().st_size < MOST
    shades = picture.convert("L").histogram()
    dark, light = sum(shades[:128]), sum(shades[200:])
    assert 0.005 < dark / sum(shades) < 0.5
    assert light / sum(shades) > 0.5


@pytest.fixture(scope="module")
def shown(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport=SIZE, device_scale_factor=1)
    page.set_default_timeout(browsing.PATIENCE)
    yield page
    page.close()


def shoot(page: Any, path: Path) -> None:
    page.screenshot(path=path, type="png")
    keep(Image.open(path), path)


@pytest.mark.browser
def test_the_one_file_page(shown: Any, pension: ex.Screening, tmp_path: Path, pictures: Path) -> None:
    pension.to_html(tmp_path / "page.html")
    shown.goto((tmp_path / "page.html").as_uri())
    shoot(shown, pictures / "page_finding.png")
    shown.get_by_role("link", name="Hangzhou Hikvision").first.click()
    answers = shown.locator("#c-hikvision").get_by_role("heading", name="What is alleged, and what").first
    answers.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 90)")
    shoot(shown, pictures / "page_evidence.png")


@pytest.mark.browser
def test_the_published_site(shown: Any, root: Path, tmp_path: Path, pictures: Path) -> None:
    files = [root / "datasets/examples" / name for name in EXAMPLES]
    assert run(tmp_path / "site", *files, "--title", "Three example portfolios").exit_code == 0
    shown.goto((tmp_path / "site/index.html").as_uri())
    shoot(shown, pictures / "site_league.png")
    shown.goto((tmp_path / "site/companies/hikvision.html").as_uri())
    shoot(shown, pictures / "site_company.png")


def test_the_paper(pension: ex.Screening, tmp_path: Path, pictures: Path) -> None:
    pension.to_pdf(tmp_path / "paper.pdf")
    paper = pypdfium2.PdfDocument(tmp_path / "paper.pdf")
    evidence = next(k for k in range(2, len(paper)) if "Hikvision" in paper[k].get_textpage().get_text_range())
    for number, name in ((0, "paper_finding"), (evidence, "paper_evidence")):
        keep(paper[number].render(scale=1.35).to_pil(), pictures / f"{name}.png")
    paper.close()


@contextmanager
def desktop() -> Iterator[str]:
    """A screen that nobody sees."""
    read, write = os.pipe()
    command = [str(SCREEN), "-displayfd", str(write), "-screen", "0", "1600x960x24"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def settled(display: str, patience: float = 90.0) -> Image.Image:
    """The screen once a table stands on it and nothing moves any more."""
    end, last = time.monotonic() + patience, None
    while time.monotonic() < end:
        now = ImageGrab.grab(xdisplay=display)
        if last is not None and now.tobytes() == last.tobytes() and len(now.getcolors(1 << 20) or ()) > 60:
            return now
        last = now
        time.sleep(1.0)
    raise AssertionError("the office program showed nothing in time")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(SCREEN is None, reason="Xvfb, a screen for LibreOffice, is not installed")
def test_the_workbook(pension: ex.Screening, tmp_path: Path, pictures: Path) -> None:
    for sheet in ("Summary", "Evidence"):
        profile = f"-env:UserInstallation={(tmp_path / f'profile-{sheet}').as_uri()}"
        book = tmp_path / f"{sheet}.xlsx"  # each in a file of its own: the program locks what it opens
        pension.to_excel(book)
        file = f"{book.as_uri()}#{sheet}"
        command = [str(OFFICE), profile, "--norestore", "--nologo", "--nofirststartwizard", file]
        with desktop() as display:
            plain = {**os.environ, "DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"}
            office = subprocess.Popen(
                command, env=plain, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            try:
                keep(settled(display), pictures / f"workbook_{sheet.lower()}.png")
            finally:
                os.killpg(office.pid, 15)
                office.wait(20)
