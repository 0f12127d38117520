"""The export in FollowTheMoney's terms, read back by that package where it is installed."""

import json

import pytest

from exposure import Universe


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("ftm") / "universe.ftm.json"
    Universe.load().to_followthemoney(path)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def by_id(exported):
    return {e["id"]: e for e in exported}


def test_every_entity_stake_and_valid_isin_is_exported(exported):
    history = Universe.load().history
    counts = {}
    for entity in exported:
        counts[entity["schema"]] = counts.get(entity["schema"], 0) + 1
    parties = sum(counts[s] for s in ("Company", "PublicBody", "Organization", "Person") if s in counts)
    assert parties == history["entities"].height
    assert counts["Ownership"] + counts["UnknownLink"] == history["stakes"].height
    isins = history["identifiers"].filter(scheme="isin", valid=True)
    assert counts["Security"] == isins.height
    assert len(by_id(exported)) == len(exported)


def test_cethik_holds_its_share_of_hikvision(exported):
    stakes = [
        e["properties"]
        for e in exported
        if e["schema"] == "Ownership"
        and e["properties"]["owner"] == ["entity-cethik"]
        and e["properties"]["asset"] == ["entity-hikvision"]
    ]
    assert ["36.4808"] in [s["percentage"] for s in stakes]


def test_bills_calls_and_investors_are_no_sanctions(exported):
    programs = {e["properties"]["program"][0] for e in exported if e["schema"] == "Sanction"}
    assert not any("bill" in p.lower() or "call" in p.lower() or "Norges" in p for p in programs)


def test_the_package_reads_and_validates_it(exported):
    model = pytest.importorskip("followthemoney", reason="followthemoney is not installed").model
    known = set(by_id(exported))
    for entity in exported:
        proxy = model.get_proxy(entity, cleaned=False)
        proxy.schema.validate(entity)
        dropped = {n for n in entity["properties"] if not proxy.get(n, quiet=True)}
        assert not dropped, (entity["id"], dropped)
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                assert value in known
