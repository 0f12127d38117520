"""Making small files in the layouts publishers use, and holding a read against what was put in."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import openpyxl
import polars as pl
import pytest

from exposure.holdings import Holdings, read_holdings


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def book(sheets: dict[str, list[list[Any]]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def spreadsheetml(name: str, rows: list[list[Any]]) -> bytes:
    def cell(value: Any) -> str:
        kind = "Number" if isinstance(value, (int, float)) else "String"
        return f'<ss:Cell><ss:Data ss:Type="{kind}">{value}</ss:Data></ss:Cell>'

    body = "".join(f"<ss:Row>{''.join(map(cell, row))}</ss:Row>" for row in rows)
    return (
        '\ufeff<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<ss:Worksheet ss:Name="{name}"><ss:Table>{body}</ss:Table></ss:Worksheet></ss:Workbook>'
    ).encode()


@dataclass(frozen=True)
class Twin:
    """A file as a publisher would make it, and what reading it must give."""

    data: bytes
    rows: int
    total: float | None = None
    currency: str | None = None
    as_of: str | None = None
    weights: float | None = None
    spots: dict[str, dict[str, Any]] = field(default_factory=dict)
    portfolio: str | None = None
    aside: int | None = None


def hold(twin: Twin) -> Holdings:
    """Read a twin and compare everything it states."""
    holdings = read_holdings(twin.data, name="twin")
    report = holdings.report
    frame = holdings.frame
    assert (report.rows, report.currency) == (twin.rows, twin.currency), frame["name"].to_list()
    assert report.total_value == (None if twin.total is None else pytest.approx(twin.total, rel=1e-12))
    assert report.weight_sum == (None if twin.weights is None else pytest.approx(twin.weights, abs=1e-9))
    assert (report.as_of and report.as_of.isoformat()) == twin.as_of
    for name, expected in twin.spots.items():
        line = frame.row(by_predicate=pl.col("name") == name, named=True)
        assert {k: line[k] for k in expected} == {
            k: pytest.approx(v) if isinstance(v, float) else v for k, v in expected.items()
        }
    if twin.portfolio is not None:
        assert report.portfolio == twin.portfolio
    if twin.aside is not None:
        assert holdings.rejected.height == twin.aside, holdings.rejected.to_dicts()
    disagree = [words for words, agrees in report.checks if not agrees]
    assert not disagree, disagree
    return holdings
