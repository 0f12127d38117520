"""Large text tables are read by columns: on any table the answers must be those of the general way."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure import identifiers
from exposure.errors import ExposureError, UnreadableFile
from exposure.holdings import Holdings, bulk, counts, numbers, read_holdings, scan, source, text, vocabulary

ISINS = ["US0378331005", "DE0007164600", "GB0007980591", "CNE100000PM8", "KYG875721634", "US0378331006", "-", ""]
HEADER = ["Ticker", "Name", "ISIN", "Asset Class", "Market Value", "Weight (%)", "Shares", "Currency"]
NAMES = [
    "Total SE", "Example ETF", "Nord AG", 'Says "Yes" Inc', "Comma, Inc", "Société Générale", "\u00a0Padded Ltd",
    " Padded Ltd ", "US TREASURY 2.5% 2030", "N/A", "Cash", "Totals", "Kelvin \u212a",
]  # fmt: skip
NUMBERS = [
    "5.50",
    "1234.00",
    "0.1",
    "-7.25",
    "1e3",
    "",
    "-",
    "12",
    "1.234",
    "+4.5",
    "nan",
    "(5.00)",
    "1,250.5",
    " 3.5",
]
ODD = [
    ["", "", "", "", "", "", "", ""],
    ["Total", "", "", "", "100.50", "1.00", "", ""],
    ["", "Total", "", "", "12.00", "", "", ""],
    ["Equities", "", "", "", "", "", "", ""],
    ["-", "CASH", "-", "Cash", "5.250", "", "", "USD"],
    ["", "A note over\ntwo lines", "", "", "", "", "", ""],
    ["", 'A mark" in it', "", "", "2.25", "", "", "USD"],
    HEADER,
    ["short", "Short Ltd"],
    ["Past performance is no guide."],
    ["T1", "Long Ltd", "", "", "1.5", "", "", "USD", "one cell", "more"],
]


def table(chance: random.Random, rows: int, oddity: float, plain: bool) -> list[list[str]]:
    """Make a table whose odd rows stand anywhere, most often near the end."""
    made = []
    names, odd = chance.sample(NAMES, 4), chance.sample(ODD, 3)
    for k in range(rows):
        near_end = k > rows - 6
        if chance.random() < (oddity * 4 if near_end else oddity):
            made.append(chance.choice(odd))
        value, weight, shares = (
            (f"{chance.randint(1, 10**9) / 100:.2f}", f"{chance.random():.3f}", str(chance.randint(1, 9999)))
            if plain or chance.random() > oddity
            else (chance.choice(NUMBERS) for _ in range(3))
        )
        name = f"{chance.choice(names)} {k}" if chance.random() > oddity else chance.choice(names)
        isin, kind = chance.choice(ISINS), chance.choice(["Equity", "", "Fixed Income", "n/A"])
        made.append(
            [f"T{k % 7}", name, isin, kind, value, weight, shares, chance.choice(["USD", "USD", "EUR", ""])]
        )
    return made


def written(rows: list[list[str]], habit: dict[str, object]) -> bytes:
    stream = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if habit["quoted"] else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=str(habit["mark"]), lineterminator=str(habit["end"]), quoting=quoting)
    writer.writerows([["Example Fund"], ["As of 2025-12-31"]] if habit["preamble"] else [])
    writer.writerows([HEADER, *rows])
    body = stream.getvalue()
    # Beside semicolons the comma is the decimal mark, in most files; a point then groups thousands.
    body = body.translate({46: ",", 44: "."}) if habit["comma"] and habit["mark"] == ";" else body
    body = body if habit["ended"] else body.rstrip("\r\n")
    return body.encode("utf-8-sig" if habit["bom"] else "utf-8") + bytes(habit["tail"])  # type: ignore[call-overload]


def answers(holdings: Holdings) -> tuple[list[dict[str, object]], list[dict[str, object]], object]:
    # A column read as numbers holds no text that proves the decimal mark: that decision alone is worded apart.
    said = [d for d in holdings.report.decisions if not d.startswith("decimals are written")]
    return (
        holdings.frame.rows(named=True),
        holdings.rejected.rows(named=True),
        replace(holdings.report, decisions=said),
    )


def both(data: bytes | Path) -> tuple[object, object, bool]:
    """Read in both ways, and tell whether the fast one was taken."""
    taken: list[bool] = []

    def fast(loaded: source.Source, mark: str) -> bulk.Rows | None:
        found = bulk.read_bulk(loaded, mark)
        taken.append(found is not None)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "read_bulk", fast)
        first = result(data)
        patch.setattr(text, "read_bulk", lambda *_: None)
        return first, result(data), any(taken)


def result(data: bytes | Path) -> object:
    try:
        return answers(read_holdings(data))
    except ExposureError as error:
        return type(error), str(error)


habits = st.fixed_dictionaries(
    {
        "mark": st.sampled_from([",", ",", ",", "\t", "|", ";", ";"]),
        "end": st.sampled_from(["\n", "\r\n"]),
        "quoted": st.sampled_from([False, False, True]),
        "preamble": st.booleans(),
        "comma": st.sampled_from([True, True, False]),
        "bom": st.booleans(),
        "ended": st.booleans(),
        "tail": st.sampled_from([b"", b"", b"", b"\x1a", b"\x00", b"\r", b"\n\n"]),
    }
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take small tables for large ones, in blocks that end within lines."""
    monkeypatch.setattr(bulk, "MIN_BYTES", 1)
    monkeypatch.setattr(text, "MIN_BYTES", 1)
    monkeypatch.setattr(bulk, "_SAMPLE", 12)
    monkeypatch.setattr(counts, "_BLOCK", 1000)
    monkeypatch.setattr(counts, "_END", 150)
    monkeypatch.setattr(identifiers, "_LONG", 20)
    monkeypatch.setattr(source, "LARGE", 1)
    monkeypatch.setattr(scan, "_LONG", 10)


