"""Which thread a mail belongs to: by its references and its subject, as Gmail decides it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.simulator.model import StoredMessage, referenced_ids, thread_subject


class ThreadIndex:
    """Follows the messages of one mailbox."""

    def __init__(self, messages: Mapping[str, StoredMessage]) -> None:
        self._messages = messages
        self._members: defaultdict[str, set[str]] = defaultdict(set)
        self._by_header: defaultdict[str, set[str]] = defaultdict(set)
        self._answering: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, message: StoredMessage) -> None:
        self._members[message.thread_id].add(message.id)
        self._by_header[message.message_id_header].add(message.id)
        for reference in referenced_ids(message.parsed()):
            self._answering[reference].add(message.id)

    def remove(self, message: StoredMessage) -> None:
        self._members[message.thread_id].discard(message.id)
        if not self._members[message.thread_id]:
            del self._members[message.thread_id]
        self._by_header[message.message_id_header].discard(message.id)
        for reference in referenced_ids(message.parsed()):
            self._answering[reference].discard(message.id)

    def has(self, thread_id: str) -> bool:
        return thread_id in self._members

    def count(self) -> int:
        return len(self._members)

    def messages_of(self, thread_id: str) -> list[StoredMessage]:
        return [self._messages[message_id] for message_id in self._members.get(thread_id, ())]

    def place(self, message: StoredMessage, wanted_thread_id: str) -> str:
        """The thread this new message joins, or nothing where it starts its own.

        A thread that was asked for is no order: Gmail's conditions are that the references and the subject fit too.
        """
        subject = thread_subject(message.parsed())
        for candidate in [*self._related(message), *self._unreferable(wanted_thread_id)]:
            if wanted_thread_id and candidate.thread_id != wanted_thread_id:
                continue
            if thread_subject(candidate.parsed()) == subject:
                return candidate.thread_id
        return ""

    def _related(self, message: StoredMessage) -> list[StoredMessage]:
        answered = (self._by_header.get(reference, set()) for reference in referenced_ids(message.parsed()))
        own_id = message.message_id_header
        answers = self._answering.get(own_id, set()) if own_id else set[str]()
        return [*self._existing(answered), *self._existing([answers])]

    def _unreferable(self, thread_id: str) -> list[StoredMessage]:
        """Messages nobody can reference, for want of a Message-ID; for them the subject is enough."""
        return [message for message in self.messages_of(thread_id) if not message.message_id_header]

    def _existing(self, groups: Iterable[set[str]]) -> list[StoredMessage]:
        return [self._messages[message_id] for group in groups for message_id in sorted(group)]
