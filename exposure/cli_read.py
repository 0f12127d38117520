"""The command line's reading of holdings files: ``read``, and the options that settle what a file leaves open."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import polars as pl

from exposure.cli_errors import one_sentence, option_names
from exposure.cli_report import with_options
from exposure.errors import ExposureError, UsageError
from exposure.holdings import Holdings, read_holdings
from exposure.holdings.source import printable
from exposure.present.describe import reading_report


def _columns(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str] | None:
    pairs = [text.partition("=") for text in given]
    for text, (key, mark, header) in zip(given, pairs, strict=True):
        if not (key and mark and header):
            raise click.BadParameter(f"{text!r}: give KEY=HEADER, such as value='Market value'.")
    return {key.strip(): header for key, _, header in pairs} or None


def _day(context: click.Context, parameter: click.Parameter, given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise click.BadParameter(f"{given}: give a day as YYYY-MM-DD.") from error


#: What settles a file with two readings, besides ``--sheet`` and ``--currency``.
READING_OPTIONS = (
    click.option("--value-column", metavar="HEADER", help="Header of the column that is the value."),
    click.option(
        "--column",
        "columns",
        metavar="KEY=HEADER",
        multiple=True,
        callback=_columns,
        help="Which column is what, such as name='Titel 2'. May be repeated.",
    ),
    click.option(
        "--holdings-date",
        metavar="DATE",
        callback=_day,
        help="Day of the holdings (YYYY-MM-DD), where the file does not say it, or holds several.",
    ),
    click.option("--decimal", type=click.Choice([".", ","]), help="Decimal mark, where no number shows it."),
    click.option(
        "--weight-unit",
        type=click.Choice(["percent", "fraction"]),
        help="What the weights are, where the file does not show it.",
    ),
)


def reading_arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Take the reading options out of a command's parameters, as arguments of ``read_holdings``."""
    renamed = {"holdings_date": "as_of"}
    theirs = ("value_column", "columns", "holdings_date", "decimal", "weight_unit")
    taken = {renamed.get(name, name): given.pop(name, None) for name in theirs}
    return {name: value for name, value in taken.items() if value is not None}


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the holdings: .parquet or .csv.")
@click.option("--currency", metavar="CODE", help="Which value column, where a file has several currencies.")
@click.option("--sheet", metavar="NAME", help="Which sheet of a workbook holds the holdings.")
@with_options(READING_OPTIONS)
@one_sentence
def read_command(
    files: Sequence[Path],
    as_json: bool,
    out: Path | None,
    currency: str | None,
    sheet: str | None,
    **given: Any,
) -> None:
    """Read holdings files and say what was read and what was set aside.

    A file that cannot be read is named in one sentence, the others go on, and the exit code is 1.
    """
    reading = {"currency": currency, "sheet": sheet, **reading_arguments(given)}
    parts = [_read(file, reading) for file in files]
    failed = [part for part in parts if isinstance(part, ExposureError)]
    if out is not None and not failed:
        _write(pl.concat([part.frame for part in parts if isinstance(part, Holdings)]), out)
    if as_json:
        found = [_entry(file, part) for file, part in zip(files, parts, strict=True)]
        click.echo(json.dumps({"files": found}, ensure_ascii=False, indent=1))
    for part in parts:
        if isinstance(part, ExposureError):
            click.echo(f"exposure: {option_names(str(part))}", err=True)
        elif not as_json:
            click.echo(option_names(reading_report(part)))
    if failed and out is not None:
        click.echo(f"exposure: {out} was not written: {len(failed)} of {len(files)} files were not read.", err=True)
    if failed:
        sys.exit(2 if all(isinstance(error, UsageError) for error in failed) else 1)


def _read(file: Path, reading: dict[str, Any]) -> Holdings | ExposureError:
    try:
        return read_holdings(file, **reading)
    except ExposureError as error:
        return error


def _entry(file: Path, part: Holdings | ExposureError) -> dict[str, Any]:
    if isinstance(part, Holdings):
        return part.to_dict()
    return {"file": printable(file.name), "error": option_names(str(part))}


def _write(frame: pl.DataFrame, out: Path) -> None:
    if out.suffix == ".parquet":
        frame.write_parquet(out)
    elif out.suffix == ".csv":
        frame.with_columns(pl.col("identifiers_flagged").list.join("; ")).write_csv(out)
    else:
        raise UsageError(f"--out {out.name}: the name must end in .parquet or .csv.")
