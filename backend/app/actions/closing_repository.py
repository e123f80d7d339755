"""Queries for what time and newer mail do to actions; all rows come locked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actions.repository import TEXT_KINDS, came_after
from app.actions.transitions import WAITING
from app.db.models import (
    Action,
    ActionKind,
    ActionState,
    EventKind,
    EventSource,
    MailboxEvent,
    Message,
    Notice,
)

OPEN: Final = (*sorted(WAITING), ActionState.APPROVED)
"""What may end by itself. An index holds these alone, in the order of their expiry; without it, and in the order of the
ids, each look would go through all that ever was."""
CHANGING: Final = (ActionKind.LABEL, ActionKind.ARCHIVE, ActionKind.MARK_READ)


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
                or_(~Action.requested, _went_on()),
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
            .order_by(Action.expires_at)
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
    """For what the person asked for, only by what they could not have seen when they did."""
    newer = aliased(Message)
    return exists().where(
        newer.conversation_id == Action.conversation_id,
        came_after(newer, Message.received_at, Message.id),
        or_(~Action.requested, newer.created_at > Action.created_at),
    )


async def decided_unasked(session: AsyncSession, mailbox_id: UUID, kinds: Collection[str]) -> Sequence[Action]:
    """What the policy approved in this mailbox, of these kinds, and no attempt was made at."""
    untouched = (Action.state == ActionState.APPROVED, Action.attempts == 0, Action.decided_by == "policy")
    found = select(Action).where(Action.mailbox_id == mailbox_id, Action.kind.in_(kinds), *untouched)
    return (await session.scalars(found.order_by(Action.id).with_for_update(of=Action))).all()


async def corrected_by_hand(session: AsyncSession, *, since: datetime, limit: int) -> Sequence[Action]:
    """Done actions of whose effect the person has taken back a part since; those that cannot be undone only once."""
    removed_ours = and_(
        MailboxEvent.kind == EventKind.LABEL_REMOVED, Action.undo["remove"].has_key(MailboxEvent.detail)
    )
    moved_back = and_(Action.kind == ActionKind.ARCHIVE, MailboxEvent.kind == EventKind.MOVED_TO_INBOX)
    unread_again = and_(Action.kind == ActionKind.MARK_READ, MailboxEvent.kind == EventKind.UNREAD)
    by_hand = exists().where(
        MailboxEvent.message_id == Action.message_id,
        MailboxEvent.source == EventSource.USER,
        MailboxEvent.at > since,
        MailboxEvent.at >= Action.resolved_at,
        or_(removed_ours, moved_back, unread_again),
    )
    done = (Action.state == ActionState.DONE, Action.kind.in_(CHANGING), Action.undone_by.is_(None))
    recent = select(MailboxEvent.message_id).where(MailboxEvent.source == EventSource.USER, MailboxEvent.at > since)
    found = select(Action).where(Action.message_id.in_(recent), *done, by_hand).order_by(Action.id).limit(limit)
    return (await session.scalars(found.with_for_update(of=Action, skip_locked=True))).all()


async def due_to_escalate(session: AsyncSession, *, now: datetime, before: datetime, limit: int) -> Sequence[Action]:
    """Locked: what the person was told of, still waits and expires before that."""
    told = exists().where(Notice.user_id == Action.user_id, Notice.subject_id == Action.id)
    waits = (Action.state.in_(WAITING), Action.escalated_at.is_(None))
    due = select(Action).where(*waits, Action.expires_at > now, Action.expires_at <= before, told)
    locked = due.order_by(Action.expires_at).limit(limit).with_for_update(of=Action, skip_locked=True)
    return (await session.scalars(locked)).all()


def _can_be_superseded() -> ColumnElement[bool]:
    # An attempt may have left its mark at the provider: only execution, which looks there first, may end those.
    untouched_text = and_(Action.kind.in_(TEXT_KINDS), Action.attempts == 0)
    return and_(Action.state.in_(OPEN), or_(Action.state.in_(WAITING), untouched_text))


async def due_to_expire(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Action]:
    untouched = or_(Action.state.in_(WAITING), Action.attempts == 0)
    return (
        await session.scalars(
            select(Action)
            .where(Action.expires_at <= now, Action.state.in_(OPEN), untouched)
            .order_by(Action.expires_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
