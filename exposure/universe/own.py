"""The user's own rows beside the reference data: lists, listings, stakes, companies, names, identifiers, replies.

The rows keep the contracts of the reference tables (``tables.py``), so that what is added counts exactly as what
was there, and every check of the reference data is made of them as well. Only the few columns that nobody else can
know must be given; the others take the plainest value (``PLAIN``). Where a company is asked for, its id, an ISIN or
its exact name will do.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.universe.cells import Rows, at, rows_of, to_contract
from exposure.universe.faults import CHECKS, Problem
from exposure.universe.find import Directory, fold
from exposure.universe.tables import FOREIGN_KEYS, TABLES

#: What a column holds where the user's rows do not say.
PLAIN: dict[str, dict[str, Any]] = {
    "sources": {"read_as": "original"},
    "entities": {"kind": "company"},
    "names": {"kind": "alias"},
    "identifiers": {"scheme": "isin", "venue": "", "security_kind": "equity", "valid": True},
    "stakes": {"kind": "equity", "basis": "direct", "verified": True},
    "lists": {
        "authority": "the user of this package",
        "official": True,
        "restricts": "What it restricts was not stated.",
        "binds": "whoever adopted it",
        "rule_id": "named-only",
        "legal_basis": "own list",
        "licence": "own data",
    },
    "listings": {"status": "listed", "citation": "own data", "with_subsidiaries": False, "verified": True},
    "allegations": {"status": "standing"},
}
#: The column that names a company, under a word of everyday language.
WORDS: dict[str, dict[str, str]] = {
    "names": {"company": "entity_id"},
    "identifiers": {"company": "entity_id", "isin": "value"},
    "listings": {"company": "entity_id", "list": "list_id"},
    "allegations": {"company": "entity_id"},
    "stakes": {"owner": "owner_id", "owned": "owned_id", "share": "share_low"},
    "links": {"from": "from_id", "to": "to_id"},
}
#: Of a large table only the rows that a new one could collide with are checked again: those equal in one of these.
NEAR: dict[str, tuple[str, ...]] = {
    "names": ("entity_id",),
    "identifiers": ("value",),
    "stakes": ("stake_id", "owned_id"),
    "links": ("link_id",),
    "listings": ("listing_id", "entity_id"),
    "allegations": ("allegation_id",),
}
ORDER = (
    "sources",
    "entities",
    "names",
    "identifiers",
    "rules",
    "lists",
    "stakes",
    "links",
    "listings",
    "allegations",
)
FIRST = 1_000_000_000  # the user's row n has this line number plus n while it is checked


@dataclass(frozen=True)
class Added:
    """Reference tables with the user's rows, and what was added.

    Attributes:
        tables: every table, the user's rows last.
        rows: how many were added, by table.
        lists: ids of the lists among them.
        mark: SHA-256 of the rows.
    """

    tables: dict[str, pl.DataFrame]
    rows: dict[str, int]
    lists: tuple[str, ...]
    mark: str


def add_rows(tables: Mapping[str, pl.DataFrame], given: Mapping[str, Any], day: date, source: str) -> Added:
    """Lay the user's rows over reference tables.

    Args:
        tables: every table, whole.
        given: by table: a polars or pandas frame, a mapping, or a list of mappings.
        day: the universe's date: the date of a list that gives none.
        source: where the rows come from, in words; shown wherever they are.

    Raises:
        InputError: a row does not keep the contract; the message names table, row and column.
        UsageError: there is no such table, or it was given in no form we take.
    """
    for name in given:
        if name not in TABLES:
            raise UsageError(f"There is no table “{name}” to add to; there are {', '.join(TABLES)}.")
    every = dict(tables)
    own: dict[str, pl.DataFrame] = {}
    rows = {name: rows_of(name, given[name]) for name in ORDER if given.get(name) is not None}
    if not rows:
        raise UsageError("No rows were given; name a table, such as listings=frame.")
    if any(not row.get("source_id") for name, part in rows.items() if name != "sources" for row in part):
        rows = {"sources": _with_source(rows.get("sources", []), source, tables["sources"]), **rows}
    for name in (n for n in ORDER if n in rows):
        if not rows[name]:
            continue
        own[name] = to_contract(name, _complete(name, rows[name], every, day, source), _called(name, rows[name]))
        every[name] = pl.concat([every[name], own[name]])
    _refuse_faults(tables, own)
    _tell_what_waits(own, day)
    mark = hashlib.sha256("".join(f"{n}\n{frame.write_csv()}" for n, frame in own.items()).encode()).hexdigest()
    counted = {name: frame.height for name, frame in own.items() if name != "sources"}
    return Added(every, counted, tuple(own["lists"]["list_id"]) if "lists" in own else (), mark)


def _source_id(source: str) -> str:
    return _slug("own", source)


def _with_source(rows: Rows, source: str, known: pl.DataFrame) -> Rows:
    """The sources given, and the one of the rows that name none, unless it is there from an earlier time."""
    name = _source_id(source)
    return rows if name in known["source_id"] else [*rows, {"source_id": name, "title": source}]


def _complete(table: str, rows: Rows, tables: Mapping[str, pl.DataFrame], day: date, source: str) -> Rows:
    """Rows with everyday words translated, companies found and the plain values filled in."""
    companies = [column for name, column, target, _ in FOREIGN_KEYS if name == table and target == "entities"]
    directory = Directory(tables["entities"], tables["names"], tables["identifiers"])
    done: Rows = []
    for number, row in enumerate(rows, 1):
        words = WORDS.get(table, {})
        new = {words.get(name, name): value for name, value in row.items()}
        if table == "stakes" and "share" in row:
            new.setdefault("share_high", row["share"])
        for given in row:
            column = words.get(given, given)
            if column in companies and row[given]:
                new[column] = _company(directory, str(row[given]), at(table, number, given))
        if table == "entities" and not new.get("entity_id"):
            _refuse_known(directory, str(new.get("name") or ""), at(table, number, "name"))
        done.append(_filled(table, new, day, source))
    return done


def _called(table: str, rows: Rows) -> dict[str, str]:
    """The user's own words for columns."""
    given = {name for row in rows for name in row}
    return {column: word for word, column in WORDS.get(table, {}).items() if word in given}


