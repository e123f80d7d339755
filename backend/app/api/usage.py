"""What language models cost, by day and by model, and today's budget."""

from datetime import date
from typing import Self

from fastapi import APIRouter

from app.api.shapes import Shape
from app.doors.asking import Ctx, Me
from app.triage.spending.ledger import Amount, default_limits
from app.triage.spending.overview import Day, Overview, overview
from app.triage.spending.repository import ModelTotal

router = APIRouter(tags=["usage"])


class AmountShape(Shape):
    tokens: int
    microdollars: int

    @classmethod
    def of(cls, amount: Amount) -> Self:
        return cls.model_validate(amount, from_attributes=True)


class DayShape(Shape):
    day: date
    calls: int
    spent: AmountShape

    @classmethod
    def of(cls, day: Day) -> Self:
        return cls(day=day.day, calls=day.calls, spent=AmountShape.of(day.spent))


class ModelShape(Shape):
    engine: str
    calls: int
    messages: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    microdollars: int
    unpriced_calls: int

    @classmethod
    def of(cls, total: ModelTotal) -> Self:
        return cls.model_validate(total, from_attributes=True)


class UsageShape(Shape):
    today: DayShape
    reserved: AmountShape
    limits: AmountShape
    days: list[DayShape]
    models: list[ModelShape]

    @classmethod
    def of(cls, found: Overview) -> Self:
        return cls(
            today=DayShape.of(found.today),
            reserved=AmountShape.of(found.reserved),
            limits=AmountShape.of(found.limits),
            days=[DayShape.of(one) for one in found.days],
            models=[ModelShape.of(one) for one in found.models],
        )


@router.get("/usage")
async def usage(me: Me, ctx: Ctx) -> UsageShape:
    """The last 30 days."""
    async with ctx.database.transaction(me.user_id) as session:
        found = await overview(session, me.user_id, now=ctx.clock(), default_limits=default_limits(ctx.settings))
    return UsageShape.of(found)
