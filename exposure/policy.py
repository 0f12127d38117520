"""A house's own policy: clauses in TOML, met with a screening, give what the policy says to do about each line.

A clause asks one of two questions. Without ``ownership``: is the issuer joined to somebody listed or accused, in
one of these relations, on one of these lists? With ``ownership``: do these owners (a kind of entity, such as state
bodies, or those on the clause's lists) hold the rule's share of it, directly or through companies that pass their
stakes on? What cannot be decided is reported as ``undecided``. A clause never looks at more than the screening saw.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from exposure.errors import UsageError
from exposure.schema import EFFECTS, KINDS, RELATIONS

ACTIONS = ("exclude", "engage", "watch", "report")
UNDECIDED = "undecided"
FUNDS = ("looked_through", "covered", "direct")
SUFFIX = ".toml"


@dataclass(frozen=True)
class Ownership:
    """Whose share of the issuer counts, and how much of it.

    Attributes:
        rule: id of an ownership rule (``datasets/rules.csv``): the threshold; ``named-only`` for the owners alone.
        through: id of the rule that says whose stakes count as the owners' own; ``rule`` itself when omitted.
        owner_kinds: kinds of entity that start the walk (``state_body``); none = those on the clause's lists.
        owner_countries: only owners of these countries; none = all.
        owners: single owners by id.
    """

    rule: str
    through: str | None = None
    owner_kinds: tuple[str, ...] = ()
    owner_countries: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Escalation:
    """The harder action, so many months after the house began to act on the company."""

    after_months: int
    action: str


@dataclass(frozen=True)
class Exemption:
    """An exception to a clause: which company, why, and the first day on which it no longer applies."""

    entity: str
    reason: str
    expires: date


@dataclass(frozen=True)
class Clause:
    """One rule of the house (see the module).

    Attributes:
        says: what the policy says, in one sentence.
        action: exclude, engage, watch or report.
        kinds: designation, allegation or both.
        relations: which of the four relations count.
        lists: list ids; none = every official list.
        effects: effects of lists; none = every effect.
        categories: categories of allegations; none = every category.
        funds: ``looked_through``: what is seen inside funds counts; ``covered``: a fund that cannot be seen into
            is undecided as well; ``direct``: only what is held directly.
        minimum_value: of the issuer in the whole portfolio, in its currency.
        minimum_share: the same as a fraction of the portfolio.
    """

    id: str
    says: str
    action: str
    kinds: tuple[str, ...] = ("designation",)
    relations: tuple[str, ...] = ("listed", "reached")
    lists: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    funds: str = "looked_through"
    minimum_value: float = 0.0
    minimum_share: float = 0.0
    ownership: Ownership | None = None
    escalation: Escalation | None = None
    exceptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True)
class Policy:
    """A house policy.

    Attributes:
        name: its name.
        source: where it was published.
        clauses: in the order in which they are read.
        begun: when the house began to act on a company, by entity id: from there escalation counts.

    Examples:
        >>> policy = ex.load_policy("us_investment_ban")
        >>> policy.clauses[0].action
        'exclude'
    """

    name: str
    source: str
    clauses: tuple[Clause, ...]
    url: str | None = None
    published_on: date | None = None
    note: str | None = None
    begun: Mapping[str, date] | None = None


# What a word may be, by key: anything else is a slip of the pen and is refused.
WORDS: dict[str, tuple[str, ...]] = {
    "action": ACTIONS,
    "kinds": tuple(KINDS),
    "relations": tuple(RELATIONS),
    "effects": tuple(EFFECTS),
    "funds": FUNDS,
}


def shipped() -> tuple[str, ...]:
    """Names of the policies that come with the package."""
    folder = resources.files("exposure").joinpath("policies")
    return tuple(sorted(f.name.removesuffix(SUFFIX) for f in folder.iterdir() if f.name.endswith(SUFFIX)))


def load_policy(source: str | Path) -> Policy:
    """Read a policy.

    Args:
        source: a TOML file, or the name of one of ``shipped()``.

    Raises:
        UsageError: there is no such file, or something in it is wrong; the message names file, clause and key.

    Examples:
        >>> ex.load_policy("us_investment_ban").name
        'US investment ban (NS-CMIC), named companies only'
    """
    if isinstance(source, str) and source in shipped():
        text = resources.files("exposure").joinpath("policies", source + SUFFIX).read_text("utf-8")
        return _policy(source + SUFFIX, _toml(source + SUFFIX, text))
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"There is no policy file {path}; policies that come along are {', '.join(shipped())}.")
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text in UTF-8, so no policy could be read from it.") from error
    return _policy(path.name, _toml(path.name, text))


def _toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {error}.") from error


def _policy(file: str, data: dict[str, Any]) -> Policy:
    given = dict(data)
    tables = given.pop("clause", [])
    if not isinstance(tables, list) or not tables:
        raise UsageError(f"{file}: a policy needs at least one [[clause]].")
    clauses = tuple(_clause(file, number, table) for number, table in enumerate(tables, 1))
    ids = [clause.id for clause in clauses]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise UsageError(f"{file}, clause “{twice[0]}”, id: two clauses have it; give each its own.")
    policy: Policy = _made(Policy, file, "the policy", {**given, "clauses": clauses})
    for entity, day in (policy.begun or {}).items():
        _checked(file, "the policy", f"begun.{entity}", day, "date")
    return policy


def _clause(file: str, number: int, table: Any) -> Clause:
    if not isinstance(table, dict):
        raise UsageError(f"{file}, clause {number}: write it as a table, [[clause]].")
    where = f"clause “{table['id']}”" if "id" in table else f"clause {number}"
    given = dict(table)
    if "ownership" in given:
        given["ownership"] = _made(Ownership, file, where, given["ownership"], "ownership.")
    if "escalation" in given:
        given["escalation"] = _made(Escalation, file, where, given["escalation"], "escalation.")
    exceptions = given.pop("exception", [])
    if not isinstance(exceptions, list):
        raise UsageError(f"{file}, {where}, exception: write each as a table, [[clause.exception]].")
    made = tuple(_made(Exemption, file, where, e, "exception.") for e in exceptions)
    clause: Clause = _made(Clause, file, where, {**given, "exceptions": made})
    if clause.ownership and not (clause.lists or clause.effects or _has_owners(clause.ownership)):
        raise UsageError(f"{file}, {where}, ownership: say whose: owner_kinds, owners, or lists of the clause.")
    return clause


def _has_owners(ownership: Ownership) -> bool:
    return bool(ownership.owner_kinds or ownership.owners)


def _made(kind: Any, file: str, where: str, given: Any, prefix: str = "") -> Any:
    """Make one of the dataclasses of a table; unknown, missing and ill-typed keys are refused by name."""
    if not isinstance(given, dict):
        raise UsageError(f"{file}, {where}, {prefix.rstrip('.')}: must be a table.")
    known = {f.name: f for f in fields(kind)}
    for key in given:
        if key not in known:
            raise UsageError(f"{file}, {where}: there is no key “{prefix}{key}”; there are {', '.join(known)}.")
    for name, field in known.items():
        if name not in given and field.default is MISSING:
            raise UsageError(f"{file}, {where}: the key “{prefix}{name}” is missing.")
    typed = {key: _checked(file, where, prefix + key, v, str(known[key].type)) for key, v in given.items()}
    return kind(**typed)


def _checked(file: str, where: str, key: str, value: Any, wanted: str) -> Any:
    """Check one value against the type its dataclass declares, and against the words allowed."""
    if wanted == "tuple[str, ...]" and isinstance(value, list) and all(isinstance(v, str) for v in value):
        value = tuple(value)
    name = wanted.removesuffix(" | None")
    word = {"str": "text", "int": "a whole number", "float": "a number", "date": "a date, 2027-06-30"}
    fits = {
        "str": isinstance(value, str) and bool(str(value).strip()),
        "int": isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "float": isinstance(value, int | float) and not isinstance(value, bool) and value >= 0,
        "date": type(value) is date,
        "tuple[str, ...]": isinstance(value, tuple),
        "Mapping[str, date]": isinstance(value, dict),
    }
    if not fits.get(name, True):
        raise UsageError(f"{file}, {where}, {key}: {value!r} is not {word.get(name, 'a list of texts')}.")
    allowed = WORDS.get(key.rsplit(".", 1)[-1])
    for item in value if isinstance(value, tuple) else (value,):
        if allowed and item not in allowed:
            raise UsageError(
                f"{file}, {where}, {key}: “{item}” is unknown; it must be one of {', '.join(allowed)}."
            )
    return value
