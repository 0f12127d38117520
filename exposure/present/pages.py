"""Words of whole pages: dates, limits, method, what a redacted copy leaves out, short forms for long tables.

The sentences about findings are in ``words.py``; nothing here states a finding of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from exposure.present.words import MARKS, counted, dated, day, mark, since
from exposure.results import Results

LIMITS = (
    "This is research, not legal advice, and no statement about any person's guilt. None of the sources was "
    "checked at its original site; of each it is said beside it whether a copy was read, or nothing but memory "
    "supports it."
)
CORRECTION = (
    "To correct an entry, or to add a company's reply, name the entry, the document and its date to the "
    "maintainers of the reference data; the rule for it is part of those data."
)
METHOD = (
    (
        "One line, one relation",
        "A line counts once, in its strongest relation, however many lists and chains meet it.",
    ),
    (
        "At least",
        "“At least” counts companies on an official list and companies that a list's own ownership rule reaches. "
        "An accusation is never added to it, nor is a minority stake or a business link.",
    ),
    (
        "At most",
        "“At most” adds whatever cannot be excluded: lines awaiting review, funds whose holdings nobody has given, "
        "lines that say too little, and companies that a rule may reach though a share is not known.",
    ),
    (
        "What a list restricts",
        "A list is told by what it restricts and whom it binds. An export-control entry is no sanction.",
    ),
    (
        "Allegation and reply",
        "An allegation names its accuser and its date, and stands beside the company's reply, or says that none "
        "was found.",
    ),
    (
        "Context",
        "A listing that is known from memory only, proposed, ended or unofficial is shown as context and decides "
        "nothing. A stake known from memory only makes a tie at most, said with it, and no rule reach anybody.",
    ),
    (
        "Names and identifiers",
        "A line is taken for a company by a valid identifier, by its exact name, or by a person's decision. A name "
        "that merely resembles one waits for review and is counted in “at most” only. A name that resembles none "
        "on file counts as identified by its name alone: that is as good as the names on file.",
    ),
    (
        "Ownership",
        "A rule is applied as its list states it: which share, of one owner or of several together, and whether "
        "control counts. A stake whose size is not known keeps its bounds and is never guessed.",
    ),
    (
        "Funds",
        "A fund counts by what it holds where its holdings were given; otherwise its whole value could not be "
        "checked, and says so.",
    ),
    (
        "Dates",
        "Holdings, lists, stakes and the holdings of funds each have a date of their own. Whether a listing was in "
        "force when the line was held is said of every company.",
    ),
)
WEIGHT_WORDS = {
    "effect": {
        "dealing": "any dealing (asset freeze)",
        "investment": "investing",
        "export_to": "exports to the company",
        "import_from": "imports from it",
        "procurement": "purchases by governments",
        "authorisation": "authorisation of its equipment",
        "none": "nothing",
    },
    "accuser": {
        "government": "a government",
        "parliament": "a parliament",
        "academic": "an academic study",
        "ngo": "a non-governmental organisation",
        "press": "the press",
        "witness": "a witness",
        "investor": "an investor",
        "other": "somebody else",
    },
    "relation": {
        "listed": "named itself",
        "reached": "reached by a rule",
        "connected": "tied by ownership",
        "business": "by business",
    },
}
WITHHELD = {
    "percent": "This copy shows shares of the portfolio and leaves every amount of money out.",
    "flagged": "This copy names the lines that meet a listing or an allegation and no others; the totals count "
    "every line.",
    "names": "This copy leaves out the portfolio's name, its files and its holder.",
}


def withheld(results: Results) -> tuple[str, ...]:
    """What a redacted copy leaves out (``percent``, ``flagged``, ``names``); nothing for a full one."""
    told = str(results.manifest.get("redact") or "").split("+")
    return tuple(level for level in WITHHELD if level in told)


def dates_sentence(results: Results) -> str:
    """The four dates of a result."""
    when = results.as_of
    held = f"Holdings of {day(when.holdings)}" if when.holdings else "The file does not date its holdings"
    looked = f"; funds looked into as of {day(when.funds)}" if when.funds else ""
    return f"{held}; lists as of {day(when.lists)}; stakes as of {day(when.stakes)}{looked}."


def currency_sentence(results: Results) -> str:
    """That the amounts have no currency, where the file names none; "" otherwise."""
    unnamed = results.currency is None and results.total_value is not None
    return "The file does not name the currency of its amounts." if unnamed else ""


def unchecked_sentence(results: Results) -> str:
    """How many lines could not be checked; of a copy without other lines' names, that they are not listed."""
    rows = {row["coverage"]: row["lines"] for row in results.coverage.iter_rows(named=True)}
    number = sum(rows[name] for name in ("awaiting_review", "opaque_funds", "unidentified"))
    if not number:
        return "Nothing: every line could be identified, or is cash and the like."
    shown = "not named in this copy" if "flagged" in withheld(results) else "largest first"
    return f"{counted(number, 'line', 'lines')}, {shown}. None of it is counted as free of exposure."


