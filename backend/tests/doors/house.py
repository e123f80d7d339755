"""The whole API server around a test database: real mail server, simulated nothing else, a clock to turn."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import magic_links, sessions
from app.accounts.repository import mailbox_by_address
from app.accounts.vault import Vault
from app.actions.kinds import ReplyPayload, hash_of, to_stored
from app.db.models import Action, Mailbox, Message, User
from app.db.session import SYSTEM, Database
from app.doors.cookies import Cookie
from app.mail.quota import Limits, Quota, Time
from app.main import create_app
from app.notify.senders import build_sender
from app.resources import Resources
from app.settings import Settings
from app.simulator.mail_sink import MailSink
from app.triage.engines import build_engine
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user, add_verdict

BASE_URL = "http://127.0.0.1:8000"
ANA = "ana@example.org"
ERIK = "erik@example.com"


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class House:
    app: FastAPI
    database: Database
    sink: MailSink
    clock: Clock
    ana: User
    base_url: str
    clients: list[httpx.AsyncClient] = field(default_factory=list[httpx.AsyncClient])

    def browser(self, *, client: tuple[str, int] = ("192.0.2.1", 4711), raises: bool = True) -> httpx.AsyncClient:
        """A browser with no cookies; redirects are for the test to follow."""
        transport = httpx.ASGITransport(self.app, client=client, raise_app_exceptions=raises)
        browser = httpx.AsyncClient(transport=transport, base_url=self.base_url)
        self.clients.append(browser)
        return browser

    async def signed_in(self, user: User | None = None) -> tuple[httpx.AsyncClient, str]:
        """A browser with a session, and the token its forms carry."""
        user_id = (user or self.ana).id
        link = await magic_links.issue(self.database, user_id=user_id, browser_token=None, clock=self.clock)
        cookie = await magic_links.redeem(self.database, token=link, browser_token=None, clock=self.clock)
        me = await sessions.find(self.database, token=cookie, clock=self.clock)
        assert me is not None
        browser = self.browser()
        browser.cookies.set(Cookie.SESSION, cookie)
        return browser, me.csrf_token

    async def mailed_token(self, number: int = 1) -> str:
        """The token in the newest of so many sign-in mails."""
        mails = await self.sink.wait_for(number)
        text = message_from_bytes(mails[-1].raw, _class=EmailMessage, policy=policy.default).get_body(("plain",))
        assert text is not None
        link = next(word for word in text.get_content().split() if "token=" in word)
        return link.partition("token=")[2]

    async def waiting_reply(self, *, body: str = "Yes, on Friday.", user: User | None = None, **over: Any) -> Action:
        """A reply that waits for the person, with a hash that fits it."""
        async with self.database.transaction(SYSTEM) as session:
            message = await add_message(session, await _mailbox(session, user or self.ana), **over)
            await add_verdict(session, message)
            payload = ReplyPayload(subject="Re: The offer", body=body, to=(ERIK,), cc=("cc@example.net",))
            return await add_action(
                session,
                message,
                kind="reply",
                payload=to_stored(payload),
                content_hash=hash_of(message.id, payload),
                reasons=["Erik is somebody you write to.", "He asks for an answer by Friday."],
            )

    async def action(self, action_id: UUID) -> Action:
        async with self.database.transaction(SYSTEM) as session:
            return await session.get_one(Action, action_id)

    async def shown_message(self, message_id: UUID) -> Message:
        async with self.database.transaction(SYSTEM) as session:
            return await session.get_one(Message, message_id)

    async def message(self, **over: Any) -> Message:
        verdict: dict[str, Any] = over.pop("verdict", {})
        async with self.database.transaction(SYSTEM) as session:
            message = await add_message(session, await _mailbox(session, self.ana), **over)
            await add_verdict(session, message, **verdict)
            return message


async def _mailbox(session: AsyncSession, user: User) -> Mailbox:
    return await mailbox_by_address(session, user.id, provider="gmail", address=user.email) or await add_mailbox(
        session, user
    )


@asynccontextmanager
async def open_house(
    database: Database, resident: User | None = None, /, *, base_url: str = BASE_URL, **over: Any
) -> AsyncGenerator[House]:
    """For a new user, or for a resident who is there already."""
    clock = Clock()
    async with MailSink() as sink, httpx.AsyncClient() as http:
        host, port = sink.address
        settings = Settings.model_validate(
            {
                "database_url": "postgresql://unused",
                "redis_url": "redis://127.0.0.1:9/0",
                "encryption_keys": f"k1:{Vault.generate_key()}",
                "base_url": base_url,
                "sender": "smtp",
                "smtp_host": host,
                "smtp_port": port,
                "smtp_starttls": False,
                "mail_from": "getanswers@example.org",
                **over,
            }
        )
        resources = Resources(
            settings=settings,
            database=database,
            vault=Vault.from_settings(settings),
            http=http,
            engine=build_engine(settings),
            sender=build_sender(settings),
            quota=Quota(database, Limits.of(settings), Time(clock)),
            clock=clock,
        )
        async with database.transaction(SYSTEM) as session:
            ana = resident or await add_user(session, email=ANA)
        house = House(create_app(resources), database, sink, clock, ana, base_url)
        yield house
        for client in house.clients:
            await client.aclose()
