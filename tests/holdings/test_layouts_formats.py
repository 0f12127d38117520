"""Twins of published layouts in SpreadsheetML, JSON and Hebrew workbooks."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from making import book

from exposure.holdings import read_holdings


def test_spreadsheetml() -> None:
    rows = [
        ["Fund Holdings as of", "09/Jul/2026"],
        ["Issuer Ticker", "Name", "Asset Class", "Market Value", "Weight (%)"],
    ]
    rows += [["PRY", "PRYSMIAN & CO", "Equity", "18’609.50", "60"], ["REP", "REPSOL", "Equity", "12’406.50", "40"]]
    cells = "".join(
        "<ss:Row>"
        + "".join(f'<ss:Cell><ss:Data ss:Type="String">{c}</ss:Data></ss:Cell>' for c in row)
        + "</ss:Row>"
        for row in rows
    )
    data = (
        '\ufeff\ufeff<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<ss:Worksheet ss:Name="Holdings"><ss:Table>{cells}</ss:Table></ss:Worksheet></ss:Workbook>'
    )
    holdings = read_holdings(data.encode(), name="fund.xls")
    assert (holdings.report.rows, holdings.report.total_value) == (2, 31016.0)
    assert holdings.frame["name"].to_list() == ["PRYSMIAN & CO", "REPSOL"]
    assert holdings.report.as_of == dt.date(2026, 7, 9)


def test_json_records() -> None:
    tree = {
        "fund": {"name": "x", "items": [{"detail": {"isin": "US0378331005", "name": "APPLE", "weight": 0.6}}]},
    }
    tree["fund"]["items"].append({"detail": {"isin": "US5949181045", "name": "MICROSOFT", "weight": 0.4}})
    holdings = read_holdings(json.dumps(tree).encode(), name="fund.json")
    assert holdings.frame["isin"].to_list() == ["US0378331005", "US5949181045"]
    assert holdings.report.weight_sum == pytest.approx(1.0)


def test_hebrew_asset_list() -> None:
    head = ["", 'שם נ"ע', 'מספר ני"ע', "זירת מסחר", "סוג מטבע", "שווי שוק", "שעור מנכסי השקעה"]
    rows = [
        ["", "תאריך הדיווח: 31/03/2016"],
        ["", "4. מניות"],
        head,
        ["", "", "", "", "", "אלפי ₪", "אחוזים"],
        ["", "", "(1)", "(2)", "(3)", "(4)", "(5)"],
        ["", 'סה"כ מניות', "", "", "", 30.0, 1.0],
        ["", "קבוצה", "", "", "", 30.0, 1.0],
        ["", "חברה א", 9590332, "TASE", "שקל חדש", 10.0, 0.3333],
        ["", "TENCENT", "KYG875721634", "HKEX", "דולר הונג קונג", 20.0, 0.6667],
        ["", "* בעל ענין"],
    ]
    holdings = read_holdings(book({"מניות": rows}))
    report = holdings.report
    assert (report.layout, report.rows, report.total_value, report.currency) == ("il_pension", 2, 30000.0, "ILS")
    assert report.as_of == dt.date(2016, 3, 31)
    assert holdings.frame["security_kind"].to_list() == ["equity", "equity"]
    assert report.checks[0][1]
