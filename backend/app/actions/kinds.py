"""What an action would do, exactly: one frozen payload per kind, whom it goes to, and the hash that binds them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from app.db.models import ActionKind, Message
from app.mail.canonical import storable
from app.mail.compose import reply_subject
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address

LABEL_ROOT: Final = "GetAnswers/"
ARCHIVED_LABEL: Final = "GetAnswers/Archived"
READ_LABEL: Final = "GetAnswers/Marked read"
MAX_BODY: Final = 20_000
MAX_SUBJECT: Final = 500
HASH_VERSION: Final = "1"

SENT: Final = frozenset({ActionKind.REPLY})
"""Kinds that reach other people: delayed when nobody approved them, counted as sends, and never to be taken back."""
REVERSIBLE: Final = frozenset({ActionKind.DRAFT, ActionKind.LABEL, ActionKind.ARCHIVE, ActionKind.MARK_READ})

OwnLabel = Annotated[str, StringConstraints(pattern=r"^GetAnswers/[^\x00-\x1f/]{1,100}$")]
"""Labels of ours only: no payload can name INBOX, TRASH, SPAM or a label of the user's."""


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Text(_Payload):
    subject: Annotated[str, Field(max_length=MAX_SUBJECT)]
    body: Annotated[str, StringConstraints(max_length=MAX_BODY, pattern=r"\S")]
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    cc: tuple[str, ...] = ()


class ReplyPayload(_Text):
    kind: Literal[ActionKind.REPLY] = ActionKind.REPLY


class DraftPayload(_Text):
    kind: Literal[ActionKind.DRAFT] = ActionKind.DRAFT


class LabelPayload(_Payload):
    kind: Literal[ActionKind.LABEL] = ActionKind.LABEL
    add: Annotated[tuple[OwnLabel, ...], Field(min_length=1)]
    remove: tuple[OwnLabel, ...] = ()


class ArchivePayload(_Payload):
    kind: Literal[ActionKind.ARCHIVE] = ActionKind.ARCHIVE


class MarkReadPayload(_Payload):
    kind: Literal[ActionKind.MARK_READ] = ActionKind.MARK_READ


TextPayload: TypeAlias = ReplyPayload | DraftPayload
ChangePayload: TypeAlias = LabelPayload | ArchivePayload | MarkReadPayload
Payload: TypeAlias = Annotated[TextPayload | ChangePayload, Field(discriminator="kind")]

_PAYLOADS: Final[TypeAdapter[TextPayload | ChangePayload]] = TypeAdapter(Payload)


def payload_of(kind: str, stored: Mapping[str, Any]) -> TextPayload | ChangePayload:
    """Read a payload as a row stores it. Raises pydantic.ValidationError when the row does not hold one."""
    return _PAYLOADS.validate_python({**stored, "kind": kind})


def to_stored(payload: TextPayload | ChangePayload) -> dict[str, Any]:
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


def reply_payload(message: Message, body: str, own_addresses: Iterable[str]) -> ReplyPayload | None:
    """Make the reply to a message, or None when there is nobody to write to, or no text that can be sent."""
    recipients = reply_recipients(message, own_addresses)
    text = storable(body)
    if not recipients.to or not text.strip() or len(text) > MAX_BODY:
        return None
    return ReplyPayload(subject=reply_subject(message.subject), body=text, to=recipients.to, cc=recipients.cc)


def label_payload(category: str) -> LabelPayload:
    """Label a message with its category, e.g. GetAnswers/Mailing list."""
    return LabelPayload(add=(LABEL_ROOT + category.replace("_", " ").capitalize(),))


def recipients_of(payload: TextPayload | ChangePayload) -> Recipients:
    match payload:
        case ReplyPayload() | DraftPayload():
            return Recipients(to=payload.to, cc=payload.cc)
        case _:
            return Recipients()


def content_hash(kind: str, message_id: UUID, recipients: Recipients, content: TextPayload | ChangePayload) -> bytes:
    """Hash what would happen, to which message and to whom; equal only when everything is equal."""
    return _digest(
        "content", kind, str(message_id), list(recipients.to), list(recipients.cc), content.model_dump(mode="json")
    )


def hash_of(message_id: UUID, payload: TextPayload | ChangePayload) -> bytes:
    return content_hash(payload.kind, message_id, recipients_of(payload), payload)


def approval_hash(*, user_id: UUID, action_id: UUID, content: bytes, policy_version: str, expires_at: str) -> bytes:
    """Hash what an approval is bound to (security rule 15).

    `content` is the content hash, which covers message and recipients; `expires_at` is the ISO time in UTC.
    """
    return _digest("approval", str(user_id), str(action_id), content.hex(), policy_version, expires_at)


def _digest(*parts: Any) -> bytes:
    return hashlib.sha256(json.dumps([HASH_VERSION, *parts], sort_keys=True, ensure_ascii=True).encode()).digest()
