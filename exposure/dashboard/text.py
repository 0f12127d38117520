"""Putting text from files and data on a page safely: nothing in it may become markup, an image or a link."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from exposure.present.charts import ACCENT, INK

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$:!])")
_SCHEME = re.compile(r"https?://[^\s\"'<>]+\Z")

STYLE = f"""<style>
.stMainBlockContainer {{ padding-top: 4.2rem; max-width: 1280px; }}
.stMainBlockContainer h1 {{ font-size: 1.9rem; padding: 0; }}
.stMainBlockContainer h2 {{ font-size: 1.5rem; padding: .4rem 0 0; }}
.stMainBlockContainer h3 {{ font-size: 1.25rem; padding: .6rem 0 0; }}
.stMainBlockContainer h5 {{ font-size: 1.05rem; padding: .4rem 0 0; }}
.stMainBlockContainer [data-testid="stCaptionContainer"] {{ color: #4A5560; opacity: 1; }}
.finding {{ font-size: 1.35rem; line-height: 1.4; font-weight: 600; margin: .2rem 0 .5rem; color: {INK}; }}
.further {{ margin: 0 0 .35rem; line-height: 1.5; }}
.note {{ border-left: 4px solid {ACCENT}; padding: .35rem .9rem; background: #F3F5F7; line-height: 1.5; }}
.facts {{ margin: 0; padding-left: 1.2rem; line-height: 1.5; overflow-wrap: anywhere; }}
.facts li {{ margin-bottom: .45rem; }}
.facts b {{ font-weight: 600; }}
.pair {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 0 2rem;
  border-top: 1px solid #B8BEC4; padding: .6rem 0; line-height: 1.5; overflow-wrap: anywhere; }}
.pair h5, .facts h5 {{ margin: 0 0 .2rem; font-size: 1rem; font-weight: 600; padding: 0; }}
.pair p {{ margin: 0 0 .4rem; font-size: 1rem; }}
.quiet {{ color: #4A5560; font-size: .92rem; }}
/* Streamlit's own CSV button writes cells as they stand, formulas of a hostile file included. */
[data-testid="stElementToolbarButton"]:has(button[aria-label^="Download as CSV"]) {{ display: none; }}
.st-key-picture_down {{ display: none; }}
.st-key-picture_across {{ overflow-x: auto; }}
@media (max-width: 700px) {{
  .st-key-picture_down {{ display: flex; }}
  .st-key-picture_across {{ display: none; }}
  .stMainBlockContainer {{ padding-left: 1rem; padding-right: 1rem; }}
}}
</style>"""


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
