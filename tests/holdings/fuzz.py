"""Breaking files on purpose: whatever the bytes, only errors of the project's own kind may come out.

    python tests/holdings/fuzz.py [seconds]

Mutates the real files of ../shared/holdings where that folder is beside the clone, and own-made ones everywhere.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from making import book, spreadsheetml

from exposure.errors import ExposureError
from exposure.holdings import bulk, read_holdings, text

SHARED = Path(__file__).resolve().parents[3] / "shared" / "holdings"
#: Larger files only slow the fuzzing down; their layouts are among the smaller ones too.
MOST_BYTES = 120_000
_TABLE = [["Name", "ISIN", "Market Value (EUR)"], ["A AG", "DE0007164600", 10.5], ["B SA", "FR0000120271", 5]]
OWN = [
    book({"Holdings": _TABLE}),
    spreadsheetml("Holdings", _TABLE),
    "\n".join(",".join(map(str, row)) for row in _TABLE).encode(),
    b'{"holdings": [{"name": "A", "isin": "US0378331005", "weight": 0.6}, {"name": "B", "weight": 0.4}]}',
    b"<?xml version='1.0'?><informationTable><infoTable><nameOfIssuer>A</nameOfIssuer><value>1</value>"
    b"</infoTable></informationTable>",
    b"<html><table><tr><td>Name</td><td>Market Value</td></tr><tr><td>A</td><td>1</td></tr></table></html>",
]
_LINES = [(f"COMPANY {k} PLC", "US0378331005", k * 37 % 991 + 0.25) for k in range(60)]
#: Tables of every kind of text; where they are read by columns as large ones are, each has its own way to fail.
TEXTS = [
    [
        "Name".ljust(30) + "ISIN".ljust(16) + "Market Value USD",
        *(f"{a:<30}{b:<16}{v:>16.2f}" for a, b, v in _LINES),
    ],
    ["Name,ISIN,Market Value", *(f"{a},{b},{v}" for a, b, v in _LINES)],
    ["Name;ISIN;Kurswert EUR", *(f"{a};{b};{v}".replace(".", ",") for a, b, v in _LINES)],
    ['"Name","ISIN","Market Value"', *(f'"{a}","{b}","{v * 1000:,.2f}"' for a, b, v in _LINES)],
    ["Name\tCode\tCurrency\tWeight (%)", *(f"{a}\t{k}\tUSD\t{v}" for k, (a, _, v) in enumerate(_LINES))],
    ["Name;Value", *(f"SECTOR {k};\n{a};{v}" for k, (a, _, v) in enumerate(_LINES)), "Total;1"],
    ["|Name|Country|Value|", *(f"|{a}|UK|{int(v)}|" for a, _, v in _LINES), "|Total||30000|"],
]
_CALLS: list[dict[str, Any]] = [
    {}, {}, {}, {"value_column": "Market Value"}, {"columns": {"name": "Name"}}, {"decimal": ","},
    {"columns": {"name": "Name", "value": "Market Value"}}, {"currency": "EUR"}, {"as_of": "2025-12-31"},
    {"value_column": "column 2"}, {"sheet": "Holdings"}, {"columns": {"isin": "ISIN"}, "decimal": "."},
]  # fmt: skip
#: From this size on half of the runs read text as they read large files, which no fuzzing could afford.
_LARGE = 1500
_PIECES = [
    b"\x00",
    b'"',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\t",
    b"\xff",
    b"<",
    b"&",
    b"9" * 400,
    b"1e999",
    b"-",
    b"Total",
    b"\xe2\x80",
]


def corpus() -> list[bytes]:
    """Return the files to break."""
    real = sorted(SHARED.glob("*")) if SHARED.is_dir() else []
    return (
        OWN
        + ["\n".join(lines).encode() for lines in TEXTS]
        + [p.read_bytes() for p in real if p.stat().st_size < MOST_BYTES]
    )


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Cut, repeat, overwrite or swap parts of a file."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, size = chance.randrange(len(out) + 1), chance.choice([1, 2, 8, 100, 3000])
        kind = chance.randrange(6)
        if kind == 0:
            del out[at : at + size]
        elif kind == 1:
            out[at:at] = chance.choice(_PIECES)
        elif kind == 2:
            out[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
        elif kind == 3:
            out[at:at] = out[at : at + size]
        elif kind == 4:
            del out[at:]
        else:
            out[at : at + 1] = chance.choice(_PIECES)
    return bytes(out)


def _check_message(error: ExposureError) -> None:
    assert str(error).strip(), "an error without a message"


def run(seconds: float, seed: int = 1) -> tuple[int, int]:
    """Read mutated files for some seconds.

    Returns:
        How many were read, and how many were refused.

    Raises:
        AssertionError: an error outside of the project's tree, with the seed's count that made it.
    """
    chance = random.Random(seed)
    files = corpus()
    usual = bulk.MIN_BYTES
    try:
        return _run(seconds, seed, chance, files)
    finally:
        _large_from(usual)


def _large_from(size: int) -> None:
    """Read text by columns from this size on."""
    for module in (bulk, text):
        module.MIN_BYTES = size  # type: ignore[attr-defined]


def _run(seconds: float, seed: int, chance: random.Random, files: list[bytes]) -> tuple[int, int]:
    usual = bulk.MIN_BYTES
    end = time.monotonic() + seconds
    read = refused = 0
    while time.monotonic() < end:
        # Every second file is one of a few own-made kinds, so that each is met within a minute.
        data = mutate(chance.choice(chance.choice([files, files[: len(OWN) + len(TEXTS)]])), chance)
        _large_from(chance.choice([usual, _LARGE]))
        given = chance.choice(_CALLS)
        try:
            holdings = read_holdings(data, name="fuzzed", **given)
        except ExposureError as error:
            _check_message(error)
            refused += 1
        except BaseException as error:  # polars panics are no Exception; whatever it is, it fails the test
            kept = Path(tempfile.gettempdir()) / "fuzzed.bin"
            kept.write_bytes(data)
            raise AssertionError(
                f"file {read + refused} of seed {seed}, kept as {kept}, {given}: {error!r}"
            ) from error
        else:
            assert holdings.report.rows == holdings.frame.height
            read += 1
    return read, refused


if __name__ == "__main__":
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    print("read {}, refused {}, nothing else".format(*run(length, int(time.time()))))
