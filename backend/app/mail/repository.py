"""Queries over mailboxes, conversations and messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Conversation, Mailbox, MailboxState, Message, MessageState

CLAIM_BATCH = 500


@dataclass(frozen=True, slots=True)
class MailboxRef:
    user_id: UUID
    mailbox_id: UUID


async def claim_due_mailboxes(session: AsyncSession, *, now: datetime, interval: timedelta) -> list[MailboxRef]:
    """Take up to CLAIM_BATCH mailboxes that are due, and make them due again one interval from now."""
    due = (
        select(Mailbox.id)
        .where(
            Mailbox.state == MailboxState.ACTIVE,
            Mailbox.next_sync_at <= now,
            or_(Mailbox.not_before.is_(None), Mailbox.not_before <= now),
        )
        .order_by(Mailbox.next_sync_at)
        .limit(CLAIM_BATCH)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Mailbox)
        .where(Mailbox.id.in_(due.scalar_subquery()))
        .values(next_sync_at=now + interval)
        .returning(Mailbox.user_id, Mailbox.id)
    )
    return [MailboxRef(user_id, mailbox_id) for user_id, mailbox_id in await session.execute(claim)]


async def mailboxes_of(session: AsyncSession, user_id: UUID) -> list[Mailbox]:
    found = await session.scalars(select(Mailbox).where(Mailbox.user_id == user_id).order_by(Mailbox.created_at))
    return list(found)


async def take_lease(session: AsyncSession, mailbox_id: UUID, *, now: datetime, lease: timedelta) -> Mailbox | None:
    """The mailbox under a new lease, or None while somebody else syncs it, it is not active, or must wait."""
    claim = (
        update(Mailbox)
        .where(
            Mailbox.id == mailbox_id,
            Mailbox.state == MailboxState.ACTIVE,
            or_(Mailbox.lease_until.is_(None), Mailbox.lease_until <= now),
            or_(Mailbox.not_before.is_(None), Mailbox.not_before <= now),
        )
        .values(lease_id=uuid4(), lease_until=now + lease)
        .returning(Mailbox)
    )
    return await session.scalar(claim)


async def update_leased(session: AsyncSession, mailbox_id: UUID, held: UUID, **values: Any) -> bool:
    """Change the mailbox if the lease is still ours; False means that another sync has taken over."""
    change = (
        update(Mailbox).where(Mailbox.id == mailbox_id, Mailbox.lease_id == held).values(**values).returning(Mailbox.id)
    )
    return await session.scalar(change) is not None


async def expired_leases(session: AsyncSession, *, now: datetime, limit: int) -> list[MailboxRef]:
    """Mailboxes whose sync died; the lease is taken away, so each is found once."""
    dead = (
        select(Mailbox.id)
        .where(Mailbox.lease_id.is_not(None), Mailbox.lease_until <= now, Mailbox.state == MailboxState.ACTIVE)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    free = (
        update(Mailbox)
        .where(Mailbox.id.in_(dead.scalar_subquery()))
        .values(lease_id=None, lease_until=None)
        .returning(Mailbox.user_id, Mailbox.id)
    )
    return [MailboxRef(user_id, mailbox_id) for user_id, mailbox_id in await session.execute(free)]


async def unknown_ids(session: AsyncSession, mailbox_id: UUID, provider_ids: Sequence[str]) -> list[str]:
    """Those of the ids that are not stored yet, in their order."""
    stored = await session.scalars(
        select(Message.provider_message_id).where(
            Message.mailbox_id == mailbox_id, Message.provider_message_id.in_(provider_ids)
        )
    )
    known = set(stored)
    return [one for one in provider_ids if one not in known]


async def store_conversation(session: AsyncSession, mailbox: MailboxRef, thread_id: str, **values: Any) -> UUID:
    """The conversation of a thread, made or brought up to date with a newer message."""
    made = insert(Conversation).values(
        user_id=mailbox.user_id, mailbox_id=mailbox.mailbox_id, provider_thread_id=thread_id, **values
    )
    kept = made.on_conflict_do_update(
        index_elements=[Conversation.mailbox_id, Conversation.provider_thread_id],
        set_={
            "last_message_at": func.greatest(Conversation.last_message_at, made.excluded.last_message_at),
        },
    )
    return (await session.scalars(kept.returning(Conversation.id))).one()


async def store_message(session: AsyncSession, values: dict[str, Any]) -> UUID | None:
    """The new row's id, or None when the message is stored already."""
    made = (
        insert(Message)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[Message.mailbox_id, Message.provider_message_id])
    )
    return await session.scalar(made.returning(Message.id))


async def set_labels(
    session: AsyncSession, mailbox_id: UUID, provider_id: str, *, add: Iterable[str], remove: Iterable[str]
) -> Message | None:
    """The message with its new labels, locked; None when it is not stored."""
    message = await session.scalar(
        select(Message)
        .where(Message.mailbox_id == mailbox_id, Message.provider_message_id == provider_id)
        .with_for_update()
    )
    if message is not None:
        message.labels = sorted((set(message.labels) - set(remove)) | set(add))
    return message


async def mark_deleted(session: AsyncSession, mailbox_id: UUID, provider_ids: Sequence[str]) -> None:
    """Deleted at the provider: the row stays, but nothing more is thought or done about it."""
    mine = and_(Message.mailbox_id == mailbox_id, Message.provider_message_id.in_(provider_ids))
    await session.execute(update(Message).where(mine).values(labels=[]))
    await session.execute(
        update(Message)
        .where(mine, Message.state == MessageState.PENDING)
        .values(state=MessageState.IGNORED, error="It was deleted in Gmail before it was looked at.")
    )
