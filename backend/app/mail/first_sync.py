"""The first sync of a mailbox, and every full one: resumable at any page, over as many tasks as it takes."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.db.models import Mailbox
from app.mail.fetching import Sync, fetch, release, save
from app.mail.provider import Listing, ProviderRefusedError

RESYNC_MARGIN: Final = timedelta(days=1)


class Pass(StrEnum):
    """The user's own mail comes first: whom they write to is what all other mail is judged by."""

    SENT = "sent"
    ALL = "all"


async def full_sync(run: Sync, mailbox: Mailbox) -> None:
    """Cursor first, then newest to oldest through the window; each page commits with the place where the next begins.

    Goes on in another task when its time is over.
    """
    cursor = mailbox.first_sync_cursor
    if cursor is None:
        cursor = (await run.provider.profile()).cursor
        await save(run, first_sync_cursor=cursor)
    place = _read_place(mailbox.first_sync_page)
    after = _window_start(mailbox, run.clock())
    while True:
        listing = await _listing(run, after, *place)
        if place == (Pass.ALL, None):
            await save(run, first_sync_expected=listing.estimate)
        await fetch(run, listing.ids)
        following = _next_place(place[0], listing.next_page)
        if following is None:
            break
        place = following
        await save(run, first_sync_page=_written_place(*place))
        if run.clock() >= run.stop_at:
            await release(run, then_sync=True)
            return
    await release(
        run,
        history_id=cursor,
        first_sync_cursor=None,
        first_sync_page=None,
        first_sync_done_at=run.clock(),
        last_synced_at=run.clock(),
        failures=0,
        then_sync=True,
    )


def _next_place(current: Pass, page: str | None) -> tuple[Pass, str | None] | None:
    if page is not None:
        return current, page
    return (Pass.ALL, None) if current is Pass.SENT else None


def _written_place(current: Pass, page: str | None) -> str:
    return f"{current}:{page or ''}"


def _read_place(written: str | None) -> tuple[Pass, str | None]:
    current, _, page = (written or Pass.SENT).partition(":")
    return Pass(current), page or None


async def _listing(run: Sync, after: datetime | None, current: Pass, page: str | None) -> Listing:
    sent_only = current is Pass.SENT
    try:
        return await run.provider.list_messages(after=after, page=page, sent_only=sent_only)
    except ProviderRefusedError:
        if page is None:
            raise
        # Page tokens do not live for ever. What is stored is not fetched again, so starting over costs little.
        return await run.provider.list_messages(after=after, page=None, sent_only=sent_only)


def _window_start(mailbox: Mailbox, now: datetime) -> datetime | None:
    """How far back a full sync goes: the user's window, and always further than the last sync."""
    if mailbox.sync_window_days is None:
        return None
    start = now - timedelta(days=mailbox.sync_window_days)
    if mailbox.last_synced_at is not None:
        return min(start, mailbox.last_synced_at - RESYNC_MARGIN)
    return start
