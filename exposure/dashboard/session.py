"""What one browser session holds: files read, screens made. Only the reference data are shared by sessions."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from exposure.api import Screening, screen
from exposure.errors import ExposureError
from exposure.holdings import Holdings, read_holdings
from exposure.launch import FILES_VARIABLE
from exposure.universe.bundle import Universe, datasets_folder

FIRST_EXAMPLE = "example_pension.xlsx"
SHORTS: dict[str, str] = {
    "net": "net: a short position counts as a negative value",
    "gross": "gross",
    "excluded": "excluded",
}


@dataclass(frozen=True)
class Loaded:
    """A file handed in: its holdings, or the sentence that says why there are none."""

    key: str
    name: str
    holdings: Holdings | None
    problem: str | None = None
    example: bool = False


@dataclass(frozen=True)
class Settings:
    """What the user chose for the screen; the defaults are those of the command line."""

    as_of: date | None = None
    shorts: str = "net"
    funds: tuple[tuple[str, str], ...] = ()  # the line of a fund, and the key of the file of what it holds


@st.cache_resource(show_spinner=False, max_entries=8)
def universe(as_of: date | None = None) -> Universe:
    """The reference data at a date: immutable, so all sessions may share them."""
    return Universe.load(as_of=as_of)


def examples_folder() -> Path:
    """The folder of the bundled example portfolios."""
    return datasets_folder() / "examples"


def example_files() -> list[Path]:
    """The bundled example portfolios, the one shown first in front."""
    found = [p for p in sorted(examples_folder().iterdir()) if p.is_file() and p.suffix in (".csv", ".xlsx")]
    return sorted(found, key=lambda p: p.name != FIRST_EXAMPLE)


def named_files() -> list[Path]:
    """Files named on the command line of ``exposure app``."""
    return [Path(p) for p in os.environ.get(FILES_VARIABLE, "").split(os.pathsep) if p]


def load(name: str, content: bytes, *, example: bool = False, **reading: Any) -> Loaded:
    """Read a file once a session; a second look at the same bytes is free."""
    digest = hashlib.sha256(content).hexdigest()
    given = {k: v for k, v in reading.items() if v}
    key = "|".join([digest, name, *(f"{k}={v}" for k, v in sorted(given.items()))])
    seen: dict[str, Loaded] = st.session_state.setdefault("loaded", {})
    if key not in seen:
        seen[key] = _read(key, name, content, given, example)
    return seen[key]


def load_path(path: Path, *, example: bool = False, **reading: Any) -> Loaded:
    """Read a file of this computer that was named on the command line or is bundled."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Loaded(str(path), path.name, None, f"{path.name} cannot be read: {error.strerror}.")
    return load(path.name, content, example=example, **reading)


def _read(key: str, name: str, content: bytes, given: dict[str, Any], example: bool) -> Loaded:
    try:
        return Loaded(key, name, read_holdings(content, name=name, **given), example=example)
    except ExposureError as error:
        return Loaded(key, name, None, str(error))


def screening(files: Sequence[Loaded], settings: Settings) -> Screening:
    """Screen files as one portfolio, once a session.

    Raises:
        ExposureError: the settings do not fit.
    """
    key = (tuple(f.key for f in files), settings)
    seen: dict[Any, Screening] = st.session_state.setdefault("screened", {})
    if key not in seen:
        holdings = [f.holdings for f in files if f.holdings is not None]
        inside = {line: file.holdings for line, file in funds().items()} or None
        seen[key] = screen(holdings, universe=universe(settings.as_of), funds=inside, shorts=settings.shorts)
    return seen[key]


def funds() -> dict[str, Loaded]:
    """The funds looked into: the name of each one's line, and what it holds."""
    looked_into: dict[str, Loaded] = st.session_state.setdefault("funds", {})
    return looked_into


def look_into(line: str, file: Loaded) -> None:
    """Replace a fund's line by what the fund holds from now on."""
    st.session_state["funds"] = {**funds(), line: file}


def forget(files: Sequence[Loaded]) -> None:
    """Let go of what belongs to files that are no longer handed in."""
    kept = {f.key for f in (*files, *funds().values())}
    for name, parts in (("loaded", lambda key: [key]), ("screened", lambda key: key[0])):
        seen = st.session_state.get(name, {})
        st.session_state[name] = {key: value for key, value in seen.items() if kept.issuperset(parts(key))}
