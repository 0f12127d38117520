"""Many portfolios, each screened by itself: one bad file costs one row in ``errors``, never the whole night.

Files are shared out among processes, because reading and matching keep one core busy each; the answer does not
depend on who finished first.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from exposure.api import Screening, screen
from exposure.charts import league
from exposure.errors import ExposureError, InputError, UsageError
from exposure.given import read_weights
from exposure.late import alt
from exposure.policy import Policy, load_policy
from exposure.present.cards import batch_card
from exposure.present.tables import league_table
from exposure.results import Results
from exposure.schema import Exposures
from exposure.tabular import Tabular
from exposure.universe.bundle import Universe

#: Further processes cost some seconds before their first answer: less work than this (seconds) is done here.
WORTH = 10.0
TRIED = 2  # files screened here first, to tell how long the others will take
NOTES = (".md", ".toml")  # files of a folder that hold no holdings
ERRORS = {"file": pl.String(), "error": pl.String(), "kind": pl.String()}
TOLD = {"file": pl.String(), "portfolio": pl.String(), "currency": pl.String(), "holdings_as_of": pl.Date()}
SCORES = {"score_low": pl.Float64(), "score_high": pl.Float64()}  # what scoring adds to EXPOSURES
WIDTH = 30  # characters of the progress bar


@dataclass(frozen=True, repr=False)
class Batch(Tabular):
    """Several portfolios, each screened by itself. Amounts are never added over files.

    Attributes:
        frame: one row an exposed line: ``file, portfolio, currency, holdings_as_of``, then those of EXPOSURES.
        errors: ``file, error, kind``: what could not be screened, and why.
        screenings: by file, in the order given.

    Examples:
        >>> batch = ex.screen_many([ex.example("pension"), ex.example("endowment")])
        >>> batch.frame["file"].unique(maintain_order=True).to_list()
        ['example_pension.xlsx', 'example_endowment.csv']
    """

    frame: pl.DataFrame
    errors: pl.DataFrame
    screenings: Mapping[str, Screening] = field(hash=False)

    def to_polars(self) -> pl.DataFrame:
        """``frame``.

        Examples:
            >>> ex.screen_many([ex.example("pension")]).to_polars()["file"].n_unique()
            1
        """
        return self.frame

    def summary(self) -> pl.DataFrame:
        """One row a portfolio: ``file, at_least, at_most, identified`` (fractions), ``companies, as_of``.

        Examples:
            >>> ex.screen_many([ex.example("pension")]).summary()["companies"].to_list()
            [7]
        """
        return league_table(self.screenings)

    @property
    def charts(self) -> BatchCharts:
        """Charts as Altair objects: ``league``.

        Examples:
            >>> batch = ex.screen_many([ex.example("pension")])
            >>> "identified" in batch.charts.league().to_dict()["description"]
            True
        """
        return BatchCharts(self.screenings)

    def __repr__(self) -> str:
        """The portfolios side by side, and what could not be screened."""
        return batch_card(self.summary(), self.errors).to_text()

    def _repr_html_(self) -> str:
        return batch_card(self.summary(), self.errors).to_html()


class BatchCharts:
    """The chart of several portfolios.

    Examples:
        >>> ex.screen_many([ex.example("pension")]).charts.league().to_dict()["height"]
        40
    """

    def __init__(self, screenings: Mapping[str, Results]) -> None:
        self._screenings = screenings

    def league(self) -> alt.LayerChart:
        """At least to at most of each portfolio as an interval, coverage beside it.

        Examples:
            >>> ex.screen_many([ex.example("pension")]).charts.league().to_dict()["height"]
            40
        """
        return league(self._screenings)


def screen_many(
    files: str | Path | Sequence[Any] | Mapping[str, Any],
    *,
    universe: Universe | None = None,
    workers: int | None = None,
    progress: bool | None = None,
    **arguments: Any,
) -> Batch:
    """Screen many holdings files, each as a portfolio of its own.

    Args:
        files: paths or frames in a list; a mapping of name to path or frame; or a folder, whose files are taken
            in the order of their names.
        universe: what is known; the bundled universe when omitted.
        workers: processes; when omitted one for each core where the work is worth it, else this one alone.
        progress: whether to show a bar on standard error; when omitted, where a person looks at it.
        **arguments: of ``screen``, the same for every file.

    Returns:
        The screenings, one long frame, and what could not be screened; shows itself.

    Raises:
        UsageError: there is nothing to screen, or an argument is at fault for every file.

    Examples:
        >>> batch = ex.screen_many({"ours": ex.example("pension"), "lost": "no-such-file.csv"})
        >>> batch.errors["error"].to_list()
        ["'no-such-file.csv' does not exist; check the path."]
    """
    named = _named(files)
    if workers is not None and workers < 1:
        raise UsageError(f"workers={workers}: give a number of processes from 1.")
    for name, read in (("weights", read_weights), ("policy", _policy)):
        if arguments.get(name) is not None:
            arguments[name] = read(arguments[name])
    known = universe if universe is not None else Universe.load()
    with _bar(len(named), _watched() if progress is None else progress) as step:
        found = _screened(named, known, arguments, workers, step)
    done = {n: replace(one, universe=known) for n in named if isinstance(one := found[n], Screening)}
    wrong = [(n, *one) for n in named if isinstance(one := found[n], tuple)]
    return Batch(_long(done), pl.DataFrame(wrong, schema=ERRORS, orient="row"), done)


def _policy(given: Policy | str | Path) -> Policy:
    return given if isinstance(given, Policy) else load_policy(given)


def _named(files: Any) -> dict[str, Any]:
    """Each source with the name it goes by: its own, its file's, or that with the folder where two are the same.

    Raises:
        InputError: the folder cannot be read.
        UsageError: there is nothing.
    """
    if isinstance(files, str | Path):
        if not Path(files).is_dir():
            raise UsageError(f"{files} is not a folder; give files in a list, or use screen for one portfolio.")
        try:
            files = [p for p in sorted(Path(files).iterdir()) if p.is_file() and p.suffix not in NOTES]
        except OSError as error:
            raise InputError(f"{files} cannot be read: {error.strerror}.") from error
    if isinstance(files, Mapping):
        named = {str(name): source for name, source in files.items()}
    else:
        sources = list(files)
        short = [_name(source, place) for place, source in enumerate(sources, 1)]
        long = [
            _name(s, p, parent=short.count(n) > 1) for p, (n, s) in enumerate(zip(short, sources, strict=True), 1)
        ]
        named = {
            name if long.count(name) == 1 else f"{name} ({long[:place].count(name) + 1})": source
            for place, (name, source) in enumerate(zip(long, sources, strict=True))
        }
    if not named:
        raise UsageError("There is no file to screen; name at least one.")
    return named


def _name(source: Any, place: int, parent: bool = False) -> str:
    if isinstance(source, str | Path):
        path = Path(source)
        return f"{path.parent.name}/{path.name}" if parent and path.parent.name else path.name
    report = getattr(source, "report", None)
    return str(getattr(report, "file", None) or getattr(report, "portfolio", None) or f"portfolio {place}")


def _one(source: Any, universe: Universe, arguments: Mapping[str, Any]) -> Screening | tuple[str, str]:
    """One screening, or what was wrong."""
    try:
        return screen(source, universe=universe, **arguments)
    except ExposureError as error:
        return str(error), type(error).__name__
    except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not lose the others' results
        return f"This file met a fault in the program, which is worth a report: {error!r}", type(error).__name__


def _screened(
    named: Mapping[str, Any],
    known: Universe,
    arguments: Mapping[str, Any],
    workers: int | None,
    step: Callable[[], None],
) -> dict[str, Any]:
    """Every file's screening, or what was wrong; in processes of their own where that is worth it."""
    found: dict[str, Any] = {}
    waiting = dict(named)
    seconds = 0.0
    while waiting:
        cores = min(workers or os.cpu_count() or 1, len(waiting))
        if cores > 1 and (workers or (len(found) >= TRIED and seconds * len(waiting) > WORTH)):
            return found | _shared_out(waiting, known, arguments, cores, step)
        name = next(iter(waiting))
        begun = time.perf_counter()
        found[name] = _one(waiting.pop(name), known, arguments)
        seconds = time.perf_counter() - begun
        step()
    return found


