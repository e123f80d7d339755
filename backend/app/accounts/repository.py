"""Queries of the accounts room: users, links, sessions, consent under way, mailboxes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import AuditEntry, MagicLink, Mailbox, OAuthFlow, Session, User


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    return await session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


async def user_by_id(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> User | None:
    query = select(User).where(User.id == user_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def links_since(session: AsyncSession, user_id: UUID, *, since: datetime) -> int:
    query = select(func.count()).where(MagicLink.user_id == user_id, MagicLink.created_at >= since)
    return await session.scalar(query) or 0


async def use_up_link(
    session: AsyncSession, *, token_hash: bytes, browser_hash: bytes | None, now: datetime
) -> UUID | None:
    """User of a link that is good here and now; one statement, so that two at once cannot both have it."""
    statement = (
        update(MagicLink)
        .where(
            MagicLink.token_hash == token_hash,
            MagicLink.used_at.is_(None),
            MagicLink.expires_at > now,
            or_(MagicLink.browser_hash.is_(None), MagicLink.browser_hash == browser_hash),
        )
        .values(used_at=now)
        .returning(MagicLink.user_id)
    )
    return await session.scalar(statement)


async def session_with_user(session: AsyncSession, *, token_hash: bytes, now: datetime) -> Row[Session, User] | None:
    query = (
        select(Session, User)
        .join(User, User.id == Session.user_id)
        .where(Session.token_hash == token_hash, Session.expires_at > now)
    )
    return (await session.execute(query)).one_or_none()


async def delete_session(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(Session).where(Session.id == session_id))


async def delete_sessions_of(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(delete(Session).where(Session.user_id == user_id))


async def take_oauth_flow(
    session: AsyncSession, *, state_hash: bytes, session_id: UUID, now: datetime
) -> Row[UUID, bytes] | None:
    """Id and encrypted verifier of a consent under way in this very session; it can be taken once."""
    statement = (
        delete(OAuthFlow)
        .where(OAuthFlow.state_hash == state_hash, OAuthFlow.session_id == session_id, OAuthFlow.expires_at > now)
        .returning(OAuthFlow.id, OAuthFlow.verifier_encrypted)
    )
    return (await session.execute(statement)).one_or_none()


async def delete_oauth_flows_of(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(delete(OAuthFlow).where(OAuthFlow.user_id == user_id))


async def mailboxes_of(session: AsyncSession, user_id: UUID) -> Sequence[Mailbox]:
    query = select(Mailbox).where(Mailbox.user_id == user_id).order_by(Mailbox.address)
    return (await session.scalars(query)).all()


async def mailbox_by_address(session: AsyncSession, user_id: UUID, *, provider: str, address: str) -> Mailbox | None:
    query = select(Mailbox).where(Mailbox.user_id == user_id, Mailbox.provider == provider, Mailbox.address == address)
    return await session.scalar(query)


async def mailbox_by_id(session: AsyncSession, user_id: UUID, mailbox_id: UUID) -> Mailbox | None:
    query = select(Mailbox).where(Mailbox.user_id == user_id, Mailbox.id == mailbox_id).with_for_update()
    return await session.scalar(query)


def record(
    session: AsyncSession, event: str, *, user_id: UUID, subject_type: str, subject_id: UUID, **details: Any
) -> None:
    """Write down what the user did; ids and settings only, never an address or a token."""
    session.add(
        AuditEntry(
            user_id=user_id,
            actor="user",
            event=event,
            subject_type=subject_type,
            subject_id=subject_id,
            details=details,
        )
    )
