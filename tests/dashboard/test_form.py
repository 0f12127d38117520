"""Questions about a file: every one that the reader can raise is asked in words, and each answer reads the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from driving import press, tab, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.dashboard.files import ASKED
from exposure.dashboard.spoken import spoken
from exposure.holdings import OpenQuestion

HEAD = b"Name,ISIN,Market value (GBP)"


def two_sheets(folder: Path) -> bytes:
    """A workbook with the holdings at two days, each on a sheet of its own."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, day, value in (("March", "31/03/2025", 10), ("June", "30/06/2025", 30)):
        sheet = book.create_sheet(name)
        for row in (["As of", day], ["Name", "ISIN", "Market value (GBP)"], ["ZTE Corp", "CNE1000004Y2", value]):
            sheet.append(row)
        sheet.append(["SAP SE", "DE0007164600", 90])
    path = folder / "two.xlsx"
    book.save(path)
    return path.read_bytes()


QUESTIONS: dict[str, tuple[str, bytes | None]] = {
    "value_column": (
        "a.csv",
        b"Name,ISIN,Market Value (GBP),Fair Value (GBP)\nZTE Corp,CNE1000004Y2,10,11\nSAP SE,DE0007164600,7,8\n",
    ),
    "decimal": ("b.csv", b"Name;Value\nZTE Corp;1,234\nSAP SE;5,678\n"),
    "as_of": (
        "c.csv",
        HEAD + b",Date\nZTE Corp,CNE1000004Y2,10,2024-12-31\nSAP SE,DE0007164600,90,2024-12-31\n"
        b"ZTE Corp,CNE1000004Y2,30,2025-12-31\nSAP SE,DE0007164600,70,2025-12-31\n",
    ),
    "sheet": ("two.xlsx", None),
}


@pytest.mark.parametrize("argument", QUESTIONS)
@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
def test_each_answer_reads_the_file_as_the_library_does(
    page: AppTest, tmp_path: Path, argument: str, last: bool
) -> None:
    name, content = QUESTIONS[argument]
    content = content or two_sheets(tmp_path)
    with pytest.raises(OpenQuestion) as asked:
        ex.read_holdings(content, name=name)
    assert asked.value.argument == argument
    option = asked.value.options[-1 if last else 0]
    expected: Any = ex.read_holdings(content, name=name, **{argument: option.value})  # type: ignore[arg-type]
    page.run()
    upload(page, (name, content))
    assert not page.error
    assert f"{name} can be read in {len(asked.value.options)} ways" in " ".join(
        w.value for w in page.warning
    ).replace("\\", "")
    choice = page.radio(key="mapping_choice_0")
    assert choice.label == ASKED[argument]
    choice.set_value(option.value)
    press(page, "Read it this way")
    assert not page.exception
    assert not page.error
    held = next(iter(page.session_state["loaded"].values())).holdings
    assert held.frame.equals(expected.frame)


def test_every_question_of_the_reader_has_its_words(root: Path) -> None:
    source = "".join(path.read_text("utf-8") for path in (root / "exposure/holdings").glob("*.py"))
    raised = set(re.findall(r'question\(\s*document,\s*"(\w+)"', source))
    assert raised >= set(QUESTIONS)
    assert raised <= set(ASKED)


def test_a_file_that_waits_for_an_answer_is_not_called_unread(page: AppTest) -> None:
    name, content = QUESTIONS["decimal"]
    assert content is not None
    page.run()
    upload(page, (name, content))
    assert f"{name}: waits for your answer below" in texts(page)
    assert [o.split(" · ")[0] for o in page.radio(key="mapping_choice_0").options] == [
        "with a comma",
        "with a point",
    ]


