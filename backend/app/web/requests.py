"""What a person asks for on a message: small forms beside it, each a POST of its own."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.actions import requesting
from app.db.models import Action
from app.doors.asking import Ctx
from app.errors import UserError
from app.mail.invitations import Answer
from app.web.asking import ChangingMe
from app.web.notes import note_for_request
from app.web.pages import see_other
from app.web.text import zone_of

router = APIRouter(prefix="/messages/{message_id}")

When = Annotated[str, Form()]
"""A local time, as a form sends it: 2026-11-23T08:00. Left out, it is the person's to mend."""
LOCAL_TIME: Final = "%Y-%m-%dT%H:%M"
MOST_TYPED: Final = 3_000


@router.post("/snooze")
async def snooze(message_id: UUID, *, until: When = "", request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    moment = _moment(until, me.timezone)
    action = await requesting.snooze(
        ctx.database, user_id=me.user_id, message_id=message_id, until=moment, clock=ctx.clock
    )
    return _back(request, action)


@router.post("/remind")
async def remind(message_id: UUID, *, at: When = "", request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    moment = _moment(at, me.timezone)
    action = await requesting.remind(
        ctx.database, user_id=me.user_id, message_id=message_id, at=moment, clock=ctx.clock
    )
    return _back(request, action)


@router.post("/forward")
async def forward(
    message_id: UUID,
    *,
    to: Annotated[str, Form(max_length=MOST_TYPED)] = "",
    note: Annotated[str, Form()] = "",
    attached: Annotated[bool, Form()] = False,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    action = await requesting.forward(
        ctx.database,
        user_id=me.user_id,
        message_id=message_id,
        to=to.replace(";", ",").replace("\n", ",").split(","),
        note=note.replace("\r\n", "\n"),
        attached=attached,
        clock=ctx.clock,
    )
    return _back(request, action)


@router.post("/rsvp")
async def rsvp(
    message_id: UUID, answer: Annotated[Answer, Form()], *, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    action = await requesting.rsvp(
        ctx.database, user_id=me.user_id, message_id=message_id, answer=answer, clock=ctx.clock
    )
    return _back(request, action)


@router.post("/unsubscribe")
async def unsubscribe(message_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    action = await requesting.unsubscribe(ctx.database, user_id=me.user_id, message_id=message_id, clock=ctx.clock)
    return _back(request, action)


def _moment(local: str, timezone: str) -> datetime:
    try:
        return datetime.strptime(local, LOCAL_TIME).replace(tzinfo=zone_of(timezone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError("This is no time that can be read. Choose a day and an hour.") from error


def _back(request: Request, action: Action) -> Response:
    # To the card itself: on a telephone it stands far below the message.
    return see_other(request, f"/messages/{action.message_id}#action-{action.id}", note_for_request(action.kind))
