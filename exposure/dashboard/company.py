"""The evidence on one company: how the portfolio reaches it, its listings, who says what, and the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import polars as pl
import streamlit as st

from exposure.api import Screening
from exposure.dashboard import session
from exposure.dashboard.session import once
from exposure.dashboard.text import bullets, link, md, paragraph, picture
from exposure.present.chains import (
    MANY,
    ChainFact,
    chain_sentences,
    chain_sources,
    chains_table,
    company_chains,
    owned_ones,
    verdicts,
)
from exposure.present.evidence import (
    EFFECT_WORDS,
    Accusation,
    Evidence,
    Fact,
    by_effect,
    evidence,
    numbered,
    sources_table,
)
from exposure.present.pages import CORRECTION
from exposure.present.parts import holders_table
from exposure.present.pictures import chain_picture, held_sentence
from exposure.present.tables import company_row, in_percent
from exposure.present.words import day, not_held_sentence
from exposure.universe.bundle import Universe

FIRST = 4  # allegations and owners shown at once; the others behind one click


def known_here(result: Screening, entity_id: str) -> bool:
    """Whether the reference data know a company by this id; says so where they do not."""
    if not universe_of(result).entities.filter(pl.col("entity_id") == entity_id).is_empty():
        return True
    paragraph("The address of this page names a company that is not in the reference data.", "note")
    return False


def universe_of(result: Screening) -> Universe:
    """Everything known at the date of a screening, lists that it leaves out included."""
    return session.universe(result.as_of.lists if result.as_of.lists != session.universe().as_of else None)


def show(
    result: Screening, entity_id: str, everybody: Callable[[], dict[str, Screening]], *, example: bool = False
) -> None:
    """The evidence on a company, held or not, and which of the files handed in hold it.

    Args:
        result: the screening looked at.
        entity_id: a company of the reference data.
        everybody: makes the screenings of all files handed in.
        example: the portfolio is invented, which is said beside its amounts.
    """
    universe = universe_of(result)
    held = not result.exposures.filter(pl.col("issuer_id") == entity_id).is_empty()
    chains = once(result, f"chains {entity_id}", lambda: company_chains(result, entity_id) if held else ())
    known = evidence(universe, entity_id)
    others = [evidence(universe, i) for i in dict.fromkeys(chain.listed_id for chain in chains)]
    row = company_row(result, entity_id) if held else None
    if row and row["through_id"] and row["through_id"] not in [o.entity["entity_id"] for o in others]:
        others.append(evidence(universe, row["through_id"]))
    numbers = numbered(chain_sources(chains), known.source_ids, *(other.source_ids for other in others))
    with st.container(border=True, key="evidence"):
        _who(known)
        if example:
            paragraph("The amounts below are those of the illustrative example, not of yours.", "note")
        if held:
            _picture(result, entity_id, numbers)
            _chains(chains, numbers)
        else:
            paragraph(not_held_sentence(result, entity_id), "note")
        _evidence(known, numbers, universe)
        if result.universe.changes:
            paragraph(
                f"Shown with every list, though the figures are counted {'; '.join(result.universe.changes)}."
            )
        _others(others, chains, numbers, universe)
        _holders(everybody(), entity_id)
        _sources(universe, numbers)
        with st.expander("Report an error in this entry"):
            paragraph(f"{CORRECTION} This entry is “{entity_id}”.")


def _holders(results: Mapping[str, Screening], entity_id: str) -> None:
    """Which of several files hold the company, and how much."""
    if len(results) < 2:
        return
    table = holders_table(results, entity_id)
    with st.expander(f"Held in {table.height} of the {len(results)} files handed in"):
        st.dataframe(
            in_percent(table, "share"),
            hide_index=True,
            placeholder="not given",
            column_config={
                "file": "File",
                "currency": "Currency",
                "value": st.column_config.NumberColumn("Value", format="accounting"),
                "share": st.column_config.NumberColumn("Share, %", format="%.2f"),
                "as_of": st.column_config.DateColumn("Holdings of", format="D MMM YYYY"),
            },
            alt="The files that hold this company",
        )


def _others(
    others: list[Evidence], chains: tuple[ChainFact, ...], numbers: Mapping[str, int], universe: Universe
) -> None:
    """The evidence on the listed companies at the other ends; many owned ones behind one click."""
    below = {chain.listed_id for chain in owned_ones(chains)}
    few = len(below) <= MANY
    reached = {chain.listed_id for chain in chains if chain.relation == "reached"}
    for other in others:
        if few or other.entity["entity_id"] not in below:
            # What reaches the company is what restricts it: that stands open.
            with st.expander(f"On {md(other.title)}", expanded=other.entity["entity_id"] in reached):
                _evidence(other, numbers, universe)
    if not few:
        with st.expander(f"On the {len(below)} companies on lists that it owns part of"):
            for other in others:
                if other.entity["entity_id"] in below:
                    st.markdown(f"#### {md(other.title)}")
                    _facts(other.listings, numbers)
                    st.html("".join(_pair(one, numbers) for one in other.allegations) or "<p></p>")


def _who(known: Evidence) -> None:
    st.subheader(md(known.title), anchor="evidence")
    if known.entity["description"]:
        paragraph(str(known.entity["description"]))
    names = f"Also written: {'; '.join(known.also_named)}. " if known.also_named else ""
    codes = f"Identifiers: {', '.join(known.identifiers)}." if known.identifiers else ""
    if names or codes:
        with st.expander("Other names and identifiers"):
            paragraph(f"{names}{codes}", "quiet")


# ---- how the portfolio reaches it ---------------------------------------------------------------------------


def _picture(result: Screening, entity_id: str, numbers: Mapping[str, int]) -> None:
    st.markdown("#### How the portfolio reaches it")
    for key, down in (("picture_across", False), ("picture_down", True)):
        drawn = once(
            result,
            f"{key} {entity_id}",
            partial(chain_picture, result, entity_id, numbers=numbers, down=down, hover=True),
        )
        with st.container(key=key):
            picture(drawn, "The chain from the portfolio to the company and its owners")
    held = md(held_sentence(result, entity_id))
    st.caption(
        f"{held} Arrows run from owner to owned; numbers in brackets are the sources below, which a line also "
        "tells where the pointer rests on it."
    )


def _chains(chains: tuple[ChainFact, ...], numbers: Mapping[str, int]) -> None:
    if not chains:
        return
    bullets(verdicts(chains))
    with st.expander("The same chains in sentences and as a table"):
        bullets(chain_sentences(chains))
        st.dataframe(
            chains_table(chains, numbers),
            hide_index=True,
            column_config={
                "chain": "Chain",
                "owner": "Owner",
                "owned": "Owned",
                "share": "Share",
                "dated": "Dated",
                "source": "Source",
            },
            alt="The chains stake by stake, with shares, dates and sources",
        )


# ---- what is known of it ------------------------------------------------------------------------------------


def _evidence(known: Evidence, numbers: Mapping[str, int], universe: Universe) -> None:
    st.markdown("#### Listings in force")
    if known.listings:
        for effect, same in by_effect(known.listings):
            st.html(f'<p class="title">{escape(EFFECT_WORDS[effect])}</p>')
            _facts(same, numbers)
    else:
        paragraph(f"Itself on no official list as of {day(universe.as_of)}.")
    st.markdown("#### What is alleged, and what the company answers")
    if known.allegations:
        _pairs(known.allegations, numbers)
    else:
        paragraph("No allegation in the sources read.")
    for title, facts in (
        ("Earlier, proposed and unofficial steps (context: they decide nothing here)", known.context),
        ("Who owns part of it", known.owners),
        ("Of whom it owns part", known.owned),
        ("Business links", known.links),
    ):
        if facts:
            with st.expander(f"{title} · {len(facts)}"):
                _facts(facts, numbers)


def _facts(facts: tuple[Fact, ...], numbers: Mapping[str, int]) -> None:
    items = "".join(f"<li>{escape(fact.text)} {_mark(fact.source_id, numbers)}</li>" for fact in facts)
    st.html(f'<ul class="facts">{items}</ul>')


def _pairs(allegations: tuple[Accusation, ...], numbers: Mapping[str, int]) -> None:
    st.html("".join(_pair(one, numbers) for one in allegations[:FIRST]))
    rest = allegations[FIRST:]
    if rest:
        with st.expander(f"{len(rest)} more, each with the company's reply"):
            st.html("".join(_pair(one, numbers) for one in rest))


def _pair(one: Accusation, numbers: Mapping[str, int]) -> str:
    status = "" if one.status == "standing" else f" ({one.status})"
    return (
        f'<div class="pair"><div><h4>Allegation{status}, {escape(one.about)}</h4>'
        f"<p>{escape(one.claim)} {_mark(one.source_id, numbers)}</p></div>"
        f"<div><h4>Reply</h4><p>{escape(one.reply)} {_mark(one.reply_source_id, numbers)}</p></div></div>"
    )


def _mark(source_id: str | None, numbers: Mapping[str, int]) -> str:
    return f"[{numbers[source_id]}]" if source_id is not None and source_id in numbers else ""


def _sources(universe: Universe, numbers: Mapping[str, int]) -> None:
    table = sources_table(universe, numbers)
    with st.expander(f"Sources · {table.height}, and what of each was read"):
        items = "".join(
            f'<li value="{row["number"]}">{link(row["title"], row["url"])}'
            f'<br><span class="quiet">{escape(row["about"])}</span></li>'
            for row in table.iter_rows(named=True)
        )
        st.html(f'<ol class="facts">{items}</ol>')
