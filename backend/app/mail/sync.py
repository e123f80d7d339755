"""Brings one mailbox up to date: a resumable first sync, then increments by history."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Mailbox
from app.db.session import SYSTEM, Database, enqueue
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.mail import quota_repository, repository, walk_repository
from app.mail.fetching import fetch_again
from app.mail.following import follow
from app.mail.full_sync import FULL_KINDS, full_sync
from app.mail.gmail import GmailMailbox
from app.mail.identities import are_old, refresh_identities
from app.mail.lease import LEASE, LeaseLostError, Sync, keep_lease, release
from app.mail.older_mail import go_on
from app.mail.polling import DUE_AGAIN, PRESCRIBED, Polling, plan_next_look
from app.mail.provider import (
    CursorExpiredError,
    MailProvider,
    NeedsReconnectError,
    ProviderBusyError,
    ProviderUnavailableError,
)
from app.mail.repository import Leased, MailboxRef
from app.mail.watch import keep_watch

log = structlog.get_logger(__name__)

TIME_SLICE: Final = timedelta(minutes=4)
"""A sync that needs longer goes on in another task."""


LONGEST_COUNTDOWN: Final = timedelta(minutes=5)
"""Well below the broker's visibility timeout, beyond which it would hand the job out again and again."""
COUNTDOWN_GRACE: Final = timedelta(seconds=5)


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


async def sync_user(
    user_id: UUID,
    *,
    database: Database,
    open_mailbox: Callable[[UUID, UUID], Awaitable[GmailMailbox]],
    clock: Callable[[], datetime],
    is_own_mail: Callable[[str | None], bool],
    polling: Polling = PRESCRIBED,
) -> None:
    """Sync every mailbox of one user. Raises NotFoundError when there is none, else what `sync_mailbox` raises."""
    began = clock()
    async with database.transaction(user_id) as session:
        leased = await repository.take_any_lease(session, user_id, now=began, lease=LEASE)
        if leased is None and not await repository.has_mailbox(session, user_id):
            raise NotFoundError("There is no user with this id, or none of its mailboxes is connected.")
    if leased is None:
        log.info("sync.not_now", user_id=str(user_id))
        return
    ref = MailboxRef(user_id, leased.mailbox.id)
    gmail = await open_mailbox(user_id, ref.mailbox_id)
    spent = gmail.budget.take_spent
    run = Sync(database, gmail, clock, is_own_mail, spent, ref, leased.lease_id, began + TIME_SLICE)
    await _under_lease(run, leased, polling, began=began)
    for mailbox_id in leased.others:
        gmail = await open_mailbox(user_id, mailbox_id)
        await sync_mailbox(
            MailboxRef(user_id, mailbox_id),
            database=database,
            provider=gmail,
            clock=clock,
            is_own_mail=is_own_mail,
            take_spent=gmail.budget.take_spent,
            polling=polling,
        )


async def sync_mailbox(
    ref: MailboxRef,
    *,
    database: Database,
    provider: MailProvider,
    clock: Callable[[], datetime],
    is_own_mail: Callable[[str | None], bool],
    take_spent: Callable[[], int],
    polling: Polling = PRESCRIBED,
) -> None:
    """Sync under a lease; does nothing while another sync holds it.

    Raises RetryableError kinds when it is worth another try; a dead grant is written to the mailbox instead.
    """
    began = clock()
    async with database.transaction(ref.user_id) as session:
        leased = await repository.take_lease(session, ref.mailbox_id, now=began, lease=LEASE)
    if leased is None:
        log.info("sync.not_now", mailbox_id=str(ref.mailbox_id))
        return
    run = Sync(database, provider, clock, is_own_mail, take_spent, ref, leased.lease_id, began + TIME_SLICE)
    await _under_lease(run, leased, polling, began=began)


async def _under_lease(run: Sync, leased: Leased, polling: Polling, *, began: datetime) -> None:
    try:
        await keep_watch(run, leased.mailbox, polling)
        if await _bring_up_to_date(run, leased):
            await plan_next_look(run, leased.mailbox, polling, started_at=began)
    except LeaseLostError:
        log.warning("sync.lease_lost", mailbox_id=str(run.mailbox.mailbox_id))
    except NeedsReconnectError:  # written down, and told, by the grant itself
        await _give_back(run)
    except ProviderBusyError as error:
        again = error.not_before or run.clock() + DUE_AGAIN
        await _give_back(run, not_before=error.not_before, next_sync_at=again)
        await _come_back(run, error)
    except BaseException:
        await _give_back(run, failures=Mailbox.failures + 1)
        raise


async def _give_back(run: Sync, **values: Any) -> None:
    with suppress(LeaseLostError):  # somebody else has taken over, and needs nothing of ours
        await release(run, **values)


async def _bring_up_to_date(run: Sync, leased: Leased) -> bool:
    """Whether all is done; if not, another task goes on."""
    mailbox = leased.mailbox
    if are_old(mailbox, run.clock()):
        await refresh_identities(run.mailbox, database=run.database, provider=run.provider, clock=run.clock)
    try:
        if mailbox.history_id is not None:
            return await _increment(run, mailbox.history_id, leased)
        if leased.has_failures:  # who wants one tried again does not wait for the end of a sync that may take a day
            with suppress(ProviderUnavailableError):  # an outage stops the sync as well, a few that never come do not
                await fetch_again(run)
        await full_sync(run, mailbox)
    except CursorExpiredError:
        log.warning("sync.cursor_expired", mailbox_id=str(mailbox.id))
        async with run.database.transaction(run.mailbox.user_id) as session:
            await walk_repository.start_over(session, mailbox.id, FULL_KINDS)
            await keep_lease(session, run, history_id=None, first_sync_cursor=None)
        mailbox.first_sync_cursor = None
        await full_sync(run, mailbox)
    return False


async def _increment(run: Sync, cursor: int, leased: Leased) -> bool:
    """What has come first; then, where there is any, what failed before, and what has time."""
    walk_at = leased.mailbox.walk_at
    has_more = leased.has_failures or (walk_at is not None and walk_at <= run.clock())
    done: dict[str, Any] = {"last_synced_at": run.clock(), "failures": 0}
    free = {"lease_id": None, "lease_until": None}
    if await follow(run, cursor, "history_id", **done, **({} if has_more else free)) is None:
        await release(run, then_sync=True)
        return False
    if not has_more:
        return True
    if leased.has_failures:
        await fetch_again(run)
    goes_on = walk_at is not None and walk_at <= run.clock() and await go_on(run)
    await release(run, then_sync=goes_on)
    return not goes_on


async def _come_back(run: Sync, busy: ProviderBusyError) -> None:
    """On time, where few wait and not for long; all others are found by the sweeper, the longest wait first."""
    wait = (busy.not_before - run.clock()) if busy.not_before is not None else LONGEST_COUNTDOWN * 2
    if busy.whole_project or wait > LONGEST_COUNTDOWN:
        return
    async with run.database.transaction(run.mailbox.user_id) as session:
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (run.mailbox.user_id,), after=max(wait, timedelta(0))))


async def claim_waited(session: AsyncSession, *, now: datetime, limit: int) -> list[MailboxRef]:
    """Mailboxes for which Gmail's patience is over and nobody came back."""
    return await quota_repository.claim_waited(session, now=now - COUNTDOWN_GRACE, interval=DUE_AGAIN, limit=limit)
