"""How long a person waits: first sight, a 10,000-row file from drop to headline, a filter, a what-if.

    python tests/benchmarks/dashboard.py

The browser's times stand beside the library's own for the same work in the same run, because machines drift. A
filter's time is the server's: one run of the page's script, without a browser.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import exposure as ex

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browsing import PATIENCE, chromium, dashboard  # noqa: E402 - the tests' own helpers, found only now
from streamlit.testing.v1 import AppTest  # noqa: E402

ROWS = 10_000
#: Companies of the reference data among them: a fund of the whole world's shares holds 219.
EXPOSED = 250


def portfolio(rows: int) -> bytes:
    """Names and amounts: every tenth line a company of the reference data, the others unknown to it."""
    companies = ex.Universe.load().entities.filter(kind="company")["name"].to_list()[:EXPOSED]
    lines = ["Name,Country,Market value (GBP)"]
    for i in range(rows):
        name = f"Ordinary {i} plc" if i % 10 else companies[i // 10 % len(companies)]
        lines.append(f'"{name}",Unknown,{1000 + i}')
    return "\n".join(lines).encode()


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_browser(content: bytes) -> tuple[float, float]:
    """First sight of the finding, and from the drop to the headline."""
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(ROOT, 8760, Path(folder) / "log.txt") as address,
        chromium() as browser,
    ):
        warm = browser.new_page()  # once, so that the server has imported what it needs
        warm.goto(address)
        warm.locator("p.finding").wait_for(timeout=PATIENCE)
        warm.close()
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)

        def open_it() -> None:
            page.goto(address)
            page.locator("p.finding").wait_for()

        first = timed(open_it)
        page.locator("[data-test-script-state=notRunning]").wait_for()

        def drop() -> None:
            file = {"name": "ten thousand.csv", "mimeType": "text/csv", "buffer": content}
            page.locator("input[type=file]").first.set_input_files(file)
            page.get_by_role("heading", name="ten thousand", exact=True).wait_for()
            page.locator("p.finding").wait_for()

        return first, timed(drop)


def on_the_server(content: bytes) -> dict[str, float]:
    """One run of the script for each kind of change, with the large file open."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    page.file_uploader(key="dropped").set_value([("ten thousand.csv", content, "text/csv")]).run()
    found = {"nothing changed": timed(page.run)}
    page.session_state["by"] = "list"
    found["taken apart by list"] = timed(page.run)
    found["a company's evidence"] = timed(lambda: page.selectbox(key="company").select_index(0).run())
    page.session_state["company"] = None
    page.run()
    found["another ownership rule"] = timed(lambda: page.selectbox(key="rule").set_value("named only").run())
    found["lists of another day"] = timed(lambda: page.date_input(key="as_of").set_value("2022-01-01").run())
    page.session_state["page"] = "Review"
    found["the review opened"] = timed(page.run)
    return found


def main() -> None:
    """Print the table."""
    content = portfolio(ROWS)
    ex.screen(ex.example("pension"))
    library = timed(lambda: ex.screen(ex.read_holdings(content, name="x.csv")))
    print(f"the library alone: read and screen {ROWS:,} rows {library * 1000:9.0f} ms")
    first, drop = in_browser(content)
    print(f"first sight in a warm server       {first * 1000:9.0f} ms")
    print(f"drop to headline, {ROWS:,} rows     {drop * 1000:9.0f} ms   {drop / library:5.1f} x the library")
    for what, seconds in on_the_server(content).items():
        print(f"server: {what:<27} {seconds * 1000:9.0f} ms   {seconds / library:5.2f} x the library")


if __name__ == "__main__":
    main()
