"""The cookies: one for the session, one that binds a sign-in link to its browser, one for the next page's note."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.accounts.sessions import LONGEST

BROWSER_LIFETIME: Final = timedelta(hours=1)


class Cookie(StrEnum):
    SESSION = "getanswers-session"
    BROWSER = "getanswers-browser"
    NOTE = "getanswers-note"


LIFETIMES: Final[dict[Cookie, timedelta]] = {
    Cookie.SESSION: LONGEST,
    Cookie.BROWSER: BROWSER_LIFETIME,
    Cookie.NOTE: timedelta(minutes=1),
}


@dataclass(frozen=True, slots=True)
class Cookies:
    """Over https the names carry __Host-, so that no neighbouring subdomain can plant one."""

    secure: bool

    def read(self, request: Request, cookie: Cookie) -> str | None:
        return request.cookies.get(self._name(cookie))

    def write(self, response: Response, cookie: Cookie, value: str) -> None:
        response.set_cookie(
            self._name(cookie),
            value,
            max_age=int(LIFETIMES[cookie].total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response, cookie: Cookie) -> None:
        response.delete_cookie(self._name(cookie), path="/", secure=self.secure, httponly=True, samesite="lax")

    def _name(self, cookie: Cookie) -> str:
        return f"__Host-{cookie}" if self.secure else cookie.value
