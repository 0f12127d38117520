"""The Frictionless descriptor of ``datasets/``, made from the contracts so that the two cannot drift apart.

``datasets/datapackage.json`` is the committed output of ``describe`` (a test compares the two);
``python -m exposure.universe.package`` writes it anew.
"""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from typing import Any

import polars as pl

from exposure.universe.bundle import datasets_folder, load_tables
from exposure.universe.counts import replace_counts
from exposure.universe.tables import FOREIGN_KEYS, TABLES


def describe() -> dict[str, Any]:
    """Return the Frictionless Data Package descriptor of the reference data."""
    words = _words()
    return {
        "profile": "tabular-data-package",
        "name": "exposure-reference-data",
        "title": "Listed and accused companies, who owns them, and what they answered",
        "description": words["package"]["description"],
        "licenses": [{"name": "MIT", "title": "Selection and wording; sources keep their own licences"}],
        "resources": [_resource(name, words[name]) for name in TABLES],
    }


def _words() -> dict[str, dict[str, str]]:
    """Read the descriptions of tables and columns."""
    text = resources.files("exposure.universe").joinpath("columns.toml").read_text("utf-8")
    return tomllib.loads(text)


def _resource(name: str, words: dict[str, str]) -> dict[str, Any]:
    """Describe one table."""
    schema = TABLES[name]
    columns = schema.columns().items()
    keys = [
        {"fields": column, "reference": {"resource": "" if target == name else target, "fields": there}}
        for table, column, target, there in FOREIGN_KEYS
        if table == name and target != "rules"  # a rule has several periods, so its id alone is no key there
    ]
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "description": words["table"],
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column, spec.dtype, spec.nullable, words[column]) for column, spec in columns],
            "primaryKey": schema.primary_key(),
            "foreignKeys": keys,
            "missingValues": [""],
        },
    }


def _field(column: str, dtype: Any, nullable: bool, words: str) -> dict[str, Any]:
    """Describe one column; ``venue`` is required but empty for everything that is no ticker."""
    kinds = {pl.String: "string", pl.Int64: "integer", pl.Float64: "number", pl.Boolean: "boolean", pl.Date: "date"}
    constraints: dict[str, Any] = {"required": not nullable and column != "venue"}
    kind = (
        "string" if isinstance(dtype, pl.Enum) else kinds[type(dtype) if isinstance(dtype, pl.DataType) else dtype]
    )
    if isinstance(dtype, pl.Enum):
        constraints["enum"] = dtype.categories.to_list()
    return {"name": column, "type": kind, "description": words, "constraints": constraints}


def to_json() -> str:
    """Return the descriptor as the committed file has it."""
    return json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the descriptor and the README's counts anew."""
    folder = datasets_folder()
    (folder / "datapackage.json").write_text(to_json(), encoding="utf-8")
    readme = folder / "README.md"
    readme.write_text(replace_counts(readme.read_text("utf-8"), load_tables(folder)), encoding="utf-8")


if __name__ == "__main__":
    write()
