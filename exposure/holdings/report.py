"""What reading gives back: the holdings, the rows set aside, and the account of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import dataframely as dy
import polars as pl

from .. import schema
from ..card import Card, Table
from ..tabular import Tabular

#: Rows of each table in a card.
_SHOWN = 5


@dataclass(frozen=True)
class ReadReport:
    """The account of one read: what the file says of itself and what was decided, each with its evidence."""

    file: str | None
    layout: str
    portfolio: str | None
    as_of: dt.date | None
    currency: str | None
    rows: int
    total_value: float | None
    weight_sum: float | None
    warnings: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()
    sha256: str | None = None
    fingerprint: str | None = None  # of the layout: the same for the next file of its kind

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the ``read --json`` object, without the rows set aside."""
        return {
            "file": self.file,
            "layout": self.layout,
            "portfolio": self.portfolio,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "currency": self.currency,
            "rows": self.rows,
            "total_value": self.total_value,
            "weight_sum": self.weight_sum,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, repr=False)
class Holdings(Tabular):
    """One portfolio as read: ``frame`` (schema.Holdings), ``rejected`` (schema.Rejected) and ``report``.

    Examples:
        >>> holdings = ex.read_holdings(ex.example("index_fund"))
        >>> holdings.report.currency, holdings.frame.height
        ('USD', 34)
    """

    frame: dy.DataFrame[schema.Holdings]
    rejected: dy.DataFrame[schema.Rejected]
    report: ReadReport

    def to_polars(self) -> pl.DataFrame:
        """``frame``: one row a holding, in the columns of ``schema.Holdings``.

        Examples:
            >>> ex.read_holdings(ex.example("index_fund")).to_polars()["isin"].len()
            34
        """
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """Return one entry of ``read --json``.

        Examples:
            >>> ex.read_holdings(ex.example("index_fund")).to_dict()["rows"]
            34
        """
        rows = self.rejected.select("sheet", "row", "reason").to_dicts()
        return {**self.report.to_dict(), "rejected": rows}

    def __repr__(self) -> str:
        """What was read, what was set aside and why, the largest lines."""
        return self._card().to_text()

    def _repr_html_(self) -> str:
        return self._card().to_html()

    def _card(self) -> Card:
        report = self.report
        total = "no total" if report.total_value is None else f"{report.currency or ''} {report.total_value:,.0f}"
        dated = f"as of {report.as_of.isoformat()}" if report.as_of else "date not in the file"
        tables = (
            _table("the largest", ("name", "value", "weight"), self._largest(), (1, 2)),
            _table("set aside", ("row", "reason"), self.rejected.select("row", "reason").head(_SHOWN), (0,)),
        )
        aside = f"{self.rejected.height} {'row' if self.rejected.height == 1 else 'rows'} set aside."
        return Card(
            report.portfolio or report.file or "Holdings",
            f"{report.rows:,} holdings · {total.strip()} · {dated} · layout {report.layout}",
            (aside, *(f"Warning: {w}" for w in report.warnings[:_SHOWN])),
            tuple(table for table in tables if table.rows),
            "Go on with .frame, .rejected, .report.decisions, .to_pandas(), ex.screen(holdings)",
        )

    def _largest(self) -> pl.DataFrame:
        by = "value" if self.frame["value"].count() else "weight"
        first = self.frame.select("name", "value", "weight").sort(
            pl.col(by).abs(), descending=True, nulls_last=True, maintain_order=True
        )
        return first.head(_SHOWN).with_columns(
            pl.col("value").map_elements(lambda v: f"{v:,.0f}", return_dtype=pl.String),
            pl.col("weight").map_elements(lambda w: f"{w:.2%}", return_dtype=pl.String),
        )


def _table(caption: str, header: tuple[str, ...], rows: pl.DataFrame, numbers: tuple[int, ...]) -> Table:
    cells = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows.iter_rows())
    return Table(header, cells, numbers, caption)
