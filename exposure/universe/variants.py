"""The same universe counted otherwise: some lists left out, or one ownership rule in place of every list's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from exposure.errors import UsageError
from exposure.universe.bundle import Universe

# Ownership rules that replace every list's own one. A control rule has no threshold.
RULES: dict[str, dict[str, Any]] = {
    "named only": {"named_only": True},
    "more than 50 %": {"threshold": 0.5, "inclusive": False},
    "50 % or more": {"threshold": 0.5, "inclusive": True},
    "25 % or more": {"threshold": 0.25, "inclusive": True},
    "control": {"control": True},
}
ALTERNATIVE = "alternative"
WITHOUT, ONE_RULE = "without the lists ", "one rule for every list: "  # how a change begins, in words


def without_lists(universe: Universe, list_ids: Collection[str]) -> Universe:
    """The universe as if some lists did not exist: their entries and their rules decide nothing.

    Args:
        universe: what is known.
        list_ids: ids of the lists to leave out.

    Raises:
        UsageError: there is no such list.
    """
    known = universe.lists["list_id"].to_list()
    for one in sorted(set(list_ids) - set(known)):
        raise UsageError(f"There is no list “{one}”; there are {', '.join(sorted(known))}.")
    if not list_ids:
        return universe
    gone = pl.col("list_id").is_in(sorted(list_ids))
    return replace(
        universe,
        lists=universe.lists.filter(~gone),
        listings=universe.listings.filter(~gone),
        changes=(*universe.changes, WITHOUT + ", ".join(sorted(list_ids))),
    )


def with_rule(universe: Universe, name: str) -> Universe:
    """The universe with one ownership rule in place of every list's own.

    Args:
        universe: what is known.
        name: one of ``RULES``.

    Raises:
        UsageError: there is no such rule.
    """
    if name not in RULES:
        raise UsageError(f"There is no rule “{name}” to put in place of the lists' own; choose {', '.join(RULES)}.")
    changed = with_rule_row(universe, RULES[name])
    return replace(changed, changes=(*universe.changes, ONE_RULE + name))


def replayed(universe: Universe, changes: Sequence[str]) -> Universe:
    """The universe with changes made again that are known by their words (``Universe.changes``).

    Raises:
        UsageError: a change that words alone do not give back, such as rows that a user added.
    """
    for change in changes:
        if change.startswith(WITHOUT):
            universe = without_lists(universe, change.removeprefix(WITHOUT).split(", "))
        elif change.startswith(ONE_RULE):
            universe = with_rule(universe, change.removeprefix(ONE_RULE))
        else:
            raise UsageError(f"The reference data were changed in a way that cannot be repeated: {change}.")
    return universe


def with_rule_row(universe: Universe, rule: dict[str, Any]) -> Universe:
    """The universe with a rule, told by the columns in which it differs from the plainest one, for every list."""
    return replace(
        universe,
        rules=pl.concat([universe.rules, rule_row(universe, rule)]),
        lists=universe.lists.with_columns(rule_id=pl.lit(ALTERNATIVE)),
    )


def rule_row(universe: Universe, rule: dict[str, Any]) -> pl.DataFrame:
    """One row of ``rules``: aggregate, inclusive, no control, unless the rule says otherwise."""
    plain = {"inclusive": True, "aggregate": True, "control": False, "named_only": False, "period": 1}
    words = {"rule_id": ALTERNATIVE, "name": ALTERNATIVE, "citation": "an alternative", "source_id": ""}
    row = dict.fromkeys(universe.rules.columns) | plain | words | {"status": "in_force", "certainty": "high"} | rule
    return pl.DataFrame([row], schema=dict(universe.rules.schema))
