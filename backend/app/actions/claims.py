"""Execution's side of the database: taking an action, keeping what was learnt on the way, writing the outcome.

Every function is one short transaction. The attempt number is the fence: who lost the lease writes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import installation
from app.accounts.google import may_act
from app.actions import lane_repository, meetings, pending_repository, repository
from app.actions.approval import NotWhatWasApprovedError, approved_payload
from app.actions.hand_over import hand_to_workers, tell_person
from app.actions.kinds import SENT, AnyPayload
from app.actions.lane_repository import Lane
from app.actions.repository import Subject
from app.actions.transitions import Actor, move, touch
from app.db.models import Action, ActionKind, ActionState, MailboxState
from app.db.session import Database
from app.errors import NotFoundError
from app.mail.identities import may_send_as, no_longer_yours

log = structlog.get_logger(__name__)

READ_ONLY: Final = (
    "This mailbox is connected for reading only, so nothing is changed in it. Connect it again on the settings page "
    "with “Read and act”, and this happens by itself unless it has expired by then."
)
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
    payload: AnyPayload
    tried: bool
    """An earlier attempt may have left something behind."""
    undoing: bool
    """Its effect is to be put back."""
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
    draft_hash: bytes | None
    undo: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    state: ActionState
    error: str | None = None
    not_before: datetime | None = None
    draft_id: str | None = None
    draft_hash: bytes | None = None
    forget_draft: bool = False
    """There is no draft of ours any more."""
    result_id: str | None = None
    tell: bool = False
    """The person wants to hear of it now."""


class ClaimLostError(Exception):
    """Somebody else has taken over, or it was closed: this attempt must do nothing more."""


async def lane_of(database: Database, user_id: UUID, action_id: UUID) -> Lane:
    """Raises NotFoundError for an unknown id, or another user's."""
    async with database.transaction(user_id) as session:
        lane = await lane_repository.lane_of(session, user_id, action_id)
    if lane is None:
        raise NotFoundError("There is no such action.")
    return lane


async def claim(database: Database, lane: Lane, *, now: datetime) -> Claimed | None:
    """Take the oldest action of a lane that is due: approved, to be put back, or left by an attempt that died.

    None when there is nothing to do now, or somebody works in this lane already and will look again when done.
    """
    while True:
        async with database.transaction(lane.user_id) as session:
            subject = await lane_repository.first_due(session, lane, now=now)
            if subject is None:
                return None
            claimed = await _taken(session, subject, now)
        if claimed is not None:
            return claimed


async def hand_over_rest(database: Database, lane: Lane, *, now: datetime) -> None:
    """Have another task go on where this one stops."""
    async with database.transaction(lane.user_id) as session:
        subject = await lane_repository.first_due(session, lane, now=now)
        if subject is not None:
            hand_to_workers(session, subject.action)


async def _taken(session: AsyncSession, subject: Subject, now: datetime) -> Claimed | None:
    """Claim the action, or write down why that is not to be."""
    action = subject.action
    undoing = action.state == ActionState.UNDOING
    if await _is_held(session, subject, undoing=undoing):
        _put_off(session, action, now)
        return None
    if not may_act(subject.mailbox.granted_scopes):
        action.error = READ_ONLY
        _put_off(session, action, now)
        return None
    try:
        payload = approved_payload(action)
    except NotWhatWasApprovedError as error:
        _refuse(session, action, str(error.__doc__), now)
        return None
    if await _closed(session, subject, now):
        return None
    claimed = _claimed(subject, payload, undoing=undoing)
    state = ActionState.UNDOING if undoing else ActionState.EXECUTING
    changes = {"attempts": claimed.attempt, "lease_until": now + LEASE, "not_before": None}
    move(session, action, state, actor=Actor.WORKER, now=now, **changes)
    return claimed


async def _is_held(session: AsyncSession, subject: Subject, *, undoing: bool) -> bool:
    """By a kill switch, or because the mailbox was disconnected: a worker may still remember its tokens.

    A kill switch never holds what only puts things back.
    """
    if subject.mailbox.state != MailboxState.ACTIVE:
        return True
    return not undoing and (subject.user.effects_paused or await installation.is_paused(session))


def _put_off(session: AsyncSession, action: Action, now: datetime) -> None:
    later = now + PAUSED_RECHECK
    match action.state:
        case ActionState.EXECUTING:
            move(session, action, ActionState.APPROVED, actor=Actor.WORKER, now=now, not_before=later)
        case ActionState.UNDOING:
            move(session, action, ActionState.UNDOING, actor=Actor.WORKER, now=now, not_before=later)
        case _:
            action.not_before = later
            touch(action, now)


def _refuse(session: AsyncSession, action: Action, reason: str, now: datetime) -> None:
    # With a stored draft an earlier attempt may have sent it; without one it surely did not.
    maybe_sent = action.kind in SENT and action.provider_draft_id is not None
    state = ActionState.UNKNOWN if maybe_sent else ActionState.FAILED
    if action.state == ActionState.UNDOING:
        state, reason = ActionState.DONE, f"It could not be undone. {reason}"
    move(session, action, state, actor=Actor.WORKER, now=now, error=reason)
    tell_of_trouble(session, action)
    log.warning("action.refused", action_id=str(action.id), state=state)


