"""Putting text from files and data on a page safely: nothing in it may become markup, an image or a link."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import altair as alt
import streamlit as st

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
/* Charts and pictures are drawn on paper: their colours are chosen for it, in the dark theme too. */
[data-testid="stVegaLiteChart"], .st-key-picture_across img, .st-key-picture_down img {
  background: #FFFFFF; border-radius: .4rem; }
/* Streamlit's own CSV button writes cells as they stand, formulas of a hostile file included. */
[data-testid="stElementToolbarButton"]:has(button[aria-label^="Download as CSV"]) { display: none; }
.st-key-picture_down { display: none; }
.st-key-picture_across { overflow-x: auto; }
@media (max-width: 700px) {
  .st-key-picture_down { display: flex; }
  .st-key-picture_across { display: none; }
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
    bare = drawn.copy(deep=False)
    title, bare.title = bare.title, alt.Undefined
    lines = [" ".join(part) if isinstance(part, list) else str(part) for part in (title.text, title.subtitle)]
    st.html(f'<p class="title">{escape(lines[0])}</p><p class="quiet">{escape(lines[1])}</p>')
    st.altair_chart(bare, theme=None, alt=words)


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
