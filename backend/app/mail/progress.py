"""How far the fetching of a mailbox is, what it still lacks, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.google import may_act
from app.db.models import FetchFailure, Mailbox, MailboxState, Walk, WalkKind
from app.mail import failure_repository, walk_repository
from app.mail.failure_repository import Counts
from app.mail.polling import Pace, Polling, pace
from app.mail.window import Shortfall, shortfall

UNDER_WAY: Final = {
    WalkKind.FIRST: "first sync",
    WalkKind.RESYNC: "full sync",
    WalkKind.BACKFILL: "older mail",
    WalkKind.RECONCILE: "comparing with Gmail",
}
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class UnderWay:
    kind: WalkKind
    done: int
    expected: int | None
    """None until Gmail has said how many there are."""
    units_left: int
    """Quota units that what is listed and not yet fetched will cost."""
    time_left: timedelta | None
    """At the pace so far, and never faster than the quota allows; None until there is a pace."""

    @property
    def in_words(self) -> str:
        if self.expected is None:
            begun = "waits for its turn" if self.kind is WalkKind.BACKFILL else "just begun"
            return f"{begun}; Gmail has not said yet how many messages there are"
        time = (
            "too early to say how long it takes" if self.time_left is None else f"about {duration(self.time_left)} left"
        )
        units = f"what is listed so far costs {self.units_left:,} more units of Gmail’s quota"
        return f"{self.done:,} of {self.expected:,} messages; {time}; {units}"


@dataclass(frozen=True, slots=True)
class Compared:
    """The last comparison of what is stored with what Gmail lists."""

    at: datetime
    listed: int
    missing: int
    """Not stored when they were listed; fetched since, or among the failures."""


@dataclass(frozen=True, slots=True)
class Fetching:
    under_way: tuple[UnderWay, ...]
    compared: Compared | None
    failures: Counts
    waiting: tuple[FetchFailure, ...]
    """The first of those that are tried again, the soonest first."""
    left_out: tuple[FetchFailure, ...]
    """The last of those that the person left out."""
    shortfall: Shortfall | None
    """Older mail that the window asks for and no sync fetches by itself."""
    pace: Pace
    due_at: datetime | None
    """When the mailbox is looked at next; None while it is not connected."""
    read_only: bool
    """Google allows nothing but reading, so nothing can be done in it."""


async def fetching(
    session: AsyncSession, mailbox: Mailbox, *, now: datetime, units_per_minute: int, polling: Polling
) -> Fetching:
    """What is under way in this mailbox, what it lacks, and when it is looked at again."""
    walks = await walk_repository.latest_walks(session, mailbox.id)
    compared = walks.get(WalkKind.RECONCILE)
    return Fetching(
        tuple(
            UnderWay(kind, way.done, way.expected, way.units_left, time_left(way, now, units_per_minute))
            for kind, way in walks.items()
            if way.finished_at is None
        ),
        Compared(compared.finished_at, compared.done, compared.missing) if compared and compared.finished_at else None,
        await failure_repository.counts(session, mailbox.id),
        tuple(await failure_repository.next_due(session, mailbox.id, limit=MOST_SHOWN)),
        tuple(await failure_repository.left_out(session, mailbox.id, limit=MOST_SHOWN)),
        await shortfall(session, mailbox, now=now),
        pace(polling, mailbox, now=now),
        _due_at(mailbox),
        not may_act(mailbox.granted_scopes),
    )


def _due_at(mailbox: Mailbox) -> datetime | None:
    if mailbox.state != MailboxState.ACTIVE:
        return None
    return max(mailbox.next_sync_at, mailbox.not_before or mailbox.next_sync_at)


def time_left(way: Walk, now: datetime, units_per_minute: int) -> timedelta | None:
    """An estimate; what has been stored before costs no time, so a walk that goes on is often quicker."""
    if not way.done or way.expected is None:
        return None
    at_this_pace = (now - way.created_at) / way.done * max(way.expected - way.done, 0)
    return max(at_this_pace, timedelta(minutes=way.units_left / units_per_minute))


def in_words(walks: Mapping[WalkKind, Walk], failed: Counts, *, now: datetime, units_per_minute: int) -> str:
    """What is under way, what the last comparison with Gmail has found, and what still fails."""
    said = [_progress(kind, way, now, units_per_minute) for kind, way in walks.items() if way.finished_at is None]
    compared = walks.get(WalkKind.RECONCILE)
    if compared is not None and compared.finished_at is not None:
        said.append(f"{compared.missing} of {compared.done} were missing on {compared.finished_at:%Y-%m-%d}")
    if failed.waiting:
        said.append(f"{failed.waiting} could not be fetched yet")
    if failed.left_out:
        said.append(f"{failed.left_out} left out")
    return "; ".join(said)


def _progress(kind: WalkKind, way: Walk, now: datetime, units_per_minute: int) -> str:
    left = time_left(way, now, units_per_minute)
    how_many = "so far" if way.expected is None else f"of {way.expected}"
    said = [f"{UNDER_WAY[kind]}: {way.done} {how_many}", f"{way.units_left} units left"]
    return ", ".join(said + ([f"about {duration(left)}"] if left is not None else []))


_STEPS: Final[Sequence[tuple[timedelta, str]]] = (
    (timedelta(days=2), "days"),
    (timedelta(hours=2), "hours"),
    (timedelta(minutes=2), "minutes"),
)


def duration(left: timedelta) -> str:
    """As a person says it: “3 hours”; below two minutes it is “a minute”."""
    for least, unit in _STEPS:
        if left >= least:
            return f"{left / (least / 2):.0f} {unit}"
    return "a minute"
