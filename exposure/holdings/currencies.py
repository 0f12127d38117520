"""In what currency the values are: by the marks of the amounts, or a column of currencies and what proves whose.

A column called just "Currency" is that of the value or that of the security: the weights, the prices, the costs and
the file's own total can tell, each with its evidence.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import polars as pl

from ..money import currency_code, currency_symbol
from .decide import Choice
from .facts import crowns
from .layout import Layout, Table
from .numbers import plain_number
from .scan import distinct
from .vocabulary import parse_header, squash, words

#: So many lines show what currencies the values are in.
_ENOUGH = 100_000
#: Lines held against prices and costs.
_LINES = 400
_FEWEST = 3


@dataclass(frozen=True)
class Whose:
    """Whether a plain currency column is the value's; ``why`` it was taken so where something proves it.

    ``code`` is the currency of the values where the same proof gives it; ``told`` whether the reader is told.
    """

    of_value: bool
    why: str | None = None
    code: str | None = None
    told: bool = True


def marked_currency(texts: pl.Series, table: Table) -> str | None:
    """Return the currency that nearly every amount carries as a mark (``$1,234``); "kr" by the table's language."""
    given = [t for t in texts.drop_nulls().head(500).to_list() if re.search(r"\d", t)]
    head = [table.grid.rows[table.header]]
    marks = Counter(_mark(t, head) for t in given)
    best, times = marks.most_common(1)[0] if marks else (None, 0)
    return best if best and times * 10 >= len(given) * 9 else None


def _mark(text: str, head: list[list[str]]) -> str | None:
    worded = re.match(r"\s*[-(]?\s*([^\W\d_]{1,4}\.?)\s*\d", text) or re.search(
        r"\d\s*([^\W\d_]{1,4}\.?)\s*$", text
    )
    if worded and worded[1] in words()["headers"]["amount_marks"]:
        return str(words()["headers"]["amount_marks"][worded[1]])
    if worded and (crown := crowns(worded[1], head)):
        return crown
    code = re.search(r"[A-Z]{3}", text)
    return currency_symbol(text) or (currency_code(code.group()) if code else None)


def whose_currency(
    table: Table,
    kept: Sequence[int],
    choice: Choice,
    layout: Layout,
    frame: pl.DataFrame,
    stated: str | None,
    added: bool,
) -> Whose:
    """Decide whether a column called just "Currency" is that of the value or that of the security.

    Args:
        table: the table.
        kept: its rows.
        choice: its value column.
        layout: may settle it (``currency_is``).
        frame: ``currency``, ``value``, ``weight``, ``shares``, ``price`` of its lines.
        stated: the currency that the lines above the table state.
        added: the file itself adds the values up.
    """
    column = table.column("currency")
    if column is None or choice.column is None:
        return Whose(False)
    if fixed := layout.facts.get("currency_is"):
        return Whose(fixed == "value", f"'{column.text}' by the layout", told=False)
    if table.column("local_currency"):
        return Whose(True, "another column gives the security's", told=False)
    name, mixed = squash(column.text), len(distinct(frame["currency"])) > 1
    if choice.column.header.currency or "base" in squash(choice.column.text):
        return Whose(False, f"'{column.text}' is the security's: '{choice.column.text}' has a currency of its own")
    if any(word in name for word in ("base", "fund", "reporting", "fonds")):
        return Whose(True, f"'{column.text}' says so", told=False)
    if stated and mixed:
        why = f"'{column.text}' is the security's: the amounts are in {stated} by a line above the table"
        return Whose(False, why)
    if added and mixed:
        return Whose(False, f"'{column.text}' is the security's: the file adds the values of all lines up")
    found = _by_weights(column.text, frame)
    if found.why or not mixed:
        return found
    return _by_price(column.text, frame) or _by_cost(table, kept, choice, column.text, frame) or found


