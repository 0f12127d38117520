"""Everything found, to take away: as a workbook, as data, as the ledger of decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from exposure.api import Screening
from exposure.dashboard import session, shared
from exposure.dashboard.text import paragraph
from exposure.present.export import exposures_csv
from exposure.sharing import sharing


@dataclass(frozen=True)
class Form:
    """One form in which the result can be taken away."""

    name: str
    file: str
    mime: str
    make: Callable[[Screening], str | bytes]


FORMS = (
    Form("The exposures (CSV)", "exposures.csv", "text/csv", exposures_csv),
    Form("Everything as data (JSON)", "exposure.json", "application/json", Screening.to_json),
    Form("Decisions on matches (CSV)", "judgements.csv", "text/csv", lambda _: session.judgements().to_csv()),
)


def show(result: Screening) -> None:
    """A button for each form; it is made when the button is pressed, not before."""
    st.subheader("Take it away", anchor=False)
    if not shared.export():
        paragraph("Whoever shares this page has left downloads out.")
        return
    paragraph("Made on this computer when you press the button; nothing is sent anywhere.", "quiet")
    with st.container(horizontal=True):
        for form in FORMS if sharing() is None else FORMS[:-1]:  # the ledger names those who decided
            st.download_button(
                form.name,
                partial(form.make, result),
                file_name=form.file,
                mime=form.mime,
                on_click="ignore",
                key=f"take_{form.file}",
            )
