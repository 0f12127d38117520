"""A publication that is interrupted, or meets another one, or a folder that is not its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from test_site_again import fund, marks, run

from exposure.report.site_stage import ASIDE, Stage

# Ends the process as a power cut would: nothing is tidied up.
KILLED = """
import os, sys
from exposure.report import site, site_stage
from exposure.cli import main
step, left = sys.argv.pop(1), int(sys.argv.pop(1))
def cut(*_):
    os._exit(9)
if step == "making":
    site.overview = cut
else:
    move = os.replace
    def moved(*paths):
        global left
        left -= 1
        cut() if left < 0 else move(*paths)
    site_stage.os.replace = moved
main(["publish", *sys.argv[1:], "--jobs", "1"])
"""


def killed(step: str, after: int, folder: Path, *arguments: object) -> None:
    command = [sys.executable, "-c", KILLED, step, str(after), str(folder), *map(str, arguments)]
    assert subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == 9


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    return [fund(tmp_path / "a.csv", "Ambridge Fund"), fund(tmp_path / "b.csv", "Borchester Fund", Hangzhou=400)]


def shown(folder: Path) -> dict[str, str]:
    """What a host would serve."""
    return {path: mark for path, mark in marks(folder).items() if not path.startswith(ASIDE)}


def test_a_run_killed_while_it_makes_pages_leaves_the_old_site_whole(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, two[0], "--redact", "names")
    before, beside = marks(folder), (tmp_path / "site.private.json").read_bytes()
    fund(two[0], "Ambridge Fund", Hangzhou=77)
    killed("making", 0, folder, *two, "--redact", "names")
    assert shown(folder) == before
    assert (folder / ASIDE).is_dir()
    assert (tmp_path / "site.private.json").read_bytes() == beside
    assert run(folder, *two, "--redact", "names").exit_code == 0
    assert shown(folder) == marks(folder)  # nothing is left aside
    assert len(list((folder / "portfolios").glob("*.html"))) == 2


@pytest.mark.parametrize("after", [1, 9])  # right after the list was written, and between two files
def test_a_run_killed_while_it_moves_files_is_finished_by_the_next(
    two: list[Path], tmp_path: Path, after: int
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    changed = ("--prune", "--date", "2026-10-01", "--base-url", "https://example.org/")
    for folder in (whole, cut):
        run(folder, *two, *changed[2:])
    fund(two[0], "Ambridge Fund", Hangzhou=77)
    assert run(whole, two[0], *changed).exit_code == 0
    killed("moving", after, cut, two[0], *changed)
    assert marks(whole) != shown(cut)
    again = run(cut, two[0], *changed)
    assert "0 files written" in again.output
    assert marks(cut) == marks(whole)


def test_an_error_in_the_middle_leaves_nothing_behind(
    two: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    run(folder, two[0])
    before = marks(folder)
    with monkeypatch.context() as patch:
        patch.setattr("exposure.report.site.overview", lambda *_: 1 / 0)
        assert isinstance(run(folder, *two).exception, ZeroDivisionError)
    assert marks(folder) == before


def test_a_second_publication_waits_its_turn(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(folder, two[0])
    before = marks(folder)
    first = Stage(folder, tmp_path / "site.private.json")
    first.begin()
    done = run(folder, two[1])
    assert done.exit_code == 1
    assert "is under way" in done.stderr
    assert shown(folder) == before
    first.close()
    assert run(folder, two[1]).exit_code == 0
    assert len(list((folder / "portfolios").glob("*.html"))) == 2


def test_two_processes_at_once_end_with_one_whole_site(two: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    command = [sys.executable, "-m", "exposure.cli", "publish", str(folder), "--jobs", "1"]
    runs = [subprocess.Popen([*command, str(path)], stderr=subprocess.PIPE, text=True) for path in two]
    said = [one.communicate(timeout=120)[1] for one in runs]
    for one, text in zip(runs, said, strict=True):
        assert (one.returncode, text) == (0, "") or (one.returncode == 1 and "Another publication" in text)
    stand = {path.stem for path in (folder / "portfolios").glob("*.html")}
    names = ("ambridge-fund", "borchester-fund")
    assert stand == {name for name, one in zip(names, runs, strict=True) if one.returncode == 0}
    run(folder, *two)
    run(tmp_path / "other", *two)
    served, other = marks(folder), marks(tmp_path / "other")
    assert {p for p in served if not p.endswith(("index.html", "site.json"))} == {
        p for p in other if not p.endswith(("index.html", "site.json"))
    }
    assert all(
        served[path] == other[path] for path in served if path.startswith(("portfolios", "companies/", "data/"))
    )


@pytest.mark.parametrize("name", ["letter to the board.docx", "index.html", "data", ".env"])
def test_a_folder_that_holds_other_things_is_refused(two: list[Path], tmp_path: Path, name: str) -> None:
    """What lies in the folder would be published with the site."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / name).write_text("mine")
    done = run(folder, *two)
    assert done.exit_code == 1
    assert f"{name} was not written by this program" in done.stderr
    assert list(folder.iterdir()) == [folder / name]


def test_a_file_where_the_folder_should_be_is_one_sentence(two: list[Path], tmp_path: Path) -> None:
    done = run(two[0], two[1])
    assert done.exit_code == 1
    assert "is no folder" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
