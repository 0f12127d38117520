"""One screening of each example, a hostile one, a large one; and a browser that may ask nobody for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from calling import HOLDINGS
from hostile_names import HOSTILE

import exposure as ex
from exposure.connect import connect
from exposure.report.html import html
from exposure.report.redact import redact
from exposure.score import load_weights

LISTED = "CNE100000PM8"  # Hikvision


@pytest.fixture(scope="session", params=["example_pension.xlsx", "example_index_fund.csv", "example_endowment.csv"])
def example(request: pytest.FixtureRequest, root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples" / request.param)


@pytest.fixture(scope="session")
def pension(root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples/example_pension.xlsx")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ex.Screening:
    """Every hostile text as the name of a listed security and of an unknown one."""
    names = [*(f"Hangzhou Hikvision Digital Technology {text}" for text in HOSTILE), *HOSTILE]
    isins = [LISTED] * len(HOSTILE) + [None] * len(HOSTILE)
    frame = pl.DataFrame({"Name": names, "ISIN": isins, "Market Value (GBP)": range(1000, 1000 + len(names))})
    return ex.screen(ex.read_holdings(frame, name=f"{HOSTILE[2]}.csv", portfolio=HOSTILE[0]))


@pytest.fixture(scope="session")
def large() -> ex.Screening:
    """Five hundred companies of the reference data, each of them exposed: more than any real portfolio has."""
    universe = ex.Universe.load()
    tied = connect(universe, sorted(universe.entities["entity_id"]), load_weights())["entity_id"].unique()
    companies = universe.entities.filter(
        pl.col("entity_id").is_in(tied.implode()) & (pl.col("kind").cast(pl.String) == "company")
    ).sort("entity_id")
    frame = companies.select("name", value=pl.int_range(pl.len()) * 100.0 + 1000.0).head(520)
    return ex.screen(frame, universe=universe)


@pytest.fixture
def fund(tmp_path: Path) -> Path:
    path = tmp_path / "fund.csv"
    path.write_text(HOLDINGS, "utf-8")
    return path


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page from a file, with every request it makes recorded; after the test it must have made none."""
    contexts, asked, said = [], [], []

    def page(result: ex.Screening, level: str = "full", *, at: str = "", **settings: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes(html(redact(result, level)).encode())
        settings = {"viewport": {"width": 1280, "height": 900}, **settings}
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        shown = context.new_page()
        shown.set_default_timeout(20_000)
        shown.on("request", lambda sent: asked.append(sent.url))
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.goto(f"{path.as_uri()}{at}")
        return shown

    page.said = said  # type: ignore[attr-defined]
    yield page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith("file://")] == []
    assert len({url.partition("#")[0] for url in asked}) == 1
    assert said == []
