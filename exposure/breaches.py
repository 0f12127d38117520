"""A policy met with a screening: each line that a clause concerns, what the policy says to do, and why.

Three states, as everywhere: a clause applies, does not apply, or cannot be decided (``undecided``) because a share
is unknown, a match awaits review, a value is missing, or a fund cannot be seen into.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import polars as pl

from exposure.errors import UsageError
from exposure.holders import held, held_sentence, size, some, text
from exposure.ownership.rules import rule_in_force
from exposure.policy import UNDECIDED, Clause, Exemption, Ownership, Policy
from exposure.schema import RELATIONS
from exposure.universe.bundle import Universe

BREACHES = {
    "line": pl.Int64(),
    "row": pl.Int64(),
    "name": pl.String(),
    "issuer_id": pl.String(),  # null for a fund that cannot be seen into
    "issuer": pl.String(),
    "clause": pl.String(),
    "says": pl.String(),  # what the policy says, in its own words
    "action": pl.String(),  # exclude, engage, watch, report; undecided
    "if_decided": pl.String(),  # the policy's action, should an undecided line turn out to be meant
    "why": pl.String(),
    "exception": pl.String(),  # its reason, while it lasts
    "escalates_on": pl.Date(),
    "value": pl.Float64(),
    "share": pl.Float64(),
}


class Screened(Protocol):
    """What a policy needs of a screening's results."""

    @property
    def lines(self) -> pl.DataFrame:
        """LINES."""

    @property
    def connections(self) -> pl.DataFrame:
        """CONNECTIONS."""

    @property
    def universe(self) -> Universe:
        """What was known."""


@dataclass(frozen=True)
class Verdict:
    """What a clause says of one issuer: certain or not, and the sentence that proves it."""

    certain: bool
    why: str


def breaches(results: Screened, policy: Policy, on: date | None = None) -> pl.DataFrame:
    """Find what a policy says about the lines of a screening.

    Args:
        results: a finished screening; nothing is read or matched again.
        policy: from ``load_policy``.
        on: the day on which exceptions and escalation are looked at; the universe's own date when omitted.

    Returns:
        The columns of ``BREACHES``: one row per line and clause, in the order of lines and clauses. An exception
        that still applies is named in ``exception``; the row stays.

    Raises:
        UsageError: the policy names a list, rule, category or entity that is not in the reference data.
    """
    _known(policy, results.universe)
    day = on or results.universe.as_of
    lines = _lines(results.lines)
    rows = [row for clause in policy.clauses for row in _clause_rows(results, policy, clause, lines, day)]
    order = {clause.id: number for number, clause in enumerate(policy.clauses)}
    rows.sort(key=lambda row: (row["line"], order[row["clause"]], row["issuer_id"] or ""))
    return pl.DataFrame(rows, schema=BREACHES)


def _known(policy: Policy, universe: Universe) -> None:
    """Refuse ids that the reference data do not have: a slip there would silently find nothing."""
    tables, lists = universe.history, universe.lists
    official = set(lists.filter("official")["list_id"])
    entities = set(tables["entities"]["entity_id"])
    for clause in policy.clauses:
        owned = clause.ownership
        wanted: list[tuple[str, Iterable[str], set[str]]] = [
            ("lists (of an authority)", clause.lists, official),
            ("categories", clause.categories, set(tables["allegations"]["category"])),
            ("exception.entity", [e.entity for e in clause.exceptions], entities),
            ("ownership.owners", owned.owners if owned else (), entities),
            ("ownership.rule", [r for r in (owned.rule, owned.through) if r] if owned else (), _rules(universe)),
        ]
        for key, ids, known in wanted:
            for unknown in sorted(set(ids) - known):
                raise UsageError(
                    f"Policy “{policy.name}”, clause “{clause.id}”, {key}: “{unknown}” is not in the data."
                )
    for unknown in sorted(set(policy.begun or {}) - entities):
        raise UsageError(f"Policy “{policy.name}”, begun: “{unknown}” is not in the reference data.")


