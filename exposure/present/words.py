"""Numbers and findings in words: the one place where figures become sentences, for every face alike.

Tone: the finding first, how sure second, what to do third. Never "clean", "safe" or "guilty"; an allegation is
"alleged by ..., on ...", an export-control entry is called that.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from exposure.results import Results
from exposure.schema import RELATIONS
from exposure.screen import Amount
from exposure.universe.bundle import Universe
from exposure.universe.variants import WITHOUT

THIN = "\u202f"  # narrow no-break space, between a figure and its unit
SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€"}
STEPS = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
LETTERS = {"listed": "L", "reached": "R", "connected": "C", "business": "B"}
ACCUSED = "A"  # the company itself is accused: an accusation never carries the letter of a list
RELATION_WORDS = {
    "listed": "the company itself is named on an official list",
    "reached": "a list's own ownership rule reaches it",
    "connected": "joined by ownership, reached by no rule",
    "business": "a business link, or an allegation about its supply chain",
}
ACCUSED_WORDS = "the company itself is accused; on no official list"
# Every letter with its words, in the order of the relations: the legend of every face.
MARKS = (
    ("L", RELATION_WORDS["listed"]),
    (ACCUSED, ACCUSED_WORDS),
    *((letter, RELATION_WORDS[name]) for name, letter in LETTERS.items() if name != "listed"),
)
COVERAGE_WORDS = {
    "identified_by_identifier": "identified by an identifier",
    "identified_by_name": "identified by name alone",
    "identified_by_judgement": "identified by a person's decision",
    "awaiting_review": "awaiting review",
    "opaque_funds": "in funds whose holdings we have not seen",
    "unidentified": "not identified",
    "not_applicable": "not applicable (cash, currency, plain derivatives)",
}
IDENTIFIED = ("identified_by_identifier", "identified_by_name", "identified_by_judgement")
IN_FORCE_WORDS = {"yes": "listed when held", "no": "listed after this date", "unknown": "date not known"}


def money(value: float | None, currency: str | None) -> str:
    """Three significant figures with the currency: ``£4.20m``, ``£388,000``; "unknown" when not known."""
    if value is None:
        return "an unknown amount"
    sign = "−" if value < 0 else ""
    size = abs(value)
    amount = next((f"{_three(size / s)}{u}" for s, u in STEPS if size >= s * 0.9995), _below_a_million(size))
    if currency in SYMBOLS:
        return f"{sign}{SYMBOLS[currency]}{amount}"
    return f"{sign}{currency + ' ' if currency else ''}{amount}"


def _below_a_million(size: float) -> str:
    """Three significant figures written out: ``388,000``, ``12,300``; whole units below a thousand."""
    step = 10 ** max(len(f"{size:.0f}") - 3, 0)
    return f"{round(size / step) * step:,}"


def _three(number: float) -> str:
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:,.{digits}f}"


def full_money(value: float | None) -> str:
    """The whole amount, thousands separated, for tables."""
    return "not given" if value is None else f"{value:,.2f}" if value % 1 else f"{value:,.0f}"


def percent(share: float | None, digits: int = 2) -> str:
    """A share of a portfolio: ``0.31 %``; ``< 0.01 %`` below that; "unknown" when not known."""
    if share is None:
        return "unknown"
    if 0 < abs(share) * 100 < 0.005:
        return f"<{THIN}0.01{THIN}%"
    return f"{share * 100:.{digits}f}{THIN}%".replace("-", "−")


def stake(low: float | None, high: float | None) -> str:
    """A stake: ``40.9 %``, a band ``25 – 50 %``, or "size unknown"."""
    if (low is None and high is None) or ((low or 0.0) <= 0 and (high is None or high >= 0.999999)):
        return "size unknown"
    first, last = (low or 0.0) * 100, (1.0 if high is None else high) * 100
    if f"{first:.1f}" == f"{last:.1f}":
        return f"{first:.1f}{THIN}%"
    if first <= 0:
        return f"up to {last:.1f}{THIN}%"
    return f"{first:.1f}{THIN}–{THIN}{last:.1f}{THIN}%"


def day(when: date | None) -> str:
    """A date for people: ``22 Nov 2026``; "not known" when it is not."""
    return "not known" if when is None else f"{when.day} {when:%b %Y}"


def amount(figure: Amount, currency: str | None) -> str:
    """An amount with its share: ``£4.20m (0.31 %)``; the share alone for a file of weights."""
    if figure.value is None and figure.share is None:
        return "an unknown amount"
    if figure.value is None:
        return f"{percent(figure.share)} of the portfolio"
    return f"{money(figure.value, currency)} ({percent(figure.share)})"


def mark(relation: str, kind: str) -> str:
    """The letter of a relation; what rests on accusations alone is ``A``, or stands in brackets."""
    letter = LETTERS.get(relation, "")
    if not letter or kind != "allegation":
        return letter
    return ACCUSED if relation == "listed" else f"({letter})"


def counted(number: int, one: str, many: str) -> str:
    """``1 company``, ``7 companies``."""
    return f"{number:,} {one if number == 1 else many}"


def headline_sentences(results: Results) -> list[str]:
    """The findings in the order they are told: official lists, accusations, ties, how sure, what is unseen."""
    found = results.headline
    sentences = [_finding(results)]
    alleged = found.relations["listed"][2] + found.relations["reached"][2]
    if found.accused_only:
        companies = counted(found.accused_only, "company", "companies")
        sentences.append(
            f"A further {amount(alleged, results.currency)} is in {companies} accused by others but "
            f"{no_list(results.universe)}."
        )
    sentences += [s for s in (_ties(results, "connected"), _ties(results, "business")) if s]
    sentences.append(how_sure(results))
    return sentences


def which_lists(universe: Universe) -> str:
    """Say which lists count: official ones, and by name those that the user added."""
    own = universe.lists.filter(pl.col("list_id").is_in(list(universe.own_lists)) & pl.col("official"))
    names = ", ".join(own["short_name"])
    return f"official lists or your own ({names})" if names else "official lists"


def _finding(results: Results) -> str:
    found, currency = results.headline, results.currency
    lists = f"{which_lists(results.universe)} as of {day(results.as_of.lists)}"
    if found.companies:
        companies = counted(found.companies, "company", "companies")
        low, high = found.at_least, found.at_most
        if (low.value, low.share) == (high.value, high.share):
            only_share = low.value is None and low.share is not None
            part = percent(low.share) if only_share else amount(low, currency)
            return _capital(f"{part} of this portfolio reaches {companies} on {lists}.")
        if high.share is None and low.share is not None:
            part = percent(low.share) if low.value is None else amount(low, currency)
            return (
                f"At least {part} of this portfolio reaches {companies} on {lists}; how much at most is not known, "
                "because lines that are exposed, or could not be excluded, have no known value."
            )
        if low.value is None or high.value is None:
            between = f"Between {percent(low.share)} and {percent(high.share)} of this portfolio"
        else:
            between = (
                f"Between {money(low.value, currency)} and {money(high.value, currency)} of this portfolio "
                f"({percent(low.share)} – {percent(high.share)})"
            )
        return f"{between} reaches {companies} on {lists}."
    number = lists_in_force(results.universe)
    known = identified_share(results)
    part = "among the lines" if known is None else f"in the {percent(known, 1)}"
    return f"No company {part} we could identify is on the {number} {lists}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _ties(results: Results, relation: str) -> str:
    rows = results.exposures.filter(pl.col("relation") == relation)
    if rows.is_empty():
        return ""
    companies = counted(rows["issuer_id"].n_unique(), "company", "companies")
    held = _capital(amount(results.headline.relations[relation][0], results.currency))
    if relation == "connected":
        return f"{held} is in {companies} joined to a listed or accused one by ownership that no rule covers."
    return (
        f"{held} is in {companies} with a business link to such a company, or accused through its supply chain; it "
        f"is shown, never added to the rest."
    )


def how_sure(results: Results) -> str:
    """How much could be identified, and what stands in the way of the rest."""
    known = identified_share(results)
    parts = [f"{percent(known, 1)} of the value could be identified{_by_what(results)}."]
    if known is None:
        parts = ["How much of the value could be identified is not known."]
    rows = {row["coverage"]: row for row in results.coverage.iter_rows(named=True)}
    for name, words in (
        ("opaque_funds", ("fund whose holdings we have not seen", "funds whose holdings we have not seen")),
        ("awaiting_review", ("line that a person must review", "lines that a person must review")),
        ("unidentified", ("line that says too little to tell", "lines that say too little to tell")),
    ):
        row = rows[name]
        if row["lines"]:
            held = _capital(amount(Amount(row["value"], row["share"]), results.currency))
            parts.append(f"{held} sits in {counted(row['lines'], *words)}.")
    unvalued = sum(row["unvalued"] for row in rows.values())
    if unvalued:
        without = counted(unvalued, "line has", "lines have")
        parts.append(f"{without} no value that could be added: shares are of the value that is known.")
    return " ".join(parts)


def _by_what(results: Results) -> str:
    """By what it was identified: an identifier, a name alone, a person's decision; shares of the same whole."""
    rows = {row["coverage"]: row["share"] for row in results.coverage.iter_rows(named=True)}
    whole = sum(share or 0.0 for share in rows.values()) - (rows["not_applicable"] or 0.0)
    words = ("an identifier", "name alone", "a person's decision")
    parts = [(rows[name], told) for name, told in zip(IDENTIFIED, words, strict=True) if rows[name]]
    if not parts or not whole:
        return ""
    if len(parts) == 1:
        return f", all of it by {parts[0][1]}"
    return f": {', '.join(f'{percent(share / whole, 1)} by {told}' for share, told in parts)}"


