"""Brings one mailbox up to date: a resumable first sync, then increments by history."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Direction, Mailbox, MailboxState, Message, MessageState
from app.db.session import SYSTEM, Database, enqueue
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.mail import repository
from app.mail.incoming import Incoming, incoming
from app.mail.provider import (
    Changes,
    CursorExpiredError,
    Listing,
    MailProvider,
    MessageGoneError,
    NeedsReconnectError,
    ProviderBusyError,
    ProviderRefusedError,
)
from app.mail.repository import MailboxRef

log = structlog.get_logger(__name__)

INTERVAL: Final = timedelta(minutes=5)
DUE_AGAIN: Final = INTERVAL - timedelta(seconds=30)
"""A little early, or a tick at exactly five minutes would find the mailbox not due and come back after ten."""
LEASE: Final = timedelta(seconds=90)
TIME_SLICE: Final = timedelta(minutes=4)
"""A sync that needs longer goes on in another task."""
CHUNK: Final = 20
UNSEEN_LABELS: Final = frozenset({"SPAM", "TRASH"})
RESYNC_MARGIN: Final = timedelta(days=1)


class LeaseLostError(Exception):
    """Another sync of this mailbox has taken over; this one stops and changes nothing more."""


@dataclass(frozen=True, slots=True)
class Sync:
    """One run over one mailbox, under one lease."""

    database: Database
    provider: MailProvider
    clock: Callable[[], datetime]
    is_own_mail: Callable[[str | None], bool]
    take_spent: Callable[[], int]
    mailbox: MailboxRef
    lease_id: UUID
    stop_at: datetime


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
        await _release(run, not_before=error.not_before, next_sync_at=error.not_before or clock() + DUE_AGAIN)
    except BaseException:
        await _release(run, failures=Mailbox.failures + 1)
        raise


async def _bring_up_to_date(run: Sync, mailbox: Mailbox) -> None:
    if mailbox.history_id is not None:
        try:
            await _increment(run, mailbox.history_id)
        except CursorExpiredError:
            log.warning("sync.cursor_expired", mailbox_id=str(mailbox.id))
            await _save(run, history_id=None, first_sync_cursor=None, first_sync_page=None)
            mailbox.first_sync_cursor = mailbox.first_sync_page = None
            await _full(run, mailbox)
    else:
        await _full(run, mailbox)


async def _full(run: Sync, mailbox: Mailbox) -> None:
    """Cursor first, then newest to oldest through the window; each page commits with the place it ends."""
    after, page = _window_start(mailbox, run.clock()), mailbox.first_sync_page
    cursor = mailbox.first_sync_cursor
    if cursor is None:
        profile = await run.provider.profile()
        cursor = int(profile.cursor)
        await _save(run, first_sync_cursor=cursor)
    while True:
        listing = await _listing(run, after, page)
        if page is None:
            await _save(run, first_sync_expected=listing.estimate)
        await _fetch(run, listing.ids)
        page = listing.next_page
        if page is None:
            break
        await _save(run, first_sync_page=page)
        if run.clock() >= run.stop_at:
            await _go_on_later(run)
            return
    await _release(
        run,
        history_id=cursor,
        first_sync_cursor=None,
        first_sync_page=None,
        first_sync_done_at=run.clock(),
        last_synced_at=run.clock(),
        failures=0,
        then_sync=True,
    )


async def _listing(run: Sync, after: datetime | None, page: str | None) -> Listing:
    try:
        return await run.provider.list_messages(after=after, page=page)
    except ProviderRefusedError:
        if page is None:
            raise
        # Page tokens do not live for ever. What is stored is not fetched again, so starting over costs little.
        return await run.provider.list_messages(after=after, page=None)


def _window_start(mailbox: Mailbox, now: datetime) -> datetime | None:
    """How far back a full sync goes: the user's window, and always further than the last sync."""
    if mailbox.sync_window_days is None:
        return None
    start = now - timedelta(days=mailbox.sync_window_days)
    if mailbox.last_synced_at is not None:
        return min(start, mailbox.last_synced_at - RESYNC_MARGIN)
    return start


