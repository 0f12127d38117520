"""What a copy may reveal: redaction takes things out of the results themselves, before any word is made of them.

``percent`` leaves every amount of money out, ``flagged`` every line that meets no listing and no allegation,
``names`` the portfolio's name, its files and its holder. They combine: ``percent+names``. Text that cannot be told
to be free of such things (warnings about the input, rows set aside) is left out of every redacted copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from exposure.errors import UsageError
from exposure.present.pages import WITHHELD
from exposure.results import Results
from exposure.screen import Amount, Headline

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
HIDDEN = "name withheld"
NAMELESS = ("currency", "decimal", "as_of")  # arguments of reading that give nobody away
# Columns told by the reference data or the program, not by the portfolio's files.
PUBLIC = frozenset(
    {"entity_id", "issuer_id", "issuer", "listed_id", "listed", "rule_id", "match_method", "method", "clause"}
    | {"action", "if_decided", "isin", "cusip", "sedol", "figi", "lei", "ticker", "venue", "currency"}
)
SHORTEST = 5  # characters: a shorter name would be found inside ordinary words


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


def redact(results: R, level: str = "full") -> R:
    """Take out of a screening what a copy shall not reveal.

    Args:
        results: one screen.
        level: ``full``, ``percent``, ``flagged``, ``names``, or some of the last three joined by ``+``.

    Returns:
        The same results without the things left out; the manifest names the level under ``redact``. Totals, bounds,
        coverage and score stay those of the whole portfolio.

    Raises:
        UsageError: a level that there is not.
    """
    chosen = levels(level)
    copy = replace(results, manifest=results.manifest | {"redact": "+".join(chosen) or LEVELS[0]})
    if not chosen:
        return copy
    copy = replace(copy, warnings=(), rejected=copy.rejected.with_columns(text=pl.lit(None, pl.String)))
    for name, step in (("flagged", _flagged), ("percent", _percent), ("names", _names)):
        copy = step(copy) if name in chosen else copy
    return copy


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


def _names(results: R) -> R:
    """Put neutral words for the portfolio, its files, sheets and managers, wherever they stand."""
    patterns = _patterns(results)
    numbers = {name: _numbers(results, name) for name in ("file", "sheet", "group")}
    masked = _each_frame(results, lambda frame: _masked(frame, patterns, numbers))
    return replace(results, portfolio=f"Portfolio ({HIDDEN})", manifest=_anonymous(results.manifest), **masked)


def _patterns(results: Results) -> list[str]:
    """Texts that would give the holder away: the portfolio's and the files' names, also without endings."""
    files = results.holdings["file"].drop_nulls().unique(maintain_order=True).to_list()
    files += [one["file"] for one in results.manifest.get("inputs", []) if one.get("file")]
    stems = [Path(name).stem for name in files]
    every = [results.portfolio, *files, *stems, *(stem.replace("_", " ").replace("-", " ") for stem in stems)]
    # The longest first, so that a name is not left over behind a shorter one inside it.
    return sorted({text for text in every if len(text) >= SHORTEST}, key=lambda text: (-len(text), text))


def _numbers(results: Results, name: str) -> dict[str, str]:
    """``file 1``, ``file 2`` in the order in which they are met."""
    frames = [frame for frame in (results.holdings, results.rejected) if name in frame.columns]
    met = dict.fromkeys(value for frame in frames for value in frame[name].drop_nulls().unique(maintain_order=True))
    return {value: f"{name} {number}" for number, value in enumerate(met, 1)}


def _masked(frame: pl.DataFrame, patterns: list[str], numbers: dict[str, dict[str, str]]) -> pl.DataFrame:
    """Number files, sheets and managers; mask the patterns in texts; drop what may hold a name in other words."""
    numbered = [name for name in numbers if name in frame.columns]
    empty = [name for name in ("fund_keys", "identifiers_flagged", "exception") if name in frame.columns]
    kept = {*numbered, *empty, *PUBLIC}
    texts = [n for n, kind in frame.schema.items() if kind == pl.String and n not in kept]
    mask = [f"[{HIDDEN}]"] * len(patterns)
    inside = pl.element().str.replace_many(patterns, mask, ascii_case_insensitive=True)
    funds = ["via"] if "via" in frame.columns else []
    return frame.with_columns(
        *(pl.col(n).replace_strict(numbers[n], default=None, return_dtype=pl.String) for n in numbered),
        *(pl.col(n).str.replace_many(patterns, mask, ascii_case_insensitive=True) for n in texts),
        *(pl.col(n).list.eval(inside) for n in funds),
        *(pl.lit(None if frame.schema[n] == pl.String else [], frame.schema[n]).alias(n) for n in empty),
    )


def _anonymous(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without names and without hashes of files: a published file's hash is as good as its name."""
    told: dict[str, Any] = {
        "inputs": [{k: one[k] for k in ("rows", "layout") if k in one} for one in manifest.get("inputs", [])],
        "reading": {k: v for k, v in (manifest.get("reading") or {}).items() if k in NAMELESS},
    }
    told |= {key: HIDDEN for key in ("funds", "policy", "judgements", "rates") if manifest.get(key)}
    return manifest | told


def _each_frame(results: Results, step: Callable[[pl.DataFrame], pl.DataFrame]) -> dict[str, Any]:
    frames = {name: getattr(results, name) for name in FRAMES}
    return {name: step(frame) for name, frame in frames.items() if frame is not None}
