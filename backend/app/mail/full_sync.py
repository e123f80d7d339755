"""The first sync of a mailbox, and every full one: the cursor first, then the listing, in as many tasks as it takes."""

from datetime import datetime, timedelta
from typing import Any, Final

from app.db.models import Mailbox, Walk, WalkKind
from app.mail import repository, walk_repository
from app.mail.comparing import compare
from app.mail.following import follow
from app.mail.lease import Sync, keep_lease, let_go, release
from app.mail.walking import walk

RESYNC_MARGIN: Final = timedelta(days=1)
FIRST_RECONCILE: Final = timedelta(hours=1)
"""After that, what is stored is held against what Gmail lists."""
NEWS_EVERY: Final = timedelta(seconds=20)
"""So often a long walk looks what has come meanwhile."""
FULL_KINDS: Final = (WalkKind.FIRST, WalkKind.RESYNC)


async def full_sync(run: Sync, mailbox: Mailbox) -> None:
    """Newest to oldest through the window; what comes meanwhile is brought in between.

    Goes on in another task when its time is over, or when the person has set another window.
    Raises CursorExpiredError when it has taken longer than Gmail remembers.
    """
    cursor, way = await _begin(run, mailbox)
    news = _News(run, cursor)
    # A gap is compared as well: no history tells what the user did in it.
    whole = await walk(run, way, news.bring) and (way.kind != WalkKind.RESYNC or await compare(run, way, news.bring))
    if not whole or not await _finish(run, mailbox, way, news.cursor):
        await release(run, then_sync=True)


async def _finish(run: Sync, mailbox: Mailbox, way: Walk, cursor: int) -> bool:
    """Whether the walk was the one that the person wants."""
    async with run.database.transaction(run.mailbox.user_id) as session:
        if not await walk_repository.change_walk(session, way, finished_at=run.clock()):
            return False
        await let_go(
            session,
            run,
            history_id=cursor,
            first_sync_cursor=None,
            first_sync_done_at=mailbox.first_sync_done_at or run.clock(),
            last_synced_at=run.clock(),
            walk_at=run.clock() + FIRST_RECONCILE,
            failures=0,
            then_sync=True,
        )
        await walk_repository.ask_for_the_rest(session, run.mailbox, now=run.clock())
    return True


class _News:
    """Keeps the cursor of a walk going."""

    def __init__(self, run: Sync, cursor: int) -> None:
        self._run = run
        self._next = run.clock() + NEWS_EVERY
        self.cursor = cursor

    async def bring(self) -> bool:
        """Returns whether there is time left."""
        if self._run.clock() >= self._next:
            reached = await follow(self._run, self.cursor, "first_sync_cursor")
            if reached is None:
                return False
            self.cursor = reached
            self._next = self._run.clock() + NEWS_EVERY
        return self._run.clock() < self._run.stop_at


async def _begin(run: Sync, mailbox: Mailbox) -> tuple[int, Walk]:
    """The cursor before anything is listed, so that nothing can come between the two."""
    cursor = mailbox.first_sync_cursor
    if cursor is None:
        cursor = (await run.provider.profile()).cursor
    kind = WalkKind.FIRST if mailbox.first_sync_done_at is None else WalkKind.RESYNC
    now = run.clock()
    async with run.database.transaction(run.mailbox.user_id) as session:
        await keep_lease(session, run, first_sync_cursor=cursor)  # whoever sets the window later finds the walk
        current = await repository.own_mailbox(session, run.mailbox)
        way = await walk_repository.open_walk(session, run.mailbox, kind, created_at=now, **_bounds(kind, current, now))
    return cursor, way


def _bounds(kind: WalkKind, mailbox: Mailbox, now: datetime) -> dict[str, Any]:
    """How far back: the user's window; a resync always further than the last sync, and never fewer messages."""
    start = None if mailbox.sync_window_days is None else now - timedelta(days=mailbox.sync_window_days)
    if kind is WalkKind.FIRST:
        return {"after": start, "most": mailbox.sync_window_messages}
    gap_since = None if mailbox.last_synced_at is None else mailbox.last_synced_at - RESYNC_MARGIN
    if start is not None and gap_since is not None:
        start = min(start, gap_since)
    return {"after": start, "gap_since": gap_since}
