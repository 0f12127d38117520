"""The trustees' paper: two pages for the board, an annex that stands up to questions, a draft letter per manager.

A PDF with tags (PDF/UA-1). What comes from files or data reaches the template as JSON, never as markup. The
manifest lies in it as an attached file, with the figures, so that ``exposure verify`` can compute it again.
"""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from exposure.report.content import content
from exposure.report.paper_data import Paper, Room
from exposure.report.paper_fonts import pages, typeset
from exposure.report.redact import redact
from exposure.report.text import visible
from exposure.results import Results

RECORD_NAME = "manifest.json"
# Rows tried in turn: companies until they end on the first page, the other tables until the second holds them.
COMPANIES = (16, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3)
OTHERS = ((6, 8), (4, 6), (3, 5), (2, 4), (1, 3))  # lines that could not be checked, lists
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

    def fits(room: Room, label: str, most: int) -> bool:
        return pages(with_data(made.front(room), None), label) <= most

    first = (n for n in COMPANIES if fits(Room(n, *OTHERS[0]), "held", 1))
    companies = next(first, COMPANIES[-1])
    rooms = (Room(companies, *rows) for rows in OTHERS)
    room = next((room for room in rooms if fits(room, "end", FRONT_PAGES)), Room(companies, *OTHERS[-1]))
    return typeset(with_data(made.front(room), made.annex()), _dated(results))


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
