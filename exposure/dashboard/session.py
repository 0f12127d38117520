"""What one browser session holds: files read, screens made. Only the reference data are shared by sessions."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from exposure.api import Screening, screen
from exposure.breaches import breaches
from exposure.dashboard import shared
from exposure.errors import AmbiguousFile, ExposureError
from exposure.holdings import Holdings, read_holdings
from exposure.launch import FILES_VARIABLE
from exposure.policy import load_policy
from exposure.resolve.judgements import Judgements
from exposure.score import Weights, load_weights
from exposure.store import Store
from exposure.universe.bundle import Universe, datasets_folder
from exposure.universe.variants import with_rule, without_lists
from exposure.whatif import recount, with_weights

FIRST_EXAMPLE = "example_pension.xlsx"
T = TypeVar("T")
VIEWS = 120  # tables and charts kept in a session
KEPT = 24  # screenings kept in a session: as many settings as one goes back and forth between


@dataclass(frozen=True)
class Loaded:
    """A file handed in: its holdings, or the sentence that says why there are none.

    Attributes:
        question: the reading is open: which argument settles it, and how.
    """

    key: str
    name: str
    holdings: Holdings | None
    problem: str | None = None
    example: bool = False
    question: AmbiguousFile | None = None


@dataclass(frozen=True)
class Settings:
    """What the user chose for the screen; the defaults are those of the command line.

    Attributes:
        out: ids of lists left out.
        rule: one ownership rule in place of every list's own.
        policy: name of a house policy that comes along.
        weights: changed weights, ``("effect.investment", 0.5)``.
        funds: the line of a fund, and the key of the file of what it holds.
    """

    as_of: date | None = None
    shorts: str = "net"
    out: tuple[str, ...] = ()
    rule: str | None = None
    policy: str | None = None
    weights: tuple[tuple[str, float], ...] = ()
    funds: tuple[tuple[str, str], ...] = ()


@st.cache_resource(show_spinner=False, max_entries=8)
def universe(as_of: date | None = None) -> Universe:
    """The reference data at a date: immutable, so all sessions may share them."""
    return Universe.load(as_of=as_of)


def known(settings: Settings) -> Universe:
    """The reference data as the settings want them."""
    found = without_lists(universe(settings.as_of), settings.out)
    return with_rule(found, settings.rule) if settings.rule else found


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
    """Read a file; a question that was answered for its layout before is answered the same way."""
    asked: set[str] = set()
    while True:
        try:
            return Loaded(key, name, read_holdings(content, name=name, **given), example=example)
        except AmbiguousFile as error:
            argument, answer = getattr(error, "argument", ""), answers().get(getattr(error, "fingerprint", ""), {})
            if argument in asked or argument not in answer:
                return Loaded(key, name, None, str(error), question=error)
            asked.add(argument)
            said = answer[argument]
            given = {**given, argument: date.fromisoformat(said) if argument == "as_of" else said}
        except ExposureError as error:
            return Loaded(key, name, None, str(error))


def answers() -> dict[str, dict[str, str]]:
    """What the user said of a layout, by its fingerprint: in this session, or earlier if it was to be kept."""
    said: dict[str, dict[str, str]] = st.session_state.setdefault("answers", {})
    return {**store().answers(), **said}


def answer(fingerprint: str, argument: str, value: str, *, keep: bool) -> None:
    """Take an answer for every file of this layout, and read again what was waiting for it."""
    said = answers()
    st.session_state["answers"] = {**said, fingerprint: {**said.get(fingerprint, {}), argument: value}}
    if keep:
        store().remember(fingerprint, argument, value)
    loaded: dict[str, Loaded] = st.session_state.get("loaded", {})
    st.session_state["loaded"] = {key: file for key, file in loaded.items() if file.question is None}


# ---- screens --------------------------------------------------------------------------------------------------


def screening(files: Sequence[Loaded], settings: Settings) -> Screening:
    """Screen files as one portfolio, once a session; other settings count the same lines again.

    Raises:
        ExposureError: the settings do not fit.
    """
    ledger = judgements()
    mark = hashlib.sha256(ledger.to_csv().encode()).hexdigest() if ledger.frame.height else ""
    plain = Settings(shorts=settings.shorts, funds=settings.funds)
    base = _kept(files, plain, mark, lambda: _screened(files, plain, ledger))
    found = base if settings == plain else _kept(files, settings, mark, lambda: _counted(base, settings))
    return _kept(files, settings, f"{mark} shown", lambda: shared.shown(found)) if shared.redacted() else found


def _kept(files: Sequence[Loaded], settings: Settings, mark: str, make: Any) -> Screening:
    seen: dict[Any, Screening] = st.session_state.setdefault("screened", {})
    key = (tuple(f.key for f in files), settings, mark)
    found = seen.pop(key, None) or make()
    seen[key] = found  # the latest used stands last
    for old in list(seen)[:-KEPT]:
        del seen[old]
    return found


def _screened(files: Sequence[Loaded], settings: Settings, ledger: Judgements) -> Screening:
    holdings = [f.holdings for f in files if f.holdings is not None]
    inside = {line: file.holdings for line, file in funds().items()} or None
    decided = ledger if ledger.frame.height else None
    return screen(holdings, universe=universe(), funds=inside, shorts=settings.shorts, judgements=decided)


def weights(settings: Settings) -> Weights:
    """The score's weights as the settings want them."""
    return with_weights(load_weights(), dict(settings.weights))


def _counted(base: Screening, settings: Settings) -> Screening:
    found = recount(base, known(settings), weights(settings))
    if settings.policy is None:
        return found
    return replace(found, breaches=breaches(found, load_policy(settings.policy)))


def once(result: Screening, what: str, make: Callable[[], T]) -> T:
    """A table or chart of a screening, made once: a rerun that changes nothing works nothing out again."""
    seen: dict[tuple[str, int], tuple[Screening, Any]] = st.session_state.setdefault("views", {})
    key = (what, id(result))
    if key not in seen or seen[key][0] is not result:  # ids are used again when a screening is let go of
        seen[key] = (result, make())
        for old in list(seen)[:-VIEWS]:
            del seen[old]
    found: T = seen[key][1]
    return found


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
    held = {id(one) for one in st.session_state.get("screened", {}).values()}
    views = st.session_state.get("views", {})
    st.session_state["views"] = {key: value for key, value in views.items() if key[1] in held}


# ---- decisions ------------------------------------------------------------------------------------------------


def store() -> Store:
    """The ledger of this computer's users."""
    return Store()


def judgements() -> Judgements:
    """Every decision saved so far, by this session or another."""
    return store().judgements()
