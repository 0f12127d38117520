"""The workbook, opened by openpyxl and LibreOffice: typed cells, nothing that runs, the same bytes each time."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hostile_names import HOSTILE
from openpyxl.worksheet.worksheet import Worksheet
from test_redact import amounts, figures_in

import exposure as ex
from exposure.present.sheets import UNITS, dictionary
from exposure.report import workbook as module
from exposure.report.redact import levels, redact
from exposure.report.text import visible
from exposure.report.workbook import workbook, xlsx_record

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "'=1")
SOFFICE = shutil.which("soffice")
NAMES = ["Summary", "Companies", "Exposures", "Evidence", "Chains", "Coverage", "Unchecked", "Holdings", "Matches"]
NAMES += ["Set aside", "Method", "Dictionary", "Manifest"]


WRITTEN: dict[tuple[int, str], tuple[ex.Screening, bytes]] = {}  # workbooks that several tests look at


def made(result: ex.Screening, level: str = "full") -> bytes:
    key = (id(result), "+".join(levels(level)))
    if key not in WRITTEN:
        WRITTEN[key] = (result, workbook(redact(result, level)))
    return WRITTEN[key][1]


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def parts(content: bytes) -> str:
    """Every part of the file unpacked."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.fixture(scope="module")
def pension_book(pension: ex.Screening) -> bytes:
    return made(pension)


def test_sheets_headings_filters(pension_book: bytes) -> None:
    book = opened(pension_book)
    assert book.sheetnames == NAMES
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None, sheet.title
        assert sheet.freeze_panes[1:] == "2", sheet.title
        assert sheet.auto_filter.ref == sheet.dimensions, sheet.title
        assert all(cell.font.b for cell in sheet[1]), sheet.title
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(8 <= width <= 62 for width in widths), sheet.title


def test_holdings_stand_where_the_file_has_them(root: Path, pension_book: bytes) -> None:
    """Each holding's sheet and row lead to the cell of the original file that has its name."""
    source = openpyxl.load_workbook(root / "datasets/examples/example_pension.xlsx")
    told = rows(opened(pension_book)["Holdings"])
    assert len(told) == 47
    for row in told:
        cells = [str(cell.value).strip() for cell in source[row["Sheet"]][row["Row"]]]
        assert row["Name as published"] in cells
        assert any(str(row["Value, GBP"]) == cell or str(int(row["Value, GBP"])) == cell for cell in cells)


def test_amounts_add_up_to_the_headline(example: ex.Screening) -> None:
    book = opened(made(example))
    value = f"Value, {example.currency}"
    exposed = rows(book["Exposures"])
    certain = [r for r in exposed if r["Relation"] in ("listed", "reached") and r["Kind"] == "designation"]
    assert sum(r[value] for r in certain) == pytest.approx(example.headline.at_least.value)
    assert sum(r[value] for r in rows(book["Coverage"])) == pytest.approx(example.total_value)
    assert sum(r[value] for r in rows(book["Holdings"])) == pytest.approx(example.total_value)
    figures = {row[0]: row for row in book["Summary"].iter_rows(values_only=True)}
    assert figures["At least"][1] == pytest.approx(example.headline.at_least.share)
    assert figures["At most"][2] == pytest.approx(example.headline.at_most.value)
    assert figures["Score"][3] == pytest.approx(example.score.value)


def test_cells_are_typed(pension_book: bytes) -> None:
    book = opened(pension_book)
    kinds = {"money": "#,##0.00", "share": "0.00%", "stake": "0.0%"}
    units = {column.title: column.unit for column in dictionary().values()}
    seen: set[str] = set()
    for sheet in book.worksheets[1:]:
        for column in sheet.iter_cols(min_row=1):
            unit = units[column[0].value.removesuffix(", GBP")]
            for cell in column[1:]:
                if cell.value is None:
                    continue
                if unit in ("text", "yes_no"):
                    assert cell.data_type == "s", (sheet.title, cell.coordinate)
                elif unit == "date":
                    assert isinstance(cell.value, datetime), (sheet.title, cell.coordinate)
                else:
                    assert cell.data_type == "n", (sheet.title, cell.coordinate)
                    assert cell.number_format == kinds.get(unit, cell.number_format)
                seen.add(unit)
    assert {"money", "share", "stake", "date", "number", "score", "text"} <= seen <= set(UNITS)


