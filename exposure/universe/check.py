"""Faults in a data folder, each with its file and line, what is wrong and how to put it right.

Loading only enforces columns and dtypes; everything that takes a join or a rule is checked here, for the
maintainers of the tables (``exposure data check``) and for the tests.
"""

from __future__ import annotations

from pathlib import Path

from exposure.errors import UniverseError
from exposure.universe.bundle import datasets_folder, load_tables
from exposure.universe.faults import CHECKS, Problem


def check_tables(folder: str | Path | None = None) -> list[Problem]:
    """Return every fault found in a data folder; an empty list means that the tables hold together.

    Args:
        folder: the folder with the CSV files; the bundled one if not given.
    """
    where = Path(folder) if folder is not None else datasets_folder()
    try:
        tables = load_tables(where)
    except UniverseError as error:
        return [Problem(where.name, None, str(error), "Repair the file before the other checks can run.")]
    numbered = {name: frame.with_row_index("line", offset=2) for name, frame in tables.items()}
    return [problem for check in CHECKS for problem in check(numbered)]
