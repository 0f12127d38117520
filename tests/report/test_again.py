"""``exposure verify`` for what was made with more than a file: each input is asked for, and then it is equal.

Every artefact here is written through the library, where anything can be handed in as a table or a mapping, and
verified on the command line from files that say the same.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from calling import run

import exposure as ex
from exposure.given import read_judgements
from exposure.score import load_weights
from exposure.universe.variants import with_rule, without_lists
from exposure.whatif import recount

HOLDINGS = """Name,ISIN,Market Value (GBP),Asset Class
HIKVISION 'A',CNE100000PM8,1000,Equity
Quite Ordinary Bakeries,,500,Equity
World Fund,,300,Fund
CHINA TELECOM 'H',,400,Equity
"""
INSIDE = "Name,ISIN,Market Value (USD)\nHikvision,CNE100000PM8,5\nNestle SA,CH0038863350,95\n"
LISTING = {"list": "ours", "company": "Nestle SA", "since": "2024-01-01"}
LIST = {"list_id": "ours", "name": "Our own list", "effect": "investment"}
DECISION = {"name": "CHINA TELECOM 'H'", "company": "china_telecom", "same": True, "by": "A. Trustee",
            "at": "2026-01-05T10:00:00", "why": "the H share"}  # fmt: skip


@pytest.fixture
def fund(tmp_path: Path) -> Path:
    path = tmp_path / "fund.csv"
    path.write_text(HOLDINGS, "utf-8")
    return path


@dataclass(frozen=True)
class Case:
    """An artefact's own arguments, the files that say the same, and the words that ask for them."""

    arguments: dict[str, Any]
    options: tuple[Any, ...]
    asked: str
    other: str  # what is said when a file says something else


def case(kind: str, place: Path) -> Case:
    """One way in which a screen is given more than a file."""
    if kind == "judgements":
        path = place / "decisions.csv"
        path.write_text(str(read_judgements([DECISION], ex.Universe.load()).to_csv()), "utf-8")
        return Case({"judgements": [DECISION]}, ("--judgements", path), "--judgements", "Decisions on names")
    if kind == "rates":
        path = place / "rates.csv"
        path.write_text("currency,rate\nGBP,1.25\n", "utf-8")
        return Case({"rates": {"GBP": 1.25}, "in_currency": "USD"}, ("--rates", path), "--rates", "Exchange rates")
    if kind == "prices":
        path = place / "prices.csv"
        path.write_text("isin,price,currency\nCNE100000PM8,12.5,GBP\n", "utf-8")
        given = {"CNE100000PM8": (12.5, "GBP")}
        return Case({"prices": given}, ("--prices", path), "--prices", "Prices given")
    if kind == "market_caps":
        path = place / "caps.csv"
        path.write_text("entity_id,market_cap,currency\nhikvision,300000000,GBP\n", "utf-8")
        given = {"hikvision": (300_000_000.0, "GBP")}
        return Case({"market_caps": given}, ("--market-caps", path), "--market-caps", "Sizes of companies")
    if kind == "shares_outstanding":
        path = place / "shares.csv"
        path.write_text("entity_id,shares_outstanding\nhikvision,9000000\n", "utf-8")
        given = {"hikvision": 9_000_000.0}
        return Case(
            {"shares_outstanding": given}, ("--shares-outstanding", path), "--shares-outstanding", "Sizes of comp"
        )
    if kind == "weights":
        path = place / "weights.toml"
        changed = {"effect.procurement": 0.15}
        tables = {name: dict(getattr(load_weights(), name)) for name in ("effect", "accuser", "relation")}
        tables["effect"]["procurement"] = 0.15
        text = "".join(
            f"[{name}]\n" + "".join(f'"{key}" = {value!r}\n' for key, value in table.items())
            for name, table in tables.items()
        )
        path.write_text(text, "utf-8")
        return Case({"weights": changed}, ("--weights", path), "--weights", "Weights of the score")
    if kind == "policy":
        path = place / "house.toml"
        path.write_text((place / "campaign.toml").read_text("utf-8"), "utf-8")
        return Case({"policy": str(path)}, ("--policy", path), "--policy", "House policy")
    if kind == "funds":
        (place / "funds").mkdir()
        (place / "funds/World Fund.csv").write_text(INSIDE, "utf-8")
        given = place / "funds"
        return Case({"funds": given}, ("--funds", given), "--funds", "Funds looked into")
    if kind == "funds by line":
        (place / "inside").mkdir()
        (place / "inside/any name.csv").write_text(INSIDE, "utf-8")
        given = {"World Fund": place / "inside/any name.csv"}
        return Case(
            {"funds": given}, ("--funds", place / "inside"), "--funds", "does not hold the file of the fund"
        )
    if kind == "proxy":
        (place / "inside").mkdir()
        (place / "inside/index.csv").write_text(INSIDE, "utf-8")
        proxy = {"World Fund": ex.Proxy(place / "inside/index.csv")}
        return Case(
            {"funds": proxy}, ("--funds", place / "inside"), "--funds", "does not hold the file of the fund"
        )
    if kind == "own rows":
        (place / "lists.csv").write_text("list_id,name,effect\nours,Our own list,investment\n", "utf-8")
        (place / "listings.csv").write_text("list,company,since\nours,Nestle SA,2024-01-01\n", "utf-8")
        universe = ex.Universe.load().with_(lists=LIST, listings=[LISTING], source="Our board, 3 May 2026")
        options = ("--own", f"lists={place / 'lists.csv'}", "--own", f"listings={place / 'listings.csv'}")
        return Case(
            {"universe": universe}, (*options, "--own-source", "Our board, 3 May 2026"), "--own", "Reference data"
        )
    if kind == "own stakes":
        (place / "stakes.csv").write_text("owner,owned,share\nhikvision,Nestle SA,0.51\n", "utf-8")
        row = {"owner": "hikvision", "owned": "Nestle SA", "share": 0.51}
        universe = ex.Universe.load().with_(stakes=row)
        return Case({"universe": universe}, ("--own", f"stakes={place / 'stakes.csv'}"), "--own", "Reference data")
    raise AssertionError(kind)


