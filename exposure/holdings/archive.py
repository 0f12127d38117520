"""Archives: a workbook is one too; others hold one or several files, each read by its own format."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass

from ..errors import LimitExceeded, UnreadableFile
from .source import Source

#: A small archive can unfold to more than a machine holds; a workbook of a million rows unfolds to about 400 MB.
MAX_UNZIPPED = 1_000_000_000
#: An archive of more files than this is a collection of portfolios, not one.
MAX_MEMBERS = 200
_WORKBOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_ASIDE = (".pdf", ".png", ".jpg", ".jpeg", ".htm", ".html", ".md", ".doc", ".docx", ".json.sig", ".sha256")
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    IndexError,
    zlib.error,
)


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    path: str
    source: Source


def is_workbook(source: Source) -> bool:
    """Tell a workbook from another archive, and check what it unfolds to.

    Raises:
        UnreadableFile: a damaged archive.
        LimitExceeded: it unfolds to more than ``MAX_UNZIPPED``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except _BROKEN as error:
        raise _damaged(source) from error
    if size > MAX_UNZIPPED:
        raise LimitExceeded(f"{source.label} unpacks to {size:,} bytes; the limit is {MAX_UNZIPPED:,}; split it.")
    return bool({name.replace("\\", "/") for name in names} & _WORKBOOKS)


def members(source: Source) -> list[Member]:
    """Unpack an archive, without folders, hidden files and documents that hold no tables.

    Raises:
        UnreadableFile: damaged, encrypted, or without a file that could be a table.
        LimitExceeded: too many files, or too large unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = [e for e in archive.infolist() if _is_table(e)]
            if any(e.flag_bits & 1 for e in entries):
                raise UnreadableFile(
                    f"{source.label} is protected by a password; unpack it and give the file inside."
                )
            if len(entries) > MAX_MEMBERS:
                raise LimitExceeded(
                    f"{source.label} holds {len(entries):,} files; the limit is {MAX_MEMBERS}; split it."
                )
            found = []
            room = MAX_UNZIPPED
            for entry in entries:
                with archive.open(entry) as stream:
                    data = stream.read(room + 1)
                room -= len(data)
                if room < 0:
                    raise LimitExceeded(f"{source.label} unpacks to more than {MAX_UNZIPPED:,} bytes; split it.")
                found.append(Member(entry.filename, Source(source.name, data)))
    except _BROKEN as error:
        raise _damaged(source) from error
    if not found:
        raise UnreadableFile(f"{source.label} is a zip archive without a table file; unpack it and give that file.")
    return found


def _is_table(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.rpartition("/")[2].casefold()
    hidden = name.startswith((".", "~$", "readme", "license")) or "__MACOSX" in entry.filename
    return bool(name) and not entry.is_dir() and not hidden and not name.endswith(_ASIDE)


def gunzip(source: Source) -> Source:
    """Unpack a gzip file.

    Raises:
        UnreadableFile: damaged.
        LimitExceeded: larger than ``MAX_UNZIPPED``.
    """
    try:
        with gzip.open(io.BytesIO(source.data)) as stream:
            data = stream.read(MAX_UNZIPPED + 1)
    except _BROKEN as error:
        raise _damaged(source) from error
    if len(data) > MAX_UNZIPPED:
        raise LimitExceeded(f"{source.label} unpacks to more than {MAX_UNZIPPED:,} bytes; split it.")
    return Source(source.name, data)


def _damaged(source: Source) -> UnreadableFile:
    return UnreadableFile(f"{source.label} is a damaged workbook or archive; download it again.")
