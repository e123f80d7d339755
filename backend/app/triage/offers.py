"""What code offers the person beside an engine's proposals: answering an invitation, leaving a list nobody reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import meetings
from app.actions.building import Writer, dressed, rsvp_payload, unsubscribe_payload
from app.actions.kinds import AnyPayload, ReplyPayload
from app.db.models import Message
from app.mail.invitations import Answer, meeting_in
from app.policy.draft import draft_facts
from app.triage import offer_repository
from app.triage.offer_repository import Habit
from app.triage.signals import Signals
from app.triage.signals.addressing import Greeting
from app.triage.verdict import Category

ENOUGH_UNREAD: Final = 4
"""So many mails of a sender, this one included, and not one of them opened."""
NOT_AGAIN_FOR: Final = timedelta(days=90)
MOST_ANSWERED: Final = 10
SURE: Final = 0.6
"""Of an offer: nobody knows yet what the person wants."""
LISTS: Final = frozenset({Category.NEWSLETTER, Category.MARKETING})


@dataclass(frozen=True, slots=True)
class Offer:
    payload: AnyPayload
    reason: str
    confidence: float = SURE


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the database knows that an offer rests on."""

    habit: Habit
    moved_on: bool
    """The organiser has moved or cancelled the meeting since."""
    now: datetime


async def read_occasion(session: AsyncSession, message: Message, *, now: datetime) -> Occasion:
    return Occasion(
        habit=await offer_repository.habit(session, message, since=now - NOT_AGAIN_FOR),
        moved_on=bool(message.calendar) and await meetings.has_moved_on(session, message),
        now=now,
    )


def offers(
    message: Message, own: frozenset[str], category: Category, *, occasion: Occasion, writer: Writer
) -> Iterator[Offer]:
    if not occasion.moved_on and _is_ahead(message, occasion.now):
        answer = rsvp_payload(message, Answer.ACCEPTED, own, writer=writer, now=occasion.now)
        if answer is not None:
            yield Offer(answer, "You are invited. You can also say maybe or no.")
    habit = occasion.habit
    if category in LISTS and habit.mails >= ENOUGH_UNREAD and not habit.read and not habit.offered:
        way_out = unsubscribe_payload(message, writer.identity)
        if way_out is not None:
            yield Offer(way_out, f"You have opened none of the last {habit.mails} mails of this sender.")


def answers_everyone(message: Message, signals: Signals) -> bool:
    """Whether an answer belongs to all who were addressed: the mail speaks to a small group, and is no list."""
    few = len({*message.to, *message.cc}) <= MOST_ANSWERED
    return signals.addressing.greeting is Greeting.GROUP and few and not signals.origin.discussion


def sent_unasked(payload: ReplyPayload, signature: str, own_texts: str) -> ReplyPayload:
    """The reply as it may leave unasked: without history, and signed only with what the user's mails said before."""
    found = draft_facts(signature, own_texts)
    new = (found.new_links, found.new_addresses, found.new_phones, found.new_ibans, found.new_secrets)
    words = (found.words.money, found.words.credentials, found.words.legal, found.words.attachments)
    return payload if any(new) or any(words) else payload.model_copy(update={"signature": signature})


def shown_to_person(payload: AnyPayload, message: Message, writer: Writer) -> AnyPayload:
    """What a person is asked about looks as if they had written it in their own mail program."""
    return dressed(payload, message, writer) if isinstance(payload, ReplyPayload) else payload


def _is_ahead(message: Message, now: datetime) -> bool:
    meeting = meeting_in(message.calendar)
    if meeting is None or meeting.start is None:
        return False
    if meeting.repeats:  # who is asked to join a series may be asked after it began
        return not meeting.is_over(now)
    # A day, or a time without a zone, is over only when it is over everywhere.
    if isinstance(meeting.start, datetime) and meeting.start.tzinfo is not None:
        return meeting.start > now
    day: date = meeting.start.date() if isinstance(meeting.start, datetime) else meeting.start
    return day >= now.date() - timedelta(days=1)
