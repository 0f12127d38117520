"""One door: a request a second, a hard limit of time, one service, and shut at the first rate limit."""

import pytest

from exposure.market.gate import FAILURES, LIMITED, SILENT, SPENT, TIMEOUT, Gate, Shut

ADDRESS = "https://query2.finance.yahoo.com/v8/finance/chart/EXA"


class Clock:
    def __init__(self):
        self.now, self.slept = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gate(clock):
    return Gate(clock=clock, sleep=clock.sleep)


def test_one_request_a_second(gate, clock):
    with gate.allow(60):
        for _ in range(4):
            gate.enter(ADDRESS)
            clock.now += 0.25  # the answer takes its time, which counts
    assert clock.slept == pytest.approx([0.75] * 3)


def test_the_pace_holds_from_one_piece_of_work_to_the_next(gate, clock):
    for _ in range(2):
        with gate.allow(60):
            gate.enter(ADDRESS)
    assert clock.slept == [1.0]


def test_no_request_outlasts_the_time_allowed(gate, clock):
    with gate.allow(12):
        assert gate.enter(ADDRESS) == TIMEOUT
        clock.now += 9
        assert gate.enter(ADDRESS) == pytest.approx(3)
        clock.now += 3
        with pytest.raises(Shut, match=SPENT):
            gate.enter(ADDRESS)
        assert gate.why_shut == SPENT
    assert gate.why_shut is None


def test_waiting_does_not_outlast_it_either(gate, clock):
    with gate.allow(0.5):
        gate.enter(ADDRESS)
        with pytest.raises(Shut, match=SPENT):
            gate.enter(ADDRESS)
    assert clock.slept == [0.5]


def test_a_rate_limit_shuts_it_for_good(gate):
    with gate.allow(60):
        gate.enter(ADDRESS)
        with pytest.raises(Shut, match=LIMITED):
            gate.answered(429)
    with gate.allow(60), pytest.raises(Shut, match=LIMITED):
        gate.enter(ADDRESS)


def test_no_answer_several_times_in_a_row_is_no_network(gate):
    with gate.allow(60):
        for _ in range(FAILURES - 1):
            gate.failed()
        gate.answered(500)
        for _ in range(FAILURES):
            assert gate.why_shut is None
            gate.failed()
        assert gate.why_shut == SILENT
    with gate.allow(60):
        assert gate.why_shut is None  # the next piece of work tries again


@pytest.mark.parametrize(
    "address",
    [
        "https://markets.businessinsider.com/ajax/SearchController_Suggest?query=CNE100000PM8",
        "https://yahoo.com.example.org/",
        "https://notyahoo.com/",
        "https://example.org/?u=yahoo.com",
        "file:///etc/passwd",
    ],
)
def test_no_other_service_is_asked(gate, address):
    with pytest.raises(Shut, match="no other service is asked"):
        gate.enter(address)


@pytest.mark.parametrize("address", [ADDRESS, "https://fc.yahoo.com", "https://yahoo.com/x"])
def test_the_services_own_hosts_are_open(gate, address):
    assert gate.enter(address) == TIMEOUT
