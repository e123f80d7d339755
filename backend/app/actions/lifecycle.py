"""What a person does about an action: approve, edit, reject, put off, raise, try again, say what happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import installation
from app.actions import meetings, pending, repository
from app.actions.approval import approval_of, bound_values
from app.actions.closing import raise_urgency
from app.actions.editing import require_text, with_text
from app.actions.hand_over import hand_to_workers
from app.actions.kinds import SENT
from app.actions.proposing import VALID_FOR
from app.actions.repository import Subject
from app.actions.transitions import UNDER_WAY, WAITING, Actor, keep_edited, move, note
from app.actions.waiting import CHANGED, IN_WORDS, in_words, locked, still_waiting, void
from app.db.models import Action, ActionKind, ActionState, utc_now
from app.db.session import Database
from app.errors import ConflictError, UserError
from app.mail.canonical import storable
from app.mail.identities import may_send_as, no_longer_yours

Clock = Callable[[], datetime]

LONGEST_POSTPONEMENT: Final = timedelta(days=30)
ONLY_BACK: Final = "This only brings the mail back. To have it back now, undo putting it off."
NOT_SENT: Final = "You have looked, and it did not happen."
STOPPED_LATE: Final = (
    "You stopped it, but an earlier attempt may have got through. Look in Gmail, and then say here whether it happened."
)


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
    """Replace the text of a reply or draft and approve what it has become; `editing.reword` lets it wait on.

    Raises UserError for a text that cannot be sent, else as `approve`.
    """
    require_text(body)
    return await _decide(database, user_id, action_id, expected_hash=expected_hash, body=body, clock=clock)


async def _decide(
    database: Database, user_id: UUID, action_id: UUID, *, expected_hash: bytes | None, body: str | None, clock: Clock
) -> Action:
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await locked(session, user_id, action_id)
        action = subject.action
        if action.state not in WAITING:
            return _as_decided(action, expected_hash, body, now)
        if expected_hash not in {None, action.content_hash}:
            raise ConflictError(CHANGED)
        await _require_released(session, subject)
        too_late = await void(session, action, subject.message, now)
        if too_late is None:
            require_own_sender(subject)
            if body is not None and (after := with_text(action, body))["content_hash"] != action.content_hash:
                keep_edited(session, action, now=now, **after)
            changes = approval_of(bound_values(action), Actor.USER, now)
            move(session, action, changes.pop("state"), actor=Actor.USER, now=now, not_before=None, **changes)
            hand_to_workers(session, action)
    if too_late is not None:  # only now, so that the action stays closed
        raise ConflictError(too_late)
    return action


def _as_decided(action: Action, expected_hash: bytes | None, body: str | None, now: datetime) -> Action:
    """Return what a second click meets: the same decision is no conflict, another one is."""
    alive = action.state in {ActionState.APPROVED, ActionState.EXECUTING, ActionState.DONE}
    same_text = body is None or storable(body) == action.payload.get("body")
    same = expected_hash in {None, action.content_hash} if body is None else same_text
    if alive and action.decided_by == Actor.USER and same:
        return action
    raise ConflictError(in_words(action, now))


async def reject(database: Database, *, user_id: UUID, action_id: UUID, clock: Clock = utc_now) -> Action:
    """Close an action; also one that was approved, as long as nobody works on it at this moment.

    Ends as unknown where an earlier attempt may have got through. Raises NotFoundError, and ConflictError when it is
    too late.
    """
    now = clock()
    async with database.transaction(user_id) as session:
        action = (await locked(session, user_id, action_id)).action
        if action.state == ActionState.REJECTED:
            return action
        if action.kind == ActionKind.WAKE:
            raise ConflictError(ONLY_BACK)
        if action.state not in {*WAITING, ActionState.APPROVED} and not _is_abandoned(action, now):
            raise ConflictError(in_words(action, now))
        if _may_have_happened(action):
            move(session, action, ActionState.UNKNOWN, actor=Actor.USER, now=now, error=STOPPED_LATE, not_before=None)
            return action
        changes = {"decided_by": Actor.USER, "decided_at": now, "approved_hash": None}
        move(session, action, ActionState.REJECTED, actor=Actor.USER, now=now, **changes)
        if action.kind in pending.KINDS:
            await session.flush()  # what waited with it is found by what the database knows
            await pending.end_pointless(session, message_id=action.message_id, now=now)
    return action


def _is_abandoned(action: Action, now: datetime) -> bool:
    """Whether the worker that had it died; should it only sleep, it finds its claim lost before its next effect."""
    lease = action.lease_until
    return action.state == ActionState.EXECUTING and lease is not None and lease <= now


def _may_have_happened(action: Action) -> bool:
    """Whether an attempt went so far that its effect may be there although no answer said so."""
    if action.attempts == 0:
        return False
    if action.kind == ActionKind.DRAFT:
        return True
    if action.kind in SENT and not action.payload.get("url"):
        # The id of the draft is kept before it is sent.
        return action.provider_draft_id is not None
    # What puts the labels back is kept before they change; that a list is asked, before it is.
    return bool(action.undo)


async def postpone(
    database: Database, *, user_id: UUID, action_id: UUID, until: datetime, clock: Clock = utc_now
) -> Action:
    """Take a waiting action out of sight, to ask again then; until then and for a while after it does not expire.

    Raises UserError for a time that makes no sense, NotFoundError, and ConflictError when it waits no longer.
    """
    now = clock()
    if not now < until <= now + LONGEST_POSTPONEMENT:
        raise UserError(f"Choose a time within the next {LONGEST_POSTPONEMENT.days} days.")
    async with database.transaction(user_id) as session:
        action = (await still_waiting(session, user_id, action_id, now)).action
        expires = max(action.expires_at, until + VALID_FOR)
        changes: dict[str, Any] = {"not_before": until, "expires_at": expires, "escalated_at": None}
        note(session, action, "action.postponed", actor=Actor.USER, now=now, **changes)
    return action


async def escalate(database: Database, *, user_id: UUID, action_id: UUID, clock: Clock = utc_now) -> Action:
    """Raise a waiting action to the top of what waits, and have the person told once more; again it changes nothing.

    Raises NotFoundError, and ConflictError when it waits no longer.
    """
    now = clock()
    async with database.transaction(user_id) as session:
        action = (await still_waiting(session, user_id, action_id, now)).action
        if action.escalated_at is None:
            raise_urgency(session, action, actor=Actor.USER, now=now)
    return action


async def retry(database: Database, *, user_id: UUID, action_id: UUID, clock: Clock = utc_now) -> Action:
    """Approve a failed action once more, as it is. Raises NotFoundError, and ConflictError when it no longer fits."""
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await locked(session, user_id, action_id)
        action = subject.action
        if action.state in UNDER_WAY:
            return action
        if action.state != ActionState.FAILED:
            raise ConflictError(in_words(action, now))
        await _require_released(session, subject)
        if action.kind in repository.TEXT_KINDS and await repository.has_newer(session, subject.message):
            raise ConflictError(IN_WORDS[ActionState.SUPERSEDED])
        if meetings.comes_too_late(action, subject.message, now):
            raise ConflictError(meetings.IS_OVER)
        changes: dict[str, Any] = {"expires_at": now + VALID_FOR, "tries_before": action.attempts}
        changes |= {"not_before": None, "error": None}
        changes |= approval_of(bound_values(action) | changes, Actor.USER, now)
        move(session, action, changes.pop("state"), actor=Actor.USER, now=now, **changes)
        hand_to_workers(session, action)
    return action


async def settle(
    database: Database, *, user_id: UUID, action_id: UUID, happened: bool, clock: Clock = utc_now
) -> Action:
    """Say what became of an action whose outcome nobody could find out. Raises NotFoundError, ConflictError."""
    now = clock()
    wanted = ActionState.DONE if happened else ActionState.FAILED
    async with database.transaction(user_id) as session:
        action = (await locked(session, user_id, action_id)).action
        if action.state == wanted:
            return action
        if action.state != ActionState.UNKNOWN:
            raise ConflictError(in_words(action, now))
        # A further attempt looks among the drafts itself; the id of one that is gone would end it as unknown again.
        changes = {"error": None if happened else NOT_SENT, "provider_draft_id": None}
        move(session, action, wanted, actor=Actor.USER, now=now, **changes)
    return action


def require_own_sender(subject: Subject) -> None:
    """Raises ConflictError where Gmail no longer lets the user send as the address of a letter."""
    sender = str(subject.action.payload.get("sender") or "")
    if not may_send_as(subject.mailbox, sender):
        raise ConflictError(no_longer_yours(sender))


async def _require_released(session: AsyncSession, subject: Subject) -> None:
    if subject.user.effects_paused:
        raise ConflictError("Everything is paused. Resume first, then approve.")
    if await installation.is_paused(session):
        raise ConflictError("The operator has paused this installation. Approve when it goes on.")
