"""Gmail's quota as all workers share it: units are booked in the database, in small lots, before they are spent."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SYSTEM, Database
from app.mail import quota_repository as repository
from app.mail.ledger import Ledger
from app.mail.provider import ProviderBusyError
from app.mail.quota_repository import PROJECT_KEY, LockedWindow
from app.mail.quota_window import MINUTE, Allowance, first_place, with_booking
from app.mail.units import UNIT_COSTS
from app.settings import Settings

log = structlog.get_logger(__name__)

LONGEST_WAIT: Final = timedelta(seconds=10)
"""A worker waits no longer than this for quota; beyond it the mailbox waits in the database."""
HEAD_START: Final = timedelta(seconds=5)
"""Who waits in the database comes back so much earlier, and is then on time to the moment."""
DAY_RECHECK: Final = timedelta(hours=1)
POCKET: Final = 10
"""Units that a process may spend on a mailbox in each period without booking: an unchanged poll costs 2."""
PROJECT_LOT: Final = 100
"""The smallest lot of the project's units; it lasts long, so that few polls need to book."""

USED_UP: Final = "The Gmail quota of this minute is used up."
DAY_USED_UP: Final = "The Gmail quota of this day is used up."


class Priority(StrEnum):
    """Who spends. What the person waits for finds units left even while a first sync takes all it may."""

    PERSON = "person"
    SYNC = "sync"


