"""Whom a waiting reply goes to, and from which of the user's own addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.actions import addressing
from app.api.actions import ContentHash
from app.api.asking import ChangingMe
from app.api.shapes import ActionShape, ChoicesShape
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError, UserError
from app.review import repository

router = APIRouter(prefix="/actions/{action_id}", tags=["actions"])


class Readdressed(BaseModel):
    """What is left out stays as it is. Recipients cannot be named: code finds them."""

    model_config = ConfigDict(extra="forbid")

    expected_hash: ContentHash
    """The content_hash of what the person saw; 409 when it has changed since."""
    everyone: bool | None = None
    """All who were addressed get it, else the sender alone."""
    sender: Annotated[str, Field(max_length=254)] | None = None
    """One of the identities."""


@router.get("/addressing")
async def choices(action_id: UUID, me: Me, ctx: Ctx) -> ChoicesShape:
    """What a reply can be changed to as long as it waits."""
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.proposed(session, me.user_id, action_id)
    if found is None:
        raise NotFoundError("There is no such action.")
    possible = addressing.choices_for(found.action, found.message, found.mailbox, me.email)
    if possible is None:
        raise UserError(addressing.NO_CHOICE)
    return ChoicesShape.of(possible)


@router.post("/addressing")
async def readdress(action_id: UUID, wanted: Readdressed, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Change it; it still waits, with another content_hash. 409 once it is approved."""
    action = await addressing.readdress(
        ctx.database,
        user_id=me.user_id,
        action_id=action_id,
        everyone=wanted.everyone,
        sender=wanted.sender,
        expected_hash=bytes.fromhex(wanted.expected_hash),
        clock=ctx.clock,
    )
    return ActionShape.of(action, ctx.clock())
