"""What the page keeps and what it forgets: files gone after a reload, addresses, decisions taken back, the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import press, tab, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.present.describe import lists_table
from exposure.present.pages import METHOD
from exposure.present.parts import HEADERS
from exposure.present.tables import figures, rules_table, weights_table
from exposure.present.words import MARKS
from exposure.store import Store

GONE = "Your files are no longer here"
LEFT_OUT = "The address asks for what is not known here"
ROWS = b"Name,ISIN,Market value (GBP)\nZTE Corp,CNE1000004Y2,100\nNestle SA,CH0038863350,900\n"
DOUBTFUL = b"Name,Country,Market value (GBP)\nCHINA TELECOM 'H',China,400000\nEXAMPLE BAKERY,Japan,600000\n"


def warned(page: AppTest) -> str:
    return " ".join(w.value for w in page.warning).replace("\\", "")


def another(root: Path, **address: str) -> AppTest:
    page = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    page.query_params.update(address)
    return page.run()


def test_files_that_are_gone_after_a_reload_are_missed_aloud(page: AppTest, root: Path) -> None:
    page.run()
    assert "own" not in page.query_params
    upload(page, ("secret county.csv", ROWS))
    address = {key: value[0] for key, value in dict(page.query_params).items()}
    assert address["own"] == "1"
    assert not any("secret" in f"{key}{value}" or "ZTE" in value for key, value in address.items())
    assert GONE not in warned(page)
    again = another(root, **address)
    assert GONE in warned(again)
    assert "an illustrative example, not your portfolio" in warned(again)
    press(again, "Go on with what is shown")
    assert GONE not in warned(again)
    assert "own" not in again.query_params


def test_files_dropped_again_are_not_missed(root: Path) -> None:
    page = another(root, own="1")
    assert GONE in warned(page)
    upload(page, ("again.csv", ROWS))
    assert GONE not in warned(page)
    page.file_uploader(key="dropped").set_value([])
    page.run()
    assert GONE not in warned(page)  # the reader took them out and knows
    assert "own" not in page.query_params


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"shorts": "foo"}, "short positions “foo”"),
        ({"rule": "<b>x</b>"}, "ownership rule “<b>x</b>”"),
        ({"policy": "none of ours"}, "house policy “none of ours”"),
        ({"out": "No such list"}, "lists left out “No such list”"),
        ({"by": "zzz"}, "taken apart by “zzz”"),
        ({"page": "Nowhere"}, "page “Nowhere”"),
        ({"as_of": "soon"}, "date “soon”"),
        ({"as_of": "2999-01-01"}, "date “2999-01-01”"),
        ({"w_effect_investment": "9"}, "weight “effect investment 9”"),
        ({"w_effect_nothing": "0.5"}, "weight “effect nothing 0.5”"),
    ],
)
def test_an_address_with_words_nobody_knows_is_told(root: Path, address: dict[str, str], told: str) -> None:
    page = another(root, **address)
    assert not page.exception
    assert LEFT_OUT in warned(page)
    assert told in warned(page)
    assert [m.value for m in page.metric] in ([], [f.value for f in figures(ex.screen(ex.example("pension")))])
    press(page, "Understood")
    assert LEFT_OUT not in warned(page)


@pytest.mark.parametrize(
    "address",
    [
        {"shorts": "gross", "rule": "named only", "policy": "campaign", "as_of": "2020-01-31"},
        {"page": "Method", "by": "List", "out": "1260H", "w_effect_investment": "0.5"},
        {"company": "hikvision"},
    ],
)
def test_an_address_that_is_understood_is_not_remarked_on(root: Path, address: dict[str, str]) -> None:
    page = another(root, **address)
    assert LEFT_OUT not in warned(page)


def test_any_decision_can_be_taken_back_after_a_restart(page: AppTest, root: Path, data_folder: Path) -> None:
    page.run()
    upload(page, ("doubtful.csv", DOUBTFUL))
    before = [m.value for m in page.metric]
    tab(page, "Review")
    page.text_input(key="judge").set_value("A. Trustee").run()
    press(page, "Same company")
    later = another(root)
    upload(later, ("doubtful.csv", DOUBTFUL))
    assert [m.value for m in later.metric] != before
    tab(later, "Review")
    table = next(d.value for d in later.dataframe if "judged_by" in d.value.columns)
    assert table["object"].to_list() == ["China Telecom Corporation Limited"]  # no id
    assert "T" not in table["judged_at"][0]
    choice = later.selectbox(key="taken_back")
    assert choice.options[0].startswith("“CHINA TELECOM 'H'”, China Telecom")
    choice.set_value(0).run()
    press(later, "Take it back")
    assert "Say who decides" in later.error[0].value  # nobody takes back without a name
    later.text_input(key="judge").set_value("B. Trustee").run()
    press(later, "Take it back")
    ledger = Store(data_folder / "judgements.sqlite").judgements().frame
    assert ledger.select("verdict", "judged_by").rows() == [("same", "A. Trustee"), ("withdrawn", "B. Trustee")]
    assert [m.value for m in tab(later, "Exposure").metric] == before


def test_two_sessions_that_decide_at_once_lose_nothing(root: Path, data_folder: Path) -> None:
    pages = [another(root), another(root)]
    for name, page in zip(("One", "Two"), pages, strict=True):
        upload(page, ("doubtful.csv", DOUBTFUL))
        tab(page, "Review")
        page.text_input(key="judge").set_value(name).run()
    press(pages[0], "Different company")
    press(pages[1], "Not sure")
    ledger = Store(data_folder / "judgements.sqlite").judgements().frame
    assert ledger["judged_by"].to_list() == ["One", "Two"]


def test_nothing_is_written_to_the_disk_before_a_decision(
    page: AppTest, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "here")
    page.run()
    upload(page, ("secret.csv", ROWS))
    page.selectbox(key="company").set_value("zte").run()
    for name in ("Files", "Review", "Compare", "Method"):
        tab(page, name)
    assert not page.exception
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    assert not data_folder.exists()


def test_the_files_tab_tells_what_was_read_set_aside_and_whether_it_adds_up(page: AppTest, root: Path) -> None:
    content = (root / "datasets/examples/example_index_fund.csv").read_bytes()
    held = ex.read_holdings(content, name="fund.csv")
    page.run()
    upload(page, ("fund.csv", content))
    tab(page, "Files")
    shown = texts(page)
    assert f"{held.frame.height:,} holdings" in shown
    for text, agrees in held.report.checks:
        assert f"{'✓' if agrees else '✗'} {text}" in shown
    rejected = next(d.value for d in page.dataframe if list(d.value.columns) == ["row", "sheet", "reason", "text"])
    assert rejected["text"].to_list() == held.rejected["text"].to_list()
    assert held.rejected.height > 0
    for decision in held.report.decisions:
        assert decision in shown


def test_the_method_page_is_made_of_the_tables_that_count(page: AppTest) -> None:
    known = ex.Universe.load()
    page.query_params["w_effect_investment"] = "0.5"
    page.run()
    tab(page, "Method")
    shown = texts(page)
    for row in lists_table(known).iter_rows(named=True):
        assert row["name"] in shown
        assert row["restricts"] in shown
        assert row["licence"] in shown
    for row in rules_table(known).iter_rows(named=True):
        assert row["test"] in shown
    for head, words in (*METHOD, *MARKS):
        assert head in shown
        assert words in shown
    usual = dict(weights_table().select("name", "weight").iter_rows())
    weights = next(d.value for d in page.dataframe if "weight" in d.value.columns)
    assert dict(zip(weights["name"], weights["weight"], strict=True)) == usual | {"investing": 0.5}


def test_every_chart_and_table_can_be_read_without_seeing_it(page: AppTest) -> None:
    page.query_params.update({"company": "hikvision", "policy": "campaign"})
    page.run()
    upload(page, ("one.csv", ROWS), ("doubtful.csv", DOUBTFUL))
    charts = tables = 0
    for name in ("Files", "Review", "Exposure", "Compare", "Method"):
        tab(page, name)
        for element in (*page.get("vega_lite_chart"), *page.dataframe):
            assert element.proto.alt, (name, element)
        charts, tables = charts + len(page.get("vega_lite_chart")), tables + len(page.dataframe)
        assert len(page.dataframe) >= len(page.get("vega_lite_chart"))
    assert charts >= 4
    assert tables >= 8


def test_each_breakdown_is_the_library_s(page: AppTest) -> None:
    page.run()
    expected = ex.screen(ex.example("pension"))
    for by in HEADERS:
        page.session_state["by"] = by
        page.run()
        parts = expected.breakdown(by)
        if parts["part"].is_null().all():
            assert "The file does not say" in texts(page)
            continue
        table = next(d.value for d in page.dataframe if "score" in d.value.columns)
        assert table["lines"].to_list() == parts["lines"].to_list()
        assert table["share"].to_list() == pytest.approx((parts["share"] * 100).to_list())


def test_compare_opens_on_two_files_that_can_be_compared(page: AppTest) -> None:
    fund = b"%s\nName,ISIN,Market value (%s),Date\nZTE Corp,CNE1000004Y2,%d,%s\nSAP SE,DE0007164600,900,%s\n"
    early, late = b"2024-12-31", b"2025-12-31"
    page.run()
    upload(
        page,
        ("a 2025.csv", fund % (b"Fund A", b"GBP", 300, late, late)),
        ("b.csv", fund % (b"Fund B", b"USD", 100, late, late)),
        ("a 2024.csv", fund % (b"Fund A", b"GBP", 100, early, early)),
        ("c.csv", fund % (b"Fund C", b"ILS", 100, late, late)),
    )
    tab(page, "Compare")
    assert not page.exception
    assert not page.error
    before, after = (next(s for s in page.selectbox if s.label == name) for name in ("Before", "After"))
    chosen = [s.options[s.index] if s.index is not None else None for s in (before, after)]
    assert chosen == ["a 2024.csv", "a 2025.csv"]
    causes = next(d.value for d in page.dataframe if list(d.value.columns) == ["label", "change", "companies"])
    assert causes["change"].sum() == 200


def test_two_files_in_other_currencies_are_one_plain_sentence(page: AppTest) -> None:
    page.run()
    upload(page, ("a.csv", ROWS), ("b.csv", ROWS.replace(b"GBP", b"ILS")))
    tab(page, "Compare")
    assert not page.error  # opens on one file at two dates
    before = next(s for s in page.selectbox if s.label == "Before")
    before.set_value(0).run()
    assert len(page.error) == 1
    assert "Choose two files in the same currency" in page.error[0].value
    assert "=" not in page.error[0].value


def test_two_files_of_weights_alone_change_in_per_cent(page: AppTest) -> None:
    page.run()
    weights = b"Name,ISIN,Weight (%%)\nZTE Corp,CNE1000004Y2,%d\nNestle SA,CH0038863350,%d\n"
    upload(page, ("early.csv", weights % (10, 90)), ("late.csv", weights % (25, 75)))
    tab(page, "Compare")
    causes = next(d.value for d in page.dataframe if list(d.value.columns) == ["label", "change", "companies"])
    assert causes["change"].sum() == pytest.approx(15.0)  # points of per cent, as the header says


def test_files_of_one_name_stay_two(page: AppTest) -> None:
    page.run()
    upload(page, ("fund.csv", ROWS), ("fund.csv", ROWS.replace(b"900", b"800")))
    tab(page, "Compare")
    assert sorted(page.dataframe[0].value["file"]) == ["fund.csv (1)", "fund.csv (2)"]


def test_a_currency_and_a_date_that_are_missing_are_asked_for(page: AppTest) -> None:
    page.run()
    upload(page, ("bare.csv", b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,100\nNestle SA,CH0038863350,900\n"))
    assert "No currency is given" in texts(page)
    assert "The file does not date its holdings" in texts(page)
    press(page, "Say it")
    assert page.header[0].value == "Files"


def test_files_of_other_portfolios_are_not_told_as_one_that_changed(page: AppTest) -> None:
    page.run()
    upload(page, ("a.csv", ROWS), ("b.csv", ROWS.replace(b"ZTE Corp,CNE1000004Y2", b"SAP SE,DE0007164600")))
    tab(page, "Compare")
    before = next(s for s in page.selectbox if s.label == "Before")
    assert before.value == 0  # one of two names is the same
    page.run()
    other = b"Name,ISIN,Market value (GBP)\nAirbus SE,NL0000235190,100\nSiemens AG,DE0007236101,900\n"
    upload(page, ("a.csv", ROWS), ("b.csv", other))
    before = next(s for s in page.selectbox if s.label == "Before")
    assert before.value == "the same file, with the lists of another day"


def test_a_copy_with_something_left_out_is_shown_before_it_is_taken(page: AppTest) -> None:
    page.run()
    upload(page, ("secret county.csv", ROWS))
    assert "£100" in texts(page)
    page.multiselect(key="redact").set_value(["percent", "names"]).run()
    assert not page.exception
    panel = next(e for e in page.expander if e.label == "What the reader of the copy will see first")
    shown = " ".join(e.proto.body for e in panel.get("html"))
    assert "10.00\u202f% of this portfolio reaches 1 company" in shown
    assert "£" not in shown
    assert "secret" not in shown
