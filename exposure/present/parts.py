"""The exposures taken apart, as a table in words and as bars: by relation, list, category, country, manager."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from exposure.breakdown import breakdown
from exposure.late import alt
from exposure.money import sum_known, summed
from exposure.present.charts import ACCENT, COLOURS, INK, PAPER, basis, fixed, framed, titled
from exposure.present.tables import SEGMENT_LABELS
from exposure.present.words import THIN, mark, money, percent
from exposure.results import Results

ROW = 26  # pixels for each bar
MOST = 12  # bars; what is left is one bar more
LONGEST = 36  # characters of a label
# The breakdowns that have a table and a chart, each with the header of its parts.
HEADERS = {
    "relation": "Relation",
    "list": "List",
    "category": "Category",
    "country": "Country",
    "group": "Manager or fund",
    "route": "Route",
    "security_kind": "Kind of security",
}


def parts_table(results: Results, by: str) -> pl.DataFrame:
    """A breakdown with its parts in words.

    Args:
        results: a screening.
        by: as for ``breakdown``.

    Returns:
        ``key, part, kind, lines, value, share, score``, largest first; ``part`` is null where the file does not
        say it.
    """
    table = breakdown(results, by, results.weights)
    named = [_part(results, by, *row) for row in table.select("part", "kind").iter_rows()]
    return table.select(
        pl.col("part").alias("key"),
        pl.Series("part", named, dtype=pl.String),
        pl.col("kind").cast(pl.String),
        "lines",
        "value",
        "share",
        "score",
    )


def _part(results: Results, by: str, part: str | None, kind: str) -> str | None:
    if part is None:
        return None
    if by == "relation":
        return f"{mark(part, kind)} {SEGMENT_LABELS[f'{part}/{kind}']}"
    if by == "list":
        return _short_names(results).get(part, part)
    return part.replace("_", " ") if by in ("category", "security_kind") else part


def _short_names(results: Results) -> dict[str, str]:
    return dict(results.universe.history["lists"].select("name", "short_name").iter_rows())


def parts_chart(table: pl.DataFrame, results: Results, header: str) -> tuple[alt.LayerChart | None, str]:
    """Bars of a breakdown; what rests on accusations alone is an outline.

    Args:
        table: from ``parts_table``.
        results: the same screening.
        header: what the parts are, ``List``.

    Returns:
        The chart, and the same in words; no chart when the file gives neither values nor weights.
    """
    size = "value" if table["value"].is_not_null().any() else "share"
    known = table.filter(pl.col(size).is_not_null() & (pl.col(size) != 0))
    title = finding(table, header)
    if known.is_empty():
        return None, title
    bars = _most(known, size).with_row_index("place")
    rows = bars.with_columns(
        place=pl.col("place").cast(pl.String),
        label=pl.col("part").map_elements(_short, return_dtype=pl.String, skip_nulls=False),
        figure=pl.struct("value", "share").map_elements(
            lambda r: _figure(r["value"], r["share"], results.currency), return_dtype=pl.String
        ),
        length=pl.col(size).abs(),
        fill=pl.struct("key", "kind").map_elements(
            lambda r: PAPER if r["kind"] == "allegation" else COLOURS.get(r["key"] or "", ACCENT),
            return_dtype=pl.String,
        ),
        edge=pl.col("key").map_elements(
            lambda key: COLOURS.get(key or "", ACCENT), return_dtype=pl.String, skip_nulls=False
        ),
    )
    scale = alt.Scale(domain=[0, float(rows["length"].max() or 1.0)], nice=False)  # type: ignore[arg-type]
    y = alt.Y("place:N", sort=rows["place"].to_list(), axis=None)
    base = alt.Chart(rows)
    bar = base.mark_bar(height=10, yOffset=8, strokeWidth=1.5).encode(
        x=alt.X("length:Q", scale=scale, axis=None),
        y=y,
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("edge:N", scale=None),
    )
    left = base.mark_text(align="left", baseline="bottom", fontSize=13, color=INK, dy=2)
    right = base.mark_text(align="right", baseline="bottom", fontSize=13, color=INK, dy=2)
    names = left.encode(fixed(alt.XValue, 0), y, alt.Text("label:N"))
    figures = right.encode(fixed(alt.XValue, "width"), y, alt.Text("figure:N"))
    chart = framed(alt.layer(bar, names, figures), titled(title, basis(results)), (ROW + 16) * rows.height)
    words = "; ".join(f"{row['part'] or 'not said'} {row['figure']}" for row in rows.iter_rows(named=True))
    return chart, f"{title}. {words}."


def finding(table: pl.DataFrame, header: str) -> str:
    """The title: the largest part of what rests on official lists, and how much of the portfolio that is."""
    official = table.filter(pl.col("kind") == "designation")  # what rests on accusations never leads
    first = (official if official.height else table).row(0, named=True)
    named = (first["part"] or "what the file does not name").strip()
    rests = "official lists" if official.height else "accusations alone"
    if first["share"] is None:
        return f"{header}: of what rests on {rests}, {named} comes first; the file gives no amounts"
    share = percent(first["share"])
    return f"{header}: the largest part that rests on {rests} is {named}, {share} of the portfolio".replace(
        THIN, " "
    )


def _most(known: pl.DataFrame, size: str) -> pl.DataFrame:
    """The largest parts, and the others as one."""
    largest = known.sort(pl.col(size).abs(), descending=True, maintain_order=True)
    rest = largest.slice(MOST)
    if rest.height < 2:
        return largest
    others = rest.select(
        key=pl.lit("others"),
        part=pl.lit(f"{rest.height} others"),
        kind=pl.lit("designation"),
        lines=pl.col("lines").sum(),
        value=sum_known("value"),
        share=sum_known("share"),
        score=summed(pl.col("score")),
    )
    return pl.concat([largest.head(MOST), others])


def _figure(value: float | None, share: float | None, currency: str | None) -> str:
    shown = percent(share).replace(THIN, " ")
    return f"{money(value, currency)} · {shown}" if value is not None else shown


def _short(name: str | None) -> str:
    if name is None:
        return "not in the file"
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def holders_table(results: Mapping[str, Results], entity_id: str) -> pl.DataFrame:
    """Which of several portfolios hold an exposed company.

    Args:
        results: screenings by name.
        entity_id: the company.

    Returns:
        ``file, currency, value, share, as_of``, the largest share first; values are never added up over files.
    """
    schema = {"file": pl.String, "currency": pl.String, "value": pl.Float64, "share": pl.Float64, "as_of": pl.Date}
    rows = []
    for name, one in results.items():
        held = one.exposures.filter(pl.col("issuer_id") == entity_id)
        if held.height:
            sums = {c: float(held[c].sum()) if held[c].is_not_null().any() else None for c in ("value", "share")}
            rows.append({"file": name, "currency": one.currency, **sums, "as_of": one.as_of.holdings})
    table = pl.DataFrame(rows, schema=schema)
    return table.sort("share", "file", descending=[True, False], nulls_last=True)
