"""Which invitations can be answered, and what the answer says to a calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.mail.invitations import Answer, Meeting, calendar_answer, invitation_for, meeting_in

ANA = "ana@example.org"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def invitation(*, method: str = "REQUEST", sequence: int = 0, stamp: str = "20261101T080000Z", extra: str = "") -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:meeting-1@example.com\r\nDTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\n"
        "DTSTART;TZID=Europe/Stockholm:20261204T100000\r\nSUMMARY:Möte om offerten\r\n"
        "ORGANIZER;CN=Erik:mailto:Erik@example.com\r\n"
        "ATTENDEE;CN=Ana;PARTSTAT=NEEDS-ACTION:mailto:ana@example.org\r\n"
        "ATTENDEE:mailto:bo@example.net\r\n"
        f"{extra}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def read(calendar: str) -> Meeting:
    meeting = meeting_in(calendar)
    assert meeting is not None
    return meeting


def answered(calendar: str, answer: Answer = Answer.ACCEPTED, name: str = "Ana Lindqvist") -> Any:
    found = invitation_for(calendar, [ANA])
    assert found is not None
    return Calendar.from_ical(calendar_answer(found[0], answer, attendee=found[1], name=name, now=NOW))


@pytest.mark.parametrize("answer", Answer)
def test_the_answer_names_the_meeting_its_version_and_one_attendee(answer: Answer) -> None:
    calendar = answered(invitation(sequence=3), answer)
    [event] = calendar.walk("VEVENT")
    assert calendar["method"] == "REPLY"
    assert (event["uid"], event["sequence"]) == ("meeting-1@example.com", 3)
    assert event["organizer"] == "mailto:erik@example.com"
    assert event["attendee"] == "mailto:ana@example.org"
    assert event["attendee"].params["PARTSTAT"] == answer.value.upper()
    assert event["dtstart"].dt == datetime(2026, 12, 4, 9, tzinfo=UTC)
    assert event["summary"] == "Möte om offerten"


def test_one_occurrence_of_a_series_is_answered_as_that_one() -> None:
    calendar = answered(invitation(extra="RECURRENCE-ID;VALUE=DATE:20261204\r\n"))
    assert calendar.walk("VEVENT")[0]["recurrence-id"].dt == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("times", "over_at"),
    [
        ("DTSTART:20261120T090000Z\r\nDTEND:20261120T100000Z", "2026-11-20T10:00Z"),
        ("DTSTART;TZID=Europe/Stockholm:20261120T090000\r\nDURATION:PT90M", "2026-11-20T09:30Z"),
        ("DTSTART:20261120T090000Z", "2026-11-20T09:00Z"),
        ("DTSTART:20261120T090000\r\nDTEND:20261120T100000", "2026-11-20T22:00Z"),  # in whichever zone that is
        ("DTSTART;VALUE=DATE:20261120", "2026-11-21T12:00Z"),
        ("DTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261123", "2026-11-23T12:00Z"),
        ("DTSTART:20261120T090000Z\r\nDTEND:20251120T100000Z", "2026-11-20T09:00Z"),
        ("DTSTART:20261120T090000Z\r\nDTEND:20261120T100000Z\r\nRRULE:FREQ=WEEKLY", None),
        ("SUMMARY:Some day", None),
    ],
)
def test_when_a_meeting_is_over(times: str, over_at: str | None) -> None:
    calendar = invitation().replace("DTSTART;TZID=Europe/Stockholm:20261204T100000\r\n", f"{times}\r\n")
    meeting = read(calendar)
    if over_at is None:
        assert not meeting.is_over(datetime(2099, 1, 1, tzinfo=UTC))
    else:
        end = datetime.fromisoformat(over_at)
        assert (meeting.is_over(end - timedelta(seconds=1)), meeting.is_over(end)) == (False, True)


def test_a_name_cannot_add_a_line() -> None:
    calendar = answered(invitation(), name='Ana"\r\nATTENDEE:mailto:eve@evil.example')
    assert calendar.walk("VEVENT")[0]["attendee"] == "mailto:ana@example.org"


@pytest.mark.parametrize(
    "calendar",
    [
        None,
        "",
        "BEGIN:VCALENDAR",
        invitation(method="CANCEL"),
        invitation(method="REPLY"),
        invitation(method="PUBLISH"),
        invitation().replace("ana@example.org", "other@example.org"),
        invitation().replace("Erik@example.com", ANA),
        invitation().replace("ORGANIZER;CN=Erik:mailto:Erik@example.com\r\n", ""),
        invitation().replace("UID:meeting-1@example.com\r\n", ""),
        invitation().replace("Erik@example.com", "erik@example.com,eve@evil.example"),
        invitation().replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:other\r\nEND:VEVENT\r\nEND:VCALENDAR"),
        invitation() + " " * 40_000,
    ],
)
def test_what_cannot_be_answered(calendar: str | None) -> None:
    assert invitation_for(calendar, [ANA]) is None


@pytest.mark.parametrize(
    ("over", "overtakes"),
    [
        ({"sequence": 2}, True),
        ({"sequence": 2, "method": "CANCEL"}, True),
        ({"sequence": 1, "stamp": "20261102T080000Z"}, True),
        ({"sequence": 1}, False),
        ({"sequence": 0, "stamp": "20261102T080000Z"}, False),
        ({"sequence": 2, "method": "REPLY"}, False),
    ],
)
def test_only_a_later_word_of_the_organiser_overtakes(over: dict[str, Any], *, overtakes: bool) -> None:
    assert read(invitation(**over)).overtakes(read(invitation(sequence=1))) is overtakes


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.integers(0, 400))
def test_damage_is_never_an_error(damage: str, place: int) -> None:
    calendar = invitation()
    meeting_in(calendar[:place] + damage + calendar[place:])
