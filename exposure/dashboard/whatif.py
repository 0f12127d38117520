"""What if it were counted otherwise: every setting in one panel, in the address of the page, one click back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import streamlit as st

from exposure.dashboard import session
from exposure.dashboard.session import Settings
from exposure.dashboard.text import md, paragraph
from exposure.policy import load_policy, shipped
from exposure.present.pages import WEIGHT_WORDS
from exposure.present.parts import HEADERS
from exposure.present.words import counted, day
from exposure.score import Weights, load_weights
from exposure.universe.variants import RULES

EARLIEST = date(2000, 1, 1)
OWN_RULES = "each list's own rule"
NO_POLICY = "none"
SHORTS = {
    "net": "net: a short position counts as a negative value",
    "gross": "gross: as a positive value",
    "excluded": "left out",
}
TABLES = {"effect": "List that restricts: ", "accuser": "Accused by: ", "relation": "Relation: "}


@dataclass(frozen=True)
class Change:
    """A setting that is not the usual one, and the state that holds it."""

    text: str
    key: str
    usual: Any


def settings() -> Settings:
    """Draw the panel and return what is chosen; the page's address carries it, never the holdings."""
    usual = session.universe().as_of
    weights = load_weights()
    with st.expander("What if: another date, other lists, another ownership rule, a policy, other weights"):
        left, middle, right = st.columns(3)
        as_of = left.date_input(
            "Lists and stakes as of", usual, EARLIEST, usual, key="as_of", bind="query-params", format="YYYY-MM-DD"
        )
        shorts = left.selectbox("Short positions", list(SHORTS), format_func=str, key="shorts", bind="query-params")
        rule = middle.selectbox("Ownership rule", [OWN_RULES, *RULES], key="rule", bind="query-params")
        policy = middle.selectbox("House policy", [NO_POLICY, *shipped()], key="policy", bind="query-params")
        with right:
            out = _lists()
        changed = _weights(weights)
        paragraph(f"Short positions: {'; '.join(SHORTS.values())}.", "quiet")
    looked_into = tuple((line, file.key) for line, file in sorted(session.funds().items()))
    return Settings(
        as_of=as_of if as_of != usual else None,
        shorts=shorts,
        out=tuple(sorted(out)),
        rule=rule if rule != OWN_RULES else None,
        policy=policy if policy != NO_POLICY else None,
        weights=changed,
        funds=looked_into,
    )


def _lists() -> list[str]:
    lists = session.universe().lists.filter("official").sort("short_name")
    names = dict(lists.select("list_id", "short_name").iter_rows())
    return st.multiselect(
        "Leave out lists",
        list(names),
        format_func=lambda i: names.get(i, str(i)),
        key="out",
        bind="query-params",
        placeholder="none is left out",
    )


def _weights(weights: Weights) -> tuple[tuple[str, float], ...]:
    """A field for each weight of the score."""
    changed = []
    with st.expander("Weights of the score, 0 to 1"):
        columns = st.columns(4)
        for number, (name, weight) in enumerate(_each(weights)):
            table, _, plain = name.partition(".")
            given = columns[number % 4].number_input(
                TABLES[table] + WEIGHT_WORDS[table][plain],
                0.0,
                1.0,
                weight,
                0.05,
                key=f"w_{table}_{plain}",
                bind="query-params",
            )
            if given != weight:
                changed.append((name, given))
    return tuple(changed)


def _each(weights: Weights) -> list[tuple[str, float]]:
    """Every weight as ``("effect.investment", 0.9)``."""
    return [
        (f"{table.name}.{name}", w) for table in fields(weights) for name, w in getattr(weights, table.name).items()
    ]


# ---- what is changed, always in sight ---------------------------------------------------------------------------


def chips(chosen: Settings) -> None:
    """What is not as usual, each with a button that takes it back, and one for all."""
    changes = _changes(chosen)
    if not changes:
        return
    with st.container(border=True, key="changed"):
        paragraph("Changed from the usual:")
        with st.container(horizontal=True):
            for change in changes:
                st.button(
                    md(change.text),
                    key=f"back_{change.key}",
                    icon=":material/close:",
                    help="Take this change back",
                    on_click=_set,
                    args=(change.key, change.usual),
                )
            if len(changes) > 1:
                st.button("Back to the usual", type="primary", on_click=_all(changes))


