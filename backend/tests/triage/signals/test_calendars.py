from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.signals.calendars import MAX_CALENDAR, invitation_in

INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
METHOD:{method}
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20261110T080000Z
DTSTART{start}
SUMMARY:Planning
DESCRIPTION:Bring the drawings
LOCATION:Room 4
ORGANIZER;CN=Erik Holm:mailto:Erik@Example.com
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (":20261120T100000Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (":20261120T100000", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        (";TZID=America/New_York:20261120T100000", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        (";VALUE=DATE:20261120", datetime(2026, 11, 19, 23, tzinfo=UTC)),
    ],
)
def test_an_invitation_is_read(start: str, expected: datetime) -> None:
    found = invitation_in(INVITATION.format(method="REQUEST", start=start), "Europe/Stockholm")

    assert found is not None
    assert found.start == expected
    assert found.organiser == "erik@example.com"
    assert "Bring the drawings" in found.words
    assert any("Erik Holm" in words for words in found.words)


@pytest.mark.parametrize(
    ("method", "schedules"), [("request", True), ("CANCEL", True), ("REPLY", True), ("PUBLISH", False)]
)
def test_what_schedules(method: str, *, schedules: bool) -> None:
    found = invitation_in(INVITATION.format(method=method, start=":20261120T100000Z"), "UTC")

    assert found is not None
    assert found.schedules is schedules


@pytest.mark.parametrize(
    "calendar", ["not a calendar", "BEGIN:VCALENDAR\nDTSTART:x", "BEGIN:VEVENT\n" * 50, "x" * (MAX_CALENDAR + 1)]
)
def test_a_damaged_part_is_noted_and_its_words_are_kept(calendar: str) -> None:
    found = invitation_in(calendar, "UTC")

    assert found is not None
    assert not found.schedules
    assert found.words or not found.problem


def test_without_a_part_there_is_no_invitation() -> None:
    assert invitation_in(None, "UTC") is None
    assert invitation_in("  ", "UTC") is None


@given(st.text(max_size=300))
def test_no_content_of_a_part_raises(content: str) -> None:
    invitation_in(
        f"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n{content}\nEND:VEVENT\nEND:VCALENDAR\n", "Nowhere/Else"
    )