KINDS = [
    "judgements", "rates", "prices", "market_caps", "shares_outstanding", "weights", "policy", "funds",
    "funds by line", "proxy", "own rows", "own stakes",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_input_is_asked_for_and_then_it_is_equal(fund: Path, tmp_path: Path, root: Path, kind: str) -> None:
    shutil.copy(next(root.glob("exposure/**/campaign.toml")), tmp_path)
    one = case(kind, tmp_path)
    artefact = tmp_path / "report.html"
    ex.screen(fund, **one.arguments).to_html(artefact)
    missing = run("verify", artefact, fund)
    assert missing.exit_code == 2, missing.output
    assert one.asked in missing.stderr
    assert len(missing.stderr.strip().splitlines()) == 1
    given = run("verify", artefact, fund, *one.options)
    assert given.exit_code == 0, given.output
    changed = [part.partition("=")[2] or part for part in map(str, one.options) if "/" in part][-1]
    path = Path(changed) if Path(changed).is_file() else next(Path(changed).iterdir())
    path.write_text(other(path.read_text("utf-8")), "utf-8")
    differs = run("verify", artefact, fund, *one.options)
    assert differs.exit_code in (1, 2)
    assert one.other in differs.output
    assert "is equal" not in differs.output


def other(text: str) -> str:
    """The same file saying something else."""
    for old, new in (
        ("12.5", "13"), ("1.25", "1.5"), ("0.15", "0.25"), ("0.51", "0.61"), ("2024-01-01", "2023-01-01"),
        ("300000000", "1"), ("9000000", "1"), (",95", ",96"), ("the H share", "a guess"), ("minimum", "# minimum"),
        ("exclude", "watch"),
    ):  # fmt: skip
        if old in text:
            return text.replace(old, new)
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("kind", "ending"), [("judgements", "pdf"), ("funds", "pdf"), ("own rows", "xlsx"), ("policy", "xlsx")]
)
def test_the_other_artefacts_are_verified_alike(
    fund: Path, tmp_path: Path, root: Path, kind: str, ending: str
) -> None:
    shutil.copy(next(root.glob("exposure/**/campaign.toml")), tmp_path)
    one = case(kind, tmp_path)
    artefact, result = tmp_path / f"report.{ending}", ex.screen(fund, **one.arguments)
    result.to_pdf(artefact, redact="names") if ending == "pdf" else result.to_excel(artefact, redact="percent")
    assert run("verify", artefact, fund).exit_code == 2
    assert run("verify", artefact, fund, *one.options).exit_code == 0


