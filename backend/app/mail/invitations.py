"""Invitations: reading what an organiser asks, and writing the answer for their calendar (RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, cast

from icalendar import Calendar, Event, vCalAddress, vText

from app.mail.canonical import one_line
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address
from app.mail.recurrence import last_start

MAX_CALENDAR: Final = 32_000
_LONGEST_UID: Final = 500
_LONGEST_SUMMARY: Final = 300
_PRODUCT: Final = "-//GetAnswers//GetAnswers//EN"
# What icalendar raises on damaged input; it promises ValueError, the rest was seen.
_DAMAGE: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)
_LAST_ZONE: Final = timezone(timedelta(hours=-12))
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Answer(StrEnum):
    """The person's answer; the values are those of PARTSTAT."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One version of one meeting, as a mail tells it."""

    method: str
    """Upper case: REQUEST, CANCEL, REPLY, …"""
    uid: str
    sequence: int
    stamp: datetime
    """When this version was written; aware."""
    organizer: str
    """Bare address; empty when there is none that can be written to."""
    attendees: frozenset[str]
    summary: str
    start: datetime | date | None
    end: datetime | date | None
    """Of a series, that of its last occurrence; None where it goes on, or nothing is known."""
    repeats: bool
    recurrence: datetime | date | None
    """Of which occurrence of a series; None is the meeting as a whole."""

    def overtakes(self, older: "Meeting") -> bool:
        """Whether it moves or cancels what the other one asked; equal versions do not."""
        same = self.uid == older.uid and self.recurrence in {None, older.recurrence}
        later = (self.sequence, self.stamp) > (older.sequence, older.stamp)
        return same and later and self.method in {"REQUEST", "CANCEL"}

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended, wherever it took place."""
        # Of damaged times, with the end before the start, the later one counts.
        return self.end is not None and all(_latest(each) <= now for each in (self.start, self.end) if each is not None)


def meeting_in(calendar: str | None) -> Meeting | None:
    """Read the one meeting a calendar part is about; None when it is damaged, or about several. Never raises."""
    if not calendar or len(calendar) > MAX_CALENDAR:
        return None
    try:
        parsed: Any = Calendar.from_ical(calendar)
        events: list[Any] = parsed.walk("VEVENT")
        # A series comes with its exceptions: the answer is to the series.
        chosen: Any = next((event for event in events if "recurrence-id" not in event), None) or events[0]
        if len({str(event.get("uid", "")) for event in events}) != 1:
            return None
        others = [event for event in events if event is not chosen]
        return _meeting(str(parsed.get("method", "")).strip().upper(), chosen, others)
    except _DAMAGE:
        return None


def invitation_for(calendar: str | None, own_addresses: Iterable[str]) -> tuple[Meeting, str] | None:
    """The meeting the user is asked to, and as which of their addresses; None when there is nothing to answer."""
    meeting = meeting_in(calendar)
    if meeting is None or meeting.method != "REQUEST" or not meeting.organizer or not meeting.uid:
        return None
    own = sorted(filter(None, map(_written, own_addresses)))
    invited = next((address for address in own if address in meeting.attendees), None)
    return (meeting, invited) if invited and meeting.organizer not in own else None


def calendar_answer(meeting: Meeting, answer: Answer, *, attendee: str, name: str, now: datetime) -> str:
    """Write the answer of one attendee: METHOD:REPLY with the version it answers."""
    person = vCalAddress(f"mailto:{attendee}")
    person.params["PARTSTAT"] = vText(answer.value.upper())
    if common_name := one_line(name, 100).replace('"', "'"):
        person.params["CN"] = vText(common_name)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", meeting.sequence)
    event.add("organizer", vCalAddress(f"mailto:{meeting.organizer}"))
    event.add("attendee", person)
    if meeting.summary:
        event.add("summary", meeting.summary)
    for key, value in (("dtstart", meeting.start), ("recurrence-id", meeting.recurrence)):
        if value is not None:
            event.add(key, value)
    whole = Calendar()
    for key, value in (("prodid", _PRODUCT), ("version", "2.0"), ("method", "REPLY")):
        whole.add(key, value)
    whole.add_component(event)
    return whole.to_ical().decode("utf-8")


def _meeting(method: str, event: Any, exceptions: Iterable[Any]) -> Meeting:
    listed = event.get("attendee", [])
    attendees = cast("list[Any]", listed) if isinstance(listed, list) else [listed]
    stamp = _moment(event.get("dtstamp"))
    repeats = "rrule" in event or "rdate" in event
    return Meeting(
        method=method,
        uid=_uid(str(event.get("uid", ""))),
        sequence=max(0, int(event.get("sequence", 0))),
        stamp=stamp.astimezone(UTC) if isinstance(stamp, datetime) else _NEVER,
        organizer=_address(event.get("organizer")),
        attendees=frozenset(filter(None, map(_address, attendees))),
        summary=one_line(str(event.get("summary", "")), _LONGEST_SUMMARY),
        start=_moment(event.get("dtstart")),
        end=_end_of_series(event, exceptions) if repeats else _end(event),
        repeats=repeats,
        recurrence=_moment(event.get("recurrence-id")),
    )


def _uid(uid: str) -> str:
    # It has to come back exactly as it came; one that cannot is not answered.
    return uid if len(uid) <= _LONGEST_UID and uid == one_line(uid, _LONGEST_UID) else ""


def _moment(stamp: Any) -> datetime | date | None:
    return _in_utc(getattr(stamp, "dt", None))


def _in_utc(value: Any) -> datetime | date | None:
    """Where it has a zone, so that no description of the zone has to go along."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    return value if isinstance(value, date) else None


def _end_of_series(event: Any, exceptions: Iterable[Any]) -> datetime | date | None:
    """None also where the series cannot be read: then nothing says that it is over."""
    try:
        moved = {one.get("recurrence-id").dt: one for one in exceptions}
        last = _in_utc(last_start(event, replaced=moved))
        length: Any = _end(event)
        if last is None or length is None:
            return None
        ends = [last + (length - _moment(event.get("dtstart")))]
        ends += [_end(one) for one in moved.values() if str(one.get("status", "")).upper() != "CANCELLED"]
        return max(filter(None, ends), key=_latest)
    except _DAMAGE:
        return None


def _end(event: Any) -> datetime | date | None:
    start, end = _moment(event.get("dtstart")), _moment(event.get("dtend"))
    if end is not None or start is None:
        return end
    length = getattr(event.get("duration"), "dt", None)
    if isinstance(length, timedelta):
        return start + length
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _latest(moment: datetime | date) -> datetime:
    """Where it has no zone, the instant at which the last place on earth has it."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=_LAST_ZONE)


def _address(value: Any) -> str:
    return _written(str(value or "").strip().lower().removeprefix("mailto:")) or ""


def _written(address: str) -> str | None:
    try:
        return ascii_address(address)
    except UnsafeHeaderError:
        return None
