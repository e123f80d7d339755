"""Composition root: what a process holds for as long as it lives, opened once inside its event loop."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

import httpx

from app.accounts.own_mail import is_own_mail, new_message_id
from app.accounts.vault import Vault
from app.db.models import utc_now
from app.db.session import Database
from app.jobs import CeleryPublisher
from app.mail.gmail import CONCURRENT_REQUESTS, ONE_AT_A_TIME, GmailMailbox, gmail_client
from app.mail.grant import Grant
from app.mail.quota import Limits, Priority, Quota, Time
from app.notify.senders import MailSender, build_sender
from app.settings import Settings, WorkerPool
from app.triage.engines import Engine, build_engine
from app.triage.spending.ledger import DailyLedger

THREADS_PER_CONNECTION = 2
"""A task holds a connection for a fraction of its life only."""


@dataclass(frozen=True, slots=True)
class Resources:
    settings: Settings
    database: Database
    vault: Vault
    http: httpx.AsyncClient
    engine: Engine
    sender: MailSender
    quota: Quota
    clock: Callable[[], datetime] = utc_now
    _grants: dict[UUID, Grant] = field(default_factory=dict[UUID, Grant])
    _mailboxes: dict[tuple[UUID, Priority], GmailMailbox] = field(
        default_factory=dict[tuple[UUID, Priority], GmailMailbox]
    )

    async def open_mailbox(self, user_id: UUID, mailbox_id: UUID) -> GmailMailbox:
        """The same adapter for a mailbox as long as the process lives: token, quota and concurrency are shared."""
        return await self._opened(user_id, mailbox_id, Priority.SYNC)

    async def open_for_person(self, user_id: UUID, mailbox_id: UUID) -> GmailMailbox:
        """Its twin for what the person waits for, which a first sync cannot hold up."""
        return await self._opened(user_id, mailbox_id, Priority.PERSON)

    async def _opened(self, user_id: UUID, mailbox_id: UUID, priority: Priority) -> GmailMailbox:
        known = self._mailboxes.get((mailbox_id, priority))
        if known is not None:
            return known
        budget = await self.quota.open(user_id, mailbox_id, priority)
        mailbox = GmailMailbox(
            http=self.http,
            api_url=self.settings.gmail_api_url,
            grant=self._grant(user_id, mailbox_id),
            budget=budget,
            clock=self.clock,
            concurrent_requests=CONCURRENT_REQUESTS if priority is Priority.SYNC else ONE_AT_A_TIME,
        )
        return self._mailboxes.setdefault((mailbox_id, priority), mailbox)

    def _grant(self, user_id: UUID, mailbox_id: UUID) -> Grant:
        if mailbox_id not in self._grants:
            self._grants[mailbox_id] = Grant(
                user_id,
                mailbox_id,
                database=self.database,
                vault=self.vault,
                http=self.http,
                settings=self.settings,
                clock=self.clock,
            )
        return self._grants[mailbox_id]

    def is_own_mail(self, message_id: str | None) -> bool:
        return is_own_mail(self.vault, message_id)

    def new_message_id(self) -> str:
        """A Message-ID for a mail of ours, so that sync knows it again."""
        domain = parseaddr(self.settings.mail_from)[1].rpartition("@")[2]
        return new_message_id(self.vault, domain or "localhost")


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncGenerator[Resources]:
    """Open everything; close it in reverse order."""
    publisher = CeleryPublisher(settings)
    database = Database(settings.database_url, publisher, pool_size=_pool_size(settings))
    try:
        async with AsyncExitStack() as stack:
            engine = build_engine(settings, DailyLedger.from_settings(settings, database, utc_now))
            stack.push_async_callback(engine.close)
            quota = Quota(database, Limits.of(settings), Time(utc_now))
            stack.push_async_callback(quota.close)
            yield Resources(
                settings=settings,
                database=database,
                vault=Vault.from_settings(settings),
                http=await stack.enter_async_context(gmail_client()),
                engine=engine,
                sender=build_sender(settings),
                quota=quota,
            )
    finally:
        await database.close()
        publisher.close()


def _pool_size(settings: Settings) -> int:
    if settings.worker_pool is WorkerPool.THREADS:
        return max(4, settings.worker_concurrency // THREADS_PER_CONNECTION)
    return 4
