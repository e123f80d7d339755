"""When a series of meetings is over: as Google, Outlook and Apple write them, and as somebody who means harm would."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.invitations import Meeting, meeting_in

FAR_AWAY = datetime(2399, 1, 1, tzinfo=UTC)
MONDAY = "DTSTART;TZID=Europe/Stockholm:20261005T090000\r\nDTEND;TZID=Europe/Stockholm:20261005T093000\r\n"
"""Summer time; from 25 October on nine o'clock is an hour later in UTC."""
ALL_DAY = "DTSTART;VALUE=DATE:20261005\r\nDTEND;VALUE=DATE:20261006\r\n"
QUICK = 1.0
"""Seconds; without bounds it would be minutes, or never."""


def series(rule: str, *, times: str = MONDAY, after: str = "") -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nMETHOD:REQUEST\r\n"
        f"BEGIN:VEVENT\r\nUID:series-1@google.com\r\nDTSTAMP:20261001T080000Z\r\n{times}{rule}\r\nSUMMARY:Stand-up\r\n"
        "ORGANIZER:mailto:erik@example.com\r\nATTENDEE:mailto:ana@example.org\r\nEND:VEVENT\r\n"
        f"{after}END:VCALENDAR\r\n"
    )


def exception(of: str, times: str) -> str:
    return (
        "BEGIN:VEVENT\r\nUID:series-1@google.com\r\nDTSTAMP:20261001T080000Z\r\n"
        f"RECURRENCE-ID;TZID=Europe/Stockholm:{of}\r\n{times}\r\nEND:VEVENT\r\n"
    )


def read(calendar: str) -> Meeting:
    meeting = meeting_in(calendar)
    assert meeting is not None
    assert meeting.repeats
    return meeting


def assert_over_at(calendar: str, end: str | None) -> None:
    meeting = read(calendar)
    if end is None:
        assert not meeting.is_over(FAR_AWAY)
        return
    moment = datetime.fromisoformat(end)
    assert (meeting.is_over(moment - timedelta(seconds=1)), meeting.is_over(moment)) == (False, True)


