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

from exposure.errors import UsageError
from exposure.ownership.graph import Graph, Node, build, spans
from exposure.universe.bundle import Universe

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


def named_rule(rule: str | Rule) -> Rule:
    """A rule as given, or the bundled one of that id in its period at the bundled data's date.

    Raises:
        UsageError: there is no rule of that id.
    """
    return rule_in_force(Universe.load().rules, rule) if isinstance(rule, str) else rule


def reached(stakes: pl.DataFrame | Graph, listed: Sequence[Node], rule: Rule | str) -> pl.DataFrame:
    """Find whom a rule reaches.

    Args:
        stakes: ``owner, owned, share_low, share_high`` and optionally ``control``, or a built network.
        listed: ids of the named entities; they are not in the answer.
        rule: the rule in the period meant, or the id of a bundled one. Its ``status`` is not looked at: this is
            the arithmetic.

    Returns:
        ``entity, reached (yes | unknown | no), aggregate_low, aggregate_high, via, unsettled`` for every company
        in which a member of the set holds something, sorted; ``aggregate_*`` are the members' direct stakes
        added up (the largest single group's where the rule does not aggregate; above 1 where the data are),
        ``via`` the members that hold them, ``unsettled`` the members among them on whom an *unknown* rests:
        the size of their stake, or whether the rule reaches them, would settle it.
    """
    graph, rule = stakes if isinstance(stakes, Graph) else build(stakes), named_rule(rule)
    start = sorted(set(graph.positions(listed)))
    groups = [start] if rule.aggregate else [[s] for s in start]
    size = len(graph.nodes)
    low, high = np.zeros(size), np.zeros(size)
    certain, possible, holders = (np.zeros(size, dtype=bool) for _ in range(3))
    exact = bool(np.array_equal(graph.low, graph.high)) and rule.threshold_open is None and not graph.control.any()
    for group in groups if not rule.named_only else []:
        sure, by_sure = _members(graph, graph.low, group, rule, possibly=False)
        maybe, by_maybe = (sure, by_sure) if exact else _members(graph, graph.high, group, rule, possibly=True)
        low, high = np.maximum(low, by_sure), np.maximum(high, by_maybe)
        certain, possible, holders = certain | sure, possible | maybe, holders | maybe
    return _answer(graph, np.asarray(start, dtype=np.int64), certain, possible, low, high, holders)


def _members(
    graph: Graph, shares: np.ndarray, start: list[int], rule: Rule, *, possibly: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The set of owners at the fixpoint, and what it holds of each company.

    The set only grows, so it ends; each member's stakes are added once, when it joins.
    """
    size = len(graph.nodes)
    member, held = np.zeros(size, dtype=bool), np.zeros(size)
    joining = np.asarray(start, dtype=np.int64)
    while joining.size:
        member[joining] = True
        entries = spans(graph.first, joining)
        owned = graph.owned[entries]
        np.add.at(held, owned, shares[entries])
        met = rule.meets(held[owned], possibly=possibly)
        if rule.control:
            met |= graph.control[entries] > 0 if possibly else graph.control[entries] >= 1
        joining = np.unique(owned[met & ~member[owned]])  # few from the second round on
    return member, held


def _answer(
    graph: Graph,
    start: np.ndarray,
    certain: np.ndarray,
    possible: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    holders: np.ndarray,
) -> pl.DataFrame:
    held = (high > 0) | possible
    held[start] = False
    rows = np.flatnonzero(held)
    verdict = np.where(certain[rows], "yes", np.where(possible[rows], "unknown", "no"))
    return pl.DataFrame(
        {
            "entity": graph.ids(rows),
            "reached": pl.Series(verdict.tolist(), dtype=pl.String),
            "aggregate_low": low[rows],
            "aggregate_high": high[rows],
            "via": _holders(graph, rows, holders, np.ones(len(graph.owned), dtype=bool)),
            "unsettled": _unsettled(graph, rows, verdict, certain, holders),
        }
    )


def _unsettled(
    graph: Graph, rows: np.ndarray, verdict: np.ndarray, certain: np.ndarray, holders: np.ndarray
) -> pl.Series:
    """For each *unknown*: the holders whose stake is an interval, whose control is claimed, or who are open."""
    claimed = (graph.control > 0) & (graph.control < 1)
    open_ = (graph.low < graph.high) | claimed | ~certain[graph.owner]
    open_ &= np.isin(graph.owned, rows[verdict == "unknown"])
    return _holders(graph, rows, holders, open_)


def _holders(graph: Graph, rows: np.ndarray, holders: np.ndarray, wanted: np.ndarray) -> pl.Series:
    """The members that hold something of each company (or control it) by a wanted stake, as lists."""
    index = np.full(len(graph.nodes), -1)
    index[rows] = np.arange(len(rows))
    stake = wanted & holders[graph.owner] & (index[graph.owned] >= 0) & ((graph.high > 0) | (graph.control > 0))
    owners, owned = graph.owner[stake], index[graph.owned[stake]]
    order = np.lexsort((owners, owned))
    frame = pl.DataFrame({"row": owned[order], "id": graph.ids(owners[order])})
    grouped = frame.group_by("row", maintain_order=True).agg("id")
    every = pl.DataFrame({"row": np.arange(len(rows))}).join(grouped, on="row", how="left", maintain_order="left")
    return every["id"].fill_null([])


def proof(graph: Graph, listed: Sequence[Node], rule: Rule, entity: Node) -> tuple[tuple[Node, Node], ...]:
    """The stakes that a rule used to reach a company: (owner, owned), from the listed ones down.

    Every stake that a member of the set holds in the company, and in each member on the way that is not listed
    itself. Empty where the rule does not (or may not) reach it.
    """
    answer = reached(graph, listed, rule)
    members = {row["entity"]: row["via"] for row in answer.iter_rows(named=True) if row["reached"] != "no"}
    named, used, waiting, seen = set(listed), [], [entity], {entity}
    while waiting:
        owned = waiting.pop()
        for owner in members.get(owned, []):
            if owner in named or owner in members:
                used.append((owner, owned))
                if owner not in named and owner not in seen:
                    seen.add(owner)
                    waiting.append(owner)
    return tuple(sorted(used, key=lambda pair: (pair[0] not in named, pair)))
