"""The page as a whole: hand in files, decide what is in doubt, see what was found, compare, see the method."""

from __future__ import annotations

import streamlit as st
from altair.utils.schemapi import debug_mode

from exposure.api import Screening
from exposure.dashboard import comparing, files, findings, method, review, session, shared, whatif
from exposure.dashboard.session import Loaded, Settings
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import STYLE, md, paragraph
from exposure.errors import ExposureError
from exposure.present.review import waiting_note

QUESTION = (
    "Through which companies does a portfolio reach one on an official list, or an accused one, how much of it, on "
    "what evidence, and what could not be checked?"
)
TOGETHER = "All together, as one portfolio"
OWN = "own"  # in the address: files of the reader's own were shown; never which
GONE = (
    "Your files are no longer here. This page keeps none: after a reload, or where its address is opened again, "
    "they must be dropped once more. What is shown now is {}, not your portfolio."
)
EXAMPLE = "An illustrative example: the holder is fictional, every amount invented. Companies and sources are real."
FILES, REVIEW, EXPOSURE, COMPARE, METHOD = "Files", "Review", "Exposure", "Compare", "Method"
TABS = [FILES, REVIEW, EXPOSURE, COMPARE, METHOD]


def show() -> None:
    """Draw the page: the files and the settings stand above, and only the open tab is worked out."""
    st.html(STYLE)
    st.title("Exposure", anchor=False)
    paragraph(QUESTION)
    if not shared.admitted():
        return
    whatif.look_at_address(TABS)
    loaded = _files()
    _told_if_gone(loaded)
    read = [file for file in loaded if file.holdings is not None]
    session.forget(loaded)
    for number, file in enumerate(f for f in loaded if f.problem):
        files.problem(file, number)
    settings = whatif.settings()
    whatif.chips(settings)
    whatif.not_understood()
    names = [name for name in TABS if name not in shared.hidden_tabs()]
    drawn = st.tabs(names, default=EXPOSURE, key="page", on_change="rerun", bind="query-params")
    tabs = dict(zip(names, drawn, strict=True))
    for name, tab in tabs.items():
        if tab.open:
            # Each chart is held against Vega-Lite's schema by the tests, not every time it is drawn.
            with tab, debug_mode(False):
                _tab(name, loaded, read, settings)


def _tab(name: str, loaded: list[Loaded], read: list[Loaded], settings: Settings) -> None:
    if name == FILES:
        files.cards(loaded)
    elif name == METHOD:
        method.show(session.known(settings), session.weights(settings))
    elif not read:
        paragraph("No file could be read yet. Drop another one above, or remove it to see the example again.")
    else:
        try:
            _screened(name, read, settings)
        except ExposureError as error:
            st.error(md(spoken(str(error))), icon=":material/error:")


def _screened(name: str, read: list[Loaded], settings: Settings) -> None:
    if name == COMPARE:
        comparing.show(read, settings)
        return
    chosen = _choose(read)
    with st.spinner("Screening: identifying companies, following funds and owners …"):
        result = session.screening(chosen, settings)
    if name == REVIEW:
        review.show(result)
        return
    note = waiting_note(result)
    if note and REVIEW not in shared.hidden_tabs():
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            paragraph(note, "note")
        right.button("Review them", on_click=_open, args=(REVIEW,))
    _ask_for_the_rest(result, chosen)
    findings.show(result, lambda: _each(read, settings), example=any(file.example for file in chosen))


def _ask_for_the_rest(result: Screening, chosen: list[Loaded]) -> None:
    """What the files leave open and a person can say: the day, the currency."""
    if FILES in shared.hidden_tabs() or all(file.example for file in chosen):
        return
    missing = []
    if result.as_of.holdings is None and len(chosen) == 1:
        missing.append("The file does not date its holdings, so nothing can be told of before and after.")
    elif result.as_of.holdings is None:
        missing.append("The files are of different days, or undated: together they have no date of their own.")
    if result.currency is None and result.total_value is not None:
        missing.append("No currency is given: amounts stand without one.")
    if missing:
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            paragraph(" ".join(missing), "note")
        right.button("Say it", on_click=_open, args=(FILES,))


def _each(read: list[Loaded], settings: Settings) -> dict[str, Screening]:
    """Every file by itself."""
    return {name: session.screening([file], settings) for name, file in zip(shared.names(read), read, strict=True)}


def _open(tab: str) -> None:
    st.session_state["page"] = tab


def _told_if_gone(loaded: list[Loaded]) -> None:
    """Say so where the address was made with files of the reader's own and they are not here."""
    if not shared.uploads():
        return
    if st.session_state.get("dropped"):
        st.session_state["had_own"] = True
        st.query_params[OWN] = "1"
    elif st.session_state.get("had_own"):  # taken out again by the reader, who knows
        st.query_params.pop(OWN, None)
    elif OWN in st.query_params:
        shown = "an illustrative example" if loaded[0].example else "the files that this page was started with"
        with st.container(border=True, key="gone"):
            st.warning(md(GONE.format(shown)), icon=":material/info:")
            st.button("Go on with what is shown", on_click=_go_on)


def _go_on() -> None:
    st.query_params.pop(OWN, None)


def _files() -> list[Loaded]:
    """The files to look at: those dropped, else those named on the command line, else an example."""
    left, right = st.columns([3, 2], gap="medium")
    if not shared.uploads():
        return _named() or [_example()]
    with left:
        dropped = st.file_uploader(
            "Drop one or several holdings files here",
            accept_multiple_files=True,
            key="dropped",
            help="CSV, Excel, XML or JSON, as the fund, the custodian or the regulator published it.",
        )
        st.caption(
            "A file stays on this computer: it is read here, sent nowhere, forgotten when the page is closed. "
            "Decisions that you take under “Review” are kept."
        )
    if dropped:
        loaded = _distinct([_loaded(d.name, d.getvalue()) for d in dropped])
    else:
        loaded = _named()
    if not loaded:
        with right:
            return [_example()]
    with right:
        files.summary(loaded)
    return loaded


def _named() -> list[Loaded]:
    """The files named on the command line."""
    named = session.named_files()
    return _distinct([session.load_path(path, **files.reading_options(path.name)) for path in named])


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
    paragraph(EXAMPLE, "note")
    return session.load_path(chosen or paths[0], example=True)


def _choose(read: list[Loaded]) -> list[Loaded]:
    """Which of several files to look at; each by itself unless the user puts them together."""
    if len(read) == 1:
        return read
    named = dict(zip(shared.names(read), read, strict=True))
    picked = st.selectbox("Look at", [*named, TOGETHER], key="looked_at", persist_state="session")
    return [named[picked]] if picked in named else read
