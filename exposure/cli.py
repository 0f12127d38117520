"""The command line: thin, every figure from the library.

Exit codes: 0 done; 1 the input is at fault, with one clear sentence; 2 the call itself is wrong. With ``--json``
one object goes to standard output and nothing else; sentences for people go to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from exposure import launch
from exposure.api import package_version, screen
from exposure.cli_errors import one_sentence, option_names
from exposure.cli_publish import publish_command
from exposure.cli_read import READING_OPTIONS, read_command, reading_arguments
from exposure.cli_report import FILE_OPTIONS, REPORT_OPTIONS, with_options, write_reports
from exposure.cli_verify import verify_command
from exposure.compare import compare
from exposure.errors import UsageError
from exposure.lookups import chains, one_entity
from exposure.portfolio import SHORTS
from exposure.present.cards import NEXT_STEPS, screening_text
from exposure.present.describe import chain_report, entity_card, list_entry, lists_table
from exposure.report.redact import levels
from exposure.results import chain_rows
from exposure.sharing import Sharing, check_login
from exposure.universe.bundle import Universe, load_tables
from exposure.universe.check import check_tables
from exposure.universe.variants import RULES, with_rule, without_lists

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
AS_OF = click.option("--as-of", metavar="DATE", help="Lists and stakes as of this day (YYYY-MM-DD).")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_version(), prog_name="exposure")
def main() -> None:
    """Through which companies does a portfolio reach one on an official list, or an accused one?"""


@main.command("screen")
@FILES
@AS_OF
@with_options(FILE_OPTIONS)
@click.option("--currency", metavar="CODE", help="Which value column, where a file has several currencies.")
@with_options(READING_OPTIONS)
@click.option("--shorts", type=click.Choice(SHORTS), default="net", show_default=True)
@click.option("--in", "in_currency", metavar="CODE", help="Currency of the result.")
@click.option("--without", multiple=True, metavar="LIST", help="What if this list did not exist? May be repeated.")
@click.option("--rule", type=click.Choice(list(RULES)), help="What if every list had this ownership rule?")
@with_options(REPORT_OPTIONS)
@JSON
@one_sentence
def screen_command(
    files: Sequence[Path],
    as_of: str | None,
    funds: Path | None,
    weights: Path | None,
    currency: str | None,
    sheet: str | None,
    shorts: str,
    judgements: Path | None,
    rates: Path | None,
    prices: Path | None,
    market_caps: Path | None,
    shares_outstanding: Path | None,
    in_currency: str | None,
    policy: str | None,
    without: Sequence[str],
    rule: str | None,
    as_json: bool,
    **others: Any,
) -> None:
    """Screen holdings files: every path to a listed or accused company, with amount and bounds.

    Several files are screened together, as one portfolio.
    """
    known = without_lists(_universe(as_of), without)
    screening = screen(
        list(files),
        universe=with_rule(known, rule) if rule else known,
        funds=funds,
        weights=weights,
        shorts=shorts,
        judgements=judgements,
        rates=rates,
        prices=prices,
        market_caps=market_caps,
        shares_outstanding=shares_outstanding,
        in_currency=in_currency,
        policy=policy,
        currency=currency,
        sheet=sheet,
        **reading_arguments(others),
    )
    write_reports(screening, **others)
    if as_json:
        click.echo(screening.to_json())
        return
    click.echo(screening_text(screening).replace(NEXT_STEPS, "").rstrip())
    for row in screening.breaches.iter_rows(named=True) if screening.breaches is not None else ():
        click.echo(f"{row['action'].upper()}  {row['issuer'] or row['name']}  [{row['clause']}]  {row['why']}")
    for warning in screening.warnings:
        click.echo(f"Note: {option_names(warning)}", err=True)


@main.command("compare")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--as-of-a", metavar="DATE", help="Lists and stakes for A as of this day; as for B when omitted.")
@AS_OF
@click.option("--funds", type=click.Path(path_type=Path), help="Folder of fund holdings files, for both.")
@click.option("--rates", type=click.Path(path_type=Path), help="Exchange rates, for both: CSV.")
@click.option("--in", "in_currency", metavar="CODE", help="Currency of both results.")
@JSON
@one_sentence
def compare_command(
    before: Path,
    after: Path,
    as_of_a: str | None,
    as_of: str | None,
    funds: Path | None,
    rates: Path | None,
    in_currency: str | None,
    as_json: bool,
) -> None:
    """Compare two holdings files of one portfolio: what changed in the exposed value, and why."""
    first, last = (
        screen(file, universe=_universe(day), funds=funds, rates=rates, in_currency=in_currency)
        for file, day in ((before, as_of_a or as_of), (after, as_of))
    )
    found = compare(first, last)
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1) if as_json else found.to_text())


@main.command()
@click.argument("name")
@AS_OF
@JSON
@one_sentence
def who(name: str, as_of: str | None, as_json: bool) -> None:
    """Show what is known of a company: listings, allegations and replies, owners and owned."""
    universe = _universe(as_of)
    card = entity_card(universe, one_entity(universe, name))
    click.echo(json.dumps(card.to_dict(), ensure_ascii=False, indent=1) if as_json else card.to_text())


@main.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@AS_OF
@JSON
@one_sentence
def chain(start: str, end: str, as_of: str | None, as_json: bool) -> None:
    """Show the ownership chains between two companies, and what each ownership rule makes of them."""
    universe = _universe(as_of)
    first, last = one_entity(universe, start), one_entity(universe, end)
    found = chains(universe, first, last)
    steps = [chain_rows(universe, ids) for ids in found["stake_ids"]]
    report = chain_report(universe, found, steps, first, last)
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=1) if as_json else report.to_text())


@main.command()
@AS_OF
@JSON
@one_sentence
def lists(as_of: str | None, as_json: bool) -> None:
    """Show each list: authority, effect, whom it binds, ownership rule, entries in force, date, licence."""
    table = lists_table(_universe(as_of))
    if as_json:
        click.echo(json.dumps({"lists": table.to_dicts()}, ensure_ascii=False, indent=1, default=_iso))
        return
    for row in table.iter_rows(named=True):
        click.echo(list_entry(row))


@main.group()
def data() -> None:
    """The reference data: check what companies, stakes, lists and allegations say."""


@data.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@one_sentence
def data_check(folder: Path | None) -> None:
    """Check the tables in FOLDER (the bundled ones if omitted): what is wrong, where, and how to fix it."""
    problems = check_tables(folder)
    for problem in problems:
        click.echo(str(problem))
    tables = load_tables(folder)
    rows = ", ".join(f"{name} {frame.height:,}" for name, frame in tables.items())
    click.echo(f"{len(problems)} problems in {rows}", err=bool(problems))
    sys.exit(1 if problems else 0)


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--port", type=int, default=launch.PORT, show_default=True, help="First port to try.")
@click.option("--no-browser", is_flag=True, help="Print the address, do not open a browser.")
@click.option("--shared", is_flag=True, help="For others to look at: read-only, behind a login.")
@click.option("--host", default=launch.HOST, show_default=True, help="With --shared: the address to listen on.")
@click.option("--open", "anybody", is_flag=True, help="With --shared: no login.")
@click.option("--no-export", is_flag=True, help="With --shared: nothing can be downloaded.")
@click.option("--uploads", is_flag=True, help="With --shared: visitors may hand in files; none is kept.")
@click.option("--redact", metavar="LEVEL", help="With --shared: what to hide, as in reports.")
@one_sentence
def app(
    files: Sequence[Path],
    port: int,
    no_browser: bool,
    shared: bool,
    host: str,
    anybody: bool,
    no_export: bool,
    uploads: bool,
    redact: str | None,
) -> None:
    """Open the dashboard, on this machine only, with FILES or the example portfolio loaded."""
    if not shared and (anybody or no_export or uploads or redact or host != launch.HOST):
        raise UsageError("--host, --open, --no-export, --uploads, --redact belong to --shared; say that as well.")
    if shared and not anybody:
        check_login()
    hidden = levels(redact) if redact else ()
    how = Sharing(login=not anybody, export=not no_export, uploads=uploads, redact=hidden) if shared else None
    sys.exit(launch.dashboard(list(files), port, open_browser=not (no_browser or shared), shared=how, host=host))


main.add_command(read_command)
main.add_command(verify_command)
main.add_command(publish_command)


def _universe(as_of: str | None) -> Universe:
    if as_of is None:
        return Universe.load()
    try:
        return Universe.load(as_of=date.fromisoformat(as_of))
    except ValueError as error:
        raise UsageError(f"--as-of {as_of}: give a day as YYYY-MM-DD.") from error


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main()
