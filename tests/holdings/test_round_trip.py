"""Any table in any layout: written in a random habit, it reads back exactly."""

from __future__ import annotations

import csv
import io
import math
import random
from dataclasses import dataclass

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from making import book

from exposure.holdings import bulk, read_holdings

ISINS = [
    "US0378331005",
    "DE0007164600",
    "FR0000120271",
    "CNE100000PM8",
    "KYG875721634",
    "GB0007980591",
    "CH0038863350",
]
WORDS = ["Alpha", "Nord", "Östra", "Société", "Hikvision", "Møller", "Bank", "Energie", "Total", "Grupo", "Tech"]
LANGUAGES = {
    "en": ("Name", "ISIN", "Market Value", "Weight (%)", "Shares", "Total"),
    "de": ("Bezeichnung", "ISIN", "Kurswert", "Gewichtung in %", "Stück", "Summe"),
    "fr": ("Libellé", "Code ISIN", "Valeur boursière", "Poids %", "Quantité", "Total"),
    "nl": ("Naam", "ISIN", "Marktwaarde", "Weging %", "Aantal", "Totaal"),
    "da": ("Papirnavn", "ISIN-kode", "Markedsværdi", "Andel %", "Antal", "I alt"),
    "sv": ("Innehav", "ISIN", "Marknadsvärde", "Andel %", "Antal", "Summa"),
    "it": ("Titolo", "Codice ISIN", "Controvalore", "Peso %", "Quantità", "Totale"),
    "es": ("Nombre", "Código ISIN", "Valor de mercado", "Peso %", "Títulos", "Total"),
}
#: Group mark, decimal mark.
HABITS = [("", "."), (",", "."), (".", ","), ("’", "."), ("'", "."), ("\u00a0", ","), (" ", ","), ("", ",")]


@dataclass(frozen=True)
class Line:
    name: str
    isin: str
    cents: int
    shares: int


@dataclass(frozen=True)
class Habit:
    language: str
    marks: tuple[str, str]
    delimiter: str
    encoding: str
    currency: str | None
    preamble: bool
    footer: bool
    total: bool
    brackets: bool
    order: tuple[int, ...]


def number(value: float, decimals: int, habit: Habit) -> str:
    group, point = habit.marks
    text = f"{abs(value):,.{decimals}f}".replace(",", "\0").replace(".", point).replace("\0", group)
    if value >= 0:
        return text
    return f"({text})" if habit.brackets else f"-{text}"


def table(lines: list[Line], habit: Habit) -> list[list[str]]:
    name, isin, value, weight, shares, total = LANGUAGES[habit.language]
    value = f"{value} ({habit.currency})" if habit.currency else value
    whole = sum(line.cents for line in lines)
    header = [name, isin, value, weight, shares]
    rows = [
        [
            line.name, line.isin, number(line.cents / 100, 2, habit), number(line.cents / whole * 100, 4, habit),
            number(line.shares, 0, habit),
        ]
        for line in lines
    ]  # fmt: skip
    if habit.total:
        rows.append([total, "", number(whole / 100, 2, habit), number(100, 4, habit), ""])
    return [[row[k] for k in habit.order] for row in [header, *rows]]


def written(lines: list[Line], habit: Habit) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=habit.delimiter)
    if habit.preamble:
        writer.writerows([["Example Fund One"], ["As of 2025-12-31"], []])
    writer.writerows(table(lines, habit))
    if habit.footer:
        writer.writerows([[], ["Past performance is no guide,\nover two lines; and more."]])
    return stream.getvalue().encode(habit.encoding)


