"""Queries of the grant: the tokens of a mailbox, and whose turn it is to renew them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Interval

from app.db.models import Mailbox, MailboxState


async def mailbox_by_id(session: AsyncSession, mailbox_id: UUID) -> Mailbox | None:
    return await session.scalar(select(Mailbox).where(Mailbox.id == mailbox_id))


async def claim_renewal(session: AsyncSession, seen: Mailbox, claim: UUID, *, lease: timedelta) -> bool:
    """Whether it is ours to fetch a new token in place of the one just seen; one at a time over all processes."""
    now = func.clock_timestamp()
    statement = (
        update(Mailbox)
        .where(
            Mailbox.id == seen.id,
            Mailbox.refresh_token_encrypted == seen.refresh_token_encrypted,
            Mailbox.access_token_encrypted.is_not_distinct_from(seen.access_token_encrypted),
            or_(Mailbox.renewal_until.is_(None), Mailbox.renewal_until <= now),
        )
        .values(renewal_id=claim, renewal_until=now + literal(lease, Interval))
        .returning(Mailbox.id)
    )
    return await session.scalar(statement) is not None


async def store_token(session: AsyncSession, mailbox_id: UUID, claim: UUID, *, token: bytes, until: datetime) -> bool:
    """False when the renewal is no longer ours: the mailbox was disconnected or connected anew meanwhile."""
    return await _end(
        session,
        mailbox_id,
        claim,
        access_token_encrypted=token,
        access_token_expires_at=until,
        state_reason=None,
        renewal_until=None,
    )


async def put_off(session: AsyncSession, mailbox_id: UUID, claim: UUID, *, wait: timedelta, **values: Any) -> None:
    """Nobody tries again before that."""
    until = func.clock_timestamp() + literal(wait, Interval)
    await _end(session, mailbox_id, claim, renewal_until=until, **values)


async def bury(session: AsyncSession, mailbox_id: UUID, claim: UUID, *, reason: str) -> bool:
    """Only the person can mend it; False when they just did, or it is known already."""
    return await _end(
        session,
        mailbox_id,
        claim,
        state=MailboxState.NEEDS_RECONNECT,
        state_reason=reason,
        access_token_encrypted=None,
        renewal_until=None,
    )


async def bury_without_token(session: AsyncSession, mailbox_id: UUID, *, reason: str) -> bool:
    """The same for a mailbox that should work and has no token at all."""
    statement = (
        update(Mailbox)
        .where(
            Mailbox.id == mailbox_id,
            Mailbox.state == MailboxState.ACTIVE,
            Mailbox.refresh_token_encrypted.is_(None),
        )
        .values(state=MailboxState.NEEDS_RECONNECT, state_reason=reason)
        .returning(Mailbox.id)
    )
    return await session.scalar(statement) is not None


async def _end(session: AsyncSession, mailbox_id: UUID, claim: UUID, **values: Any) -> bool:
    statement = (
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.renewal_id == claim, Mailbox.state == MailboxState.ACTIVE)
        .values(renewal_id=None, **values)
        .returning(Mailbox.id)
    )
    return await session.scalar(statement) is not None
