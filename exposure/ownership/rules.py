"""Who a legal ownership rule reaches: a fixpoint over a set of owners, not a product of percentages.

Start with the listed entities; add every company in which the members together hold the rule's threshold; repeat
(OFAC, revised guidance of 13 Aug 2014, FAQ 401). Run once with the lower bounds (certain) and once with the upper
ones (possible): what only the second reaches is *unknown*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from exposure.errors import UsageError
from exposure.ownership.graph import Graph, build

# Percentages arrive as fractions with rounding noise; 1e-9 is far below any share a source can print.
EPSILON = 1e-9


@dataclass(frozen=True)
class Rule:
    """One ownership rule in one period (a row of ``datasets/rules.csv``).

    Attributes:
        threshold: fraction; null where percentages decide nothing.
        threshold_open: a lower fraction above which the rule cannot be excluded, where its wording ("affiliates")
            or our knowledge of it draws no sharp line; null where ``threshold`` is sharp.
        inclusive: the threshold itself is enough (>=), or not (>).
        aggregate: stakes of several listed owners are added together.
        control: control counts as well as ownership.
        named_only: the rule reaches nobody who is not named.
        status: in_force, not_in_force, stayed or not_established.
    """

    rule_id: str
    name: str = ""
    threshold: float | None = None
    threshold_open: float | None = None
    inclusive: bool = True
    aggregate: bool = True
    control: bool = False
    named_only: bool = False
    status: str = "in_force"
    citation: str = ""

    def meets(self, share: np.ndarray, *, possibly: bool = False) -> np.ndarray:
        """Tell for each total share whether it meets the threshold, or (``possibly``) may meet it."""
        line = self.threshold_open if possibly and self.threshold_open is not None else self.threshold
        if line is None:
            return np.zeros(share.shape, dtype=bool)
        return share >= line - EPSILON if self.inclusive else share > line + EPSILON

    @property
    def test(self) -> str:
        """The percentage test in words: ">= 50 %, added together"."""
        if self.named_only or self.threshold is None:
            return "named entities only" if not self.control else "control only"
        sign = "≥" if self.inclusive else ">"
        together = "several listed owners added together" if self.aggregate else "each listed owner by itself"
        also = ", or control" if self.control else ""
        open_ = f"; open above {self.threshold_open:.0%}" if self.threshold_open is not None else ""
        return f"{sign} {self.threshold:.0%} ({together}){also}{open_}".replace("%", " %")


def rule_from_row(row: dict[str, object]) -> Rule:
    """Make a ``Rule`` of one row of the rules table."""
    return Rule(**{name: row[name] for name in Rule.__dataclass_fields__})  # type: ignore[arg-type]


def rule_in_force(rules: pl.DataFrame, rule_id: str) -> Rule:
    """Return the period of a rule that the (already dated) rules frame holds.

    Raises:
        UsageError: the rule is unknown.
    """
    found = rules.filter(pl.col("rule_id") == rule_id)
    if found.is_empty():
        known = ", ".join(sorted(rules["rule_id"].unique()))
        raise UsageError(f"There is no ownership rule “{rule_id}” at this date; known rules: {known}.")
    return rule_from_row(found.row(0, named=True))


def reached(stakes: pl.DataFrame | Graph, listed: Sequence[str], rule: Rule) -> pl.DataFrame:
    """Find whom a rule reaches.

    Args:
        stakes: ``owner, owned, share_low, share_high`` and optionally ``control``, or a built network.
        listed: ids of the named entities; they are not in the answer.
        rule: the rule, in the period meant. Its ``status`` is not looked at: this is the arithmetic.

    Returns:
        ``entity, reached (yes | unknown | no), aggregate_low, aggregate_high, via`` for every company in which
        a member of the set holds something, sorted; ``aggregate_*`` are the members' direct stakes added up
        (the largest single group's where the rule does not aggregate), ``via`` the members that hold them.
    """
    graph = stakes if isinstance(stakes, Graph) else build(stakes)
    start = sorted(set(graph.positions(listed)))
    groups = [start] if rule.aggregate else [[s] for s in start]
    empty = np.zeros(len(graph.nodes))
    low, high = empty.copy(), empty.copy()
    certain, possible = empty.astype(bool), empty.astype(bool)
    holders = empty.astype(bool)
    for group in groups if not rule.named_only else []:
        sure = _members(graph.low, graph.control, group, rule, possibly=False)
        maybe = _members(graph.high, graph.control, group, rule, possibly=True)
        low, high = np.maximum(low, sure @ graph.low), np.maximum(high, maybe @ graph.high)
        certain, possible, holders = certain | sure, possible | maybe, holders | maybe
    return _answer(graph, set(start), certain, possible, low, high, holders)


def _members(
    shares: sparse.csr_array, control: sparse.csr_array, start: list[int], rule: Rule, *, possibly: bool
) -> np.ndarray:
    """The set of owners at the fixpoint, as a mask. It only grows, so it ends."""
    member = np.zeros(shares.shape[0], dtype=bool)
    member[start] = True
    while True:
        grown = member | rule.meets(member.astype(float) @ shares, possibly=possibly)
        if rule.control:
            grown |= (control.T @ member.astype(float)) > 0 if possibly else _controlled(control, member)
        if (grown == member).all():
            return member
        member = grown


def _controlled(control: sparse.csr_array, member: np.ndarray) -> np.ndarray:
    """What the members certainly control (a claim of control alone is not certain)."""
    certain = control.multiply(control >= 1)
    return np.asarray((certain.T @ member.astype(float)) > 0)


def _answer(
    graph: Graph,
    listed: set[int],
    certain: np.ndarray,
    possible: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    holders: np.ndarray,
) -> pl.DataFrame:
    held = (high > 0) | possible
    owned = [int(i) for i in np.flatnonzero(held) if int(i) not in listed]
    incoming = graph.high.tocsc()
    rows = []
    for i in owned:
        owners = incoming.indices[incoming.indptr[i] : incoming.indptr[i + 1]]
        verdict = "yes" if certain[i] else "unknown" if possible[i] else "no"
        via = sorted(graph.nodes[o] for o in owners if holders[o])
        rows.append((graph.nodes[i], verdict, min(float(low[i]), 1.0), min(float(high[i]), 1.0), via))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "entity": pl.String,
        "reached": pl.String,
        "aggregate_low": pl.Float64,
        "aggregate_high": pl.Float64,
        "via": pl.List(pl.String),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").sort("entity")
