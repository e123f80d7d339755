"""Brings one mailbox up to date: a resumable first sync, then increments by history."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from app.db.models import Direction, Mailbox, MailboxState, Message, MessageState
from app.db.session import SYSTEM, Database, enqueue
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.mail import repository
from app.mail.fetching import LEASE, UNSEEN_LABELS, LeaseLostError, Sync, fetch, keep_lease, release, save
from app.mail.first_sync import full_sync
from app.mail.provider import (
    Changes,
    CursorExpiredError,
    MailProvider,
    NeedsReconnectError,
    ProviderBusyError,
)
from app.mail.repository import MailboxRef

log = structlog.get_logger(__name__)

INTERVAL: Final = timedelta(minutes=5)
DUE_AGAIN: Final = INTERVAL - timedelta(seconds=30)
"""A little early, or a tick at exactly five minutes would find the mailbox not due and come back after ten."""
TIME_SLICE: Final = timedelta(minutes=4)
"""A sync that needs longer goes on in another task."""


async def claim_due(database: Database, *, now: datetime) -> int:
    """Enqueue a sync of every mailbox that is due; returns how many. Two of these at once share the work."""
    total = 0
    while True:
        async with database.transaction(SYSTEM) as session:
            due = await repository.claim_due_mailboxes(session, now=now, interval=DUE_AGAIN)
            for user_id in dict.fromkeys(ref.user_id for ref in due):
                enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (user_id,)))
        total += len(due)
        if len(due) < repository.CLAIM_BATCH:
            return total


async def mailboxes_of(database: Database, user_id: UUID) -> list[UUID]:
    """Raises NotFoundError when the user has none (or there is no such user)."""
    async with database.transaction(user_id) as session:
        found = await repository.mailboxes_of(session, user_id)
    if not found:
        raise NotFoundError("There is no user with this id, or none of its mailboxes is connected.")
    return [mailbox.id for mailbox in found]


async def sync_mailbox(
    ref: MailboxRef,
    *,
    database: Database,
    provider: MailProvider,
    clock: Callable[[], datetime],
    is_own_mail: Callable[[str | None], bool],
    take_spent: Callable[[], int],
) -> None:
    """Sync under a lease; does nothing while another sync holds it.

    Raises RetryableError kinds when it is worth another try; a dead grant is written to the mailbox instead.
    """
    async with database.transaction(ref.user_id) as session:
        mailbox = await repository.take_lease(session, ref.mailbox_id, now=clock(), lease=LEASE)
    if mailbox is None or mailbox.lease_id is None:
        log.info("sync.not_now", mailbox_id=str(ref.mailbox_id))
        return
    run = Sync(database, provider, clock, is_own_mail, take_spent, ref, mailbox.lease_id, clock() + TIME_SLICE)
    try:
        await _bring_up_to_date(run, mailbox)
    except LeaseLostError:
        log.warning("sync.lease_lost", mailbox_id=str(ref.mailbox_id))
    except NeedsReconnectError as error:
        await _needs_reconnect(run, str(error))
    except ProviderBusyError as error:
        await release(run, not_before=error.not_before, next_sync_at=error.not_before or clock() + DUE_AGAIN)
    except BaseException:
        await release(run, failures=Mailbox.failures + 1)
        raise


async def _bring_up_to_date(run: Sync, mailbox: Mailbox) -> None:
    if mailbox.history_id is not None:
        try:
            await _increment(run, mailbox.history_id)
        except CursorExpiredError:
            log.warning("sync.cursor_expired", mailbox_id=str(mailbox.id))
            await save(run, history_id=None, first_sync_cursor=None, first_sync_page=None)
            mailbox.first_sync_cursor = mailbox.first_sync_page = None
            await full_sync(run, mailbox)
    else:
        await full_sync(run, mailbox)


async def _increment(run: Sync, cursor: int) -> None:
    page: str | None = None
    while True:
        changes = await run.provider.changes(cursor, page=page)
        gone = set(changes.deleted)
        wanted = dict.fromkeys((*changes.added, *_brought_back(changes)))
        await fetch(run, [one for one in wanted if one not in gone])
        await _apply(run, changes)
        page = changes.next_page
        if page is None:
            break
    await release(run, history_id=max(cursor, changes.cursor), last_synced_at=run.clock(), failures=0)


def _brought_back(changes: Changes) -> list[str]:
    """What the user moved into the inbox: it may lie outside of all that was listed, as spam does."""
    return [
        change.message_id
        for change in changes.relabelled
        if "INBOX" in change.added or UNSEEN_LABELS & set(change.removed)
    ]


async def _apply(run: Sync, changes: Changes) -> None:
    """Label changes and deletions; the same again changes nothing, so a repeated page is harmless."""
    if not changes.relabelled and not changes.deleted:
        return
    async with run.database.transaction(run.mailbox.user_id) as session:
        for change in changes.relabelled:
            message = await repository.set_labels(
                session, run.mailbox.mailbox_id, change.message_id, add=change.added, remove=change.removed
            )
            if message is not None and UNSEEN_LABELS & set(change.removed) and _is_for_triage(run, message):
                message.state = MessageState.PENDING
                enqueue(session, Job(TaskName.PROCESS_SINGLE_EMAIL, (message.id,)))
        if changes.deleted:
            await repository.mark_deleted(session, run.mailbox.mailbox_id, changes.deleted)


def _is_for_triage(run: Sync, message: Message) -> bool:
    """Whether what was passed over as spam or rubbish is mail after all, now that the user has taken it out."""
    return (
        message.state == MessageState.IGNORED
        and message.direction == Direction.IN
        and not UNSEEN_LABELS & set(message.labels)
        and not run.is_own_mail(message.rfc_message_id)
    )


async def _needs_reconnect(run: Sync, reason: str) -> None:
    log.warning("sync.needs_reconnect", mailbox_id=str(run.mailbox.mailbox_id))
    async with run.database.transaction(run.mailbox.user_id) as session:
        await keep_lease(
            session,
            run,
            lease_id=None,
            lease_until=None,
            state=MailboxState.NEEDS_RECONNECT,
            state_reason=reason,
        )
        enqueue(session, Job(TaskName.SEND_RECONNECT_NOTIFICATION, (run.mailbox.user_id, run.mailbox.mailbox_id)))
