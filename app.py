"""The dashboard's entry point: ``exposure app``, or ``streamlit run app.py`` from a clone.

Nothing is computed here. The pages are in ``exposure/dashboard``, every figure comes from the library.
"""

import streamlit as st

from exposure.dashboard import page

st.set_page_config(
    page_title="Exposure",
    layout="wide",
    initial_sidebar_state="collapsed",
    menu_items={
        "Get help": None,
        "Report a bug": None,
        "About": "Through which companies does a portfolio reach one on an official list, or an accused one, "
        "how much of it, on what evidence, and what could not be checked. Files stay on this computer.",
    },
)

page.show()
