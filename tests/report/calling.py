"""The command line as the tests of reports call it, and a small fund to call it with."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from exposure.cli import main

HOLDINGS = (
    "Name,ISIN,Market Value (GBP)\nHANGZHOU HIKVISION DIGITAL TECHNOL,CNE100000PM8,1000\nCHINA TELECOM 'H',,500\n"
)


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(main, [str(a) for a in arguments])
