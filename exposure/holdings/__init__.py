"""Reading portfolios: any published holdings file -> ``schema.Holdings``, with an account of how it was read."""

from .read import read_holdings
from .report import Holdings, ReadReport

__all__ = ["Holdings", "ReadReport", "read_holdings"]
