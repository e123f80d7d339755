"""Queries of spending: the day's account of a user, and what was used for which message."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import ModelDay, ModelUsage, User, utc_now

Pair = tuple[int, int]
"""Tokens and microdollars."""


@dataclass(frozen=True, slots=True)
class ModelTotal:
    """What one model was asked and cost within a span of time."""

    engine: str
    calls: int
    messages: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    microdollars: int
    unpriced_calls: int


async def limits_of(session: AsyncSession, user_id: UUID, *, default: Pair) -> Pair:
    """The user's own limits, where an operator has set any."""
    found = await session.execute(
        select(User.daily_model_tokens, User.daily_model_microdollars).where(User.id == user_id)
    )
    tokens, microdollars = found.one()
    return (default[0] if tokens is None else tokens, default[1] if microdollars is None else microdollars)


async def reserve(session: AsyncSession, user_id: UUID, day: date, *, amount: Pair, limits: Pair) -> bool:
    """Set an amount aside if the limits allow it; one statement, so that two workers cannot both have the rest."""
    fresh = insert(ModelDay).values(
        user_id=user_id,
        day=day,
        created_at=utc_now(),
        spent_tokens=0,
        spent_microdollars=0,
        reserved_tokens=0,
        reserved_microdollars=0,
        calls=0,
    )
    await session.execute(fresh.on_conflict_do_nothing(index_elements=[ModelDay.user_id, ModelDay.day]))
    taken = (
        update(ModelDay)
        .where(
            ModelDay.user_id == user_id,
            ModelDay.day == day,
            ModelDay.spent_tokens + ModelDay.reserved_tokens + amount[0] <= limits[0],
            ModelDay.spent_microdollars + ModelDay.reserved_microdollars + amount[1] <= limits[1],
        )
        .values(
            reserved_tokens=ModelDay.reserved_tokens + amount[0],
            reserved_microdollars=ModelDay.reserved_microdollars + amount[1],
        )
        .returning(ModelDay.id)
    )
    return await session.scalar(taken) is not None


async def settle(session: AsyncSession, user_id: UUID, day: date, *, reserved: Pair, spent: Pair) -> None:
    await session.execute(
        update(ModelDay)
        .where(ModelDay.user_id == user_id, ModelDay.day == day)
        .values(
            reserved_tokens=func.greatest(ModelDay.reserved_tokens - reserved[0], 0),
            reserved_microdollars=func.greatest(ModelDay.reserved_microdollars - reserved[1], 0),
            spent_tokens=ModelDay.spent_tokens + spent[0],
            spent_microdollars=ModelDay.spent_microdollars + spent[1],
            calls=ModelDay.calls + 1,
        )
    )


async def day_of(session: AsyncSession, user_id: UUID, day: date) -> ModelDay | None:
    return await session.scalar(select(ModelDay).where(ModelDay.user_id == user_id, ModelDay.day == day))


async def days_since(session: AsyncSession, user_id: UUID, first: date) -> list[ModelDay]:
    """The latest first."""
    found = await session.scalars(
        select(ModelDay).where(ModelDay.user_id == user_id, ModelDay.day >= first).order_by(ModelDay.day.desc())
    )
    return list(found)


async def totals_since(session: AsyncSession, user_id: UUID, since: datetime) -> list[ModelTotal]:
    """Per model, the most asked first."""
    found = await session.execute(
        select(
            ModelUsage.engine,
            func.count(),
            func.count(ModelUsage.message_id.distinct()),
            func.sum(ModelUsage.input_tokens),
            func.sum(ModelUsage.cached_tokens),
            func.sum(ModelUsage.output_tokens),
            func.coalesce(func.sum(ModelUsage.cost_microdollars), 0),
            func.count().filter(ModelUsage.cost_microdollars.is_(None)),
        )
        .where(ModelUsage.user_id == user_id, ModelUsage.created_at >= since)
        .group_by(ModelUsage.engine)
        .order_by(func.count().desc(), ModelUsage.engine)
    )
    return [ModelTotal(engine, *(int(value or 0) for value in counts)) for engine, *counts in found]
