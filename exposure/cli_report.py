"""The command line's reports: what ``screen`` writes beside its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from exposure.api import Screening
from exposure.errors import InputError
from exposure.report.redact import LEVELS, levels

F = TypeVar("F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
# Parameters of a screen that are files: ``verify`` needs the same ones again.
FILE_OPTIONS = (
    click.option("--funds", type=PATH, help="Folder of fund holdings files to look through."),
    click.option(
        "--weights", type=click.Path(path_type=Path, exists=True), help="Weights file (TOML) for the score."
    ),
    click.option("--judgements", type=PATH, help="Decisions on doubtful matches (CSV)."),
    click.option("--rates", type=PATH, help="Exchange rates: CSV with currency and rate."),
    click.option(
        "--prices", type=PATH, help="Prices for share counts without value: CSV with isin, price, currency."
    ),
    click.option(
        "--market-caps", type=PATH, help="Market values: CSV with entity_id or isin, market_cap, currency."
    ),
    click.option("--shares-outstanding", type=PATH, help="CSV with entity_id or isin, and shares_outstanding."),
    click.option("--policy", metavar="FILE", help="House policy (TOML), or the name of one that comes along."),
    click.option("--sheet", metavar="NAME", help="Which sheet of a workbook holds the holdings."),
)
REPORT_OPTIONS = (
    click.option("--html", type=PATH, help="Write the one-file dashboard here."),
    click.option("--xlsx", type=PATH, help="Write the workbook here."),
    click.option("--pdf", type=PATH, help="Write the trustees' paper here."),
    click.option(
        "--redact",
        default=LEVELS[0],
        show_default=True,
        metavar="LEVEL",
        help=f"What a report may reveal: {', '.join(LEVELS)}; several joined by +.",
    ),
)


def with_options(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """Give a command several options, in their order."""

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def write_reports(
    screening: Screening, html: Path | None, xlsx: Path | None, pdf: Path | None, redact: str
) -> None:
    """Write the reports that were asked for.

    Raises:
        InputError: a file cannot be written.
        UsageError: a level of redaction that there is not.
    """
    levels(redact)  # refused even where no report is asked for: a slip there must not pass unseen
    for path, write in ((html, screening.to_html), (xlsx, screening.to_excel), (pdf, screening.to_pdf)):
        if path is not None:
            try:
                write(path, redact=redact)
            except OSError as error:
                raise InputError(f"{path} cannot be written: {error.strerror}; name another file.") from error
