"""The API server: opens what it needs, and mounts the JSON and the pages."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.accounts.google_identity import GoogleKeys
from app.accounts.throttle import Throttle
from app.api import failures as json_failures
from app.api.router import router as api
from app.doors.failures import EXPECTED
from app.doors.guard import Guard
from app.doors.headers import HardenedHeaders, harden
from app.logs import configure_logs
from app.mail.pubsub import Subscription, listen
from app.resources import Resources, open_resources
from app.settings import load_settings
from app.web import failures as page_failures
from app.web.pages import STATIC_FILES
from app.web.router import router as web

TRIES: Final = 20
TRIES_WINDOW: Final = timedelta(minutes=15)


class WithoutQuery(logging.Filter):
    """Keeps what stands behind the question mark out of the access log: it may be a sign-in token."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(each.partition("?")[0] if isinstance(each, str) else each for each in record.args)
        return True


WITHOUT_QUERY: Final = WithoutQuery()


def create_app(resources: Resources | None = None) -> FastAPI:
    """Make the app; without resources it opens its own, from the settings, for as long as it runs."""
    logging.getLogger("uvicorn.access").addFilter(WITHOUT_QUERY)
    app = FastAPI(
        title="GetAnswers",
        lifespan=_lifespan if resources is None else None,
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    if resources is not None:
        _hold(app, resources)
    app.add_middleware(Guard)
    app.add_middleware(HardenedHeaders)
    app.include_router(api)
    app.include_router(web)
    app.mount("/static", StaticFiles(directory=STATIC_FILES))
    for kind in EXPECTED:
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(Exception, _answer_unexpected)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    settings = load_settings()
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    async with open_resources(settings) as resources:
        _hold(app, resources)
        async with _listening(resources):
            yield


@asynccontextmanager
async def _listening(resources: Resources) -> AsyncGenerator[None, None]:
    """Take Gmail's notices while the server runs, where it is told of a subscription.

    Here and not in a worker: whatever its pool, a worker would give one of its places to waiting.
    """
    if not resources.settings.gmail_push_subscription:
        yield
        return
    subscription = Subscription(resources.settings, http=resources.http, clock=resources.clock)
    listener = asyncio.create_task(listen(subscription, resources.database, clock=resources.clock))
    try:
        yield
    finally:
        listener.cancel()
        await asyncio.wait([listener])


def _hold(app: FastAPI, resources: Resources) -> None:
    app.state.resources = resources
    app.state.throttle = Throttle(TRIES, TRIES_WINDOW, resources.clock)
    app.state.push_throttle = Throttle(TRIES, TRIES_WINDOW, resources.clock)
    app.state.google_keys = GoogleKeys(
        http=resources.http, url=resources.settings.google_keys_url, clock=resources.clock
    )


async def _answer(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return json_failures.answer(error)
    return page_failures.answer(request, error)


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    response = await _answer(request, error)
    # this answer comes from outside of every middleware
    headers = MutableHeaders(raw=response.raw_headers)
    harden(headers, path=request.url.path, settings=request.app.state.resources.settings)
    return response
