"""Own-made files in further layouts: insurers' templates, index providers, brokers' exports, registers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from making import Twin, book, hold, text

TPT = (
    "1_Portfolio identifying data;3_Portfolio name;4_Portfolio currency (B);"
    "5_Net asset valuation of the portfolio or the share class in portfolio currency;6_Valuation date;"
    "7_Reporting date;8_Share price;12_CIC code of the instrument;"
    "14_Identification code of the financial instrument;"
    "15_Type of identification code for the instrument;17_Instrument name;18_Quantity;19_Nominal amount;"
    "21_Quotation currency (A);22_Market valuation in quotation currency  ( A );"
    "24_Market valuation in portfolio currency  (B);26_Valuation weight;"
    "28_Market exposure amount in portfolio currency (B);46_Issuer name;47_Issuer identification code"
)
INDEX = [
    "日期Date", "指数代码 Index Code", "指数名称 Index Name", "成份券代码Constituent Code",
    "成份券名称Constituent Name", "交易所英文名称Exchange(Eng)", "权重(%)weight",
]  # fmt: skip


def document(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


TWINS = {
    "insurers' look-through template": Twin(
        text(
            TPT,
            "LU1;Alpha Fund;EUR;900000;2025-06-30;2025-07-04;100;US31;US0378331005;1;APPLE INC;1000;;USD;400000;"
            "350000;0,35;350000;Apple Inc.;",
            "LU1;Alpha Fund;EUR;900000;2025-06-30;2025-07-04;100;DE11;DE0001102580;1;STATE LOAN 32;;500000;EUR;"
            "450000;450000;0,45;450000;State;",
            "LU1;Alpha Fund;EUR;900000;2025-06-30;2025-07-04;100;XL71;EUR;99;Deposit EUR;200000;;EUR;200000;200000;"
            "0,2;200000;Custodian Bank;",
        ),
        3, 1000000.0, "EUR", "2025-06-30", 1.0,
        {
            "APPLE INC": {"value": 350000.0, "isin": "US0378331005", "security_kind": "equity", "weight": 0.35},
            "STATE LOAN 32": {"security_kind": "debt"}, "Deposit EUR": {"security_kind": "cash"},
        },
        portfolio="Alpha Fund",
    ),
    "index provider, two languages in a header": Twin(
        book({"S": [
            INDEX,
            ["20260630", "000300", "沪深300", "002415", "海康威视", "Shenzhen Stock Exchange", 60.5],
            ["20260630", "000300", "沪深300", "600519", "贵州茅台", "Shanghai Stock Exchange", 39.5],
        ]}),
        2, None, None, "2026-06-30", 1.0,
        {
            "海康威视": {"ticker": "002415", "venue": "XSHE", "shares": None, "weight": 0.605},
            "贵州茅台": {"ticker": "600519", "venue": "XSHG"},
        },
    ),
    "account type beside the securities": Twin(
        text(
            "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Type",
            "Z1,Individual,SPAXX**,HELD IN MONEY MARKET,,,$1000.00,Cash",
            "Z1,Individual,AAPL,APPLE INC,10,$200.00,$2000.00,Cash",
            "Z1,Individual,-AAPL260117C200,AAPL JAN 17 2026 $200 CALL,-1,$5.00,-$500.00,Margin",
        ),
        3, 2500.0, "USD", None, None,
        {
            "APPLE INC": {"security_kind": "equity"}, "HELD IN MONEY MARKET": {"security_kind": "cash"},
            "AAPL JAN 17 2026 $200 CALL": {"security_kind": "derivative"},
        },
    ),
    "a column of classes called as names are": Twin(
        text(
            "Bestand;Bezeichnung;WKN;ISIN;Währung;Kurs;Marktwert in EUR;Anteil in %;Gattung",
            "22,00;EUROPA CHANCEN;847415;DE0008474156;EUR;544,37;11.976,14;20,00;Investmentfonds",
            "150,00;SAP SE O.N.;716460;DE0007164600;EUR;119,76;17.964,21;30,00;Aktien",
            "30.000,00;LAND ANL.V.2016(2046);110234;DE0001102341;EUR;99,80;29.940,35;50,00;Anleihen",
        ),
        3, 59880.70, "EUR", None, 1.0,
        {
            "EUROPA CHANCEN": {"security_kind": "fund"}, "SAP SE O.N.": {"security_kind": "equity"},
            "LAND ANL.V.2016(2046)": {"security_kind": "debt"},
        },
    ),
    "the word for the total among the codes": Twin(
        text("Slice,Name,Invested value,Value,Result,Owned quantity", "AAPL,Apple Inc.,1000,1100,100,10",
             "MSFT,Microsoft,900.5,1200.25,299.75,3.5", "Total,My pie,1900.5,2300.25,399.75,-"),
        2, 2300.25, None, None, None, {"Apple Inc.": {"ticker": "AAPL", "shares": 10.0}},
    ),
    "closing value": Twin(
        text("Name,A Client", "Client Code,12345", "", "Holdings statement for 30-09-2026",
             "Stock Name,ISIN,Quantity,Average buy price,Buy value,Closing price,Closing value,Unrealised P&L",
             "ALPHA BANK LTD,INE040A01034,15,1620.40,24306.00,1700.00,25500.00,1194.00",
             "BETA MOTORS LTD,INE155A01022,20,795.00,15900.00,688.15,13763.00,-2137.00"),
        2, 39263.0, None, "2026-09-30", None, {"BETA MOTORS LTD": {"value": 13763.0}},
    ),
    "sections without a line, and a code above the name": Twin(
        book({"AFCF": [
            ["", "AFCF"],
            ["", "Alpha Flexi Cap Fund (An open-ended dynamic equity scheme investing across large and mid caps)"],
            ["", "Monthly Portfolio Statement as on August 31, 2026"],
            [None, "Name of the Instrument", "ISIN", "Quantity", "Market/Fair Value (Rs. in Lakhs)", "% to NAV"],
            [None, "Equity & Equity related"],
            [None, "(a) Listed / awaiting listing"],
            ["A1", "Alpha Bank Limited", "INE040A01034", 36218700, 600.5, 0.6005],
            ["B1", "Beta Grid Corporation Limited", "INE752E01010", 10800, 299.25, 0.29925],
            [None, "Sub Total", None, None, 899.75, 0.89975],
            [None, "(b) Unlisted", None, None, "NIL", "NIL"],
            [None, "Sub Total", None, None, "NIL", "NIL"],
            ["T1", "TREPS 01-Sep-2026", None, None, 100.25, 0.10025],
            [None, "GRAND TOTAL", None, None, 1000.0, 1.0],
        ]}),
        3, 1e8, "INR", "2026-08-31", 1.0, {"TREPS 01-Sep-2026": {"security_kind": "cash"}},
        portfolio="Alpha Flexi Cap Fund",
    ),
    "broker's statement over a period": Twin(
        text(
            "Statement,Header,Field Name,Field Value", "Statement,Data,Title,Activity Statement",
            'Statement,Data,Period,"January 1, 2026 - March 31, 2026"',
            "Account Information,Header,Field Name,Field Value", "Account Information,Data,Name,A Trust",
            "Account Information,Data,Base Currency,USD",
            "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,"
            "Cost Basis,Close Price,Value,Unrealized P/L,Code",
            "Open Positions,Data,Summary,Stocks,CAD,XEQT,100,1,30,3000,42.5,4250,1250,",
            "Open Positions,Total,,Stocks,CAD,,,,,3000,,4250,1250,",
        ),
        1, 4250.0, "CAD", "2026-03-31", None, portfolio="A Trust",
    ),
    "full holdings register": Twin(
        text("DISCLOSE REGISTER - FULL PORTFOLIO HOLDINGS,,,", "Offer name,Alpha Investment Funds,,",
             "Fund name,Alpha Equity Fund,,", "Period disclosure applies,31/03/2026,,",
             "Asset name,% of fund net assets,Security code,", "ALPHA HEALTH LTD,60.40%,NZFAPE0001S2,",
             "BETA BANK transactional account,40.00%,,", "FX forward USD/NZD 15-Apr-26,-0.40%,,"),
        3, None, None, "2026-03-31", 1.0,
        {"ALPHA HEALTH LTD": {"isin": "NZFAPE0001S2", "weight": 0.604}}, portfolio="Alpha Equity Fund",
    ),
    "objects stored each under its symbol": Twin(
        document({
            "General": {"Code": "ALF", "Name": "Alpha Total Market", "UpdatedAt": "2026-05-01"},
            "ETF_Data": {"Holdings": {
                "AAPL.US": {"Code": "AAPL", "Exchange": "US", "Name": "Apple Inc", "Assets_%": 60.25},
                "SAP.XETRA": {"Code": "SAP", "Exchange": "XETRA", "Name": "SAP SE", "Assets_%": 39.5},
                "002415.SHE": {"Code": "002415", "Exchange": "SHE", "Name": "Hikvision", "Assets_%": 0.25},
            }},
        }),
        3, None, None, "2026-05-01", 1.0, {"SAP SE": {"ticker": "SAP", "weight": 0.395}}, aside=3,
    ),
    "the fund's symbol on every line": Twin(
        document([
            {"symbol": "ALF", "asset": "NVDA", "name": "NVIDIA CORP", "isin": "US67066G1040", "sharesNumber": 280,
             "weightPercentage": 75.5, "marketValue": 755.5},
            {"symbol": "ALF", "asset": "AAPL", "name": "APPLE INC", "isin": "US0378331005", "sharesNumber": 180,
             "weightPercentage": 24.5, "marketValue": 244.5},
        ]),
        2, 1000.0, None, None, 1.0, {"NVIDIA CORP": {"ticker": "NVDA", "shares": 280.0}}, portfolio="ALF", aside=0,
    ),
    "several funds, each with its list": Twin(
        document({"date": "20250102", "etfs": {
            "1": {"name": "Alpha 200", "holdings": [
                {"code": "005930", "name": "A CORP", "shares": 8, "amount": 42.5},
                {"code": "000660", "name": "B CORP", "shares": 7, "amount": 7.5},
            ]},
            "2": {"name": "Beta 150", "holdings": [
                {"code": "247540", "name": "C CORP", "shares": 1, "amount": 5.0},
            ]},
        }}),
        3, 55.0, None, "2025-01-02", None,
        {"C CORP": {"group": "Beta 150", "value": 5.0}, "A CORP": {"group": "Alpha 200", "ticker": "005930"}},
    ),
    "a percentage whose name runs together": Twin(
        document({"topHoldings": {"cash": {"raw": 0.4, "fmt": "40.00%"}, "holdings": [
            {"symbol": "NVDA", "holdingName": "NVIDIA Corp", "holdingPercent": {"raw": 0.6, "fmt": "60.00%"}},
            {"symbol": "AAPL", "holdingName": "Apple Inc", "holdingPercent": {"raw": 0.4, "fmt": "40.00%"}},
        ]}}),
        2, None, None, None, 1.0, {"Apple Inc": {"weight": 0.4, "value": None}},
    ),
    "regions that are countries": Twin(
        text("Ticker,Holding name,% of market value,Sector,Region,Market value,Shares",
             'NVDA,NVIDIA Corp,60.5%,Technology,US,"US$3,025.00","15"',
             '2330,Alpha Semiconductor Co Ltd,39.5%,Technology,TW,"US$1,975.00","9"'),
        2, 5000.0, "USD", None, 1.0, {"Alpha Semiconductor Co Ltd": {"country": "TW"}},
    ),
    "a catalogue of securities with yields and scores": Twin(
        text("ticker,instrument_type,currency,country,default_ytm,default_duration,default_risk_score,notes",
             "AL30,bono,USD,AR,8.5,3.2,4,Bono soberano 2030", "SPY,etf,USD,US,,0,6,S&P 500 ETF"),
        2, None, None, None, None, {"S&P 500 ETF": {"ticker": "SPY", "security_kind": "fund", "value": None}},
    ),
    "a country's total on each of its lines": Twin(
        text("Name,Country,Market Value (NOK)", "A AS,Norway,600", "B AS,Norway,600", "C AS,Norway,600",
             "D SA,France,400", "E SA,France,400", "F SA,France,400"),
        6, None, None, None, None, {"A AS": {"value": None}},
    ),
    "a quoted footer of several lines": Twin(
        text("Name,ISIN,Market Value (GBP),Weight (%)", 'A PLC,GB0007980591,"1,200.50",60.025',
             'B SA,FR0000120271,"799.50",39.975', ",,,",
             '"Holdings are subject to change.', "Past performance, 2015 to 2025, is no guide to 1,000,000.00;",
             'the value may fall.",,,'),
        2, 2000.0, "GBP", None, 1.0, aside=1,
    ),
    "values in the currency of a column behind them": Twin(
        text("Symbol,Name,Quantity,Position Direction,Market Price,Market Price Currency,Market Value,"
             "Market Value Currency", "VFV,Alpha Index ETF,10.5,LONG,168.00,CAD,1764.00,CAD",
             "XIC,Beta Index ETF,5,LONG,36.00,CAD,180.00,CAD", "", '"As of 2026-05-01 09:59 GMT-04:00"'),
        2, 1944.0, "CAD", "2026-05-01", None, {"Beta Index ETF": {"value": 180.0, "currency": "CAD"}},
    ),
    "capitals without accents, days in the language's order": Twin(
        text("DATA RIFERIMENTO;DESCRIZIONE TITOLO;ISIN;DIVISA;VALORE NOMINALE;QUANTITA;CONTROVALORE;PREZZO",
             "01/07/2026;ALPHA SPA;IT0003132476;EUR;0,0;1000,0;14500,0;14,5",
             "01/07/2026;BTP 2028 2%;IT0005323032;EUR;96000,0;0,0;95061,85;99,022765"),
        2, 109561.85, "EUR", "2026-07-01", None, {"ALPHA SPA": {"shares": 1000.0}},
    ),
    "a time of an American zone beside its day": Twin(
        text('"Holdings","As of 05/01/2026 04:00 PM ET"', '"Symbol ","CUSIP #","Security Description","Value ($)"',
             '"AAPL ","037833100","APPLE INC","$2,000.00"', '"","","Money accounts","$250.10"',
             '"","","Total","$2,250.10"'),
        2, 2250.1, "USD", "2026-05-01", None, {"Money accounts": {"security_kind": "cash"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_further_layouts(name: str) -> None:
    hold(TWINS[name])
