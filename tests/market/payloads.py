"""Answers in the shape in which Yahoo gives them, with made-up numbers: round, and of no real security.

Which method of ``yfinance.data.YfData`` a question goes through (yfinance 1.7): ``info`` and a fund's holdings
through ``get_raw_json``; the small addition to ``info``, time zones and counts of shares through ``cache_get``;
prices and rates through ``get``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import unquote

from curl_cffi.requests.exceptions import HTTPError

ZONE = "Europe/London"


class Response:
    """As much of a response as the library reads."""

    def __init__(self, data, status=200):
        self.text, self.status_code, self.url = json.dumps(data), status, "https://query2.finance.yahoo.com"

    def json(self):
        return json.loads(self.text)


def stamp(day):
    return int(dt.datetime.combine(day, dt.time(0, 1), dt.UTC).timestamp())


def info(
    currency="USD", price=10.0, shares=1000, cap=10_000.0, sector="Example sector", name="Example plc", **more
):
    """quoteSummary (nested by module) and quote (flat), laid together by the library."""
    quote = {"currency": currency, "regularMarketPrice": price, "marketCap": cap, "longName": name}
    quote |= {"regularMarketTime": stamp(dt.date(2030, 1, 4)), "quoteType": "EQUITY"} | more
    statistics = {"sharesOutstanding": shares, "maxAge": 1}
    summary = {"assetProfile": {"sector": sector, "maxAge": 86400}, "defaultKeyStatistics": statistics}
    return {"summary": summary, "quote": {k: v for k, v in quote.items() if v is not None}}


def chart(rows, currency="USD", splits=()):
    """chart: one close a day; ``splits`` are (day, ratio)."""
    meta = {"currency": currency, "exchangeTimezoneName": ZONE, "instrumentType": "EQUITY", "gmtoffset": 0}
    meta |= {"validRanges": ["1d", "5d", "1mo"], "regularMarketPrice": 1.0, "dataGranularity": "1d", "symbol": "X"}
    closes = [close for _, close in rows]
    quote = {"open": closes, "high": closes, "low": closes, "close": closes, "volume": [100] * len(rows)}
    result = {"meta": meta, "timestamp": [stamp(day) for day, _ in rows]}
    result["indicators"] = {"quote": [quote], "adjclose": [{"adjclose": closes}]}
    if splits:
        events = {
            str(stamp(day)): {"date": stamp(day), "numerator": ratio, "denominator": 1, "splitRatio": f"{ratio}:1"}
            for day, ratio in splits
        }
        result["events"] = {"splits": events}
    return {"chart": {"result": [result], "error": None}}


def no_chart():
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    return {"chart": {"result": None, "error": error}}


def counts(rows):
    """fundamentals-timeseries of the number of shares."""
    result = {"meta": {"type": ["shares_out"]}}
    if rows:
        result |= {"timestamp": [stamp(day) for day, _ in rows], "shares_out": [n for _, n in rows]}
    return {"timeseries": {"result": [result], "error": None}}


def fund(parts):
    """quoteSummary with topHoldings."""
    holdings = [{"symbol": s, "holdingName": n, "holdingPercent": share} for s, n, share in parts]
    data = {"quoteType": {"quoteType": "ETF"}, "summaryProfile": {"longBusinessSummary": "An example fund."}}
    data |= {"topHoldings": {"holdings": holdings, "stockPosition": 1.0}, "fundProfile": {"family": "Example"}}
    return {"quoteSummary": {"result": [data], "error": None}}


def no_summary(symbol):
    error = HTTPError("HTTP Error 404: ", 0, Response({"quoteSummary": {"result": None, "error": {}}}, 404))
    return error


class World:
    """Stands where the library goes to the network; knows some symbols, and counts what it is asked."""

    def __init__(self):
        self.infos, self.charts, self.shares, self.funds, self.asked = {}, {}, {}, {}, []

    def _note(self, url, params):
        symbol = (params or {}).get("symbols") or unquote(re.split(r"[/?]", url.split("://")[1])[-1])
        found = re.search(r"/(?:chart|quoteSummary|timeseries)/+([^/?]+)", url)
        symbol = found.group(1) if found else symbol
        kind = next(k for k in ("chart", "quoteSummary", "timeseries", "quote") if k in url)
        self.asked.append((kind, symbol))
        return kind, symbol

    def get_raw_json(self, _, url, params=None, timeout=30):
        kind, symbol = self._note(url, params)
        if kind == "quoteSummary" and "topHoldings" in params["modules"]:
            if symbol not in self.funds:
                raise no_summary(symbol)
            return self.funds[symbol]
        if symbol not in self.infos:
            if kind == "quoteSummary":
                raise no_summary(symbol)
            return {"quoteResponse": {"result": [], "error": None}}
        known = self.infos[symbol]
        if kind == "quoteSummary":
            return {"quoteSummary": {"result": [dict(known["summary"])], "error": None}}
        return {"quoteResponse": {"result": [{"symbol": symbol} | known["quote"]], "error": None}}

    def get(self, _, url, params=None, timeout=30):
        kind, symbol = self._note(url, params)
        if kind == "timeseries":
            if "trailingPegRatio" in url:
                return Response({"timeseries": {"result": [{"meta": {}}], "error": None}})
            return Response(counts(self.shares.get(symbol, [])))
        found = self.charts.get(symbol)
        return Response(found, 200) if found else Response(no_chart(), 404)
