"""How actions come about: what triage proposed is checked once more, written down and handed to the workers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.accounts import installation
from app.actions import meetings, repository
from app.actions.approval import approval_of
from app.actions.closing import supersede_open
from app.actions.hand_over import hand_to_workers, tell_person
from app.actions.kinds import SENT, AnyPayload, hash_of, recipients_of, to_stored
from app.actions.transitions import Actor, audit_entry
from app.db.models import Action, ActionState, Message, User, utc_now
from app.policy.decide import Decision
from app.policy.general_rules import SHADOW, SHADOW_REASON, too_many
from app.policy.rule import Choice

VALID_FOR: Final = timedelta(days=7)
"""An undecided or unexecuted action is void after this long: nobody wants last week's answer sent."""
DAY: Final = timedelta(hours=24)
AT_ONCE: Final = timedelta(minutes=10)
"""What happens within this time happens at once."""
CHECKED_AGAIN: Final = "checked_again"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One step of one message with the decision about it; LEAVE is passed over."""

    payload: AnyPayload
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
    await meetings.close_overtaken(session, message, now=now)
    wanted = [step for step in steps if step.decision.choice is not Choice.LEAVE]
    if await repository.has_newer(session, message):
        wanted = [step for step in wanted if step.payload.kind not in repository.TEXT_KINDS]
    added: list[Action] = []
    for step in _one_text(wanted):
        checked = await _checked_again(session, message, step, user=user, now=now)
        action = await _add(session, message, checked, user=user, now=now)
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
    session: AsyncSession, message: Message, step: Proposed, *, user: User, now: datetime
) -> Proposed:
    """Hold what must not happen unasked after all.

    The facts were read before; other messages of this user were decided meanwhile, but nothing is spent while we
    hold the lock on the user.
    """
    if step.decision.choice is not Choice.ACT:
        return step
    rule, reason = CHECKED_AGAIN, None
    if user.effects_paused or await installation.is_paused(session):
        reason = "Everything that GetAnswers does by itself is paused."
    elif step.payload.kind not in await repository.live_kinds(session, message.mailbox_id):
        rule, reason = SHADOW, SHADOW_REASON
    else:
        reason = await _overspent(session, message, step.payload, user=user, now=now)
    if reason is None:
        return step
    notify = step.payload.kind in SENT
    held = replace(step.decision, choice=Choice.ASK, reasons=(reason,), rule=rule, notify=notify)
    return replace(step, decision=held)


async def _overspent(
    session: AsyncSession, message: Message, payload: AnyPayload, *, user: User, now: datetime
) -> str | None:
    spent = await repository.spent_since(session, user.id, now - DAY)
    if payload.kind in SENT:
        if spent.sends >= user.daily_sends:
            return "Today's limit of replies sent unasked is reached."
        if await repository.auto_replied_since(session, user.id, recipients_of(payload).everybody, now - DAY):
            return "This sender got an automatic reply within the last 24 hours."
        return None
    if spent.changes >= user.daily_changes:
        return "Today's limit of changes made unasked is reached."
    if payload.kind in repository.UNNOTICED_KINDS:
        return None
    put_away = await repository.put_away_since(session, user.id, now - AT_ONCE, but_not=message.id)
    return too_many(put_away) if put_away >= user.changes_at_once else None


async def _add(session: AsyncSession, message: Message, step: Proposed, *, user: User, now: datetime) -> Action | None:
    values = _row(message, step, now)
    acts = step.decision.choice is Choice.ACT
    if acts:
        values |= approval_of(values, Actor.POLICY, now)
    delayed = acts and step.payload.kind in SENT and user.send_delay_seconds > 0
    if delayed:
        # In the row and not in the broker, which would forget or repeat it; the sweeper finds it when it is time.
        values["not_before"] = now + timedelta(seconds=user.send_delay_seconds)
    action = await repository.insert_new(session, values)
    if action is None:
        return None
    actor = Actor.POLICY if acts else Actor.WORKER
    session.add(audit_entry(action, actor, f"action.{action.state}", before=None))
    if acts and not delayed:
        hand_to_workers(session, action)
    elif step.decision.notify and not acts:
        tell_person(session, action)
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
