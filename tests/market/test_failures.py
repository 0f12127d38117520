"""What goes wrong on the way, against a local server in place of Yahoo: each failure ends in "unknown, because".

The requests are real ones of the library's own client; only their host is turned to 127.0.0.1.
"""

import datetime as dt
import http.server
import json
import threading
from urllib.parse import urlsplit

import curl_cffi.requests
import pytest
from yfinance.data import YfData

from exposure import market
from exposure.market import yahoo
from exposure.market.gate import LIMITED, SILENT, SPENT, Gate

from .payloads import chart

DAY = dt.date(2020, 1, 3)
GOOD = json.dumps(chart([(DAY, 100.0)]))
SYMBOLS = ["EXA", "EXB", "EXC", "EXD", "EXE", "EXF"]


class Server:
    """A server that answers every request in one way and counts those for data."""

    def __init__(self):
        self.status, self.body, self.asked, self.wait = 200, GOOD, [], threading.Event()
        self.wait.set()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                owner.asked.append(self.path)
                owner.wait.wait(10)
                try:
                    body = owner.body.encode()
                    self.send_response(owner.status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    pass  # the client gave up waiting, which is what some tests are about

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def data(self):
        return [path for path in self.asked if "/v8/finance/chart" in path]

    def close(self):
        self.wait.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    new = Server()
    plain = curl_cffi.requests.Session.request

    def request(self, method, url, *args, **kwargs):
        parts = urlsplit(url)
        turned = f"{new.address}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        return plain(self, method, turned, *args, **kwargs)

    monkeypatch.setattr(curl_cffi.requests.Session, "request", request)
    YfData.cache_get.cache_clear()
    yield new
    new.close()


def notes(symbols=SYMBOLS, **more):
    return market.Market(consent=True, **more).prices(symbols, DAY)["note"].to_list()


def test_the_stand_in_answers_like_the_real_one(server):
    found = market.Market(consent=True).prices(["EXA"], DAY).row(0, named=True)
    assert (found["price"], found["as_of"], found["note"]) == (100.0, DAY, None)


def test_a_rate_limit_stops_everything_at_its_first_answer(server, own_folder):
    server.status, server.body = 429, "Too Many Requests"
    assert notes() == [LIMITED] * len(SYMBOLS)
    assert len(server.asked) == 1
    server.status, server.body = 200, GOOD
    assert notes() == [LIMITED] * len(SYMBOLS)
    assert len(server.asked) == 1
    assert not (own_folder / "market.sqlite").exists()


def test_a_silent_source_is_given_up(server, monkeypatch):
    monkeypatch.setattr("exposure.market.gate.TIMEOUT", 0.1)
    server.wait.clear()
    assert notes() == [SILENT] * len(SYMBOLS)
    assert len(server.asked) <= 3


def test_the_time_allowed_is_a_hard_limit(server, monkeypatch):
    server.wait.clear()
    told = notes(budget=0.3)
    assert set(told) <= {SPENT, SILENT}
    assert told[-1] == SPENT


def test_no_network(monkeypatch, server):
    server.http.server_close()
    assert notes() == [SILENT] * len(SYMBOLS)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html><body>Will be right back</body></html>"),
        (200, "<html><body>Sign in</body></html>"),
        (200, ""),
        (200, "{}"),
        (200, "[]"),
        (200, "null"),
        (200, '"text"'),
        (200, '{"chart": null}'),
        (200, '{"chart": {"result": [], "error": null}}'),
        (200, '{"chart": {"result": [{}], "error": null}}'),
        (
            200,
            '{"chart": {"result": [{"meta": {}, "timestamp": [], "indicators": {"quote": [{}]}}], "error": null}}',
        ),
        (200, GOOD.replace('"currency": "USD"', '"currency": null')),
        (200, GOOD.replace("100.0", "null")),
        (200, GOOD.replace("100.0", '"much"')),
        (200, GOOD[: len(GOOD) // 2]),
        (401, '{"finance": {"result": null, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}'),
        (403, "Forbidden"),
        (404, '{"chart": {"result": null, "error": {"code": "Not Found", "description": "No data found"}}}'),
        (500, "Internal Server Error"),
        (503, "<html>"),
    ],
)
def test_every_wrong_answer_ends_in_unknown_and_the_next_is_tried(server, status, body):
    server.status, server.body = status, body
    found = market.Market(consent=True).prices(["EXA", "EXB"], DAY)
    assert found["price"].to_list() == [None, None]
    assert all(found["note"])
    assert {p.split("?")[0].rsplit("/", 1)[-1] for p in server.data()} == {"EXA", "EXB"}
    for call in (yahoo.quote, yahoo.top_holdings, lambda s: yahoo.shares_outstanding(s, DAY)):
        with pytest.raises(yahoo.Unanswered):
            call("EXA")


def test_a_passing_fault_is_forgotten(server, monkeypatch):
    server.status, server.body = 500, "Internal Server Error"
    assert notes(["EXA"]) == ["the source's answer cannot be read (JSONDecodeError)"]
    server.status, server.body = 200, GOOD
    monkeypatch.setattr(yahoo, "GATE", Gate(pace=0.0))
    assert notes(["EXA"]) == [None]


def test_a_batch_that_breaks_off_keeps_what_it_has(server, monkeypatch):
    plain, asked = yahoo.price, []

    def price(symbol, on):
        asked.append(symbol)
        if len(asked) == 3:
            server.status = 429
        return plain(symbol, on)

    monkeypatch.setattr(yahoo, "price", price)
    assert notes() == [None, None, *[LIMITED] * 4]
    assert market.Market(offline=True).prices(["EXA", "EXB"], DAY)["price"].to_list() == [100.0, 100.0]