def _by_weights(name: str, frame: pl.DataFrame) -> Whose:
    """Value per weight that is the same in every currency shows that all values are in one currency."""
    if not frame["weight"].count():
        return Whose(True)
    given = frame.head(_ENOUGH).filter(
        (pl.col("weight").abs() > 0) & (pl.col("value").abs() > 0) & pl.col("currency").is_not_null()
    )
    rates = given.group_by("currency").agg((pl.col("value") / pl.col("weight")).median().alias("rate"), pl.len())
    found = sorted(abs(rate) for rate in rates.filter(pl.col("len") >= 2)["rate"].to_list())
    if len(found) < 2:
        # Single lines prove it only where they agree to the rounding of the weights.
        found = sorted(abs(rate) for rate in rates["rate"].to_list())
        if len(found) < 2 or found[-1] / found[0] > 1.01:
            return Whose(True)
    spread = found[-1] / found[0]
    if spread < 1.25:
        return Whose(False, f"'{name}' is the security's: value per weight is the same in every currency")
    return Whose(True, f"'{name}' is the value's: value per weight differs from currency to currency")


def _by_price(name: str, frame: pl.DataFrame) -> Whose | None:
    """Hold the values against shares x price, which is in the security's own currency.

    Where they agree in one currency alone, and are off by one rate in each other, all values are in that currency.
    """
    given = frame.head(_ENOUGH).filter((pl.col("shares") > 0) & (pl.col("price") > 0) & (pl.col("value") > 0))
    ratio = (pl.col("value") / pl.col("shares") / pl.col("price")).alias("ratio")
    each = (
        given.select("currency", ratio)
        .drop_nulls()
        .group_by("currency")
        .agg(pl.col("ratio").median(), (pl.col("ratio").max() / pl.col("ratio").min()).alias("spread"))
    )
    equal = each.filter((pl.col("ratio") - 1).abs() < 0.005)
    others = each.filter((pl.col("ratio") - 1).abs() > 0.02)
    if equal.height != 1 or others.height != each.height - 1 or not others.height or (each["spread"] > 1.02).any():
        return None
    code = str(equal["currency"][0])
    why = (
        f"'{name}' is the security's: shares × price is the value in {code}, and off by one rate in each other"
        " currency"
    )
    return Whose(False, why, code)


def _by_cost(table: Table, kept: Sequence[int], choice: Choice, name: str, frame: pl.DataFrame) -> Whose | None:
    """Hold value per share against a column given twice, in the security's currency and in a stated one.

    "GAV (SEK)" beside "GAV": where value ÷ shares is near the first and far from the second on the lines in which
    the two differ, the values are in SEK.
    """
    heads = {k: parse_header(text) for k, text in enumerate(table.grid.rows[table.header]) if text}
    units = (frame["value"] / frame["shares"]).head(_LINES).to_list() if frame["shares"].count() else []
    rows = kept[: len(units)]
    for k, head in heads.items():
        twin = next((j for j, h in heads.items() if j != k and h.key == head.key and not h.currency), None)
        if head.currency is None or twin is None or choice.column is None or k == choice.column.index:
            continue
        stated, plain = (_numbers(table, rows, j) for j in (k, twin))
        gaps = [
            (abs(math.log(u / a)), abs(math.log(u / b)))
            for u, a, b in zip(units, stated, plain, strict=True)
            if u and a and b and u > 0 and a > 0 and b > 0 and abs(math.log(a / b)) > 0.5
        ]
        if len(gaps) >= _FEWEST and median(n for n, _ in gaps) < 0.5 * median(f for _, f in gaps):
            near = sum(n < f for n, f in gaps)
            if near * 10 >= len(gaps) * 9:
                text = table.grid.rows[table.header][k]
                return Whose(False, f"'{name}' is the security's: value ÷ shares is near '{text}'", head.currency)
    return None


def _numbers(table: Table, rows: Sequence[int], index: int) -> list[float | None]:
    return [plain_number(cell) for cell in table.grid.column(index, rows)]
