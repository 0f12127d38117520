"""What every page of a published site has: head and foot, full address, how to cite it and how to correct it.

Pages ask nobody for anything but the site's own style, script and pictures: their Content-Security-Policy allows no
more. Links between pages are relative, so the folder may lie anywhere on a host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from exposure.errors import UsageError
from exposure.present.site_words import citation, correction_sentences
from exposure.present.words import day
from exposure.report.rendering import asset, environment
from exposure.report.text import visible

MAIL = re.compile(r"[^@\s\"'<>?&]+@[^@\s\"'<>?&]+\.[a-zA-Z]{2,}\Z")
WEB = re.compile(r"https?://[^\s\"'<>]+\Z")
FORMS = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}
CARD = (1200, 630)  # pixels: what is asked for by those who show them
ASSETS = ("site.css", "site.js", "icon.svg")

_templates = environment()
_templates.filters |= {
    "day": lambda text: day(date.fromisoformat(text)) if text else "not dated",
    "web": lambda url: url if url and WEB.match(url) else None,
}


@dataclass(frozen=True)
class Site:
    """What is the same on all pages.

    Attributes:
        title: of the site.
        base: the address at which it will be found, ending in a slash; null where it is not known yet.
        publisher: who publishes it.
        contact: whom to write to: a mail address, the address of a page, or any words.
        dated: the date that this publication carries.
        level: what its pages may reveal.
        version: of the program.
    """

    title: str
    base: str | None
    publisher: str | None
    contact: str | None
    dated: date
    level: str
    version: str

    def url(self, path: str) -> str | None:
        """The full address of a file of the site; null where the site's own is not known."""
        return None if self.base is None else f"{self.base}{'' if path == 'index.html' else path}"

    @property
    def contact_link(self) -> str | None:
        """The address behind the contact, where it is one."""
        if self.contact is None:
            return None
        return (
            f"mailto:{self.contact}"
            if MAIL.match(self.contact)
            else self.contact
            if WEB.match(self.contact)
            else None
        )


def checked_base(text: str | None) -> str | None:
    """The address of a site with its slash.

    Raises:
        UsageError: it is no address of the web.
    """
    if text is None:
        return None
    parts = urlsplit(text)
    if not WEB.match(text) or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(
            f"--base-url {text}: give the address of the site's folder, such as https://example.org/money/."
        )
    return text if text.endswith("/") else f"{text}/"


def page(site: Site, template: str, path: str, title: str, description: str, dates: str, **data: Any) -> bytes:
    """One page.

    Args:
        site: what is the same on all pages.
        template: its name without ``site_`` and ending.
        path: of the page within the site; its card has the same with ``.png``, where it has one.
        title: of the page.
        description: one sentence, for those who show a link to it.
        dates: of what it tells, as a sentence.
        **data: what the template shows.
    """
    url = site.url(path)
    card = data.pop("card", f"{path.removesuffix('.html')}.png")
    text = _templates.get_template(f"site_{template}.html.j2").render(
        site=site,
        root="../" * path.count("/"),
        title=title,
        description=description,
        dates=dates,
        url=url,
        card=site.url(card) if card else None,
        card_width=CARD[0],
        card_height=CARD[1],
        cited=citation(site.publisher, title, site.title, dates, site.version, url),
        corrections=correction_sentences(site.contact, url or path),
        **data,
    )
    return visible(text).encode("utf-8", "replace")


def macros(name: str, **data: Any) -> Any:
    """The macros of a template, with what they show."""
    return _templates.get_template(f"{name}.html.j2").make_module(data)


def drawing(svg: str | None) -> Markup:
    """A drawing of our own, its texts escaped when it was made."""
    return Markup(svg or "")


def links(groups: Iterable[tuple[str, Iterable[str]]], folder: str, data: Mapping[str, bytes]) -> list[Any]:
    """Downloads in words: what each group is, and its forms with address and size."""
    return [
        (words, [(FORMS[name.rpartition(".")[2]], f"{folder}/{name}", _size(data[name])) for name in names])
        for words, names in groups
    ]


def _size(content: bytes) -> str:
    return f"{len(content) / 1e6:.1f} MB" if len(content) >= 1e6 else f"{max(round(len(content) / 1e3), 1)} KB"


def assets() -> dict[str, bytes]:
    """Style, script and icon of the site."""
    made = (asset("style.css", "site_style.css"), asset("common.js", "site_script.js"), asset("site_icon.svg"))
    return {f"assets/{name}": text.encode() for name, text in zip(ASSETS, made, strict=True)}


def look() -> str:
    """A hash of all templates: pages are made again where one of them changed."""
    folder = resources.files("exposure.report").joinpath("templates")
    names = sorted(
        one.name for one in folder.iterdir() if one.name.startswith(("site_", "parts", "style", "common"))
    )
    names.append("../site_columns.toml")
    return hashlib.sha256(
        "\0".join(folder.joinpath(name).read_text("utf-8") for name in names).encode()
    ).hexdigest()
