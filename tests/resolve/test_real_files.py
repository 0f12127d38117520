"""Real published files: every target company that the index of files names is found, nothing false accepted."""

import polars as pl
import pytest

import exposure as ex
from exposure.names import name_keys
from exposure.resolve.match import match_holdings

TARGETS = {  # words of INDEX.csv -> entities of the bundled universe; Russian companies are not in it
    "ZTE": ["zte"],
    "China Unicom": ["china_unicom", "china_unicom_a"],
    "iFlytek": ["iflytek"],
    "Inspur": ["inspur_ieit", "inspur_intl", "inspur_software"],
    "360 Security": ["qihoo360"],
    "Dahua": ["dahua"],
    "China Mobile": ["china_mobile"],
    "China Telecom": ["china_telecom"],
    "CNOOC": ["cnooc_ltd", "cnooc_group"],
    "Hikvision": ["hikvision"],
    "SMIC": ["smic"],
    "China Comm. Constr": ["cccc"],
    "China Railway Constr": ["crcc"],
    "Xiamen Meiya Pico": ["meiya_pico"],
    "Hytera": ["hytera"],
    "BGI Genomics": ["bgi_genomics"],
    "SenseTime": ["sensetime"],
    "AVIC grp": ["avic_xian", "avic_shenyang", "avichina", "avic_jonhon", "avic_capital", "avicopter_plc"],
}
FILES = {
    "au_etf_VAE.csv": "SenseTime; ZTE; China Unicom; iFlytek; AVIC grp; 360 Security; Dahua; BGI Genomics; Hytera",
    "ishares_eu_eimi_2025.csv": "ZTE; AVIC grp; China Unicom; iFlytek; Inspur; 360 Security; Dahua",
    "ishares_us_acwi_2022.csv": "AVIC grp; ZTE",
    "ishares_us_eem_2022.csv": "ZTE; AVIC grp; China Unicom; iFlytek; 360 Security; Inspur; Dahua; BGI Genomics",
    "ishares_us_eem_2025.csv": "ZTE; China Unicom; AVIC grp; iFlytek; Inspur; 360 Security; Dahua",
    "nbim_eq_1998_country.csv": "China Mobile",  # as China Telecom (Hong Kong), its name until 2000
    "nbim_eq_2010_country.csv": "iFlytek; China Comm. Constr; China Mobile; China Telecom; China Unicom; CNOOC;"
    " Hikvision; Dahua; ZTE; SMIC; China Railway Constr",
    "nbim_eq_2015_country.csv": "AVIC grp; China Mobile; China Telecom; China Unicom; CNOOC; Hikvision; iFlytek;"
    " Dahua; Inspur; SMIC",
    "nbim_eq_2017_country.csv": "AVIC grp; China Mobile; China Telecom; China Unicom; CNOOC; Hikvision; iFlytek;"
    " Dahua; Inspur; SMIC",
    "nbim_eq_2018_country.csv": "AVIC grp; China Mobile; China Telecom; China Unicom; CNOOC; Hikvision; iFlytek;"
    " Dahua; Inspur; SMIC",
    "nbim_eq_2019_industry.xlsx": "AVIC grp; Hikvision; Dahua; CNOOC; iFlytek; Inspur; SMIC; Xiamen Meiya Pico;"
    " China Mobile; China Telecom; China Unicom",
    "nbim_eq_2022_country.csv": "Inspur",
    "sec13f_us_endowments_combined_2022.csv": "China Mobile; China Unicom; China Telecom; CNOOC",
    "ssga_emea_spyy_gy.xlsx": "ZTE; 360 Security; iFlytek; Dahua; AVIC grp; China Unicom",
    "uk_lgps_buckinghamshire.xlsx": "China Mobile; CNOOC",
    "uk_lgps_cumbria.xlsx": "China Comm. Constr; China Mobile; China Telecom; CNOOC",
    "uk_lgps_lb_barnet.xlsx": "CNOOC",
    "uk_lgps_teesside.xlsx": "China Mobile; China Unicom; CNOOC",
    "vanguard_us_vt_20200930.csv": "China Mobile; CNOOC; SMIC; China Telecom; China Unicom; Hikvision;"
    " China Comm. Constr; ZTE; China Railway Constr; AVIC grp; iFlytek; Dahua; Inspur; Xiamen Meiya Pico; Hytera;"
    " BGI Genomics; 360 Security",
    "vanguard_us_vwo_20200930.csv": "China Mobile; CNOOC; SMIC; China Telecom; China Unicom; China Comm. Constr;"
    " Hikvision; ZTE; China Railway Constr; AVIC grp; iFlytek; Dahua; Inspur; 360 Security; Hytera; BGI Genomics;"
    " Xiamen Meiya Pico",
}
# Look-alikes in these files that may be accepted, each looked at: the same company every time.
LOOKALIKES = {
    "AHOLD(KON)NV EUR0.01",
    "AVIC Jonhon OptronicTechnology Co Ltd",
    "BAYER MOTOREN WERK EUR1",
    "BAYER MOTOREN WERKE EUR1",
    "CHINA COMMUNICATIONS CONST H COMMON STOCK CNY1.",
    "INTERNATIONAL BUSINESS MACHINE",
    "INTERNATIONAL BUSINESS MACHS CORP COM",
    "INTL BUSINESS MACH COM US$0.5",
    "JAGUAR LAND ROVER AUTOMO 144A 4.125% 15 DEC 2018",
    "LG ELECTONICS KRW5000",
    "MCDONALD S CORP COMMON STOCK USD.01",
    "MINEBEA MITSUMI Inc",
    "VEOLIA ENVIRONMENT EUR5",
    "VEOLIA ENVRNMT 4.85 16/04/49",
    "VEOLIA ENVRNMT 6.125 29/10/37EMTN",
}
# Names that are not the company's they come near to: seen in these files, never accepted for it.
NEVER = [
    ("DOMINO", "dominos_pizza_group"),
    ("SCHRODER REAL ESTATE", "schroders"),
    ("HIKMA", "hikvision"),
    ("CHINA MOBILE GAMES", "china_mobile"),
    ("CHINA UNICOM", "china_telecom"),
    ("ZTO", "zte"),
    ("AVIVA", "avic_capital"),
]


