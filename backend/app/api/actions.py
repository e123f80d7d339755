"""Deciding about an action: approve, edit, save as a draft, reject, put off, raise, try again, settle, undo."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from app.actions import lifecycle
from app.actions.editing import reword
from app.actions.kinds import MAX_BODY
from app.actions.saving import save_as_draft as save_reply_as_draft
from app.actions.undo import undo as undo_action
from app.api.asking import ChangingMe
from app.api.shapes import ActionShape
from app.doors.asking import Ctx

router = APIRouter(prefix="/actions/{action_id}", tags=["actions"])

ContentHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Seen(BaseModel):
    expected_hash: ContentHash
    """The content_hash of what the person saw; 409 when it has changed since."""


class Edited(Seen):
    body: Annotated[str, Field(max_length=MAX_BODY)]
    approve: bool = True
    """False: it waits on with this text, in the state edited."""


class Later(BaseModel):
    until: AwareDatetime
    """When to ask again."""


class Happened(BaseModel):
    happened: bool


@router.post("/approve")
async def approve(action_id: UUID, seen: Seen, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Let it happen exactly as it was seen."""
    action = await lifecycle.approve(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        expected_hash=bytes.fromhex(seen.expected_hash),
        clock=ctx.clock,
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/edit")
async def edit(action_id: UUID, edited: Edited, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Replace the text of a reply or draft, and approve that unless told otherwise."""
    change = lifecycle.edit if edited.approve else reword
    action = await change(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        body=edited.body,
        expected_hash=bytes.fromhex(edited.expected_hash),
        clock=ctx.clock,
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/save-as-draft")
async def save_as_draft(action_id: UUID, seen: Seen, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Close a waiting reply and leave it as a draft in Gmail; what comes back is the action that saves the draft."""
    draft = await save_reply_as_draft(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        expected_hash=bytes.fromhex(seen.expected_hash),
        clock=ctx.clock,
    )
    return ActionShape.of(draft, ctx.clock())


@router.post("/reject")
async def reject(action_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    action = await lifecycle.reject(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return ActionShape.of(action, ctx.clock())


@router.post("/postpone")
async def postpone(action_id: UUID, later: Later, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Ask again later."""
    action = await lifecycle.postpone(
        ctx.database, user_id=me.user_id, action_id=action_id, until=later.until, clock=ctx.clock
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/escalate")
async def escalate(action_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Raise it to the top of what waits, and have the person told once more."""
    action = await lifecycle.escalate(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return ActionShape.of(action, ctx.clock())


@router.post("/retry")
async def retry(action_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Try a failed action once more, as it is."""
    action = await lifecycle.retry(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return ActionShape.of(action, ctx.clock())


@router.post("/settle")
async def settle(action_id: UUID, said: Happened, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Say of an action whose outcome is unknown whether it happened."""
    action = await lifecycle.settle(
        ctx.database, user_id=me.user_id, action_id=action_id, happened=said.happened, clock=ctx.clock
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/undo")
async def undo(action_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Put back what it changed; what the person has changed since stays."""
    action = await undo_action(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return ActionShape.of(action, ctx.clock())
