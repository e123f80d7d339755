"""A mail server that keeps what it gets, and the pieces every notice is sent with."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.db.session import Database
from app.notify.senders import SmtpSender
from app.simulator.mail_sink import MailSink
from tests.factories import NOON

BASE_URL = "https://answers.example.org"


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Desk:
    """What the functions of the room are given, and what came out of the mail server."""

    database: Database
    sink: MailSink
    sender: SmtpSender
    clock: Clock = field(default_factory=Clock)

    @property
    def pieces(self) -> dict[str, Any]:
        return {
            "database": self.database,
            "sender": self.sender,
            "clock": self.clock,
            "new_message_id": lambda: f"<getanswers.{uuid4().hex}@example.org>",
            "base_url": BASE_URL,
        }

    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default) for mail in self.sink.messages()
        ]


SenderTo = Callable[..., SmtpSender]


@pytest.fixture
def sender_to() -> SenderTo:
    def build(host: str, port: int, **over: Any) -> SmtpSender:
        values: dict[str, Any] = {
            "host": host,
            "port": port,
            "username": "",
            "password": SecretStr(""),
            "starttls": False,
            "from_address": "getanswers@example.org",
            "timeout": timedelta(seconds=5),
        }
        return SmtpSender(**(values | over))

    return build


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async with MailSink() as sink:
        yield sink


@pytest.fixture
def desk(database: Database, sink: MailSink, sender_to: SenderTo) -> Desk:
    return Desk(database=database, sink=sink, sender=sender_to(*sink.address))
