"""Reports beside the bare work of the libraries that write them.

python tests/benchmarks/reports.py
"""

from __future__ import annotations

from io import BytesIO

import polars as pl
import typst
import xlsxwriter
from run import best, nested, row

import exposure as ex
from exposure.connect import connect
from exposure.report.content import content
from exposure.report.html import html
from exposure.report.paper import paper
from exposure.report.redact import redact
from exposure.report.workbook import workbook
from exposure.report.workbook_sheets import sheets
from exposure.score import load_weights

HELLO = {"main.typ": b'#set document(title: "x")\n#lorem(4000)'}


def exposed(number: int) -> pl.DataFrame:
    """A portfolio of so many companies of the reference data, each tied to a listing or an allegation."""
    universe = ex.Universe.load()
    tied = connect(universe, sorted(universe.entities["entity_id"]), load_weights())["entity_id"].unique()
    companies = universe.entities.filter(pl.col("entity_id").is_in(tied.implode())).filter(kind="company")
    return companies.sort("entity_id").head(number).select("name", value=pl.int_range(pl.len()) * 100.0 + 1000.0)


def main() -> None:
    """Print each report's time beside a baseline of the same run."""
    example = redact(ex.screen(ex.example("pension")))
    bare = best(lambda: typst.compile(HELLO, pdf_standards=["ua-1"]), 3)
    row(
        f"paper of an example, {len(paper(example)):,} bytes",
        best(lambda: paper(example), 3),
        "typst, 4,000 words",
        bare,
    )
    page = len(html(example).encode())
    row(f"one-file page of the same, {page:,} bytes", best(lambda: html(example), 3), "typst, 4,000 words", bare)
    many = redact(ex.screen(exposed(520)))
    page = len(html(many).encode())
    found = many.exposures["issuer_id"].n_unique()
    row(f"page of {found} companies, {page:,} bytes", best(lambda: html(many), 2), "typst, 4,000 words", bare)
    row(f"paper of the same, {len(paper(many)):,} bytes", best(lambda: paper(many), 2), "typst, 4,000 words", bare)
    portfolio, _ = nested(10_000, 50)
    large = redact(ex.screen(portfolio))
    cells = sum(one.frame.height * one.frame.width for one in sheets(large, content(large)))

    def numbers() -> None:
        book = xlsxwriter.Workbook(BytesIO(), {"in_memory": True})
        sheet = book.add_worksheet()
        for k in range(cells):
            sheet.write_number(k // 26, k % 26, float(k))
        book.close()

    plain = best(numbers, 2)
    row(
        f"workbook of 10,000 holdings, {cells:,} cells",
        best(lambda: workbook(large), 2),
        "as many bare numbers",
        plain,
    )


if __name__ == "__main__":
    main()
