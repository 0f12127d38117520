"""Reading portfolios: any published holdings file -> ``schema.Holdings``, with an account of how it was read."""

from .ask import OpenQuestion, Option
from .read import read_holdings
from .report import Holdings, ReadReport

__all__ = ["Holdings", "OpenQuestion", "Option", "ReadReport", "read_holdings"]
