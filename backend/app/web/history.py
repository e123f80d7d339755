"""What was done, by whom and why; what failed; what was set aside."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.db.models import MessageState
from app.doors.asking import Ctx, Me
from app.review import repository
from app.review.repository import PAGE, Chapter
from app.web.pages import page

router = APIRouter()


@router.get("/history")
async def history(
    request: Request, me: Me, ctx: Ctx, chapter: Chapter = Chapter.UNASKED, before: UUID | None = None
) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.history(session, me.user_id, chapter=chapter, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    older = f"/history?chapter={chapter}&before={shown[-1].action.id}" if len(found) > PAGE else None
    return await page(request, "history.html", me, chapter=chapter, shown=shown, older=older)


@router.get("/history/set-aside")
async def set_aside(request: Request, me: Me, ctx: Ctx, before: UUID | None = None) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.messages(
            session, me.user_id, state=MessageState.QUARANTINED, before=before, limit=PAGE + 1
        )
    shown = found[:PAGE]
    older = f"/history/set-aside?before={shown[-1].message.id}" if len(found) > PAGE else None
    return await page(request, "set_aside.html", me, shown=shown, older=older)
