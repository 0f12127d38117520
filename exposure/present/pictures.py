"""The chain picture: what stands in its boxes and on its lines, from the portfolio through a company to its owners.

An arrow runs from owner to owned; shares and dates stand on the lines, numbers in brackets are footnotes, and where
a pointer can rest on a line it may tell its source. ``sketch.py`` draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from exposure.present.chains import (
    MANY,
    ChainFact,
    chain_sentences,
    chain_sources,
    company_chains,
    dated,
    owned_ones,
    sentence,
)
from exposure.present.charts import ACCENT, COLOURS, EDGE, FONT, PAPER
from exposure.present.evidence import numbered, sources_table
from exposure.present.sketch import Box, Branch, Line, Picture, across
from exposure.present.sketch import down as downwards
from exposure.present.tables import company_row
from exposure.present.words import day, list_names, mark, money, percent, stake
from exposure.results import Results

MOST_CHAINS = 5  # further ones stand in the table


def chain_picture(
    results: Results,
    issuer_id: str,
    *,
    numbers: Mapping[str, int] | None = None,
    down: bool = False,
    alone: bool = False,
    hover: bool = False,
) -> str:
    """Draw how a portfolio reaches a company, and through whom the company is tied to listed ones.

    Args:
        results: one screen.
        issuer_id: a company that the portfolio holds.
        numbers: footnote number of each source; by default in the order of the chains.
        down: boxes one below the other, for narrow screens.
        alone: without the portfolio, for what is known of a company whoever holds it.
        hover: each line tells its source where a pointer rests on it; the footnotes tell the same as text.
    """
    chains = company_chains(results, issuer_id)
    marks = numbers if numbers is not None else numbered(chain_sources(chains))
    picture = _Sketch(results, issuer_id, marks, alone=alone, hover=hover).picture(chains)
    body, width, height = downwards(picture) if down else across(picture)
    title = escape(" ".join(chain_sentences(chains)) if alone else picture_words(results, issuer_id))
    # A title of the whole would be told wherever the pointer rests.
    label, told = (f' aria-label="{title}"', "") if hover else ("", f"<title>{title}</title>")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{escape(FONT)}"{label}>{told}<rect width="{width}" height="{height}" '
        f'fill="{PAPER}"/>{body}</svg>'
    )


def picture_words(results: Results, issuer_id: str) -> str:
    """The picture in words."""
    return " ".join([held_sentence(results, issuer_id), *chain_sentences(company_chains(results, issuer_id))])


def held_sentence(results: Results, issuer_id: str) -> str:
    """How much of a company the portfolio holds."""
    held = company_row(results, issuer_id)
    return sentence(f"The portfolio holds {_held(results, held)} in {held['company']}")


def _held(results: Results, row: dict[str, Any]) -> str:
    share = percent(row["share"])
    part = f"{share} of the portfolio"
    return f"{share} of its value" if row["value"] is None else f"{money(row['value'], results.currency)} ({part})"


def _amounts(results: Results, row: dict[str, Any]) -> tuple[str, ...]:
    """The same for a line of the picture: short, one under the other."""
    share = percent(row["share"])
    return (share,) if row["value"] is None else (money(row["value"], results.currency), share)


def _told(results: Results, numbers: Mapping[str, int]) -> dict[str, str]:
    """Each source that has a number, in words."""
    table = sources_table(results.universe, numbers)
    words = [
        f"Source [{row['number']}]: {row['title']}. {row['about'][:1].upper()}{row['about'][1:]}"
        for row in table.iter_rows(named=True)
    ]
    return dict(zip(numbers, words, strict=True))


class _Sketch:
    """What one company's picture is made of."""

    def __init__(
        self, results: Results, issuer_id: str, numbers: Mapping[str, int], *, alone: bool, hover: bool
    ) -> None:
        self.results, self.issuer_id, self.numbers, self.alone = results, issuer_id, numbers, alone
        self.hover = hover
        self.told = _told(results, numbers) if hover else {}
        self.held = company_row(results, issuer_id)
        mine = results.connections.filter(pl.col("entity_id") == issuer_id)
        self.listed = {row["listed_id"]: row for row in mine.iter_rows(named=True)}
        sources = results.universe.sources
        self.remembered = set(sources.filter(pl.col("read_as") == "memory")["source_id"])

    def picture(self, chains: tuple[ChainFact, ...]) -> Picture:
        """Owners first; what one chain shows already is not drawn again; many subsidiaries become one box."""
        up, below = [], owned_ones(chains)
        shown: set[tuple[str, str]] = set()
        for chain in sorted((c for c in chains if c.side == "owned"), key=lambda c: -len(c.steps)):
            edges = {(step["owner"], step["owned"]) for step in chain.steps}
            if not edges <= shown:
                up.append(chain)
                shown |= edges
        up.sort(key=chains.index)
        branches = [self._chain(chain) for chain in up[:MOST_CHAINS]]
        branches += [self._several(below)] if len(below) > MANY else [self._chain(chain) for chain in below]
        return Picture(self._trunk(), (*branches, *self._partner()))

    def _trunk(self) -> Branch:
        none = Line((), 0)
        if self.alone:
            return Branch(((none, self._box(self.issuer_id, "company")),))
        steps = [(none, Box((("role", "portfolio"), ("name", self.results.portfolio)), "", ACCENT))]
        vias = self.results.exposures.filter(pl.col("issuer_id") == self.issuer_id)["via"].to_list()
        funds = sorted({name for via in vias for name in via})
        holds = Line(("holds", *_amounts(self.results, self.held)), 1, self._file())
        if funds:
            name = funds[0] if len(funds) == 1 else f"{len(funds)} funds"
            role = "fund" if all(vias) else "directly, and through"
            steps.append((Line((), 1, self._file()), Box((("role", role), ("name", name)), "", ACCENT)))
        return Branch((*steps, (holds, self._box(self.issuer_id, "held company"))))

    def _chain(self, chain: ChainFact) -> Branch:
        back = chain.side == "owned"
        steps = chain.steps[::-1] if back else chain.steps
        role = "owner" if back else "owned in part"
        return Branch(
            tuple(
                (
                    Line(self._label(step), -1 if back else 1, self._source(step["source"])),
                    self._box(step["owner" if back else "owned"], role),
                )
                for step in steps
            )
        )

    def _several(self, chains: list[ChainFact]) -> Branch:
        names = ", ".join(chain.listed for chain in chains)
        lines = (("role", "owned in part"), ("name", f"{len(chains)} companies on lists"), ("lists", names))
        return Branch(((Line(("owns part of", "(table below)"), 1), Box(lines, "L", COLOURS["listed"])),))

    def _partner(self) -> list[Branch]:
        if self.held["relation"] != "business" or self.held["through"] is None:
            return []
        listed = next(i for i, row in self.listed.items() if row["link_ids"])
        links = self.results.universe.links
        source = links.filter(pl.col("link_id").is_in(self.listed[listed]["link_ids"]))["source_id"]
        line = Line(("business link", "(see below)"), 0, self._source(source.first()))
        return [Branch(((line, self._box(listed, "business partner")),))]

    def _file(self) -> str:
        """What tells how much the portfolio holds."""
        if not self.hover:
            return ""
        when = self.results.as_of.holdings
        return f"Source: the holdings file, {f'holdings of {day(when)}' if when else 'not dated'}."

    def _source(self, source_id: Any) -> str:
        """A source in words, with its number."""
        return self.told.get(source_id, "")

    def _box(self, entity_id: str, role: str) -> Box:
        """One party; a listed one carries the letter L and its lists, an accused one a broken outline."""
        entity, own = self.results.universe.entity(entity_id), self.listed.get(entity_id)
        lines = [("role", role), ("name", str(entity["name"]))]
        if entity["name_local"] and entity["name_local"] != entity["name"]:
            lines.append(("local", str(entity["name_local"])))
        itself = entity_id == self.issuer_id
        if own is None or (itself and own["relation"] != "listed"):
            if not itself:
                return Box(tuple(lines), "", EDGE)
            alleged = self.held["kind"] == "allegation"
            return Box(tuple(lines), self.held["letter"], COLOURS[self.held["relation"]], alleged)
        lines.append(("lists", self._lists(own["lists"])))
        letter = mark("listed", own["kind"])
        return Box(tuple(lines), letter, COLOURS["listed"], own["kind"] == "allegation")

    def _lists(self, list_ids: list[str]) -> str:
        if len(list_ids) > 3:
            return f"on {len(list_ids)} lists"
        return f"on: {list_names(self.results.universe, list_ids)}" if list_ids else "accused; on no official list"

    def _label(self, step: dict[str, Any]) -> tuple[str, ...]:
        number = self.numbers.get(step["source"])
        parts = [dated(step) or "", f"[{number}]" if number else ""]
        memory = ("from memory",) if step["source"] in self.remembered else ()
        return (stake(step["share_low"], step["share_high"]), " ".join(p for p in parts if p), *memory)
