"""What a copy may reveal: redaction takes things out of the results themselves, before any word is made of them.

``percent`` leaves every amount of money out, ``flagged`` every line that meets no listing and no allegation,
``names`` the portfolio's name, its files and its holder. They combine: ``percent+names``. Text that cannot be told
to be free of such things (warnings about the input, rows set aside) is left out of every redacted copy. Where a
name is looked for, and what counts as one, says ``hidden.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from exposure.errors import UsageError
from exposure.present.pages import WITHHELD
from exposure.report.hidden import HIDDEN, Names
from exposure.results import Results
from exposure.screen import Amount, Headline
from exposure.universe.bundle import OWN, Universe

R = TypeVar("R", bound=Results)
LEVELS = ("full", *WITHHELD)
# Numbers that are no amount of money; any other fraction or float is taken out with ``percent``.
FRACTIONS = frozenset(
    {"share", "weight", "share_low", "share_high", "attribution_low", "attribution_high", "severity"}
    | {"score", "score_low", "score_high", "match_score"}
    | {"together_low", "together_high", "points_low", "points_high"}
)
# Words that may state an amount, or from which one follows: the part owned of a company whose size is public.
AMOUNT_WORDS = ("currency", "local_currency", "ownership_of", "ownership_source")
FRAMES = ("holdings", "rejected", "matches", "lines", "connections", "exposures", "coverage", "breaches")
NAMELESS = ("currency", "decimal", "as_of", "weight_unit")  # arguments of reading that give nobody away
# Columns told by the reference data or the program, not by the portfolio's files or the house's policy.
PUBLIC = frozenset(
    {"entity_id", "issuer_id", "issuer", "listed_id", "listed", "rule_id", "match_method", "method"}
    | {"action", "if_decided", "isin", "cusip", "sedol", "figi", "lei", "ticker", "venue", "currency"}
)
OTHERS = "names_of_others"  # in the manifest of a copy in which names of other portfolios were hidden as well
BY_LINE = f"{HIDDEN}, given line by line"


def levels(text: str) -> tuple[str, ...]:
    """The levels that a text such as ``percent+names`` means, in their order; none for ``full``.

    Raises:
        UsageError: a level that there is not.
    """
    asked = [part.strip() for part in text.replace(",", "+").split("+") if part.strip()]
    unknown = [part for part in asked if part not in LEVELS]
    if unknown or not asked:
        raise UsageError(
            f"redact is “{text}”; give {', '.join(LEVELS)}, or several of the last three joined by “+”."
        )
    return tuple(level for level in WITHHELD if level in asked)


def redact(results: R, level: str = "full", others: Iterable[str] = ()) -> R:
    """Take out of a screening what a copy shall not reveal.

    Args:
        results: one screen.
        level: ``full``, ``percent``, ``flagged``, ``names``, or some of the last three joined by ``+``.
        others: with ``names``: names of other portfolios and their files that are to be hidden here as well.

    Returns:
        The same results without the things left out; the manifest names the level under ``redact``. Totals, bounds,
        coverage and score stay those of the whole portfolio.

    Raises:
        UsageError: a level that there is not; or rows that the user added to the reference data tell a name that
            is to be hidden.
    """
    chosen = levels(level)
    copy = replace(results, manifest=results.manifest | {"redact": "+".join(chosen) or LEVELS[0]})
    if not chosen:
        return copy
    copy = replace(copy, warnings=(), rejected=copy.rejected.with_columns(text=pl.lit(None, pl.String)))
    for name, step in (("flagged", _flagged), ("percent", _percent)):
        copy = step(copy) if name in chosen else copy
    return _names(copy, others) if "names" in chosen else copy


# ---- flagged -------------------------------------------------------------------------------------------------


def _flagged(results: R) -> R:
    """Keep the lines that meet a listing or an allegation, and what belongs to them."""
    found = results.exposures
    rows, lines = found["row"].implode(), found["line"].implode()
    breaches = results.breaches
    return replace(
        results,
        holdings=results.holdings.filter(pl.col("row").is_in(rows)),
        matches=results.matches.filter(pl.col("row").is_in(rows) & (pl.col("rank") == 0)),
        lines=results.lines.filter(pl.col("line").is_in(lines)),
        connections=results.connections.filter(pl.col("entity_id").is_in(found["issuer_id"].implode())),
        breaches=None if breaches is None else breaches.filter(pl.col("line").is_in(lines)),
    )


# ---- percent -------------------------------------------------------------------------------------------------


def _percent(results: R) -> R:
    """Take every amount out: totals, values, prices, numbers of shares."""
    return replace(
        results,
        currency=None,
        total_value=None,
        headline=_shares(results.headline),
        **_each_frame(results, _without_amounts),
    )


def _without_amounts(frame: pl.DataFrame) -> pl.DataFrame:
    amounts = [name for name, kind in frame.schema.items() if _number(kind) and name not in FRACTIONS]
    words = [name for name in AMOUNT_WORDS if name in frame.columns]
    return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in (*amounts, *words))


def _number(kind: pl.DataType) -> bool:
    return kind.is_float() or kind.is_decimal() or (isinstance(kind, pl.List) and _number(kind.inner))  # type: ignore[arg-type]


def _shares(headline: Headline) -> Headline:
    relations = {
        name: (_share(every), _share(official), _share(alleged))
        for name, (every, official, alleged) in headline.relations.items()
    }
    return replace(
        headline, relations=relations, at_least=_share(headline.at_least), at_most=_share(headline.at_most)
    )


def _share(amount: Amount) -> Amount:
    return Amount(None, amount.share)


# ---- names ---------------------------------------------------------------------------------------------------


def _names(results: R, others: Iterable[str]) -> R:
    """Put neutral words for the portfolio, its files, sheets and managers, wherever they stand."""
    own = Names.of(names_in(results))
    names = own.and_of(others)
    _refuse_own_rows(results.universe, names)
    numbers = {name: _numbers(results, name) for name in ("file", "sheet", "group")}
    masked = _each_frame(results, lambda frame: _masked(frame, names, numbers))
    manifest = _anonymous(results.manifest)
    if any(names.without(own).column(column).ne_missing(column).any() for column in _texts(results)):
        manifest |= {OTHERS: True}
    return replace(results, portfolio=f"Portfolio ({HIDDEN})", manifest=manifest, **masked)


def names_in(results: Results) -> list[str]:
    """What would give the holder away: the portfolio's name, and the files' without their endings."""
    files = results.holdings["file"].drop_nulls().unique(maintain_order=True).to_list()
    files += [one["file"] for one in results.manifest.get("inputs", []) if one.get("file")]
    first = re.sub(r" and [0-9,]+ more$", "", results.portfolio)  # the name of a portfolio of several files
    return [results.portfolio, first, *(Path(name).stem for name in files)]


def _refuse_own_rows(universe: Universe, names: Names) -> None:
    """Refuse rows that a user added to the reference data and that tell a name: nothing of them can be left out."""
    for table, text in _own_texts(universe):
        told = names.found(text)
        if told is not None:
            raise UsageError(
                f"The rows that were added to the reference data name “{told}” ({table}), which is to be withheld: "
                f"give these rows other words."
            )


def _own_texts(universe: Universe) -> Iterator[tuple[str, str]]:
    """Every text of the user's own rows, which stand last in their tables, and of the sources that they name."""
    added: dict[str, int] = {}
    for change in universe.changes:
        for number, table in re.findall(r"(\d+) rows? in (\w+)", change if change.startswith(OWN) else ""):
            added[table] = added.get(table, 0) + int(number)
    frames = {table: universe.history[table].tail(number) for table, number in added.items()}
    cited = {one for frame in frames.values() if "source_id" in frame.columns for one in frame["source_id"]}
    frames["sources"] = universe.history["sources"].filter(pl.col("source_id").is_in(sorted(cited)))
    for table, frame in frames.items():
        for column in (name for name, kind in frame.schema.items() if kind == pl.String):
            yield from ((table, text) for text in frame[column].drop_nulls())


