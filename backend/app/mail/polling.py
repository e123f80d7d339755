"""How often a mailbox is looked at: every five minutes, or as a net under push."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.db.models import Mailbox
from app.db.session import enqueue
from app.jobs import Job, TaskName
from app.mail import repository
from app.mail.lease import Sync
from app.settings import Settings

INTERVAL: Final = timedelta(minutes=5)
EARLY: Final = timedelta(seconds=30)
"""A little early, or a tick at exactly five minutes would find the mailbox not due and come back after ten."""
DUE_AGAIN: Final = INTERVAL - EARLY
IDLE_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Polling:
    """The operator's wishes. As it stands: no push, and every mailbox every five minutes."""

    topic: str = ""
    """Pub/Sub topic for Gmail's notices; empty is no push."""
    net: timedelta = timedelta(hours=1)
    """Between two polls of a mailbox that Gmail tells about."""
    idle: timedelta | None = None
    """Between two polls of one that had no news for a week, where that is wanted."""

    @classmethod
    def from_settings(cls, settings: Settings) -> "Polling":
        return cls(
            topic=settings.gmail_push_topic,
            net=timedelta(minutes=settings.push_poll_minutes),
            idle=timedelta(minutes=settings.idle_poll_minutes) if settings.idle_poll_minutes else None,
        )


PRESCRIBED: Final = Polling()


class PaceReason(StrEnum):
    """Why a mailbox is looked at as often as it is."""

    DEFAULT = "default"
    """As all mailboxes of the installation."""
    PUSH = "push"
    """Gmail tells of new mail; polling is the net below."""
    IDLE = "idle"
    """Nothing has come for a week."""


@dataclass(frozen=True, slots=True)
class Pace:
    interval: timedelta
    reason: PaceReason


async def plan_next_look(run: Sync, mailbox: Mailbox, polling: Polling, *, started_at: datetime) -> None:
    """After a sync that has brought everything: when the next one is due, if the regular tick is not to say it.

    A notice that came in meanwhile found the lease taken, and may be about what was not yet there to be seen: then
    there is another sync at once.
    """
    if polling == PRESCRIBED and mailbox.pushed_at is None:
        return
    async with run.database.transaction(run.mailbox.user_id) as session:
        fresh = await repository.mailbox(session, run.mailbox)
        if fresh is None:
            return
        due = next_look(polling, fresh, started_at=started_at, now=run.clock()) or fresh.next_sync_at
        if not await repository.plan_next_sync(session, fresh.id, due, unless_since=started_at):
            enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (run.mailbox.user_id,)))


def next_look(polling: Polling, mailbox: Mailbox, *, started_at: datetime, now: datetime) -> datetime | None:
    """When the mailbox is due after a sync; None leaves it to the regular tick that claimed it."""
    interval = pace(polling, mailbox, now=now).interval
    if interval == INTERVAL:
        # A notice has made it due at once, and it has been seen to.
        return started_at + DUE_AGAIN if mailbox.next_sync_at <= started_at else None
    return started_at + interval - EARLY


def pace(polling: Polling, mailbox: Mailbox, *, now: datetime) -> Pace:
    """How often the mailbox is looked at as things stand."""
    paces = [Pace(INTERVAL, PaceReason.DEFAULT)]
    if polling.topic and _is_watched(polling, mailbox, now):
        paces.append(Pace(polling.net, PaceReason.PUSH))
    if polling.idle is not None and _is_idle(mailbox, now):
        paces.append(Pace(polling.idle, PaceReason.IDLE))
    return max(paces, key=lambda one: one.interval)


def _is_watched(polling: Polling, mailbox: Mailbox, now: datetime) -> bool:
    """Whether the watch holds until the net is drawn in again."""
    return (
        mailbox.watch_topic == polling.topic
        and mailbox.watch_expires_at is not None
        and mailbox.watch_expires_at > now + polling.net
    )


def _is_idle(mailbox: Mailbox, now: datetime) -> bool:
    latest = mailbox.news_at or mailbox.first_sync_done_at
    return latest is not None and latest < now - IDLE_AFTER
