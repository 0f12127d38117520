"""Own data in one line: a weight, a decision, prices, rates, sizes; a fault names the row and the column."""

from __future__ import annotations

import json

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner

import exposure as ex
from exposure.cli import main
from exposure.resolve.judgements import Judgements

DECISION = {
    "name": "CHINA TELECOM 'H'",
    "company": "China Telecom",
    "same": True,
    "by": "A. Analyst",
    "at": "2026-05-04",
    "why": "Its Hong Kong line.",
}
HELD = pl.DataFrame(
    {"Name": ["Hikvision", "Nestle SA"], "ISIN": ["CNE100000PM8", "CH0038863350"], "Shares": [100, 10]}
)


@pytest.fixture(scope="module")
def plain():
    return ex.screen(ex.example("pension"))


def test_one_weight_is_changed_in_one_line(plain):
    other = ex.screen(ex.example("pension"), weights={"effect.procurement": 0.0})
    assert other.weights.effect == plain.weights.effect | {"procurement": 0.0}
    assert other.weights.accuser == plain.weights.accuser
    assert other.headline == plain.headline
    again = plain.recount(weights={"effect.procurement": 0.0})
    assert again.score == other.score
    with pytest.raises(ex.UsageError, match=r"no weight “effect\.buying”"):
        ex.screen(ex.example("pension"), weights={"effect.buying": 0.0})
    with pytest.raises(ex.UsageError, match="between 0 and 1"):
        plain.recount(weights={"effect.procurement": 7})


@pytest.mark.parametrize(
    "form", [dict, lambda row: [row], lambda row: pl.DataFrame([row]), lambda r: pd.DataFrame([r])]
)
def test_a_decision_counts_in_every_form(plain, form):
    judged = ex.screen(ex.example("pension"), judgements=form(DECISION))
    assert judged.coverage.filter(pl.col("coverage") == "identified_by_judgement")["lines"][0] == 1
    assert judged.headline.at_least.value == pytest.approx(plain.headline.at_least.value + 388140.55)
    told = {key: DECISION[key] for key in ("same", "by", "at", "why")}
    ledger = Judgements.empty().add(DECISION["name"], "china_telecom", **told)
    assert (
        judged.manifest["judgements"] == ex.screen(ex.example("pension"), judgements=ledger).manifest["judgements"]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"company": "China Telekom"}, "row 2, column company: no company “China Telekom” is known"),
        ({"company": None}, "row 2, column company: it is empty"),
        ({"same": "maybe"}, "row 2, column same: “maybe” must be true or false"),
        ({"same": None}, "row 2, column same: “” must be true or false"),
        ({"by": ""}, "row 2, column by: it is empty"),
        ({"why": None}, "row 2, column why: it is empty"),
        ({"reason": "x"}, "row 2: there is no column “reason”"),
        ({"verdict": "perhaps"}, "row 2, column verdict: “perhaps” must be one of same, different"),
    ],
)
def test_a_wrong_decision_names_row_and_column(change, said):
    with pytest.raises(ex.InputError) as caught:
        ex.screen(ex.example("pension"), judgements=[DECISION, DECISION | change])
    assert said in str(caught.value)


PRICES = [
    {"CNE100000PM8": (30.0, "USD"), "CH0038863350": (90.0, "USD")},
    pl.DataFrame({"isin": ["CNE100000PM8", "CH0038863350"], "price": [30.0, 90.0], "currency": ["USD", "USD"]}),
    pd.DataFrame({"isin": ["CNE100000PM8", "CH0038863350"], "price": [30.0, 90.0], "currency": ["USD", "USD"]}),
    [
        {"isin": "CNE100000PM8", "price": 30, "currency": "USD"},
        {"isin": "CH0038863350", "price": 90, "currency": "USD"},
    ],
]


