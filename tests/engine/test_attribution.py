"""Several listed owners of one issuer: added up, never twice, never above the whole; by hand and by a slow twin."""

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import exposure as ex
from exposure.attribution import Together
from exposure.connect import connect
from exposure.ownership.graph import build
from exposure.ownership.integrate import integrated

STAKE = {"owner": pl.String, "owned": pl.String, "share_low": pl.Float64, "share_high": pl.Float64}


def network(*stakes):
    rows = [(a, b, s[0], s[1]) if isinstance(s, tuple) else (a, b, s, s) for a, b, s in stakes]
    return build(pl.DataFrame(rows, schema=STAKE, orient="row"))


def share(graph, owners, owned, said=None):
    """What some owners hold together, each one's own share read off the network unless a total was published."""
    own = {o: (low, high) for o, j, low, high in integrated(graph, list(owners)).iter_rows() if j == owned}
    return Together(graph).share({o: (said or {}).get(o, own.get(o, (0.0, 0.0))) for o in owners}, owned)


BY_HAND = [
    # two owners side by side add up
    ([("a", "x", 0.2), ("b", "x", 0.25)], "ab", 0.45),
    # a parent, its subsidiary, and the subsidiary's 40 %: 40 % once
    ([("a", "b", 1.0), ("b", "x", 0.4)], "ab", 0.4),
    # a parent that holds 5 % of its own beside that
    ([("a", "b", 1.0), ("b", "x", 0.4), ("a", "x", 0.05)], "ab", 0.45),
    # the subsidiary belongs to the parent by half only: all it holds is a listed company's all the same
    ([("a", "b", 0.5), ("b", "x", 0.4)], "ab", 0.4),
    # through one unlisted company that both own: 30 % and 50 % of its 60 %
    ([("a", "m", 0.3), ("b", "m", 0.5), ("m", "x", 0.6)], "ab", 0.48),
    # two that own each other: what they hold outside themselves
    ([("a", "b", 0.5), ("b", "a", 0.5), ("a", "x", 0.1), ("b", "x", 0.2)], "ab", 0.3),
    # an owner that holds nothing adds nothing
    ([("a", "x", 0.2), ("b", "y", 0.9)], "ab", 0.2),
]


@pytest.mark.parametrize(("stakes", "owners", "together"), BY_HAND)
def test_shares_of_several_owners_by_hand(stakes, owners, together):
    assert share(network(*stakes), owners, "x") == (pytest.approx(together), pytest.approx(together))


def test_bands_stay_bands_and_leave_room_for_others():
    graph = network(("a", "x", (0.1, 0.3)), ("b", "x", (0.0, 1.0)), ("c", "x", 0.6))
    # c holds 60 % and belongs to neither: a and b can hold 40 % at most, together
    assert share(graph, "ab", "x") == (pytest.approx(0.1), pytest.approx(0.4))


def test_published_group_total_replaces_our_sum_of_the_group_and_no_more():
    """The group (a and its b) holds 41.6 % as published, 40 % as added up; c's 5 % stands beside it."""
    graph = network(("a", "b", 1.0), ("b", "x", 0.4), ("c", "x", 0.05))
    total = {"a": (0.416, 0.416)}
    assert share(graph, "ab", "x", total) == (pytest.approx(0.416), pytest.approx(0.416))
    assert share(graph, "abc", "x", total) == (pytest.approx(0.466), pytest.approx(0.466))
    # a holding of a group published without its stakes: none of it is in the network
    assert share(graph, "cd", "x", {"d": (0.3, 0.3)}) == (pytest.approx(0.35), pytest.approx(0.35))


def test_total_of_a_parent_whose_stake_in_the_subsidiary_is_not_settled():
    """69.09 % published for the group, 72.72 % for the subsidiary: never added to 141 %, never below 72.72 %."""
    graph = network(("a", "b", (0.0, 1.0)), ("b", "x", 0.7272))
    low, high = share(graph, "ab", "x", {"a": (0.6909, 0.6909)})
    assert low == pytest.approx(0.7272)
    assert 0.7272 <= high <= 1.0


NODES = "abcdxyz"
PART = st.floats(0.0, 1.0).map(lambda v: round(v, 3))
STAKES = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), PART, PART).filter(lambda s: s[0] != s[1]),
    max_size=14,
    unique_by=lambda s: s[:2],
)


