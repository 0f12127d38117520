"""Names in comparable form: what belongs to the security goes, what tells companies apart stays."""

import polars as pl
import pytest

from exposure.names import is_generic, is_placeholder, is_short, legal_and_core, name_keys, noise_kinds

KEYS = [  # as published, legal key, core, noise
    ("HANGZHOU HIKVISION DIG TECH CO LTD 'A' CNY1", "hangzhou hikvision digital technology ltd", None, "a cny1"),
    ("ZHEJIANG DAHUA TECH-A", "zhejiang dahua technology", None, "a"),
    ("BRITISH AMERICA TOBACCO ORD GBP0.25", "british american tobacco", None, "ord gbp0 25"),
    ("CONAGRA FOOD DL 5", "conagra foods", None, "dl 5"),
    ("ENDO INTERNATL  DL-,0001", "endo international", None, "dl 0001"),
    (
        "CHINA TELECOM CORP LTD H COMMON STOCK CNY1.",
        "china telecom corp ltd",
        "china telecom",
        "h common stock cny1",
    ),
    ("Grupo Televisa S.A.B. de C.V.", "group televisa sa", "group televisa", None),
    ("UNILEVER N V", "unilever nv", "unilever", None),
    ("CREDIT SUISSE GP AG ADR 1", "credit suisse group ag", "credit suisse group", "adr 1"),
    ("DEUTSCHE POST AG NA O.N.", "deutsche post ag", "deutsche post", "na o n"),
    ("NETEASE ADR INC", "netease inc", "netease", "adr"),
    ("Centene Corp Del", "centene corp", "centene", None),
    ("Home BancShares Inc./AR", "home bancshares inc", "home bancshares", None),
    ("3I GROUP PLC ORD 73 19/22P", "3i group plc", "3i group", "ord 73 19 22p"),
    ("PT Bank Rakyat Indonesia (Persero) Tbk", "bank rakyat indonesia pt tbk", "bank rakyat indonesia", None),
    ("TENCENT HOLDINGS LTD 2.39% 03/06/2030", "tencent holdings ltd", "tencent holdings", "2.39% 03/06/2030"),
    ("杭州海康威視數字技術股份有限公司", "杭州海康威视数字技术", None, None),
    ("杭州海康威视数字技术股份有限公司", "杭州海康威视数字技术", None, None),
    ('ПАО "Газпром"', "gazprom pjsc", "gazprom", None),
    ("Company of Others", "company others", None, None),
    ("CORP", "corp", None, None),
    ("AMAZON COM INC COM USD0.01", "amazon inc", "amazon", "com com usd0 01"),
    ("Amazon.com, Inc.", "amazon inc", "amazon", "com"),
    ("BRADY NONVOTING CORP CLASS A", "brady corp", "brady", "nonvoting class a"),
    ("IRON MTN INC NEW", "iron mountain inc", "iron mountain", "new"),
    ("FOSTER L B CO", "foster lb co", "foster lb", None),
    ("STMICROELECTRONICS NY 1", "stmicroelectronics", None, "new york 1"),
    ("TERNA ENERGY SAEO 0,30", "terna energy sa", "terna energy", "eo 0 30"),
    ("AXIS BANK LTD. GDR REGS 5", "axis bank ltd", "axis bank", "gdr regs 5"),
    ("AIR CANADA VOTING AND VARIABLE VOT", "air canada", None, "voting and variable vot"),
    ("TERADATA (DEL.)    DL-,01", "teradata", None, "dl 01"),
    ("ACCENTRO R.EST.AG  O.N.", "accentro real estate ag", "accentro real estate", "o n"),
    ("SiemensAG", "siemens ag", "siemens", None),
    ("Sed Denizcilik ve Dis Ticaret Anonim Sirketi", "sed denizcilik ve dis ticaret as", None, None),
    ("OBSHCHESTVO S OGRANICHENNOY OTVETSTVENNOSTYU ZEST", "zest llc", "zest", None),
    ("Quad/Graphics Inc.", "quad graphics inc", "quad graphics", None),
    ("Preferred Bank/Los Angeles CA", "preferred bank", None, None),
    ("ALLIANCE IMAGING INC /DE/", "alliance imaging inc", "alliance imaging", None),
    ("K+S AKTIENGESELLSCHAFT", "ks ag", "ks", None),
    ("K&S AG", "ks ag", "ks", None),
    ("H&K AG", "hk ag", "hk", None),
    ("SOCIETE L D C", "societe ldc", None, None),
    ("GOOGLE INC-CL C -W/I", "google inc", "google", "cl c w i"),
    ("Siemens Aktiengeselschaft", "siemens ag", "siemens", None),
    ("The Walt Disney Company (India)", "walt disney company india", None, None),
    ("China Telecom (Hong Kong) Ltd", "china telecom hongkong ltd", "china telecom hongkong", None),
    ("Moritz (beer)", "moritz", None, None),
    ("Apple Inc (call option)", "apple inc call option", None, None),
    ("Hytera Co Ltd (Hong Kong)", "hytera ltd hongkong", None, None),
    ("OAO NPK URALVAGONZAVOD", "uralvagonzavod pjsc", "uralvagonzavod", None),
    ("NPK International Inc", "npk international inc", "npk international", None),
    ("JSC CB 'RUBLEV'", "bank rublev jsc", "bank rublev", None),
    ("JOINT STOCK COMMERCIAL BANK RUBLEV", "bank rublev jsc", "bank rublev", None),
    ("CB Richard Ellis Group", "cb richard ellis group", None, None),
    ("E.ON SE O.N. ADR", "e on se", "e on", "o n adr"),
    ("BAY.MOTOREN WERKE AG ST", "bay motoren werke ag", "bay motoren werke", None),
    ("CHEERWIN GRP. -,0000002", "cheerwin group", None, "par 0000002"),
    ("FACEBOOK INC A 0.0000006", "facebook inc", "facebook", "a par 0000006"),
    ("ACUSHNET HLDGS.CORP -,001", "acushnet holdings corp", "acushnet holdings", "par 001"),
    ("Acme Trust 05", "acme trust 05", None, None),
    ("TENARIS S.A. ADR/2DL 1", "tenaris sa", "tenaris", "adr 2 dl 1"),
    ("HONDA MOTOR ADR/1O.N.", "honda motor", None, "adr 1 o n"),
    ("TAL EDUCATION GR.ADR A1/3", "tal education gr", None, "adr a1 3"),
    ("QIWI ADR REPRESENTING PLC CLASS B", "qiwi plc", "qiwi", "adr representing class b"),
    ("PHILLIPS 66", "phillips 66", None, None),
]


