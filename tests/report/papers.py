"""A paper as its readers have it: the words of each page, the tags, every byte behind its compression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject


def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def squeezed(text: str) -> str:
    """Text without the blanks and line ends that setting it adds or takes away."""
    return re.sub(r"\s+", "", text)


@lru_cache(maxsize=16)  # several tests read the same paper, which takes seconds
def words(content: bytes, first: int = 0, last: int | None = None) -> str:
    """The words of some pages, blanks and the lines at their feet left out."""
    pages = (page.extract_text() for page in reader(content).pages[first:last])
    return squeezed("".join(re.sub(r"[^\n]*\d+ ?/ ?\d+\s*\Z", "", page) for page in pages))


def addresses(content: bytes) -> list[str]:
    """Where the links lead, those within the paper left out."""
    notes = [note.get_object() for page in reader(content).pages for note in page.get("/Annots", ())]
    return [str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})]


def objects(content: bytes) -> Iterator[Any]:
    """Every object of the file."""
    pdf = reader(content)
    for number in range(1, int(pdf.trailer["/Size"])):
        found = pdf.get_object(number)
        if found is not None:
            yield found


@lru_cache(maxsize=4)
def everything(content: bytes) -> str:
    """All that the file says: words, metadata, attachments, every dictionary and every stream unpacked."""
    pdf = reader(content)
    parts = [page.extract_text() for page in pdf.pages]
    for found in objects(content):
        if isinstance(found, StreamObject):
            parts.append(found.get_data().decode("latin-1"))
            parts.append(found.get_data().decode("utf-8", "replace"))
        parts.append(str(found))
    parts += [blob.decode("utf-8", "replace") for blobs in pdf.attachments.values() for blob in blobs]
    return "\n".join(parts)


def tags(content: bytes, kind: str) -> list[DictionaryObject]:
    """The elements of the structure tree that have a tag, in the order of reading."""
    found: list[DictionaryObject] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject):
            if node.get("/S") == kind:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(reader(content).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
