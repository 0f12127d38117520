"""Driving the page without a browser: what stands on it, files handed in, tabs opened, buttons pressed."""

from __future__ import annotations

import re
from html import unescape

from streamlit.testing.v1 import AppTest


def texts(page: AppTest) -> str:
    """Everything that stands on the page as text, markup removed."""
    bodies = [element.proto.body for element in page.get("html")]
    shown = [*bodies, *(e.value for e in page.caption), *(e.value for e in page.markdown)]
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", "\n".join(shown), flags=re.S)).replace("\\", "")


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    page.file_uploader(key="dropped").set_value([(*file, "application/octet-stream") for file in files])
    return page.run()


def tab(page: AppTest, name: str) -> AppTest:
    """Open a tab."""
    page.session_state["page"] = name
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    next(b for b in page.button if b.label == label).click()
    return page.run()
