"""What columns are beyond their headers, by what stands below: a name that no header says, a fund in its place.

One header names different things with different publishers: "Holding" the security or its number, "Fond" the
security or the fund that holds it, "Amount" a value or a number of shares.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..money import CODES
from .codes import are_tickers
from .grid import Grid
from .kinds import kind_of_class
from .layout import AMOUNTS, IDENTITY, Column, Table
from .numbers import plain_number
from .vocabulary import PART, is_null, is_unit, parse_header, squash, words

#: Rows looked at.
_SAMPLE = 60
_CONTENT = 2 * PART
_CODES = ("ticker", "isin", "cusip", "sedol", "figi", "identifier")
#: Part of a column's cells that must name classes.
_MOST = 0.6
#: Of so many names with one code it is nobody's own; of two or three one may be mistaken, and a person must see it.
_FEWEST = 4


def with_roles(table: Table) -> Table:
    """Settle the columns of a table whose headers can mean two things."""
    table = _with_own_codes(_with_group(_with_money(_with_shares(_with_name(table)))))
    table = _with_country(_without_account_type(_with_class(table)))
    return _with_lone_value(_with_base_currency(table))


def named_by_content(grid: Grid, header: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Add the name to a header that gives amounts, where one column without a known header holds names.

    A table of countries, sectors or asset classes has no such column, and stays what it is.

    Returns:
        The columns, or none where there is no such column.
    """
    # A cell that is a unit and nothing else ("in thousands") names no column.
    sure = {c.field for c in columns if c.rank < PART and not is_unit(c.text)}
    if not sure & AMOUNTS or sure & IDENTITY or not isinstance(grid.rows, list):
        return ()
    below = [row for row in grid.rows[header + 1 : header + 1 + _SAMPLE] if sum(1 for c in row if c) > 1]
    amounts = [c.index for c in columns if c.field in AMOUNTS]
    below = [row for row in below if any(k < len(row) and plain_number(row[k]) is not None for k in amounts)]
    values = sum(c.field == "value" for c in columns)
    taken = {c.index for c in columns if c.field != "group" and not (c.field == "value" and values > 1)}
    free = [k for k, text in enumerate(grid.rows[header]) if text and k not in taken]
    for k in free:
        texts = [row[k] for row in below if k < len(row) and row[k]]
        account = bool(texts) and squash(grid.rows[header][k]) in _accounts()
        if account or (len(texts) >= 2 and len(texts) * 10 >= len(below) * 9 and _are_names(texts)):
            left = tuple(c for c in columns if c.index != k)
            text = grid.rows[header][k]
            return (*left, Column(k, "name", text, _CONTENT, parse_header(text)))
    return ()


def _accounts() -> frozenset[str]:
    return frozenset(squash(word) for word in words()["headers"]["accounts"])


def _are_names(texts: list[str]) -> bool:
    """Tell names of securities: different words of some length, no classes, currencies or numbers."""
    wordy = [
        t for t in texts if re.search(r"[^\W\d_]{2}", t) and plain_number(t) is None and t.upper() not in CODES
    ]
    classes = sum(1 for t in wordy if kind_of_class(t))
    long = sum(len(t) > 3 or not t.isascii() for t in wordy)
    return (
        len(wordy) * 10 >= len(texts) * 9
        and len(set(wordy)) * 10 >= len(wordy) * 8
        and long * 10 >= len(wordy) * 7
        and classes * 2 < len(wordy)
    )


def _with_name(table: Table) -> Table:
    """Take a column of words for the name where no header says so (in Spanish name and value are both "valor")."""
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 60)]
    table = _with_holdings_counted(table, rows)
    if table.column("name") or table.column("title"):
        return table
    for column in (c for c in table.columns if c.field in ("identifier", "value")):
        cells = [row[column.index] for row in rows if column.index < len(row) and row[column.index]]
        wordy = [cell for cell in cells if not any(c.isdigit() for c in cell)]
        if cells and len(wordy) * 2 > len(cells):
            named = replace(column, field="name")
            return replace(table, columns=tuple(named if c is column else c for c in table.columns))
    return table


