"""Queries for what time and newer mail do to actions; all rows come locked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actions.repository import TEXT_KINDS, came_after
from app.db.models import Action, ActionKind, ActionState, Message, Notice


async def open_of_conversation(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, *, older_than: datetime
) -> Sequence[Action]:
    """Locked: what waits for the person, and texts that are not under way yet, for messages older than that."""
    return (
        await session.scalars(
            select(Action)
            .join(Message, Message.id == Action.message_id)
            .where(
                Action.user_id == user_id,
                Action.conversation_id == conversation_id,
                Message.received_at < older_than,
                _can_be_superseded(),
            )
            .order_by(Action.id)
            .with_for_update(of=Action)
        )
    ).all()


async def outdated(session: AsyncSession, *, limit: int) -> Sequence[Action]:
    """Locked: open actions whose conversation has gone on, e.g. because the user answered by other means."""
    return (
        await session.scalars(
            select(Action)
            .join(Message, Message.id == Action.message_id)
            .where(_can_be_superseded(), _went_on())
            .order_by(Action.id)
            .limit(limit)
            .with_for_update(of=Action, skip_locked=True)
        )
    ).all()


async def drafts_of_conversation(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, *, older_than: datetime
) -> Sequence[Action]:
    """Locked: drafts that we have left for messages older than that."""
    mine = (Action.user_id == user_id, Action.conversation_id == conversation_id, Message.received_at < older_than)
    left = _left_drafts().where(*mine).with_for_update(of=Action)
    return (await session.scalars(left)).all()


async def outdated_drafts(session: AsyncSession, *, limit: int) -> Sequence[Action]:
    """Locked: drafts that we have left in conversations that have gone on."""
    left = _left_drafts().where(_went_on()).limit(limit).with_for_update(of=Action, skip_locked=True)
    return (await session.scalars(left)).all()


def _left_drafts() -> Select[Action]:
    return (
        select(Action)
        .join(Message, Message.id == Action.message_id)
        .where(
            Action.kind == ActionKind.DRAFT,
            Action.state == ActionState.DONE,
            Action.provider_draft_id.is_not(None),
            Action.error.is_(None),  # else taking it back was tried, and it stays
        )
        .order_by(Action.id)
    )


def _went_on() -> ColumnElement[bool]:
    newer = aliased(Message)
    return exists().where(
        newer.conversation_id == Action.conversation_id, came_after(newer, Message.received_at, Message.id)
    )


async def due_to_escalate(session: AsyncSession, *, now: datetime, before: datetime, limit: int) -> Sequence[Action]:
    """Locked: what the person was told of, still waits and expires before that."""
    told = exists().where(Notice.user_id == Action.user_id, Notice.subject_id == Action.id)
    waits = (Action.state == ActionState.PROPOSED, Action.escalated_at.is_(None))
    due = select(Action).where(*waits, Action.expires_at > now, Action.expires_at <= before, told)
    locked = due.order_by(Action.id).limit(limit).with_for_update(of=Action, skip_locked=True)
    return (await session.scalars(locked)).all()


def _can_be_superseded() -> ColumnElement[bool]:
    # An attempt may have left its mark at the provider: only execution, which looks there first, may end those.
    untouched_text = and_(Action.state == ActionState.APPROVED, Action.kind.in_(TEXT_KINDS), Action.attempts == 0)
    return or_(Action.state == ActionState.PROPOSED, untouched_text)


async def due_to_expire(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Action]:
    untouched = and_(Action.state == ActionState.APPROVED, Action.attempts == 0)
    return (
        await session.scalars(
            select(Action)
            .where(Action.expires_at <= now, or_(Action.state == ActionState.PROPOSED, untouched))
            .order_by(Action.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
