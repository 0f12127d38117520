"""Social cards: the picture that is shown beside a link to a page. A name is written in full or left out.

Set in the paper's own fonts and nothing else, so a card is the same on every machine. The fonts have most of the
Chinese characters in use; a title with a character that they lack gives way to a plain word, never to empty boxes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import typst

from exposure.present.charts import ACCENT
from exposure.report.paper_fonts import FOLDER
from exposure.report.text import visible

SIZES = ((26, 76), (44, 60), (80, 46), (130, 36), (130, 24))  # characters up to which a title is set in points
LONGEST = 130  # characters of a title, 300 of a sentence
LACKING = "could not be displayed"  # what a typesetter that must not leave anything out says of a character


@dataclass(frozen=True)
class Card:
    """What a card shows.

    Attributes:
        site: title of the site.
        title: of the page.
        instead: what stands in place of a title that cannot be written.
        foot: dates.
        second: a line below the title; left out where it cannot be written.
        figures: name and value, at most three.
        words: a sentence where there are no figures.
        colour: of the edge.
    """

    site: str
    title: str
    instead: str
    foot: str
    second: str | None = None
    figures: tuple[tuple[str, str], ...] = ()
    words: str = ""
    colour: str = ACCENT


def card(shown: Card) -> bytes:
    """The card as PNG."""
    title = _short(_or(shown.title, shown.instead), LONGEST)
    first = next((k for k, (most, _) in enumerate(SIZES) if len(title) <= most), len(SIZES) - 1)
    made = [b""]
    for _, size in SIZES[first:]:
        made = _pages(shown, title, size)
        if len(made) == 1:  # otherwise the words did not fit
            break
    return made[0]


def _pages(shown: Card, title: str, size: int) -> list[bytes]:
    told = {
        "site": _short(_or(shown.site, ""), 90),
        "title": title,
        "size": size,
        "second": _or(shown.second, "") or None if shown.second else None,
        "figures": [{"name": name, "value": value} for name, value in shown.figures],
        "words": _short(_or(shown.words, ""), 300),
        "foot": _or(shown.foot, ""),
        "colour": shown.colour,
    }
    files: Any = {"main.typ": _template(), "card.json": json.dumps(told, ensure_ascii=False).encode()}
    made = typst.compile(files, format="png", ppi=72, font_paths=_fonts())
    return made if isinstance(made, list) else [made]


def writable(text: str) -> bool:
    """Whether the fonts have every character of a text."""
    return all(_has(character) for character in set(text))


def _or(text: str, instead: str) -> str:
    plain = " ".join(visible(text).split())
    return plain if writable(plain) else instead


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@cache
def _has(character: str) -> bool:
    """Ask the typesetter for a document that must not lack a glyph (PDF/UA-1)."""
    if character.isascii():
        return character.isprintable()
    source = b'#set document(title: "-")\n#set text(font: "Exposure Sans")\n#json("text.json")'
    files: Any = {"main.typ": source, "text.json": json.dumps(f"a{character}").encode()}
    try:
        typst.compile(files, pdf_standards=["ua-1"], font_paths=_fonts())
    except typst.TypstError as error:
        if LACKING in str(error.diagnostic):
            return False
        raise
    return True


@cache
def _template() -> bytes:
    return resources.files("exposure.report").joinpath("templates", "site_card.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])
