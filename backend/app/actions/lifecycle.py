"""How actions come about and what people and time do to them; `execute` does the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.actions import repository
from app.actions.approval import approval_of, bound_values
from app.actions.kinds import (
    MAX_BODY,
    ChangePayload,
    TextPayload,
    hash_of,
    payload_of,
    recipients_of,
    to_stored,
)
from app.actions.transitions import Actor, audit_entry, move
from app.db.models import Action, ActionState, Message, utc_now
from app.db.session import Database, enqueue
from app.errors import ConflictError, NotFoundError, UserError
from app.jobs import Job, TaskName
from app.mail.canonical import storable
from app.policy.decide import Decision
from app.policy.general_rules import DAILY_CHANGES, DAILY_SENDS
from app.policy.rule import Choice

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

VALID_FOR: Final = timedelta(days=7)
"""An undecided or unexecuted action is void after this long: nobody wants last week's answer sent."""
DAY: Final = timedelta(hours=24)

IN_WORDS: Final[dict[ActionState, str]] = {
    ActionState.PROPOSED: "This still waits for you.",
    ActionState.APPROVED: "This was already approved.",
    ActionState.EXECUTING: "This is being done at this moment.",
    ActionState.DONE: "This is already done.",
    ActionState.REJECTED: "This was already rejected.",
    ActionState.EXPIRED: "This has expired; nothing was done.",
    ActionState.SUPERSEDED: "The conversation has gone on since; this no longer fits.",
    ActionState.FAILED: "This was tried and failed.",
    ActionState.UNKNOWN: "This was tried, and it is not known whether it happened.",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """One step of one message with the decision about it; LEAVE is passed over."""

    payload: TextPayload | ChangePayload
    decision: Decision
    confidence: float


async def propose(
    session: AsyncSession, message: Message, steps: Iterable[Proposed], *, now: datetime | None = None
) -> list[Action]:
    """Write the actions of a triaged message and ask the workers to execute or to tell; returns the new rows.

    What the conversation had open for older messages is superseded. Doing it again changes nothing.
    """
    now = now or utc_now()
    user = await repository.lock_user(session, message.user_id)
    await repository.lock_conversation(session, message.conversation_id)
    await supersede_open(session, message.user_id, message.conversation_id, newer_than=message.received_at, now=now)
    wanted = [step for step in steps if step.decision.choice is not Choice.LEAVE]
    if await repository.has_newer(session, message):
        wanted = [step for step in wanted if step.payload.kind not in repository.TEXT_KINDS]
    added: list[Action] = []
    for step in _one_text(wanted):
        checked = await _checked_again(session, message, step, paused=user.effects_paused, now=now)
        action = await _add(session, message, checked, now)
        if action is not None:
            added.append(action)
    return added


def _one_text(steps: Sequence[Proposed]) -> Iterable[Proposed]:
    """Keep the first reply or draft only: a conversation never has two answers open."""
    has_text = False
    for step in steps:
        is_text = step.payload.kind in repository.TEXT_KINDS
        if not (is_text and has_text):
            yield step
        has_text = has_text or is_text


async def _checked_again(
    session: AsyncSession, message: Message, step: Proposed, *, paused: bool, now: datetime
) -> Proposed:
    """Hold what must not happen unasked after all.

    The facts were read before; other messages of this user were decided meanwhile, but nothing is spent while we
    hold the lock on the user.
    """
    if step.decision.choice is not Choice.ACT:
        return step
    reason = "You have paused everything GetAnswers does by itself." if paused else None
    reason = reason or await _overspent(session, message.user_id, step.payload, now)
    if reason is None:
        return step
    notify = step.payload.kind == "reply"
    held = replace(step.decision, choice=Choice.ASK, reasons=(reason,), rule="checked_again", notify=notify)
    return replace(step, decision=held)


async def _overspent(
    session: AsyncSession, user_id: UUID, payload: TextPayload | ChangePayload, now: datetime
) -> str | None:
    spent = await repository.spent_since(session, user_id, now - DAY)
    if payload.kind != "reply":
        return "Today's limit of changes made unasked is reached." if spent.changes >= DAILY_CHANGES else None
    if spent.sends >= DAILY_SENDS:
        return "Today's limit of replies sent unasked is reached."
    if await repository.auto_replied_since(session, user_id, recipients_of(payload).everybody, now - DAY):
        return "This sender got an automatic reply within the last 24 hours."
    return None


async def _add(session: AsyncSession, message: Message, step: Proposed, now: datetime) -> Action | None:
    values = _row(message, step, now)
    acts = step.decision.choice is Choice.ACT
    if acts:
        values |= approval_of(values, Actor.POLICY, now)
    action = await repository.insert_new(session, values)
    if action is None:
        return None
    actor = Actor.POLICY if acts else Actor.WORKER
    session.add(audit_entry(action, actor, f"action.{action.state}", before=None))
    if acts:
        enqueue(session, execution_job(action))
    elif step.decision.notify:
        enqueue(session, Job(TaskName.SEND_ACTION_NOTIFICATION, (action.user_id, action.id)))
    return action


def _row(message: Message, step: Proposed, now: datetime) -> dict[str, Any]:
    decision = step.decision
    return {
        "id": uuid7(),
        "user_id": message.user_id,
        "mailbox_id": message.mailbox_id,
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "kind": step.payload.kind,
        "payload": to_stored(step.payload),
        "content_hash": hash_of(message.id, step.payload),
        "state": ActionState.PROPOSED,
        "decision": decision.choice,
        "risk": decision.risk,
        "confidence": step.confidence,
        "reasons": list(decision.reasons),
        "rule": decision.rule,
        "policy_version": decision.policy_version,
        "expires_at": now + VALID_FOR,
        "created_at": now,
        "updated_at": now,
    }


def execution_job(action: Action) -> Job:
    return Job(TaskName.EXECUTE_ACTION, (action.user_id, action.id))


async def approve(
    database: Database,
    *,
    user_id: UUID,
    action_id: UUID,
    expected_hash: bytes | None = None,
    clock: Clock = utc_now,
) -> Action:
    """Let an action happen, exactly as it was shown; `expected_hash` is the content hash of what was shown.

    Approving the same again changes nothing. Raises NotFoundError, and ConflictError when it is too late.
    """
    return await _decide(database, user_id, action_id, expected_hash=expected_hash, body=None, clock=clock)


async def edit(
    database: Database,
    *,
    user_id: UUID,
    action_id: UUID,
    body: str,
    expected_hash: bytes | None = None,
    clock: Clock = utc_now,
) -> Action:
    """Replace the text of a reply or draft and approve what it has become.

    Raises UserError for a text that cannot be sent, else as `approve`.
    """
    if not body.strip() or len(body) > MAX_BODY:
        raise UserError(f"A reply needs some text, and at most {MAX_BODY:,} characters.")
    return await _decide(database, user_id, action_id, expected_hash=expected_hash, body=body, clock=clock)


async def _decide(
    database: Database, user_id: UUID, action_id: UUID, *, expected_hash: bytes | None, body: str | None, clock: Clock
) -> Action:
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await repository.locked_subject(session, user_id, action_id)
        if subject is None:
            raise NotFoundError("There is no such action.")
        action = subject.action
        if action.state != ActionState.PROPOSED:
            return _as_decided(action, expected_hash, body)
        if expected_hash not in {None, action.content_hash}:
            raise ConflictError("This has changed since you looked at it. Look again before you approve it.")
        if subject.user.effects_paused:
            raise ConflictError("Everything is paused. Resume first, then approve.")
        too_late = await _void(session, action, subject.message, now)
        if too_late is None:
            changes = _edited(action, body) if body is not None else {}
            changes |= approval_of(bound_values(action) | changes, Actor.USER, now)
            move(session, action, changes.pop("state"), actor=Actor.USER, now=now, **changes)
            enqueue(session, execution_job(action))
    if too_late is not None:  # only now, so that the action stays closed
        raise ConflictError(too_late)
    return action


def _as_decided(action: Action, expected_hash: bytes | None, body: str | None) -> Action:
    """Return what a second click meets: the same decision is no conflict, another one is."""
    alive = action.state in {ActionState.APPROVED, ActionState.EXECUTING, ActionState.DONE}
    same_text = body is None or storable(body) == action.payload.get("body")
    same = expected_hash in {None, action.content_hash} if body is None else same_text
    if alive and action.decided_by == Actor.USER and same:
        return action
    raise ConflictError(IN_WORDS[ActionState(action.state)])


async def _void(session: AsyncSession, action: Action, message: Message, now: datetime) -> str | None:
    """Close an action that can no longer be approved, and say why."""
    if action.expires_at <= now:
        move(session, action, ActionState.EXPIRED, actor=Actor.WORKER, now=now)
    elif await repository.has_newer(session, message):
        move(session, action, ActionState.SUPERSEDED, actor=Actor.WORKER, now=now)
    else:
        return None
    return IN_WORDS[ActionState(action.state)]


def _edited(action: Action, body: str) -> dict[str, Any]:
    if action.kind not in repository.TEXT_KINDS:
        raise UserError("Only the text of a reply or a draft can be changed.")
    try:
        payload = payload_of(action.kind, {**action.payload, "body": storable(body)})
    except ValidationError as error:
        raise UserError("This text cannot be sent.") from error
    return {"payload": to_stored(payload), "content_hash": hash_of(action.message_id, payload)}


async def reject(database: Database, *, user_id: UUID, action_id: UUID, clock: Clock = utc_now) -> Action:
    """Close an action; also one that was approved, as long as nobody has begun with it.

    Raises NotFoundError, and ConflictError when it is too late.
    """
    async with database.transaction(user_id) as session:
        action = await repository.locked(session, user_id, action_id)
        if action is None:
            raise NotFoundError("There is no such action.")
        if action.state == ActionState.REJECTED:
            return action
        untouched = action.state == ActionState.APPROVED and action.attempts == 0
        if action.state != ActionState.PROPOSED and not untouched:
            raise ConflictError(IN_WORDS[ActionState(action.state)])
        now = clock()
        changes = {"decided_by": Actor.USER, "decided_at": now, "approved_hash": None}
        move(session, action, ActionState.REJECTED, actor=Actor.USER, now=now, **changes)
    return action


async def supersede_open(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, *, newer_than: datetime, now: datetime | None = None
) -> int:
    """Close what a conversation has open for messages older than `newer_than`: its newest message has come since."""
    older = await repository.open_of_conversation(session, user_id, conversation_id, older_than=newer_than)
    return _close(session, older, ActionState.SUPERSEDED, now)


async def supersede_outdated(session: AsyncSession, *, now: datetime | None = None, limit: int = 500) -> int:
    """Close what conversations that have gone on still have open; for the sweeper, over all users."""
    return _close(session, await repository.outdated(session, limit=limit), ActionState.SUPERSEDED, now)


async def expire_due(session: AsyncSession, *, now: datetime | None = None, limit: int = 500) -> int:
    """Close what nobody decided in time; for the sweeper, over all users. Returns how many there were."""
    due = await repository.due_to_expire(session, now=now or utc_now(), limit=limit)
    return _close(session, due, ActionState.EXPIRED, now)


def _close(session: AsyncSession, actions: Sequence[Action], to: ActionState, now: datetime | None) -> int:
    for action in actions:
        move(session, action, to, actor=Actor.WORKER, now=now or utc_now())
    if actions:
        log.info("actions.closed", state=to, count=len(actions))
    return len(actions)