async def _closed(session: AsyncSession, subject: Subject, now: datetime) -> bool:
    action = subject.action
    tries = action.attempts - action.tries_before
    if tries >= MAX_ATTEMPTS:
        _refuse(session, action, f"It was tried {tries} times. {action.error or ''}".strip(), now)
        return True
    if action.state == ActionState.UNDOING or action.provider_draft_id is not None:
        return False
    if not may_send_as(subject.mailbox, sender := str(action.payload.get("sender") or "")):
        _refuse(session, action, no_longer_yours(sender), now)
        return True
    if void := await _void(session, subject, now):
        move(session, action, void.state, actor=Actor.WORKER, now=now, error=void.error or action.error)
    return void is not None


async def _void(session: AsyncSession, subject: Subject, now: datetime) -> Outcome | None:
    """Return how an action ends whose approval holds no longer."""
    action, message = subject.action, subject.message
    if meetings.comes_too_late(action, message, now):
        return Outcome(ActionState.EXPIRED, error=meetings.IS_OVER)
    if action.expires_at <= now:
        return Outcome(ActionState.EXPIRED)
    moved_on = action.kind == ActionKind.RSVP and await meetings.has_moved_on(session, message)
    if moved_on or (action.kind in repository.TEXT_KINDS and await repository.has_newer(session, message)):
        return Outcome(ActionState.SUPERSEDED)
    return None


def _claimed(subject: Subject, payload: AnyPayload, *, undoing: bool) -> Claimed:
    action, message = subject.action, subject.message
    # An attempt that a person asked for anew follows earlier ones too; but putting back begins afresh.
    tried = action.attempts > (action.tries_before if undoing else 0)
    return Claimed(
        user_id=action.user_id,
        action_id=action.id,
        mailbox_id=action.mailbox_id,
        attempt=action.attempts + 1,
        payload=payload,
        tried=tried,
        undoing=undoing,
        automatic=action.decided_by != Actor.USER,
        provider_message_id=message.provider_message_id,
        thread_id=subject.conversation.provider_thread_id,
        sender=subject.mailbox.address,
        sender_name=subject.user.name,
        in_reply_to=message.rfc_message_id,
        references=tuple(message.references),
        draft_id=action.provider_draft_id,
        draft_hash=action.draft_hash,
        undo=action.undo,
    )


async def keep_undo(database: Database, claimed: Claimed, undo: dict[str, Any], now: datetime) -> None:
    """Keep what would put things back before they change: afterwards nobody can tell. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        subject.action.undo = undo
        touch(subject.action, now)


async def keep_draft(database: Database, claimed: Claimed, draft_id: str, draft_hash: bytes, now: datetime) -> None:
    """Keep the id of the stored draft, and what it says, before it may be sent. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        subject.action.provider_draft_id = draft_id
        subject.action.draft_hash = draft_hash
        touch(subject.action, now)


async def was_marked(database: Database, claimed: Claimed) -> bool:
    """Whether the label that says that a reminder waits was given: gone since, the person took it off."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        return await pending_repository.was_marked(session, subject.message.id)


async def last_look(database: Database, claimed: Claimed, now: datetime) -> Outcome | None:
    """Return what keeps a draft from being sent at this very moment, or None. Raises ClaimLostError."""
    async with database.transaction(claimed.user_id) as session:
        subject = await _ours(session, claimed)
        if await _is_held(session, subject, undoing=False):
            return Outcome(ActionState.APPROVED, not_before=now + PAUSED_RECHECK)
        return await _void(session, subject, now)


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
            provider_draft_id=None if outcome.forget_draft else outcome.draft_id or action.provider_draft_id,
            draft_hash=outcome.draft_hash or action.draft_hash,
            provider_result_id=outcome.result_id or action.provider_result_id,
        )
        tell_of_trouble(session, action)
        if outcome.tell:
            tell_person(session, action)


def tell_of_trouble(session: AsyncSession, action: Action) -> None:
    """Have the person told of what they wanted, or what may have reached others, and what did not go as it should."""
    wanted = action.decided_by == Actor.USER or action.kind in SENT or action.undone_by == Actor.USER
    trouble = action.state in {ActionState.FAILED, ActionState.UNKNOWN} or _undo_failed(action)
    if wanted and trouble:
        tell_person(session, action)


def _undo_failed(action: Action) -> bool:
    return action.state == ActionState.DONE and action.undone_by is not None and action.error is not None


async def _ours(session: AsyncSession, claimed: Claimed) -> Subject:
    subject = await repository.locked_subject(session, claimed.user_id, claimed.action_id)
    state = ActionState.UNDOING if claimed.undoing else ActionState.EXECUTING
    if subject is None or subject.action.state != state or subject.action.attempts != claimed.attempt:
        raise ClaimLostError
    return subject
