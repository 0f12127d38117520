"""What was read: a card for each file, with the decisions taken, the checks made and the rows set aside."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from exposure.dashboard import session
from exposure.dashboard.session import Loaded
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import bullets, md, paragraph
from exposure.errors import ExposureError, UsageError
from exposure.money import currency_code
from exposure.present.tables import FileCard, file_card
from exposure.present.words import counted, day
from exposure.sharing import sharing

MOST_ROWS = 500
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
FIELDS = {
    "currency": "Currency, three letters (or which of several value columns)",
    "value_column": "Header of the column with the values",
    "name": "Header of the column with the names",
    "sheet": "Sheet of the workbook",
}
CHOICES = {
    "decimal": ("Decimals are written", {"": "as the file shows", ",": "with a comma", ".": "with a point"}),
    "weight_unit": (
        "Weights are",
        {
            "": "as the file shows",
            "percent": "per cent: 5 is a twentieth",
            "fraction": "fractions: 0.05 is a twentieth",
        },
    ),
}
# The question to each argument that a reading can leave open.
ASKED = {
    "sheet": "Which sheet or file holds the holdings?",
    "value_column": "Which column is the market value of the holding?",
    "currency": "Which currency is meant?",
    "decimal": "How are decimals written?",
    "weight_unit": "What are the weights?",
    "as_of": "Of which day are the holdings meant?",
}


def problem(file: Loaded, number: int) -> None:
    """Why a file could not be read: one sentence, or a question where two readings are equally good."""
    options = getattr(file.question, "options", ())
    if not options:
        st.error(md(spoken(file.problem or "")), icon=":material/error:")
        return
    argument, mark = getattr(file.question, "argument", ""), getattr(file.question, "fingerprint", "")
    with st.container(border=True, key=f"question_{number}"):
        st.warning(
            md(f"{file.name} can be read in {len(options)} ways that are equally good. Nothing of it counts yet."),
            icon=":material/help:",
        )
        with st.form(f"mapping_{number}"):
            named = {o.value: _option(argument, o) for o in options}
            picked = st.radio(
                ASKED.get(argument, f"Which {argument.replace('_', ' ')} is meant?"),
                list(named),
                format_func=named.__getitem__,
                index=None,
                key=f"mapping_choice_{number}",
            )
            label = "Remember it on this computer for files of this layout"
            keep = sharing() is None and st.checkbox(label, key=f"mapping_keep_{number}")
            if st.form_submit_button("Read it this way") and picked is not None:
                try:
                    session.answer(mark, argument, picked, keep=keep)
                except ExposureError as error:
                    st.error(md(str(error)), icon=":material/error:")
                else:
                    st.rerun()


def _option(argument: str, option: Any) -> str:
    """One reading with how its first lines read, as text."""
    plain = CHOICES[argument][1].get(option.value, option.value) if argument in CHOICES else option.value
    parts = [day(date.fromisoformat(plain)) if argument == "as_of" else plain, *option.preview]
    total = f" — adds up to {option.total:,.2f}" if option.total is not None else ""
    return md(" · ".join(parts) + total)


def summary(loaded: list[Loaded]) -> None:
    """A line for each file, beside the drop zone."""
    for file in loaded:
        if file.holdings is None:
            waiting = getattr(file.question, "options", ())
            paragraph(f"{file.name}: {'waits for your answer below' if waiting else 'not read ✗'}", "quiet")
            continue
        card = file_card(file.holdings)
        state = "read completely ✓" if card.complete else "read, with something to look at under “Files”"
        paragraph(
            f"{file.name}: {state}. {counted(card.holdings, 'holding', 'holdings')} · {card.total} · {card.as_of}",
            "note",
        )


def cards(loaded: list[Loaded]) -> None:
    """One card a file, in the order in which they were handed in."""
    st.header("Files", anchor=False)
    for number, file in enumerate(loaded):
        with st.container(border=True):
            st.subheader(md(file.name), anchor=False)
            if file.holdings is None and file.question is not None:
                st.warning("Waits for the answer asked for above.", icon=":material/help:")
            elif file.holdings is None:
                st.error(md(spoken(file.problem or "")), icon=":material/error:")
            else:
                _card(file_card(file.holdings))
            if not file.example:
                _correct(file.name, number)


def _card(card: FileCard) -> None:
    if card.complete:
        st.success("Read completely", icon=":material/check:")
    else:
        st.warning("Read, with something to look at", icon=":material/info:")
    paragraph(f"{counted(card.holdings, 'holding', 'holdings')} · {card.total} · {card.as_of}")
    named = f"Portfolio: {card.portfolio}. " if card.portfolio else ""
    paragraph(f"{named}{_layout(card.layout)}" + (f" The {card.weights}." if card.weights else ""))
    for warning in card.warnings:
        st.warning(md(spoken(warning)), icon=":material/info:")
    for text, agrees in card.checks:
        paragraph(f"{'✓' if agrees else '✗'} {text}: {'agrees' if agrees else 'does not agree'}")
    _set_aside(card)
    if card.decisions:
        with st.expander("How the columns were read, and why"):
            bullets(list(card.decisions))


def _layout(layout: str) -> str:
    """What kind of file it was taken for."""
    if layout == "table":
        return "Read as a table, by its headers."
    return f"Read as a file of a layout on record: {layout.replace('_', ' ')}."


def _set_aside(card: FileCard) -> None:
    rows = card.rejected.height
    if not rows:
        paragraph("Set aside: no rows.")
        return
    with st.expander(f"Set aside: {counted(rows, 'row that is', 'rows that are')} no holding"):
        st.dataframe(
            card.set_aside,
            hide_index=True,
            column_config={"reason": "Reason", "rows": "Rows", "first": "First row in the file"},
            alt="Rows set aside, by reason",
        )
        st.dataframe(
            card.rejected.select("row", "sheet", "reason", "text").head(MOST_ROWS),
            hide_index=True,
            column_config={"row": "Row", "sheet": "Sheet", "reason": "Reason", "text": "Text of the row"},
            alt="Each row set aside, with its text",
        )
        if rows > MOST_ROWS:
            paragraph(f"The first {MOST_ROWS} rows are shown.", "quiet")


def _correct(name: str, number: int) -> None:
    """A small form for what the file does not say, or says in two ways."""
    stored = reading_options(name)
    with st.expander("Say what the file does not say"), st.form(f"correct_{number}"):
        when = st.date_input(
            "Date of the holdings",
            stored.get("as_of"),
            EARLIEST,
            LATEST,
            format="YYYY-MM-DD",
            key=f"as_of_{number}",
        )
        said = {**stored, "name": stored.get("columns", {}).get("name", "")}
        fields: dict[str, Any] = {key: st.text_input(label, said.get(key, "")) for key, label in FIELDS.items()}
        for key, (label, words) in CHOICES.items():
            at = list(words).index(said.get(key, ""))
            fields[key] = st.selectbox(label, list(words), at, words.__getitem__, key=f"{key}_{number}")
        if st.form_submit_button("Read again"):
            _store(name, {"as_of": when, **{key: text.strip() for key, text in fields.items()}})


def _store(name: str, options: dict[str, Any]) -> None:
    if options["currency"] and currency_code(options["currency"]) is None:
        st.error(
            md(str(UsageError(f"“{options['currency']}” is no currency code; give three letters such as GBP.")))
        )
        return
    header = options.pop("name")
    told = options | ({"columns": {"name": header}} if header else {})
    st.session_state.setdefault("reading", {})[name] = {key: value for key, value in told.items() if value}
    st.rerun()


def reading_options(name: str) -> dict[str, Any]:
    """What the user said of a file that the file does not say itself."""
    stored: dict[str, Any] = st.session_state.get("reading", {}).get(name, {})
    return stored
