"""Counting a finished screening again gives what a screening with that knowledge gives from the start."""

from pathlib import Path

import pytest

import exposure as ex
from exposure.errors import UsageError
from exposure.score import load_weights
from exposure.universe.variants import RULES, replayed, with_rule, without_lists
from exposure.whatif import recount, with_weights

FRAMES = ("lines", "connections", "exposures", "coverage")


@pytest.fixture(scope="module", params=["example_pension.xlsx", "example_index_fund.csv"])
def held(request: pytest.FixtureRequest, root: Path) -> ex.Screening:
    return ex.screen(root / "datasets" / "examples" / request.param)


def same(one: ex.Screening, other: ex.Screening) -> bool:
    frames = all(getattr(one, name).equals(getattr(other, name)) for name in FRAMES)
    told = ("headline", "score", "as_of", "manifest", "warnings")
    return frames and all(getattr(one, name) == getattr(other, name) for name in told)


@pytest.mark.parametrize("rule", list(RULES))
def test_one_rule_for_every_list(held: ex.Screening, rule: str) -> None:
    known = with_rule(ex.Universe.load(), rule)
    assert same(recount(held, known), ex.screen(_source(held), universe=known))


@pytest.mark.parametrize("day", ["2010-01-01", "2019-10-08", "2021-06-03", "2024-07-03"])
def test_lists_and_stakes_of_another_day(held: ex.Screening, day: str) -> None:
    known = ex.Universe.load(as_of=day)
    assert same(recount(held, known), ex.screen(_source(held), universe=known))


def test_lists_left_out_and_weights_changed(held: ex.Screening) -> None:
    known = without_lists(ex.Universe.load(), ["us_ns_cmic", "us_dod_1260h"])
    scale = with_weights(load_weights(), {"effect.export_to": 1.0, "accuser.press": 0.0})
    assert same(recount(held, known, scale), ex.screen(_source(held), universe=known, weights=scale))


def test_what_no_bound_contains_is_told_for_what_is_counted_now() -> None:
    unvalued = b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,\nNestle SA,CH0038863350,90\n"
    before = ex.Universe.load(as_of="2010-01-01")
    held = ex.screen(unvalued)
    assert any("“at least” does not contain it" in warning for warning in held.warnings)
    assert same(recount(held, before), ex.screen(unvalued, universe=before))


def test_going_there_and_back_changes_nothing(held: ex.Screening) -> None:
    other = recount(held, with_rule(ex.Universe.load(as_of="2018-01-01"), "named only"))
    assert same(recount(other, held.universe, held.weights), held)


def test_changes_are_known_by_their_words() -> None:
    known = with_rule(without_lists(ex.Universe.load(), ["us_uflpa", "us_ns_cmic"]), "25 % or more")
    again = replayed(ex.Universe.load(), known.changes)
    assert again.changes == known.changes
    assert again.lists.equals(known.lists)
    assert again.rules.equals(known.rules)
    with pytest.raises(UsageError, match="cannot be repeated: rows added"):
        replayed(ex.Universe.load(), ["rows added"])


def test_what_there_is_not_is_refused() -> None:
    for wrong in (
        lambda: without_lists(ex.Universe.load(), ["nowhere"]),
        lambda: with_rule(ex.Universe.load(), "70 %"),
        lambda: with_weights(load_weights(), {"effect.nothing": 1.0}),
        lambda: with_weights(load_weights(), {"effect.dealing": 2.0}),
    ):
        with pytest.raises(UsageError):
            wrong()


def _source(held: ex.Screening) -> Path:
    name = held.manifest["inputs"][0]["file"]
    return Path(ex.example("pension")).parent / name
