"""The reference data at one date: what was known about entities, stakes, lists and allegations.

The tables are the CSV files of ``datasets/`` under the contracts of ``tables.py``. ``Universe.load`` selects what
was in force on one day; ``Universe.history`` keeps every row. Intervals are half-open ``[since, until)``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import UniverseError, UsageError
from exposure.universe.find import Directory
from exposure.universe.ftm import json_lines
from exposure.universe.in_force import as_day, data_date, listings_at, stakes_at, within
from exposure.universe.own import add_rows
from exposure.universe.tables import TABLES

OWN = "own data"  # begins a change that only added rows


def datasets_folder() -> Path:
    """Return the folder of the bundled tables: inside the installed package, else beside it in a checkout.

    Raises:
        UniverseError: if neither place holds the tables.

    Examples:
        >>> (ex.data_folder() / "listings.csv").is_file()
        True
    """
    candidates = [Path(str(resources.files("exposure") / "_datasets")), Path(__file__).parents[2] / "datasets"]
    for folder in candidates:
        if (folder / "entities.csv").is_file():
            return folder
    raise UniverseError(
        f"The reference data are missing: neither {candidates[0]} nor {candidates[1]} holds entities.csv; "
        "reinstall the package or pass folder=."
    )


def load_tables(folder: str | Path | None = None) -> dict[str, pl.DataFrame]:
    """Read every table of a data folder with the dtypes of its contract.

    Dtypes and column names are enforced here; keys, dates and cross references are the work of
    ``exposure.universe.check``, so that loading stays quick.

    Args:
        folder: a folder with one CSV file per table; the bundled one if not given.

    Returns:
        One frame per table, by name, columns in the contract's order.

    Raises:
        UniverseError: if a file is missing or does not fit its contract.
    """
    where = Path(folder) if folder is not None else datasets_folder()
    return {name: _read(where / f"{name}.csv", name) for name in TABLES}


def _read(path: Path, name: str) -> pl.DataFrame:
    """Read one CSV file; an empty cell is null where the column may be null, and "" elsewhere."""
    columns = TABLES[name].columns()
    schema = {column: spec.dtype for column, spec in columns.items()}
    try:
        frame = pl.read_csv(path, schema=schema)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise UniverseError(f"{path} does not fit the table {name!r}: {reason}") from error
    header = path.open(encoding="utf-8").readline().strip().split(",")
    if header != list(schema):
        raise UniverseError(f"{path} has the columns {header}; the table {name!r} needs {list(schema)}.")
    required = [column for column, spec in columns.items() if not spec.nullable and spec.dtype == pl.String]
    return frame.with_columns(pl.col(required).fill_null(""))


def fingerprint(folder: str | Path | None = None) -> str:
    """Return the SHA-256 over the table files, in the contract's order."""
    where = Path(folder) if folder is not None else datasets_folder()
    digest = hashlib.sha256()
    for name in TABLES:
        digest.update(name.encode() + b"\0" + (where / f"{name}.csv").read_bytes())
    return digest.hexdigest()


@cache
def _bundled() -> tuple[dict[str, pl.DataFrame], str]:
    """Read the bundled tables once per process."""
    folder = datasets_folder()
    return load_tables(folder), fingerprint(folder)


