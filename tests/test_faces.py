"""Command line, notebook and dashboard are three faces of one screen: the same file gives the same figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.launch import FILES_VARIABLE
from exposure.present.words import headline_sentences, percent


@pytest.fixture(scope="module")
def portfolio():
    return ex.example("pension")


@pytest.fixture(scope="module")
def from_api(portfolio):
    return ex.screen(portfolio)


def test_command_line_prints_what_the_library_returns(portfolio, from_api):
    command = [sys.executable, "-m", "exposure.cli", "screen", str(portfolio), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    assert json.loads(done.stdout) == from_api.to_dict()
    assert done.stdout == from_api.to_json() + "\n"


def test_dashboard_shows_what_the_library_returns(portfolio, from_api, root, monkeypatch):
    monkeypatch.setenv(FILES_VARIABLE, str(portfolio))
    page = AppTest.from_file(str(root / "app.py"), default_timeout=60).run()
    assert not page.exception
    screened = list(page.session_state["screened"].values())
    assert [s.to_json() for s in screened] == [from_api.to_json()]
    shown = " ".join(str(e.value) for e in [*page.markdown, *page.subheader, *page.metric])
    figures = [percent(from_api.headline.at_least.share), percent(from_api.headline.at_most.share)]
    metrics = [m.value for m in page.metric]
    assert metrics[:2] == figures, shown


def test_notebook_card_says_the_same(from_api):
    card = from_api._repr_html_()
    for sentence in headline_sentences(from_api):
        assert sentence in card
    assert "<script" not in card
    assert "http" not in card


def test_card_escapes_what_a_file_says(tmp_path):
    path = Path(tmp_path) / "fund.csv"
    path.write_text("Name,Market Value\n<img src=x onerror=alert(1)> Hikvision,5\nHikvision,7\n", "utf-8")
    card = ex.screen(ex.read_holdings(path, portfolio="<b>fund</b>"))._repr_html_()
    assert "<img" not in card
    assert "<b>fund" not in card