def identified_share(results: Results) -> float | None:
    """Share of the portfolio that was identified, among what can be: cash and the like are left out."""
    rows = {row["coverage"]: row["share"] for row in results.coverage.iter_rows(named=True)}
    if any(share is None for share in rows.values()):
        return None
    known = sum(rows[c] for c in IDENTIFIED)
    whole = sum(rows.values()) - rows["not_applicable"]
    return known / whole if whole else None


def listing_sentence(row: dict[str, Any], lists: dict[str, dict[str, Any]]) -> str:
    """One listing: the list, since when, what it restricts and whom it binds."""
    listed = lists[row["list_id"]]
    until = f" until {day(row['until'])}" if row["until"] else ""
    status = "" if row["status"] == "listed" else f" ({row['status'].replace('_', ' ')})"
    return (
        f"{listed['name']}{status}, {since(row)}{until}: {listed['restricts']} "
        f"Binds: {listed['binds']} [{row['citation']}]"
    )


def since(row: dict[str, Any]) -> str:
    """Since when a listing stands: ``since 3 Jun 2021``."""
    return f"since {dated(row['date_text'])}" if row["date_text"] else _since_day(row["since"])


def _since_day(when: date | None) -> str:
    return f"since {day(when)}" if when else "since a day that is not recorded"


