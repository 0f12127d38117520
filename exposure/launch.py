"""Starting the dashboard: a free port on 127.0.0.1, usage statistics off, nothing leaves the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import click

from exposure.errors import UsageError
from exposure.sharing import Sharing

HOST = "127.0.0.1"
PORT = 8501
TRIES = 50
FILES_VARIABLE = "EXPOSURE_FILES"  # the files to open, separated as PATH is


def entry_point() -> Path:
    """Path of ``app.py``: inside an installed package, or at the root of a clone."""
    installed = Path(str(resources.files("exposure"))) / "_app.py"
    clone = Path(__file__).resolve().parents[1] / "app.py"
    for path in (installed, clone):
        if path.is_file():
            return path
    raise UsageError("The dashboard's app.py is missing from this installation; install exposure again.")


def free_port(first: int = PORT) -> int:
    """The first port from ``first`` on that nobody listens on.

    Raises:
        UsageError: none of the next ports is free.
    """
    for port in range(first, min(first + TRIES, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise UsageError(f"No free port between {first} and {first + TRIES}; give another with --port.")


def settings() -> dict[str, str]:
    """Streamlit's settings, from the one ``config.toml`` that a clone and an installed package both carry.

    Streamlit itself looks for that file in the working folder only; they are therefore passed on the command
    line. Headless: otherwise its first run asks for an e-mail address.
    """
    installed = Path(str(resources.files("exposure"))) / "_streamlit.toml"
    clone = Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml"
    path = installed if installed.is_file() else clone
    tables = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    found = dict(_flags("", tables))
    fixed = {"server.address": HOST, "server.headless": "true", "browser.gatherUsageStats": "false"}
    return {**found, **fixed}


def _flags(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each setting of a table, and of the tables in it, by its full name."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flags(f"{above}{name}.", value)
        else:
            yield f"{above}{name}", _flag(value)


def _flag(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def command(port: int, host: str = HOST) -> list[str]:
    """The command line that serves the dashboard on a port."""
    flags = [f"--{name}={value}" for name, value in {**settings(), "server.address": host}.items()]
    return [sys.executable, "-m", "streamlit", "run", str(entry_point()), f"--server.port={port}", *flags]


def dashboard(
    files: Sequence[Path],
    port: int = PORT,
    *,
    open_browser: bool = True,
    shared: Sharing | None = None,
    host: str = HOST,
) -> int:
    """Run the dashboard until it is stopped; returns its exit code.

    Args:
        files: the holdings files to show; an example when there are none.
        port: the first port to try.
        open_browser: open it on this computer's screen.
        shared: how a hosted instance behaves; None on a person's own computer.
        host: the address to listen on; this machine only unless somebody says otherwise.
    """
    chosen = free_port(port)
    if chosen != port:
        click.echo(f"Port {port} is busy; using {chosen}.")
    what = ", ".join(f.name for f in files) or "the bundled example portfolio"
    where = f"http://{host}:{chosen}"
    stays = "Read-only, for others to look at." if shared else "Your files stay on this computer."
    click.echo(f"exposure: showing {what} at {where} (Ctrl+C stops it). {stays}")
    sys.stdout.flush()
    environment = {**os.environ, FILES_VARIABLE: os.pathsep.join(str(f.resolve()) for f in files)}
    environment |= shared.environment() if shared else {}
    process = subprocess.Popen(command(chosen, host), env=environment)
    # Whoever ends this process (a service manager, a test) means the server too.
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        if open_browser and _answers(process, chosen):
            webbrowser.open(where)
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        return process.wait()


def _answers(process: subprocess.Popen[bytes], port: int, patience: float = 30.0) -> bool:
    """Wait until the server accepts connections; false if it ended or nobody could see a browser anyway."""
    if not (sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY")):
        return False
    end = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < end:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.2)
    return False
