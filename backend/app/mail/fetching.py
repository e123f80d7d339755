"""Fetches messages and stores them under a lease: what first syncs and increments have in common."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Direction, Mailbox, MessageState
from app.db.session import Database, enqueue
from app.jobs import Job, TaskName
from app.mail import repository
from app.mail.incoming import Incoming, incoming
from app.mail.provider import MailProvider, MessageGoneError
from app.mail.repository import MailboxRef

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=90)
CHUNK: Final = 20
UNSEEN_LABELS: Final = frozenset({"SPAM", "TRASH"})


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


async def fetch(run: Sync, ids: Sequence[str]) -> None:
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
        if not await keep_lease(session, run):
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


async def keep_lease(session: AsyncSession, run: Sync, **values: Any) -> bool:
    spent = run.take_spent()
    return await repository.update_leased(
        session,
        run.mailbox.mailbox_id,
        run.lease_id,
        **({"lease_until": run.clock() + LEASE, "units_spent": Mailbox.units_spent + spent} | values),
    )


async def save(run: Sync, **values: Any) -> None:
    async with run.database.transaction(run.mailbox.user_id) as session:
        if not await keep_lease(session, run, **values):
            raise LeaseLostError


async def release(run: Sync, *, then_sync: bool = False, **values: Any) -> None:
    """Give the lease back with the outcome; with `then_sync` the mailbox is looked at again at once."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        kept = await keep_lease(session, run, lease_id=None, lease_until=None, **values)
        if kept and then_sync:
            enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (run.mailbox.user_id,)))
