"""Who is asking: what each handler may depend on."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Path, Request

from app.accounts import sessions
from app.accounts.oauth import Connections
from app.accounts.sessions import SignedIn
from app.accounts.throttle import Throttle
from app.doors.cookies import Cookie, Cookies
from app.resources import Resources

CSRF_REFUSED: Final = "This form is from an earlier session. Go back, reload the page and try again."
TOO_MANY_TRIES: Final = "Too many tries from your address. Wait a quarter of an hour, then try again."


def resources_of(request: Request) -> Resources:
    return request.app.state.resources


def cookies_of(request: Request) -> Cookies:
    return Cookies(secure=resources_of(request).settings.secure_cookies)


def connections_of(request: Request) -> Connections:
    ctx = resources_of(request)
    return Connections(ctx.database, ctx.vault, ctx.http, ctx.settings, ctx.clock)


async def whoever(request: Request) -> SignedIn | None:
    ctx = resources_of(request)
    token = cookies_of(request).read(request, Cookie.SESSION)
    return await sessions.find(ctx.database, token=token, clock=ctx.clock)


async def signed_in(someone: Annotated[SignedIn | None, Depends(whoever)]) -> SignedIn:
    if someone is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "Sign in first.")
    return someone


def throttled(request: Request) -> None:
    """For the ways in that need no session: raises 429 when this source tries too often."""
    throttle: Throttle = request.app.state.throttle
    if not throttle.allows(request.client.host if request.client else "unknown"):
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY_TRIES, headers={"Retry-After": "900"})


Ctx = Annotated[Resources, Depends(resources_of)]
CookieJar = Annotated[Cookies, Depends(cookies_of)]
Pieces = Annotated[Connections, Depends(connections_of)]
Whoever = Annotated[SignedIn | None, Depends(whoever)]
Me = Annotated[SignedIn, Depends(signed_in)]
ProviderMessageId = Annotated[str, Path(pattern=r"^[\w-]{1,100}$")]
