"""Messages that everything can be asked for on, and what a wish of each kind looks like at each door."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tests.factories import NOON

INVITATION: Final = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m1@example.com\r\nDTSTAMP:20261101T080000Z\r\n"
    "SEQUENCE:0\r\nDTSTART:20261204T090000Z\r\nSUMMARY:The offer\r\nORGANIZER:mailto:erik@example.com\r\n"
    "ATTENDEE:mailto:ana@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
OVER: Final = INVITATION.replace("20261204", "20261119")
LIST: Final = {"list-unsubscribe": ["<mailto:leave@list.example.net>"]}
EVERYTHING: Final[dict[str, Any]] = {"calendar": INVITATION, "headers": LIST}
LATER: Final = NOON + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Wish:
    verb: str
    form: dict[str, str]
    """As the page sends it."""
    body: dict[str, Any]
    """As a program sends it."""
    state: str
    """Of the action that comes of it."""


WISHES: Final = (
    Wish("snooze", {"until": f"{LATER:%Y-%m-%dT%H:%M}"}, {"until": LATER.isoformat()}, "approved"),
    Wish("remind", {"at": f"{LATER:%Y-%m-%dT%H:%M}"}, {"at": LATER.isoformat()}, "approved"),
    Wish("forward", {"to": "bo@example.net; cy@example.net"}, {"to": ["bo@example.net"]}, "proposed"),
    Wish("rsvp", {"answer": "accepted"}, {"answer": "declined"}, "proposed"),
    Wish("unsubscribe", {}, {}, "proposed"),
)
