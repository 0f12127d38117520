"""Several currencies, minor units, missing rates: what cannot be converted is unknown, never zero."""

import polars as pl
import pytest

import exposure as ex

ROWS = {
    "Name": ["Camera Works Digital Co Ltd", "Reached Mills Co Ltd", "Quite Different Foods Inc"],
    "Market Value": [100.0, 200.0, 1000.0],
    "Currency": ["EUR", "GBX", "USD"],
}


def test_rates_convert_every_line_pence_included(universe):
    screening = ex.screen(
        pl.DataFrame(ROWS), universe=universe, rates={"EUR": 1.1, "GBP": 1.3}, in_currency="USD"
    )  # fmt: skip
    values = dict(screening.exposures.select("issuer_id", "value").iter_rows())
    assert values == pytest.approx({"camera": 110.0, "reached": 2.6})
    assert screening.total_value == pytest.approx(1112.6)
    assert screening.currency == "USD"


def test_a_missing_rate_leaves_the_value_unknown_and_says_so(universe):
    screening = ex.screen(pl.DataFrame(ROWS), universe=universe, rates={"EUR": 1.1}, in_currency="USD")
    values = dict(screening.exposures.select("issuer_id", "value").iter_rows())
    assert values["reached"] is None
    assert values["camera"] == pytest.approx(110.0)
    assert any("GBX" in w and "unknown value" in w for w in screening.warnings)
    assert screening.coverage["unvalued"].sum() == 1


def test_a_rates_file(universe, tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("currency,rate\nEUR,1.1\nGBP,1.3\n")
    screening = ex.screen(pl.DataFrame(ROWS), universe=universe, rates=path, in_currency="USD")
    assert screening.total_value == pytest.approx(1112.6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "columns currency and rate"),
        ("currency,rate\nEUR,0\n", "line 2"),
        ("currency,rate\nEUR,1.1\nzzz,1\n", "line 3"),
    ],
)
def test_a_faulty_rates_file_is_one_sentence(universe, tmp_path, text, said):
    path = tmp_path / "rates.csv"
    path.write_text(text)
    with pytest.raises(ex.InputError, match=said):
        ex.screen(pl.DataFrame(ROWS), universe=universe, rates=path)


def test_a_file_without_a_currency_is_not_added_to_others_that_have_one() -> None:
    told = ex.read_holdings(b"Name,ISIN,Market value (GBP)\nZTE Corp,CNE1000004Y2,100\n", name="told.csv")
    silent = ex.read_holdings(b"Name,ISIN,Market value\nZTE Corp,CNE1000004Y2,900\n", name="silent.csv")
    both = ex.screen([told, silent])
    assert (both.total_value, both.currency) == (100, "GBP")
    assert any("silent.csv does not say its currency" in warning for warning in both.warnings)
    assert both.coverage["unvalued"].sum() == 1
    alone = ex.screen([silent, silent])
    assert alone.total_value == 1800  # nobody names one: nothing is mixed
