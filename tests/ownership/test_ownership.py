"""Ownership arithmetic against published answers and hand calculations."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from exposure.errors import UsageError
from exposure.ownership import Rule, build, integrated, integrated_above, reached, strongest

OFAC = Rule("ofac-50", threshold=0.5, inclusive=True, aggregate=True)
UK = Rule("uk-over-50-or-control", threshold=0.5, inclusive=False, aggregate=False, control=True)


def stakes(*rows):
    full = [(*r, r[2]) if len(r) == 3 else r for r in rows]
    names = ["owner", "owned", "share_low", "share_high"]
    return pl.DataFrame(full, schema=names, orient="row", schema_overrides=dict.fromkeys(names[2:], pl.Float64))


def share(frame, owner, owned):
    row = integrated(frame).filter((pl.col("owner") == owner) & (pl.col("owned") == owned))
    return row.select("low", "high").row(0)


SIX = stakes(
    ("1", "2", 0.1), ("2", "3", 0.5), ("2", "4", 0.5), ("2", "5", 0.2), ("3", "2", 0.3), ("3", "5", 0.2),
    ("4", "2", 0.3), ("4", "5", 0.6), ("5", "2", 0.3), ("5", "3", 0.5), ("5", "4", 0.5), ("5", "6", 1.0),
)  # fmt: skip


def test_bow_tie_network_of_vitali_glattfelder_battiston():
    """Six-node network of CSI-ADS/OptimControl: diagonal-corrected sums, owners without themselves."""
    sums = integrated(SIX).group_by("owner").agg(pl.col("low").sum()).sort("owner")
    expected = {"1": 5, "2": 4, "3": 3.37837838, "4": 3.66666667, "5": 3.71428571}
    assert {o: pytest.approx(v, abs=5e-9) for o, v in expected.items()} == dict(sums.iter_rows())
    rows = {
        "1": {"2": 1, "3": 1, "4": 1, "5": 1, "6": 1},
        "2": {"3": 1, "4": 1, "5": 1, "6": 1},
        "3": {"2": 0.81081081, "4": 0.83783784, "5": 0.86486486, "6": 0.86486486},
        "4": {"2": 0.85714286, "3": 0.9047619, "5": 0.95238095, "6": 0.95238095},
        "5": {"2": 0.85714286, "3": 0.92857143, "4": 0.92857143, "6": 1},
    }
    for owner, expected in rows.items():
        found = dict(integrated(SIX, [owner]).select("owned", "low").iter_rows())
        assert found == pytest.approx(expected, abs=5e-9), owner


def test_books_answers_for_indirect_holdings():
    """Beams, Advanced Accounting 12e, ch. 9: father-son-grandson 60 %, connecting affiliates 62 %."""
    assert share(stakes(("P", "A", 0.8), ("A", "B", 0.75)), "P", "B") == pytest.approx((0.6, 0.6))
    connected = stakes(("P", "A", 0.7), ("P", "B", 0.2), ("A", "B", 0.6))
    assert share(connected, "P", "B") == pytest.approx((0.62, 0.62))


def test_full_circle_ends_and_nobody_owns_more_than_all():
    circle = integrated(stakes(("A", "B", 1.0), ("B", "A", 1.0)))
    assert circle.rows() == [("A", "B", 1.0, 1.0), ("B", "A", 1.0, 1.0)]


def test_a_full_circle_passes_no_more_on_than_flows_into_it():
    """By hand: A is owned to 150 %; D's half of it fills A and B up to the whole, and half of B is half of C."""
    frame = stakes(("D", "A", 0.5), ("A", "B", 1.0), ("B", "A", 1.0), ("B", "C", 0.5))
    assert integrated(frame, ["D"]).rows() == [("D", "A", 1.0, 1.0), ("D", "B", 1.0, 1.0), ("D", "C", 0.5, 0.5)]


