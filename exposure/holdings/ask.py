"""Questions to the person who handed in the file: what is open, how it can be read, which argument settles it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import AmbiguousFile
from .grid import Document
from .layout import Table
from .vocabulary import parse_header, squash


@dataclass(frozen=True)
class Option:
    """One way to read the file.

    Args:
        value: what to give to the argument.
        preview: how the first lines read that way.
        total: what the file then sums to, where that is what differs.
    """

    value: str
    preview: tuple[str, ...] = ()
    total: float | None = None


class OpenQuestion(AmbiguousFile):
    """Two readings are equally good.

    Attributes:
        argument: the argument of ``read_holdings`` that settles it.
        options: the readings, best first; ``option.value`` is the argument's value.
        fingerprint: of the layout, the same for the next file of that layout, so that an answer can be kept.
    """

    def __init__(self, message: str, argument: str, options: Iterable[Option], fingerprint: str) -> None:
        super().__init__(message)
        self.argument = argument
        self.options = tuple(options)
        self.fingerprint = fingerprint


def question(
    document: Document, argument: str, options: list[Option], what: str, tables: list[Table]
) -> OpenQuestion:
    """Build the error that names the readings and the argument that settles which is meant."""
    names = [f"'{o.value}'" + (f" ({'; '.join(o.preview)})" if o.preview else "") for o in options[:6]]
    listed = ", ".join(names[:-1]) + f" and {names[-1]}"
    sheet = tables[0].grid.sheet if tables and argument != "sheet" else None
    message = f"{document.where(sheet)} has {len(options)} {what}: {listed}; choose one with {argument}=."
    return OpenQuestion(message, argument, options, fingerprint(document, tables))


def fingerprint(document: Document, tables: Iterable[Table]) -> str:
    """Return a digest of the headers of a file's tables, the same for every file of that layout.

    Dates and currencies within headers do not count, nor do rows, sheet names and file names.
    """
    seen: dict[str, None] = {}
    for table in tables:
        cells = [parse_header(c).key or squash(c) for c in table.grid.rows[table.header] if c]
        seen["|".join(re.sub(r"\d+", "", cell) for cell in cells)] = None
    parts = "\n".join([document.format, *seen])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
