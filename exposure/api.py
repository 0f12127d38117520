"""What ``import exposure as ex`` hands out: ``screen`` and the ``Screening`` with its views and exports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from exposure.breaches import breaches
from exposure.breakdown import breakdown
from exposure.connect import connect
from exposure.coverage import coverage, settle
from exposure.errors import UniverseError, UsageError
from exposure.funds import look_through
from exposure.holdings import Holdings
from exposure.inputs import (
    Funds,
    Resolver,
    Source,
    fund_holdings,
    fund_notes,
    portfolio_name,
    read_source,
    value_notes,
)
from exposure.lines import base_lines
from exposure.owned import read_sizes, with_sizes
from exposure.ownership.chains import strongest
from exposure.policy import Policy, load_policy
from exposure.portfolio import Rates, read_rates, together, total_value, with_shorts
from exposure.present.cards import screening_html, screening_text
from exposure.report.html import to_html
from exposure.marks import mark
from exposure.report.manifest import parameters
from exposure.resolve.index import build_index
from exposure.resolve.judgements import Judgements
from exposure.results import Dates, Results
from exposure.score import Weights, load_weights, portfolio_score, scored
from exposure.screen import expose, headline, open_lines, uncertain_share
from exposure.shares import claimed, network, shares, stake_ids
from exposure.universe.bundle import Universe, datasets_folder

if TYPE_CHECKING:
    import pandas as pd


class Screening(Results):
    """The results of one screen, with their views and exports. Frozen: a change means a new screen."""

    def __repr__(self) -> str:
        """About twelve lines: headline, coverage, the largest exposures, how to go on."""
        return screening_text(self)

    def _repr_html_(self) -> str:
        return screening_html(self)

    def to_json(self) -> str:
        """The JSON text of ``exposure screen --json``: the same bytes for the same inputs."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)

    def to_html(self, path: str | Path, redact: str = "full") -> None:
        """Write the one-file dashboard: it opens anywhere, asks nobody for anything, and prints.

        Args:
            path: where to write it.
            redact: what it may reveal: ``full``, ``percent`` (no amounts of money), ``flagged`` (only lines that
                meet a listing or an allegation), ``names`` (no name of the portfolio); ``percent+names`` for both.

        Raises:
            UsageError: a level that there is not.
        """
        to_html(self, path, redact)

    def to_pandas(self) -> pd.DataFrame:
        """The exposures as a pandas frame."""
        return self.exposures.to_pandas()

    def chains(self, company: str) -> pl.DataFrame:
        """Ownership chains that lead to a company, from every listed owner, and from it to listed ones.

        Args:
            company: an id, name or identifier of the universe.

        Returns:
            ``from_id, to_id, low, high`` (integrated share, fractions) and ``chain`` (``A → 40.9 % → B``).
        """
        return chains(self.universe, company)

    def breakdown(self, by: str = "relation") -> pl.DataFrame:
        """The exposures taken apart, with exact parts of the score.

        Args:
            by: route, relation, issuer, holding, list, category, security_kind, country, group or chain.

        Returns:
            ``part, kind, lines, value, share, score``, largest first.
        """
        return breakdown(self, by, self.weights)


