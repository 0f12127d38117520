"""Benchmarks: each figure beside a bare baseline measured in the same run, because machines drift.

    python tests/benchmarks/run.py

Real files are read from ../shared/holdings where that folder is beside the clone; the rest uses the bundled data.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

import exposure as ex
from exposure.universe import bundle

ROOT = Path(__file__).resolve().parents[2]
NORGES = ROOT.parent / "shared" / "holdings" / "nbim_eq_2018_country.csv"
REPEATS = 5
#: Companies of the reference data in a portfolio of 10,000 lines: a fund of the whole world's shares holds 219.
EXPOSED = 250


def best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest of some runs, in seconds: the one least disturbed by others."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def command(*arguments: str) -> Callable[[], object]:
    """A whole process, cold start included."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def row(what: str, seconds: float, baseline: str, base: float) -> None:
    """Print one comparison."""
    print(f"{what:<58} {seconds * 1000:9.0f} ms   {seconds / base:7.1f} x {baseline} ({base * 1000:.0f} ms)")


def load_universe() -> None:
    """Read the reference data anew."""
    bundle._bundled.cache_clear()
    ex.Universe.load()


def nested(rows: int, funds: int) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """A portfolio of ``rows`` lines, ten of them funds of funds: ``funds`` in all, each with 200 companies."""
    companies = ex.Universe.load().entities.filter(kind="company")["name"].to_list()[:EXPOSED]
    names = [f"Benchmark World Index Fund {chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(funds)]
    schema, outer = ["Name", "Market Value"], 10

    def company(i: int) -> str:
        return companies[i // 10 % len(companies)] if i % 10 == 0 else f"Ordinary Company {i} plc"

    held = {}
    for i, name in enumerate(names):
        inside = [(company(i * 7 + k), 10.0) for k in range(200)]
        inside += [(n, 500.0) for n in names[outer + i :: outer]] if i < outer else []
        held[name] = pl.DataFrame(inside, schema=schema, orient="row")
    lines = [(names[i] if i < outer else company(i), 1000.0) for i in range(rows)]
    return pl.DataFrame(lines, schema=schema, orient="row"), held


HEAVY = ("yfinance", "streamlit", "altair", "pandas")
ADDED = """
import time
import polars
begun = time.perf_counter()
import exposure
print(time.perf_counter() - begun)
import sys
print(*[name for name in {heavy!r} if name in sys.modules])
"""


def importing(repeats: int = REPEATS) -> tuple[float, str]:
    """Seconds that ``import exposure`` adds to ``import polars``, the best of some, and what it should not load."""
    runs = []
    for _ in range(repeats):
        code = [sys.executable, "-c", ADDED.format(heavy=HEAVY)]
        told = subprocess.run(code, check=True, capture_output=True, text=True).stdout.splitlines()
        runs.append((float(told[0]), told[1]))
    return min(runs)


def table(portfolio: pl.DataFrame, known: ex.Universe) -> None:
    """What a person at a notebook waits for, beside what was promised."""
    added, loaded = importing()
    bare = best(command("-c", "import polars"))
    ex.screen(portfolio, universe=known)
    warm = best(lambda: ex.screen(portfolio, universe=known), 3)
    print(f"{'what a person at a notebook waits for':<58} {'measured':>12}   promised")
    print(f"{'import exposure, on top of import polars':<58} {added:10.2f} s   at most 0.5 s")
    print(f"{'  (import polars by itself, a whole process)':<58} {bare:10.2f} s")
    print(f"{'  heavy libraries it loads':<58} {loaded or 'none':>12}   none of {', '.join(HEAVY)}")
    print(f"{'ex.screen on 10,000 rows, warm':<58} {warm:10.2f} s   under 2 s")
    folder = [ex.example(name) for name in ("pension", "index_fund", "endowment")] * 20
    one = best(lambda: ex.screen_many(folder, workers=1), 1)
    cores = os.cpu_count() or 1
    many = best(lambda: ex.screen_many(folder, workers=cores), 1)
    print(f"{'ex.screen_many, 60 small files, one process':<58} {one:10.2f} s")
    print(f"{f'  {cores} processes, their start included':<58} {many:10.2f} s   {one / many:.2f} x as fast")


def main() -> None:
    """Run every benchmark whose data are present."""
    portfolio, funds = nested(10_000, 50)
    known = ex.Universe.load()
    table(portfolio, known)
    folder = bundle.datasets_folder()
    bare = best(lambda: [pl.read_csv(p, infer_schema=False) for p in folder.glob("*.csv")])
    row("load the bundled universe", best(load_universe), "bare read_csv of its tables", bare)
    start = best(command("-c", "import polars, scipy.sparse"))
    flat = best(lambda: ex.screen(portfolio, universe=known), 3)
    deep = best(lambda: ex.screen(portfolio, universe=known, funds=funds), 3)
    row("screen 10,000 rows with 50 nested funds", deep, "the same without look-through", flat)
    if not NORGES.is_file():
        print("../shared/holdings is not beside this clone: the real file is left out")
        return
    bare = best(lambda: pl.read_csv(NORGES))
    row("read 9,158 holdings of Norges Bank", best(lambda: ex.read_holdings(NORGES)), "bare read_csv", bare)
    universe = ex.Universe.load()
    row("screen them", best(lambda: ex.screen(NORGES, universe=universe)), "bare read_csv", bare)
    cold = best(command("-m", "exposure.cli", "screen", str(NORGES), "--json"), 3)
    row("exposure screen --json, cold start included", cold, "import polars and scipy", start)


if __name__ == "__main__":
    main()