def held(stakes):
    """Stakes whose upper bounds add up to no more than the whole of each company."""
    total = {n: sum(max(low, high) for _, b, low, high in stakes if b == n) for n in NODES}
    scale = {n: 1.0 / max(total[n], 1.0) for n in NODES}
    return [(a, b, (min(s) * scale[b], max(s) * scale[b])) for a, b, *s in stakes]


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(STAKES, st.sets(st.sampled_from("abcd"), min_size=2), PART)
def test_bounds_hold_on_random_networks(stakes, owners, at):
    """Between the largest owner and the sum, growing with the set, never above 1, narrower when more is known."""
    known = held(stakes)
    graph = network(*known)
    low, high = share(graph, owners, "x")
    alone = [share(graph, o, "x") for o in owners]
    for bound, each in ((low, [a[0] for a in alone]), (high, [a[1] for a in alone])):
        assert max(each) - 1e-9 <= bound <= min(sum(each), 1.0) + 1e-9
    assert low <= high + 1e-12
    for fewer in (owners - {o} for o in owners):
        part = share(graph, fewer, "x")
        assert part[0] <= low + 1e-9
        assert part[1] <= high + 1e-9
    told = [(a, b, (s[0] + at * (s[1] - s[0]),) * 2) if b == "x" else (a, b, s) for a, b, s in known]
    narrow = share(network(*told), owners, "x")
    assert low - 1e-9 <= narrow[0] <= narrow[1] + 1e-12 <= high + 1e-9


def paths(stakes, start, end, seen=()):
    if start == end:
        yield (*seen, end)
        return
    for a, b, _ in stakes:
        if a == start and b not in seen:
            yield from paths(stakes, b, end, (*seen, start))


@seed(7)
@settings(max_examples=60, deadline=None)
@given(STAKES, st.sets(st.sampled_from("abcd"), min_size=2))
def test_equals_the_sum_over_paths_that_meet_no_other_owner(stakes, owners):
    """The slow, obvious twin, where nothing runs in circles: every path from an owner that meets no second one."""
    acyclic = [s for s in held(stakes) if NODES.index(s[0]) < NODES.index(s[1])]
    part = {(a, b): s[1] for a, b, s in acyclic}
    exact = [(a, b, (s[1], s[1])) for a, b, s in acyclic]
    total = 0.0
    for owner in owners:
        for path in paths(acyclic, owner, "x"):
            if not owners & set(path[1:]):
                product = 1.0
                for step in pairwise(path):
                    product *= part[step]
                total += product
    assert share(network(*exact), owners, "x") == (pytest.approx(total, abs=1e-9), pytest.approx(total, abs=1e-9))


# Through the whole engine, on the hand-worked universe


def with_stakes(tables, *rows):
    """The universe with more stakes: ``(owner, owned, low, high)``."""
    like = tables["stakes"].filter(pl.col("stake_id") == "blocked-minor")
    more = [
        like.with_columns(
            stake_id=pl.lit(f"new-{a}-{b}"), owner_id=pl.lit(a), owned_id=pl.lit(b), share_low=low, share_high=high
        )
        for a, b, low, high in rows
    ]
    return ex.Universe.at(tables | {"stakes": pl.concat([tables["stakes"], *more])})


def screened(universe, name="Minor Metals Co Ltd"):
    frame = pl.DataFrame({"Name": [name, "Quite Different Foods Inc"], "Market Value": [100.0, 900.0]})
    return ex.screen(frame, universe=universe)


def test_designated_owners_add_up_and_the_heaviest_weighs_first(tables):
    """30 % of Minor Metals is Blocked's (asset freeze, 1.0), 25 % Alpha's (investment ban, .9)."""
    screening = screened(with_stakes(tables, ("alpha", "minor", 0.25, 0.25)))
    row = screening.exposures.row(0, named=True)
    assert (row["relation"], row["listed_id"], row["also"]) == ("connected", "blocked", ["alpha"])
    assert (row["attributed_low"], row["attributed_high"]) == (pytest.approx(55.0), pytest.approx(55.0))
    assert screening.score.value == pytest.approx(100 * (0.30 * 1.0 + 0.25 * 0.9) * 100 / 1000)
    parts = dict(screening.breakdown("list").select("part", "score").iter_rows())
    assert parts == {"Freeze": pytest.approx(3.0), "Named": pytest.approx(2.25)}
    assert screening.breakdown("list")["value"].to_list() == [100.0, 100.0]


def test_accused_owner_is_not_added_to_a_designated_one(tables):
    """Accused Apps (by an NGO, .2) holds 50 %: it weighs in the score, but is no part of the designated share."""
    screening = screened(with_stakes(tables, ("apps", "minor", 0.5, 0.5)))
    row = screening.exposures.row(0, named=True)
    assert (row["kind"], row["listed_id"], row["attributed_low"]) == ("designation", "blocked", pytest.approx(30.0))
    assert screening.score.value == pytest.approx(100 * (0.30 * 1.0 + 0.50 * 0.2) * 100 / 1000)


