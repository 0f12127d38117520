"""Reading a paper again: the manifest that it carries, and its words."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from exposure.report.paper import RECORD_NAME


def pdf_record(content: bytes) -> str | None:
    """The manifest that a paper carries; null for another PDF."""
    try:
        found = PdfReader(BytesIO(content)).attachments.get(RECORD_NAME)
    except (PyPdfError, ValueError, KeyError):
        return None
    return found[0].decode("utf-8", "replace") if found else None


def pdf_text(content: bytes) -> list[str]:
    """The words of a paper, line by line."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    lines = (" ".join(line.split()) for text in texts for line in text.splitlines())
    return [line for line in lines if line]
