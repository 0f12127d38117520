"""The reference data at one date: what was known about entities, stakes, lists and allegations.

The tables are the CSV files of ``datasets/`` under the contracts of ``tables.py``. ``Universe.load`` selects what
was in force on one day; ``Universe.history`` keeps every row. Intervals are half-open ``[since, until)``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from exposure.errors import UniverseError, UsageError
from exposure.universe.ftm import json_lines
from exposure.universe.tables import TABLES

IN_FORCE = ["listed", "restricted_use"]  # a bill or a call restricts nothing
SERIES = ["owner_id", "owned_id", "kind", "basis"]


def datasets_folder() -> Path:
    """Return the folder of the bundled tables: inside the installed package, else beside it in a checkout.

    Raises:
        UniverseError: if neither place holds the tables.
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


def listings_at(listings: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the listings in force on ``day``.

    An entry that was removed later counts, as ``listed``, until the day of its removal. Bills and calls
    (``proposed``, ``called_for``) restrict nothing and are left to the history.
    """
    removed_later = (pl.col("status") == "delisted") & pl.col("until").is_not_null()
    counted = pl.col("status").is_in(IN_FORCE) | removed_later
    status = pl.when(removed_later).then(pl.lit("listed")).otherwise(pl.col("status").cast(pl.String))
    return listings.filter(_within("since", "until", day) & counted).with_columns(
        status.cast(listings.schema["status"]).alias("status")
    )


def stakes_at(stakes: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the stakes to use on ``day``.

    Of one owner, owned company, kind and basis, an observation gives way to a later (or equally dated and
    surer) one of equal or better confidence. A later but less sure one stays beside it: conflicting sources
    remain separate rows, and the reader of the frame takes their range.
    """
    known = stakes.filter(pl.col("as_of").is_null() | (pl.col("as_of") <= day))
    sized = pl.col("share_low").is_not_null() | pl.col("share_high").is_not_null()
    ranked = known.with_columns(
        _rank=pl.col("confidence").to_physical().cast(pl.Int8), _day=pl.col("as_of"), _sized=sized
    )
    pairs = ranked.select("stake_id", *SERIES, "_rank", "_day", "_sized").join(
        ranked.select(*SERIES, other_rank="_rank", other_day="_day", other_sized="_sized"), on=SERIES
    )
    # A later source that names the stake without its size does not take the size away.
    able = (pl.col("other_rank") <= pl.col("_rank")) & (pl.col("other_sized") | ~pl.col("_sized"))
    later = (pl.col("other_day") > pl.col("_day")) & able
    surer = (pl.col("other_day") == pl.col("_day")) & (pl.col("other_rank") < pl.col("_rank")) & able
    dated = pl.col("_day").is_null() & pl.col("other_day").is_not_null() & able
    gone = pairs.filter(later.fill_null(False) | surer.fill_null(False) | dated)
    # an ended stake still retires the observations before it, so the end is applied last
    lasting = known.filter(pl.col("until").is_null() | (pl.col("until") > day))
    return lasting.join(gone.select("stake_id").unique(), on="stake_id", how="anti", maintain_order="left")


def _within(since: str, until: str, day: date) -> pl.Expr:
    """Tell whether ``day`` lies in the half-open interval of two date columns; null is open."""
    begun = pl.col(since).is_null() | (pl.col(since) <= day)
    return begun & (pl.col(until).is_null() | (pl.col(until) > day))


def as_day(value: str | date | None, default: date) -> date:
    """Return a date from a date, an ISO text or the default.

    Raises:
        UsageError: if the text is no ISO date.
    """
    if value is None:
        return default
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{value!r} is no date; write it as YYYY-MM-DD.") from error


def data_date(lists: pl.DataFrame) -> date:
    """Return the date of the latest list of a set: the date an undated question is answered for.

    Raises:
        UniverseError: if no list carries a date.
    """
    latest = lists["as_of"].max()
    if not isinstance(latest, date):
        raise UniverseError("No list in lists.csv has an as_of date; give at least one.")
    return latest


@cache
def _bundled() -> tuple[dict[str, pl.DataFrame], str]:
    """Read the bundled tables once per process."""
    folder = datasets_folder()
    return load_tables(folder), fingerprint(folder)


def fold(text: str) -> str:
    """Fold a name for an exact look-up: compatibility forms, no accents, case or punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+|_", " ", re.sub(r"[.'’]", "", plain)).strip().casefold()


@dataclass(frozen=True)
class Universe:
    """What is known about entities on one day. Frames hold the rows in force; ``history`` holds all of them."""

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

    @classmethod
    def load(cls, as_of: str | date | None = None, folder: str | Path | None = None) -> Universe:
        """Load the reference data as they stood on one day.

        Args:
            as_of: the day, as a date or ISO text; by default the date of the latest list in the data, never today.
            folder: a data folder other than the bundled one.

        Raises:
            UniverseError: if the data cannot be read.
            UsageError: if ``as_of`` is no date.
        """
        tables, print_ = _bundled() if folder is None else (load_tables(folder), fingerprint(folder))
        return cls.at(tables, as_of, print_)

    @classmethod
    def at(cls, tables: dict[str, pl.DataFrame], as_of: str | date | None = None, mark: str = "") -> Universe:
        """Select from whole tables what was in force on one day (see ``load``)."""
        day = as_day(as_of, data_date(tables["lists"]))
        said = pl.col("date").is_null() | (pl.col("date") <= day)
        chosen = {
            "stakes": stakes_at(tables["stakes"], day),
            "links": tables["links"].filter(_within("since", "until", day)),
            "rules": tables["rules"].filter(_within("valid_from", "valid_to", day)),
            "listings": listings_at(tables["listings"], day),
            "allegations": tables["allegations"].filter(said),
        }
        return cls(as_of=day, history=dict(tables), fingerprint=mark, **{**tables, **chosen})

    def entity(self, entity_id: str) -> dict[str, object]:
        """Return one entity's row.

        Raises:
            UniverseError: if there is no such entity.
        """
        found = self.entities.filter(pl.col("entity_id") == entity_id)
        if found.is_empty():
            raise UniverseError(f"No entity {entity_id!r} is in the reference data; try Universe.find with a name.")
        return found.row(0, named=True)

    def to_followthemoney(self, path: str | Path) -> None:
        """Write every row as FollowTheMoney JSON lines: companies, stakes, official listings, securities."""
        text = "".join(f"{line}\n" for line in json_lines(self.history))
        Path(path).write_text(text, encoding="utf-8")

    def name_of(self, ids: list[str] | pl.Series) -> dict[str, str]:
        """Return the names of entities by id; unknown ids are left out."""
        found = self.entities.filter(pl.col("entity_id").is_in(list(ids)))
        return dict(found.select("entity_id", "name").iter_rows())

    def find(self, text: str) -> list[str]:
        """Return the ids of the entities with exactly this id, identifier or (folded) name, sorted."""
        wanted = fold(text)
        by_id = self.entities.filter(pl.col("entity_id") == text.strip())["entity_id"].to_list()
        if by_id or not wanted:
            return by_id
        code = text.strip().upper()
        by_code = self.identifiers.filter((pl.col("value") == code) & pl.col("valid"))["entity_id"].to_list()
        named = pl.concat(
            [
                self.entities.select("entity_id", "name"),
                self.entities.select("entity_id", name="name_local").drop_nulls(),
                self.names.select("entity_id", "name"),
            ]
        )
        by_name = [i for i, name in named.iter_rows() if fold(name) == wanted]
        return sorted({*by_code, *by_name})
