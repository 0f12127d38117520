"""Stakes turned into three answers that are never mixed: integrated shares, a rule's reach, and the chains."""

from exposure.ownership.chains import Chain, strongest, strongest_between
from exposure.ownership.graph import Graph, build
from exposure.ownership.integrate import Above, integrated, integrated_above
from exposure.ownership.rules import Rule, proof, reached, rule_in_force

__all__ = [
    "Above",
    "Chain",
    "Graph",
    "Rule",
    "build",
    "integrated",
    "integrated_above",
    "proof",
    "reached",
    "rule_in_force",
    "strongest",
    "strongest_between",
]