def test_every_column_is_in_the_dictionary(pension_book: bytes) -> None:
    book = opened(pension_book)
    told = {(row["Sheet"], row["Column"]) for row in rows(book["Dictionary"])}
    for name in NAMES[1:-3]:
        heads = {cell.value.removesuffix(", GBP") for cell in book[name][1]}
        assert heads == {column for sheet, column in told if sheet == name}, name
    assert all(row["Meaning"] and row["Unit"] for row in rows(book["Dictionary"]))


def test_the_reply_stands_beside_the_allegation(pension_book: bytes) -> None:
    sheet = opened(pension_book)["Evidence"]
    heads = [cell.value for cell in sheet[1]]
    assert heads.index("Company's reply") == heads.index("Statement") + 1
    accused = [row for row in rows(sheet) if row["Evidence"] == "allegation"]
    assert len(accused) > 20
    for row in accused:
        assert row["Company's reply"]
        assert row["Statement"].startswith(f"Alleged by {row['List or accuser']}, ")


def test_the_chain_from_cetc_to_hikvision(pension_book: bytes) -> None:
    """CETC holds CETHIK, CETHIK holds 36.4 to 36.5 % of Hikvision; in all CETC holds about 40.9 %."""
    chain = [row for row in rows(opened(pension_book)["Chains"]) if row["Issuer id"] == "hikvision"]
    steps = [
        row for row in chain if row["Listed or accused company"] == "China Electronics Technology Group Corporation"
    ]
    assert [row["Step"] for row in steps] == [1, 2]
    assert "CETHIK" in steps[0]["Owned"]
    assert steps[1]["Stake, low"] == pytest.approx(0.364, abs=0.001)
    assert steps[0]["Over all chains, low"] == pytest.approx(0.409, abs=0.001)
    assert "No 50 % rule applies" in steps[0]["What the rules make of it"]
    assert steps[0]["Source"]


# ---- nothing runs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*FORMULAS, *HOSTILE])
def test_names_are_text_and_never_formulas_or_links(text: str) -> None:
    frame = pl.DataFrame(
        {"Name": [text, f"{text} Hikvision"], "ISIN": [None, "CNE100000PM8"], "Sector": [text, None]}
    )
    frame = frame.with_columns(pl.Series("Market Value (GBP)", [500.0, 1000.0]), Manager=pl.lit(text))
    content = made(ex.screen(ex.read_holdings(frame, name="f.csv", portfolio=text)))
    book = opened(content)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and re.match(r"[=+\-@\t\r]", cell.value):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
    raw = parts(content)
    assert "<f>" not in raw
    assert "<hyperlink" not in raw
    assert "externalLink" not in raw
    shown = {str(row["Name as published"]) for row in rows(book["Holdings"])}
    assert visible(text).strip() in {name.strip() for name in shown}


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    frame = pl.DataFrame({"Name": ["Hikvision"], "Sector": ["x" * 40_000], "Market Value (GBP)": [1.0]})
    sector = rows(opened(made(ex.screen(frame)))["Holdings"])[0]["Sector"]
    assert len(sector) == 32_767
    assert sector.endswith("…")


def test_more_rows_than_a_sheet_holds_is_one_sentence(
    pension: ex.Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 20)
    with pytest.raises(ex.LimitExceeded, match=r"would have .* rows and a workbook holds"):
        workbook(redact(pension))