def _rules(universe: Universe) -> set[str]:
    return set(universe.rules["rule_id"])


def _lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with each company they are (``sure``) or may be."""
    keep = ["line", "row", "name", "via", "value", "share"]
    coverage = pl.col("coverage").cast(pl.String)
    sure = lines.filter(coverage.str.starts_with("identified") & pl.col("entity_id").is_not_null())
    maybe = lines.filter(coverage == "awaiting_review").explode("candidates", empty_as_null=True)
    opaque = lines.filter(coverage == "opaque_funds")
    return pl.concat(
        [
            sure.select(*keep, issuer_id="entity_id", state=pl.lit("sure")),
            maybe.select(*keep, issuer_id="candidates", state=pl.lit("maybe")),
            opaque.select(*keep, issuer_id=pl.lit(None, pl.String), state=pl.lit("unseen")),
        ]
    )


def _clause_rows(
    results: Screened, policy: Policy, clause: Clause, lines: pl.DataFrame, day: date
) -> list[dict[str, Any]]:
    if clause.funds == "direct":
        lines = lines.filter(pl.col("via").list.len() == 0)
    issuers = set(lines["issuer_id"].drop_nulls())
    found = _owned(clause, results.universe, issuers) if clause.ownership else _joined(clause, results, issuers)
    names = results.universe.name_of(sorted(found))
    met = lines.filter(pl.col("issuer_id").is_in(sorted(found)))
    rows = []
    for (issuer,), group in met.group_by("issuer_id", maintain_order=True):
        enough = _enough(clause, group)
        if enough != "no":
            verdict = found[str(issuer)]
            rows += [_row(policy, clause, r, verdict, enough, names, day) for r in group.iter_rows(named=True)]
    if clause.funds == "covered":
        unseen = lines.filter(pl.col("state") == "unseen")
        rows += [_unseen(clause, row) for row in unseen.iter_rows(named=True)]
    return rows


def _enough(clause: Clause, group: pl.DataFrame) -> str:
    """Whether an issuer's lines together reach the clause's minimum: yes, no, unknown."""
    answers = {"yes"}
    for column, least in (("value", clause.minimum_value), ("share", clause.minimum_share)):
        if least:
            sure = float(group.filter(pl.col("state") == "sure")[column].sum())
            every = float(group[column].sum())
            open_ = every >= least or bool(group[column].is_null().any())
            answers.add("yes" if sure >= least else "unknown" if open_ else "no")
    return next(word for word in ("no", "unknown", "yes") if word in answers)


def _row(
    policy: Policy,
    clause: Clause,
    line: dict[str, Any],
    verdict: Verdict,
    enough: str,
    names: Mapping[str, str],
    day: date,
) -> dict[str, Any]:
    issuer = line["issuer_id"]
    action, escalates, told = _action(clause, (policy.begun or {}).get(issuer), day)
    certain = verdict.certain and line["state"] == "sure" and enough == "yes"
    active, expired = _exceptions(clause.exceptions, issuer, day)
    parts = [
        f"This line may be {names[issuer]}; a person must decide." if line["state"] == "maybe" else "",
        f"Held through {' → '.join(line['via'])}." if line["via"] else "",
        verdict.why,
        "" if enough == "yes" else "Whether it reaches the clause's minimum is not known.",
        told,
        *(f"An exception ({e.reason}) ended on {_day(e.expires)}." for e in expired),
    ]
    return {
        **{key: line[key] for key in ("line", "row", "name", "issuer_id", "value", "share")},
        "issuer": names[issuer],
        "clause": clause.id,
        "says": clause.says,
        "action": action if certain else UNDECIDED,
        "if_decided": action,
        "why": text(parts),
        "exception": "; ".join(f"{e.reason} (until {_day(e.expires)})" for e in active) or None,
        "escalates_on": escalates,
    }


def _unseen(clause: Clause, line: dict[str, Any]) -> dict[str, Any]:
    why = "The clause covers funds that hold a company meant; what this fund holds has not been seen."
    told = {key: line[key] for key in ("line", "row", "name", "issuer_id", "value", "share")}
    told |= {"clause": clause.id, "says": clause.says}
    return told | {"action": UNDECIDED, "if_decided": clause.action, "why": why}


def _action(clause: Clause, begun: date | None, day: date) -> tuple[str, date | None, str]:
    """The clause's action on a day, when the harder one begins, and the sentence about it."""
    harder = clause.escalation
    if harder is None:
        return clause.action, None, ""
    if begun is None:
        return clause.action, None, "No beginning is recorded for this company, so escalation does not count yet."
    due = _months_later(begun, harder.after_months)
    told = f"Begun on {_day(begun)}; from {_day(due)} the action is {harder.action}."
    return (harder.action if day >= due else clause.action), due, told


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _exceptions(every: Iterable[Exemption], issuer: str, day: date) -> tuple[list[Exemption], list[Exemption]]:
    own = [e for e in every if e.entity == issuer]
    return [e for e in own if day < e.expires], [e for e in own if day >= e.expires]


