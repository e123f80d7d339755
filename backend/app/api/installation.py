"""The kill switch of the whole installation; for operators."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from app.accounts import installation
from app.accounts.sessions import SignedIn
from app.api.asking import ChangingMe
from app.api.shapes import Shape
from app.doors.asking import Ctx, Me

router = APIRouter(prefix="/installation", tags=["installation"])


class Installation(Shape):
    effects_paused: bool


def operator(me: ChangingMe) -> SignedIn:
    if not me.is_operator:
        raise HTTPException(HTTPStatus.FORBIDDEN, "Only operators of this installation may do that.")
    return me


ChangingOperator = Annotated[SignedIn, Depends(operator)]


@router.get("")
async def standing(me: Me, ctx: Ctx) -> Installation:
    async with ctx.database.transaction(me.user_id) as session:
        return Installation(effects_paused=await installation.is_paused(session))


@router.post("/pause")
async def pause(me: ChangingOperator, ctx: Ctx) -> Installation:
    """Stop everything that is sent or changed, for everybody."""
    await installation.pause(ctx.database, paused=True, operator=me.user_id)
    return Installation(effects_paused=True)


@router.post("/resume")
async def resume(me: ChangingOperator, ctx: Ctx) -> Installation:
    await installation.pause(ctx.database, paused=False, operator=me.user_id)
    return Installation(effects_paused=False)
