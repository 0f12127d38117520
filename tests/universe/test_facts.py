"""Facts that the tables must hold: what the founding articles name, and the traps."""

from __future__ import annotations

import polars as pl
import pytest

from exposure.universe.bundle import Universe

ARTICLE_COMPANIES = [
    "hikvision",
    "idemia",
    "axis",
    "noldus",
    "cetc",
    "huawei",
    "dahua",
    "tiandy",
    "bgi_group",
    "zte",
    "hytera",
    "honeywell",
    "toshiba",
    "tesco",
    "starbucks",
    "burger_king",
    "dominos",
    "costa",
    "mcdonalds",
    "pets_corner",
]
ARTICLE_LISTINGS = [
    ("hikvision", "us_bis_entity_list", "listed"),
    ("hikvision", "us_ns_cmic", "listed"),
    ("hikvision", "uk_call_operation", "called_for"),
    ("hikvision", "uk_call_sale_operation", "called_for"),
    ("dahua", "uk_call_sale_operation", "called_for"),
    ("hikvision", "uk_gov_sites", "restricted_use"),
    ("hikvision", "australia_defence", "restricted_use"),
    ("hikvision", "eu_parliament_removal", "restricted_use"),
    *((company, "us_fcc_covered", "listed") for company in ("hikvision", "dahua", "huawei", "zte", "hytera")),
    *((company, "us_magnitsky_bill", "proposed") for company in ("hikvision", "dahua", "tiandy", "bgi_group")),
]
ARTICLE_ACCUSERS = [
    ("noldus", "Amnesty International"),
    ("axis", "Amnesty International"),
    ("idemia", "Amnesty International"),
    ("hikvision", "UK House of Commons Foreign Affairs Committee"),
    ("hikvision", "Fraser Sampson"),
    ("hikvision", "Fionnuala Ni Aolain"),
    ("hikvision", "Louisa Greve"),
    ("hikvision", "Former detainees"),
    ("hikvision", "Italian state broadcaster"),
    ("hikvision", "67 members of the UK Parliament"),
    ("hikvision", "Big Brother Watch"),
    ("cetc_hbfec", "Human Rights Watch"),
]
USERS = ["tesco", "starbucks", "burger_king", "dominos", "costa", "mcdonalds", "pets_corner", "veolia"]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe.load()


def lists_of(universe: Universe, entity: str) -> set[str]:
    return set(universe.listings.filter(pl.col("entity_id") == entity)["list_id"])


@pytest.mark.parametrize("company", ARTICLE_COMPANIES)
def test_article_companies_are_described(universe: Universe, company: str) -> None:
    assert universe.entity(company)["description"]


@pytest.mark.parametrize(("company", "list_id", "status"), ARTICLE_LISTINGS)
def test_article_lists(universe: Universe, company: str, list_id: str, status: str) -> None:
    rows = universe.history["listings"].filter(pl.col("entity_id") == company, pl.col("list_id") == list_id)
    assert status in rows["status"].cast(pl.String).to_list()


@pytest.mark.parametrize(("company", "accuser"), ARTICLE_ACCUSERS)
def test_article_accusers(universe: Universe, company: str, accuser: str) -> None:
    rows = universe.allegations.filter(pl.col("entity_id") == company)
    assert rows["accuser"].str.contains(accuser, literal=True).any()


@pytest.mark.parametrize("company", ["noldus", "axis", "idemia", "hikvision", "dahua", "bgi_group"])
def test_article_replies(universe: Universe, company: str) -> None:
    replies = universe.allegations.filter(pl.col("entity_id") == company)["reply"]
    assert (~replies.str.starts_with("none found")).any()


@pytest.mark.parametrize("company", USERS)
def test_users_of_equipment_are_context_only(universe: Universe, company: str) -> None:
    about_cameras = universe.allegations.filter(
        pl.col("entity_id") == company, pl.col("category") == "use of supplier equipment"
    )
    assert about_cameras["relation"].cast(pl.String).unique().to_list() == ["user_of_equipment"]
    assert not lists_of(universe, company)


def test_ns_cmic_is_whole_and_resolves(universe: Universe) -> None:
    entries = universe.listings.filter(pl.col("list_id") == "us_ns_cmic")
    assert entries.height == 68 == entries["entity_id"].n_unique()
    codes = universe.identifiers.filter(pl.col("entity_id").is_in(entries["entity_id"].to_list()))
    isins = codes.filter(pl.col("scheme") == "isin", pl.col("valid"))
    assert isins["entity_id"].n_unique() >= 40
    for entity, isin in isins.select("entity_id", "value").iter_rows():
        assert universe.find(isin) == [entity]


def test_1260h_and_uflpa_entries(universe: Universe) -> None:
    entries = universe.listings.group_by("list_id").len()
    counts = dict(entries.iter_rows())
    assert counts["us_uflpa"] == 148
    assert 180 <= counts["us_dod_1260h"] <= 190


@pytest.mark.parametrize(
    ("company", "absent"),
    [
        ("dahua", "us_ns_cmic"),
        ("iflytek", "us_ns_cmic"),
        ("iflytek", "us_dod_1260h"),
        ("hikvision", "norway_nbim"),
        ("cssc_holdings", "us_ns_cmic"),
        ("hytera", "us_bis_entity_list"),
        ("daqo", "us_uflpa"),
        ("cetc", "us_bis_entity_list"),
        ("restaurant_brands", "us_fcc_covered"),
    ],
)
def test_not_on_the_list(universe: Universe, company: str, absent: str) -> None:
    assert absent not in lists_of(universe, company)