def test_what_a_cut_hides_is_bounded_from_above_even_where_it_is_not_worked_out_to_the_end():
    """By hand: hidden = 0.99 (hidden + cut) round the pair, so 99 cuts: 0.099."""
    frame = stakes(("A", "B", 0.99), ("B", "A", 0.99))
    lost = integrated_above(frame, None, 0.001).lost
    assert 0.099 <= lost < 0.1


def test_unknown_size_is_an_interval_that_leaves_room_for_the_others():
    frame = stakes(("A", "X", 0.6), ("B", "X", None, None))
    assert share(frame, "B", "X") == (0.0, pytest.approx(0.4))


def test_unusable_stakes_are_set_aside_with_a_reason():
    rows = [
        ("A", "A", 0.5),
        ("A", "B", 1.5),
        ("A", "B", -0.1),
        ("A", "C", 0.4, 0.2),
        (None, "C", 0.1),
        ("", "C", 0.1),
    ]
    graph = build(stakes(*rows, ("A", "D", 0.3)))
    assert graph.set_aside["rule"].to_list() == [
        "an entity cannot own itself",
        "a share must lie between 0 and 1",
        "a share must lie between 0 and 1",
        "the lower bound is above the upper",
        "owner or owned is missing",
        "owner or owned is missing",
    ]
    assert graph.nodes.tolist() == ["A", "D"]


def test_a_stake_given_twice_counts_once_and_another_size_widens_it():
    graph = build(stakes(("A", "B", 0.3), ("A", "B", 0.3), ("A", "B", 0.4), ("B", "C", 0.5)))
    assert graph.set_aside.select("owner", "owned", "rule").rows() == [("A", "B", "the same stake is given twice")]
    assert integrated(graph).rows() == [("A", "B", 0.3, 0.4), ("A", "C", 0.15, 0.2), ("B", "C", 0.5, 0.5)]


OFAC_CASES = {
    "FAQ 401 example 1": ([("X", "A", 0.5), ("A", "B", 0.5)], ["X"], "B", "yes"),
    "FAQ 401 example 2": (
        [("X", "A", 0.5), ("X", "B", 0.5), ("A", "C", 0.25), ("B", "C", 0.25)],
        ["X"],
        "C",
        "yes",
    ),
    "FAQ 401 example 3": ([("X", "A", 0.5), ("X", "B", 0.1), ("A", "B", 0.4)], ["X"], "B", "yes"),
    "FAQ 401 example 4": (
        [("X", "A", 0.5), ("X", "B", 0.25), ("A", "C", 0.25), ("B", "C", 0.25)],
        ["X"],
        "C",
        "no",
    ),
    "FAQ 399": ([("X", "A", 0.25), ("Y", "A", 0.25)], ["X", "Y"], "A", "yes"),
}


@pytest.mark.parametrize("case", OFAC_CASES, ids=str)
def test_ofac_worked_examples(case):
    rows, listed, target, expected = OFAC_CASES[case]
    answer = reached(stakes(*rows), listed, OFAC).filter(pl.col("entity") == target)
    assert answer["reached"].to_list() == [expected]


def test_ofac_example_5_minority_owner_passes_nothing_on():
    """FAQ 401: X holds 25 % of A and of B, which hold 50 % of C each: C is not even in the answer."""
    rows = [("X", "A", 0.25), ("X", "B", 0.25), ("A", "C", 0.5), ("B", "C", 0.5)]
    answer = reached(stakes(*rows), ["X"], OFAC)
    assert dict(answer.select("entity", "reached").iter_rows()) == {"A": "no", "B": "no"}


