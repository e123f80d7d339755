"""What a person asks for on a message: putting it off, a reminder, an answer to an invitation, and the like."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from app.actions import requesting
from app.actions.building import MAX_NOTE, MOST_FORWARDED_TO
from app.api.asking import ChangingMe
from app.api.shapes import ActionShape
from app.doors.asking import Ctx
from app.mail.invitations import Answer

router = APIRouter(prefix="/messages/{message_id}", tags=["messages"])


class Snooze(BaseModel):
    until: AwareDatetime


class Reminder(BaseModel):
    at: AwareDatetime


class Forward(BaseModel):
    to: Annotated[list[Annotated[str, Field(max_length=254)]], Field(min_length=1, max_length=MOST_FORWARDED_TO)]
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    attached: bool = True
    """The whole message goes along as a file; else it is quoted, and its attachments are named as left out."""


class Rsvp(BaseModel):
    answer: Answer


@router.post("/snooze")
async def snooze(message_id: UUID, wanted: Snooze, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Take it out of the inbox until a time; this happens at once."""
    action = await requesting.snooze(
        ctx.database, user_id=me.user_id, message_id=message_id, until=wanted.until, clock=ctx.clock
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/remind")
async def remind(message_id: UUID, wanted: Reminder, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Come back to it if nobody has answered by then."""
    action = await requesting.remind(
        ctx.database, user_id=me.user_id, message_id=message_id, at=wanted.at, clock=ctx.clock
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/forward")
async def forward(message_id: UUID, wanted: Forward, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Prepare passing it on; approve what comes back, and it is sent."""
    action = await requesting.forward(
        ctx.database, user_id=me.user_id, message_id=message_id, clock=ctx.clock, **wanted.model_dump()
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/rsvp")
async def rsvp(message_id: UUID, wanted: Rsvp, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Prepare answering the invitation; approve what comes back, and it is sent."""
    action = await requesting.rsvp(
        ctx.database, user_id=me.user_id, message_id=message_id, answer=wanted.answer, clock=ctx.clock
    )
    return ActionShape.of(action, ctx.clock())


@router.post("/unsubscribe")
async def unsubscribe(message_id: UUID, me: ChangingMe, ctx: Ctx) -> ActionShape:
    """Prepare leaving the list; approve what comes back, and it is asked."""
    action = await requesting.unsubscribe(ctx.database, user_id=me.user_id, message_id=message_id, clock=ctx.clock)
    return ActionShape.of(action, ctx.clock())
