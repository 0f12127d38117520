"""What is known about entities: the bundled tables at a date, and the checks on them."""

from exposure.universe.bundle import Universe, load_tables
from exposure.universe.check import check_tables
from exposure.universe.faults import Problem

__all__ = ["Problem", "Universe", "check_tables", "load_tables"]