names = st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map(" ".join)
lines_of = st.lists(
    st.builds(
        Line,
        name=names,
        isin=st.sampled_from(ISINS),
        cents=st.one_of(st.integers(1_000, 10**12), st.integers(-(10**6), -1_000)),
        shares=st.integers(1, 10**7),
    ),
    min_size=3,
    max_size=12,
).filter(lambda ls: sum(line.cents for line in ls) > 100_000)
habits = st.builds(
    Habit,
    language=st.sampled_from(sorted(LANGUAGES)),
    marks=st.sampled_from(HABITS),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    currency=st.sampled_from(["EUR", "SEK", "USD", None]),
    preamble=st.booleans(),
    footer=st.booleans(),
    total=st.booleans(),
    brackets=st.booleans(),
    order=st.permutations(range(5)).map(tuple),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(lines_of, habits)
def test_a_table_in_any_habit_reads_back_exactly(lines: list[Line], habit: Habit) -> None:
    holdings = read_holdings(written(lines, habit))
    frame, report = holdings.frame, holdings.report
    assert frame["name"].to_list() == [line.name for line in lines]
    assert frame["isin"].to_list() == [line.isin for line in lines]
    assert frame["value"].to_list() == [line.cents / 100 for line in lines]
    assert frame["shares"].to_list() == [float(line.shares) for line in lines]
    assert math.isclose(report.total_value or 0, sum(line.cents for line in lines) / 100, rel_tol=1e-12)
    assert abs((report.weight_sum or 0) - 1) < 1e-4
    assert report.currency == habit.currency
    assert str(report.as_of) == ("2025-12-31" if habit.preamble else "None")
    assert all(agrees for _, agrees in report.checks)
    assert holdings.rejected.height == 2 * habit.preamble + habit.footer + habit.total


@settings(max_examples=15, derandomize=True, deadline=None)
@given(lines_of, st.sampled_from(sorted(LANGUAGES)))
def test_a_workbook_reads_back_exactly(lines: list[Line], language: str) -> None:
    name, isin, value, _, shares, _ = LANGUAGES[language]
    rows = [[name, isin, value, shares], *([x.name, x.isin, x.cents / 100, x.shares] for x in lines)]
    frame = read_holdings(book({"Fund": rows})).frame
    assert frame["name"].to_list() == [line.name for line in lines]
    assert frame["value"].to_list() == [line.cents / 100 for line in lines]


def large(rows: int, seed: int, *, odd: bool) -> bytes:
    chance = random.Random(seed)
    out = ["Ticker,Name,ISIN,Asset Class,Market Value,Weight (%),Shares,Currency"]
    for k in range(rows):
        if odd and chance.random() < 0.01:
            out.append(
                chance.choice([",,,,,,,", f"Total,,,,{k}.5,1.0,,", "Equities,,,,,,,", "-,CASH,-,Cash,5.25,,,USD"])
            )
        isin = chance.choice([*ISINS, "", "-", "US0378331006"] if odd else ISINS)
        name = chance.choice(["Total SE", "Example ETF", " Padded Ltd ", "Nord AG", "US TREASURY 2.5% 2030"])
        kind = chance.choice(["Equity", "", "Fixed Income"])
        out.append(f"T{k % 97},{name} {k},{isin},{kind},{chance.randint(1, 10**9) / 100},0.01,{k},USD")
    return "\n".join(out).encode()


def test_the_fast_way_agrees_with_the_general_one(monkeypatch) -> None:
    """Large files are read by columns; the general way must give the same frame, rejections and checks."""
    for seed, odd in ((1, False), (2, True), (3, True)):
        data = large(20_000, seed, odd=odd)
        assert len(data) > bulk.MIN_BYTES
        fast = read_holdings(data)
        monkeypatch.setattr("exposure.holdings.text.MIN_BYTES", 10**12)
        slow = read_holdings(data)
        monkeypatch.undo()
        different = [c for c in slow.frame.columns if not slow.frame[c].equals(fast.frame[c])]
        assert not different
        assert slow.rejected.equals(fast.rejected)
        assert slow.report.checks == fast.report.checks
        assert slow.report.total_value == fast.report.total_value
        assert isinstance(fast.frame, pl.DataFrame)
