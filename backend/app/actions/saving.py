"""A waiting reply that the person would rather have as a draft in Gmail: the draft takes its place, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import request_repository
from app.actions.kinds import AnyPayload, hash_of, payload_of
from app.actions.lifecycle import require_own_sender
from app.actions.repository import Subject
from app.actions.request_repository import Asked
from app.actions.requesting import BEGUN, add_request, require_open
from app.actions.transitions import WAITING, Actor, move, note
from app.actions.waiting import CHANGED, SAVED_INSTEAD, in_words, locked, state_at, void
from app.db.models import Action, ActionKind, ActionState, utc_now
from app.db.session import Database
from app.errors import ConflictError, UserError

SAVED_AS_DRAFT: Final = "action.saved_as_draft"
SAVED_OR_SOON: Final = frozenset({*BEGUN, ActionState.DONE})


async def save_as_draft(
    database: Database,
    *,
    user_id: UUID,
    action_id: UUID,
    expected_hash: bytes | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Action:
    """Close a waiting reply and have it saved as a draft, just as it stands; returns the draft's action.

    The same again is the same draft. Raises NotFoundError, UserError for what is no reply, and ConflictError when it
    was decided, or has changed since it was looked at (`expected_hash`).
    """
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await locked(session, user_id, action_id)
        reply = subject.action
        if reply.kind != ActionKind.REPLY:
            raise UserError("Only a reply can be saved as a draft.")
        as_seen = expected_hash in {None, reply.content_hash}
        if state_at(reply, now) not in WAITING:
            return await _saved_before(session, subject, now, as_seen=as_seen)
        if not as_seen or hash_of(reply.message_id, payload_of(reply.kind, reply.payload)) != reply.content_hash:
            raise ConflictError(CHANGED)
        saved = await _saved(session, subject, now)
    if isinstance(saved, str):  # only now, so that the reply stays closed
        raise ConflictError(saved)
    return saved


async def _saved_before(session: AsyncSession, subject: Subject, now: datetime, *, as_seen: bool) -> Action:
    """What a second click meets; for another decision it comes too late."""
    content = hash_of(subject.message.id, _draft_of(subject.action))
    drafts = await request_repository.of_kind(session, subject.message, ActionKind.DRAFT)
    found = (each for each in drafts if each.content_hash == content and each.state in SAVED_OR_SOON)
    draft = next(found, None) if subject.action.error == SAVED_INSTEAD and as_seen else None
    if draft is None:
        raise ConflictError(in_words(subject.action, now))
    return draft


async def _saved(session: AsyncSession, subject: Subject, now: datetime) -> Action | str:
    """The draft; or why it is too late for one."""
    reply, asked = subject.action, Asked(subject.message, subject.mailbox, subject.user, language="")
    await require_open(session, asked)
    if too_late := await void(session, reply, subject.message, now):
        return too_late
    require_own_sender(subject)
    draft = add_request(session, asked, _draft_of(reply), now=now)
    note(session, reply, SAVED_AS_DRAFT, actor=Actor.USER, now=now, details={"draft": str(draft.id)})
    decided = {"decided_by": Actor.USER, "decided_at": now, "error": SAVED_INSTEAD}
    move(session, reply, ActionState.SUPERSEDED, actor=Actor.USER, now=now, **decided)
    return draft


def _draft_of(reply: Action) -> AnyPayload:
    return payload_of(ActionKind.DRAFT, reply.payload)
