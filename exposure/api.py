"""What ``import exposure as ex`` hands out: ``screen`` and the ``Screening`` with its views and exports."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from exposure.breaches import breaches
from exposure.breakdown import breakdown
from exposure.connect import connect, network, shares, stake_ids
from exposure.coverage import coverage, settle
from exposure.errors import InputError, UniverseError, UsageError
from exposure.funds import FundHoldings, Proxy, look_through
from exposure.holdings import Holdings, read_holdings
from exposure.lines import base_lines, file_keys
from exposure.ownership.chains import strongest
from exposure.policy import Policy, load_policy
from exposure.portfolio import Rates, read_rates, together, total_value, with_shorts
from exposure.present.cards import screening_html, screening_text
from exposure.resolve.index import Index, build_index
from exposure.resolve.judgements import Judgements
from exposure.resolve.judgements import apply as apply_judgements
from exposure.resolve.match import match_holdings
from exposure.results import Dates, Results
from exposure.score import Weights, load_weights, portfolio_score, scored
from exposure.screen import expose, headline, uncertain_share
from exposure.universe.bundle import Universe, datasets_folder

if TYPE_CHECKING:
    import pandas as pd

Source = Any  # a path, bytes, a polars or pandas frame, or Holdings already read
FUND_MAP = "funds.toml"  # in a folder of fund files: which file stands in for which mandate


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
    funds: str | Path | Mapping[str, Source] | None = None,
    weights: Weights | str | Path | None = None,
    shorts: str = "net",
    judgements: Judgements | str | Path | None = None,
    rates: Rates | str | Path | None = None,
    in_currency: str | None = None,
    policy: Policy | str | Path | None = None,
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
        rates: price of one unit of each currency in ``in_currency``: a mapping, or a CSV file with the columns
            ``currency`` and ``rate``. A value without a rate is unknown, never zero.
        in_currency: the currency of the result; the one with the largest sum when omitted.
        policy: a house policy (TOML file, the name of one that comes along, or ``Policy``): what it says about
            each line stands in ``.breaches``.
        **reading: arguments of ``read_holdings`` (``sheet=``, ``currency=``, ``value_column=`` ...).

    Raises:
        InputError: a file cannot be read; the message says what, where and what to do.
        UsageError: an argument is at fault.
    """
    known = universe if universe is not None else Universe.load()
    scale = weights if isinstance(weights, Weights) else load_weights(weights)
    house = load_policy(policy) if isinstance(policy, str | Path) else policy
    index = build_index(known)
    parts = [_read(one, reading) for one in (source if isinstance(source, list | tuple) else [source])]
    if not parts:
        raise UsageError("No holdings file was given; name at least one.")
    prices = read_rates(rates) if isinstance(rates, str | Path) else rates
    holdings, currency, warnings = together(parts, prices, in_currency)
    holdings = with_shorts(holdings, shorts)
    total = total_value(holdings)
    ledger = _ledger(judgements)
    matches = apply_judgements(match_holdings(holdings, index), holdings, ledger)
    opened = look_through(base_lines(holdings, matches, total), _fund_holdings(funds, index, ledger))
    lines, connections = _connected(opened, known, scale)
    own_date = parts[0].report.as_of if len({p.report.as_of for p in parts}) == 1 else None
    exposures = scored(expose(lines, connections, known, own_date), connections)
    screening = Screening(
        portfolio=_portfolio(parts),
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
        warnings=warnings,
        manifest=_manifest(parts, known, shorts, ledger if judgements else None)
        | {"policy": house.name if house else None},
    )
    return replace(screening, breaches=breaches(screening, house)) if house else screening


