"""Workbooks (xlsx, xlsb, xls, ods) and SpreadsheetML 2003 -> grids, one for each sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ..errors import LimitExceeded, UnreadableFile
from .grid import MAX_CELLS, Grid, trim
from .source import Source, guard

#: The record that begins a workbook of Excel 97 and later.
_BIFF8 = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS = 0x2F
_FIRST_RECORDS = 8
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
#: An ampersand that begins no reference.
_BARE = re.compile(rb"&(?!(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)")


def cell_text(value: Any) -> str:
    """Write a stored value as text that reads back exactly: whole numbers without a point, dates as ISO."""
    if isinstance(value, str):
        return trim(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def read_workbook(source: Source) -> list[Grid]:
    """Read every worksheet; hidden ones are marked, charts skipped.

    Raises:
        UnreadableFile: encrypted or broken.
        LimitExceeded: more cells than ``MAX_CELLS``.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        return [_sheet(source, book, meta) for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    except PasswordError as error:
        raise UnreadableFile(f"{source.label} is protected by a password; save a copy without one.") from error
    except (CalamineError, OSError, ValueError, KeyError, OverflowError, MemoryError) as error:
        if "password" in str(error).casefold() or "encrypt" in str(error).casefold():
            raise UnreadableFile(f"{source.label} is protected by a password; save a copy without one.") from error
        raise guard(source, "a workbook", error) from error


def read_ole(source: Source) -> list[Grid]:
    """Read a workbook in the old container, which also wraps every encrypted one.

    Raises:
        UnreadableFile: encrypted, broken, or another kind of document (Word, for example).
    """
    # An encrypted xlsx is an old-style container that holds the stream named below, in UTF-16.
    if "EncryptedPackage".encode("utf-16-le") in source.data or _has_filepass(source.data):
        raise UnreadableFile(f"{source.label} is protected by a password; save a copy without one and try again.")
    return read_workbook(source)


def _has_filepass(data: bytes) -> bool:
    """Tell an encrypted binary workbook: a record FILEPASS follows its first records ([MS-XLS] 2.4.117)."""
    at = data.find(_BIFF8)
    for _ in range(_FIRST_RECORDS if at >= 0 else 0):
        kind, size = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _sheet(source: Source, book: CalamineWorkbook, meta: Any) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise LimitExceeded(f"{source.label}, sheet '{meta.name}' has more than {MAX_CELLS:,} cells; split it.")
    cells = sheet.to_python(skip_empty_area=False)
    rows = [[cell_text(cell) for cell in row] for row in cells]
    hidden = meta.visible != SheetVisibleEnum.Visible
    return Grid(rows, list(range(1, len(rows) + 1)), meta.name, typed=True, hidden=hidden)


def parse_xml(source: Source) -> Element:
    """Parse XML from outside: no entities, no external references, leading blanks allowed.

    Excel 2003 files as fund houses write them hold bare ampersands ("S&P 500"), which XML forbids: these are read
    as meant where nothing else is wrong.

    Raises:
        UnreadableFile: not well-formed, or it declares entities.
    """
    data = re.sub(rb"^(?:\xef\xbb\xbf|\s)+", b"", source.data)
    try:
        root = _parsed(data)
    except DefusedXmlException as error:
        raise UnreadableFile(
            f"{source.label} declares XML entities, which holdings files never need; it was not read."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise guard(source, "XML", error) from error
    return root


def _parsed(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except ParseError:
        mended = _BARE.sub(b"&amp;", data)
        if mended == data:
            raise
        root = fromstring(mended, forbid_dtd=True)
    return root


def read_spreadsheetml(source: Source) -> list[Grid]:
    """Read the XML form of Excel 2003, which fund houses still serve under the name ``.xls``."""
    return [_xml_sheet(sheet) for sheet in parse_xml(source).iter(f"{_SS}Worksheet")]


def _xml_sheet(sheet: Element) -> Grid:
    rows: list[list[str]] = []
    for row in sheet.iter(f"{_SS}Row"):
        place = _index(row)
        while place is not None and len(rows) < min(place - 1, 1_000_000):
            rows.append([])
        rows.append(_xml_row(row))
    return Grid(rows, list(range(1, len(rows) + 1)), sheet.get(f"{_SS}Name"), typed=False)


def _xml_row(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_SS}Cell"):
        place = _index(cell)
        while place is not None and len(cells) < min(place - 1, 16_384):
            cells.append("")
        data = cell.find(f"{_SS}Data")
        cells.append(trim("".join(data.itertext())) if data is not None else "")
    return cells


def _index(element: Element) -> int | None:
    text = element.get(f"{_SS}Index")
    return int(text) if text and text.isdigit() else None
