"""One mailbox: its messages, threads, labels and history, without any HTTP."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.simulator.model import (
    DRAFT,
    INBOX,
    SYSTEM_LABELS,
    TRASH,
    UNREAD,
    HistoryRecord,
    HistoryType,
    SendAsIdentity,
    StoredDraft,
    StoredMessage,
    UserLabel,
    Watch,
)
from app.simulator.threads import ThreadIndex

FIRST_HISTORY_ID = 1000
HISTORY_STEP = 3
"""Gmail's ids have gaps; a client that counts by one must fail here too."""


class Kind(StrEnum):
    """What is stored, one entry each."""

    MAILBOX = "mailbox"
    MESSAGE = "message"
    DRAFT = "draft"
    LABEL = "label"
    HISTORY = "history"


class UnknownThreadError(Exception):
    """There is no such thread in this mailbox."""


class HistoryExpiredError(Exception):
    """The cursor is older than the history that is kept."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    messages_total: int
    messages_unread: int
    threads_total: int
    threads_unread: int


class Mailbox:
    """State and its rules; `pending` names what has changed since the last save."""

    def __init__(self, address: str, *, first_history_id: int = FIRST_HISTORY_ID) -> None:
        self.address = address.lower()
        self.aliases: list[str] = []
        self.identities: dict[str, SendAsIdentity] = {}
        self.messages: dict[str, StoredMessage] = {}
        self.drafts: dict[str, StoredDraft] = {}
        self.labels: dict[str, UserLabel] = {}
        self.history: list[HistoryRecord] = []
        self.history_id = first_history_id
        self.history_floor = first_history_id
        self.counter = 0
        self.watch: Watch | None = None
        self.pending: set[tuple[Kind, str]] = {(Kind.MAILBOX, "")}
        self._threads = ThreadIndex(self.messages)
        self._ordered: list[StoredMessage] | None = None

    def is_own(self, addresses: Iterable[str]) -> bool:
        own = {self.address, *self.aliases}
        return any(address.lower() in own for address in addresses)

    def has_news(self) -> bool:
        """Whether history has been written since the last save."""
        return any(kind is Kind.HISTORY for kind, _ in self.pending)

    def add_aliases(self, addresses: Iterable[str]) -> None:
        """Further addresses this mailbox receives at and may send from."""
        wanted = dict.fromkeys([*self.aliases, *(address.lower() for address in addresses)])
        self.aliases = [alias for alias in wanted if alias != self.address]
        self.pending.add((Kind.MAILBOX, ""))

    def set_identity(self, address: str, identity: SendAsIdentity) -> None:
        """Give an address its name and signature; a new one becomes an alias."""
        self.identities[address.lower()] = identity
        self.add_aliases([address])

    def restore(self, message: StoredMessage) -> None:
        """Put back a stored message without any history."""
        self.messages[message.id] = message
        self._threads.add(message)
        self._ordered = None

    def add(
        self,
        raw: bytes,
        *,
        label_ids: Collection[str],
        internal_date_ms: int,
        thread_id: str = "",
        stays_in_thread: bool = False,
    ) -> StoredMessage:
        """Store a mail in the thread it belongs to, or unasked in the given one. Raises UnknownThreadError."""
        if thread_id and not self._threads.has(thread_id):
            raise UnknownThreadError(thread_id)
        message_id = self._new_id()
        message = StoredMessage(
            id=message_id,
            thread_id=message_id,
            raw=raw,
            internal_date_ms=internal_date_ms,
            label_ids=set(label_ids),
            history_id=0,
        )
        place = thread_id if stays_in_thread else self._threads.place(message, thread_id)
        message.thread_id = place or message_id
        self.restore(message)
        self._record(HistoryType.MESSAGE_ADDED, message)
        return message

    def remove(self, message_id: str) -> None:
        message = self.messages.pop(message_id)
        self._threads.remove(message)
        self._ordered = None
        self._record(HistoryType.MESSAGE_DELETED, message)

    def relabel(
        self, message_id: str, *, add: Collection[str] = (), remove: Collection[str] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The labels that were really added and removed; the same again changes nothing."""
        message = self.messages[message_id]
        added = tuple(sorted(set(add) - message.label_ids))
        removed = tuple(sorted((set(remove) & message.label_ids) - set(add)))
        if added:
            message.label_ids.update(added)
            self._record(HistoryType.LABEL_ADDED, message, added)
        if removed:
            message.label_ids.difference_update(removed)
            self._record(HistoryType.LABEL_REMOVED, message, removed)
        return added, removed

    def trash(self, message_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.relabel(message_id, add=[TRASH], remove=[INBOX])

    def add_draft(self, raw: bytes, *, internal_date_ms: int, thread_id: str = "") -> StoredDraft:
        message = self.add(raw, label_ids=[DRAFT], internal_date_ms=internal_date_ms, thread_id=thread_id)
        draft = StoredDraft(id=f"r{int(message.id, 16)}", message_id=message.id)
        self.drafts[draft.id] = draft
        self.pending.add((Kind.DRAFT, draft.id))
        return draft

    def replace_draft(self, draft_id: str, raw: bytes, *, internal_date_ms: int, thread_id: str = "") -> StoredDraft:
        draft = self.drafts[draft_id]
        old = self.messages[draft.message_id]
        message = self.add(
            raw,
            label_ids=[DRAFT],
            internal_date_ms=internal_date_ms,
            thread_id=thread_id or old.thread_id,
            stays_in_thread=thread_id in {"", old.thread_id},
        )
        self.remove(old.id)
        draft.message_id = message.id
        self.pending.add((Kind.DRAFT, draft_id))
        return draft

    def remove_draft(self, draft_id: str) -> StoredMessage:
        """The draft's message, no longer in the mailbox."""
        draft = self.drafts.pop(draft_id)
        message = self.messages[draft.message_id]
        self.pending.add((Kind.DRAFT, draft_id))
        self.remove(draft.message_id)
        return message

    def draft_of(self, message_id: str) -> StoredDraft | None:
        return next((draft for draft in self.drafts.values() if draft.message_id == message_id), None)

    def newest_first(self) -> list[StoredMessage]:
        if self._ordered is None:
            self._ordered = sorted(self.messages.values(), key=lambda m: (-m.internal_date_ms, m.id))
        return self._ordered

    def thread(self, thread_id: str) -> list[StoredMessage]:
        """Its messages, the oldest first. Raises UnknownThreadError."""
        found = self._threads.messages_of(thread_id)
        if not found:
            raise UnknownThreadError(thread_id)
        return sorted(found, key=lambda m: (m.internal_date_ms, m.id))

    def thread_count(self) -> int:
        return self._threads.count()

    def create_label(self, name: str) -> UserLabel:
        self.counter += 1
        label = UserLabel(id=f"Label_{self.counter}", name=name)
        self.labels[label.id] = label
        self.pending.update({(Kind.LABEL, label.id), (Kind.MAILBOX, "")})
        return label

    def delete_label(self, label_id: str) -> None:
        del self.labels[label_id]
        self.pending.add((Kind.LABEL, label_id))
        for message in list(self.messages.values()):
            self.relabel(message.id, remove=[label_id])

    def has_label(self, label_id: str) -> bool:
        return label_id in SYSTEM_LABELS or label_id in self.labels

    def label_named(self, name: str) -> UserLabel | None:
        return next((label for label in self.labels.values() if label.name.casefold() == name.casefold()), None)

    def count_label(self, label_id: str) -> LabelCounts:
        found = [message for message in self.messages.values() if label_id in message.label_ids]
        unread = [message for message in found if UNREAD in message.label_ids]
        return LabelCounts(
            messages_total=len(found),
            messages_unread=len(unread),
            threads_total=len({message.thread_id for message in found}),
            threads_unread=len({message.thread_id for message in unread}),
        )

    def history_since(self, cursor: int) -> list[HistoryRecord]:
        """Everything after the cursor. Raises HistoryExpiredError, also for a cursor from the future."""
        if not self.history_floor <= cursor <= self.history_id:
            raise HistoryExpiredError(str(cursor))
        return self.history[bisect_right(self.history, cursor, key=lambda record: record.id) :]

    def history_record(self, history_id: int) -> HistoryRecord | None:
        position = bisect_left(self.history, history_id, key=lambda record: record.id)
        found = self.history[position : position + 1]
        return found[0] if found and found[0].id == history_id else None

    def expire_history(self, before: int) -> None:
        """Forget every record up to and including this id; older cursors answer 404 from now on."""
        self.history_floor = max(self.history_floor, min(before, self.history_id))
        for record in self.history:
            if record.id <= self.history_floor:
                self.pending.add((Kind.HISTORY, history_key(record.id)))
        self.history = [record for record in self.history if record.id > self.history_floor]
        self.pending.add((Kind.MAILBOX, ""))

    def _record(self, kind: HistoryType, message: StoredMessage, changed: tuple[str, ...] = ()) -> None:
        self.history_id += HISTORY_STEP
        message.history_id = self.history_id
        record = HistoryRecord(
            id=self.history_id,
            type=kind,
            message_id=message.id,
            thread_id=message.thread_id,
            label_ids=tuple(message.sorted_labels()),
            changed_label_ids=changed,
        )
        self.history.append(record)
        self.pending.update({(Kind.MESSAGE, message.id), (Kind.HISTORY, history_key(record.id)), (Kind.MAILBOX, "")})

    def _new_id(self) -> str:
        self.counter += 1
        digest = hashlib.sha256(f"{self.address}/{self.counter}".encode()).hexdigest()
        # Sixteen hexadecimal digits that fit a signed 64-bit integer, as Gmail's ids do.
        return "1" + digest[:15]


def history_key(history_id: int) -> str:
    return f"{history_id:020d}"
