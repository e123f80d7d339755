"""What waits for the person."""

from fastapi import APIRouter

from app.api.shapes import WaitingShape
from app.doors.asking import Ctx, Me
from app.review import repository

router = APIRouter(tags=["queue"])


@router.get("/queue")
async def queue(me: Me, ctx: Ctx) -> list[WaitingShape]:
    """Actions that wait, newest first, each with its message, why, risk and confidence."""
    async with ctx.database.transaction(me.user_id) as session:
        waiting = await repository.waiting(session, me.user_id, now=(now := ctx.clock()))
    return [WaitingShape.of(proposed, now) for proposed in waiting]
