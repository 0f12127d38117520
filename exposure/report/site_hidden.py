"""Names that a published site is to tell nowhere: those of every portfolio on it, also in the pages of the others.

One portfolio may hold a line of another, so a name counts for the whole site, and once hidden it stays hidden in
this folder. A page that was published before a name came is made again; where its file was not handed in again,
nothing is published at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from html import unescape

from exposure.errors import InputError, UsageError
from exposure.report.hidden import Names
from exposure.report.site_address import Named
from exposure.report.site_pages import Site
from exposure.report.site_state import Folder

_TAG = re.compile(r"<[^>]*>")


def names_to_hide(place: Folder, portfolios: Iterable[Named]) -> tuple[str, ...]:
    """The names of all portfolios and files that were ever handed in; none where names may be told."""
    if not place.state.hidden:
        return ()
    return tuple(sorted({*place.state.hide, *(text for one in portfolios for text in (one.name, one.stem))}))


def check_words(site: Site, hide: Collection[str]) -> None:
    """Look at the publisher's own words, which stand on every page.

    Raises:
        UsageError: they tell a name that is to be withheld.
    """
    names = Names.of(hide)
    given = {"--title": site.title, "--by": site.publisher, "--contact": site.contact, "--base-url": site.base}
    for option, text in given.items():
        told = names.found(text or "")
        if told is not None:
            raise UsageError(
                f"{option} {text}: “{told}” is the name of a portfolio or of its file, which --redact names "
                f"withholds; give other words, or the file another name."
            )


def told_before(place: Folder, hide: Collection[str], given: Mapping[str, str], *, prune: bool) -> set[str]:
    """The addresses of portfolios whose pages tell a name that was not hidden when they were made.

    Args:
        place: the folder.
        hide: names to hide now.
        given: identity to address of the portfolios handed in that have one.
        prune: whether the pages of the others will be taken away.

    Raises:
        InputError: such pages would stay, for the portfolio was not handed in again.
    """
    new = Names.of(hide).without(Names.of(place.state.hide))
    found = set()
    for unit in sorted(name for name in place.state.units if name.startswith("portfolios/") and new.patterns):
        address = unit.partition("/")[2]
        told = next((name for path in place.state.units[unit].files if (name := _told(place, path, new))), None)
        if told is not None and address not in given.values() and not prune:
            raise InputError(
                f"The pages of {address}, published before, tell “{told}”, which is now the name of a portfolio "
                f"and to be withheld: hand in the file of {address} again ({place.private} says which it is), or "
                f"take its pages away with --prune. Nothing was published."
            )
        found |= {address} if told is not None else set()
    return found


def _told(place: Folder, path: str, names: Names) -> str | None:
    """The first of some names in a page or in data; the tables in other forms hold the same words."""
    if not path.endswith((".html", ".json")):
        return None
    try:
        text = place.read(path).decode("utf-8", "replace")
    except OSError:
        return None
    return names.found(unescape(_TAG.sub(" ", text)) if path.endswith(".html") else text)
