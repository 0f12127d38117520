"""The page without a browser: what it shows is what the library says, and no input ends the session."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from driving import press, tab, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.dashboard import session
from exposure.dashboard.spoken import spoken
from exposure.dashboard.text import link, md
from exposure.present.tables import figures
from exposure.present.words import headline_sentences

ENDOWMENT = "example_endowment.csv"


@pytest.fixture(scope="module")
def example(root: Path) -> ex.Screening:
    return ex.screen(root / "datasets/examples/example_pension.xlsx")


def test_first_run_shows_the_example_and_calls_it_one(page: AppTest, example: ex.Screening) -> None:
    page.run()
    assert not page.exception
    shown = texts(page)
    assert "illustrative example" in shown
    for sentence in headline_sentences(example):
        assert sentence in shown


def test_figures_are_those_of_the_library(page: AppTest, example: ex.Screening) -> None:
    page.run()
    assert [(m.label, m.value) for m in page.metric] == [(f.name, f.value) for f in figures(example)]
    shown = page.dataframe[0].value
    assert len(shown) == example.exposures["issuer_id"].n_unique()
    assert shown["value"].sum() == pytest.approx(example.exposures["value"].sum())


def test_choosing_a_company_shows_its_evidence_with_the_reply(page: AppTest) -> None:
    page.run()
    page.selectbox(key="company").set_value("hikvision").run()
    assert not page.exception
    shown = texts(page)
    assert "Hikvision" in page.subheader[1].value
    assert "Alleged by" in shown
    assert "The company" in shown
    assert "holds 40.9" in shown.replace("\u202f", " ")
    assert "No 50 % rule applies" in shown
    assert page.query_params["company"] == "hikvision"


def test_an_address_that_names_a_company_opens_it(page: AppTest) -> None:
    page.query_params["company"] = "hikvision"
    page.run()
    assert page.selectbox(key="company").value == "hikvision"
    assert "What is alleged" in texts(page)


def test_an_address_that_names_nobody_is_harmless(page: AppTest) -> None:
    page.query_params["company"] = "<script>alert(1)</script>"
    page.run()
    assert not page.exception
    assert page.selectbox(key="company").value is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("holdings.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n"),
        ("empty.csv", b""),
        ("letter.csv", b"Dear all,\nplease find enclosed nothing at all.\n"),
        ("![x](http://example.org/x.png).csv", b"nothing,here\n1,2\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_the_session_goes_on(
    page: AppTest, name: str, content: bytes, root: Path
) -> None:
    with pytest.raises(ex.ExposureError) as caught:
        ex.read_holdings(content, name=name)
    page.run()
    upload(page, (name, content))
    assert not page.exception
    assert {error.value for error in page.error} == {md(spoken(str(caught.value)))}
    assert not any(re.search(r"\w=", error.value) for error in page.error)
    good = (root / "datasets/examples" / ENDOWMENT).read_bytes()
    upload(page, (name, content), (ENDOWMENT, good))
    assert not page.exception
    assert page.header[0].value == "Example College Endowment"


def test_several_files_are_looked_at_one_by_one_or_together(page: AppTest, root: Path) -> None:
    folder = root / "datasets/examples"
    files = [(n, (folder / n).read_bytes()) for n in (ENDOWMENT, "example_index_fund.csv")]
    page.run()
    upload(page, *files)
    tab(page, "Compare")
    league = page.dataframe[0].value
    assert list(league["file"]) == ["example_index_fund.csv", ENDOWMENT]
    tab(page, "Exposure")
    together = page.selectbox(key="looked_at").options[-1]
    page.selectbox(key="looked_at").set_value(together).run()
    assert not page.exception
    both = ex.screen([folder / n for n, _ in files])
    assert [m.value for m in page.metric] == [f.value for f in figures(both)]


def test_one_sessions_holdings_are_not_seen_in_another(page: AppTest, root: Path) -> None:
    page.run()
    upload(page, ("secret fund.csv", (root / "datasets/examples" / ENDOWMENT).read_bytes()))
    other = AppTest.from_file(str(root / "app.py"), default_timeout=60).run()
    assert other.header[0].value == "Example County Pension Fund"
    assert "secret" not in texts(other)
    assert "Endowment" not in texts(other)


def test_files_named_on_the_command_line_are_opened(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there, gone = root / "datasets/examples" / ENDOWMENT, tmp_path / "gone.csv"
    monkeypatch.setenv("EXPOSURE_FILES", f"{there}{os.pathsep}{gone}")
    page = AppTest.from_file(str(root / "app.py"), default_timeout=60).run()
    assert page.header[0].value == "Example College Endowment"
    assert next(e.value for e in page.error).startswith("gone.csv cannot be read")


def test_a_fund_can_be_looked_into_and_the_figures_follow(page: AppTest, root: Path) -> None:
    folder = root / "datasets/examples"
    pension, inside = folder / "example_pension.xlsx", folder / "example_index_fund.csv"
    page.run()
    upload(page, (pension.name, pension.read_bytes()))
    line = page.selectbox(key="fund_line").options[0]
    page.file_uploader(key="fund_file").set_value((inside.name, inside.read_bytes(), "text/csv")).run()
    next(b for b in page.button if b.label == "Look into this fund").click().run()
    assert not page.exception
    expected = ex.screen(pension, funds={line: inside})
    assert [m.value for m in page.metric] == [f.value for f in figures(expected)]
    assert any(b.label == "looked into 1 fund" for b in page.button)


def test_an_address_may_name_a_company_that_is_not_held(page: AppTest) -> None:
    page.query_params["company"] = "huawei"
    page.run()
    assert not page.exception
    assert "No line of this portfolio was identified as this company" in texts(page)


def test_what_the_file_does_not_say_can_be_said(page: AppTest) -> None:
    page.run()
    upload(
        page, ("undated.csv", b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,100\nNestle SA,CH0038863350,900\n")
    )
    assert "The file does not date its holdings" in texts(page)
    tab(page, "Files")
    page.date_input[-1].set_value("2011-03-31")
    next(t for t in page.text_input if t.label.startswith("Currency")).set_value("CHF")
    press(page, "Read again")
    assert not page.exception
    tab(page, "Exposure")
    assert "Holdings of 31 Mar 2011" in texts(page)
    assert "CHF" in texts(page)


def test_a_file_of_weights_alone_is_told_in_shares(page: AppTest) -> None:
    page.run()
    upload(page, ("weights.csv", b"Name,ISIN,Weight (%)\nZTE Corp,CNE1000004Y2,10\nNestle SA,CH0038863350,90\n"))
    assert not page.exception
    assert page.metric[0].value == "10.00\u202f%"
    assert "10.00\u202f% of this portfolio reaches 1 company" in texts(page)


def test_a_file_of_names_alone_says_that_nothing_can_be_added_up(page: AppTest) -> None:
    page.run()
    upload(page, ("names.csv", b"Name,ISIN,Shares\nZTE Corp,CNE1000004Y2,10\nNestle SA,CH0038863350,90\n"))
    assert not page.exception
    assert "neither values nor weights" in texts(page)
    assert "An unknown amount of this portfolio reaches 1 company" in texts(page)


def test_another_date_for_the_lists_is_shown_as_changed_and_can_be_taken_back(page: AppTest) -> None:
    page.run()
    usual = [m.value for m in page.metric]
    page.date_input(key="as_of").set_value("2018-01-01").run()
    assert "Changed from the usual" in texts(page)
    assert [m.value for m in page.metric] != usual
    press(page, "lists and stakes as of 1 Jan 2018")
    assert [m.value for m in page.metric] == usual


def test_text_from_files_becomes_no_markup() -> None:
    assert md("![x](http://e.org/x.png) $a$ :smile: <b>") == r"\!\[x\](http\://e.org/x.png) \$a\$ \:smile\: \<b\>"
    assert link("a<b", "javascript:alert(1)") == "a&lt;b"
    assert 'rel="noopener noreferrer"' in link("a", "https://example.org/?a=1")


def test_a_company_tells_who_else_holds_it_and_how_to_correct_its_entry(page: AppTest) -> None:
    held = b"Name,ISIN,Market value (GBP)\nZTE Corp,CNE1000004Y2,%d\nNestle SA,CH0038863350,900\n"
    page.run()
    upload(page, ("one.csv", held % 100), ("two.csv", held % 300))
    page.selectbox(key="company").set_value("zte").run()
    assert not page.exception
    table = next(d.value for d in page.dataframe if list(d.value.columns)[:1] == ["file"])
    assert list(table["file"]) == ["two.csv", "one.csv"]
    assert list(table["value"]) == [300, 100]
    assert "This entry is “zte”" in texts(page)


def test_nothing_is_worked_out_again_that_did_not_change(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counting(name: str) -> None:
        plain = getattr(session, name)
        monkeypatch.setattr(session, name, lambda *a, **k: calls.append(name) or plain(*a, **k))

    for name in ("screen", "recount", "read_holdings"):
        counting(name)
    page.run()
    assert calls == ["read_holdings", "screen"]
    page.selectbox(key="company").set_value("hikvision").run()
    tab(page, "Method")
    tab(page, "Exposure")
    page.session_state["by"] = "list"
    page.run()
    assert calls == ["read_holdings", "screen"]
    page.selectbox(key="rule").set_value("named only").run()
    assert calls == ["read_holdings", "screen", "recount"]
    page.button(key="back_rule").click().run()
    page.selectbox(key="rule").set_value("named only").run()
    assert calls == ["read_holdings", "screen", "recount"]
    assert not page.exception
