"""A hosted instance: nobody sees anything before a login, what is hidden is nowhere, nothing is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from driving import texts
from streamlit.testing.v1 import AppTest

import exposure as ex
from exposure.cli import main
from exposure.dashboard import shared
from exposure.errors import UsageError
from exposure.present.tables import figures
from exposure.sharing import VARIABLE, Sharing, check_login, sharing

AUTH = '[auth]\nredirect_uri = "http://localhost:8501/oauth2callback"\ncookie_secret = "x"\n'


def share(monkeypatch: pytest.MonkeyPatch, how: Sharing) -> None:
    monkeypatch.setenv(VARIABLE, how.environment()[VARIABLE])


def labels(page: AppTest) -> list[str]:
    return [t.label for t in page.tabs]


def test_a_person_s_own_computer_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert sharing() is None
    assert shared.uploads()
    assert shared.export()


def test_nobody_sees_anything_before_the_login(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    share(monkeypatch, Sharing(login=True))
    page.run()
    assert not page.exception
    assert [b.label for b in page.button] == ["Log in"]
    assert not page.metric
    assert not page.get("file_uploader")
    assert "Example County" not in texts(page)


def test_an_open_instance_is_read_only_and_takes_no_files(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    share(monkeypatch, Sharing(login=False, export=False))
    page.run()
    assert not page.exception
    assert not page.get("file_uploader")
    assert not page.get("download_button")
    assert "Review" not in labels(page)
    expected = ex.screen(ex.example("pension"))
    assert [m.value for m in page.metric] == [f.value for f in figures(expected)]


def test_what_is_hidden_is_nowhere_on_the_page(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "Secret County fund.csv"
    file.write_text(
        "Secret County Pension Fund\nName,ISIN,Market value (GBP)\n"
        "ZTE Corp,CNE1000004Y2,123456\nQuiet Bakery,,654321\n",
        "utf-8",
    )
    monkeypatch.setenv("EXPOSURE_FILES", str(file))
    share(monkeypatch, Sharing(login=False, redact=("percent", "flagged", "names")))
    page.run()
    assert not page.exception
    assert labels(page) == ["Exposure", "Method"]
    everything = texts(page) + "".join(str(d.value.to_dict()) for d in page.dataframe)
    drawn = "".join(str(e.proto) for e in page.get("vega_lite_chart"))
    everything += re.sub(r"data-[0-9a-f]{32}", "", drawn) + str([h.value for h in page.header])
    for secret in ("Secret", "Quiet", "123456", "123,456", "123k", "654321", "777"):
        assert secret not in everything
    assert page.metric[0].value == "15.87\u202f%"  # 123,456 of 777,777


def test_a_login_that_cannot_work_is_told_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.streamlit"):
        check_login([tmp_path])
    (tmp_path / ".streamlit").mkdir()
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.write_text("[auth]\nredirect_uri = 'x'\n", "utf-8")
    with pytest.raises(UsageError, match="cookie_secret is missing"):
        check_login([tmp_path])
    secrets.write_text("[auth\n", "utf-8")
    with pytest.raises(UsageError, match="no TOML file"):
        check_login([tmp_path])
    secrets.write_text(AUTH, "utf-8")
    pytest.importorskip("authlib", reason="Authlib, of the extra “shared”, is not installed")
    check_login([tmp_path])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--open"], "belong to --shared"),
        (["--host", "0.0.0.0"], "belong to --shared"),
        (["--shared", "--open", "--redact", "everything"], "redact is “everything”"),
    ],
)
def test_wrong_calls_are_one_sentence(arguments: list[str], told: str) -> None:
    done = CliRunner().invoke(main, ["app", *arguments])
    assert done.exit_code == 2
    assert told in done.output