fixtures = [HealthCheck.function_scoped_fixture]


@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=fixtures)
@given(
    st.integers(0, 10**6), st.integers(3, 60), st.sampled_from([0.0, 0.0, 0.02, 0.1, 0.3]), st.booleans(), habits
)
def test_both_ways_give_the_same_answers(
    tmp_path: Path, seed: int, rows: int, oddity: float, plain: bool, habit: dict[str, object]
) -> None:
    path = tmp_path / "fund.csv"
    path.write_bytes(written(table(random.Random(seed), rows, oddity, plain), habit))
    fast, slow, _ = both(path)
    assert fast == slow


PLAIN = {"mark": ",", "end": "\n", "quoted": False, "preamble": True, "bom": True, "ended": False, "tail": b""}
PLAIN |= {"comma": False}


def test_a_plain_table_is_read_by_columns_from_bytes_and_from_a_path(tmp_path: Path) -> None:
    data = written(
        [[f"T{k}", f"Nord AG {k}", ISINS[k % 5], "", f"{k}.50", "1", "2", "EUR"] for k in range(50)], PLAIN
    )
    path = tmp_path / "fund.csv"
    path.write_bytes(data)
    for given_as in (data, path):
        fast, slow, taken = both(given_as)
        assert taken
        assert fast == slow
    holdings = read_holdings(path)
    assert holdings.report.sha256 == hashlib.sha256(data).hexdigest()
    assert holdings.report.total_value == sum(range(50)) + 25


def test_quoted_cells_are_read_by_columns_up_to_a_mark_that_is_never_closed() -> None:
    """Names such as "Comma, Inc" are in quotation marks; an open one may swallow lines."""
    rows = [[f"T{k}", f"Comma {k}, Inc", ISINS[k % 5], "", f"{k}.50", "1", "2", "EUR"] for k in range(50)]
    data = written(rows, PLAIN | {"quoted": True})
    fast, slow, taken = both(data)
    assert taken
    assert fast == slow
    assert read_holdings(data).frame["name"].to_list() == [row[1] for row in rows]
    for broken in (
        data + b'\nT9,"Open Ltd,,,7.5,1,2,EUR',
        data + b'\nT9,"Open Ltd,,,7.5,1,2,EUR\nT10,"X",,,1,1,1,',
    ):
        fast, slow, taken = both(broken)
        assert (fast, taken) == (slow, False)


