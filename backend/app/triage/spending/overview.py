"""What language models have cost a user lately, and how much of today's budget is left."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.triage.spending import repository
from app.triage.spending.ledger import NEAR, Amount
from app.triage.spending.repository import ModelTotal

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    calls: int
    spent: Amount


@dataclass(frozen=True, slots=True)
class Overview:
    today: Day
    reserved: Amount
    """Set aside for calls under way."""
    limits: Amount
    days: tuple[Day, ...]
    """The latest first; days without a call are left out."""
    models: tuple[ModelTotal, ...]

    @property
    def used_share(self) -> float:
        """Of today's budget, of tokens or money, whichever is nearer to its end."""
        spent = self.today.spent
        shares = ((spent.tokens, self.limits.tokens), (spent.microdollars, self.limits.microdollars))
        return max(min(used / limit, 1.0) if limit else 1.0 for used, limit in shares)

    @property
    def near_limit(self) -> bool:
        return self.used_share >= NEAR


async def overview(session: AsyncSession, user_id: UUID, *, now: datetime, default_limits: Amount) -> Overview:
    today = now.astimezone(UTC).date()
    since = today - timedelta(days=DAYS - 1)
    days = await repository.days_since(session, user_id, since)
    limits = await repository.limits_of(session, user_id, default=(default_limits.tokens, default_limits.microdollars))
    models = await repository.totals_since(session, user_id, datetime.combine(since, time(), UTC))
    latest = next((one for one in days if one.day == today), None)
    counted = tuple(Day(one.day, one.calls, Amount(one.spent_tokens, one.spent_microdollars)) for one in days)
    return Overview(
        today=next((one for one in counted if one.day == today), Day(today, 0, Amount())),
        reserved=Amount(latest.reserved_tokens, latest.reserved_microdollars) if latest else Amount(),
        limits=Amount(*limits),
        days=counted,
        models=tuple(models),
    )
