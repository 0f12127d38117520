"""Own-made twins of English-language fund layouts: none is told by its publisher, all by the general rules."""

# Rows of tables read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from making import Twin, book, hold, spreadsheetml, text

TWINS = {
    "iShares US, SpreadsheetML": Twin(
        spreadsheetml(
            "Holdings",
            [
                ["31-Oct-2025"],
                ["Example Core ETF"],
                ["Fund Holdings as of", "31-Oct-2025"],
                ["Total Net Assets", "$4.0B"],
                ["-"],
                ["Ticker", "Name", "Sector", "Asset Class", "Market Value", "Weight (%)", "Notional Value", "Quantity",
                 "Price", "Location", "Exchange", "Currency", "FX Rate", "Market Currency", "Accrual Date"],
                ["NVDA", "NVIDIA CORP", "Information Technology", "Equity", 750.5, 75.05, 750.5, 5, 150.1,
                 "United States", "NASDAQ", "USD", 1, "USD", "-"],
                ["2454", "MEDIATEK INC", "Information Technology", "Equity", 249.5, 24.95, 249.5, 6, 41.58, "Taiwan",
                 "Taiwan Stock Exchange", "USD", 32.1, "TWD", "-"],
            ],
        ),
        2, 1000.0, "USD", "2025-10-31", 1.0, {"MEDIATEK INC": {"ticker": "2454", "venue": "XTAI", "value": 249.5}},
    ),
    "Vanguard UK workbook": Twin(
        book({"Holdings details": [
            ["Holdings details - Example All-World UCITS ETF"],
            ["As at 31 Dec 2025"],
            [],
            ["Ticker", "Holdings", "% of market value", "Sector", "Region", "Market value", "Shares"],
            ["NVDA", "NVIDIA Corp.", "60.0000%", "Technology", "US", "£600.25", "1,234"],
            ["2330", "Taiwan Semiconductor Manufacturing Co. Ltd.", "40.0000%", "Technology", "TW", "£400.17", "88"],
        ]}),
        2, 1000.42, "GBP", "2025-12-31", 1.0, {"NVIDIA Corp.": {"shares": 1234.0, "weight": 0.6}},
    ),
    "Vanguard Australia workbook": Twin(
        book({"Sheet1": [
            ["Vanguard Example International Shares Index ETF"],
            ["Holdings as at 30 Sep 2025"],
            [],
            ["Holding Name", "Ticker", "Sedol", "% of net assets", "Sector", "Country code", "Market value",
             "# of units"],
            ["Apple Inc", "AAPL", "2046251", 70.5, "Technology", "US", "$705.00", 10],
            ["ASML Holding NV", "ASML", "B929F46", 29.5, "Technology", "NL", "$295.00", 2],
        ]}),
        2, 1000.0, "USD", "2025-09-30", 1.0, {"ASML Holding NV": {"sedol": "B929F46"}},
    ),
    "Global X": Twin(
        text(
            "Example Uranium ETF", "Fund Holdings Data as of 01/30/2026", "",
            "% of Net Assets,Ticker,Name,SEDOL,Market Price ($),Shares Held,Market Value ($)",
            '60.00,CCJ,CAMECO CORP,2158684,"100.00","6,000","600,000.00"',
            '40.00,KAP LI,KAZATOMPROM,BGXQL36,"50.00","8,000","400,000.00"',
            "",
            '"The information is not an offer, and so on."',
        ),
        2, 1000000.0, "USD", "2026-01-30", 1.0, {"CAMECO CORP": {"price": 100.0, "sedol": "2158684"}},
    ),
    "VanEck": Twin(
        book({"SMH_asof_20260130": [
            ["Daily Holdings (%)", "01/30/2026"],
            [],
            ["Number", "Ticker", "Holding Name", "Identifier (FIGI)", "Shares", "Asset Class", "% of Net Assets",
             "Market Value (US$)", "Notional Value"],
            [1, "NVDA US", "Nvidia Corp", "BBG000BBJQV0", "1,000", "Stock", "80.00%", "$8,000.00", "--"],
            [2, "TSM US", "Taiwan Semiconductor", "BBG000BD8ZK0", "500", "Stock", "19.50%", "$1,950.00", "--"],
            [3, "--", "Other/Cash", "--", "--", "Cash", "0.50%", "$50.00", "--"],
            [],
            ["These are not recommendations to buy or to sell any security."],
        ]}),
        3, 10000.0, "USD", "2026-01-30", 1.0, {"Nvidia Corp": {"figi": "BBG000BBJQV0", "ticker": "NVDA"}},
    ),
    "First Trust, total row": Twin(
        text(
            "Security Name,Identifier,CUSIP,Classification,Shares / Quantity,Market Value,Weighting",
            'Palo Alto Networks,PANW,697435105,Technology,"1,000","$60,000.00",60.00%',
            'Infosys Limited (ADR),INFY,456788108,Technology,"2,000","$39,000.00",39.00%',
            'US Dollar,$USD,,Other,"1,000","$1,000.00",1.00%',
            'Total,,,,,"$100,000.00",100.00%',
        ),
        3, 100000.0, "USD", None, 1.0, {"Palo Alto Networks": {"cusip": "697435105"}}, aside=1,
    ),
    "ProShares, exposure beside market value": Twin(
        text(
            "PORTFOLIO HOLDINGS INFORMATION", "As Of Date: 3/14/2024",
            "Fund Ticker,Fund Name,Security Ticker,SEDOL Number,Security Description,Shares/Contracts,"
            "Exposure Value (Notional + G/L),Market Value",
            'EXQ,Example UltraPro,AAPL,2046251,APPLE INC,100,,"17,300.00"',
            'EXQ,Example UltraPro,,,NASDAQ 100 INDEX SWAP UBS AG,5,"90,000.00",',
            'EXQ,Example UltraPro,,,NET OTHER ASSETS (LIABILITIES),"2,700",,"2,700.00"',
        ),
        3, 20000.0, None, "2024-03-14", None, {"NASDAQ 100 INDEX SWAP UBS AG": {"value": None}},
    ),
    "Bank of the custodian for small issuers, net assets on each row": Twin(
        text(
            "Date,Account,StockTicker,CUSIP,SecurityName,Shares,Price,MarketValue,Weightings,NetAssets,"
            "SharesOutstanding,CreationUnits,MoneyMarketFlag",
            "10/13/2026,EXZ,ABNB,009066101,Airbnb Inc,10.00000000,160.65,1606.50,53.55%,3000.00,278,5.0,",
            "10/13/2026,EXZ,ACN,G1151C101,Accenture PLC,7.00000000,185.00,1295.00,43.17%,3000.00,278,5.0,",
            "10/13/2026,EXZ,Cash&Other,Cash&Other,Cash & Other,98.5,1.0,98.50,3.28%,3000.00,278,5.0,Y",
        ),
        3, 3000.0, None, "2026-10-13", 1.0, {"Airbnb Inc": {"cusip": "009066101", "ticker": "ABNB"}},
    ),
    "Direxion": Twin(
        text(
            "Example Daily Bull 3X", "EXL", "Shares Outstanding: 100", "",
            "TradeDate,AccountTicker,StockTicker,SecurityDescription,Shares,Price,MarketValue,Cusip,HoldingsPercent",
            "1/30/2026,EXL,NVDA,NVIDIA CORP,100,150.00,15000.00,67066G104,75.00",
            "1/30/2026,EXL,,GOLDMAN GOVT FUND,5000,1.00,5000.00,38141W273,25.00",
        ),
        2, 20000.0, None, "2026-01-30", 1.0, {"NVIDIA CORP": {"cusip": "67066G104"}},
    ),
    "KraneShares": Twin(
        text(
            "KWEX Holdings as of 2026-01-30",
            "Rank,Company Name,% of Net Assets,Ticker,Identifier,Shares Held,Market Value($)",
            '1,"TENCENT HOLDINGS LTD",60.00,700 HK,BMMV2K8,"1,000","60,000.00"',
            '2,"ALIBABA GROUP HOLDING LTD",40.00,9988 HK,BK6YZP5,"2,000","40,000.00"',
        ),
        2, 100000.0, "USD", "2026-01-30", 1.0,
        {"TENCENT HOLDINGS LTD": {"ticker": "700", "venue": "XHKG", "sedol": "BMMV2K8"}},
    ),
    "WisdomTree, weights as fractions": Twin(
        book({"Holdings": [
            ["Fund Holdings", "As of: 30-Jan-2026"],
            ["Security Name", "Security Ticker", "FIGI", "Asset Group", "Weight", "Shares", "Market Value",
             "Notional Value"],
            ["Exxon Mobil Corp", "XOM", "BBG000GZQ728", "Equity", 0.625, 100, 6250.0, 6250.0],
            ["Chevron Corp", "CVX", "BBG000K4ND22", "Equity", 0.375, 50, 3750.0, 3750.0],
        ]}),
        2, 10000.0, None, "2026-01-30", 1.0, {"Chevron Corp": {"figi": "BBG000K4ND22"}},
    ),
    "JPMorgan": Twin(
        book({"Holdings": [
            ["JPMorgan Example UCITS ETF"], ["As of 30/01/2026"], ["Base currency", "USD"], [],
            ["Security Description", "Asset Class", "ISIN", "SEDOL", "Ticker", "Country", "Currency", "Shares/Par",
             "Base Price", "Local Price", "Base Market Value", "% of Net Assets"],
            ["MICROSOFT CORP", "Equity", "US5949181045", "2588173", "MSFT", "US", "USD", 10, 400.0, 400.0, 4000.0, 80.0],
            ["ROCHE HOLDING AG", "Equity", "CH0012032048", "7110388", "ROG", "CH", "CHF", 4, 250.0, 220.0, 1000.0, 20.0],
        ]}),
        2, 5000.0, "USD", "2026-01-30", 1.0, {"ROCHE HOLDING AG": {"local_currency": "CHF", "value": 1000.0}},
    ),
    "Franklin Templeton": Twin(
        text(
            "Example India ETF - Portfolio Holdings", "As of 01/30/2026 (Updated Daily)", "",
            "Security Name,Security Ticker,ISIN,Weight (%),Market Value (USD),Notional Market Value (USD),"
            "Quantity,Asset Class,Sector",
            '"HDFC BANK LTD","HDFCB IN","INE040A01034","60.00","6,000.00","6,000.00","100","Equity","Financials"',
            '"RELIANCE INDUSTRIES","RIL IN","INE002A01018","40.00","4,000.00","4,000.00","50","Equity","Energy"',
        ),
        2, 10000.0, "USD", "2026-01-30", 1.0, {"HDFC BANK LTD": {"isin": "INE040A01034"}},
    ),
    "HSBC": Twin(
        text(
            "Fund Name,HSBC Example UCITS ETF", "As of date,30 January 2026", "Fund Currency,USD", "",
            "Security Name,SEDOL,ISIN,Ticker,Country,Sector,Quantity,Market Value (Base),Weight (%)",
            "SAMSUNG ELECTRONICS CO LTD,6771720,KR7005930003,5930,Korea,IT,10,750.00,75.00",
            "CASH,,,,,,250,250.00,25.00",
        ),
        2, 1000.0, "USD", "2026-01-30", 1.0,
        {"SAMSUNG ELECTRONICS CO LTD": {"isin": "KR7005930003"}, "CASH": {"security_kind": "cash"}},
        portfolio="HSBC Example UCITS ETF",
    ),
    "Legal & General, two columns only": Twin(
        text("Example Fund", "Fund holdings as at 31 March 2025", "", "Security,Percentage (%)",
             "APPLE INC,55.5", "MICROSOFT CORP,44.5"),
        2, None, None, "2025-03-31", 1.0,
    ),
    "Xtrackers, weight as fraction, numbered rows": Twin(
        book({"2026-01-30": [
            ["Constituents"], ["Data as of 30.01.2026"], [],
            [None, "Name", "ISIN", "Country", "Currency", "Exchange", "Type of Security", "Rating", "Primary Listing",
             "Industry Classification", "Weighting"],
            ["1", "NVIDIA", "US67066G1040", "United States", "USD", "NASDAQ", "Equity", "-", "NASDAQ", "IT", 0.62],
            ["2", "APPLE", "US0378331005", "United States", "USD", "NASDAQ", "Equity", "-", "NASDAQ", "IT", 0.38],
        ]}),
        2, None, None, "2026-01-30", 1.0, {"APPLE": {"weight": 0.38, "local_currency": "USD"}},
    ),
    "State Street Europe, base currency stated": Twin(
        book({"holdings": [
            ["Fund Name:", "Example UCITS ETF"], ["Fund Currency:", "EUR"], ["Holdings As Of:", "30-Jan-2026"], [],
            ["ISIN", "SEDOL", "Security Name", "Currency", "Number of Shares", "Percent of Fund",
             "Trade Country Name", "Local Price", "Base Market Value"],
            ["NL0010273215", "B929F46", "ASML Holding NV", "EUR", 3, 60.0, "Netherlands", 700.0, 2100.0],
            ["DE0007164600", "4846288", "SAP SE", "EUR", 7, 40.0, "Germany", 200.0, 1400.0],
        ]}),
        2, 3500.0, "EUR", "2026-01-30", 1.0,
    ),
    "Bloomberg PORT": Twin(
        text(
            "Name,Ticker,ISIN,Crncy,Pos,Px Last,Mkt Val,% Wgt,Mkt Cap",
            'Hangzhou Hikvision,002415 CH,CNE100000PM8,CNY,"1,000",30.00,"4,200.00",42.00,"270,000,000,000"',
            'Commonwealth Bank,CBA AU,AU000000CBA7,AUD,100,88.00,"5,800.00",58.00,"150,000,000,000"',
        ),
        2, 10000.0, None, None, 1.0,
        {"Hangzhou Hikvision": {"ticker": "002415", "venue": "XSHE"}, "Commonwealth Bank": {"venue": "XASX"}},
    ),
    "FactSet": Twin(
        text(
            "Symbol\tName\tPort. Ending Quantity\tPort. Ending Price\tPort. Ending Market Value\tPort. Ending Weight\t"
            "Bench. Ending Weight",
            "AAPL-US\tApple Inc.\t10\t200\t2000.50\t66.68\t7.1",
            "7203-JP\tToyota Motor\t50\t20\t999.50\t33.32\t0.5",
        ),
        2, 3000.0, None, None, 1.0,
    ),
    "Morningstar, values in millions": Twin(
        text(
            "Holding Name,Ticker,% Portfolio Weight,Shares Owned,Market Value (USD Mil),Sector",
            "Shell PLC,SHEL,75.00,100,7.50,Energy", "BP PLC,BP,25.00,100,2.50,Energy",
        ),
        2, 10000000.0, "USD", None, 1.0,
    ),
    "fund of funds": Twin(
        text(
            "Example LifePlan 60", "Data as of 28 February 2026", "",
            "Fund name,ISIN,Weight",
            "Example U.S. Equity Index Fund,IE00B5B71Q71,35.5%",
            "Example Global Bond Index Fund,IE00B50W2R13,64.5%",
        ),
        2, None, None, "2026-02-28", 1.0,
        {"Example Global Bond Index Fund": {"security_kind": "fund"}},
    ),
    "headings over two rows": Twin(
        book({"Holdings": [
            ["Security", "", "Number of", "Market", "% of"],
            ["Name", "ISIN", "Shares", "Value (£)", "Fund"],
            ["BP PLC", "GB0007980591", 100, 450.5, 45.05],
            ["SHELL PLC", "GB00BP6MXD84", 20, 549.5, 54.95],
        ]}),
        2, 1000.0, "GBP", None, 1.0,
    ),
    "a repeated country total is not summed": Twin(
        text(
            "Country,Country total value,Name,Market Value",
            *(f"{c},{t},{c} Company {k},{v}" for c, t, vs in (
                ("Norway", 60, (10, 20, 30)), ("China", 15, (4, 5, 6))) for k, v in enumerate(vs)),
        ),
        6, 75.0, None, None, None,
    ),
    "a market capitalisation is not summed": Twin(
        text("Name,ISIN,Market Cap (USD),Weight (%)", "APPLE,US0378331005,3000000000000,60",
             "MICROSOFT,US5949181045,2900000000000,40"),
        2, None, None, None, 1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_english_fund_layouts(name: str) -> None:
    hold(TWINS[name])
