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


@cache
def rules() -> dict[str, Any]:
    """Return ``kinds.toml`` as it stands."""
    return tomllib.loads(resources.files("exposure.holdings").joinpath("kinds.toml").read_text("utf-8"))


@cache
def _classes() -> dict[str, str]:
    return {text: kind for kind, texts in rules()["classes"].items() for text in texts}


@cache
def _names() -> list[tuple[str, re.Pattern[str]]]:
    found = [(kind, re.compile("|".join(f"(?:{p})" for p in ps))) for kind, ps in rules()["names"].items()]
    return [*found, ("equity", re.compile("|".join(f"(?:{p})" for p in rules()["equity_names"]["patterns"])))]


@cache
def kind_of_class(text: str) -> str | None:
    """Return the kind an asset class, category or sheet title states."""
    low = " ".join(text.casefold().split()).strip(" -:")
    exact = _classes().get(low)
    if exact:
        return exact
    starts = rules()["beginnings"]
    return next((kind for kind, texts in starts.items() if any(low.startswith(t) for t in texts)), None)


def kind_of_name(text: str) -> str | None:
    """Return the kind a security's name gives away, null when it does not."""
    low = " ".join(text.casefold().split())
    found = next((kind for kind, pattern in _names() if pattern.search(low)), None)
    return "equity" if found == "preferred" else found


def is_wrapped_fund(text: str) -> str | None:
    """Return ``fund`` for a name that only a fund has, whatever class the file gives it."""
    patterns = rules()["wrapped"]["fund"]
    return "fund" if any(re.search(p, text.casefold()) for p in patterns) else None


def _lookup(texts: pl.Series, rule: Any) -> pl.Series:
    """Apply a rule to the distinct texts of a column."""
    distinct = [t for t in texts.unique().to_list() if t]
    found = {t: rule(t) for t in distinct}
    return texts.replace_strict(found, default=None, return_dtype=pl.String)


def security_kinds(frame: pl.DataFrame, fixed: str | None = None) -> pl.Series:
    """Decide the kind of each line.

    A line with shares and an identifier or ticker that nothing marks as anything else is equity; a bare name is
    unknown.

    Args:
        frame: ``asset_class``, ``sector``, ``table`` (title), ``name``, ``title``, identifiers and ``shares``.
        fixed: the layout's word for all lines, as for a file of equities.
    """
    if fixed:
        return pl.Series("security_kind", [fixed] * frame.height, dtype=pl.String)
    by_class = _lookup(frame["asset_class"], kind_of_class)
    by_sector = _lookup(frame["sector"], lambda t: kind_of_class(t) if "cash" in t.casefold() else None)
    by_table = _lookup(frame["table"], kind_of_class)
    text = frame.select(pl.concat_str("name", "title", separator=" ", ignore_nulls=True)).to_series()
    by_name = _lookup(text, kind_of_name)
    wrapped = _lookup(text, is_wrapped_fund)
    votes = pl.DataFrame({"c": by_class, "t": by_table, "n": by_name, "s": by_sector, "w": wrapped})
    identified = pl.any_horizontal(pl.col("isin", "cusip", "sedol", "figi", "ticker").is_not_null())
    held = frame.select((identified & pl.col("shares").is_not_null()).alias("held")).to_series()
    # An equity table or class may still hold a line of cash or a fund in it, but a class that is precise stands.
    kind = pl.coalesce("c", "t", "n", "s", pl.when(pl.lit(held)).then(pl.lit("equity")), pl.lit("unknown"))
    kind = pl.when(kind.is_in(["equity", "unknown"])).then(pl.coalesce("w", kind)).otherwise(kind)
    return votes.select(kind.alias("security_kind")).to_series()
