"""Frames -> the tables that every face shows: the companies, the parts of the whole, what was read of a file.

Shares are fractions 0-1, money is in the portfolio's currency, a null is *not known*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from exposure.errors import UniverseError
from exposure.holdings import Holdings
from exposure.money import sum_known
from exposure.ownership.rules import rule_in_force
from exposure.present.pages import WEIGHT_WORDS
from exposure.present.words import (
    ACCUSED_WORDS,
    COVERAGE_WORDS,
    IN_FORCE_WORDS,
    RELATION_WORDS,
    day,
    full_money,
    identified_share,
    list_names,
    mark,
    money,
    no_list,
    percent,
    which_lists,
)
from exposure.results import Results
from exposure.schema import KINDS, RELATIONS
from exposure.score import Weights, load_weights
from exposure.screen import Amount
from exposure.universe.bundle import Universe

Row = dict[str, Any]
ALLEGED_WORDS = {"yes": "accused when held", "no": "accused after this date", "unknown": "date not known"}
UNCHECKED = ("awaiting_review", "opaque_funds", "unidentified")
COMPANY_COLUMNS = {
    "issuer_id": pl.String,
    "letter": pl.String,
    "company": pl.String,
    "name_local": pl.String,
    "relation": pl.String,
    "kind": pl.String,
    "how": pl.String,
    "through": pl.String,
    "through_id": pl.String,
    "lists": pl.String,
    "value": pl.Float64,
    "share": pl.Float64,
    "held": pl.String,
    "lines": pl.Int64,
    "unvalued": pl.Int64,
}


def companies_table(results: Results) -> pl.DataFrame:
    """One row a company that meets a listing, strongest relation first, then by falling value.

    Returns:
        The columns of ``COMPANY_COLUMNS``: ``how`` is the relation in words, ``through`` the listed company where
        it is another one, ``held`` whether the listing was in force when held, ``value`` and ``share`` null when
        no line of the company has one, ``unvalued`` the number of lines without a value.
    """
    return _companies(results, results.exposures)


def _companies(results: Results, exposures: pl.DataFrame) -> pl.DataFrame:
    local = results.universe.entities.select(issuer_id="entity_id", name_local="name_local")
    grouped = (
        exposures.join(local, on="issuer_id", how="left", maintain_order="left")
        .group_by("issuer_id", "issuer", "name_local", "relation", "kind", "listed_id", "listed", "lists")
        .agg(
            value=sum_known("value"),
            share=sum_known("share"),
            held=pl.col("in_force_at_holding").cast(pl.String).unique(),
            lines=pl.len().cast(pl.Int64),
            unvalued=pl.col("value").is_null().sum().cast(pl.Int64),
        )
        .sort(
            [pl.col("relation").to_physical(), pl.col("kind").to_physical(), "value", "share", "issuer_id"],
            descending=[False, False, True, True, False],
            nulls_last=True,
        )
    )
    rows = [_company(results.universe, row) for row in grouped.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=COMPANY_COLUMNS)


def _company(universe: Universe, row: Row) -> Row:
    other = row["listed"] if row["listed_id"] != row["issuer_id"] else None
    alleged = row["kind"] == "allegation"
    when = ALLEGED_WORDS if alleged else IN_FORCE_WORDS
    held = sorted(row["held"])
    of_whom = f"{other}: " if other else ""  # it is the other company that is listed or accused
    return {
        **{k: row[k] for k in COMPANY_COLUMNS if k in row},
        "letter": mark(row["relation"], row["kind"]),
        "company": row["issuer"],
        "how": relation_words(row["relation"], row["kind"]),
        "through": other,
        "through_id": row["listed_id"] if other else None,
        "lists": f"{of_whom}{list_names(universe, row['lists']) or f'{no_list(universe)}; accused'}",
        "held": f"{of_whom}{when[held[0]]}" if len(held) == 1 else "differs from line to line",
    }


def company_row(results: Results, issuer_id: str) -> Row:
    """One company's row of ``companies_table``.

    Raises:
        UniverseError: the portfolio holds no such exposed company.
    """
    found = _companies(results, results.exposures.filter(pl.col("issuer_id") == issuer_id))
    if found.is_empty():
        raise UniverseError(f"{results.portfolio} has no exposure through “{issuer_id}”.")
    return found.row(0, named=True)


def in_percent(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Fractions as percentages, for tables that show them under a header with the unit."""
    return frame.with_columns(pl.col(*columns) * 100)


def relation_words(relation: str, kind: str) -> str:
    """A relation in words; an accusation is never told as a listing."""
    if relation == "listed" and kind == "allegation":
        return ACCUSED_WORDS
    return RELATION_WORDS[relation]


