"""Messages: pages of them, and one with everything about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.shapes import ListedMessage, Shape, WholeMessageShape
from app.db.models import MessageState
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError
from app.review import repository

router = APIRouter(prefix="/messages", tags=["messages"])


class Page(Shape):
    messages: list[ListedMessage]
    next: UUID | None
    """Ask again with before=… for the next page; null on the last one."""


@router.get("")
async def messages(
    me: Me,
    ctx: Ctx,
    *,
    state: MessageState | None = None,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = repository.PAGE,
) -> Page:
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.messages(session, me.user_id, state=state, before=before, limit=limit + 1)
    page = found[:limit]
    return Page(
        messages=[ListedMessage.of_listed(listed) for listed in page],
        next=page[-1].message.id if len(found) > limit else None,
    )


@router.get("/{message_id}")
async def message(message_id: UUID, me: Me, ctx: Ctx) -> WholeMessageShape:
    async with ctx.database.transaction(me.user_id) as session:
        whole = await repository.whole_message(session, me.user_id, message_id)
    if whole is None:
        raise NotFoundError("There is no such message.")
    return WholeMessageShape.of_whole(whole, ctx.clock())
