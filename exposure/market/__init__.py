"""Market data from Yahoo Finance, an optional extra (``pip install 'exposure[market]'``), off until agreed to.

They answer how much of a company a portfolio owns, what a foreign value is worth and what a fund holds at the top.
They never decide who a company is, and never stand for a fund's own report.
"""

from exposure.market.consent import STATEMENT, ConsentNeeded, ask
from exposure.market.service import Market
from exposure.market.symbols import company_symbols, symbol, symbols
from exposure.market.uses import owners_part, valued

__all__ = [
    "STATEMENT",
    "ConsentNeeded",
    "Market",
    "ask",
    "company_symbols",
    "owners_part",
    "symbol",
    "symbols",
    "valued",
]
