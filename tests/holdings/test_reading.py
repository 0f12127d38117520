"""The reader's general promises: nothing dropped in silence, doubts named, errors in one sentence."""

from __future__ import annotations

import contextlib
import io
import math
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure import schema
from exposure.errors import (
    AmbiguousFile,
    ExposureError,
    InputError,
    LimitExceeded,
    NoHoldings,
    UnreadableFile,
    UsageError,
)
from exposure.holdings import archive as archive_module
from exposure.holdings import read_holdings
from exposure.holdings import source as source_module

SMALL = b"Name,ISIN,Market Value (GBP)\nApple,US0378331005,10\nMicrosoft,US5949181045,5.5\nTotal,,15.5\n"


def test_kept_and_set_aside_are_all_lines() -> None:
    holdings = read_holdings(SMALL, name="a.csv")
    assert (holdings.report.rows, holdings.rejected.height) == (2, 1)
    assert holdings.rejected.row(0)[1:4] == (None, 4, "total: by its words")
    assert holdings.report.checks == (("row 4: the file's own total 15.50", True),)
    schema.Holdings.validate(holdings.frame)
    schema.Rejected.validate(holdings.rejected)


def test_a_wrong_total_is_said_to_disagree() -> None:
    assert read_holdings(SMALL.replace(b",,15.5", b",,99")).report.checks[0][1] is False


def test_json_object_has_the_contracts_keys() -> None:
    entry = read_holdings(SMALL, name="a.csv").to_dict()
    assert list(entry) == [
        "file", "layout", "portfolio", "as_of", "currency", "rows", "total_value", "weight_sum", "warnings",
        "rejected",
    ]  # fmt: skip
    assert entry["rejected"] == [{"sheet": None, "row": 4, "reason": "total: by its words"}]
    assert (entry["currency"], entry["total_value"], entry["as_of"]) == ("GBP", 15.5, None)


def test_a_company_named_total_is_no_total() -> None:
    data = b"Name,Market Value (EUR)\nTOTAL SA,10\nTotalEnergies SE,20\nTotal Access Communication,5\nTotal,35\n"
    holdings = read_holdings(data)
    assert holdings.report.rows == 3
    assert holdings.report.total_value == 35.0


