"""Takes Gmail's notices out of a Pub/Sub subscription: needs no address that the world can reach."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import httpx
import structlog
from google.auth import crypt, jwt
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import Database
from app.errors import RetryableError, UserError
from app.mail.push import take_notifications
from app.settings import Settings

log = structlog.get_logger(__name__)

UNAUTHORIZED: Final = 401
SCOPE: Final = "https://www.googleapis.com/auth/pubsub"
MOST_AT_ONCE: Final = 1000
LONGEST_PULL: Final = timedelta(seconds=100)
"""An idle subscription answers after about a minute and a half."""
TIMEOUT: Final = timedelta(seconds=20)
ASSERTION_LIFE: Final = timedelta(hours=1)
EXPIRY_MARGIN: Final = timedelta(minutes=1)
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0

Answer = TypeVar("Answer", bound=BaseModel)


class PubsubUnavailableError(RetryableError):
    """Pub/Sub, or the server that gives tokens for it, does not answer as it should."""


class _SilentError(PubsubUnavailableError):
    """No answer within the time given for it."""


class _Received(BaseModel):
    ack_id: Annotated[str, Field(alias="ackId")]
    message: Any = None


class _Pulled(BaseModel):
    received: Annotated[list[_Received], Field(alias="receivedMessages")] = []


class _Acknowledged(BaseModel):
    pass


class _TokenAnswer(BaseModel):
    access_token: str
    expires_in: Annotated[int, Field(gt=0)] = 3600


class _KeyFile(BaseModel):
    """What Google hands out for a service account; more stands in it."""

    client_email: str
    private_key: str
    private_key_id: str
    token_uri: str


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    good_until: datetime | None


class Subscription:
    """One pull subscription. Every method raises PubsubUnavailableError."""

    def __init__(self, settings: Settings, *, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> None:
        """Raises UserError when the key file cannot be read."""
        self._url = f"{settings.pubsub_api_url.rstrip('/')}/v1/{settings.gmail_push_subscription}"
        self._http = http
        self._clock = clock
        given = settings.pubsub_token.get_secret_value()
        self._token = Token(given, None) if given else None
        self._key = None if given else _read_key(Path(settings.pubsub_key_file))

    async def pull(self) -> list[_Received]:
        """What waits, or what comes within a minute or so; empty where nothing does."""
        try:
            answer = await self._call("pull", {"maxMessages": MOST_AT_ONCE}, _Pulled, LONGEST_PULL)
        except _SilentError:
            return []
        return answer.received

    async def acknowledge(self, ack_ids: Sequence[str]) -> None:
        await self._call("acknowledge", {"ackIds": list(ack_ids)}, _Acknowledged, TIMEOUT)

    async def _call(self, verb: str, body: dict[str, Any], answer: type[Answer], longest: timedelta) -> Answer:
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        url, seconds = f"{self._url}:{verb}", longest.total_seconds()
        response = await _post(self._http, url, json=body, headers=headers, seconds=seconds)
        if response.status_code == UNAUTHORIZED and self._key is not None:
            self._token = None
        return _read(answer, response)

    async def _access_token(self) -> str:
        known = self._token
        if known is not None and (known.good_until is None or known.good_until > self._clock()):
            return known.value
        if self._key is None:
            raise AssertionError("either a token or a key is given")
        now = self._clock()
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": _assertion(self._key, now),
        }
        seconds = TIMEOUT.total_seconds()
        answer = _read(_TokenAnswer, await _post(self._http, self._key.token_uri, data=form, seconds=seconds))
        self._token = Token(answer.access_token, now + timedelta(seconds=answer.expires_in) - EXPIRY_MARGIN)
        return answer.access_token


async def listen(subscription: Subscription, database: Database, *, clock: Callable[[], datetime]) -> None:
    """Hand over notices as they come, until cancelled. What was not written down comes again."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await hand_over(subscription, database, clock=clock)
            pause = FIRST_PAUSE_SECONDS
        except (RetryableError, SQLAlchemyError, OSError) as error:
            log.warning("push.listening_failed", error=type(error).__name__)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - spreads load, guards nothing
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def hand_over(subscription: Subscription, database: Database, *, clock: Callable[[], datetime]) -> int:
    """One pull; returns how many notices it brought."""
    received = await subscription.pull()
    if received:
        await take_notifications(database, [one.message for one in received], now=clock())
        await subscription.acknowledge([one.ack_id for one in received])
    return len(received)


def _read_key(path: Path) -> _KeyFile:
    try:
        return _KeyFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UserError(
            f"PUBSUB_KEY_FILE: {path} is no JSON key of a service account. Make one in your Google project."
        ) from error


def _assertion(key: _KeyFile, now: datetime) -> str:
    claims = {
        "iss": key.client_email,
        "scope": SCOPE,
        "aud": key.token_uri,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
    }
    signer = crypt.RSASigner.from_string(key.private_key, key.private_key_id)
    return jwt.encode(signer, claims).decode("ascii")


async def _post(http: httpx.AsyncClient, url: str, *, seconds: float, **content: Any) -> httpx.Response:
    try:
        return await http.post(url, timeout=httpx.Timeout(seconds, connect=10), **content)
    except httpx.ReadTimeout as error:
        raise _SilentError("Pub/Sub does not answer.") from error
    except httpx.HTTPError as error:
        raise PubsubUnavailableError("Pub/Sub does not answer.") from error


def _read(model: type[Answer], response: httpx.Response) -> Answer:
    if not response.is_success:
        raise PubsubUnavailableError(f"Pub/Sub answered {response.status_code}.")
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise PubsubUnavailableError("Pub/Sub gave a broken answer.") from error
