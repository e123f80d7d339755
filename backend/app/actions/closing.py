"""How actions end without anybody deciding: the conversation went on, or time ran out."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import closing_repository as repository
from app.actions.hand_over import tell_person
from app.actions.transitions import Actor, move, note
from app.actions.undo import begin_undo
from app.db.models import Action, ActionState, utc_now

log = structlog.get_logger(__name__)

LAST_CALL: Final = timedelta(hours=24)
"""So long before it expires, what waits is raised."""


async def supersede_open(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, *, newer_than: datetime, now: datetime | None = None
) -> int:
    """Close what a conversation has open for messages older than `newer_than`: its newest message has come since."""
    older = await repository.open_of_conversation(session, user_id, conversation_id, older_than=newer_than)
    drafts = await repository.drafts_of_conversation(session, user_id, conversation_id, older_than=newer_than)
    _withdraw(session, drafts, now)
    return _close(session, older, ActionState.SUPERSEDED, now)


async def supersede_outdated(session: AsyncSession, *, now: datetime | None = None, limit: int = 500) -> int:
    """Close what conversations that have gone on still have open, and take back the drafts left for them.

    For the sweeper, over all users.
    """
    _withdraw(session, await repository.outdated_drafts(session, limit=limit), now)
    return _close(session, await repository.outdated(session, limit=limit), ActionState.SUPERSEDED, now)


async def expire_due(session: AsyncSession, *, now: datetime | None = None, limit: int = 500) -> int:
    """Close what nobody decided in time; for the sweeper, over all users. Returns how many there were."""
    due = await repository.due_to_expire(session, now=now or utc_now(), limit=limit)
    return _close(session, due, ActionState.EXPIRED, now)


async def escalate_due(session: AsyncSession, *, now: datetime | None = None, limit: int = 500) -> int:
    """Raise what was told about and still waits shortly before it expires; for the sweeper, over all users."""
    now = now or utc_now()
    due = await repository.due_to_escalate(session, now=now, before=now + LAST_CALL, limit=limit)
    for action in due:
        raise_urgency(session, action, actor=Actor.WORKER, now=now)
    return len(due)


async def stop_unasked(session: AsyncSession, mailbox_id: UUID, kinds: Collection[str], *, now: datetime) -> int:
    """Stop what the policy had decided to do in a mailbox, of these kinds, and nobody has begun with."""
    waiting = await repository.decided_unasked(session, mailbox_id, kinds)
    for action in waiting:
        move(session, action, ActionState.REJECTED, actor=Actor.USER, now=now)
    return len(waiting)


def raise_urgency(session: AsyncSession, action: Action, *, actor: Actor, now: datetime) -> None:
    """Put a locked, waiting action at the top, and have the person told once more."""
    note(session, action, "action.escalated", actor=actor, now=now, escalated_at=now, not_before=None)
    tell_person(session, action)


def _withdraw(session: AsyncSession, drafts: Sequence[Action], now: datetime | None) -> None:
    """Drafts that no longer fit go, unless the person has written in them; a conversation has one of ours at most."""
    for draft in drafts:
        begin_undo(session, draft, actor=Actor.WORKER, now=now or utc_now())


def _close(session: AsyncSession, actions: Sequence[Action], to: ActionState, now: datetime | None) -> int:
    for action in actions:
        move(session, action, to, actor=Actor.WORKER, now=now or utc_now())
    if actions:
        log.info("actions.closed", state=to, count=len(actions))
    return len(actions)
