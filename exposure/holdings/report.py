"""What reading gives back: the holdings, the rows set aside, and the account of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import dataframely as dy

from .. import schema


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


@dataclass(frozen=True)
class Holdings:
    """One portfolio as read: ``frame`` (schema.Holdings), ``rejected`` (schema.Rejected) and ``report``."""

    frame: dy.DataFrame[schema.Holdings]
    rejected: dy.DataFrame[schema.Rejected]
    report: ReadReport

    def to_dict(self) -> dict[str, Any]:
        """Return one entry of ``read --json``."""
        rows = self.rejected.select("sheet", "row", "reason").to_dicts()
        return {**self.report.to_dict(), "rejected": rows}
