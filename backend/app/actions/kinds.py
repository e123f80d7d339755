"""What an action would do, exactly: one frozen payload per kind, whom it goes to, and the hash that binds them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from app.db.models import ActionKind, Message
from app.mail.canonical import storable
from app.mail.compose import reply_subject
from app.mail.identities import MAX_SIGNATURE, Identity
from app.mail.invitations import MAX_CALENDAR, Answer
from app.mail.list_unsubscribe import is_safe_url
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address

LABEL_ROOT: Final = "GetAnswers/"
ARCHIVED_LABEL: Final = "GetAnswers/Archived"
READ_LABEL: Final = "GetAnswers/Marked read"
SNOOZED_LABEL: Final = "GetAnswers/Snoozed"
WAITING_LABEL: Final = "GetAnswers/Waiting"
REMINDER_LABEL: Final = "GetAnswers/Reminder"
UNSUBSCRIBED_LABEL: Final = "GetAnswers/Unsubscribed"
MAX_QUOTED: Final = 25_000
MAX_BODY: Final = 20_000
MAX_SUBJECT: Final = 500
MAX_FILENAME: Final = 300
HASH_VERSION: Final = "1"

SENT: Final = frozenset({ActionKind.REPLY, ActionKind.RSVP, ActionKind.UNSUBSCRIBE, ActionKind.FORWARD})
"""Kinds that reach other people: delayed when nobody approved them, counted as sends, and never to be taken back."""
ASKED_FOR: Final = frozenset(
    {ActionKind.SNOOZE, ActionKind.REMIND, ActionKind.RSVP, ActionKind.UNSUBSCRIBE, ActionKind.FORWARD}
)
"""Kinds that a person can ask for on a message, again and again."""
SWITCHABLE: Final = (
    ActionKind.LABEL,
    ActionKind.MARK_READ,
    ActionKind.ARCHIVE,
    ActionKind.REPLY,
)
"""Kinds that the policy may decide to do unasked, the most harmless first; all others a person asks for or approves."""
REVERSIBLE: Final = frozenset({
    ActionKind.DRAFT, ActionKind.LABEL, ActionKind.ARCHIVE, ActionKind.MARK_READ, ActionKind.SNOOZE, ActionKind.REMIND,
})  # fmt: skip

OwnLabel = Annotated[str, StringConstraints(pattern=r"^GetAnswers/[^\x00-\x1f/]{1,100}$")]
"""Labels of ours only: no payload can name INBOX, TRASH, SPAM or a label of the user's."""


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterPayload(_Payload):
    """A mail as it will be sent, but for its date and its place in the conversation, which the message gives it."""

    subject: Annotated[str, Field(max_length=MAX_SUBJECT)]
    body: Annotated[str, StringConstraints(max_length=MAX_BODY, pattern=r"\S")]
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    cc: tuple[str, ...] = ()
    sender: str = ""
    """One of the user's own addresses; empty is the mailbox's."""
    sender_name: Annotated[str, Field(max_length=100)] = ""
    """Empty is the user's name."""
    signature: Annotated[str, Field(max_length=MAX_SIGNATURE)] = ""
    quoted: Annotated[str, Field(max_length=MAX_QUOTED)] = ""
    """What stands below, as it will stand there."""

    @property
    def in_thread(self) -> bool:
        """Whether it belongs to the conversation of its message."""
        return True


class ReplyPayload(LetterPayload):
    kind: Literal[ActionKind.REPLY] = ActionKind.REPLY


class RsvpPayload(LetterPayload):
    kind: Literal[ActionKind.RSVP] = ActionKind.RSVP
    answer: Answer
    calendar: Annotated[str, StringConstraints(max_length=MAX_CALENDAR, pattern=r"METHOD:REPLY")]
    """The answer for the organiser's calendar, as it will be sent."""


class ForwardedFile(_Payload):
    name: Annotated[str, Field(max_length=MAX_FILENAME)]
    mime_type: Annotated[str, Field(max_length=MAX_FILENAME)]
    size: Annotated[int, Field(ge=0)]


