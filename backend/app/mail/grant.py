"""The OAuth grant of one mailbox: hands out access tokens and renews them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import structlog

from app.accounts.vault import Vault
from app.db.models import Mailbox
from app.db.session import Database
from app.mail.provider import NeedsReconnectError, ProviderUnavailableError
from app.settings import Settings

log = structlog.get_logger(__name__)

TOO_MANY_REQUESTS = 429
EXPIRY_MARGIN = timedelta(seconds=60)
NOT_CONNECTED = "This mailbox is not connected. Connect it on the settings page."
GRANT_DIED = (
    "Gmail no longer accepts this connection. It was revoked, the password was changed, it was unused for six "
    "months, or the Google OAuth app is still in “Testing”, where connections end after 7 days."
)


@dataclass(frozen=True, slots=True)
class Tokens:
    refresh: str
    access: str | None
    expires_at: datetime | None


class Grant:
    """Tokens of one mailbox, kept encrypted in its row, so that all workers share one access token."""

    def __init__(
        self,
        user_id: UUID,
        mailbox_id: UUID,
        *,
        database: Database,
        vault: Vault,
        http: httpx.AsyncClient,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._user_id = user_id
        self._mailbox_id = mailbox_id
        self._database = database
        self._vault = vault
        self._http = http
        self._settings = settings
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: Tokens | None = None

    async def access_token(self, *, refused: str | None = None) -> str:
        """A token that should work; `refused` is one that just did not, so another is fetched.

        Raises NeedsReconnectError when the grant is dead, ProviderUnavailableError when nobody answers.
        """
        async with self._lock:
            if self._known is not None and self._usable(self._known, refused):
                return cast("str", self._known.access)
            self._known = await self._stored()
            if not self._usable(self._known, refused):
                self._known = await self._renewed(self._known.refresh)
            return cast("str", self._known.access)

    def _usable(self, tokens: Tokens, refused: str | None) -> bool:
        return (
            tokens.access is not None
            and tokens.access != refused
            and tokens.expires_at is not None
            and tokens.expires_at - EXPIRY_MARGIN > self._clock()
        )

    async def _stored(self) -> Tokens:
        async with self._database.transaction(self._user_id) as session:
            mailbox = await session.get(Mailbox, self._mailbox_id)
        if mailbox is None or mailbox.refresh_token_encrypted is None:
            raise NeedsReconnectError(NOT_CONNECTED)
        access = mailbox.access_token_encrypted
        return Tokens(
            refresh=self._opened("refresh_token", mailbox.refresh_token_encrypted),
            access=self._opened("access_token", access) if access is not None else None,
            expires_at=mailbox.access_token_expires_at,
        )

    def _opened(self, what: str, value: bytes) -> str:
        return self._vault.decrypt(value, table="mailboxes", column=f"{what}_encrypted", row=self._mailbox_id)

    async def _renewed(self, refresh_token: str) -> Tokens:
        answer = await self._ask(refresh_token)
        token = str(answer["access_token"])
        expires_at = self._clock() + timedelta(seconds=int(answer.get("expires_in", 3600)))
        async with self._database.transaction(self._user_id) as session:
            mailbox = await session.get_one(Mailbox, self._mailbox_id, with_for_update=True)
            if mailbox.refresh_token_encrypted is None:  # disconnected while we asked
                raise NeedsReconnectError(NOT_CONNECTED)
            mailbox.access_token_encrypted = self._vault.encrypt(
                token, table="mailboxes", column="access_token_encrypted", row=self._mailbox_id
            )
            mailbox.access_token_expires_at = expires_at
        log.info("grant.renewed", mailbox_id=str(self._mailbox_id))
        return Tokens(refresh=refresh_token, access=token, expires_at=expires_at)

    async def _ask(self, refresh_token: str) -> dict[str, Any]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._settings.google_client_id,
            "client_secret": self._settings.google_client_secret.get_secret_value(),
        }
        try:
            response = await self._http.post(self._settings.google_token_url, data=form)
        except httpx.HTTPError as error:
            raise ProviderUnavailableError("Google's token server does not answer.") from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise ProviderUnavailableError(f"Google's token server answered {response.status_code}.")
        try:
            answer = response.json()
        except ValueError as error:
            raise ProviderUnavailableError("Google's token server gave a broken answer.") from error
        if response.is_success and isinstance(answer, dict) and "access_token" in answer:
            return cast("dict[str, Any]", answer)
        reason = cast("dict[str, Any]", answer).get("error") if isinstance(answer, dict) else None
        if reason == "invalid_grant":
            raise NeedsReconnectError(GRANT_DIED)
        if response.status_code == TOO_MANY_REQUESTS:
            raise ProviderUnavailableError("Google's token server asks for patience.")
        raise NeedsReconnectError(
            f"Google refused to renew the connection ({reason}). Check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET."
        )
