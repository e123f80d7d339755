"""Replies and drafts at the provider: a reply is stored as a draft first, so that it is never sent twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from app.actions import claims
from app.actions.claims import Claimed, ClaimLostError, Outcome
from app.actions.drafts import is_edited
from app.actions.forwarding import require_unchanged
from app.actions.kinds import ForwardPayload, LetterPayload, RsvpPayload, recipients_of
from app.actions.traces import DRAFT_LABEL, drop_other_drafts, drop_unless_only, ours_at_provider
from app.db.models import ActionState
from app.db.session import Database
from app.errors import RetryableError
from app.mail.compose import Part, UnsafeHeaderError, calendar_part, compose, message_part, whole_text, without_bcc
from app.mail.draft_print import draft_print
from app.mail.outgoing_check import TEXT_TYPE, verify_outgoing
from app.mail.provider import (
    MailProvider,
    MessageGoneError,
    NeedsReconnectError,
    OutgoingMail,
    ProviderRefusedError,
)

log = structlog.get_logger(__name__)

MAX_ATTACHED: Final = 18 * 1024 * 1024
"""What still fits into a mail of 25 MB once it is encoded."""

DRAFT_IS_GONE: Final = (
    "Gmail no longer has the draft of this reply, and the conversation does not show it as sent. "
    "Look into your sent mail before you answer by hand; GetAnswers will not send it again."
)
DRAFT_WAS_LOST: Final = (
    "Gmail stored this reply as a draft, but its answer was lost, so GetAnswers did not send it. "
    "You find it among your drafts: send it there, or discard it."
)
DRAFT_IS_YOURS: Final = (
    "You have changed the draft of this reply in Gmail, so GetAnswers did not send it. "
    "You find it among your drafts: send it there, or discard it."
)


async def save_draft(
    provider: MailProvider, claimed: Claimed, payload: LetterPayload, *, database: Database, now: datetime
) -> Outcome:
    """Leave a draft in the conversation, once."""
    mail = await _mail(provider, claimed, payload, now)
    print_of_it = draft_print(mail.raw)
    if claimed.tried and (ours := await ours_at_provider(provider, claimed)):
        found = await provider.draft_of(ours[0].id)
        return Outcome(ActionState.DONE, draft_id=found, draft_hash=print_of_it, result_id=ours[0].id)
    if claimed.draft_id is not None:  # it was there, and the person has sent or discarded it since
        return Outcome(ActionState.DONE, forget_draft=True)
    obstacle = await claims.last_look(database, claimed, now)
    if obstacle is not None:
        return obstacle
    draft_id = await _stored(provider, claimed, mail, print_of_it, database=database, now=now)
    return Outcome(ActionState.DONE, draft_id=draft_id, draft_hash=print_of_it)


async def send_letter(
    provider: MailProvider, claimed: Claimed, payload: LetterPayload, *, database: Database, now: datetime
) -> Outcome:
    """Send a mail at most once, through a draft; after an unknown outcome, find out first."""
    mail = await _mail(provider, claimed, payload, now)
    written = draft_print(mail.raw)
    found = await _from_before(provider, claimed, written)
    if isinstance(found, Outcome):
        return found
    draft_id = found or await _stored(provider, claimed, mail, written, database=database, now=now)
    if found not in {None, claimed.draft_id}:
        await claims.keep_draft(database, claimed, draft_id, written, now)
    obstacle = await claims.last_look(database, claimed, now)
    if obstacle is not None:
        await _discard(provider, claimed, draft_id, written, obstacle)
        return obstacle
    return await _send(provider, claimed, draft_id)


async def _stored(
    provider: MailProvider, claimed: Claimed, mail: OutgoingMail, written: bytes, *, database: Database, now: datetime
) -> str:
    """Store the only draft of this action, and keep its id. Raises ClaimLostError.

    A process that slept past its lease may store one when another has taken over. Each looks again after its own call,
    so at least one of the two sees both drafts: the late one takes back its own, the other removes the late one's.
    """
    draft_id = await provider.create_draft(mail)
    try:
        await claims.keep_draft(database, claimed, draft_id, written, now)
    except ClaimLostError:
        await drop_unless_only(provider, claimed, draft_id, written)
        raise
    if claimed.tried:
        await drop_other_drafts(provider, claimed, draft_id, written)
    return draft_id


async def _mail(provider: MailProvider, claimed: Claimed, payload: LetterPayload, now: datetime) -> OutgoingMail:
    recipients = recipients_of(payload)
    if isinstance(payload, ForwardPayload):
        await require_unchanged(provider, claimed.provider_message_id, payload)
    raw = compose(
        sender=payload.sender or claimed.sender,
        sender_name=payload.sender_name or claimed.sender_name,
        to=recipients.to,
        cc=recipients.cc,
        subject=payload.subject,
        text=whole_text(payload.body, payload.signature, payload.quoted),
        in_reply_to=claimed.in_reply_to if payload.in_thread else None,
        references=claimed.references if payload.in_thread else (),
        action_id=claimed.action_id,
        automatic=claimed.automatic,
        part=await _part(provider, claimed, payload),
        date=now,
    )
    verify_outgoing(raw, recipients=recipients.everybody, parts=_parts(payload))
    return OutgoingMail(raw=raw, thread_id=claimed.thread_id if payload.in_thread else None)


async def _part(provider: MailProvider, claimed: Claimed, payload: LetterPayload) -> Part | None:
    match payload:
        case RsvpPayload():
            return calendar_part(payload.calendar)
        case ForwardPayload(attached=True):
            raw = await provider.raw_message(claimed.provider_message_id)
            if len(raw) > MAX_ATTACHED:
                raise UnsafeHeaderError("This mail is too large to be attached. Forward it as quoted text instead.")
            return message_part(without_bcc(raw))
        case _:
            return None


def _parts(payload: LetterPayload) -> Sequence[str]:
    match payload:
        case RsvpPayload():
            return TEXT_TYPE, "text/calendar"
        case ForwardPayload(attached=True):
            return TEXT_TYPE, "message/rfc822"
        case _:
            return (TEXT_TYPE,)


async def _from_before(provider: MailProvider, claimed: Claimed, written: bytes) -> Outcome | str | None:
    """Return what an earlier attempt brought about: an end, the untouched draft it left, or nothing at all.

    Who calls has waited long enough for what was under way to show.
    """
    if not claimed.tried and claimed.draft_id is None:
        return None
    ours = next(iter(await ours_at_provider(provider, claimed)), None)
    if ours is not None and DRAFT_LABEL not in ours.label_ids:
        return Outcome(ActionState.DONE, result_id=ours.id)
    draft_id = claimed.draft_id
    if draft_id is None and ours is not None:  # its id was lost with the answer; nothing can have been sent by us
        draft_id = await provider.draft_of(ours.id)
        if draft_id is None:
            return Outcome(ActionState.UNKNOWN, error=DRAFT_WAS_LOST)
    if draft_id is None:
        return None
    try:
        edited = await is_edited(provider, draft_id, claimed.draft_hash or written)
    except MessageGoneError:
        return await _without_draft(provider, claimed)
    return Outcome(ActionState.FAILED, error=DRAFT_IS_YOURS) if edited else draft_id


async def _without_draft(provider: MailProvider, claimed: Claimed) -> Outcome:
    try:
        sent = next(iter(await ours_at_provider(provider, claimed)), None)
    except (MessageGoneError, NeedsReconnectError, ProviderRefusedError) as error:
        return Outcome(ActionState.UNKNOWN, error=f"{DRAFT_IS_GONE} ({error})")
    if sent is None or DRAFT_LABEL in sent.label_ids:
        return Outcome(ActionState.UNKNOWN, error=DRAFT_IS_GONE)
    return Outcome(ActionState.DONE, result_id=sent.id)


async def _send(provider: MailProvider, claimed: Claimed, draft_id: str) -> Outcome:
    try:
        return Outcome(ActionState.DONE, result_id=await provider.send_draft(draft_id))
    except MessageGoneError:
        return await _without_draft(provider, claimed)
    except (NeedsReconnectError, ProviderRefusedError) as error:
        return Outcome(ActionState.FAILED, error=f"Gmail did not send it; it is among your drafts. {error}")


async def _discard(provider: MailProvider, claimed: Claimed, draft_id: str, written: bytes, obstacle: Outcome) -> None:
    if obstacle.state == ActionState.APPROVED:  # paused: the same draft is sent later
        return
    try:
        if not await is_edited(provider, draft_id, written):
            await provider.delete_draft(draft_id)
    except (RetryableError, MessageGoneError, NeedsReconnectError, ProviderRefusedError):
        # A draft left behind sends nothing by itself, and the person sees it.
        log.warning("action.draft_left", action_id=str(claimed.action_id))
