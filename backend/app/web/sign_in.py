"""Signing in by a mailed link: ask, open the link, confirm with a button."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, HTTPException, Query, Request, Response

from app.accounts import magic_links, sessions
from app.accounts.tokens import new_token
from app.doors.asking import CookieJar, Ctx, Whoever, throttled
from app.doors.cookies import Cookie
from app.doors.sign_in import LINK_PATH, SAME_FOR_ALL, mail_link
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()


@router.get("/")
async def front(request: Request, me: Whoever) -> Response:
    return see_other(request, "/sign-in" if me is None else "/queue")


@router.get("/sign-in")
async def sign_in_page(request: Request, me: Whoever) -> Response:
    if me is not None:
        return see_other(request, "/queue")
    return await page(request, "sign_in.html", None)


@router.post("/sign-in", dependencies=[Depends(throttled)])
async def ask_for_link(
    email: Annotated[str, Form(max_length=320)],
    *,
    request: Request,
    ctx: Ctx,
    cookies: CookieJar,
    later: BackgroundTasks,
) -> Response:
    browser_token = cookies.read(request, Cookie.BROWSER) or new_token()
    later.add_task(mail_link, ctx, email=email, browser_token=browser_token)
    response = await page(request, "link_sent.html", None, sentence=SAME_FOR_ALL)
    response.background = later
    cookies.write(response, Cookie.BROWSER, browser_token)
    return response


@router.get(LINK_PATH)
async def link_page(request: Request, token: Annotated[str, Query(max_length=200)]) -> Response:
    """Only shows a button: mail scanners open links, and must not use them up."""
    return await page(request, "link.html", None, token=token)


@router.post(LINK_PATH, dependencies=[Depends(throttled)])
async def sign_in(
    token: Annotated[str, Form(max_length=200)], *, request: Request, ctx: Ctx, cookies: CookieJar, me: Whoever
) -> Response:
    browser_token = cookies.read(request, Cookie.BROWSER)
    try:
        cookie = await magic_links.redeem(ctx.database, token=token, browser_token=browser_token, clock=ctx.clock)
    except magic_links.LinkRefusedError as error:
        raise HTTPException(HTTPStatus.FORBIDDEN, str(error)) from error
    if me is not None:
        await sessions.end(ctx.database, me)
    response = see_other(request, "/queue")
    cookies.write(response, Cookie.SESSION, cookie)
    cookies.forget(response, Cookie.BROWSER)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, me: ChangingMe, ctx: Ctx, cookies: CookieJar) -> Response:
    await sessions.end(ctx.database, me)
    return _signed_out(request, cookies)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(request: Request, me: ChangingMe, ctx: Ctx, cookies: CookieJar) -> Response:
    await sessions.end_everywhere(ctx.database, me)
    return _signed_out(request, cookies)


def _signed_out(request: Request, cookies: CookieJar) -> Response:
    response = see_other(request, "/sign-in", Note.SIGNED_OUT)
    cookies.forget(response, Cookie.SESSION)
    return response