def test_a_what_if_is_verified_from_the_file_alone(fund: Path, tmp_path: Path) -> None:
    """Lists left out, another rule and another day are told by the manifest in words."""
    known = without_lists(ex.Universe.load(as_of="2025-01-31"), ["us_ndaa_889"])
    changed = recount(ex.screen(fund), with_rule(known, "25 % or more"))
    artefact = tmp_path / "whatif.html"
    changed.to_html(artefact)
    done = run("verify", artefact, fund)
    assert done.exit_code == 0, done.output


def test_files_are_put_in_the_order_of_before(fund: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.csv"
    second.write_text("Name,Market Value (GBP)\nZTE Corp,50\n", "utf-8")
    artefact = tmp_path / "both.html"
    ex.screen([fund, second]).to_html(artefact)
    assert run("verify", artefact, second, fund).exit_code == 0
    alone = run("verify", artefact, fund)
    assert alone.exit_code == 1
    assert "second.csv" in alone.stdout


def test_how_a_file_was_read_is_told_or_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "zwei.csv"
    path.write_text("Titel 2,Kurswert,Nennwert\nHikvision,10.5,7.5\nNestle SA,90.5,80.5\n", "utf-8")
    reading = {"columns": {"name": "Titel 2", "value": "Kurswert"}}
    options = ("--column", "name=Titel 2", "--column", "value=Kurswert")
    told, withheld, before = (tmp_path / f"{name}.html" for name in ("told", "withheld", "before"))
    ex.screen(path, **reading).to_html(told)
    assert run("verify", told, path).exit_code == 0
    ex.screen(path, **reading).to_html(withheld, redact="names")  # a column's name may be the fund's
    asked = run("verify", withheld, path)
    assert asked.exit_code == 2
    assert "--column" in asked.stderr
    assert "Kurswert" not in withheld.read_text("utf-8")
    assert run("verify", withheld, path, *options).exit_code == 0
    ex.screen(ex.read_holdings(path, **reading)).to_html(before)  # read first, as in the dashboard
    assert run("verify", before, path, *options).exit_code == 0


def test_other_reference_data_can_be_handed_in(fund: Path, tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for path in (root / "datasets").glob("*.csv"):
        shutil.copy(path, folder)
    entities = folder / "entities.csv"
    entities.write_text(entities.read_text("utf-8").replace("Nestle S.A.", "Nestlé Society"), "utf-8")
    artefact = tmp_path / "report.html"
    ex.screen(fund, universe=ex.Universe.load(folder=folder)).to_html(artefact)
    without = run("verify", artefact, fund)
    assert without.exit_code == 1
    assert "Reference data" in without.stdout
    assert run("verify", artefact, fund, "--data", folder).exit_code == 0


@pytest.mark.parametrize("redact", ["full", "names"])
def test_what_was_no_file_cannot_be_computed_again_and_says_so(fund: Path, tmp_path: Path, redact: str) -> None:
    table, inside = tmp_path / "table.html", tmp_path / "inside.html"
    ex.screen(pl.read_csv(fund)).to_html(table)
    done = run("verify", table, fund)
    assert done.exit_code == 2
    assert "as a table" in done.stderr
    frame = pl.read_csv(INSIDE.encode())
    ex.screen(fund, funds={"World Fund": frame}).to_html(inside, redact=redact)
    (tmp_path / "funds").mkdir()
    done = run("verify", inside, fund, "--funds", tmp_path / "funds")
    assert done.exit_code == 2
    assert ("line by line" if redact == "names" else "the fund World Fund were handed in as a table") in done.stderr
    twice = ex.Universe.load().with_(lists=LIST).with_(listings=LISTING)
    ex.screen(fund, universe=twice).to_html(inside)
    done = run("verify", inside, fund, "--own", f"listings={fund}")
    assert done.exit_code == 2
    assert "added in 2 steps" in done.stderr


@pytest.mark.parametrize("text", ["listings", "=x.csv", "listings="])
def test_own_rows_that_are_no_pair_are_wrong_usage(fund: Path, tmp_path: Path, text: str) -> None:
    artefact = tmp_path / "report.html"
    ex.screen(fund).to_html(artefact)
    assert run("verify", artefact, fund, "--own", text).exit_code == 2
    done = run("verify", artefact, fund, "--own", f"listings={tmp_path / 'none.csv'}")
    assert done.exit_code == 1
    assert "none.csv" in done.stderr
