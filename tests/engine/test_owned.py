"""What part of a company the portfolio owns: as published, or from sizes that the user gives, with its source."""

import polars as pl
import pytest

import exposure as ex

CAMERA, MILLS, FOODS = "Camera Works Digital Co Ltd", "Reached Mills Co Ltd", "Quite Different Foods Inc"
ISIN = "CNE100000PM8"  # Camera Works


def portfolio(**more):
    frame = {"Name": [CAMERA, MILLS, FOODS], "Market Value": [100.0, 200.0, 700.0], "Shares": [50.0, 10.0, 1.0]}
    frame |= {"Asset Class": ["Equity"] * 3, "ISIN": [ISIN, None, None], "Currency": ["EUR"] * 3}
    return pl.DataFrame(frame | more)


def owned(screening):
    return dict(screening.exposures.select("issuer_id", "ownership").iter_rows())


def sources(screening):
    return dict(screening.exposures.select("issuer_id", "ownership_source").iter_rows())


def test_norges_bank_owned_a_third_of_a_per_cent_of_hikvision(shared):
    """The file of end-2019: NOK 1,241,058,528, ownership 0.32 (per cent)."""
    screening = ex.screen(shared / "holdings" / "nbim_eq_2019_industry.xlsx")
    row = screening.exposures.filter(issuer_id="hikvision").row(0, named=True)
    assert (row["value"], row["ownership"]) == (1_241_058_528, pytest.approx(0.0032))
    assert (row["ownership_of"], row["ownership_source"]) == ("company", "as published in the file")
    told = next(e for e in screening.to_dict()["exposures"] if e["issuer_id"] == "hikvision")
    assert told["ownership"] == {"share": row["ownership"], "of": "company", "source": "as published in the file"}
    assert screening.owned().filter(issuer_id="hikvision")["ownership"].to_list() == [pytest.approx(0.0032)]
    assert "weight" not in {c for c in screening.holdings.columns if screening.holdings[c].count()}


def test_ownership_of_the_file_is_read_in_per_cent_or_not_at_all(universe):
    def part(**column):
        return owned(ex.screen(portfolio(**column), universe=universe))["camera"]

    assert part(**{"Ownership %": [0.32, 1.0, 0.5]}) == pytest.approx(0.0032)
    assert part(**{"Ownership": ["0.32%", "1%", "0.5%"]}) == pytest.approx(0.0032)
    assert part(**{"Ownership": [0.32, 5.1, 0.5]}) == pytest.approx(0.0032)
    assert part(**{"Ownership": [0.32, 1.0, 0.5]}) is None  # a third of it, or a third of a per cent?
    assert part() is None
    debt = ex.screen(portfolio(**{"Ownership %": [0.32, 1.0, 0.5], "Asset Class": ["Bond"] * 3}), universe=universe)
    assert owned(debt)["camera"] is None  # who lends to a company owns nothing of it


def test_no_size_is_no_part_and_null_in_the_json(universe):
    screening = ex.screen(portfolio(), universe=universe)
    assert owned(screening) == {"camera": None, "reached": None}
    assert [e["ownership"] for e in screening.to_dict()["exposures"]] == [None, None]
    assert screening.owned().is_empty()
    assert "ownership" in screening.owned().columns


@pytest.mark.parametrize(
    ("caps", "part"),
    [
        ({"camera": 10_000.0}, 0.01),  # in the currency of the result
        ({"camera": (80_000.0, "CNY")}, 0.01),  # at 0.125 euros each
        ({ISIN: (10_000.0, "EUR")}, 0.01),
        ({"camera": (80_000.0, "JPY")}, None),  # no rate: unknown, not wrong
    ],
)
def test_value_over_market_capitalisation(universe, caps, part):
    screening = ex.screen(portfolio(), universe=universe, market_caps=caps, rates={"CNY": 0.125}, in_currency="EUR")
    assert owned(screening)["camera"] == (part if part is None else pytest.approx(part))
    assert owned(screening)["reached"] is None
    if part:
        assert sources(screening)["camera"] == "value ÷ market capitalisation of EUR 10,000 (given)"


def test_shares_over_shares_outstanding_come_before_the_value(universe):
    screening = ex.screen(
        portfolio(), universe=universe, shares_outstanding={"camera": 1_000.0}, market_caps={"camera": 1e6}
    )
    assert owned(screening)["camera"] == pytest.approx(0.05)
    assert sources(screening)["camera"] == "shares ÷ 1,000 shares outstanding (given)"


