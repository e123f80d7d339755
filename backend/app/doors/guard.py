"""What no request gets past: changes that another site asks for, and bodies without measure."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY: Final = 1024 * 1024
OWN_SITES: Final = frozenset({"same-origin", "none"})


class Guard:
    """Stands behind the CSRF tokens, and before the sign-in form, which has no session to bind a token to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _foreign(headers) or _unmeasured(headers)
        await (refusal or self._app)(scope, receive, send)


def _foreign(headers: Headers) -> PlainTextResponse | None:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site in OWN_SITES:
        return None
    # Sec-Fetch-Site is missing in older browsers, and on pages that came over plain http from another machine
    if site is None and (origin is None or urlsplit(origin).netloc == headers.get("host")):
        return None
    return PlainTextResponse("This request came from another site and was refused.", HTTPStatus.FORBIDDEN)


def _unmeasured(headers: Headers) -> PlainTextResponse | None:
    length = headers.get("content-length")
    if length is None and "transfer-encoding" in headers:
        return PlainTextResponse("Say how long the body is.", HTTPStatus.LENGTH_REQUIRED)
    if length is not None and not (length.isdecimal() and int(length) <= LARGEST_BODY):
        return PlainTextResponse("That is too much at once.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None
