"""House policies: what fires, what is undecided, exceptions, escalation, and the files that come along."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

import exposure as ex
from exposure.breaches import BREACHES, breaches
from exposure.holders import held
from exposure.ownership import rule_in_force
from exposure.policy import ACTIONS, UNDECIDED, load_policy, shipped

ON = dt.date(2024, 6, 30)
HEAD = 'name = "House"\nsource = "a meeting"\n'


def portfolio(rows):
    return pl.DataFrame(rows, schema=["Name", "Market Value"], orient="row")


@pytest.fixture(scope="module")
def house(tables):
    """The hand-worked universe with the rules that house policies use, and a state above Alpha Group."""
    half = tables["rules"].filter(pl.col("rule_id") == "ofac-50")
    majority = half.with_columns(rule_id=pl.lit("majority"), inclusive=pl.lit(False))
    tenth = half.with_columns(rule_id=pl.lit("state-10"), threshold=pl.lit(0.1))
    state = tables["entities"].filter(pl.col("entity_id") == "alpha").with_columns(
        entity_id=pl.lit("state"), name=pl.lit("Ministry of Examples"), kind=pl.lit("state_body")
    )  # fmt: skip
    top = tables["stakes"].filter(pl.col("stake_id") == "alpha-alpha_holding")
    top = top.with_columns(stake_id=pl.lit("state-alpha"), owner_id=pl.lit("state"), owned_id=pl.lit("alpha"))
    return ex.Universe.at(
        tables
        | {
            "rules": pl.concat([tables["rules"], majority, tenth]),
            "entities": pl.concat([tables["entities"], state.cast(dict(tables["entities"].schema))]),
            "stakes": pl.concat([tables["stakes"], top]),
        }
    )


@pytest.fixture(scope="module")
def everybody(names):
    """A line of 100 in every company of the universe, and one in none of them."""
    return portfolio([*((name, 100.0) for name in names.values()), ("Quite Different Foods Inc", 700.0)])


@pytest.fixture(scope="module")
def screening(house, everybody):
    return ex.screen(everybody, universe=house)


@pytest.fixture
def made(tmp_path):
    def make(text, head=HEAD):
        path = tmp_path / "house.toml"
        path.write_text(head + text, encoding="utf-8")
        return load_policy(path)

    return make


def fired(screening, policy, on=ON):
    found = breaches(screening, policy, on)
    return dict(found.select("issuer_id", "action").iter_rows())


CLAUSE = '[[clause]]\nid = "a"\nsays = "It says so."\naction = "exclude"\n'


def test_clause_fires_on_its_relations_and_reports_what_a_rule_leaves_open(screening, made):
    assert fired(screening, made(CLAUSE)) == {
        "alpha": "exclude",
        "camera": "exclude",
        "blocked": "exclude",
        "reached": "exclude",
        "perhaps": UNDECIDED,  # 40 - 60 % of a frozen owner
        "memory": UNDECIDED,  # 90 %, but from memory
    }
    assert fired(screening, made(CLAUSE + 'relations = ["listed"]\n')) == {
        "alpha": "exclude",
        "camera": "exclude",
        "blocked": "exclude",
    }


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('lists = ["freeze"]', {"blocked", "reached", "perhaps", "memory"}),
        ('effects = ["investment"]', {"alpha", "camera"}),
        ('kinds = ["allegation"]', {"apps"}),
        ('kinds = ["allegation"]\nrelations = ["business"]', {"shirt"}),
        ('kinds = ["allegation"]\nrelations = ["listed", "business"]\ncategories = ["x"]', {"apps", "shirt"}),
        # each end of a tie: Alpha Holding is Alpha's and holds Camera Works; Camera Works is 40 % Alpha's
        ('relations = ["connected"]\nlists = ["named"]', {"alpha", "alpha_holding", "camera", "owner"}),
        ('relations = ["business"]', {"brand"}),
    ],
)
def test_lists_effects_kinds_and_categories_narrow_a_clause(screening, made, names, keys, expected):
    if "alpha_holding" in expected:
        expected = expected & set(names)
    assert set(fired(screening, made(f"{CLAUSE}{keys}\n"))) == expected


def test_another_list_of_the_same_owner_reaches_nobody(tables, everybody, made):
    both = tables["listings"].filter(pl.col("entity_id") == "blocked")
    both = both.with_columns(listing_id=pl.lit("n"), list_id=pl.lit("named"))
    universe = ex.Universe.at(tables | {"listings": pl.concat([tables["listings"], both])})
    screening = ex.screen(everybody, universe=universe)
    assert "reached" not in fired(screening, made(CLAUSE + 'lists = ["named"]\n'))
    assert fired(screening, made(CLAUSE + 'lists = ["freeze"]\n'))["reached"] == "exclude"


STATE = '[clause.ownership]\nrule = "{}"\nthrough = "majority"\nowner_kinds = ["state_body"]\n'


def test_majority_rule_misses_what_a_ten_per_cent_rule_catches(screening, made):
    """State -> 100 % Alpha -> 100 % Alpha Holding -> 40 % Camera Works."""
    group = {"alpha", "alpha_holding"} & set(screening.lines["entity_id"])
    majority = fired(screening, made(CLAUSE + STATE.format("majority")))
    assert majority == dict.fromkeys(group, "exclude")
    tenth = breaches(screening, made(CLAUSE + STATE.format("state-10")), ON)
    assert set(tenth["issuer_id"]) == group | {"camera"}
    why = tenth.filter(pl.col("issuer_id") == "camera")["why"][0]
    assert "40.0 % of Camera Works Digital Co., Ltd. is held by" in why
    assert "≥ 10 %" in why


def test_owners_may_be_those_on_the_clauses_lists(screening, made):
    clause = CLAUSE + 'lists = ["freeze"]\n[clause.ownership]\nrule = "state-10"\n'
    found = fired(screening, made(clause))
    assert found == {
        "blocked": "exclude",
        "reached": "exclude",
        "minor": "exclude",
        "perhaps": "exclude",
        "memory": UNDECIDED,
    }
    assert set(fired(screening, made(clause.replace("state-10", "named-only")))) == {"blocked"}


def test_unknown_share_is_undecided_and_says_whose_stake_would_settle_it(screening, made):
    clause = CLAUSE + '[clause.ownership]\nrule = "majority"\nowners = ["blocked"]\n'
    found = breaches(screening, made(clause), ON)
    row = found.filter(pl.col("issuer_id") == "perhaps").row(0, named=True)
    assert (row["action"], row["if_decided"]) == (UNDECIDED, "exclude")
    assert "40.0 – 60.0 %" in row["why"]
    assert "rests on the stake or standing of Blocked State Company" in row["why"]


def test_published_total_counts_once_and_other_holders_are_added(house):
    """Alpha's published 45 % contains the 40 % we add up; a second state's 3 % stands beside it."""
    own = house.stakes.filter(pl.col("stake_id") == "alpha_holding-camera")
    total = own.with_columns(
        stake_id=pl.lit("total"), owner_id=pl.lit("alpha"), share_low=0.45, share_high=0.45,
        basis=pl.lit("aggregate").cast(own.schema["basis"]),
    )  # fmt: skip
    second = own.with_columns(stake_id=pl.lit("second"), owner_id=pl.lit("owner"), share_low=0.03, share_high=0.03)
    kept = house.history["stakes"].filter(pl.col("stake_id") != "owner-camera")
    universe = ex.Universe.at(house.history | {"stakes": pl.concat([kept, total, second])})
    row = held(universe, ["state", "owner"], rule_in_force(universe.rules, "majority"))
    camera = row.filter(pl.col("entity") == "camera").row(0, named=True)
    assert (camera["low"], camera["high"], camera["verdict"]) == (pytest.approx(0.48), pytest.approx(0.48), "no")


def test_group_holding_without_a_size_is_unknown_not_nothing(house):
    own = house.history["stakes"].filter(pl.col("stake_id") == "owner-camera")
    unsized = own.with_columns(
        stake_id=pl.lit("u"), owner_id=pl.lit("state"), owned_id=pl.lit("apps"), share_low=pl.lit(None, pl.Float64),
        share_high=pl.lit(None, pl.Float64), basis=pl.lit("aggregate").cast(own.schema["basis"]),
    )  # fmt: skip
    universe = ex.Universe.at(house.history | {"stakes": pl.concat([house.history["stakes"], unsized])})
    row = held(universe, ["state"], rule_in_force(universe.rules, "majority"))
    assert dict(row.select("entity", "verdict").iter_rows())["apps"] == "unknown"


EXCEPTION = '[[clause.exception]]\nentity = "camera"\nreason = "Closed fund."\nexpires = 2024-06-30\n'


@pytest.mark.parametrize(("on", "applies"), [(dt.date(2024, 6, 29), True), (dt.date(2024, 6, 30), False)])
def test_exception_applies_until_it_expires_and_the_row_stays(screening, made, on, applies):
    found = breaches(screening, made(CLAUSE + EXCEPTION), on)
    row = found.filter(pl.col("issuer_id") == "camera").row(0, named=True)
    assert row["action"] == "exclude"
    assert (row["exception"] is not None) == applies
    assert ("ended on 30 Jun 2024" in row["why"]) != applies
    assert found.filter(pl.col("issuer_id") != "camera")["exception"].is_null().all()


@pytest.mark.parametrize(
    ("begun", "on", "action", "due"),
    [
        ("", ON, "engage", None),
        ("[begun]\ncamera = 2023-01-31\n", dt.date(2023, 2, 27), "engage", dt.date(2023, 2, 28)),
        ("[begun]\ncamera = 2023-01-31\n", dt.date(2023, 2, 28), "exclude", dt.date(2023, 2, 28)),
    ],
)
def test_escalation_counts_from_the_recorded_beginning(screening, made, begun, on, action, due):
    text = CLAUSE.replace("exclude", "engage") + 'escalation = { after_months = 1, action = "exclude" }\n'
    found = breaches(screening, made(text + begun), on)
    row = found.filter(pl.col("issuer_id") == "camera").row(0, named=True)
    assert (row["action"], row["escalates_on"]) == (action, due)


def test_minimum_counts_all_lines_of_a_company_together(house, made):
    rows = [
        ("Camera Works Digital Co Ltd", 30.0),
        ("CW Camera Works Digital Co., Ltd.", 0.0),
        ("Alpha Group Corporation", 50.0),
    ]
    rows += [("Camera Works Digital Co., Ltd.", 30.0), ("Quite Different Foods Inc", 890.0)]
    screening = ex.screen(portfolio(rows), universe=house)
    assert set(fired(screening, made(CLAUSE + "minimum_value = 55\n"))) == {"camera"}
    assert set(fired(screening, made(CLAUSE + "minimum_share = 0.055\n"))) == {"camera"}
    assert set(fired(screening, made(CLAUSE + "minimum_value = 50\n"))) == {"camera", "alpha"}


def test_line_without_a_value_is_undecided_under_a_minimum(house, made):
    valued = ex.screen(portfolio([("Camera Works Digital Co Ltd", 1.0)]), universe=house)
    lines = valued.lines.with_columns(value=pl.lit(None, pl.Float64), share=pl.lit(None, pl.Float64))
    screening = replace(valued, lines=lines)
    assert fired(screening, made(CLAUSE + "minimum_value = 55\n")) == {"camera": UNDECIDED}
    assert fired(screening, made(CLAUSE)) == {"camera": "exclude"}


def test_line_awaiting_review_is_undecided(house, made):
    screening = ex.screen(portfolio([("CW", 5.0), ("Quite Different Foods Inc", 95.0)]), universe=house)
    found = breaches(screening, made(CLAUSE), ON)
    assert found["action"].to_list() == [UNDECIDED]
    assert found["why"][0].startswith("This line may be Camera Works Digital Co., Ltd.; a person must decide.")


def test_funds_covered_looked_through_or_left_out(house, made):
    rows = [("Wide World Equity Index Fund", 1000.0), ("Other Broad Bond Index Fund", 500.0)]
    fund = portfolio([("Camera Works Digital Co Ltd", 30.0), ("Quite Different Foods Inc", 70.0)])
    screening = ex.screen(portfolio(rows), universe=house, funds={"Wide World Equity Index Fund": fund})

    def actions(funds):
        found = breaches(screening, made(f'{CLAUSE}funds = "{funds}"\n'), ON)
        return found.select("row", "issuer_id", "action").rows()

    assert actions("looked_through") == [(0, "camera", "exclude")]
    assert actions("covered") == [(0, "camera", "exclude"), (1, None, UNDECIDED)]
    assert actions("direct") == []


def test_open_rule_of_a_second_list_is_told_where_a_clause_asks_for_that_list_alone(house, made, with_second_list):
    """The freeze reaches Reached Mills; the second list, with a line at 70 % or perhaps 50 %, may."""
    universe = ex.Universe.at(with_second_list(house.history))
    screening = ex.screen(portfolio([("Reached Mills Co Ltd", 1.0), ("Bread plc", 9.0)]), universe=universe)
    found = breaches(screening, made(CLAUSE + 'lists = ["second"]\n'), ON).row(0, named=True)
    assert (found["issuer_id"], found["action"], found["if_decided"]) == ("reached", UNDECIDED, "exclude")
    assert "A rule (second-rule) may reach Reached Mills" in found["why"]
    assert found["says"] == "It says so."
    assert fired(screening, made(CLAUSE)) == {"reached": "exclude"}  # the freeze is certain


def test_no_breach_keeps_the_columns(house, made):
    screening = ex.screen(portfolio([("Quite Different Foods Inc", 1.0)]), universe=house)
    found = breaches(screening, made(CLAUSE))
    assert found.is_empty()
    assert dict(found.schema) == BREACHES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one [[clause]]"),
        ("[[clause]]\nid = 'a'\nsays = 's'\n", "clause “a”: the key “action” is missing"),
        (CLAUSE.replace("exclude", "sell"), "clause “a”, action: “sell” is unknown"),
        (CLAUSE + "relation = ['listed']\n", "clause “a”: there is no key “relation”"),
        (CLAUSE + "relations = ['owned']\n", "clause “a”, relations: “owned” is unknown"),
        (CLAUSE + "relations = 'listed'\n", "clause “a”, relations: 'listed' is not a list of texts"),
        (CLAUSE + "minimum_share = '1 %'\n", "clause “a”, minimum_share: '1 %' is not a number"),
        (CLAUSE + CLAUSE, "clause “a”, id: two clauses have it"),
        (CLAUSE + "[clause.ownership]\nrule = 'majority'\n", "clause “a”, ownership: say whose"),
        (CLAUSE + EXCEPTION.replace("expires = 2024-06-30\n", ""), "“exception.expires” is missing"),
        (CLAUSE + EXCEPTION.replace("2024-06-30", "'soon'"), "exception.expires: 'soon' is not a date"),
        (CLAUSE + "escalation = { after_months = 1.5, action = 'exclude' }\n", "escalation.after_months: 1.5"),
        (CLAUSE + "[begun]\ncamera = 2024\n", "begun.camera: 2024 is not a date"),
        ("[[clause]\n", "is not TOML"),
        ("clause = 3\n", "at least one [[clause]]"),
    ],
)
def test_bad_file_is_refused_with_file_clause_and_key(made, text, says):
    with pytest.raises(ex.UsageError, match=r"house\.toml") as error:
        made(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ('lists = ["nsmic"]\n', "lists (of an authority): “nsmic”"),
        ('lists = ["club"]\n', "lists (of an authority): “club”"),
        ('categories = ["forced labor"]\n', "categories: “forced labor”"),
        ('[clause.ownership]\nrule = "half"\nowners = ["alpha"]\n', "ownership.rule: “half”"),
        ('[clause.ownership]\nrule = "majority"\nowners = ["nobody"]\n', "ownership.owners: “nobody”"),
        (EXCEPTION.replace("camera", "nobody"), "exception.entity: “nobody”"),
        ("[begun]\nnobody = 2024-01-01\n", "begun: “nobody”"),
    ],
)
def test_ids_that_the_data_do_not_have_are_refused(screening, made, keys, says):
    policy = made(CLAUSE + keys)
    with pytest.raises(ex.UsageError) as error:
        breaches(screening, policy, ON)
    assert says in str(error.value)


def test_missing_file_names_the_policies_that_come_along():
    with pytest.raises(ex.UsageError, match="us_investment_ban"):
        load_policy("no_such_policy.toml")


HOLDINGS = [
    ("Hangzhou Hikvision Digital Technology Co Ltd", 100.0),
    ("Zhejiang Dahua Technology Co Ltd", 90.0),
    ("Microsoft Corp", 80.0),
    ("Quite Different Foods Inc", 700.0),
]


@pytest.fixture(scope="module")
def real():
    return ex.screen(portfolio(HOLDINGS), universe=ex.Universe.load())


@pytest.mark.parametrize("name", shipped())
def test_policies_that_come_along_say_their_source_and_fit_the_data(real, name):
    policy = load_policy(name)
    assert policy.source
    assert str(policy.url).startswith("https://")
    found = breaches(real, policy)
    assert set(found["action"]) <= {*ACTIONS, UNDECIDED}
    assert found["why"].str.len_chars().min() or found.is_empty()


def test_majority_state_rule_misses_hikvision_and_the_tenth_catches_it(real):
    """PRC state -> CETC (100 %) -> CETHIK -> Hikvision: the CETC side holds about 41 %."""
    assert fired(real, load_policy("state_majority"), None).get("hikvision") is None
    tenth = breaches(real, load_policy("state_ten_percent"))
    row = tenth.filter(pl.col("issuer_id") == "hikvision").row(0, named=True)
    assert row["action"] == "exclude"
    assert row["why"].startswith("41.6 % of Hangzhou Hikvision")
    rows = held(real.universe, ["prc_state"], rule_in_force(real.universe.rules, "majority"))
    assert rows.filter(pl.col("entity") == "hikvision")["low"][0] == pytest.approx(0.409, abs=0.001)


def test_us_ban_names_hikvision_only_and_engagement_first_excludes_neither(real):
    assert fired(real, load_policy("us_investment_ban"), None) == {"hikvision": "exclude"}
    uk = breaches(real, load_policy("uk_engagement_first"))
    official = dict(uk.filter(pl.col("clause") == "official-lists").select("issuer_id", "action").iter_rows())
    assert official == {"hikvision": "engage", "dahua": "engage"}
    assert {"hikvision", "dahua", "microsoft"} <= set(fired(real, load_policy("campaign"), None))
