"""Real published files: rows, total, currency and date as in the file; read again here by a slow, plain route."""

from __future__ import annotations

import csv
import io
import tomllib
import warnings
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest

from exposure.errors import NoHoldings
from exposure.holdings import Holdings, read_holdings

CASES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "real_files.toml").read_text("utf-8"))


#: Every file with headers but the one on whose style sheet openpyxl fails.
PLAIN = [n for n, case in CASES.items() if "name_headers" in case and n != "amundi_lu0908500753_2026.xlsx"]


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    return shared / "holdings"


@pytest.fixture(scope="session")
def reads(folder: Path) -> Callable[[str], Holdings]:
    return cache(lambda name: read_holdings(folder / name))


@pytest.mark.parametrize("name", CASES)
def test_file_reads_exactly(reads: Callable[[str], Holdings], name: str) -> None:
    case, holdings = CASES[name], reads(name)
    report = holdings.report
    assert (report.layout, report.rows, report.currency) == (case["layout"], case["rows"], case.get("currency"))
    assert (report.as_of and report.as_of.isoformat()) == case.get("as_of")
    total, weights = case.get("total"), case.get("weight_sum")
    assert report.total_value == (None if total is None else pytest.approx(total, rel=1e-12, abs=0.006))
    assert report.weight_sum == (None if weights is None else pytest.approx(weights, abs=1e-9))
    for spot in case["spots"]:
        line = holdings.frame.row(spot["row"], named=True)
        assert spot["name"] in (line["name"], line["isin"])
        assert line["value"] == (pytest.approx(spot["value"], rel=1e-12) if "value" in spot else None)
        assert line["weight"] == (pytest.approx(spot["weight"], abs=1e-9) if "weight" in spot else None)
    assert [text for text, agrees in report.checks if not agrees] == case.get("disagrees", [])


@pytest.mark.parametrize("name", PLAIN)
def test_every_line_agrees_with_a_slow_plain_reading(
    folder: Path, reads: Callable[[str], Holdings], name: str
) -> None:
    """Read each kept line's own cells again, by the csv module or openpyxl and Decimal, and compare them all."""
    case = CASES[name]
    slow = {(line["sheet"], line["row"]): line for line in slow_lines(folder / name, case)}
    sheets = {sheet for sheet, _ in slow}
    for line in reads(name).frame.iter_rows(named=True):
        plain = slow[(line["sheet"] if line["sheet"] in sheets else None, line["source_row"])]
        if "name" in case["name_headers"] or line["name"] is not None:
            assert (line["name"] or "") in (plain["name"], plain["name"].strip()) or line["name"] is None
        if plain["value"] is not None and line["value"] is not None:
            assert Decimal(repr(line["value"])) == pytest.approx(plain["value"], rel=Decimal("1e-13"))
        # One stacked table of Vanguard's gives only a face amount, which its own test holds.
        assert plain["value"] is not None or line["value"] is None or name.startswith("vanguard")
        if plain["weight"] is not None and line["weight"] is not None:
            assert line["weight"] == pytest.approx(float(plain["weight"]), abs=1e-12)


def slow_lines(path: Path, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each line below a header with its name, value and weight, by the headers in the case."""
    for sheet, rows in slow_tables(path):
        at: dict[str, int] = {}
        for number, row in rows:
            texts = [str(cell).strip() if cell is not None else "" for cell in row]
            heads = {
                kind: next((texts.index(h) for h in case.get(f"{kind}_headers", []) if h in texts), -1)
                for kind in ("name", "value", "weight")
            }
            given = [kind for kind in ("value", "weight") if f"{kind}_headers" in case]
            if heads["name"] >= 0 and (not given or max(heads[kind] for kind in given) >= 0):
                at = heads
            elif at:
                cell = {kind: row[k] if 0 <= k < len(row) else None for kind, k in at.items()}
                value, weight = (plain_decimal(cell[k], case) for k in ("value", "weight"))
                yield {
                    "sheet": sheet,
                    "row": number,
                    "name": str(cell["name"] if cell["name"] is not None else ""),
                    "value": None if value is None else value * case.get("scale", 1),
                    "weight": None if weight is None else weight / case.get("weight_unit", 1),
                }


def slow_tables(path: Path) -> Iterator[tuple[str | None, list[tuple[int, Sequence[Any]]]]]:
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, data_only=True)
        for sheet in book.worksheets:
            yield sheet.title, list(enumerate((row for row in sheet.iter_rows(values_only=True)), 1))
        return
    if b"urn:schemas-microsoft-com" in data[:2000]:
        yield from slow_spreadsheetml(data)
        return
    text = data.decode("utf-8-sig")
    delimiter = max(",;\t", key=lambda mark: min(text.count(mark), 10**6))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, last = [], 0
    for row in reader:
        rows.append((last + 1, row))
        last = reader.line_num
    yield None, rows


def slow_spreadsheetml(data: bytes) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    space = "{urn:schemas-microsoft-com:office:spreadsheet}"
    root = ElementTree.fromstring(data[data.index(b"<?xml") :])
    for sheet in root.iter(f"{space}Worksheet"):
        rows = [[(d.text or "") for d in row.iter(f"{space}Data")] for row in sheet.iter(f"{space}Row")]
        yield sheet.attrib[f"{space}Name"], list(enumerate(rows, 1))


def plain_decimal(cell: Any, case: dict[str, Any]) -> Decimal | None:
    """Read a number with nothing but replacements."""
    if isinstance(cell, (int, float)):
        return Decimal(repr(cell))
    marks = {",": "", "$": "", "’": "", "%": "", " ": "", "\u00a0": ""}
    marks |= {".": "", ",": "."} if case.get("comma") else {}
    try:
        return Decimal(str(cell or "").translate(str.maketrans(marks)))
    except InvalidOperation:
        return None


FILINGS = [
    ("edgar_NPORT.Dupree.xml", "invstOrSec", "valUSD", 1),
    ("nport_spy_fixture.xml", "invstOrSec", "valUSD", 1),
    ("nport_pimco_fixture.xml", "invstOrSec", "valUSD", 1),
    ("edgar_13f_sample_information_table.xml", "infoTable", "value", 1000),
]


@pytest.mark.parametrize(("name", "element", "value", "scale"), FILINGS)
def test_filings_agree_with_a_plain_walk_of_their_elements(
    folder: Path, reads: Callable[[str], Holdings], name: str, element: str, value: str, scale: int
) -> None:
    root = ElementTree.fromstring((folder / name).read_bytes().strip())
    lines = [e for e in root.iter() if e.tag.endswith(element)]
    amounts = [Decimal(c.text or "0") for e in lines for c in e if c.tag.rpartition("}")[2] == value]
    assert reads(name).frame["value"].to_list() == [float(a * scale) for a in amounts]


def test_books_are_kept_for_every_text_file(folder: Path, reads: Callable[[str], Holdings]) -> None:
    """Kept and set aside are all non-blank rows but the headers, none twice."""
    for name in (n for n in CASES if n.endswith((".csv", ".tsv"))):
        holdings = reads(name)
        rows = dict(next(iter(slow_tables(folder / name)))[1])
        filled = {number for number, row in rows.items() if any(str(c).strip(" \u00a0\t") for c in row)}
        kept = holdings.frame["source_row"].to_list()
        aside = holdings.rejected["row"].to_list()
        assert len(set(kept)) == len(kept)
        assert not set(kept) & set(aside)
        heads = filled - set(kept) - set(aside)
        assert len(heads) <= 3, (name, heads)
        assert not (set(kept) | set(aside)) - filled


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
