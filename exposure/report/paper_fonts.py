"""Typesetting: a template, its data and its pictures in; a tagged PDF (PDF/UA-1) out, the same bytes each time.

The paper's own fonts come along (``fonts/README.md``), so a paper is the same on every machine. Only where a text
has characters that they lack are the machine's fonts asked as well; a character that none of them has is an error,
never an empty box: a name that cannot be read is no evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from exposure.errors import ExposureError

FAMILY = "Exposure Sans"
FOLDER = Path(__file__).parent / "fonts"
MOST_SHOWN = 12  # characters named in an error
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Which font to install for a script, by the first word of its characters' names; Noto Sans has one for most.
_PACKAGES = {
    "CJK": ("Noto Sans CJK", "fonts-noto-cjk"),
    "HANGUL": ("Noto Sans CJK", "fonts-noto-cjk"),
    "HIRAGANA": ("Noto Sans CJK", "fonts-noto-cjk"),
    "KATAKANA": ("Noto Sans CJK", "fonts-noto-cjk"),
    "BOPOMOFO": ("Noto Sans CJK", "fonts-noto-cjk"),
}


def typeset(files: Mapping[str, bytes], dated: date) -> bytes:
    """Make a PDF.

    Args:
        files: ``main.typ`` and what it reads, by name.
        dated: the date that the document carries.

    Raises:
        ExposureError: a character that no font here has, with the font to install.
    """
    try:
        return _compiled(files, dated, system=False)
    except typst.TypstError as error:
        if not _missing(error):
            raise
    try:
        return _compiled(files, dated, system=True)
    except typst.TypstError as error:
        missing = _missing(error)
        if not missing:
            raise
        raise ExposureError(_sentence(missing)) from error


def pages(files: Mapping[str, bytes], label: str) -> int:
    """The page on which a label stands, told by its metadata; missing characters do not matter here."""
    fonts = _fonts(system=False)
    return int(typst.query(_input(files), f"<{label}>", field="value", one=True, font_paths=fonts))


def _compiled(files: Mapping[str, bytes], dated: date, *, system: bool) -> bytes:
    made: bytes = typst.compile(
        _input(files),
        font_paths=_fonts(system=system),
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(dated, time(), UTC),
    )
    return made


def _input(files: Mapping[str, bytes]) -> Any:
    """Several files as typst takes them; its type stubs know of single ones only."""
    return dict(files)


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system, font_paths=[FOLDER])


def _missing(error: typst.TypstError) -> str:
    """The characters that an error says no font has, each once."""
    found = [_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _MISSING.findall(error.diagnostic)]
    return "".join(dict.fromkeys("".join(found)))


def _sentence(missing: str) -> str:
    shown = missing[:MOST_SHOWN] + ("…" if len(missing) > MOST_SHOWN else "")
    script = unicodedata.name(missing[0], "other").split()[0].split("-")[0]
    font, package = _PACKAGES.get(script, (f"Noto Sans {script.capitalize()}", "fonts-noto-core"))
    return (
        f"The paper cannot show the characters “{shown}” ({script.capitalize()}), which no font on this machine "
        f"has: install the font {font} (Debian and Ubuntu: {package}) and write the paper again."
    )
