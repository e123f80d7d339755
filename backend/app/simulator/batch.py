"""Batches: many calls in one multipart request, each answered in its own part."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.answers import error_answer
from app.simulator.api_error import ApiError
from app.simulator.mime import Part, parse_mail, split_headers

MOST_CALLS = 100
NOT_PASSED_ON = frozenset({"accept-encoding", "content-length", "host"})
"""An answer inside a batch is never compressed by itself: the parts are text."""
_REQUEST_LINE = re.compile(rb"\s*([A-Z]+) (\S+)(?: HTTP/\d(?:\.\d)?)?[ \t]*\r?\n?")


def batch_routes() -> list[Route]:
    return [Route(path, batch, methods=["POST"]) for path in ("/batch", "/batch/gmail/v1")]


@dataclass(frozen=True, slots=True)
class _Inner:
    content_id: str
    verb: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


async def batch(request: Request) -> Response:
    content_type = request.headers.get("content-type", "")
    content = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + await request.body()
    parts = parse_mail(content).parts
    if not content_type.lower().startswith("multipart/mixed") or not parts:
        return error_answer(request, ApiError(400, "badRequest", "Failed to parse batch request."))
    if len(parts) > MOST_CALLS:
        message = f"The batch request contains {len(parts)} calls, exceeding the limit of {MOST_CALLS}"
        return error_answer(request, ApiError(400, "badRequest", message))
    boundary = "batch_" + token_urlsafe(24)
    pieces: list[bytes] = []
    for part in parts:
        inner = _read(part)
        answer = await _call(request, inner) if inner else _Answer(400, [], b"")
        pieces.append(_write(boundary, part.header("Content-ID"), answer))
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    return Response(body, headers={"Content-Type": f"multipart/mixed; boundary={boundary}"})


def _read(part: Part) -> _Inner | None:
    line = _REQUEST_LINE.match(part.body)
    if line is None:
        return None
    headers, body = split_headers(part.body[line.end() :])
    return _Inner(
        content_id=part.header("Content-ID"),
        verb=line[1].decode(),
        target=line[2].decode("ascii", "replace"),
        headers={header.name.lower(): header.value for header in headers},
        body=body,
    )


async def _call(request: Request, inner: _Inner) -> _Answer:
    """Put the inner call to the application as if it had come by itself, with the outer authorization."""
    url = urlsplit(inner.target)
    headers = {name: value for name, value in inner.headers.items() if name not in NOT_PASSED_ON}
    headers.setdefault("authorization", request.headers.get("authorization", ""))
    headers["host"] = request.headers.get("host", "")
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": inner.verb,
        "scheme": "http",
        "path": unquote(url.path),
        "raw_path": url.path.encode("ascii", "replace"),
        "query_string": url.query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers.items()
        ],
        "server": request.scope.get("server"),
        "client": request.scope.get("client"),
    }
    status, answer_headers, chunks = 500, list[tuple[bytes, bytes]](), list[bytes]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": inner.body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status, answer_headers
        if message["type"] == "http.response.start":
            status, answer_headers = message["status"], list(message.get("headers", []))
        else:
            chunks.append(message.get("body", b""))

    await request.app(scope, receive, send)
    return _Answer(status, answer_headers, b"".join(chunks))


def _write(boundary: str, content_id: str, answer: _Answer) -> bytes:
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if content_id:
        lines.append(f"Content-ID: {_response_id(content_id)}")
    lines += ["", f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name.decode('latin-1').title()}: {value.decode('latin-1')}" for name, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + answer.body + b"\r\n"


def _response_id(content_id: str) -> str:
    inner = content_id.removeprefix("<")
    return f"<response-{inner}" if content_id.startswith("<") else f"response-{inner}"
