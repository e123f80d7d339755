"""Deciding about an action: approve it, replace its text, or reject it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.actions import lifecycle
from app.actions.kinds import MAX_BODY
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
    return ActionShape.of(action)


@router.post("/edit")
async def edit(action_id: UUID, edited: Edited, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Replace the text of a reply or draft, and approve that."""
    action = await lifecycle.edit(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        body=edited.body,
        expected_hash=bytes.fromhex(edited.expected_hash),
        clock=ctx.clock,
    )
    return ActionShape.of(action)


@router.post("/reject")
async def reject(action_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    action = await lifecycle.reject(ctx.database, user_id=me.user_id, action_id=action_id, clock=ctx.clock)
    return ActionShape.of(action)
