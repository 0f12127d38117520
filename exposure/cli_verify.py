"""The command line's second look: ``exposure verify ARTEFACT FILES...``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from exposure.api import screen
from exposure.cli_errors import one_sentence
from exposure.cli_read import READING_OPTIONS, reading_arguments
from exposure.cli_report import FILE_OPTIONS, PATH, with_options
from exposure.holdings import read_holdings
from exposure.inputs import portfolio_name
from exposure.report.again import arguments, holdings_again, universe_again
from exposure.report.verify import manifest_of, verify


def _tables(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, Path]:
    pairs = [text.partition("=") for text in given]
    for text, (table, _, path) in zip(given, pairs, strict=True):
        if not (table and path):
            raise click.BadParameter(f"{text!r}: give TABLE=FILE, such as listings=own.csv.")
    return {table: Path(path) for table, _, path in pairs}


@click.command("verify")
@click.argument("artefact", type=PATH)
@click.argument("files", nargs=-1, required=True, type=PATH)
@with_options(FILE_OPTIONS)
@with_options(READING_OPTIONS)
@click.option(
    "--own",
    metavar="TABLE=FILE",
    multiple=True,
    callback=_tables,
    help="Rows that were added to the reference data: CSV. May be repeated.",
)
@click.option("--own-source", metavar="WORDS", help="Where these rows come from, in the words given then.")
@click.option("--data", type=PATH, help="Folder of reference data, where they were not the program's own.")
@click.option(
    "--beside", type=PATH, multiple=True, help="File of another portfolio whose name it withholds as well."
)
@one_sentence
def verify_command(
    artefact: Path,
    files: Sequence[Path],
    own: dict[str, Path],
    own_source: str | None,
    data: Path | None,
    beside: Sequence[Path],
    **given: Any,
) -> None:
    """Compute ARTEFACT (a report) again from FILES, and say whether it is the same or what differs.

    What the artefact was made with beside FILES must be named again; it says what is missing. The exit code is 0
    when every byte is the same, 1 when anything differs.
    """
    manifest = manifest_of(artefact)
    others = [name for path in beside for name in (portfolio_name([read_holdings(path)]), path.stem)]
    reading = {"sheet": given.pop("sheet"), **reading_arguments(given)}
    again = arguments(manifest, {**given, "others": others or None}, reading)
    universe = universe_again(manifest, folder=data, own=own, source=own_source)
    parts = holdings_again(manifest, files, again.reading)
    verdict = verify(artefact, screen(parts, universe=universe, **again.screening), others)
    if verdict.equal:
        click.echo(f"{artefact.name} is equal: every byte is what the program computes from these files.")
        return
    click.echo(f"{artefact.name} differs from what the program computes from these files:")
    for sentence in verdict.differences:
        click.echo(f"  {sentence}")
    sys.exit(1)