def test_shares_of_one_class_are_no_part_of_the_company_told_as_such(universe):
    screening = ex.screen(portfolio(), universe=universe, shares_outstanding={ISIN: 200.0})
    row = screening.exposures.filter(issuer_id="camera").row(0, named=True)
    assert (row["ownership"], row["ownership_of"]) == (pytest.approx(0.25), "share_class")
    assert "of this class" in row["ownership_source"]
    assert screening.owned().is_empty()


def test_receipts_count_by_value_only(universe):
    names = ["Camera Works Digital Co Ltd ADR", MILLS, FOODS]
    sizes = {"shares_outstanding": {"camera": 1_000.0}, "market_caps": {"camera": 1_000.0}}
    screening = ex.screen(portfolio(Name=names), universe=universe, **sizes)
    assert owned(screening)["camera"] == pytest.approx(0.1)
    assert "market capitalisation" in sources(screening)["camera"]


def test_more_than_the_whole_is_not_told_and_says_why(universe):
    screening = ex.screen(portfolio(), universe=universe, market_caps={"camera": 50.0})
    assert owned(screening)["camera"] is None
    assert sources(screening)["camera"].startswith("not told: more than the whole (value ÷")


def test_frame_and_file_with_date_and_source(universe, tmp_path):
    frame = pl.DataFrame(
        {"entity_id": ["camera"], "market_cap": [10_000.0], "as_of": ["2024-06-30"], "source": ["exchange"]}
    )
    path = tmp_path / "caps.csv"
    frame.write_csv(path)
    for given in (frame, frame.to_pandas(), path):
        screening = ex.screen(portfolio(), universe=universe, market_caps=given)
        assert owned(screening)["camera"] == pytest.approx(0.01)
        assert sources(screening)["camera"].endswith("(given: 2024-06-30, exchange)")
        assert screening.manifest["sizes"] is not None


def test_two_lines_of_one_company_add_up_and_an_unknown_one_makes_it_at_least(universe):
    names = [CAMERA, CAMERA, FOODS]
    both = ex.screen(portfolio(Name=names), universe=universe, market_caps={"camera": 10_000.0})
    assert both.owned().select("ownership", "lines", "complete").row(0) == (pytest.approx(0.03), 2, True)
    some = portfolio(Name=names, Shares=[50.0, None, 1.0])
    half = ex.screen(some, universe=universe, shares_outstanding={"camera": 1e3})
    assert half.owned().select("ownership", "lines", "complete").row(0) == (pytest.approx(0.05), 1, False)
    assert "at least 5.00" in repr(half)


def test_what_lies_inside_a_fund_counts_by_its_value(universe):
    fund = "Wide World Equity Index Fund"
    inside = portfolio(**{"Ownership %": [9.0, 9.0, 9.0]})
    frame = pl.DataFrame({"Name": [fund], "Market Value": [1000.0], "Currency": ["EUR"], "Ownership %": [3.0]})
    screening = ex.screen(frame, universe=universe, funds={fund: inside}, market_caps={"camera": 10_000.0})
    # 100 of 1,000: a hundredth of Camera Works. What the fund owns of it, or we of the fund, is another matter.
    assert owned(screening) == {"camera": pytest.approx(0.01), "reached": None}


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"market_caps": {"camra": 1.0}}, "market_caps= “camra” is neither a valid ISIN nor the id of a company"),
        ({"market_caps": {"camera": 0.0}}, "market_caps= camera: 0.0 is no number above zero"),
        ({"market_caps": {"camera": (1.0, "XX")}}, "market_caps= camera: “XX” is no currency"),
        ({"shares_outstanding": pl.DataFrame({"a": [1]})}, "shares_outstanding= needs the columns entity_id"),
        ({"shares_outstanding": [1]}, "must be a mapping, a frame or a CSV file, not list"),
        ({"market_caps": "nowhere.csv"}, "nowhere.csv could not be read"),
        ({"market_caps": pl.DataFrame({"isin": [ISIN] * 2, "market_cap": [1.0, 2.0]})}, "gives CNE100000PM8 twice"),
    ],
)
def test_faulty_sizes_are_one_sentence(universe, sizes, said):
    with pytest.raises(ex.UsageError) as error:
        ex.screen(portfolio(), universe=universe, **sizes)
    assert said in str(error.value)