def _numbers(results: Results, name: str) -> dict[str, str]:
    """``file 1``, ``file 2`` in the order in which they are met."""
    frames = [frame for frame in (results.holdings, results.rejected) if name in frame.columns]
    met = dict.fromkeys(value for frame in frames for value in frame[name].drop_nulls().unique(maintain_order=True))
    return {value: f"{name} {number}" for number, value in enumerate(met, 1)}


def _masked(frame: pl.DataFrame, names: Names, numbers: dict[str, dict[str, str]]) -> pl.DataFrame:
    """Number files, sheets and managers; mask names in texts; drop what may hold a name in other words."""
    numbered = [name for name in numbers if name in frame.columns]
    empty = [name for name in ("fund_keys", "identifiers_flagged", "exception") if name in frame.columns]
    texts = [name for name in _text_columns(frame) if name not in (*numbered, *empty)]
    return frame.with_columns(
        *(pl.col(n).replace_strict(numbers[n], default=None, return_dtype=pl.String) for n in numbered),
        *(names.column(frame[n]) for n in texts),
        *(pl.lit(None if frame.schema[n] == pl.String else [], frame.schema[n]).alias(n) for n in empty),
    )


def _text_columns(frame: pl.DataFrame) -> list[str]:
    """Columns in which a name may stand: texts from files, and the funds on the way."""
    return [n for n, kind in frame.schema.items() if (kind == pl.String and n not in PUBLIC) or n == "via"]


def _texts(results: Results) -> Iterator[pl.Series]:
    for name in FRAMES:
        frame = getattr(results, name)
        left = () if frame is None else set(_text_columns(frame)) - {"file", "sheet", "group", "exception"}
        yield from (frame[column] for column in sorted(left))


def _anonymous(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without names and without hashes of files: a published file's hash is as good as its name."""
    reading = manifest.get("reading") or {}
    told: dict[str, Any] = {
        "inputs": [{k: one[k] for k in ("rows",) if k in one} for one in manifest.get("inputs", [])],
        "reading": {k: v if k in NAMELESS else HIDDEN for k, v in reading.items()},
    }
    told |= {key: HIDDEN for key in ("funds", "policy", "judgements", "rates") if manifest.get(key)}
    if any("line" in one for one in manifest.get("funds") or ()):
        told["funds"] = BY_LINE
    return manifest | told


def _each_frame(results: Results, step: Callable[[pl.DataFrame], pl.DataFrame]) -> dict[str, Any]:
    frames = {name: getattr(results, name) for name in FRAMES}
    return {name: step(frame) for name, frame in frames.items() if frame is not None}
