"""exposure: through which companies does a portfolio reach one on an official list, or an accused one?

Screen a holdings file, a pandas or polars frame, and look at what was found:

>>> import exposure as ex
>>> screening = ex.screen(ex.example("pension"))  # or "my-fund.xlsx"
>>> screening.headline.companies
7

In a notebook ``screening`` shows itself: headline, how much could be identified, the largest exposures.
``screening.exposures``, ``.coverage``, ``.unchecked()`` are polars frames, ``screening.to_pandas()`` is for pandas,
``screening.charts.by_list()`` is a chart, ``screening.to_html("out.html")`` a page to hand on.

=====================  ================================================================================
read and screen        ``screen``, ``screen_many``, ``read_holdings``, ``example``, ``Proxy`` (stand-in funds)
put side by side       ``compare`` (two dates), ``league`` (many portfolios), ``sensitivity`` (other weights)
what is known          ``Universe`` (companies, stakes, lists; ``.with_(...)`` adds yours), ``company``, ``chains``
what you decide        ``Weights`` and ``weights=``, ``Judgements`` and ``judgements=``, ``policy=``
parts by themselves    ``resolve`` (match names), ``ownership`` (stakes to integrated shares and rules)
what goes wrong        ``errors`` (every message says what, where and what to do)
=====================  ================================================================================

Shares are fractions, money is in the currency named beside it, a null is not known and never zero.
"""

from exposure import errors, ownership, resolve
from exposure.api import Screening, example, package_version, screen
from exposure.batch import Batch, screen_many
from exposure.charts import league
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
from exposure.lookups import chains, company
from exposure.policy import Policy, load_policy
from exposure.resolve.judgements import Judgements
from exposure.score import Weights
from exposure.sensitivity import sensitivity
from exposure.universe.bundle import Universe, datasets_folder
from exposure.views import Comparison, compare

__version__ = package_version()
data_folder = datasets_folder

#: What a person begins with: ``ex.`` completes to these.
BEGIN = [
    "Judgements",
    "Proxy",
    "Universe",
    "Weights",
    "chains",
    "company",
    "compare",
    "errors",
    "example",
    "league",
    "ownership",
    "read_holdings",
    "resolve",
    "screen",
    "screen_many",
    "sensitivity",
]

#: Every public name: those, the classes that functions return, the errors.
__all__ = [
    "AmbiguousFile",
    "Batch",
    "Comparison",
    "ExposureError",
    "Holdings",
    "InputError",
    "Judgements",
    "LimitExceeded",
    "NoHoldings",
    "Policy",
    "Proxy",
    "Screening",
    "Universe",
    "UniverseError",
    "UnreadableFile",
    "UsageError",
    "Weights",
    "chains",
    "company",
    "compare",
    "data_folder",
    "errors",
    "example",
    "league",
    "load_policy",
    "ownership",
    "read_holdings",
    "resolve",
    "screen",
    "screen_many",
    "sensitivity",
]


def __dir__() -> list[str]:
    return BEGIN
