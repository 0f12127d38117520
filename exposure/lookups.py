"""Questions to the reference data alone, without a portfolio: what is known of a company, who owns it."""

from __future__ import annotations

from typing import Any

import polars as pl

from exposure.card import Card
from exposure.connect import connect
from exposure.errors import UniverseError
from exposure.ownership.chains import strongest
from exposure.present.cards import chains_card
from exposure.present.describe import EntityCard, entity_card
from exposure.results import chain_rows
from exposure.score import load_weights
from exposure.shares import claimed, network, shares, stake_ids
from exposure.universe.bundle import Universe

CHAINS = {
    "from_id": pl.String(),
    "to_id": pl.String(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "chain_low": pl.Float64(),
    "chain_high": pl.Float64(),
    "stake_ids": pl.List(pl.String()),
    "chain": pl.String(),
}


class Chains(pl.DataFrame):
    """Ownership chains: a polars frame that shows itself as a card; what is made of it is an ordinary frame.

    Examples:
        >>> chains = ex.chains(ex.Universe.load(), "CETC", "Hikvision")
        >>> print(chains.card.tables[0].rows[0][2])
        40.9 %
    """

    card: Card | None = None

    def __repr__(self) -> str:
        """The card as text, for the frame as it was made."""
        return self.card.to_text() if self.card is not None else super().__repr__()

    def __str__(self) -> str:
        return self.__repr__()

    def _repr_html_(self, *, _from_series: bool = False) -> str:
        return self.card.to_html() if self.card is not None else super()._repr_html_(_from_series=_from_series)


def one_entity(universe: Universe, text: str) -> str:
    """Find the one entity that a text means.

    Raises:
        UniverseError: none, or several, with what to type instead.
    """
    found = universe.find(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UniverseError(f"No company “{text}” in this universe; try its full name, an ISIN or a ticker.")
    names = universe.name_of(found)
    choices = "; ".join(f"{i} ({names[i]})" for i in found[:8])
    raise UniverseError(f"“{text}” may mean several companies; name one by its id: {choices}.")


def company(name: str, universe: Universe | None = None) -> EntityCard:
    """Everything known of a company: lists, allegations with the replies, owners, owned, business links.

    Args:
        name: id, name or identifier.
        universe: what is known; the bundled universe when omitted.

    Returns:
        A card that shows itself; ``.to_text()`` tells everything, ``.to_dict()`` is ``exposure who --json``.

    Raises:
        UniverseError: no company, or several, go by that name.

    Examples:
        >>> card = ex.company("Hikvision")
        >>> print(repr(card).splitlines()[1])
        On 5 entries of official lists in force.
    """
    known = universe if universe is not None else Universe.load()
    return entity_card(known, one_entity(known, name))


def chains(universe: Universe, company: str, other: str | None = None, k: int = 3) -> Chains:
    """Ownership chains between a company and listed ones, or between two companies.

    Args:
        universe: what is known.
        company: id, name or identifier.
        other: the second company; when omitted, every listed owner of ``company`` and everything listed that
            it owns part of.
        k: chains for each pair, strongest first.

    Returns:
        ``from_id, to_id, low, high, chain_low, chain_high, stake_ids, chain``: ``low`` and ``high`` bound the
        integrated share over all chains, ``chain_*`` the one chain.

    Raises:
        UniverseError: no company, or several, go by that name.

    Examples:
        >>> found = ex.chains(ex.Universe.load(), "CETC", "Hikvision")
        >>> [round(share, 3) for share in found.select("low", "chain_low").row(0)]
        [0.409, 0.363]
    """
    start, graph = one_entity(universe, company), network(universe)
    if other is not None:
        pairs = [(start, one_entity(universe, other))]
    else:
        found = connect(universe, [start], load_weights()).filter(
            pl.col("relation").is_in(["reached", "connected"])
        )
        pairs = [
            (listed, start) if side == "owned" else (start, listed)
            for listed, side in found.select("listed_id", "side").iter_rows()
        ]
    rows: list[dict[str, Any]] = []
    for owner, owned in pairs:
        bounds = shares(universe, graph, [owner]).filter(pl.col("owned") == owned)
        known = [(c, stake_ids(universe, c.steps)) for c in strongest(graph, owner, owned, k)]
        for chain, stakes in known or claimed(universe, owner, owned):
            low, high = bounds.select("low", "high").row(0) if bounds.height else (chain.low, chain.high)
            names = universe.name_of(list(chain.nodes))
            rows.append(
                {
                    "from_id": owner,
                    "to_id": owned,
                    "low": low,
                    "high": high,
                    "chain_low": chain.low,
                    "chain_high": chain.high,
                    "stake_ids": stakes,
                    "chain": " → ".join(names[n] for n in chain.nodes),
                }
            )
    made = Chains(rows, schema=CHAINS)
    steps = [chain_rows(universe, ids) for ids in made["stake_ids"]]
    made.card = chains_card(made, universe.name_of([start])[start], steps)
    return made
