"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browsing
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside the repository; a plain clone has none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real holdings files is not beside this clone")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One running browser for every test that looks at a page."""
    if browsing.CHROMIUM is None:
        pytest.skip("no chromium is installed")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with browsing.chromium() as running:
        yield running
