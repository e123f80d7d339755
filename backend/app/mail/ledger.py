"""Counts what each mailbox spends by method, and writes it down in batches."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import SYSTEM, Database
from app.mail import quota_repository as repository
from app.mail.quota_repository import Spent

log = structlog.get_logger(__name__)

WRITE_AFTER: Final = timedelta(seconds=5)
Key = tuple[UUID, str]


class Ledger:
    """One per process. What a killed process counted in its last seconds is lost: the limits rest on the bookings."""

    def __init__(self, database: Database, *, write_after: timedelta = WRITE_AFTER) -> None:
        self._database = database
        self._write_after = write_after.total_seconds()
        self._calls: Counter[Key] = Counter()
        self._units: Counter[Key] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def record(self, mailbox_id: UUID, method: str, units: int) -> None:
        self._calls[mailbox_id, method] += 1
        self._units[mailbox_id, method] += units
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._write_after, self._start)

    async def write(self) -> None:
        """Write what is counted now; while the database is away it is kept."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        calls, units = self._calls.copy(), self._units.copy()
        if not calls:
            return
        self._calls.clear()
        self._units.clear()
        try:
            async with self._database.transaction(SYSTEM) as session:
                await repository.add_units(session, {key: Spent(calls[key], units[key]) for key in calls})
        except SQLAlchemyError:
            log.warning("quota.units_not_written", exc_info=True)
            self._calls.update(calls)
            self._units.update(units)

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing
        await self.write()

    def _start(self) -> None:
        self._timer = None
        self._writing = asyncio.create_task(self.write())
