"""`exposure app` as a user starts it: from any folder, on a free port, on this machine only."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from exposure import launch


@pytest.fixture
def busy_port():
    with socket.socket() as holder:
        holder.bind((launch.HOST, 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_busy_port_moves_to_the_next_free_one(busy_port):
    assert busy_port < launch.free_port(busy_port) <= busy_port + launch.TRIES


def test_statistics_are_off_and_only_this_machine_is_served():
    flags = launch.command(8600)
    assert "--browser.gatherUsageStats=false" in flags
    assert "--server.address=127.0.0.1" in flags


def installed():
    try:
        distribution("exposure")
    except PackageNotFoundError:
        return False
    return True


needs_install = pytest.mark.skipif(not installed(), reason="exposure is not installed in this environment")


@needs_install
def test_installed_package_carries_its_data(tmp_path):
    code = "import exposure as ex; print(repr(ex.screen(ex.example('pension'))))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Example County Pension Fund" in done.stdout


@needs_install
def test_app_prints_its_address_and_answers_there(tmp_path, busy_port):
    command = [sys.executable, "-m", "exposure.cli", "app", "--no-browser", "--port", str(busy_port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.extend(iter(process.stdout.readline, "")), daemon=True)
    reader.start()
    try:
        health = wait_until_healthy(process, printed)
    finally:
        process.terminate()
        process.wait(timeout=20)
        reader.join(timeout=5)
        process.stdout.close()
    text = "".join(printed)
    assert health == b"ok", text
    assert f"Port {busy_port} is busy" in text
    assert "example portfolio" in text


def wait_until_healthy(process, printed, patience=40.0):
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        address = re.search(r"http://127\.0\.0\.1:\d+", "".join(printed))
        if address:
            try:
                with urllib.request.urlopen(address[0] + "/_stcore/health", timeout=2) as answer:
                    return answer.read()
            except OSError:
                pass
        time.sleep(0.3)
    return None
