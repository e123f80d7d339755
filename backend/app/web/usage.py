"""Usage: what language models have cost, and how much of today's budget is left."""

from fastapi import APIRouter, Request, Response

from app.doors.asking import Ctx, Me
from app.settings import OFFLINE_ENGINE
from app.triage.spending.ledger import default_limits
from app.triage.spending.overview import DAYS, overview
from app.triage.spending.prices import SOURCE
from app.web.pages import page

router = APIRouter()


@router.get("/settings/usage")
async def usage(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        found = await overview(session, me.user_id, now=ctx.clock(), default_limits=default_limits(ctx.settings))
    model = ctx.settings.model if ctx.engine.name != OFFLINE_ENGINE else None
    return await page(request, "usage.html", me, found=found, days=DAYS, model=model, source=SOURCE)
