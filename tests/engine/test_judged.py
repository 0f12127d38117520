"""A person's decision on a doubtful match, through the whole screen."""

import pytest

import exposure as ex
from exposure.resolve.judgements import Judgements


@pytest.fixture
def doubtful(tmp_path):
    path = tmp_path / "fund.csv"
    path.write_text("Name,Market Value\nCW,100\nQuite Different Foods Inc,900\n", "utf-8")
    return path


def ledger(*, same):
    return Judgements.empty().add(
        "CW", "camera", same=same, by="A. Trustee", at="2026-11-22", why="asked the custodian"
    )  # fmt: skip


def test_a_decision_moves_the_line_from_review_to_exposure(universe, doubtful, tmp_path):
    before = ex.screen(doubtful, universe=universe).to_dict()["headline"]
    assert (before["at_least"]["value"], before["at_most"]["value"]) == (0.0, 100.0)
    path = tmp_path / "ledger.csv"
    ledger(same=True).to_csv(path)
    after = ex.screen(doubtful, universe=universe, judgements=path)
    head = after.to_dict()["headline"]
    assert (head["at_least"]["value"], head["at_most"]["value"]) == (100.0, 100.0)
    assert after.exposures["match_method"].to_list() == ["judgement"]
    assert dict(after.coverage.select("coverage", "lines").iter_rows())["identified_by_judgement"] == 1
    assert after.manifest["judgements"] is not None


def test_a_rejection_narrows_the_upper_bound(universe, doubtful):
    after = ex.screen(doubtful, universe=universe, judgements=ledger(same=False))
    assert after.to_dict()["headline"]["at_most"]["value"] == 0.0
