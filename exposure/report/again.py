"""What an artefact was made with, to make it again: the arguments and the reference data that its manifest names.

A manifest knows a file by its hash alone, so the file must be handed in again. What is missing is named in one
sentence; what is another file than before makes the artefact differ, and that is told by ``verify``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.funds import Proxy
from exposure.holdings import Holdings, read_holdings
from exposure.marks import file_mark, mark
from exposure.report.hidden import HIDDEN
from exposure.report.redact import BY_LINE, OTHERS
from exposure.resolve.judgements import Judgements
from exposure.score import load_weights
from exposure.universe.bundle import OWN, Universe
from exposure.universe.variants import replayed

# What a manifest knows by its hash alone: how it is called, and the options that hand it in again.
BY_HASH = {
    "funds": "the holdings of funds (--funds)",
    "judgements": "decisions on names (--judgements)",
    "policy": "a house policy (--policy)",
    "rates": "exchange rates (--rates)",
    "sizes": "sizes of companies (--market-caps, --shares-outstanding)",
    "prices": "prices (--prices)",
}
READ_WITH = {"columns": "--column", "value_column": "--value-column", "sheet": "--sheet"}
SIZES = {"market_caps", "shares_outstanding"}


def universe_again(
    manifest: Mapping[str, Any], *, folder: Path | None = None, own: Mapping[str, Path], source: str | None = None
) -> Universe:
    """The reference data of an artefact.

    Args:
        manifest: of the artefact.
        folder: of the reference data, where they are not the program's own.
        own: CSV files of rows that were added to them, by table.
        source: where these rows come from, in the words with which they were added.

    Raises:
        InputError: a file cannot be read, or a row does not keep the contract.
        UsageError: rows were added, or something else was changed, that cannot be added or changed again.
    """
    told = manifest["universe"]
    changes = list(told.get("changes", []))
    added = [change for change in changes if change.startswith(OWN)]
    if len(added) > 1:
        raise UsageError(
            f"The artefact was made with own rows added in {len(added)} steps, and only one can be repeated: it "
            f"cannot be computed again from files."
        )
    if added and not own:
        raise UsageError(
            f"The artefact was made with own rows in the reference data ({added[0].partition(': ')[2]}): name the "
            f"same as CSV files (--own TABLE=FILE)."
        )
    universe = Universe.load(as_of=told["as_of"], folder=folder)
    if own:
        rows: dict[str, Any] = {table: _rows(table, path) for table, path in own.items()}
        universe = universe.with_(**rows, **({"source": source} if source else {}))
    return replayed(universe, changes[len(added) :])


def _rows(table: str, path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path} cannot be read as rows of {table}: {str(error).splitlines()[0]}.") from error


@dataclass(frozen=True)
class Again:
    """How an artefact is made again.

    Attributes:
        reading: arguments of ``read_holdings``.
        screening: arguments of ``exposure.screen``, those of reading among them that the manifest names.
    """

    reading: dict[str, Any]
    screening: dict[str, Any]


def arguments(manifest: Mapping[str, Any], given: Mapping[str, Any], reading: Mapping[str, Any]) -> Again:
    """The arguments that a manifest names, with those that were handed in again.

    A file that was read before it was screened (``read_holdings``, the dashboard) leaves no word in the manifest of
    how it was read; what is handed in for reading is used for that alone, then.

    Args:
        manifest: of the artefact.
        given: what was handed in again, by argument of ``screen``; null where it was not.
        reading: the same for ``read_holdings``.

    Raises:
        UsageError: the artefact was made with something that must be handed in again and was not.
    """
    handed = {name: value for name, value in given.items() if value is not None}
    told = {name: value for name, value in reading.items() if value is not None}
    _refuse_missing(manifest, {*handed, *told})
    if manifest.get("judgements") == _empty_ledger():
        handed.setdefault("judgements", Judgements.empty())
    if "funds" in handed and isinstance(manifest.get("funds"), list):
        handed["funds"] = _funds(manifest["funds"], Path(handed["funds"]))
    named = dict(manifest.get("reading") or {})
    every = {name: value for name, value in named.items() if value != HIDDEN} | told
    if isinstance(every.get("as_of"), str):
        every["as_of"] = date.fromisoformat(every["as_of"])
    handed |= {name: every[name] for name in named}
    handed |= {"shorts": manifest["shorts"], "in_currency": manifest.get("in_currency")}
    handed.pop("others", None)
    return Again(every, handed)


def holdings_again(
    manifest: Mapping[str, Any], files: Sequence[Path], reading: Mapping[str, Any]
) -> list[Holdings]:
    """The holdings of the files, in the order in which they were handed in before where they are the same ones.

    Raises:
        InputError: a file cannot be read.
        UsageError: the artefact was made of a table that was no file.
    """
    inputs = manifest.get("inputs", [])
    if any("sha256" in one and one["sha256"] is None for one in inputs):
        raise UsageError(
            "The artefact was made of holdings handed in as a table, not as a file, which leaves no hash: it "
            "cannot be compared with a file."
        )
    parts = [read_holdings(path, **reading) for path in files]
    by_hash = {part.report.sha256: part for part in parts}
    known = [one.get("sha256") for one in inputs]
    same = len(known) == len(parts) and set(known) == set(by_hash)
    return [by_hash[one] for one in known] if same else parts


def _refuse_missing(manifest: Mapping[str, Any], handed: set[str]) -> None:
    handed = handed | ({"sizes"} if handed & SIZES else set())
    missing = [words for name, words in BY_HASH.items() if manifest.get(name) and name not in handed]
    if manifest.get("judgements") == _empty_ledger():
        missing = [words for words in missing if words != BY_HASH["judgements"]]
    if manifest.get("weights") != mark(load_weights()) and "weights" not in handed:
        missing.append("weights of the score that are not this program's own (--weights)")
    read_with = manifest.get("reading") or {}
    missing += [
        f"words about the file that it withholds ({option})"
        for name, option in READ_WITH.items()
        if read_with.get(name) == HIDDEN and name not in handed
    ]
    if manifest.get(OTHERS) and "others" not in handed:
        missing.append("names of other portfolios withheld in it, whose files tell them (--beside)")
    if missing:
        raise UsageError(f"The artefact was made with {'; '.join(missing)}: name the same again.")
    if manifest.get("funds") == BY_LINE:
        raise UsageError(
            "The artefact was made with the holdings of funds given line by line, and withholds the names of the "
            "lines: it cannot be computed again from files."
        )


def _empty_ledger() -> str:
    return hashlib.sha256(str(Judgements.empty().to_csv()).encode()).hexdigest()


def _funds(told: Sequence[Mapping[str, Any]], folder: Path) -> Path | dict[str, Any]:
    """The folder itself, or where each line's fund was handed in, its file in the folder, found by its hash."""
    if not any("line" in one for one in told):
        return folder
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; give the folder that holds the funds' holdings files.")
    found = {file_mark(path): path for path in sorted(folder.iterdir()) if path.is_file()}
    again: dict[str, Any] = {}
    for one in told:
        name = f"{one['line']}" + (f" ({one['file']})" if one.get("file") else "")
        if one.get("sha256") is None:
            raise UsageError(
                f"The holdings of the fund {name} were handed in as a table, not as a file, which leaves no hash: "
                f"the artefact cannot be computed again from files."
            )
        if one["sha256"] not in found:
            raise UsageError(f"{folder} does not hold the file of the fund {name}: SHA-256 {one['sha256']}.")
        path = found[one["sha256"]]
        again[one["line"]] = Proxy(path) if one.get("proxy") else path
    return again
