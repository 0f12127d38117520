"""Words of the trustees' paper: what the findings mean, what to ask a fund manager, and the letter that asks it.

No sentence here states a finding of its own: amounts come from the results, listings and replies from the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from exposure.money import sum_known
from exposure.present.words import amount, counted, day
from exposure.results import Results
from exposure.schema import EFFECTS
from exposure.screen import Amount

EFFECT_WORDS = {
    "investment": "buying or holding its securities",
    "dealing": "dealings with it and its property",
    "export_to": "exports to it (no sanction)",
    "import_from": "imports of its goods",
    "procurement": "purchases by public bodies",
    "authorisation": "official authorisations",
    "none": "nothing by itself",
}
LEAVE_OUT = "What would it take to leave {} out: which fund, share class or index without them?"
NAMED = 3  # lines named in a question; the others are counted


def lists_met(results: Results) -> pl.DataFrame:
    """The official lists that companies of the portfolio are on, or whose rule reaches them.

    Returns:
        ``list_id, name, short_name, restricts`` (what, in few words), ``binds, companies, value, share``: lists on
        securities and dealings first, then by falling share. A company may be on several: rows do not add up.
    """
    certain = pl.col("relation").cast(pl.String).is_in(["listed", "reached"])
    met = results.exposures.filter(certain & (pl.col("kind").cast(pl.String) == "designation"))
    grouped = (
        met.explode("lists", empty_as_null=True)
        .drop_nulls("lists")
        .group_by(list_id="lists")
        .agg(companies=pl.col("issuer_id").n_unique(), value=sum_known("value"), share=sum_known("share"))
    )
    effect = pl.col("effect").cast(pl.String)
    return (
        grouped.join(results.universe.history["lists"], on="list_id", how="left")
        .sort(
            [effect.replace_strict(EFFECTS, list(range(len(EFFECTS)))), "share", "value", "list_id"],
            descending=[False, True, True, False],
            nulls_last=True,
        )
        .select(
            "list_id",
            "name",
            "short_name",
            effect.replace_strict(EFFECT_WORDS, return_dtype=pl.String).alias("restricts"),
            "binds",
            "companies",
            "value",
            "share",
        )
    )


def meaning(results: Results) -> tuple[str, ...]:
    """What the findings mean for those who decide, in sentences."""
    said = []
    if results.headline.companies:
        said.append(
            "Each list restricts what it says and binds whom it says. Whether one binds this fund, its managers or "
            "its custodian is a question for its legal adviser. An export-control entry restricts what may be sold "
            "to a company, not who may hold its shares."
        )
        said += _before_after(results)
    if results.headline.accused_only:
        said.append(
            "An accusation is not a finding. Each one stands in the annex with its accuser, its date and its "
            "document, beside what the company answers."
        )
    if results.headline.at_least != results.headline.at_most:
        said.append(
            "The upper bound is not a suspicion: it is what nobody can tell from these files. The holdings of the "
            "funds and the identifiers of the lines named above would narrow it."
        )
    return tuple(said)


def _before_after(results: Results) -> list[str]:
    """How many companies were on a list when held, and how many came onto one later."""
    certain = pl.col("relation").cast(pl.String).is_in(["listed", "reached"])
    met = results.exposures.filter(certain & (pl.col("kind").cast(pl.String) == "designation"))
    when = met.group_by("issuer_id").agg(pl.col("in_force_at_holding").cast(pl.String).unique())
    known = [set(one) for one in when["in_force_at_holding"]]
    before, after = (sum(one == {answer} for one in known) for answer in ("yes", "no"))
    if not before and not after:
        return []
    parts = [f"{before} of the {counted(len(known), 'company', 'companies')} named or reached by lists"]
    parts.append("was" if before == 1 else "were")
    later = f"; {after} came onto a list only after that date" if after else ""
    return [f"{' '.join(parts)} on a list on the holdings' own date{later}."]


def board_questions(results: Results) -> tuple[str, ...]:
    """Questions that the findings raise, to be put to the fund managers."""
    found, asked = results.headline, []
    if found.companies:
        asked.append("Which of the companies named above do you still hold for us, how much of each, and where?")
        asked.append("Which of them were on a list when you bought them, and who decided what about it?")
        asked.append("Which of these lists bind you, and what do you do when a company you hold comes onto one?")
    if found.accused_only:
        asked.append("What have you asked the companies that are accused, and what did they answer you?")
    asked += unseen_questions(results, results.lines)
    if found.companies or found.accused_only:
        asked.append(LEAVE_OUT.format("these companies"))
    return tuple(asked)


def unseen_questions(results: Results, lines: pl.DataFrame) -> tuple[str, ...]:
    """What to ask about lines that could not be checked.

    Args:
        results: one screen.
        lines: LINES, all of them or those of one manager.
    """
    asked = []
    for name, (one, several) in UNSEEN_QUESTIONS.items():
        some = lines.filter(pl.col("coverage").cast(pl.String) == name)
        some = some.sort(["share", "line"], descending=[True, False], nulls_last=True)
        if some.height:
            question = one if some.height == 1 else several
            held = amount(total(some), results.currency)
            asked.append(question.format(names=_names(some["name"].to_list()), held=held))
    return tuple(asked)


def managed(results: Results) -> pl.DataFrame:
    """Who manages each line: the file's own column, else the outermost fund, else nobody it names.

    Returns:
        LINES with ``manager`` (null where the file tells none) and ``manager_kind``: ``group``, ``fund``, ``none``.
    """
    groups = results.holdings.select("row", group="group")
    opaque = pl.col("coverage").cast(pl.String) == "opaque_funds"
    fund = pl.coalesce(pl.col("via").list.first(), pl.when(opaque).then("name"))
    return (
        results.lines.join(groups, on="row", how="left", maintain_order="left")
        .with_columns(fund=fund)
        .with_columns(
            manager=pl.coalesce("group", "fund"),
            manager_kind=pl.when(pl.col("group").is_not_null())
            .then(pl.lit("group"))
            .when(pl.col("fund").is_not_null())
            .then(pl.lit("fund"))
            .otherwise(pl.lit("none")),
        )
        .drop("group", "fund")
    )


def addressee(results: Results, manager: str | None, kind: str) -> str:
    """To whom a letter goes."""
    if manager is None:
        return f"The manager of {results.portfolio}"
    return f"The manager of {manager}" if kind == "fund" else manager


def letter_opening(results: Results) -> str:
    """Why we write."""
    held = f"of {day(results.as_of.holdings)}" if results.as_of.holdings else "(the file does not date them)"
    return (
        f"We are the trustees of {results.portfolio}. We had our holdings {held} compared with official lists and "
        f"published allegations as of {day(results.as_of.lists)}. We write about the lines that you manage for us."
    )


def letter_questions(*, listed: bool, accused: bool) -> tuple[str, ...]:
    """What to ask about the companies of one letter."""
    asked = []
    if listed or accused:
        asked.append("Do you still hold these companies for us, how much of each, and since when?")
    if listed:
        asked.append("Did you know of the listing when you bought, and which of the lists above bind you?")
    if accused:
        asked.append("What have you asked the companies that are accused, and what did they answer you?")
    if listed or accused:
        asked.append(LEAVE_OUT.format("them"))
    return tuple(asked)


def letter_ties(companies: Sequence[str]) -> str:
    """Companies of one letter that have no more than a tie to a listed or accused one; "" for none."""
    if not companies:
        return ""
    verb = "is" if len(companies) == 1 else "are"
    return (
        f"You also hold {_names(list(companies), quoted=False)} for us, which {verb} tied to such a company by "
        "ownership or business only, or accused through a supply chain. We ask nothing about that today."
    )


LETTER_CLOSING = (
    "The entries are public and the allegations are those of the accusers named; nothing here is a finding of ours "
    "about anybody, nor legal advice. Should an entry be wrong or out of date, please name it, with the document "
    "that shows so.",
    "We would be grateful for your answer by [date of the answer].",
)
UNSEEN_QUESTIONS = {
    "opaque_funds": (
        "What does {names} hold, line by line, with identifiers and as of one date? It makes up {held}.",
        "What do {names} hold, line by line, with identifiers and as of one date? Together they make up {held}.",
    ),
    "awaiting_review": (
        "Which company, by ISIN, is behind the line {names}? It makes up {held}.",
        "Which companies, by ISIN, are behind the lines {names}? Together they make up {held}.",
    ),
    "unidentified": (
        "Which security is {names}? The file says too little to tell; it makes up {held}.",
        "Which securities are {names}? The file says too little to tell; together they make up {held}.",
    ),
}


def total(lines: pl.DataFrame) -> Amount:
    """Some lines added up; not known where none of them is."""
    value, share = (None if lines[c].is_null().all() else float(lines[c].sum()) for c in ("value", "share"))
    return Amount(value, share)


def _names(names: list[str | None], *, quoted: bool = True) -> str:
    """The first names, and how many more: ``“A”, “B” and 7 more``."""
    told = [f"“{name or 'without a name'}”" if quoted else str(name) for name in names[:NAMED]]
    rest = len(names) - len(told)
    last = f"{rest:,} more" if rest else told.pop() if len(told) > 1 else ""
    return f"{', '.join(told)} and {last}" if last else told[0]
