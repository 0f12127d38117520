"""Worked examples whose answers are printed elsewhere, to the printed digits; each test names its source."""

import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from exposure.ownership import Rule, build, integrated, proof, reached, rule_in_force, strongest
from exposure.universe.bundle import Universe


def stakes(*rows):
    frame = pl.DataFrame(rows, schema=["owner", "owned", "share_low"], orient="row")
    return frame.with_columns(pl.col("share_low").cast(pl.Float64), share_high=pl.col("share_low").cast(pl.Float64))


def matrix(frame, nodes):
    """Integrated shares as a dense table, owner x owned."""
    place = {node: i for i, node in enumerate(nodes)}
    found = np.zeros((len(nodes), len(nodes)))
    for owner, owned, low, _ in integrated(frame).iter_rows():
        found[place[owner], place[owned]] = low
    return found


def test_simple_chain_of_optimcontrol():
    """CSI-ADS/OptimControl, SIMPLE_CHAIN: value 1 each, c_net = 1.9098, 1.122, 1.2, 0, 0."""
    frame = stakes(("0", "1", 0.9), ("1", "2", 0.51), ("2", "3", 0.3), ("2", "4", 0.9))
    assert matrix(frame, "01234").sum(axis=1) == pytest.approx([1.9098, 1.122, 1.2, 0, 0])
    majority = reached(frame, ["0"], Rule("m", threshold=0.5, inclusive=False))
    assert majority.filter(pl.col("reached") == "yes")["entity"].to_list() == ["1", "2", "4"]


def test_simple_cycle_of_optimcontrol():
    """SIMPLE_CYCLE, breadth-first form: 3, 2, 1.8989071, 1.93409742."""
    frame = stakes(
        ("0", "1", 0.05), ("1", "2", 0.15), ("2", "3", 0.15), ("3", "1", 0.1), ("1", "3", 0.85), ("3", "2", 0.85),
        ("2", "1", 0.85),
    )  # fmt: skip
    assert matrix(frame, "0123").sum(axis=1) == pytest.approx([3, 2, 1.8989071, 1.93409742], abs=5e-8)


def outside(w, float_):
    """Integrated shares of outside owners, one for each company, as the accounting books ask for them."""
    names = [str(i) for i in range(len(w))]
    rows = [(names[i], names[j], w[i][j]) for i in range(len(w)) for j in range(len(w)) if w[i][j]]
    rows += [(f"outside{i}", names[i], float_[i]) for i in range(len(w))]
    found = {(a, b): low for a, b, low, _ in integrated(stakes(*rows)).iter_rows()}
    return np.array([[found.get((f"outside{i}", j), 0.0) for j in names] for i in range(len(w))])


def test_mutual_holdings_of_parent_and_subsidiary():
    """Beams, Advanced Accounting 12e, ch. 9: P owns 80 % of S, S 10 % of P; 50,000 and 20,000 of net earnings."""
    y = outside([[0, 0.8], [0.1, 0]], [0.9, 0.2])
    assert y == pytest.approx(np.array([[0.97826087, 0.7826087], [0.02173913, 0.2173913]]), abs=5e-9)
    assert y @ [50_000, 20_000] == pytest.approx([64_565.217, 5_434.783], abs=5e-4)
    assert (y @ [50_000, 20_000])[0] / 0.9 == pytest.approx(71_739.130, abs=5e-4)  # all of P's earnings
    assert y.sum(axis=0) == pytest.approx([1, 1])


def test_mutual_holdings_of_pet_and_sod():
    """Pet 90 % of Sod, Sod 15 % of Pet; 100,000 and 60,000: shares 151,329.480 and 8,670.520, sum 160,000."""
    y = outside([[0, 0.9], [0.15, 0]], [0.85, 0.1])
    assert y @ [100_000, 60_000] == pytest.approx([151_329.480, 8_670.520], abs=5e-4)
    assert y @ [100_000, 60_000] / [0.85, 0.1] == pytest.approx([178_034.682, 86_705.202], abs=5e-4)


def test_seventy_times_seventy_is_forty_nine_and_still_controlled():
    """Beams, ch. 9: 70 % of a company that holds 70 %: 49 % of the earnings, and consolidated all the same."""
    frame = stakes(("P", "A", 0.7), ("A", "B", 0.7))
    assert matrix(frame, "PAB")[0, 2] == pytest.approx(0.49)
    assert set(reached(frame, ["P"], "majority").filter(reached="yes")["entity"]) == {"A", "B"}


