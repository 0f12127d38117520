"""What ``import exposure as ex`` hands out: ``screen`` and the ``Screening`` with its views and exports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from exposure.breaches import breaches
from exposure.counting import count, unknown_notes
from exposure.errors import UsageError
from exposure.funds import look_through
from exposure.given import read_judgements, read_prices, read_weights
from exposure.holdings import Holdings
from exposure.inputs import (
    Funds,
    Resolver,
    Source,
    fund_holdings,
    fund_notes,
    portfolio_name,
    read_source,
    short_notes,
)
from exposure.late import Late
from exposure.lines import base_lines
from exposure.marks import mark
from exposure.owned import read_sizes, with_sizes
from exposure.policy import Policy, load_policy
from exposure.portfolio import Rates, read_rates, together, total_value, with_shorts
from exposure.report.manifest import parameters
from exposure.resolve.index import build_index
from exposure.resolve.judgements import Judgements
from exposure.results import Dates
from exposure.score import Weights
from exposure.universe.bundle import Universe, datasets_folder
from exposure.views import Views

if TYPE_CHECKING:
    from exposure.market import uses as market_uses
    from exposure.report import html, paper, workbook
else:  # nothing of a report is needed until one is written, nothing of market data until prices are given
    market_uses = Late("exposure.market.uses")
    html, paper, workbook = (Late(f"exposure.report.{name}") for name in ("html", "paper", "workbook"))


class Screening(Views):
    """The results of one screen, with their views and exports. Frozen: a change means a new screen.

    Examples:
        >>> screening = ex.screen(ex.example("pension"))
        >>> screening.headline.companies, round(screening.headline.at_least.share, 4)
        (7, 0.0397)
    """

    def to_json(self) -> str:
        """The JSON text of ``exposure screen --json``: the same bytes for the same inputs.

        Examples:
            >>> screening.to_json()[:1]
            '{'
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)

    def to_html(self, path: str | Path, redact: str = "full") -> None:
        """Write the one-file dashboard: it opens anywhere, asks nobody for anything, and prints.

        Args:
            path: where to write it.
            redact: what it may reveal: ``full``, ``percent`` (no amounts of money), ``flagged`` (only lines that
                meet a listing or an allegation), ``names`` (no name of the portfolio); ``percent+names`` for both.

        Raises:
            UsageError: a level that there is not.

        Examples:
            >>> screening.to_html("out.html", redact="percent")
        """
        html.to_html(self, path, redact)

    def to_excel(self, path: str | Path, redact: str = "full") -> None:
        """Write the workbook: everything found as typed cells, with a dictionary of its columns.

        Args:
            path: where to write it.
            redact: what it may reveal, as for ``to_html``.

        Raises:
            LimitExceeded: more rows than a sheet can hold.
            UsageError: a level that there is not.

        Examples:
            >>> screening.to_excel("out.xlsx")
        """
        workbook.to_excel(self, path, redact)

    def to_pdf(self, path: str | Path, redact: str = "full") -> None:
        """Write the trustees' paper: two pages for the board, an annex with the evidence, a letter per manager.

        Args:
            path: where to write it.
            redact: what it may reveal, as for ``to_html``.

        Raises:
            ExposureError: a character that no font on this machine has.
            UsageError: a level that there is not.

        Examples:
            >>> screening.to_pdf("out.pdf")
        """
        paper.to_pdf(self, path, redact)


