"""Security kinds: by the published asset class, else by the table's title, else by the name.

Only distinct texts are looked at, so that large files cost no more than their vocabulary.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from ..schema import SECURITY_KINDS
from .scan import distinct, scanned

_KINDS = pl.Enum(SECURITY_KINDS)
#: Blanks at an end, several of them, or other than the plain one; letters whose small form is another length.
_NOT_PLAIN = r"\s\s|[^ \S]|^ | $|[^\x00-\x7F]"

#: A complementary identification code of Solvency II: country or listing, category, sub-category.
_CIC = re.compile(r"[a-z]{2}([1-9][0-9a-l]|[a-f][0-9])")


@cache
def rules() -> dict[str, Any]:
    """Return ``kinds.toml`` as it stands."""
    return tomllib.loads(resources.files("exposure.holdings").joinpath("kinds.toml").read_text("utf-8"))


@cache
def _classes() -> dict[str, str]:
    return {text: kind for kind, texts in rules()["classes"].items() for text in texts}


@cache
def _names() -> list[tuple[str, str, list[str]]]:
    """Return kind, what the names of that kind contain, and the words after which that does not count."""
    found = [(kind, "|".join(f"(?:{p})" for p in ps)) for kind, ps in rules()["names"].items()]
    found.append(("equity", "|".join(f"(?:{p})" for p in rules()["equity_names"]["patterns"])))
    return [(kind, pattern, rules()["unless"].get(kind, [])) for kind, pattern in found]


@cache
def kind_of_class(text: str) -> str | None:
    """Return the kind an asset class, category or sheet title states."""
    low = " ".join(text.casefold().split()).strip(" -:")
    exact = _classes().get(low)
    if exact:
        return exact
    if _CIC.fullmatch(low):
        return next((kind for kind, marks in rules()["cic"].items() if low[2] in marks), None)
    starts = rules()["beginnings"]
    return next((kind for kind, texts in starts.items() if any(low.startswith(t) for t in texts)), None)


@cache
def kind_of_title(text: str) -> str | None:
    """Return the kind that the title of a sheet, a file or a table states of its lines.

    A title often names the whole they belong to ("Fund Holdings", "Bond Fund", "Options" of a pension plan): it
    counts only where it names the lines' class and no container.
    """
    low = " ".join(text.casefold().split()).strip(" -:")
    if low in rules()["titles"]["classes"]:
        return kind_of_class(low) or "fund"
    if re.search("|".join(rules()["titles"]["containers"]), low):
        return None
    return kind_of_class(text)


def _telling(names: pl.Series) -> pl.Series:
    """Tell names with a word that may give a kind away, or written in a way that must be made plain first."""
    patterns = "|".join(pattern for _, pattern, _ in _names())
    return scanned(names, lambda text: text.str.contains(rf"(?i){patterns}|{_NOT_PLAIN}")).fill_null(False)


def kinds_of_names(names: pl.Series, telling: pl.Series | None = None) -> pl.Series:
    """Return the kind each security's name gives away, null where it gives none.

    Args:
        names: the names.
        telling: which of them to look at, where that is known already.
    """
    telling = _telling(names) if telling is None else telling
    found = _all(None, len(names))
    if not telling.any():
        return found
    plain = pl.col("t").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    some = names.filter(telling).to_frame("t").with_columns(plain)
    tests = [
        (kind, pl.col("t").str.contains(pattern) & ~pl.any_horizontal(pl.lit(False), *map(_has, unless)))
        for kind, pattern, unless in _names()
    ]
    votes = [pl.when(test).then(pl.lit("equity" if kind == "preferred" else kind, _KINDS)) for kind, test in tests]
    return found.scatter(telling.arg_true(), some.select(pl.coalesce(votes)).to_series())


def _has(pattern: str) -> pl.Expr:
    return pl.col("t").str.contains(pattern)


def kind_of_name(text: str) -> str | None:
    """Return the kind a security's name gives away, null when it does not."""
    found: str | None = kinds_of_names(pl.Series([text])).item()
    return found


def wrapped_funds(names: pl.Series) -> pl.Series:
    """Tell names that only a fund has, whatever class the file gives it."""
    pattern = f"(?i){'|'.join(rules()['wrapped']['fund'])}"
    return scanned(names, lambda text: text.str.contains(pattern)).fill_null(False)


def _all(kind: str | None, count: int) -> pl.Series:
    return pl.Series([kind], dtype=_KINDS).new_from_index(0, count)


def _lookup(texts: pl.Series, rule: Any) -> pl.Series:
    """Apply a rule to the distinct texts of a column."""
    different = distinct(texts) if texts.count() else [None]
    found = {t: rule(t) for t in different if t}
    if len(different) == 1:
        return _all(found.get(different[0] or ""), len(texts))
    return texts.replace_strict(found, default=None, return_dtype=_KINDS)


def security_kinds(frame: pl.DataFrame, fixed: str | None = None) -> pl.Series:
    """Decide the kind of each line.

    A line with shares and an identifier or ticker that nothing marks as anything else is equity; a bare name is
    unknown.

    Args:
        frame: ``asset_class``, ``sector``, ``table`` (title), ``name``, ``title``, identifiers and ``shares``.
        fixed: the layout's word for all lines, as for a file of equities.
    """
    if fixed:
        return _all(fixed, frame.height).alias("security_kind")
    by_class = _lookup(frame["asset_class"], kind_of_class)
    by_sector = _lookup(frame["sector"], lambda t: kind_of_class(t) if "cash" in t.casefold() else None)
    by_table = _lookup(frame["table"], kind_of_title)
    open_class = by_class.null_count() and by_table.count()
    named = by_class.zip_with(by_class.is_not_null(), by_table) if open_class else by_class
    identified = pl.any_horizontal(pl.col("isin", "cusip", "sedol", "figi", "ticker").is_not_null())
    held = identified & pl.col("shares").is_not_null()
    text = (
        pl.concat_str("name", "title", separator=" ", ignore_nulls=True)
        if frame["title"].count()
        else pl.col("name")
    )
    work = frame.select(text.alias("text"), held.alias("held")).with_columns(kind=named, sector=by_sector)
    open_rows = work["kind"].is_null()
    telling = ~open_rows
    if open_rows.any():
        names = work["text"] if open_rows.all() else work["text"].filter(open_rows)
        found = _telling(names)
        by_name = kinds_of_names(names, found)
        if len(names) < frame.height:
            places = open_rows.arg_true()
            by_name, found = work["kind"].scatter(places, by_name), telling.scatter(places, found)
        telling = found
        fallback = pl.when(pl.col("held")).then(pl.lit("equity", _KINDS)).otherwise(pl.lit("unknown", _KINDS))
        work = work.with_columns(kind=pl.coalesce(by_name, pl.col("sector"), fallback))
    # A table or class of equity or bonds may still hold a fund of them, but a class that is precise stands.
    loose = work["kind"].is_in(["equity", "unknown", "debt"]) & telling
    if not loose.any():
        return work["kind"].alias("security_kind")
    wrapped = wrapped_funds(work["text"] if loose.all() else work["text"].filter(loose))
    settled = work["kind"].scatter(loose.arg_true().filter(wrapped), "fund") if wrapped.any() else work["kind"]
    return settled.alias("security_kind")