def test_decimal_commas_are_read_by_columns_where_every_number_agrees() -> None:
    rows = [[f"T{k}", f"Nord AG {k}", "", "", f"{k},50", "1,25", f"{k}", "EUR"] for k in range(50)]
    habit = PLAIN | {"mark": ";"}
    data = written(rows, habit)
    fast, slow, taken = both(data)
    assert (fast, taken) == (slow, True)
    found = bulk.read_bulk(source.load(data), ";")
    assert found is not None
    assert found.body.frame["c4"].to_list() == [k + 0.5 for k in range(50)]
    rows[40][4] = "1.234,50"
    data = written(rows, habit)
    assert read_holdings(data).report.total_value == sum(range(50)) - 40 + 24.5 + 1234.5
    assert both(data)[0] == both(data)[1]


def test_rows_far_below_are_given_as_published() -> None:
    """A total of 1275.00 closes the table: its figures are those of the file, not those of a number."""
    rows = [[f"T{k}", f"Nord AG {k}", "", "", f"{k}.50", "1.000", "", ""] for k in range(50)]
    data = written([*rows, ["Total", "", "", "", "1250.00", "50.000", "", ""]], PLAIN)
    loaded = source.load(data)
    found = bulk.read_bulk(loaded, ",")
    assert found is not None
    expected = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    assert list(found) == expected
    assert read_holdings(data).rejected["text"].to_list()[-1] == "Total | 1250.00 | 50.000"


def test_a_header_over_two_rows_needs_no_other_answers() -> None:
    upper = ["", "", "", "Market", "", ""]
    lower = ["Security name", "ISIN", "Currency", "value", "Shares", "Weight (%)"]
    rows = [["Nord AG", "DE0007164600", "EUR", f"{k}.25", "3", "1.5"] for k in range(40)]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([upper, lower, *rows])
    fast, slow, _ = both(stream.getvalue().encode())
    assert fast == slow


def test_a_file_that_is_written_to_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fund.csv"
    path.write_bytes(b"Name,Market Value\n" * 10)
    loaded = source.load(path)
    with path.open("ab") as file:
        file.write(b"Late AG,5\n")
    with pytest.raises(UnreadableFile, match=r"'fund\.csv' was written to while it was read; wait"):
        loaded.sha256  # noqa: B018 - the digest is worked out when it is asked for


def test_a_large_file_is_read_into_memory_only_when_its_bytes_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "fund.csv"
    path.write_bytes(b"0123456789")
    loaded = source.load(path)
    assert (loaded.size, loaded.start(4), loaded.held) == (10, b"0123", path)
    assert loaded.data == b"0123456789"


@settings(deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["ETF", "US0378331005", "US0378331006", "DE0007164600", None]), min_size=20))
def test_each_different_identifier_of_a_long_column_is_checked_once(texts: list[str | None]) -> None:
    column = pl.DataFrame({"isin": texts * 20}, schema={"isin": pl.String})
    assert column.select(identifiers.valid_isin(pl.col("isin"))).to_series().to_list() == [
        None if text is None else identifiers.is_isin(text) for text in texts * 20
    ]


words = st.sampled_from(["n/a", "unassigned", "k.a.", "\u212a.a.", "nana", "not available", "x", ""])
mixed = words.flatmap(lambda word: st.tuples(*(st.sampled_from([c, c.upper()]) for c in word)).map("".join))


@settings(deadline=None, derandomize=True)
@given(st.lists(mixed))
def test_words_for_nothing_are_found_in_every_mixture_of_cases(texts: list[str]) -> None:
    columns = {"name": texts, "class": texts[::-1], "plain": ["a b"] * len(texts), "empty": [None] * len(texts)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    kept = numbers.without_nulls(frame, list(columns))
    assert kept.to_dict(as_series=False) == {
        name: [None if text is None or text.lower() in vocabulary.null_words() else text for text in column]
        for name, column in columns.items()
    }


@settings(deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["a b", "ab", "", None])))
def test_a_test_in_parts_gives_the_answers_of_one_in_whole(texts: list[str | None]) -> None:
    column = pl.Series("any", texts, dtype=pl.String)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_LONG", 2)
        found = scan.scanned(column, lambda text: text.str.contains(" ", literal=True))
    assert found.to_list() == [None if text is None else " " in text for text in texts]