def test_company_control_example_of_prometheux():
    """Published example: strict > 50 % gives 51 (controller, controlled) pairs, >= 50 % gives 72."""
    own = [(1, 2, 0.9), (2, 3, 1), (3, 2, 0.1), (3, 4, 0.9), (4, 5, 1), (5, 1, 0.1), (1, 6, 0.9), (6, 5, 1),
           (5, 10, 0.9), (10, 20, 1), (20, 1, 0.5), (1, 10, 0.9), (19, 5, 1), (10, 19, 0.5)]  # fmt: skip
    frame = stakes(*[(str(a), str(b), float(s)) for a, b, s in own])
    nodes = sorted({*frame["owner"], *frame["owned"]})

    def pairs(rule):
        return sum((reached(frame, [n], rule)["reached"] == "yes").sum() for n in nodes)

    assert pairs(Rule("strict", threshold=0.5, inclusive=False)) == 51
    assert pairs(Rule("inclusive", threshold=0.5, inclusive=True)) == 72


def test_uk_rule_does_not_add_several_listed_owners_but_counts_control():
    two = stakes(("X", "A", 0.3), ("Y", "A", 0.3))
    assert reached(two, ["X", "Y"], UK)["reached"].to_list() == ["no"]
    assert reached(two, ["X", "Y"], OFAC)["reached"].to_list() == ["yes"]
    controlled = stakes(("X", "A", 0.1)).with_columns(control=pl.lit(True))
    assert reached(controlled, ["X"], UK)["reached"].to_list() == ["yes"]


def test_each_owner_alone_is_followed_through_what_another_controls_too():
    """X and Y both control A, which holds 30 % of B as Y does: Y has 60 % of it, X only 30 %."""
    frame = stakes(("X", "A", 0.1), ("Y", "A", 0.1), ("A", "B", 0.3), ("Y", "B", 0.3))
    frame = frame.with_columns(control=(pl.col("owned") == "A").cast(pl.Float64))
    answer = reached(frame, ["X", "Y"], UK).filter(entity="B")
    assert answer.select("reached", "aggregate_low").row(0) == ("yes", 0.6)


def test_claimed_control_leaves_a_control_rule_open_and_carries_no_share():
    bare = stakes(("X", "A", 0.0)).with_columns(control=pl.lit(0.5))
    assert reached(bare, ["X"], UK)["reached"].to_list() == ["unknown"]
    assert reached(bare, ["X"], OFAC).is_empty()
    assert integrated(bare).is_empty()


def test_a_rule_may_be_named_by_its_id():
    frame = stakes(("X", "A", 0.5))
    assert reached(frame, ["X"], "ofac-50").equals(reached(frame, ["X"], OFAC))
    with pytest.raises(UsageError, match="known rules"):
        reached(frame, ["X"], "ofac-51")


def test_interval_across_the_threshold_is_unknown():
    answer = reached(stakes(("X", "A", 0.25, 0.5)), ["X"], OFAC)
    assert answer.select("reached", "aggregate_low", "aggregate_high").row(0) == ("unknown", 0.25, 0.5)


def test_wording_without_a_sharp_line_leaves_minority_stakes_open():
    """ "Subsidiaries and affiliates": more than half is a subsidiary, 48 % may be an affiliate, 8 % is not."""
    rule = Rule("named-and-affiliates", threshold=0.5, threshold_open=0.1, inclusive=False, aggregate=False)
    answer = reached(stakes(("X", "A", 0.6), ("X", "B", 0.48), ("X", "C", 0.08)), ["X"], rule)
    assert dict(answer.select("entity", "reached").iter_rows()) == {"A": "yes", "B": "unknown", "C": "no"}


def test_strongest_chain_prefers_a_stated_share_to_an_unstated_one():
    graph = build(stakes(("C", "K", 1.0), ("K", "H", 0.3648), ("C", "H", None, None)))
    first = strongest(graph, "C", "H")[0]
    assert first.nodes == ("C", "K", "H")
    assert first.low == pytest.approx(0.3648)
    assert strongest(graph, "H", "C") == ()


@st.composite
def networks(draw):
    """Small networks in which no company is owned beyond 95 %, cycles included."""
    n = draw(st.integers(2, 6))
    raw = np.array(draw(st.lists(st.floats(0, 1), min_size=n * n, max_size=n * n))).reshape(n, n)
    raw[raw < 0.4] = 0
    np.fill_diagonal(raw, 0)
    totals = raw.sum(axis=0)
    return raw * np.where(totals > 0, 0.95 / np.maximum(totals, 0.95), 0)


