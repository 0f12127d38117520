"""What a published folder holds already: which files are ours, from what each was made, and what changed when.

``site.json`` in the folder says so. Where names are hidden, what would give them away (which portfolio has which
address, from which file) stands in a second file *beside* the folder, which is not to be published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exposure.errors import InputError, UsageError
from exposure.report.site_data import json_file
from exposure.report.site_stage import ASIDE, RECORD, Stage

FORMAT = "exposure site 1"
# What a folder may hold that is about to become a site: things that hosts and those who keep versions look for.
FOREIGN = frozenset(
    {
        ".git",
        ".gitattributes",
        ".gitignore",
        ".github",
        ".htaccess",
        ".nojekyll",
        ".well-known",
        "404.html",
        "CNAME",
    }
    | {"LICENSE", "README", "README.md", "_headers", "_redirects", "favicon.ico", "netlify.toml", "robots.txt"}
)
MOST_CHANGES = 200  # kept for the feed, the latest first
Made = Mapping[str, bytes]


@dataclass
class Unit:
    """Files that are made together, from the same things.

    Attributes:
        key: a hash of all that they are made from.
        files: path within the folder to the SHA-256 of its bytes.
        dated: the date of the publication that wrote them last.
    """

    key: str
    files: dict[str, str]
    dated: str


@dataclass
class State:
    """What the folder holds.

    Attributes:
        level: what its pages may reveal.
        units: name of a unit (``portfolios/x``) to what it is made of.
        names: identity of each portfolio to its address.
        inputs: hash of a file and its parameters to the name and date that were read in it.
        companies: id of each company with a page to ``{"name", "lists", "ends"}``.
        changes: the changes of the latest publications, the latest first.
        base: a hash of what the latest publication made all of its pages from.
        hide: names of portfolios and files that are to be told nowhere.
    """

    level: str
    units: dict[str, Unit] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, str | None]] = field(default_factory=dict)
    companies: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, str]] = field(default_factory=list)
    base: str = ""
    hide: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether portfolios' names are to be told nowhere."""
        return "names" in self.level.split("+")


@dataclass
class Folder:
    """The folder of a site: reads and writes what is ours, touches nothing else, and all of it at the end.

    Attributes:
        path: of the folder.
        state: what it holds.
        stage: what is going to change.
        record: the bytes that said what it holds, when it was opened.
        written: paths written since it was opened.
        kept: paths that were left as they are.
        removed: paths taken away.
    """

    path: Path
    state: State
    stage: Stage
    record: bytes | None
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Make the folder where there is none, and keep other publications out.

        Raises:
            InputError: it is no folder, or another publication is under way or has just ended.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.stage.begin()
        except OSError as error:
            raise InputError(
                f"{self.path} is no folder that can be written to: {error.strerror}; name another."
            ) from error
        if _bytes(self.path / RECORD) != self.record:
            self.stage.close()
            raise InputError(f"Another publication to {self.path} ended just now: publish again.")

    @property
    def private(self) -> Path:
        """Where the record lies that is not to be published."""
        return _beside(self.path)

    def fresh(self, unit: str, key: str) -> bool:
        """Whether a unit was made from the same things before and all its files are as they were left."""
        held = self.state.units.get(unit)
        return held is not None and held.key == key and all(self._same(*one) for one in held.files.items())

    def keep(self, unit: str) -> None:
        """Count a unit's files as left alone."""
        self.kept += self.state.units[unit].files

    def put(self, unit: str, key: str, files: Made, dated: str) -> None:
        """Write a unit's files, and take away what it no longer has."""
        marks = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        for path, content in files.items():
            if self._same(path, marks[path]):
                self.kept.append(path)
                continue
            self.stage.write(path, content)
            self.written.append(path)
        before = self.state.units.get(unit)
        self._remove(path for path in (before.files if before else ()) if path not in files)
        same = before is not None and before.files == marks
        self.state.units[unit] = Unit(key, marks, before.dated if before is not None and same else dated)

    def drop(self, unit: str) -> None:
        """Take a unit away."""
        held = self.state.units.pop(unit, None)
        self._remove(held.files if held else ())

    def where(self, path: str) -> Path:
        """Where a file of the folder lies at this moment."""
        return self.stage.where(path)

    def read(self, path: str) -> bytes:
        """A file of the folder."""
        return self.where(path).read_bytes()

    def save(self) -> None:
        """Put everything in place, with a record of what the folder holds."""
        public, private = _told(self.state)
        if self.state.hidden:
            self.stage.write_beside(json_file(private))
        self.stage.write(RECORD, json_file(public))
        self.stage.commit()

    def _same(self, path: str, mark: str) -> bool:
        target = self.path / path
        return target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == mark

    def _remove(self, paths: Iterable[str]) -> None:
        self.removed += [path for path in paths if self.stage.remove(path)]


