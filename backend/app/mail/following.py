"""Follows a mailbox's history from a cursor: what came, what went, and what the user did with it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import EventKind, Message
from app.mail import failure_repository, feedback_repository, message_repository
from app.mail.feedback import Event, events_of
from app.mail.fetching import fetch_new
from app.mail.lease import Sync, keep_lease
from app.mail.provider import UNSEEN_LABELS, Changes, LabelChange, Listed
from app.mail.storing import relabel

MAIL_AGAIN: Final = frozenset({"DRAFT", *UNSEEN_LABELS})

CursorColumn = Literal["history_id", "first_sync_cursor"]


async def follow(run: Sync, cursor: int, column: CursorColumn, **at_the_end: Any) -> int | None:
    """Bring in all that happened since the cursor, which moves with every page. Returns where it stands at the end.

    None when the time was over before. `at_the_end` goes to the mailbox with the last page.
    Raises CursorExpiredError.
    """
    page: str | None = None
    while True:
        changes = await run.provider.changes(cursor, page=page)
        await fetch_new(run, _wanted(changes))
        page = changes.next_page
        reached = max(cursor, changes.cursor if page is None else changes.reached)
        async with run.database.transaction(run.mailbox.user_id) as session:
            await _apply(session, run, changes)
            news = {"news_at": run.clock()} if reached > cursor else {}
            await keep_lease(session, run, **{column: reached}, **news, **({} if page else at_the_end))
        if page is None:
            return reached
        if run.clock() >= run.stop_at:
            return None


def _wanted(changes: Changes) -> list[Listed]:
    """What is new, and what became mail: taken out of spam, or a draft that was sent; no listing may have had it."""
    gone = set(changes.deleted)
    again = (
        change.message_id
        for change in changes.relabelled
        if "INBOX" in change.added or not MAIL_AGAIN.isdisjoint(change.removed)
    )
    return [Listed(one, one) for one in dict.fromkeys((*changes.added, *again)) if one not in gone]


async def _apply(session: AsyncSession, run: Sync, changes: Changes) -> None:
    """Label changes and deletions; the same again changes nothing, so a repeated page is harmless."""
    if not changes.relabelled and not changes.deleted:
        return
    by_message: defaultdict[str, list[LabelChange]] = defaultdict(list)
    for change in changes.relabelled:
        by_message[change.message_id].append(change)
    stored = await message_repository.locked_messages(session, run.mailbox.mailbox_id, {*by_message, *changes.deleted})
    events: dict[UUID, list[Event]] = {}
    for message in stored:
        happened = _relabelled(session, run, message, by_message[message.provider_message_id])
        if message.provider_message_id in changes.deleted and UNSEEN_LABELS.isdisjoint(message.labels):
            # Gmail itself empties spam and rubbish after thirty days.
            happened.append(Event(EventKind.DELETED, "", changes.reached))
        if happened:
            events[message.id] = happened
    await session.flush()  # the deletions below are statements, which must come after the labels
    await feedback_repository.record_events(session, run.mailbox.user_id, events, now=run.clock())
    if changes.deleted:
        await message_repository.mark_deleted(session, run.mailbox.mailbox_id, changes.deleted, now=run.clock())
        await failure_repository.forget(session, run.mailbox.mailbox_id, changes.deleted)


def _relabelled(session: AsyncSession, run: Sync, message: Message, changes: Sequence[LabelChange]) -> list[Event]:
    labels = set(message.labels)
    for change in changes:
        labels = (labels - set(change.removed)) | set(change.added)
    removed = {label for change in changes for label in change.removed}
    relabel(session, run, message, labels, came_out=not UNSEEN_LABELS.isdisjoint(removed))
    return events_of(changes)
