"""The reason of a match reaches the machine-readable output, whichever way the company was found."""

import json

import polars as pl
from click.testing import CliRunner

from exposure.cli import main


def test_screen_json_carries_the_reason_of_every_exposure(tmp_path):
    path = tmp_path / "fund.csv"
    path.write_text(
        "Name,ISIN,Market Value (GBP)\n"
        "HANGZHOU HIKVISION DIGITAL TECHNOL,CNE100000PM8,1000\n"
        "ZHEJIANG DAHUA TECH-A,,500\n"
        "CHINA COMMUNICATIONS CONST H COMMON STOCK CNY1.,,250\n",
        "utf-8",
    )
    result = CliRunner().invoke(main, ["screen", str(path), "--json"])
    assert result.exit_code == 0, result.output
    matches = {e["name"]: e["match"] for e in json.loads(result.stdout)["exposures"]}
    assert len(matches) == 3
    assert all(m["reason"] and m["method"] and 0 < m["score"] <= 1 for m in matches.values())
    assert "ISIN CNE100000PM8" in matches["HANGZHOU HIKVISION DIGITAL TECHNOL"]["reason"]
    assert "Zhejiang Dahua Technology" in matches["ZHEJIANG DAHUA TECH-A"]["reason"]


def test_every_number_of_a_company_means_it_whatever_the_security(index, resolve):
    """Shares, depositary receipts, bonds and numbers of earlier names: each is the company's, none is doubtful."""
    isins = index.identifiers.filter(pl.col("scheme") == "isin")
    owners = isins.group_by("value").agg(pl.col("entity_id").n_unique().alias("owners"))
    single = isins.join(owners.filter(pl.col("owners") == 1), on="value", how="semi")
    most = single.group_by("entity_id").len().sort(["len", "entity_id"], descending=[True, False]).head(5)
    asked = single.join(most, on="entity_id", how="semi").sort("entity_id", "value")
    assert asked.height > 40
    found = resolve(*({"isin": value} for value in asked["value"]))
    assert found["entity_id"].to_list() == asked["entity_id"].to_list()
    assert found["band"].unique().to_list() == ["accept"]
