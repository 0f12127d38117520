"""Other settings: the figures are the library's, the address carries them, one click takes them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import press, tab, texts, upload
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.present.tables import figures
from exposure.universe.variants import with_rule, without_lists

TIED = (  # HK0000065869 is not used: names and numbers of real securities, amounts invented
    b"Name,ISIN,Market value (GBP)\nHANGZHOU HIKVISION DIGITAL TECHNOLOGY,CNE100000PM8,5000\n"
    b"ZTE Corp,CNE1000004Y2,3000\nNestle SA,CH0038863350,92000\n"
)


def metrics(page: AppTest) -> list[str]:
    return [m.value for m in page.metric]


@pytest.fixture
def opened(page: AppTest) -> AppTest:
    page.run()
    upload(page, ("tied.csv", TIED))
    assert not page.exception
    return page


def screened(**other: object) -> ex.Screening:
    return ex.screen(ex.read_holdings(TIED, name="tied.csv"), **other)


def test_each_setting_counts_as_the_library_does(opened: AppTest) -> None:
    known = ex.Universe.load()
    settings = {
        "rule": ("25 % or more", screened(universe=with_rule(known, "25 % or more"))),
        "as_of": ("2018-01-01", screened(universe=ex.Universe.load(as_of="2018-01-01"))),
        "shorts": ("gross", screened(shorts="gross")),
    }
    usual = metrics(opened)
    for key, (value, expected) in settings.items():
        control = opened.date_input(key=key) if key == "as_of" else opened.selectbox(key=key)
        control.set_value(value).run()
        assert not opened.exception
        assert metrics(opened) == [f.value for f in figures(expected)]
        press(opened, next(b.label for b in opened.button if b.key == f"back_{key}"))
        assert metrics(opened) == usual


def test_a_list_left_out_decides_nothing(opened: AppTest) -> None:
    lists = ["us_bis_entity_list", "us_dod_1260h", "us_ns_cmic", "us_fcc_covered", "us_ndaa_889"]
    opened.multiselect(key="out").set_value(lists).run()
    expected = screened(universe=without_lists(ex.Universe.load(), lists))
    assert metrics(opened) == [f.value for f in figures(expected)]
    assert expected.headline.at_least.value == 0
    assert metrics(opened)[0] == "0.00\u202f%"


def test_a_weight_moves_the_score_alone_by_hand(opened: AppTest) -> None:
    before = metrics(opened)
    for name in ("investment", "procurement", "export_to", "authorisation", "dealing", "import_from"):
        opened.number_input(key=f"w_effect_{name}").set_value(0.0)
    for kind in ("government", "parliament", "academic", "ngo", "press", "witness", "investor", "other"):
        opened.number_input(key=f"w_accuser_{kind}").set_value(0.0)
    opened.run()
    after = metrics(opened)
    assert after[:3] == before[:3]
    assert after[3] == "0.0"  # no weight, no score
    press(opened, "Back to the usual")
    assert metrics(opened) == before


def test_a_policy_says_what_to_do(opened: AppTest) -> None:
    opened.selectbox(key="policy").set_value("us_investment_ban").run()
    assert not opened.exception
    assert "What the house policy says" in [s.value for s in opened.subheader]
    expected = screened(policy="us_investment_ban").breaches
    assert expected is not None
    table = next(d.value for d in opened.dataframe if "clause" in d.value.columns)
    assert list(table["clause"]) == expected["clause"].to_list()


def test_an_address_carries_the_settings_and_never_the_holdings(page: AppTest) -> None:
    page.query_params.update({"rule": "named only", "shorts": "excluded", "page": "Method"})
    page.run()
    assert page.selectbox(key="rule").value == "named only"
    assert page.header[0].value == "Method"
    upload(page, ("secret.csv", TIED))
    tab(page, "Exposure")
    assert "secret" not in str(dict(page.query_params))
    assert "CNE1" not in str(dict(page.query_params))


@pytest.mark.parametrize(
    "wrong", [{"as_of": "soon"}, {"as_of": "2999-01-01"}, {"rule": "<script>"}, {"out": "x"}, {"page": "Nowhere"}]
)
def test_an_address_with_nonsense_shows_the_usual(page: AppTest, wrong: dict[str, str]) -> None:
    usual = metrics(page.run())
    page.query_params.update(wrong)
    other = AppTest.from_file(page._script_path, default_timeout=60)
    other.query_params.update(wrong)
    other.run()
    assert not other.exception
    assert metrics(other) == usual


def test_a_question_about_a_file_is_asked_answered_and_remembered(page: AppTest, root: Path) -> None:
    rows = b"Name,ISIN,Market Value (GBP),Fair Value (GBP)\nZTE Corp,CNE1000004Y2,10,11\nSAP,DE0007164600,7,8\n"
    page.run()
    upload(page, ("open.csv", rows))
    assert not page.exception
    choice = page.radio(key="mapping_choice_0")
    assert [o.split(" · ")[0].replace("\\", "") for o in choice.options] == [
        "Market Value (GBP)",
        "Fair Value (GBP)",
    ]
    choice.set_value("Fair Value (GBP)")
    page.checkbox(key="mapping_keep_0").check()
    press(page, "Read it this way")
    assert not page.error
    assert "GBP 19" in texts(page)  # 11 + 8
    later = AppTest.from_file(str(root / "app.py"), default_timeout=60).run()
    upload(later, ("another.csv", rows.replace(b"11", b"21")))
    assert not later.error
    assert "GBP 29" in texts(later)  # 21 + 8: the same layout is not asked about again


def test_parts_are_the_library_s(opened: AppTest) -> None:
    for by, label in (("list", "List"), ("country", "Country"), ("category", "Category")):
        opened.session_state["by"] = by
        opened.run()
        assert not opened.exception
        expected = screened().breakdown(by)
        if expected["part"].is_null().all():
            assert f"does not say the {label.lower()}" in texts(opened)
            continue
        table = next(d.value for d in opened.dataframe if "score" in d.value.columns)
        assert table["score"].sum() == pytest.approx(screened().score.value)
        assert len(table) == expected.height


def test_one_portfolio_on_two_occasions(page: AppTest, root: Path) -> None:
    page.run()
    earlier = TIED.replace(b"5000", b"4000")
    upload(page, ("after.csv", TIED), ("before.csv", earlier))
    tab(page, "Compare")
    for label, chosen in (("After", 0), ("Before", 1)):
        next(s for s in page.selectbox if s.label == label).set_value(chosen).run()
    assert not page.exception
    causes = next(d.value for d in page.dataframe if list(d.value.columns) == ["label", "change", "companies"])
    assert causes["change"].sum() == 1000


def test_a_file_of_two_days_is_read_as_of_the_one_chosen(page: AppTest) -> None:
    rows = (
        b"Name,ISIN,Market value (GBP),Date\n"
        b"ZTE Corp,CNE1000004Y2,10,2024-12-31\nSAP SE,DE0007164600,90,2024-12-31\n"
        b"ZTE Corp,CNE1000004Y2,30,2025-12-31\nSAP SE,DE0007164600,70,2025-12-31\n"
    )
    page.run()
    upload(page, ("two days.csv", rows))
    choice = page.radio(key="mapping_choice_0")
    choice.set_value("2024-12-31")
    press(page, "Read it this way")
    assert not page.exception
    assert "Holdings of 31 Dec 2024" in texts(page)
    assert metrics(page)[0] == "10.00\u202f%"
