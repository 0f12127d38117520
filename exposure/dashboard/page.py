"""The page as a whole: hand in files, see what was found, what was read, and how it is counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from exposure.dashboard import files, findings, method, session
from exposure.dashboard.session import Loaded, Settings
from exposure.dashboard.text import STYLE, md, paragraph
from exposure.errors import ExposureError
from exposure.present.words import counted, day

QUESTION = (
    "Through which companies does a portfolio reach a sanctioned or accused one, how much of it, on what evidence, "
    "and what could not be checked?"
)
EARLIEST = date(2000, 1, 1)
TOGETHER = "All together, as one portfolio"


def show() -> None:
    """Draw the page."""
    st.html(STYLE)
    st.title("Exposure", anchor=False)
    paragraph(QUESTION)
    loaded = _files()
    for file in loaded:
        if file.problem:
            st.error(md(file.problem), icon=":material/error:")
    read = [file for file in loaded if file.holdings is not None]
    session.forget(loaded)
    found, was_read, how = st.tabs(["What was found", "What was read", "Method"])
    settings = Settings()
    with found:
        above = st.container()
        if read:
            settings = _settings()
            with above:
                _screened(read, settings)
        else:
            paragraph("No file could be read yet. Drop another one above, or remove it to see the example again.")
    with was_read:
        files.cards(loaded)
    with how:
        method.show(session.universe(settings.as_of))


def _files() -> list[Loaded]:
    """The files to look at: those dropped, else those named on the command line, else an example."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        dropped = st.file_uploader(
            "Drop one or several holdings files here",
            accept_multiple_files=True,
            key="dropped",
            help="CSV, Excel, XML or JSON, as the fund, the custodian or the regulator published it.",
        )
        st.caption(
            "A file stays on this computer: it is read here, sent nowhere, forgotten when the page is closed."
        )
    if dropped:
        return _distinct([_loaded(d.name, d.getvalue()) for d in dropped])
    named = session.named_files()
    if named:
        return _distinct([session.load_path(path, **files.reading_options(path.name)) for path in named])
    with right:
        return [_example()]


def _loaded(name: str, content: bytes) -> Loaded:
    with st.spinner(md(f"Reading {name} …")):
        return session.load(name, content, **files.reading_options(name))


def _distinct(loaded: list[Loaded]) -> list[Loaded]:
    return list({file.key: file for file in loaded}.values())


def _example() -> Loaded:
    paths = session.example_files()
    chosen = st.selectbox(
        "Until then: an illustrative example",
        paths,
        format_func=lambda path: path.stem.replace("_", " ").removeprefix("example ").capitalize(),
        key="example",
    )
    paragraph(
        "An illustrative example: the holder is fictional, every amount invented. Companies and sources are real.",
        "note",
    )
    return session.load_path(chosen or paths[0], example=True)


def _settings() -> Settings:
    default = session.universe().as_of
    st.session_state.setdefault("as_of", default)
    with st.expander("Change how it is screened"):
        left, right = st.columns(2)
        chosen = left.date_input("Lists and stakes as of", min_value=EARLIEST, max_value=default, key="as_of")
        shorts = right.selectbox(
            "Short positions", list(session.SHORTS), format_func=session.SHORTS.__getitem__, key="shorts"
        )
    as_of = chosen if chosen != default else None
    changed = [f"lists and stakes as of {day(as_of)}"] if as_of else []
    changed += [f"short positions {shorts}"] if shorts != "net" else []
    funds = session.funds()
    changed += [f"looked into {counted(len(funds), 'fund', 'funds')}"] if funds else []
    if changed:
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            paragraph(f"Changed from the usual: {'; '.join(changed)}.", "note")
        right.button("Back to the usual", on_click=_reset, args=(default,))
    return Settings(as_of, shorts, tuple((line, file.key) for line, file in sorted(funds.items())))


def _reset(default: Any) -> None:
    st.session_state["as_of"], st.session_state["shorts"] = default, "net"
    st.session_state["funds"] = {}


def _screened(read: list[Loaded], settings: Settings) -> None:
    try:
        with st.spinner("Screening …"):
            chosen = _choose(read, settings)
            result = session.screening(chosen, settings)
    except ExposureError as error:
        st.error(md(str(error)), icon=":material/error:")
        return
    findings.show(result)


def _choose(read: list[Loaded], settings: Settings) -> list[Loaded]:
    """Which of several files to look at; each by itself unless the user puts them together."""
    if len(read) == 1:
        return read
    findings.league([(file.name, session.screening([file], settings)) for file in read])
    options = [*range(len(read)), TOGETHER]
    picked = st.selectbox(
        "Look at", options, format_func=lambda o: o if isinstance(o, str) else read[o].name, key="looked_at"
    )
    return [read[picked]] if isinstance(picked, int) else read
