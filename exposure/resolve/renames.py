"""Companies that changed their name: a name of then and a name of now mean one company.

``renames.csv`` holds changes of the legal name of large listed companies, as anybody can look them up. They are
public knowledge for which no source was recorded here. So they let two lists be matched, and never decide which
company a holding is: that is for identifiers, for the sourced names of the reference data, and for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl

from exposure.resolve.words import keyed

#: A score under another name counts for less: someone else may have taken the name since, or shares were exchanged
#: for new ones. Of pairs of published names that are the same but for a rename, one in ten was of two securities.
CERTAINTY = 0.9
#: Below this the other name does not say the same.
SAME = 0.8


@dataclass(frozen=True)
class Renames:
    """The names by company.

    Attributes:
        names: ``core, company, name``: one row for each name a company had; ``core`` is the name without its legal
            form, as the comparison sees it.
        keys: the columns of :func:`keyed` for each of these names.
    """

    names: pl.DataFrame
    keys: pl.DataFrame

    def others(self, cores: pl.Series) -> pl.DataFrame:
        """The other names of the companies that had some of these.

        Args:
            cores: distinct names without their legal forms.

        Returns:
            ``core, name``: one row for each other name.
        """
        asked = cores.alias("core").to_frame().join(self.names.select("core", "company").unique(), on="core")
        return (
            asked.join(self.names, on="company", suffix="_other")
            .filter(pl.col("core") != pl.col("core_other"))
            .select("core", "name")
            .unique()
            .sort("core", "name")
        )


@cache
def renames() -> Renames:
    """Read ``renames.csv`` once; changes that follow one another belong to one company.

    Examples:
        >>> from exposure.resolve.renames import renames
        >>> renames().others(pl.Series(["google"]))["name"].to_list()
        ['Alphabet Inc']
    """
    text = resources.files("exposure.resolve").joinpath("renames.csv").read_bytes()
    table = pl.read_csv(text)
    keys = keyed(pl.concat([table["former"], table["current"]]).unique(maintain_order=True))
    core = dict(keys.select("name", "core").iter_rows())
    became: dict[str, str] = {}

    def last(name: str) -> str:
        while name in became:
            name = became[name]
        return name

    for former, current in table.select("former", "current").iter_rows():
        old, new = last(core[former]), last(core[current])
        if old != new:
            became[old] = new
    owner = pl.DataFrame({"core": list({*core.values()})}).with_columns(
        company=pl.col("core").map_elements(last, return_dtype=pl.String)
    )
    return Renames(keys.join(owner, on="core", how="left").select("core", "company", "name"), keys)