@pytest.mark.parametrize(
    ("field", "value", "option"),
    [
        ("Header of the column with the names", "Titel 2", {"columns": {"name": "Titel 2"}}),
        ("Header of the column with the values", "Kurs B", {"value_column": "Kurs B"}),
        ("Currency, three letters (or which of several value columns)", "CHF", {"currency": "CHF"}),
    ],
)
def test_columns_can_be_named(page: AppTest, field: str, value: str, option: dict[str, Any]) -> None:
    rows = b"Titel 1,Titel 2,Market value,Kurs B\nA1,ZTE Corp,10,1\nA2,SAP SE,30,3\n"
    expected: Any = ex.read_holdings(rows, name="own.csv", columns={"name": "Titel 2"}).frame.clear()
    expected = ex.read_holdings(rows, name="own.csv", **{"columns": {"name": "Titel 2"}, **option})
    page.run()
    upload(page, ("own.csv", rows))
    tab(page, "Files")
    by_label = {t.label: t for t in page.text_input}
    by_label["Header of the column with the names"].set_value("Titel 2")
    by_label[field].set_value(value)
    press(page, "Read again")
    assert not page.exception
    assert not page.error
    held = [file.holdings for file in page.session_state["loaded"].values() if file.holdings is not None]
    assert any(one.frame.equals(expected.frame) for one in held)


@pytest.mark.parametrize(("label", "option"), [("with a comma", ","), ("with a point", ".")])
def test_the_decimal_mark_can_be_said(page: AppTest, label: str, option: str) -> None:
    name, content = QUESTIONS["decimal"]
    assert content is not None
    page.run()
    upload(page, (name, content))
    tab(page, "Files")
    page.selectbox(key="decimal_0").set_value(option)
    assert label in page.selectbox(key="decimal_0").options
    press(page, "Read again")
    assert not page.exception
    expected = ex.read_holdings(content, name=name, decimal=option)
    held = [file.holdings for file in page.session_state["loaded"].values() if file.holdings is not None]
    assert [one.frame["value"].to_list() for one in held] == [expected.frame["value"].to_list()]


@pytest.mark.parametrize(("unit", "share"), [("percent", 0.005), ("fraction", 0.5)])
def test_the_unit_of_weights_can_be_said(page: AppTest, unit: str, share: float) -> None:
    rows = b"Name,ISIN,Weight\nZTE Corp,CNE1000004Y2,0.5\nNestle SA,CH0038863350,0.5\n"
    page.run()
    upload(page, ("weights.csv", rows))
    tab(page, "Files")
    page.selectbox(key="weight_unit_0").set_value(unit)
    press(page, "Read again")
    assert not page.exception
    held = [file.holdings for file in page.session_state["loaded"].values() if file.holdings is not None]
    assert held[-1].frame["weight"].to_list() == [share, share]


def test_a_currency_that_is_none_is_one_sentence(page: AppTest) -> None:
    page.run()
    upload(page, ("plain.csv", b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,100\n"))
    tab(page, "Files")
    next(t for t in page.text_input if t.label.startswith("Currency")).set_value("pounds of flesh")
    press(page, "Read again")
    assert "is no currency code" in page.error[0].value


@pytest.mark.parametrize(
    ("library", "page_says"),
    [
        ("'a.csv' has 2 value columns: 'A' and 'B'; choose one with value_column=.", "; choose one."),
        (
            "'a' has no table: x; if it is one, name its columns, as columns={'name': ..., 'value': ...}.",
            "if it is one, say under “Files” which of its columns are the names and the values.",
        ),
        ("b.csv does not say its currency. Say it with currency=.", "Say it under “Files”."),
        ("no exchange rate was given (rates=, --rates).", "no exchange rate was given."),
        ("2 short positions count as negative (shorts=net).", "2 short positions count as negative."),
        (
            "values are never converted in silence. Screen both in one currency (in_currency= with rates=).",
            "Choose two files in the same currency.",
        ),
        (
            "'a.csv' has no column 'X', which value_column= names.",
            "no column 'X', which “Files” names as the value.",
        ),
        ("as_of='soon' is no date; give it as YYYY-MM-DD.", "'soon' is no date; give it as YYYY-MM-DD."),
    ],
)
def test_the_page_names_no_argument(library: str, page_says: str) -> None:
    assert spoken(library).endswith(page_says)
    assert not re.search(r"\w=", spoken(library))


def test_a_file_beyond_a_limit_is_one_sentence(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exposure.holdings.source.MAX_BYTES", 50)
    page.run()
    upload(page, ("large.csv", HEAD + b"\n" + b"ZTE Corp,CNE1000004Y2,10\n" * 5))
    assert not page.exception
    assert len(page.error) == 1
    assert "large.csv" in page.error[0].value
    with pytest.raises(ex.LimitExceeded):
        ex.read_holdings(HEAD + b"\n" + b"ZTE Corp,CNE1000004Y2,10\n" * 5, name="large.csv")
