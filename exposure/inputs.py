"""What a screen is given, made ready: files read, funds filed by key, and what the reader must know of both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError
from exposure.funds import FundHoldings, Proxy
from exposure.holdings import Holdings, read_holdings
from exposure.lines import NOT_APPLICABLE, file_keys, fund_lines
from exposure.portfolio import Rates, together, total_value
from exposure.resolve.index import Index
from exposure.resolve.judgements import Judgements
from exposure.resolve.judgements import apply as apply_judgements
from exposure.resolve.match import match_holdings

Source = Any  # a path, bytes, a polars or pandas frame, or Holdings already read
Funds = str | Path | Mapping[str, Source]
FUND_MAP = "funds.toml"  # in a folder of fund files: which file stands in for which mandate
COUNTED = {"net": "as negative values", "gross": "as positive values", "excluded": "not at all"}


def read_source(source: Source, reading: Mapping[str, Any]) -> Holdings:
    """Holdings as they are, anything else read."""
    return source if isinstance(source, Holdings) else read_holdings(source, **reading)


def portfolio_name(parts: Sequence[Holdings]) -> str:
    """The name in the first file, or the file's own; with several files, how many more."""
    first = parts[0].report
    name = first.portfolio or Path(first.file or "portfolio").stem
    return name if len(parts) == 1 else f"{name} and {len(parts) - 1} more"


@dataclass(frozen=True)
class Resolver:
    """What it takes to resolve a fund's lines and to bring them into one currency.

    Attributes:
        index: of the universe.
        ledger: persons' decisions.
        rates: price of one unit of each currency in ``currency``.
        currency: of the result.
    """

    index: Index
    ledger: Judgements
    rates: Rates | None = None
    currency: str | None = None

    def matches(self, holdings: pl.DataFrame) -> pl.DataFrame:
        """MATCHES of some holdings, persons' decisions applied."""
        return apply_judgements(match_holdings(holdings, self.index), holdings, self.ledger)


def fund_holdings(funds: Funds | None, resolver: Resolver) -> dict[str, FundHoldings]:
    """Read fund files and file each under the keys by which a fund line may name it.

    Raises:
        InputError: a file or the folder's map cannot be read.
    """
    if funds is None:
        return {}
    named = _in_folder(Path(funds)) if isinstance(funds, str | Path) else list(funds.items())
    read: dict[int, Holdings] = {}
    for _, given in named:
        source = given.source if isinstance(given, Proxy) else given
        if id(source) not in read:
            read[id(source)] = read_source(source, {})
    lines = dict(zip(read, _resolved(list(read.values()), resolver), strict=True))
    made, names = [], []
    for key, given in named:
        source = given.source if isinstance(given, Proxy) else given
        report = read[id(source)].report
        stem = Path(report.file or "fund").stem
        name = report.portfolio or key or stem
        made.append(FundHoldings(name, report.as_of, lines[id(source)], isinstance(given, Proxy)))
        names.append([key] if key else [name, stem])
    found: dict[str, FundHoldings] = {}
    for fund, keys in zip(made, file_keys(names), strict=True):
        for key in keys:
            found.setdefault(key, fund)
    return found


def _resolved(parts: Sequence[Holdings], resolver: Resolver) -> list[pl.DataFrame]:
    """LINES of several fund files; their names are resolved together, once."""
    every, start = [], 0
    for part in parts:
        every.append(part.frame.with_columns(row=pl.col("row") + start))
        start += part.frame.height
    if not every:
        return []
    funds = [_in_one_currency(part, frame, resolver) for part, frame in zip(parts, every, strict=True)]
    return fund_lines(funds, resolver.matches(pl.concat(every)))


def _in_one_currency(part: Holdings, frame: pl.DataFrame, resolver: Resolver) -> tuple[pl.DataFrame, float | None]:
    """A fund's values in one currency with their total; without a total its published weights are its shares."""
    if frame.filter(pl.col("value").is_not_null())["currency"].n_unique() <= 1:
        return frame, total_value(frame)
    if frame["weight"].is_not_null().all():
        return frame, None
    converted, _, _ = together([part], resolver.rates, resolver.currency)
    return converted.with_columns(row=frame["row"]), total_value(converted)


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


def fund_notes(lines: pl.DataFrame, funds: Mapping[str, FundHoldings]) -> list[str]:
    """What the reader must know of the look-through: proxies, and funds given that no line names."""
    notes = []
    proxies = lines.filter("proxy")
    if proxies.height:
        names = sorted(name for name in _passed(proxies) if name.endswith("(proxy)"))
        share = proxies["share"].sum()
        notes.append(
            f"{share:.2%} of the portfolio is seen through a proxy ({', '.join(names)}): another fund on the same "
            f"index, not the holdings themselves.".replace("%", " %", 1)
        )
    opened = {name.removesuffix(" (proxy)") for name in _passed(lines)}
    idle = sorted({fund.name for fund in funds.values()} - opened)
    if idle:
        more = f" and {len(idle) - 3} more" if len(idle) > 3 else ""
        notes.append(
            f"No line was matched to the fund holdings given for {', '.join(idle[:3])}{more}: a fund line is known "
            f"by ISIN, ticker and exchange, or its exact name."
        )
    return notes


def _passed(lines: pl.DataFrame) -> list[str]:
    """Names of the funds that some lines pass through."""
    return lines["via"].explode(empty_as_null=True).drop_nulls().unique().to_list()


def short_notes(holdings: pl.DataFrame, shorts: str) -> list[str]:
    """How short positions count, where there are any.

    Args:
        holdings: HOLDINGS before short positions were counted.
        shorts: the switch.
    """
    held = ~pl.col("security_kind").cast(pl.String).is_in(NOT_APPLICABLE)
    short = holdings.filter(held & (pl.col("value") < 0)).height
    if not short:
        return []
    what = "1 short position (negative value) counts" if short == 1 else f"{short:,} short positions count"
    return [f"{what} {COUNTED[shorts]} (shorts={shorts})."]
