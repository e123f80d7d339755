"""Changing whom a waiting reply goes to, or from which address it leaves; what comes of it is shown, and waits."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.actions.addressing import readdress as readdress_action
from app.doors.asking import Ctx
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import see_other
from app.web.queue import BackTo, ContentHash, path_back

router = APIRouter(prefix="/actions/{action_id}")

LONGEST: Final = 254


@router.post("/addressing")
async def readdress(
    action_id: UUID,
    expected_hash: ContentHash,
    *,
    everyone: Annotated[bool | None, Form()] = None,
    sender: Annotated[str | None, Form(max_length=LONGEST)] = None,
    back_to: Annotated[BackTo, Form()] = BackTo.MESSAGE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    action = await readdress_action(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        everyone=everyone,
        sender=sender,
        expected_hash=bytes.fromhex(expected_hash),
        clock=ctx.clock,
    )
    return see_other(request, f"{path_back(back_to, action.message_id)}#action-{action.id}", Note.READDRESSED)
