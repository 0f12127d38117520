"""Lower layers never import upper ones; no file grows past 400 lines; imports stand at the top."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "exposure"
LAYERS = {
    "errors": 0,
    "schema": 1,
    "identifiers": 2,
    "names": 2,
    "money": 2,
    "holdings": 3,
    "universe": 3,
    "ownership": 3,
    "resolve": 3.5,
    "funds": 4,
    "lines": 4,
    "portfolio": 4,
    "breakdown": 5.5,
    "score": 4,
    "owned": 3.5,
    "shares": 4,
    "attribution": 4.1,
    "connect": 4.2,
    "inputs": 4.4,
    "coverage": 4,
    "screen": 4.5,
    "holders": 4.6,
    "policy": 4.6,
    "breaches": 4.6,
    "folders": 1,
    "card": 1,
    "late": 1,
    "tabular": 1,
    "marks": 1,
    "neutral": 1,
    "results": 5,
    "counting": 4.8,
    "whatif": 5.2,
    "given": 5.3,
    "store": 6,
    "market": 6,
    "positions": 5,
    "compare": 5,
    "sensitivity": 5,
    "present": 7,
    "report": 8,
    "lookups": 8.5,
    "charts": 8.5,
    "views": 8.7,
    "api": 9,
    "batch": 9.2,
    "sharing": 8.5,
    "launch": 9,
    "cli": 10,
    "cli_errors": 10,
    "cli_report": 10,
    "cli_verify": 10,
    "cli_read": 10,
    "cli_publish": 10,
    "dashboard": 10,
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer(parts):
    return LAYERS[parts[0]] if parts else 9.5  # exposure/__init__.py hands out the API


def imported(tree, package):
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = (
                [".".join([*base, node.module])] if node.module else [".".join([*base, a.name]) for a in node.names]
            )
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "exposure" else [f"exposure.{a.name}" for a in node.names]
        for name in names:
            if name == "exposure" or name.startswith("exposure."):
                yield name.split(".")[1:]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts
    own = () if own == ("__init__",) else own
    tree = ast.parse(path.read_text("utf-8"))
    package = ("exposure", *path.relative_to(PACKAGE).parts[:-1])
    for parts in imported(tree, package):
        if own and parts and parts[0] == own[0]:
            continue  # within one package
        if own and own[0] == "dashboard" and not parts:
            continue  # the dashboard is a face: it uses the public names
        assert layer(parts) <= layer(own), f"{path.name} imports exposure.{'.'.join(parts)}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_above_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400
