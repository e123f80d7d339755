"""One message with everything about it, and its original HTML in a frame that can do nothing."""

import asyncio
from typing import Final
from uuid import UUID

import nh3
from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from app.doors.asking import Ctx, Me
from app.doors.headers import FRAME_POLICY
from app.errors import NotFoundError
from app.review import repository
from app.review.retry import retry_message
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import TEMPLATES, page, see_other
from app.web.possible import possible_with

router = APIRouter()

NOTHING: Final = "There is no such message."

# Nothing that loads, links, runs or styles: words, tables and emphasis are left. Its images show as their words.
KEPT_TAGS: Final = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "div", "dl", "dt", "em",
    "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
})  # fmt: skip
KEPT_ATTRIBUTES: Final = {
    "*": {"dir", "lang"},
    "img": {"alt"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "valign"},
    "p": {"align"},
    "div": {"align"},
}
EMPTIED_TAGS: Final = frozenset({"script", "style", "title", "template", "noscript"})


@router.get("/messages/{message_id}")
async def message(message_id: UUID, request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        whole = await repository.whole_message(session, me.user_id, message_id)
    if whole is None:
        raise NotFoundError(NOTHING)
    possible = possible_with(whole, me, ctx.clock())
    return await page(request, "message.html", me, whole=whole, message=whole.message, possible=possible)


@router.get("/messages/{message_id}/original")
async def original(message_id: UUID, request: Request, me: Me, ctx: Ctx) -> Response:
    await _html(ctx, me.user_id, message_id)
    return await page(request, "original.html", me, message_id=message_id)


@router.get("/messages/{message_id}/original/frame")
async def original_frame(message_id: UUID, me: Me, ctx: Ctx) -> Response:
    # In a thread: a mail of several megabytes takes it a while.
    cleaned = await asyncio.to_thread(
        nh3.clean,
        await _html(ctx, me.user_id, message_id),
        tags=set(KEPT_TAGS),
        attributes=KEPT_ATTRIBUTES,
        clean_content_tags=set(EMPTIED_TAGS),
        link_rel=None,
    )
    body = TEMPLATES.get_template("frame.html").render(cleaned=cleaned)
    return HTMLResponse(body, headers={"Content-Security-Policy": FRAME_POLICY})


@router.post("/messages/{message_id}/retry")
async def retry(message_id: UUID, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await retry_message(ctx.database, user_id=me.user_id, message_id=message_id, clock=ctx.clock)
    return see_other(request, f"/messages/{message_id}", Note.RETRIED)


async def _html(ctx: Ctx, user_id: UUID, message_id: UUID) -> str:
    async with ctx.database.transaction(user_id) as session:
        html = await repository.original_html(session, user_id, message_id)
    if html is None:
        raise NotFoundError("There is no such message, or it has no HTML.")
    return html
