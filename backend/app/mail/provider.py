"""What a mail provider must offer, in the system's own words; Gmail is the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from app.errors import RetryableError

UNSEEN_LABELS: Final = frozenset({"SPAM", "TRASH"})
"""What bears one of these is out of the user's sight, and in no ordinary listing."""


class NeedsReconnectError(Exception):
    """The grant is dead; only the user can renew it. The message says why it may have happened."""


class CursorExpiredError(Exception):
    """The provider has forgotten this cursor; a full resync closes the gap."""


class MessageGoneError(Exception):
    """The message, thread or draft is no longer there."""


class ProviderBusyError(RetryableError):
    """The provider asks for patience until `not_before`."""

    def __init__(self, reason: str, not_before: datetime | None = None, *, whole_project: bool = False) -> None:
        super().__init__(reason)
        self.not_before = not_before
        self.whole_project = whole_project
        """It asks so of the whole installation, not of this mailbox alone."""


class ProviderUnavailableError(RetryableError):
    """No answer, or a broken one. For a change this means: unknown whether it happened."""


class ProviderRefusedError(Exception):
    """Refused for good: a scope is missing, the request is wrong. The message names the reason."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as Gmail's `format=full` gives it."""

    id: str
    thread_id: str
    label_ids: tuple[str, ...]
    internal_date: datetime
    size: int
    payload: Mapping[str, Any]
    """Gmail's MessagePart: mimeType, filename, headers, body {data | attachmentId, size}, parts."""


@dataclass(frozen=True, slots=True)
class LabelChange:
    message_id: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    history_id: int = 0
    """The record that tells of it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what happened since a cursor."""

    added: tuple[str, ...]
    """Without drafts and chats."""
    deleted: tuple[str, ...]
    relabelled: tuple[LabelChange, ...]
    cursor: int
    """Where the next read starts, once all pages are read."""
    next_page: str | None
    reached: int = 0
    """The last record of this page: what came before it need not be read again."""


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    thread_id: str


@dataclass(frozen=True, slots=True)
class Listing:
    messages: tuple[Listed, ...]
    next_page: str | None
    estimate: int


@dataclass(frozen=True, slots=True)
class Range:
    """Which messages a listing is about, by when Gmail received them."""

    after: datetime | None = None
    before: datetime | None = None
    label: str | None = None
    """Only those that have this label."""


@dataclass(frozen=True, slots=True)
class Profile:
    address: str
    cursor: int
    messages_total: int


@dataclass(frozen=True, slots=True)
class SendAs:
    """An address the user may send from."""

    address: str
    name: str
    signature_html: str
    default: bool
    verified: bool
    """The provider knows it to be the user's."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A message ready to be sent: the exact bytes, and the thread they belong to."""

    raw: bytes
    thread_id: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadHeader:
    """One message of a thread, by its headers (lower-case names)."""

    id: str
    label_ids: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class MailProvider(Protocol):
    """One mailbox at its provider. Every method may raise the errors above."""

    async def profile(self) -> Profile: ...

    async def list_messages(self, wanted: Range, *, page: str | None) -> Listing:
        """One page, the newest first, without drafts, chats, spam and rubbish."""
        ...

    async def changes(self, cursor: int, *, page: str | None) -> Changes: ...

    async def get_message(self, message_id: str) -> RawMessage: ...

    async def get_thread(self, thread_id: str) -> tuple[RawMessage, ...]: ...

    async def raw_message(self, message_id: str) -> bytes:
        """The whole mail, byte by byte."""
        ...

    async def send_as(self) -> tuple[SendAs, ...]: ...

    async def modify(self, message_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove labels by id; the same again changes nothing."""
        ...

    async def labels_of(self, message_id: str) -> tuple[str, ...]:
        """Label ids the message has now."""
        ...

    async def ensure_label(self, name: str) -> str:
        """Id of the user's label of that name, made if it is not there."""
        ...

    async def create_draft(self, mail: OutgoingMail) -> str:
        """Id of the new draft. Never retried by the adapter."""
        ...

    async def send_draft(self, draft_id: str) -> str:
        """Id of the sent message. Never retried by the adapter."""
        ...

    async def draft_of(self, message_id: str) -> str | None:
        """Id of the draft that is stored as this message: for when the answer of `create_draft` was lost."""
        ...

    async def draft_raw(self, draft_id: str) -> bytes:
        """What the draft says now, as the person may have changed it."""
        ...

    async def delete_draft(self, draft_id: str) -> None: ...

    async def threads_to(self, address: str) -> tuple[str, ...]:
        """Ids of the newest threads with a mail to this address, drafts included."""
        ...

    async def thread_headers(self, thread_id: str) -> tuple[ThreadHeader, ...]: ...

    async def watch(self, topic: str) -> datetime:
        """Have the provider tell that topic of mail that comes in or goes out; until when it will."""
        ...

    async def stop_watch(self) -> None: ...


class MailboxOpener(Protocol):
    """Opens the provider of a stored mailbox (tokens, refresh and quota are its matter)."""

    async def __call__(self, user_id: UUID, mailbox_id: UUID) -> MailProvider: ...
