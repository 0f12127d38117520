"""polars, pandas (whichever version is installed) and Arrow: any frame in, the same holdings out and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import exposure as ex

NAMES = ["Hikvision", "Nestle SA", "Tencent Holdings Ltd"]
ISINS = ["CNE100000PM8", "CH0038863350", "KYG875721634"]
VALUES = [10.0, 70.0, 20.0]
EXAMPLES = ["pension", "index_fund", "endowment"]


def forms():
    """The same three lines in every kind of frame an analyst may have at hand."""
    plain = {"Security": NAMES, "ISIN": ISINS, "Market Value": VALUES}
    yield "polars", pl.DataFrame(plain)
    yield "polars, lazy", pl.LazyFrame(plain)
    yield "pandas", pd.DataFrame(plain)
    yield "pandas, best dtypes", pd.DataFrame(plain).convert_dtypes()
    yield "pandas, Arrow dtypes", pd.DataFrame(plain).convert_dtypes(dtype_backend="pyarrow")
    yield "pandas, objects", pd.DataFrame(plain, dtype=object)
    yield "pandas, categories", pd.DataFrame(plain).astype({"Security": "category", "ISIN": "category"})
    yield "pandas, ISIN as the index", pd.DataFrame(plain).set_index("ISIN")
    yield "pandas, index of two", pd.DataFrame(plain).set_index(["ISIN", "Security"])
    yield "pandas, a filtered index", pd.DataFrame(plain).iloc[[0, 1, 2]].set_axis([7, 3, 9], axis=0)
    yield "pandas, decimals", pd.DataFrame({**plain, "Market Value": [Decimal(str(v)) for v in VALUES]})
    levels = pd.MultiIndex.from_tuples([("Security", ""), ("ISIN", ""), ("Market", "Value")])
    yield "pandas, headings of two levels", pd.DataFrame(list(zip(*plain.values(), strict=True)), columns=levels)
    yield "Arrow", pa.table(plain)


FORMS = dict(forms())


@pytest.mark.parametrize("form", FORMS)
def test_every_frame_reads_the_same(form):
    frame = ex.read_holdings(FORMS[form], currency="CHF").frame.sort("value")
    assert frame["value"].to_list() == sorted(VALUES)
    assert frame["isin"].to_list() == [ISINS[0], ISINS[2], ISINS[1]]
    assert frame["name"].to_list() == [NAMES[0], NAMES[2], NAMES[1]]


@pytest.mark.parametrize("library", [pl.DataFrame, pd.DataFrame])
def test_arbitrary_column_names_are_mapped(library):
    frame = library({"bezeichner": NAMES, "k1": ISINS, "stand 31.12.": VALUES, 7: ["x", "y", "z"]} if library is
                    pd.DataFrame else {"bezeichner": NAMES, "k1": ISINS, "stand 31.12.": VALUES})  # fmt: skip
    columns = {"name": "bezeichner", "isin": "k1", "value": "stand 31.12."}
    read = ex.read_holdings(frame, columns=columns, currency="CHF").frame
    assert read.select("name", "isin", "value").rows() == list(zip(NAMES, ISINS, VALUES, strict=True))
    screening = ex.screen(frame, columns=columns, currency="CHF")
    assert screening.total_value == 100.0
    assert "hikvision" in screening.exposures["issuer_id"].to_list()


def test_missing_cells_of_every_kind_are_not_known():
    frame = pd.DataFrame(
        {
            "Security": pd.array(["Hikvision", pd.NA, "Nestle SA"], dtype="string"),
            "ISIN": ["CNE100000PM8", None, float("nan")],
            "Market Value": pd.array([10, pd.NA, 90], dtype="Int64"),
            "Date": pd.to_datetime(["2026-06-30", None, "2026-06-30"]),
        }
    )
    read = ex.read_holdings(frame, currency="CHF").frame
    assert read["name"].to_list() == ["Hikvision", "Nestle SA"]
    assert read["isin"].to_list() == ["CNE100000PM8", None]
    assert read["value"].to_list() == [10.0, 90.0]


def test_a_heading_that_occurs_twice_is_no_crash():
    frame = pd.DataFrame(
        [["Hikvision", 10.0, "a"], ["Nestle SA", 90.0, "b"]], columns=["Security", "Value", "Security"]
    )
    assert ex.read_holdings(frame, currency="CHF").frame["value"].to_list() == [10.0, 90.0]


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("form", ["to_polars", "to_pandas", "to_arrow"])
def test_holdings_come_back_as_they_went(name, form):
    holdings = ex.read_holdings(ex.example(name))
    handed = getattr(holdings, form)()
    back = ex.read_holdings(handed, as_of=holdings.report.as_of, portfolio=holdings.report.portfolio)
    assert_frame_equal(back.frame, holdings.frame, check_exact=True)
    assert back.report.total_value == holdings.report.total_value
    assert back.report.currency == holdings.report.currency
    again, first = ex.screen(back), ex.screen(holdings)
    assert_frame_equal(again.exposures, first.exposures, check_exact=True)
    assert again.headline == first.headline


def test_rows_that_flag_an_identifier_come_back_as_well():
    table = pl.DataFrame({"Name": ["A Co", "B Co"], "ISIN": ["US0378331006", "CH0038863350"], "Value": [1.0, 2.0]})
    holdings = ex.read_holdings(table, currency="USD", as_of=dt.date(2026, 6, 30))
    assert holdings.frame["identifiers_flagged"].list.len().to_list() == [1, 0]  # the check digit is wrong
    assert_frame_equal(ex.read_holdings(holdings.to_pandas()).frame, holdings.frame, check_exact=True)


def test_a_frame_in_our_columns_with_a_wrong_cell_is_refused():
    frame = ex.read_holdings(ex.example("endowment")).to_polars()
    wrong = frame.with_columns(row=pl.lit(1, pl.Int64))
    with pytest.raises(ex.InputError, match="columns of HOLDINGS, but does not keep their contract"):
        ex.read_holdings(wrong)


def test_exposures_in_every_library():
    screening = ex.screen(ex.example("pension"))
    assert_frame_equal(screening.to_polars(), screening.exposures)
    assert_frame_equal(pl.DataFrame(screening), screening.exposures)  # by Arrow's stream
    assert pa.table(screening).num_rows == screening.exposures.height
    pandas = screening.to_pandas()
    assert pandas["issuer_id"].tolist() == screening.exposures["issuer_id"].to_list()
    assert pandas["value"].sum() == pytest.approx(screening.exposures["value"].sum())
    assert list(pandas["lists"].iloc[0]) == screening.exposures["lists"][0].to_list()
