"""The page without a browser, with a data folder of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from exposure.folders import VARIABLE


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where decisions are kept: never the folder of whoever runs the tests."""
    folder = tmp_path / "data"
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.delenv("EXPOSURE_FILES", raising=False)
    return folder


@pytest.fixture
def page(root: Path) -> AppTest:
    return AppTest.from_file(str(root / "app.py"), default_timeout=60)