def test_parallel_chains_add_up_and_loops_add_nothing():
    """Ownership conventions seen in use: A 50 % of B, B 10 % of A, B 20 % of X: 10 %; two halves of 10 %: 10 %."""
    loop = stakes(("A", "B", 0.5), ("B", "X", 0.2), ("B", "A", 0.1))
    assert matrix(loop, "ABX")[0, 2] == pytest.approx(0.1)
    two = stakes(("A", "B", 0.5), ("A", "C", 0.5), ("B", "X", 0.1), ("C", "X", 0.1))
    assert matrix(two, "ABCX")[0, 3] == pytest.approx(0.1)


def test_beneficial_owners_of_two_layers():
    """C1 is held by I1 and C2 in halves, C2 by I2 and I3: 50, 25 and 25 %; 50 % of 60 % is 30 %."""
    frame = stakes(("I1", "C1", 0.5), ("C2", "C1", 0.5), ("I2", "C2", 0.5), ("I3", "C2", 0.5))
    found = integrated(frame, ["I1", "I2", "I3"]).filter(owned="C1")
    assert dict(found.select("owner", "low").iter_rows()) == {"I1": 0.5, "I2": 0.25, "I3": 0.25}
    assert matrix(stakes(("A", "B", 0.5), ("B", "C", 0.6)), "ABC")[0, 2] == pytest.approx(0.3)


def test_three_companies_that_own_each_other():
    """H owns .45 X, .55 Y; X owns .15 H, .15 Y; Y owns .20 H, .15 X; outside .65, .40, .30."""
    y = outside([[0, 0.45, 0.55], [0.15, 0, 0.15], [0.2, 0.15, 0]], [0.65, 0.4, 0.3])
    printed = [
        [0.82076538, 0.44711771, 0.51848862],
        [0.09300824, 0.45987405, 0.12013564],
        [0.08622638, 0.09300824, 0.36137575],
    ]
    assert y == pytest.approx(np.array(printed), abs=5e-9)
    assert y.sum(axis=0) == pytest.approx([1, 1, 1])


def test_taxable_income_of_four_companies():
    """Solutioninn 5573223: x = own income + shares of the others' income; printed to eight digits.

    With the corrected shares s and the stakes w: x_i = (b_i + sum_j s_ij b_j) / (1 - sum_k s_ik w_ki).
    """
    w = np.array([[0, 0.11, 0.04, 0.1], [0.13, 0, 0.11, 0.14], [0.05, 0.08, 0, 0.1], [0.02, 0.03, 0.07, 0]])
    own = np.array([2.56, 2.184, 3.276, 2.244])
    s = matrix(stakes(*((str(i), str(j), w[i, j]) for i in range(4) for j in range(4) if w[i, j])), "0123")
    x = (own + s @ own) / (1 - np.einsum("ik,ki->i", s, w))
    assert x == pytest.approx([3.36705222, 3.43759203, 3.98872795, 2.69367976], abs=5e-9)


def test_cycle_of_three():
    """A 40 % of B, B 30 % of C, C 20 % of A: outside owners' integrated shares."""
    y = outside([[0, 0.4, 0], [0, 0, 0.3], [0.2, 0, 0]], [0.8, 0.6, 0.7])
    printed = [
        [0.81967213, 0.32786885, 0.09836066],
        [0.03688525, 0.6147541, 0.18442623],
        [0.14344262, 0.05737705, 0.71721311],
    ]
    assert y == pytest.approx(np.array(printed), abs=5e-9)


CONTROL = [
    (1, 2, 0.9), (2, 3, 1), (3, 2, 0.1), (3, 4, 0.9), (4, 5, 1), (5, 1, 0.1), (1, 6, 0.9), (6, 5, 1), (5, 10, 0.9),
    (10, 20, 1), (20, 1, 0.5), (1, 10, 0.9), (19, 5, 1), (10, 19, 0.5),
]  # fmt: skip


def test_published_shares_of_company_control():
    """prometheuxresearch/docs, company-control: (controller, controlled, share) rows, above 100 % included."""
    frame = stakes(*((str(a), str(b), s) for a, b, s in CONTROL))
    strict = Rule("strict", threshold=0.5, inclusive=False)
    rows = {
        (1, 2): 1,
        (1, 4): 0.9,
        (1, 5): 2,
        (1, 10): 1.8,
        (2, 1): 0.6,
        (5, 1): 0.6,
        (10, 20): 1,
        (19, 5): 3,
        (19, 1): 0.6,
    }
    for (owner, owned), share in rows.items():
        answer = reached(frame, [str(owner)], strict).filter(entity=str(owned))
        assert answer.select("reached", "aggregate_low").row(0) == ("yes", pytest.approx(share)), (owner, owned)
    assert reached(frame, ["20"], strict).filter(reached="yes").is_empty()
    assert reached(frame, ["10"], strict).filter(reached="yes")["entity"].to_list() == ["20"]
    everybody = [reached(frame, [str(n)], strict).filter(entity="19", reached="yes").height for n in range(1, 21)]
    assert sum(everybody) == 0  # exactly .5 is not more than .5


