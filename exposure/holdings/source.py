"""What the caller handed in -> bytes with a name, and the format of those bytes.

The format is told by content, never by the file's extension.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import InputError, LimitExceeded, UnreadableFile, UsageError

#: A single portfolio stays under 60 MB in any format; a million rows of CSV are 110 MB. Beyond this lie data sets
#: of many portfolios, which would be added up as one.
MAX_BYTES = 250_000_000
#: From here on, holding a file's bytes beside its table is worth avoiding, and hashing takes 10 ms.
LARGE = 20_000_000
_MAGIC: list[tuple[bytes, str]] = [
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
]
_ADVICE = {
    "pdf": "is a PDF, which this package does not read; export the table as CSV or Excel",
    "archive": "is an archive of a kind this package does not read; unpack it first",
    "image": "is a picture; export the table as CSV or Excel",
    "rtf": "is a rich-text document; save the table as CSV or Excel",
}
_SEC = re.compile(rb"<SEC-DOCUMENT>|<SEC-HEADER>|<IMS-DOCUMENT>|-----BEGIN PRIVACY-ENHANCED MESSAGE-----")
_BLANK = re.compile(rb"[\x00 \t\r\n]*\Z")


def printable(name: str) -> str:
    """Return a file's name so that it can be printed: bytes that are no UTF-8 as ``\\xe9``."""
    known = (c if not "\ud800" <= c <= "\udfff" else f"\\x{ord(c) & 0xFF:02x}" for c in name)
    return "".join(known)


@dataclass(frozen=True)
class Source:
    """Bytes with the name they came under; a large file stays where it is until all its bytes are asked for."""

    name: str | None
    held: bytes | Path

    @cached_property
    def data(self) -> bytes:
        """All the bytes."""
        return self.held if isinstance(self.held, bytes) else b"".join(self.blocks(1 << 24))

    @cached_property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.held) if isinstance(self.held, bytes) else self._state[0]

    def start(self, count: int) -> bytes:
        """Return the first bytes, without reading the others."""
        return self.data[:count] if isinstance(self.held, bytes) else next(self.blocks(count), b"")[:count]

    def blocks(self, size: int) -> Iterator[bytes]:
        """Return the bytes in blocks of a size.

        Raises:
            UnreadableFile: the file is gone, or was written to since it was opened.
        """
        if isinstance(self.held, bytes):
            yield from (self.held[i : i + size] for i in range(0, len(self.held), size))
            return
        state = self._state
        try:
            with self.held.open("rb", buffering=0) as file:
                while block := file.read(size):
                    yield block
            changed = _state(self.held) != state
        except OSError as error:
            raise _unopened(self.label, error) from error
        if changed:
            raise UnreadableFile(f"{self.label} was written to while it was read; wait until it is complete.")

    def digested(self, size: int) -> Iterator[bytes]:
        """Return the bytes in blocks of a size, and work the digest out on the way, so that one reading does."""
        whole = hashlib.sha256()
        for block in self.blocks(size):
            whole.update(block)
            yield block
        vars(self)["digest"] = whole.hexdigest()

    @cached_property
    def _state(self) -> tuple[int, int]:
        """Size and time of the last change of a file, when it was opened."""
        return _state(self.held) if isinstance(self.held, Path) else (0, 0)

    @cached_property
    def sha256(self) -> str:
        """Digest of the bytes, for the manifest."""
        return self.digest.result() if isinstance(self.digest, Future) else self.digest

    @cached_property
    def digest(self) -> str | Future[str]:
        """The digest; of a large file, one that is worked out while the file is being read."""
        if self.size < LARGE:
            return hashlib.sha256(self.data).hexdigest()
        pool = ThreadPoolExecutor(1)
        found = pool.submit(self._hashed)
        pool.shutdown(wait=False)
        return found

    def _hashed(self) -> str:
        whole = hashlib.sha256()
        for block in self.blocks(1 << 18):
            whole.update(block)
        return whole.hexdigest()

    @property
    def label(self) -> str:
        """The name as a message prints it."""
        return f"'{self.name}'" if self.name else "the data given"


def load(source: Any, name: str | None = None) -> Source:
    """Read a path, bytes or a file-like object.

    Raises:
        UnreadableFile: the path cannot be read, or there are no bytes.
        LimitExceeded: more than ``MAX_BYTES``.
        UsageError: the argument is none of these.
    """
    name = printable(name) if name else name
    if isinstance(source, (str, os.PathLike)):
        loaded = _from_path(Path(os.fspath(source)), name)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        loaded = Source(name, bytes(source))
    elif hasattr(source, "read"):
        loaded = _from_stream(source, name)
    else:
        raise UsageError(
            "read_holdings takes a path, bytes, an open file or a polars or pandas frame,"
            f" not {type(source).__name__}."
        )
    # Only a file that begins blank can be blank: others need no look at all their bytes.
    if not loaded.start(4096).strip(b"\x00 \t\r\n") and _BLANK.match(loaded.data):
        raise UnreadableFile(f"{loaded.label} is empty; check the download and try again.")
    if loaded.size > MAX_BYTES:
        raise LimitExceeded(f"{loaded.label} has {loaded.size:,} bytes; the limit is {MAX_BYTES:,}; split it.")
    return loaded


def _from_path(path: Path, name: str | None) -> Source:
    own = printable(path.name)
    label = f"'{own or printable(str(path))}'"
    try:
        if path.is_dir():
            raise UnreadableFile(f"{label} is a folder; name the file inside it.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LimitExceeded(f"{label} is larger than the limit of {MAX_BYTES:,} bytes; split it.")
        large = path.is_file() and size >= LARGE
        return Source(name or own, path.absolute() if large else path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unopened(label, error) from error


def _unopened(label: str, error: OSError | ValueError) -> UnreadableFile:
    if isinstance(error, FileNotFoundError):
        return UnreadableFile(f"{label} does not exist; check the path.")
    return UnreadableFile(f"{label} cannot be opened: {getattr(error, 'strerror', None) or error}.")


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _from_stream(stream: Any, name: str | None) -> Source:
    data = stream.read(MAX_BYTES + 1)
    found = name or getattr(stream, "name", None)
    label = printable(os.path.basename(found)) if isinstance(found, str) else None
    return Source(label, data.encode("utf-8") if isinstance(data, str) else bytes(data))


def sniff(source: Source) -> str:
    """Tell the format: zip, ole, gzip, parquet, spreadsheetml, sec, xml, html, json or text.

    Raises:
        UnreadableFile: a format that is recognised but not read.
    """
    head = source.start(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None) or _text_kind(head)
    if kind in _ADVICE:
        raise UnreadableFile(f"{source.label} {_ADVICE[kind]}.")
    return kind


def _text_kind(head: bytes) -> str:
    start = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    if _SEC.search(start[:2000]):
        return "sec"
    if start[:1] in (b"{", b"["):
        return "json"
    if re.match(rb"<!doctype html|<html|<table|<meta|<style|<body|<div", start, re.I):
        return "html"
    if start.startswith(b"<"):
        return "spreadsheetml" if b"urn:schemas-microsoft-com:office:spreadsheet" in start else "xml"
    return "text"


def guard(source: Source, what: str, error: BaseException) -> InputError:
    """Build the one-sentence error for bytes that a format's own reader refused."""
    reason = re.sub(r"\s+", " ", str(error)).strip().rstrip(".")[:160] or type(error).__name__
    return UnreadableFile(f"{source.label} cannot be read as {what} ({reason}); download or export it again.")
