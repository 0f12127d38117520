"""What could not be checked, and what can be done about it: look into a fund, see what a person must decide."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from exposure.api import Screening
from exposure.dashboard import session, shared
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import md, paragraph
from exposure.present.pages import unchecked_sentence
from exposure.present.tables import coverage_table, in_percent
from exposure.present.words import counted


def show(result: Screening) -> None:
    """A section, not a footnote."""
    st.subheader("What could not be checked", anchor=False)
    unseen, waiting = result.unchecked(), result.review()
    paragraph(unchecked_sentence(result))
    _lines(unseen.filter(pl.col("coverage") != "awaiting_review"), result.currency)
    _look_into(unseen.filter(pl.col("coverage") == "opaque_funds")["name"].drop_nulls().unique(maintain_order=True))
    _waiting(waiting, result.currency)
    with st.expander("How much of the portfolio is known, class by class"):
        st.dataframe(
            in_percent(coverage_table(result), "share"),
            hide_index=True,
            column_config={
                **_columns(result.currency),
                "what": "Class",
                "lines": "Lines",
                "unvalued": "Lines without a value",
            },
            alt="How much of the portfolio is known, class by class",
        )


def _lines(unseen: pl.DataFrame, currency: str | None) -> None:
    if unseen.is_empty():
        return
    st.dataframe(
        in_percent(unseen, "share").select("name", "why", "value", "share", "row"),
        hide_index=True,
        placeholder="not given",
        column_config=_columns(currency),
        alt="Lines that could not be checked, with the reason",
    )


def _waiting(waiting: pl.DataFrame, currency: str | None) -> None:
    if waiting.is_empty():
        return
    paragraph(
        f"{counted(waiting.height, 'line resembles', 'lines resemble')} a company that is listed or accused. "
        "Is it the same?"
    )
    st.dataframe(
        in_percent(waiting, "share").select("name", "candidate", "value", "share", "reason"),
        hide_index=True,
        placeholder="not given",
        column_config={
            **_columns(currency),
            "candidate": st.column_config.TextColumn("Could be", width="medium"),
            "reason": st.column_config.TextColumn("Why it is not settled", width="large"),
        },
        alt="Lines that a person must decide on",
    )


def _columns(currency: str | None) -> dict[str, Any]:
    return {
        "name": st.column_config.TextColumn("Line", width="medium"),
        "why": st.column_config.TextColumn("Why", width="large"),
        "value": st.column_config.NumberColumn(f"Value, {currency}" if currency else "Value", format="accounting"),
        "share": st.column_config.NumberColumn("Share, %", format="%.2f"),
        "row": st.column_config.NumberColumn("Line number"),
    }


def _look_into(names: pl.Series) -> None:
    """Hand in what a fund holds: its line is then replaced by the fund's own lines."""
    if names.is_empty() or not shared.uploads():
        return
    with st.expander("Have the holdings file of one of these funds? Look into it"):
        name = st.selectbox("Which line", names.to_list(), key="fund_line")
        dropped = st.file_uploader("The fund's own holdings file", key="fund_file")
        if dropped is not None and st.button("Look into this fund", type="primary"):
            loaded = session.load(dropped.name, dropped.getvalue())
            if loaded.problem:
                st.error(md(spoken(loaded.problem)), icon=":material/error:")
            else:
                session.look_into(name, loaded)
                st.rerun()
