"""The life of an action as one table of legal transitions, and the only function that makes one."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from app.db.models import Action, ActionState, AuditEntry


class Actor(StrEnum):
    USER = "user"
    POLICY = "policy"
    WORKER = "worker"


_S = ActionState

TRANSITIONS: Final[Mapping[ActionState, frozenset[ActionState]]] = MappingProxyType(
    {
        _S.PROPOSED: frozenset({_S.EDITED, _S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED}),
        # To itself when the person changes it once more.
        _S.EDITED: frozenset({_S.EDITED, _S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED}),
        # Back from EXECUTING after an attempt that is to be repeated; SUPERSEDED, EXPIRED and REJECTED while nothing
        # has happened yet.
        _S.APPROVED: frozenset({_S.EXECUTING, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.FAILED, _S.UNKNOWN}),
        # To itself when a lease ran out and another worker takes over; REJECTED when a person is quicker than that.
        _S.EXECUTING: frozenset(
            {_S.EXECUTING, _S.APPROVED, _S.DONE, _S.REJECTED, _S.SUPERSEDED, _S.EXPIRED, _S.FAILED, _S.UNKNOWN}
        ),
        _S.DONE: frozenset({_S.UNDOING}),
        _S.REJECTED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.SUPERSEDED: frozenset(),
        # A person asks for it once more.
        _S.FAILED: frozenset({_S.APPROVED}),
        # A person has looked, and says what happened.
        _S.UNKNOWN: frozenset({_S.DONE, _S.FAILED}),
        # To itself for each attempt; back to DONE when it cannot be undone.
        _S.UNDOING: frozenset({_S.UNDOING, _S.UNDONE, _S.DONE}),
        _S.UNDONE: frozenset(),
    }
)
FINAL: Final = frozenset({_S.DONE, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.FAILED, _S.UNKNOWN, _S.UNDONE})
"""Nothing follows by itself; what a person may still make of it stands in the table."""
WAITING: Final = frozenset({_S.PROPOSED, _S.EDITED})
"""The person has to decide."""
UNDER_WAY: Final = frozenset({_S.APPROVED, _S.EXECUTING, _S.UNDOING})
"""A worker has something to do."""


PROPOSED_EVENT: Final = f"action.{_S.PROPOSED}"
"""How the audit log calls a step that began to wait for the person."""
EDITED_EVENT: Final = f"action.{_S.EDITED}"


class IllegalTransitionError(Exception):
    """The table of transitions does not have this one: a fault of ours."""


def move(
    session: AsyncSession, action: Action, to: ActionState, *, actor: Actor, now: datetime, **changes: Any
) -> None:
    """Take a row that this transaction has locked to its next state, and write it down in the audit log.

    Both commit together or not at all.
    """
    before = _enter(action, to, now, changes)
    session.add(audit_entry(action, actor, f"action.{to}", before=before))


def keep_edited(
    session: AsyncSession,
    action: Action,
    event: str = EDITED_EVENT,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Let a locked row that waits wait on with what the person made of it; the event says how they did."""
    before = _enter(action, _S.EDITED, now, changes)
    session.add(audit_entry(action, Actor.USER, event, before=before, details=details))


def _enter(action: Action, to: ActionState, now: datetime, changes: Mapping[str, Any]) -> ActionState:
    """Return the state it was in."""
    before = ActionState(action.state)
    if to not in TRANSITIONS[before]:
        raise IllegalTransitionError(f"{before} → {to}")
    action.state = to
    touch(action, now)
    action.lease_until = None
    action.resolved_at = now if to in FINAL else None
    for name, value in changes.items():
        setattr(action, name, value)
    return before


def note(
    session: AsyncSession,
    action: Action,
    event: str,
    *,
    actor: Actor,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Write down what somebody did to a row without taking it to another state; e.g. "action.escalated"."""
    touch(action, now)
    for name, value in changes.items():
        setattr(action, name, value)
    session.add(audit_entry(action, actor, event, before=None, details=details))


def touch(action: Action, now: datetime) -> None:
    """Note when the row was worked on, by the clock of whoever works on it."""
    action.updated_at = now
    # Without this the same moment twice is no change, and the column's own default would write another clock's time.
    flag_modified(action, "updated_at")


def audit_entry(
    action: Action,
    actor: Actor,
    event: str,
    *,
    before: ActionState | None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    said = {"kind": action.kind, "rule": action.rule, "policy_version": action.policy_version, **(details or {})}
    if before is not None:
        said["from"] = before.value
    # Of both, so that what was proposed can be told from what a person made of it.
    if action.state in {*WAITING, ActionState.APPROVED}:
        said["content_hash"] = action.content_hash.hex()
    return AuditEntry(
        user_id=action.user_id,
        actor=actor,
        event=event,
        subject_type="action",
        subject_id=action.id,
        details=said,
    )
