"""Everything an engine may see of one conversation, as one frozen value built from table rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app.triage.guidance import Guidance

MAX_EARLIER: Final = 10
"""Earlier messages of the conversation that an engine sees; the newest ones are kept."""
MAX_EARLIER_TEXT: Final = 2_000
MAX_TEXT: Final = 20_000
MAX_SUBJECT: Final = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """The user the mail was delivered to."""

    addresses: frozenset[str]
    """Every address that is the user's own, lower case."""
    name: str = ""
    timezone: str = "UTC"
    """IANA name; an unknown one counts as UTC."""
    id: UUID | None = None
    """Whose budget for language models it is; None where nobody keeps one."""


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    mime_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the HTML part: what the reader sees, and where it leads."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """The message to be judged. Addresses are lower case and bare, without display names."""

    id: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    received_at: datetime
    """Aware; the provider's time of arrival."""
    sent_at: datetime | None = None
    """Aware; the Date header, None where it is missing or nonsense."""
    quoted_text: str = ""
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    in_reply_to: str = ""
    labels: tuple[str, ...] = ()
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Lower-case name to values, topmost first; list, automatic-mail and authentication headers."""
    calendar: str | None = None
    attachments: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()
    html_words: str = ""
    """Every text of the HTML part, hidden or not. For the rules that look for attacks; a model never sees it."""
    hidden_characters: int = 0
    problems: tuple[str, ...] = ()
    """What the parser could not read."""

    @property
    def written_at(self) -> datetime:
        return self.sent_at or self.received_at


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message of the same conversation that came before."""

    mine: bool
    """The user wrote it."""
    sender_name: str
    sender_address: str
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What passed between the user and this sender before this message."""

    written: int = 0
    """Messages the user sent to this address."""
    received: int = 0
    """Messages received from this address."""
    written_to_domain: int = 0
    """Messages the user sent to anybody at the sender's domain."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    reader: Reader
    message: Incoming
    earlier: tuple[Earlier, ...] = ()
    """Oldest first, at most MAX_EARLIER, each text at most MAX_EARLIER_TEXT characters."""
    contact: Contact = field(default_factory=Contact)
    known_domains: frozenset[str] = frozenset()
    """Domains of the user's own addresses and of those the user wrote to; for look-alikes."""
    guidance: Guidance = field(default_factory=Guidance)
    """What the user wants; never anything of the mail."""
    answered_since: bool = False
    """The user has written in this conversation after this message."""
