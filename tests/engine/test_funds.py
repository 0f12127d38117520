"""Looking through funds: nothing lost, nothing counted twice, every level dated, proxies marked."""

import datetime as dt

import polars as pl
import pytest

import exposure as ex

WORLD, FEEDER = "Wide World Equity Index Fund", "Feeder Equity Index Fund"


def table(rows, value="Market Value"):
    return pl.DataFrame(rows, schema=["Name", value], orient="row", schema_overrides={value: pl.Float64})


def read(rows, as_of=None, value="Market Value"):
    return ex.read_holdings(table(rows, value), as_of=as_of)


@pytest.fixture
def portfolio():
    return table([(WORLD, 1000.0), ("Quite Different Foods Inc", 1000.0)])


def test_fund_of_one_fund_is_looked_through_twice_and_every_level_keeps_its_date(universe):
    screening = ex.screen(
        table([(FEEDER, 500.0)]),
        universe=universe,
        funds={
            FEEDER: read([(WORLD, 80.0)], dt.date(2024, 3, 31)),
            WORLD: read([("Camera Works Digital Co Ltd", 1.0), ("Other Foods Inc", 3.0)], dt.date(2023, 12, 31)),
        },
    )
    row = screening.exposures.row(0, named=True)
    assert (row["value"], row["via"]) == (pytest.approx(125.0), [FEEDER, WORLD])
    assert row["via_as_of"] == [dt.date(2024, 3, 31), dt.date(2023, 12, 31)]
    assert screening.as_of.funds == dt.date(2023, 12, 31)
    assert screening.lines["value"].sum() == pytest.approx(500.0)


def test_a_fund_inside_itself_ends_and_its_part_stays_opaque(universe):
    funds = {
        WORLD: read([(FEEDER, 40.0), ("Camera Works Digital Co Ltd", 60.0)]),
        FEEDER: read([(WORLD, 100.0)]),
    }
    screening = ex.screen(table([(WORLD, 100.0)]), universe=universe, funds=funds)
    head = screening.to_dict()["headline"]
    assert head["at_least"]["value"] == pytest.approx(60.0)
    assert head["at_most"]["value"] == pytest.approx(100.0)
    assert screening.lines["value"].sum() == pytest.approx(100.0)


def test_top_ten_only_leaves_an_opaque_remainder(universe, portfolio):
    weights = [("Camera Works Digital Co Ltd", 6.0), ("Other Foods Inc", 14.0)]
    fund = read(weights, value="Weight (%)")
    assert fund.report.weight_sum == pytest.approx(0.2)
    screening = ex.screen(portfolio, universe=universe, funds={WORLD: fund})
    head = screening.to_dict()["headline"]
    assert head["at_least"]["value"] == pytest.approx(60.0)
    assert head["at_most"]["value"] == pytest.approx(60.0 + 800.0)
    assert screening.largest_lines("opaque_funds")["name"].to_list() == [f"{WORLD}: holdings not disclosed"]


def test_a_proxy_is_marked_in_every_line_that_comes_out_of_it(universe, portfolio):
    fund = read([("Camera Works Digital Co Ltd", 1.0), ("Other Foods Inc", 9.0)])
    screening = ex.screen(portfolio, universe=universe, funds={WORLD: ex.Proxy(fund)})
    assert screening.exposures["proxy"].to_list() == [True]
    assert screening.exposures["via"].to_list()[0][0].endswith("(proxy)")
    assert screening.to_dict()["exposures"][0]["proxy"] is True
    direct = ex.screen(portfolio, universe=universe, funds={WORLD: fund})
    assert direct.exposures["proxy"].to_list() == [False]


def test_a_folder_of_files_with_a_map_of_what_stands_in(universe, portfolio, tmp_path):
    (tmp_path / "index.csv").write_text("Name,Market Value\nCamera Works Digital Co Ltd,1\nOther Foods Inc,4\n")
    (tmp_path / "funds.toml").write_text(f'[proxy]\n"{WORLD}" = "index.csv"\n')
    screening = ex.screen(portfolio, universe=universe, funds=tmp_path)
    assert screening.to_dict()["headline"]["at_least"]["value"] == pytest.approx(200.0)
    assert screening.exposures["proxy"].to_list() == [True]


@pytest.mark.parametrize(
    ("text", "said"), [("[proxy\n", "no TOML"), ('[same]\n"A" = "gone.csv"\n', "there is no file gone.csv")]
)
def test_a_faulty_map_is_one_sentence(universe, portfolio, tmp_path, text, said):
    (tmp_path / "funds.toml").write_text(text)
    with pytest.raises(ex.InputError, match=said):
        ex.screen(portfolio, universe=universe, funds=tmp_path)


def test_a_folder_that_is_none_is_one_sentence(universe, portfolio, tmp_path):
    with pytest.raises(ex.InputError, match="not a folder"):
        ex.screen(portfolio, universe=universe, funds=tmp_path / "nowhere")


def test_funds_are_found_by_isin(universe, tmp_path):
    frame = pl.DataFrame({"Name": ["Some mandate"], "ISIN": ["IE00B4L5Y983"], "Market Value": [100.0]})
    (tmp_path / "core_world_IE00B4L5Y983_2024.csv").write_text(
        "Name,Market Value\nCamera Works Digital Co Ltd,1\nOther Foods Inc,1\n"
    )
    screening = ex.screen(frame, universe=universe, funds=tmp_path)
    assert screening.to_dict()["headline"]["at_least"]["value"] == pytest.approx(50.0)


