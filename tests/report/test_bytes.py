"""The same inputs give the same bytes: each artefact and the whole site, in two processes otherwise unlike."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from test_site import EXAMPLES
from test_site_again import marks

# One process for everything: each artefact as the command line writes it, with funds, at two levels, and a site.
MAKE = """
import sys
from exposure.cli import main

def run(*arguments):
    main(list(arguments), standalone_mode=False) if arguments[0] != "publish" else publish(arguments)

def publish(arguments):
    try:
        main(list(arguments), standalone_mode=False)
    except SystemExit as done:
        assert not done.code

out, funds, *files = sys.argv[1:]
for level in ("full", "percent+names"):
    for number, file in enumerate(files):
        kinds = ("html", "pdf", "xlsx")
        reports = [part for kind in kinds for part in (f"--{kind}", f"{out}/{level}-{number}.{kind}")]
        run("screen", file, "--funds", funds, "--redact", level, *reports)
    run("publish", f"{out}/site-{level}", *files, "--funds", funds, "--redact", level, "--jobs", "2",
        "--base-url", "https://example.org/")
"""


def made(place: Path, root: Path, files: list[Path], seed: str, zone: str, language: str) -> dict[str, str]:
    (place / "out").mkdir(parents=True)
    (place / "make.py").write_text(f"if __name__ == '__main__':\n {MAKE.strip().replace(chr(10), chr(10) + ' ')}\n")
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    odd = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "LANG": language, "COLUMNS": seed}
    command = [
        sys.executable,
        "make.py",
        str(place / "out"),
        str(root / "datasets/examples/funds"),
        *map(str, files),
    ]
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, **odd, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return marks(place / "out")


def test_two_processes_write_the_same_bytes(root: Path, tmp_path: Path) -> None:
    """Another hash seed, folder, time zone, language, day of the clock and order of the files."""
    files = [root / "datasets/examples" / name for name in EXAMPLES[:2]]
    first = made(tmp_path / "one", root, files, "1", "Pacific/Auckland", "C")
    second = made(tmp_path / "two/deep er", root, files, "4242", "America/Los_Angeles", "C.UTF-8")
    assert {name.rpartition(".")[2] for name in first} >= {
        "html",
        "pdf",
        "xlsx",
        "png",
        "json",
        "xml",
        "parquet",
        "csv",
    }
    assert len(first) > 100
    assert first == second
