"""What a person asks for by themselves on a message.

What stays in their own mailbox and can be put back happens at once: they said so. What leaves the house becomes a
proposal first, so that they see exactly what would go out, and to whom, before they approve it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.accounts import installation
from app.actions import meetings, pending_repository, repository, request_repository
from app.actions.approval import approval_of
from app.actions.building import Writer, forward_payload, rsvp_payload, unsubscribe_payload
from app.actions.hand_over import hand_to_workers
from app.actions.kinds import (
    WAITING_LABEL,
    AnyPayload,
    LabelPayload,
    RemindPayload,
    SnoozePayload,
    WakePayload,
    hash_of,
    to_stored,
)
from app.actions.proposing import VALID_FOR
from app.actions.request_repository import Asked
from app.actions.transitions import WAITING, Actor, audit_entry, move
from app.db.models import Action, ActionKind, ActionState, MailboxState, utc_now
from app.db.session import Database
from app.errors import ConflictError, NotFoundError, UserError
from app.mail.identities import Identity, identity_for
from app.mail.invitations import Answer
from app.policy.decide import POLICY_VERSION
from app.policy.rule import Choice, Risk

Clock = Callable[[], datetime]

REQUESTED: Final = "requested"
YOU_ASKED: Final = "You asked for it."
FARTHEST: Final = timedelta(days=366)
DOUBLE_CLICK: Final = timedelta(minutes=10)
"""The same asked for again within this time is one wish."""
ALREADY_ANSWERED: Final = "Somebody has written since. Ask on the newest message of the conversation."
BEGUN: Final = (ActionState.APPROVED, ActionState.EXECUTING)


async def snooze(
    database: Database, *, user_id: UUID, message_id: UUID, until: datetime, clock: Clock = utc_now
) -> Action:
    """Take a message out of the inbox until a time. Raises NotFoundError, UserError, ConflictError."""
    now = clock()
    _check_time(until, now)
    async with database.transaction(user_id) as session:
        asked = await _asked(session, user_id, message_id)
        payload = SnoozePayload(until=until)
        known = await _known(session, asked, payload, now)
        if known is not None:
            return known
        await _drop(session, asked, ActionKind.WAKE, now)
        add_request(session, asked, WakePayload(), now=now, due=until)
        return add_request(session, asked, payload, now=now)


async def remind(
    database: Database, *, user_id: UUID, message_id: UUID, at: datetime, clock: Clock = utc_now
) -> Action:
    """Come back to a conversation if nobody has answered by then. Raises NotFoundError, UserError, ConflictError."""
    now = clock()
    _check_time(at, now)
    async with database.transaction(user_id) as session:
        asked = await _asked(session, user_id, message_id)
        payload = RemindPayload(at=at)
        known = await _known(session, asked, payload, now)
        if known is not None:
            return known
        if await pending_repository.has_answer(session, asked.message):
            raise ConflictError(ALREADY_ANSWERED)
        await _drop(session, asked, ActionKind.REMIND, now)
        add_request(session, asked, LabelPayload(add=(WAITING_LABEL,)), now=now)
        return add_request(session, asked, payload, now=now, due=at)


async def forward(
    database: Database,
    *,
    user_id: UUID,
    message_id: UUID,
    to: Sequence[str],
    note: str = "",
    attached: bool = True,
    clock: Clock = utc_now,
) -> Action:
    """Prepare passing a message on, for the person to approve. Raises NotFoundError, UserError, ConflictError."""
    async with database.transaction(user_id) as session:
        asked = await _asked(session, user_id, message_id)
        payload = forward_payload(asked.message, to, note, attached=attached, writer=writer_of(asked))
        return await _proposed(session, asked, payload, clock())


async def rsvp(
    database: Database, *, user_id: UUID, message_id: UUID, answer: Answer, clock: Clock = utc_now
) -> Action:
    """Prepare answering an invitation, for the person to approve. Raises NotFoundError, UserError, ConflictError."""
    now = clock()
    async with database.transaction(user_id) as session:
        asked = await _asked(session, user_id, message_id)
        payload = rsvp_payload(asked.message, answer, asked.own, writer=writer_of(asked), now=now)
        if payload is None:
            raise UserError("This message holds no invitation to you that can be answered from here.")
        if await meetings.has_moved_on(session, asked.message):
            raise ConflictError("The organiser has moved or cancelled this meeting since.")
        if meetings.is_over(asked.message, now):
            raise ConflictError(meetings.IS_OVER)
        return await _proposed(session, asked, payload, now)


async def unsubscribe(database: Database, *, user_id: UUID, message_id: UUID, clock: Clock = utc_now) -> Action:
    """Prepare leaving a list, for the person to approve. Raises NotFoundError, UserError, ConflictError."""
    async with database.transaction(user_id) as session:
        asked = await _asked(session, user_id, message_id)
        payload = unsubscribe_payload(asked.message, _identity(asked))
        if payload is None:
            raise UserError("This message names no way to unsubscribe that can be relied on.")
        return await _proposed(session, asked, payload, clock())


def writer_of(asked: Asked) -> Writer:
    """Whom the user answers this message as."""
    return Writer(_identity(asked), asked.user.name, asked.language, asked.user.timezone)


def _identity(asked: Asked) -> Identity:
    return identity_for(asked.mailbox, [*asked.message.to, *asked.message.cc, *asked.message.recipients])


def _check_time(moment: datetime, now: datetime) -> None:
    if not now < moment <= now + FARTHEST:
        raise UserError("Choose a time in the future, within a year.")


async def _asked(session: AsyncSession, user_id: UUID, message_id: UUID) -> Asked:
    """The message, with its conversation locked so that two clicks are one after the other."""
    await repository.lock_user(session, user_id)
    asked = await request_repository.asked(session, user_id, message_id)
    if asked is None:
        raise NotFoundError("There is no such message.")
    await require_open(session, asked)
    return asked


async def require_open(session: AsyncSession, asked: Asked) -> None:
    """Raises ConflictError where nothing can be asked for now."""
    if asked.mailbox.state != MailboxState.ACTIVE:
        raise ConflictError("This mailbox is not connected. Connect it first.")
    if asked.user.effects_paused or await installation.is_paused(session):
        raise ConflictError("Everything is paused. Resume first.")


async def _known(session: AsyncSession, asked: Asked, payload: AnyPayload, now: datetime) -> Action | None:
    """The same wish, if it was made a moment ago or is still open."""
    wanted = _core(to_stored(payload))
    found = await request_repository.of_kind(session, asked.message, payload.kind)
    return next((action for action in found if _core(action.payload) == wanted and _is_alive(action, now)), None)


def _is_alive(action: Action, now: datetime) -> bool:
    if action.state in {*WAITING, *BEGUN}:
        return not _is_over(action, now)
    return action.state == ActionState.DONE and action.created_at > now - DOUBLE_CLICK


def _is_over(action: Action, now: datetime) -> bool:
    """Whether nobody has decided it, or begun with it, in time; the sweeper may not have come by yet."""
    return action.expires_at <= now and action.state != ActionState.EXECUTING and action.attempts == 0


def _core(stored: dict[str, Any]) -> dict[str, Any]:
    # The calendar's answer holds the moment it was written.
    return {name: value for name, value in stored.items() if name != "calendar"}


async def _drop(session: AsyncSession, asked: Asked, kind: ActionKind, now: datetime) -> None:
    """Cancel what waits for its time: the new time counts."""
    for action in await request_repository.of_kind(session, asked.message, kind):
        if action.state == ActionState.APPROVED and action.attempts == 0:
            changes = {"decided_by": Actor.USER, "decided_at": now, "approved_hash": None}
            move(session, action, ActionState.REJECTED, actor=Actor.USER, now=now, **changes)


async def _proposed(session: AsyncSession, asked: Asked, payload: AnyPayload, now: datetime) -> Action:
    """A proposal in place of others of its kind on this message; the same again is the one that is there."""
    known = await _known(session, asked, payload, now)
    if known is not None:
        return known
    for action in await request_repository.of_kind(session, asked.message, payload.kind):
        if action.state in {*WAITING, *BEGUN} and _is_over(action, now):
            move(session, action, ActionState.EXPIRED, actor=Actor.WORKER, now=now)
        elif action.state in WAITING:
            move(session, action, ActionState.SUPERSEDED, actor=Actor.USER, now=now)
        elif action.state in BEGUN:
            raise ConflictError("Another one of this kind is under way for this message.")
    return add_request(session, asked, payload, now=now, approved=False, risk=Risk.MEDIUM)


@dataclass(frozen=True, slots=True)
class _Times:
    not_before: datetime | None
    expires_at: datetime


def add_request(
    session: AsyncSession,
    asked: Asked,
    payload: AnyPayload,
    *,
    now: datetime,
    due: datetime | None = None,
    approved: bool = True,
    risk: Risk = Risk.LOW,
) -> Action:
    """Write down a wish; what is approved already and due goes to the workers."""
    # A mail that was put off comes back however late that is.
    valid = FARTHEST if payload.kind is ActionKind.WAKE else VALID_FOR
    values = _row(asked, payload, risk, _Times(due, (due or now) + valid), now)
    if approved:
        values |= approval_of(values, Actor.USER, now)
    action = Action(**values)
    session.add(action)
    session.add(audit_entry(action, Actor.USER, f"action.{action.state}", before=None))
    if approved and due is None:
        hand_to_workers(session, action)
    return action


def _row(asked: Asked, payload: AnyPayload, risk: Risk, times: _Times, now: datetime) -> dict[str, Any]:
    message = asked.message
    return {
        "id": uuid7(),
        "user_id": message.user_id,
        "mailbox_id": message.mailbox_id,
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "kind": payload.kind,
        "payload": to_stored(payload),
        "content_hash": hash_of(message.id, payload),
        "requested": True,
        "state": ActionState.PROPOSED,
        "decision": Choice.ASK,
        "risk": risk,
        "confidence": 1.0,
        "reasons": [YOU_ASKED],
        "rule": REQUESTED,
        "policy_version": POLICY_VERSION,
        "not_before": times.not_before,
        "expires_at": times.expires_at,
        "created_at": now,
        "updated_at": now,
    }