class ForwardPayload(LetterPayload):
    kind: Literal[ActionKind.FORWARD] = ActionKind.FORWARD
    attached: bool
    """The whole message goes along as a file; else what is quoted below is all."""
    original: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Fingerprint of the message as it was shown; see `app.actions.forwarding`."""
    files: tuple[ForwardedFile, ...]
    """What is attached to it: for the eye, and bound by the approval like all the rest."""


class DraftPayload(LetterPayload):
    kind: Literal[ActionKind.DRAFT] = ActionKind.DRAFT


class LabelPayload(_Payload):
    kind: Literal[ActionKind.LABEL] = ActionKind.LABEL
    add: Annotated[tuple[OwnLabel, ...], Field(min_length=1)]
    remove: tuple[OwnLabel, ...] = ()


class ArchivePayload(_Payload):
    kind: Literal[ActionKind.ARCHIVE] = ActionKind.ARCHIVE


class MarkReadPayload(_Payload):
    kind: Literal[ActionKind.MARK_READ] = ActionKind.MARK_READ


class SnoozePayload(_Payload):
    kind: Literal[ActionKind.SNOOZE] = ActionKind.SNOOZE
    until: AwareDatetime
    """For the eye; the waking has a row of its own."""


class WakePayload(_Payload):
    kind: Literal[ActionKind.WAKE] = ActionKind.WAKE


class RemindPayload(_Payload):
    kind: Literal[ActionKind.REMIND] = ActionKind.REMIND
    at: AwareDatetime


class UnsubscribePayload(_Payload):
    """By one click (`url`), or by a mail (`to`); never both."""

    kind: Literal[ActionKind.UNSUBSCRIBE] = ActionKind.UNSUBSCRIBE
    url: str = ""
    to: Annotated[tuple[str, ...], Field(max_length=1)] = ()
    subject: Annotated[str, Field(max_length=MAX_SUBJECT)] = ""
    sender: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.url) == bool(self.to) or (self.url and not is_safe_url(self.url)):
            raise ValueError("names no way to unsubscribe that can be used")
        return self


TextPayload: TypeAlias = ReplyPayload | DraftPayload
"""What the person may edit before it is sent or saved."""
ChangePayload: TypeAlias = LabelPayload | ArchivePayload | MarkReadPayload | SnoozePayload | WakePayload
OtherPayload: TypeAlias = RemindPayload | RsvpPayload | UnsubscribePayload | ForwardPayload
AnyPayload: TypeAlias = TextPayload | ChangePayload | OtherPayload
Payload: TypeAlias = Annotated[AnyPayload, Field(discriminator="kind")]

_PAYLOADS: Final[TypeAdapter[AnyPayload]] = TypeAdapter(Payload)


def payload_of(kind: str, stored: Mapping[str, Any]) -> AnyPayload:
    """Read a payload as a row stores it. Raises pydantic.ValidationError when the row does not hold one."""
    return _PAYLOADS.validate_python({**stored, "kind": kind})


def to_stored(payload: AnyPayload) -> dict[str, Any]:
    return payload.model_dump(mode="json", exclude={"kind"})


@dataclass(frozen=True, slots=True)
class Recipients:
    """Bare addresses, lower case. There is no Bcc, and never will be."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()

    @property
    def everybody(self) -> frozenset[str]:
        return frozenset((*self.to, *self.cc))


def reply_recipients(message: Message, own_addresses: Iterable[str], *, everyone: bool = False) -> Recipients:
    """Compute by code alone whom a reply goes to: Reply-To, else From; with `everyone` also who else was addressed.

    Own addresses never are recipients. Empty when the mail names nobody who can be written to.
    """
    own = {_written(address) or address.lower() for address in own_addresses}
    to = _writable(message.reply_to, own) or _writable([message.sender_address], own)
    others = _writable([*message.to, *message.cc], own | set(to)) if everyone else ()
    return Recipients(to=to, cc=others if to else ())


def _writable(addresses: Iterable[str], leave_out: Iterable[str]) -> tuple[str, ...]:
    written = (_written(address) for address in addresses)
    return tuple(dict.fromkeys(each for each in written if each and each not in leave_out))


def _written(address: str) -> str | None:
    """Return the address as it will stand in the header; None when no header can hold it safely."""
    try:
        return ascii_address(address)
    except UnsafeHeaderError:
        return None


def reply_payload(
    message: Message,
    body: str,
    own_addresses: Iterable[str],
    *,
    everyone: bool = False,
    identity: Identity | None = None,
) -> ReplyPayload | None:
    """Make the reply to a message, or None when there is nobody to write to, or no text that can be sent."""
    recipients = reply_recipients(message, own_addresses, everyone=everyone)
    text = storable(body)
    if not recipients.to or not text.strip() or len(text) > MAX_BODY:
        return None
    return ReplyPayload(
        subject=reply_subject(message.subject),
        body=text,
        to=recipients.to,
        cc=recipients.cc,
        sender=identity.address if identity else "",
        sender_name=identity.name if identity else "",
    )


def label_payload(category: str) -> LabelPayload:
    """Label a message with its category, e.g. GetAnswers/Mailing list."""
    return LabelPayload(add=(LABEL_ROOT + category.replace("_", " ").capitalize(),))


def recipients_of(payload: AnyPayload | LetterPayload) -> Recipients:
    match payload:
        case LetterPayload():
            return Recipients(to=payload.to, cc=payload.cc)
        case UnsubscribePayload():
            return Recipients(to=payload.to)
        case _:
            return Recipients()


def content_hash(kind: str, message_id: UUID, recipients: Recipients, content: AnyPayload) -> bytes:
    """Hash what would happen, to which message and to whom; equal only when everything is equal."""
    return _digest(
        "content", kind, str(message_id), list(recipients.to), list(recipients.cc), content.model_dump(mode="json")
    )


def hash_of(message_id: UUID, payload: AnyPayload) -> bytes:
    return content_hash(payload.kind, message_id, recipients_of(payload), payload)


def approval_hash(*, user_id: UUID, action_id: UUID, content: bytes, policy_version: str, expires_at: str) -> bytes:
    """Hash what an approval is bound to (security rule 15).

    `content` is the content hash, which covers message and recipients; `expires_at` is the ISO time in UTC.
    """
    return _digest("approval", str(user_id), str(action_id), content.hex(), policy_version, expires_at)


def _digest(*parts: Any) -> bytes:
    return hashlib.sha256(json.dumps([HASH_VERSION, *parts], sort_keys=True, ensure_ascii=True).encode()).digest()
