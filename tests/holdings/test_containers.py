"""Files within other formats: binary workbooks, locked ones, and SEC submissions that wrap an N-PORT."""

from __future__ import annotations

import io

import msoffcrypto.format.ooxml
import pytest
import xlwt
from making import book

from exposure.errors import NoHoldings, UnreadableFile
from exposure.holdings import read_holdings

TABLE = [
    ["Holdings as at 31 December 2025", "", "", ""],
    ["Name", "ISIN", "Market Value (EUR)", "Weight (%)"],
    ["SAP SE", "DE0007164600", 600.5, 60.05],
    ["Münchener Rück", "DE0008430026", 399.5, 39.95],
    ["Total", "", 1000.0, 100.0],
]


def xls(rows: list[list[object]]) -> bytes:
    """Write a binary workbook (BIFF 8)."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Holdings")
    for i, row in enumerate(rows):
        for k, cell in enumerate(row):
            sheet.write(i, k, cell)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["fund.xls", "fund.xlsx", "fund.csv"])
def test_a_binary_workbook_under_any_name(name: str) -> None:
    holdings = read_holdings(xls(TABLE), name=name)
    report = holdings.report
    assert (report.rows, report.total_value, report.currency) == (2, 1000.0, "EUR")
    assert str(report.as_of) == "2025-12-31"
    assert holdings.frame["name"].to_list() == ["SAP SE", "Münchener Rück"]
    assert report.checks[0] == ("sheet 'Holdings', row 5: the file's own total 1,000.00", True)


def test_a_cut_binary_workbook_is_refused() -> None:
    data = xls(TABLE)
    for part in (data[: len(data) // 2], data[:700], data[:512]):
        with pytest.raises((UnreadableFile, NoHoldings)):
            read_holdings(part, name="cut.xls")


def test_a_locked_workbook_is_named_as_such() -> None:
    plain, locked = io.BytesIO(book({"Holdings": TABLE})), io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", locked)
    with pytest.raises(UnreadableFile, match="password") as caught:
        read_holdings(locked.getvalue(), name="fund.xlsx")
    assert "fund.xlsx" in str(caught.value)


def test_a_locked_binary_workbook_is_named_as_such() -> None:
    """The record FILEPASS behind the first one says that what follows is encrypted ([MS-XLS] 2.4.117)."""
    data = bytearray(xls(TABLE))
    begin = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    following = begin + 4 + 16
    data[following : following + 2] = b"\x2f\x00"
    with pytest.raises(UnreadableFile, match="password"):
        read_holdings(bytes(data), name="fund.xls")


NPORT = """<SEC-DOCUMENT>0001234567-26-000003.txt : 20260529
<SEC-HEADER>
CONFORMED SUBMISSION TYPE:\tNPORT-P
CONFORMED PERIOD OF REPORT:\t20260930
FILER:
\tCOMPANY CONFORMED NAME:\t\t\tEXAMPLE TRUST
</SEC-HEADER>
<DOCUMENT>
<TYPE>NPORT-P
<TEXT>
<XML>
<?xml version="1.0" encoding="UTF-8"?>
<edgarSubmission xmlns="http://www.sec.gov/edgar/nport"><formData><genInfo><regName>EXAMPLE TRUST</regName>
<seriesName>Example Index Fund</seriesName><repPdEnd>2026-09-30</repPdEnd>
<repPdDate>2026-03-31</repPdDate></genInfo>
<fundInfo><netAssets>1000.00</netAssets></fundInfo><invstOrSecs>
<invstOrSec><name>ALPHA INC</name><cusip>037833100</cusip><identifiers><isin value="US0378331005"/></identifiers>
<balance>10</balance><units>NS</units><curCd>USD</curCd><valUSD>600.00</valUSD><pctVal>60.0</pctVal>
<payoffProfile>Long</payoffProfile><assetCat>EC</assetCat><invCountry>US</invCountry></invstOrSec>
<invstOrSec><name>BETA PLC</name><cusip>000000000</cusip><identifiers><isin value="GB0007980591"/></identifiers>
<balance>5</balance><units>NS</units><currencyConditional curCd="GBP" exchangeRt="0.8"/><valUSD>-100.00</valUSD>
<pctVal>-10.0</pctVal><payoffProfile>Short</payoffProfile><assetCat>EC</assetCat><invCountry>GB</invCountry></invstOrSec>
</invstOrSecs></formData></edgarSubmission>
</XML>
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


def test_a_full_submission_of_an_nport() -> None:
    """The holdings' day is ``repPdDate``; the heading's period is the fiscal year's end."""
    holdings = read_holdings(NPORT.encode(), name="0001234567-26-000003.txt")
    report = holdings.report
    assert (report.layout, report.portfolio, str(report.as_of)) == ("sec_nport", "Example Index Fund", "2026-03-31")
    assert (report.rows, report.total_value, report.currency) == (2, 500.0, "USD")
    assert report.weight_sum == pytest.approx(0.5)
    assert holdings.frame["value"].to_list() == [600.0, -100.0]
    assert holdings.frame["local_currency"].to_list() == ["USD", "GBP"]
    with pytest.raises(UnreadableFile, match="middle"):
        read_holdings(NPORT[: NPORT.index("<valUSD>-100")].encode())
