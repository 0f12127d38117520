"""Figures printed in real published files, found again by the whole screen."""

import polars as pl
import pytest

import exposure as ex


@pytest.fixture(scope="module")
def screened(shared):
    done = {}

    def screen(name, **reading):
        key = (name, *sorted(reading.items()))
        if key not in done:
            done[key] = ex.screen(shared / "holdings" / name, **reading)
        return done[key]

    return screen


def values(screening, issuer):
    found = screening.exposures.filter(pl.col("issuer_id") == issuer)
    return found["value"].to_list()


def test_vanguard_emerging_markets_holds_hikvision_on_two_lines(screened):
    vwo = screened("vanguard_us_vwo_20200930.csv")
    assert values(vwo, "hikvision") == [31_271_687.03, 17_786_826.71]
    assert values(vwo, "dahua") == [4_773_274.78, 3_756_986.76]
    assert values(vwo, "hytera") == [1_592_018.87, 240_242.37]
    for issuer in ("iflytek", "bgi_genomics"):
        assert len(values(vwo, issuer)) == 2
    assert vwo.currency == "USD"
    flags = vwo.exposures.filter(pl.col("issuer_id") == "hikvision")["in_force_at_holding"].to_list()
    assert flags == ["yes", "yes"]  # on the Entity List since October 2019, held in September 2020


NORGES = [
    ("nbim_eq_2018_country.csv", {}, "NOK", 953_904_167, 207_422_194),
    ("nbim_eq_2018_country.csv", {"currency": "USD"}, "USD", 110_161_409, None),
    ("nbim_eq_2019_industry.xlsx", {}, "NOK", 1_241_058_528, 261_114_487),
    ("nbim_eq_2019_industry.xlsx", {"currency": "USD"}, "USD", 141_233_203, None),
]


@pytest.mark.parametrize(("name", "reading", "currency", "hikvision", "dahua"), NORGES)
def test_norges_bank_by_name_alone(screened, name, reading, currency, hikvision, dahua):
    screening = screened(name, **reading)
    assert screening.currency == currency
    assert values(screening, "hikvision") == [hikvision]
    if dahua is not None:
        assert values(screening, "dahua") == [dahua]
    row = screening.exposures.filter(pl.col("issuer_id") == "hikvision").row(0, named=True)
    assert (row["relation"], row["match_method"], row["in_force_at_holding"]) == ("listed", "name_exact", "unknown")
    assert "cetc" in row["also"]


def test_norges_bank_had_sold_hikvision_by_2022(screened):
    sold = screened("nbim_eq_2022_country.csv")
    assert values(sold, "hikvision") == []
    assert sold.review().filter(pl.col("entity_id") == "hikvision").is_empty()


def test_state_street_finds_dahua_by_isin_and_keeps_russian_lines_without_value(screened):
    fund = screened("ssga_emea_spyy_gy.xlsx")
    dahua = fund.exposures.filter(pl.col("issuer_id") == "dahua").row(0, named=True)
    assert dahua["match_method"] == "isin"
    assert "CNE100000BJ4" in dahua["match_reason"]
    russian = fund.holdings.filter(pl.col("country") == "Russia")
    assert russian["value"].sum() == 0.0
    assert russian["name"].str.contains("VTB").any()
    assert (russian["shares"] > 0).all()


@pytest.mark.parametrize(
    "name", ["vanguard_us_vwo_20200930.csv", "nbim_eq_2018_country.csv", "uk_lgps_cumbria.xlsx"]
)
def test_nothing_is_lost_between_the_file_and_the_coverage(screened, name):
    screening = screened(name)
    assert screening.coverage["value"].sum() == pytest.approx(screening.total_value, rel=1e-12)
    assert screening.coverage["lines"].sum() == screening.holdings.height
    assert screening.exposures["score_low"].sum() == pytest.approx(screening.score.value)


def test_a_filing_without_holdings_is_one_sentence(shared):
    with pytest.raises(ex.NoHoldings, match=r"AdvancedSeries\.xml.*no holdings"):
        ex.screen(shared / "holdings" / "edgar_NPORT.AdvancedSeries.xml")
