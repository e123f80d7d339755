"""The record: what the user made of the proposals of each engine, and how much could be left to it."""

from fastapi import APIRouter, Request, Response

from app.doors.asking import Ctx, Me
from app.policy.calibration import ERRORS
from app.triage.outcomes.measuring import measured
from app.triage.outcomes.repository import outcomes
from app.web.pages import page

router = APIRouter()


@router.get("/settings/record")
async def record(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        found = measured(await outcomes(session, me.user_id))
    return await page(request, "record.html", me, found=found, errors=[f"{error:.0%}" for error in ERRORS])