# Clauses about listings and accusations


def _joined(clause: Clause, results: Screened, issuers: set[str]) -> dict[str, Verdict]:
    """Issuers joined to somebody listed or accused in one of the clause's relations."""
    universe = results.universe
    wanted = set(_lists(clause, universe))
    said = universe.history["allegations"]
    if clause.categories:
        said = said.filter(pl.col("category").is_in(clause.categories))
    words = _Words(universe, {row["allegation_id"]: row for row in said.iter_rows(named=True)})
    found: dict[str, tuple[tuple[bool, int, bool, str], Verdict]] = {}
    for row in results.connections.filter(pl.col("entity_id").is_in(sorted(issuers))).iter_rows(named=True):
        for lists, alleged, open_ in _causes(clause, row, wanted, words.allegations):
            rank = (open_, RELATIONS.index(row["relation"]), not lists, row["listed_id"])
            verdict = Verdict(not open_, words.sentence(row, lists, alleged, undecided=open_))
            if row["entity_id"] not in found or rank < found[row["entity_id"]][0]:
                found[row["entity_id"]] = rank, verdict
    return {issuer: verdict for issuer, (_, verdict) in found.items()}


def _lists(clause: Clause, universe: Universe) -> list[str]:
    """The official lists that a clause means."""
    official = universe.lists.filter("official")
    if clause.lists:
        official = official.filter(pl.col("list_id").is_in(clause.lists))
    if clause.effects:
        official = official.filter(pl.col("effect").cast(pl.String).is_in(clause.effects))
    return official["list_id"].to_list()


def _causes(
    clause: Clause, row: dict[str, Any], wanted: set[str], known: Mapping[str, Any]
) -> Iterator[tuple[list[str], list[str], bool]]:
    """The lists and allegations of a connection that a clause means, and whether they are open.

    What a rule may reach, it reaches for its own lists only: another list of the same owner says nothing, nor does
    an accusation of the owner. (A connection that is ``reached`` carries no other lists.)
    """
    designated, accused = "designation" in clause.kinds, "allegation" in clause.kinds
    if row["relation"] in clause.relations:
        lists = [i for i in row["lists"] if i in wanted] if designated else []
        alleged = [a for a in row["allegation_ids"] if a in known]
        alleged = alleged if accused and row["relation"] != "reached" else []
        if lists or alleged:
            yield lists, alleged, False
    open_ = [i for i in row["open_lists"] if i in wanted]
    if open_ and designated and "reached" in clause.relations:
        yield open_, [], True


