"""HTTP answers as Gmail gives them, and the broken ones a fault asks for."""

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.simulator.api_error import ApiError

JSON_TYPE = "application/json; charset=UTF-8"
TRANSPORT_KEY = "simulator.transport"
SMALLEST_GZIP = 500
# Close with RST instead of FIN: linger on, for no time.
_RESET = struct.pack("ii", 1, 0)


def json_answer(
    request: Request, body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    found = {"Content-Type": JSON_TYPE, "Vary": "Origin, X-Origin, Referer", **(headers or {})}
    if _wants_gzip(request) and len(content) >= SMALLEST_GZIP:
        content = gzip.compress(content, compresslevel=1)
        found["Content-Encoding"] = "gzip"
    return Response(content, status, found)


def _wants_gzip(request: Request) -> bool:
    # Google compresses only for clients that name gzip in their User-Agent too.
    return "gzip" in request.headers.get("accept-encoding", "") and "gzip" in request.headers.get("user-agent", "")


def empty_answer() -> Response:
    return Response(status_code=204, headers={"Vary": "Origin, X-Origin, Referer"})


def error_answer(request: Request, error: ApiError, *, retry_after: str = "") -> Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    if error.code == 401:  # noqa: PLR2004 - the status itself
        headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
    return json_answer(request, error.body(), status=error.code, headers=headers)


def malformed_answer(body: Mapping[str, Any] | None) -> Response:
    """JSON that breaks off in the middle, with a length that agrees with it."""
    content = json.dumps(body or {"id": ""}).encode()
    return Response(content[: max(1, len(content) // 2)], headers={"Content-Type": JSON_TYPE})


class DroppedConnection(Response):
    """No answer: the connection closes after a while, or is reset."""

    def __init__(self, *, after: timedelta, reset: bool = False) -> None:
        super().__init__()
        self._after = after
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _until_gone(receive, self._after)
        transport = scope.get(TRANSPORT_KEY)
        if transport is None:
            # Inside a batch there is no connection of its own to drop; a gateway would answer this.
            await Response(status_code=504)(scope, receive, send)
            return
        if self._reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
        # The server must have seen the connection go before this call returns, or it would complain of no answer.
        await _until_gone(receive, timedelta(seconds=5))


async def _until_gone(receive: Receive, longest: timedelta) -> None:
    try:
        async with asyncio.timeout(longest.total_seconds()):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
