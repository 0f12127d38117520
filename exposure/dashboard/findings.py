"""What was found: the headline, the whole portfolio as one bar, four figures, the companies, what stayed unseen."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from exposure.api import Screening
from exposure.dashboard import company, parts, takeaway, unseen
from exposure.dashboard.session import once
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import chart, md, paragraph
from exposure.present.charts import portfolio_bar
from exposure.present.pages import dates_sentence, legend_sentence
from exposure.present.tables import companies_table, figures, in_percent, segments_sentence
from exposure.present.words import counted, headline_sentences

ROW, HEADER, MOST_SHOWN = 35, 38, 12  # pixels, pixels, rows


def show(result: Screening, everybody: Callable[[], dict[str, Screening]], *, example: bool = False) -> None:
    """Everything found in one portfolio.

    Args:
        result: the screening looked at.
        everybody: makes the screenings of all files handed in, for who else holds a company.
        example: the portfolio is invented.
    """
    st.header(md(result.portfolio), anchor=False)
    first, *others = once(result, "headline", lambda: headline_sentences(result))
    paragraph(first, "finding")
    for sentence in others:
        paragraph(sentence)
    for warning in result.warnings:
        paragraph(spoken(warning), "note")
    paragraph(dates_sentence(result), "quiet")
    _way_to_evidence(result)
    _bar(result)
    _figures(result)
    _companies(result, everybody, example=example)
    parts.show(result)
    unseen.show(result)
    takeaway.show(result)


def _way_to_evidence(result: Screening) -> None:
    """Where an address or a choice asks for a company: the way to it, further down."""
    asked = st.session_state.get("company") or st.query_params.get("company")
    names = result.universe.entities.filter(pl.col("entity_id") == (asked or ""))["name"]
    if names.len():
        st.html(f'<p class="further"><a href="#evidence">To the evidence on {escape(names[0])}, below</a></p>')


def _bar(result: Screening) -> None:
    drawn, words = once(result, "bar", lambda: (portfolio_bar(result), segments_sentence(result)))
    if drawn is not None:
        chart(drawn, words)
    st.caption(md(words))


def _figures(result: Screening) -> None:
    for column, figure in zip(st.columns(4), figures(result), strict=True):
        with column:
            st.metric(figure.name, figure.value)
            st.caption(md(figure.meaning))


# ---- the companies ------------------------------------------------------------------------------------------


def _companies(result: Screening, everybody: Callable[[], dict[str, Screening]], *, example: bool) -> None:
    table = once(result, "companies", lambda: companies_table(result))
    st.subheader("The companies", anchor=False)
    asked = st.query_params.get("company")
    if table.is_empty():
        paragraph(
            "No company in this portfolio meets a listing or an allegation, as far as it could be identified."
        )
    else:
        _legend(table)
        _table(table, result)
        _pick(table, asked)
    shown = st.query_params.get("company")
    if shown and company.known_here(result, shown):
        company.show(result, shown, everybody, example=example)
        st.button("Close the evidence", on_click=_close)


def _legend(table: pl.DataFrame) -> None:
    words = legend_sentence(table.select("relation", "kind").iter_rows())
    paragraph(
        f"{counted(table.height, 'company', 'companies')}, strongest relation first. Tick a row, or choose below, "
        f"to see the evidence and the company's reply. {words}"
    )


def _table(table: pl.DataFrame, result: Screening) -> None:
    turn = st.session_state.get("turn", 0)
    key = f"companies_{result.portfolio}_{table.height}_{turn}"
    ids = table["issuer_id"].to_list()
    shown = in_percent(table, "share").with_columns(pl.col("through", "name_local").fill_null(""))
    sometimes = [name for name in ("name_local", "through") if (shown[name] != "").any()]
    st.dataframe(
        shown.select("letter", "company", "share", "value", "lists", "held", "how", *sometimes),
        hide_index=True,
        placeholder="not given",
        height=HEADER + ROW * min(table.height, MOST_SHOWN),
        column_config=_columns(result.currency),
        on_select=lambda: _selected(key, ids),
        selection_mode="single-row",
        key=key,
        alt="The companies that meet a listing or an allegation, with value and share",
    )


def _columns(currency: str | None) -> dict[str, Any]:
    return {
        "letter": st.column_config.TextColumn("", width=40),
        "company": st.column_config.TextColumn("Company", width=290),
        "name_local": st.column_config.TextColumn("In its own script", width=150),
        "value": st.column_config.NumberColumn(f"Value, {currency}" if currency else "Value", format="accounting"),
        "share": st.column_config.NumberColumn("Share, %", format="%.2f", width=84),
        "lists": st.column_config.TextColumn("Lists", width=230),
        "how": st.column_config.TextColumn("Relation", width=330),
        "through": st.column_config.TextColumn("Through", width=200),
        "held": st.column_config.TextColumn("Before or after", width=160),
    }


def _selected(key: str, ids: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state["company"] = ids[rows[0]] if rows else None


def _pick(table: pl.DataFrame, asked: str | None) -> None:
    """The same choice for the keyboard, and the address of the page that goes with it."""
    names = dict(table.select("issuer_id", "company").iter_rows())
    if "company" not in st.session_state and asked in names:
        st.session_state["company"] = asked
    if st.session_state.get("company") not in names:
        st.session_state["company"] = None
    chosen = st.selectbox(
        "Evidence on",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="company",
        placeholder="Choose a company",
        on_change=_untick,
    )
    if chosen:
        st.query_params["company"] = chosen
    elif asked in names:
        del st.query_params["company"]


def _untick() -> None:
    """A new table without a ticked row: the choice was made elsewhere."""
    st.session_state["turn"] = st.session_state.get("turn", 0) + 1


def _close() -> None:
    _untick()
    st.session_state["company"] = None
    st.query_params.pop("company", None)
