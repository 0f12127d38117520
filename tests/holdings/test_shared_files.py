"""Real published files: rows, total, currency and date as in the file; read again here by a slow, plain route."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from exposure.errors import NoHoldings
from exposure.holdings import Holdings, read_holdings

# file, layout, rows, total, currency, as_of. Rows and totals of CSV files are also recomputed below.
FILES = [
    ("amundi_core_msci_world.json", "table", 15, None, None, "2026-06-22"),
    ("amundi_lu0908500753_2026.xlsx", "amundi", 616, None, None, "2026-07-08"),
    ("ark_arkk_2021.csv", "ark", 45, 17161993976.79, "USD", "2021-12-03"),
    ("ark_arkq_2020.csv", "ark", 38, 477230463.80, "USD", "2020-08-07"),
    ("au_etf_A200.csv", "betashares", 201, 5123558035.90, "AUD", None),
    ("au_etf_BGBL.csv", "betashares", 1257, 900088879.79, "AUD", None),
    ("au_etf_DGRO.csv", "ishares_csv", 423, 26861750839.79, "USD", None),
    ("au_etf_E200.csv", "ssga_au", 93, None, None, None),
    ("au_etf_IAF.csv", "ishares_csv", 652, 2360688224.88, "AUD", None),
    ("au_etf_NDQ.csv", "betashares", 104, 4723837595.52, "AUD", None),
    ("au_etf_QMIX.csv", "ssga_au", 926, None, None, None),
    ("au_etf_SCHD.csv", "schwab", 104, None, None, "2024-04-09"),
    ("au_etf_VAE.csv", "vanguard_au_csv", 1532, None, None, None),
    ("broker_degiro.csv", "table", 108, None, None, None),
    ("edgar_13f_sample_information_table.xml", "sec_13f", 169, 7454702899000.0, "USD", None),
    ("edgar_NPORT.Dupree.xml", "sec_nport", 55, 40455026.70, "USD", "2022-12-31"),
    ("eu_amundi_FR0010527275.csv", "amundi_de", 47, None, None, None),
    ("il_pension_full.xlsx", "il_pension", 356, 741888400.0, "ILS", "2016-03-31"),
    ("il_pension_512237744_psum_0219.xlsx", "il_pension", 2155, 72065073971.78, "ILS", "2019-06-30"),
    ("invesco_us_qqq_20230113.csv", "invesco_us", 101, 149376907880.92, None, "2023-01-13"),
    ("ishares_ch_emum_2026.csv", "ishares_csv", 128, 540039493.0, None, "2026-07-09"),
    ("ishares_ch_emum_fund.xls", "ishares_csv", 128, 540039494.45, None, "2026-07-09"),
    ("ishares_de_eunl_20260120.csv", "ishares_de_csv", 1338, 131728931753.65, None, "2026-01-20"),
    ("ishares_eu_eimi_2025.csv", "ishares_csv", 3220, 28608692393.89, None, None),
    ("ishares_eu_iesg_2025.csv", "ishares_csv", 131, 3548236266.49, None, None),
    ("ishares_eu_swda_2025.csv", "ishares_csv", 1342, 119065334255.18, None, None),
    ("ishares_eu_weqw_20250917.csv", "ishares_csv", 1260, 10089636.19, None, "2025-09-17"),
    ("ishares_uk_cspx_20260619_trimmed.csv", "ishares_csv", 26, 78963844403.72, None, "2026-06-19"),
    ("ishares_uk_swda_2021.csv", "ishares_csv", 1580, 44040446962.02, None, "2021-08-30"),
    ("ishares_us_acwi_2022.csv", "ishares_csv", 2369, 18025907151.12, "USD", "2022-03-10"),
    ("ishares_us_eem_2022.csv", "ishares_csv", 1237, 25701455550.36, "USD", None),
    ("ishares_us_eem_2025.csv", "ishares_csv", 1243, 15577005133.15, "USD", None),
    ("ishares_us_ivv_20221230_resp.csv", "ishares_csv", 508, 289404832046.65, "USD", "2022-12-30"),
    ("ishares_us_iwv_2021.csv", "ishares_csv", 2585, 10658859003.74, "USD", None),
    ("ishares_us_soxx_20231024.csv", "ishares_csv", 35, 8412129198.59, "USD", "2023-10-24"),
    ("ishares_us_urth_20201106.csv", "ishares_csv", 1260, 1036841406.39, "USD", "2020-11-04"),
    ("nbim_eq_1998_country.csv", "nbim", 2098, 66612897626.0, "NOK", None),
    ("nbim_eq_2010_country.csv", "nbim", 8495, 1893475167744.0, "NOK", None),
    ("nbim_eq_2015_country.csv", "nbim", 9050, 4598240563406.0, "NOK", None),
    ("nbim_eq_2017_country.csv", "nbim", 9146, 5680528920524.0, "NOK", None),
    ("nbim_eq_2018_country.csv", "nbim", 9158, 5478759177394.0, "NOK", None),
    ("nbim_eq_2019_industry.xlsx", "nbim", 9202, 7152950875895.0, "NOK", None),
    ("nbim_eq_2022_country.csv", "nbim", 9228, 8579839477548.0, "NOK", None),
    ("nbim_fi_1998_country.csv", "nbim", 65, 101361722793.0, "NOK", None),
    ("nport_pimco_fixture.xml", "sec_nport", 12, 124349534.34, "USD", "2026-03-31"),
    ("nport_spy_fixture.xml", "sec_nport", 8, 10798646257.55, "USD", "2026-03-31"),
    ("pacta_1234.csv", "pacta", 118, 60094970.0, "USD", None),
    ("pacta_testportfolio_input.csv", "pacta", 2966, None, None, None),
    ("pacta_tsv_first300.tsv", "pacta", 299, 1878905685.0, "USD", None),
    ("sec13f_us_endowments_combined_2022.csv", "sec_13f", 3406, 74314209000.0, "USD", None),
    ("ssga_emea_spyy_gy.xlsx", "ssga_emea", 2357, 10990760744.0795, None, "2026-02-12"),
    ("ssga_us_komp_2021.xlsx", "ssga_us", 497, None, None, "2021-08-30"),
    ("ssga_us_spy_20240510.xlsx", "ssga_us", 504, None, None, "2024-05-10"),
    ("ssga_us_spy_trimmed_nopreamble.csv", "ssga_us", 20, None, None, None),
    ("uk_lgps_buckinghamshire.xlsx", "uk_lgps", 1380, 1896305688.17, None, None),
    ("uk_lgps_cumbria.xlsx", "uk_lgps", 524, 1829133621.88, None, None),
    ("uk_lgps_east_riding.xlsx", "uk_lgps", 558, 3310213250.0, None, None),
    ("uk_lgps_lb_barnet.xlsx", "uk_lgps", 2538, 818333571.4785, None, None),
    ("uk_lgps_teesside.xlsx", "uk_lgps", 1119, 3240856533.17, None, None),
    ("vanguard_us_voo_holdings_details.csv", "vanguard_us_csv", 504, 1507291243249.92, "USD", None),
    ("vanguard_us_vt_20200930.csv", "vanguard_us_csv", 8793, 20325981014.01, "USD", "2020-09-30"),
    ("vanguard_us_vwo_20200930.csv", "vanguard_us_csv", 5018, 86184064383.09, "USD", "2020-09-30"),
]


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    return shared / "holdings"


@pytest.mark.parametrize("case", FILES, ids=[c[0] for c in FILES])
def test_file_reads_exactly(folder: Path, case: tuple[str, str, int, float | None, str | None, str | None]) -> None:
    name, layout, rows, total, currency, as_of = case
    report = read_holdings(folder / name).report
    assert (report.layout, report.rows, report.currency) == (layout, rows, currency)
    assert report.as_of == (dt.date.fromisoformat(as_of) if as_of else None)
    assert report.total_value == (None if total is None else pytest.approx(total, rel=1e-12, abs=0.006))
    assert all(agrees for _, agrees in report.checks)


# Columns by hand for the slow route: header of the value and of the name, delimiter, decimal comma.
PLAIN = [
    ("ark_arkk_2021.csv", "market value ($)", "company"),
    ("au_etf_BGBL.csv", "Market Value (AUD)", "Name"),
    ("invesco_us_qqq_20230113.csv", "MarketValue", "Name"),
    ("ishares_ch_emum_2026.csv", "Market Value", "Name"),
    ("ishares_de_eunl_20260120.csv", "Marktwert", "Name"),
    ("ishares_eu_eimi_2025.csv", "Market Value", "Name"),
    ("ishares_us_acwi_2022.csv", "Market Value", "Name"),
    ("ishares_us_iwv_2021.csv", "Market Value", "Name"),
    ("ishares_uk_swda_2021.csv", "Market Value", "Name"),
    ("nbim_eq_2018_country.csv", "Market Value(NOK)", "Name"),
    ("nbim_eq_2022_country.csv", "Market Value(NOK)", "Name"),
    ("pacta_1234.csv", "market_value", "isin"),
]


@pytest.mark.parametrize(("name", "value", "label"), PLAIN)
def test_total_agrees_with_a_plain_decimal_sum(folder: Path, name: str, value: str, label: str) -> None:
    total, rows = slow_sum(folder / name, value, label, comma="_de_" in name)
    report = read_holdings(folder / name).report
    assert report.rows == rows
    assert report.total_value == pytest.approx(float(total), rel=1e-13)


def slow_sum(path: Path, value: str, label: str, *, comma: bool) -> tuple[Decimal, int]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.reader(stream))
    start = next(i for i, row in enumerate(table) if value in row and label in row)
    at, named = table[start].index(value), table[start].index(label)
    lines = [row for row in table[start + 1 :] if len(row) > at and row[named].strip()]
    amounts = [row[at] for row in lines if row[at].strip()]
    marks = {",": "", "$": "", "’": ""} | ({".": "", ",": "."} if comma else {})
    cleaned = [a.translate(str.maketrans(marks)).strip() for a in amounts]
    return sum((Decimal(a) for a in cleaned), Decimal(0)), len(lines)


def values_of(holdings: Holdings, pattern: str) -> list[float]:
    return holdings.frame.filter(pl.col("name").str.contains(pattern))["value"].to_list()


def test_vanguard_emerging_markets(folder: Path) -> None:
    """One company on two lines (Stock Connect and QFII), three stacked tables, weights below a hundredth."""
    holdings = read_holdings(folder / "vanguard_us_vwo_20200930.csv")
    assert sorted(values_of(holdings, "Hangzhou Hikvision")) == [17786826.71, 31271687.03]
    for name in ("Zhejiang Dahua", "(?i)iflytek", "BGI Genomics", "Hytera"):
        assert len(values_of(holdings, name)) == 2
    assert holdings.frame["sheet"].value_counts().sort("count")["count"].to_list() == [3, 4, 5011]
    assert values_of(holdings, "CMT MARKET LIQUIDITY")[0] == 1050946830.0
    assert any("FACE AMOUNT" in d for d in holdings.report.decisions)
    small = holdings.frame.filter(pl.col("weight_note") == "<0.01%")
    assert small["weight"].null_count() == small.height > 3700
    assert holdings.frame.filter(pl.col("name").str.contains("DUMMY")).height == 4


def test_norges_bank_2018(folder: Path) -> None:
    path = folder / "nbim_eq_2018_country.csv"
    assert values_of(read_holdings(path), "Hikvision") == [953904167.0]
    assert values_of(read_holdings(path), "Zhejiang Dahua") == [207422194.0]
    in_dollars = read_holdings(path, currency="USD")
    assert values_of(in_dollars, "Hikvision") == [110161409.0]
    assert in_dollars.report.currency == "USD"
    assert read_holdings(path).frame["weight"].null_count() == 9158


def test_norges_bank_2019_workbook(folder: Path) -> None:
    path = folder / "nbim_eq_2019_industry.xlsx"
    holdings = read_holdings(path)
    assert values_of(holdings, "Hikvision") == [1241058528.0]
    assert values_of(holdings, "Zhejiang Dahua") == [261114487.0]
    assert values_of(read_holdings(path, currency="USD"), "Hikvision") == [141233203.0]
    assert holdings.report.total_value == 7152950875895.0


def test_norges_bank_2022_sold_hikvision(folder: Path) -> None:
    holdings = read_holdings(folder / "nbim_eq_2022_country.csv")
    assert values_of(holdings, "Hikvision") == []
    assert values_of(holdings, "^29Metals Ltd$") == [42485096.0]


def test_state_street_europe(folder: Path) -> None:
    holdings = read_holdings(folder / "ssga_emea_spyy_gy.xlsx")
    dahua = holdings.frame.filter(pl.col("isin") == "CNE100000BJ4").row(0, named=True)
    assert dahua["sedol"] == "BD5CNJ1"
    assert dahua["security_kind"] == "equity"
    russian = holdings.frame.filter(pl.col("isin").is_in(["RU0009033591", "RU000A0JP5V6"]))
    assert russian["value"].to_list() == [0.0, 0.0]


def test_lost_zeros_come_back(folder: Path) -> None:
    """The file was saved by a spreadsheet that turned 002236 into 2236."""
    holdings = read_holdings(folder / "ishares_us_eem_2022.csv")
    found = dict(holdings.frame.select("name", "ticker").rows())
    assert found["ZHEJIANG DAHUA TECHNOLOGY LTD A"] == "002236"
    assert found["IFLYTEK LTD A"] == "002230"
    assert found["ZTE CORP H"] == "763"
    assert found["SAMSUNG ELECTRONICS LTD"] == "005930"


def test_derivatives_do_not_borrow_their_reference(folder: Path) -> None:
    holdings = read_holdings(folder / "nport_pimco_fixture.xml")
    assert "US195325BB02" not in holdings.frame["isin"].to_list()
    assert holdings.frame["cusip"].to_list().count(None) == 11  # one is inside a US ISIN; 000000000 is none
    assert holdings.frame["name"].null_count() == 0
    assert set(holdings.frame["security_kind"]) == {"fx", "derivative", "equity"}


def test_mixed_currencies_are_not_added(folder: Path) -> None:
    report = read_holdings(folder / "pacta_testportfolio_input.csv").report
    assert report.total_value is None
    assert report.currency is None
    assert "GBP 5,889,424.00" in report.warnings[0]


def test_summary_sheets_are_set_aside(folder: Path) -> None:
    holdings = read_holdings(folder / "uk_lgps_teesside.xlsx")
    assert holdings.report.portfolio == "Teesside Pension Fund"
    reasons = dict(holdings.rejected.select("sheet", "reason").rows())
    assert reasons["Explanation"] == "no table of holdings in this sheet"
    assert sum(reason.startswith("an extract") for reason in reasons.values()) == 2


@pytest.mark.parametrize("name", ["edgar_NPORT.AdvancedSeries.xml", "ishares_uk_igln_overview_sample.xls"])
def test_files_without_holdings_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(NoHoldings, match=name):
        read_holdings(folder / name)
