"""A sliding window of quota: what fits now, or when it will. Pure: it knows no clock and no database.

A bucket that fills evenly and holds a minute's worth lets twice the limit through within one minute, which Gmail
refuses; one that holds little makes the first messages of a mailbox wait for nothing. So each booking is remembered
for a little more than the period: a burst goes out at once, and no minute ever has more than the limit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)
TICKS: Final = 240
"""Of a period; bookings within one tick are counted together, at its end."""
SPAN: Final = TICKS + 4
"""How many ticks a booking counts: longer than the period, for what is booked early may reach Gmail late."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many units in any stretch of that length."""

    units: int
    period: timedelta = MINUTE

    def tick(self, moment: float) -> int:
        """The first tick that does not lie before this moment (seconds since 1970)."""
        return math.ceil(moment / self._tick_seconds)

    def moment(self, tick: int) -> float:
        return tick * self._tick_seconds

    @property
    def _tick_seconds(self) -> float:
        return self.period.total_seconds() / TICKS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a booking fits: so many units at that tick."""

    tick: int
    units: int


def first_place(bookings: Mapping[int, int], *, start: int, ceiling: int, least: int, wanted: int) -> Place:
    """The earliest tick from `start` on where `least` units fit, and how many of `wanted` fit there.

    Later bookings, of those who wait already, are never pushed over the ceiling.
    """
    tick = start
    for tick in sorted({start, *(each + SPAN for each in bookings if each + SPAN > start)}):
        room = ceiling - _fullest(bookings, tick)
        if room >= least:
            return Place(tick, min(wanted, room))
    return Place(tick, min(wanted, ceiling))  # more than the ceiling was asked for: all there is, when all is free


def with_booking(bookings: Mapping[int, int], place: Place, *, now: int) -> dict[int, int]:
    """The bookings that still count, and this one."""
    kept = {tick: units for tick, units in bookings.items() if tick + SPAN > now}
    kept[place.tick] = kept.get(place.tick, 0) + place.units
    return kept


def _fullest(bookings: Mapping[int, int], at: int) -> int:
    """The most that is booked in any window that contains this tick."""
    ends = [at, *(tick for tick in bookings if at < tick < at + SPAN)]
    return max(sum(units for tick, units in bookings.items() if end - SPAN < tick <= end) for end in ends)
