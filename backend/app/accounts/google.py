"""Google's OAuth endpoints and the one Gmail call that tells whose mailbox was connected."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, Field, ValidationError

from app.errors import RetryableError, UserError
from app.settings import Settings

CALLBACK_PATH: Final = "/oauth/google/callback"
TIMEOUT: Final = timedelta(seconds=20)


Answer = TypeVar("Answer", bound=BaseModel)


class Access(StrEnum):
    """What is asked of Google; the later one includes the earlier."""

    READ = "read"
    ACT = "act"


SCOPES: Final[dict[Access, str]] = {
    Access.READ: "https://www.googleapis.com/auth/gmail.readonly",
    Access.ACT: "https://www.googleapis.com/auth/gmail.modify",
}
"""The only scopes ever asked for. modify can label, draft and send, but not delete for good."""


FULL_SCOPE: Final = "https://mail.google.com/"
"""Never asked for, but who has it may do everything."""


def may_act(granted: Collection[str] | None) -> bool:
    """Whether a mailbox with these scopes can be changed; None where nobody knows, and Gmail has the last word."""
    return granted is None or not {SCOPES[Access.ACT], FULL_SCOPE}.isdisjoint(granted)


class GoogleRefusedError(UserError):
    """Google did not let the mailbox be connected. The message says what to do."""


class GoogleUnreachableError(RetryableError):
    """Google did not answer. Nothing was changed; try again in a minute."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Grant:
    """What Google handed out for a code."""

    access_token: str
    refresh_token: str
    expires_in: timedelta
    scopes: tuple[str, ...]


class _TokenAnswer(BaseModel):
    access_token: str
    expires_in: Annotated[int, Field(gt=0)] = 3600
    refresh_token: str = ""
    scope: str = ""


class _ProfileAnswer(BaseModel):
    address: Annotated[str, Field(alias="emailAddress", min_length=3)]


def consent_url(settings: Settings, *, access: Access, state: str, verifier: str) -> str:
    """Where the browser goes to ask Google's user; offline and with consent, or there is no refresh token."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": settings.google_client_id,
        "redirect_uri": callback_url(settings),
        "response_type": "code",
        "scope": SCOPES[access],
        "access_type": "offline",
        "prompt": "consent",
        "include_granted_scopes": "true",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{settings.google_auth_url}?{urlencode(query)}"


def callback_url(settings: Settings) -> str:
    return settings.base_url.rstrip("/") + CALLBACK_PATH


async def exchange(http: httpx.AsyncClient, settings: Settings, *, access: Access, code: str, verifier: str) -> Grant:
    """Turn the code into tokens for what was asked. Raises GoogleRefusedError or GoogleUnreachableError."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "client_id": settings.google_client_id,
        "client_secret": settings.google_client_secret.get_secret_value(),
        "redirect_uri": callback_url(settings),
    }
    response = await _call(http, "POST", settings.google_token_url, data=form)
    if response.is_client_error:
        raise GoogleRefusedError(
            "Google did not accept the answer. Check GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET and the redirect address "
            f"{callback_url(settings)} in your Google project, then connect again."
        )
    answer = _read(_TokenAnswer, response)
    if SCOPES[access] not in answer.scope.split():  # people may untick what is asked for
        raise GoogleRefusedError(
            "Google connected you without the access to Gmail that was asked for. Connect again and tick its box."
        )
    if not answer.refresh_token:
        raise GoogleRefusedError(
            "Google gave no lasting access. Remove GetAnswers at https://myaccount.google.com/permissions, then "
            "connect again."
        )
    return Grant(
        answer.access_token, answer.refresh_token, timedelta(seconds=answer.expires_in), tuple(answer.scope.split())
    )


async def address_of(http: httpx.AsyncClient, settings: Settings, *, access_token: str) -> str:
    """Address, lower case, of the mailbox that this token opens."""
    url = settings.gmail_api_url.rstrip("/") + "/gmail/v1/users/me/profile"
    response = await _call(http, "GET", url, headers={"Authorization": f"Bearer {access_token}"})
    if response.is_client_error:
        raise GoogleRefusedError(
            "Gmail refused to tell whose mailbox this is. Enable the Gmail API in your Google project, then connect "
            "again."
        )
    return _read(_ProfileAnswer, response).address.lower()


async def refreshed(http: httpx.AsyncClient, settings: Settings, *, refresh_token: str) -> str:
    """An access token, or GoogleRefusedError where the grant is dead."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": settings.google_client_id,
        "client_secret": settings.google_client_secret.get_secret_value(),
    }
    response = await _call(http, "POST", settings.google_token_url, data=form)
    if response.is_client_error:
        raise GoogleRefusedError("Google does not renew this connection. Connect the mailbox again.")
    return _read(_TokenAnswer, response).access_token


async def stop_watch(http: httpx.AsyncClient, settings: Settings, *, access_token: str) -> None:
    """Have Gmail tell nobody about this mailbox any more. Raises GoogleUnreachableError."""
    url = settings.gmail_api_url.rstrip("/") + "/gmail/v1/users/me/stop"
    response = await _call(http, "POST", url, headers={"Authorization": f"Bearer {access_token}"})
    if response.is_client_error:
        raise GoogleUnreachableError


async def revoke(http: httpx.AsyncClient, settings: Settings, *, token: str) -> None:
    """Take the grant back at Google; one that is dead already counts as taken back."""
    response = await _call(http, "POST", settings.google_revoke_url, data={"token": token})
    if response.is_client_error and response.status_code != HTTPStatus.BAD_REQUEST:
        raise GoogleUnreachableError


async def _call(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    data: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    try:
        response = await http.request(method, url, data=data, headers=headers, timeout=TIMEOUT.total_seconds())
    except httpx.HTTPError as error:
        raise GoogleUnreachableError from error
    if response.is_server_error or response.is_redirect or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise GoogleUnreachableError
    return response


def _read(model: type[Answer], response: httpx.Response) -> Answer:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise GoogleUnreachableError from error
