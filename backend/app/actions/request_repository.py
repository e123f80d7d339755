"""Queries behind what a person asks for on a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action, Mailbox, Message, User, Verdict
from app.mail.identities import own_addresses


@dataclass(frozen=True, slots=True)
class Asked:
    """A message of the user's, with what is needed to write for them."""

    message: Message
    mailbox: Mailbox
    user: User
    language: str
    """As triage found it; empty when it never looked."""

    @property
    def own(self) -> frozenset[str]:
        return own_addresses(self.mailbox, self.user.email)


async def asked(session: AsyncSession, user_id: UUID, message_id: UUID) -> Asked | None:
    query = (
        select(Message, Mailbox, User, Verdict.signals)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .join(User, User.id == Message.user_id)
        .outerjoin(Verdict, Verdict.message_id == Message.id)
        .where(Message.user_id == user_id, Message.id == message_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    message, mailbox, user, signals = row
    return Asked(message, mailbox, user, str((signals or {}).get("language", "")))


async def of_kind(session: AsyncSession, message: Message, kind: str) -> Sequence[Action]:
    """Locked: every action of this kind on the message, the newest first."""
    query = (
        select(Action)
        .where(Action.user_id == message.user_id, Action.message_id == message.id, Action.kind == kind)
        .order_by(Action.id.desc())
        .with_for_update()
    )
    return (await session.scalars(query)).all()