@dataclass(frozen=True)
class _Words:
    """Sentences about connections."""

    universe: Universe
    allegations: Mapping[str, dict[str, Any]]

    def sentence(self, row: dict[str, Any], lists: list[str], alleged: list[str], *, undecided: bool) -> str:
        """Why a connection concerns a clause: the tie, then the lists or the accusers."""
        names = self.universe.name_of([row["entity_id"], row["listed_id"]])
        issuer, other = names[row["entity_id"]], names[row["listed_id"]]
        part = size(row["share_low"], row["share_high"])
        if undecided:
            rules = dict(self.universe.lists.select("list_id", "rule_id").iter_rows())
            named = some(sorted({rules[i] for i in lists}))
            tie = f"A rule ({named}) may reach {issuer} through {other}: a share or the rule is not settled."
        elif row["relation"] == "reached":
            tie = f"The rule {row['rule_id']} reaches {issuer} through {other}."
        elif row["relation"] == "connected":
            owner, owned = (other, issuer) if row["side"] == "owned" else (issuer, other)
            tie = f"{owner} holds {part} of {owned}."
        elif row["relation"] == "business" and row["link_ids"]:
            tie = f"{issuer} has a business link with {other}."
        else:
            tie = ""
        return text([tie, self._named(other, lists), self._accused(other, alleged)])

    def _named(self, who: str, lists: list[str]) -> str:
        short = dict(self.universe.lists.select("list_id", "short_name").iter_rows())
        return f"{who} is named on {some([short[i] for i in lists])}." if lists else ""

    def _accused(self, who: str, alleged: list[str]) -> str:
        rows = [self.allegations[a] for a in alleged]
        told = dict.fromkeys(f"{r['accuser']} ({r['date_text']})" for r in rows)
        return f"Alleged of {who} by {some(list(told))}." if told else ""


# Clauses about owners


def _owned(clause: Clause, universe: Universe, issuers: set[str]) -> dict[str, Verdict]:
    """Issuers of which the clause's owners hold what its rule asks for, and the owners themselves."""
    test = clause.ownership
    assert test is not None  # the caller asks for clauses with an ownership test only
    owners = _owners(clause, test, universe)
    whose = _whose(clause, test)
    names = universe.name_of(sorted(issuers & owners))
    found = {i: Verdict(True, f"{name} is itself one of the owners meant ({whose}).") for i, name in names.items()}
    rule = rule_in_force(universe.rules, test.rule)
    through = rule_in_force(universe.rules, test.through) if test.through else None
    rows = held(universe, sorted(owners), rule, through)
    for row in rows.filter(pl.col("entity").is_in(sorted(issuers)) & (pl.col("verdict") != "no")).to_dicts():
        sentence = held_sentence(universe, rule, row, whose)
        found.setdefault(row["entity"], Verdict(row["verdict"] == "yes", sentence))
    return found


def _owners(clause: Clause, test: Ownership, universe: Universe) -> set[str]:
    """Who starts the walk: a kind of entity, single ones, or those named on the clause's lists."""
    found = set(test.owners)
    if test.owner_kinds:
        meant = universe.entities.filter(pl.col("kind").cast(pl.String).is_in(test.owner_kinds))
        if test.owner_countries:
            meant = meant.filter(pl.col("country").is_in(test.owner_countries))
        found |= set(meant["entity_id"])
    if clause.lists or clause.effects:
        entries = universe.listings.filter(
            pl.col("list_id").is_in(_lists(clause, universe)) & (pl.col("status") == "listed") & pl.col("verified")
        )
        found |= set(entries["entity_id"])
    return found


def _whose(clause: Clause, test: Ownership) -> str:
    kinds = [
        f"{kind.replace('_', ' ')} of {', '.join(test.owner_countries) or 'any country'}"
        for kind in test.owner_kinds
    ]
    lists = ["those named on the clause's lists"] if clause.lists or clause.effects else []
    return some([*kinds, *test.owners, *lists])


def _day(when: date) -> str:
    return f"{when.day} {when:%b %Y}"
