"""What waits for the person, what is about to go out, and the answers to it."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.actions import lifecycle
from app.actions.editing import reword
from app.actions.saving import save_as_draft as save_reply_as_draft
from app.doors.asking import Ctx, Me
from app.review import repository
from app.web.asking import ChangingMe
from app.web.notes import Note, note_for
from app.web.pages import page, see_other

router = APIRouter()

HASH_PATTERN: Final = r"^[0-9a-f]{64}$"

ContentHash = Annotated[str, Form(pattern=HASH_PATTERN)]


class BackTo(StrEnum):
    """Where a decision leads: an enumeration, so that no form can send the person elsewhere."""

    QUEUE = "queue"
    MESSAGE = "message"
    HISTORY = "history"


@router.get("/queue")
async def queue(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        waiting = await repository.waiting(session, me.user_id, now=ctx.clock())
        going_out = await repository.going_out(session, me.user_id, now=ctx.clock())
    return await page(request, "queue.html", me, waiting=waiting, going_out=going_out)


@router.post("/actions/{action_id}/approve")
async def approve(
    action_id: UUID,
    expected_hash: ContentHash,
    *,
    back_to: Annotated[BackTo, Form()] = BackTo.QUEUE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    action = await lifecycle.approve(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        expected_hash=bytes.fromhex(expected_hash),
        clock=ctx.clock,
    )
    return see_other(request, path_back(back_to, action.message_id), note_for(action.kind))


@router.post("/actions/{action_id}/edit")
async def edit(
    action_id: UUID,
    expected_hash: ContentHash,
    body: Annotated[str, Form()],
    *,
    keep: Annotated[bool, Form()] = False,
    back_to: Annotated[BackTo, Form()] = BackTo.MESSAGE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    change = reword if keep else lifecycle.edit
    action = await change(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        body=body.replace("\r\n", "\n"),  # forms send every line end as two characters
        expected_hash=bytes.fromhex(expected_hash),
        clock=ctx.clock,
    )
    if keep:
        return see_other(request, f"{path_back(back_to, action.message_id)}#action-{action.id}", Note.KEPT)
    return see_other(request, path_back(BackTo.MESSAGE, action.message_id), note_for(action.kind))


@router.post("/actions/{action_id}/save-as-draft")
async def save_as_draft(
    action_id: UUID,
    expected_hash: ContentHash,
    *,
    back_to: Annotated[BackTo, Form()] = BackTo.QUEUE,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    draft = await save_reply_as_draft(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        expected_hash=bytes.fromhex(expected_hash),
        clock=ctx.clock,
    )
    return see_other(request, path_back(back_to, draft.message_id), Note.DRAFT_SAVED)


@router.post("/actions/{action_id}/reject")
async def reject(
    action_id: UUID, *, back_to: Annotated[BackTo, Form()] = BackTo.QUEUE, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    action = await lifecycle.reject(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return see_other(request, path_back(back_to, action.message_id), Note.REJECTED)


@router.post("/actions/{action_id}/stop")
async def stop(
    action_id: UUID, *, back_to: Annotated[BackTo, Form()] = BackTo.QUEUE, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    """Before its delay is over; the same as rejecting, in other words."""
    action = await lifecycle.reject(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return see_other(request, path_back(back_to, action.message_id), Note.STOPPED)


def path_back(back_to: BackTo, message_id: UUID) -> str:
    match back_to:
        case BackTo.QUEUE:
            return "/queue"
        case BackTo.HISTORY:
            return "/history"
        case BackTo.MESSAGE:
            return f"/messages/{message_id}"
