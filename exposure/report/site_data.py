"""The data behind a published site: the same rows as CSV, JSON and Parquet, in Frictionless Data Packages.

Only the CSV is meant to be opened by a spreadsheet, so only there a text that looks like a formula gets an
apostrophe in front; JSON and Parquet hold the texts as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

import polars as pl

from exposure.neutral import neutral_frame
from exposure.present.export import BOM, exposures_table
from exposure.present.site_words import PACKAGE_DESCRIPTION
from exposure.report.site_entry import Entry
from exposure.results import Results

MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
Files = dict[str, bytes]
_KINDS: dict[type[pl.DataType], str] = {pl.Int64: "integer", pl.Float64: "number", pl.Boolean: "boolean"}


def exposures_of(results: Results, entry: Entry) -> pl.DataFrame:
    """The exposed lines of one portfolio, with its id, title and date in front."""
    frame = exposures_table(results)
    named = {"portfolio_id": entry.portfolio_id, "portfolio": entry.portfolio}
    return frame.select(
        *(pl.lit(value, pl.String).alias(name) for name, value in named.items()),
        pl.lit(entry.holdings_as_of, pl.String).alias("holdings_as_of"),
        *(pl.col(name).cast(pl.Int64) if frame.schema[name].is_integer() else name for name in frame.columns),
    )


def coverage_of(results: Results) -> pl.DataFrame:
    """Coverage by class."""
    return results.coverage.select(
        pl.col("coverage").cast(pl.String), "value", "share", pl.col("lines", "unvalued").cast(pl.Int64)
    )


def three(name: str, frame: pl.DataFrame) -> Files:
    """A table as CSV, JSON and Parquet."""
    parquet = BytesIO()
    frame.write_parquet(parquet)
    return {
        f"{name}.csv": (BOM + neutral_frame(frame).write_csv()).encode(),
        f"{name}.json": json_file(frame.to_dicts()),
        f"{name}.parquet": parquet.getvalue(),
    }


def package(
    name: str, title: str, frames: Mapping[str, pl.DataFrame], files: Files, licences: Sequence[str], version: str
) -> bytes:
    """The descriptor of some tables and the files beside it.

    Args:
        name: of the package: small letters, digits and hyphens.
        title: for people.
        frames: table by name; each is among the files as CSV, JSON and Parquet.
        files: every file that the package holds, by its path within the package.
        licences: those of the lists behind it, in words.
        version: date of the data.
    """
    told = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": PACKAGE_DESCRIPTION,
        "version": version,
        "licenses": [_licence(words) for words in licences],
        "resources": [_resource(path, content, frames) for path, content in files.items()],
    }
    return json_file(told)


def screening_json(results: Results) -> bytes:
    """Everything that a screen found, as the site publishes it; ``exposure verify`` can compute it again."""
    return json_file(results.to_dict())


def json_file(told: Any) -> bytes:
    """JSON that no reader can take for a page, whatever names it holds."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).replace("<", "\\u003c")
    return f"{text}\n".encode("utf-8", "replace")


def _licence(words: str) -> dict[str, str]:
    return {"name": "-".join(re.findall(r"[A-Za-z0-9.]+", words)), "title": words}


def _resource(path: str, content: bytes, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    stem, _, ending = path.rpartition(".")
    table = stem in frames and ending != "parquet"  # which describes itself
    told: dict[str, Any] = {
        "name": stem if ending == "csv" else f"{stem}-{ending}",
        "path": path,
        "profile": "tabular-data-resource" if table and ending == "csv" else "data-resource",
        "format": ending,
        "mediatype": MEDIA[ending],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    told |= {"type": "file"} if ending == "parquet" else {"encoding": "utf-8"}
    told |= {"description": _words()[stem]["table"]} if stem in frames else {}
    return told | ({"schema": _schema(stem, frames[stem], ending)} if table else {})


def _schema(name: str, frame: pl.DataFrame, ending: str) -> dict[str, Any]:
    return {"fields": _fields(name, frame, ending), "missingValues": [""]}


def _fields(name: str, frame: pl.DataFrame, ending: str) -> list[dict[str, str]]:
    """The columns in the words of the Table Schema; a list is one text in the CSV only."""
    words = _words()[name]
    kinds = _KINDS | ({} if ending == "csv" else {pl.List: "array"})
    return [
        {"name": column, "type": kinds.get(type(kind), "string"), "description": words[column]}
        for column, kind in frame.schema.items()
    ]


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("exposure.report").joinpath("site_columns.toml").read_text("utf-8"))
