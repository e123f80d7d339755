"""When the answer to an invitation is offered: while there is still something to come to."""

from datetime import timedelta

import pytest

from app.actions.building import Writer
from app.db.models import Message
from app.mail.identities import Identity
from app.triage.offer_repository import Habit
from app.triage.offers import Occasion, offers
from app.triage.verdict import Category
from tests.factories import NOON

ANA = "ana@example.org"
BEGAN = "DTSTART:20261102T090000Z\r\nDTEND:20261102T100000Z"
"""Eighteen days ago, on a Monday."""


def invitation(times: str) -> Message:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m1@example.com\r\nDTSTAMP:20261101T080000Z\r\n"
        f"{times}\r\nSUMMARY:Stand-up\r\nORGANIZER:mailto:erik@example.com\r\nATTENDEE:mailto:{ANA}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return Message(subject="Stand-up", calendar=calendar, headers={}, sender_address="erik@example.com")


@pytest.mark.parametrize(
    ("times", "offered"),
    [
        (BEGAN, False),
        (BEGAN.replace("20261102", "20261121"), True),
        (f"{BEGAN}\r\nRRULE:FREQ=WEEKLY", True),
        (f"{BEGAN}\r\nRRULE:FREQ=WEEKLY;COUNT=4", True),
        (f"{BEGAN}\r\nRRULE:FREQ=WEEKLY;COUNT=3", False),
        (f"{BEGAN}\r\nRRULE:FREQ=WEEKLY;UNTIL=20261116T235959Z", False),
        (f"{BEGAN}\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE:20261123T090000Z", False),
    ],
)
def test_only_what_is_not_over(times: str, *, offered: bool) -> None:
    occasion = Occasion(Habit(mails=1, read=0, offered=False), moved_on=False, now=NOON + timedelta(hours=1))
    writer = Writer(Identity(ANA, "Ana", ""), "Ana", "en", "UTC")
    found = list(offers(invitation(times), frozenset({ANA}), Category.MEETING, occasion=occasion, writer=writer))
    assert [one.payload.kind for one in found] == (["rsvp"] if offered else [])
