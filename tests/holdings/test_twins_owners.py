"""Own-made twins of the lists of pension funds, states, councils and foundations, and of brokers' statements."""

# Rows of tables read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from making import Twin, book, hold, text

TWINS = {
    "Danish pension, thousands with points": Twin(
        text("Navn;ISIN;Markedsværdi (DKK)", "Novo Nordisk B;DK0062498333;1.234.567",
             "Hikvision;CNE100000PM8;12.345", "I alt;;1.246.912", encoding="cp1252"),
        2, 1246912.0, "DKK", None, None, {"Hikvision": {"value": 12345.0}},
    ),
    "Danish pension, millions": Twin(
        text("Aktiebeholdning pr. 31. december 2025", "", "Selskab;Land;Markedsværdi (mio. kr.)",
             "Apple Inc;USA;1.234,5", "Vestas;Danmark;65,5"),
        2, 1300000000.0, "DKK", "2025-12-31", None,
    ),
    "Swedish AP fund": Twin(
        book({"Svenska aktier": [
            ["Innehav per 2025-12-31"], [],
            ["Innehav", "Antal", "Marknadsvärde, Mkr", "Andel av kapital, %"],
            ["Volvo B", 1000000, 250.5, 1.2],
            ["Ericsson B", 500000, 49.5, 0.3],
            ["Summa", None, 300, None],
        ]}),
        2, 300000000.0, "SEK", "2025-12-31", None,
    ),
    "Norwegian": Twin(
        text("Utsteder;Land;Markedsverdi (MNOK)", "Equinor ASA;Norge;1 234,5", "Hikvision;Kina;15,5"),
        2, 1250000000.0, "NOK", None, None,
    ),
    "Dutch pension, million euros": Twin(
        text("Overzicht beleggingen per 31 december 2025", "",
             "Naam;Land;Marktwaarde (x € miljoen)", "ASML Holding;Nederland;1.234", "Hikvision;China;7", "Shell;VK;845"),
        3, 2086000000.0, "EUR", "2025-12-31", None,
    ),
    "Australian super, sections with their own headers and summary tables": Twin(
        text(
            "Example Super", "Portfolio holdings for Growth option as at 31 December 2025", "", "TABLE 1 - ASSETS", "",
            "Cash", "INSTITUTION,CURRENCY,VALUE (AUD),WEIGHTING (%)", 'Westpac,AUD,"1,000.50",10.00%',
            'SUB TOTAL CASH,,"1,000.50",10.00%', "",
            "Listed Equity", "NAME / KIND OF INVESTMENT ITEM,SECURITY IDENTIFIER,UNITS HELD,VALUE (AUD),WEIGHTING (%)",
            'BHP GROUP LTD,BHP AU,"100","5,000.00",50.00%', 'CSL LTD,CSL AU,"10","3,999.50",40.00%',
            'SUB TOTAL LISTED EQUITY,,,"8,999.50",90.00%', "",
            'TOTAL INVESTMENT ITEMS,,,"10,000.00",100.00%', "",
            "TABLE 2 - DERIVATIVES", "KIND OF DERIVATIVE,VALUE (AUD),WEIGHTING (%)", 'Swaps,"77.00",1.00%', "",
            "TABLE 3", "ASSET CLASS,ACTUAL ASSET ALLOCATION (%),EFFECT OF DERIVATIVES (%)", "Cash,10,0", "Equity,90,0",
        ),
        3, 10000.0, "AUD", "2025-12-31", 1.0, {"CSL LTD": {"shares": 10.0}},
    ),
    "New Zealand": Twin(
        book({"Equities": [
            ["Equity holdings as at 30 June 2025"], [],
            ["Security Description", "ISIN", "Country", "Market Value (NZD)"],
            ["HANGZHOU HIKVISION DIGITAL A", "CNE100000PM8", "China", 123456.78],
            ["FISHER & PAYKEL HEALTHCARE", "NZFAPE0001S2", "New Zealand", 876543.22],
        ]}),
        2, 1000000.0, "NZD", "2025-06-30", None,
    ),
    "US state pension": Twin(
        text(
            "SECURITY NAME,CUSIP,ASSET TYPE,SHARES/PAR VALUE,BASE COST,BASE MARKET VALUE",
            'APPLE INC,37833100,Common Stock,"1,000","50,000.00","200,000.00"',
            'US TREASURY N/B 2.5% 2030,912828YE4,Fixed Income,"100,000","99,000.00","98,500.00"',
            'CASH COLLATERAL USD,,Cash,"1,500","1,500.00","1,500.00"',
        ),
        3, 300000.0, None, None, None, {"APPLE INC": {"cusip": "037833100", "value": 200000.0}},
    ),
    "Canadian, millions": Twin(
        text("Public equity holdings as at March 31, 2025", "(in CAD millions)", "",
             "Issuer,Number of shares (thousands),Market value", 'Royal Bank of Canada,"1,250",190',
             'Alibaba Group,"3,400",410'),
        2, 600000000.0, "CAD", "2025-03-31", None,
    ),
    "British council, thousands": Twin(
        book({"Holdings": [
            ["Example Pension Fund"], ["Holdings as at 31 March 2025"], [],
            ["Stock description", "SEDOL", "Asset class", "£000"],
            ["UK EQUITIES"],
            ["BP PLC ORD USD0.25", 798059, "Equity", 1200],
            ["SHELL PLC ORD EUR0.07", "BP6MXD8", "Equity", 3800],
            ["Sub-total UK equities", None, None, 5000],
            ["POOLED FUNDS"],
            ["LGIM WORLD EQUITY INDEX FUND", None, "Pooled fund", 5000],
            ["TOTAL", None, None, 10000],
        ]}),
        3, 10000000.0, "GBP", "2025-03-31", None, {"BP PLC ORD USD0.25": {"sedol": "0798059", "value": 1200000.0}},
    ),
    "several managers on sheets of one layout": Twin(
        book({
            "Manager A": [["Security Name", "ISIN", "Market Value GBP"], ["A PLC", "GB0007980591", 10.5],
                          ["B PLC", "GB00BP6MXD84", 20]],
            "Manager B": [["Security Name", "ISIN", "Market Value GBP"], ["C INC", "US0378331005", 69.5],
                          ["D INC", "US5949181045", 100]],
            "Transactions": [["Security Name", "ISIN", "Market Value GBP"], ["SOLD CO", "US67066G1040", 999]],
        }),
        4, 200.0, "GBP", None, None,
    ),
    "US endowment": Twin(
        text("Fair value as of June 30 2025 ($ in thousands)", "Investment,Fair Value,% of Total",
             'Example Partners Fund IV LP,"60,000",60.0%', 'Vanguard Total Market Index,"40,000",40.0%'),
        2, 100000000.0, "USD", "2025-06-30", 1.0,
    ),
    "PACTA, upper case": Twin(
        text("INVESTOR.NAME,PORTFOLIO.NAME,ISIN,MARKETVALUE,CURRENCY", "I,P,US0378331005,10.5,EUR",
             "I,P,DE0007164600,5.5,EUR"),
        2, 16.0, "EUR", None, None,
    ),
    "Degiro": Twin(
        text("Product,Symbol/ISIN,Amount,Closing,Local value,Value in EUR",
             'CASH & CASH FUND (EUR),,,,EUR 12.50,"12,50"', 'APPLE INC,US0378331005,10,"200,10",USD 2001.00,"1850,75"',
             'ASML HOLDING,NL0010273215,2,"700,00",EUR 1400.00,"1400,00"'),
        3, 3263.25, "EUR", None, None, {"APPLE INC": {"isin": "US0378331005"}},
    ),
    "Interactive Brokers": Twin(
        text(
            "Statement,Header,Field Name,Field Value", "Statement,Data,Title,Activity Statement",
            'Statement,Data,Period,"January 30, 2026"',
            "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,"
            "Close Price,Value,Unrealized P/L,Code",
            "Open Positions,Data,Summary,Stocks,USD,AAPL,10,1,150,1500,200,2000,500,",
            "Open Positions,Data,Summary,Stocks,USD,MSFT,5,1,300,1500,400,2000,500,",
            "Open Positions,Total,,Stocks,USD,,,,,3000,,4000,1000,",
            "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds",
            'Trades,Data,Order,Stocks,USD,TSLA,"2026-01-05, 10:00:00",3,250,-750',
        ),
        2, 4000.0, "USD", "2026-01-30", None,
    ),
    "Schwab brokerage": Twin(
        text(
            '"Positions for account Individual as of 04:00 PM ET, 2026/01/30"', "",
            '"Symbol","Description","Qty (Quantity)","Price","Price Chng $ (Price Change $)","Mkt Val (Market Value)",'
            '"% of Acct (% of Account)","Security Type"',
            '"AAPL","APPLE INC","10","200.00","-1.00","$2,000.00","80%","Equity"',
            '"Cash & Cash Investments","--","--","--","--","$500.00","20%","Cash and Money Market"',
            '"Account Total","--","--","--","--","$2,500.00","--","--"',
        ),
        2, 2500.0, "USD", "2026-01-30", 1.0,
    ),
    "Fidelity positions": Twin(
        text(
            "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Last Price Change,Current Value,"
            "Today's Gain/Loss Dollar,Percent Of Account,Cost Basis Total,Type",
            "X1,Individual,AAPL,APPLE INC,10,$200.00,+$1.00,$2000.00,+$10.00,80.00%,$1500.00,Cash,",
            "X1,Individual,SPAXX**,HELD IN MONEY MARKET,,,,$500.00,,20.00%,,Cash,", "",
            '"The data and information in this spreadsheet is provided to you solely for your use."',
            '"Date downloaded Jan-30-2026 4:05 p.m ET"',
        ),
        2, 2500.0, "USD", None, 1.0,
    ),
    "British broker, pence": Twin(
        text("Code,Stock,Units held,Price (pence),Value (£),Cost (£),Gain/loss (£)",
             'BP.,BP Plc Ordinary US$0.25,"1,000",450.00,"4,500.00","4,000.00",500.00',
             'SHEL,Shell Plc Ordinary EUR0.07,200,"2,750.00","5,500.00","5,000.00",500.00'),
        2, 10000.0, "GBP", None, None,
    ),
    "German broker": Twin(
        text("Depotübersicht vom 30.01.2026", "",
             "Stück/Nom.;Bezeichnung;WKN;Währung;Akt. Kurs;Wert in EUR;Einstandskurs;Diff. abs",
             "10;SAP SE;716460;EUR;250,00;2.500,00;200,00;500,00", "5;APPLE INC;865985;EUR;180,00;900,00;150,00;150,00"),
        2, 3400.0, "EUR", "2026-01-30", None,
    ),
    "holding for the number of shares": Twin(
        text("Stock,Holding,Market Value (£)", 'BP PLC,"1,000","4,500.50"', 'SHELL PLC,200,"5,499.50"'),
        2, 10000.0, "GBP", None, None, {"BP PLC": {"shares": 1000.0}},
    ),
    "SEC data set of 13F tables": Twin(
        text("ACCESSION_NUMBER\tINFOTABLE_SK\tNAMEOFISSUER\tTITLEOFCLASS\tCUSIP\tFIGI\tVALUE\tSSHPRNAMT\t"
             "SSHPRNAMTTYPE\tPUTCALL", "1-24-1\t1\tAPPLE INC\tCOM\t037833100\t\t19000\t100\tSH\t",
             "1-24-1\t2\tTESLA INC\tCOM\t88160R101\t\t50000\t200\tSH\t"),
        2, 69000.0, "USD", None, None, {"TESLA INC": {"cusip": "88160R101", "group": "1-24-1", "shares": 200.0}},
    ),
    "SEC data set of N-PORT holdings": Twin(
        text("ACCESSION_NUMBER\tHOLDING_ID\tISSUER_NAME\tISSUER_LEI\tISSUER_TITLE\tISSUER_CUSIP\tBALANCE\tUNIT\t"
             "CURRENCY_CODE\tCURRENCY_VALUE\tPERCENTAGE\tASSET_CAT\tINVESTMENT_COUNTRY",
             "1-24-1\t1\tASML\tN/A\tASML ORD\t\t10\tNS\tEUR\t6000.5\t60.0\tEC\tNL",
             "1-24-1\t2\tTESLA INC\tN/A\tTESLA COM\t88160R101\t20\tNS\tUSD\t4000\t40.0\tEC\tUS"),
        2, 10000.5, "USD", None, 1.0, {"ASML": {"local_currency": "EUR", "value": 6000.5}},
    ),
    "Swiss broker": Twin(
        text("Symbol;Description;Quantity;Currency;Price;Total value;Total CHF;%",
             "NESN;Nestle;100;CHF;90.00;9000.00;9000.00;90.00", "AAPL;Apple;5;USD;220.00;1100.00;1000.00;10.00"),
        2, 10000.0, "CHF", None, 1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_layouts_of_owners_and_brokers(name: str) -> None:
    hold(TWINS[name])
