"""The outcome of every message, as the report and the demo's table show it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action, ActionState, Direction, Mailbox, Message, MessageState, User, Verdict, Walk, WalkKind
from app.db.session import SYSTEM, Database
from app.policy.sureness import sureness

UNDER_WAY = (ActionState.APPROVED, ActionState.EXECUTING)
WRONG = (ActionState.FAILED, ActionState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Progress:
    expected: int
    stored: int
    looked_at: int
    first_sync_done: bool
    actions_under_way: int
    actions_done: int
    problem: str | None
    """Why a mailbox is not synced, if it is not."""

    @property
    def finished(self) -> bool:
        return self.first_sync_done and self.looked_at == self.stored and self.actions_under_way == 0


async def progress(database: Database) -> Progress:
    async with database.transaction(SYSTEM) as session:
        mailboxes = list(await session.scalars(select(Mailbox)))
        expected = await session.scalar(select(func.sum(Walk.expected)).where(Walk.kind == WalkKind.FIRST))
        states = dict((await session.execute(select(Message.state, func.count()).group_by(Message.state))).all())
        actions = dict((await session.execute(select(Action.state, func.count()).group_by(Action.state))).all())
    open_messages = states.get(MessageState.PENDING, 0) + states.get(MessageState.TRIAGING, 0)
    stored = sum(states.values())
    return Progress(
        expected=max(stored, expected or 0),
        stored=stored,
        looked_at=stored - open_messages,
        first_sync_done=bool(mailboxes) and all(mailbox.first_sync_done_at for mailbox in mailboxes),
        actions_under_way=sum(actions.get(state, 0) for state in UNDER_WAY),
        actions_done=actions.get(ActionState.DONE, 0),
        problem=next((mailbox.state_reason for mailbox in mailboxes if mailbox.state_reason), None),
    )


async def outcomes(database: Database, *, email: str | None = None) -> list[dict[str, Any]]:
    """One entry per message, oldest first, of one user or of all."""
    async with database.transaction(SYSTEM) as session:
        found = await session.execute(_messages(email))
        rows = [(message, verdict) for message, verdict in found]
        actions = await _actions(session, [message.id for message, _ in rows])
    return [_entry(message, verdict, actions[message.id]) for message, verdict in rows]


def _messages(email: str | None) -> Select[Message, Verdict]:
    query = select(Message, Verdict).join(Verdict, Verdict.message_id == Message.id, isouter=True)
    if email is not None:
        query = query.join(User, User.id == Message.user_id).where(func.lower(User.email) == email.lower())
    return query.order_by(Message.received_at, Message.id)


async def _actions(session: AsyncSession, message_ids: Sequence[UUID]) -> dict[UUID, list[Action]]:
    grouped: defaultdict[UUID, list[Action]] = defaultdict(list)
    wanted = set(message_ids)
    for action in await session.scalars(select(Action).order_by(Action.created_at, Action.id)):
        if action.message_id in wanted:
            grouped[action.message_id].append(action)
    return grouped


def _entry(message: Message, verdict: Verdict | None, actions: Sequence[Action]) -> dict[str, Any]:
    return {
        "message_id": message.rfc_message_id,
        "gmail_id": message.provider_message_id,
        "sender": message.sender_address,
        "subject": message.subject,
        "direction": message.direction,
        "received_at": message.received_at.isoformat(),
        "state": message.state,
        "category": verdict.category if verdict else None,
        "needs_reply": verdict.needs_reply if verdict else None,
        "answered": verdict.signals.get("role") == "answered" if verdict else None,
        "urgency": verdict.urgency if verdict else None,
        "deadline": verdict.deadline.isoformat() if verdict and verdict.deadline else None,
        "summary": verdict.summary if verdict else None,
        "risk": verdict.risk if verdict else None,
        "confidence": verdict.confidence if verdict else None,
        "sureness": sureness(verdict.confidence) if verdict else None,
        "engine": verdict.engine if verdict else None,
        "reasons": list(verdict.reasons) if verdict else [],
        "proposed_actions": [_action(action) for action in actions],
        "decision": _decision(actions),
        "done": [action.kind for action in actions if action.state == ActionState.DONE],
        "error": message.error or next((action.error for action in actions if action.error), None),
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": str(action.id),
        "kind": action.kind,
        "payload": action.payload,
        "decision": action.decision,
        "decided_by": action.decided_by,
        "state": action.state,
        "risk": action.risk,
        "confidence": action.confidence,
        "sureness": sureness(action.confidence),
        "rule": action.rule,
        "reasons": list(action.reasons),
        "error": action.error,
    }


def _decision(actions: Sequence[Action]) -> str:
    """The strongest word about the message: something waits, something was done unasked, or nothing."""
    decisions = {action.decision for action in actions}
    return next((word for word in ("ask", "act") if word in decisions), "leave")


def is_incoming(entry: dict[str, Any]) -> bool:
    return entry["direction"] == Direction.IN


def is_wrong(entry: dict[str, Any]) -> bool:
    """Something that should have happened did not, and no person can wait for it."""
    unfinished = entry["state"] in {MessageState.PENDING, MessageState.TRIAGING}
    return unfinished or any(action["state"] in {*WRONG, *UNDER_WAY} for action in entry["proposed_actions"])