def test_more_than_the_whole_is_survived_and_reported():
    graph = build(stakes(*((str(a), str(b), s) for a, b, s in CONTROL)))
    assert dict(graph.over_owned.iter_rows()) == pytest.approx({"10": 1.8, "5": 3.0})
    assert integrated(graph)["high"].max() <= 1.0


def test_close_links_over_simple_paths():
    """The same source, close links: sums of products over simple paths, at least .2: nine rows."""
    own = {("A", "B"): 0.2, ("B", "A"): 0.8, ("B", "C"): 0.2, ("C", "D"): 0.6, ("D", "A"): 0.9, ("A", "C"): 0.2}
    graph = build(stakes(*((a, b, s) for (a, b), s in own.items())))
    sums = {}
    for a in "ABCD":
        for b in "ABCD":
            if a != b:
                sums[a + b] = sum(c.low for c in strongest(graph, a, b, k=20))
    printed = {
        "AC": 0.24,
        "BD": 0.216,
        "DC": 0.216,
        "BA": 0.908,
        "CD": 0.6,
        "AB": 0.2,
        "BC": 0.36,
        "CA": 0.54,
        "DA": 0.9,
    }
    assert {k: v for k, v in sums.items() if v >= 0.2 - 1e-9} == pytest.approx(printed)
    fallen_out = {"AD": 0.144, "CB": 0.108, "DB": 0.18}
    assert {k: v for k, v in sums.items() if v < 0.2 - 1e-9} == pytest.approx(fallen_out)
    assert integrated(graph, ["A"]).filter(owned="C")["low"].item() == pytest.approx(0.24)


def test_chains_are_simple_sorted_and_the_same_every_time():
    graph = build(stakes(*((str(a), str(b), s) for a, b, s in CONTROL)))
    chains = strongest(graph, "1", "5", k=10)
    assert chains == strongest(graph, "1", "5", k=10)
    assert [c.low for c in chains] == sorted((c.low for c in chains), reverse=True)
    assert all(len(set(c.nodes)) == len(c.nodes) for c in chains)
    known = {(str(a), str(b)) for a, b, _ in CONTROL}
    assert all(step in known for c in chains for step in pairwise(c.nodes))


def bundled(day, rule_id):
    return rule_in_force(Universe.load(day).rules, rule_id)


def test_eu_rule_before_and_after_july_2024():
    """Council Best Practices: more than 50 % until 2 July 2024, 50 % or more from 3 July 2024, added together."""
    half, third = stakes(("X", "A", 0.25), ("Y", "A", 0.25)), stakes(("X", "A", 0.3), ("Y", "A", 0.3))
    verdicts = {}
    for day in ("2024-07-02", "2024-07-03"):
        rule = bundled(day, "eu-50-or-control")
        verdicts[day] = [reached(frame, ["X", "Y"], rule)["reached"].item() for frame in (half, third)]
    assert verdicts == {"2024-07-02": ["no", "yes"], "2024-07-03": ["yes", "yes"]}


def test_uk_rule_takes_more_than_half_of_one_owner_or_control():
    """OFSI guidance 4.1.4: more than 50 %, designated owners not simply added together, or control."""
    rule = bundled("2024-08-20", "uk-over-50-or-control")
    frame = stakes(("X", "A", 0.3), ("Y", "A", 0.3), ("X", "B", 0.5), ("X", "C", 0.51), ("X", "D", 0.1))
    frame = frame.with_columns(control=(pl.col("owned") == "D").cast(pl.Float64))
    assert dict(reached(frame, ["X", "Y"], rule).select("entity", "reached").iter_rows()) == {
        "A": "no", "B": "no", "C": "yes", "D": "yes",
    }  # fmt: skip


def test_ofac_rule_speaks_of_ownership_not_control():
    """FAQ 398: an entity that a blocked person controls, without owning half of it, is not blocked by the rule."""
    frame = stakes(("X", "A", 0.49)).with_columns(control=pl.lit(1.0))
    assert reached(frame, ["X"], bundled("2024-01-01", "ofac-50"))["reached"].to_list() == ["no"]


def test_a_list_of_names_reaches_nobody_else():
    """FAQ 857: the 50 per cent rule does not apply to NS-CMIC; only who is named."""
    assert reached(stakes(("X", "A", 1.0)), ["X"], bundled("2024-01-01", "named-only")).is_empty()


