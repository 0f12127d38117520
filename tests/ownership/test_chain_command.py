"""``exposure chain CETC Hikvision``: shares, dates, sources, and why no 50 % rule applies."""

import json

import pytest
from click.testing import CliRunner

from exposure.cli import main
from exposure.present.words import THIN


@pytest.fixture(scope="module")
def lines():
    result = CliRunner().invoke(main, ["chain", "CETC", "Hikvision"])
    assert result.exit_code == 0, result.output
    return result.stdout.replace(THIN, " ").splitlines()


def one(lines, start):
    found = [line for line in lines if line.strip().startswith(start)]
    assert found, start
    return found[0]


def test_the_group_total_leads(lines):
    """Announcement 2023-033: 36.4808 % and 4.4272 % are 40.908 %."""
    assert "holds 40.9 % of" in lines[0]
    assert "published total of the group" in lines[0]


def test_each_stake_has_its_share_date_and_source(lines):
    first = one(lines, "China Electronics Technology Group Corporation → CETHIK")
    assert "100.0 % (equity, 2018; encyclopaedia_page_on_cetc_company_box" in first


def test_the_most_recent_figure_is_shown_beside_the_surer_one(lines):
    """36.35 % for September 2024 conflicts with the 36.4808 % that the company announced for October 2023."""
    second = one(lines, "CETHIK Group Co., Ltd. → Hangzhou Hikvision")
    shown, other = second.split("; also ")
    assert "36.4 % (equity, 2024-09-30; dashboard_of_hikvision_shareholders" in shown
    assert "low confidence" in shown
    assert other.startswith("36.5 % (2023-10-16; hikvision_announcement_2023_033")
    assert "confidence" not in other
    assert one(lines, "Chain 1").endswith("36.4 – 36.5 % by itself")  # both bound it


def test_it_says_why_no_rule_applies(lines):
    assert one(lines, "No ownership rule carries a listing of China Electronics Technology Group Corporation")
    ofac = one(lines, "OFAC 50 per cent rule")
    assert "≥ 50 % (several listed owners added together)" in ofac
    assert "hold 36.4 – 38.4 %: not met" in ofac
    assert "named entities only" in one(lines, "Named entries only")
    assert "stayed at this date" in one(lines, "BIS Affiliates Rule")


def test_the_object_keeps_every_statement():
    result = CliRunner().invoke(main, ["chain", "CETC", "Hikvision", "--json"])
    step = json.loads(result.stdout)["chains"][0]["steps"][1]
    assert (step["share_low"], step["as_of"], step["confidence"]) == (0.3635, "2024-09-30", "low")
    assert [(o["share_low"], o["dated"], o["confidence"]) for o in step["beside"]] == [
        (0.364808, "2023-10-16", "high")
    ]
