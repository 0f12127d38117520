"""Form 13F information tables as printed before 2013: text in columns within ``<TABLE>`` marks.

Columns differ from filer to filer, and lines are shifted within them; what no filer can do without is the CUSIP,
whose check digit proves it, between name and class before it and value and shares behind it. A table is read only
where that is exact: every line with amounts is explained, and the filing's own sum or count, where it states them,
agrees. Source of the form: SEC Form 13F, special instructions 11 and 12 (as in force until May 2013).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import NoHoldings
from ..identifiers import is_cusip
from .numbers import plain_number
from .source import Source

_TABLE = re.compile(r"<TABLE>(.*?)(?:<[/\\]TABLE>|</TEXT>|\Z)", re.DOTALL | re.IGNORECASE)
_CUSIP = re.compile(r"(?<!\S)([0-9A-Z]{6})[ -]?([0-9A-Z]{2})[ -]?([0-9])(?!\S)", re.IGNORECASE)
#: A number that lost the zeros before it.
_SHORT = re.compile(r"(?<!\S)\d{7,8}(?!\S)")
#: An amount, to which some filers attach whether it is shares or principal: ``117200sh``.
_AMOUNT = re.compile(r"\$?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(SH|PRN)?", re.IGNORECASE)
_KIND = re.compile(r"(?<![A-Z])(SH|PRN)(?![A-Z])", re.IGNORECASE)
_OPTION = re.compile(r"(?<!\S)(PUT|CALL)(?!\S)", re.IGNORECASE)
_DISCRETION = re.compile(r"(?<!\S)(SOLE|DEFINED|SHARED\S*|OTHER|X)(?!\S)", re.IGNORECASE)
_VALUES = re.compile(r"\bVALUE\b|X ?\$?1,?000|THOUSANDS", re.IGNORECASE)
_SHARES = re.compile(r"\bSHARES\b|\bSHS\b|\bPRN\b|\bPRINCIPAL\b|\bQUANTITY\b", re.IGNORECASE)
_MARK = re.compile(r"<[SC]>", re.IGNORECASE)
_ENTRIES = re.compile(r"Table\s+Entry\s+Total:?\s*(\d[\d,]*)", re.IGNORECASE)
_TOTAL = re.compile(r"Table\s+Value\s+Total:?\s*\$?\s*(\d[\d,.]*)(?!\S*\s*(?:b|m)illion)", re.IGNORECASE)
_QUARTER = re.compile(r"(?:Quarter|Period)\s+Ended:?\s+([A-Z][a-z]+ \d{1,2}, ?\d{4})", re.IGNORECASE)
#: Lines with a figure, a mark, a rule or a heading are no part of a name.
_NO_NAME = re.compile(r"[\d<=_]|--|\b(CUSIP|ISSUER|CLASS|VALUE|COLUMN|TOTALS?|PAGE)\b", re.IGNORECASE)
#: Name and class stand apart by at least two blanks.
_APART = re.compile(r"\s{2,}")
#: Above the first holding, smaller numbers are those of columns.
_LARGE = 100.0
#: Lines of a name that runs over several.
_MOST_WRAPPED = 3


@dataclass
class _Found:
    """The holdings of all tables as cells, the line each stands on, and lines that could not be explained."""

    rows: list[list[str]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    shares_first: bool = False
    cut: int | None = None  # where the column of classes begins, by its mark
    proved: bool = True  # every table states the sum of its lines


def printed_table(source: Source) -> tuple[list[list[str]], list[int], str | None] | None:
    """Read the information table of a submission that gives it as printed text.

    Args:
        source: the full submission.

    Returns:
        Rows of name, class, CUSIP, FIGI (none), value, shares, type and put or call, as published; the line each
        stands on; the day of the holdings as the cover page writes it. Null where the text holds no such table.

    Raises:
        NoHoldings: there is one, and it cannot be read exactly.
    """
    text = source.data.decode("latin-1")
    found = _Found()
    for table in _TABLE.finditer(text):
        lines = table[1].expandtabs().splitlines()
        if any(_cusip(line) for line in lines):
            _read(lines, text.count("\n", 0, table.start(1)) + 1, found)
    if not (found.rows or found.unexplained):
        return None
    if fault := _fault(text, found):
        raise NoHoldings(
            f"{source.label} gives its 13F table as printed text that cannot be read exactly: {fault};"
            " give the holdings as a table of their own."
        )
    day = _QUARTER.search(text)
    return found.rows, found.places, day[1] if day else None


def _read(lines: list[str], first: int, found: _Found) -> None:
    head = next((n for n, line in enumerate(lines) if _cusip(line) or _is_open(line, _LARGE)), 0)
    values, shares = (_place(lines[:head], pattern) for pattern in (_VALUES, _SHARES))
    if values is not None and shares is not None:
        found.shares_first = shares < values
    marks = [[m.start() for m in _MARK.finditer(line)] for line in lines[:head]]
    found.cut = next((found_at[1] for found_at in marks if len(found_at) > 3), found.cut)
    above: list[str] = []
    start, sums = len(found.rows), []
    for n, line in enumerate(lines):
        cells = _holding(line, above, found)
        if cells is None and found.rows:
            cells = _further(line, found)
        if cells is not None:
            found.rows.append(cells)
            found.places.append(first + n)
        elif _cusip(line) or (n >= head and _is_open(line)):
            found.unexplained.append(line.strip())
        elif n > head and len(amounts := _AMOUNT.findall(line)) == 1:
            sums.append(float(amounts[0][0].replace(",", "")))
        elif found.places and found.places[-1] == first + n - 1 and _is_name(line) and _ends(lines, n):
            found.rows[-1][0] += f" {' '.join(line.split())}"
        above = [*above, line][-_MOST_WRAPPED:] if cells is None and _is_name(line) else []
    whole = [sum(float(row[4]) for row in rows) for rows in (found.rows[start:], found.rows)]
    found.proved &= any(abs(total - one) <= len(found.rows) / 2 for total in whole for one in sums)


def _is_name(line: str) -> bool:
    """Tell a line with a part of a name and nothing else."""
    return any(c.isalpha() for c in line) and not _NO_NAME.search(line)


def _ends(lines: list[str], n: int) -> bool:
    """Tell whether a blank line follows, as behind a name whose end stands below its first line."""
    return n + 1 >= len(lines) or not lines[n + 1].strip()


def _place(head: list[str], pattern: re.Pattern[str]) -> int | None:
    """Return where a column's heading begins, in whichever line of the header it stands."""
    return min((m.start() for line in head if (m := pattern.search(line))), default=None)


