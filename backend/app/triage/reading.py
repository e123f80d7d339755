"""Reads everything an engine may see of one message into one frozen value."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Direction, Mailbox, Message, User
from app.mail.addresses import registrable_domain
from app.mail.contact_repository import recipients_written_to
from app.triage import repository
from app.triage.markup import read_html_words, read_links
from app.triage.snapshot import (
    MAX_EARLIER,
    MAX_EARLIER_TEXT,
    MAX_SUBJECT,
    MAX_TEXT,
    Attachment,
    Contact,
    Earlier,
    Incoming,
    Reader,
    Snapshot,
)
from app.triage.voice.keeping import guidance_for


async def read_snapshot(session: AsyncSession, message_id: UUID) -> tuple[Snapshot, Message, Mailbox, User]:
    """The snapshot, and the rows it was made of."""
    message, mailbox, user = await repository.message_with_mailbox(session, message_id)
    others = await repository.others_in_conversation(session, message)
    written_to = await recipients_written_to(session, user.id, before=message.received_at)
    addresses = own_addresses(user, mailbox)
    answered = answered_by_reply(message, addresses)
    snapshot = Snapshot(
        reader=Reader(addresses=addresses, name=user.name, timezone=user.timezone, id=user.id),
        message=incoming_of(message),
        earlier=tuple(_earlier(one) for one in others if _before(one, message) and _seen_by(answered, one))[
            -MAX_EARLIER:
        ],
        contact=await _contact(session, message, written_to),
        known_domains=frozenset(registrable_domain(one) for one in (*addresses, *written_to)) - {""},
        guidance=await guidance_for(session, user.id, message.sender_address),
        answered_since=any(one.direction == Direction.OUT and not _before(one, message) for one in others),
    )
    return snapshot, message, mailbox, user


def own_addresses(user: User, mailbox: Mailbox) -> frozenset[str]:
    return frozenset(one.lower() for one in (user.email, mailbox.address, *mailbox.aliases))


def answered_by_reply(message: Message, own: frozenset[str]) -> frozenset[str]:
    """Everybody whom a reply to this message might go to."""
    return frozenset(one.lower() for one in (message.sender_address, *message.reply_to)) - own - {""}


def _seen_by(people: frozenset[str], one: Message) -> bool:
    """What an engine does not see it cannot tell to somebody who has never seen it."""
    return people <= {one.sender_address, *one.recipients}


def _before(one: Message, message: Message) -> bool:
    return one.received_at < message.received_at


async def _contact(session: AsyncSession, message: Message, written_to: dict[str, int]) -> Contact:
    if not message.sender_address:
        return Contact()
    domain = registrable_domain(message.sender_address)
    return Contact(
        written=await repository.sent_to(session, message, message.sender_address),
        received=await repository.received_from(session, message, message.sender_address),
        written_to_domain=sum(count for one, count in written_to.items() if registrable_domain(one) == domain),
    )


def incoming_of(message: Message) -> Incoming:
    """The row as an engine sees it."""
    return Incoming(
        id=str(message.id),
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        subject=message.subject[:MAX_SUBJECT],
        text=message.text[:MAX_TEXT],
        received_at=message.received_at,
        sent_at=_plausible(message.sent_at, message.received_at),
        quoted_text=message.quoted_text[:MAX_TEXT],
        reply_to=tuple(message.reply_to),
        to=tuple(message.to),
        cc=tuple(message.cc),
        in_reply_to=message.in_reply_to or "",
        labels=tuple(message.labels),
        headers=message.headers,
        calendar=message.calendar,
        attachments=tuple(Attachment(**one) for one in message.attachments),
        links=read_links(message.html),
        html_words=read_html_words(message.html),
        hidden_characters=message.hidden_characters,
        problems=tuple(message.problems),
    )


def _plausible(sent_at: datetime | None, received_at: datetime) -> datetime | None:
    """The sender's date is the base of "by Friday", unless it lies far from the time of arrival."""
    if sent_at is None or abs((received_at - sent_at).days) > 14:  # noqa: PLR2004 - two weeks in a queue are the most
        return None
    return sent_at


def _earlier(message: Message) -> Earlier:
    return Earlier(
        mine=message.direction == Direction.OUT,
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        written_at=message.sent_at or message.received_at,
        text=message.text[:MAX_EARLIER_TEXT],
    )
