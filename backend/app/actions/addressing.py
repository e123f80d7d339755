"""Whom a waiting text goes to, and as whom: the person chooses among what code finds; no address is ever typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.kinds import (
    DraftPayload,
    Recipients,
    ReplyPayload,
    TextPayload,
    hash_of,
    payload_of,
    recipients_of,
    reply_recipients,
    to_stored,
)
from app.actions.repository import TEXT_KINDS, Subject
from app.actions.transitions import keep_edited
from app.actions.waiting import CHANGED, still_waiting, void
from app.db.models import Action, Mailbox, Message, utc_now
from app.db.session import Database
from app.errors import ConflictError, UserError
from app.mail.addresses import look_alike
from app.mail.contact_repository import recipients_written_to
from app.mail.identities import Identity, identities_of, own_addresses
from app.policy.general_rules import SHADOW
from app.policy.recipient_rules import RecipientFacts, judged_anew
from app.policy.rule import Risk

READDRESSED: Final = "action.readdressed"
NO_CHOICE: Final = "Only a reply or a draft of one can go to others, or leave from another address of yours."
NOT_YOURS: Final = "This is not among the addresses you can send from. Choose one of yours."
NOBODY: Final = "The mail names nobody who could get a reply."


@dataclass(frozen=True, slots=True)
class Choices:
    """What a waiting text can be changed to, and what it is now."""

    sender_only: Recipients
    everyone: Recipients
    identities: tuple[Identity, ...]
    now: Recipients
    sender: str
    """The address it would leave from as it is."""

    @property
    def answers_everyone(self) -> bool | None:
        """None when it is neither, because the mailbox has other addresses of its own by now."""
        return {self.everyone: True, self.sender_only: False}.get(self.now)

    @property
    def others_to_answer(self) -> bool:
        return self.everyone != self.sender_only

    @property
    def others_to_be(self) -> bool:
        """Also where the address it would leave from is none of the user's any more."""
        return any(each.address.lower() != self.sender.lower() for each in self.identities)


def choices_for(action: Action, message: Message, mailbox: Mailbox, user_email: str) -> Choices | None:
    """None for what is no answer."""
    if action.kind not in TEXT_KINDS:
        return None
    payload, own = action.payload, own_addresses(mailbox, user_email)
    return Choices(
        sender_only=reply_recipients(message, own),
        everyone=reply_recipients(message, own, everyone=True),
        identities=identities_of(mailbox),
        now=Recipients(tuple(payload.get("to") or ()), tuple(payload.get("cc") or ())),
        sender=str(payload.get("sender") or mailbox.address),
    )


async def readdress(
    database: Database,
    *,
    user_id: UUID,
    action_id: UUID,
    everyone: bool | None = None,
    sender: str | None = None,
    expected_hash: bytes | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Action:
    """Change whom a waiting reply goes to (all who were addressed, or its sender alone), or as whom; None leaves it.

    It still waits afterwards, with another hash: an approval of what was shown before is refused. The same again
    changes nothing. Raises NotFoundError, UserError for an address that is not the user's, and ConflictError when it
    was decided, or has changed since it was looked at (`expected_hash`).
    """
    now = clock()
    async with database.transaction(user_id) as session:
        subject = await still_waiting(session, user_id, action_id, now)
        wanted = _wanted(subject, everyone=everyone, sender=sender)
        if wanted.after == wanted.before:
            return subject.action
        if expected_hash not in {None, subject.action.content_hash}:
            raise ConflictError(CHANGED)
        too_late = await void(session, subject.action, subject.message, now)
        if too_late is None:
            await _apply(session, subject, wanted, now)
    if too_late is not None:  # only now, so that the action stays closed
        raise ConflictError(too_late)
    return subject.action


@dataclass(frozen=True, slots=True)
class _Change:
    before: TextPayload
    after: TextPayload
    everyone: bool | None


def _wanted(subject: Subject, *, everyone: bool | None, sender: str | None) -> _Change:
    action = subject.action
    payload = payload_of(action.kind, action.payload)
    choices = choices_for(action, subject.message, subject.mailbox, subject.user.email)
    if choices is None or not isinstance(payload, ReplyPayload | DraftPayload):
        raise UserError(NO_CHOICE)
    update = {**_to(choices, everyone=everyone), **_as(sender, choices)}
    return _Change(payload, payload.model_copy(update=update), everyone)


def _to(choices: Choices, *, everyone: bool | None) -> dict[str, Any]:
    if everyone is None:
        return {}
    recipients = choices.everyone if everyone else choices.sender_only
    if not recipients.to:
        raise UserError(NOBODY)
    return {"to": recipients.to, "cc": recipients.cc}


def _as(sender: str | None, choices: Choices) -> dict[str, Any]:
    """The name and the signature go with the address."""
    if sender is None:
        return {}
    found = next((each for each in choices.identities if each.address.lower() == sender.strip().lower()), None)
    if found is None:
        raise UserError(NOT_YOURS)
    return {"sender": found.address, "sender_name": found.name, "signature": found.signature}


async def _apply(session: AsyncSession, subject: Subject, wanted: _Change, now: datetime) -> None:
    action, before, after = subject.action, recipients_of(wanted.before), recipients_of(wanted.after)
    known = await _known(session, subject)
    judged = judged_anew(action.reasons, Risk(action.risk), before=_facts(before, known), after=_facts(after, known))
    # In shadow mode it waits because of that alone; to others it would not have gone unasked.
    rule = judged.rule if judged.rule and action.rule == SHADOW else action.rule
    keep_edited(
        session,
        action,
        READDRESSED,
        now=now,
        details={"everyone": wanted.everyone, "recipients": len(after.everybody), "identity": wanted.after.sender},
        payload=to_stored(wanted.after),
        content_hash=hash_of(subject.message.id, wanted.after),
        reasons=list(judged.reasons),
        risk=judged.risk,
        rule=rule,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    own: frozenset[str]
    written_to: frozenset[str]


async def _known(session: AsyncSession, subject: Subject) -> _Known:
    written_to = await recipients_written_to(session, subject.user.id, before=subject.message.received_at)
    return _Known(own_addresses(subject.mailbox, subject.user.email), frozenset(written_to))


def _facts(recipients: Recipients, known: _Known) -> RecipientFacts:
    everybody = recipients.everybody
    return RecipientFacts(
        recipients=len(everybody),
        new_recipients=not everybody <= known.written_to,
        look_alike_recipients=any(look_alike(each, known.own | known.written_to) for each in everybody),
    )
