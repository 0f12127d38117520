"""Tables of a web page -> grids: many publishers serve one under the name ``.xls``."""

from __future__ import annotations

from html.parser import HTMLParser

from ..errors import UnreadableFile
from .grid import Grid, trim
from .source import Source
from .text import decode

MAX_SPAN = 200


class _Tables(HTMLParser):
    """Collect the rows of every table; a table within a table is read as one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append([])
        elif tag == "tr" and self.open:
            self._close()
            self.open[-1].append([])
        elif tag in ("td", "th") and self.open:
            self._close()
            span = dict(attrs).get("colspan") or "1"
            self.cell, self.span = [], min(int(span), MAX_SPAN) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()
        if tag == "table" and self.open:
            self.done.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _close(self) -> None:
        if self.cell is None or not self.open:
            return
        if not self.open[-1]:
            self.open[-1].append([])
        text = trim(" ".join("".join(self.cell).split()))
        self.open[-1][-1] += [text, *[""] * (self.span - 1)]
        self.cell = None


def read_page(source: Source) -> list[Grid]:
    """Read every table of a page.

    Raises:
        UnreadableFile: a page without tables, such as an error page saved as a download.
    """
    reader = _Tables()
    reader.feed(decode(source)[0])
    reader.close()
    tables = [rows for rows in (*reader.done, *reader.open) if any(any(row) for row in rows)]
    if not tables:
        raise UnreadableFile(
            f"{source.label} is a web page without a table; download the holdings as CSV or Excel."
        )
    names = [None] if len(tables) == 1 else [f"table {k + 1}" for k in range(len(tables))]
    return [Grid(rows, list(range(1, len(rows) + 1)), name) for rows, name in zip(tables, names, strict=True)]
