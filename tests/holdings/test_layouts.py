"""Small twins of each published layout, made by hand: a plain clone tests every reader with them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import polars as pl
import pytest

from exposure.holdings import Holdings, read_holdings


def book(**sheets: list[list[Any]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def named(holdings: Holdings, start: str) -> dict[str, Any]:
    return holdings.frame.filter(pl.col("name").str.starts_with(start)).row(0, named=True)


ISHARES_US = text(
    "\ufeffExample Emerging Fund",
    'Fund Holdings as of,"Mar 10, 2022"',
    'Inception Date,"Mar 26, 2008"',
    "\u00a0",
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,Location,Exchange,"
    "Currency,FX Rate,Market Currency,Accrual Date",
    '"002415","HANGZHOU HIKVISION","IT","Equity","1,500.25","60.01","1,500.25","10","150.03","China",'
    '"Shenzhen Stock Exchange","USD","6.3","CNY","-"',
    '"GAZP","GAZPROM","Energy","Equity","0.00","0.00","0.00","5","0.00","Russian Federation",'
    '"Standard-Classica-Forts","USD","64","RUB","-"',
    '"USD","USD CASH","Cash and/or Derivatives","Cash","999.75","39.99","999.75","999","100.00","United States",'
    '"-","USD","1","USD","-"',
    '"MESU6","MSCI EM SEP 26","Cash and/or Derivatives","Futures","0.00","0.00","9,000.00","1","980","-",'
    '"Ice Futures U.S.","USD","1","USD","-"',
    "\u00a0",
    '"The content is a quoted note',
    "over several lines “with curly quotes”, and commas.",
    'End"',
)


def test_ishares_us() -> None:
    holdings = read_holdings(ISHARES_US, name="fund.csv")
    report = holdings.report
    assert (report.layout, report.rows, report.total_value, report.currency) == ("ishares_csv", 4, 2500.0, "USD")
    assert (report.portfolio, report.as_of) == ("Example Emerging Fund", dt.date(2022, 3, 10))
    assert report.weight_sum == pytest.approx(1.0)
    assert holdings.frame["security_kind"].to_list() == ["equity", "equity", "cash", "derivative"]
    first = holdings.frame.row(0, named=True)
    assert (first["ticker"], first["venue"], first["local_currency"]) == ("002415", "XSHE", "CNY")
    assert first["source_row"] == 6
    assert holdings.rejected["reason"].to_list()[-1] == "one cell only: a heading or a note"


def test_ishares_without_fund_currency_says_so_and_takes_the_callers() -> None:
    data = text(
        'Fund Holdings as of,"19/Jun/2026"',
        "\u00a0",
        "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Shares,Price,Location,Exchange,"
        "Market Currency",
        '"PRY","PRYSMIAN","Industrials","Equity","18’609’444","60.00","18’609’444","136’283","136.55","Italy",'
        '"Borsa Italiana","EUR"',
        '"NOVO B","NOVO NORDISK","Health","Equity","12’406’296","40.00","12’406’296","200","9","Denmark",'
        '"Omx Nordic Exchange Copenhagen A/S","DKK"',
    )
    holdings = read_holdings(data)
    assert holdings.report.currency is None
    assert holdings.report.total_value == 31015740.0
    assert any("currency" in d for d in holdings.report.decisions)
    assert holdings.frame["ticker"].to_list() == ["PRY", "NOVO B"]
    assert read_holdings(data, currency="EUR").report.currency == "EUR"


def test_ishares_german() -> None:
    holdings = read_holdings(
        text(
            '\ufeffFondsposition per,"20.Jan.2026"',
            "\u00a0",
            "Emittententicker,Name,Sektor,Anlageklasse,Marktwert,Gewichtung (%),Nominalwert,Nominale,Kurs,Standort,"
            "Börse,Marktwährung",
            '"NVDA","NVIDIA CORP","IT","Aktien","6.832.761.364,70","70,00","6.832.761.364,70","38.371.210,00",'
            '"178,07","Vereinigte Staaten","NASDAQ","USD"',
            '"SAP","SAP","IT","Aktien","2.928.326.299,16","30,00","1","1.000","246,70","Deutschland","Xetra","EUR"',
            '"TPH6","TOPIX INDEX MAR 26","Cash und/oder Derivate","Futures","0,00","0,00","57.333.713,24","250,00",'
            '"22,93","-","Osaka Securities Exchange","JPY"',
        )
    )
    assert holdings.report.layout == "ishares_de_csv"
    assert holdings.report.total_value == pytest.approx(9761087663.86)
    assert holdings.report.as_of == dt.date(2026, 1, 20)
    assert holdings.frame["shares"].to_list() == [38371210.0, 1000.0, 250.0]
    assert holdings.frame["security_kind"].to_list() == ["equity", "equity", "derivative"]


VANGUARD = text(
    "Holdings details",
    "",
    "Example Markets ETF (EXM)",
    "",
    "Equity,as of 09/30/2020",
    "",
    ",SEDOL,HOLDINGS,TICKER,% OF FUNDS*,SECTOR,COUNTRY,SECURITY DEPOSITORY RECEIPT TYPE,MARKET VALUE*,SHARES",
    ',BD5CPQ2,Hangzhou Hikvision,002415,60.00%,IT,CN,---,"$600,000.50","1,000"',
    ',B450X03,Hangzhou Hikvision,002415,30.00%,IT,CN,---,"$300,000.00","500"',
    ',---,DELISTED DUMMY LINE,---,<0.01%,---,---,---,$1.00,"7"',
    "",
    "Fixed income,as of 09/30/2020",
    "",
    ",SEDOL,HOLDINGS,TICKER,% OF FUNDS*,MARKET VALUE*,FACE AMOUNT,COUPON,MATURITY DATE",
    ',---,United States Treasury Bill,B,5.00%,"$50,000.00","$50,100.00",<0.01%,01/28/2021',
    "",
    "Short-term reserves,as of 09/30/2020",
    "",
    ",SEDOL,HOLDINGS,TICKER,% OF FUNDS*,FACE AMOUNT",
    ',---,CMT MARKET LIQUIDITY,---,5.00%,"$50,000.00"',
    "",
    '"** There may be deviations."',
)


def test_vanguard_stacked_tables() -> None:
    holdings = read_holdings(VANGUARD)
    report = holdings.report
    assert (report.layout, report.rows, report.total_value, report.currency) == (
        "vanguard_us_csv",
        5,
        1000001.5,
        "USD",
    )
    assert (report.portfolio, report.as_of) == ("Example Markets ETF (EXM)", dt.date(2020, 9, 30))
    assert holdings.frame["sheet"].to_list() == ["Equity"] * 3 + ["Fixed income", "Short-term reserves"]
    assert holdings.frame["security_kind"].to_list() == ["equity"] * 3 + ["debt", "cash"]
    assert named(holdings, "DELISTED")["weight"] is None
    assert named(holdings, "DELISTED")["weight_note"] == "<0.01%"
    assert named(holdings, "CMT")["value"] == 50000.0
    assert holdings.rejected.height == 6


def test_face_amount_that_does_not_fit_the_weights_is_not_taken_for_value() -> None:
    holdings = read_holdings(VANGUARD.replace(b'---,5.00%,"$50,000.00"', b'---,5.00%,"$9,950,000.00"'))
    assert named(holdings, "CMT")["value"] is None
    assert any("face amounts are not counted" in w for w in holdings.report.warnings)


NBIM = [
    ["Industry", "Region", "Country", "Name", "Market Value(NOK)", "Market Value(USD)", "Voting", "Ownership"],
    ["Technology", "Asia", "China", "Hangzhou Hikvision", 1241, 141, None, 0.3],
    ["Energy", "Europe", "Norway", "Equinor ASA", 759, 86, 3.1, 3.1],
]


def test_nbim_takes_kroner_first_and_no_stake_for_a_weight() -> None:
    data = book(Holdings_Report=NBIM)
    first = read_holdings(data)
    assert (first.report.layout, first.report.total_value, first.report.currency) == ("nbim", 2000.0, "NOK")
    assert first.report.weight_sum is None
    assert first.report.as_of is None
    assert read_holdings(data, currency="USD").report.total_value == 227.0


def test_nbim_quoted_thousands() -> None:
    header = (
        "Region,Country,Name,Industry,Market Value(NOK),Market Value(USD),Voting,Ownership,Incorporation Country"
    )
    data = text(
        header,
        'Oceania,Australia,A Ltd,Energy,"42,485,096","4,312,770",0.69,0.69,Australia',
        "Asia,China,B,X,999,2,,0,China",
    )
    assert read_holdings(data).report.total_value == 42486095.0


def test_uk_pension_workbook() -> None:
    header = [
        "Name of Local Authority Pension Fund", "Description of holding - equity", "Sub-category/ Classification",
        "Oil/gas companies", "Coal companies", "Verification", "Fossil Fuel Amounts", "All Amounts",
    ]  # fmt: skip
    names = [
        "BP PLC",
        "UNITED KINGDOM GILT 4.000% 03/07/2022",
        "CHINA MOBILE HKD0.10",
        "X FUND LP",
        "CASH",
        "TOTAL SA EUR2.5",
    ]
    rows = [["Example Fund", n, "", "0", "0", "0", "0", 100.5 * (k + 1)] for k, n in enumerate(names)]
    rows.append(["Example Fund", "EMPTY PARTNERS L.P.", "", "0", "0", "0", "0", " -   "])
    top = [["Amount", None, "Name"], [100.5, 0.1, "BP PLC"], [603.0, 0.2, "TOTAL SA EUR2.5"]]
    data = book(Explanation=[["Compiled from replies."]], Full_Data=[header, *rows], Fossil=top)
    holdings = read_holdings(data)
    report = holdings.report
    assert (report.layout, report.rows, report.total_value, report.currency) == ("uk_lgps", 7, 2110.5, None)
    assert report.portfolio == "Example Fund"
    assert named(holdings, "EMPTY")["value"] is None
    assert named(holdings, "TOTAL SA")["value"] == 603.0
    assert holdings.frame["security_kind"].to_list() == [
        "equity",
        "debt",
        "equity",
        "fund",
        "cash",
        "equity",
        "fund",
    ]
    assert set(holdings.rejected["sheet"]) == {"Explanation", "Fossil"}


def test_state_street_both() -> None:
    us = book(
        holdings=[
            ["Fund Name:", "Example ETF"],
            ["Holdings:", "As of 30-Aug-2021"],
            [],
            ["Name", "Ticker", "Identifier", "SEDOL", "Weight", "Sector", "Shares Held", "Local Currency"],
            ["Apple Inc", "AAPL", "03783310", "2046251", "60.5", "-", "10.000", "USD"],
            ["Elbit", "ESLT", "M3760D10", "2311614", "39.5", "-", "20", "USD"],
            [],
            ["Past performance is no guarantee."],
        ]
    )
    holdings = read_holdings(us)
    assert (holdings.report.layout, holdings.report.total_value) == ("ssga_us", None)
    assert holdings.frame["cusip"].to_list() == ["037833100", "M3760D101"]
    assert holdings.report.weight_sum == pytest.approx(1.0)
    emea = book(
        holdings=[
            ["Fund Name:", "Example UCITS ETF"],
            ["Holdings As Of:", "12-Feb-2026"],
            [],
            ["ISIN", "SEDOL", "Security Name", "Currency", "Number of Shares", "Percent of Fund",
             "Trade Country Name",
             "Local Price", "Sector Classification", "Industry Classification", "Base Market Value"],
            ["CNE100000BJ4", "BD5CNJ1", "Dahua Tech", "CNY", 100, 75.0, "China", 16.2, "IT", "Equipment", 300.5],
            ["RU0009033591", "B59BXN2", "TATNEFT PJSC", "RUB", 107, 0, "Russia", 0, "Energy", "Oil", 0],
            ["Unassigned", "Unassigned", "U.S. Dollar", "USD", 10, 25.0, "United States", 1, "-", "-", 100.25],
        ]
    )  # fmt: skip
    holdings = read_holdings(emea)
    assert (holdings.report.total_value, holdings.report.currency) == (400.75, None)
    assert holdings.frame["value"].to_list() == [300.5, 0.0, 100.25]
    assert holdings.frame["security_kind"].to_list() == ["equity", "equity", "cash"]


NPORT = """
<?xml version="1.0" encoding="UTF-8"?><edgarSubmission xmlns="http://www.sec.gov/edgar/nport"><formData><genInfo>
<regName>Example Funds</regName><seriesName>N/A</seriesName><repPdEnd>2023-06-30</repPdEnd>
<repPdDate>2022-12-31</repPdDate></genInfo><fundInfo><netAssets>1000.00</netAssets></fundInfo><invstOrSecs>
<invstOrSec><name>APPLE INC</name><lei>N/A</lei><title>APPLE INC COM</title><cusip>037833100</cusip>
<identifiers><isin value="US0378331005"/></identifiers><balance>10</balance><units>NS</units><curCd>USD</curCd>
<valUSD>900.00</valUSD><pctVal>90.0</pctVal><assetCat>EC</assetCat><invCountry>US</invCountry></invstOrSec>
<invstOrSec><name>N/A</name><title>BUY PROTECTION XYZ</title><cusip>000000000</cusip>
<identifiers><other value="1"/></identifiers><balance>1</balance><currencyConditional curCd="EUR" exchangeRt="1.1"/>
<valUSD>-50.00</valUSD><pctVal>-5.0</pctVal><assetCat>DCR</assetCat><derivativeInfo><swapDeriv><descRefInstrmnt>
<otherRefInst><identifiers><isin value="US195325BB02"/></identifiers></otherRefInst></descRefInstrmnt>
<notionalAmt>477000</notionalAmt></swapDeriv></derivativeInfo></invstOrSec>
</invstOrSecs></formData></edgarSubmission>"""


def test_nport() -> None:
    holdings = read_holdings(NPORT.encode(), name="primary_doc.xml")
    report = holdings.report
    assert (report.layout, report.rows, report.total_value, report.currency) == ("sec_nport", 2, 850.0, "USD")
    assert (report.portfolio, report.as_of) == ("Example Funds", dt.date(2022, 12, 31))
    assert holdings.frame["isin"].to_list() == ["US0378331005", None]
    assert holdings.frame["name"].to_list() == ["APPLE INC", "BUY PROTECTION XYZ"]
    assert holdings.frame["local_currency"].to_list() == ["USD", "EUR"]
    assert holdings.frame["weight"].to_list() == [0.9, -0.05]
    assert holdings.frame["security_kind"].to_list() == ["equity", "derivative"]


def form_13f(price: float) -> bytes:
    row = (
        "<ns1:infoTable><ns1:nameOfIssuer>{0}</ns1:nameOfIssuer><ns1:titleOfClass>COM</ns1:titleOfClass>"
        "<ns1:cusip>{1}</ns1:cusip><ns1:value>{2}</ns1:value><ns1:shrsOrPrnAmt><ns1:sshPrnamt>{3}</ns1:sshPrnamt>"
        "<ns1:sshPrnamtType>SH</ns1:sshPrnamtType></ns1:shrsOrPrnAmt></ns1:infoTable>"
    )
    rows = [("APPLE INC", "037833100", 100 * price, 100), ("TESLA INC", "88160R101", 200 * price, 200)]
    body = "".join(row.format(*r) for r in rows)
    return f'<?xml version="1.0"?><ns1:informationTable xmlns:ns1="http://x">{body}</ns1:informationTable>'.encode()


def test_13f_thousands_are_told_by_the_price() -> None:
    assert read_holdings(form_13f(80.0)).report.total_value == 24000.0
    old = read_holdings(form_13f(0.08))
    assert old.report.total_value == pytest.approx(24000.0)
    assert any("thousands of dollars" in d for d in old.report.decisions)


def test_pacta_variants() -> None:
    new = read_holdings(
        text(
            "investor_name,portfolio_name,isin,market_value,currency",
            "I,P,US0378331005,10,USD",
            "I,P,FI0009003230,5,USD",
        )
    )
    assert (new.report.layout, new.report.total_value, new.report.currency) == ("pacta", 15.0, "USD")
    assert new.report.portfolio == "P"
    rows = text(
        "Holding.ID,Portfolio.Name,Investor.Name,ISIN,MarketValue,Currency,NumberofShares",
        "B1,p,T,US0378331005,10,USD,NA",
    )
    assert read_holdings(rows, name="file.tsv").frame["shares"].to_list() == [None]
    mixed = read_holdings(text("ISIN,MarketValue,Currency", "US0378331005,10,GBP", "FI0009003230,5,USD"))
    assert mixed.report.total_value is None
    assert mixed.frame["currency"].to_list() == ["GBP", "USD"]
    assert "GBP 10.00; USD 5.00" in mixed.report.warnings[0]


def test_invesco_and_ark() -> None:
    invesco = read_holdings(
        text(
            "Fund Ticker,Security Identifier,Holding Ticker,Shares/Par Value,MarketValue,Weight,Name,"
            "Class of Shares,Sector,Date",
            'EXQ,594918104,MSFT ,"74,336","17,783.45",60.0,Microsoft Corp,Common Stock,IT,01/13/2023',
            'EXQ,37833100,AAPL ,"10","11,855.55",40.0,Apple Inc,Common Stock,IT,01/13/2023',
        )
    )
    assert invesco.frame["ticker"].to_list() == ["MSFT", "AAPL"]
    assert invesco.frame["cusip"].to_list() == ["594918104", "037833100"]
    assert (invesco.report.as_of, invesco.report.currency) == (dt.date(2023, 1, 13), None)
    ark = read_holdings(
        text(
            'date,fund,company,ticker,cusip,shares,"market value ($)","weight (%)"',
            '12/03/2021,EXK,"TESLA INC",TSLA,88160R101,"1,578","$1,712.80",60.00%',
            '12/03/2021,EXK,"ROKU INC",ROKU,77543R102,"4,385","$1,141.87",40.00%',
            ",,,,,,,",
            '"The principal risks of investing include, among others, loss."',
        )
    )
    assert (ark.report.layout, ark.report.rows, ark.report.total_value) == ("ark", 2, 2854.67)
    assert (ark.report.as_of, ark.report.portfolio, ark.report.currency) == (dt.date(2021, 12, 3), "EXK", "USD")


def test_amundi_german_semicolons_and_a_cash_line_without_a_name() -> None:
    holdings = read_holdings(
        text(
            "\ufeffISIN;Name;Anlageklasse;Währung;Gewichtung;Sektor;Land",
            "US92338C1036;VERALTO CORP;EQUITY;USD;0,6;Industrie;USA",
            "FR0000124141;VEOLIA;EQUITY;EUR;0,399992904;Versorger;Frankreich",
            ";;CASH;EUR;0,0000000; ; ",
            "DE000C7H19F7;MSCI WORLD INDEX 12/25 EUREX;FUTURE;USD;7,0956E-06;;USA",
        )
    )
    assert holdings.report.rows == 4
    assert holdings.report.weight_sum == pytest.approx(0.9999999996)
    assert holdings.frame["security_kind"].to_list() == ["equity", "equity", "cash", "derivative"]
    assert holdings.frame["name"].to_list()[2] is None
