"""Form 13F tables as printed before 2013: own-made filings in the shapes that filers used."""

from __future__ import annotations

import pytest
from making import text

from exposure.errors import NoHoldings
from exposure.holdings import Holdings, read_holdings

HEAD = (
    "<SEC-DOCUMENT>0000000001-05-000001.txt : 20050214",
    "<SEC-HEADER>",
    "CONFORMED SUBMISSION TYPE:\t13F-HR",
    "CONFORMED PERIOD OF REPORT:\t20050214",
    "\t\tCOMPANY CONFORMED NAME:\t\t\tALPHA TRUST CO",
    "</SEC-HEADER>",
    "<DOCUMENT>",
    "<TYPE>13F-HR",
    "<TEXT>",
    "Report for the Calendar Year or Quarter Ended:   December 31, 2004",
)
COLUMNS = (
    "                         TITLE OF              VALUE   SHARES/ SH/ PUT/ INVSTMT",
    "NAME OF ISSUER           CLASS     CUSIP    (x$1000)   PRN AMT PRN CALL DSCRETN",
    "<S>                      <C>       <C>       <C>       <C>     <C> <C>  <C>",
)


def filing(*lines: str) -> bytes:
    return text(*HEAD, "<TABLE>", *lines, "</TABLE>", "</TEXT>", "</DOCUMENT>", "</SEC-DOCUMENT>")


def lines_of(holdings: Holdings) -> list[tuple[object, ...]]:
    return holdings.frame.select("name", "cusip", "value", "shares").rows()


APPLE = ("APPLE INC", "037833100", 2592000.0, 36770.0)
OTHER = ("TESLA MOTORS INC", "88160R101", 367000.0, 12900.0)
SHAPES = {
    "columns as marked, and a lower-case CUSIP": [
        *COLUMNS,
        "APPLE INC                COM       037833100    2592     36770 SH       SOLE     36770   0   0",
        "TESLA MOTORS INC         COM       88160r101     367     12900 SH       SOLE     12900   0   0",
    ],
    "the class runs into the name": [
        *COLUMNS,
        "APPLE INC                COM       037833100    2592     36770 SH       SOLE",
        "TESLA MOTORS INC         COM STOCK A 88160R101     367     12900 SH       SOLE",
    ],
    "names over several lines, before and behind": [
        *COLUMNS,
        "APPLE",
        "  INC                    COM       037833100   2,592    36,770 SH       SOLE",
        "",
        "TESLA MOTORS             COM       88160R101     367    12,900 SH       SOLE",
        "INC",
        "",
    ],
    "blanks within the CUSIP, dollar signs, a sum and a rule": [
        *COLUMNS,
        "APPLE INC                COM       037833 10 0  $2,592    36,770             X",
        "TESLA MOTORS INC         COM       88160R 10 1  $  367    12,900             X",
        "                                                $2,959",
        "                                                ======",
    ],
    "shares before values": [
        "SECURITY                 CLASS     CUSIP       SHARES     VALUE  (A)",
        "APPLE INC                COM       037833100    36770      2592   X",
        "TESLA MOTORS INC         COM       88160R101    12900       367   X",
    ],
    "the type attached to the amount, and zeros lost": [
        *COLUMNS,
        "APPLE INC                COM       37833100     2592     36770SH        SOLE",
        "TESLA MOTORS INC         COM       88160R101     367  12900.00sh        SOLE",
    ],
}


@pytest.mark.parametrize("name", SHAPES)
def test_printed_tables(name: str) -> None:
    holdings = read_holdings(filing(*SHAPES[name]))
    assert lines_of(holdings) == [APPLE, OTHER]
    report = holdings.report
    assert (report.layout, report.portfolio, report.currency) == ("sec_13f", "ALPHA TRUST CO", "USD")
    assert str(report.as_of) == "2004-12-31"
    assert report.total_value == 2959000.0


def test_a_line_of_amounts_alone_is_a_further_part_of_the_holding_above() -> None:
    holdings = read_holdings(
        filing(
            *COLUMNS,
            "APPLE INC                COM       037833100    2592     36770 SH       SOLE",
            "                                                 367     12900 SH       DEFINED",
            "Form 13F Information Table Value Total: 2,959",
        )
    )
    assert lines_of(holdings) == [APPLE, ("APPLE INC", "037833100", 367000.0, 12900.0)]


def test_principal_is_debt_and_a_put_is_a_derivative() -> None:
    frame = read_holdings(
        filing(
            *COLUMNS,
            "APPLE INC                NOTE 6/1  037833AA8    2592   2592000 PRN      SOLE",
            "TESLA MOTORS INC         COM       88160R101     367     12900 SH  PUT  SOLE",
        )
    ).frame
    assert frame["security_kind"].to_list() == ["debt", "derivative"]


def test_a_second_table_of_votes_is_not_read() -> None:
    votes = (
        "</TABLE>",
        "<TABLE>",
        "Name of Issuer    Managers     Sole     Shared",
        "APPLE INC    1, 2, 3      36,770    0",
    )
    assert read_holdings(filing(*SHAPES["columns as marked, and a lower-case CUSIP"], *votes)).report.rows == 2


def test_sums_of_every_page_prove_a_table_whose_cover_is_wrong() -> None:
    total = "                         TOTAL $              2,959"
    cover = "Form 13F Information Table Value Total: $2.9 (thousands)"
    holdings = read_holdings(filing(*SHAPES["columns as marked, and a lower-case CUSIP"], total, cover))
    assert holdings.report.total_value == 2959000.0


REFUSED = {
    "its sum": (["Form 13F Information Table Value Total: $3,000 (thousands)"], "states a value of 3,000"),
    "its count": (["Form 13F Information Table Entry Total: 3"], "states 3 entries, and 2 were found"),
    "an amount that is none": (
        ["BETA CORP                COM       023135106     500   100oops SH       SOLE"],
        "BETA CORP",
    ),
    "a value on the next line": (
        ["BETA CORP                COM       023135106             7,500 SH       SOLE   7,500", "      500"],
        "BETA CORP",
    ),
    "a line without a CUSIP": (
        ["BETA CORP                COM                   500     7,500 SH       SOLE"],
        "BETA",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_exactly_is_refused(name: str) -> None:
    lines, said = REFUSED[name]
    with pytest.raises(NoHoldings, match="printed text that cannot be read exactly") as caught:
        read_holdings(filing(*SHAPES["columns as marked, and a lower-case CUSIP"], *lines))
    assert said in str(caught.value)


def test_a_first_line_that_is_not_understood_is_not_lost() -> None:
    wrong = "BETA CORP                COM       023135107     500     7,500 SH       SOLE"
    with pytest.raises(NoHoldings, match="a line is not understood, such as 'BETA CORP"):
        read_holdings(filing(*COLUMNS, wrong, *SHAPES["columns as marked, and a lower-case CUSIP"][3:]))
