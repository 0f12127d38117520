"""What an object shows of itself: one card, as plain text and as HTML, with the same words in both.

The HTML names no colour of text or paper, so that it takes on the notebook's own, light or dark; it holds no
script and asks nobody for anything. Everything in a card is text from files and data: it is escaped here, once.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape

ACCENT = "#1F5E8C"
WIDEST = 110  # characters of a column in plain text
_CELL = "padding:2px 10px;text-align:{};vertical-align:top;background:none;color:inherit"
_BLANKS = {"\u202f": " ", "\u00a0": " "}


@dataclass(frozen=True)
class Table:
    """A small table of a card.

    Attributes:
        header: names of the columns, with their units.
        rows: cells as they are to be read.
        numbers: indices of the columns that stand to the right.
        caption: what the table holds, where the card has several.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Card:
    """A card of about twelve lines.

    Attributes:
        title: what it is about.
        finding: the sentence that is read first.
        sentences: the further ones.
        tables: small tables.
        hint: how to go on.
    """

    title: str
    finding: str = ""
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    hint: str = ""

    def to_text(self) -> str:
        """The card as plain text, fit for a terminal: no control character of a file gets through.

        Examples:
            >>> table = Table(("name", "value"), (("A", "1"),), numbers=(1,))
            >>> print(Card("Fund", "Nothing found.", tables=(table,)).to_text())
            Fund
            Nothing found.
              name  value
              A         1
        """
        told = [self.title, self.finding, *self.sentences]
        tables = [line for table in self.tables for line in _lines(table)]
        return "\n".join([*(plain(line) for line in told if line), *tables, *([self.hint] if self.hint else [])])

    def to_html(self) -> str:
        """The card as HTML that stands by itself."""
        body = f"<p><b>{escape(self.finding)}</b></p>" if self.finding else ""
        body += "".join(f"<p>{escape(one)}</p>" for one in self.sentences)
        body += "".join(_table(table) for table in self.tables)
        body += f"<p><small>{escape(self.hint)}</small></p>" if self.hint else ""
        frame = f"border-left:4px solid {ACCENT};padding:6px 14px;max-width:60em;color:inherit"
        return f'<div style="{frame}"><div><b>{escape(self.title)}</b></div>{body}</div>'


def plain(text: str) -> str:
    """Text for a terminal: ordinary blanks, and neither controls nor turns of the reading direction."""
    spaced = "".join(_BLANKS.get(c, " " if c in "\t\r\n" else c) for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) != "Cc" and not _turns(c))


def _turns(character: str) -> bool:
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"


def _lines(table: Table) -> list[str]:
    """The rows in columns; a text that is too long for its column ends in ``…``, but not in the last one."""
    last = len(table.header) - 1
    cells = [[plain(cell) for cell in row] for row in (table.header, *table.rows)]
    short = [
        [c if n == last or len(c) <= WIDEST else f"{c[: WIDEST - 1]}…" for n, c in enumerate(row)] for row in cells
    ]
    widths = [max(len(row[n]) for row in short) for n in range(last + 1)]
    lines = ["  ".join(_set(c, widths[n], n in table.numbers) for n, c in enumerate(row)) for row in short]
    lines = lines if any(short[0]) else lines[1:]
    caption = [f"{table.caption}:"] if table.caption else []
    return [*caption, *(f"  {line}".rstrip() for line in lines)]


def _set(cell: str, width: int, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)


def _table(table: Table) -> str:
    sides = ["right" if n in table.numbers else "left" for n in range(len(table.header))]
    head = "".join(
        f'<th scope="col" style="{_CELL.format(side)}">{escape(name)}</th>'
        for side, name in zip(sides, table.header, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL.format(side)}">{escape(cell)}</td>' for side, cell in zip(sides, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    named = f"<thead><tr>{head}</tr></thead>" if any(table.header) else ""
    return f"<table>{caption}{named}<tbody>{rows}</tbody></table>"
