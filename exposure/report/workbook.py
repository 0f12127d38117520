"""The workbook: everything found, as typed cells that an analyst can filter, in a file that never runs anything.

Written by XlsxWriter: a fraction of openpyxl's time on 10,000 holdings, and the same bytes for the same input. Text
is always text: no cell is a formula or a link, and what begins like a formula keeps Excel's own mark for text
(``quotePrefix``), so that it stays text when somebody edits the cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exposure.errors import LimitExceeded
from exposure.neutral import neutral
from exposure.present.charts import ACCENT, INK
from exposure.present.sheets import dictionary
from exposure.present.words import identified_share
from exposure.report.content import Content, content
from exposure.report.redact import redact
from exposure.report.text import visible
from exposure.report.workbook_sheets import MANIFEST, RECORD, Sheet, sheets
from exposure.results import Results

MOST_ROWS = 1_048_575  # of a sheet, below the heading
MOST_CHARACTERS = 32_767  # of a cell
NARROWEST, WIDEST = 8, 60  # characters of a column
# Columns in which a longer text goes on in the next line sooner, so that what belongs together is seen together.
NARROW = {"company": 32, "said_by": 24, "entity_id": 24, "statement": 52, "reply": 52}
WIDE = r"[\x{2E80}-\x{FFEF}]"  # characters as wide as two
LINE, MOST_LINES = 15, 27  # points; a row is at most 409 points high
PIECE = 60  # characters of a row told together where a copy differs
FORMATS = {
    "money": "#,##0.00",
    "amount": "#,##0.00##",
    "share": "0.00%",
    "stake": "0.0%",
    "date": "yyyy-mm-dd",
    "number": "0",
    "score": "0.0###",
}
SUMMARY = "Summary"
SUMMARY_WIDTHS = (14, 9, 21, 8, 52)  # characters
PRINTED = 200  # characters across that can still be read on A4
A4 = 9  # Excel's number of the paper
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def to_excel(results: Results, path: str | Path, level: str = "full") -> None:
    """Write the workbook.

    Args:
        results: one screen.
        path: where to write it.
        level: what it may reveal (``redact``).

    Raises:
        LimitExceeded: more rows than a sheet can hold.
        UsageError: a level that there is not.
    """
    Path(path).write_bytes(workbook(redact(results, level)))


def workbook(results: Results) -> bytes:
    """The workbook of results that were redacted before."""
    shown, target = content(results), BytesIO()
    book = _Book(target, shown, results.as_of.lists)
    parts = sheets(results, shown)
    book.summary(results, parts)
    for sheet in parts:
        book.table(sheet)
    book.file.close()
    return target.getvalue()


class _Book:
    """One workbook while it is written."""

    def __init__(self, target: BytesIO, shown: Content, dated: date) -> None:
        self.shown = shown
        self.file = xlsxwriter.Workbook(target, OPTIONS)
        # The date is the data's: the file never depends on the day on which it is written.
        self.file.set_properties(
            {"title": visible(shown.portfolio), "created": datetime.combine(dated, time()), "author": "exposure"}
        )
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "valign": "top"}
        self.head = self.file.add_format(head)
        self.head_right = self.file.add_format(head | {"align": "right"})
        self.units = {unit: self._style(num_format=code) for unit, code in FORMATS.items()}
        # By whether a column is too wide: its texts, and those among them that begin like a formula.
        self.texts = {
            wrap: (self._style(text_wrap=wrap), self._style(text_wrap=wrap, quote_prefix=True))
            for wrap in (False, True)
        }
        self.wrapped = self._style(text_wrap=True, indent=1)
        self.large = self._style(bold=True, font_size=14, text_wrap=True, quote_prefix=True)
        self.told = self._style(text_wrap=True)
        self.strong = self._style(bold=True)

    def _style(self, **settings: Any) -> Format:
        return self.file.add_format({"valign": "top", "font_color": INK, **settings})

    def _page(self, name: str) -> Worksheet:
        """A sheet that prints across, as wide as the paper, or as a few of them."""
        page = self.file.add_worksheet(name)
        page.set_paper(A4)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        return page

    def table(self, sheet: Sheet) -> None:
        """One frame: heading, filter, fixed columns, typed cells."""
        frame = sheet.frame
        if frame.height > MOST_ROWS:
            raise LimitExceeded(
                f"The sheet “{sheet.name}” would have {frame.height:,} rows and a workbook holds {MOST_ROWS:,}: "
                "write the data instead (exposure screen --json)."
            )
        page = self._page(sheet.name)
        tall: list[pl.Series] = []
        widths: list[int] = []
        for place, name in enumerate(frame.columns):
            told = dictionary()[name]
            heading = told.title
            if told.unit == "money" and self.shown.currency:
                heading += f", {self.shown.currency}"
            page.write_string(0, place, visible(heading), self.head)
            most = NARROW.get(name, WIDEST)
            width = self._column(page, place, frame[name], told.unit, most)
            if width > most and frame.height:
                tall.append(_lines(_as_text(frame[name]), most))
            widths.append(min(max(width, len(heading) + 4, NARROWEST), most))
            page.set_column(place, place, widths[-1])
        for row, lines in enumerate(pl.select(pl.max_horizontal(tall)).to_series().to_list() if tall else (), 1):
            if lines > 1:
                page.set_row(row, LINE * min(lines, MOST_LINES))
        page.freeze_panes(1, min(sheet.fixed, frame.width - 1))
        page.repeat_rows(0)
        page.fit_to_pages(max(math.ceil(sum(widths) / PRINTED), 1), 0)
        if frame.width:
            page.autofilter(0, 0, frame.height, frame.width - 1)

    def _column(self, page: Worksheet, place: int, column: pl.Series, unit: str, most: int) -> int:
        """The cells of one column below its heading; returns the width that they need."""
        if column.dtype.is_numeric():
            style = self.units[unit]
            for row, number in enumerate(column.to_list(), 1):
                if number is not None and number == number and abs(number) != float("inf"):
                    page.write_number(row, place, number, style)
            return 16 if unit in ("money", "amount") else 11
        if column.dtype == pl.Date:
            for row, day in enumerate(column.to_list(), 1):
                if day is not None:
                    page.write_datetime(row, place, datetime.combine(day, time()), self.units["date"])
            return 12
        return self._texts(page, place, _as_text(column), most)

    def _texts(self, page: Worksheet, place: int, column: pl.Series, most: int) -> int:
        begins = column.to_frame("text").select((neutral(pl.col("text")) != pl.col("text")).fill_null(False))
        longest = (column.str.len_chars() + column.str.count_matches(WIDE).cast(pl.UInt32)).max()
        width = (int(longest) if isinstance(longest, int) else 0) + 1
        plain, guarded = self.texts[width > most]
        for row, (text, formula) in enumerate(zip(column.to_list(), begins.to_series().to_list(), strict=True), 1):
            if text:
                page.write_string(row, place, text, guarded if formula else plain)
        return width

    def summary(self, results: Results, parts: tuple[Sheet, ...]) -> None:
        """The first sheet: the finding, the figures as numbers, the dates, and what the other sheets hold."""
        shown, page = self.shown, self._page(SUMMARY)
        page.hide_gridlines(2)
        for place, width in enumerate(SUMMARY_WIDTHS):
            page.set_column(place, place, width)
        row = 0
        for text, style in (
            (shown.portfolio, self.large),
            *((one, self.told) for one in (*shown.omitted, shown.sentences[0], *shown.sentences[1:])),
            (f"{shown.holdings:,} holdings. {shown.dates}", self.told),
        ):
            page.merge_range(row, 0, row, 4, "")
            page.write_string(row, 0, visible(text), style)
            page.set_row(row, 20 * (1 + len(text) // (55 if style is self.large else 95)))
            row += 1
        row = self._figures(page, row + 1, results)
        row += 1
        self._heads(page, row, ("Sheet", "Rows", "", "", "What it shows"))
        for part in parts:
            row += 1
            page.write_string(row, 0, part.name, self.strong)
            page.write_number(row, 1, part.frame.height, self.units["number"])
            page.write_string(row, 4, part.about, self.wrapped)
        page.merge_range(row + 2, 0, row + 2, 4, "")
        page.write_string(row + 2, 0, shown.limits, self.told)
        page.set_row(row + 2, 20 * (1 + len(shown.limits) // 95))

    def _figures(self, page: Worksheet, row: int, results: Results) -> int:
        """At least, at most, identified and score as numbers, each with what it means."""
        shown, found, score = self.shown, results.headline, results.score
        money = f"Value{f', {shown.currency}' if shown.currency else ''}" if shown.amounts else ""
        self._heads(page, row, ("Figure", "Share", money, "Score", "What it means"))
        numbers = (
            (found.at_least.share, found.at_least.value, None),
            (found.at_most.share, found.at_most.value, None),
            (identified_share(results), None, None),
            (None, None, score.value),
        )
        for figure, values in zip(shown.figures, numbers, strict=True):
            row += 1
            page.write_string(row, 0, figure.name, self.strong)
            for place, number, unit in zip((1, 2, 3), values, ("share", "money", "score"), strict=True):
                if number is not None:
                    page.write_number(row, place, number, self.units[unit])
            page.write_string(row, 4, figure.meaning, self.wrapped)
            page.set_row(row, LINE * (1 + len(figure.meaning) // (SUMMARY_WIDTHS[-1] - 4)))
        return row + 1

    def _heads(self, page: Worksheet, row: int, headings: Sequence[str]) -> None:
        """One line of headings: the figures' at the right, as the figures are."""
        for place, heading in enumerate(headings):
            between = 0 < place < len(headings) - 1
            page.write_string(row, place, visible(heading), self.head_right if between else self.head)


