"""Days as the person lives them: which one a digest tells about, and when it began and ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

FALLBACK_ZONE: Final = "UTC"


@dataclass(frozen=True, slots=True)
class Span:
    start: datetime
    end: datetime
    """The first moment that no longer belongs to it."""


@cache
def known_zones() -> Mapping[str, ZoneInfo]:
    """Read once: zoneinfo itself keeps only a handful, and a page of digests asks for all of them."""
    return {name: ZoneInfo(name) for name in sorted(available_timezones())}


def zone_of(name: str) -> ZoneInfo:
    return known_zones().get(name) or ZoneInfo(FALLBACK_ZONE)


def due_day(now: datetime, zone: ZoneInfo) -> date:
    """The person's last day that is over.

    The schedule ticks once a day for everybody, at 08:00 UTC: the digest is always about the day before, and a tick
    that was missed makes it late, not lost.
    """
    return now.astimezone(zone).date() - timedelta(days=1)


def due_days(now: datetime) -> dict[str, date]:
    return {name: due_day(now, zone) for name, zone in known_zones().items()}


def span_of(day: date, zone: ZoneInfo) -> Span:
    """From midnight to midnight, which is 23 or 25 hours twice a year."""
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return Span(start=start.astimezone(UTC), end=end.astimezone(UTC))


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