CEILINGS: Final[dict[Priority, float]] = {Priority.PERSON: 0.9975, Priority.SYNC: 0.972}
"""Shares of the limit. The gap is the person's: 150 of 6,000 units, and one reply is looked up in its thread (40),
stored as a draft (10) and sent (100). A second one in the same minute may have to wait as anything else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What Google grants one user, and all users of one project together."""

    user: Allowance
    project: Allowance
    units_per_day: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(
            user=Allowance(settings.user_units_per_minute),
            project=Allowance(settings.project_units_per_minute),
            units_per_day=settings.project_units_per_day,
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """Units that were booked, and in how many seconds they may be spent."""

    units: int
    wait: float


@dataclass(frozen=True, slots=True)
class Time:
    """How a process tells the time and waits; a test may have a faster one."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is booked at once, and how long it may lie about: what reaches Gmail late can exceed its limit."""

    smallest: int
    largest: int
    lifetime: timedelta
    lifetime_of_smallest: timedelta
    pocket: int = 0


Booker = Callable[[int, int], Awaitable[Lot]]


class Purse:
    """Units of one window that this process has booked and not spent; those who need some queue up."""

    def __init__(self, booker: Booker, sizes: Sizes, timing: Time) -> None:
        self._book = booker
        self._sizes = sizes
        self._time = timing
        self._turn = asyncio.Lock()
        self._left = 0
        self._size = sizes.smallest
        self._dies_at = 0.0
        self._in_pocket = 0
        self._pocket_empty_until = 0.0
        self._refused: ProviderBusyError | None = None

    async def take(self, units: int) -> None:
        """Take them, waiting where that is short. Raises ProviderBusyError where it is not."""
        async with self._turn:
            self._must_not_be_refused()
            if self._out_of_pocket(units):
                return
            if self._left < units or self._is_dead():
                await self._fill(units)
            self._left -= units

    def give_back(self, units: int) -> None:
        self._left += units

    def refuse(self, error: ProviderBusyError) -> None:
        """Spend nothing before its time; what was booked is lost."""
        self._refused, self._left = error, 0

    def _must_not_be_refused(self) -> None:
        known = self._refused
        if known is not None and known.not_before is not None and self._time.clock() < known.not_before:
            raise ProviderBusyError(str(known), known.not_before, whole_project=known.whole_project)
        self._refused = None

    def _out_of_pocket(self, units: int) -> bool:
        now = self._time.monotonic()
        if now >= self._pocket_empty_until:
            self._in_pocket, self._pocket_empty_until = self._sizes.pocket, now + MINUTE.total_seconds()
        if units > self._in_pocket:
            return False
        self._in_pocket -= units
        return True

    def _is_dead(self) -> bool:
        return self._time.monotonic() >= self._dies_at

    async def _fill(self, units: int) -> None:
        dead = self._is_dead()
        # What ran out in time was too little, what died unspent too much.
        self._size = self._size // 2 if dead else self._size * 2
        self._size = max(units, self._sizes.smallest, min(self._size, self._sizes.largest))
        try:
            lot = await self._book(units, self._size)
        except ProviderBusyError as error:
            self._refused = error
            raise
        if lot.wait > 0:
            await self._time.sleep(lot.wait)
        self._left = max(lot.units, units) + (0 if dead else self._left)
        lifetime = self._sizes.lifetime if lot.units > self._sizes.smallest else self._sizes.lifetime_of_smallest
        self._dies_at = self._time.monotonic() + lifetime.total_seconds()


class Quota:
    """The quota of a process; make one for each process, and a budget for each mailbox and priority."""

    def __init__(self, database: Database, limits: Limits, timing: Time) -> None:
        self._database = database
        self._limits = limits
        self._time = timing
        self.ledger = Ledger(database)
        self._spent: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
        self._purses: defaultdict[str, dict[Priority, Purse]] = defaultdict(dict)

    async def open(self, user_id: UUID, mailbox_id: UUID, priority: Priority) -> "Budget":
        async with self._database.transaction(user_id) as session:
            key = await repository.key_of(session, mailbox_id)
        return self.budget(mailbox_id, key, priority)

    def budget(self, mailbox_id: UUID, key: str, priority: Priority) -> "Budget":
        """For a mailbox whose key is known."""
        return Budget(self, mailbox_id, key, priority)

    def purse(self, key: str, priority: Priority) -> Purse:
        """The same for all who spend from this window with this priority."""
        purses = self._purses[key]
        if priority not in purses:
            purses[priority] = self._project_purse(priority) if key == PROJECT_KEY else self._user_purse(key, priority)
        return purses[priority]

    def moment_of(self, window: LockedWindow) -> datetime:
        """Now, by the only clock that all processes share."""
        return window.now

    def _user_purse(self, key: str, priority: Priority) -> Purse:
        allowance = self._limits.user

        async def book(least: int, wanted: int) -> Lot:
            return await self._book(key, allowance, priority, least=least, wanted=wanted)

        second = allowance.period / 60
        pocket = min(POCKET, allowance.units // 600)
        # a lot that is late must fit into what the ceiling leaves free
        sizes = Sizes(0, allowance.units // 50, lifetime=second, lifetime_of_smallest=second, pocket=pocket)
        return Purse(book, sizes, self._time)

    def _project_purse(self, priority: Priority) -> Purse:
        allowance = self._limits.project

        async def book(least: int, wanted: int) -> Lot:
            return await self._book(PROJECT_KEY, allowance, priority, least=least, wanted=wanted)

        sizes = Sizes(
            PROJECT_LOT,
            allowance.units // 100,
            lifetime=allowance.period / 30,
            lifetime_of_smallest=allowance.period / 2,
        )
        return Purse(book, sizes, self._time)

    async def _book(self, key: str, allowance: Allowance, priority: Priority, *, least: int, wanted: int) -> Lot:
        """One short transaction; who has to wait has booked a later moment, so that nobody is overtaken."""
        async with self._database.transaction(SYSTEM) as session:
            if key == PROJECT_KEY:
                await self._must_have_day_left(session, priority)
            window = await repository.lock_window(session, key)
            moment = self.moment_of(window)
            place = first_place(
                window.bookings,
                start=allowance.tick(max(moment, window.held_until or moment).timestamp()),
                ceiling=int(allowance.units * CEILINGS[priority]),
                least=least,
                wanted=wanted,
            )
            now = moment.timestamp()
            wait = allowance.moment(place.tick) - now if place.tick > allowance.tick(now) else 0.0
            if wait <= LONGEST_WAIT.total_seconds():
                bookings = with_booking(window.bookings, place, now=allowance.tick(now))
                await repository.write_bookings(session, key, bookings)
                return Lot(place.units, wait)
        raise self._busy(key, wait)

    def _busy(self, key: str, wait: float) -> ProviderBusyError:
        """Come back a little early to queue up; those who wait for the project come back one after the other."""
        project = key == PROJECT_KEY
        spread = random.uniform(0, MINUTE.total_seconds()) if project else 0  # noqa: S311 - no secret
        seconds = wait - HEAD_START.total_seconds() + spread
        log.info("quota.used_up", seconds=round(seconds), whole_project=project)
        return ProviderBusyError(USED_UP, self._time.clock() + timedelta(seconds=seconds), whole_project=project)

    async def _must_have_day_left(self, session: AsyncSession, priority: Priority) -> None:
        day = await repository.today(session)
        if day.spent < self._limits.units_per_day * CEILINGS[priority]:
            return
        wait = min(day.ends_in, DAY_RECHECK)
        raise ProviderBusyError(DAY_USED_UP, self._time.clock() + wait, whole_project=True)

    async def hold(self, key: str, error: ProviderBusyError) -> None:
        """Google asked for patience: this process stops at once, the others at their next booking."""
        if error.not_before is None:
            return
        log.warning("quota.refused", whole_project=key == PROJECT_KEY)
        for purse in self._purses[key].values():
            purse.refuse(error)
        async with self._database.transaction(SYSTEM) as session:
            window = await repository.lock_window(session, key)
            until = self.moment_of(window) + (error.not_before - self._time.clock())
            await repository.write_hold(session, key, max(until, window.held_until or until))

    def record(self, mailbox_id: UUID, method: str, units: int) -> None:
        self._spent[mailbox_id][method] += units
        self.ledger.record(mailbox_id, method, units)

    def take_spent(self, mailbox_id: UUID) -> int:
        return self._spent.pop(mailbox_id, Counter[str]()).total()

    async def close(self) -> None:
        await self.ledger.close()


class Budget:
    """What one mailbox may spend, for one purpose."""

    def __init__(self, quota: Quota, mailbox_id: UUID, key: str, priority: Priority) -> None:
        self._quota = quota
        self._mailbox_id = mailbox_id
        self._key = key
        self._own = quota.purse(key, priority)
        self._project = quota.purse(PROJECT_KEY, priority)

    async def spend(self, method: str) -> None:
        """Take the units of one call, waiting for them where that is short.

        Raises ProviderBusyError with the time at which there will be enough, where it is not.
        """
        cost = UNIT_COSTS[method]
        await self._project.take(cost)
        try:
            await self._own.take(cost)
        except ProviderBusyError:
            self._project.give_back(cost)
            raise
        self._quota.record(self._mailbox_id, method, cost)

    async def hold_back(self, error: ProviderBusyError) -> None:
        """Gmail has refused a call: nobody sends another for this mailbox, or for the project, before its time."""
        await self._quota.hold(PROJECT_KEY if error.whole_project else self._key, error)

    def take_spent(self) -> int:
        """Units spent since the last call, to be added to the mailbox's row."""
        return self._quota.take_spent(self._mailbox_id)