def _lines(texts: pl.Series, width: int) -> pl.Series:
    """How many lines each text takes in a column."""
    wide = texts.fill_null("").str
    return ((wide.len_chars() + wide.count_matches(WIDE)) / width).ceil().cast(pl.Int64)


def _as_text(column: pl.Series) -> pl.Series:
    """A column as what its cells say: lists in one cell, yes and no, nothing that no reader sees."""
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    texts = column.list.join("; ") if isinstance(column.dtype, pl.List) else column.cast(pl.String)
    if texts.str.contains(r"\p{C}").any():
        texts = texts.map_elements(visible, return_dtype=pl.String)
    long = texts.str.len_chars() > MOST_CHARACTERS
    cut = texts.str.slice(0, MOST_CHARACTERS - 1) + "…"
    return texts.zip_with(~long.fill_null(False), cut)


def xlsx_record(content: bytes) -> str | None:
    """The manifest that a workbook carries; null for another one."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        if MANIFEST not in book.sheet_names:
            return None
        rows = book.get_sheet_by_name(MANIFEST).to_python()
    except CalamineError:
        return None
    return "".join(str(row[1]) for row in rows if row[0] == RECORD) or None


def xlsx_text(content: bytes) -> list[str]:
    """The cells of a workbook, row by row."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [
        f"{name}, row {number}: {piece}"
        for name in book.sheet_names
        if name != MANIFEST
        for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for piece in _pieces(row)
    ]


def _pieces(row: Sequence[Any]) -> Iterator[str]:
    """The cells of a row, a few at a time, so that one that differs is told with its neighbours and no more."""
    piece = ""
    for cell in row:
        if cell != "":
            piece = f"{piece} | {cell}" if piece else str(cell)
        if len(piece) > PIECE:
            yield piece
            piece = ""
    if piece:
        yield piece