def test_cethik_and_the_institute_are_two(universe: Universe) -> None:
    rows = universe.listings.filter(
        pl.col("entity_id").is_in(["cethik", "cetc_52"]), pl.col("list_id") == "us_bis_entity_list"
    )
    assert rows["entity_id"].n_unique() == 2
    assert rows["citation"].n_unique() == 1
    assert universe.find("CETHIK Group") == ["cethik"]


def test_successor_is_a_link(universe: Universe) -> None:
    link = universe.links.filter(pl.col("kind") == "successor_of").row(0, named=True)
    assert (link["from_id"], link["to_id"]) == ("cssc_holdings", "csic_ltd")


@pytest.mark.parametrize("owner", ["casc", "casic", "cssc", "norinco_group", "csgc"])
def test_percentages_from_memory_are_marked(universe: Universe, owner: str) -> None:
    sized = universe.stakes.filter(pl.col("owner_id") == owner, pl.col("share_low").is_not_null())
    assert not sized["verified"].any()


@pytest.mark.parametrize(
    ("old", "entity"),
    [
        ("Chengdu Westone Information Industry Co., Ltd.", "westone"),
        ("Xinjiang Goldwind Science & Technology Co., Ltd.", "goldwind"),
        ("SDIC Intelligence (Xiamen) Information Co., Ltd.", "meiya_pico"),
        ("Guangzhou GCI Science & Technology Co., Ltd.", "gci"),
        ("Inspur International Limited", "inspur_intl"),
    ],
)
def test_renamed_companies_are_found(universe: Universe, old: str, entity: str) -> None:
    assert universe.find(old) == [entity]


def test_corrected_allegations(universe: Universe) -> None:
    status = pl.col("status").cast(pl.String)
    withdrawn = universe.allegations.filter(status == "withdrawn")
    assert set(withdrawn["entity_id"]) == {"megvii", "hikvision"}
    assert universe.allegations.filter(status == "corrected")["entity_id"].to_list() == ["anhui_huamao"]


def test_faulty_isins_are_kept_and_flagged(universe: Universe) -> None:
    wrong = universe.identifiers.filter(~pl.col("valid"))
    assert set(wrong["value"]) == {"BRC1EODR004", "CND10002K094", "CND10002G601"}


@pytest.mark.parametrize("table", ["sources", "allegations", "listings", "stakes"])
def test_no_working_files_are_mentioned(universe: Universe, table: str) -> None:
    frame = universe.history[table]
    for column in frame.columns:
        if frame.schema[column] == pl.String:
            hits = (
                frame[column].drop_nulls().str.contains(r"_[0-9a-f]{16}\.txt|find_string|first pass|/tmp/|seed 0")
            )
            assert not hits.any(), column


@pytest.mark.parametrize(
    ("ticker", "holder", "namesake"),
    [
        ("600581", "bayi_steel", "bayi_steel_group"),
        ("000521", "changhong_meiling", "hefei_meiling"),
        ("600877", "cetc_chips", "cetc_chips_group"),
        ("002583", "hytera", "hytera_hong_kong"),
        ("000977", "inspur_ieit", "inspur_group"),
    ],
)
def test_securities_belong_to_the_listed_company(
    universe: Universe, ticker: str, holder: str, namesake: str
) -> None:
    assert universe.find(ticker) == [holder]
    codes = universe.identifiers.filter(pl.col("entity_id") == namesake, pl.col("scheme") != "uscc")
    assert set(codes["scheme"].cast(pl.String)) <= {"ofac_uid"}


def test_brands_of_the_aspi_report_are_about_supply_chains(universe: Universe) -> None:
    """Its 82 or 83 brands are named for their suppliers; only two makers are named for their own plants."""
    report = universe.allegations.filter(pl.col("document").str.starts_with("Uyghurs for sale"))
    own = report.filter(pl.col("relation") != "supply_chain")
    assert set(own["entity_id"]) == {"hon_hai", "ofilm"}
    assert report.filter(relation="supply_chain").height >= 70


@pytest.mark.parametrize(
    ("company", "document"),
    [
        ("hoshine_shanshan", "86 FR 33"),
        ("xinjiang_daqo", "86 FR 33"),
        ("xinjiang_sailing_information_technology", "86 FR 36"),
        ("smic", "E.O. 13959"),
        ("netposa", "85 FR 3450"),
        ("qihoo_360_technology_company", "85 FR 3449"),
    ],
)
def test_replies_stand_beside_the_allegations_they_answer(universe: Universe, company: str, document: str) -> None:
    rows = universe.allegations.filter(
        (pl.col("entity_id") == company) & pl.col("document").str.contains(document, literal=True)
    )
    assert rows.height
    assert not rows["reply"].str.starts_with("none found").any()


def test_nothing_rests_on_memory_unmarked(universe: Universe) -> None:
    memory = universe.sources.filter(read_as="memory")["source_id"].to_list()
    assert memory
    for table in ("stakes", "listings"):
        rows = universe.history[table].filter(pl.col("source_id").is_in(memory))
        assert not rows["verified"].any(), table
    assert universe.history["allegations"].filter(pl.col("source_id").is_in(memory)).is_empty()
