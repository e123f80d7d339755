"""Switching a mailbox out of shadow mode: what that means, what would have been done so far, and for which steps."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.accounts.repository import mailbox_by_id, user_by_id
from app.actions import shadow
from app.actions.kinds import SWITCHABLE
from app.db.models import ActionKind
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError, UserError
from app.review import repository
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter(prefix="/mailboxes/{mailbox_id}/unasked")

SETTINGS: Final = "/settings"


@router.get("")
async def unasked(mailbox_id: UUID, request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        mailbox = await mailbox_by_id(session, me.user_id, mailbox_id)
        user = await user_by_id(session, me.user_id)
        shown = await repository.shadowed(session, me.user_id, mailbox_id, now=ctx.clock())
    if mailbox is None or user is None:
        raise NotFoundError("There is no such mailbox.")
    return await page(request, "unasked.html", me, mailbox=mailbox, user=user, shown=shown, kinds=SWITCHABLE)


@router.post("")
async def switch(
    mailbox_id: UUID,
    *,
    kinds: Annotated[list[ActionKind] | None, Form()] = None,
    confirmed: Annotated[bool, Form()] = False,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    wanted = set(kinds or ())
    if wanted and not confirmed:
        raise UserError("Nothing was switched on: tick that you agree, then switch it on.")
    await shadow.switch(ctx.database, user_id=me.user_id, mailbox_id=mailbox_id, live_kinds=wanted, clock=ctx.clock)
    return see_other(request, SETTINGS, Note.SWITCHED_ON if wanted else Note.SWITCHED_OFF)