def allegation_sentence(row: dict[str, Any]) -> str:
    """One allegation: by whom, when, in which document, and what is alleged."""
    return f"Alleged by {row['accuser']}, {dated(row['date_text'])} ({row['document']}): {row['claim']}"


def reply_sentence(row: dict[str, Any]) -> str:
    """The company's reply, or that none was found and when somebody looked."""
    if row["reply"].lower().startswith("none found"):
        return f"No reply found in the sources read (looked {day(row['reply_looked_on'])})."
    when = f" ({day(row['reply_date'])})" if row["reply_date"] else ""
    source = "" if row.get("reply_source_id") else " (the source of this reply is not recorded)"
    return f"The company{when}: {row['reply']}{source}"


def chain_sentence(steps: list[dict[str, Any]]) -> str:
    """A chain as a sentence: ``CETC holds 100.0 % of CETHIK (2018); CETHIK holds 36.5 % of ...``."""
    parts = []
    for step in steps:
        size = stake(step["share_low"], step["share_high"])
        unsized = "controls" if str(step.get("kind")) == "control" else "holds shares (size unknown) of"
        verb = f"holds {size} of" if size != "size unknown" else unsized
        when = f" ({dated(step.get('dated') or step['as_of'])})" if step["as_of"] else ""
        stated = [(stake(o["share_low"], o["share_high"]), dated(o["dated"])) for o in step.get("beside", [])]
        beside = [f"{other} ({dated})" for other, dated in stated]
        others = f", also stated as {', '.join(beside)}" if beside else ""
        memory = "" if step.get("verified", True) else ", known from memory, not read at a source"
        parts.append(f"{step['owner_name']} {verb} {step['owned_name']}{when}{others}{memory}")
    return "; ".join(parts) + "." if parts else ""


def dated(text: str | None) -> str:
    """The date of a source for people: an ISO day or month in words, "2018" or "end 2023" as it stands."""
    if not text:
        return "undated"
    try:
        return f"{date.fromisoformat(f'{text}-01'):%b %Y}" if len(text) == 7 else day(date.fromisoformat(text))
    except ValueError:
        return text


def no_list(universe: Universe) -> str:
    """That a company is on no official list, as far as the lists count that are looked at."""
    left_out = any(change.startswith(WITHOUT) for change in universe.changes)
    return "on no official list counted here" if left_out else "on no official list"


def lists_in_force(universe: Universe) -> int:
    """How many official lists have an entry in force."""
    own = pl.col("list_id").is_in(list(universe.own_lists))
    official = universe.lists.filter(pl.col("official") & ~own).select("list_id")
    return universe.listings.join(official, on="list_id", how="semi")["list_id"].n_unique()


def list_names(universe: Universe, list_ids: list[str]) -> str:
    """Short names of lists, in the order given."""
    names = dict(universe.history["lists"].select("list_id", "short_name").iter_rows())
    return ", ".join(names[i] for i in list_ids)


def relation_order(relation: str) -> int:
    """Position of a relation, strongest first."""
    return RELATIONS.index(relation)


def not_held_sentence(results: Results, entity_id: str) -> str:
    """What the portfolio has of a company that no line was settled as: nothing, or lines that may be it."""
    waiting = pl.col("coverage").cast(pl.String) == "awaiting_review"
    maybe = results.lines.filter(waiting & pl.col("candidates").list.contains(entity_id))
    if maybe.is_empty():
        unseen = results.unchecked().height
        rest = f" What could not be checked ({counted(unseen, 'line', 'lines')}) is below." if unseen else ""
        return f"No line of this portfolio was identified as this company or one tied to it.{rest}"
    value, share = (None if maybe[c].is_null().all() else float(maybe[c].sum()) for c in ("value", "share"))
    held = amount(Amount(value, share), results.currency)
    names = ", ".join(f"“{name}”" for name in maybe["name"].head(3))
    return (
        f"{counted(maybe.height, 'line', 'lines')} may be this company ({names}; {held}): a person must decide. "
        f"Nothing of it is counted in “at least”, all of it in “at most”."
    )