def screen(
    source: Source | Sequence[Source],
    *,
    universe: Universe | None = None,
    funds: Funds | None = None,
    weights: Weights | Mapping[str, float] | str | Path | None = None,
    shorts: str = "net",
    judgements: Any = None,
    rates: Rates | pl.DataFrame | str | Path | None = None,
    in_currency: str | None = None,
    policy: Policy | str | Path | None = None,
    market_caps: Any = None,
    shares_outstanding: Any = None,
    prices: Any = None,
    **reading: Any,
) -> Screening:
    """Screen holdings: find every line that meets a listing, with its chain, value and bounds.

    Args:
        source: a holdings file (path or bytes), a polars or pandas frame, ``Holdings``, or several of these;
            several make one portfolio, each row naming its file.
        universe: what is known, at its date; the bundled universe when omitted.
        funds: a folder of fund holdings files, or a mapping of fund name, ISIN or ``TICKER@MIC`` to one. Fund
            lines found in it are replaced by what the fund holds. ``Proxy(file)`` lets a fund on the same index
            stand in, marked as such in every output; a folder says so in its ``funds.toml``.
        weights: the score's weights: a file, or those of the package's own to change, such as
            ``{"effect.procurement": 0.1}``.
        shorts: how short positions count: ``net`` (as negative values), ``gross`` (as positive ones) or
            ``excluded``.
        judgements: decisions of persons on doubtful matches: a ledger, the CSV file that holds it, or rows with
            ``name, company, same, by, at, why``.
        rates: price of one unit of each currency in ``in_currency``: a mapping, or a frame or CSV file with the
            columns ``currency`` and ``rate``. A value without a rate is unknown, never zero.
        in_currency: the currency of the result; the one with the largest sum when omitted.
        policy: a house policy (TOML file, the name of one that comes along, or ``Policy``): what it says about
            each line stands in ``.breaches``.
        market_caps: how large companies are, for the part of each that the portfolio owns: entity id or ISIN to an
            amount or ``(amount, currency)``; or a frame or CSV file (``exposure.owned.read_sizes``).
        shares_outstanding: the same in shares.
        prices: for lines that give a number of shares and no value: ISIN to ``(price, currency)``, or a frame or
            CSV file with ``isin`` (or ``ticker`` and ``venue``), ``price`` and ``currency``.
        **reading: arguments of ``read_holdings`` (``sheet=``, ``currency=``, ``value_column=`` ...).

    Raises:
        InputError: a file cannot be read; the message says what, where and what to do.
        UsageError: an argument is at fault.

    Examples:
        >>> screening = ex.screen(ex.example("endowment"), weights={"accuser.ngo": 0.0})
        >>> screening.headline.companies
        11
        >>> own = pl.DataFrame({"Titel 2": ["Hikvision", "Nestle SA"], "Kurswert": [10.0, 90.0]})
        >>> frame = ex.screen(own, columns={"name": "Titel 2", "value": "Kurswert"}).exposures
        >>> frame.filter(pl.col("relation") == "listed").select("name", "value").row(0)
        ('Hikvision', 10.0)
    """
    known = universe if universe is not None else Universe.load()
    scale = read_weights(weights)
    house = load_policy(policy) if isinstance(policy, str | Path) else policy
    sizes = read_sizes(market_caps, shares_outstanding, set(known.entities["entity_id"]))
    parts = [read_source(one, reading) for one in (source if isinstance(source, list | tuple) else [source])]
    if not parts:
        raise UsageError("No holdings file was given; name at least one.")
    quotes = None if prices is None else read_prices(prices)
    parts = parts if quotes is None else [market_uses.valued(part, quotes) for part in parts]
    exchange = read_rates(rates) if rates is not None else None
    held, currency, warnings = together(parts, exchange, in_currency)
    holdings = with_shorts(held, shorts)
    total = total_value(holdings)
    ledger = read_judgements(judgements, known)
    resolver = Resolver(build_index(known), ledger, exchange, currency)
    matches = resolver.matches(holdings)
    given = fund_holdings(funds, resolver)
    opened = look_through(base_lines(holdings, matches, total), given)
    own_date = parts[0].report.as_of if len({p.report.as_of for p in parts}) == 1 else None
    counted = count(with_sizes(opened, holdings, sizes, currency, exchange), known, scale, own_date)
    screening = Screening(
        portfolio=portfolio_name(parts),
        currency=currency,
        total_value=total,
        as_of=Dates(own_date, known.as_of, known.as_of, _oldest(counted.lines)),
        holdings=holdings,
        rejected=pl.concat([p.rejected for p in parts]),
        matches=matches,
        **counted.fields(),
        warnings=(
            *warnings,
            *fund_notes(counted.lines, given),
            *short_notes(held, shorts),
            *unknown_notes(counted.exposures, counted.lines),
        ),
        manifest=_manifest(parts, known, shorts, None if judgements is None else ledger)
        | parameters(
            weights=scale, rates=exchange, policy=house, funds=funds, in_currency=in_currency, reading=reading
        )
        | {"sizes": mark(asked) if (asked := sizes.to_dict()) else None}
        | ({} if quotes is None else {"prices": mark(quotes.to_dicts())}),
    )
    return replace(screening, breaches=breaches(screening, house)) if house else screening


def _oldest(lines: pl.DataFrame) -> date | None:
    oldest = lines["via_as_of"].explode(empty_as_null=True).drop_nulls().min()
    return oldest if isinstance(oldest, date) else None


def _manifest(
    parts: Sequence[Holdings], universe: Universe, shorts: str, ledger: Judgements | None
) -> dict[str, Any]:
    mark = hashlib.sha256(str(ledger.to_csv()).encode()).hexdigest() if ledger is not None else None
    changed = {"changes": list(universe.changes)} if universe.changes else {}
    return {
        "inputs": [
            {"file": p.report.file, "sha256": p.report.sha256, "layout": p.report.layout, "rows": p.report.rows}
            for p in parts
        ],
        "universe": {"as_of": universe.as_of.isoformat(), "sha256": universe.fingerprint} | changed,
        "judgements": mark,
        "shorts": shorts,
        "version": package_version(),
    }


def example(name: str = "pension") -> Path:
    """Path of a bundled example (illustrative amounts): pension, index_fund, endowment, or funds.

    ``funds`` is a folder with what the pension's two pooled funds hold, for ``screen(..., funds=...)``.

    Raises:
        UsageError: there is no such example.

    Examples:
        >>> ex.example("endowment").name
        'example_endowment.csv'
        >>> seen = ex.screen(ex.example("pension"), funds=ex.example("funds"))
        >>> seen.headline.at_least.value > ex.screen(ex.example("pension")).headline.at_least.value
        True
    """
    if name == "funds":
        return datasets_folder() / "examples" / "funds"
    found = {p.stem.removeprefix("example_"): p for p in sorted((datasets_folder() / "examples").glob("example_*"))}
    if name not in found:
        raise UsageError(f"There is no example “{name}”; there are {', '.join([*found, 'funds'])}.")
    return found[name]


def package_version() -> str:
    """The installed version."""
    try:
        return version("exposure")
    except PackageNotFoundError:
        return "0+unknown"