def _cusip(line: str) -> re.Match[str] | None:
    """Return the place of the CUSIP on a line: by its check digit, and with a digit, which no word has."""
    for match in _CUSIP.finditer(line):
        if is_cusip("".join(match.groups()).upper()) and any(c.isdigit() for c in "".join(match.groups())[:8]):
            return match
    return next((m for m in _SHORT.finditer(line) if m.start() and is_cusip(m[0].zfill(9))), None)


def _holding(line: str, above: list[str], found: _Found) -> list[str] | None:
    match = _cusip(line)
    if match is None:
        return None
    amounts = _amounts(line[match.end() :], found.shares_first)
    if amounts is None:
        return None
    before = line[: match.start()]
    parts = [part for part in _APART.split(before.strip()) if part]
    if len(parts) == 1 and found.cut and before[: found.cut].strip() and before[found.cut - 1 : found.cut] == " ":
        parts = [part.strip() for part in (before[: found.cut], before[found.cut :]) if part.strip()]
    name, title = (" ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else ("".join(parts), "")
    wrapped = [text for text in above if not name or before[:1] == " " or text[:1] == " "]
    if wrapped and (not name or (before[:1] == " " and wrapped[0][:1] != " ")):
        name = " ".join(" ".join(text.split()) for text in (*wrapped, name)).strip()
    return [name, title, re.sub(r"[ -]", "", match[0]).upper().zfill(9), "", *amounts]


def _amounts(behind: str, shares_first: bool) -> list[str] | None:
    """Return value, shares, their type and put or call; null where the next two words are not both amounts."""
    words = [word for word in behind.replace("$", " ").split() if word.upper() not in ("SH", "PRN")][:2]
    read = [_AMOUNT.fullmatch(word) for word in words]
    if len(read) < 2 or not (read[0] and read[1]):
        return None
    kind = _KIND.search(behind)
    if kind and len(re.findall(r"\d[\d,.]*", behind[: kind.start()])) < 2 and not shares_first:
        # The value stands on another line: these are shares and votes.
        return None
    one, two = (match[1].replace(",", "") for match in read if match)
    value, shares = (two, one) if shares_first else (one, two)
    attached = next((match[2] for match in read if match and match[2]), None)
    option = _OPTION.search(behind)
    return [
        value,
        shares,
        (attached or (kind[1] if kind else "")).upper(),
        option[1].capitalize() if option else "",
    ]


def _further(line: str, found: _Found) -> list[str] | None:
    """Read a line that gives only amounts: a further part of the holding above, under other discretion."""
    words = line.strip()
    if not line.startswith("   ") or not words[:1].isdigit():
        return None
    amounts = _amounts(words, found.shares_first)
    if amounts is None or not (_KIND.search(words) or _DISCRETION.search(words)):
        return None
    return [*found.rows[-1][:4], *amounts]


def _is_open(line: str, least: float = 0.0) -> bool:
    """Tell a line with two amounts or more that is no total, rule or heading."""
    amounts = [match for word in line.split() if (match := _AMOUNT.fullmatch(word))]
    large = any(float(match[1].replace(",", "")) >= least for match in amounts)
    return len(amounts) > 1 and large and not re.search(r"\btotals?\b", line, re.IGNORECASE)


def _fault(text: str, found: _Found) -> str:
    """Say in what the lines read differ from what the filing says of them; nothing where they agree."""
    if found.proved and not found.unexplained:
        return ""
    entries, total = (m and plain_number(m[1].rstrip(".")) for m in (_ENTRIES.search(text), _TOTAL.search(text)))
    values = sum(float(row[4]) for row in found.rows)
    if total is not None and abs(total - values) > max(1.0, len(found.rows) / 2):
        return f"it states a value of {total:,.0f}, and its lines sum to {values:,.0f}"
    counted = entries == len(found.rows)
    if total is not None and (counted or not found.unexplained):
        return ""
    if found.unexplained:
        count = len(found.unexplained)
        lines = "a line is" if count == 1 else f"{count} lines are"
        return f"{lines} not understood, such as '{found.unexplained[0][:60]}'"
    if entries is not None and not counted:
        return f"it states {entries:,.0f} entries, and {len(found.rows):,} were found"
    return ""