def screen(
    source: Source | Sequence[Source],
    *,
    universe: Universe | None = None,
    funds: Funds | None = None,
    weights: Weights | str | Path | None = None,
    shorts: str = "net",
    judgements: Judgements | str | Path | None = None,
    rates: Rates | pl.DataFrame | str | Path | None = None,
    in_currency: str | None = None,
    policy: Policy | str | Path | None = None,
    market_caps: Any = None,
    shares_outstanding: Any = None,
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
        weights: the score's weights; the package's own when omitted.
        shorts: how short positions count: ``net`` (as negative values), ``gross`` (as positive ones) or
            ``excluded``.
        judgements: decisions of persons on doubtful matches, or the CSV file that holds them.
        rates: price of one unit of each currency in ``in_currency``: a mapping, or a frame or CSV file with the
            columns ``currency`` and ``rate``. A value without a rate is unknown, never zero.
        in_currency: the currency of the result; the one with the largest sum when omitted.
        policy: a house policy (TOML file, the name of one that comes along, or ``Policy``): what it says about
            each line stands in ``.breaches``.
        market_caps: how large companies are, for the part of each that the portfolio owns: entity id or ISIN to an
            amount or ``(amount, currency)``; or a frame or CSV file (``exposure.owned.read_sizes``).
        shares_outstanding: the same in shares.
        **reading: arguments of ``read_holdings`` (``sheet=``, ``currency=``, ``value_column=`` ...).

    Raises:
        InputError: a file cannot be read; the message says what, where and what to do.
        UsageError: an argument is at fault.
    """
    known = universe if universe is not None else Universe.load()
    scale = weights if isinstance(weights, Weights) else load_weights(weights)
    house = load_policy(policy) if isinstance(policy, str | Path) else policy
    sizes = read_sizes(market_caps, shares_outstanding, set(known.entities["entity_id"]))
    parts = [read_source(one, reading) for one in (source if isinstance(source, list | tuple) else [source])]
    if not parts:
        raise UsageError("No holdings file was given; name at least one.")
    prices = read_rates(rates) if rates is not None else None
    held, currency, warnings = together(parts, prices, in_currency)
    holdings = with_shorts(held, shorts)
    total = total_value(holdings)
    ledger = _ledger(judgements)
    resolver = Resolver(build_index(known), ledger, prices, currency)
    matches = resolver.matches(holdings)
    given = fund_holdings(funds, resolver)
    opened = look_through(base_lines(holdings, matches, total), given)
    lines, connections = _connected(with_sizes(opened, holdings, sizes, currency, prices), known, scale)
    own_date = parts[0].report.as_of if len({p.report.as_of for p in parts}) == 1 else None
    exposures = scored(expose(lines, connections, known, own_date), connections)
    screening = Screening(
        portfolio=portfolio_name(parts),
        currency=currency,
        total_value=total,
        as_of=Dates(own_date, known.as_of, known.as_of, _oldest(lines)),
        holdings=holdings,
        rejected=pl.concat([p.rejected for p in parts]),
        matches=matches,
        lines=lines,
        connections=connections,
        exposures=exposures,
        coverage=coverage(lines),
        headline=headline(exposures, lines),
        score=portfolio_score(exposures, uncertain_share(lines, exposures)),
        universe=known,
        weights=scale,
        warnings=(*warnings, *fund_notes(lines, given), *value_notes(held, exposures, open_lines(lines), shorts)),
        manifest=_manifest(parts, known, shorts, ledger if judgements else None)
        | parameters(
            weights=scale, rates=prices, policy=house, funds=funds, in_currency=in_currency, reading=reading
        )
        | {"sizes": mark(asked) if (asked := sizes.to_dict()) else None},
    )
    return replace(screening, breaches=breaches(screening, house)) if house else screening


def _connected(lines: pl.DataFrame, universe: Universe, weights: Weights) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The connections of every issuer and candidate, and the lines with the reviews closed that cannot matter."""
    issuers = {*lines["entity_id"].drop_nulls(), *lines["candidates"].explode(empty_as_null=True).drop_nulls()}
    connections = connect(universe, sorted(issuers), weights)
    return settle(lines, connections["entity_id"].unique().to_list()), connections


def _ledger(judgements: Judgements | str | Path | None) -> Judgements:
    if judgements is None:
        return Judgements.empty()
    return judgements if isinstance(judgements, Judgements) else Judgements.load(judgements)


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
    """Path of a bundled example portfolio (illustrative amounts): pension, index_fund or endowment.

    Raises:
        UsageError: there is no such example.
    """
    found = {p.stem.removeprefix("example_"): p for p in sorted((datasets_folder() / "examples").glob("example_*"))}
    if name not in found:
        raise UsageError(f"There is no example “{name}”; there are {', '.join(found)}.")
    return found[name]


def package_version() -> str:
    """The installed version."""
    try:
        return version("exposure")
    except PackageNotFoundError:
        return "0+unknown"


def one_entity(universe: Universe, text: str) -> str:
    """Find the one entity that a text means.

    Raises:
        UniverseError: none, or several, with what to type instead.
    """
    found = universe.find(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UniverseError(f"No company “{text}” in this universe; try its full name, an ISIN or a ticker.")
    names = universe.name_of(found)
    choices = "; ".join(f"{i} ({names[i]})" for i in found[:8])
    raise UniverseError(f"“{text}” may mean several companies; name one by its id: {choices}.")


def chains(universe: Universe, company: str, other: str | None = None, k: int = 3) -> pl.DataFrame:
    """Ownership chains between a company and listed ones, or between two companies.

    Args:
        universe: what is known.
        company: id, name or identifier.
        other: the second company; when omitted, every listed owner of ``company`` and everything listed that
            it owns part of.
        k: chains for each pair, strongest first.

    Returns:
        ``from_id, to_id, low, high, chain_low, chain_high, stake_ids, chain``: ``low`` and ``high`` bound the
        integrated share over all chains, ``chain_*`` the one chain.
    """
    start, graph = one_entity(universe, company), network(universe)
    if other is not None:
        pairs = [(start, one_entity(universe, other))]
    else:
        found = connect(universe, [start], load_weights()).filter(
            pl.col("relation").is_in(["reached", "connected"])
        )
        pairs = [
            (listed, start) if side == "owned" else (start, listed)
            for listed, side in found.select("listed_id", "side").iter_rows()
        ]
    rows = []
    for owner, owned in pairs:
        bounds = shares(universe, graph, [owner]).filter(pl.col("owned") == owned)
        known = [(c, stake_ids(universe, c.steps)) for c in strongest(graph, owner, owned, k)]
        for chain, stakes in known or claimed(universe, owner, owned):
            low, high = bounds.select("low", "high").row(0) if bounds.height else (chain.low, chain.high)
            names = universe.name_of(list(chain.nodes))
            rows.append(
                {
                    "from_id": owner,
                    "to_id": owned,
                    "low": low,
                    "high": high,
                    "chain_low": chain.low,
                    "chain_high": chain.high,
                    "stake_ids": stakes,
                    "chain": " → ".join(names[n] for n in chain.nodes),
                }
            )
    schema = {"from_id": pl.String, "to_id": pl.String, "low": pl.Float64, "high": pl.Float64}
    schema |= {"chain_low": pl.Float64, "chain_high": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "stake_ids": pl.List(pl.String), "chain": pl.String})


__all__ = ["Screening", "chains", "example", "one_entity", "package_version", "screen"]
