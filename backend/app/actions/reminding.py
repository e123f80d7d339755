"""Reminds the person of a conversation in which nobody has answered: a label and a notice, never a mail to others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.actions import claims
from app.actions.changing import INBOX
from app.actions.claims import Claimed, Outcome
from app.actions.kinds import REMINDER_LABEL, WAITING_LABEL
from app.actions.pending import ANSWERED, UNMARKED
from app.db.models import ActionState
from app.db.session import Database
from app.mail.provider import MailProvider, MessageGoneError, ThreadHeader

SENT: Final = "SENT"
NO_PART: Final = frozenset({"DRAFT", "SPAM", "TRASH"})


async def remind(provider: MailProvider, claimed: Claimed, *, database: Database, now: datetime) -> Outcome:
    """Look whether somebody has answered; only where nobody has, bring the conversation back into sight."""
    waiting = await provider.ensure_label(WAITING_LABEL)
    thread = await provider.thread_headers(claimed.thread_id)
    if not claimed.undo and is_answered(thread, claimed.provider_message_id):
        await provider.modify(claimed.provider_message_id, add=(), remove=[waiting])
        return Outcome(ActionState.SUPERSEDED, error=ANSWERED)
    add = [INBOX, await provider.ensure_label(REMINDER_LABEL)]
    if not claimed.undo:
        had = await provider.labels_of(claimed.provider_message_id)
        if waiting not in had and await claims.was_marked(database, claimed):
            return Outcome(ActionState.REJECTED, error=UNMARKED)
        undo = {"add": [waiting] if waiting in had else [], "remove": [label for label in add if label not in had]}
        await claims.keep_undo(database, claimed, undo, now)
    await provider.modify(claimed.provider_message_id, add=add, remove=[waiting])
    return Outcome(ActionState.DONE, tell=True)


def is_answered(thread: Sequence[ThreadHeader], message_id: str) -> bool:
    """Whether a person wrote after this message: for a mail of the user's, somebody else; else anybody at all.

    Raises MessageGoneError when the message is no longer there.
    """
    place = next((place for place, each in enumerate(thread) if each.id == message_id), None)
    if place is None:
        raise MessageGoneError
    mine = SENT in thread[place].label_ids
    return any(_is_answer(later, mine=mine) for later in thread[place + 1 :])


def _is_answer(later: ThreadHeader, *, mine: bool) -> bool:
    if NO_PART & set(later.label_ids) or (mine and SENT in later.label_ids):
        return False
    # "I am away until Monday" is no answer.
    return later.headers.get("auto-submitted", "no").strip().lower() == "no"
