"""Several portfolios in a league table, and one portfolio on two occasions with the causes of the change."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from exposure.compare import CAUSES, Comparison, compare
from exposure.dashboard import session
from exposure.dashboard.session import Loaded, Settings
from exposure.dashboard.text import bullets, chart, md, paragraph
from exposure.dashboard.whatif import EARLIEST
from exposure.errors import ExposureError
from exposure.present.compare_chart import waterfall, waterfall_finding
from exposure.present.league_chart import league_chart
from exposure.present.tables import in_percent, league_table
from exposure.present.words import day

SAME = "the same file, with the lists of another day"


def show(read: list[Loaded], settings: Settings) -> None:
    """The league table when there are several files, then two occasions."""
    st.header("Compare", anchor=False)
    if len(read) > 1:
        _league(read, settings)
    else:
        paragraph("Drop several files above to see them side by side.")
    _two(read, settings)


def _league(read: list[Loaded], settings: Settings) -> None:
    with st.spinner("Screening each file …"):
        results = {file.name: session.screening([file], settings) for file in read}
    st.subheader("The files side by side", anchor=False)
    table = league_table(results)
    drawn, words = league_chart(table)
    if drawn is not None:
        chart(drawn, words)
    st.dataframe(
        in_percent(table, "at_least", "at_most", "identified"),
        hide_index=True,
        placeholder="not in the file",
        column_config={
            "file": st.column_config.TextColumn("File", width="medium"),
            "at_least": st.column_config.NumberColumn("At least, %", format="%.2f"),
            "at_most": st.column_config.NumberColumn("At most, %", format="%.2f"),
            "identified": st.column_config.NumberColumn("Identified, %", format="%.2f"),
            "companies": st.column_config.NumberColumn("Companies on official lists"),
            "as_of": st.column_config.DateColumn("Holdings of", format="D MMM YYYY"),
        },
        alt="At-least and at-most share and coverage of each file",
    )


def _two(read: list[Loaded], settings: Settings) -> None:
    st.subheader("One portfolio on two occasions", anchor=False)
    names = [file.name for file in read]
    left, right = st.columns(2)
    after = right.selectbox(
        "After", range(len(read)), len(read) - 1, names.__getitem__, key="after", persist_state="session"
    )
    others = [i for i in range(len(read)) if i != after]
    before = left.selectbox(
        "Before",
        [*others, SAME],
        format_func=lambda o: o if isinstance(o, str) else names[o],
        key="before",
        persist_state="session",
    )
    latest = settings.as_of or session.universe().as_of
    earlier = settings
    if before == SAME:
        chosen = left.date_input(
            "Its lists and stakes as of",
            latest.replace(year=latest.year - 4, day=1),
            EARLIEST,
            latest,
            key="before_as_of",
        )
        earlier = replace(settings, as_of=chosen if chosen != session.universe().as_of else None)
    first = read[before] if isinstance(before, int) else read[after]
    try:
        with st.spinner("Comparing …"):
            found = compare(session.screening([first], earlier), session.screening([read[after]], settings))
    except ExposureError as error:
        st.error(md(str(error)), icon=":material/error:")
        return
    _change(found)


def _change(found: Comparison) -> None:
    chart(waterfall(found), waterfall_finding(found))
    moved = found.causes.filter(found.causes["companies"] > 0)
    unit = "share of the portfolio" if found.unit == "share" else found.unit or "currency not in the file"
    st.dataframe(
        moved.select("label", "change", "companies"),
        hide_index=True,
        column_config={
            "label": "Cause",
            "change": st.column_config.NumberColumn(f"Change, {unit}", format="accounting"),
            "companies": "Companies",
        },
        alt="The causes of the change in exposed value",
    )
    with st.expander("Company by company"):
        st.dataframe(
            found.by_company.select("issuer", "before", "after", "change"),
            hide_index=True,
            column_config={
                "issuer": "Company",
                **{
                    name: st.column_config.NumberColumn(f"{name.capitalize()}, {unit}", format="accounting")
                    for name in ("before", "after", "change")
                },
            },
            alt="Exposed value of each company before and after",
        )
        st.dataframe(
            found.changes.with_columns(pl.col("cause").replace_strict(CAUSES)).select(
                "issuer", "name", "cause", "change", "why"
            ),
            hide_index=True,
            column_config={
                "issuer": "Company",
                "name": "Line",
                "cause": "Cause",
                "change": st.column_config.NumberColumn(f"Change, {unit}", format="accounting"),
                "why": "Why",
            },
            alt="Each change with its reason",
        )
    bullets(list(found.notes))
    dates = [
        f"{w}: {s.portfolio}, lists of {day(s.lists)}"
        for w, s in (("Before", found.before), ("After", found.after))
    ]
    paragraph("; ".join(dates) + ".", "quiet")
