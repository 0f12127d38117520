"""Faults in reference tables that take a join or a rule to see, each with its table, its line and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from exposure.identifiers import is_cusip, is_figi, is_isin, is_lei, is_sedol
from exposure.universe.counts import NO_REPLY
from exposure.universe.in_force import data_date, stakes_at
from exposure.universe.tables import FOREIGN_KEYS, TABLES

CHECK_DIGITS: dict[str, Callable[[str], bool]] = {
    "isin": is_isin,
    "cusip": is_cusip,
    "sedol": is_sedol,
    "figi": is_figi,
    "lei": is_lei,
}
INTERVALS = {
    "names": ("since", "until"),
    "stakes": ("as_of", "until"),
    "links": ("since", "until"),
    "rules": ("valid_from", "valid_to"),
    "listings": ("since", "until"),
}
SELF = {"stakes": ("owner_id", "owned_id"), "links": ("from_id", "to_id")}
SLACK = 1e-4  # published percentages are rounded
NO_CLAIM = r"(?i)^(?:asked|addressed|assessed|criticised|partner of|mentioned as)\b|drew criticism"
ACCUSING = (
    r"(?i)\b(?:alleg|accus|complicit|critici|forced|genocid|repress|report|suspect|violat|abuses?\b|named as)"
)


@dataclass(frozen=True)
class Problem:
    """One fault in a table. ``line`` is the line in the CSV file, None where the fault is not one row's."""

    file: str
    line: int | None
    what: str
    fix: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.what} {self.fix}"


Tables = dict[str, pl.DataFrame]


def _rows(frame: pl.DataFrame, name: str, what: str, fix: str) -> Iterator[Problem]:
    """Yield one problem for each row; ``what`` may name columns in braces."""
    for row in frame.iter_rows(named=True):
        yield Problem(f"{name}.csv", int(row["line"]), what.format(**row), fix)


def _required(tables: Tables) -> Iterator[Problem]:
    """Cells that a column's contract demands are filled."""
    for name, schema in TABLES.items():
        may_be_empty = {"venue"}
        for column, spec in schema.columns().items():
            if spec.nullable or column in may_be_empty:
                continue
            cell = pl.col(column)
            empty = tables[name].filter(cell.is_null() | (cell.cast(pl.String).str.strip_chars() == ""))
            yield from _rows(empty, name, f"{column} is empty.", "Fill it; this column may not be blank.")


def _keys(tables: Tables) -> Iterator[Problem]:
    """The key identifies one row, and rows stand in its order, so that changes read well."""
    for name, schema in TABLES.items():
        key = schema.primary_key()
        frame = tables[name]
        twice = frame.filter(frame.select(key).is_duplicated())
        yield from _rows(twice, name, "the key occurs twice.", f"Keep one row for each {' + '.join(key)}.")
        first = pl.col(key[0])
        unsorted = frame.filter(first < first.shift(1))
        yield from _rows(unsorted, name, "the row is out of order.", f"Sort the file by {key[0]}.")


def _foreign_keys(tables: Tables) -> Iterator[Problem]:
    """Every reference leads to a row."""
    for name, column, target, target_column in FOREIGN_KEYS:
        known = tables[target].select(pl.col(target_column).alias(column)).unique()
        lost = tables[name].filter(pl.col(column).is_not_null()).join(known, on=column, how="anti")
        fix = f"Add it to {target}.csv or correct the spelling."
        yield from _rows(lost, name, f"{column} {{{column}!r}} is not in {target}.csv.", fix)


def _check_digits(tables: Tables) -> Iterator[Problem]:
    """The flag ``valid`` says what the check digit says."""
    for scheme, is_valid in CHECK_DIGITS.items():
        rows = tables["identifiers"].filter(pl.col("scheme") == scheme)
        digits = pl.Series("digit", [is_valid(value) for value in rows["value"]], dtype=pl.Boolean)
        wrong = rows.with_columns(digits).filter(pl.col("digit") != pl.col("valid"))
        yield from _rows(
            wrong, "identifiers", "valid is {valid}, the check digit says {digit}.", "Correct value or flag."
        )


def _one_holder(tables: Tables) -> Iterator[Problem]:
    """An identifier belongs to one entity."""
    code = ["scheme", "value", "venue"]
    frame = tables["identifiers"]
    shared = frame.join(
        frame.group_by(code).agg(pl.col("entity_id").n_unique().alias("n")).filter(pl.col("n") > 1), on=code
    )
    yield from _rows(
        shared, "identifiers", "{scheme} {value} is given to two entities.", "Keep it where a source prints it."
    )


def _date_order(tables: Tables) -> Iterator[Problem]:
    """Intervals begin before they end."""
    for name, (start, end) in INTERVALS.items():
        turned = tables[name].filter(pl.col(start) >= pl.col(end))
        yield from _rows(turned, name, f"{start} {{{start}}} is not before {end} {{{end}}}.", "Correct a date.")


