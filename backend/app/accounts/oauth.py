"""Connecting and disconnecting a Gmail mailbox: consent bound to one session, tokens encrypted in their row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.accounts import google, repository
from app.accounts.google import Access, Grant
from app.accounts.sessions import SignedIn
from app.accounts.tokens import new_token, token_hash
from app.accounts.vault import Vault
from app.db.models import Mailbox, MailboxState, OAuthFlow
from app.db.session import Database, enqueue
from app.errors import NotFoundError, UserError
from app.jobs import Job, TaskName
from app.settings import Settings

log = structlog.get_logger(__name__)

FLOW_LIFETIME: Final = timedelta(minutes=10)
PROVIDER: Final = "gmail"
FLOWS_TABLE: Final = OAuthFlow.__tablename__
MAILBOXES_TABLE: Final = Mailbox.__tablename__
DISCONNECTED: Final = "You disconnected this mailbox. Nothing is read or changed in it any more."


@dataclass(frozen=True, slots=True)
class Connections:
    """The pieces that connecting needs, together because each step needs all of them."""

    database: Database
    vault: Vault
    http: httpx.AsyncClient
    settings: Settings
    clock: Callable[[], datetime]


async def start(pieces: Connections, signed_in: SignedIn, *, access: Access = Access.ACT) -> str:
    """Address of Google's consent page. Raises UserError when the installation has no OAuth client yet."""
    if not pieces.settings.google_client_id:
        raise UserError(
            "No Gmail can be connected yet: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET. The README shows how to get "
            "them from Google."
        )
    state, verifier, flow_id = new_token(), new_token(), uuid7()
    sealed = pieces.vault.encrypt(f"{access}:{verifier}", table=FLOWS_TABLE, column="verifier_encrypted", row=flow_id)
    async with pieces.database.transaction(signed_in.user_id) as session:
        await repository.delete_oauth_flows_of(session, signed_in.user_id)
        session.add(
            OAuthFlow(
                id=flow_id,
                user_id=signed_in.user_id,
                session_id=signed_in.session_id,
                state_hash=token_hash(state),
                verifier_encrypted=sealed,
                expires_at=pieces.clock() + FLOW_LIFETIME,
            )
        )
    return google.consent_url(pieces.settings, access=access, state=state, verifier=verifier)


async def finish(pieces: Connections, signed_in: SignedIn, *, state: str, code: str) -> UUID:
    """Store the mailbox that Google's user has agreed to and have it synced at once. Returns its id.

    Raises UserError for an answer nobody asked for in this session, GoogleRefusedError, GoogleUnreachableError.
    """
    access, verifier = await _take_flow(pieces, signed_in, state)
    grant = await google.exchange(pieces.http, pieces.settings, access=access, code=code, verifier=verifier)
    address = await google.address_of(pieces.http, pieces.settings, access_token=grant.access_token)
    async with pieces.database.transaction(signed_in.user_id) as session:
        mailbox = await _mailbox_for(session, signed_in.user_id, address, pieces.settings)
        _store_grant(pieces, mailbox, grant)
        repository.record(
            session, "mailbox.connected", user_id=mailbox.user_id, subject_type="mailbox", subject_id=mailbox.id
        )
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))
    log.info("mailbox.connected", mailbox_id=str(mailbox.id))
    return mailbox.id


async def disconnect(pieces: Connections, *, user_id: UUID, mailbox_id: UUID) -> bool:
    """Forget the mailbox's tokens and take the grant back at Google; False when Google could not be reached.

    Forgetting comes first: whatever Google answers, this installation can no longer open the mailbox.
    """
    async with pieces.database.transaction(user_id) as session:
        mailbox = await repository.mailbox_by_id(session, user_id, mailbox_id)
        if mailbox is None:
            raise NotFoundError("There is no such mailbox.")
        token = _refresh_token(pieces.vault, mailbox)
        watched = mailbox.watch_expires_at is not None and mailbox.watch_expires_at > pieces.clock()
        _forget_watch(mailbox)
        mailbox.refresh_token_encrypted = mailbox.access_token_encrypted = mailbox.access_token_expires_at = None
        mailbox.state, mailbox.state_reason = MailboxState.PAUSED, DISCONNECTED
        repository.record(
            session, "mailbox.disconnected", user_id=user_id, subject_type="mailbox", subject_id=mailbox_id
        )
    log.info("mailbox.disconnected", mailbox_id=str(mailbox_id))
    if token is None:
        return True
    if watched:
        await _stop_watch(pieces, token, mailbox_id)
    return await _revoked(pieces, token, mailbox_id)