def test_affiliates_rule_is_on_then_stayed_then_not_established():
    """90 FR 47201 (29 Sep 2025) and 90 FR 50857 (stay, 10 Nov 2025 to 9 Nov 2026); after that nobody has said."""
    periods = {
        "2025-09-29": "in_force", "2025-11-09": "in_force", "2025-11-10": "stayed", "2026-11-09": "stayed",
        "2026-11-10": "not_established",
    }  # fmt: skip
    assert {day: bundled(day, "bis-affiliates-50").status for day in periods} == periods


def test_third_party_examples_of_the_affiliates_rule():
    """A holds 50 % of I, I 40 % and B 10 % of T: reached. A holds 49 % of I, I all of T: not."""
    rule = Rule("bis-affiliates-50", threshold=0.5)
    caught = reached(stakes(("A", "I", 0.5), ("I", "T", 0.4), ("B", "T", 0.1)), ["A", "B"], rule)
    assert dict(caught.select("entity", "reached").iter_rows()) == {"I": "yes", "T": "yes"}
    assert reached(stakes(("A", "I", 0.49), ("I", "T", 1)), ["A"], rule)["reached"].to_list() == ["no"]


def test_proof_is_the_set_of_stakes_that_the_rule_used():
    frame = stakes(("X", "A", 0.5), ("X", "B", 0.1), ("A", "B", 0.4), ("Z", "B", 0.3))
    graph, rule = build(frame), Rule("ofac-50", threshold=0.5)
    assert proof(graph, ["X"], rule, "B") == (("X", "A"), ("X", "B"), ("A", "B"))
    assert proof(graph, ["Z"], rule, "B") == ()


def test_unknown_says_whose_stake_would_settle_it():
    frame = pl.DataFrame(
        {"owner": ["X", "Y"], "owned": ["A", "A"], "share_low": [0.3, 0.0], "share_high": [0.3, 0.4]}
    )
    row = reached(frame, ["X", "Y"], Rule("ofac-50", threshold=0.5)).row(0, named=True)
    assert (row["reached"], row["via"], row["unsettled"]) == ("unknown", ["X", "Y"], ["Y"])


def test_a_stake_that_ends_before_it_begins_is_set_aside():
    frame = stakes(("A", "B", 0.5)).with_columns(since=dt.date(2024, 2, 1), until=dt.date(2024, 1, 1))
    assert build(frame).set_aside["rule"].to_list() == ["the stake ends before it begins"]


def test_the_real_chain_from_cetc_to_hikvision():
    """Hikvision's announcement 2023-033: 36.4808 % and 4.4272 % of 9,330,605,439 shares are 40.908 % together."""
    frame = stakes(("cetc", "cethik", 1), ("cethik", "hik", 3_403_879_509 / 9_330_605_439))
    rest = stakes(("cetc", "hik", 413_082_947 / 9_330_605_439))
    total = integrated(pl.concat([frame, rest]), ["cetc"]).filter(owned="hik")["low"].item()
    assert total == pytest.approx(0.409080, abs=5e-7)
    assert reached(pl.concat([frame, rest]), ["cetc"], Rule("ofac-50", threshold=0.5)).filter(entity="hik")[
        "reached"
    ].to_list() == ["no"]


REAL = {
    "edges_GB_biotech_reach_lc_nace_w_assets.csv": (1076, 1506),
    "edges_belgian_biotech_reach_nace.csv": (356, 432),
}


@pytest.mark.parametrize("name", REAL)
def test_real_networks_agree_with_the_dense_solution(shared, name):
    """Networks published with CSI-ADS/OptimControl: nodes and edges as counted there, slow twin by inversion."""
    raw = pl.read_csv(shared / "ownership" / "orbislike" / name)
    frame = raw.select(
        owner=pl.col("shareholder_id").cast(pl.Int64),
        owned=pl.col("company_id").cast(pl.Int64),
        share_low="ownership",
        share_high="ownership",
    )
    graph = build(frame)
    assert (len(graph.nodes), raw.height) == REAL[name]
    w = graph.matrix(graph.low).toarray()
    w = np.where(w.sum(axis=0) > 1, 0, w)  # the one company owned above 100 % is held at 1 here, not there
    v = np.linalg.inv(np.eye(len(w)) - w)
    expected = (v - np.eye(len(w))) / np.diag(v)[:, None]
    np.fill_diagonal(expected, 0)
    rows, columns = np.nonzero(w)
    ids = graph.nodes
    again = pl.DataFrame({"owner": ids[rows], "owned": ids[columns], "share_low": w[rows, columns]})
    got = np.zeros_like(w)
    for owner, owned, low, _ in integrated(again.with_columns(share_high="share_low")).iter_rows():
        got[np.searchsorted(ids, owner), np.searchsorted(ids, owned)] = low
    assert np.abs(got - expected).max() < 1e-8