def test_funds_are_found_by_ticker_and_exchange_never_by_the_ticker_alone(universe):
    frame = pl.DataFrame(
        {"Name": ["Core Tracker", "Core Tracker"], "Ticker": ["SWDA", "SWDA"], "Exchange": ["XLON", "XETR"],
         "Asset Class": ["Fund", "Fund"], "Market Value": [100.0, 40.0]}
    )  # fmt: skip
    fund = read([("Camera Works Digital Co Ltd", 1.0), ("Other Foods Inc", 1.0)])
    screening = ex.screen(frame, universe=universe, funds={"SWDA@XLON": fund})
    assert screening.exposures["value"].to_list() == [pytest.approx(50.0)]
    assert screening.headline.at_most.value == pytest.approx(50.0 + 40.0)


def test_line_of_a_fund_without_a_value_stays_a_line(universe):
    fund = table([("Camera Works Digital Co Ltd", None), ("Other Foods Inc", 3.0)])
    fund = fund.with_columns(Shares=pl.Series([5.0, 6.0]))
    screening = ex.screen(table([(WORLD, 100.0)]), universe=universe, funds={WORLD: fund})
    row = screening.exposures.row(0, named=True)
    assert (row["issuer_id"], row["value"], row["share"]) == ("camera", None, None)
    assert screening.lines["value"].sum() == pytest.approx(100.0)
    assert any(
        "1 line that is exposed, or could not be excluded, has no known value" in w for w in screening.warnings
    )


def test_top_holdings_whose_smallest_weights_are_bounds_are_a_part_all_the_same(universe):
    """6 of 20 % in values of 60 of 1,000; the last line weighs "<0.01%" and is worth 0.05."""
    rows = [
        ("Camera Works Digital Co Ltd", 60.0, "6"),
        ("Other Foods Inc", 140.0, "14"),
        ("Tail plc", 0.05, "<0.01%"),
    ]
    frame = pl.DataFrame(rows, schema=["Name", "Market Value", "Weight (%)"], orient="row")
    screening = ex.screen(table([(WORLD, 1000.0)]), universe=universe, funds={WORLD: frame})
    assert screening.headline.at_least.value == pytest.approx(60.0)
    assert screening.headline.at_most.value == pytest.approx(60.0 + 1000 - 200.05)


def test_fund_in_several_currencies_is_never_added_up_unconverted(universe):
    """EUR 100 and USD 100 at 0.5: two thirds and one third; without a rate the second has no known value."""
    frame = pl.DataFrame(
        {"Name": ["Camera Works Digital Co Ltd", "Reached Mills Co Ltd"], "Market Value": [100.0, 100.0],
         "Currency": ["EUR", "USD"]}
    )  # fmt: skip
    portfolio = pl.DataFrame({"Name": [WORLD], "Market Value": [900.0], "Currency": ["EUR"]})
    known = ex.screen(portfolio, universe=universe, funds={WORLD: frame}, rates={"USD": 0.5})
    assert dict(known.exposures.select("issuer_id", "value").iter_rows()) == pytest.approx(
        {"camera": 600.0, "reached": 300.0}
    )
    unknown = ex.screen(portfolio, universe=universe, funds={WORLD: frame})
    assert unknown.exposures.filter(issuer_id="reached")["value"].to_list() == [None]


def test_reader_is_told_of_proxies_and_of_funds_that_no_line_names(universe, portfolio):
    fund = read([("Camera Works Digital Co Ltd", 1.0), ("Other Foods Inc", 9.0)])
    warnings = ex.screen(
        portfolio, universe=universe, funds={WORLD: ex.Proxy(fund), "Nobody's Fund": fund}
    ).warnings
    assert any(w.startswith("50.00 % of the portfolio is seen through a proxy") for w in warnings)
    assert any(w.startswith("No line was matched to the fund holdings given for Nobody's Fund") for w in warnings)
    routes = ex.screen(portfolio, universe=universe, funds={WORLD: ex.Proxy(fund)}).breakdown("route")
    assert routes["part"].to_list() == ["through a fund (proxy)"]


def test_fund_of_two_real_index_files_equals_the_hand_calculation(shared):
    """60 % of a Vanguard and 40 % of an iShares emerging-markets fund, Hikvision and ZTE by hand, to the cent."""
    vwo = shared / "holdings" / "vanguard_us_vwo_20200930.csv"
    eem = shared / "holdings" / "ishares_us_eem_2022.csv"
    frame = table([("Vanguard Emerging Markets ETF", 600_000.0), ("iShares Emerging Markets ETF", 400_000.0)])
    funds = {"Vanguard Emerging Markets ETF": vwo, "iShares Emerging Markets ETF": eem}
    screening = ex.screen(frame, funds=funds)
    totals = {path: ex.read_holdings(path) for path in (vwo, eem)}

    def part(path, weight, word):
        held = totals[path].frame.filter(pl.col("name").str.to_lowercase().str.contains(word))
        return weight * held["value"].sum() / totals[path].report.total_value

    for issuer, word in (("hikvision", "hikvision"), ("zte", "^zte corp")):
        by_hand = part(vwo, 600_000, word) + part(eem, 400_000, word)
        found = screening.exposures.filter(issuer_id=issuer)["value"].sum()
        assert found == pytest.approx(by_hand, abs=0.005)
    assert screening.lines["value"].sum() == pytest.approx(1_000_000.0, abs=0.005)
