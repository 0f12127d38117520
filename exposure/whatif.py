"""The same lines counted otherwise: other lists, another ownership rule, another date, other weights.

Nothing is read, matched or looked through again: a finished screening's lines meet other knowledge. The result
equals, frame by frame, a screening made with that knowledge from the start (tested).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from exposure.counting import count, unknown_notes
from exposure.errors import UsageError
from exposure.marks import mark
from exposure.results import Results
from exposure.score import Weights
from exposure.sensitivity import reopened
from exposure.universe.bundle import Universe

R = TypeVar("R", bound=Results)


def recount(results: R, universe: Universe | None = None, weights: Weights | None = None) -> R:
    """Count a finished screening again.

    Args:
        results: a screening.
        universe: what is known instead: the same entities and names at another date, with lists left out, or
            with another ownership rule (``exposure.universe.variants``).
        weights: the score's weights instead.

    Returns:
        A screening of the same lines. What a policy said is left out: it must be asked again.
    """
    known, scale = universe or results.universe, weights or results.weights
    counted = count(reopened(results.lines), known, scale, results.as_of.holdings)
    inputs = len(results.warnings) - len(unknown_notes(results.exposures, results.lines))  # those stay
    notes = unknown_notes(counted.exposures, counted.lines)
    told: dict[str, object] = {"as_of": known.as_of.isoformat(), "sha256": known.fingerprint}
    told |= {"changes": list(known.changes)} if known.changes else {}
    return replace(
        results,
        as_of=replace(results.as_of, lists=known.as_of, stakes=known.as_of),
        **counted.fields(),
        warnings=(*results.warnings[:inputs], *notes),
        manifest=results.manifest | {"universe": told, "weights": mark(scale), "policy": None},
        breaches=None,
    )


def with_weights(weights: Weights, changes: Mapping[str, float]) -> Weights:
    """Weights with some of them changed.

    Args:
        weights: the ones to start from.
        changes: ``effect.investment`` → a weight between 0 and 1, and so on.

    Raises:
        UsageError: there is no such weight, or it does not lie between 0 and 1.
    """
    tables = {name: dict(getattr(weights, name)) for name in ("effect", "accuser", "relation")}
    for key, weight in changes.items():
        table, _, name = key.partition(".")
        if name not in tables.get(table, {}):
            raise UsageError(f"There is no weight “{key}” to change.")
        tables[table][name] = weight
    return Weights(**tables)
