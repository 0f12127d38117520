"""Decisions that outlive the browser session: an append-only ledger in one SQLite file.

How files of a layout are to be read is kept beside it; that may change, the latest answer counts.

The file is in write-ahead mode, so several sessions read and write at once, and fully synchronous, so a decision
that was confirmed is on the disk even if the program is killed the moment after. The table refuses changes and
removals: taking a decision back is a further decision (``withdrawn``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl

from exposure.errors import InputError
from exposure.folders import data_folder
from exposure.resolve.judgements import COLUMNS, KINDS, VERDICTS, Judgements

FILE = "judgements.sqlite"
PATIENCE = 15.0  # seconds to wait while another session writes; one write takes milliseconds
APPLICATION = 0x45585053  # "EXPS": which program's file it is, in SQLite's own header field
VERSION = 1

_LIST = ", ".join(COLUMNS)
_MARKS = ", ".join("?" * len(COLUMNS))
_TABLE = f"""
CREATE TABLE IF NOT EXISTS judgements (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  {", ".join(f"{name} TEXT NOT NULL" for name in COLUMNS)},
  CHECK (verdict IN ({", ".join(f"'{v}'" for v in VERDICTS)})),
  CHECK (object_kind IN ({", ".join(f"'{k}'" for k in KINDS)}))
) STRICT;
CREATE TABLE IF NOT EXISTS layouts (
  fingerprint TEXT NOT NULL, argument TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (fingerprint, argument)
) STRICT;
CREATE TRIGGER IF NOT EXISTS judgements_keep BEFORE UPDATE ON judgements
  BEGIN SELECT RAISE(ABORT, 'a judgement is never changed'); END;
CREATE TRIGGER IF NOT EXISTS judgements_stay BEFORE DELETE ON judgements
  BEGIN SELECT RAISE(ABORT, 'a judgement is never removed'); END;
"""


class Store:
    """The decisions of this computer's users.

    Args:
        path: the SQLite file; in the user's data folder when omitted. It is made with the first decision, not
            before: nothing is written unless somebody saves something.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else data_folder() / FILE

    def judgements(self) -> Judgements:
        """Every decision, in the order in which it was saved.

        Raises:
            InputError: the file is no ledger of this program.
        """
        if not self.path.is_file():
            return Judgements.empty()
        with self._open() as connection:
            rows = connection.execute(f"SELECT {_LIST} FROM judgements ORDER BY number").fetchall()
        return Judgements(pl.DataFrame(rows, schema=COLUMNS, orient="row"))

    def add(self, decisions: Judgements) -> int:
        """Append decisions, all of them or none; those that are there already are left out.

        Returns:
            How many were new.

        Raises:
            InputError: the file is no ledger of this program, or cannot be written.
        """
        if decisions.frame.is_empty():
            return 0
        self._make_folder()
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            there = set(connection.execute(f"SELECT {_LIST} FROM judgements"))
            new = [row for row in dict.fromkeys(_rows(decisions.frame)) if row not in there]
            connection.executemany(f"INSERT INTO judgements ({_LIST}) VALUES ({_MARKS})", new)
            connection.execute("COMMIT")
        return len(new)

    def answers(self) -> dict[str, dict[str, str]]:
        """How files of a layout are to be read: argument and value, by the layout's fingerprint."""
        if not self.path.is_file():
            return {}
        found: dict[str, dict[str, str]] = {}
        with self._open() as connection:
            for layout, argument, value in connection.execute("SELECT fingerprint, argument, value FROM layouts"):
                found.setdefault(layout, {})[argument] = value
        return found

    def remember(self, fingerprint: str, argument: str, value: str) -> None:
        """Keep how files of a layout are to be read, in place of an earlier answer."""
        self._make_folder()
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO layouts VALUES (?, ?, ?)", (fingerprint, argument, value))

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.path.parent} cannot be made: {error.strerror}; nothing was saved.") from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each piece of work: sessions run in threads of one process."""
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as connection:
                _prepare(connection, self.path)
                yield connection
        except sqlite3.Error as error:
            raise InputError(f"The ledger of decisions {self.path} cannot be used: {error}.") from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and mark != APPLICATION:
        raise InputError(f"{path} is a database of another program; name another file, or move this one away.")
    written = connection.execute("PRAGMA user_version").fetchone()[0]
    if written > VERSION:
        raise InputError(f"{path} was written by a newer exposure; install that version to use it.")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if not written:
        marks = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLE} {marks} COMMIT;")


def _rows(frame: pl.DataFrame) -> Iterable[tuple[str, ...]]:
    return frame.select(list(COLUMNS)).iter_rows()
