"""Takes a Gmail request through authentication, scopes, quota, faults and its handler."""

import asyncio
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.answers import DroppedConnection, empty_answer, error_answer, json_answer, malformed_answer
from app.simulator.api_error import ApiError, insufficient_scopes, invalid, unauthenticated, wrong_user
from app.simulator.call import Call, MessageFormat
from app.simulator.faults import Fault, FaultKind
from app.simulator.fields import select
from app.simulator.grants import Grant
from app.simulator.json_values import as_object
from app.simulator.methods import METHODS, Method
from app.simulator.mime import parse_mail
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox

USERS_PATH = "/gmail/v1/users/{userId}"
METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.metadata"

# Every Google API takes these beside its own parameters.
_COMMON_QUERY = frozenset(
    "$.xgafv access_token alt callback fields key oauth_token prettyPrint quotaUser uploadType upload_protocol".split()  # noqa: SIM905 - names read best as words
)

log = structlog.get_logger()


def gmail_routes(simulator: Simulator) -> list[Route]:
    routes: list[Route] = []
    for method in METHODS:
        endpoint = _Endpoint(simulator, method)
        routes.append(Route(USERS_PATH + method.path, endpoint, methods=[method.verb]))
        if method.takes_media:
            routes.append(Route("/upload" + USERS_PATH + method.path, endpoint, methods=[method.verb]))
    return routes


class _Endpoint:
    """One method of the API as an ASGI application."""

    def __init__(self, simulator: Simulator, method: Method) -> None:
        self._simulator = simulator
        self._method = method

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self._answer(request)
        except ApiError as error:
            response = error_answer(request, error)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        grant = authenticate(self._simulator, request)
        mailbox = self._simulator.mailbox(grant.mailbox)
        user_id: str = request.path_params["userId"]
        if user_id != "me" and user_id.lower() != mailbox.address:
            raise wrong_user(user_id)
        if not self._method.scopes & set(grant.scopes):
            raise insufficient_scopes()
        with self._running(mailbox):
            self._simulator.meter.charge(mailbox.address, self._method.name, self._simulator.clock())
            fault = self._simulator.faults.next_for(self._method.name, mailbox.address)
            early = await self._fail_before(request, fault)
            if early is not None:
                return early
            body = await self._apply(request, mailbox, grant)
            return self._finish(request, fault, body)

    @contextmanager
    def _running(self, mailbox: Mailbox) -> Generator[None]:
        usage = self._simulator.meter.usage[mailbox.address]
        usage.running += 1
        try:
            yield
        finally:
            usage.running -= 1

    async def _fail_before(self, request: Request, fault: Fault | None) -> Response | None:
        if fault is None:
            return None
        log.info("simulator.fault", method=self._method.name, kind=fault.kind.value)
        if fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(fault.delay.total_seconds())
            return None
        if fault.kind is FaultKind.ERROR:
            return error_answer(request, fault.error(), retry_after=fault.retry_after)
        if fault.kind in {FaultKind.TIMEOUT_BEFORE, FaultKind.RESET}:
            await request.body()
            return DroppedConnection(after=fault.delay, reset=fault.kind is FaultKind.RESET)
        return None

    async def _apply(self, request: Request, mailbox: Mailbox, grant: Grant) -> dict[str, Any] | None:
        content = await request.body()
        body, media = _read_body(request, self._method, content)
        call = Call(
            simulator=self._simulator,
            mailbox=mailbox,
            method=self._method.name,
            path=request.path_params,
            query=_query(request, self._method),
            body=body,
            media=media,
        )
        if METADATA_SCOPE in grant.scopes and len(grant.scopes) == 1:
            _refuse_content(call)
        try:
            result = self._method.handler(call)
        finally:
            if self._method.verb != "GET":
                self._simulator.save()
        selector = call.parameter("fields")
        return select(result, selector) if result is not None and selector else result

    def _finish(self, request: Request, fault: Fault | None, body: dict[str, Any] | None) -> Response:
        if fault and fault.kind is FaultKind.TIMEOUT_AFTER:
            return DroppedConnection(after=fault.delay)
        if fault and fault.kind is FaultKind.MALFORMED:
            return malformed_answer(body)
        return empty_answer() if body is None else json_answer(request, body)


def authenticate(simulator: Simulator, request: Request) -> Grant:
    """The grant behind the bearer token. Raises ApiError with 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.query_params.get("access_token", "")
    grant = simulator.grants.grant_for_access(token.strip(), simulator.clock())
    if grant is None:
        raise unauthenticated()
    return grant


def _refuse_content(call: Call) -> None:
    if call.parameter("q"):
        raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
    is_read = call.method in {"messages.get", "threads.get"}
    if is_read and call.message_format() in {MessageFormat.FULL, MessageFormat.RAW}:
        raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {call.message_format().upper()}")


def _query(request: Request, method: Method) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in method.query | _COMMON_QUERY:
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.')
        found.setdefault(name, []).append(value)
    return found


def _read_body(request: Request, method: Method, content: bytes) -> tuple[Mapping[str, Any], bytes | None]:
    if not request.url.path.startswith("/upload/"):
        return _read_json(content, method), None
    kind = request.query_params.get("uploadType", "")
    if kind == "media":
        return {}, content
    if kind != "multipart":
        raise invalid(f"Upload type {kind!r} is not supported by the simulator")
    content_type = request.headers.get("content-type", "").encode("latin-1", "replace")
    parts = parse_mail(b"Content-Type: " + content_type + b"\r\n\r\n" + content).parts
    if len(parts) != 2:  # noqa: PLR2004 - metadata and media
        raise ApiError(400, "badContent", "Missing end boundary in multipart body.")
    return _read_json(parts[0].body, method), parts[1].body


def _read_json(content: bytes, method: Method) -> Mapping[str, Any]:
    if method.body is None or not content.strip():
        return {}
    try:
        body = as_object(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "parseError", "Invalid JSON payload received. Parse error.") from error
    if body is None:
        raise ApiError(400, "parseError", "Invalid JSON payload received. Root element must be a message.")
    for name in body:
        if name not in method.body:
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')
    return body