@pytest.mark.parametrize(
    ("rule", "over_at"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", None),
        ("RRULE:FREQ=WEEKLY;WKST=MO;COUNT=4;BYDAY=MO", "2026-10-26T08:30Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261101T225959Z;BYDAY=MO", "2026-10-26T08:30Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261026T080000Z;BYDAY=MO", "2026-10-26T08:30Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261026T075959Z;BYDAY=MO", "2026-10-19T07:30Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261026", "2026-10-26T08:30Z"),  # a day, as it should not be, and often is
        ("RRULE:FREQ=WEEKLY;UNTIL=20261026T090000", "2026-10-26T08:30Z"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=3", "2026-10-19T07:30Z"),
        ("RRULE:FREQ=DAILY;COUNT=1", "2026-10-05T07:30Z"),
        ("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=7", "2026-10-13T07:30Z"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3", "2026-12-07T08:30Z"),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2026-12-31T08:30Z"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "2026-12-31T08:30Z"),
        ("RRULE:FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=5;COUNT=2", "2027-10-05T07:30Z"),
        ("RRULE:FREQ=HOURLY;UNTIL=20261005T120000Z", "2026-10-05T12:30Z"),
    ],
)
def test_a_rule_ends_with_its_last_occurrence(rule: str, over_at: str | None) -> None:
    assert_over_at(series(rule), over_at)


@pytest.mark.parametrize(
    ("dates", "over_at"),
    [
        ("EXDATE;TZID=Europe/Stockholm:20261026T090000", "2026-10-19T07:30Z"),
        ("EXDATE:20261026T080000Z", "2026-10-19T07:30Z"),
        ("EXDATE;VALUE=DATE:20261026", "2026-10-19T07:30Z"),
        ("EXDATE;TZID=Europe/Stockholm:20261019T090000,20261026T090000", "2026-10-12T07:30Z"),
        ("EXDATE;TZID=Europe/Stockholm:20261026T100000", "2026-10-26T08:30Z"),  # takes nothing out
        ("RDATE;TZID=Europe/Stockholm:20261105T140000", "2026-11-05T13:30Z"),
        ("RDATE;TZID=Europe/Stockholm:20261105T140000\r\nEXDATE:20261105T130000Z", "2026-10-26T08:30Z"),
        ("EXDATE;TZID=Europe/Stockholm:20261005T090000\r\nEXDATE:20261012T070000Z,20261019T070000Z,20261026T080000Z",
         "2026-10-05T07:30Z"),
    ],
)  # fmt: skip
def test_dates_that_were_added_and_taken_out_count(dates: str, over_at: str) -> None:
    assert_over_at(series(f"RRULE:FREQ=WEEKLY;COUNT=4\r\n{dates}"), over_at)


def test_dates_alone_make_a_series_too() -> None:
    assert_over_at(series("RDATE:20261012T070000Z,20261102T080000Z"), "2026-11-02T08:30Z")


def test_taking_dates_out_ends_no_series_that_goes_on() -> None:
    assert_over_at(series("RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Stockholm:20261012T090000"), None)


def test_whole_days_are_over_when_they_are_over_everywhere() -> None:
    assert_over_at(series("RRULE:FREQ=WEEKLY;UNTIL=20261019", times=ALL_DAY), "2026-10-20T12:00Z")
    assert_over_at(
        series("RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;VALUE=DATE:20261019", times=ALL_DAY), "2026-10-13T12:00Z"
    )


def test_an_occurrence_that_was_moved_counts_where_it_is_now() -> None:
    rule, last = "RRULE:FREQ=WEEKLY;COUNT=4", "20261026T090000"
    later = exception(last, "DTSTART:20261028T100000Z\r\nDTEND:20261028T110000Z")
    assert_over_at(series(rule, after=later), "2026-10-28T11:00Z")
    earlier = exception(last, "DTSTART:20261023T100000Z\r\nDTEND:20261023T110000Z")
    assert_over_at(series(rule, after=earlier), "2026-10-23T11:00Z")
    cancelled = exception(last, "STATUS:CANCELLED\r\nDTSTART:20261026T080000Z\r\nDTEND:20261026T083000Z")
    assert_over_at(series(rule, after=cancelled), "2026-10-19T07:30Z")


HOSTILE = (
    "FREQ=SECONDLY;COUNT=1000000000",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=MINUTELY;BYHOUR=25;COUNT=2",
    "FREQ=DAILY;COUNT=1000000000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=DAILY;BYSETPOS=2;COUNT=2",
    "FREQ=DAILY;INTERVAL=0;BYDAY=TU;COUNT=2",
    "FREQ=DAILY;INTERVAL=-1;COUNT=2",
    "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=MONTHLY;COUNT=2;BYSETPOS=" + ",".join(["366"] * 3_000),
    "FREQ=YEARLY;COUNT=2;BYDAY=MO;BYHOUR=" + ",".join(map(str, range(24))),
    "FREQ=WEEKLY;COUNT=99999999999999999999",
    "FREQ=WEEKLY;COUNT=0",
    "FREQ=WEEKLY;COUNT=2,3",
    "FREQ=WEEKLY;COUNT=x",
    "FREQ=SOMETIMES;COUNT=2",
    "COUNT=2",
    "",
)


@pytest.mark.parametrize("rule", HOSTILE, ids=lambda rule: rule[:40])
def test_what_cannot_be_followed_costs_little_and_counts_as_going_on(rule: str) -> None:
    began = time.process_time()
    assert not read(series(f"RRULE:{rule}")).is_over(FAR_AWAY)
    assert time.process_time() - began < QUICK


@pytest.mark.parametrize(
    ("rule", "over_at"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "2026-10-05T07:30Z"),  # never but for its first
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300,301,302,303,304,305,306;COUNT=2", "2026-10-05T07:30Z"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=2", "2026-10-05T07:30Z"),
        ("FREQ=SECONDLY;UNTIL=20261006T000000Z", "2026-10-06T00:30Z"),
        ("FREQ=DAILY;UNTIL=20300101T080000Z", "2030-01-01T08:30Z"),  # more than are followed: not after this
    ],
)
def test_what_hardly_ever_comes_true_costs_little_too(rule: str, over_at: str) -> None:
    began = time.process_time()
    assert_over_at(series(f"RRULE:{rule}"), over_at)
    assert time.process_time() - began < QUICK


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=WEEKLY;COUNT=2\r\nRRULE:FREQ=DAILY;COUNT=2",
        "RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:hello",
        "RRULE:FREQ=WEEKLY;COUNT=2\r\nRDATE:20261105T130000Z,hello",
    ],
)
def test_what_is_damaged_or_manifold_counts_as_going_on(rule: str) -> None:
    assert_over_at(series(rule), None)


@pytest.mark.parametrize(("year", "last"), [(1604, 1606), (9999, 9999)])
def test_the_first_and_the_last_years_of_the_calendar_are_read(year: int, last: int) -> None:
    calendar = series("RRULE:FREQ=YEARLY;COUNT=3", times=f"DTSTART:{year}1005T090000Z\r\n")
    assert read(calendar).end == datetime(last, 10, 5, 9, tzinfo=UTC)


LIMITS = ["COUNT=3", "UNTIL=20270101", "UNTIL=20270101T000000Z", "INTERVAL=3", "WKST=SU"]
DAYS = ["BYDAY=MO", "BYDAY=-1FR", "BYDAY=5MO", "BYMONTHDAY=31", "BYMONTHDAY=-1", "BYMONTH=2", "BYSETPOS=-1"]
PARTS = st.sampled_from(["FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", *LIMITS, *DAYS])
TIMES = st.sampled_from([MONDAY, ALL_DAY, "DTSTART:20240229T090000\r\n", "DTSTART:20240229T090000Z\r\n", ""])


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=6), TIMES, st.text("0123456789TZ,;=:", max_size=30))
def test_no_rule_is_an_error(parts: list[str], times: str, damage: str) -> None:
    meeting_in(series(f"RRULE:{';'.join(parts)}{damage}\r\nEXDATE:{damage}", times=times))
