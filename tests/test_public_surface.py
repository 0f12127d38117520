"""The public names are one list; the command line's commands are all in the README."""

from pathlib import Path

import exposure as ex
from exposure.cli import main

PUBLIC = [
    "AmbiguousFile",
    "Comparison",
    "ExposureError",
    "Holdings",
    "InputError",
    "LimitExceeded",
    "NoHoldings",
    "Policy",
    "Proxy",
    "Screening",
    "Universe",
    "UniverseError",
    "UnreadableFile",
    "UsageError",
    "chains",
    "compare",
    "data_folder",
    "example",
    "load_policy",
    "ownership",
    "read_holdings",
    "resolve",
    "screen",
    "sensitivity",
]


def test_public_names():
    assert ex.__all__ == PUBLIC
    assert all(hasattr(ex, name) for name in PUBLIC)


def test_every_command_has_help_and_a_line_in_the_readme():
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    for name, command in main.commands.items():
        assert command.help
        assert f"exposure {name}" in readme