@dataclass(frozen=True)
class Universe:
    """What is known about entities on one day. Frames hold the rows in force; ``history`` holds all of them.

    Examples:
        >>> known = ex.Universe.load(as_of="2019-09-30")
        >>> known.listings.filter(pl.col("entity_id") == "hikvision")["list_id"].unique().sort().to_list()
        ['investor_decisions', 'us_ndaa_889']
    """

    as_of: date
    entities: pl.DataFrame
    names: pl.DataFrame
    identifiers: pl.DataFrame
    stakes: pl.DataFrame
    links: pl.DataFrame
    lists: pl.DataFrame
    rules: pl.DataFrame
    listings: pl.DataFrame
    allegations: pl.DataFrame
    sources: pl.DataFrame
    history: dict[str, pl.DataFrame] = field(repr=False)
    fingerprint: str = ""
    changes: tuple[str, ...] = ()  # in words, what was left out or put in place of the data as loaded
    own_lists: tuple[str, ...] = ()  # ids of the lists that the user added (``with_``)

    @classmethod
    def load(cls, as_of: str | date | None = None, folder: str | Path | None = None) -> Universe:
        """Load the reference data as they stood on one day.

        Args:
            as_of: the day, as a date or ISO text; by default the date of the latest list in the data, never today.
            folder: a data folder other than the bundled one.

        Raises:
            UniverseError: if the data cannot be read.
            UsageError: if ``as_of`` is no date.

        Examples:
            >>> ex.Universe.load(as_of="2019-09-30").as_of.isoformat()
            '2019-09-30'
        """
        tables, print_ = _bundled() if folder is None else (load_tables(folder), fingerprint(folder))
        return cls.at(tables, as_of, print_)

    @classmethod
    def at(cls, tables: dict[str, pl.DataFrame], as_of: str | date | None = None, mark: str = "") -> Universe:
        """Select from whole tables what was in force on one day (see ``load``).

        Examples:
            >>> known = ex.Universe.load()
            >>> ex.Universe.at(known.history, "2019-09-30").as_of.isoformat()
            '2019-09-30'
        """
        day = as_day(as_of, data_date(tables["lists"]))
        said = pl.col("date").is_null() | (pl.col("date") <= day)
        chosen: dict[str, Any] = {
            "stakes": stakes_at(tables["stakes"], day),
            "links": tables["links"].filter(within("since", "until", day)),
            "rules": tables["rules"].filter(within("valid_from", "valid_to", day)),
            "listings": listings_at(tables["listings"], day),
            "allegations": tables["allegations"].filter(said),
        }
        return cls(as_of=day, history=dict(tables), fingerprint=mark, **{**tables, **chosen})

    def with_(self, *, source: str = "Added by the user of this package", **tables: Any) -> Universe:
        """Add own rows: the same universe, at the same day, knowing more.

        Args:
            source: where the rows come from, in words; shown wherever they are.
            **tables: rows for ``lists``, ``listings``, ``stakes``, ``entities``, ``names``, ``identifiers``,
                ``links``, ``allegations``, ``rules`` or ``sources``: a polars or pandas frame, one mapping, or a
                list of mappings, in the columns of ``exposure.universe.tables``. A company may be given by id,
                ISIN or exact name; columns that nobody else could know are required, the others may be left out.
                A list counts with the official ones unless its ``official`` is false.

        Raises:
            InputError: a row does not keep the contract; the message names table, row and column.
            UsageError: there is no such table, or this universe has already been changed otherwise.

        Examples:
            >>> known = ex.Universe.load().with_(
            ...     lists={"list_id": "ours", "name": "Our list", "effect": "investment"},
            ...     listings=[{"list": "ours", "company": "Hikvision"}],
            ... )
            >>> known.changes
            ('own data: 1 row in lists, 1 row in listings',)
        """
        if any(not change.startswith(OWN) for change in self.changes):
            raise UsageError("Add own rows to the universe as loaded, before lists are left out or rules replaced.")
        added = add_rows(self.history, tables, self.as_of, source)
        counts = ", ".join(f"{n} {'row' if n == 1 else 'rows'} in {name}" for name, n in added.rows.items())
        mark = hashlib.sha256(f"{self.fingerprint}\n{added.mark}".encode()).hexdigest()
        return replace(
            Universe.at(added.tables, self.as_of, mark),
            changes=(*self.changes, f"{OWN}: {counts}"),
            own_lists=(*self.own_lists, *added.lists),
        )

    def entity(self, entity_id: str) -> dict[str, object]:
        """Return one entity's row.

        Raises:
            UniverseError: if there is no such entity.

        Examples:
            >>> ex.Universe.load().entity("hikvision")["country"]
            'CN'
        """
        found = self.entities.filter(pl.col("entity_id") == entity_id)
        if found.is_empty():
            raise UniverseError(f"No entity {entity_id!r} is in the reference data; try Universe.find with a name.")
        return found.row(0, named=True)

    def to_followthemoney(self, path: str | Path) -> None:
        """Write every row as FollowTheMoney JSON lines: companies, stakes, official listings, securities.

        Examples:
            >>> ex.Universe.load().to_followthemoney("entities.ftm.json")
        """
        text = "".join(f"{line}\n" for line in json_lines(self.history))
        Path(path).write_text(text, encoding="utf-8")

    def name_of(self, ids: list[str] | pl.Series) -> dict[str, str]:
        """Return the names of entities by id; unknown ids are left out.

        Examples:
            >>> ex.Universe.load().name_of(["nestle"])
            {'nestle': 'Nestle S.A.'}
        """
        found = self.entities.filter(pl.col("entity_id").is_in(list(ids)))
        return dict(found.select("entity_id", "name").iter_rows())

    def find(self, text: str) -> list[str]:
        """Return the ids of the entities with exactly this id, identifier or (folded) name, sorted.

        Examples:
            >>> ex.Universe.load().find("CNE100000PM8")
            ['hikvision']
        """
        return Directory(self.entities, self.names, self.identifiers).find(text)
