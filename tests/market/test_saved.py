"""Figures are asked for once, kept with their day and version, and asked for again only when that is due."""

import datetime as dt
import sqlite3

import polars as pl
import pytest
import yfinance

import exposure as ex
from exposure import market
from exposure.market.saved import FIGURES, KEY, Saved

from .payloads import chart, fund, info

DAY = dt.date(2020, 1, 3)
TODAY = dt.datetime.now(dt.UTC).date()


def figure(**more):
    row = dict.fromkeys(FIGURES) | {"symbol": "EXA", "field": "price", "date": DAY, "value": 1.0}
    return pl.DataFrame([row | more], schema=FIGURES)


def test_what_is_kept(world, own_folder):
    world.charts["EXA"] = chart([(dt.date(2020, 1, 2), 100.0)])
    market.Market(consent=True).prices(["EXA"], DAY)
    with sqlite3.connect(own_folder / "market.sqlite") as connection:
        row = dict(zip(FIGURES, connection.execute("SELECT * FROM figures").fetchone(), strict=True))
    assert {key: row[key] for key in KEY} == {"symbol": "EXA", "field": "price", "date": "2020-01-03"}
    assert (row["as_of"], row["value"], row["currency"]) == ("2020-01-02", 100.0, "USD")
    assert row["library"] == f"yfinance {yfinance.__version__}"
    assert dt.datetime.fromisoformat(row["fetched_at"]).tzinfo is not None


def test_nothing_is_asked_twice(world):
    world.infos |= {"EXA": info()}
    world.charts["EXA"], world.shares["EXA"] = chart([(DAY, 100.0)]), [(DAY, 10)]
    world.funds["FND"] = fund([("B", "Example B", 0.5)])
    answers, asked = [], []
    for _ in range(2):
        ask = market.Market(consent=True)  # a new object, as after a restart
        answers.append(
            [
                ask.quotes(["EXA", "GONE"]),
                ask.prices(["EXA", "GONE"], DAY),
                ask.shares_outstanding(["EXA"], DAY),
                ask.top_holdings("FND"),
            ]
        )
        asked.append(len(world.asked))
    assert asked[0] == asked[1]
    assert all(one.equals(two) for one, two in zip(*answers, strict=True))
    offline = market.Market(offline=True)
    assert offline.prices(["EXA"], DAY).equals(answers[0][1].head(1))
    assert offline.quotes(["EXA"]).equals(answers[0][0].head(1))


def test_figures_of_now_age(world):
    world.infos["EXA"] = info()
    for days, asked in ((0, 3), (7, 0), (8, 3)):
        world.asked.clear()
        market.Market(consent=True, today=TODAY + dt.timedelta(days=days)).quotes(["EXA"])
        assert len(world.asked) == asked, days


def test_what_the_source_lacks_is_asked_again_another_day(world):
    market.Market(consent=True).prices(["EXA"], DAY)
    world.charts["EXA"] = chart([(DAY, 100.0)])
    assert market.Market(consent=True).prices(["EXA"], DAY)["price"].item() is None
    tomorrow = market.Market(consent=True, today=TODAY + dt.timedelta(days=1))
    assert tomorrow.prices(["EXA"], DAY)["price"].item() == 100.0


def test_a_price_fetched_before_the_close_does_not_last(world):
    world.charts["EXA"] = chart([(TODAY, 100.0)])
    assert market.Market(consent=True).prices(["EXA"], TODAY)["price"].item() == 100.0
    world.charts["EXA"] = chart([(TODAY, 101.0)])
    assert market.Market(consent=True).prices(["EXA"], TODAY)["price"].item() == 100.0
    later = market.Market(consent=True, today=TODAY + dt.timedelta(days=3))
    assert later.prices(["EXA"], TODAY)["price"].item() == 101.0


def test_one_field_does_not_stand_for_all(world):
    """A saved price of today is no quote: the market value is still to be asked for."""
    world.charts["EXA"], world.infos["EXA"] = chart([(TODAY, 100.0)]), info()
    ask = market.Market(consent=True)
    ask.prices(["EXA"], TODAY)
    assert ask.quotes(["EXA"])["market_cap"].item() == 10_000.0


def test_keeping_is_idempotent_and_the_later_answer_wins(tmp_path):
    saved = Saved(tmp_path / "deep" / "m.sqlite")
    assert saved.find(["EXA"], ["price"], DAY, DAY).is_empty()
    saved.keep(figure()), saved.keep(figure()), saved.keep(figure(value=2.0))
    found = saved.find(["EXA"], ["price"], DAY, DAY)
    assert found["value"].to_list() == [2.0]
    assert dict(found.schema) == FIGURES


@pytest.mark.parametrize("bytes_", [b"no database, but a text of some length" * 40, b"SQLite format 3\x00broken"])
def test_a_file_of_another_kind_is_told(tmp_path, bytes_):
    path = tmp_path / "m.sqlite"
    path.write_bytes(bytes_)
    with pytest.raises(ex.InputError, match=r"m\.sqlite cannot be used .*; delete the file"):
        Saved(path).find(["EXA"], ["price"], DAY, DAY)
    with pytest.raises(ex.InputError):
        Saved(path).keep(figure())
    assert path.read_bytes() == bytes_


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ex.InputError, match="cannot be made"):
        Saved(tmp_path / "file" / "m.sqlite").keep(figure())


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pl.DataFrame({"symbol": ["A"], "field": ["price"]}), "lacks date"),
        (
            pl.DataFrame({"symbol": ["A"], "field": ["price"], "date": [DAY], "price": [1.0]}),
            "has no place for price",
        ),
        (pl.DataFrame({"symbol": ["A"], "field": ["x"], "date": [DAY], "value": ["much"]}), "cannot be read"),
    ],
)
def test_a_frame_in_place_of_the_file_is_checked(frame, told):
    with pytest.raises(ex.InputError, match=told):
        market.Market(saved=frame, offline=True)
