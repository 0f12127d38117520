"""The only door to the network: paced, limited in time, to one service, and shut at the first rate limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PACE = 1.0  # seconds between two requests
TIMEOUT = 10.0  # seconds for one request
FAILURES = 3  # requests in a row without any answer: there is no network
HOST = "yahoo.com"
LIMITED = "the source answered “too many requests”; nothing more is asked in this session"
SPENT = "the time allowed was used up; ask again to go on"
SILENT = "the source cannot be reached from here"


class Shut(OSError):
    """No request may go out (any more); the text says why."""


@dataclass
class Gate:
    """Lets requests through one by one.

    Attributes:
        pace: seconds between two requests.
        limited: the source has asked us to stop: for good, in this process.
    """

    pace: float = PACE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    limited: bool = False
    _deadline: float = field(default=float("inf"), repr=False)
    _last: float = field(default=float("-inf"), repr=False)
    _failed: int = field(default=0, repr=False)

    @contextmanager
    def allow(self, seconds: float) -> Iterator[None]:
        """A piece of work that may take so long."""
        self._deadline, self._failed = self.clock() + seconds, 0
        try:
            yield
        finally:
            self._deadline = float("inf")

    @property
    def why_shut(self) -> str | None:
        """Why nothing more can be asked, or none."""
        if self.limited:
            return LIMITED
        if self._failed >= FAILURES:
            return SILENT
        return SPENT if self.clock() >= self._deadline else None

    def enter(self, address: str) -> float:
        """Wait for the next turn.

        Returns:
            How many seconds the request may take.

        Raises:
            Shut: it may not go out.
        """
        host = urlsplit(address).hostname or ""
        if host != HOST and not host.endswith("." + HOST):
            raise Shut(f"{host} is not {HOST}: no other service is asked")
        wait = self._last + self.pace - self.clock()
        if self.why_shut is None and wait > 0:
            self.sleep(min(wait, max(self._deadline - self.clock(), 0.0)))
        if (reason := self.why_shut) is not None:
            raise Shut(reason)
        self._last = self.clock()
        return min(TIMEOUT, self._deadline - self.clock())

    def failed(self) -> None:
        """A request got no answer at all."""
        self._failed += 1

    def answered(self, status: int) -> None:
        """A request was answered.

        Raises:
            Shut: with a rate limit.
        """
        self._failed = 0
        if status == 429:
            self.limited = True
            raise Shut(LIMITED)
