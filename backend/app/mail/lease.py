"""One run over one mailbox, and the lease that keeps two of them from working on it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database, enqueue
from app.jobs import Job, TaskName
from app.mail import repository
from app.mail.provider import MailProvider
from app.mail.repository import MailboxRef

LEASE: Final = timedelta(seconds=90)


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


async def keep_lease(session: AsyncSession, run: Sync, **values: Any) -> None:
    """Renew the lease and write to the mailbox. Raises LeaseLostError, which undoes the transaction."""
    kept = await repository.update_leased(
        session,
        run.mailbox.mailbox_id,
        run.lease_id,
        spent=run.take_spent(),
        **({"lease_until": run.clock() + LEASE} | values),
    )
    if not kept:
        raise LeaseLostError


async def save(run: Sync, **values: Any) -> None:
    async with run.database.transaction(run.mailbox.user_id) as session:
        await keep_lease(session, run, **values)


async def let_go(session: AsyncSession, run: Sync, *, then_sync: bool = False, **values: Any) -> None:
    """Give the lease back with the outcome; with `then_sync` the mailbox is looked at again at once."""
    await keep_lease(session, run, lease_id=None, lease_until=None, **values)
    if then_sync:
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (run.mailbox.user_id,)))


async def release(run: Sync, *, then_sync: bool = False, **values: Any) -> None:
    async with run.database.transaction(run.mailbox.user_id) as session:
        await let_go(session, run, then_sync=then_sync, **values)
