"""The ledger of decisions on the disk: nothing is lost, nothing is changed, several write at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from exposure.errors import InputError
from exposure.resolve.judgements import COLUMNS, Judgements
from exposure.store import Store

AT = "2026-11-22T10:00:00Z"


def one(subject: str, verdict: str = "same", by: str = "A. Trustee", at: str = AT) -> Judgements:
    said = {"by": by, "at": at, "why": "Read the annual report."}
    return Judgements.empty().add(subject, "hikvision", verdict=verdict, **said)


def test_nothing_is_written_before_something_is_saved(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "ledger.sqlite")
    assert store.judgements().frame.is_empty()
    assert list(tmp_path.iterdir()) == []


def test_decisions_survive_in_their_order_and_are_saved_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.sqlite"
    both = one("HIKVISION").merge(one("HIK VISION", "different"))
    assert Store(path).add(both) == 2
    assert Store(path).add(both) == 0
    Store(path).add(one("HIKVISION", "withdrawn", at="2026-11-22T11:00:00Z"))
    frame = Store(path).judgements().frame
    assert frame["verdict"].to_list() == ["same", "different", "withdrawn"]
    assert frame.columns == list(COLUMNS)
    assert Store(path).judgements().decided()["entity_id"].to_list() == ["hikvision"]  # only the second stands


@pytest.mark.parametrize("statement", ["UPDATE judgements SET why = 'x'", "DELETE FROM judgements"])
def test_what_was_decided_can_be_neither_changed_nor_removed(tmp_path: Path, statement: str) -> None:
    store = Store(tmp_path / "ledger.sqlite")
    store.add(one("HIKVISION"))
    with sqlite3.connect(store.path) as connection, pytest.raises(sqlite3.IntegrityError, match="never"):
        connection.execute(statement)
    assert store.judgements().frame.height == 1


def test_export_and_import_carry_a_ledger_to_another_computer(tmp_path: Path) -> None:
    here, there = Store(tmp_path / "here.sqlite"), Store(tmp_path / "there.sqlite")
    here.add(one("HIKVISION").merge(one("=cmd()", "unsure")))
    here.judgements().to_csv(tmp_path / "ledger.csv")
    there.add(Judgements.load(tmp_path / "ledger.csv"))
    assert there.judgements().frame.equals(here.judgements().frame)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="another program"):
        Store(path).add(one("HIKVISION"))
    assert path.read_bytes() == before
    (tmp_path / "text.sqlite").write_text("no database at all, but long enough to be taken for one " * 20)
    with pytest.raises(InputError, match="cannot be used"):
        Store(tmp_path / "text.sqlite").judgements()


WRITER = """
import sys
from exposure.store import Store
from exposure.resolve.judgements import Judgements
store, who = Store(sys.argv[1]), sys.argv[2]
for n in range(int(sys.argv[3])):
    made = Judgements.empty().add(f"{who} {n}", "hikvision", same=True, by=who, at="2026-11-22", why="read it")
    store.add(made)
    print(n, flush=True)
"""


def writer(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), who, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    writers = [writer(path, who, 60) for who in ("first", "second", "third")]
    for process in writers:
        process.communicate(timeout=120)
        assert process.returncode == 0
    frame = Store(path).judgements().frame
    assert dict(frame.group_by("judged_by").len().rows()) == {"first": 60, "second": 60, "third": 60}
    assert frame["subject"].n_unique() == 180


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process outright")
def test_a_kill_during_writing_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    for turn in range(3):
        process = writer(path, f"turn {turn}", 100_000)
        assert process.stdout is not None
        confirmed = -1
        end = time.monotonic() + 60
        while confirmed < 20 + 7 * turn and time.monotonic() < end:
            confirmed = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait(30)
        confirmed = max([confirmed, *(int(n) for n in rest)])
        saved = Store(path).judgements().frame.filter(pl.col("judged_by") == f"turn {turn}")
        assert saved.height in (confirmed + 1, confirmed + 2)  # the one being confirmed may be saved already
        assert saved["subject"].to_list() == [f"turn {turn} {n}" for n in range(saved.height)]


def test_the_latest_answer_about_a_layout_is_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "ledger.sqlite")
    assert store.answers() == {}
    store.remember("abc", "value_column", "Market value")
    store.remember("abc", "value_column", "Notional")
    store.remember("abc", "sheet", "Equities")
    assert Store(store.path).answers() == {"abc": {"value_column": "Notional", "sheet": "Equities"}}
