"""Who signed a token that says to be from Google: an OIDC token held against Google's published keys."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

import httpx
from google.auth import exceptions, jwt
from pydantic import TypeAdapter, ValidationError

from app.errors import RetryableError

ISSUERS: Final = frozenset({"https://accounts.google.com", "accounts.google.com"})
ALGORITHM: Final = "RS256"
CLOCK_SKEW: Final = timedelta(seconds=60)
KEYS_LIVE: Final = timedelta(hours=1)
"""Where Google does not say for how long its keys may be kept."""
LONGEST_LIFE: Final = timedelta(hours=24)
ASK_AGAIN: Final = timedelta(minutes=1)
"""Tokens with invented key names must not make us fetch the keys each time."""
LONGEST_TOKEN: Final = 8192
TIMEOUT: Final = timedelta(seconds=10)

_KEYS: Final = TypeAdapter(dict[str, str])
_MAX_AGE: Final = re.compile(r"max-age=(\d{1,9})")


class NotGoogleError(Exception):
    """The token is not one that Google signed for this purpose."""


class KeysUnavailableError(RetryableError):
    """Google's keys cannot be fetched at the moment."""


class GoogleKeys:
    """Google's public keys by name, kept as long as Google allows; one per process."""

    def __init__(self, *, http: httpx.AsyncClient, url: str, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._url = url
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: dict[str, str] = {}
        self._good_until: datetime | None = None
        self._asked_at: datetime | None = None

    async def with_name(self, name: str) -> str:
        """The key as PEM. Raises NotGoogleError where Google has none of that name, KeysUnavailableError."""
        async with self._lock:
            now = self._clock()
            stale = self._good_until is None or self._good_until <= now
            rested = self._asked_at is None or self._asked_at + ASK_AGAIN <= now
            if stale or (name not in self._keys and rested):
                await self._fetch(now)
        if name not in self._keys:
            raise NotGoogleError("Google has no such key.")
        return self._keys[name]

    async def _fetch(self, now: datetime) -> None:
        self._asked_at = now
        try:
            response = await self._http.get(self._url, timeout=TIMEOUT.total_seconds())
            response.raise_for_status()
            self._keys = _KEYS.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise KeysUnavailableError("Google's keys cannot be fetched.") from error
        told = _MAX_AGE.search(response.headers.get("cache-control", ""))
        self._good_until = now + min(timedelta(seconds=int(told[1])) if told else KEYS_LIVE, LONGEST_LIFE)


async def require_google(token: str, *, keys: GoogleKeys, audience: str, account: str) -> None:
    """Raises NotGoogleError unless Google signed the token for this audience and account, and it is still good."""
    if not token or len(token) > LONGEST_TOKEN:
        raise NotGoogleError("There is no token.")
    header = _header(token)
    name = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(name, str):
        raise NotGoogleError("It is signed in another way than Google signs.")
    claims = _claims(token, {name: await keys.with_name(name)}, audience)
    if claims.get("iss") not in ISSUERS:
        raise NotGoogleError("It was issued by somebody else.")
    if claims.get("email") != account or claims.get("email_verified") is not True:
        raise NotGoogleError("It names another account.")


def _header(token: str) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", jwt.decode_header(token))
    except (exceptions.GoogleAuthError, ValueError) as error:
        raise NotGoogleError("It is no token.") from error


def _claims(token: str, keys: Mapping[str, str], audience: str) -> Mapping[str, Any]:
    try:
        found = jwt.decode(token, certs=keys, audience=audience, clock_skew_in_seconds=int(CLOCK_SKEW.total_seconds()))
    except (exceptions.GoogleAuthError, ValueError, TypeError) as error:
        raise NotGoogleError("The signature, the audience or the time is wrong.") from error
    return cast("Mapping[str, Any]", found)
