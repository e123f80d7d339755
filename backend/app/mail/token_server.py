"""Asks Google for a new access token, and says what its answer means."""

from datetime import timedelta
from typing import Any, Final, cast

import httpx

from app.mail.provider import ProviderUnavailableError
from app.settings import Settings

ANSWER_WITHIN: Final = timedelta(seconds=20)
TOO_MANY_REQUESTS: Final = 429


class GrantDiedError(Exception):
    """Google takes this refresh token no longer, and never will again."""


class ClientRefusedError(Exception):
    """Google does not know this installation; the mailbox's own grant may be as good as ever. Names the reason."""


async def renewed(http: httpx.AsyncClient, settings: Settings, refresh_token: str) -> tuple[str, timedelta]:
    """A new access token and how long it holds.

    Raises GrantDiedError, ClientRefusedError, or ProviderUnavailableError when nobody answers.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": settings.google_client_id,
        "client_secret": settings.google_client_secret.get_secret_value(),
    }
    try:
        response = await http.post(settings.google_token_url, data=form, timeout=ANSWER_WITHIN.total_seconds())
    except httpx.HTTPError as error:
        raise ProviderUnavailableError("Google's token server does not answer.") from error
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or response.status_code == TOO_MANY_REQUESTS:
        raise ProviderUnavailableError(f"Google's token server answered {response.status_code}.")
    answer = _read(response)
    if response.is_success and "access_token" in answer:
        return str(answer["access_token"]), timedelta(seconds=int(answer.get("expires_in", 3600)))
    if answer.get("error") == "invalid_grant":
        raise GrantDiedError
    raise ClientRefusedError(str(answer.get("error")) if isinstance(answer.get("error"), str) else "refused")


def _read(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as error:
        raise ProviderUnavailableError("Google's token server gave a broken answer.") from error
    if not isinstance(answer, dict):
        raise ProviderUnavailableError("Google's token server gave a broken answer.")
    return cast("dict[str, Any]", answer)
