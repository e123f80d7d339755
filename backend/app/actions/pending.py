"""What waits for its time ends as soon as it has no point any more, and the label that says so goes with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import pending_repository as repository
from app.actions.by_hand import REMEMBERED
from app.actions.transitions import Actor, move
from app.actions.undo import begin_undo
from app.db.models import Action, ActionKind, ActionState

log = structlog.get_logger(__name__)

KINDS: Final = frozenset({ActionKind.REMIND, ActionKind.SNOOZE})
"""With which others end."""
ENOUGH: Final = 500

ANSWERED: Final = "Somebody has written in the conversation, so there is nothing to remind you of."
UNMARKED: Final = "The label GetAnswers/Waiting was taken off by hand, so the reminder was cancelled."
NOTHING_WAITS: Final = "No reminder waits any more, so the label that says so was not given."
NOT_PUT_OFF: Final = "The mail is not put off any more, so there is nothing to bring back."
SNOOZE_UNMARKED: Final = "The label GetAnswers/Snoozed was taken off by hand, so the mail stays where it is."


async def end_by_hand(session: AsyncSession, *, now: datetime, limit: int = ENOUGH) -> int:
    """End what the person has ended in Gmail; for the sweeper, over all users. Returns how many there were.

    Whoever brings a mail back has ended its snooze, and whoever takes its label off wants it left alone.
    """
    back = await repository.snoozes_ended_by_hand(session, since=now - REMEMBERED, limit=limit)
    for snooze in back:
        begin_undo(session, snooze, actor=Actor.USER, now=now)
    left_alone = await repository.wakings_unmarked_by_hand(session, since=now - REMEMBERED, limit=limit)
    _close(session, left_alone, ActionState.REJECTED, SNOOZE_UNMARKED, actor=Actor.USER, now=now)
    return len(back) + len(left_alone)


async def end_pointless(
    session: AsyncSession, *, now: datetime, message_id: UUID | None = None, limit: int = ENOUGH
) -> int:
    """End what has no point any more, on one message or, for the sweeper, over all users. Returns how many."""
    answered = await repository.answered_reminders(session, message_id, limit=limit)
    _close(session, answered, ActionState.SUPERSEDED, ANSWERED, actor=Actor.WORKER, now=now)
    unmarked = await repository.unmarked_reminders(session, message_id, limit=limit)
    open_still = [reminder for reminder in unmarked if reminder.state == ActionState.APPROVED]
    _close(session, open_still, ActionState.REJECTED, UNMARKED, actor=Actor.USER, now=now)
    wakings = await repository.wakings_without_snooze(session, message_id, limit=limit)
    _close(session, wakings, ActionState.SUPERSEDED, NOT_PUT_OFF, actor=Actor.WORKER, now=now)
    await session.flush()  # the labels of the reminders that just ended are looked for in the database
    marks = await repository.idle_marks(session, message_id, limit=limit)
    for mark in marks:
        _take_off(session, mark, now)
    ended = len(answered) + len(open_still) + len(wakings)
    if ended or marks:
        log.info("actions.pointless", ended=ended, labels=len(marks))
    return ended + len(marks)


def _close(
    session: AsyncSession, actions: Sequence[Action], to: ActionState, reason: str, *, actor: Actor, now: datetime
) -> None:
    for action in actions:
        move(session, action, to, actor=actor, now=now, error=reason, approved_hash=None)


def _take_off(session: AsyncSession, mark: Action, now: datetime) -> None:
    if mark.state == ActionState.DONE:
        begin_undo(session, mark, actor=Actor.WORKER, now=now)
    else:
        move(session, mark, ActionState.SUPERSEDED, actor=Actor.WORKER, now=now, error=NOTHING_WAITS)
