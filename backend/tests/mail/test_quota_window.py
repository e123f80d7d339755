import random
from dataclasses import dataclass, field

import pytest

from app.mail.quota_window import SPAN, TICKS, Allowance, Place, first_place, with_booking

ALLOWANCE = Allowance(6000)
CEILING = 5880


@dataclass
class Window:
    """Bookings at one moment after the other, and when each unit reached Gmail."""

    bookings: dict[int, int] = field(default_factory=dict[int, int])
    arrived: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    def book(self, now: float, *, least: int, wanted: int, ceiling: int = CEILING, late: float = 0.0) -> Place:
        tick = ALLOWANCE.tick(now)
        place = first_place(self.bookings, start=tick, ceiling=ceiling, least=least, wanted=wanted)
        self.bookings = with_booking(self.bookings, place, now=tick)
        sent_at = now if place.tick == tick else ALLOWANCE.moment(place.tick)
        self.arrived.append((sent_at + late, place.units))
        return place

    def most_in_a_minute(self) -> int:
        """As a strict counter at Gmail's sees it."""
        arrived = sorted(self.arrived)
        return max(sum(units for moment, units in arrived if begin <= moment < begin + 60.0) for begin, _ in arrived)


def test_a_quiet_mailbox_has_a_whole_minute_at_once_and_then_waits_for_it() -> None:
    window = Window()
    assert window.book(1000.0, least=20, wanted=10_000) == Place(4000, CEILING)
    assert window.book(1000.0, least=20, wanted=120) == Place(4000 + SPAN, 120)
    assert window.book(1030.0, least=20, wanted=120) == Place(4000 + SPAN, 120)
    assert window.book(1062.0, least=20, wanted=120) == Place(4248, 120)


def test_who_needs_little_gets_what_is_left() -> None:
    window = Window()
    window.book(1000.0, least=20, wanted=CEILING - 50)
    assert window.book(1000.0, least=20, wanted=120) == Place(4000, 50)


def test_a_person_finds_units_where_a_sync_finds_none() -> None:
    window = Window()
    window.book(1000.0, least=20, wanted=10_000)
    assert window.book(1000.0, least=110, wanted=110, ceiling=5970 + 20).tick == 4000
    assert window.book(1000.0, least=20, wanted=20).tick == 4000 + SPAN


def test_who_waits_already_is_not_overtaken_into_a_refusal() -> None:
    window = Window()
    window.book(1000.0, least=20, wanted=CEILING - 100)
    waits = window.book(1030.0, least=200, wanted=200)
    assert waits == Place(4000 + SPAN, 200)
    assert window.book(1031.0, least=20, wanted=6000).tick < waits.tick
    assert (
        max(sum(window.bookings.get(tick + each, 0) for each in range(TICKS)) for tick in range(3900, 4400)) <= CEILING
    )


def test_more_than_the_limit_waits_for_an_empty_window() -> None:
    window = Window()
    window.book(1000.0, least=20, wanted=20)
    assert window.book(1000.0, least=9000, wanted=9000) == Place(4000 + SPAN, CEILING)


@pytest.mark.parametrize("seed", range(3))
def test_late_arrivals_never_exceed_the_limit_and_the_rate_is_reached(seed: int) -> None:
    """Five processes without pause, each lot up to a second late: Gmail's strict minute is never overfull."""
    chance, window, now, minutes = random.Random(seed), Window(), 1000.0, 6
    while now < 1000.0 + 60 * minutes:
        late = chance.uniform(0.02, 1.0)
        place = window.book(now, least=20, wanted=120, late=late)
        now = max(now, ALLOWANCE.moment(place.tick)) + chance.uniform(0.01, 0.3)
    assert window.most_in_a_minute() <= ALLOWANCE.units
    steady = sum(units for moment, units in window.arrived if 1120 <= moment < 1120 + 60 * (minutes - 2))
    assert steady >= 0.95 * ALLOWANCE.units * (minutes - 2)
