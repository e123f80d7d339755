"""One API call as its handler sees it: whose mailbox, which parameters, which body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from app.simulator.api_error import invalid, not_found
from app.simulator.json_values import as_list
from app.simulator.model import EffectKind, StoredDraft, StoredMessage
from app.simulator.payload import b64url, from_b64url, full_payload, metadata_payload
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox, UnknownThreadError

Handler = Callable[["Call"], dict[str, Any] | None]
"""Answers the JSON body, or None for Gmail's empty answers."""

T = TypeVar("T")

DEFAULT_PAGE = 100
LARGEST_PAGE = 500


class MessageFormat(StrEnum):
    MINIMAL = "minimal"
    FULL = "full"
    RAW = "raw"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Call:
    simulator: Simulator
    mailbox: Mailbox
    method: str
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    media: bytes | None = None
    """The mail itself, where it was uploaded instead of put into the body."""

    def parameter(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def parameters(self, name: str) -> list[str]:
        return self.query.get(name, [])

    def flag(self, name: str) -> bool:
        return self.parameter(name).lower() in {"true", "1"}

    def page_size(self) -> int:
        text = self.parameter("maxResults", str(DEFAULT_PAGE))
        if not text.isascii() or not text.isdigit():
            raise invalid(f"Invalid value at 'max_results' (TYPE_UINT32), \"{text}\"")
        return min(int(text[:9]), LARGEST_PAGE) or DEFAULT_PAGE

    def message(self, message_id: str | None = None) -> StoredMessage:
        found = self.mailbox.messages.get(self.path["id"] if message_id is None else message_id)
        if found is None:
            raise not_found()
        return found

    def draft(self, draft_id: str) -> StoredDraft:
        found = self.mailbox.drafts.get(draft_id)
        if found is None:
            raise not_found()
        return found

    def thread(self) -> list[StoredMessage]:
        return or_not_found(lambda: self.mailbox.thread(self.path["id"]))

    def strings(self, name: str) -> list[str]:
        """A list of strings in the body."""
        value = as_list(self.body.get(name, []))
        if value is None or not all(isinstance(item, str) for item in value):
            raise invalid(f"Invalid value at '{name}'")
        return value

    def record(self, kind: EffectKind, **facts: Any) -> None:
        self.simulator.record(self.mailbox, self.method, kind, **facts)

    def message_format(self) -> MessageFormat:
        value = self.parameter("format", MessageFormat.FULL).lower()
        try:
            return MessageFormat(value)
        except ValueError as error:
            raise invalid(f"Invalid value at 'format', \"{value}\"") from error

    def show(self, message: StoredMessage, form: MessageFormat) -> dict[str, Any]:
        """A message in one of Gmail's formats."""
        found: dict[str, Any] = {
            "id": message.id,
            "threadId": message.thread_id,
            "labelIds": message.sorted_labels(),
            "snippet": message.snippet,
            "historyId": str(message.history_id),
            "internalDate": str(message.internal_date_ms),
            "sizeEstimate": len(message.raw),
        }
        style = self.simulator.switches.payload_style
        if not message.label_ids:
            del found["labelIds"]
        if form is MessageFormat.RAW:
            found["raw"] = b64url(message.raw)
        elif form is MessageFormat.FULL:
            found["payload"] = full_payload(message.parsed(), message.id, style)
        elif form is MessageFormat.METADATA:
            found["payload"] = metadata_payload(message.parsed(), self.parameters("metadataHeaders"), style)
        return found


def or_not_found(read: Callable[[], T]) -> T:
    """What `read` gives; a thread that is not there becomes 404."""
    try:
        return read()
    except UnknownThreadError as error:
        raise not_found() from error


def brief(message: StoredMessage) -> dict[str, Any]:
    """A message as writing calls answer it."""
    found: dict[str, Any] = {"id": message.id, "threadId": message.thread_id}
    return found | {"labelIds": message.sorted_labels()} if message.label_ids else found


def raw_of(message: Mapping[str, Any], media: bytes | None) -> bytes:
    """The bytes a writing call brings."""
    if media is not None:
        return media
    raw = message.get("raw")
    if not isinstance(raw, str) or not raw:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    try:
        return from_b64url(raw)
    except ValueError as error:
        raise invalid("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed") from error
