"""How it is counted: the lists, the rules and the relations, from the tables that the code itself uses."""

from __future__ import annotations

import streamlit as st

from exposure.dashboard.text import bullets, headed, paragraph
from exposure.present.describe import lists_table
from exposure.present.pages import CORRECTION, LIMITS, METHOD, list_sentence
from exposure.present.tables import rules_table, weights_table
from exposure.present.words import MARKS, day
from exposure.score import Weights
from exposure.universe.bundle import Universe


def show(universe: Universe, weights: Weights) -> None:
    """The method and the lists."""
    st.header("Method", anchor=False)
    st.subheader("How it is counted", anchor=False)
    bullets([f"{letter}: {words}." for letter, words in MARKS])
    headed(list(METHOD))
    st.subheader(f"The lists, as of {day(universe.as_of)}", anchor=False)
    paragraph("What each list restricts and whom it binds, its ownership rule, and how many entries the data hold.")
    headed([(row["name"], list_sentence(row)) for row in lists_table(universe).iter_rows(named=True)])
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
        weights_table(weights),
        hide_index=True,
        column_config={"kind": "Of what", "name": "Name", "weight": st.column_config.NumberColumn("Weight (0-1)")},
        alt="The weights of the score",
    )
    st.subheader("Limits, and how to correct an entry", anchor=False)
    paragraph(LIMITS)
    paragraph(CORRECTION)