def _connected(lines: pl.DataFrame, universe: Universe, weights: Weights) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The connections of every issuer and candidate, and the lines with the reviews closed that cannot matter."""
    issuers = {*lines["entity_id"].drop_nulls(), *lines["candidates"].explode(empty_as_null=True).drop_nulls()}
    connections = connect(universe, sorted(issuers), weights)
    return settle(lines, connections["entity_id"].unique().to_list()), connections


def _read(source: Source, reading: Mapping[str, Any]) -> Holdings:
    return source if isinstance(source, Holdings) else read_holdings(source, **reading)


def _ledger(judgements: Judgements | str | Path | None) -> Judgements:
    if judgements is None:
        return Judgements.empty()
    return judgements if isinstance(judgements, Judgements) else Judgements.load(judgements)


def _fund_holdings(
    funds: str | Path | Mapping[str, Source] | None, index: Index, ledger: Judgements
) -> dict[str, FundHoldings]:
    """Read fund files and file each under the keys by which a fund line may name it."""
    if funds is None:
        return {}
    named = _in_folder(Path(funds)) if isinstance(funds, str | Path) else list(funds.items())
    read: dict[int, Holdings] = {}
    for _, given in named:
        source = given.source if isinstance(given, Proxy) else given
        if id(source) not in read:
            read[id(source)] = _read(source, {})
    lines = dict(zip(read, _resolved(list(read.values()), index, ledger), strict=True))
    found: dict[str, FundHoldings] = {}
    for key, given in named:
        source = given.source if isinstance(given, Proxy) else given
        report = read[id(source)].report
        stem = Path(report.file or "fund").stem
        fund = FundHoldings(
            report.portfolio or key or stem, report.as_of, lines[id(source)], isinstance(given, Proxy)
        )
        for text in file_keys([key] if key else [fund.name, stem]):
            found.setdefault(text, fund)
    return found


def _resolved(parts: Sequence[Holdings], index: Index, ledger: Judgements) -> list[pl.DataFrame]:
    """LINES of several fund files; their names are resolved together, once."""
    offsets, start = [], 0
    for part in parts:
        offsets.append(start)
        start += part.frame.height
    every = [p.frame.with_columns(row=pl.col("row") + o) for p, o in zip(parts, offsets, strict=True)]
    if not every:
        return []
    together_ = pl.concat(every)
    matches = apply_judgements(match_holdings(together_, index), together_, ledger)
    found = []
    for frame, offset in zip(every, offsets, strict=True):
        own = matches.filter(pl.col("row").is_between(offset, offset + frame.height - 1))
        found.append(base_lines(frame, own, total_value(frame), fund=True))
    return found


def _in_folder(folder: Path) -> list[tuple[str | None, Source]]:
    """The fund files of a folder, and what its ``funds.toml`` says stands in for what."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; give the folder that holds the funds' holdings files.")
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix not in (".md", ".toml")]
    named: list[tuple[str | None, Source]] = [(None, path) for path in files]
    if not (folder / FUND_MAP).is_file():
        return named
    try:
        told = tomllib.loads((folder / FUND_MAP).read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{folder / FUND_MAP} is no TOML file: {error}.") from error
    for table, wrap in (("same", lambda path: path), ("proxy", Proxy)):
        for name, file in told.get(table, {}).items():
            if not (folder / str(file)).is_file():
                raise InputError(f"{folder / FUND_MAP}, [{table}] “{name}”: there is no file {file} in the folder.")
            named.append((name, wrap(folder / str(file))))
    return named


def _portfolio(parts: Sequence[Holdings]) -> str:
    first = parts[0].report
    name = first.portfolio or Path(first.file or "portfolio").stem
    return name if len(parts) == 1 else f"{name} and {len(parts) - 1} more"


def _oldest(lines: pl.DataFrame) -> date | None:
    oldest = lines["via_as_of"].explode(empty_as_null=True).drop_nulls().min()
    return oldest if isinstance(oldest, date) else None


def _manifest(
    parts: Sequence[Holdings], universe: Universe, shorts: str, ledger: Judgements | None
) -> dict[str, Any]:
    mark = hashlib.sha256(str(ledger.to_csv()).encode()).hexdigest() if ledger is not None else None
    return {
        "inputs": [{"file": p.report.file, "sha256": p.report.sha256, "layout": p.report.layout} for p in parts],
        "universe": {"as_of": universe.as_of.isoformat(), "sha256": universe.fingerprint},
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
        for chain in strongest(graph, owner, owned, k):
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
                    "stake_ids": stake_ids(universe, chain.steps),
                    "chain": " → ".join(names[n] for n in chain.nodes),
                }
            )
    schema = {"from_id": pl.String, "to_id": pl.String, "low": pl.Float64, "high": pl.Float64}
    schema |= {"chain_low": pl.Float64, "chain_high": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "stake_ids": pl.List(pl.String), "chain": pl.String})


__all__ = ["Screening", "chains", "example", "one_entity", "package_version", "screen"]
