"""Whether symbols may leave this computer: asked once, never assumed.

An argument outranks the environment variable, which outranks the stored answer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date

from exposure.errors import InputError, UsageError
from exposure.folders import data_folder

VARIABLE = "EXPOSURE_MARKET"
FILE = "market_consent.json"
STATEMENT = (
    "Market data come from Yahoo Finance, through the library yfinance. The exchange symbols and currencies asked "
    "for leave this computer, and Yahoo sees its network address; amounts, names, files and results stay here. "
    "yfinance accepts Yahoo's cookie notice for you. The figures may be late or wrong, and Yahoo's terms allow "
    "personal use only."
)
_WORDS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


class ConsentNeeded(UsageError):
    """Nobody has said yet that symbols may leave this computer, or somebody has said no."""


def given() -> bool | None:
    """Return the answer of the environment variable or, failing that, the stored one; none where nobody answered.

    Raises:
        UsageError: the variable says neither yes nor no.
        InputError: the stored answer cannot be read.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if said:
        if said.casefold() not in _WORDS:
            raise UsageError(f"{VARIABLE} is “{said}”; set it to yes or no.")
        return _WORDS[said.casefold()]
    path = data_folder() / FILE
    if not path.is_file():
        return None
    try:
        stored = json.loads(path.read_text("utf-8"))["consent"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The stored answer {path} cannot be read; delete the file and answer again.") from error
    return bool(stored)


def store(answer: bool) -> None:
    """Keep the answer for the next time, with the statement that it answers.

    Raises:
        InputError: the user's data folder cannot be written.
    """
    path = data_folder() / FILE
    kept = {"consent": answer, "answered_on": date.today().isoformat(), "statement": STATEMENT}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"The answer cannot be kept in {path}: {error.strerror}.") from error


def ask(reply: Callable[[str], str] = input) -> bool:
    """Ask on the terminal or in the notebook, unless it has been answered; keep the answer.

    Args:
        reply: what shows a question and returns the answer.
    """
    known = given()
    if known is not None:
        return known
    answer = _WORDS.get(reply(f"{STATEMENT}\nMay the symbols be sent? [yes/no] ").strip().casefold(), False)
    store(answer)
    return answer


def require(argument: bool | None) -> None:
    """Go on only with consent.

    Raises:
        ConsentNeeded: nobody agreed, or somebody refused; the message says what would leave and how to agree.
    """
    if argument if argument is not None else given():
        return
    how = "Agree with consent=True, market.ask() or EXPOSURE_MARKET=yes; offline=True uses saved figures only."
    raise ConsentNeeded(f"{STATEMENT} {how}")
