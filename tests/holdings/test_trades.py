"""Lists of trades and payments are refused by name: they look like holdings, and their sum is no portfolio."""

from __future__ import annotations

import pytest
from making import text

from exposure.errors import NoHoldings
from exposure.holdings import read_holdings

LISTS = {
    "deals with their dates and costs": text(
        "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount",
        "05/01/2026,Buy,AAPL,APPLE INC,10,$200.00,,-$2000.00",
        "05/02/2026,Sell,MSFT,MICROSOFT CORP,5,$400.00,$0.05,$1999.95",
    ),
    "the action and its time": text(
        "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Total",
        "Market buy,2024-01-15 10:30:00,US0378331005,AAPL,Apple Inc.,10,190.5,1747.7",
        "Market sell,2024-02-15 10:30:00,US0378331005,AAPL,Apple Inc.,5,195.5,896.7",
        "Deposit,2024-01-01 10:30:00,,,,,,2000",
    ),
    "a type without a name we know, at a time of its own": text(
        "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency",
        "2024-01-15T10:30:00.000Z,AAPL,BUY - MARKET,10,190.5,1905,USD",
        "2024-02-15T10:30:00.000Z,MSFT,SELL - MARKET,5,195.5,977.5,USD",
    ),
    "costs and order numbers, no word for the deal": text(
        "Date,Time,Product,ISIN,Venue,Quantity,Price,Value EUR,AutoFX Fee,"
        "Transaction and/or third party fees EUR,Order ID",
        '28-05-2026,15:31,VERTIV HOLDINGS,US92537N1081,XNAS,14,"333,05","-4068,67","10,17","-2,00",x',
        '27-05-2026,15:31,NEBIUS GROUP NV,NL0009805522,XNAS,3,"286,69","-750,50","1,87","-2,00",y',
    ),
    "German": text(
        "Umsätze Depot",
        "Buchungstag;Geschäftstag;Stück / Nom.;Bezeichnung;WKN;Währung;Ausführungskurs;Umsatz in EUR",
        "06.12.24;05.12.24;10;Alpha Fonds;ABC123;EUR;100,00;-1.000,00",
        "07.12.24;06.12.24;5;SAP SE;716460;EUR;200,00;-1.000,00",
    ),
    "Swedish": text(
        "Datum;Konto;Typ av transaktion;Värdepapper/beskrivning;Antal;Kurs;Belopp;Courtage;ISIN",
        "2026-01-05;1234567;Köp;Volvo B;68;250,00;-17000,00;39;SE0000115446",
        "2026-02-05;1234567;Sälj;Volvo B;10;260,00;2600,00;39;SE0000115446",
    ),
    "Chinese": text(
        "成交日期,成交时间,证券代码,证券名称,操作,成交均价,成交数量,成交金额,手续费",
        "2026-09-01,09:40:00,600111,北方稀土,买入,10.00,1000,10000,5",
        "2026-09-03,14:00:00,600111,北方稀土,卖出,11.00,1000,11000,5",
    ),
    "Japanese": text(
        "約定日,受渡日,銘柄コード,銘柄名,取引,数量[株],売却/決済額[円]",
        "2026/04/23,2026/04/25,1111,甲工業,売付,100,123450", "2026/04/24,2026/04/28,2222,乙商事,買付,200,197520",
    ),
    "payments of a bank account": text(
        "dateOp;dateVal;label;category;amount;accountbalance",
        '2026-02-11;2026-02-11;"CARTE 10/02 ALPHA";Vie;-35,20;1200,50',
        '2026-02-12;2026-02-12;"VIR SALAIRE";Revenus;2500,00;3700,50',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_trades_is_no_portfolio(name: str) -> None:
    with pytest.raises(NoHoldings, match=r"row \d heads a list of trades or payments .* export the positions"):
        read_holdings(LISTS[name])


HOLDINGS = {
    "a recommendation": text(
        "Name,ISIN,Recommendation,Value", "A AG,DE0007164600,Buy,10", "B SA,FR0000120271,Sell,20"
    ),
    "the day each was bought": text(
        "Name,ISIN,Purchase date,Value", "A AG,DE0007164600,2020-01-05,10", "B SA,FR0000120271,2021-02-05,20"
    ),
    "long and short": text("Name,ISIN,Side,Value", "A AG,DE0007164600,Long,30", "B SA,FR0000120271,Long,0"),
}


@pytest.mark.parametrize("name", HOLDINGS)
def test_holdings_with_a_word_of_trades_stay_holdings(name: str) -> None:
    assert read_holdings(HOLDINGS[name]).report.total_value == 30.0


def test_holdings_above_a_list_of_trades_are_read_alone() -> None:
    data = text(
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value",
        "1,ALPHA FUND,ALFAX,100.5,110.00,11055.00",
        "1,BETA MONEY FUND,BETXX,500,1.00,500.00", "",
        "Account Number,Trade Date,Settlement Date,Transaction Type,Investment Name,Symbol,Shares,Net Amount",
        "1,2026-09-01,2026-09-02,Buy,ALPHA FUND,ALFAX,5,-550.00",
    )  # fmt: skip
    holdings = read_holdings(data)
    assert (holdings.report.rows, holdings.report.total_value, holdings.rejected.height) == (2, 11555.0, 2)