def segments(results: Results) -> pl.DataFrame:
    """The portfolio as one bar: where each part begins and ends. The shares add up to the whole.

    Returns:
        ``key, kind, value, share, letter, label, start, end``; no rows when the file has neither values nor
        weights. A negative part (short positions) has no length, its share is told all the same.
    """
    exposed: list[Row] = [
        {"key": relation, "kind": kind, "value": amount.value, "share": amount.share}
        for relation in RELATIONS
        for kind, amount in zip(KINDS, results.headline.relations[relation][1:], strict=True)
    ]
    rest = [_part(results, key) for key in ("identified", "not_applicable", "unchecked")]
    for what in ("value", "share"):
        rest[0][what] = _minus(rest[0][what], _total(part[what] for part in exposed))
    schema = {"key": pl.String, "kind": pl.String, "value": pl.Float64, "share": pl.Float64}
    frame = pl.DataFrame(exposed + rest, schema=schema)
    if frame["share"].is_null().any():
        frame = frame.clear()
    length = pl.col("share").clip(lower_bound=0.0)
    both = pl.concat_str("key", "kind", separator="/")
    return frame.with_columns(
        letter=pl.struct("key", "kind").map_elements(lambda p: mark(p["key"], p["kind"]), return_dtype=pl.String),
        label=both.replace_strict(SEGMENT_LABELS, return_dtype=pl.String),
        start=length.cum_sum() - length,
        end=length.cum_sum(),
    )


def _part(results: Results, key: str) -> Row:
    """One group of coverage classes added up; ``identified`` is what is left of the others."""
    named = {"not_applicable": ("not_applicable",), "unchecked": UNCHECKED}
    others = ("not_applicable", *UNCHECKED)
    rows = [
        row
        for row in results.coverage.iter_rows(named=True)
        if (row["coverage"] in named[key] if key in named else row["coverage"] not in others)
    ]
    return {"key": key, "kind": "", **{what: _total(row[what] for row in rows) for what in ("value", "share")}}


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


SEGMENT_LABELS = {
    "listed/designation": "listed by name",
    "listed/allegation": "accused by name, on no list",
    "reached/designation": "reached by a list's rule",
    "reached/allegation": "reached through an accused one",
    "connected/designation": "tied by ownership",
    "connected/allegation": "tied to an accused one",
    "business/designation": "business link only",
    "business/allegation": "supply chain or partner accused",
    "identified/": "not exposed",
    "not_applicable/": "cash and the like",
    "unchecked/": "could not be checked",
}


def segments_sentence(results: Results) -> str:
    """The bar in words, for those who cannot see it."""
    shown = segments(results).filter((pl.col("share") != 0) | first_part())
    parts = [segment_words(row, results.currency) for row in shown.iter_rows(named=True)]
    return f"Of the whole portfolio: {'; '.join(parts)}." if parts else "The file gives neither values nor weights."


def first_part() -> pl.Expr:
    """What is listed by name is told even where it is nothing: that is the finding."""
    return (pl.col("key") == "listed") & (pl.col("kind") == "designation")


def segment_words(row: Row, currency: str | None) -> str:
    """One part of the bar: ``listed by name 0.97 % ($175m)``."""
    held = f" ({money(row['value'], currency)})" if row["value"] else ""
    return f"{row['label']} {percent(row['share'])}{held}"


def coverage_table(results: Results) -> pl.DataFrame:
    """Coverage with its classes in words: ``what, lines, unvalued, value, share``."""
    words = pl.col("coverage").cast(pl.String).replace_strict(COVERAGE_WORDS, return_dtype=pl.String)
    return results.coverage.select(what=words, lines="lines", unvalued="unvalued", value="value", share="share")


def _total(numbers: Iterable[float | None]) -> float | None:
    known = list(numbers)
    return None if any(n is None for n in known) else float(sum(n for n in known if n is not None))


@dataclass(frozen=True)
class Figure:
    """One of the four figures quoted first, and what it means."""

    name: str
    value: str
    meaning: str


def figures(results: Results) -> tuple[Figure, ...]:
    """At least, at most, identified, and the score with its band."""
    found, score = results.headline, results.score
    unlimited = found.at_most.share is None and found.at_least.share is not None
    band = "not known, because the file gives neither values nor weights"
    if score.low is not None and score.high is not None:
        band = f"between {score.low:.1f} and {score.high:.1f} of 100, depending on what could not be checked"
        if f"{score.low:.1f}" == f"{score.high:.1f}":
            band = "of 100; what could not be checked does not move it"
    return (
        Figure(
            "At least",
            percent(found.at_least.share),
            f"{_figure_of(found.at_least, results.currency)} is in companies on "
            f"{which_lists(results.universe)}, or reached by a list's own ownership rule.",
        ),
        Figure(
            "At most",
            percent(found.at_most.share),
            "Lines that are exposed, or could not be excluded, have no known value: nobody can say how much."
            if unlimited
            else f"{_figure_of(found.at_most, results.currency)}, if everything that could not be excluded were "
            "exposed too.",
        ),
        Figure(
            "Identified",
            percent(identified_share(results), 1),
            "of the value, by an identifier or by name; cash and the like left aside. The rest could not be "
            "checked.",
        ),
        Figure(
            "Score",
            "unknown" if score.value is None else f"{score.value:.1f}",
            f"{band}. The value of each line, times the part owned, times how heavy its lists and accusations "
            "weigh (“Method” shows the weights); an accusation weighs less than a list.",
        ),
    )


