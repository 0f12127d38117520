"""What several processes do for a published site, each on its own: read, screen, make pages.

A process is handed parameters and gives back bytes and small records; the reference data it loads itself, once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar

from exposure.errors import ExposureError
from exposure.holdings import Holdings
from exposure.inputs import portfolio_name
from exposure.marks import mark
from exposure.report.redact import redact
from exposure.report.site_address import Named
from exposure.report.site_company import Around, company, known_companies
from exposure.report.site_data import Files
from exposure.report.site_pages import Site
from exposure.report.site_portfolio import Made, portfolio
from exposure.report.text import visible
from exposure.results import Results
from exposure.score import Weights
from exposure.universe.bundle import Universe

FEW = 3  # tasks that are done sooner than other processes have started
Task = TypeVar("Task")
Done = TypeVar("Done")


class Screener(Protocol):
    """How files are read and screened; handed to other processes, so it holds parameters only."""

    def universe(self) -> Universe:
        """What is known."""

    def weights(self) -> Weights:
        """Those of the score."""

    def mark(self) -> str:
        """A hash of all that a screen depends on beside the file."""

    def read(self, path: Path) -> Holdings:
        """Read a file."""

    def screen(self, holdings: Holdings) -> Results:
        """Screen what was read."""


class Workers:
    """A ``map`` over several processes, which are started when there is enough to do."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __call__(self, work: Callable[[Task], Done], tasks: Sequence[Task]) -> list[Done]:
        """Do each task; the results are in the order of the tasks.

        Raises:
            ExposureError: a process ended abruptly.
        """
        if self._jobs < 2 or (len(tasks) <= FEW and self._pool is None):
            return [work(one) for one in tasks]
        self._pool = self._pool or ProcessPoolExecutor(self._jobs, mp_context=get_context("spawn"))
        try:
            return list(self._pool.map(work, tasks))
        except BrokenProcessPool as error:
            raise ExposureError(
                "A process was ended from outside, perhaps for want of memory: publish again with --jobs 1; what "
                "was written stays."
            ) from error

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown()


def read_file(task: tuple[Screener, Path]) -> tuple[Named | None, Holdings | None, str | None]:
    """Read a file: what it is known by and its holdings, or one sentence on why not."""
    screener, path = task
    if visible(str(path)) != str(path):
        return None, None, f"{visible(str(path))}: the file's name is not plain text; rename it."
    try:
        holdings = screener.read(path)
    except ExposureError as error:
        return None, None, str(error)
    return Named(visible(portfolio_name([holdings])), visible(path.stem), holdings.report.as_of), holdings, None


def _screened(screener: Screener, path: Path, holdings: Holdings | None) -> Results:
    return screener.screen(holdings if holdings is not None else screener.read(path))


def order_of(task: tuple[Screener, str, Path, Holdings | None, Sequence[str]]) -> str:
    """A mark by which portfolios whose names are hidden are put in order: it follows from what is published."""
    screener, level, path, holdings, hide = task
    try:
        copy = redact(_screened(screener, path, holdings), level, hide)
    except ExposureError:
        return ""
    return mark(copy.to_dict())


def make_portfolio(
    task: tuple[Screener, Site, Path, Holdings | None, str, str | None, Sequence[str]],
) -> Made | str:
    """Screen a portfolio and make everything of it, or say in one sentence why not."""
    screener, site, path, holdings, address, title, hide = task
    try:
        return portfolio(site, _screened(screener, path, holdings), address, title, hide)
    except ExposureError as error:
        text = str(error)
        return text if path.name in text else f"{path.name}: {text}"


def make_companies(task: tuple[Screener, Site, Sequence[Any], Around]) -> list[tuple[str, dict[str, Any], Files]]:
    """Make the pages of some companies: id, what the site remembers of it, files; no files for one nobody lists."""
    screener, site, wanted, around = task
    known = known_companies(screener.universe(), screener.weights(), [entity_id for entity_id, _ in wanted])
    made: list[tuple[str, dict[str, Any], Files]] = []
    for entity_id, by in wanted:
        if entity_id not in known:
            made.append((entity_id, {}, {}))
            continue
        one = known[entity_id]
        told = {"name": one.row["company"], "lists": one.row["lists"], "ends": list(one.other_ids)}
        made.append((entity_id, told, company(site, one, by, around)))
    return made
