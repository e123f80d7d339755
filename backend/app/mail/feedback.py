"""What a change of labels means: the user's answer to how a message was handled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.db.models import EventKind
from app.mail.provider import UNSEEN_LABELS, LabelChange

ADDED: Final[Mapping[str, EventKind]] = {
    "INBOX": EventKind.MOVED_TO_INBOX,
    "STARRED": EventKind.STARRED,
    "UNREAD": EventKind.UNREAD,
    "SPAM": EventKind.MOVED_TO_SPAM,
    "TRASH": EventKind.TRASHED,
}
REMOVED: Final[Mapping[str, EventKind]] = {
    "INBOX": EventKind.ARCHIVED,
    "STARRED": EventKind.UNSTARRED,
    "UNREAD": EventKind.READ,
    "SPAM": EventKind.OUT_OF_SPAM,
    "TRASH": EventKind.UNTRASHED,
}
GMAILS_OWN: Final = frozenset({"SENT", "DRAFT", "CHAT", "IMPORTANT"})
"""Gmail sets these by itself."""


@dataclass(frozen=True, slots=True)
class Event:
    kind: EventKind
    label: str
    history_id: int


def events_of(changes: Sequence[LabelChange]) -> list[Event]:
    """What the changes of one message mean together: moving to spam takes it out of the inbox as well."""
    added = {label for change in changes for label in change.added}
    removed = {label for change in changes for label in change.removed}
    implied = set[EventKind]()
    if UNSEEN_LABELS & added:
        implied.add(EventKind.ARCHIVED)
    if UNSEEN_LABELS & removed:
        implied.add(EventKind.MOVED_TO_INBOX)
    return [event for change in changes for event in _single(change) if event.kind not in implied]


def kind_of(label: str, *, was_added: bool) -> EventKind:
    return ADDED.get(label, EventKind.LABEL_ADDED) if was_added else REMOVED.get(label, EventKind.LABEL_REMOVED)


def _single(change: LabelChange) -> Iterable[Event]:
    for labels, was_added in ((change.added, True), (change.removed, False)):
        for label in labels:
            if label not in GMAILS_OWN:
                yield Event(kind_of(label, was_added=was_added), label, change.history_id)
