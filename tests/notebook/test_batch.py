"""Many files at once: each as if screened by itself, in the order given, errors collected."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import exposure as ex

EXAMPLES = ["pension", "index_fund", "endowment"]


@pytest.fixture(scope="module")
def files():
    return [ex.example(name) for name in EXAMPLES]


@pytest.fixture(scope="module")
def alone(files):
    return {path.name: ex.screen(path) for path in files}


@pytest.mark.parametrize("workers", [1, 2])
def test_each_file_is_as_if_screened_by_itself(files, alone, workers):
    batch = ex.screen_many(files, workers=workers)
    assert list(batch.screenings) == [path.name for path in files]
    assert [one.to_json() for one in batch.screenings.values()] == [one.to_json() for one in alone.values()]
    assert batch.errors.is_empty()
    for name, one in alone.items():
        part = batch.frame.filter(pl.col("file") == name)
        assert_frame_equal(part.drop("file", "portfolio", "currency", "holdings_as_of"), one.exposures)
        assert part["currency"].unique().to_list() == [one.currency]


@pytest.mark.parametrize("workers", [1, 2])
def test_errors_are_collected_with_their_sentence(files, tmp_path, workers):
    (tmp_path / "letter.txt").write_text("Dear reader, nothing here.", "utf-8")
    batch = ex.screen_many([files[0], tmp_path / "letter.txt", tmp_path / "gone.csv", files[2]], workers=workers)
    assert batch.errors["file"].to_list() == ["letter.txt", "gone.csv"]
    assert batch.errors["kind"].to_list() == ["NoHoldings", "UnreadableFile"]
    assert "does not exist" in batch.errors["error"][1]
    assert list(batch.screenings) == [files[0].name, files[2].name]
    assert "gone.csv" in batch._repr_html_()
    assert "2 files could not be" in repr(batch)


def test_a_fault_of_ours_costs_one_file_only(files, monkeypatch):
    def broken(source, **arguments):
        if "pension" in str(source):
            raise ZeroDivisionError("<b>oops</b>")
        return ex.screen(source, **arguments)

    monkeypatch.setattr("exposure.batch.screen", broken)
    batch = ex.screen_many(files, workers=1)
    assert batch.errors["kind"].to_list() == ["ZeroDivisionError"]
    assert len(batch.screenings) == 2
    assert "<b>oops" not in batch._repr_html_()


def test_arguments_count_for_every_file(files):
    batch = ex.screen_many(files[::2], weights={"accuser.ngo": 0.0}, universe=ex.Universe.load(as_of="2020-01-01"))
    for path, one in zip(files[::2], batch.screenings.values(), strict=True):
        expected = ex.screen(path, weights={"accuser.ngo": 0.0}, universe=ex.Universe.load(as_of="2020-01-01"))
        assert one.to_json() == expected.to_json()


def test_folders_mappings_and_frames(tmp_path):
    table = pl.DataFrame({"Name": ["Hikvision"], "Value": [1.0]})
    for name in ("b.csv", "a.csv"):
        table.write_csv(tmp_path / name)
    (tmp_path / "README.md").write_text("notes", "utf-8")
    assert list(ex.screen_many(tmp_path).screenings) == ["a.csv", "b.csv"]
    assert list(ex.screen_many({"x": table, "y": tmp_path / "a.csv"}).screenings) == ["x", "y"]
    (tmp_path / "sub").mkdir()
    table.write_csv(tmp_path / "sub" / "a.csv")
    twice = ex.screen_many([tmp_path / "a.csv", tmp_path / "sub" / "a.csv", table])
    assert list(twice.screenings) == [f"{tmp_path.name}/a.csv", "sub/a.csv", "portfolio 3"]


@pytest.mark.parametrize(
    ("files", "more", "told"),
    [
        ([], {}, "There is no file to screen"),
        ("no-such-folder", {}, "no-such-folder is not a folder"),
        (["a.csv"], {"workers": 0}, "workers=0: give a number"),
        (["a.csv"], {"weights": {"effect.nothing": 1.0}}, "There is no weight “effect.nothing”"),
    ],
)
def test_a_fault_of_every_file_is_raised(files, more, told):
    with pytest.raises(ex.UsageError, match=told):
        ex.screen_many(files, **more)


def test_nothing_to_show_keeps_its_columns():
    batch = ex.screen_many(["gone.csv"])
    whole = ex.screen_many([ex.example("pension")])
    assert batch.frame.schema == whole.frame.schema
    assert batch.frame.is_empty()
    assert "1 file could not be" in repr(batch)


def test_the_bar_is_shown_only_where_somebody_looks(files, capsys):
    ex.screen_many(files[:2])
    assert capsys.readouterr().err == ""
    ex.screen_many(files[:2], progress=True)
    assert capsys.readouterr().err.replace("\r", "\n").splitlines()[-1].endswith("2 of 2 files")


def test_a_plain_script_may_call_it(tmp_path):
    """Without ``if __name__ == "__main__"``: the processes do not run the script again."""
    script = tmp_path / "script.py"
    script.write_text(
        "print('once')\n"
        "import exposure as ex\n"
        "batch = ex.screen_many([ex.example('pension'), ex.example('endowment')], workers=2)\n"
        "print(len(batch.screenings), batch.errors.height)\n",
        "utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["once", "2", "0"]
