"""What each Gmail method costs, in quota units, and a budget that is never overdrawn."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.mail.provider import ProviderBusyError

LONGEST_WAIT_SECONDS: Final = 10.0
"""A worker waits no longer than this for quota; beyond it the mailbox waits in the database."""

UNIT_COSTS: Mapping[str, int] = MappingProxyType(
    {
        "getProfile": 1,
        "watch": 100,
        "stop": 50,
        "history.list": 2,
        "labels.list": 1,
        "labels.get": 1,
        "labels.create": 5,
        "labels.patch": 5,
        "labels.update": 5,
        "labels.delete": 5,
        "messages.list": 5,
        "messages.get": 20,
        "messages.attachments.get": 20,
        "messages.modify": 5,
        "messages.batchModify": 50,
        "messages.batchDelete": 50,
        "messages.trash": 20,
        "messages.untrash": 20,
        "messages.delete": 10,
        "messages.import": 25,
        "messages.insert": 25,
        "messages.send": 100,
        "threads.list": 10,
        "threads.get": 40,
        "threads.modify": 10,
        "threads.trash": 10,
        "threads.untrash": 10,
        "threads.delete": 20,
        "drafts.list": 5,
        "drafts.get": 20,
        "drafts.create": 10,
        "drafts.update": 15,
        "drafts.delete": 10,
        "drafts.send": 100,
        "settings.sendAs.list": 1,
    }
)
"""Units by method name as of May 2026; one batch of n calls costs what its n calls cost."""


class UserBudget:
    """A token bucket of one user's units: holds at most one minute's worth and fills evenly."""

    def __init__(self, units_per_minute: int, *, clock: Callable[[], datetime]) -> None:
        self._capacity = float(units_per_minute)
        self._per_second = units_per_minute / 60
        self._clock = clock
        self._available = self._capacity
        self._filled_at = time.monotonic()
        self._spent: Counter[str] = Counter()

    async def spend(self, method: str) -> None:
        """Take the units of one call, waiting for them where that is short.

        Raises ProviderBusyError with the time at which there will be enough, where it is not.
        """
        cost = UNIT_COSTS[method]
        self._fill()
        missing = cost - self._available
        wait = missing / self._per_second
        if wait > LONGEST_WAIT_SECONDS:
            raise ProviderBusyError(
                "The Gmail quota of this minute is used up.", self._clock() + timedelta(seconds=wait)
            )
        self._available -= cost  # at once, so that the next caller queues behind this one
        self._spent[method] += cost
        if missing > 0:
            await asyncio.sleep(wait)

    def take_spent(self) -> int:
        """Units spent since the last call, to be added to the mailbox's row."""
        total = self._spent.total()
        self._spent.clear()
        return total

    def _fill(self) -> None:
        now = time.monotonic()
        self._available = min(self._capacity, self._available + (now - self._filled_at) * self._per_second)
        self._filled_at = now
