"""Doubtful matches, one decision at a time: what the file says beside whom it could mean; A, D or U, and undo."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from exposure.api import Screening
from exposure.dashboard import session
from exposure.dashboard.text import md, paragraph
from exposure.errors import ExposureError
from exposure.present.review import Candidate, Question, candidates, questions
from exposure.present.words import amount, counted, day
from exposure.resolve.judgements import Judgements, fold
from exposure.screen import Amount

UNTYPED = "Decided on what the page showed; no reason was typed."
KEYS = (
    "Keys: A same company, D different, U not sure, Z undo, ← and → to earlier and later ones. (The page keeps "
    "R for itself.)"
)
SAID = {"same": "the same company", "different": "another company", "unsure": "not sure", "withdrawn": "taken back"}


def show(result: Screening) -> None:
    """The open questions of one portfolio, and the decisions taken so far."""
    ledger = session.judgements()
    open_ones = session.once(result, f"questions {ledger.frame.height}", lambda: questions(result, ledger))
    st.header("Review", anchor=False)
    if note := st.session_state.pop("review_note", None):
        st.success(md(note), icon=":material/check:")
    if problem := st.session_state.pop("review_problem", None):
        st.error(md(problem), icon=":material/error:")
    if not open_ones:
        paragraph("Nothing to review: no line is in doubt.")
        if st.session_state.get("mine"):
            _undo_button()
    else:
        _ask(result, open_ones)
    _decisions(result, ledger, ask_name=not open_ones)


def _ask(result: Screening, open_ones: tuple[Question, ...]) -> None:
    keys = [q.key for q in open_ones]
    if st.session_state.get("review_at") not in keys:
        st.session_state["review_at"] = keys[min(st.session_state.get("review_place", 0), len(keys) - 1)]
    place = keys.index(st.session_state["review_at"])
    question = open_ones[place]
    paragraph(
        f"{counted(len(keys), 'name resembles', 'names resemble')} a listed or accused company; first comes where "
        "most money is in most doubt. What nobody decides is counted in “at most”, never in “at least”.",
    )
    paragraph(KEYS, "quiet")
    with st.container(border=True, key="question"):
        held = amount(Amount(question.value, question.share), result.currency)
        st.subheader(md(f"“{question.name}”"), anchor=False)
        paragraph(f"{held} · {question.where} · {place + 1} of {len(keys)}", "quiet")
        known = candidates(result, question)
        chosen = _which(known, question)
        _side_by_side(question, chosen)
        if question.before:
            paragraph(f"Before: {question.before}", "note")
        _answer(question, chosen, keys, place)


def _which(known: tuple[Candidate, ...], question: Question) -> Candidate:
    if len(known) == 1:
        return known[0]
    titles = {c.entity_id: c.title for c in known}
    picked = st.radio(
        "It could be one of these", list(titles), format_func=lambda i: md(titles[i]), key=f"which_{question.key}"
    )
    return next(c for c in known if c.entity_id == picked)


def _side_by_side(question: Question, chosen: Candidate) -> None:
    published = [*question.published, *([("Missing", question.missing)] if question.missing else [])]
    could_be = [
        ("Name", chosen.title),
        ("What it is", chosen.description),
        ("If it is the same", chosen.stakes),
        ("Also written", "; ".join(chosen.also_named)),
        ("Identifiers", ", ".join(chosen.identifiers)),
    ]
    why = "".join(f"<li>{escape(part)}</li>" for part in chosen.why)
    st.html(
        f'<div class="pair"><div><h4>As published</h4>{_terms(published)}</div>'
        f"<div><h4>Could be</h4>{_terms(could_be)}</div></div>"
        f'<h4 class="plain">Why it is not settled</h4><ul class="facts">{why}</ul>'
    )


def _terms(parts: list[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>" for head, text in parts if text)
    return f"<dl>{rows}</dl>"


# ---- deciding ---------------------------------------------------------------------------------------------------


def _answer(question: Question, chosen: Candidate, keys: list[str], place: int) -> None:
    left, right = st.columns([3, 1])
    left.text_input(
        "Reason, kept with the decision", key="reason", placeholder="what settles it, and where it stands"
    )
    _name(right)
    with st.container(horizontal=True):
        for verdict, label, letter in (
            ("same", "Same company", "A"),
            ("different", "Different company", "D"),
            ("unsure", "Not sure", "U"),
        ):
            st.button(
                label,
                key=f"say_{verdict}",
                shortcut=letter,
                type="primary" if verdict == "same" else "secondary",
                on_click=_decide,
                args=(question, chosen.entity_id, verdict, keys, place),
            )
        _undo_button()
        st.button("Earlier", key="earlier", shortcut="Left", on_click=_go, args=(keys, place - 1))
        st.button("Later", key="later", shortcut="Right", on_click=_go, args=(keys, place + 1))


def _name(place: DeltaGenerator) -> None:
    place.text_input("Your name", key="judge", persist_state="session", placeholder="who decides")


def _undo_button() -> None:
    st.button("Undo", key="undo", shortcut="Z", on_click=_undo, disabled=not st.session_state.get("mine"))


def _decide(question: Question, entity_id: str, verdict: str, keys: list[str], place: int) -> None:
    said = _say(question.name, entity_id, verdict, st.session_state.get("reason", ""), question.evidence)
    if said is None:
        return
    st.session_state["mine"] = [*st.session_state.get("mine", []), {**said, "question": question.key}]
    st.session_state["review_note"] = f"Kept: “{question.name}” is {SAID[verdict]}. Undo takes it back."
    st.session_state["reason"] = ""
    _go(keys, place + 1 if verdict == "unsure" else place)
    st.session_state["review_place"] = place


def _undo() -> None:
    """Take the last decision of this session back, which is a decision of its own."""
    *rest, last = st.session_state["mine"]
    if _say(last["subject"], last["object"], "withdrawn", "Undone in the review.", last["evidence"]) is not None:
        st.session_state["mine"] = rest
        st.session_state["review_at"] = last["question"]
        st.session_state["review_note"] = f"Taken back: “{last['subject']}” is open again."


def _say(subject: str, entity_id: str, verdict: str, why: str, mark: str) -> dict[str, str] | None:
    try:
        made = Judgements.empty().add(
            subject,
            entity_id,
            verdict=verdict,
            by=st.session_state.get("judge", ""),
            at=datetime.now(UTC).isoformat(timespec="microseconds"),
            why=why.strip() or UNTYPED,
            evidence=mark,
        )
        session.store().add(made)
    except ExposureError as error:
        named = str(st.session_state.get("judge", "")).strip()
        st.session_state["review_problem"] = str(error) if named else "Say who decides: type your name."
        return None
    return dict(made.frame.row(0, named=True))


def _go(keys: list[str], place: int) -> None:
    st.session_state["review_at"] = keys[place % len(keys)]
    st.session_state["review_place"] = place % len(keys)


# ---- what was decided -------------------------------------------------------------------------------------------


def _decisions(result: Screening, ledger: Judgements, *, ask_name: bool) -> None:
    with st.expander(f"Decisions kept on this computer · {ledger.frame.height}"):
        if ledger.frame.height:
            names = dict(result.universe.entities.select("entity_id", "name").iter_rows())
            st.dataframe(
                ledger.frame.reverse().select(
                    "subject",
                    pl.col("verdict").replace_strict(SAID),
                    pl.col("object").replace(names),
                    "judged_by",
                    pl.col("judged_at").map_elements(_moment, return_dtype=pl.String),
                    "why",
                ),
                hide_index=True,
                column_config={
                    "subject": st.column_config.TextColumn("Name in the file", width=220),
                    "verdict": st.column_config.TextColumn("Decision", width=140),
                    "object": st.column_config.TextColumn("Company", width=240),
                    "judged_by": st.column_config.TextColumn("Who", width=120),
                    "judged_at": st.column_config.TextColumn("When (UTC)", width=150),
                    "why": st.column_config.TextColumn("Why", width="large"),
                },
                alt="Decisions on matches, the latest first",
            )
            _take_back(ledger, names, ask_name=ask_name)
            st.download_button(
                "The ledger (CSV)", ledger.to_csv(), "judgements.csv", "text/csv", on_click="ignore", key="ledger"
            )
        paragraph("Nothing is ever removed from the ledger: a decision taken back is a further line.", "quiet")
        brought = st.file_uploader("Bring in a ledger from another computer", type="csv", key="brought")
        if brought is not None and st.button("Add its decisions", key="bring"):
            _bring(brought.name, brought.getvalue())


def _moment(written: str) -> str:
    """A time of the ledger for people; as it stands where it is a day, or not ours."""
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        return written
    return f"{day(when.date())}, {when:%H:%M}" if "T" in written else day(when.date())


def _take_back(ledger: Judgements, names: dict[str, str], *, ask_name: bool) -> None:
    """Any decision that stands can be taken back, by whomever, also after a restart."""
    last = {(fold(row["subject"]), row["object"]): row for row in ledger.frame.iter_rows(named=True)}
    standing = [row for row in reversed(last.values()) if row["verdict"] != "withdrawn"]
    picked = st.selectbox(
        "Take a decision back",
        range(len(standing)),
        index=None,
        format_func=lambda i: _told(standing[i], names),
        key="taken_back",
        placeholder="choose one",
    )
    if picked is not None and picked < len(standing):
        if ask_name:
            _name(st.container())
        st.button("Take it back", on_click=_withdraw, args=(standing[picked],))


def _told(row: dict[str, str], names: dict[str, str]) -> str:
    who = names.get(row["object"], row["object"])
    return f"“{row['subject']}”, {who}: {SAID[row['verdict']]} ({row['judged_by']}, {_moment(row['judged_at'])})"


def _withdraw(row: dict[str, str]) -> None:
    if _say(row["subject"], row["object"], "withdrawn", "Taken back in the list of decisions.", row["evidence"]):
        st.session_state["review_note"] = f"Taken back: “{row['subject']}” is open again."
        st.session_state["taken_back"] = None


def _bring(name: str, content: bytes) -> None:
    try:
        added = session.store().add(Judgements.read(content, name))
    except ExposureError as error:
        st.error(md(str(error)), icon=":material/error:")
    else:
        st.session_state["brought_note"] = f"{counted(added, 'decision', 'decisions')} added from {name}."
        st.rerun()
