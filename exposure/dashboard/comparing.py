"""Several portfolios in a league table, and one portfolio on two occasions with the causes of the change."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import permutations

import polars as pl
import streamlit as st

from exposure.api import Screening
from exposure.compare import CAUSES, Comparison, comparable, compare
from exposure.dashboard import session, shared
from exposure.dashboard.session import Loaded, Settings
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import bullets, chart, md, paragraph
from exposure.dashboard.whatif import EARLIEST
from exposure.errors import ExposureError
from exposure.present.compare_chart import waterfall, waterfall_finding
from exposure.present.league_chart import league_chart
from exposure.present.tables import in_percent, league_table
from exposure.present.words import day

ALIKE = 0.3  # of the names of the smaller of two files of one portfolio stand in the other as well
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
        each = [session.screening([file], settings) for file in read]
    results = dict(zip(shared.names(read), each, strict=True))
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
    names = shared.names(read)
    mark = hashlib.sha256("|".join(file.key for file in read).encode()).hexdigest()[:8]  # other files, other choice
    first_pair = _pair([session.screening([file], settings) for file in read])
    left, right = st.columns(2)
    after = right.selectbox(
        "After", range(len(read)), first_pair[1], names.__getitem__, key=f"after_{mark}", persist_state="session"
    )
    earlier_ones: list[int | str] = [*(i for i in range(len(read)) if i != after), SAME]
    before = left.selectbox(
        "Before",
        earlier_ones,
        earlier_ones.index(first_pair[0] if after == first_pair[1] else SAME),
        format_func=lambda o: o if isinstance(o, str) else names[o],
        key=f"before_{mark}",
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
            format="YYYY-MM-DD",
        )
        earlier = replace(settings, as_of=chosen if chosen != session.universe().as_of else None)
    first = read[before] if isinstance(before, int) else read[after]
    try:
        with st.spinner("Comparing …"):
            found = compare(session.screening([first], earlier), session.screening([read[after]], settings))
    except ExposureError as error:
        st.error(md(spoken(str(error))), icon=":material/error:")
        return
    _change(found)


def _pair(results: list[Screening]) -> tuple[int | str, int]:
    """The two to open with, before and after: of one portfolio, in one unit, in order of time if they are dated."""

    def rank(pair: tuple[int, int]) -> tuple[bool, bool, int, int]:
        before, after = (results[i] for i in pair)
        days = before.as_of.holdings, after.as_of.holdings
        in_order = days[0] is not None and days[1] is not None and days[0] < days[1]
        return before.portfolio != after.portfolio, not in_order, -pair[1], pair[0]

    pairs = [(i, k) for i, k in permutations(range(len(results)), 2) if _of_one(results[i], results[k])]
    return min(pairs, key=rank, default=(SAME, len(results) - 1))


def _of_one(before: Screening, after: Screening) -> bool:
    """Whether two files may be of one portfolio: in one unit, and by name or by what they hold the same."""
    if not comparable(before, after) or before.currency != after.currency:
        return False
    first, last = (set(one.holdings["name"].drop_nulls()) for one in (before, after))
    return before.portfolio == after.portfolio or len(first & last) >= ALIKE * min(len(first), len(last))


def _change(found: Comparison) -> None:
    chart(waterfall(found), waterfall_finding(found))
    moved = found.causes.filter(found.causes["companies"] > 0)
    shares = found.unit == "share"
    unit = "% of the portfolio" if shares else found.unit or "currency not in the file"
    written = "%.2f" if shares else "accounting"

    def shown(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
        return in_percent(table, *columns) if shares else table

    st.dataframe(
        shown(moved.select("label", "change", "companies"), "change"),
        hide_index=True,
        column_config={
            "label": "Cause",
            "change": st.column_config.NumberColumn(f"Change, {unit}", format=written),
            "companies": "Companies",
        },
        alt="The causes of the change in exposed value",
    )
    with st.expander("Company by company"):
        st.dataframe(
            shown(found.by_company.select("issuer", "before", "after", "change"), "before", "after", "change"),
            hide_index=True,
            column_config={
                "issuer": "Company",
                **{
                    name: st.column_config.NumberColumn(f"{name.capitalize()}, {unit}", format=written)
                    for name in ("before", "after", "change")
                },
            },
            alt="Exposed value of each company before and after",
        )
        st.dataframe(
            shown(found.changes, "change")
            .with_columns(pl.col("cause").replace_strict(CAUSES))
            .select("issuer", "name", "cause", "change", "why"),
            hide_index=True,
            column_config={
                "issuer": "Company",
                "name": "Line",
                "cause": "Cause",
                "change": st.column_config.NumberColumn(f"Change, {unit}", format=written),
                "why": "Why",
            },
            alt="Each change with its reason",
        )
    bullets([spoken(note) for note in found.notes])
    dates = [
        f"{w}: {s.portfolio}, lists of {day(s.lists)}"
        for w, s in (("Before", found.before), ("After", found.after))
    ]
    paragraph("; ".join(dates) + ".", "quiet")
