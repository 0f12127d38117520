"""The parameters of a screen, as marks (SHA-256) and words: what a second run needs to give the same result."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exposure.funds import Proxy
from exposure.holdings import Holdings
from exposure.marks import file_mark, mark
from exposure.policy import Policy
from exposure.portfolio import Rates
from exposure.score import Weights


def parameters(
    *,
    weights: Weights,
    rates: Rates | None,
    policy: Policy | None,
    funds: str | Path | Mapping[str, Any] | None,
    in_currency: str | None,
    reading: Mapping[str, Any],
) -> dict[str, Any]:
    """Describe the parameters of one screen.

    Returns:
        ``weights``, ``rates`` and ``policy`` as hashes of what they say (the policy with its name), ``funds`` as
        the names and hashes of the files, ``in_currency`` and ``reading`` as given; null where nothing was given.
    """
    return {
        "weights": mark(weights),
        "rates": None if rates is None else mark(dict(rates)),
        "policy": None if policy is None else {"name": policy.name, "sha256": mark(policy)},
        "funds": None if funds is None else _funds(funds),
        "in_currency": in_currency,
        "reading": {key: _plain(value) for key, value in sorted(reading.items()) if value is not None},
    }


def _funds(funds: str | Path | Mapping[str, Any]) -> list[dict[str, Any]]:
    if isinstance(funds, str | Path):
        files = [path for path in sorted(Path(funds).iterdir()) if path.is_file() and path.suffix != ".md"]
        return [{"file": path.name, "sha256": file_mark(path)} for path in files]
    return [_fund(name, given) for name, given in funds.items()]


def _fund(name: str, given: Any) -> dict[str, Any]:
    """One fund of a mapping; a frame handed in by the caller has no bytes to be known by."""
    proxy = {"proxy": True} if isinstance(given, Proxy) else {}
    source = given.source if isinstance(given, Proxy) else given
    if isinstance(source, Holdings):
        return {"line": name, "file": source.report.file, "sha256": source.report.sha256, **proxy}
    if isinstance(source, str | Path):
        return {"line": name, "file": Path(source).name, "sha256": file_mark(source), **proxy}
    if isinstance(source, bytes):
        return {"line": name, "file": None, "sha256": hashlib.sha256(source).hexdigest(), **proxy}
    return {"line": name, "file": None, "sha256": None, **proxy}


def _plain(value: Any) -> Any:
    """A reading argument as JSON has it: mappings and text stay, a date becomes its ISO text."""
    return dict(value) if isinstance(value, Mapping) else value if isinstance(value, str) else str(value)
