"""One held company as every artefact shows it: its row, its lines in the portfolio, its chains and its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from exposure.present.chains import ChainFact, chain_sources, company_chains, dated, verdicts
from exposure.present.evidence import Accusation, Evidence, Fact, evidence
from exposure.present.pages import place_words, route_words
from exposure.present.pictures import chain_picture, held_sentence
from exposure.present.tables import ALLEGED_WORDS, companies_table
from exposure.present.words import IN_FORCE_WORDS, chain_sentence
from exposure.results import Results
from exposure.universe.bundle import Universe

Row = dict[str, Any]


@dataclass(frozen=True)
class HeldLine:
    """One line of the portfolio in the company.

    Attributes:
        place: where it stands in the file: row, with sheet and file where there are several.
        name: as published.
        through: the funds it is held through; empty when held directly.
        kind: equity, debt ...
        held: whether the listing or accusation came before the holdings' date.
        reason: how the line was taken for the company.
        value: in the portfolio's currency, null when not known.
        share: of the portfolio, a fraction.
    """

    place: str
    name: str
    through: str
    kind: str
    held: str
    reason: str
    value: float | None
    share: float | None


@dataclass(frozen=True)
class Step:
    """One stake of a chain as a sentence, with its source."""

    text: str
    source_id: str


@dataclass(frozen=True)
class Company:
    """One held company.

    Attributes:
        row: its row of ``present.tables.companies_table``.
        known: the evidence on it.
        other_ids: the listed companies at the other ends of its chains and links.
        chains: the chains that tie it to listed companies.
        steps: the stakes of these chains, each once.
        verdicts: what the ownership rules make of each chain.
        words: how much of it the portfolio holds, as a sentence.
        lines: its lines in the portfolio, largest first.
        results: the screen, narrowed down to it; what its picture is drawn from.
    """

    row: Row
    known: Evidence
    other_ids: tuple[str, ...]
    chains: tuple[ChainFact, ...]
    steps: tuple[Step, ...]
    verdicts: tuple[str, ...]
    words: str
    lines: tuple[HeldLine, ...]
    results: Results = field(repr=False)

    @property
    def entity_id(self) -> str:
        """Its id."""
        return str(self.row["issuer_id"])

    @property
    def has_picture(self) -> bool:
        """Whether there is more to draw than a box that holds a box."""
        return bool(self.chains) or any(line.through for line in self.lines) or self.row["through_id"] is not None

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The sources of its chains and its evidence, in the order in which they are met."""
        return tuple(dict.fromkeys([*chain_sources(self.chains), *self.known.source_ids]))

    def picture(self, numbers: Mapping[str, int], *, down: bool = False) -> str:
        """The way from the portfolio through the company to its owners, as SVG; numbers are footnotes."""
        return chain_picture(self.results, self.entity_id, numbers=numbers, down=down)


@dataclass(frozen=True)
class Other:
    """A listed or accused company at the other end of a chain or link, which the portfolio need not hold."""

    title: str
    entity_id: str
    listings: tuple[Fact, ...]
    allegations: tuple[Accusation, ...]


def companies(results: Results) -> tuple[Company, ...]:
    """Every company that meets a listing or an allegation, strongest relation first, then by falling value."""
    return tuple(_company(results, row) for row in companies_table(results).iter_rows(named=True))


def others(results: Results, held: tuple[Company, ...]) -> tuple[Other, ...]:
    """The companies at the other ends that are not themselves held, each once, as first mentioned."""
    own = {one.entity_id for one in held}
    ids = dict.fromkeys(i for one in held for i in one.other_ids if i not in own)
    known = [_known(results.universe, i) for i in ids]
    return tuple(Other(e.title, str(e.entity["entity_id"]), e.listings, e.allegations) for e in known)


_latest: tuple[Universe | None, dict[str, Evidence]] = (None, {})


def _known(universe: Universe, entity_id: str) -> Evidence:
    """The evidence on a company, looked up once: portfolios screened one after the other hold the same ones."""
    global _latest  # of the universe asked for last
    if _latest[0] is not universe:
        _latest = (universe, {})
    kept = _latest[1]
    if entity_id not in kept:
        kept[entity_id] = evidence(universe, entity_id)
    return kept[entity_id]


def _company(results: Results, row: Row) -> Company:
    narrow = _narrow(results, row["issuer_id"])
    chains = company_chains(narrow, row["issuer_id"])
    ids = [chain.listed_id for chain in chains] + ([row["through_id"]] if row["through_id"] else [])
    return Company(
        row=row,
        known=_known(results.universe, row["issuer_id"]),
        other_ids=tuple(dict.fromkeys(ids)),
        chains=chains,
        steps=_steps(chains),
        verdicts=tuple(verdicts(chains)),
        words=held_sentence(narrow, row["issuer_id"]),
        lines=_lines(narrow),
        results=narrow,
    )


def _narrow(results: Results, issuer_id: str) -> Results:
    """The same screen with one company in it: what its pictures and sentences look at, quickly found."""
    return replace(
        results,
        exposures=results.exposures.filter(pl.col("issuer_id") == issuer_id),
        connections=results.connections.filter(pl.col("entity_id") == issuer_id),
    )


def _steps(chains: tuple[ChainFact, ...]) -> tuple[Step, ...]:
    """The stakes of some chains, each told once however many chains it is part of."""
    every = [step for chain in chains for step in chain.steps]
    once = {(step["owner"], step["owned"], step["source"]): step for step in every}
    return tuple(Step(chain_sentence([{**step, "dated": dated(step)}]), step["source"]) for step in once.values())


def _lines(narrow: Results) -> tuple[HeldLine, ...]:
    several = narrow.holdings["file"].n_unique() > 1
    places = narrow.holdings.select("row", "file", "sheet", "source_row")
    rows = narrow.exposures.join(places, on="row", how="left", maintain_order="left")
    rows = rows.sort(["value", "share", "line"], descending=[True, True, False], nulls_last=True)
    return tuple(_line(row, several=several) for row in rows.iter_rows(named=True))


def _line(row: Row, *, several: bool) -> HeldLine:
    when = ALLEGED_WORDS if row["kind"] == "allegation" else IN_FORCE_WORDS
    return HeldLine(
        place=place_words(row, several=several),
        name=row["name"] or "",
        through=route_words(row["via"], row["via_as_of"], proxy=row["proxy"]),
        kind=row["security_kind"],
        held=when[row["in_force_at_holding"]],
        reason=row["match_reason"],
        value=row["value"],
        share=row["share"],
    )