def legend_sentence(relations: Iterable[tuple[str, str]]) -> str:
    """The letters in words, those that occur.

    Args:
        relations: each relation with its kind, ``("listed", "designation")``.
    """
    letters = {mark(relation, kind) for relation, kind in relations}
    bare = {letter.strip("()") for letter in letters}
    words = [f"{letter}: {meaning}" for letter, meaning in MARKS if letter in bare]
    words += ["in brackets: through an accusation alone"] if letters - bare else []
    return f"{'; '.join(words)}."


def list_sentence(row: dict[str, Any]) -> str:
    """One row of ``lists_table``: by whom, what it restricts, whom it binds, its rule, its data and licence."""
    data = f"data of {day(row['data_as_of'])}" if row["data_as_of"] else "data not dated"
    context = "" if row["kind"] == "official" else " (context only: no act of an authority)"
    return (
        f"{row['authority']}{context}. {row['restricts']} Binds: {row['binds']}. "
        f"Ownership rule: {row['rule_name'] or row['ownership_rule']}. "
        f"{counted(row['entries_in_force'], 'entry', 'entries')} in force here; {data}; {row['licence']}."
    )


def listing_brief(row: dict[str, Any]) -> str:
    """One listing in a few words: the list's short name and since when."""
    until = f" until {day(row['until'])}" if row["until"] else ""
    return f"{row['short_name']}, {since(row)}{until}"


def allegation_brief(row: dict[str, Any]) -> str:
    """One allegation without what it says: by whom, when, in which document."""
    return f"Alleged by {row['accuser']}, {dated(row['date_text'])} ({row['document']})."


def place_words(row: dict[str, Any], *, several: bool) -> str:
    """Where a holding stands: ``row 12``, with its sheet, and with its file where there are several."""
    parts = [row["file"]] if several and row["file"] else []
    parts += [f"sheet {row['sheet']}"] if row["sheet"] else []
    parts += [f"row {row['source_row']:,}" if row["source_row"] is not None else f"line {row['row'] + 1:,}"]
    return ", ".join(parts)


def route_words(via: list[str], dates: list[date | None], *, proxy: bool) -> str:
    """Through which funds a line is held, with the date of each one's holdings; "" for what is held directly."""
    parts = [f"{name} (as of {day(when)})" if when else name for name, when in zip(via, dates, strict=True)]
    stand_in = "; a fund on the same index stands in for one of them" if proxy else ""
    return f"{' → '.join(parts)}{stand_in}" if parts else ""


def manifest_words(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a result was made from, name and value in words; what was not used is left out."""
    rows = [("Holdings", _input_words(one)) for one in manifest.get("inputs", [])]
    known = dict(manifest.get("universe") or {})
    rows.append(("Reference data", f"as of {known.pop('as_of', 'not known')}; SHA-256 {known.pop('sha256', '')}"))
    rows += [(f"Reference data, {name.replace('_', ' ')}", _value_words(value)) for name, value in known.items()]
    names = {
        "funds": "Funds looked into",
        "judgements": "Decisions on names",
        "policy": "House policy",
        "rates": "Exchange rates",
        "sizes": "Sizes of companies",
        "prices": "Prices given",
        "in_currency": "Currency asked for",
        "reading": "Told about the file",
        "weights": "Weights of the score",
        "shorts": "Short positions",
        "redact": "What this copy reveals",
        "version": "Version of the program",
    }
    return rows + [(words, _value_words(manifest[key])) for key, words in names.items() if manifest.get(key)]


def _input_words(one: Mapping[str, Any]) -> str:
    parts = [one.get("file") or "", counted(one["rows"], "holding", "holdings") if "rows" in one else ""]
    parts += [f"layout {one['layout']}" if one.get("layout") else ""]
    parts += [f"SHA-256 {one['sha256']}" if one.get("sha256") else ""]
    return "; ".join(part for part in parts if part)


def _value_words(value: Any) -> str:
    """A hash, a word, or several of them, in one line."""
    if isinstance(value, Mapping):
        return "; ".join(_value_words(v) if key == "sha256" else f"{key} {v}" for key, v in value.items() if v)
    if isinstance(value, list):
        return " | ".join(_value_words(one) for one in value)
    return f"SHA-256 {value}" if isinstance(value, str) and len(value) == 64 else str(value)