def _changes(chosen: Settings) -> list[Change]:
    usual = session.universe().as_of
    found = []
    if chosen.as_of:
        found.append(Change(f"lists and stakes as of {day(chosen.as_of)}", "as_of", usual))
    if chosen.shorts != "net":
        found.append(Change(f"short positions {SHORTS[chosen.shorts]}", "shorts", "net"))
    if chosen.out:
        names = dict(session.universe().lists.select("list_id", "short_name").iter_rows())
        told = ", ".join(names[i] for i in chosen.out)
        found.append(Change(f"without {told}", "out", []))
    if chosen.rule:
        found.append(Change(f"one ownership rule for every list: {chosen.rule}", "rule", OWN_RULES))
    if chosen.policy:
        found.append(Change(f"policy: {load_policy(chosen.policy).name}", "policy", NO_POLICY))
    usually = dict(_each(load_weights()))
    for name, weight in chosen.weights:
        table, _, plain = name.partition(".")
        told = (TABLES[table] + WEIGHT_WORDS[table][plain]).lower()
        found.append(Change(f"weight {weight:g} for “{told}”", f"w_{table}_{plain}", usually[name]))
    if chosen.funds:
        found.append(Change(f"looked into {counted(len(chosen.funds), 'fund', 'funds')}", "funds", {}))
    return found


# ---- what an address asks for and nobody knows ------------------------------------------------------------------


def look_at_address(tabs: Collection[str]) -> None:
    """Keep what the address asks for and nobody knows, before the controls put it right.

    Args:
        tabs: names of the page's tabs.
    """
    if "not_understood" not in st.session_state:  # the first look; afterwards the address follows the controls
        st.session_state["not_understood"] = _unknown_words(tabs)


def not_understood() -> None:
    """Say which parts of the page's address were left out, until the reader has seen it."""
    left_out = st.session_state["not_understood"]
    if left_out:
        with st.container(border=True, key="left_out"):
            st.warning(
                md(f"The address asks for what is not known here; it was left out: {'; '.join(left_out)}."),
                icon=":material/info:",
            )
            st.button("Understood", on_click=_set, args=("not_understood", []))


def _unknown_words(tabs: Collection[str]) -> list[str]:
    lists = session.universe().lists.filter("official")
    weights = {f"w_{name.replace('.', '_')}" for name, _ in _each(load_weights())}
    known: dict[str, tuple[str, Collection[str]]] = {
        "shorts": ("short positions", SHORTS),
        "rule": ("ownership rule", (OWN_RULES, *RULES)),
        "policy": ("house policy", (NO_POLICY, *shipped())),
        "out": ("lists left out", {*lists["short_name"], *lists["list_id"]}),
        "by": ("taken apart by", (*HEADERS, *HEADERS.values())),
        "page": ("page", tabs),
    }
    found = []
    for key in st.query_params:
        for given in st.query_params.get_all(key):
            what, words = known.get(key, ("", ()))
            if (what and given not in words) or (key == "as_of" and not _is_day(given)):
                found.append(f"{what or 'date'} “{given}”")
            elif key.startswith("w_") and (key not in weights or not _is_weight(given)):
                found.append(f"weight “{key.removeprefix('w_').replace('_', ' ')} {given}”")
    return found


def _is_day(text: str) -> bool:
    try:
        return EARLIEST <= date.fromisoformat(text) <= session.universe().as_of
    except ValueError:
        return False


def _is_weight(text: str) -> bool:
    try:
        return 0.0 <= float(text) <= 1.0
    except ValueError:
        return False


def _set(key: str, value: Any) -> None:
    st.session_state[key] = value


def _all(changes: list[Change]) -> Callable[[], None]:
    def back() -> None:
        for change in changes:
            _set(change.key, change.usual)

    return back
