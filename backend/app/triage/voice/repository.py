"""Queries of voice: the user's own sent mail, the profile, the notes, and drafts to hold against what was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from app.actions.transitions import Actor
from app.db.models import (
    Action,
    ActionKind,
    ActionState,
    Direction,
    Message,
    NoteScope,
    User,
    Verdict,
    VoiceNote,
    VoiceProfile,
)

OWN_MAILS: Final = 200
OWN_MAIL_LENGTH: Final = 5_000
MOST_NOTES: Final = 60
DRAFTS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A draft, and what the user sent in its place: edited here, or written by themselves."""

    verdict_id: UUID
    sender_address: str
    draft: str
    sent: str


async def own_mail(session: AsyncSession, user_id: UUID) -> list[str]:
    """What the user wrote themselves, the latest first; what was sent from here is not among it."""
    from_here = select(Action.id).where(
        Action.user_id == user_id, Action.provider_result_id == Message.provider_message_id
    )
    found = await session.scalars(
        select(func.left(Message.text, OWN_MAIL_LENGTH))
        .where(Message.user_id == user_id, Message.direction == Direction.OUT, ~from_here.exists())
        .order_by(Message.received_at.desc())
        .limit(OWN_MAILS)
    )
    return list(found)


async def own_name(session: AsyncSession, user_id: UUID) -> str:
    return await session.scalar(select(User.name).where(User.id == user_id)) or ""


async def profile(session: AsyncSession, user_id: UUID) -> VoiceProfile | None:
    return await session.scalar(select(VoiceProfile).where(VoiceProfile.user_id == user_id))


async def save_profile(
    session: AsyncSession, user_id: UUID, *, values: dict[str, object], enabled: bool, now: datetime
) -> None:
    made = insert(VoiceProfile).values(
        id=uuid7(), user_id=user_id, profile=values, enabled=enabled, computed_at=now, created_at=now
    )
    changed = {"profile": values, "enabled": enabled, "computed_at": now}
    await session.execute(made.on_conflict_do_update(index_elements=[VoiceProfile.user_id], set_=changed))


async def notes(session: AsyncSession, user_id: UUID) -> list[VoiceNote]:
    """The latest first."""
    found = await session.scalars(
        select(VoiceNote).where(VoiceNote.user_id == user_id).order_by(VoiceNote.updated_at.desc(), VoiceNote.id)
    )
    return list(found)


async def notes_for(session: AsyncSession, user_id: UUID, *, sender: str, domain: str) -> list[VoiceNote]:
    found = await session.scalars(
        select(VoiceNote).where(
            VoiceNote.user_id == user_id,
            or_(
                VoiceNote.scope == NoteScope.ALL,
                and_(VoiceNote.scope == NoteScope.DOMAIN, VoiceNote.scope_value == domain),
                and_(VoiceNote.scope == NoteScope.SENDER, VoiceNote.scope_value == sender),
            ),
        )
    )
    return list(found)


async def save_note(
    session: AsyncSession, user_id: UUID, *, scope: NoteScope, value: str, kind: str, text: str, now: datetime
) -> None:
    """The same once more is counted; another text of its kind takes its place."""
    made = insert(VoiceNote).values(
        id=uuid7(),
        user_id=user_id,
        scope=scope,
        scope_value=value,
        kind=kind,
        text=text,
        seen=1,
        created_at=now,
        updated_at=now,
    )
    seen = case((VoiceNote.text == made.excluded.text, VoiceNote.seen + 1), else_=1)
    changed = {"text": text, "updated_at": now, "seen": seen}
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[VoiceNote.user_id, VoiceNote.scope, VoiceNote.scope_value, VoiceNote.kind], set_=changed
        )
    )


async def learned_for(session: AsyncSession, user_id: UUID, *, kind: str, text: str) -> list[str]:
    """For which senders and domains the same note holds; the empty string is for all."""
    found = await session.scalars(
        select(VoiceNote.scope_value).where(
            VoiceNote.user_id == user_id, VoiceNote.kind == kind, VoiceNote.text == text
        )
    )
    return list(found)


async def remove_note(session: AsyncSession, user_id: UUID, note_id: UUID) -> bool:
    gone = delete(VoiceNote).where(VoiceNote.user_id == user_id, VoiceNote.id == note_id).returning(VoiceNote.id)
    return await session.scalar(gone) is not None


async def remove_narrower(session: AsyncSession, user_id: UUID, values: Iterable[str], *, kind: str, text: str) -> None:
    """Where a wider note says the same."""
    await session.execute(
        delete(VoiceNote).where(
            VoiceNote.user_id == user_id,
            VoiceNote.scope_value.in_(list(values)),
            VoiceNote.kind == kind,
            VoiceNote.text == text,
        )
    )


async def remove_all_notes(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(delete(VoiceNote).where(VoiceNote.user_id == user_id))


async def trim_notes(session: AsyncSession, user_id: UUID) -> None:
    """The oldest go when there are too many."""
    kept = (
        select(VoiceNote.id)
        .where(VoiceNote.user_id == user_id)
        .order_by(VoiceNote.updated_at.desc(), VoiceNote.id)
        .limit(MOST_NOTES)
    )
    await session.execute(delete(VoiceNote).where(VoiceNote.user_id == user_id, VoiceNote.id.not_in(kept)))


async def unlearned(session: AsyncSession, user_id: UUID, *, since: datetime) -> list[Written]:
    """Drafts that the user has answered in some way and that nothing was learnt from yet."""
    ours = select(Action.id).where(Action.user_id == user_id, Action.provider_result_id.is_not(None))
    edited = (
        select(Action.payload["body"].as_string())
        .where(
            Action.message_id == Verdict.message_id,
            Action.user_id == user_id,
            # A draft that was saved is theirs to change in Gmail; what they send of it counts.
            Action.kind == ActionKind.REPLY,
            Action.decided_by == Actor.USER,
            Action.state == ActionState.DONE,
        )
        .limit(1)
        .scalar_subquery()
    )
    answer = aliased(Message)
    own = (
        select(func.left(answer.text, OWN_MAIL_LENGTH))
        .where(
            answer.user_id == user_id,
            answer.conversation_id == Message.conversation_id,
            answer.direction == Direction.OUT,
            answer.received_at > Message.received_at,
            ~ours.where(Action.provider_result_id == answer.provider_message_id).exists(),
        )
        .order_by(answer.received_at)
        .limit(1)
        .scalar_subquery()
    )
    sent = func.coalesce(edited, own)
    found = await session.execute(
        select(Verdict.id, Message.sender_address, Verdict.draft, sent)
        .join(Message, Message.id == Verdict.message_id)
        .where(
            Verdict.user_id == user_id,
            Verdict.draft.is_not(None),
            Verdict.learned_at.is_(None),
            Verdict.created_at >= since,
            sent.is_not(None),
        )
        .limit(DRAFTS_AT_ONCE)
    )
    return [Written(*row) for row in found]


async def mark_learned(session: AsyncSession, user_id: UUID, verdict_ids: Iterable[UUID], *, now: datetime) -> None:
    await session.execute(
        update(Verdict).where(Verdict.user_id == user_id, Verdict.id.in_(list(verdict_ids))).values(learned_at=now)
    )
