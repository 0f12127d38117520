"""What the caller handed in -> bytes with a name, and the format of those bytes.

The format is told by content, never by the file's extension.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError, LimitExceeded, UnreadableFile, UsageError

MAX_BYTES = 200_000_000
#: A workbook is a compressed archive: a small one can unfold to more than a machine holds.
MAX_UNZIPPED = 1_000_000_000
_MAGIC: list[tuple[bytes, str]] = [
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
]
_ADVICE = {
    "pdf": "is a PDF, which this package does not read; export the table as CSV or Excel",
    "gzip": "is a gzip archive; unpack it first",
    "image": "is a picture; export the table as CSV or Excel",
    "parquet": "is a parquet file; read it with polars and pass the frame",
    "rtf": "is a rich-text document; save the table as CSV or Excel",
    "html": "is a web page, not a table file; download the holdings as CSV or Excel",
}


@dataclass(frozen=True)
class Source:
    """Bytes with the name they came under."""

    name: str | None
    data: bytes

    @property
    def sha256(self) -> str:
        """Digest of the bytes, for the manifest."""
        return hashlib.sha256(self.data).hexdigest()

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
    if not loaded.data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile(f"{loaded.label} is empty; check the download and try again.")
    if len(loaded.data) > MAX_BYTES:
        raise LimitExceeded(f"{loaded.label} has {len(loaded.data):,} bytes; the limit is {MAX_BYTES:,}; split it.")
    return loaded


def _from_path(path: Path, name: str | None) -> Source:
    label = f"'{path.name or path}'"
    if path.is_dir():
        raise UnreadableFile(f"{label} is a folder; name the file inside it.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LimitExceeded(f"{label} is larger than the limit of {MAX_BYTES:,} bytes; split it.")
        return Source(name or path.name, path.read_bytes())
    except FileNotFoundError:
        raise UnreadableFile(f"{label} does not exist; check the path.") from None
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{label} cannot be opened: {getattr(error, 'strerror', None) or error}.") from error


def _from_stream(stream: Any, name: str | None) -> Source:
    data = stream.read(MAX_BYTES + 1)
    found = name or getattr(stream, "name", None)
    label = os.path.basename(found) if isinstance(found, str) else None
    return Source(label, data.encode("utf-8") if isinstance(data, str) else bytes(data))


def sniff(source: Source) -> str:
    """Tell the format: workbook, spreadsheetml, xml, json or text.

    Raises:
        UnreadableFile: a format that is recognised but not read, or an encrypted or broken workbook.
    """
    head = source.data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if kind == "zip":
        return _workbook(source)
    if kind == "ole":
        return _ole(source)
    if kind is None:
        kind = _text_kind(head)
    if kind in _ADVICE:
        raise UnreadableFile(f"{source.label} {_ADVICE[kind]}.")
    return kind


def _text_kind(head: bytes) -> str:
    start = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return "json"
    if re.match(rb"<!doctype html|<html", start, re.I):
        return "html"
    if start.startswith(b"<"):
        return "spreadsheetml" if b"urn:schemas-microsoft-com:office:spreadsheet" in start else "xml"
    return "text"


def _workbook(source: Source) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(f"{source.label} is a damaged workbook or archive; download it again.") from error
    if size > MAX_UNZIPPED:
        raise LimitExceeded(f"{source.label} unpacks to {size:,} bytes; the limit is {MAX_UNZIPPED:,}; split it.")
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise UnreadableFile(
            f"{source.label} is a zip archive without a workbook; unpack it and give the file inside."
        )
    return "workbook"


def _ole(source: Source) -> str:
    # An encrypted xlsx is an old-style container that holds the stream named below, in UTF-16.
    if "EncryptedPackage".encode("utf-16-le") in source.data:
        raise UnreadableFile(f"{source.label} is protected by a password; save a copy without one and try again.")
    return "workbook"


def guard(source: Source, what: str, error: Exception) -> InputError:
    """Build the one-sentence error for bytes that a format's own reader refused."""
    reason = re.sub(r"\s+", " ", str(error)).strip()[:160] or type(error).__name__
    return UnreadableFile(f"{source.label} cannot be read as {what} ({reason}); download or export it again.")
