"""The record: what the user made of the proposals of each engine, and how much could be left to it."""

from typing import Self

from fastapi import APIRouter

from app.api.shapes import Shape
from app.doors.asking import Ctx, Me
from app.triage.outcomes.measuring import ENOUGH_APPROVED, ENOUGH_OUTCOMES, Measured, measured
from app.triage.outcomes.repository import outcomes

router = APIRouter(tags=["record"])


class MeasuredShape(Shape):
    engine: str
    prompt_version: str
    kind: str
    outcomes: int
    approved: int
    proven: bool
    """Enough of the latest decisions approved it as it was: its confidence counts."""
    words: str
    calibration_error: float | None
    automatable: dict[str, float] | None
    """Allowed error to the share of steps that could be left to it; null while there are too few to say."""

    @classmethod
    def of(cls, one: Measured) -> Self:
        values = {name: getattr(one, name) for name in cls.model_fields if name not in {"proven", "words"}}
        return cls.model_validate(values | {"proven": one.latest.is_proof, "words": one.in_words})


class RecordShape(Shape):
    enough_outcomes: int = ENOUGH_OUTCOMES
    enough_approved: float = ENOUGH_APPROVED
    kinds: list[MeasuredShape]


@router.get("/record")
async def record(me: Me, ctx: Ctx) -> RecordShape:
    """By engine, prompt and kind of step, of the last 90 days."""
    async with ctx.database.transaction(me.user_id) as session:
        found = measured(await outcomes(session, me.user_id))
    return RecordShape(kinds=[MeasuredShape.of(one) for one in found])
