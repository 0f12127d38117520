"""What the reference data hold, counted: the tables in ``datasets/README.md`` between two marks.

``python -m exposure.universe.package`` writes them anew; a test compares.
"""

from __future__ import annotations

import polars as pl

BEGIN = "<!-- counted: python -m exposure.universe.package -->"
END = "<!-- end of counts -->"
NO_REPLY = "(?i)^none found"


def counts(tables: dict[str, pl.DataFrame]) -> str:
    """Return the three tables of counts as Markdown, marks included."""
    blocks = [
        _table(["listings by list", "in force or ended", "proposed or called for"], _listings(tables)),
        _table(["allegations by kind of accuser", "all", "with a reply", "none found"], _allegations(tables)),
        _table(["entities by kind", "all"], _entities(tables)),
    ]
    return "\n".join([BEGIN, "", "\n\n".join(blocks), "", END])


def replace_counts(text: str, tables: dict[str, pl.DataFrame]) -> str:
    """Return a text with what stands between the marks counted anew."""
    before, rest = text.split(BEGIN)
    return before + counts(tables) + rest.split(END)[1]


def _table(head: list[str], rows: list[tuple[object, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)])


def _listings(tables: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    wished = pl.col("status").cast(pl.String).is_in(["proposed", "called_for"])
    counted = tables["listings"].group_by("list_id").agg(real=(~wished).sum(), wished=wished.sum())
    named = counted.join(tables["lists"].select("list_id", "name"), on="list_id")
    return (
        named.sort(["real", "wished", "name"], descending=[True, True, False])
        .select("name", "real", "wished")
        .rows()
    )


def _allegations(tables: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    silent = pl.col("reply").str.contains(NO_REPLY)
    counted = (
        tables["allegations"]
        .group_by("accuser_kind")
        .agg(all=pl.len(), answered=(~silent).sum(), silent=silent.sum())
    )
    kind = pl.col("accuser_kind").cast(pl.String)
    return counted.with_columns(kind).sort(["all", "accuser_kind"], descending=[True, False]).rows()


def _entities(tables: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    kind = pl.col("kind").cast(pl.String).str.replace("_", " ")
    counted = tables["entities"].group_by(kind).agg(all=pl.len())
    return counted.sort(["all", "kind"], descending=[True, False]).rows()
