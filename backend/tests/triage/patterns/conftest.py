"""A person with a mailbox, a sender whose letters they treat in one way, and an engine that counts its questions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.models import (
    Action,
    EventKind,
    EventSource,
    Mailbox,
    MailboxEvent,
    Message,
    MessageState,
    SenderPattern,
    User,
    Verdict,
)
from app.db.session import SYSTEM, Database
from app.jobs import Job
from app.triage.engines import Engine
from app.triage.engines.offline import OfflineEngine
from app.triage.pipeline import triage_message
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Verdict as VerdictValue
from tests.factories import NOON, add_mailbox, add_message, add_user

PASSED = "mx.google.com; spf=pass; dkim=pass; dmarc=pass"
LIST = "<week.letters.example>"
LETTER: dict[str, Any] = {
    "sender_address": "news@letters.example",
    "sender_name": "Letters",
    "subject": "The week in letters",
    "text": "Here is what happened this week. Read on our site. Unsubscribe at any time.",
    "headers": {
        "list-unsubscribe": ["<https://letters.example/u>"],
        "precedence": ["bulk"],
        "authentication-results": [PASSED],
    },
}
ON_A_LIST: dict[str, Any] = LETTER | {"headers": LETTER["headers"] | {"list-id": [LIST]}}


@dataclass
class CountingEngine:
    name: str = "offline"
    lease: timedelta = timedelta(minutes=2)
    asked: list[str] = field(default_factory=list[str])

    async def judge(self, snapshot: Snapshot, signals: Signals) -> VerdictValue:
        self.asked.append(snapshot.message.id)
        return await OfflineEngine().judge(snapshot, signals)

    async def close(self) -> None:
        """Holds nothing open."""


@dataclass
class Desk:
    database: Database
    published: list[Job]
    user: User
    mailbox: Mailbox
    engine: CountingEngine = field(default_factory=CountingEngine)
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    async def had(self, count: int, *kinds: EventKind, letter: dict[str, Any] = LETTER, since: int = 2) -> list[UUID]:
        """So many letters, one a day, each treated by the user in that way."""
        ids: list[UUID] = []
        async with self.database.transaction(SYSTEM) as session:
            for number in range(count):
                came = self.now - timedelta(days=since + number)
                values = letter | {"received_at": came, "sent_at": came, "state": MessageState.TRIAGED, "labels": []}
                message = await add_message(session, self.mailbox, **values)
                ids.append(message.id)
                session.add_all(_event(message, kind, came + timedelta(hours=1)) for kind in kinds)
        return ids

    async def did(self, message_id: UUID, kind: EventKind, *, ours: bool = False) -> None:
        async with self.database.transaction(SYSTEM) as session:
            message = await session.get_one(Message, message_id)
            session.add(_event(message, kind, self.now, EventSource.OURS if ours else EventSource.USER))

    async def comes(self, letter: dict[str, Any] = LETTER, *, engine: Engine | None = None, **over: Any) -> UUID:
        """One more is received and judged."""
        self.now += timedelta(hours=1)
        async with self.database.transaction(SYSTEM) as session:
            values = letter | {"received_at": self.now, "sent_at": self.now} | over
            message = await add_message(session, self.mailbox, **values)
        await self.triage(message.id, engine)
        return message.id

    async def triage(self, message_id: UUID, engine: Engine | None = None) -> None:
        await triage_message(message_id, database=self.database, engine=engine or self.engine, clock=self.clock)

    async def verdict(self, message_id: UUID) -> Verdict:
        async with self.database.transaction(SYSTEM) as session:
            return (await session.scalars(select(Verdict).where(Verdict.message_id == message_id))).one()

    async def actions(self, message_id: UUID) -> dict[str, Action]:
        async with self.database.transaction(SYSTEM) as session:
            found = await session.scalars(select(Action).where(Action.message_id == message_id))
            return {action.kind: action for action in found}

    async def patterns(self) -> list[SenderPattern]:
        async with self.database.transaction(self.user.id) as session:
            return list(await session.scalars(select(SenderPattern)))

    async def is_skipped(self, letter: dict[str, Any] = LETTER, **over: Any) -> bool:
        asked = len(self.engine.asked)
        message_id = await self.comes(letter, **over)
        skipped = len(self.engine.asked) == asked
        assert ((await self.verdict(message_id)).engine == "pattern") == skipped
        return skipped


def _event(message: Message, kind: EventKind, at: datetime, source: EventSource = EventSource.USER) -> MailboxEvent:
    return MailboxEvent(
        user_id=message.user_id,
        message_id=message.id,
        kind=kind,
        detail=kind,
        source=source,
        history_id=int(at.timestamp()),
        at=at,
    )


@pytest.fixture
async def desk(database: Database, published: list[Job]) -> Desk:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email="ana@example.org", autonomy="medium")
        mailbox = await add_mailbox(session, user)
    return Desk(database, published, user, mailbox)
