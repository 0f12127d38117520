"""What columns are by their content, where their headers say nothing: files without headers or in other languages.

Only what the cells prove is used: identifiers by their check digits, weights by their sum, values by being
proportional to the weights or shares × price. What stays open between two columns is asked, never guessed.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise

from ..money import CODES
from .ask import Option, question
from .codes import IDS
from .grid import Document, Grid
from .layout import IDENTITY, Column, Table
from .numbers import plain_number
from .summed import total_as_value
from .vocabulary import is_null, is_other, parse_header

#: How many rows are looked at to tell what a column holds.
SAMPLE = 400
_RANK = 2000
#: "holdingPercent", "weight_pct": never an amount.
_PERCENT = re.compile(r"percent|pct", re.IGNORECASE)


def completed(document: Document, table: Table, ask: bool = True) -> Table:
    """Add the columns that no header names but the cells prove.

    Args:
        document: for messages.
        table: the table.
        ask: whether to ask which column is the value where several can be.
    """
    left = _unread(table)
    if not left:
        return table
    texts = _columns(table, left)
    columns = list(table.columns)
    if not table.column("isin") or not any(table.column(f) for f in IDENTITY - {"title"}):
        columns += _identifiers(table, texts, {c.field for c in columns})
    if not any(c.field in ("name", "title") for c in columns):
        columns += _name(table, {k: v for k, v in texts.items() if k not in {c.index for c in columns}})
    table = replace(table, columns=tuple(columns))
    if table.column("value") is None:
        table = _valued(document, table, texts, ask)
    return table if table.column("weight") else _weighed(table, texts)


def _weighed(table: Table, texts: dict[int, list[str]]) -> Table:
    """Find the weight among the unread columns: per cent or fractions of the whole, proportional to the value."""
    value = table.column("value")
    amounts = [_number(c) for c in _columns(table, [value.index])[value.index]] if value else []
    taken = {c.index for c in table.columns}
    found = []
    for k, numbers in _numeric({k: v for k, v in texts.items() if k not in taken}).items():
        total = math.fsum(n for n in numbers if n is not None)
        whole = (abs(total - 1) < 0.02 or abs(total - 100) < 2) and not is_other(_text(table, k))
        says = parse_header(_text(table, k)).percent or sum("%" in c for c in texts[k]) * 2 > len(texts[k])
        if whole and (proportional(amounts, numbers) if any(amounts) else says):
            found.append(k)
    if len(found) != 1:
        return table
    text = _text(table, found[0])
    note = f"'{text}' is taken for the weight by its numbers: they sum to the whole"
    column = Column(found[0], "weight", text, _RANK, parse_header(text))
    return replace(table, columns=(*table.columns, column), notes=(*table.notes, note))


def inferred(document: Document, grid: Grid) -> Table | None:
    """Find a table none of whose headers is known: a block of rows with valid identifiers in one column."""
    rows = grid.rows
    if not isinstance(rows, list):
        return None
    start, index = _first_identified(grid)
    if start is None:
        return None
    head = start - 1
    known = (
        head >= 0 and sum(1 for c in rows[head] if c) >= 2 and not any(_number(c) is not None for c in rows[head])
    )
    if not known:
        width = max(len(row) for row in rows[start : start + SAMPLE])
        rows.insert(start, [f"column {k + 1}" for k in range(width)])
        grid.lines.insert(start, grid.lines[start])
        head = start
    kind = next(kind for kind, valid in IDS.items() if valid(rows[head + 1][index]))
    table = Table(grid, head, len(rows), (), None, len(rows))
    found = completed(document, replace(table, columns=(Column(index, kind, _text(table, index), _RANK),)))
    return found if found.column("value") or found.column("weight") or found.column("name") else None


def _first_identified(grid: Grid) -> tuple[int | None, int]:
    """Return the first row, and the column, of a block in which most rows have a valid identifier."""
    for i, row in enumerate(grid.rows[:SAMPLE]):
        for k, cell in enumerate(row):
            kind = next((kind for kind, valid in IDS.items() if valid(cell)), None)
            if kind is None or (kind == "sedol" and cell.isdigit()):
                continue
            block = [r[k] if k < len(r) else "" for r in grid.rows[i : i + 50] if any(r)]
            if sum(IDS[kind](c) for c in block) * 5 >= len(block) * 3:
                return i, k
    return None, 0


def _unread(table: Table) -> list[int]:
    read = {c.index for c in table.columns}
    width = max((len(row) for row in table.grid.rows[table.header : table.header + SAMPLE]), default=0)
    return [k for k in range(min(width, 200)) if k not in read]


def _columns(table: Table, wanted: list[int]) -> dict[int, list[str]]:
    rows = [r for r in table.grid.rows[table.header + 1 : min(table.stop, table.header + 1 + SAMPLE)] if any(r)]
    return {k: [row[k] if k < len(row) else "" for row in rows] for k in wanted}


def _text(table: Table, index: int) -> str:
    row = table.grid.rows[table.header]
    return (row[index] if index < len(row) else "") or f"column {index + 1}"


def _identifiers(table: Table, texts: dict[int, list[str]], present: set[str]) -> list[Column]:
    found = []
    for k, cells in texts.items():
        given = [c for c in cells if not is_null(c)]
        for kind, valid in IDS.items():
            strong = kind in ("isin", "lei", "figi") or any(not c.isdigit() for c in given)
            if kind not in present and strong and given and sum(map(valid, given)) * 10 >= len(given) * 8:
                found.append(Column(k, kind, _text(table, k), _RANK))
                present.add(kind)
                break
    return found


def _name(table: Table, texts: dict[int, list[str]]) -> list[Column]:
    """Take the column with the most different wordy texts for the name."""
    best, most = None, 0.0
    for k, cells in texts.items():
        wordy = {
            c for c in cells if re.search(r"[^\W\d_]{2}", c) and c.upper() not in CODES and plain_number(c) is None
        }
        length = sum(len(c) for c in wordy) / len(wordy) if wordy else 0.0
        score = len(wordy) * min(length, 20.0)
        if len(wordy) * 2 > len(cells) and length > 4 and score > most:
            best, most = k, score
    return [] if best is None else [Column(best, "name", _text(table, best), _RANK)]


def _number(cell: str) -> float | None:
    return plain_number(cell)


def _numeric(texts: dict[int, list[str]]) -> dict[int, list[float | None]]:
    found = {}
    for k, cells in texts.items():
        numbers = [_number(c) for c in cells]
        given = [c for c in cells if not is_null(c)]
        if given and sum(n is not None for n in numbers) * 10 >= len(given) * 9:
            found[k] = numbers
    return found


def _valued(document: Document, table: Table, texts: dict[int, list[str]], ask: bool) -> Table:
    """Find the value among the unread number columns."""
    taken = {c.index for c in table.columns}
    numeric = {k: v for k, v in _numeric(texts).items() if k not in taken and not _is_counter(v)}
    numeric = {k: v for k, v in numeric.items() if any(n and abs(n) > 0 for n in v) and not _is_of_all(v)}
    columns = list(table.columns)
    known = {c.field for c in columns}
    weights = _weights_of(table)
    if weights is None and "weight" not in known:
        sums = [k for k, v in numeric.items() if _sums_to_whole(v, texts[k]) and not is_other(_text(table, k))]
        if len(sums) == 1:
            columns.append(
                Column(sums[0], "weight", _text(table, sums[0]), _RANK, parse_header(_text(table, sums[0])))
            )
            weights = numeric.pop(sums[0])
    shares = {k for k in numeric if parse_header(_text(table, k)).percent or _PERCENT.search(_text(table, k))}
    numeric = {k: v for k, v in numeric.items() if k not in shares}
    proven = [k for k, v in numeric.items() if weights and proportional(v, weights)]
    proven = proven or [k for k, v in numeric.items() if _is_product(k, numeric)]
    unread = not known & {"weight", "shares", "face", "notional", "cost", "value_local", "price"}
    if not proven and unread and weights is None and numeric:
        proven = [k for k in numeric if not is_other(_text(table, k))]
    if not proven:
        # A unit of money in the header speaks for the only column that has one.
        own = {k: _text(table, k) for k in numeric if not is_other(_text(table, k))}
        money = [k for k, text in own.items() if (h := parse_header(text)).currency or h.scale]
        proven = money if len(money) == 1 and "value_local" not in known else []
    if not proven:
        return replace(table, columns=tuple(columns))
    if ask and len(proven) > 1 and any(numeric[k] != numeric[proven[0]] for k in proven[1:]):
        _ask(document, table, {k: numeric[k] for k in proven})
    text = _text(table, proven[0])
    columns.append(Column(proven[0], "value", text, _RANK, parse_header(text)))
    note = f"'{text}' is taken for the value by its numbers: its header is not one we know"
    return replace(table, columns=tuple(columns), notes=(*table.notes, note))


def _weights_of(table: Table) -> list[float | None] | None:
    column = table.column("weight")
    return [_number(c) for c in _columns(table, [column.index])[column.index]] if column else None


def _is_counter(numbers: list[float | None]) -> bool:
    """Tell a column that only numbers the rows."""
    given = [n for n in numbers if n is not None]
    return len(given) > 1 and all(b - a == 1 for a, b in pairwise(given))


def _is_of_all(numbers: list[float | None]) -> bool:
    """Tell one figure on all lines: the fund's net assets or unit price, no line's own value."""
    given = [n for n in numbers if n is not None]
    return len(given) > 2 and len(set(given)) == 1


def _sums_to_whole(numbers: list[float | None], cells: list[str]) -> bool:
    given = [n for n in numbers if n is not None]
    total = math.fsum(given)
    marked = sum("%" in c for c in cells) * 2 > len(given)
    return len(given) >= 3 and (marked or abs(total - 1) < 0.01 or abs(total - 100) < 1)


def proportional(values: list[float | None], weights: list[float | None]) -> bool:
    """Tell whether the larger lines have one and the same value per weight."""
    pairs = [(v, w) for v, w in zip(values, weights, strict=False) if v and w]
    large = sorted(pairs, key=lambda p: -abs(p[1]))[:10]
    rates = sorted(v / w for v, w in large)
    return len(rates) >= 3 and rates[0] > 0 and rates[-1] / rates[0] < 1.02


def _is_product(index: int, numeric: dict[int, list[float | None]]) -> bool:
    """Tell whether a column is the product of two others, as value is of shares and price."""
    others = [k for k in numeric if k != index][:6]
    for n, a in enumerate(others):
        for b in others[n + 1 :]:
            rows = [(numeric[index][i], x, y) for i, (x, y) in enumerate(zip(numeric[a], numeric[b], strict=True))]
            full = [(v, x * y) for v, x, y in rows if v and x and y]
            if len(full) >= 3 and all(abs(v / p - 1) < 0.005 for v, p in full[:20]):
                return True
    return False


def _ask(document: Document, table: Table, numeric: dict[int, list[float | None]]) -> None:
    """Ask which of several number columns is the value."""
    options = [
        Option(_text(table, k), tuple(f"{n:,.2f}" for n in v[:3] if n is not None), total_as_value(table, k))
        for k, v in numeric.items()
    ]
    raise question(document, "value_column", options, "columns that can be the value", [table])
