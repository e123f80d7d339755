"""Labels at the provider: set operations, so repeating them after a crash does no harm."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.actions import claims
from app.actions.claims import Claimed, Outcome
from app.actions.kinds import (
    ARCHIVED_LABEL,
    READ_LABEL,
    SNOOZED_LABEL,
    ArchivePayload,
    ChangePayload,
    LabelPayload,
    MarkReadPayload,
    SnoozePayload,
    WakePayload,
)
from app.db.models import ActionState
from app.db.session import Database
from app.mail.provider import MailProvider

INBOX: Final = "INBOX"
UNREAD: Final = "UNREAD"


@dataclass(frozen=True, slots=True)
class Change:
    """What a payload asks for; whatever it does, it leaves a label of ours behind."""

    add_names: Sequence[str] = ()
    remove_names: Sequence[str] = ()
    add_ids: Sequence[str] = ()
    remove_ids: Sequence[str] = ()
    only_with: str = ""
    """A label of ours; where the person has taken it off by hand, nothing is to be done any more."""


async def change_labels(
    provider: MailProvider, claimed: Claimed, payload: ChangePayload, *, database: Database, now: datetime
) -> Outcome:
    change = _change(payload)
    add = [*change.add_ids, *[await provider.ensure_label(name) for name in change.add_names]]
    remove = [*change.remove_ids, *[await provider.ensure_label(name) for name in change.remove_names]]
    had = await provider.labels_of(claimed.provider_message_id)
    if not claimed.undo:
        undo = {
            "add": [label for label in remove if label in had],
            "remove": [label for label in add if label not in had],
        }
        if change.only_with and await provider.ensure_label(change.only_with) not in had:
            return Outcome(ActionState.SUPERSEDED)
        await claims.keep_undo(database, claimed, undo, now)
    elif claimed.tried and _is_marked(claimed, had):
        return Outcome(ActionState.DONE)
    await provider.modify(claimed.provider_message_id, add=add, remove=remove)
    return Outcome(ActionState.DONE)


def _is_marked(claimed: Claimed, labels: Collection[str]) -> bool:
    """Whether an earlier attempt got through; what was changed since then is the person's doing and stays."""
    marks = claimed.undo["remove"]
    return bool(marks) and all(label in labels for label in marks)


def _change(payload: ChangePayload) -> Change:
    match payload:
        case LabelPayload():
            return Change(add_names=payload.add, remove_names=payload.remove)
        case ArchivePayload():
            return Change(add_names=(ARCHIVED_LABEL,), remove_ids=(INBOX,))
        case MarkReadPayload():
            return Change(add_names=(READ_LABEL,), remove_ids=(UNREAD,))
        case SnoozePayload():
            return Change(add_names=(SNOOZED_LABEL,), remove_ids=(INBOX,))
        case WakePayload():
            return Change(add_ids=(INBOX,), remove_names=(SNOOZED_LABEL,), only_with=SNOOZED_LABEL)
