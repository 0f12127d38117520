"""Feed and map of a published site: what changed when, and which pages there are, for programs that follow it.

Both name full addresses, so there is neither without the site's own. Dates are those of the publications' data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.etree import ElementTree

from exposure.report.site_data import Files
from exposure.report.site_pages import Site
from exposure.report.text import visible

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
Change = Mapping[str, str]


def dated(site: Site, change: Change, page: str) -> dict[str, str]:
    """A change with its date and the page on which it can be seen."""
    return {"date": site.dated.isoformat(), "page": page, **change}


def feed(site: Site, changes: Sequence[Change], pages: Mapping[str, str]) -> Files:
    """Feed and map; nothing where the site's own address is not known.

    Args:
        site: what is the same on all pages.
        changes: date, page, title, summary; the latest first.
        pages: path of each page to the day of its last publication.
    """
    if site.base is None:
        return {}
    return {"feed.xml": _atom(site, site.base, changes, pages), "sitemap.xml": _map(site.base, pages)}


def _atom(site: Site, base: str, changes: Sequence[Change], pages: Mapping[str, str]) -> bytes:
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", base)
    _add(root, "title", site.title)
    _add(root, "updated", _instant(changes[0]["date"] if changes else site.dated.isoformat()))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{base}feed.xml")
    _add(root, "link", rel="alternate", type="text/html", href=base)
    _add(_add(root, "author"), "name", site.publisher or site.title)
    _add(root, "generator", "exposure", version=site.version)
    for one in changes:
        entry = _add(root, "entry")
        page = f"{base}{quote(one['page'])}"
        mark = hashlib.sha256("\0".join([one["date"], one["title"], one["summary"]]).encode()).hexdigest()[:16]
        _add(entry, "id", f"{page}#{one['date']}-{mark}")
        _add(entry, "title", one["title"])
        _add(entry, "updated", _instant(one["date"]))
        _add(entry, "link", rel="alternate", type="text/html", href=page if one["page"] in pages else base)
        _add(entry, "summary", one["summary"], type="text")
    return _written(root, ATOM)


def _map(base: str, pages: Mapping[str, str]) -> bytes:
    root = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for path, day in pages.items():
        url = ElementTree.SubElement(root, f"{{{SITEMAP}}}url")
        ElementTree.SubElement(url, f"{{{SITEMAP}}}loc").text = (
            base if path == "index.html" else f"{base}{quote(path)}"
        )
        ElementTree.SubElement(url, f"{{{SITEMAP}}}lastmod").text = day
    return _written(root, SITEMAP)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = None if text is None else visible(text)
    return made


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _written(root: ElementTree.Element, namespace: str) -> bytes:
    ElementTree.register_namespace("", namespace)
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
