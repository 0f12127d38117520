"""Whatever was handed in -> cells, each format by its own reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..errors import LimitExceeded, NoHoldings, UnreadableFile
from .archive import gunzip, is_workbook, members
from .blocks import stacked
from .filings import read_filing, read_submission
from .grid import Document, Grid
from .handed import is_frame
from .page import read_page
from .records import read_frame, read_json, read_parquet
from .source import Source, load, sniff
from .text import read_text, statement_facts
from .workbook import read_ole, read_spreadsheetml, read_workbook

#: An archive within an archive within an archive is no way to publish a portfolio.
MAX_NESTING = 2
#: Trees cost about ten times their text in memory; the largest filing we know is 60 MB.
MAX_TREE = 120_000_000


def open_document(source: Any, name: str | None = None) -> Document:
    """Turn whatever was handed in into cells.

    Raises:
        InputError: it cannot be read.
    """
    if is_frame(source):
        return read_frame(source, name)
    document = _document(load(source, name), 0)
    parts = [stacked(grid) for grid in document.grids]
    notes = tuple(note for _, note in parts if note)
    return replace(document, grids=[grid for grid, _ in parts], notes=document.notes + notes)


def _document(loaded: Source, depth: int) -> Document:
    kind = sniff(loaded)
    if kind in ("zip", "gzip") and depth > MAX_NESTING:
        raise LimitExceeded(f"{loaded.label} nests archives deeper than {MAX_NESTING}; unpack it.")
    if kind == "gzip":
        return replace(_document(gunzip(loaded), depth + 1), sha256=loaded.sha256)
    if kind == "zip" and not is_workbook(loaded):
        return _archive(loaded, depth)
    if kind in ("zip", "ole"):
        grids = read_workbook(loaded) if kind == "zip" else read_ole(loaded)
        return Document(loaded.name, "workbook", grids, loaded.sha256)
    if kind in ("xml", "json", "spreadsheetml", "html") and loaded.size > MAX_TREE:
        raise LimitExceeded(
            f"{loaded.label} has {loaded.size:,} bytes of {kind}; the limit is {MAX_TREE:,}; split it."
        )
    return _by_kind(kind, loaded)


def _by_kind(kind: str, loaded: Source) -> Document:
    if kind == "xml":
        return read_filing(loaded)
    if kind == "sec":
        return read_submission(loaded)
    if kind == "json":
        return read_json(loaded)
    if kind == "parquet":
        return read_parquet(loaded)
    if kind == "spreadsheetml":
        return Document(loaded.name, kind, read_spreadsheetml(loaded), loaded.sha256)
    if kind == "html":
        return Document(loaded.name, kind, read_page(loaded), loaded.sha256)
    grids, notes, warnings = read_text(loaded)
    facts = statement_facts(grids)
    return Document(loaded.name, kind, grids, loaded.digest, facts, notes=tuple(notes), warnings=tuple(warnings))


def _archive(loaded: Source, depth: int) -> Document:
    """Read every file of an archive; what is no table is noted, and a lone one stands for the archive."""
    found: list[tuple[str, Document]] = []
    notes: list[str] = []
    refused: Exception | None = None
    for member in members(loaded):
        try:
            found.append((member.path, _document(member.source, depth + 1)))
        except (UnreadableFile, NoHoldings) as error:
            refused = error
            notes.append(f"'{member.path}' in the archive was not read: {error}")
    if not found:
        raise refused or NoHoldings(f"{loaded.label} holds no table.")
    if len(found) == 1:
        path, only = found[0]
        notes.insert(0, f"read from '{path}' in the archive")
        return replace(only, sha256=loaded.sha256, notes=(*notes, *only.notes))
    grids = [replace(grid, sheet=_sheet(path, grid)) for path, each in found for grid in each.grids]
    notes.insert(0, f"the archive holds {len(found)} tables: {', '.join(path for path, _ in found[:8])}")
    layouts = {each.layout for _, each in found}
    return Document(
        loaded.name,
        "archive",
        grids,
        loaded.sha256,
        layout=layouts.pop() if len(layouts) == 1 else None,
        notes=tuple(notes),
        members=tuple(path for path, _ in found),
    )


def _sheet(path: str, grid: Grid) -> str:
    return f"{path} / {grid.sheet}" if grid.sheet else path
