"""Holds labels and deletions against Gmail where no history tells of them: after a gap, and once a week."""

from typing import Final

from app.db.models import Walk
from app.mail import message_repository
from app.mail.lease import Sync, keep_lease
from app.mail.provider import MessageGoneError, Range

COMPARED_LABELS: Final = ("INBOX", "UNREAD", "STARRED")
"""A listing by label costs 5 units for 500 messages; each message by itself would cost 20."""


async def compare(run: Sync, way: Walk) -> None:
    """Give what is stored in the range of a walk the labels it has at Gmail, and mark what is no longer there."""
    listed = await _ids(run, Range(after=way.after, before=way.before))
    async with run.database.transaction(run.mailbox.user_id) as session:
        stored = await message_repository.visible_ids(session, run.mailbox.mailbox_id, after=way.after)
        await keep_lease(session, run)
    for provider_id in sorted(stored - listed):
        await _look_at(run, provider_id)
    for label in COMPARED_LABELS:
        labelled = await _ids(run, Range(after=way.after, before=way.before, label=label))
        async with run.database.transaction(run.mailbox.user_id) as session:
            await message_repository.correct_label(
                session, run.mailbox.mailbox_id, label, having=stored & labelled, lacking=(stored & listed) - labelled
            )
            await keep_lease(session, run)


async def _ids(run: Sync, wanted: Range) -> set[str]:
    ids: set[str] = set()
    page: str | None = None
    while True:
        listing = await run.provider.list_messages(wanted, page=page)
        ids.update(message.id for message in listing.messages)
        page = listing.next_page
        if page is None:
            return ids


async def _look_at(run: Sync, provider_id: str) -> None:
    """What is stored and was not listed: deleted, or out of sight in spam or rubbish."""
    try:
        labels = await run.provider.labels_of(provider_id)
    except MessageGoneError:
        labels = None
    async with run.database.transaction(run.mailbox.user_id) as session:
        if labels is None:
            await message_repository.mark_deleted(session, run.mailbox.mailbox_id, [provider_id])
        else:
            for message in await message_repository.locked_messages(session, run.mailbox.mailbox_id, [provider_id]):
                message.labels = sorted(labels)
        await keep_lease(session, run)
