"""Stakes turned into three answers that are never mixed: integrated shares, a rule's reach, and the chains."""

from exposure.ownership.chains import Chain, strongest
from exposure.ownership.graph import Graph, build
from exposure.ownership.integrate import integrated
from exposure.ownership.rules import Rule, reached, rule_in_force

__all__ = ["Chain", "Graph", "Rule", "build", "integrated", "reached", "rule_in_force", "strongest"]
