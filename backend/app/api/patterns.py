"""What the user always does with a sender's mail, and messages that no model was asked about because of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.api.asking import ChangingMe
from app.api.shapes import Shape
from app.db.models import SenderPattern
from app.doors.asking import Ctx, Me
from app.triage.patterns import keeping, repository

router = APIRouter(tags=["patterns"])


class PatternShape(Shape):
    id: UUID
    sender: str
    list_id: str
    kind: str
    state: str
    mails: int
    """So many in a row it was learnt from."""
    words: str
    learned_at: datetime
    forgotten_at: datetime | None
    forgotten_by: str | None
    skipped: int
    skipped_at: datetime | None

    @classmethod
    def of(cls, pattern: SenderPattern) -> Self:
        values = {name: getattr(pattern, name) for name in cls.model_fields if name != "words"}
        return cls.model_validate(values | {"words": keeping.words_of(pattern)})


class SkipShape(Shape):
    message_id: UUID
    sender_address: str
    subject: str
    received_at: datetime

    @classmethod
    def of(cls, skip: repository.Skip) -> Self:
        return cls.model_validate(skip, from_attributes=True)


class PatternsShape(Shape):
    enabled: bool
    patterns: list[PatternShape]
    skips: list[SkipShape]
    """The latest messages that no model was asked about."""


class Switched(BaseModel):
    enabled: bool


@router.get("/patterns")
async def patterns(me: Me, ctx: Ctx) -> PatternsShape:
    async with ctx.database.transaction(me.user_id) as session:
        return PatternsShape(
            enabled=await repository.is_enabled(session, me.user_id),
            patterns=[PatternShape.of(one) for one in await repository.patterns(session, me.user_id)],
            skips=[SkipShape.of(one) for one in await repository.skips(session, me.user_id)],
        )


@router.put("/patterns")
async def switch(wanted: Switched, me: ChangingMe, ctx: Ctx) -> PatternsShape:
    """Switch all of them on or off."""
    await keeping.switch(ctx.database, user_id=me.user_id, on=wanted.enabled)
    return await patterns(me, ctx)


@router.post("/patterns/{pattern_id}/forget")
async def forget(pattern_id: UUID, me: ChangingMe, ctx: Ctx) -> PatternShape:
    """It is not learnt again before the user wants it."""
    return PatternShape.of(await keeping.forget(ctx.database, pattern_id, user_id=me.user_id, now=ctx.clock()))


@router.post("/patterns/{pattern_id}/learn")
async def learn(pattern_id: UUID, me: ChangingMe, ctx: Ctx) -> PatternShape:
    """Let one that was forgotten hold again."""
    return PatternShape.of(await keeping.want_again(ctx.database, pattern_id, user_id=me.user_id, now=ctx.clock()))


@router.post("/messages/{message_id}/judge", status_code=HTTPStatus.ACCEPTED)
async def judge(message_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    """Take a skip back: the engine judges the message, and the pattern behind it is forgotten."""
    await keeping.judge_again(ctx.database, message_id, user_id=me.user_id, clock=ctx.clock)