@seed(20261122)
@settings(max_examples=80, deadline=None)
@given(networks())
def test_iteration_equals_the_dense_solution(w):
    """Slow twin: diag(V)^-1 (V - I) by dense inversion."""
    n = len(w)
    v = np.linalg.inv(np.eye(n) - w)
    expected = (v - np.eye(n)) / np.diag(v)[:, None]
    np.fill_diagonal(expected, 0)
    rows = [(str(i), str(j), float(w[i, j])) for i in range(n) for j in range(n) if w[i, j] > 0]
    got = np.zeros((n, n))
    if rows:
        for owner, owned, low, high in integrated(stakes(*rows)).iter_rows():
            assert low == pytest.approx(high, abs=1e-9)
            got[int(owner), int(owned)] = low
    assert got == pytest.approx(expected, abs=1e-8)


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from([0.01, 0.05, 0.2]))
def test_a_cut_hides_no_more_than_it_says(w, cut):
    n = len(w)
    rows = [(str(i), str(j), float(w[i, j])) for i in range(n) for j in range(n) if w[i, j] > 0]
    if not rows:
        return
    full = {(a, b): low for a, b, low, _ in integrated(stakes(*rows)).iter_rows()}
    above = integrated_above(stakes(*rows), None, cut)
    found = {(a, b): low for a, b, low, _ in above.pairs.iter_rows()}
    for pair, share in full.items():
        assert found.get(pair, 0.0) <= share + 1e-9
        assert share - found.get(pair, 0.0) <= above.lost + cut + 1e-9


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from([0.25, 0.5]), st.booleans())
def test_fixpoint_equals_its_slow_twin(w, threshold, inclusive):
    """Slow twin: add every company whose members' stakes reach the threshold, again and again."""
    n = len(w)
    rows = [(str(i), str(j), float(w[i, j])) for i in range(n) for j in range(n) if w[i, j] > 0]
    rule = Rule("r", threshold=threshold, inclusive=inclusive)
    members = {0}
    while True:
        held = [sum(w[i, j] for i in members) for j in range(n)]
        met = {j for j in range(n) if (held[j] >= threshold if inclusive else held[j] > threshold)}
        if met <= members:
            break
        members |= met
    answer = reached(stakes(*rows), ["0"], rule) if rows else None
    got = set(answer.filter(pl.col("reached") == "yes")["entity"]) if rows else set()
    assert got == {str(j) for j in members - {0}}


def test_integer_ids_and_texts_give_the_same_shares():
    numbers = pl.DataFrame({"owner": [7, 7, 9], "owned": [9, 3, 3], "share_low": [0.5, 0.1, 0.4]})
    numbers = numbers.with_columns(share_high=pl.col("share_low"))
    texts = numbers.with_columns(pl.col("owner", "owned").cast(pl.String))
    expected = [(7, 3, pytest.approx(0.3)), (7, 9, 0.5), (9, 3, 0.4)]
    assert sorted(integrated(numbers).select("owner", "owned", "low").rows()) == expected
    assert [(int(a), int(b), s) for a, b, s in integrated(texts).select("owner", "owned", "low").rows()] == expected


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(networks())
def test_without_cycles_the_share_is_the_sum_over_all_chains(w):
    """Slow twin: enumerate every path; where nothing is circular the products add up to the integrated share."""
    w = np.triu(w, 1)
    n = len(w)
    rows = [(str(i), str(j), float(w[i, j])) for i in range(n) for j in range(n) if w[i, j] > 0]
    if not rows:
        return
    graph = build(stakes(*rows))
    for owner, owned, low, _ in integrated(graph).iter_rows():
        chains = strongest(graph, owner, owned, k=200)
        assert sum(c.low for c in chains) == pytest.approx(low, abs=1e-9)
