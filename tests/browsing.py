"""A real browser for tests: Debian's chromium, axe-core, every request written down."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from exposure import launch

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE = 20_000  # milliseconds
GRAVE = ("serious", "critical")

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra of the tests

    with sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@contextmanager
def dashboard(
    root: Path, port: int, log: Path, *flags: str, environment: dict[str, str] | None = None
) -> Iterator[str]:
    """A dashboard on a free port of 127.0.0.1, ended by its own process id."""
    chosen = launch.free_port(port)
    with log.open("a") as written:
        command = [*launch.command(chosen), *flags]
        process = subprocess.Popen(
            command, cwd=root, stdout=written, stderr=subprocess.STDOUT, env=os.environ | (environment or {})
        )
        try:
            _wait(f"http://127.0.0.1:{chosen}/_stcore/health", process)
            yield f"http://127.0.0.1:{chosen}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer in time")


@contextmanager
def recorded(page: Any, hosts: set[str | None]) -> Iterator[list[str]]:
    """Every address a page asks for; at the end none may lie outside the hosts allowed."""
    called: list[str] = []
    page.on("request", lambda sent: called.append(sent.url))
    yield called
    asked = {urlparse(url).hostname for url in called if urlparse(url).scheme in ("http", "https", "ws", "wss")}
    assert asked <= hosts, f"the page called {sorted(map(str, asked - hosts))}"


def axe_faults(page: Any) -> list[str]:
    """What axe-core finds of serious or critical impact, one sentence each."""
    import axe_playwright_python  # noqa: PLC0415 - an extra of the tests; carries axe-core as published on npm

    script = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']} ({fault['impact']}): {node['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