def test_listed_parent_and_listed_subsidiary_count_once(tables, weights):
    """Blocked holds 60 % of Reached, named on a list itself; Reached holds 40 % of Accused Apps: 40 %, not 64 %."""
    more = tables["listings"].filter(listing_id="freeze-blocked").with_columns(
        listing_id=pl.lit("named-reached"), entity_id=pl.lit("reached"), list_id=pl.lit("named")
    )  # fmt: skip
    both = tables | {"listings": pl.concat([tables["listings"], more])}
    universe = with_stakes(both, ("reached", "apps", 0.4, 0.4))
    found = connect(universe, ["apps"], weights)
    ties = found.filter(pl.col("relation") == "connected")
    assert dict(ties.select("listed_id", "share_low").iter_rows()) == {
        "reached": pytest.approx(0.4),
        "blocked": pytest.approx(0.24),
    }
    assert ties["together_low"].to_list() == [pytest.approx(0.4)] * 2


def test_second_list_whose_rule_is_open_is_told_beside_the_one_that_reaches(tables, with_second_list):
    """The freeze reaches Reached Mills (60 %); the second list asks for 70 %, or perhaps 50 %."""
    universe = ex.Universe.at(with_second_list(tables))
    screening = screened(universe, "Reached Mills Co Ltd")
    row = screening.exposures.row(0, named=True)
    assert (row["relation"], row["lists"], row["open_lists"]) == ("reached", ["freeze"], ["second"])
    assert screening.to_dict()["exposures"][0]["open_lists"] == ["second"]
    assert screening.headline.at_least == screening.headline.at_most  # it is exposed either way
    assert screening.score.low == pytest.approx(10.0)
    assert screening.score.high == pytest.approx(10.0)  # a freeze weighs 1 already: nothing can be added to it
    # where nothing is certain, both lists are open and both are named
    open_both = screened(universe, "Perhaps Paper Co Ltd").exposures.row(0, named=True)
    assert (open_both["relation"], open_both["open_lists"]) == ("connected", ["freeze", "second"])


def test_group_holding_published_without_its_stakes_is_a_tie_and_may_be_reached(tables):
    """“The group holds 62 %” and nothing more: no chain, so whether the rule reaches it is open."""
    like = tables["stakes"].filter(pl.col("stake_id") == "blocked-minor")
    total = like.with_columns(
        stake_id=pl.lit("total"), owned_id=pl.lit("brand"), share_low=0.62, share_high=0.62,
        basis=pl.lit("aggregate").cast(like.schema["basis"]),
    )  # fmt: skip
    universe = ex.Universe.at(tables | {"stakes": pl.concat([tables["stakes"], total])})
    screening = screened(universe, "Brand Stores Inc")
    row = screening.exposures.row(0, named=True)
    assert (row["relation"], row["listed_id"], row["chain"]) == ("connected", "blocked", ["total"])
    assert (row["open_lists"], row["attributed_low"]) == (["freeze"], pytest.approx(62.0))
    assert (screening.headline.at_least.value, screening.headline.at_most.value) == (0.0, 100.0)
    told = screening.chains("brand").filter(pl.col("from_id") == "blocked").row(0, named=True)
    assert (told["low"], told["high"], told["stake_ids"]) == (0.62, 0.62, ["total"])
    assert told["chain"] == "Blocked State Company → Brand Stores Inc"


def test_accused_company_that_a_rule_reaches_counts_as_reached(tables):
    """60 % of Accused Apps is Blocked's: an accusation beside it does not take it out of “at least”."""
    screening = screened(with_stakes(tables, ("blocked", "apps", 0.6, 0.6)), "Accused Apps Inc")
    row = screening.exposures.row(0, named=True)
    assert (row["relation"], row["kind"], row["also"]) == ("reached", "designation", ["apps"])
    assert screening.headline.at_least.value == 100.0
    # severity: the freeze (1.0) and the NGO (.2) together: 1 - 0 * .8
    assert row["severity"] == pytest.approx(1.0)
    open_ = screened(with_stakes(tables, ("blocked", "apps", 0.4, 0.6)), "Accused Apps Inc")
    assert open_.exposures["relation"].to_list() == ["listed"]
    assert (open_.headline.at_least.value, open_.headline.at_most.value) == (0.0, 100.0)
    assert open_.score.high == pytest.approx(10.0)


def test_relation_weights_are_obeyed(universe, weights):
    frame = pl.DataFrame({"Name": ["Minor Metals Co Ltd", "Shirt Brand SE"], "Market Value": [100.0, 900.0]})

    def score(**changed):
        other = replace(weights, relation={**weights.relation, **changed})
        return ex.screen(frame, universe=universe, weights=other).score.value

    assert score() == pytest.approx(3.0)
    assert score(connected=0.5) == pytest.approx(1.5)
    # an NGO (.2) on the shirt brand's supply chain
    assert score(business=0.5) == pytest.approx(3.0 + 90 * 0.2 * 0.5)
