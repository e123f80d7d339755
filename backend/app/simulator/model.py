"""What a mailbox of the simulator consists of."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from app.simulator.mime import Part, decode_words, parse_mail
from app.simulator.payload import snippet

INBOX: Final = "INBOX"
SENT: Final = "SENT"
UNREAD: Final = "UNREAD"
SPAM: Final = "SPAM"
TRASH: Final = "TRASH"
DRAFT: Final = "DRAFT"

SYSTEM_LABELS: Final = (
    "CHAT",
    SENT,
    INBOX,
    "IMPORTANT",
    TRASH,
    DRAFT,
    SPAM,
    "CATEGORY_FORUMS",
    "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_SOCIAL",
    "STARRED",
    UNREAD,
)
FIXED_LABELS: Final = frozenset({SENT, DRAFT, "CHAT"})
"""System labels that no client may add or remove."""

MAX_SUBJECT: Final = 1000

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_REPLY_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|antw|sv|vs|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


class HistoryType(StrEnum):
    MESSAGE_ADDED = "messageAdded"
    MESSAGE_DELETED = "messageDeleted"
    LABEL_ADDED = "labelAdded"
    LABEL_REMOVED = "labelRemoved"


@dataclass(slots=True)
class StoredMessage:
    id: str
    thread_id: str
    raw: bytes
    internal_date_ms: int
    label_ids: set[str]
    history_id: int
    snippet: str = ""

    def parsed(self) -> Part:
        return _parse_cached(self.raw)

    def __post_init__(self) -> None:
        self.snippet = self.snippet or snippet(self.parsed())

    @property
    def message_id_header(self) -> str:
        return first_message_id(self.parsed().header("Message-ID"))

    def sorted_labels(self) -> list[str]:
        return sorted(self.label_ids)


@lru_cache(maxsize=512)
def _parse_cached(raw: bytes) -> Part:
    return parse_mail(raw)


@dataclass(frozen=True, slots=True)
class SendAsIdentity:
    """What Gmail knows of an address that mail may be sent from."""

    name: str = ""
    signature: str = ""
    """HTML."""
    verified: bool = True


@dataclass(slots=True)
class StoredDraft:
    id: str
    message_id: str


@dataclass(slots=True)
class UserLabel:
    id: str
    name: str
    label_list_visibility: str = "labelShow"
    message_list_visibility: str = "show"
    color: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One change: what happened to one message, and the labels it had just after."""

    id: int
    type: HistoryType
    message_id: str
    thread_id: str
    label_ids: tuple[str, ...]
    changed_label_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    topic: str
    label_ids: tuple[str, ...]
    excludes: bool
    expiration_ms: int


class EffectKind(StrEnum):
    SENT = "sent"
    DRAFT_CREATED = "draft_created"
    DRAFT_UPDATED = "draft_updated"
    DRAFT_DELETED = "draft_deleted"
    LABELS_CHANGED = "labels_changed"
    MESSAGE_INSERTED = "message_inserted"
    MESSAGE_DELETED = "message_deleted"
    LABEL_CREATED = "label_created"
    LABEL_CHANGED = "label_changed"
    LABEL_DELETED = "label_deleted"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a client did to the mailbox, with the facts that tell a repetition from a second intention."""

    number: int
    at: datetime
    mailbox: str
    method: str
    kind: EffectKind
    message_ids: tuple[str, ...] = ()
    thread_id: str = ""
    draft_id: str = ""
    label_id: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    raw: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


def first_message_id(value: str) -> str:
    found = _MESSAGE_ID.search(value)
    return found[0] if found else ""


def referenced_ids(part: Part) -> tuple[str, ...]:
    """Message-IDs this mail answers, the nearest first."""
    nearest = _MESSAGE_ID.findall(part.header("In-Reply-To"))
    older = _MESSAGE_ID.findall(part.header("References"))
    return tuple(dict.fromkeys([*nearest, *reversed(older)]))


def thread_subject(part: Part) -> str:
    """The subject as threading compares it: without reply prefixes, case and spacing."""
    subject = decode_words(part.header("Subject")[:MAX_SUBJECT])
    return " ".join(_REPLY_PREFIX.sub("", subject).split()).casefold()
