"""Holds labels and deletions against Gmail where no history tells of them: after a gap, and once a week."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Final

from app.db.models import Walk
from app.mail import message_repository, walk_repository
from app.mail.lease import Sync, keep_lease
from app.mail.message_repository import Window
from app.mail.provider import UNSEEN_LABELS, MessageGoneError, Range
from app.mail.storing import relabel

COMPARED_LABELS: Final = ("INBOX", "UNREAD", "STARRED")
"""A listing by label costs 5 units for 500 messages; each message by itself would cost 20."""
WINDOW: Final = 2000
"""About so many stored messages are compared at a time: what is held in memory, and the least that is done again."""
GRACE: Final = timedelta(seconds=1)
"""Gmail searches by whole seconds, so more is listed at both ends than is compared."""


async def compare(run: Sync, way: Walk, between: Callable[[], Awaitable[bool]]) -> bool:
    """Give what is stored in the range of a walk the labels it has at Gmail, and mark what is no longer there.

    Goes on from where it was, newest first. Returns whether it has come to its end; `between` says to stop before.
    """
    compared_from = way.compared_from
    while True:
        rest = Window(way.after, compared_from)
        async with run.database.transaction(run.mailbox.user_id) as session:
            start = await message_repository.start_of_newest(session, run.mailbox.mailbox_id, rest, most=WINDOW)
            await keep_lease(session, run)
        await _compare_window(run, Window(start or way.after, compared_from or way.before))
        if start is None:
            return True
        async with run.database.transaction(run.mailbox.user_id) as session:
            await walk_repository.change_walk(session, way, compared_from=start)
            await keep_lease(session, run)
        compared_from = start
        if not await between():
            return False


async def _compare_window(run: Sync, window: Window) -> None:
    listed = await _listed(run, window)
    async with run.database.transaction(run.mailbox.user_id) as session:
        odd = await message_repository.hidden_differently(session, run.mailbox.mailbox_id, window, listed)
        await keep_lease(session, run)
    for provider_id in sorted(odd):
        await _look_at(run, provider_id)
    await _correct_labels(run, listed, {label: await _listed(run, window, label) for label in COMPARED_LABELS})


async def _listed(run: Sync, window: Window, label: str | None = None) -> set[str]:
    wanted = Range(
        after=None if window.after is None else window.after - GRACE,
        before=None if window.before is None else window.before + GRACE,
        label=label,
    )
    ids: set[str] = set()
    page: str | None = None
    while True:
        listing = await run.provider.list_messages(wanted, page=page)
        ids.update(message.id for message in listing.messages)
        page = listing.next_page
        if page is None:
            return ids


async def _look_at(run: Sync, provider_id: str) -> None:
    """What we have in sight and Gmail has not, or the other way round: deleted, in spam or rubbish, or out of it."""
    try:
        labels = await run.provider.labels_of(provider_id)
    except MessageGoneError:
        labels = None
    async with run.database.transaction(run.mailbox.user_id) as session:
        if labels is None:
            await message_repository.mark_deleted(session, run.mailbox.mailbox_id, [provider_id], now=run.clock())
        else:
            for message in await message_repository.locked_messages(session, run.mailbox.mailbox_id, [provider_id]):
                was_hidden = not UNSEEN_LABELS.isdisjoint(message.labels)
                relabel(session, run, message, labels, came_out=was_hidden)
                message.deleted_at = None
        await keep_lease(session, run)


async def _correct_labels(run: Sync, listed: Collection[str], by_label: Mapping[str, Collection[str]]) -> None:
    async with run.database.transaction(run.mailbox.user_id) as session:
        for label, having in by_label.items():
            lacking = set(listed).difference(having)
            await message_repository.correct_label(
                session, run.mailbox.mailbox_id, label, having=having, lacking=lacking
            )
        await keep_lease(session, run)
