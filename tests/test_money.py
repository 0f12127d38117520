from __future__ import annotations

import polars as pl
import pytest

from exposure.money import convert, currency_code, currency_symbol, major_unit


@pytest.mark.parametrize(
    ("text", "code"),
    [("usd", "USD"), ("£", "GBP"), ("GBp", "GBX"), ("GBX", "GBX"), ("ZAc", "ZAC"), ("XYZ", None), (None, None)],
)
def test_codes(text: str | None, code: str | None) -> None:
    assert currency_code(text) == code


def test_symbols_in_amounts() -> None:
    assert currency_symbol("$1,234.50") == "USD"
    assert currency_symbol("HK$ 5") == "HKD"
    assert currency_symbol("1.234 €") == "EUR"
    assert currency_symbol("1,234") is None


def test_minor_units() -> None:
    assert major_unit("GBX") == ("GBP", 0.01)
    assert major_unit("USD") == ("USD", 1.0)


def test_a_missing_rate_is_null_and_never_zero() -> None:
    frame = pl.DataFrame({"v": [100.0, 250.0, 8.0, 5.0, 1.0], "c": ["GBP", "GBX", "USD", "NOK", None]})
    got = frame.select(convert(pl.col("v"), pl.col("c"), "GBP", {"USD": 0.75})).to_series().to_list()
    assert got == [100.0, 2.5, 6.0, None, None]
