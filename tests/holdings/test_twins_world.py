"""Own-made files in habits of the world: units, languages, encodings, totals, several dates, printed pages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from making import Twin, book, hold, text

from exposure.errors import NoHoldings, UsageError
from exposure.holdings import OpenQuestion, read_holdings

ROWS = [("ALPHA STEEL LTD", "DE0007164600", 600.5), ("BETA OIL PLC", "FR0000120073", 300.25)]
LAST = ("GAMMA BANK SA", "US0378331005", 99.25)

UNITS = {
    "lakhs of rupees": ("Market value (Rs. in Lakhs)", None, 1e5, "INR"),
    "crores": ("Market Value (INR Crores)", None, 1e7, "INR"),
    "ten thousands of yuan": ("市值（万元）", None, 1e4, "CNY"),
    "hundred millions of yen": ("時価（億円）", None, 1e8, "JPY"),
    "hundred millions of won": ("평가액(억 원)", None, 1e8, "KRW"),
    "thousands of zloty above the table": ("Wartość rynkowa", "(w tys. zł)", 1e3, "PLN"),
    "thousands of crowns in the header": ("Tržní hodnota v tis. Kč", None, 1e3, "CZK"),
    "thousands of roubles": ("Рыночная стоимость, тыс. руб.", None, 1e3, "RUB"),
    "thousands of rand": ("Market Value R'000", None, 1e3, "ZAR"),
    "millions behind a date": ("Waarde", "Stand per 31 december 2025, in miljoenen euro's", 1e6, "EUR"),
    "millions in brackets": ("Fair Value", "As at 31 December 2025 (£ millions)", 1e6, "GBP"),
    "Canadian dollars in words": ("Juste valeur", "(en millions de dollars canadiens)", 1e6, "CAD"),
    "a code and thousands alone": ("Base Market Value", "GBP '000", 1e3, "GBP"),
    "kEUR": ("Valeur de marché (kEUR)", None, 1e3, "EUR"),
    "Swedish crowns by the words around": ("Marknadsvärde", "(Mkr)", 1e6, "SEK"),
    "a line with the multiplier": ("Marktwaarde", "Bedragen x € 1.000", 1e3, "EUR"),
    "a code beside a dollar sign": ("$ Value (AUD)", None, 1.0, "AUD"),
    "a column name of an interface": ("market_value_eur", None, 1.0, "EUR"),
    "pence": ("Market Value (GBX)", None, 0.01, "GBP"),
}


@pytest.mark.parametrize("name", UNITS)
def test_units_of_the_world(name: str) -> None:
    header, above, scale, currency = UNITS[name]
    rows = [[above or "", "", ""]] if above else []
    data = book({"S": [*rows, ["Name", "ISIN", header], *map(list, ROWS), list(LAST)]})
    hold(Twin(data, 3, 1000.0 * scale, currency, as_of="2025-12-31" if "2025" in (above or "") else None))


def test_a_sentence_and_a_number_of_its_own_are_no_unit() -> None:
    above = [["In 2025 the fund sold thousands of lines", ""], ["Fund size (EUR million)", 345]]
    report = read_holdings(book({"S": [*above, ["Name", "Market Value"], ["A LTD", 1.5], ["B LTD", 2.5]]})).report
    assert report.total_value == 4.0


ENCODED = {
    "gb18030": ("代码,名称,市值\n002415,海康威视,600\n002236,大华股份,400\n", "海康威视"),
    "gbk": ("Code,Name,Market Value\n002415,海康威视,600\n002236,大华股份,400\n", "海康威视"),
    "big5": ("Code,Name,Market Value\n2330,台灣積體電路,600\n2317,鴻海精密,400\n", "台灣積體電路"),
    "cp932": ("コード,銘柄名,時価\n7203,トヨタ自動車,600\n6758,ソニーグループ,400\n", "トヨタ自動車"),
    "cp949": ("Code,Name,Market Value\n005930,삼성전자,600\n000660,하이닉스,400\n", "삼성전자"),
    "cp1250": ("Nazwa,ISIN,Wartość\nŻabka Spółka,DE0007164600,600\nŁódź Śląsk,FR0000120073,400\n", "Żabka Spółka"),
    "cp1251": ("Name,Market Value\nГазпром ПАО,600\nСбербанк,400\n", "Газпром ПАО"),
    "cp1253": ("Name,Market Value\nΕθνική Τράπεζα,600\nΜυτιληναίος,400\n", "Εθνική Τράπεζα"),
    "cp1254": ("Name,Market Value\nTürkiye İş Bankası,600\nŞişecam,400\n", "Türkiye İş Bankası"),
    "cp1255": ("Name,Market Value\nבנק הפועלים,600\nטבע תעשיות,400\n", "בנק הפועלים"),
    "cp1252": ("Name,Market Value\nNestlé,600\nMünchener Rück,400\n", "Nestlé"),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_names_survive_every_encoding(encoding: str) -> None:
    content, first = ENCODED[encoding]
    holdings = read_holdings(content.encode(encoding))
    assert (holdings.frame["name"][0], holdings.report.total_value) == (first, 1000.0)


def test_a_stray_byte_does_not_change_the_encoding() -> None:
    good = "Name,Market Value\nNestlé – REG,600\nMünchener Rück,300\nRömer,50\nSociété Générale,".encode()
    names = read_holdings(good + b"50\nCR\xc9DIT X,1\n").frame["name"].to_list()
    assert names == ["Nestlé – REG", "Münchener Rück", "Römer", "Société Générale", "CRÉDIT X"]


HEADERS = {
    "two languages, a line each": ["Constituent Name\n成份股名稱", "ISIN", "Market Value (HKD)\n市值（港元）"],
    "two languages on one line": ["Name of Security 證券名稱", "ISIN", "Fair value (HKD) 公平值（港元）"],
    "two languages with a slash": ["Security Name / Nom du titre", "ISIN", "Market Value (HKD) / Valeur marchande"],
    "no known word for the name": ["Titularite", "ISIN", "Market Value (HKD)"],
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_in_two_languages(name: str) -> None:
    hold(Twin(book({"S": [HEADERS[name], *map(list, ROWS), list(LAST)]}), 3, 1000.0, "HKD"))


def test_a_header_over_two_rows_is_one() -> None:
    rows = [
        ["", "", "Holding", "Price", "", "Market Value", "Percentage"],
        ["Security Description", "ISIN", "Quantity", "(Local)", "Currency", "(Fund Base)", "of Fund"],
        ["ALPHA STEEL LTD", "DE0007164600", 10, 60.05, "CHF", 600.5, 60.05],
        ["BETA OIL PLC", "FR0000120073", 5, 79.9, "EUR", 399.5, 39.95],
    ]
    hold(Twin(book({"S": rows}), 2, 1000.0, None, weights=1.0, spots={"BETA OIL PLC": {"shares": 5.0}}))


PARTS = {
    "a total that names its section": [
        ["UK Fund", "", ""], ["ALPHA LTD", "UK", 600.5], ["BETA LTD", "UK", 99.5],
        ["Total UK Growth Fund", "", 700.0],
        ["World Fund", "", ""], ["GAMMA LTD", "US", 300.0], ["Total World Fund", "", 300.0],
        ["Grand Total", "", 1000.0],
    ],
    "the sum of all under another word": [
        ["ALPHA LTD", "UK", 600.5], ["BETA LTD", "UK", 99.5], ["GAMMA LTD", "US", 300.0], ["DELTA LTD", "US", 0.5],
        ["Portfolio of investments", "", 1000.5],
    ],
    "sums before their parts": [
        ["MANDATE ONE", "", 700.0], ["ALPHA LTD", "UK", 600.5], ["BETA LTD", "UK", 60.0],
        ["EPSILON LTD", "UK", 39.5],
        ["MANDATE TWO", "", 300.0], ["GAMMA LTD", "US", 150.0], ["DELTA LTD", "US", 100.0],
        ["ZETA LTD", "US", 50.0],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_totals_are_known_by_their_sums(name: str) -> None:
    report = read_holdings(book({"S": [["Name", "Country", "Market Value (GBP)"], *PARTS[name]]})).report
    lines = [row for row in PARTS[name] if row[1]]
    assert (report.rows, report.total_value) == (len(lines), pytest.approx(sum(row[2] for row in lines)))


def test_a_company_called_total_and_an_equal_neighbour_stay() -> None:
    data = text(
        "Name,Market Value", "TOTAL PRODUCE PLC,5", "B LTD,7.5", "Other holdings (each < 0.5%),7.5", "C LTD,9"
    )
    assert read_holdings(data).report.total_value == 29.0


def test_a_total_in_the_code_column() -> None:
    data = text("Code,Company,Mkt Value $", "BHP,BHP Group,30", "CSL,CSL Ltd,12.5", "Total,,42.5")
    hold(Twin(data, 2, 42.5, "USD"))


def test_names_without_a_value_are_kept_and_named() -> None:
    """A company without a value is a holding of unknown value; a heading is none."""
    data = text(
        "Name,Country,Market Value (GBP)", "United Kingdom,,", "BP plc,UK,10", "Rosneft PJSC,,", "Shell plc,UK,20",
        "Hikvision,China,", "Vodafone plc,UK,12x4", "", "Japan,,", "Toyota,JP,5", "Equities,,", "Sony,JP,2",
    )  # fmt: skip
    holdings = read_holdings(data, name="fund.csv")
    blank = holdings.frame.filter(holdings.frame["value"].is_null())["name"].to_list()
    assert blank == ["Rosneft PJSC", "Hikvision", "Vodafone plc"]
    assert holdings.rejected["text"].to_list() == ["United Kingdom", "Japan", "Equities"]
    assert holdings.report.warnings == (
        "'fund.csv', row 7: the value is no number, such as '12x4'; not counted",
        "'fund.csv', rows 4 and 6: 2 lines give no value; kept, with the value unknown",
    )


def test_a_name_alone_among_plain_lines_is_a_holding() -> None:
    data = text("Name,Market Value", "A ONE,1", "DAHUA TECHNOLOGY,", "C TWO,2", "D,3", "E,4", "F,5", "G,6")
    assert "DAHUA TECHNOLOGY" in read_holdings(data).frame["name"].to_list()


def test_a_value_alone_is_not_lost() -> None:
    report = read_holdings(text("Name,ISIN,Market Value", "A,DE0007164600,1", ",,33.25", "B,FR0000120073,2")).report
    assert report.total_value == 36.25


DATED = ["As of date,Name,ISIN,Market Value GBP", "2024-12-31,A,DE0007164600,1", "2025-12-31,A,DE0007164600,5"]


def test_two_dates_are_never_added() -> None:
    data = text(*DATED)
    with pytest.raises(OpenQuestion, match="as_of=") as caught:
        read_holdings(data)
    assert [(o.value, o.total) for o in caught.value.options] == [("2025-12-31", 5.0), ("2024-12-31", 1.0)]
    holdings = read_holdings(data, as_of=dt.date(2025, 12, 31))
    assert (holdings.report.rows, holdings.report.total_value) == (1, 5.0)
    assert holdings.rejected["reason"].to_list() == ["of another date than the one asked for"]


def test_two_dated_sheets_are_asked() -> None:
    sheets = {
        month: [[f"Holdings at {day}"], [], ["Name", "Market Value (GBP)"], ["A LTD", amount], ["B LTD", 2]]
        for month, day, amount in (("Jun", "30 June 2025", 1), ("Sep", "30 September 2025", 5))
    }
    with pytest.raises(OpenQuestion, match="sheet="):
        read_holdings(book(sheets))
    assert read_holdings(book(sheets), sheet="Sep").report.total_value == 7.0


def test_purchases_and_trades_are_not_held() -> None:
    head = ["Security", "ISIN", "Market Value (USD)"]
    rows = [["Holdings", "", ""], [*head, "% of fund"], ["A", "DE0007164600", 1, 50], ["B", "FR0000120073", 1, 50]]
    rows += [[], ["Purchases during the quarter"], head, ["C", "US0378331005", 7], [], ["Sales during the quarter"]]
    rows += [head, ["D", "US5949181045", 9]]
    assert read_holdings(book({"S": rows})).report.total_value == 2.0
    trades = [
        "Account,Trade Date,Settlement Date,Investment Name,Symbol,Total Value",
        "1,01/15/2026,01/16/2026,A,AA,9",
    ]
    holdings = read_holdings(
        text("Account,Investment Name,Symbol,Total Value", "1,A,AA,2", "1,B,BB,3", "", *trades)
    )
    assert (holdings.report.total_value, holdings.report.as_of) == (5.0, None)


def test_an_extract_above_the_whole_counts_once() -> None:
    head = ["Security", "ISIN", "Market Value (USD)"]
    lines = [["A", "DE0007164600", 5], ["B", "FR0000120073", 4], ["C", "US0378331005", 3], ["D", "US5949181045", 2]]
    report = read_holdings(book({"S": [["Top 3"], head, *lines[:3], [], ["All"], head, *lines]})).report
    assert (report.rows, report.total_value) == (4, 14.0)
    assert any("larger table" in w for w in report.warnings)


def test_blocks_side_by_side_are_read_both() -> None:
    rows = [["Company", "£m", "", "Company", "£m"], ["A LTD", 3, "", "C LTD", 1], ["B LTD", 2, "", "D LTD", 0.5]]
    hold(Twin(book({"S": rows}), 4, 6_500_000.0, "GBP"))


def test_a_column_for_each_manager() -> None:
    head = ["Company", "Manager One", "Manager Two"]
    rows = [["A LTD", 3, 4], ["B LTD", 1, 2], ["C LTD", 5, 1]]
    with pytest.raises(OpenQuestion, match="value_column="):
        read_holdings(book({"S": [head, *rows]}))
    whole = book({"S": [[*head, "Total"], *([*row, row[1] + row[2]] for row in rows)]})
    assert read_holdings(whole).report.total_value == 16.0


def test_columns_by_position() -> None:
    lines = [f"{n:<40}{i:<16}{v:>14,}" for n, i, v in (("A LTD ORD", "B0SWJX3", 1200), ("B, INC", "2046251", 30))]
    head = f"{'Security Description':<40}{'SEDOL':<16}{'Market Value £':>14}"
    holdings = read_holdings(text("PENSION FUND", "Holdings as at 31 March 2025", "", head, *lines, lines[0]))
    assert (holdings.report.rows, holdings.report.total_value) == (3, 2430.0)
    assert holdings.frame["name"].to_list() == ["A LTD ORD", "B, INC", "A LTD ORD"]


def test_a_comma_within_an_unquoted_name() -> None:
    lines = [f"N{k} LTD,US0378331005,{k}.5,10" for k in range(9)]
    holdings = read_holdings(text("Name,ISIN,Market Value,Weight", *lines, "VALE SA, INC.,DE0007164600,7.5,10"))
    assert holdings.frame["name"][-1] == "VALE SA, INC."
    assert holdings.frame["value"][-1] == 7.5
    assert any("lines 11" in d for d in holdings.report.decisions)


def test_short_positions_by_a_column() -> None:
    data = text("Long/Short,Security,Market Value USD", "Long,A LTD,10", "Short,B LTD,4")
    hold(Twin(data, 2, 6.0, "USD", spots={"B LTD": {"value": -4.0}}))


CURRENCIES = {
    "a base currency beside": ("Base Currency,Currency,Name,Market Value", "USD,HKD,A,1", "USD,SEK,B,2", "USD"),
    "stated above the table": ("Importes en EUR\r\nDivisa,Nombre,Valor de mercado", "HKD,A,1", "SEK,B,2", "EUR"),
    "added up by the file": ("Currency,Name,Market Value", "HKD,A,1", "SEK,B,2\r\n,Total,3", None),
}


@pytest.mark.parametrize("name", CURRENCIES)
def test_a_column_of_the_securities_currencies(name: str) -> None:
    *lines, currency = CURRENCIES[name]
    holdings = hold(Twin(text(*lines), 2, 3.0, currency))
    assert holdings.frame["local_currency"].to_list() == ["HKD", "SEK"]


DATES = {
    "Situazione al 03/02/2025": "2025-02-03",
    "Peildatum: 12-01-2025": "2025-01-12",
    "PORTFOLIO STATEMENT AS ON : January 31, 2026": "2026-01-31",
    "ANNUAL INVESTMENT REPORT - JUNE 30, 2025": "2025-06-30",
    "na dzień 30 stycznia 2026 r.": "2026-01-30",
    "2026년 1월 30일 기준": "2026-01-30",
    "令和7年3月31日現在": "2025-03-31",
    "中華民國114年12月31日": "2025-12-31",
    "Published 12 March 2026": None,
    "Fecha de inicio 15-may-2000": None,
}


@pytest.mark.parametrize("line", DATES)
def test_dates_of_the_world(line: str) -> None:
    report = read_holdings(book({"S": [[line], [], ["Name", "Market Value"], ["A LTD", 1], ["B LTD", 2]]})).report
    assert (report.as_of and report.as_of.isoformat()) == DATES[line]


def test_weights_of_several_portfolios_are_held_against_each() -> None:
    lines = [f"Fund {f},{n} LTD,{v},{w}" for f in (1, 2) for n, v, w in (("A", 6, 60), ("B", 3, 30), ("C", 1, 10))]
    report = read_holdings(text("Fund,Name,Market Value,Weight (%)", *lines)).report
    assert report.checks == (("the weights sum to 100% in each of 2 portfolios", True),)


def test_a_gain_in_per_cent_is_no_weight() -> None:
    data = text("銘柄,評価額［円］,評価損益［％］", "A社,6,60", "B社,3,30", "C社,1,10")
    assert read_holdings(data).report.weight_sum is None


def test_two_columns_of_one_name_can_be_told_apart() -> None:
    data = text("Name,Market Value,Market Value", "A LTD,1,10", "B LTD,2,5")
    with pytest.raises(OpenQuestion) as caught:
        read_holdings(data)
    assert [o.value for o in caught.value.options] == ["column 2", "column 3"]
    assert read_holdings(data, value_column="column 3").report.total_value == 15.0
    with pytest.raises(UsageError, match="no numbers"):
        read_holdings(data, value_column="Name")


def test_json_lines() -> None:
    data = b'{"name": "A LTD", "market_value": 1.5}\n{"name": "B LTD", "market_value": 2}\n'
    assert read_holdings(data).report.total_value == 3.5


def test_a_refusal_shows_the_likely_headings() -> None:
    data = text("Abc,Xyz", "one,1", "two,2", "three,3", "four,5")
    with pytest.raises(NoHoldings, match=r"row 1 looks like headings \(Abc \| Xyz\)"):
        read_holdings(data)


def test_months_in_one_archive_are_asked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for day in ("31 March 2025", "30 June 2025"):
            out.writestr(f"{day}.csv", f"Holdings as at {day}\n\nName,Market Value\nA LTD,1\nB LTD,2\n")
    with pytest.raises(OpenQuestion, match="date"):
        read_holdings(stream.getvalue())


def test_a_line_of_words_of_headers_is_a_line() -> None:
    """ "COMPANY 1000" and "X1000" name a column and a unit, were it not for the amount beside them."""
    lines = [f"COMPANY {k},X{k},China,{k}.25" for k in range(999, 1002)]
    holdings = read_holdings(text("Name,Code,Country,Market Value", *lines))
    assert holdings.frame["value"].to_list() == [999.25, 1000.25, 1001.25]


def test_a_large_text_by_position() -> None:
    lines = [f"{f'COMPANY {k} LTD':<40}{k + 1:>12,}" for k in range(30_000)]
    report = read_holdings(text(f"{'Security':<40}{'Market Value':>12}", *lines)).report
    assert (report.rows, report.total_value) == (30_000, 30_000 * 30_001 / 2)


def test_isins_in_a_column_of_codes() -> None:
    data = text("종목코드,종목명,평가금액(원)", "US30303M1027,Meta Platforms,10", "KR7005930003,Samsung,20")
    assert read_holdings(data).frame["isin"].to_list() == ["US30303M1027", "KR7005930003"]


def test_page_titles_between_pages_are_no_lines() -> None:
    page = ["Example Pension Fund - Valuation 31 March 2025", "", "Page 1"]
    head, lines = ["Security", "SEDOL", "Market Value £"], [["A LTD", "B0SWJX3", 5], ["B LTD", "2046251", 7]]
    again = [*page[:2], "Page 2"]
    hold(
        Twin(
            book({"S": [page, [], head, *lines, again, [], head, ["C LTD", "2588173", 1]]}),
            3,
            13.0,
            "GBP",
            "2025-03-31",
        )
    )


def test_what_a_file_without_values_gives_instead_is_said() -> None:
    only = {
        "weights": text("Name,ISIN,Weight (%)", "A,DE0007164600,60", "B,FR0000120073,40"),
        "own": text("Name,Currency,Local Market Value", "A,USD,60", "B,EUR,40"),
        "names": text("Name,ISIN", "A,DE0007164600", "B,FR0000120073"),
        "formulas": text("Name,ISIN,Market Value (EUR),Shares", "A,DE0007164600,,1", "B,FR0000120073,,2"),
    }
    said = {kind: " ".join(read_holdings(data).report.warnings) for kind, data in only.items()}
    assert "by its weights" in said["weights"]
    assert "in each security's own" in said["own"]
    assert "no weights" in said["names"]
    assert "if it holds formulas" in said["formulas"]


def test_three_digits_behind_a_comma_beside_semicolons_are_asked() -> None:
    data = text("Name;Market Value", "A LTD;100,100", "B LTD;137,211", "C LTD;211,433")
    with pytest.raises(OpenQuestion, match="decimal="):
        read_holdings(data)
    assert read_holdings(data, decimal=".").report.total_value == 448744.0
    assert read_holdings(data, decimal=",").report.total_value == pytest.approx(448.744)


def test_weights_of_no_proven_unit_are_named_as_such() -> None:
    report = read_holdings(text("Name,ISIN,Weight", "A,DE0007164600,0.3", "B,FR0000120073,0.25")).report
    assert report.weight_sum == pytest.approx(0.55)
    assert any("if they are per cent" in w for w in report.warnings)


def test_lines_longer_than_their_header() -> None:
    """The name stands beyond the header's last cell."""
    data = text("ISIN,Market Value", "DE0007164600,5,SAP SE", "FR0000120073,7,AIR LIQUIDE SA")
    report = read_holdings(data).report
    assert (report.rows, report.total_value) == (2, 12.0)


def test_a_file_whose_values_are_all_no_numbers_says_so_and_where():
    report = read_holdings(
        b"Name,ISIN,Value\nA Corp,US0378331005,12x4\nB Corp,US5949181045,??\n", name="a.csv"
    ).report
    assert report.warnings[0] == "'a.csv', rows 2 and 3: 2 values are no numbers, such as '12x4'; not counted"
    assert "the file gives no market values: no cell of 'Value' is a number" in report.warnings
    assert not any("empty" in warning for warning in report.warnings)
