"""Keeps web pages, and other people of the machine, away from a simulator that listens on loopback."""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOCAL_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_HEADER: Final = "X-Simulator-Token"  # noqa: S105 - a header's name
TOKEN_VARIABLE: Final = "SIMULATOR_TOKEN"  # noqa: S105 - a variable's name
STEERING: Final = ("/_simulator", "/_simulator/")


class Gatekeeper:
    """Refuses what a browser sends on behalf of a page from elsewhere, and steering without the token, if one is set.

    The names in Host are checked as well: a page whose own name was made to point at loopback shows by that name.
    """

    def __init__(self, app: ASGIApp, *, token: str = "") -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._refusal(Headers(scope=scope), str(scope["path"]))
            if refusal is not None:
                await PlainTextResponse(refusal, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Mapping[str, str], path: str) -> str | None:
        origin = headers.get("origin")
        if not _is_local(f"//{headers.get('host', '')}") or (origin is not None and not _is_local(origin)):
            return "The simulator only answers this machine, under the names 127.0.0.1 and localhost."
        if headers.get("sec-fetch-site") == "cross-site":
            return "The simulator does not answer pages of other sites."
        steers = path == STEERING[0] or path.startswith(STEERING[1])
        if self._token and steers and not hmac.compare_digest(headers.get(TOKEN_HEADER.lower(), ""), self._token):
            return f"Steering this simulator needs its token in the header {TOKEN_HEADER}."
        return None


def _is_local(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOCAL_NAMES
    except ValueError:
        return False