async def _increment(run: Sync, cursor: int) -> None:
    page: str | None = None
    while True:
        changes = await run.provider.changes(cursor, page=page)
        gone = set(changes.deleted)
        wanted = dict.fromkeys((*changes.added, *_brought_back(changes)))
        await _fetch(run, [one for one in wanted if one not in gone])
        await _apply(run, changes)
        page = changes.next_page
        if page is None:
            break
    await _release(run, history_id=max(cursor, changes.cursor), last_synced_at=run.clock(), failures=0)


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


async def _fetch(run: Sync, ids: Sequence[str]) -> None:
    """Fetch and store what is not stored yet, in chunks that commit one by one."""
    if not ids:
        return
    async with run.database.transaction(run.mailbox.user_id) as session:
        missing = await repository.unknown_ids(session, run.mailbox.mailbox_id, ids)
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        outcomes = await asyncio.gather(*(_fetch_one(run, one) for one in chunk), return_exceptions=True)
        # What did arrive is kept before the first failure is told, so that trying again never starts from nothing.
        await _store(run, [one for one in outcomes if isinstance(one, Incoming)])
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


async def _fetch_one(run: Sync, message_id: str) -> Incoming | None:
    try:
        raw = await run.provider.get_message(message_id)
    except MessageGoneError:
        log.info("sync.message_gone", provider_message_id=message_id)
        return None
    if "DRAFT" in raw.label_ids or "CHAT" in raw.label_ids:
        return None
    # Parsing hostile mail is work for the processor: the event loop of hundreds of mailboxes must not wait for it.
    return await asyncio.to_thread(incoming, raw)


async def _store(run: Sync, fetched: Sequence[Incoming]) -> None:
    """Rows, and the jobs that come out after the commit; oldest first, so that threads are in order."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        for message in sorted(fetched, key=lambda one: one.received_at):
            conversation_id = await repository.store_conversation(
                session,
                run.mailbox,
                message.thread_id,
                subject=message.values.get("subject", ""),
                last_message_at=message.received_at,
            )
            values = _as_row(run, message, conversation_id)
            stored = await repository.store_message(session, values)
            if stored is not None and values["state"] == MessageState.PENDING:
                enqueue(session, Job(TaskName.PROCESS_SINGLE_EMAIL, (stored,)))
        if not await _keep_lease(session, run):
            raise LeaseLostError


def _as_row(run: Sync, message: Incoming, conversation_id: UUID) -> dict[str, Any]:
    values: dict[str, Any] = {
        **message.values,
        "user_id": run.mailbox.user_id,
        "mailbox_id": run.mailbox.mailbox_id,
        "conversation_id": conversation_id,
    }
    if message.error is not None:
        return {**values, "state": MessageState.QUARANTINED, "error": message.error}
    ours = run.is_own_mail(values.get("rfc_message_id"))
    if ours or values["direction"] == Direction.OUT or UNSEEN_LABELS & set(values["labels"]):
        return {**values, "state": MessageState.IGNORED}
    return {**values, "state": MessageState.PENDING}


async def _keep_lease(session: AsyncSession, run: Sync, **values: Any) -> bool:
    spent = run.take_spent()
    return await repository.update_leased(
        session,
        run.mailbox.mailbox_id,
        run.lease_id,
        **({"lease_until": run.clock() + LEASE, "units_spent": Mailbox.units_spent + spent} | values),
    )


async def _save(run: Sync, **values: Any) -> None:
    async with run.database.transaction(run.mailbox.user_id) as session:
        if not await _keep_lease(session, run, **values):
            raise LeaseLostError


async def _release(run: Sync, *, then_sync: bool = False, **values: Any) -> None:
    """Give the lease back with the outcome; with `then_sync` the mailbox is looked at again at once."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        kept = await _keep_lease(session, run, lease_id=None, lease_until=None, **values)
        if kept and then_sync:
            enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (run.mailbox.user_id,)))


async def _go_on_later(run: Sync) -> None:
    await _release(run, then_sync=True)


async def _needs_reconnect(run: Sync, reason: str) -> None:
    log.warning("sync.needs_reconnect", mailbox_id=str(run.mailbox.mailbox_id))
    async with run.database.transaction(run.mailbox.user_id) as session:
        await _keep_lease(
            session,
            run,
            lease_id=None,
            lease_until=None,
            state=MailboxState.NEEDS_RECONNECT,
            state_reason=reason,
        )
        enqueue(session, Job(TaskName.SEND_RECONNECT_NOTIFICATION, (run.mailbox.user_id, run.mailbox.mailbox_id)))
