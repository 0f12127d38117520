"""Every notebook runs from top to bottom, and its committed outputs are those of this code."""

from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


PINNED = dict(line.split("==") for line in (FOLDER.parent / "constraints.txt").read_text("utf-8").split())


def same_printers():
    """Frames print differently from one version to the next: outputs are compared under the pinned ones."""
    return all(version(name) == PINNED[name] for name in ("polars", "pandas"))


def outputs(notebook):
    """What each cell shows as text, however many pieces it came in; HTML and pictures are not compared."""
    return [
        "".join(str(o.get("text") or o.get("data", {}).get("text/plain")) for o in cell.get("outputs", []))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of the kernel's client
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs_and_shows_what_is_committed(path, tmp_path):
    committed = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any(cell for cell in outputs(fresh))
    if same_printers():
        assert outputs(fresh) == outputs(committed)


def test_there_are_notebooks():
    assert [p.stem for p in NOTEBOOKS] == [
        "01_quickstart",
        "02_own_lists_and_weights",
        "03_ownership",
        "04_method",
        "05_index_funds_over_time",
        "06_market_data",
    ]


def test_what_is_committed_is_small():
    for path in NOTEBOOKS:
        assert path.stat().st_size < 150_000, path.name
