"""Exact look-up of entities: by id, by identifier, by name folded."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

import polars as pl


def fold(text: str) -> str:
    """Fold a name for an exact look-up: compatibility forms, no accents, case or punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+|_", " ", re.sub(r"[.'’]", "", plain)).strip().casefold()


class Directory:
    """The entities of some tables by everything that names them exactly.

    Args:
        entities: rows of ``entities``.
        names: rows of ``names``.
        identifiers: rows of ``identifiers``; invalid ones are not looked at.
    """

    def __init__(self, entities: pl.DataFrame, names: pl.DataFrame, identifiers: pl.DataFrame) -> None:
        self._ids = set(entities["entity_id"])
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        for entity, code in identifiers.filter("valid").select("entity_id", "value").iter_rows():
            self._codes[code].add(entity)
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        columns = (entities["name"], entities["name_local"])
        for column in columns:
            for entity, name in zip(entities["entity_id"], column, strict=True):
                if name is not None:
                    self._names[fold(name)].add(entity)
        for entity, name in names.select("entity_id", "name").iter_rows():
            self._names[fold(name)].add(entity)

    def find(self, text: str) -> list[str]:
        """Return the ids of the entities with exactly this id, identifier or (folded) name, sorted."""
        if text.strip() in self._ids:
            return [text.strip()]
        wanted = fold(text)
        if not wanted:
            return []
        by_code = self._codes.get(text.strip().upper(), set())
        return sorted(by_code | self._names.get(wanted, set()))
