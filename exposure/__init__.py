"""exposure: through which companies does a portfolio reach a sanctioned or accused one, and on what evidence.

>>> import exposure as ex
>>> screening = ex.screen("fund.xlsx")  # doctest: +SKIP
"""

from exposure import ownership, resolve
from exposure.api import Screening, chains, example, package_version, screen
from exposure.compare import Comparison, compare
from exposure.errors import (
    AmbiguousFile,
    ExposureError,
    InputError,
    LimitExceeded,
    NoHoldings,
    UniverseError,
    UnreadableFile,
    UsageError,
)
from exposure.funds import Proxy
from exposure.holdings import Holdings, read_holdings
from exposure.policy import Policy, load_policy
from exposure.sensitivity import sensitivity
from exposure.universe.bundle import Universe, datasets_folder

__version__ = package_version()
data_folder = datasets_folder

__all__ = [
    "AmbiguousFile",
    "Comparison",
    "ExposureError",
    "Holdings",
    "InputError",
    "LimitExceeded",
    "NoHoldings",
    "Policy",
    "Proxy",
    "Screening",
    "Universe",
    "UniverseError",
    "UnreadableFile",
    "UsageError",
    "chains",
    "compare",
    "data_folder",
    "example",
    "load_policy",
    "ownership",
    "read_holdings",
    "resolve",
    "screen",
    "sensitivity",
]
