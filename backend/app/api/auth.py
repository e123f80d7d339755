"""Signing in and out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from app.accounts import magic_links, sessions
from app.accounts.tokens import new_token
from app.api.asking import ChangingMe
from app.api.shapes import Sentence, SessionShape
from app.doors.asking import CookieJar, Ctx, Me, throttled
from app.doors.cookies import Cookie
from app.doors.sign_in import SAME_FOR_ALL, mail_link

router = APIRouter(prefix="/auth", tags=["auth"])


class Asked(BaseModel):
    email: Annotated[str, Field(max_length=320)]


class Token(BaseModel):
    token: Annotated[str, Field(max_length=200)]


@router.post("/magic-link", status_code=HTTPStatus.ACCEPTED, dependencies=[Depends(throttled)])
async def ask_for_link(
    asked: Asked, *, ctx: Ctx, cookies: CookieJar, request: Request, response: Response, later: BackgroundTasks
) -> Sentence:
    """Mail a sign-in link. The answer is the same for every address."""
    browser_token = cookies.read(request, Cookie.BROWSER) or new_token()
    cookies.write(response, Cookie.BROWSER, browser_token)
    later.add_task(mail_link, ctx, email=asked.email, browser_token=browser_token)
    return Sentence(detail=SAME_FOR_ALL)


@router.post("/session", dependencies=[Depends(throttled)])
async def sign_in(token: Token, ctx: Ctx, cookies: CookieJar, request: Request, response: Response) -> SessionShape:
    """Use a sign-in link up, with the cookie of the browser that asked for it."""
    browser_token = cookies.read(request, Cookie.BROWSER)
    try:
        cookie = await magic_links.redeem(ctx.database, token=token.token, browser_token=browser_token, clock=ctx.clock)
    except magic_links.LinkRefusedError as error:
        raise HTTPException(HTTPStatus.FORBIDDEN, str(error)) from error
    me = await sessions.find(ctx.database, token=cookie, clock=ctx.clock)
    if me is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Sign in first.")
    cookies.write(response, Cookie.SESSION, cookie)
    cookies.forget(response, Cookie.BROWSER)
    return SessionShape(email=me.email, csrf_token=me.csrf_token)


@router.get("/session")
async def who_am_i(me: Me) -> SessionShape:
    return SessionShape(email=me.email, csrf_token=me.csrf_token)


@router.delete("/session", status_code=HTTPStatus.NO_CONTENT)
async def sign_out(me: ChangingMe, ctx: Ctx, cookies: CookieJar, response: Response) -> None:
    await sessions.end(ctx.database, me)
    cookies.forget(response, Cookie.SESSION)
