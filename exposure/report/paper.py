"""The trustees' paper: two pages for the board, an annex that stands up to questions, a draft letter per manager.

A PDF with tags (PDF/UA-1). What comes from files or data reaches the template as JSON, never as markup. The manifest
lies in it as an attached file, with the figures, so that ``exposure verify`` can compute it again.
"""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from exposure.report.content import content
from exposure.report.paper_data import Paper, Room
from exposure.report.paper_fonts import pages, typeset
from exposure.report.redact import redact
from exposure.report.text import visible
from exposure.results import Results

RECORD_NAME = "manifest.json"
# Rows on the two pages, tried in turn until these are two pages.
ROOMS = tuple(
    Room(*rows)
    for rows in ((14, 6, 8), (14, 4, 6), (12, 4, 6), (11, 3, 5), (9, 3, 5), (7, 3, 4), (5, 2, 3), (3, 1, 2))
)
FRONT_PAGES = 2
TEMPLATES = ("paper.typ", "paper_front.typ", "paper_annex.typ", "paper_parts.typ")


def to_pdf(results: Results, path: str | Path, level: str = "full") -> None:
    """Write the trustees' paper.

    Args:
        results: one screen.
        path: where to write it.
        level: what it may reveal (``redact``).

    Raises:
        ExposureError: a character that no font on this machine has.
        UsageError: a level that there is not.
    """
    Path(path).write_bytes(paper(redact(results, level)))


def paper(results: Results) -> bytes:
    """The paper of results that were redacted before, as PDF."""
    shown = content(results)
    made = Paper(results, shown)
    templates = {name: _template(name) for name in TEMPLATES}
    files = {"main.typ": templates.pop("paper.typ"), **templates}

    def with_data(front: dict[str, Any], annex: dict[str, Any] | None) -> dict[str, bytes]:
        data = json.dumps(_visible({"front": front, "annex": annex}), ensure_ascii=False).encode()
        pictures = {name: visible(svg).encode() for name, svg in made.pictures.items()}
        return {**files, **pictures, "data.json": data, RECORD_NAME: shown.record.encode("utf-8", "replace")}

    room = next((r for r in ROOMS if pages(with_data(made.front(r), None), "end") <= FRONT_PAGES), ROOMS[-1])
    return typeset(with_data(made.front(room), made.annex()), _dated(results))


def pdf_record(content: bytes) -> str | None:
    """The manifest that a paper carries; null for another PDF."""
    try:
        found = PdfReader(BytesIO(content)).attachments.get(RECORD_NAME)
    except (PdfReadError, ValueError, KeyError):
        return None
    return found[0].decode("utf-8", "replace") if found else None


def pdf_text(content: bytes) -> list[str]:
    """The words of a paper, line by line."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    lines = (" ".join(line.split()) for text in texts for line in text.splitlines())
    return [line for line in lines if line]


def _visible(value: Any) -> Any:
    """Every text of the data without what no reader sees."""
    if isinstance(value, dict):
        return {key: _visible(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(one) for one in value]
    return visible(value) if isinstance(value, str) else value


def _dated(results: Results) -> date:
    """The latest of the result's own dates: the paper never depends on the day on which it is written."""
    when = results.as_of
    return max(day for day in (when.holdings, when.lists, when.stakes) if day is not None)


def _template(name: str) -> bytes:
    return resources.files("exposure.report").joinpath("templates", name).read_bytes()
