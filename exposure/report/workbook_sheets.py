"""The sheets of the workbook: which frames they hold, in which order, with a sentence on each."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from exposure.present.evidence import evidence
from exposure.present.export import exposures_table
from exposure.present.pages import manifest_words
from exposure.present.sheets import (
    dictionary,
    evidence_sheet,
    holdings_sheet,
    matches_sheet,
    ownership_sheet,
    rejected_sheet,
    unchecked_sheet,
)
from exposure.present.tables import companies_table
from exposure.report.content import Content
from exposure.results import Results

UNIT_WORDS = {
    "money": "money, in the portfolio's currency",
    "amount": "as published",
    "share": "fraction of the portfolio, shown in percent",
    "stake": "fraction of a company, shown in percent",
    "date": "date",
    "number": "count",
    "score": "number",
    "yes_no": "yes or no",
    "text": "text",
}
# What a copy without amounts has no column for.
AMOUNT_UNITS, AMOUNT_FIELDS = ("money", "amount"), ("currency", "local_currency", "ownership")
MANIFEST, RECORD = "Manifest", "record"
CHUNK = 30_000  # characters: a cell holds 32,767


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, what it shows, its rows, and how many columns stay in sight."""

    name: str
    about: str
    frame: pl.DataFrame
    fixed: int = 0


def sheets(results: Results, shown: Content) -> tuple[Sheet, ...]:
    """Every sheet after the summary, in order.

    Args:
        results: one screen, as ``redact`` returned it.
        shown: its content.
    """
    universe = results.universe
    known = [(one.known, True) for one in shown.companies]
    known += [(evidence(universe, one.entity_id), False) for one in shown.others]
    chains = [(one.row, one.chains) for one in shown.companies]
    companies = companies_table(results).select(
        "letter", "company", "name_local", "how", "through", "lists", "held", "value", "share", "lines", "unvalued"
    )
    tables = [
        Sheet("Companies", "The companies that meet a listing or an allegation, strongest first.", companies, 2),
        Sheet("Exposures", "Every line that meets one, in its strongest relation.", exposures_table(results), 4),
        Sheet(
            "Evidence",
            "Listings, and allegations with the company's reply in the next column.",
            _in_sight(evidence_sheet(universe, known)),
            1,
        ),
        Sheet("Chains", "Ownership chains, stake by stake.", ownership_sheet(universe, chains), 2),
        Sheet("Coverage", "Every line in one class; the values add up to the total.", shown.unseen.classes, 1),
        Sheet("Unchecked", "Lines that could not be checked, largest first.", unchecked_sheet(results), 4),
        Sheet("Holdings", "The holdings as read, each with its place in its file.", holdings_sheet(results), 4),
        Sheet("Matches", "Which company each holding was taken for, and why.", matches_sheet(results), 4),
        Sheet("Set aside", "Rows of the files that are no holdings, and why.", rejected_sheet(results), 3),
    ]
    if results.breaches is not None:
        policy = results.breaches.drop("line", "row", "issuer_id")
        tables.append(Sheet("Policy", "What the house policy says about the lines.", policy, 1))
    tables = [_without_amounts(one) if not shown.amounts else one for one in tables]
    tables.append(Sheet("Method", "How it is counted, lists, rules, weights, licences.", _method(shown), 2))
    described = Sheet("Dictionary", "What each column means.", _dictionary(tables), 2)
    return (*tables, described, Sheet(MANIFEST, "What this file was made from.", _manifest(shown), 1))


def _in_sight(frame: pl.DataFrame) -> pl.DataFrame:
    """The evidence with what is said and answered as far to the left as can be, and ids at the end."""
    first = ("company", "evidence_kind", "said_by", "since", "statement", "reply")
    last = ("in_portfolio", "entity_id")
    return frame.select(*first, pl.exclude(*first, *last), *last)


def _without_amounts(sheet: Sheet) -> Sheet:
    told = dictionary()
    drop = [n for n in sheet.frame.columns if told[n].unit in AMOUNT_UNITS or n in AMOUNT_FIELDS]
    return Sheet(sheet.name, sheet.about, sheet.frame.drop(drop), sheet.fixed)


def _method(shown: Content) -> pl.DataFrame:
    method = shown.method
    rows: list[tuple[str, str, str, float | None]] = [("limits", "", shown.limits, None)]
    rows += [("relation", letter, words, None) for letter, words in method.relations]
    rows += [("how it is counted", head, words, None) for head, words in method.paragraphs]
    rows += [("list", name, words, None) for name, words in method.lists]
    rows += [
        ("ownership rule", row["rule"], f"{row['test']}. {row['status'].capitalize()}. [{row['citation']}]", None)
        for row in method.rules.iter_rows(named=True)
    ]
    rows += [(f"weight, {kind}", name, "", weight) for kind, name, weight in method.weights.iter_rows()]
    rows += [("licence", row["licence"], row["lists"], None) for row in shown.licences.iter_rows(named=True)]
    rows += [("about the input", "", warning, None) for warning in shown.warnings]
    rows.append(("correction", "", shown.correction, None))
    schema = {"part": pl.String, "item": pl.String, "text": pl.String, "factor": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _dictionary(tables: list[Sheet]) -> pl.DataFrame:
    told = dictionary()
    rows = [
        (sheet.name, told[name].title, name, UNIT_WORDS[told[name].unit], told[name].meaning)
        for sheet in tables
        for name in sheet.frame.columns
    ]
    names = ("sheet_name", "column", "field", "unit", "meaning")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _manifest(shown: Content) -> pl.DataFrame:
    """The manifest in words, and below it the record that ``exposure verify`` reads, cut to fit into cells."""
    rows = list(manifest_words(shown.manifest))
    rows += [(RECORD, shown.record[i : i + CHUNK]) for i in range(0, len(shown.record), CHUNK)]
    return pl.DataFrame(rows, schema={"item": pl.String, "text": pl.String}, orient="row")
