"""Changes to a published folder, made aside and put in place at the end: an interrupted run leaves the site whole.

While a publication is under way, what it made lies in ``.publishing`` within the folder. At the end a list of what
is to happen is written there, and only then are files moved, which takes moments; were that interrupted too, the
next publication goes on from the list before it does anything else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from exposure.errors import InputError

ASIDE, RECORD = ".publishing", "site.json"
_LIST, _LOCK, _FILES = "list.json", "lock.sqlite", "files"
_OURS = re.compile(r"(?:[a-z0-9_-]+/){0,2}[a-z0-9_-]+\.[a-z0-9]+\Z")


@dataclass
class Stage:
    """What one publication is about to change in a folder.

    Attributes:
        path: of the folder.
        beside: a file beside the folder that changes with it, told to nobody.
    """

    path: Path
    beside: Path
    _removals: list[str] = field(default_factory=list)
    _held: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Keep other publications out, and clear away what one that was interrupted left.

        Raises:
            InputError: another publication is under way.
        """
        (self.path / ASIDE).mkdir(exist_ok=True)
        self._lock()
        shutil.rmtree(self._aside(_FILES), ignore_errors=True)

    def go_on(self) -> None:
        """Finish the moves of a publication that was interrupted during them, if there is one.

        Raises:
            InputError: another publication is under way.
        """
        if not self._aside(_LOCK).exists():
            return
        self._lock()
        if self._aside(_LIST).is_file():
            self._finish()
        self.close()

    def write(self, path: str, content: bytes) -> None:
        """Lay a file aside."""
        target = self._aside(_FILES) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def write_beside(self, content: bytes) -> None:
        """Lay the file beside the folder aside."""
        self._new().write_bytes(content)

    def remove(self, path: str) -> bool:
        """Note that a file is to be taken away; whether it is one of ours and there."""
        found = bool(_OURS.match(path)) and (self.path / path).is_file()
        self._removals += [path] if found else []
        return found

    def where(self, path: str) -> Path:
        """Where a file is to be read: aside if it was made anew, else in its place."""
        aside = self._aside(_FILES) / path
        return aside if aside.is_file() else self.path / path

    def commit(self) -> None:
        """Put everything in place."""
        told = self._aside(f"{_LIST}.part")
        told.write_text(json.dumps({"remove": self._removals}), "utf-8")
        os.replace(told, self._aside(_LIST))
        self._finish()
        self.close()

    def close(self) -> None:
        """Let other publications in; what was laid aside and not put in place is thrown away."""
        if self._held is not None:
            shutil.rmtree(self.path / ASIDE, ignore_errors=True)
            self._new().unlink(missing_ok=True)
            self._held.close()
            self._held = None

    def _finish(self) -> None:
        """Move, take away, and change the records last, so that they never tell what is not there."""
        root = self._aside(_FILES)
        made = sorted(path for path in root.rglob("*") if path.is_file() and path.name != RECORD)
        for path in made:
            target = self.path / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        for name in json.loads(self._aside(_LIST).read_text("utf-8"))["remove"]:
            self._take_away(self.path / name)
        for new, old in ((self._new(), self.beside), (root / RECORD, self.path / RECORD)):
            if new.is_file():
                os.replace(new, old)

    def _take_away(self, target: Path) -> None:
        target.unlink(missing_ok=True)
        if target.parent != self.path and target.parent.is_dir() and not any(target.parent.iterdir()):
            target.parent.rmdir()

    def _lock(self) -> None:
        """SQLite's own lock: every system has it, and it ends with the process, however that ends."""
        held = sqlite3.connect(self._aside(_LOCK), timeout=0)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            held.close()
        else:
            if self._aside(_LOCK).exists():
                self._held = held
                return
            held.close()
        raise InputError(f"Another publication to {self.path} is under way: publish again when it has ended.")

    def _aside(self, name: str) -> Path:
        return self.path / ASIDE / name

    def _new(self) -> Path:
        return self.beside.with_name(f"{self.beside.name}.new")
