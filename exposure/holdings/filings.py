"""SEC filings (Form N-PORT, Form 13F information table) -> one grid with the elements' own names as header.

A filing comes as its XML or as the full submission text, which wraps all of its documents and states period,
filer and filing day in its heading.

Only identifiers written directly under a holding are its own: those deeper down belong to the reference
instrument of a derivative. ``repPdDate`` is the date of the holdings; ``repPdEnd`` is the fiscal year's end.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..errors import NoHoldings, UnreadableFile
from .grid import Document, Grid, trim
from .printed import printed_table
from .source import Source
from .workbook import parse_xml

_NONE = {"", "N/A", "NA", "NONE", "000000000"}
_NPORT = [
    "name",
    "title",
    "lei",
    "cusip",
    "isin",
    "ticker",
    "balance",
    "units",
    "curCd",
    "valUSD",
    "pctVal",
    "assetCat",
    "payoffProfile",
    "invCountry",
]
_XML = re.compile(rb"<XML>\s*(.*?)</XML>", re.DOTALL)
_HEADING = {
    "as_of": re.compile(r"CONFORMED PERIOD OF REPORT:\s*(\d{8})"),
    "portfolio": re.compile(r"COMPANY CONFORMED NAME:\s*(.+)"),
    "filed": re.compile(r"FILED AS OF DATE:\s*(\d{8})"),
}
_13F = [
    "nameOfIssuer",
    "titleOfClass",
    "cusip",
    "figi",
    "value",
    "sshPrnamt",
    "sshPrnamtType",
    "putCall",
    "assetClass",
]


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _child(element: Element, *path: str) -> Element | None:
    """Follow direct children by local name."""
    found: Element | None = element
    for name in path:
        found = next((e for e in found if local(e) == name), None) if found is not None else None
    return found


def _text(element: Element, *path: str) -> str:
    found = _child(element, *path)
    text = trim(found.text or "") if found is not None else ""
    return "" if text.upper() in _NONE else text


def _attribute(element: Element, path: tuple[str, ...], name: str) -> str:
    found = _child(element, *path)
    value = trim(found.get(name) or "") if found is not None else ""
    return "" if value.upper() in _NONE else value


def read_filing(source: Source) -> Document:
    """Read an N-PORT or 13F document.

    Raises:
        UnreadableFile: not well-formed XML.
        NoHoldings: another kind of XML, or a filing without holdings.
    """
    root = parse_xml(source)
    kind = local(root)
    if kind == "edgarSubmission":
        return _nport(source, root)
    if kind == "informationTable":
        return _13f(source, [root], {})
    raise NoHoldings(f"{source.label} is XML of kind '{kind[:60]}', not N-PORT, 13F or an Excel 2003 workbook.")


def read_submission(source: Source) -> Document:
    """Read a full submission text: the documents with holdings among those it wraps.

    Raises:
        UnreadableFile: a wrapped document is not well-formed, or the text ends within one.
        NoHoldings: none of its documents is an N-PORT or a 13F information table, or one that is printed text
            (as before 2013) cannot be read exactly.
    """
    if source.data.count(b"<XML>") != source.data.count(b"</XML>"):
        raise UnreadableFile(f"{source.label} ends in the middle of a document; download the submission again.")
    roots = [parse_xml(Source(source.name, m[1])) for m in _XML.finditer(source.data)]
    facts = _heading(source)
    nport = next((r for r in roots if local(r) == "edgarSubmission" and _has(r, "invstOrSec")), None)
    if nport is not None:
        return _nport(source, nport)
    tables = [root for root in roots if local(root) == "informationTable"]
    if tables:
        return _13f(source, tables, facts)
    printed = printed_table(source)
    if printed is None:
        raise NoHoldings(
            f"{source.label} is an SEC submission without an N-PORT or 13F table; give the table's own file."
        )
    rows, places, day = printed
    grid = Grid([_13F, *map(_classed, rows)], [0, *places], typed=True)
    facts |= {"as_of": day} if day else {}
    return Document(source.name, "13f", [grid], source.sha256, facts, layout="sec_13f")


def _has(root: Element, name: str) -> bool:
    return any(local(e) == name for e in root.iter())


def _heading(source: Source) -> dict[str, str]:
    """Read period, filer and filing day off a submission's heading."""
    head = source.data[:20_000].decode("latin-1")
    found = {name: pattern.search(head) for name, pattern in _HEADING.items()}
    return {name: trim(match[1]) for name, match in found.items() if match}


def _nport(source: Source, root: Element) -> Document:
    holdings = [e for e in root.iter() if local(e) == "invstOrSec"]
    if not holdings:
        raise NoHoldings(f"{source.label} is an N-PORT filing with no holdings (no invstOrSec element).")
    general = next((e for e in root.iter() if local(e) == "genInfo"), root)
    fund = next((e for e in root.iter() if local(e) == "fundInfo"), root)
    facts = {
        "portfolio": _text(general, "seriesName") or _text(general, "regName"),
        "as_of": _text(general, "repPdDate"),
        "net_assets": _text(fund, "netAssets"),
    }
    rows = [_NPORT, *(_nport_row(e) for e in holdings)]
    grid = Grid(rows, list(range(len(rows))), typed=True)
    return Document(source.name, "nport", [grid], source.sha256, facts, layout="sec_nport")


def _nport_row(holding: Element) -> list[str]:
    special = {
        "isin": _attribute(holding, ("identifiers", "isin"), "value"),
        "ticker": _attribute(holding, ("identifiers", "ticker"), "value"),
        "curCd": _text(holding, "curCd") or _attribute(holding, ("currencyConditional",), "curCd"),
        "assetCat": _text(holding, "assetCat") or _attribute(holding, ("assetConditional",), "desc"),
    }
    return [special[name] if name in special else _text(holding, name) for name in _NPORT]


def _13f(source: Source, roots: list[Element], facts: dict[str, str]) -> Document:
    holdings = [e for root in roots for e in root.iter() if local(e) == "infoTable"]
    if not holdings:
        raise NoHoldings(f"{source.label} is a 13F information table with no holdings (no infoTable element).")
    rows = [_13F, *(_13f_row(e) for e in holdings)]
    grid = Grid(rows, list(range(len(rows))), typed=True)
    return Document(source.name, "13f", [grid], source.sha256, facts, layout="sec_13f")


def _13f_row(holding: Element) -> list[str]:
    amount = {"sshPrnamt": ("shrsOrPrnAmt", "sshPrnamt"), "sshPrnamtType": ("shrsOrPrnAmt", "sshPrnamtType")}
    return _classed([_text(holding, *amount.get(name, (name,))) for name in _13F[:-1]])


def _classed(row: list[str]) -> list[str]:
    """Add the class of a line: principal amounts are debt, whatever its name."""
    return [*row, row[6] if row[6].upper() == "PRN" and not row[7] else ""]
