"""Who a legal ownership rule reaches: a fixpoint over a set of owners, not a product of percentages.

Start with the listed entities; add every company in which the members together hold the rule's threshold; repeat
(OFAC, revised guidance of 13 Aug 2014, FAQ 401). Run once with the lower bounds (certain) and once with the upper
ones (possible): what only the second reaches is *unknown*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from exposure.errors import UsageError
from exposure.late import sparse
from exposure.ownership.graph import Graph, Node, build, distinct, spans
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

    Examples:
        >>> ex.ownership.Rule("house", threshold=0.25).test
        '≥ 25 % (several listed owners added together)'
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

    Examples:
        >>> ex.ownership.rule_in_force(ex.Universe.load().rules, "ofac-50").test
        '≥ 50 % (several listed owners added together)'
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

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> ex.ownership.reached(stakes, ["A"], "ofac-50").select("entity", "reached", "aggregate_low").rows()
        [('B', 'yes', 0.6), ('C', 'yes', 0.5)]
    """
    graph, rule = stakes if isinstance(stakes, Graph) else build(stakes), named_rule(rule)
    start = np.unique(np.asarray(graph.positions(listed), dtype=np.int64))
    groups = [] if rule.named_only else [start] if rule.aggregate else list(start[:, None])
    exact = bool(np.array_equal(graph.low, graph.high)) and rule.threshold_open is None and not graph.control.any()
    sure = _members(graph, graph.low, groups, rule, possibly=False)
    maybe = sure if exact else _members(graph, graph.high, groups, rule, possibly=True)
    return _answer(graph, start, sure, maybe)


@dataclass(frozen=True)
class _Members:
    """Who is in the set at the fixpoint (of any group), and what it holds of each company (the largest group's)."""

    member: np.ndarray
    held: np.ndarray


def _members(
    graph: Graph, shares: np.ndarray, groups: Sequence[np.ndarray], rule: Rule, *, possibly: bool
) -> _Members:
    """The set of owners at the fixpoint, group by group.

    The set only grows, so it ends; each member's stakes are added once, when it joins.
    """
    size = len(graph.nodes)
    ever, most = np.zeros(size, dtype=bool), np.zeros(size)
    member, held = np.zeros(size, dtype=bool), np.zeros(size)  # left empty after each group
    for group in groups:
        joined, touched, joining = [], [], group
        while joining.size:
            member[joining] = True
            entries = spans(graph.first, joining)
            owned = graph.owned[entries]
            np.add.at(held, owned, shares[entries])
            met = rule.meets(held[owned], possibly=possibly)
            if rule.control:
                met |= graph.control[entries] > 0 if possibly else graph.control[entries] >= 1
            joined.append(joining)
            touched.append(owned)
            joining = distinct(owned[met & ~member[owned]], size)
        for nodes in joined:
            ever[nodes], member[nodes] = True, False
        for nodes in touched:
            most[nodes] = np.maximum(most[nodes], held[nodes])
        for nodes in touched:
            held[nodes] = 0.0
    return _Members(ever, most)


def _answer(graph: Graph, start: np.ndarray, sure: _Members, maybe: _Members) -> pl.DataFrame:
    known = (maybe.held > 0) | maybe.member
    known[start] = False
    rows = np.flatnonzero(known)
    state = sure.member[rows].astype(np.uint32) + maybe.member[rows]
    return pl.DataFrame(
        {
            "entity": graph.ids(rows),
            "reached": pl.Series(["no", "unknown", "yes"]).gather(pl.Series(state)),
            "aggregate_low": sure.held[rows],
            "aggregate_high": maybe.held[rows],
            "via": _holders(graph, rows, maybe.member[graph.owner]),
            "unsettled": _holders(graph, rows, _open(graph, rows[state == 1], sure, maybe)),
        }
    )


def _open(graph: Graph, unknown: np.ndarray, sure: _Members, maybe: _Members) -> np.ndarray:
    """The stakes on which an *unknown* rests: an interval, a claim of control, or a holder who is open itself."""
    if not unknown.size:
        return np.zeros(len(graph.owned), dtype=bool)
    doubtful = np.zeros(len(graph.nodes), dtype=bool)
    doubtful[unknown] = True
    claimed = (graph.control > 0) & (graph.control < 1)
    open_ = (graph.low < graph.high) | claimed | ~sure.member[graph.owner]
    return np.asarray(open_ & doubtful[graph.owned] & maybe.member[graph.owner])


def _holders(graph: Graph, rows: np.ndarray, wanted: np.ndarray) -> pl.Series:
    """Who holds something of each company (or controls it) by a wanted stake: a list a row, sorted."""
    index = np.full(len(graph.nodes), -1, dtype=np.int32)
    index[rows] = np.arange(len(rows), dtype=np.int32)
    stake = np.flatnonzero(wanted & ((graph.high > 0) | (graph.control > 0)))
    stake = stake[index[graph.owned[stake]] >= 0]
    ends = (index[graph.owned[stake]], graph.owner[stake])
    by_row = sparse.csr_array((np.ones(len(stake), np.int8), ends), shape=(len(rows), len(graph.nodes)))
    counts = np.diff(by_row.indptr)
    holders = pl.DataFrame({"row": np.repeat(np.arange(len(rows)), counts), "id": graph.ids(by_row.indices)})
    lists = holders.group_by("row", maintain_order=True).agg("id")
    every = pl.DataFrame({"row": np.arange(len(rows))}).join(lists, on="row", how="left", maintain_order="left")
    return every["id"].fill_null(pl.Series([[]], dtype=every.schema["id"]))


def proof(graph: Graph, listed: Sequence[Node], rule: Rule, entity: Node) -> tuple[tuple[Node, Node], ...]:
    """The stakes that a rule used to reach a company: (owner, owned), from the listed ones down.

    Every stake that a member of the set holds in the company, and in each member on the way that is not listed
    itself. Empty where the rule does not (or may not) reach it.

    Examples:
        >>> stakes = pl.DataFrame(
        ...     {"owner": ["A", "B"], "owned": ["B", "C"], "share_low": [0.6, 0.5], "share_high": [0.6, 0.5]}
        ... )
        >>> rule = ex.ownership.Rule("house", threshold=0.5)
        >>> ex.ownership.proof(ex.ownership.build(stakes), ["A"], rule, "C")
        (('A', 'B'), ('B', 'C'))
    """
    return trace(holders(reached(graph, listed, rule)), listed, entity)


def holders(answer: pl.DataFrame) -> dict[Node, list[Node]]:
    """The members that hold something of each company that a rule reaches, or may reach.

    Args:
        answer: of :func:`reached`.
    """
    met = answer.filter(pl.col("reached") != "no")
    return dict(met.select("entity", "via").iter_rows())


def trace(
    members: Mapping[Node, Sequence[Node]], listed: Sequence[Node], entity: Node
) -> tuple[tuple[Node, Node], ...]:
    """The stakes from the listed ones down to a company, as :func:`proof` gives them.

    Args:
        members: from :func:`holders`, worked out once for all companies of an answer.
        listed: ids of the named entities.
        entity: the company.
    """
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
