"""A day is the person's own, whatever the clock of the house says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.notify.days import due_day, known_zones, span_of, zone_of


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "UTC", date(2026, 11, 22)),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 11, 22)),
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 11, 21)),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Pacific/Auckland", date(2026, 11, 22)),
        (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), "Pacific/Auckland", date(2026, 11, 22)),
        (datetime(2026, 11, 22, 10, 59, tzinfo=UTC), "Pacific/Auckland", date(2026, 11, 21)),
    ],
)
def test_the_digest_tells_about_the_persons_last_whole_day(now: datetime, zone: str, day: date) -> None:
    assert due_day(now, zone_of(zone)) == day


def test_a_day_in_auckland_is_its_own() -> None:
    span = span_of(date(2026, 11, 22), zone_of("Pacific/Auckland"))
    assert span.start == datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    assert span.end == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 9, 27), 23), (date(2026, 4, 5), 25), (date(2026, 6, 1), 24)])
def test_days_of_clock_changes_are_shorter_or_longer(day: date, hours: int) -> None:
    span = span_of(day, zone_of("Pacific/Auckland"))
    assert span.end - span.start == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "Europe"])
def test_a_zone_nobody_knows_is_utc(name: str) -> None:
    assert zone_of(name).key == "UTC"
    assert name not in known_zones()
