"""Changing the text of a reply or draft that waits: what it has become is the person's, and waits on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.actions.kinds import MAX_BODY, hash_of, payload_of, to_stored
from app.actions.repository import TEXT_KINDS
from app.actions.transitions import keep_edited
from app.actions.waiting import CHANGED, still_waiting, void
from app.db.models import Action, utc_now
from app.db.session import Database
from app.errors import ConflictError, UserError
from app.mail.canonical import storable


async def reword(
    database: Database,
    *,
    user_id: UUID,
    action_id: UUID,
    body: str,
    expected_hash: bytes | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Action:
    """Replace the text of a waiting reply or draft, to be approved later; `expected_hash` is of what was shown.

    It has another hash afterwards: an approval of what was shown before is refused. The same again changes nothing.
    Raises NotFoundError, UserError for a text that cannot be sent, and ConflictError when it was decided, or has
    changed since it was looked at.
    """
    require_text(body)
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await still_waiting(session, user_id, action_id, now)
        action = subject.action
        after = with_text(action, body)
        if after["content_hash"] == action.content_hash:
            return action
        if expected_hash not in {None, action.content_hash}:
            raise ConflictError(CHANGED)
        too_late = await void(session, action, subject.message, now)
        if too_late is None:
            keep_edited(session, action, now=now, **after)
    if too_late is not None:  # only now, so that the action stays closed
        raise ConflictError(too_late)
    return action


def require_text(body: str) -> None:
    """Raises UserError."""
    if not body.strip() or len(body) > MAX_BODY:
        raise UserError(f"A reply needs some text, and at most {MAX_BODY:,} characters.")


def with_text(action: Action, body: str) -> dict[str, Any]:
    """Return the columns of a reply or draft that says this instead. Raises UserError."""
    if action.kind not in TEXT_KINDS:
        raise UserError("Only the text of a reply or a draft can be changed.")
    try:
        payload = payload_of(action.kind, {**action.payload, "body": storable(body)})
    except ValidationError as error:
        raise UserError("This text cannot be sent.") from error
    return {"payload": to_stored(payload), "content_hash": hash_of(action.message_id, payload)}
