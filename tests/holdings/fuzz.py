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

from making import book, spreadsheetml

from exposure.errors import ExposureError
from exposure.holdings import read_holdings

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
    return OWN + [p.read_bytes() for p in real if p.stat().st_size < MOST_BYTES]


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
    end = time.monotonic() + seconds
    read = refused = 0
    while time.monotonic() < end:
        data = mutate(chance.choice(files), chance)
        try:
            holdings = read_holdings(data, name="fuzzed")
        except ExposureError as error:
            _check_message(error)
            refused += 1
        except BaseException as error:  # polars panics are no Exception; whatever it is, it fails the test
            kept = Path(tempfile.gettempdir()) / "fuzzed.bin"
            kept.write_bytes(data)
            raise AssertionError(f"file {read + refused} of seed {seed}, kept as {kept}: {error!r}") from error
        else:
            assert holdings.report.rows == holdings.frame.height
            read += 1
    return read, refused


if __name__ == "__main__":
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    print("read {}, refused {}, nothing else".format(*run(length, int(time.time()))))