@pytest.mark.parametrize(("name", "legal", "core", "noise"), KEYS, ids=[k[0] for k in KEYS])
def test_keys(name, legal, core, noise):
    row = name_keys(pl.Series([name])).row(0, named=True)
    assert (row["legal"], row["noise"]) == (legal, noise)
    assert row["core"] == (core or legal.removesuffix(" ltd").removesuffix(" as"))


def test_names_that_differ_in_their_first_words_stay_two():
    keys = name_keys(pl.Series(["Snap-on Inc", "China Post AG", "Deutsche Post AG", "News Corp Class B"]))
    assert keys["core"].to_list() == ["snap on", "china post", "deutsche post", "news"]


def test_noise_is_sorted_into_columns():
    noise = noise_kinds(pl.Series(["adr 1", "ord gbp0 25", "class b", "2.39% 03/06/2030"]))
    assert noise["bond"].to_list() == [None, None, None, "2.39% 03/06/2030"]
    assert noise["depositary"].to_list() == ["adr 1", None, None, None]
    assert noise["par_value"].to_list() == [None, "gbp0 25", None, None]
    assert noise["share_class"].to_list() == [None, "ord", "class b", None]


def test_distinct_names_once_in_order_without_nulls():
    keys = name_keys(pl.Series(["B Ltd", None, "A Ltd", "B Ltd"]))
    assert keys["name"].to_list() == ["B Ltd", "A Ltd"]
    assert name_keys(pl.Series([], dtype=pl.String)).is_empty()


def test_general_short_and_empty_names():
    assert is_generic("china")
    assert is_generic("digital technology")
    assert not is_generic("hikvision")
    assert is_short("bgi")
    assert not is_short("hikvision")
    assert is_placeholder("n a")
    assert is_placeholder("123")
    assert not is_placeholder("zte")
    assert legal_and_core("zte corp") == ("zte corp", "zte")
