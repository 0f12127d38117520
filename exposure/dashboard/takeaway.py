"""Everything found, to take away: how much of it to reveal, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from exposure.api import Screening
from exposure.dashboard import session, shared
from exposure.dashboard.text import paragraph
from exposure.present.export import exposures_csv
from exposure.present.pages import WITHHELD
from exposure.present.words import headline_sentences
from exposure.report.html import html
from exposure.report.paper import paper
from exposure.report.redact import redact
from exposure.report.workbook import workbook
from exposure.sharing import sharing


@dataclass(frozen=True)
class Form:
    """One form in which the result can be taken away; made of what was redacted before."""

    name: str
    file: str
    mime: str
    make: Callable[[Screening], Any]


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = (
    Form("Paper for the board (PDF)", "exposure.pdf", "application/pdf", paper),
    Form("Dashboard in one file (HTML)", "exposure.html", "text/html", html),
    Form("Workbook (Excel)", "exposure.xlsx", SHEET, workbook),
    Form("The exposures (CSV)", "exposures.csv", "text/csv", exposures_csv),
    Form("Everything as data (JSON)", "exposure.json", "application/json", Screening.to_json),
)


def show(result: Screening) -> None:
    """A button for each form; it is made when the button is pressed, not before."""
    st.subheader("Take it away", anchor=False)
    if not shared.export():
        paragraph("Whoever shares this page has left downloads out.")
        return
    left, right = st.columns([2, 3])
    hidden = left.multiselect(
        "Leave out of the copy",
        list(WITHHELD),
        format_func=NAMES.__getitem__,
        key="redact",
        placeholder="nothing: everything is shown",
        persist_state="session",
    )
    with right:
        for level in hidden:
            paragraph(WITHHELD[level], "note")
        if not hidden:
            paragraph(
                "The copy shows everything on this page: amounts, every line that could not be checked, names."
            )
    if hidden:
        _preview(result, "+".join(hidden))
    with st.container(horizontal=True):
        for form in FORMS:
            _button(form, partial(_made, form, result, "+".join(hidden) or "full"))
        if sharing() is None:  # the ledger names those who decided
            ledger = Form("Decisions on matches (CSV)", "judgements.csv", "text/csv", exposures_csv)
            _button(ledger, lambda: session.judgements().to_csv())
    paragraph("Made on this computer when you press the button; nothing is sent anywhere.", "quiet")


def _preview(result: Screening, level: str) -> None:
    """What stands first in such a copy."""
    copy = session.once(result, f"copy {level}", lambda: redact(result, level))
    with st.expander("What the reader of the copy will see first"):
        paragraph(copy.portfolio, "title")
        for sentence in headline_sentences(copy):
            paragraph(sentence)


NAMES = {
    "percent": "amounts of money: shares only",
    "flagged": "lines that meet no listing and no allegation",
    "names": "the portfolio's name and its files",
}


def _button(form: Form, make: Callable[[], Any]) -> None:
    st.download_button(
        form.name, make, file_name=form.file, mime=form.mime, on_click="ignore", key=f"take_{form.file}"
    )


def _made(form: Form, result: Screening, level: str) -> Any:
    return form.make(redact(result, level))
