"""A dashboard that others may look at: who gets in, whether data may be taken away, what is hidden."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from exposure.errors import UsageError

VARIABLE = "EXPOSURE_SHARED"
SECRETS = Path(".streamlit") / "secrets.toml"
NEEDED = (
    "redirect_uri",
    "cookie_secret",
)  # besides client_id and the like, which may stand under a provider's name


@dataclass(frozen=True)
class Sharing:
    """How a hosted instance behaves. It is read-only: decisions are shown in the figures, none can be made.

    Attributes:
        login: people log in through the OpenID Connect provider of ``secrets.toml``.
        export: results may be downloaded.
        uploads: visitors may hand in files of their own; they stay in memory and go with the session.
        redact: what is hidden, as in reports.
    """

    login: bool = True
    export: bool = True
    uploads: bool = False
    redact: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """The variable that tells the server's pages."""
        return {VARIABLE: json.dumps(asdict(self))}


def sharing() -> Sharing | None:
    """How this instance is shared; None on a person's own computer."""
    told = os.environ.get(VARIABLE)
    if not told:
        return None
    given = json.loads(told)
    return Sharing(**{**given, "redact": tuple(given["redact"])})


def check_login(folders: Sequence[Path] | None = None) -> None:
    """Refuse to share with a login that could not work, before anybody stands before it.

    Args:
        folders: where ``.streamlit/secrets.toml`` may stand; the working folder and the home folder when omitted.

    Raises:
        UsageError: what is missing, and what to do.
    """
    places = [folder / SECRETS for folder in (folders or (Path.cwd(), Path.home()))]
    found = [place for place in places if place.is_file()]
    if not found:
        raise UsageError(
            f"--shared asks visitors to log in, but there is no {SECRETS}; write its [auth] table with your OpenID "
            "Connect provider, or let anybody in with --open."
        )
    try:
        table = tomllib.loads(found[0].read_text("utf-8")).get("auth", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{found[0]} is no TOML file: {error}.") from error
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise UsageError(f"{found[0]}, [auth]: {', '.join(missing)} is missing; without it nobody can log in.")
    if any(find_spec(package) is None for package in ("authlib", "httpx")):
        raise UsageError("Logging in needs Authlib and httpx: install exposure with its extra “shared”.")
