"""A hosted instance: who gets in, and what is left out. On a person's own computer everything is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from exposure.api import Screening
from exposure.dashboard.text import md, paragraph
from exposure.report.redact import redact
from exposure.sharing import sharing

LEVELS = "+"  # between levels that hold together


class Named(Protocol):
    """What has a name: a file handed in."""

    @property
    def name(self) -> str:
        """The file's name."""


def admitted() -> bool:
    """Whether the visitor may see anything; draws the way in, or who is in."""
    how = sharing()
    if how is None or not how.login:
        return True
    if not st.user.get("is_logged_in", False):
        paragraph("This page is shared with people who log in. Nothing of it is shown before.", "note")
        st.button("Log in", type="primary", on_click=st.login)
        return False
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(md(f"Logged in as {st.user.get('email') or st.user.get('name') or 'a person without a name'}."))
    right.button("Log out", on_click=st.logout)
    return True


def uploads() -> bool:
    """Whether files may be handed in."""
    how = sharing()
    return how is None or how.uploads


def export() -> bool:
    """Whether results may be downloaded."""
    how = sharing()
    return how is None or how.export


def hidden_tabs() -> tuple[str, ...]:
    """Tabs that would show what is hidden: files and doubtful lines as published, for several files their names."""
    how = sharing()
    if how is None:
        return ()
    return ("Files", "Review", "Compare") if how.redact else ("Review",)


def redacted() -> bool:
    """Whether something is hidden."""
    how = sharing()
    return how is not None and bool(how.redact)


def shown(result: Screening) -> Screening:
    """A screening without what this instance hides."""
    how = sharing()
    return redact(result, LEVELS.join(how.redact)) if how and how.redact else result


def names(files: Sequence[Named]) -> list[str]:
    """Names of files, of the same name with a number; numbers alone where names are hidden."""
    how = sharing()
    if how and "names" in how.redact:
        return [f"File {number + 1}" for number in range(len(files))]
    given = [file.name for file in files]
    return [
        name if given.count(name) == 1 else f"{name} ({given[: place + 1].count(name)})"
        for place, name in enumerate(given)
    ]
