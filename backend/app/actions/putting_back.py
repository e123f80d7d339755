"""Puts back what an action changed, and nothing else: what the person has changed since stays as it is."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from app.actions.claims import Claimed, Outcome
from app.actions.drafts import is_edited
from app.actions.kinds import AnyPayload, DraftPayload, LabelPayload, LetterPayload, RemindPayload, UnsubscribePayload
from app.actions.undo import SENT_IS_SENT
from app.db.models import ActionState
from app.mail.provider import MailProvider, MessageGoneError

INBOX: Final = "INBOX"
ELSEWHERE: Final = frozenset({"TRASH", "SPAM"})
DRAFT_IS_YOURS: Final = "You have changed this draft in Gmail since, so it was left as it is."


@dataclass(frozen=True, slots=True)
class Restoration:
    add: Sequence[str]
    remove: Sequence[str]


async def put_back(provider: MailProvider, claimed: Claimed) -> Outcome:
    """Repeating it after an attempt whose outcome got lost does no harm."""
    match claimed.payload:
        case DraftPayload():
            return await _take_draft_back(provider, claimed)
        case LetterPayload() | UnsubscribePayload():
            return Outcome(ActionState.DONE, error=SENT_IS_SENT)
        case RemindPayload() as payload:
            # What it took off says that a reminder waits; none does any more.
            return await _put_labels_back(provider, claimed, payload, {**claimed.undo, "add": ()})
        case payload:
            return await _put_labels_back(provider, claimed, payload, claimed.undo)


async def _put_labels_back(
    provider: MailProvider, claimed: Claimed, payload: AnyPayload, undo: Mapping[str, Any]
) -> Outcome:
    now = await provider.labels_of(claimed.provider_message_id)
    wanted = restoration(undo, now, again=claimed.tried, is_label=isinstance(payload, LabelPayload))
    if wanted.add or wanted.remove:
        await provider.modify(claimed.provider_message_id, add=wanted.add, remove=wanted.remove)
    return Outcome(ActionState.UNDONE)


def restoration(undo: Mapping[str, Any], now: Collection[str], *, again: bool, is_label: bool) -> Restoration:
    """Return what is left to put back of what `undo` names, given the labels the message has now.

    Our own labels go in the same call in which the others come back. So when they are gone before a further attempt,
    an earlier one got through, and what the message looks like since then is the person's doing; and a label that
    they have changed into another one by hand is not brought back.
    """
    ours = [label for label in undo.get("remove", ()) if label in now]
    replaced = bool(undo.get("remove")) and not ours
    if replaced and (again or is_label):
        return Restoration((), ())
    back = [label for label in undo.get("add", ()) if label not in now]
    if ELSEWHERE & set(now):
        back = [label for label in back if label != INBOX]
    return Restoration(add=back, remove=ours)


async def _take_draft_back(provider: MailProvider, claimed: Claimed) -> Outcome:
    """Remove the draft, unless the person wrote in it or has sent or discarded it already."""
    if claimed.draft_id is None:
        return Outcome(ActionState.UNDONE)
    try:
        if await is_edited(provider, claimed.draft_id, claimed.draft_hash):
            return Outcome(ActionState.DONE, error=DRAFT_IS_YOURS, forget_draft=True)
    except MessageGoneError:
        # Gone before the first attempt: sent or discarded by hand. Afterwards: by us.
        return Outcome(ActionState.UNDONE if claimed.tried else ActionState.DONE, forget_draft=True)
    with suppress(MessageGoneError):  # a moment ago it was there: only our own request, whose answer got lost
        await provider.delete_draft(claimed.draft_id)
    return Outcome(ActionState.UNDONE, forget_draft=True)
