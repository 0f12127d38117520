"""A rates table from a mapping, a frame or a file: the same rates, and faults that name the row."""

import pandas as pd
import polars as pl
import pytest

import exposure as ex

ROWS = {"currency": ["USD", "GBX"], "rate": [0.8, 0.01]}
HELD = pl.DataFrame({"Name": ["A Co", "B Co"], "Market value": [100.0, 1000.0], "Currency": ["GBP", "USD"]})


@pytest.mark.parametrize("rates", [{"USD": 0.8}, pl.DataFrame(ROWS), pd.DataFrame(ROWS)])
def test_every_form_of_rates_counts(rates):
    assert ex.screen(HELD, rates=rates, in_currency="GBP").total_value == pytest.approx(900.0)


def test_a_file_of_rates_counts(tmp_path):
    pl.DataFrame(ROWS).write_csv(tmp_path / "rates.csv")
    assert ex.screen(HELD, rates=tmp_path / "rates.csv", in_currency="GBP").total_value == pytest.approx(900.0)


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"USD": -1.0}, "rates: “USD, -1.0” is no currency with a positive rate"),
        ({"USD": float("inf")}, "rates: “USD, inf” is no currency"),
        ({"USD": None}, "rates: “USD, None” is no currency"),
        ({1: 2.0}, "rates: “1, 2.0” is no currency"),
        (
            pl.DataFrame({"currency": ["USD", "ABC"], "rate": [1.0, 1.0]}),
            "rates, row 2, column currency: “ABC, 1.0” is no currency",
        ),
        (pl.DataFrame({"currency": ["USD"], "price": [1.0]}), "rates have the columns currency and rate; this one"),
        (3, "rates have the columns currency and rate; this is a int"),
    ],
)
def test_wrong_rates_are_told(rates, told):
    with pytest.raises(ex.InputError, match=told):
        ex.screen(HELD, rates=rates, in_currency="GBP")