@pytest.fixture(scope="module")
def matched(shared, index):
    done = {}

    def work(name):
        if name not in done:
            holdings = ex.read_holdings(shared / "holdings" / name).frame
            done[name] = match_holdings(holdings, index).join(holdings.select("row", "name"), on="row")
        return done[name]

    return work


@pytest.mark.parametrize("name", FILES)
def test_targets_are_found_and_nothing_false_is_accepted(matched, index, name):
    found = matched(name)
    seen = set(found["entity_id"].drop_nulls())
    missing = [t for t in FILES[name].split("; ") if not seen & set(TARGETS[t])]
    assert not missing
    accepted = found.filter(pl.col("band") == "accept")
    assert set(accepted.filter(pl.col("method") == "name_fuzzy")["name"]) <= LOOKALIKES
    for text, entity in NEVER:
        wrong = accepted.filter(
            pl.col("name").str.to_uppercase().str.starts_with(text) & (pl.col("entity_id") == entity)
        )
        assert wrong.is_empty(), wrong["name"].to_list()
    exact = accepted.filter(pl.col("method") == "name_exact").join(
        name_keys(accepted["name"]), on="name", how="left"
    )
    known = set(index.names.select("entity_id", "core").iter_rows())
    assert set(exact.select("entity_id", "core").iter_rows()) <= known


def test_a_namesake_from_another_country_is_not_accepted(matched):
    """In 1998 the British General Electric Company (later Marconi) stood beside the American one."""
    found = matched("nbim_eq_1998_country.csv").filter(pl.col("name") == "General Electric")
    assert "but the file says United Kingdom" in found["reason"][0]
    assert found["band"][0] == "review"


def test_an_identifier_that_a_name_contradicts_is_rare_and_shown(matched):
    found = pl.concat([matched(name) for name in FILES])
    conflicts = found.filter((pl.col("band") == "review") & ~pl.col("method").str.starts_with("name"))
    identified = found.filter(~pl.col("method").str.starts_with("name") & (pl.col("method") != "none"))
    assert conflicts.height < 0.02 * identified.height
    assert all("but the row's name is" in reason for reason in conflicts["reason"])
