"""The calendar part of a message: what is proposed, when, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast

from icalendar import Calendar

from app.triage.signals.deadlines import zone_of

MAX_CALENDAR: Final = 32_000
_MAX_WORDS: Final = 2_000
_SCHEDULING: Final = frozenset({"REQUEST", "CANCEL", "REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"})
_TEXT_FIELDS: Final = ("summary", "description", "location", "comment", "categories", "x-alt-desc", "organizer")
# What icalendar raises on damaged input; it promises ValueError, the rest was seen.
_DAMAGE: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Invitation:
    method: str
    """Upper case; empty when the part cannot be read or says nothing."""
    start: datetime | None
    """Aware; a floating time is taken in the user's time zone."""
    organiser: str
    """Bare address, lower case, empty when there is none."""
    words: tuple[str, ...]
    """Every free text of the part, for the rules that look for attacks."""
    problem: str = ""

    @property
    def schedules(self) -> bool:
        """It invites, moves, cancels or answers, and does not merely carry an event along."""
        return self.method in _SCHEDULING


def invitation_in(calendar: str | None, timezone: str) -> Invitation | None:
    if not calendar or not calendar.strip():
        return None
    if len(calendar) > MAX_CALENDAR:
        return Invitation("", None, "", (calendar[:_MAX_WORDS],), "The calendar part is too long to be read")
    try:
        return _read(calendar, timezone)
    except _DAMAGE:
        return Invitation("", None, "", (calendar[:_MAX_WORDS],), "The calendar part cannot be read")


def _read(calendar: str, timezone: str) -> Invitation:
    parsed: Any = Calendar.from_ical(calendar)
    events: list[Any] = [*parsed.walk("VEVENT"), *parsed.walk("VTODO")]
    first: Any = events[0] if events else dict[str, Any]()
    return Invitation(
        method=str(parsed.get("method", "")).strip().upper(),
        start=_start(first, timezone),
        organiser=str(first.get("organizer", "")).lower().removeprefix("mailto:").strip(),
        words=tuple(_words([parsed, *events])),
    )


def _start(event: Any, timezone: str) -> datetime | None:
    stamp = event.get("dtstart")
    value = getattr(stamp, "dt", None)
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=zone_of(timezone))
        return aware.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone_of(timezone)).astimezone(UTC)
    return None


def _words(components: list[Any]) -> Iterator[str]:
    for component in components:
        for name in _TEXT_FIELDS:
            value: Any = component.get(name)
            parts = cast("list[Any]", value) if isinstance(value, list) else [value]
            for part in parts:
                if part:
                    common_name = getattr(part, "params", {}).get("CN", "")
                    yield f"{part} {common_name}".strip()[:_MAX_WORDS]