def open_folder(path: Path, level: str) -> Folder:
    """Look at a folder before publication; nothing is written yet, but what an earlier one had left to do is done.

    Raises:
        InputError: it holds something that this program did not write, or a damaged record; or another
            publication is under way.
        UsageError: it holds a site that reveals something else.
    """
    stage = Stage(path, _beside(path))
    stage.go_on()
    record = _bytes(path / RECORD)
    told = _read(path / RECORD)
    if told is None:
        _refuse_others_files(path)
        state = State(level)
        if state.hidden:  # addresses and names of before, to be given and hidden again in an empty folder
            private = _read(_beside(path)) or {}
            state.names, state.hide = dict(private.get("names", {})), tuple(private.get("hide", ()))
        return Folder(path, state, stage, record)
    state = _state(told, path)
    if state.level != level:
        raise UsageError(
            f"{path} holds a site published with --redact {state.level}, not {level}: publish to another folder, "
            f"so that nothing is left over that shall not be seen."
        )
    return Folder(path, state, stage, record)


def _refuse_others_files(path: Path) -> None:
    """A folder that is not ours must be empty: what lies in it would be published with the site."""
    names = sorted(one.name for one in path.iterdir()) if path.is_dir() else []
    other = next((name for name in names if name not in FOREIGN and name != ASIDE), None)
    if other is not None:
        raise InputError(f"{path / other} was not written by this program; name an empty folder for the site.")


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as the record of a site ({error}); name another folder."
        ) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InputError(f"{path} is not the record of a site of this program; name another folder.")
    return told


def _state(told: dict[str, Any], path: Path) -> State:
    try:
        state = State(
            level=told["level"],
            units={name: Unit(one["key"], dict(one["files"]), one["dated"]) for name, one in told["units"].items()},
            names=dict(told.get("names", {})),
            inputs=dict(told.get("inputs", {})),
            companies=told["companies"],
            changes=list(told["changes"]),
            base=str(told["base"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path / RECORD} is damaged ({error!r}); publish to an empty folder.") from error
    if state.hidden:
        private = _read(_beside(path)) or {}
        state.names, state.inputs = dict(private.get("names", {})), dict(private.get("inputs", {}))
        state.hide = tuple(private.get("hide", ()))
        for name, key in private.get("keys", {}).items():
            if name in state.units:
                state.units[name].key = key
    return state


def _beside(path: Path) -> Path:
    full = path.resolve()
    return full.with_name(f"{full.name}.private.json")


def _told(state: State) -> tuple[dict[str, Any], dict[str, Any]]:
    """What may stand in the folder, and what beside it only: a file's hash is as good as its name."""
    private = [name for name in state.units if state.hidden]
    public = {
        "format": FORMAT,
        "level": state.level,
        "base": state.base,
        "units": {
            name: {
                "key": "" if name in private else unit.key,
                "dated": unit.dated,
                "files": dict(sorted(unit.files.items())),
            }
            for name, unit in sorted(state.units.items())
        },
        "companies": dict(sorted(state.companies.items())),
        "changes": state.changes[:MOST_CHANGES],
    }
    known = {"names": dict(sorted(state.names.items())), "inputs": dict(sorted(state.inputs.items()))}
    keys = {name: state.units[name].key for name in sorted(private)}
    return public | ({} if state.hidden else known), {"format": FORMAT, **known, "hide": state.hide, "keys": keys}
