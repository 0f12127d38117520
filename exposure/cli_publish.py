"""The command line's published site: ``exposure publish DIR FILE...``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import click

from exposure.api import Screening, package_version, screen
from exposure.cli_errors import one_sentence
from exposure.cli_report import FILE_OPTIONS, with_options
from exposure.errors import UsageError
from exposure.holdings import Holdings, read_holdings
from exposure.marks import file_mark, mark
from exposure.policy import load_policy
from exposure.portfolio import SHORTS, read_rates
from exposure.report.manifest import parameters
from exposure.report.redact import LEVELS, levels
from exposure.report.site import publish
from exposure.report.site_pages import Site, checked_base
from exposure.score import Weights, load_weights
from exposure.universe.bundle import Universe

TITLE = "Portfolios and listed companies"


@dataclass(frozen=True)
class FileScreener:
    """Reads and screens files with the parameters of the command line.

    Attributes:
        as_of: lists and stakes as of this day; the reference data's own when null.
        reading: arguments of ``read_holdings``.
        screening: arguments of ``screen``.
    """

    as_of: date | None
    reading: tuple[tuple[str, Any], ...]
    screening: tuple[tuple[str, Any], ...]

    def universe(self) -> Universe:
        """The reference data, loaded once in a process."""
        return _universe(self.as_of)

    def weights(self) -> Weights:
        """The weights of the score."""
        return load_weights(dict(self.screening).get("weights"))

    def mark(self) -> str:
        """A hash of every parameter, of what the files among them say, and of the program."""
        given = dict(self.screening)
        rates, policy, judgements = given.get("rates"), given.get("policy"), given.get("judgements")
        told = parameters(
            weights=self.weights(),
            rates=None if rates is None else read_rates(rates),
            policy=None if policy is None else load_policy(policy),
            funds=given.get("funds"),
            in_currency=given.get("in_currency"),
            reading=dict(self.reading),
        )
        known = {"as_of": self.universe().as_of, "universe": self.universe().fingerprint}
        decided = None if judgements is None else file_mark(judgements)
        beside = {n: file_mark(given[n]) for n in ("prices", "market_caps", "shares_outstanding") if given.get(n)}
        return mark([told, known, decided, beside, given.get("shorts"), package_version()])

    def read(self, path: Path) -> Holdings:
        """Read a file."""
        return read_holdings(path, **dict(self.reading))

    def screen(self, holdings: Holdings) -> Screening:
        """Screen what was read."""
        return screen(holdings, universe=self.universe(), **dict(self.screening))


@cache
def _universe(as_of: date | None) -> Universe:
    return Universe.load() if as_of is None else Universe.load(as_of=as_of)


@click.command("publish")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--base-url", metavar="URL", help="Where the folder will be found: for feed, map and previews of links."
)
@click.option("--title", default=TITLE, show_default=True, help="Title of the site.")
@click.option("--by", "publisher", metavar="NAME", help="Who publishes it.")
@click.option("--contact", metavar="TEXT", help="Whom to write to about a mistake: a mail address, a page.")
@click.option("--date", "day", metavar="DATE", help="Date of this publication; the reference data's when omitted.")
@click.option("--prune", is_flag=True, help="Take away pages of portfolios that are not among FILES.")
@click.option("--as-of", metavar="DATE", help="Lists and stakes as of this day (YYYY-MM-DD).")
@with_options(FILE_OPTIONS)
@click.option("--currency", metavar="CODE", help="Which value column, where a file has several currencies.")
@click.option("--shorts", type=click.Choice(SHORTS), default="net", show_default=True)
@click.option("--in", "in_currency", metavar="CODE", help="Currency of the results.")
@click.option(
    "--redact",
    default=LEVELS[0],
    show_default=True,
    metavar="LEVEL",
    help=f"What it may reveal: {', '.join(LEVELS)}.",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes that work at once; one for each core when omitted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@one_sentence
def publish_command(
    folder: Path,
    files: Sequence[Path],
    base_url: str | None,
    title: str,
    publisher: str | None,
    contact: str | None,
    day: str | None,
    prune: bool,
    as_of: str | None,
    currency: str | None,
    sheet: str | None,
    redact: str,
    jobs: int | None,
    as_json: bool,
    **screening: Any,
) -> None:
    """Publish FILES as a static site in DIR: a page for each portfolio and each company, tables, data, feed.

    Each file is one portfolio. Only what changed since the last time is made again. A file that cannot be read is
    named in one sentence, the others go on, and the exit code is 1.
    """
    reading = {"currency": currency, "sheet": sheet}
    screener = FileScreener(
        _day(as_of, "--as-of"),
        tuple((name, value) for name, value in reading.items() if value is not None),
        tuple((name, value) for name, value in sorted(screening.items()) if value is not None),
    )
    site = Site(
        title=title,
        base=checked_base(base_url),
        publisher=publisher,
        contact=contact,
        dated=_day(day, "--date") or screener.universe().as_of,
        level="+".join(levels(redact)) or LEVELS[0],
        version=package_version(),
    )
    done = publish(folder, files, screener, site, prune=prune, jobs=jobs or cores())
    for sentence in done.failures:
        click.echo(f"exposure: {sentence}", err=True)
    if as_json:
        click.echo(json.dumps(done.to_dict(), ensure_ascii=False, indent=1))
    else:
        for sentence in done.sentences():
            click.echo(sentence)
        click.echo(f"Open {folder / 'index.html'}, or copy the folder to any web host.")
    sys.exit(1 if done.failures else 0)


def cores() -> int:
    """How many processes can work at once on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text}: give a day as YYYY-MM-DD.") from error
