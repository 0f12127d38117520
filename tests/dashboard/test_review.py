"""Decisions on doubtful matches: figures follow as the library says, decisions stay, and can be undone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from driving import press, tab, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.present.review import doubt, questions
from exposure.present.tables import figures
from exposure.resolve.judgements import Judgements
from exposure.store import Store

DOUBTFUL = (
    b"Name,Country,Market value (GBP)\n"
    b"CHINA TELECOM 'H',China,400000\nSOFTBANK CORP,Japan,300\nHEINEKEN HOLDING NV,Netherlands,9000\n"
)


def metrics(page: AppTest) -> list[str]:
    return [m.value for m in page.metric]


def expected(ledger: Judgements | None = None) -> ex.Screening:
    return ex.screen(ex.read_holdings(DOUBTFUL, name="doubtful.csv"), judgements=ledger)


@pytest.fixture
def reviewing(page: AppTest) -> AppTest:
    page.run()
    upload(page, ("doubtful.csv", DOUBTFUL))
    tab(page, "Review")
    page.text_input(key="judge").set_value("A. Trustee").run()
    assert not page.exception
    return page


def test_the_question_shows_the_row_as_published_beside_the_candidate(reviewing: AppTest) -> None:
    shown = texts(reviewing)
    assert "“CHINA TELECOM 'H'”" in reviewing.subheader[0].value
    assert "400,000" in shown
    assert "doubtful.csv, row 2" in shown
    assert "no identifier in the file" in shown
    assert "on 1260H, NS-CMIC" in shown
    assert "中国电信" in reviewing.radio[0].options[0]  # both scripts


def test_same_moves_the_figures_as_the_library_says_and_outlives_the_session(
    reviewing: AppTest, data_folder: Path, root: Path
) -> None:
    before = metrics(tab(reviewing, "Exposure"))
    tab(reviewing, "Review")
    reviewing.text_input(key="reason").set_value("H share, annual report 2025").run()
    press(reviewing, "Same company")
    ledger = Store(data_folder / "judgements.sqlite").judgements()
    row = ledger.frame.row(0, named=True)
    assert (row["judged_by"], row["verdict"], row["object"]) == ("A. Trustee", "same", "china_telecom")
    assert row["why"] == "H share, annual report 2025"
    after = metrics(tab(reviewing, "Exposure"))
    assert after != before
    assert after == [f.value for f in figures(expected(ledger))]
    again = AppTest.from_file(str(root / "app.py"), default_timeout=60).run()
    upload(again, ("doubtful.csv", DOUBTFUL))
    assert metrics(again) == after


def test_undo_takes_the_decision_back_and_the_ledger_remembers_both(reviewing: AppTest, data_folder: Path) -> None:
    before = metrics(tab(reviewing, "Exposure"))
    press(tab(reviewing, "Review"), "Same company")
    press(reviewing, "Undo")
    assert metrics(tab(reviewing, "Exposure")) == before
    ledger = Store(data_folder / "judgements.sqlite").judgements()
    assert ledger.frame["verdict"].to_list() == ["same", "withdrawn"]
    assert ledger.frame["object"].n_unique() == 1


def test_different_strikes_the_candidate_and_the_next_one_is_asked(reviewing: AppTest) -> None:
    first = reviewing.radio[0].value
    press(reviewing, "Different company")
    assert not reviewing.exception
    assert "CHINA TELECOM" in reviewing.subheader[0].value
    left = questions(expected(Store().judgements()))
    assert first not in left[0].candidate_ids


def test_not_sure_leaves_it_open_and_shows_what_was_said(reviewing: AppTest) -> None:
    before = metrics(tab(reviewing, "Exposure"))
    tab(reviewing, "Review")
    reviewing.text_input(key="reason").set_value("asked the custodian").run()
    press(reviewing, "Not sure")
    assert metrics(tab(reviewing, "Exposure")) == before
    shown = texts(tab(reviewing, "Review"))
    while "CHINA TELECOM" not in reviewing.subheader[0].value:
        shown = texts(press(reviewing, "Later"))
    assert "Before: A. Trustee was not sure" in shown
    assert "asked the custodian" in shown


def test_nobody_decides_without_a_name(reviewing: AppTest, data_folder: Path) -> None:
    reviewing.text_input(key="judge").set_value(" ").run()
    press(reviewing, "Same company")
    assert [e.value.replace("\\", "") for e in reviewing.error] == ["Say who decides: type your name."]
    assert not data_folder.exists()


def test_a_ledger_from_another_computer_is_added_and_a_wrong_file_is_one_sentence(reviewing: AppTest) -> None:
    said = {"by": "B. Analyst", "at": "2026-11-22", "why": "same ISIN"}
    brought = Judgements.empty().add("CHINA TELECOM 'H'", "china_telecom", same=True, **said)
    reviewing.file_uploader(key="brought").set_value(("wrong.csv", b"a,b\n1,2\n", "text/csv")).run()
    press(reviewing, "Add its decisions")
    assert "wrong.csv is no ledger of judgements" in reviewing.error[0].value.replace("\\", "")
    content = brought.to_csv().encode()
    reviewing.file_uploader(key="brought").set_value(("ledger.csv", content, "text/csv")).run()
    press(reviewing, "Add its decisions")
    assert Store().judgements().frame.equals(brought.frame)
    assert metrics(tab(reviewing, "Exposure")) == [f.value for f in figures(expected(brought))]


def test_questions_come_by_money_times_doubt() -> None:
    assert [doubt(s) for s in (0.0, 0.5, 0.75, 1.0, None)] == [0.0, 1.0, 0.75, 0.0, 1.0]
    found = questions(expected())
    weight = [(q.value or 0.0) * q.doubt for q in found]
    assert weight == sorted(weight, reverse=True)
    assert len(found) > 1
    held = expected().lines.filter(pl.col("coverage").cast(pl.String) == "awaiting_review")
    assert sum(q.value or 0.0 for q in found) == held["value"].sum()


def test_every_decision_has_a_key_and_the_page_says_which(reviewing: AppTest) -> None:
    keys = {b.label: b.proto.shortcut.lower() for b in reviewing.button if b.proto.shortcut}
    expected = {"Same company": "a", "Different company": "d", "Not sure": "u", "Undo": "z"}
    assert keys == expected | {"Earlier": "left", "Later": "right"}
    assert "Keys: A same company, D different, U not sure, Z undo, ← and →" in texts(reviewing)


def test_nothing_to_review_is_said(page: AppTest) -> None:
    page.run()
    upload(page, ("sure.csv", b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,100\n"))
    assert "Nothing to review" in texts(tab(page, "Review"))
