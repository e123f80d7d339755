"""Execution's side of the database: taking an action, keeping what was learnt on the way, writing the outcome.

Every function is one short transaction. The attempt number is the fence: who lost the lease writes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import repository
from app.actions.approval import NotWhatWasApprovedError, approved_payload
from app.actions.kinds import ChangePayload, TextPayload
from app.actions.repository import Subject
from app.actions.transitions import Actor, move, touch
from app.db.models import Action, ActionState, MailboxState
from app.db.session import Database
from app.errors import NotFoundError

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=6)
"""Longer than a task may run, by the time after which an unknown outcome may be looked at."""
PAUSED_RECHECK: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class Claimed:
    """An action under lease, with all that is needed to do it."""

    user_id: UUID
    action_id: UUID
    mailbox_id: UUID
    attempt: int
    payload: TextPayload | ChangePayload
    automatic: bool
    """Nobody approved it but the policy."""
    provider_message_id: str
    thread_id: str
    sender: str
    sender_name: str
    in_reply_to: str | None
    references: tuple[str, ...]
    draft_id: str | None
    """Of an earlier attempt that may have sent it."""
    undo: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    state: ActionState
    error: str | None = None
    not_before: datetime | None = None
    draft_id: str | None = None
    result_id: str | None = None


class ClaimLostError(Exception):
    """Somebody else has taken over, or it was closed: this attempt must do nothing more."""


async def claim(database: Database, *, user_id: UUID, action_id: UUID, now: datetime) -> Claimed | None:
    """Take an approved action, or one whose attempt died; None when there is nothing to do now.

    Raises NotFoundError for an unknown id, or another user's.
    """
    async with database.transaction(user_id) as session:
        subject = await repository.locked_subject(session, user_id, action_id)
        if subject is None:
            raise NotFoundError("There is no such action.")
        action = subject.action
        if not _is_due(action, now):
            return None
        if _is_paused(subject):
            _put_off(session, action, now)
            return None
        try:
            payload = approved_payload(action)
        except NotWhatWasApprovedError as error:
            _refuse(session, action, str(error.__doc__), now)
            return None
        if await _closed(session, subject, now):
            return None
        attempt = action.attempts + 1
        move(
            session,
            action,
            ActionState.EXECUTING,
            actor=Actor.WORKER,
            now=now,
            attempts=attempt,
            lease_until=now + LEASE,
            not_before=None,
        )
        return _claimed(subject, payload, attempt)


def _is_paused(subject: Subject) -> bool:
    """By the kill switch, or because the mailbox was disconnected: a worker may still remember its tokens."""
    return subject.user.effects_paused or subject.mailbox.state != MailboxState.ACTIVE


def _is_due(action: Action, now: datetime) -> bool:
    match action.state:
        case ActionState.APPROVED:
            return action.not_before is None or action.not_before <= now
        case ActionState.EXECUTING:
            return action.lease_until is None or action.lease_until <= now
        case _:
            return False


def _put_off(session: AsyncSession, action: Action, now: datetime) -> None:
    later = now + PAUSED_RECHECK
    if action.state == ActionState.EXECUTING:
        move(session, action, ActionState.APPROVED, actor=Actor.WORKER, now=now, not_before=later)
    else:
        action.not_before = later
        touch(action, now)


def _refuse(session: AsyncSession, action: Action, reason: str, now: datetime) -> None:
    # With a stored draft an earlier attempt may have sent it; without one it surely did not.
    maybe_sent = action.kind in repository.TEXT_KINDS and action.provider_draft_id is not None
    state = ActionState.UNKNOWN if maybe_sent else ActionState.FAILED
    move(session, action, state, actor=Actor.WORKER, now=now, error=reason)
    log.warning("action.refused", action_id=str(action.id), state=state)


async def _closed(session: AsyncSession, subject: Subject, now: datetime) -> bool:
    action = subject.action
    if action.attempts >= MAX_ATTEMPTS:
        _refuse(session, action, f"It was tried {action.attempts} times. {action.error or ''}".strip(), now)
    elif action.provider_draft_id is None and (state := await _void(session, subject, now)):
        move(session, action, state, actor=Actor.WORKER, now=now)
    return action.state not in {ActionState.APPROVED, ActionState.EXECUTING}


async def _void(session: AsyncSession, subject: Subject, now: datetime) -> ActionState | None:
    """Return the state that closes an action whose approval holds no longer."""
    if subject.action.expires_at <= now:
        return ActionState.EXPIRED
    if subject.action.kind in repository.TEXT_KINDS and await repository.has_newer(session, subject.message):
        return ActionState.SUPERSEDED
    return None


def _claimed(subject: Subject, payload: TextPayload | ChangePayload, attempt: int) -> Claimed:
    action, message = subject.action, subject.message
    return Claimed(
        user_id=action.user_id,
        action_id=action.id,
        mailbox_id=action.mailbox_id,
        attempt=attempt,
        payload=payload,
        automatic=action.decided_by != Actor.USER,
        provider_message_id=message.provider_message_id,
        thread_id=subject.conversation.provider_thread_id,
        sender=subject.mailbox.address,
        sender_name=subject.user.name,
        in_reply_to=message.rfc_message_id,
        references=tuple(message.references),
        draft_id=action.provider_draft_id,
        undo=action.undo,
    )


async def keep_undo(database: Database, claimed: Claimed, undo: dict[str, Any], now: datetime) -> None:
    """Keep what would put things back before they change: afterwards nobody can tell. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        subject.action.undo = undo
        touch(subject.action, now)


async def keep_draft(database: Database, claimed: Claimed, draft_id: str, now: datetime) -> None:
    """Keep the id of the stored draft before it may be sent. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        subject.action.provider_draft_id = draft_id
        touch(subject.action, now)


async def last_look(database: Database, claimed: Claimed, now: datetime) -> Outcome | None:
    """Return what keeps a draft from being sent at this very moment, or None. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        if _is_paused(subject):
            return Outcome(ActionState.APPROVED, not_before=now + PAUSED_RECHECK)
        state = await _void(session, subject, now)
        return Outcome(state) if state else None


async def record(database: Database, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Write what came of this attempt. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        action = (await _ours(session, claimed)).action
        move(
            session,
            action,
            outcome.state,
            actor=Actor.WORKER,
            now=now,
            error=outcome.error,
            not_before=outcome.not_before,
            provider_draft_id=outcome.draft_id or action.provider_draft_id,
            provider_result_id=outcome.result_id or action.provider_result_id,
        )


async def _ours(session: AsyncSession, claimed: Claimed) -> Subject:
    subject = await repository.locked_subject(session, claimed.user_id, claimed.action_id)
    if subject is None or subject.action.state != ActionState.EXECUTING or subject.action.attempts != claimed.attempt:
        raise ClaimLostError
    return subject
