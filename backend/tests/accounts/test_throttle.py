from datetime import timedelta

from app.accounts.throttle import MOST_SOURCES, Throttle
from tests.accounts.conftest import Clock

WINDOW = timedelta(minutes=15)


def test_a_source_is_stopped_at_the_limit_and_let_in_again_later(clock: Clock) -> None:
    throttle = Throttle(3, WINDOW, clock)
    assert [throttle.allows("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    clock.advance(WINDOW)
    assert throttle.allows("192.0.2.1")


def test_tries_that_were_refused_do_not_prolong_the_wait(clock: Clock) -> None:
    throttle = Throttle(1, WINDOW, clock)
    assert throttle.allows("192.0.2.1")
    clock.advance(WINDOW / 2)
    assert not throttle.allows("192.0.2.1")
    clock.advance(WINDOW / 2)
    assert throttle.allows("192.0.2.1")


def test_one_source_does_not_stop_another(clock: Clock) -> None:
    throttle = Throttle(1, WINDOW, clock)
    assert throttle.allows("192.0.2.1")
    assert throttle.allows("192.0.2.2")
    assert throttle.allows("unknown")


def test_the_addresses_of_one_ipv6_network_are_one_source(clock: Clock) -> None:
    throttle = Throttle(1, WINDOW, clock)
    assert throttle.allows("2001:db8::1")
    assert not throttle.allows("2001:db8::ffff:2")
    assert throttle.allows("2001:db8:0:1::1")


def test_a_flood_of_sources_does_not_fill_the_memory(clock: Clock) -> None:
    throttle = Throttle(1, WINDOW, clock)
    for number in range(MOST_SOURCES + 100):
        throttle.allows(f"source {number}")
    assert len(throttle._tries) == MOST_SOURCES