def _repeated_listings(tables: Tables) -> Iterator[Problem]:
    """One entry of a list stands once at a time; another sub-list entry has another citation."""
    entry = ["entity_id", "list_id", "citation"]
    frame = tables["listings"].sort([*entry, "since"], nulls_last=False)
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in entry)
    last_end, start = pl.col("until").shift(1), pl.col("since")
    overlaps = last_end.is_null() | start.is_null() | (last_end > start)
    yield from _rows(
        frame.filter(same & overlaps),
        "listings",
        "{entity_id} is on {list_id} twice at the same time under {citation!r}.",
        "Remove one row, end the first, or cite the sub-list.",
    )


def _self_reference(tables: Tables) -> Iterator[Problem]:
    """Nobody owns or supplies himself."""
    for name, (left, right) in SELF.items():
        own = tables[name].filter(pl.col(left) == pl.col(right))
        yield from _rows(
            own, name, f"{left} and {right} are the same entity.", "Remove the row or split the entity."
        )


def _shares(tables: Tables) -> Iterator[Problem]:
    """Shares are fractions, and the lower bound is the lower."""
    low, high = pl.col("share_low"), pl.col("share_high")
    outside = tables["stakes"].filter((low > 1) | (high > 1) | (low > high) | (low.is_null() != high.is_null()))
    fix = "Write fractions between 0 and 1, both or neither."
    yield from _rows(outside, "stakes", "the bounds {share_low} to {share_high} are no range of shares.", fix)


def _whole(tables: Tables) -> Iterator[Problem]:
    """The owners of a company cannot together hold more than all of it (of each owner the lowest figure)."""
    now = stakes_at(tables["stakes"], data_date(tables["lists"]))
    direct = now.filter((pl.col("kind") == "equity") & (pl.col("basis") == "direct"))
    lowest = direct.group_by("owner_id", "owned_id").agg(pl.col("share_low").min())
    totals = lowest.group_by("owned_id").agg(total=pl.col("share_low").sum()).filter(pl.col("total") > 1 + SLACK)
    for company, total in totals.sort("owned_id").iter_rows():
        what = f"direct owners of {company} hold at least {total:.4f} of it together."
        yield Problem("stakes.csv", None, what, "Mark a group total as aggregate or end a stake.")


def _allegations(tables: Tables) -> Iterator[Problem]:
    """An allegation states a claim and its day; a reply states where it was read."""
    frame = tables["allegations"]
    undated = frame.filter(pl.col("date").is_null() & (pl.col("date_text") != "not dated"))
    yield from _rows(undated, "allegations", "date is empty.", "Give it, or write 'not dated' in date_text.")
    none = pl.col("reply").str.contains(NO_REPLY)
    dated = frame.filter(none & pl.col("reply_date").is_not_null())
    yield from _rows(dated, "allegations", "'none found' has a reply_date.", "Record the reply or clear the date.")
    unsourced = frame.filter(~none & pl.col("reply_source_id").is_null())
    yield from _rows(unsourced, "allegations", "the reply has no source.", "Name the source in reply_source_id.")
    asked = frame.filter(pl.col("claim").str.contains(NO_CLAIM))
    fix = "Word what is said of the company, or move a business relation to links.csv."
    yield from _rows(asked, "allegations", "the claim says nothing against {entity_id}.", fix)


def _descriptions(tables: Tables) -> Iterator[Problem]:
    """A description says what an entity is; what is said against it stands with its accuser and the reply."""
    told = tables["entities"].filter(pl.col("description").str.contains(ACCUSING))
    fix = "Say what the entity is and where; an accusation belongs into allegations.csv."
    yield from _rows(told, "entities", "the description speaks of what is said against {entity_id}.", fix)


def _repeated_names(tables: Tables) -> Iterator[Problem]:
    """The main name is not repeated among the further names."""
    main = tables["entities"].select("entity_id", "name")
    again = tables["names"].join(main, on=["entity_id", "name"], how="semi")
    yield from _rows(again, "names", "{name!r} is the main name already.", "Remove the row.")


def _rule_periods(tables: Tables) -> Iterator[Problem]:
    """The periods of one rule do not overlap."""
    frame = tables["rules"].sort("rule_id", "period")
    same = pl.col("rule_id") == pl.col("rule_id").shift(1)
    end, start = pl.col("valid_to").shift(1), pl.col("valid_from")
    overlap = frame.filter(same & (end.is_null() | start.is_null() | (end > start)))
    yield from _rows(overlap, "rules", "{rule_id} period {period} overlaps the one before.", "Correct the dates.")


CHECKS: tuple[Callable[[Tables], Iterator[Problem]], ...] = (
    _required,
    _keys,
    _foreign_keys,
    _check_digits,
    _one_holder,
    _date_order,
    _repeated_listings,
    _self_reference,
    _shares,
    _whole,
    _allegations,
    _descriptions,
    _repeated_names,
    _rule_periods,
)
