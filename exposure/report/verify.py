"""Is an artefact what the program computes from these files? Read its manifest, compute again, say what differs.

An artefact carries the parameters of its screen and its main figures. The screen is run again with them, redacted
to the same level and written again: the same inputs give the same bytes, so a single changed character is found.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Any

from exposure.errors import InputError, UsageError
from exposure.present.pages import manifest_words
from exposure.report.content import RECORD, record
from exposure.report.html import RECORD_ID, html
from exposure.report.paper import paper
from exposure.report.paper_read import pdf_record, pdf_text
from exposure.report.redact import redact
from exposure.report.site_data import screening_json
from exposure.report.workbook import workbook, xlsx_record, xlsx_text
from exposure.results import Results

MOST_TOLD = 8  # differences told; the first ones say enough


@dataclass(frozen=True)
class Kind:
    """How one kind of artefact is read and written again."""

    record: Callable[[bytes], str | None]
    write: Callable[[Results], bytes]
    text: Callable[[bytes], list[str]]


@dataclass(frozen=True)
class Verdict:
    """Whether an artefact equals what was computed again, and what differs.

    Attributes:
        equal: every byte is the same.
        differences: sentences, the parameters first, then figures, then text.
    """

    equal: bool
    differences: tuple[str, ...]


def manifest_of(artefact: str | Path) -> dict[str, Any]:
    """The manifest that an artefact carries.

    Raises:
        InputError: it cannot be read, or carries none.
    """
    manifest: dict[str, Any] = _told(Path(artefact))["manifest"]
    return manifest


def verify(artefact: str | Path, again: Results, others: Iterable[str] = ()) -> Verdict:
    """Compare an artefact with a screen of the same files.

    Args:
        artefact: the file.
        again: the screen, made with ``again.arguments``; not redacted.
        others: names of other portfolios that are withheld in it as well (``redact``).

    Raises:
        InputError: the artefact cannot be read, or carries no manifest.
    """
    path = Path(artefact)
    told, content = _told(path), path.read_bytes()
    kind = _kind(path)
    copy = redact(again, told["manifest"].get("redact", "full"), others)
    written = kind.write(copy)
    if written == content:
        return Verdict(True, ())
    new = json.loads(record(copy))
    differences = [*_parameters(told["manifest"], new["manifest"]), *_figures(told, new)]
    if told["manifest"].get("version") == new["manifest"].get("version"):
        differences += _text(kind.text(content), kind.text(written), bool(differences))
    return Verdict(False, tuple(differences[:MOST_TOLD]))


def _told(path: Path) -> dict[str, Any]:
    try:
        text = _kind(path).record(path.read_bytes())
        told = json.loads(text) if text is not None else None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{path}: its manifest is damaged ({error}); nothing can be compared.") from error
    if not isinstance(told, dict) or not isinstance(told.get("manifest"), dict):
        raise InputError(f"{path} carries no manifest of this program; only its own artefacts can be verified.")
    return told


def _kind(path: Path) -> Kind:
    if path.suffix.lower() not in KINDS:
        raise UsageError(f"{path.name}: an artefact ends in {', '.join(KINDS)}.")
    return KINDS[path.suffix.lower()]


def _parameters(told: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Parameters that differ, in the words in which the artefact shows them."""
    old, now = manifest_words(told), manifest_words(new)
    names = list(dict.fromkeys(name for name, _ in (*old, *now)))
    found = []
    for name in names:
        pairs = zip_longest(*([value for n, value in side if n == name] for side in (old, now)))
        found += [f"{name}: “{_or(a)}” in the artefact, “{_or(b)}” computed again." for a, b in pairs if a != b]
    return found


def _or(value: str | None) -> str:
    return "nothing" if value is None else value


def _figures(told: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    old, now = (dict(_leaves({key: one.get(key) for key in RECORD})) for one in (told, new))
    return [
        f"{name}: {_or(old.get(name))} in the artefact, {_or(now.get(name))} computed again."
        for name in dict.fromkeys((*old, *now))
        if old.get(name) != now.get(name)
    ]


def _leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [leaf for key, part in value.items() for leaf in _leaves(part, f"{path} {key}".strip())]
    return [(path, str(value))]


def _text(old: list[str], now: list[str], known: bool) -> list[str]:
    """The first passages that differ; where the words are the same, that it is something beside the words."""
    found = []
    for line in difflib.unified_diff(old, now, n=0, lineterm=""):
        if line.startswith(("---", "+++", "@@")):
            continue
        where = "only in the artefact" if line.startswith("-") else "only computed again"
        found.append(f"Text {where}: “{line[1:][:160]}”.")
    if not found and not known:
        found.append(
            "Every word is the same, but something else in the file was changed (markup, style, script, or the "
            "version of a library that wrote it)."
        )
    return found


def _html_record(content: bytes) -> str | None:
    pattern = rf'<script type="application/json" id="{RECORD_ID}">(.*?)</script>'
    found = re.search(pattern, content.decode("utf-8", "replace"), re.DOTALL)
    return found[1] if found else None


def _html_text(content: bytes) -> list[str]:
    body = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", content.decode("utf-8", "replace"))
    lines = (" ".join(unescape(part).split()) for part in re.split(r"<[^>]*>", body))
    return [line for line in lines if line]


def _json_text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


KINDS: dict[str, Kind] = {
    ".json": Kind(_json_text, screening_json, lambda content: _json_text(content).splitlines()),
    ".html": Kind(_html_record, lambda results: html(results).encode(), _html_text),
    ".pdf": Kind(pdf_record, paper, pdf_text),
    ".xlsx": Kind(xlsx_record, workbook, xlsx_text),
}
