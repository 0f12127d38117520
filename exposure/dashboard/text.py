"""Putting text from files and data on a page safely: nothing in it may become markup, an image or a link."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import streamlit as st

from exposure.present.dark import dark_chart, dark_picture

CHARTS = 40  # written out and kept in a session
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$:!])")
_SCHEME = re.compile(r"https?://[^\s\"'<>]+\Z")

# Colours are mixed from the theme's own text colour, so that light and dark keep the same contrast.
STYLE = """<style>
.stMainBlockContainer { padding-top: 4.2rem; max-width: 1280px; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0; }
.stMainBlockContainer h2 { font-size: 1.5rem; padding: .4rem 0 0; }
.stMainBlockContainer h3 { font-size: 1.25rem; padding: .6rem 0 0; }
.stMainBlockContainer h4 { font-size: 1.05rem; padding: .4rem 0 0; }
.stMainBlockContainer [data-testid="stCaptionContainer"] { opacity: 1; }
.stMainBlockContainer [data-testid="stCaptionContainer"] p, .quiet {
  color: color-mix(in srgb, currentColor 82%, transparent); font-size: .92rem; }
.finding { font-size: 1.35rem; line-height: 1.4; font-weight: 600; margin: .2rem 0 .5rem; }
.further { margin: 0 0 .35rem; line-height: 1.5; }
.note { border-left: 4px solid #1F5E8C; padding: .35rem .9rem; line-height: 1.5; margin: 0 0 .35rem;
  background: color-mix(in srgb, currentColor 6%, transparent); overflow-wrap: anywhere; }
.title { font-weight: 600; line-height: 1.4; margin: .4rem 0 .1rem; }
.facts { margin: 0; padding-left: 1.2rem; line-height: 1.5; overflow-wrap: anywhere; }
.facts li { margin-bottom: .45rem; }
.facts b { font-weight: 600; }
.further a, .facts a { color: inherit; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 0 2rem;
  border-top: 1px solid #8A929A; padding: .6rem 0; line-height: 1.5; overflow-wrap: anywhere; }
.pair h4, .facts h4, h4.plain { margin: 0 0 .2rem; font-size: 1rem; font-weight: 600; padding: 0; }
.pair p { margin: 0 0 .4rem; font-size: 1rem; }
.pair dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 .4rem; padding: 0; }
.pair dt { font-weight: 600; margin: 0; padding: 0; }
.pair dd { margin: 0; padding: 0; }
/* The accent of the dark theme is light, as text in it must be; under white text it must not be. */
.stApp button[kind="primary"], .stApp button[kind="primaryFormSubmit"] {
  background: #1F5E8C; border-color: #1F5E8C; color: #FFFFFF; }
/* A chart's title, figures and table stand on the page: its toolbar would add stops for the keyboard alone. */
.stElementContainer:has([data-testid="stVegaLiteChart"]) [data-testid="stElementToolbar"],
[data-testid="stVegaLiteChart"] details { display: none; }
.picture { overflow-x: auto; }
.picture svg { display: block; height: auto; max-width: max(100%, 1000px); }
.picture g:hover > line { stroke-width: 3; }
/* Streamlit's own CSV button writes cells as they stand, formulas of a hostile file included. */
[data-testid="stElementToolbarButton"]:has(button[aria-label^="Download as CSV"]) { display: none; }
.st-key-picture_down { display: none; }
@media (max-width: 900px) {
  .st-key-picture_down { display: flex; }
  .st-key-picture_across { display: none; }
}
@media (max-width: 700px) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .pair dl { grid-template-columns: 1fr; gap: 0; }
  .pair dd { margin: 0 0 .35rem; }
}
</style>"""


def chart(drawn: Any, words: str) -> None:
    """A chart with its title as text above it, so that it wraps as the window wants.

    Args:
        drawn: an Altair chart whose title is the finding.
        words: the same in words, for those who cannot see it.
    """
    title, below, spec = _specification(drawn)
    st.html(f'<p class="title">{escape(title)}</p><p class="quiet">{escape(below)}</p>')
    st.vega_lite_chart(dark_chart(spec) if dark() else spec, theme=None, alt=words)


def _specification(drawn: Any) -> tuple[str, str, dict[str, Any]]:
    """A chart's title, its subtitle, and the rest as Vega-Lite: written out once a session for each chart."""
    seen: dict[int, tuple[Any, tuple[str, str, dict[str, Any]]]] = st.session_state.setdefault("specifications", {})
    if id(drawn) not in seen or seen[id(drawn)][0] is not drawn:  # ids are used again
        # The words beside it tell it: Vega itself would read out columns and colours.
        spec = drawn.configure_mark(aria=False).to_dict(validate=False)
        title = spec.pop("title")
        told = [" ".join(t) if isinstance(t, list) else str(t) for t in (title["text"], title["subtitle"])]
        seen[id(drawn)] = (drawn, (told[0], told[1], spec))
        for old in list(seen)[:-CHARTS]:
            del seen[old]
    return seen[id(drawn)][1]


def dark() -> bool:
    """Whether the reader looks at the dark theme."""
    return st.context.theme.type == "dark"


def picture(svg: str, name: str) -> None:
    """A picture of our own as part of the page, so that its lines can tell their sources.

    Args:
        svg: from ``chain_picture``; every text in it is escaped already.
        name: what it shows, for those who come to it with the keyboard.
    """
    drawn_here = " ".join((dark_picture(svg) if dark() else svg).split())
    st.markdown(
        f'<div class="picture" tabindex="0" role="group" aria-label="{escape(name)}">{drawn_here}</div>',
        unsafe_allow_html=True,
    )


def md(text: str) -> str:
    """Text for a Streamlit element that reads Markdown: every mark taken literally."""
    return _MARKUP.sub(r"\\\1", text).replace("\n", " ")


def paragraph(text: str, kind: str = "further") -> None:
    """A paragraph of plain text."""
    st.html(f'<p class="{kind}">{escape(text)}</p>')


def bullets(texts: list[str]) -> None:
    """A list of plain texts."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    st.html(f'<ul class="facts">{items}</ul>')


def headed(items: list[tuple[str, str]]) -> None:
    """A list of plain texts, each under its own name."""
    html = "".join(f"<li><b>{escape(head)}</b><br>{escape(text)}</li>" for head, text in items)
    st.html(f'<ul class="facts">{html}</ul>')


def link(text: str, url: str | None) -> str:
    """HTML of a text that opens a web address in a new tab; plain text where the address is none."""
    if not url or not _SCHEME.fullmatch(url):
        return escape(text)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'
