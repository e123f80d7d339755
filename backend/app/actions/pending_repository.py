"""Queries over what waits for its time on a message, and over the labels that say so; all rows come locked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actions.kinds import WAITING_LABEL
from app.actions.repository import came_after
from app.db.models import (
    Action,
    ActionKind,
    ActionState,
    Direction,
    EventKind,
    EventSource,
    MailboxEvent,
    Message,
)

NOT_PUT_OFF: Final = (ActionState.REJECTED, ActionState.EXPIRED, ActionState.SUPERSEDED, ActionState.UNDONE)
"""What has failed may be tried again, and what is being undone may yet stay done: then the mail is to come back."""

Rows: TypeAlias = Sequence[Action]


async def answered_reminders(session: AsyncSession, message_id: UUID | None, *, limit: int) -> Rows:
    """Reminders of conversations in which a person has written since; see `reminding.is_answered`."""
    answered = exists().where(_is_answer_to(later := aliased(Message)), later.conversation_id == Action.conversation_id)
    found = select(Action).join(Message, Message.id == Action.message_id).where(_waits(ActionKind.REMIND), answered)
    query = found.where(*_on(message_id)).order_by(Action.id).limit(limit)
    return (await session.scalars(query.with_for_update(of=Action, skip_locked=True))).all()


async def has_answer(session: AsyncSession, message: Message) -> bool:
    later = aliased(Message)
    answer = and_(Message.id == message.id, _is_answer_to(later), later.conversation_id == Message.conversation_id)
    return bool(await session.scalar(select(exists().where(answer))))


def _is_answer_to(later: type[Message]) -> ColumnElement[bool]:
    """To the message that the query is about: to one of the user's, somebody else's; else anybody's at all."""
    by_person = func.coalesce(later.headers["auto-submitted"][0].as_string(), "no")
    return and_(
        came_after(later, Message.received_at, Message.id),
        or_(Message.direction == Direction.IN, later.direction == Direction.IN),
        func.lower(func.btrim(by_person)) == "no",
    )


async def unmarked_reminders(session: AsyncSession, message_id: UUID | None, *, limit: int) -> Rows:
    """Reminders whose label the person has taken off since they asked."""
    mark = aliased(Action)
    taken_off = exists().where(
        mark.message_id == Action.message_id,
        _is_mark(mark),
        mark.undone_by == "user",
        mark.updated_at >= Action.created_at,
    )
    return await _locked(session, _waits(ActionKind.REMIND), taken_off, *_on(message_id), limit=limit)


async def idle_marks(session: AsyncSession, message_id: UUID | None, *, limit: int) -> Rows:
    """Labels that say that a reminder waits, on messages on which none does."""
    reminder = aliased(Action)
    alive = exists().where(
        reminder.message_id == Action.message_id,
        reminder.kind == ActionKind.REMIND,
        reminder.state.in_((ActionState.APPROVED, ActionState.EXECUTING)),
    )
    untouched = and_(Action.state == ActionState.APPROVED, Action.attempts == 0)
    there = and_(Action.undone_by.is_(None), or_(Action.state == ActionState.DONE, untouched))
    return await _locked(session, _is_mark(Action), there, ~alive, *_on(message_id), limit=limit)


async def was_marked(session: AsyncSession, message_id: UUID) -> bool:
    """Whether the label of a reminder was really given."""
    given = (_is_mark(Action), Action.state.in_((ActionState.DONE, ActionState.UNDOING, ActionState.UNDONE)))
    return bool(await session.scalar(select(exists().where(Action.message_id == message_id, *given))))


async def snoozes_ended_by_hand(session: AsyncSession, *, since: datetime, limit: int) -> Rows:
    """What is put off, and stands in the inbox again because the person brought it back."""
    waking = aliased(Action)
    still_to_wake = exists().where(waking.message_id == Action.message_id, _waits(ActionKind.WAKE, waking))
    # The label on the row tells that no later change of ours has overtaken what they did.
    back = and_(_by_hand(EventKind.MOVED_TO_INBOX, since), Message.labels.contains(["INBOX"]))
    found = select(Action).join(Message, Message.id == Action.message_id).where(_is_put_off(), still_to_wake, back)
    query = found.order_by(Action.id).limit(limit).with_for_update(of=Action, skip_locked=True)
    return (await session.scalars(query)).all()


async def wakings_without_snooze(session: AsyncSession, message_id: UUID | None, *, limit: int) -> Rows:
    """What would bring back a mail that is not put off, or is back already."""
    snooze = aliased(Action)
    latest = (
        select(snooze.state)
        .where(snooze.message_id == Action.message_id, snooze.kind == ActionKind.SNOOZE)
        .order_by(snooze.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return await _locked(session, _waits(ActionKind.WAKE), latest.in_(NOT_PUT_OFF), *_on(message_id), limit=limit)


async def wakings_unmarked_by_hand(session: AsyncSession, *, since: datetime, limit: int) -> Rows:
    """What would bring back a mail whose label the person has taken off."""
    snooze = aliased(Action)
    event = MailboxEvent
    taken_off = exists().where(
        snooze.message_id == Action.message_id,
        snooze.kind == ActionKind.SNOOZE,
        snooze.state == ActionState.DONE,
        snooze.created_at >= Action.created_at,
        event.message_id == snooze.message_id,
        event.source == EventSource.USER,
        event.kind == EventKind.LABEL_REMOVED,
        event.at > since,
        event.at >= snooze.resolved_at,
        snooze.undo["remove"].has_key(event.detail),
    )
    return await _locked(session, _waits(ActionKind.WAKE), taken_off, limit=limit)


def _by_hand(kind: EventKind, since: datetime) -> ColumnElement[bool]:
    return exists().where(
        MailboxEvent.message_id == Action.message_id,
        MailboxEvent.source == EventSource.USER,
        MailboxEvent.kind == kind,
        MailboxEvent.at > since,
        MailboxEvent.at >= Action.resolved_at,
    )


def _waits(kind: ActionKind, action: type[Action] = Action) -> ColumnElement[bool]:
    return and_(action.kind == kind, action.state == ActionState.APPROVED, action.attempts == 0)


def _is_put_off() -> ColumnElement[bool]:
    """The latest of its message: an earlier one was replaced by it."""
    later = aliased(Action)
    newer = exists().where(later.message_id == Action.message_id, later.kind == ActionKind.SNOOZE, later.id > Action.id)
    done = and_(Action.kind == ActionKind.SNOOZE, Action.state == ActionState.DONE, Action.undone_by.is_(None))
    return and_(done, ~newer)


def _is_mark(action: type[Action]) -> ColumnElement[bool]:
    said = action.payload["add"].contains([WAITING_LABEL])
    return and_(action.requested, action.kind == ActionKind.LABEL, said)


def _on(message_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    return () if message_id is None else (Action.message_id == message_id,)


async def _locked(session: AsyncSession, *conditions: ColumnElement[bool], limit: int) -> Rows:
    query = select(Action).where(*conditions).order_by(Action.id).limit(limit)
    return (await session.scalars(query.with_for_update(of=Action, skip_locked=True))).all()
