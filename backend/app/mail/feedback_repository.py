"""Queries over mailbox events, and over what actions of ours change."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action, ActionKind, ActionState, Direction, EventKind, EventSource, MailboxEvent, Message
from app.mail.feedback import Event, kind_of

PUT_BACK: Final = frozenset({ActionState.UNDOING, ActionState.UNDONE})
"""States of an action whose effect we take back, or took."""
ACTION_HEADER: Final = "x-getanswers-action"

Change: TypeAlias = tuple[UUID, str, str]
"""Message or action, kind of event, label."""


async def record_events(
    session: AsyncSession, user_id: UUID, events: Mapping[UUID, Sequence[Event]], *, now: datetime
) -> None:
    """Add what happened to each message; what is known already is not added again."""
    ours = await _own_changes(session, list(events))
    rows: list[dict[str, Any]] = []
    for message_id, happened in events.items():
        for event in happened:
            actions = ours.get((message_id, event.kind, event.label))
            action_id = actions.pop(0) if actions else None
            rows.append(
                {
                    "user_id": user_id,
                    "message_id": message_id,
                    "kind": event.kind.value,
                    "detail": event.label,
                    "source": EventSource.USER if action_id is None else EventSource.OURS,
                    "action_id": action_id,
                    "history_id": event.history_id,
                    "at": now,
                }
            )
    if rows:
        await session.execute(insert(MailboxEvent).values(rows).on_conflict_do_nothing())


async def _own_changes(session: AsyncSession, message_ids: Collection[UUID]) -> dict[Change, list[UUID]]:
    """Changes that actions of ours make and that no event has told of so far.

    An action keeps what would undo it before it changes anything, so this is known before Gmail tells of it.
    """
    actions = await session.execute(
        select(Action.id, Action.message_id, Action.state, Action.undo)
        .where(Action.message_id.in_(message_ids))
        .order_by(Action.id)
    )
    told = await session.execute(
        select(MailboxEvent.action_id, MailboxEvent.kind, MailboxEvent.detail).where(
            MailboxEvent.message_id.in_(message_ids), MailboxEvent.action_id.is_not(None)
        )
    )
    seen = {(action_id, kind, label) for action_id, kind, label in told}
    found: defaultdict[Change, list[UUID]] = defaultdict(list)
    for action_id, message_id, state, undo in actions:
        for label, was_added in _changes_of(undo, put_back=state in PUT_BACK):
            kind = kind_of(label, was_added=was_added)
            if (action_id, kind, label) not in seen:
                found[message_id, kind, label].append(action_id)
    return found


def _changes_of(undo: Mapping[str, Any], *, put_back: bool) -> Iterator[tuple[str, bool]]:
    for key, was_added in (("remove", True), ("add", False)):
        for label in undo.get(key, ()):
            yield label, was_added
            if put_back:
                yield label, not was_added


async def record_replies(session: AsyncSession, user_id: UUID, sent_ids: Collection[UUID]) -> None:
    """For each of these sent messages that answers one: an event of the message that it answers."""
    earlier, sent = Message.__table__.alias("earlier"), Message.__table__.alias("sent")
    answered = await session.execute(
        select(sent.c.provider_message_id, sent.c.received_at, sent.c.headers, earlier.c.id)
        .join(earlier, earlier.c.conversation_id == sent.c.conversation_id)
        .where(sent.c.id.in_(sent_ids))
        .where(earlier.c.direction == Direction.IN, earlier.c.received_at <= sent.c.received_at)
        .ext(distinct_on(sent.c.id))
        .order_by(sent.c.id, earlier.c.received_at.desc())
    )
    replies = list(answered)
    if not replies:
        return
    actions = await _replying_actions(session, [message_id for *_, message_id in replies])
    rows = [
        {
            "user_id": user_id,
            "message_id": message_id,
            "kind": EventKind.REPLIED.value,
            "detail": provider_id,
            "source": EventSource.USER if action is None else EventSource.OURS,
            "action_id": action,
            "history_id": 0,
            "at": at,
        }
        for provider_id, at, headers, message_id in replies
        for action in [_action_in(headers, actions)]
    ]
    await session.execute(insert(MailboxEvent).values(rows).on_conflict_do_nothing())


async def _replying_actions(session: AsyncSession, message_ids: Collection[UUID]) -> dict[str, UUID]:
    """Replies of ours by what stands in their header. A draft of ours that the user sends is the user's reply."""
    found = await session.scalars(
        select(Action.id).where(Action.message_id.in_(message_ids), Action.kind == ActionKind.REPLY)
    )
    return {str(action_id): action_id for action_id in found}


def _action_in(headers: Mapping[str, Sequence[str]], actions: Mapping[str, UUID]) -> UUID | None:
    return next((actions[value] for value in headers.get(ACTION_HEADER, ()) if value in actions), None)
