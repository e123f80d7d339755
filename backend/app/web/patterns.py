"""What the user always does with a sender's mail: seen, forgotten, wanted again; and a skip that is taken back."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.doors.asking import Ctx, Me
from app.triage.patterns import keeping, repository
from app.triage.patterns.evidence import DAYS, ENOUGH
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()

PATTERNS: Final = "/settings/patterns"


@router.get(PATTERNS)
async def patterns(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        enabled = await repository.is_enabled(session, me.user_id)
        found = await repository.patterns(session, me.user_id)
        skips = await repository.skips(session, me.user_id)
    return await page(
        request,
        "patterns.html",
        me,
        enabled=enabled,
        patterns=found,
        skips=skips,
        words_of=keeping.words_of,
        outcome_of=keeping.outcome_of,
        enough=ENOUGH,
        days=DAYS,
    )


@router.post(PATTERNS)
async def switch(enabled: Annotated[bool, Form()], *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await keeping.switch(ctx.database, user_id=me.user_id, on=enabled)
    return see_other(request, PATTERNS, Note.PATTERNS_ON if enabled else Note.PATTERNS_OFF)


@router.post("/settings/patterns/{pattern_id}/forget")
async def forget(pattern_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await keeping.forget(ctx.database, pattern_id, user_id=me.user_id, now=ctx.clock())
    return see_other(request, PATTERNS, Note.PATTERN_FORGOTTEN)


@router.post("/settings/patterns/{pattern_id}/learn")
async def learn(pattern_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await keeping.want_again(ctx.database, pattern_id, user_id=me.user_id, now=ctx.clock())
    return see_other(request, PATTERNS, Note.PATTERN_LEARNED)


@router.post("/messages/{message_id}/judge")
async def judge(message_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await keeping.judge_again(ctx.database, message_id, user_id=me.user_id, clock=ctx.clock)
    return see_other(request, f"/messages/{message_id}", Note.JUDGED_AGAIN)