def test_numbers_that_are_none_are_left_empty() -> None:
    frame = pl.DataFrame(
        {"Name": ["Hikvision", "Other plc"], "ISIN": ["CNE100000PM8", None], "Weight (%)": [10.0, 90.0]}
    )
    told = rows(opened(made(ex.screen(frame)))["Exposures"])
    assert told[0]["Value"] is None
    assert told[0]["Share of portfolio"] == pytest.approx(0.1)


# ---- redaction ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["percent", "percent+names", "flagged+percent"])
def test_percent_holds_no_amount(example: ex.Screening, level: str) -> None:
    content = made(example, level)
    assert {amount for amount in amounts(example) if len(amount) >= 6} & figures_in(parts(content)) == set()
    heads = {cell.value for sheet in opened(content).worksheets[1:] for cell in sheet[1]}
    assert not {head for head in heads if head.startswith(("Value", "Attributed", "Price", "Number of shares"))}
    assert "Share of portfolio" in heads


def test_a_full_copy_holds_the_amounts(pension: ex.Screening, pension_book: bytes) -> None:
    assert len(amounts(pension) & figures_in(parts(pension_book))) > 10


@pytest.mark.parametrize("level", ["flagged", "flagged+percent"])
def test_flagged_holds_no_other_name(example: ex.Screening, level: str) -> None:
    raw = parts(made(example, level))
    others = example.holdings.filter(~pl.col("row").is_in(example.exposures["row"].implode()))
    known = {*example.universe.entities["name"], *example.universe.names["name"]}
    names = {name for name in others["name"].drop_nulls() if name not in known}
    assert names
    assert [name for name in names if name in raw or name.replace("&", "&amp;") in raw] == []


@pytest.mark.parametrize("level", ["names", "names+percent"])
def test_names_holds_neither_portfolio_nor_file_nor_hash_nor_manager(example: ex.Screening, level: str) -> None:
    raw = parts(made(example, level)).lower()
    file = example.manifest["inputs"][0]
    hidden = [example.portfolio, file["file"], Path(file["file"]).stem, file["sha256"]]
    lines = " ".join(example.holdings["name"].drop_nulls()).lower()  # a manager's name may be part of a fund's
    hidden += [one for one in example.holdings["group"].drop_nulls().unique() if one.lower() not in lines]
    assert [name for name in hidden if name.lower() in raw] == []
    assert "name withheld" in raw


# ---- the same bytes -------------------------------------------------------------------------------------------


def test_its_parts_carry_no_time(pension_book: bytes) -> None:
    with zipfile.ZipFile(BytesIO(pension_book)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_its_dates_are_the_data_s(pension: ex.Screening, pension_book: bytes) -> None:
    properties = opened(pension_book).properties
    assert properties.created.date() == pension.as_of.lists
    assert properties.modified.date() == pension.as_of.lists


def test_a_long_manifest_is_read_back_whole(pension: ex.Screening) -> None:
    many = [{"file": f"fund {k}.csv", "sha256": "0" * 64} for k in range(2000)]
    result = redact(pension)
    object.__setattr__(result, "manifest", result.manifest | {"funds": many})
    told = xlsx_record(workbook(result))
    assert told is not None
    assert len(told) > 150_000
    assert told.count("fund ") == 2000


def test_the_library_writes_the_same_workbook(pension: ex.Screening, pension_book: bytes, tmp_path: Path) -> None:
    path = tmp_path / "library.xlsx"
    pension.to_excel(path)
    assert path.read_bytes() == pension_book


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_it(tmp_path: Path, pension_book: bytes) -> None:
    """Every sheet opens; the figures are numbers to it, and a share is shown in percent."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(pension_book)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", every, "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert {p.name for p in tmp_path.glob("*.csv")} == {f"book-{name}.csv" for name in NAMES}
    with (tmp_path / "book-Companies.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert first["Company"] == "Tencent Holdings Limited"
    assert first["Share of portfolio"] == "1.83%"
    assert first["Value, GBP"] == "4,220,873.31"
