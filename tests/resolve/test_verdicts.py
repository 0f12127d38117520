"""Decisions left open or taken back: the question is as if nobody had answered it, the ledger remembers both."""

from exposure.resolve.judgements import Judgements

SAID = {"by": "A. Trustee", "at": "2026-11-22", "why": "read the report"}


def entities(ledger):
    return sorted(ledger.decided().select("key", "entity_id").rows())


def test_a_decision_taken_back_or_doubted_later_decides_nothing():
    for verdict in ("withdrawn", "unsure"):
        ledger = Judgements.empty().add("HIKVISION", "hikvision", same=True, **SAID)
        ledger = ledger.add("Hikvision", "hikvision", verdict=verdict, **SAID)
        assert entities(ledger) == []
        assert ledger.frame.height == 2
        assert entities(ledger.add("HIKVISION", "hikvision", same=False, **SAID)) == [("hikvision", "hikvision")]


def test_taking_one_decision_back_leaves_another_name_s_own_one():
    ledger = Judgements.empty().add("HIKV", "HIK VISION", same=True, object_kind="name", **SAID)
    ledger = ledger.add("HIKV", "hikvision", same=True, **SAID).add("HIK VISION", "hikvision", same=True, **SAID)
    ledger = ledger.add("HIKV", "hikvision", verdict="withdrawn", **SAID)
    assert entities(ledger) == [("hik vision", "hikvision"), ("hikv", "hikvision")]  # carried on from the other
    assert entities(ledger.add("HIK VISION", "hikvision", verdict="withdrawn", **SAID)) == []
