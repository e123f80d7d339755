"""The simulator as an HTTP server on loopback."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.simulator.admin import admin_routes
from app.simulator.answers import TRANSPORT_KEY, error_answer
from app.simulator.api_error import ApiError
from app.simulator.batch import batch_routes
from app.simulator.gatekeeper import Gatekeeper
from app.simulator.gmail_api import gmail_routes
from app.simulator.oauth import oauth_routes
from app.simulator.pubsub_api import pubsub_routes
from app.simulator.push import pushing
from app.simulator.simulator import Simulator

LOOPBACK = "127.0.0.1"


def create_app(simulator: Simulator, *, token: str = "") -> Starlette:
    """Steering it (everything below /_simulator) needs the token in X-Simulator-Token, if one is given."""
    return Starlette(
        middleware=[Middleware(Gatekeeper, token=token)],
        routes=[
            *oauth_routes(simulator),
            *gmail_routes(simulator),
            *batch_routes(),
            *pubsub_routes(simulator),
            *admin_routes(simulator),
        ],
        exception_handlers={HTTPException: _no_such_method},
        lifespan=lambda _: pushing(simulator),
    )


def _no_such_method(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_answer(request, ApiError(status, "notFound", "Not Found"))


@asynccontextmanager
async def running_simulator(
    simulator: Simulator, host: str = LOOPBACK, port: int = 0, *, token: str = ""
) -> AsyncGenerator[str]:
    """The simulator's address while it runs in this event loop; port 0 takes a free one."""
    try:
        async with running_app(create_app(simulator, token=token), host, port) as url:
            yield url
    finally:
        simulator.save()


@asynccontextmanager
async def running_app(app: ASGIApp, host: str = LOOPBACK, port: int = 0) -> AsyncGenerator[str]:
    """The address of any application served the simulator's way, where connections can be cut."""
    listener = _listen(host, port)
    server = _QuietServer(_config(app))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await task
            raise RuntimeError("the server ended before it listened")
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        ready.cancel()
        server.should_exit = True
        await task
        listener.close()


def serve(
    simulator: Simulator, port: int, *, host: str = LOOPBACK, on_ready: Callable[[str], None] | None = None
) -> None:
    """Run until interrupted or terminated; `on_ready` is told the address."""
    listener = _listen(host, port)
    if on_ready:
        on_ready(f"http://{host}:{listener.getsockname()[1]}")
    try:
        uvicorn.Server(_config(create_app(simulator))).run(sockets=[listener])
    finally:
        listener.close()
        simulator.close()


def _listen(host: str, port: int) -> socket.socket:
    # Without the protocol named, asyncio leaves Nagle's algorithm on, and every answer takes 40 ms longer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_DroppableProtocol,
        ws="none",
        lifespan="auto",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


class _QuietServer(uvicorn.Server):
    """Leaves the signals to whoever owns the event loop, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _DroppableProtocol(H11Protocol):
    """Hands the connection to the application, so that a planned fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT_KEY] = transport
            await inner(scope, receive, send)

        self.app = app
