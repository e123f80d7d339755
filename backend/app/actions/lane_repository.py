"""Queries for the order in which a mailbox is worked on: in two lanes, in each of them the oldest action first.

What goes to people and what tidies up never wait for each other: a reply is not kept behind hundreds of newsletters
that are being put away. What Gmail asks to wait for lets the others of its lane pass.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import repository
from app.actions.kinds import SENT
from app.actions.repository import Subject
from app.db.models import Action, ActionKind, ActionState, Mailbox

WRITING: Final = SENT | frozenset(repository.TEXT_KINDS)
CHANGING: Final = frozenset(ActionKind) - WRITING


@dataclass(frozen=True, slots=True)
class Lane:
    user_id: UUID
    mailbox_id: UUID
    kinds: frozenset[ActionKind]


async def lane_of(session: AsyncSession, user_id: UUID, action_id: UUID) -> Lane | None:
    query = select(Action.mailbox_id, Action.kind).where(Action.user_id == user_id, Action.id == action_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    mailbox_id, kind = row
    return Lane(user_id, mailbox_id, WRITING if kind in WRITING else CHANGING)


async def first_due(session: AsyncSession, lane: Lane, *, now: datetime) -> Subject | None:
    """Locked: what is to be done next; None also while somebody works in this lane.

    The lock on the mailbox lets one worker look at a time. Who finds the lane taken may go: whoever has it looks
    again after each action.
    """
    await session.execute(select(Mailbox.id).where(Mailbox.id == lane.mailbox_id).with_for_update(key_share=True))
    if await session.scalar(select(exists().where(*_in(lane), _is_worked_on(now)))):
        return None
    oldest = select(Action.id).where(*_in(lane), _is_due(now)).order_by(Action.decided_at, Action.id).limit(1)
    action_id = await session.scalar(oldest)
    if action_id is None:
        return None
    subject = await repository.locked_subject(session, lane.user_id, action_id)
    # It may have been decided anew while its lock was waited for; then somebody else sees to it.
    still_due = await session.scalar(select(exists().where(Action.id == action_id, _is_due(now))))
    return subject if still_due else None


def _in(lane: Lane) -> tuple[ColumnElement[bool], ...]:
    return (Action.user_id == lane.user_id, Action.mailbox_id == lane.mailbox_id, Action.kind.in_(lane.kinds))


def _is_worked_on(now: datetime) -> ColumnElement[bool]:
    return and_(Action.state.in_((ActionState.EXECUTING, ActionState.UNDOING)), Action.lease_until > now)


def _is_due(now: datetime) -> ColumnElement[bool]:
    waited = or_(Action.not_before.is_(None), Action.not_before <= now)
    free = or_(Action.lease_until.is_(None), Action.lease_until <= now)
    return or_(
        and_(Action.state == ActionState.APPROVED, waited),
        and_(Action.state == ActionState.EXECUTING, free),
        and_(Action.state == ActionState.UNDOING, waited, free),
    )
