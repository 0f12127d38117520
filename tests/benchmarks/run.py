"""Benchmarks: each figure beside a bare baseline measured in the same run, because machines drift.

    python tests/benchmarks/run.py

Real files are read from ../shared/holdings where that folder is beside the clone; the rest uses the bundled data.
"""

from __future__ import annotations

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
    companies = ex.Universe.load().entities.filter(kind="company")["name"].to_list()
    names = [f"Benchmark World Index Fund {chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(funds)]
    schema, outer = ["Name", "Market Value"], 10

    def company(i: int) -> str:
        return companies[i % len(companies)] if i % 10 == 0 else f"Ordinary Company {i} plc"

    held = {}
    for i, name in enumerate(names):
        inside = [(company(i * 7 + k), 10.0) for k in range(200)]
        inside += [(n, 500.0) for n in names[outer + i :: outer]] if i < outer else []
        held[name] = pl.DataFrame(inside, schema=schema, orient="row")
    lines = [(names[i] if i < outer else company(i), 1000.0) for i in range(rows)]
    return pl.DataFrame(lines, schema=schema, orient="row"), held


def main() -> None:
    """Run every benchmark whose data are present."""
    folder = bundle.datasets_folder()
    bare = best(lambda: [pl.read_csv(p, infer_schema=False) for p in folder.glob("*.csv")])
    row("load the bundled universe", best(load_universe), "bare read_csv of its tables", bare)
    start = best(command("-c", "import polars, scipy.sparse"))
    row("import exposure", best(command("-c", "import exposure")), "import polars and scipy", start)
    portfolio, funds = nested(10_000, 50)
    known = ex.Universe.load()
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
