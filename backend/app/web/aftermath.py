"""What a person does about an action besides deciding: put it off, raise it, try again, settle it, undo it."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.actions import lifecycle
from app.actions.undo import undo as undo_action
from app.doors.asking import Ctx
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import see_other
from app.web.queue import BackTo, path_back

router = APIRouter(prefix="/actions/{action_id}")

Back = Annotated[BackTo, Form()]


@router.post("/postpone")
async def postpone(
    action_id: UUID,
    days: Annotated[int, Form(ge=1, le=lifecycle.LONGEST_POSTPONEMENT.days)],
    *,
    back_to: Back = BackTo.QUEUE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    until = ctx.clock() + timedelta(days=days)
    action = await lifecycle.postpone(
        ctx.database, user_id=me.user_id, action_id=action_id, until=until, clock=ctx.clock
    )
    return see_other(request, path_back(back_to, action.message_id), Note.POSTPONED)


@router.post("/escalate")
async def escalate(
    action_id: UUID, *, back_to: Back = BackTo.QUEUE, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    action = await lifecycle.escalate(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return see_other(request, path_back(back_to, action.message_id), Note.ESCALATED)


@router.post("/retry")
async def retry(
    action_id: UUID, *, back_to: Back = BackTo.MESSAGE, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    action = await lifecycle.retry(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return see_other(request, path_back(back_to, action.message_id), Note.TRIED_AGAIN)


@router.post("/settle")
async def settle(
    action_id: UUID,
    happened: Annotated[bool, Form()],
    *,
    back_to: Back = BackTo.MESSAGE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    action = await lifecycle.settle(
        ctx.database, user_id=me.user_id, action_id=action_id, happened=happened, clock=ctx.clock
    )
    return see_other(request, path_back(back_to, action.message_id), Note.SETTLED)


@router.post("/undo")
async def undo(
    action_id: UUID, *, back_to: Back = BackTo.MESSAGE, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    action = await undo_action(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return see_other(request, path_back(back_to, action.message_id), Note.UNDOING)
