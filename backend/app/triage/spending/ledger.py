"""Budgets of language models: what a call may cost is set aside before it, what it did cost is written down after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol
from uuid import UUID

from app.db.session import Database
from app.settings import Settings
from app.triage.spending import repository

MICRODOLLARS: Final = 1_000_000
NEAR: Final = 0.8
"""From this share of a budget on only the small model is asked."""


@dataclass(frozen=True, slots=True)
class Amount:
    tokens: int = 0
    microdollars: int = 0
    """0 as well where the price is not known: then the tokens alone count."""


@dataclass(frozen=True, slots=True)
class Reservation:
    user_id: UUID | None
    day: date
    amount: Amount


class Ledger(Protocol):
    async def reserve(self, user_id: UUID | None, amount: Amount, *, share: float = 1.0) -> Reservation | None:
        """Set an amount aside, or None when with it more than this share of the day's budget would be gone."""
        ...

    async def settle(self, reservation: Reservation, spent: Amount) -> None:
        """Put what was really spent in the place of what was set aside."""
        ...


class OpenLedger:
    """Counts nothing and refuses nothing: for evaluation, where somebody stands beside it."""

    async def reserve(self, user_id: UUID | None, amount: Amount, *, share: float = 1.0) -> Reservation | None:
        del share
        return Reservation(user_id, datetime.now(UTC).date(), amount)

    async def settle(self, reservation: Reservation, spent: Amount) -> None:
        """Keeps no account."""


@dataclass(frozen=True, slots=True)
class DailyLedger:
    """One row per user and day (UTC); each reservation is one conditional UPDATE, so workers cannot race past it.

    What a worker that died had reserved stays reserved until the day ends: it may have been spent.
    """

    database: Database
    clock: Callable[[], datetime]
    limits: Amount

    @classmethod
    def from_settings(cls, settings: Settings, database: Database, clock: Callable[[], datetime]) -> "DailyLedger":
        return cls(database, clock, default_limits(settings))

    async def reserve(self, user_id: UUID | None, amount: Amount, *, share: float = 1.0) -> Reservation | None:
        if user_id is None:
            return None
        day = self.clock().astimezone(UTC).date()
        async with self.database.transaction(user_id) as session:
            limits = await repository.limits_of(
                session, user_id, default=(self.limits.tokens, self.limits.microdollars)
            )
            reserved = await repository.reserve(
                session,
                user_id,
                day,
                amount=(amount.tokens, amount.microdollars),
                limits=(int(limits[0] * share), int(limits[1] * share)),
            )
        return Reservation(user_id, day, amount) if reserved else None

    async def settle(self, reservation: Reservation, spent: Amount) -> None:
        if reservation.user_id is None:
            return
        async with self.database.transaction(reservation.user_id) as session:
            await repository.settle(
                session,
                reservation.user_id,
                reservation.day,
                reserved=(reservation.amount.tokens, reservation.amount.microdollars),
                spent=(spent.tokens, spent.microdollars),
            )


def default_limits(settings: Settings) -> Amount:
    return Amount(settings.daily_model_tokens, round(settings.daily_model_dollars * MICRODOLLARS))
