"""Formats and their traps: archives, parquet, ods, SEC submissions, web pages, bombs, locked and broken files."""

from __future__ import annotations

import gzip
import io
import zipfile

import polars as pl
import pytest
from making import book, text

from exposure.errors import AmbiguousFile, InputError, LimitExceeded, NoHoldings, UnreadableFile
from exposure.holdings import OpenQuestion, read_holdings
from exposure.holdings import grid as grid_module

TABLE = [
    ["Name", "ISIN", "Market Value (EUR)", "Weight (%)"],
    ["SAP SE", "DE0007164600", 600.5, 60.05],
    ["AIR LIQUIDE", "FR0000120073", 399.5, 39.95],
]
CSV = text(*(",".join(map(str, row)) for row in TABLE))


def archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def ods(rows: list[list[object]]) -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, (int, float)):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}"><text:p/></table:table-cell>'
            )
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="H">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return archive(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content__xml=content.encode(),
        **{"META-INF/manifest__xml": b'<manifest:manifest xmlns:manifest='
           b'"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'},
    )  # fmt: skip


def parquet(rows: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(stream)
    return stream.getvalue()


def page(rows: list[list[object]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td> {cell}&nbsp;</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><body><table>{body}</table></body></html>".encode()


FORMATS = {
    "csv named xls": CSV,
    "xlsx": book({"H": TABLE}),
    "ods": ods(TABLE),
    "parquet": parquet(TABLE),
    "web page": page(TABLE),
    "gzip": gzip.compress(CSV),
    "zip of one": archive(holdings__csv=CSV, readme__txt=b"read me"),
    "zip of a workbook": archive(**{"a/b__xlsx": book({"H": TABLE})}),
    "zip in a zip": archive(inner__zip=archive(holdings__csv=CSV)),
    "json": b'{"data": [{"name": "SAP SE", "isin": "DE0007164600", "market value (EUR)": 600.5, "weight": 0.6005},'
    b'{"name": "AIR LIQUIDE", "isin": "FR0000120073", "market value (EUR)": 399.5, "weight": 0.3995}]}',
    "json, numbers beside their display": b'[{"name": "SAP SE", "isin": "DE0007164600", "market value (EUR)":'
    b'{"raw": 600.5, "display": "600"}, "weight": "60.05%"}, {"name": "AIR LIQUIDE", "isin": "FR0000120073",'
    b'"market value (EUR)": {"raw": 399.5, "display": "399"}, "weight": "39.95%"}]',
    "json, lists with column names": b'{"columns": ["Name", "ISIN", "Market Value (EUR)", "Weight (%)"], "data":'
    b'[["SAP SE", "DE0007164600", 600.5, 60.05], ["AIR LIQUIDE", "FR0000120073", {"raw": 399.5}, 39.95]]}',
    "the same table on two sheets": book({"A": TABLE, "B": [TABLE[0], TABLE[2], TABLE[1]]}),
    "the same table printed twice": CSV + CSV,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_the_same(name: str) -> None:
    report = read_holdings(FORMATS[name], name="file.xls").report
    assert (report.rows, report.total_value, report.currency) == (2, 1000.0, "EUR")
    assert report.weight_sum == pytest.approx(1.0)
    twice = [w for w in report.warnings if "count once" in w]
    assert len(twice) == ("same table" in name)


def test_an_archive_of_two_layouts_asks_which() -> None:
    data = archive(a__csv=CSV, b__csv=b"Name,Country,Market Value\nX,DE,1\nY,FR,2\n")
    with pytest.raises(OpenQuestion) as caught:
        read_holdings(data, name="both.zip")
    question = caught.value
    assert isinstance(question, AmbiguousFile)
    assert (question.argument, [o.value for o in question.options]) == ("sheet", ["a.csv", "b.csv"])
    assert len(question.fingerprint) == 16
    assert read_holdings(data, sheet="b.csv").report.total_value == 3.0


def test_an_archive_of_one_layout_is_one_portfolio() -> None:
    other = CSV.replace(b"SAP SE,DE0007164600", b"APPLE,US0378331005").replace(
        b"AIR LIQUIDE,FR0000120073", b"BP,GB0007980591"
    )
    assert read_holdings(archive(a__csv=CSV, b__csv=other)).report.rows == 4


def test_a_question_carries_what_a_form_needs() -> None:
    data = b"Name,ISIN,Market Value (GBP),Fair Value (GBP)\nApple,US0378331005,10,11\nSAP,DE0007164600,7,8\n"
    with pytest.raises(OpenQuestion) as caught:
        read_holdings(data, name="two.csv")
    question = caught.value
    assert question.argument == "value_column"
    assert [(o.value, o.preview, o.total) for o in question.options] == [
        ("Market Value (GBP)", ("10", "7"), 17.0),
        ("Fair Value (GBP)", ("11", "8"), 19.0),
    ]
    answered = read_holdings(data, value_column=question.options[1].value).report
    assert (answered.total_value, answered.fingerprint) == (19.0, question.fingerprint)


def test_a_point_before_three_digits_is_asked() -> None:
    data = b"Name,Market Value (EUR)\nSAP,1.234\nBASF,2.345\nBAYER,8.765\n"
    with pytest.raises(OpenQuestion, match="decimal=") as caught:
        read_holdings(data)
    assert [o.value for o in caught.value.options] == [",", "."]
    assert read_holdings(data, decimal=",").report.total_value == 12344.0
    assert read_holdings(data, decimal=".").report.total_value == pytest.approx(12.344)


def test_the_fingerprint_is_of_the_layout() -> None:
    first = read_holdings(CSV).report.fingerprint
    assert first == read_holdings(CSV.replace(b"600.5", b"1.5").replace(b"SAP", b"ABC")).report.fingerprint
    assert first != read_holdings(CSV.replace(b"ISIN", b"SEDOL")).report.fingerprint


SUBMISSION = """<SEC-DOCUMENT>0001-23.txt : 20230214
<SEC-HEADER>
CONFORMED PERIOD OF REPORT:\t20221231
FILED AS OF DATE:\t\t20230214
FILER:
\tCOMPANY CONFORMED NAME:\t\t\tEXAMPLE ENDOWMENT
</SEC-HEADER>
<DOCUMENT>
<TYPE>13F-HR
<TEXT>
<XML>
<?xml version="1.0"?><edgarSubmission xmlns="x"><headerData/></edgarSubmission>
</XML>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>INFORMATION TABLE
<TEXT>
<XML>
<informationTable xmlns="x"><infoTable><nameOfIssuer>APPLE INC</nameOfIssuer><titleOfClass>COM</titleOfClass>
<cusip>037833100</cusip><value>13000</value><shrsOrPrnAmt><sshPrnamt>100</sshPrnamt>
<sshPrnamtType>SH</sshPrnamtType></shrsOrPrnAmt></infoTable></informationTable>
</XML>
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


def test_a_full_submission_of_a_13f() -> None:
    report = read_holdings(SUBMISSION.encode(), name="0001.txt").report
    assert (report.layout, report.rows, report.total_value) == ("sec_13f", 1, 13000.0)
    assert (report.portfolio, str(report.as_of)) == ("EXAMPLE ENDOWMENT", "2022-12-31")
    cut = SUBMISSION[: SUBMISSION.index("<cusip>")].encode()
    with pytest.raises(UnreadableFile, match="middle"):
        read_holdings(cut)


def bomb() -> bytes:
    return archive(**{"big__csv": b"0" * 50_000_000})


BAD = {
    "locked zip": (CSV, UnreadableFile),
    "cut parquet": (parquet(TABLE)[:-20], UnreadableFile),
    "parquet magic only": (b"PAR1" + b"\x00" * 50, UnreadableFile),
    "cut gzip": (gzip.compress(CSV)[:30], UnreadableFile),
    "cut zip": (archive(a__csv=CSV)[:60], UnreadableFile),
    "zip without a table": (archive(a__pdf=b"%PDF-1.4", b__png=b"\x89PNG"), UnreadableFile),
    "zip of a letter": (archive(a__txt=b"Dear all,\nnothing here.\n"), NoHoldings),
    "a page without a table": (b"<html><body>Service unavailable</body></html>", UnreadableFile),
    "an open quote": (CSV + b'"open,\n' + CSV * 60, InputError),
    "external entity": (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', UnreadableFile),
}


@pytest.mark.parametrize("name", [n for n in BAD if n != "locked zip"])
def test_broken_files_are_refused_in_one_sentence(name: str) -> None:
    data, error = BAD[name]
    with pytest.raises(error) as caught:
        read_holdings(data, name="f.bin")
    assert "\n" not in str(caught.value)


def test_an_encrypted_member_is_named_as_such() -> None:
    data = bytearray(archive(a__csv=CSV))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        read_holdings(bytes(data), name="a.zip")


def test_limits_hold_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exposure.holdings.archive.MAX_UNZIPPED", 1_000_000)
    for data in (bomb(), gzip.compress(b"0" * 5_000_000)):
        with pytest.raises(LimitExceeded, match="unpacks"):
            read_holdings(data)


def test_ten_thousand_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = [["Name", "ISIN", "Market Value", *(f"extra {k}" for k in range(10_000))]]
    wide += [[f"A{k}", "US0378331005", str(k + 1.5), *["0"] * 10_000] for k in range(20)]
    data = "\n".join(",".join(row) for row in wide).encode()
    assert read_holdings(data).report.rows == 20
    monkeypatch.setattr("exposure.holdings.text.MAX_CELLS", 1000)
    assert grid_module.MAX_CELLS > 1000
    with pytest.raises(LimitExceeded, match="cells"):
        read_holdings(data)


def test_formulas_without_stored_results_are_said_to_be_missing() -> None:
    data = book({"H": [["Name", "ISIN", "Shares", "Market Value (EUR)"], ["SAP SE", "DE0007164600", 3, "=C2*2"],
                       ["AIR LIQUIDE", "FR0000120073", 4, "=C3*2"]]})  # fmt: skip
    report = read_holdings(data).report
    assert report.total_value is None
    assert any("no market values" in w for w in report.warnings)