def _figure_of(found: Amount, currency: str | None) -> str:
    """What stands under a share: the amount; without one, of what it is a share."""
    return "of the portfolio" if found.value is None and found.share is not None else money(found.value, currency)


def league_table(results: Mapping[str, Results]) -> pl.DataFrame:
    """Several portfolios side by side, largest at-least share first; those without any share last.

    Returns:
        ``file, at_least, at_most, identified, companies, as_of``: shares as fractions.
    """
    rows = [
        {
            "file": name,
            "at_least": one.headline.at_least.share,
            "at_most": one.headline.at_most.share,
            "identified": identified_share(one),
            "companies": one.headline.companies,
            "as_of": one.as_of.holdings,
        }
        for name, one in results.items()
    ]
    shares = dict.fromkeys(("at_least", "at_most", "identified"), pl.Float64)
    schema = {"file": pl.String, **shares, "companies": pl.Int64, "as_of": pl.Date}
    return pl.DataFrame(rows, schema=schema).sort("at_least", "file", descending=[True, False], nulls_last=True)


def rules_table(universe: Universe) -> pl.DataFrame:
    """The ownership rules at the universe's date: ``rule, test, status, citation``."""
    rules = [rule_in_force(universe.rules, i) for i in universe.rules["rule_id"].unique().sort()]
    law = set(universe.lists["rule_id"])
    rows = [
        {
            "rule": rule.name or rule.rule_id,
            "test": rule.test,
            "status": rule.status.replace("_", " ") if rule.rule_id in law else "used by house policies alone",
            "citation": rule.citation,
        }
        for rule in rules
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("rule", "test", "status", "citation"), pl.String))


def weights_table(weights: Weights | None = None) -> pl.DataFrame:
    """The score's weights: ``kind, name, weight``."""
    scale = weights or load_weights()
    groups = {"effect": "a list that restricts", "accuser": "accused by", "relation": "relation"}
    rows = [
        {"kind": kind, "name": WEIGHT_WORDS[table][name], "weight": weight}
        for table, kind in groups.items()
        for name, weight in getattr(scale, table).items()
    ]
    return pl.DataFrame(rows, schema={"kind": pl.String, "name": pl.String, "weight": pl.Float64})


@dataclass(frozen=True)
class FileCard:
    """What was read of one file, in words fit to be shown.

    Attributes:
        checks: each check of a total, and whether it agrees.
        set_aside: rows that are no holdings, by reason: ``reason, rows, first``.
        complete: nothing was warned about and every total agrees.
    """

    file: str
    portfolio: str | None
    holdings: int
    total: str
    as_of: str
    dated: bool
    layout: str
    weights: str | None
    decisions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[tuple[str, bool], ...]
    rejected: pl.DataFrame = field(repr=False)
    set_aside: pl.DataFrame = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether the file was read without a warning and every total agrees."""
        return not self.warnings and all(agrees for _, agrees in self.checks)


def total_in_words(holdings: Holdings) -> str:
    """The total of one file with its currency, or why there is none."""
    report = holdings.report
    if report.total_value is None:
        valued = holdings.frame["value"].count() > 0
        return "values in several currencies, not added" if valued else "no values in the file"
    if report.currency:
        return f"{report.currency} {full_money(report.total_value)}"
    return f"{full_money(report.total_value)} (currency not in the file)"


def file_card(holdings: Holdings) -> FileCard:
    """The facts of one file's reading."""
    report = holdings.report
    set_aside = holdings.rejected.group_by("reason", maintain_order=True).agg(
        rows=pl.len().cast(pl.Int64), first=pl.col("row").min()
    )
    return FileCard(
        file=report.file or "holdings",
        portfolio=report.portfolio,
        holdings=report.rows,
        total=total_in_words(holdings),
        as_of=f"as of {day(report.as_of)}" if report.as_of else "date not in the file",
        dated=report.as_of is not None,
        layout=report.layout,
        weights=None if report.weight_sum is None else f"weights add up to {percent(report.weight_sum)}",
        decisions=report.decisions,
        warnings=report.warnings,
        checks=report.checks,
        rejected=holdings.rejected,
        set_aside=set_aside,
    )
