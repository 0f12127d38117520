"""The command line: its contract, its exit codes, and one sentence for every bad input."""

import json

import pytest
from click.testing import CliRunner

import exposure as ex
from exposure.cli import main


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    """A small file of our own: Hikvision's ISIN, and China Telecom's name as custodians write it."""
    path = tmp_path_factory.mktemp("cli") / "fund.csv"
    path.write_text(
        "Name,ISIN,Market Value (GBP)\n"
        "HANGZHOU HIKVISION DIGITAL TECHNOL,CNE100000PM8,1000\n"
        "CHINA TELECOM 'H',,500\n"
        "Quite Ordinary Bakeries plc,,8500\n",
        "utf-8",
    )
    return path


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_screen_json_is_one_object_with_the_contracts_keys(portfolio):
    result = run("screen", portfolio, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    for key in (
        "portfolio",
        "currency",
        "total_value",
        "as_of",
        "coverage",
        "headline",
        "score",
        "exposures",
        "manifest",
    ):
        assert key in found
    assert set(found["as_of"]) == {"holdings", "lists", "stakes", "funds"}
    assert found["headline"]["listed"]["designation"] == {"value": 1000.0, "share": 0.1}
    assert found["headline"]["at_least"] == {"value": 1000.0, "share": 0.1}
    assert found["headline"]["at_most"] == {"value": 1500.0, "share": pytest.approx(0.15)}
    assert found["coverage"]["awaiting_review"] == {"value": 500.0, "share": 0.05}
    exposure = found["exposures"][0]
    for key in (
        "row", "name", "issuer_id", "issuer", "listed_id", "listed", "relation", "side", "kind", "lists",
        "in_force_at_holding", "security_kind", "match", "value", "attributed_low", "attributed_high", "chain",
    ):  # fmt: skip
        assert key in exposure
    assert (exposure["issuer_id"], exposure["relation"], exposure["kind"]) == ("hikvision", "listed", "designation")
    assert exposure["match"]["method"] == "isin"
    assert set(found["manifest"]) >= {"inputs", "universe", "judgements", "version"}


def test_cetc_stands_beside_hikvision_below_every_rule(portfolio):
    exposure = json.loads(run("screen", portfolio, "--json").stdout)["exposures"][0]
    cetc = next(a for a in exposure["also"] if a["listed_id"] == "cetc")
    assert (cetc["relation"], cetc["side"]) == ("connected", "owned")
    assert cetc["share_low"] == pytest.approx(0.409, abs=5e-4)
    assert cetc["share_high"] == pytest.approx(0.409, abs=5e-4)
    assert [(s["owner"], s["owned"]) for s in cetc["chain"]] == [("cetc", "cethik"), ("cethik", "hikvision")]


def test_two_runs_give_the_same_bytes(portfolio):
    assert run("screen", portfolio, "--json").stdout_bytes == run("screen", portfolio, "--json").stdout_bytes


def test_screen_as_of_a_day_before_any_listing_finds_none(portfolio):
    found = json.loads(run("screen", portfolio, "--json", "--as-of", "2018-01-01").stdout)
    assert found["headline"]["listed"]["designation"]["value"] == 0.0
    assert found["as_of"]["lists"] == "2018-01-01"


def test_read_json_contract(portfolio):
    found = json.loads(run("read", portfolio, "--json").stdout)["files"][0]
    assert (found["rows"], found["total_value"], found["currency"]) == (3, 10000.0, "GBP")
    assert set(found) == {
        "file", "layout", "portfolio", "as_of", "currency", "rows", "total_value", "weight_sum", "warnings",
        "rejected",
    }  # fmt: skip


def test_read_out_writes_what_was_read(portfolio, tmp_path):
    out = tmp_path / "holdings.csv"
    assert run("read", portfolio, "--out", out).exit_code == 0
    assert ex.read_holdings(out).report.total_value == 10000.0


def test_several_files_are_one_portfolio_and_name_their_file(portfolio, tmp_path):
    second = tmp_path / "second.csv"
    second.write_text("Name,Market Value (GBP)\nZhejiang Dahua Technology Co Ltd,2000\n", "utf-8")
    found = json.loads(run("screen", portfolio, second, "--json").stdout)
    assert found["total_value"] == 12000.0
    assert {e["issuer_id"]: e["file"] for e in found["exposures"]} == {
        "hikvision": "fund.csv",
        "dahua": "second.csv",
    }


BAD = {
    "empty.csv": (b"", "empty"),
    "report.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
    "letter.csv": (b"Dear trustees,\nplease find attached nothing.\n", "holdings"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["read", "screen"])
def test_bad_input_is_one_sentence_and_exit_1(tmp_path, name, command):
    content, word = BAD[name]
    (tmp_path / name).write_bytes(content)
    result = run(command, tmp_path / name)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert name in result.stderr
    assert word in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_missing_file_is_one_sentence(tmp_path):
    result = run("screen", tmp_path / "nowhere.csv")
    assert result.exit_code == 1
    assert "nowhere.csv" in result.stderr


@pytest.mark.parametrize("arguments", [["screen"], ["screen", "x.csv", "--as-of", "yesterday"], ["nonsense"]])
def test_wrong_usage_is_exit_2(arguments):
    assert run(*arguments).exit_code == 2


def test_chain_says_why_no_fifty_per_cent_rule_applies():
    text = run("chain", "CETC", "Hikvision").stdout
    assert "holds 40.9 % of" in text
    assert "CETHIK Group Co., Ltd." in text
    assert "No ownership rule carries a listing of China Electronics Technology Group Corporation" in text
    assert "NS-CMIC" in text.splitlines()[-1]


def test_who_prints_listings_allegations_and_replies():
    result = run("who", "Hikvision")
    assert result.exit_code == 0
    for words in (
        "杭州海康威视数字技术股份有限公司",
        "CNE100000PM8",
        "Entity List",
        "Non-SDN",
        "lists that restrict: investment",
        "lists that restrict: export to",
        "Reply:",
        "CETHIK",
    ):
        assert words in result.stdout
    card = json.loads(run("who", "CNE100000PM8", "--json").stdout)
    assert card["entity_id"] == "hikvision"
    assert all(a["reply"] for a in card["allegations"])


def test_who_of_nobody_is_one_sentence():
    result = run("who", "Nobody & Sons")
    assert result.exit_code == 1
    assert "Nobody & Sons" in result.stderr


def test_lists_names_each_lists_rule_and_licence():
    table = json.loads(run("lists", "--json").stdout)["lists"]
    by_id = {row["list_id"]: row for row in table}
    assert by_id["us_ns_cmic"]["ownership_rule"] == "named-only"
    assert by_id["us_ns_cmic"]["entries_in_force"] == 68
    assert all(row["licence"] for row in table)
    assert "Entity List" in run("lists").stdout
