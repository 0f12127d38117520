"""What a person adds to one screen in a line: a decision on a name, a weight, prices, as frames or mappings.

Rows are numbered from 1 in the order given; a fault names the row and the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.resolve.judgements import KINDS, VERDICTS, Judgements
from exposure.score import Weights, load_weights
from exposure.universe.bundle import Universe
from exposure.universe.cells import YES_NO, at, rows_of
from exposure.whatif import with_weights

WHAT = "judgements"
#: Everyday words for the columns of the ledger.
WORDS = {"name": "subject", "company": "object", "by": "judged_by", "at": "judged_at"}
COLUMNS = ("subject", "object", "object_kind", "same", "verdict", "judged_by", "judged_at", "why", "evidence")


def read_weights(given: Weights | Mapping[str, float] | str | Path | None) -> Weights:
    """The score's weights: the package's own, those of a file, or the own ones with some changed.

    Args:
        given: a file (TOML), or a mapping such as ``{"effect.procurement": 0.1}``.

    Raises:
        UsageError: there is no such weight, or it does not lie between 0 and 1.
    """
    if isinstance(given, Weights):
        return given
    if isinstance(given, Mapping):
        return with_weights(load_weights(), given)
    return load_weights(given)


def read_judgements(given: Any, universe: Universe) -> Judgements:
    """Persons' decisions on doubtful names.

    Args:
        given: a ledger, the CSV file that holds one, or rows (a polars or pandas frame, a mapping or a list of
            mappings) with ``name`` (as the file writes it), ``company`` (id, ISIN or exact name), ``same`` (true
            or false), ``by``, ``at`` and ``why``.
        universe: to find the companies in.

    Raises:
        InputError: a row is at fault; the message names it and the column.
        UsageError: it is none of these.
    """
    if given is None:
        return Judgements.empty()
    if isinstance(given, Judgements):
        return given
    if isinstance(given, str | Path):
        return Judgements.load(given)
    ledger = Judgements.empty()
    for number, row in enumerate(rows_of(WHAT, given), 1):
        ledger = _added(ledger, number, row, universe)
    return ledger


def _added(ledger: Judgements, number: int, row: Mapping[str, Any], universe: Universe) -> Judgements:
    """The ledger with one row more."""
    called = {WORDS.get(name, name): name for name in row}
    told = {WORDS.get(name, name): value for name, value in row.items() if value not in (None, "")}
    for column in called:
        if column not in COLUMNS:
            words = "name, company, same, by, at, why"
            raise InputError(f"{at(WHAT, number)}: there is no column “{called[column]}”; a decision has {words}.")
    for column, word in (("subject", "name"), ("object", "company"), ("judged_by", "by"), ("judged_at", "at")):
        if column not in told:
            raise InputError(f"{at(WHAT, number, called.get(column, word))}: it is empty; a decision needs it.")
    if "why" not in told:
        raise InputError(f"{at(WHAT, number, 'why')}: it is empty; give the reason in one sentence.")
    kind = str(told.get("object_kind", KINDS[0]))
    if kind not in KINDS:
        raise InputError(f"{at(WHAT, number, 'object_kind')}: “{kind}” must be one of {', '.join(KINDS)}.")
    other = str(told["object"])
    if kind == KINDS[0]:
        other = _company(other, universe, at(WHAT, number, called["object"]))
    return ledger.add(
        str(told["subject"]),
        other,
        verdict=_verdict(told, number),
        by=str(told["judged_by"]),
        at=str(told["judged_at"]),
        why=str(told["why"]),
        evidence=str(told.get("evidence", "")),
        object_kind=kind,
    )


def _verdict(told: Mapping[str, Any], number: int) -> str:
    if "verdict" in told:
        if told["verdict"] not in VERDICTS:
            place = at(WHAT, number, "verdict")
            raise InputError(f"{place}: “{told['verdict']}” must be one of {', '.join(VERDICTS)}.")
        return str(told["verdict"])
    same = YES_NO.get(str(told.get("same")).casefold())
    if same is None:
        raise InputError(f"{at(WHAT, number, 'same')}: “{told.get('same', '')}” must be true or false.")
    return VERDICTS[0] if same else VERDICTS[1]


def _company(text: str, universe: Universe, place: str) -> str:
    found = universe.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{place}: “{text}” may mean {', '.join(found)}; write one of these ids.")
    raise InputError(f"{place}: no company “{text}” is known; give its id, ISIN or full name.")


def read_prices(given: Any) -> pl.DataFrame:
    """Prices of securities, for files that give a number of shares and no value.

    Args:
        given: a mapping of ISIN to ``(price, currency)``; or a polars or pandas frame, a list of mappings or a CSV
            file with ``price``, ``currency`` and ``isin`` (or ``ticker`` and ``venue``).

    Raises:
        UsageError: it is none of these.
    """
    if isinstance(given, str | Path):
        try:
            return pl.read_csv(given, schema_overrides={"isin": pl.String, "ticker": pl.String})
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UsageError(f"prices= {given} could not be read: {str(error).splitlines()[0]}") from error
    if isinstance(given, Mapping):
        pairs = list(given.items())
        if not all(isinstance(pair, tuple) and len(pair) == 2 for _, pair in pairs):
            raise UsageError(
                'prices= as a mapping gives each ISIN a price and a currency: {"US...": (12.5, "USD")}.'
            )
        given = [{"isin": str(isin), "price": price, "currency": unit} for isin, (price, unit) in pairs]
    return pl.DataFrame(rows_of("prices", given), infer_schema_length=None, strict=False)
