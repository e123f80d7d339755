"""What has time: older mail that the user asked for, further tries, and holding what is stored against Gmail's list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import structlog

from app.db.models import Walk, WalkKind
from app.db.session import Database, enqueue
from app.errors import NotFoundError, UserError
from app.jobs import Job, TaskName
from app.mail import repository, walk_repository
from app.mail.comparing import compare
from app.mail.lease import Sync, keep_lease
from app.mail.repository import MailboxRef
from app.mail.walking import walk

log = structlog.get_logger(__name__)

RECONCILE_EVERY: Final = timedelta(days=7)
FURTHEST_DAYS: Final = 36_500
MOST_MESSAGES: Final = 100_000_000
OVERLAP: Final = timedelta(days=1)
SLICE: Final = timedelta(seconds=40)
"""So long at a time; then new mail is looked for, and other mailboxes have their turn."""


class Keep(Enum):
    """Says of a bound that it stays as it is; None says that there is none."""

    AS_IT_IS = "as it is"


async def go_on(run: Sync) -> bool:
    """One slice of the walk that is due, the user's wish before the routine. Returns whether more is to be done."""
    way = await _due(run)
    until = min(run.stop_at, run.clock() + SLICE)

    async def time_is_left() -> bool:
        return run.clock() < until

    if not await walk(run, way, time_is_left):
        return True
    if way.kind == WalkKind.RECONCILE and not await compare(run, way, time_is_left):
        return True
    async with run.database.transaction(run.mailbox.user_id) as session:
        await walk_repository.change_walk(session, way.id, finished_at=run.clock())
        waiting = await walk_repository.unfinished_walk(session, run.mailbox.mailbox_id, [WalkKind.BACKFILL])
        await keep_lease(session, run, walk_at=run.clock() + (timedelta(0) if waiting else RECONCILE_EVERY))
    log.info("walk.done", mailbox_id=str(run.mailbox.mailbox_id), kind=way.kind)
    return waiting is not None


async def _due(run: Sync) -> Walk:
    async with run.database.transaction(run.mailbox.user_id) as session:
        asked = await walk_repository.unfinished_walk(session, run.mailbox.mailbox_id, [WalkKind.BACKFILL])
        if asked is not None:
            return asked
        after = await walk_repository.covered_since(session, run.mailbox.mailbox_id)
        return await walk_repository.open_walk(session, run.mailbox, WalkKind.RECONCILE, after=after)


async def ask_for_older(
    database: Database, mailbox: MailboxRef, *, days: int | None, clock: Callable[[], datetime]
) -> None:
    """Have older mail fetched in the background: of so many days, or all there is.

    Raises UserError for a number of days that makes no sense, NotFoundError for a mailbox that is not the user's.
    """
    if days is not None and not 1 <= days <= FURTHEST_DAYS:
        raise UserError(f"Say how many days back, from 1 to {FURTHEST_DAYS:,}.")
    now = clock()
    async with database.transaction(mailbox.user_id) as session:
        if await repository.mailbox(session, mailbox) is None:
            raise NotFoundError("There is no such mailbox.")
        known = await walk_repository.covered_since(session, mailbox.mailbox_id)
        wanted = None if days is None else now - timedelta(days=days)
        await walk_repository.open_backfill(
            session, mailbox, after=wanted, before=None if known is None else known + OVERLAP
        )
        await walk_repository.ask_for_walk(session, mailbox, now=now)
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))


async def try_again_now(database: Database, mailbox: MailboxRef, *, clock: Callable[[], datetime]) -> None:
    """Have what could not be fetched tried once more at once. Raises NotFoundError."""
    async with database.transaction(mailbox.user_id) as session:
        if await repository.mailbox(session, mailbox) is None:
            raise NotFoundError("There is no such mailbox.")
        await walk_repository.try_failures_now(session, mailbox.mailbox_id, now=clock())
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))


async def change_window(
    database: Database,
    mailbox: MailboxRef,
    *,
    days: int | Keep | None = Keep.AS_IT_IS,
    messages: int | Keep | None = Keep.AS_IT_IS,
) -> None:
    """How far back a first sync goes that begins from now on; None is no bound. Raises UserError and NotFoundError."""
    if isinstance(days, int) and not 1 <= days <= FURTHEST_DAYS:
        raise UserError(f"Say how many days back, from 1 to {FURTHEST_DAYS:,}, or leave it empty for all of them.")
    if isinstance(messages, int) and not 1 <= messages <= MOST_MESSAGES:
        raise UserError(f"Say how many messages, from 1 to {MOST_MESSAGES:,}, or leave it empty for all of them.")
    async with database.transaction(mailbox.user_id) as session:
        found = await repository.mailbox(session, mailbox)
        if found is None:
            raise NotFoundError("There is no such mailbox.")
        if not isinstance(days, Keep):
            found.sync_window_days = days
        if not isinstance(messages, Keep):
            found.sync_window_messages = messages
