"""Publishing a site: many portfolios at once, again without a change, and again with one changed file.

    python tests/benchmarks/publishing.py [PORTFOLIOS] [HOLDINGS]

The time stands beside that of reading and screening the same files one after the other in one process, because
machines drift. Every hundredth holding is a company of the reference data, which is more than in a world index.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import exposure as ex
from exposure.cli_publish import FileScreener, cores
from exposure.report.site import Published, publish
from exposure.report.site_pages import Site

PORTFOLIOS, HOLDINGS = 100, 5_000
SAMPLE = 10  # files screened alone; the rest is of the same kind
ASKED = 120  # seconds, on two cores


def write(path: Path, seed: int, holdings: int) -> None:
    """One portfolio: names and amounts."""
    chance = random.Random(seed)
    companies = ex.Universe.load().entities.filter(kind="company")["name"].to_list()
    lines = [f"Benchmark Fund {seed}", "Holdings as of 30 June 2026", "Name,Market Value (GBP)"]
    for k in range(holdings):
        name = f"Ordinary Company {chance.randrange(10**6)} plc" if k % 100 else chance.choice(companies)
        lines.append(f'"{name}",{chance.randrange(1_000, 1_000_000)}')
    path.write_text("\n".join(lines) + "\n", "utf-8")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that a piece of work takes by the clock, and of the processors, other processes included."""
    start, before = time.perf_counter(), os.times()
    work()
    return time.perf_counter() - start, sum(os.times()[:4]) - sum(before[:4])


def row(what: str, taken: tuple[float, float], alone: tuple[float, float], note: str = "") -> None:
    """Print one comparison, by the clock and by the processors: the latter hardly moves on a busy machine."""
    ratios = [part / whole for part, whole in zip(taken, alone, strict=True)]
    print(f"{what:<36} {taken[0]:7.1f} s {ratios[0]:6.2f} x   {taken[1]:7.1f} s {ratios[1]:6.2f} x   {note}")


def main() -> None:
    """Print the table."""
    given = [int(text) for text in sys.argv[1:3]]
    portfolios, holdings = given if len(given) == 2 else (PORTFOLIOS, HOLDINGS)
    screener, jobs = FileScreener(None, (), ()), cores()
    universe = screener.universe()
    site = Site("Benchmark", "https://example.org/", None, None, universe.as_of, "full", ex.package_version())
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / f"fund{seed}.csv" for seed in range(portfolios)]
        for seed, path in enumerate(files):
            write(path, seed, holdings)
        folder = Path(place) / "site"

        def run() -> Published:
            return publish(folder, files, screener, site, jobs=jobs)

        ex.screen(files[0], universe=universe)
        sample = files[:SAMPLE]
        of_sample = timed(lambda: [ex.screen(path, universe=universe) for path in sample])
        alone = (of_sample[0] / len(sample) * portfolios, of_sample[1] / len(sample) * portfolios)
        first = timed(run)
        again = timed(run)
        write(files[0], portfolios, holdings)
        one = timed(run)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        number = sum(1 for path in folder.rglob("*.html"))
        what = f"{portfolios} portfolios of {holdings:,} holdings"
        print(f"{what}, {jobs} processes: {number:,} pages, {size / 1e6:.0f} MB; by the clock, of the processors")
        row("read and screen alone, one process", alone, alone)
        row("publish into an empty folder", first, alone, f"asked: under {ASKED} s on two free cores")
        row("publish again, nothing changed", again, alone)
        row("publish again, one file changed", one, alone)


if __name__ == "__main__":
    main()
