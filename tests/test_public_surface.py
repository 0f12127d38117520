"""The public names are one list; a few of them are what one begins with; every command is in the README."""

from pathlib import Path

import exposure as ex
from exposure.cli import main

BEGIN = [
    "Judgements",
    "Proxy",
    "Universe",
    "Weights",
    "chains",
    "company",
    "compare",
    "errors",
    "example",
    "league",
    "ownership",
    "read_holdings",
    "resolve",
    "screen",
    "screen_many",
    "sensitivity",
]
RETURNED = ["Batch", "Comparison", "Holdings", "Policy", "Screening", "data_folder", "load_policy"]
ERRORS = [
    "AmbiguousFile",
    "ExposureError",
    "InputError",
    "LimitExceeded",
    "NoHoldings",
    "UniverseError",
    "UnreadableFile",
    "UsageError",
]


def test_public_names():
    assert sorted(ex.__all__) == sorted([*BEGIN, *RETURNED, *ERRORS])
    assert all(hasattr(ex, name) for name in ex.__all__)


def test_what_completes_is_what_one_begins_with():
    assert dir(ex) == BEGIN


def test_errors_are_one_tree():
    assert all(getattr(ex, name) is getattr(ex.errors, name) for name in ERRORS)
    assert all(issubclass(getattr(ex, name), ex.ExposureError) for name in ERRORS)


def test_functions_are_not_hidden_by_modules_of_their_name():
    assert all(callable(getattr(ex, name)) for name in ("chains", "compare", "screen", "sensitivity", "league"))


def test_every_command_has_help_and_a_line_in_the_readme():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    for name, command in main.commands.items():
        assert command.help
        assert f"exposure {name}" in readme


def test_the_readme_shows_what_is_printed():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    block = readme.split(">>> screening  #")[1].split("\n", 1)[1].split("\n>>>")[0]
    shown = [line for line in block.split("\n") if line != "..."]
    printed = repr(ex.screen(ex.example("pension"))).split("\n")
    assert len(shown) >= 6
    assert [line for line in shown if line not in printed] == []
