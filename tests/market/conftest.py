"""Every test of this folder keeps its data in its own folder, waits for nothing and reaches no network."""

import pytest
from yfinance.data import YfData

from exposure.market import yahoo
from exposure.market.gate import Gate

from .payloads import World


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPOSURE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("EXPOSURE_MARKET", raising=False)
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def gate(monkeypatch):
    new = Gate(pace=0.0)
    monkeypatch.setattr(yahoo, "GATE", new)
    monkeypatch.setattr(yahoo, "_ours", {})
    return new


@pytest.fixture
def world(monkeypatch):
    """A stand-in for Yahoo, at the methods of the library that go to the network."""
    new = World()
    monkeypatch.setattr(YfData, "get_raw_json", lambda *a, **k: new.get_raw_json(*a, **k))
    monkeypatch.setattr(YfData, "get", lambda *a, **k: new.get(*a, **k))
    monkeypatch.setattr(YfData, "cache_get", _Uncached(new))
    return new


class _Uncached:
    def __init__(self, world):
        self.world = world

    def __get__(self, data, owner):
        return self.bound(data) if data is not None else self

    def bound(self, data):
        return lambda url, params=None, timeout=30: self.world.get(data, url, params, timeout)

    def cache_clear(self):
        pass