async def _take_flow(pieces: Connections, signed_in: SignedIn, state: str) -> tuple[Access, str]:
    """What was asked for, and the verifier that proves that the code is for us."""
    async with pieces.database.transaction(signed_in.user_id) as session:
        flow = await repository.take_oauth_flow(
            session, state_hash=token_hash(state), session_id=signed_in.session_id, now=pieces.clock()
        )
    if flow is None:
        raise UserError("This answer of Google's does not belong to this session, or is too old. Connect again.")
    opened = pieces.vault.decrypt(flow.verifier_encrypted, table=FLOWS_TABLE, column="verifier_encrypted", row=flow.id)
    access, _, verifier = opened.partition(":")
    return Access(access), verifier


async def _mailbox_for(session: AsyncSession, user_id: UUID, address: str, settings: Settings) -> Mailbox:
    # the lock on the user makes two answers for one new mailbox wait for each other
    await repository.user_by_id(session, user_id, lock=True)
    found = await repository.mailbox_by_address(session, user_id, provider=PROVIDER, address=address)
    if found is not None:
        return found
    mailbox = Mailbox(
        id=uuid7(),
        user_id=user_id,
        provider=PROVIDER,
        address=address,
        sync_window_days=settings.sync_window_days,
        sync_window_messages=settings.sync_window_messages,
    )
    session.add(mailbox)
    return mailbox


def _store_grant(pieces: Connections, mailbox: Mailbox, grant: Grant) -> None:
    now = pieces.clock()
    mailbox.refresh_token_encrypted = pieces.vault.encrypt(
        grant.refresh_token, table=MAILBOXES_TABLE, column="refresh_token_encrypted", row=mailbox.id
    )
    mailbox.access_token_encrypted = pieces.vault.encrypt(
        grant.access_token, table=MAILBOXES_TABLE, column="access_token_encrypted", row=mailbox.id
    )
    mailbox.access_token_expires_at = now + grant.expires_in
    mailbox.granted_at, mailbox.granted_scopes = now, list(grant.scopes)
    mailbox.renewal_id = mailbox.renewal_until = None
    mailbox.state, mailbox.state_reason = MailboxState.ACTIVE, None
    _forget_watch(mailbox)  # it may have ended with the grant before
    mailbox.failures, mailbox.not_before = 0, None
    mailbox.next_sync_at = now


def _refresh_token(vault: Vault, mailbox: Mailbox) -> str | None:
    if mailbox.refresh_token_encrypted is None:
        return None
    return vault.decrypt(
        mailbox.refresh_token_encrypted, table=MAILBOXES_TABLE, column="refresh_token_encrypted", row=mailbox.id
    )


def _forget_watch(mailbox: Mailbox) -> None:
    mailbox.watch_topic = mailbox.watch_expires_at = mailbox.watch_renew_at = mailbox.watch_error = None


async def _stop_watch(pieces: Connections, refresh_token: str, mailbox_id: UUID) -> None:
    """Before the grant goes; if it fails, the notices find no active mailbox, and end within a week."""
    try:
        token = await google.refreshed(pieces.http, pieces.settings, refresh_token=refresh_token)
        await google.stop_watch(pieces.http, pieces.settings, access_token=token)
    except (google.GoogleRefusedError, google.GoogleUnreachableError):
        log.warning("mailbox.watch_not_stopped", mailbox_id=str(mailbox_id))


async def _revoked(pieces: Connections, token: str, mailbox_id: UUID) -> bool:
    try:
        await google.revoke(pieces.http, pieces.settings, token=token)
    except google.GoogleUnreachableError:
        log.warning("mailbox.revoke_failed", mailbox_id=str(mailbox_id))
        return False
    return True