def _with_holdings_counted(table: Table, rows: list[list[str]]) -> Table:
    """Take a name column of numbers for the number of shares, which "Holding" and "Position" head as well."""
    changed = []
    for column in table.columns:
        cells = [row[column.index] for row in rows if column.index < len(row) and not is_null(row[column.index])]
        numbers = sum(1 for cell in cells if plain_number(cell) is not None)
        if column.field == "name" and cells and numbers * 10 >= len(cells) * 9:
            if table.column("shares") is None:
                changed.append(replace(column, field="shares"))
        else:
            changed.append(column)
    return replace(table, columns=tuple(changed))


def _with_shares(table: Table) -> Table:
    """Take a column called only "amount" for the number of shares where another one is the value."""
    values = table.all("value")
    amount = next((c for c in values if c.header.key == "amount" and not c.header.currency), None)
    if amount is None or len(values) < 2 or table.column("shares"):
        return table
    return replace(table, columns=tuple(replace(c, field="shares") if c is amount else c for c in table.columns))


def _with_money(table: Table) -> Table:
    """Take a column called only "holding" for the value where its header states a currency and none is a value."""
    if table.column("value"):
        return table
    money = [c for c in table.all("shares") if c.header.currency]
    if len(money) != 1:
        return table
    return replace(table, columns=tuple(replace(c, field="value") if c is money[0] else c for c in table.columns))


def _with_group(table: Table) -> Table:
    """Take a second name column that repeats a few names for the fund or portfolio the lines belong to."""
    names = table.all("name")
    if len(names) < 2 or table.column("group"):
        return table
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 400)]
    texts = {c.index: [row[c.index] for row in rows if c.index < len(row) and row[c.index]] for c in names}
    different = {k: len(set(cells)) / len(cells) if cells else 1.0 for k, cells in texts.items()}
    few = next((c for c in names if different[c.index] <= 0.5 and len(texts[c.index]) > 3), None)
    many = [c for c in names if c is not few and different[c.index] > 0.8]
    if few is None or not many or squash(few.text) not in _funds():
        return table
    return replace(table, columns=tuple(replace(c, field="group") if c is few else c for c in table.columns))


def _with_own_codes(table: Table) -> Table:
    """Take one code on all lines of different names for that of the fund, and a name column of codes for theirs."""
    name = table.column("name")
    names = set(_cells(table, name)) if name else set()
    codes = {id(c): _cells(table, c) for c in table.columns if c.field in _CODES}
    # Where another column gives each line a code of its own, two lines are enough.
    own = any(len(set(cells)) == len(cells) > 1 for cells in codes.values())
    if name is None or len(names) < (2 if own else _FEWEST):
        return table
    changed = {}
    for column in (c for c in table.columns if c.field in _CODES):
        cells = codes[id(column)]
        if len(cells) >= len(names) and len(set(cells)) == 1:
            changed[id(column)] = replace(column, field="group", rank=column.rank + PART)
    if any(c.field == "ticker" and id(c) in changed for c in table.columns):
        coded = [c for c in table.all("name") if c is not name and are_tickers(_cells(table, c))]
        changed |= {id(c): replace(c, field="ticker") for c in coded[:1]}
    return replace(table, columns=tuple(changed.get(id(c), c) for c in table.columns)) if changed else table


def _with_country(table: Table) -> Table:
    """Take a "Region" of two-letter codes for the country."""
    heads = table.grid.rows[table.header]
    taken = {c.index for c in table.columns}
    regions = words()["headers"]["regions"]
    place = next((k for k, text in enumerate(heads) if text.casefold() in regions and k not in taken), None)
    if place is None or table.column("country"):
        return table
    column = Column(place, "country", heads[place], _CONTENT, parse_header(heads[place]))
    cells = _cells(table, column)
    coded = sum(bool(re.fullmatch(r"[A-Z]{2}", cell)) for cell in cells)
    if not cells or coded * 10 < len(cells) * 9:
        return table
    return replace(table, columns=(*table.columns, column))


