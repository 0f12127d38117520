"""The ownership chains that tie a held company to listed ones, and what the ownership rules make of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from exposure.present.words import chain_sentence, list_names, stake
from exposure.present.words import dated as in_words
from exposure.results import Results, chain_rows
from exposure.universe.bundle import Universe

Row = dict[str, Any]
MANY = 2  # more companies owned in part than this are told in one sentence and drawn in one box


@dataclass(frozen=True)
class ChainFact:
    """One ownership chain between a held company and a listed one.

    Attributes:
        listed_id: the listed company at the other end.
        relation: ``reached`` or ``connected``.
        side: ``owned``: the listed company owns part of the held one; ``owner``: the other way round.
        steps: the stakes in order, owner first (``results.chain_rows``).
        sentence: the chain in words.
        verdict: what the ownership rules make of it.
    """

    listed_id: str
    listed: str
    relation: str
    side: str
    kind: str
    low: float
    high: float
    steps: tuple[Row, ...]
    sentence: str
    verdict: str


def company_chains(results: Results, issuer_id: str) -> tuple[ChainFact, ...]:
    """Every ownership chain that ties a company to a listed one: strongest relation first, owners before owned."""
    mine = results.connections.filter((pl.col("entity_id") == issuer_id) & (pl.col("chain").list.len() > 0))
    mine = mine.sort(pl.col("relation").to_physical(), pl.col("side") == "owner", maintain_order=True)
    names = results.universe.name_of([issuer_id, *mine["listed_id"]])
    facts = []
    for row in mine.iter_rows(named=True):
        steps = tuple(chain_rows(results.universe, row["chain"]))
        facts.append(
            ChainFact(
                **{k: row[k] for k in ("listed_id", "relation", "side", "kind")},
                listed=names[row["listed_id"]],
                low=row["share_low"],
                high=row["share_high"],
                steps=steps,
                sentence=chain_sentence([{**step, "dated": dated(step)} for step in steps]),
                verdict=_verdict(results.universe, row, names[issuer_id], names[row["listed_id"]], steps),
            )
        )
    return tuple(facts)


def _verdict(universe: Universe, row: Row, held: str, listed: str, steps: tuple[Row, ...]) -> str:
    rules = dict(universe.rules.select("rule_id", "name").iter_rows())
    rule = rules.get(row["rule_id"], row["rule_id"])
    if row["relation"] == "reached":
        lists = list_names(universe, row["lists"])
        whose = f", that of {lists}," if lists else ""
        said = f"The rule “{rule}”{whose} reaches {held} through {listed}."
        lists = list_names(universe, row["open_lists"])
        return f"{said} Whether that of {lists} does as well cannot be told." if lists else said
    owner, owned = (listed, held) if row["side"] == "owned" else (held, listed)
    tie = _tie(owner, owned, row, steps)
    if row["rule_id"]:
        doubt = "a share is not known, or the rule's own state is not established"
        lists = list_names(universe, row["open_lists"])
        return f"{tie} Whether the rule “{rule}” reaches {held} (for {lists}) cannot be told: {doubt}."
    if row["side"] == "owner":
        return f"{tie} No list's ownership rule works in this direction: it is a tie, not a finding."
    if row["share_high"] < 0.5:
        return f"{tie} No 50 % rule applies: nothing passes from {listed} to {held} along this chain."
    return f"{tie} The lists {listed} is on reach no further than the names on them."


def _tie(owner: str, owned: str, row: Row, steps: tuple[Row, ...]) -> str:
    """What the owner holds over every chain known, and what the chain shown makes by itself."""
    size = stake(row["share_low"], row["share_high"])
    if size == "size unknown":
        return f"{owner} owns part of {owned}; how much is not known."
    low = math.prod(step["share_low"] or 0.0 for step in steps)
    high = math.prod(1.0 if step["share_high"] is None else step["share_high"] for step in steps)
    alone = stake(low, high)
    if alone == size or row["side"] == "owner":
        rest = ""
    elif row["share_high"] is not None and low > row["share_high"]:
        # A later total of the whole group replaces the sum of stakes that were read at other dates.
        rest = f" (a published total; the stakes shown, of other dates, make {alone})"
    else:
        rest = f" (the chain shown alone: {alone})"
    read = all(step.get("verified", True) for step in steps)
    basis = "as far as sources were read" if read else "from memory, not read at a source"
    return sentence(f"In all, {basis}, {owner} holds {size} of {owned}{rest}")


def chains_table(chains: Iterable[ChainFact], numbers: Mapping[str, int]) -> pl.DataFrame:
    """Chains stake by stake: ``chain, owner, owned, share, dated, source`` (the footnote number)."""
    rows = [
        {
            "chain": f"{number}: {chain.listed}",
            "owner": step["owner_name"],
            "owned": step["owned_name"],
            "share": stake(step["share_low"], step["share_high"]),
            "dated": dated(step),
            "source": f"[{numbers[step['source']]}]" if step["source"] in numbers else None,
        }
        for number, chain in enumerate(chains, 1)
        for step in chain.steps
    ]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("chain", "owner", "owned", "share", "dated", "source"), pl.String)
    )


def chain_sources(chains: Iterable[ChainFact]) -> list[str]:
    """The sources of some chains, in order."""
    return [step["source"] for chain in chains for step in chain.steps]


def owned_ones(chains: Iterable[ChainFact]) -> list[ChainFact]:
    """The chains that lead down, to listed companies that the held one owns part of."""
    return [chain for chain in chains if chain.side == "owner"]


def chain_sentences(chains: tuple[ChainFact, ...]) -> list[str]:
    """The chains in words; what a longer one says already is not repeated, many owned companies become one."""
    below = owned_ones(chains)
    told = [c.sentence for c in chains if c.side != "owner" and not _within(c, chains)]
    return [*told, *([_together(below)] if len(below) > MANY else [c.sentence for c in below])]


def verdicts(chains: tuple[ChainFact, ...]) -> list[str]:
    """What the ownership rules make of each chain; many owned companies in one sentence."""
    below = owned_ones(chains)
    said = [c.verdict for c in chains if c.side != "owner"]
    if len(below) <= MANY:
        return [*said, *(c.verdict for c in below)]
    return [*said, f"{_together(below)} No list's ownership rule works in this direction: ties, not findings."]


def _within(chain: ChainFact, chains: tuple[ChainFact, ...]) -> bool:
    edges = {(step["owner"], step["owned"]) for step in chain.steps}
    return any(edges < {(step["owner"], step["owned"]) for step in other.steps} for other in chains)


def _together(chains: list[ChainFact]) -> str:
    names = "; ".join(chain.listed for chain in chains)
    owner = chains[0].steps[0]["owner_name"]
    return sentence(f"{owner} owns part of {len(chains)} companies on lists: {names}")


def sentence(text: str) -> str:
    """A text with its full stop, unless it ends in one already ("Co., Ltd.")."""
    return text if text.endswith(".") else f"{text}."


def dated(step: Row) -> str | None:
    """The date of a stake for people, as exact as the source gives it."""
    text = step["dated"] or step["as_of"]
    return in_words(text) if text else None
