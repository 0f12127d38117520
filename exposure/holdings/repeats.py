"""The same lines twice in one file: a table on two sheets, or printed again under its own header, counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .layout import Table
from .numbers import plain_number
from .rows import Aside, Sorted
from .sheets import not_holdings
from .vocabulary import squash

#: A single line may well stand in two tables; two equal tables have at least this many.
_FEWEST = 2
#: Fewer lines may stand in a smaller table by chance.
_FEWEST_EXTRACT = 3
_AGAIN = "the same lines again: counted once"


def without_repeats(tables: list[Table], rows: list[Sorted]) -> tuple[list[Sorted], list[str]]:
    """Set aside every block of lines that stands in the file a second time, in any order.

    Returns:
        The rows of each table, and a warning for each block set aside.
    """
    rows = _without_others(tables, rows)
    if sum(1 for part in rows for _ in _blocks(part)) < 2:
        return rows, []
    keys = [_key(table, block) for table, part in zip(tables, rows, strict=True) for block in _blocks(part)]
    largest: Counter[tuple[str, float | None]] = Counter(sorted(keys, key=len)[-1])
    seen: dict[tuple[tuple[str, float | None], ...], str] = {}
    result: list[Sorted] = []
    warnings: list[str] = []
    for table, part in zip(tables, rows, strict=True):
        twice: set[int] = set()
        for block in _blocks(part):
            key = _key(table, block)
            place = _place(table, block)
            if key and key in seen:
                twice.update(block)
                warnings.append(f"{place} repeats the {len(block):,} lines of {seen[key]}: they count once")
            elif len(key) >= _FEWEST_EXTRACT and len(key) < largest.total() and Counter(key) <= largest:
                twice.update(block)
                warnings.append(
                    f"{place} holds {len(block):,} lines that stand in the larger table too: counted once"
                )
            elif key:
                seen[key] = place
        result.append(_aside(part, twice))
    return result, warnings


def _without_others(tables: list[Table], rows: list[Sorted]) -> list[Sorted]:
    """Set aside the parts under a title of something else ("Purchases in the quarter"), where others are left."""
    blocks = [[block for block in _blocks(part) if block] for part in rows]
    if sum(map(len, blocks)) < 2:
        return rows
    other = [
        {i for block in mine if _is_other(table, part, block[0]) for i in block}
        for table, part, mine in zip(tables, rows, blocks, strict=True)
    ]
    if all(len(gone) == len(part.kept) for gone, part in zip(other, rows, strict=True)):
        return rows
    return [_aside(part, gone, "by its title no list of holdings") for part, gone in zip(rows, other, strict=True)]


def _is_other(table: Table, part: Sorted, first: int) -> bool:
    """Tell whether the title of a block, a line of its own above its header, names something else."""
    aside = {a.index for a in part.aside}
    for i in range(first - 1, max(first - 6, -1), -1):
        cells = [cell for cell in table.grid.rows[i] if cell]
        if i not in aside and i != table.header and cells:
            return i < table.header and len(cells) == 1 and not_holdings(cells[0])
        if len(cells) == 1 and not_holdings(cells[0]):
            return True
    return False


def _blocks(part: Sorted) -> Iterator[Sequence[int]]:
    """Cut the kept rows where the header is repeated."""
    cuts = [a.index for a in part.aside if a.reason == "repeated header"]
    if not cuts:
        yield part.kept
        return
    for low, high in zip([-1, *cuts], [*cuts, float("inf")], strict=True):
        yield [i for i in part.kept if low < i < high]


def _key(table: Table, block: Sequence[int]) -> tuple[tuple[str, float | None], ...]:
    """Describe lines by who and how much; empty where that would not tell them apart."""
    who = [
        c
        for name in ("isin", "cusip", "sedol", "ticker", "identifier", "name", "title")
        if (c := table.column(name))
    ]
    much = next((c for name in ("value", "weight", "shares", "face") if (c := table.column(name))), None)
    if len(block) < _FEWEST or not who or much is None:
        return ()
    rows = table.grid.rows

    def cell(i: int, k: int) -> str:
        return rows[i][k] if k < len(rows[i]) else ""

    lines = [("|".join(squash(cell(i, c.index)) for c in who), plain_number(cell(i, much.index))) for i in block]
    return tuple(sorted(lines, key=lambda line: (line[0], line[1] or 0.0)))


def _place(table: Table, block: Sequence[int]) -> str:
    first, last = table.grid.lines[block[0]] if block else 0, table.grid.lines[block[-1]] if block else 0
    return f"sheet '{table.grid.sheet}'" if table.grid.sheet else f"rows {first} to {last}"


def _aside(part: Sorted, twice: set[int], why: str = _AGAIN) -> Sorted:
    if not twice:
        return part
    aside = sorted([*part.aside, *(Aside(i, why) for i in twice)], key=lambda a: a.index)
    return replace(part, kept=[i for i in part.kept if i not in twice], aside=aside)
