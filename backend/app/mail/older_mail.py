"""What has time: older mail that the user asked for, further tries, and holding what is stored against Gmail's list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.models import Walk, WalkKind
from app.db.session import Database, enqueue
from app.errors import UserError
from app.jobs import Job, TaskName
from app.mail import repository, walk_repository
from app.mail.comparing import compare
from app.mail.coverage import covered_since
from app.mail.lease import Sync, keep_lease
from app.mail.repository import MailboxRef
from app.mail.walking import walk

log = structlog.get_logger(__name__)

RECONCILE_EVERY: Final = timedelta(days=7)
FURTHEST_DAYS: Final = 36_500
OVERLAP: Final = timedelta(days=1)
SLICE: Final = timedelta(seconds=40)
"""So long at a time; then new mail is looked for, and other mailboxes have their turn."""


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
        if not await walk_repository.change_walk(session, way, finished_at=run.clock()):
            return True  # stopped, or to go further back
        await keep_lease(session, run, walk_at=run.clock() + RECONCILE_EVERY)
        waits = await walk_repository.ask_for_the_rest(session, run.mailbox, now=run.clock())
    log.info("walk.done", mailbox_id=str(run.mailbox.mailbox_id), kind=way.kind)
    return waits


async def _due(run: Sync) -> Walk:
    async with run.database.transaction(run.mailbox.user_id) as session:
        asked = await walk_repository.unfinished_walk(session, run.mailbox.mailbox_id, [WalkKind.BACKFILL])
        if asked is not None:
            return asked
        walks = await walk_repository.walks_back(session, run.mailbox.mailbox_id)
        after = covered_since(walks, now=run.clock())
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
        await repository.own_mailbox(session, mailbox)
        walks = await walk_repository.walks_back(session, mailbox.mailbox_id)
        known = covered_since(walks, now=now)
        wanted = None if days is None else now - timedelta(days=days)
        await walk_repository.open_backfill(
            session, mailbox, after=wanted, before=None if known is None else known + OVERLAP
        )
        await walk_repository.ask_for_walk(session, mailbox, moment=now)
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))


async def stop_older(database: Database, mailbox: MailboxRef, *, clock: Callable[[], datetime]) -> None:
    """Fetch no more of the older mail that was asked for; what has come stays. Raises NotFoundError."""
    async with database.transaction(mailbox.user_id) as session:
        await repository.own_mailbox(session, mailbox)
        if await walk_repository.drop_backfill(session, mailbox.mailbox_id):
            walks = await walk_repository.latest_walks(session, mailbox.mailbox_id)
            compared = walks.get(WalkKind.RECONCILE)
            last = None if compared is None else compared.finished_at
            moment = clock() if last is None else last + RECONCILE_EVERY
            await walk_repository.ask_for_walk(session, mailbox, moment=moment)
