"""How it is counted: the lists, the rules and the relations, from the tables that the code itself uses."""

from __future__ import annotations

from typing import Any

import streamlit as st

from exposure.dashboard.text import bullets, headed, paragraph
from exposure.present.describe import lists_table
from exposure.present.tables import rules_table, weights_table
from exposure.present.words import LETTERS, RELATION_WORDS, counted, day
from exposure.universe.bundle import Universe

HOW = [
    "A line counts once, in its strongest relation, however many lists and chains meet it.",
    "“At least” counts companies on an official list and companies that a list's own ownership rule reaches. An "
    "accusation is never added to it, nor is a minority stake or a business link.",
    "“At most” adds whatever cannot be excluded: lines awaiting review, funds whose holdings nobody has given, "
    "lines that say too little, and companies that a rule may reach though a share is not known.",
    "A list is told by what it restricts and whom it binds. An export-control entry is no sanction.",
    "An allegation names its accuser and its date, and stands beside the company's reply, or says that none was "
    "found.",
    "What is known from memory only, proposed, ended or unofficial is shown as context and decides nothing.",
]


def show(universe: Universe) -> None:
    """The method and the lists."""
    st.header("Method", anchor=False)
    st.subheader("How it is counted", anchor=False)
    bullets([f"{LETTERS[relation]}: {words}." for relation, words in RELATION_WORDS.items()] + HOW)
    st.subheader(f"The lists, as of {day(universe.as_of)}", anchor=False)
    paragraph("What each list restricts and whom it binds, its ownership rule, and how many entries the data hold.")
    headed([(row["name"], _list(row)) for row in lists_table(universe).iter_rows(named=True)])
    st.subheader("The ownership rules", anchor=False)
    headed(
        [
            (row["rule"], f"{row['test']}. {row['status'].capitalize()}. [{row['citation']}]")
            for row in rules_table(universe).iter_rows(named=True)
        ]
    )
    st.subheader("The score's weights", anchor=False)
    paragraph(
        "The score adds up value × ownership share × severity, 0 to 100. It is a choice of weights, not a "
        "measurement: every weight is shown here."
    )
    st.dataframe(
        weights_table(),
        hide_index=True,
        column_config={"kind": "Of what", "name": "Name", "weight": st.column_config.NumberColumn("Weight (0-1)")},
        alt="The weights of the score",
    )


def _list(row: dict[str, Any]) -> str:
    data = f"data of {day(row['data_as_of'])}" if row["data_as_of"] else "data not dated"
    context = "" if row["kind"] == "official" else " (context only: no act of an authority)"
    return (
        f"{row['authority']}{context}. {row['restricts']} Binds: {row['binds']}. "
        f"Ownership rule: {row['ownership_rule'].replace('-', ' ')}. "
        f"{counted(row['entries_in_force'], 'entry', 'entries')} in force here; {data}; {row['licence']}."
    )
