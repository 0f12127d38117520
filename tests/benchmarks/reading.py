"""Reading speed as ratios within one run, because machines drift.

    python tests/benchmarks/reading.py

The whole folder of real files where it is beside the clone, a workbook of 50,000 rows against bare calamine, and a
text file of a million rows against a bare polars ``read_csv`` of it.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
from python_calamine import CalamineWorkbook

from exposure.errors import ExposureError
from exposure.holdings import read_holdings
from exposure.identifiers import complete_cusip, is_isin

SHARED = Path(__file__).resolve().parents[3] / "shared" / "holdings"
HEADER = [
    "Ticker",
    "Name",
    "ISIN",
    "Asset Class",
    "Market Value",
    "Weight (%)",
    "Shares",
    "Price",
    "Country",
    "Currency",
]
ROWS = 1_000_000


def best(work: Callable[[], object], repeats: int = 4) -> float:
    """Shortest of some runs, in seconds: the one least disturbed by others."""
    return min(spent(work)[0] for _ in range(repeats))


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Time of one run by the clock and on the processors, in seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def beside(work: Callable[[], object], other: Callable[[], object], repeats: int = 5) -> list[tuple[float, float]]:
    """Shortest times of two kinds of work done in turns, by the clock and on the processors.

    On a machine with other work only the second is a measure of ours.
    """
    runs = [(spent(work), spent(other)) for _ in range(repeats)]
    return [(min(one[0] for one in times), min(one[1] for one in times)) for times in zip(*runs, strict=True)]


def isins(count: int, chance: random.Random) -> list[str]:
    """Make valid identifiers."""
    found = []
    while len(found) < count:
        stem = "US" + complete_cusip(f"{chance.randrange(10**8):08d}")
        found += [stem + digit for digit in "0123456789" if is_isin(stem + digit)]
    return found[:count]


def lines(count: int) -> list[list[object]]:
    """Make holdings."""
    chance = random.Random(1)
    pool = isins(20_000, chance)
    made: list[list[object]] = []
    for k in range(count):
        shares, price = chance.randint(1, 100_000), round(chance.uniform(1, 500), 2)
        value = round(shares * price, 2)
        who = [f"T{k % 50_000}", f"Company Number {k} Inc", chance.choice(pool), "Equity"]
        made.append([*who, value, 100 / count, shares, price, "United States", "USD"])
    return made


def workbook(rows: list[list[object]]) -> bytes:
    """Write an xlsx."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Holdings")
    for row in [HEADER, *rows]:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def folder() -> None:
    """Read every real file."""
    for path in sorted(SHARED.glob("*")):
        try:
            read_holdings(path)
        except ExposureError:
            continue


def million(path: Path, table: pl.DataFrame) -> None:
    """Read a million rows in several habits beside a bare read of the same file."""
    quoted = table.with_columns(pl.col("Name") + ", Ltd")
    habits = {
        "1,000,000-row CSV": (table, ","),
        "with names in quotation marks": (quoted, ","),
        "with decimal commas beside semicolons": (with_commas(table), ";"),
        "of four columns alone": (table.select("Name", "ISIN", "Market Value", "Currency"), ","),
    }
    for what, (frame, mark) in habits.items():
        frame.write_csv(path, separator=mark)
        (clock, processor), (bare, bare_processor) = beside(
            lambda: read_holdings(path), lambda mark=mark: pl.read_csv(path, separator=mark)
        )
        print(
            f"{what}: {clock:.2f} s, {clock / bare:.1f} x bare polars read_csv ({bare:.2f} s) by the clock,"
            f" {processor / bare_processor:.1f} x on the processors (asked: 3 x)"
        )


def with_commas(table: pl.DataFrame) -> pl.DataFrame:
    """Write the numbers as most of Europe does."""
    return table.with_columns(pl.col(pl.Float64).cast(pl.String).str.replace(".", ",", literal=True))


def main() -> None:
    """Print one line for each measure."""
    if SHARED.is_dir():
        size = sum(p.stat().st_size for p in SHARED.glob("*"))
        print(f"whole folder, {size / 1e6:.0f} MB: {best(folder, 2):.2f} s (asked: under 12 s)")
    rows = lines(ROWS)
    data = workbook(rows[:50_000])
    bare = best(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(), 2)
    full = best(lambda: read_holdings(data, name="big.xlsx"), 2)
    print(f"50,000-row xlsx: {full:.2f} s, {full / bare:.1f} x bare calamine ({bare:.2f} s) (asked: under 2 s)")
    with tempfile.TemporaryDirectory() as place:
        million(Path(place) / "million.csv", pl.DataFrame(rows, schema=HEADER, orient="row"))


if __name__ == "__main__":
    main()
