"""The bundled universe's index, built once."""

import polars as pl
import pytest

import exposure as ex
from exposure.resolve.index import build_index
from exposure.resolve.match import match_holdings
from exposure.schema import Holdings, check


def lines(rows):
    """HOLDINGS of a few named lines: dicts of whichever columns matter."""
    columns = {c: spec.dtype for c, spec in Holdings.columns().items()}
    base = dict.fromkeys(columns) | {"security_kind": "equity", "identifiers_flagged": []}
    full = [base | {"row": at} | row for at, row in enumerate(rows)]
    return check(Holdings, pl.DataFrame(full, schema=columns, strict=False))


@pytest.fixture(scope="session")
def index():
    return build_index(ex.Universe.load())


@pytest.fixture(scope="session")
def resolve(index):
    """Names or rows -> MATCHES."""

    def work(*rows):
        return match_holdings(lines([{"name": r} if isinstance(r, str) else r for r in rows]), index)

    return work