def test_every_door(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(SMALL)
    frame = pl.DataFrame(
        {"Name": ["Apple", "Microsoft"], "ISIN": ["US0378331005", "US5949181045"], "Value": [10.0, 5.5]}
    )
    reads = [
        read_holdings(path),
        read_holdings(str(path)),
        read_holdings(io.BytesIO(SMALL)),
        read_holdings(path.open("rb")),
    ]
    reads += [read_holdings(frame), read_holdings(frame.lazy()), read_holdings(frame.to_pandas(), name="b")]
    assert {r.report.total_value for r in reads} == {15.5}
    assert {tuple(r.frame["isin"]) for r in reads} == {("US0378331005", "US5949181045")}
    assert reads[0].report.file == reads[3].report.file == "a.csv"
    assert reads[0].report.sha256 == reads[2].report.sha256


def test_columns_given_by_the_caller() -> None:
    data = b"Bez,Kenn,Betrag X\nApple,US-1,10\nSAP,DE-2,7\n"
    with pytest.raises(NoHoldings, match="columns="):
        read_holdings(data, name="x.csv")
    holdings = read_holdings(
        data, columns={"name": "Bez", "identifier": "Kenn", "value": "Betrag X"}, currency="EUR"
    )
    assert holdings.report.total_value == 17.0
    assert holdings.report.currency == "EUR"
    with pytest.raises(UsageError, match="colour"):
        read_holdings(data, columns={"colour": "Bez"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding: str, mark: str) -> None:
    lines = ["Name|Währung|Marktwert (EUR)", "Süßwaren AG|EUR|10.5", "Ørsted A/S|DKK|4.5"]
    data = "\n".join(line.replace("|", mark) for line in lines).encode(encoding)
    holdings = read_holdings(data)
    assert holdings.frame["name"].to_list() == ["Süßwaren AG", "Ørsted A/S"]
    assert holdings.report.total_value == 15.0
    assert holdings.frame["local_currency"].to_list() == ["EUR", "DKK"]


def test_two_equally_good_value_columns_are_not_chosen_between() -> None:
    data = b"Name,ISIN,Market Value (GBP),Fair Value (GBP)\nApple,US0378331005,10,11\nSAP,DE0007164600,7,8\n"
    with pytest.raises(AmbiguousFile, match="value_column="):
        read_holdings(data, name="two.csv")
    assert read_holdings(data, value_column="Fair Value (GBP)").report.total_value == 19.0
    assert read_holdings(data.replace(b"11", b"10").replace(b"8\n", b"7\n")).report.total_value == 17.0


def test_a_currency_that_is_not_there() -> None:
    data = b"Name,Market Value(NOK),Market Value(USD)\nA,10,1\nB,20,2\n"
    with pytest.raises(UsageError, match="EUR"):
        read_holdings(data, currency="EUR")
    assert read_holdings(data, currency="usd").report.total_value == 3.0


def test_currency_column_of_the_security_is_told_by_the_weights() -> None:
    rows = ["Name,ISIN,Market Value,Currency,Weight"]
    rows += [
        "A,US0378331005,300,USD,0.3",
        "B,US5949181045,200,USD,0.2",
        "C,DE0007164600,300,EUR,0.3",
        "D,FR0000121014,200,EUR,0.2",
    ]
    holdings = read_holdings("\n".join(rows).encode())
    assert holdings.report.total_value == 1000.0
    assert holdings.frame["local_currency"].to_list() == ["USD", "USD", "EUR", "EUR"]
    assert holdings.report.currency is None


@pytest.mark.parametrize(("factor", "note"), [(1.0, "fractions"), (100.0, "per cent")])
def test_weight_units(factor: float, note: str) -> None:
    rows = [f"Co {k},{w * factor}" for k, w in enumerate([0.5, 0.3, 0.2])]
    report = read_holdings("\n".join(["Name,Weight", *rows]).encode()).report
    assert report.weight_sum == pytest.approx(1.0)
    assert any(note in d for d in report.decisions)


def test_bad_identifiers_are_flagged_and_never_used() -> None:
    holdings = read_holdings(b"Name,ISIN,SEDOL,Value\nA,US0378331006,B450X03,1\nB,US000,XX,2\n")
    assert holdings.frame["isin"].to_list() == [None, None]
    assert holdings.frame["identifiers_flagged"].to_list() == [
        ["isin=US0378331006: check digit"],
        ["isin=US000: form", "sedol=XX: form"],
    ]


def test_a_reader_is_told_which_lines_give_an_invalid_identifier() -> None:
    """A mistyped code finds no company: unsaid, the line would pass for one that nobody names."""
    several = read_holdings(b"Name,ISIN,Value\nA,US0378331006,1\nB,US5949181045,3\nC,US000,2\n", name="a.csv")
    assert several.report.warnings == (
        "'a.csv', rows 2 and 4: 2 lines give an identifier that is not valid, such as"
        " 'isin=US0378331006: check digit'; kept as given, never used",
    )
    one = read_holdings(b"Name,ISIN,Value\nA,US0378331006,1\n", name="a.csv")
    assert one.report.warnings == (
        "'a.csv', row 2: an identifier is not valid: 'isin=US0378331006: check digit'; kept as given, never used",
    )
    assert read_holdings(SMALL).report.warnings == ()


@pytest.mark.parametrize("word", ["ETF", "UCITS", "Sicav", "ICAV", "Index Fund"])
def test_a_fund_is_known_by_its_name_whether_or_not_a_class_is_given(word: str) -> None:
    """Names without a telling word are not looked at again: the words only funds use must all be telling."""
    for data in (f"Name,Shares,Value\nACME WORLD {word} A1,5,1\n", f"Name,Class,Value\nACME {word} A1,Equity,1\n"):
        assert read_holdings(data.encode()).frame["security_kind"].to_list() == ["fund"]


def test_ambiguous_date_is_left_open() -> None:
    data = b"Holdings as of,03/04/2021\nName,Value\nA,1\nB,2\n"
    report = read_holdings(data).report
    assert report.as_of is None
    assert "as_of=" in report.warnings[0]


def test_two_dated_sheets_are_not_merged() -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, value in (("31-12-2023", 5), ("31-12-2024", 7)):
        sheet = workbook.create_sheet(title)
        for row in (["Name", "ISIN", "Market value"], ["A", "US0378331005", value], ["B", "US5949181045", value]):
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    with pytest.raises(AmbiguousFile, match="sheet="):
        read_holdings(stream.getvalue(), name="two.xlsx")
    assert read_holdings(stream.getvalue(), sheet="31-12-2024").report.total_value == 14.0


def workbook_bytes(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<edgarSubmission>&b;</edgarSubmission>"""
BROKEN = {
    "empty.csv": (b"", UnreadableFile),
    "blank.csv": (b"\n \r\n\t", UnreadableFile),
    "renamed.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", UnreadableFile),
    "noise.csv": (bytes(range(256)) * 40, UnreadableFile),
    "nul.csv": (b"Name,Value\nA\x00B,1\nC,2\n", UnreadableFile),
    "truncated.xml": (b"<?xml version='1.0'?><edgarSubmission><formData>", UnreadableFile),
    "bomb.xml": (BOMB, UnreadableFile),
    "other.xml": (b"<?xml version='1.0'?><note><to>you</to></note>", NoHoldings),
    "page.csv": (b"<!DOCTYPE html><html><body>Not found</body></html>", UnreadableFile),
    "letter.csv": (b"Dear Sir or Madam,\nplease find nothing here.\n", NoHoldings),
    "header_only.csv": (b"Name,ISIN,Market Value\n", NoHoldings),
    "list.json": (b"[1, 2, 3]", NoHoldings),
    "cut.json": (b'{"holdings": [', UnreadableFile),
    "deep.json": (b"[" * 5000 + b"]" * 5000, InputError),
    "photo.xlsx": (b"\x89PNG\r\n\x1a\n" + b"0" * 100, UnreadableFile),
    "cut.xlsx": (workbook_bytes([["Name", "Value"], ["A", 1]])[:900], UnreadableFile),
    "no_table.xlsx": (workbook_bytes([["Hello"], ["World", 3]]), NoHoldings),
    "locked.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9,
        UnreadableFile,
    ),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, UnreadableFile),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_said_in_one_sentence(name: str) -> None:
    data, error = BROKEN[name]
    with pytest.raises(error) as caught:
        read_holdings(data, name=name)
    message = str(caught.value)
    assert name in message
    assert message.endswith(".")
    assert "\n" not in message


def test_paths_that_are_not_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="folder"):
        read_holdings(tmp_path)
    with pytest.raises(UnreadableFile, match="does not exist"):
        read_holdings(tmp_path / "none.csv")
    with pytest.raises(UsageError):
        read_holdings(42)


def test_limits_have_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "MAX_BYTES", 10)
    with pytest.raises(LimitExceeded, match="limit"):
        read_holdings(SMALL)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_UNZIPPED", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 100_000)
    with pytest.raises(LimitExceeded):
        read_holdings(stream.getvalue())


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_cause_another_error(data: bytes) -> None:
    with contextlib.suppress(ExposureError):
        read_holdings(data, name="any")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "A", "1,5", "-", "Total", "US0378331005", '"', "\n", "€", "9e999", "ß"]),
            max_size=5,
        ),
        max_size=8,
    )
)
def test_odd_tables_keep_the_books(rows: list[list[str]]) -> None:
    data = "\n".join(["Name;ISIN;Market Value;Weight", *(";".join(r) for r in rows)]).encode()
    try:
        holdings = read_holdings(data)
    except ExposureError:
        return
    known = holdings.frame["value"].drop_nulls().to_list()
    assert all(math.isfinite(v) for v in known)
    assert holdings.report.total_value == (math.fsum(known) if known else None)
    assert holdings.frame["row"].to_list() == list(range(holdings.report.rows))


EXAMPLES = [
    ("example_pension.xlsx", 47, 231035410.51, "GBP", "2026-03-31"),
    ("example_index_fund.csv", 34, 347688090.82, "USD", "2026-06-30"),
    ("example_endowment.csv", 33, 54638720.00, "USD", "2026-06-30"),
]


@pytest.mark.parametrize(("name", "rows", "total", "currency", "day"), EXAMPLES)
def test_bundled_examples(root: Path, name: str, rows: int, total: float, currency: str, day: str) -> None:
    report = read_holdings(root / "datasets" / "examples" / name).report
    assert (report.rows, report.currency, str(report.as_of)) == (rows, currency, day)
    assert report.total_value == pytest.approx(total, abs=0.005)
    assert all(agrees for _, agrees in report.checks)
    readme = (root / "datasets" / "examples" / "README.md").read_text("utf-8")
    assert f"| `{name}` | {rows} | {total:,.2f} | {currency} | {day} |" in readme


ABROAD = {
    "danish": (
        "Papirnavn;ISIN-kode;Markedsværdi (DKK);Andel\nNovo Nordisk B;DK0062498333;1.234.567,50;60,5 %\n"
        "Hikvision;CNE100000PM8;805.432,00;39,5 %\nI alt;;2.039.999,50;100 %\n",
        (2, 2039999.5, "DKK", 1.0),
    ),
    "swedish": (
        "Innehav;ISIN;Antal;Marknadsvärde (SEK);Andel av fondet\nVolvo B;SE0000115446;1 200;345 678,90;55,0\n"
        "Ericsson;SE0000108656;2 000;282 828,10;45,0\nSumma;;;628 507,00;100,0\n",
        (2, 628507.0, "SEK", 1.0),
    ),
    "norwegian": (
        "Selskap;Land;Markedsverdi (NOK);Eierandel\nEquinor;Norge;12 345 678;0,5\nHikvision;Kina;953 904;0,1\n",
        (2, 13299582.0, "NOK", None),
    ),
    "french": (
        "Libellé;Code ISIN;Quantité;Valorisation (EUR);% de l'actif net\nLVMH;FR0000121014;10;7 000,50;70,00%\n"
        "TOTALENERGIES SE;FR0000120271;50;3 000,25;30,00%\nTotal;;;10 000,75;100,00%\n",
        (2, 10000.75, "EUR", 1.0),
    ),
    "dutch, thousands": (
        "Naam belegging;Land;Marktwaarde x 1.000 (EUR)\nASML;NL;1.250\nHangzhou Hikvision;CN;12\nShell;GB;845\n",
        (3, 2107000.0, "EUR", None),
    ),
    "italian": (
        "Titolo;ISIN;Controvalore (EUR);Peso\nENI;IT0003132476;1.500,00;75,00\nENEL;IT0003128367;500,00;25,00\n",
        (2, 2000.0, "EUR", 1.0),
    ),
    "spanish": (
        "Valor;ISIN;Divisa;Valor de mercado;Peso\nIBERDROLA;ES0144580Y14;EUR;2.500,75;50,00\n"
        "SANTANDER;ES0113900J37;EUR;2.500,75;50,00\n",
        (2, 5001.5, "EUR", 1.0),
    ),
    "british, sections and subtotals": (
        "Schedule as at 31 March 2024\n\nStock,Sector,Market Value £000,% of fund\nUK EQUITIES,,,\n"
        'BP,Oil,"1,200",12.0\nShell,Oil,"3,800",38.0\nTotal UK equities,,"5,000",50.0\nOVERSEAS EQUITIES,,,\n'
        'Apple,Tech,"5,000",50.0\nTotal overseas equities,,"5,000",50.0\nTotal portfolio,,"10,000",100.0\n',
        (3, 10000000.0, "GBP", 1.0),
    ),
}


@pytest.mark.parametrize("language", ABROAD)
def test_files_of_no_known_layout(language: str) -> None:
    data, expected = ABROAD[language]
    report = read_holdings(data.encode()).report
    rows, total, currency, weights = expected
    assert (report.layout, report.rows, report.total_value, report.currency) == ("table", rows, total, currency)
    assert report.weight_sum == (None if weights is None else pytest.approx(weights))
    assert all(agrees for _, agrees in report.checks)