# ---- several processes --------------------------------------------------------------------------------------

_given: dict[str, Any] = {}  # of a worker process: what it was told at its start


def _begin(universe: Universe, arguments: Mapping[str, Any]) -> None:
    _given.update(universe=universe, arguments=arguments)


def _work(source: Any) -> Screening | tuple[str, str]:
    """One screening in a worker; what is known goes without saying, both sides have it."""
    found = _one(source, _given["universe"], _given["arguments"])
    bare: Any = None
    return replace(found, universe=bare) if isinstance(found, Screening) else found


def _shared_out(
    named: Mapping[str, Any],
    universe: Universe,
    arguments: Mapping[str, Any],
    workers: int,
    step: Callable[[], None],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(universe, arguments)) as pool:
        with _as_a_library(workers):
            waiting: dict[Future[Any], str] = {pool.submit(_work, s): name for name, s in named.items()}
        for future in as_completed(waiting):
            error = future.exception()
            text = f"The process that screened it ended ({error!r}); screen this file by itself."
            found[waiting[future]] = future.result() if error is None else (text, type(error).__name__)
            step()
    return found


@contextmanager
def _as_a_library(workers: int) -> Iterator[None]:
    """Start processes that share the cores and do not run the caller's script again.

    A new process imports the caller's main module first. A script without ``if __name__ == "__main__"`` would call
    ``screen_many`` once more there, and so on; nothing of that module is needed.
    """
    main, name = sys.modules["__main__"], "POLARS_MAX_THREADS"
    bare, before = ModuleType("__main__"), os.environ.get(name)
    bare.__spec__ = None
    sys.modules["__main__"] = bare
    os.environ[name] = before or str(max((os.cpu_count() or 1) // workers, 1))
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if before is None:
            del os.environ[name]


# ---- the bar ------------------------------------------------------------------------------------------------


def _watched() -> bool:
    """Whether somebody looks at standard error: a terminal, or a notebook's cell."""
    return sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")


@contextmanager
def _bar(number: int, shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on one line of standard error; it tells no time, so that a notebook's output stays the same."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if shown:
            full = WIDTH * done // number
            bar = "█" * full + "░" * (WIDTH - full)
            print(f"\r{bar} {done} of {number} files", end="", file=sys.stderr, flush=True)

    yield step
    if shown:
        print(file=sys.stderr)


def _long(screenings: Mapping[str, Screening]) -> pl.DataFrame:
    """The exposures of every file, one under the other."""
    parts = [
        one.exposures.select(
            pl.lit(name).alias("file"),
            pl.lit(one.portfolio).alias("portfolio"),
            pl.lit(one.currency, pl.String).alias("currency"),
            pl.lit(one.as_of.holdings, pl.Date).alias("holdings_as_of"),
            pl.all(),
        )
        for name, one in screenings.items()
    ]
    if not parts:
        return pl.DataFrame(schema={**TOLD, **{n: c.dtype for n, c in Exposures.columns().items()}, **SCORES})
    return pl.concat(parts)
