"""The exposures by relation, list, category, country, manager; and what a house policy says of them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from exposure.api import Screening
from exposure.dashboard.session import once
from exposure.dashboard.text import chart, paragraph
from exposure.present.parts import HEADERS, parts_chart, parts_table
from exposure.present.tables import in_percent
from exposure.present.words import counted

ACTIONS = {
    "exclude": "exclude",
    "engage": "engage with the company",
    "watch": "watch",
    "report": "report",
    "undecided": "cannot be decided",
}


def show(result: Screening) -> None:
    """One breakdown at a time, and the policy if one is chosen."""
    if result.breaches is not None:
        _policy(result)
    if result.exposures.is_empty():
        return
    st.subheader("Taken apart", anchor=False)
    by = st.segmented_control(
        "By",
        list(HEADERS),
        default="relation",
        required=True,
        format_func=HEADERS.__getitem__,
        key="by",
        bind="query-params",
    )
    table = once(result, f"parts {by}", lambda: parts_table(result, by))
    if table["part"].is_null().all():
        paragraph(f"The file does not say the {HEADERS[by].lower()} of its lines.")
        return
    drawn, words = once(result, f"chart {by}", lambda: parts_chart(table, result, HEADERS[by]))
    if drawn is not None:
        chart(drawn, words)
    with st.expander("The same as a table"):
        st.dataframe(
            in_percent(table, "share").select("part", "kind", "lines", "value", "share", "score"),
            hide_index=True,
            placeholder="not given",
            column_config={
                "part": HEADERS[by],
                "kind": "Designation or allegation",
                "lines": "Lines",
                "value": st.column_config.NumberColumn(
                    f"Value, {result.currency}" if result.currency else "Value", format="accounting"
                ),
                "share": st.column_config.NumberColumn("Share, %", format="%.2f"),
                "score": st.column_config.NumberColumn("Points of the score", format="%.3f"),
            },
            alt=words,
        )
    if by in ("list", "category"):
        paragraph("A company may be on several: the parts overlap and must not be added up.", "quiet")


def _policy(result: Screening) -> None:
    found = result.breaches
    assert found is not None  # the caller asks only then
    st.subheader("What the house policy says", anchor=False)
    if found.is_empty():
        paragraph("No clause of the policy concerns a line of this portfolio.")
        return
    told = ", ".join(
        counted(rows, f"line to {ACTIONS[action]}", f"lines to {ACTIONS[action]}")
        if action != "undecided"
        else counted(rows, "line that cannot be decided", "lines that cannot be decided")
        for action, rows in found.group_by("action", maintain_order=True).len().iter_rows()
    )
    paragraph(
        f"{told}. It is what the policy says to do, not a finding; what is alleged stands "
        "beside the company's reply in the evidence on it."
    )
    st.dataframe(
        in_percent(found, "share")
        .with_columns(pl.col("action").replace_strict(ACTIONS), pl.col("issuer").fill_null(pl.col("name")))
        .select("action", "issuer", "clause", "why", "value", "share", "exception", "escalates_on"),
        hide_index=True,
        placeholder="",
        column_config={
            "action": "What to do",
            "issuer": "Company or fund",
            "clause": "Clause",
            "why": st.column_config.TextColumn("Why", width="large"),
            "value": st.column_config.NumberColumn(
                f"Value, {result.currency}" if result.currency else "Value", format="accounting"
            ),
            "share": st.column_config.NumberColumn("Share, %", format="%.2f"),
            "exception": "Exception",
            "escalates_on": st.column_config.DateColumn("Escalates on", format="D MMM YYYY"),
        },
        alt="The clauses that concern lines of this portfolio",
    )
