"""What an approval is bound to: user, action, message, recipients, content, policy version and expiry."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from app.actions.kinds import AnyPayload, approval_hash, hash_of, payload_of
from app.actions.transitions import Actor
from app.db.models import Action, ActionState

BOUND = ("id", "user_id", "content_hash", "policy_version", "expires_at")


class NotWhatWasApprovedError(Exception):
    """What is stored now is not what was approved; nothing was done."""


def approval_of(row: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns that approve a row as its values stand."""
    return {
        "state": ActionState.APPROVED,
        "approved_hash": _bound_hash(row),
        "decided_by": actor,
        "decided_at": now,
    }


def bound_values(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in BOUND}


def approved_payload(action: Action) -> AnyPayload:
    """Read what is to be done, if it is exactly what was approved. Raises NotWhatWasApprovedError."""
    try:
        payload = payload_of(action.kind, action.payload)
    except ValidationError as error:
        raise NotWhatWasApprovedError from error
    same_content = hash_of(action.message_id, payload) == action.content_hash
    if not same_content or action.approved_hash != _bound_hash(bound_values(action)):
        raise NotWhatWasApprovedError
    return payload


def _bound_hash(row: Mapping[str, Any]) -> bytes:
    return approval_hash(
        user_id=row["user_id"],
        action_id=row["id"],
        content=row["content_hash"],
        policy_version=row["policy_version"],
        # The database gives the same moment back in the zone of its connection.
        expires_at=row["expires_at"].astimezone(UTC).isoformat(),
    )