@pytest.mark.parametrize("prices", PRICES)
def test_prices_give_share_counts_a_value(prices):
    assert ex.screen(HELD).total_value is None
    screening = ex.screen(HELD, prices=prices)
    assert screening.total_value == 100 * 30.0 + 10 * 90.0
    assert screening.currency == "USD"
    assert screening.manifest["prices"]


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        (
            [{"isin": "CNE100000PM8", "price": -1.0, "currency": "USD"}],
            "prices, row 1, column price: “-1.0” is no positive",
        ),
        ({"CNE100000PM8": (1.0, "QQ")}, "prices, row 1, column currency: “QQ” is no currency code"),
        ({"CNE100000PM8": 1.0}, "gives each ISIN a price and a currency"),
        (pl.DataFrame({"isin": ["CNE100000PM8"], "price": [1.0]}), "needs the columns price, currency"),
        ("gone.csv", "prices= gone.csv could not be read"),
    ],
)
def test_wrong_prices_are_told(prices, said):
    with pytest.raises(ex.ExposureError) as caught:
        ex.screen(HELD, prices=prices)
    assert said in str(caught.value)


def test_rates_and_sizes_from_a_frame_name_row_and_column():
    two = {"currency": ["USD", "GBP"], "rate": [0.8, 0.0]}
    with pytest.raises(ex.InputError, match=r"rates, row 2, column rate: “GBP, 0\.0”"):
        ex.screen(ex.example("endowment"), rates=pd.DataFrame(two), in_currency="EUR")
    caps = pl.DataFrame({"isin": ["CNE100000PM8", "X"], "market_cap": [1e9, 1e9]})
    with pytest.raises(ex.UsageError, match="market_caps, row 2: “X” is neither"):
        ex.screen(ex.example("endowment"), market_caps=caps)


@pytest.fixture
def files(tmp_path):
    """A portfolio of share counts with the files that the command line takes beside it."""
    HELD.write_csv(tmp_path / "held.csv")
    PRICES[1].write_csv(tmp_path / "prices.csv")
    (tmp_path / "caps.csv").write_text("entity_id,market_cap,currency\nhikvision,300000,USD\n", "utf-8")
    (tmp_path / "shares.csv").write_text("entity_id,shares_outstanding\nhikvision,5000\n", "utf-8")
    return tmp_path


def call(folder, *arguments):
    return CliRunner().invoke(main, [a.replace("@", f"{folder}/") for a in arguments])


def test_the_command_line_takes_prices_and_sizes_and_verifies_them(files):
    given = ["--prices", "@prices.csv", "--market-caps", "@caps.csv"]
    done = call(files, "screen", "@held.csv", *given, "--json", "--html", "@out.html")
    assert done.exit_code == 0, done.output
    rows = {row["issuer_id"]: row for row in json.loads(done.stdout)["exposures"]}
    assert rows["hikvision"]["value"] == 3000.0
    assert rows["hikvision"]["ownership"]["share"] == pytest.approx(0.01)  # 3,000 of 300,000
    assert call(files, "verify", "@out.html", "@held.csv", *given).exit_code == 0
    missing = call(files, "verify", "@out.html", "@held.csv")
    assert missing.exit_code != 0
    assert "--market-caps" in missing.output
    (files / "caps.csv").write_text("entity_id,market_cap,currency\nhikvision,600000,USD\n", "utf-8")
    assert call(files, "verify", "@out.html", "@held.csv", *given).exit_code == 1


def test_the_command_line_takes_shares_outstanding(files):
    done = call(
        files, "screen", "@held.csv", "--prices", "@prices.csv", "--shares-outstanding", "@shares.csv", "--json"
    )
    rows = {row["issuer_id"]: row for row in json.loads(done.stdout)["exposures"]}
    assert rows["hikvision"]["ownership"]["share"] == pytest.approx(0.02)  # 100 of 5,000


def test_own_weights_mapping_is_in_the_manifest(plain):
    other = ex.screen(ex.example("pension"), weights={"effect.procurement": 0.0})
    assert other.manifest["weights"] != plain.manifest["weights"]
    assert other.manifest | {"weights": ""} == plain.manifest | {"weights": ""}
