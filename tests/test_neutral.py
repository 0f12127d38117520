"""Cells that a spreadsheet would run are guarded, and come back as they were."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from exposure.neutral import neutral, neutral_frame, restored


@given(st.lists(st.text(alphabet="'=+-@\t\r\nab", max_size=6)))
def test_what_is_guarded_begins_no_formula_and_comes_back(texts):
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    safe = frame.select(neutral(pl.col("text")))
    assert not any(text[:1] in ("=", "+", "-", "@", "\t", "\r") for text in safe["text"] if text)
    assert safe.select(restored(pl.col("text"))).equals(frame)


def test_a_frame_is_guarded_in_every_text_and_list():
    frame = pl.DataFrame({"a": ["=1+1", "plain"], "b": [["@x", "y"], []], "c": [-1.0, 2.0]})
    assert neutral_frame(frame).rows() == [("'=1+1", "'@x; y", -1.0), ("plain", "", 2.0)]
