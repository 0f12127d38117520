"""Names that must be found, and pairs that must never be taken for one, by name."""

import polars as pl
import pytest

from exposure.resolve.bands import judge
from exposure.resolve.batch import Pairs
from exposure.resolve.index import weakness
from exposure.resolve.pairs import score_pairs
from exposure.resolve.words import keyed, spell

ACCEPTED = {
    "HANGZHOU HIKVISION DIG TECH CO LTD 'A' CNY1": "hikvision",
    "HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO LTD A": "hikvision",
    "ZHEJIANG DAHUA TECH-A": "dahua",
    "CHINA TELECOM CORP LTD H COMMON STOCK CNY1.": "china_telecom",
    "China Communications Const-H": "cccc",
    "杭州海康威視數字技術股份有限公司": "hikvision",
    "ZTE Corp 'H' CNY1": "zte",
    "AMAZON COM INC COM USD0.01": "amazon",
}
SHOWN = {  # cut off, misspelt or short: a person decides, and never nothing
    "HANGZHOU HIKVISION DIGITAL TECHNOL": "hikvision",
    "HANGZHOU HIKVISION DIGI TE A": "hikvision",
    "HIKVISION DIG.TECHN. YC 1": "hikvision",
    "Hangzhou Hikvison Digital Technology": "hikvision",
    "ZHEJIANG DAHUA TECHN. A YC 1": "dahua",
    "ZTE": "zte",
    "Hangzhou Haikang Weishi Shuzi Jishu Gufen Youxian Gongsi": "hikvision",
    "hang zhou hai kang wei shi shu zi ji shu": "hikvision",
    "海康威視": "hikvision",
    "CHINA UNICOM LTD HKD0.10": "china_unicom",
}
NOTHING = ["China", "CORP", "BGI", "Holdings Ltd", "Digital Technology Co Ltd", "N/A", "-", "OTHER", ""]
TWO_COMPANIES = [
    ("China Telecom Corp Ltd", "China Unicom (Hong Kong) Ltd"),
    ("Hikvision Digital Technology", "Hikma Pharmaceuticals plc"),
    ("CETC Digital Technology Co Ltd", "China Electronics Technology Group Corporation (CETC)"),
    ("CETC Digital Technology Co Ltd", "CETC"),
    ("Hytera Communications (Hong Kong) Co Ltd", "Shenzhen Hytera Communications Co Ltd"),
    ("Aviva plc", "AVIC"),
    ("ZTE Corp", "ZTO Express Inc"),
    ("SMIC", "SMEC"),
    ("China Mobile Ltd", "China Mobile Games Ltd"),
    ("Puma SE", "Puma Biotechnology Inc"),
    ("Empire Company Ltd", "Empire State Realty Trust Inc"),
    ("Domino's Pizza Inc", "Domino's Pizza Group plc"),
    ("Schroders plc", "Schroder Real Estate Investment Trust Ltd"),
    ("Deutsche Bank AG", "Deutsche Bank Contingent Capital Trust V"),
    ("Fund II LP", "Fund III LP"),
    ("Bell Equipment Ltd", "Beijing CETC Electronic Equipment Co., Ltd."),
    ("Coca-Cola Company", "COCA-COLA ENTERPR.   DL 1"),
    ("Rtx Corporation", "RTX A/S"),
    ("Vinda International Holdings Limited", "Cinda International Holdings Limited"),
    ("Bank Al-Aqsa", "Al-Aqsa Foundation"),
]


@pytest.mark.parametrize("name", ACCEPTED)
def test_found_and_accepted(resolve, name):
    match = resolve(name).row(0, named=True)
    assert (match["entity_id"], match["band"]) == (ACCEPTED[name], "accept"), match["reason"]


@pytest.mark.parametrize("name", SHOWN)
def test_never_missed_in_silence(resolve, name):
    found = resolve(name)
    assert SHOWN[name] in found["entity_id"].to_list()
    assert found["band"][0] != "none"


@pytest.mark.parametrize("name", NOTHING)
def test_short_or_general_name_alone_never_accepts(resolve, name):
    assert resolve(name)["band"][0] != "accept"


def judged(one, two):
    keys = keyed(pl.Series([one, two]))
    names, lexicon = spell(keys)
    weak = dict(weakness(keys["core"]).iter_rows())
    flags = pl.Series([any(weak[c] for c in keys["core"])]).to_numpy()
    at = pl.Series([0, 1], dtype=pl.Int64).to_numpy()
    return judge(Pairs(names, names, at[:1], at[1:], lexicon), flags).row(0, named=True)


@pytest.mark.parametrize(("one", "two"), TWO_COMPANIES)
def test_two_companies_are_never_accepted_as_one(one, two):
    assert judged(one, two)["band"] != "accept"
    assert judged(two, one)["band"] != "accept"


def test_the_family_never_stands_in_for_its_member(resolve):
    for name in (
        "China Unicom (Hong Kong) Ltd",
        "Hikma Pharmaceuticals PLC",
        "ZTO Express (Cayman) Inc",
        "Aviva plc",
    ):
        accepted = resolve(name).filter(pl.col("band") == "accept")["entity_id"].to_list()
        assert set(accepted) <= {"china_unicom"}, name


def test_unrelated_names_score_near_nothing():
    scores = score_pairs(pl.Series(["apple", "Mercury Foods"]), pl.Series(["banana", "Saturn plc"]))
    assert scores.max() < 0.1


def test_reason_says_what_agreed_and_what_differed(resolve):
    reason = resolve("HANGZHOU HIKVISION DIGITAL IMAGING").row(0, named=True)["reason"]
    assert "resembles “Hangzhou Hikvision" in reason
    assert "words that agree: hangzhou, hikvision, digital" in reason
    assert "only in the file: imaging" in reason
    assert "technology" in reason.split("only in the company's name: ")[1]
    assert reason.endswith("look-alikes need a person's decision")


@pytest.mark.parametrize(
    ("name", "country", "band"),
    [
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY A", "China", "accept"),
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY A", "CN", "accept"),
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY A", "Cayman Islands", "accept"),  # offshore says nothing
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY A", None, "accept"),
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY A", "South Korea", "review"),
        ("Hangzhou Hikvision Digital Technology Co., Ltd.", "South Korea", "accept"),  # the whole name is the same
    ],
)
def test_a_name_from_another_country_is_shown_to_a_person(resolve, name, country, band):
    match = resolve({"name": name, "country": country}).row(0, named=True)
    assert (match["entity_id"], match["band"]) == ("hikvision", band), match["reason"]
    assert ("but the file says South Korea and the company is in CN" in match["reason"]) == (band == "review")


def test_several_companies_of_one_name_go_to_review(index, resolve):
    twins = index.names.filter(pl.col("kind") == "legal").group_by("legal").agg("entity_id", pl.col("name").first())
    for row in twins.filter(pl.col("entity_id").list.n_unique() > 1).iter_rows(named=True):
        assert resolve(row["name"])["band"][0] == "review"