def _refuse_known(directory: Directory, name: str, place: str) -> None:
    found = directory.find(name)
    if found:
        raise InputError(f"{place}: “{name}” is known already as {', '.join(found)}; leave the row out.")


def _company(directory: Directory, text: str, place: str) -> str:
    found = directory.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{place}: “{text}” may mean {', '.join(found)}; write one of these ids.")
    raise InputError(
        f"{place}: no company “{text}” is known; give its id, ISIN or full name, or add it (entities=)."
    )


def _filled(table: str, row: dict[str, Any], day: date, source: str) -> dict[str, Any]:
    """One row with the values that follow from the others, or are the plainest."""
    derived = _DERIVED.get(table, lambda _, __: {})(row, day)
    common = {"confidence": "high"} if "confidence" in TABLES[table].columns() else {}
    common |= {"source_id": _source_id(source)} if table != "sources" else {}
    filled = common | PLAIN.get(table, {}) | derived
    return filled | {name: value for name, value in row.items() if value is not None and value != ""}


def _slug(*parts: Any) -> str:
    return "--".join(fold(str(part)).replace(" ", "_") for part in parts if part not in (None, ""))


def _entity(row: dict[str, Any], day: date) -> dict[str, Any]:
    return {"entity_id": _slug(row.get("name"))}


def _stake(row: dict[str, Any], day: date) -> dict[str, Any]:
    as_of = row.get("as_of") or day  # an undated stake would give way to every dated one
    name = _slug("own", row.get("owner_id"), row.get("owned_id"), row.get("kind") or "equity", as_of)
    return {"stake_id": name, "as_of": as_of}


def _link(row: dict[str, Any], day: date) -> dict[str, Any]:
    return {"link_id": _slug("own", row.get("from_id"), row.get("kind"), row.get("to_id"))}


def _list(row: dict[str, Any], day: date) -> dict[str, Any]:
    name = row.get("name")
    return {"list_id": _slug(name), "short_name": name, "as_of": day}


def _listing(row: dict[str, Any], day: date) -> dict[str, Any]:
    return {"listing_id": _slug(row.get("list_id"), row.get("entity_id"), row.get("since"))}


def _allegation(row: dict[str, Any], day: date) -> dict[str, Any]:
    name = _slug("own", row.get("entity_id"), row.get("accuser"), row.get("document"))
    return {"allegation_id": name, "date_text": str(row.get("date") or "not dated")}


_DERIVED = {
    "entities": _entity,
    "stakes": _stake,
    "links": _link,
    "lists": _list,
    "listings": _listing,
    "allegations": _allegation,
}


def _refuse_faults(tables: Mapping[str, pl.DataFrame], own: Mapping[str, pl.DataFrame]) -> None:
    """Make the reference data's own checks of the new rows.

    Raises:
        InputError: the first fault, and how many more there are.
    """
    before = {name: _near(name, frame, own.get(name)) for name, frame in tables.items()}
    after = {name: _numbered(name, before[name], own.get(name)) for name in before}
    found = [problem for check in CHECKS for problem in check(after)]
    faults = [p for p in found if p.line is not None and p.line > FIRST]
    if any(p.line is None for p in found):
        old = {name: _numbered(name, frame, None) for name, frame in before.items()}
        known = {str(p) for check in CHECKS for p in check(old)}
        faults += [p for p in found if p.line is None and str(p) not in known]
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise InputError(_told(faults[0]) + more)


def _told(problem: Problem) -> str:
    """A problem of the reference tables in terms of the rows that were given."""
    table = problem.file.removesuffix(".csv")
    place = table if problem.line is None else at(table, problem.line - FIRST)
    return f"{place}: {problem.what.replace('.csv', '')} {problem.fix.replace('.csv', '')}"


def _near(name: str, frame: pl.DataFrame, own: pl.DataFrame | None) -> pl.DataFrame:
    if name not in NEAR:
        return frame
    if own is None:
        return frame.clear()
    return frame.filter(pl.any_horizontal(pl.col(c).is_in(own[c].implode()) for c in NEAR[name]))


def _numbered(name: str, frame: pl.DataFrame, own: pl.DataFrame | None) -> pl.DataFrame:
    lines = pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    parts = [frame.with_columns(line=lines)]
    if own is not None:
        parts.append(own.with_columns(line=FIRST + pl.int_range(1, pl.len() + 1, dtype=pl.Int64)))
    return pl.concat(parts).sort(TABLES[name].primary_key()[0], maintain_order=True)


def _tell_what_waits(own: Mapping[str, pl.DataFrame], day: date) -> None:
    """Warn of rows that are not in force on the universe's day: they are kept, and decide nothing yet."""
    for table, column in (("listings", "since"), ("stakes", "as_of"), ("allegations", "date"), ("links", "since")):
        if table in own:
            later = own[table].with_row_index("row", offset=1).filter(pl.col(column) > day)
            for row, begins in later.select("row", column).iter_rows():
                warnings.warn(
                    f"{at(table, row)}: it begins on {begins}, after the universe's day {day}, and does not count "
                    f"yet; load the universe at a later day (as_of=) to count it.",
                    UserWarning,
                    stacklevel=4,
                )
