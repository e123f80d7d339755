"""The OAuth grant of one mailbox: hands out access tokens, and has one worker of all renew them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID, uuid4

import httpx
import structlog

from app.accounts.vault import Vault
from app.db.models import Mailbox, MailboxState
from app.db.session import Database, enqueue
from app.jobs import Job, TaskName
from app.mail import grant_repository as repository
from app.mail.grant_death import in_words, likeliest
from app.mail.provider import NeedsReconnectError, ProviderBusyError, ProviderUnavailableError
from app.mail.token_server import ClientRefusedError, GrantDiedError, renewed
from app.settings import Settings

log = structlog.get_logger(__name__)

EXPIRY_MARGIN: Final = timedelta(seconds=60)
TOKEN_LASTS: Final = timedelta(hours=1)
LEASE: Final = timedelta(seconds=30)
"""Longer than an answer of Google's may take; who dies in between holds the others up no longer than this."""
PATIENCE: Final = timedelta(seconds=10)
LOOK_AGAIN: Final = 0.1
PAUSE_AFTER_FAILURE: Final = timedelta(seconds=1)
PAUSE_AFTER_REFUSAL: Final = timedelta(minutes=5)

NOT_CONNECTED: Final = "This mailbox is not connected. Connect it on the settings page."
CLIENT_REFUSED: Final = (
    "Google does not accept this installation's OAuth client ({}). Whoever runs it has to check GOOGLE_CLIENT_ID and "
    "GOOGLE_CLIENT_SECRET; nothing needs to be reconnected."
)


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Ours to renew: nobody else does it meanwhile."""

    claim: UUID
    seen: Mailbox


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

        Raises NeedsReconnectError when the grant is dead, ProviderUnavailableError when nobody answers,
        ProviderBusyError while Google refuses the whole installation.
        """
        async with self._lock:
            if self._known is None or not self._usable(self._known, refused):
                self._known = await self._shared(refused)
            return cast("str", self._known.access)

    async def _shared(self, refused: str | None) -> Tokens:
        """The token of the row, once somebody has renewed it; the row lock is never held while Google is asked."""
        give_up_at = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
        while asyncio.get_running_loop().time() < give_up_at:
            found = await self._stored_or_turn(refused)
            if isinstance(found, Turn):
                found = await self._renew(found)
            if found is not None:
                return found
            await asyncio.sleep(LOOK_AGAIN)
        raise ProviderUnavailableError("Another worker renews the connection and has not finished.")

    def _usable(self, tokens: Tokens, refused: str | None) -> bool:
        return (
            tokens.access is not None
            and tokens.access != refused
            and tokens.expires_at is not None
            and tokens.expires_at - EXPIRY_MARGIN > self._clock()
        )

    async def _stored_or_turn(self, refused: str | None) -> Tokens | Turn | None:
        async with self._database.transaction(self._user_id) as session:
            mailbox = await repository.mailbox_by_id(session, self._mailbox_id)
            if mailbox is not None and mailbox.refresh_token_encrypted is not None:
                if mailbox.state == MailboxState.NEEDS_RECONNECT:
                    raise NeedsReconnectError(mailbox.state_reason or NOT_CONNECTED)
                tokens = self._tokens(mailbox)
                if self._usable(tokens, refused):
                    return tokens
                turn = Turn(uuid4(), mailbox)
                return turn if await repository.claim_renewal(session, mailbox, turn.claim, lease=LEASE) else None
            if await repository.bury_without_token(session, self._mailbox_id, reason=NOT_CONNECTED):
                enqueue(session, Job(TaskName.SEND_RECONNECT_NOTIFICATION, (self._user_id, self._mailbox_id)))
        raise NeedsReconnectError(NOT_CONNECTED)

    def _tokens(self, mailbox: Mailbox) -> Tokens:
        access = mailbox.access_token_encrypted
        opened = self._opened("access_token", access) if access is not None else None
        return Tokens(opened, mailbox.access_token_expires_at)

    def _opened(self, what: str, value: bytes) -> str:
        return self._vault.decrypt(value, table="mailboxes", column=f"{what}_encrypted", row=self._mailbox_id)

    async def _renew(self, turn: Turn) -> Tokens | None:
        """None when the person has disconnected or reconnected meanwhile: look again."""
        refresh_token = self._opened("refresh_token", cast("bytes", turn.seen.refresh_token_encrypted))
        try:
            token, lasts = await renewed(self._http, self._settings, refresh_token)
        except GrantDiedError:
            return await self._died(turn)
        except ClientRefusedError as error:
            raise await self._refused(turn, str(error)) from error
        except ProviderUnavailableError:
            await self._put_off(turn, PAUSE_AFTER_FAILURE)
            raise
        return await self._store(turn, token, self._clock() + lasts)

    async def _store(self, turn: Turn, token: str, until: datetime) -> Tokens | None:
        sealed = self._vault.encrypt(token, table="mailboxes", column="access_token_encrypted", row=self._mailbox_id)
        async with self._database.transaction(self._user_id) as session:
            kept = await repository.store_token(session, self._mailbox_id, turn.claim, token=sealed, until=until)
        if not kept:
            return None
        log.info("grant.renewed", mailbox_id=str(self._mailbox_id))
        return Tokens(token, until)

    async def _died(self, turn: Turn) -> None:
        """Stop scheduling and tell the person, once: whoever comes second finds it buried."""
        expired_at = turn.seen.access_token_expires_at
        last_good = expired_at - TOKEN_LASTS if expired_at is not None else None
        cause = likeliest(granted_at=turn.seen.granted_at, last_good=last_good, now=self._clock())
        reason = in_words(cause)
        async with self._database.transaction(self._user_id) as session:
            buried = await repository.bury(session, self._mailbox_id, turn.claim, reason=reason)
            if buried:
                enqueue(session, Job(TaskName.SEND_RECONNECT_NOTIFICATION, (self._user_id, self._mailbox_id)))
        if buried:
            log.warning("grant.died", mailbox_id=str(self._mailbox_id), cause=cause.name)
            raise NeedsReconnectError(reason)

    async def _refused(self, turn: Turn, why: str) -> ProviderBusyError:
        reason = CLIENT_REFUSED.format(why)
        log.error("grant.client_refused", mailbox_id=str(self._mailbox_id))
        await self._put_off(turn, PAUSE_AFTER_FAILURE, state_reason=reason)
        return ProviderBusyError(reason, self._clock() + PAUSE_AFTER_REFUSAL)

    async def _put_off(self, turn: Turn, wait: timedelta, **values: str) -> None:
        async with self._database.transaction(self._user_id) as session:
            await repository.put_off(session, self._mailbox_id, turn.claim, wait=wait, **values)