def _with_class(table: Table) -> Table:
    """Take a further name column that holds classes ("Gattung": "Aktien", "Anleihen") for the asset class."""
    names = table.all("name")
    if len(names) < 2 or table.column("asset_class"):
        return table
    for column in names[1:] if _classed(table, names[0]) < _MOST else ():
        if _classed(table, column) >= _MOST:
            classed = replace(column, field="asset_class")
            return replace(table, columns=tuple(classed if c is column else c for c in table.columns))
    return table


def _classed(table: Table, column: Column) -> float:
    """Return the part of a column's cells that name a class of securities."""
    cells = _cells(table, column)
    return sum(kind_of_class(cell) is not None for cell in cells) / len(cells) if cells else 0.0


def _cells(table: Table, column: Column) -> list[str]:
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 1 + _SAMPLE)]
    return [row[column.index] for row in rows if column.index < len(row) and not is_null(row[column.index])]


def _without_account_type(table: Table) -> Table:
    """Set aside a "Type" that is the account's ("Cash" or "Margin"), not the security's: shares are no cash."""
    column, price = table.column("asset_class"), table.column("price")
    types = {cell.casefold() for cell in _cells(table, column)} if column else set()
    if column is None or not types or not types <= set(words()["headers"]["account_types"]):
        return table
    priced = [n for cell in _cells(table, price) if (n := plain_number(cell)) is not None] if price else []
    if types <= {"cash"} and all(n in (1.0, 100.0) for n in priced):
        return table
    return replace(table, columns=tuple(c for c in table.columns if c is not column))


def _funds() -> frozenset[str]:
    return frozenset(squash(word) for word in words()["headers"]["fund_words"])


def _with_base_currency(table: Table) -> Table:
    """Take the plain "Currency" for the security's where another column gives the currency of the fund."""
    currencies = table.all("currency")
    if len(currencies) == 2 and squash(currencies[0].text) == squash(currencies[1].text):
        return _with_twin_currencies(table, currencies)
    base = [c for c in currencies if any(word in squash(c.text) for word in words()["headers"]["base_words"])]
    if len(currencies) < 2 or not base or len(base) == len(currencies):
        return table
    local = [c for c in currencies if c not in base]
    changed = {id(c): replace(c, field="local_currency", rank=c.rank + PART) for c in local}
    return replace(table, columns=tuple(changed.get(id(c), c) for c in table.columns))


def _with_twin_currencies(table: Table, twins: list[Column]) -> Table:
    """Of two currency columns of one name take the one that is the same on all lines for the fund's."""
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 1 + _SAMPLE)]
    different = [
        len({row[c.index] for row in rows if c.index < len(row) and not is_null(row[c.index])}) for c in twins
    ]
    if sorted(different)[0] != 1 or sorted(different)[1] < 2:
        return table
    local = twins[different.index(max(different))]
    changed = replace(local, field="local_currency", rank=local.rank + PART)
    return replace(table, columns=tuple(changed if c is local else c for c in table.columns))


def _with_lone_value(table: Table) -> Table:
    """Take the only number column, called "Exposure" or "Balance", for the value where no other is one."""
    numbers = [c for c in table.columns if c.field in AMOUNTS or c.header.key in _lone_values()]
    if len(numbers) != 1 or numbers[0].header.key not in _lone_values() or numbers[0].rank < 0:
        return table
    column = numbers[0]
    rows = table.grid.rows[table.header + 1 : min(table.stop, table.header + 1 + _SAMPLE)]
    cells = [row[column.index] for row in rows if column.index < len(row) and not is_null(row[column.index])]
    found = [plain_number(cell) for cell in cells]
    unread = {k for k, text in enumerate(table.grid.rows[table.header]) if text} - {c.index for c in table.columns}
    others = any(plain_number(row[k]) is not None for row in rows for k in unread if k < len(row))
    # Numbers of a registry have no decimals and are all about as long.
    code = column.field == "identifier" and all(n is not None and n.is_integer() and n >= 1e5 for n in found)
    if others or code or not cells or sum(n is not None for n in found) * 10 < len(cells) * 9:
        return table
    value = replace(column, field="value", rank=_CONTENT)
    return replace(table, columns=tuple(value if c is column else c for c in table.columns))


def _lone_values() -> frozenset[str]:
    return frozenset(squash(word) for word in words()["headers"]["lone_values"])
