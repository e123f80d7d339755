"""Headers of every answer: what a browser may load, keep, frame and tell others."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

STATIC: Final = "/static/"
ONE_YEAR: Final = 365 * 24 * 3600

# Not one line of script anywhere, and nothing from elsewhere.
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
FRAME_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""Of the frame that shows the HTML of a mail; sandboxed even when somebody opens its address by itself."""


class HardenedHeaders:
    """Adds the headers to whatever answers; a handler's own Content-Security-Policy stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                harden(
                    MutableHeaders(scope=message), path=scope["path"], settings=scope["app"].state.resources.settings
                )
            await send(message)

        await self._app(scope, receive, send_hardened)


def harden(headers: MutableHeaders, *, path: str, settings: Settings) -> None:
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    static = path.startswith(STATIC)
    headers.setdefault("Cache-Control", f"public, max-age={ONE_YEAR}" if static else "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    # not no-referrer: that would make the Origin of our own forms "null"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # the sandboxed frame has no origin of its own, and needs its style sheet
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if static else "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"


def policy_with_form_target(url: str) -> str:
    """The page policy for a page whose form is redirected to another site; browsers check that hop as well."""
    target = urlsplit(url)
    return f"{PAGE_POLICY} {target.scheme}://{target.netloc}"
