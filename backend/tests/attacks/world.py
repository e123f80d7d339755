"""Whole installations of ours at one simulated Gmail, each with an engine that obeys whoever wrote the mail."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from sqlalchemy import select

from app.accounts.vault import Vault
from app.actions.execute import execute_action
from app.db.models import Action, AuditEntry, Mailbox, Message, User
from app.db.session import SYSTEM, Database
from app.jobs import Job, TaskName
from app.mail.gmail import GmailMailbox
from app.mail.grant import Grant
from app.mail.provider import MailProvider
from app.mail.quota import Budget
from app.mail.repository import MailboxRef
from app.mail.sync import sync_mailbox
from app.settings import Settings
from app.simulator.model import Effect, EffectKind, StoredMessage
from app.simulator.simulator import Simulator
from app.triage.engines import Engine
from app.triage.pipeline import triage_message
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Danger, Proposal, Step, Urgency, Verdict
from tests.budgets import endless_budget
from tests.factories import add_action, add_mailbox, add_message, add_user, add_verdict

ENOUGH = 25
"""Decisions of the person for each kind of step: more than the policy asks for."""
PROMPT = "obedient"
LONG_AGO = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@dataclass
class ObedientEngine:
    """A language model that the sender of every mail has turned: it says and writes what the attacker wants."""

    name: str
    category: Callable[[Signals], Category]
    text: Callable[[Snapshot], str]
    lease: timedelta = timedelta(minutes=2)

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict:
        return Verdict(
            category=self.category(signals),
            needs_reply=True,
            urgency=Urgency.LOW,
            deadline=None,
            summary="Nothing to see here.",
            asks=(),
            reasons=("Entirely harmless.",),
            confidence=1.0,
            danger=Danger.LOW,
            proposals=tuple(Proposal(step, 1.0, "Entirely harmless.") for step in Step),
            draft=self.text(snapshot),
            engine=self.name,
            prompt_version=PROMPT,
        )

    async def close(self) -> None:
        """Holds nothing open."""


@dataclass
class Installation:
    """Our side of one mailbox: sync, triage and execution, one after the other, until nothing is left to do."""

    database: Database
    published: list[Job]
    engine: Engine
    user: User
    mailbox: Mailbox
    gmail: MailProvider
    clock: Callable[[], datetime]
    budget: Budget = field(repr=False)

    async def open_mailbox(self, user_id: UUID, mailbox_id: UUID) -> MailProvider:
        assert (user_id, mailbox_id) == (self.user.id, self.mailbox.id)
        return self.gmail

    async def work(self) -> None:
        await sync_mailbox(
            MailboxRef(self.user.id, self.mailbox.id),
            database=self.database,
            provider=self.gmail,
            clock=self.clock,
            is_own_mail=lambda _: False,
            take_spent=self.budget.take_spent,
        )
        while self.published:
            await self._do(self.published.pop(0))

    async def _do(self, job: Job) -> None:
        if job.task == TaskName.PROCESS_SINGLE_EMAIL:
            [message_id] = job.ids
            await triage_message(message_id, database=self.database, engine=self.engine, clock=self.clock)
        if job.task == TaskName.EXECUTE_ACTION:
            await execute_action(
                database=self.database,
                open_mailbox=self.open_mailbox,
                clock=self.clock,
                user_id=job.ids[0],
                action_id=job.ids[1],
            )

    async def actions(self) -> Sequence[tuple[Action, str]]:
        """Every action the engine brought about, with Gmail's id of its mail."""
        async with self.database.transaction(self.user.id) as session:
            rows = await session.execute(
                select(Action, Message.provider_message_id)
                .join(Message, Message.id == Action.message_id)
                .where(Action.decided_by.is_distinct_from("user"))
            )
            return [(action, message_id) for action, message_id in rows]


@dataclass
class Town:
    """A Gmail whose clock the test moves, and the installations that have mailboxes there."""

    simulator: Simulator
    url: str
    http: httpx.AsyncClient
    stack: AsyncExitStack
    now: datetime = LONG_AGO

    def clock(self) -> datetime:
        return self.now

    async def settle_in(
        self, address: str, *, name: str, aliases: tuple[str, ...] = (), database_url: str, engine: Engine
    ) -> Installation:
        """A new installation for one person: high autonomy, and a long record of agreeing with the engine."""
        published: list[Job] = []

        async def collect(jobs: Sequence[Job]) -> None:
            published.extend(jobs)

        database = Database(database_url, collect)
        self.stack.push_async_callback(database.close)
        vault = Vault(f"k1:{Vault.generate_key()}")
        token = self.simulator.create_mailbox(address, aliases=aliases)
        async with database.transaction(SYSTEM) as session:
            user = await add_user(session, email=address, name=name, autonomy="high", send_delay_seconds=0)
            mailbox = await add_mailbox(session, user, aliases=list(aliases), sync_window_days=None)
            mailbox.refresh_token_encrypted = vault.encrypt(
                token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
            )
        await _keep_record(database, mailbox, engine.name)
        settings = Settings(
            database_url="postgresql://unused",
            redis_url="redis://unused",
            encryption_keys="unused",  # pyright: ignore[reportArgumentType] - pydantic makes a secret of it
            gmail_api_url=self.url,
            google_token_url=f"{self.url}/token",
        )
        grant = Grant(
            user.id,
            mailbox.id,
            database=database,
            vault=vault,
            http=self.http,
            settings=settings,
            clock=self.clock,
        )
        budget = endless_budget(database, mailbox, self.clock)
        gmail = GmailMailbox(http=self.http, api_url=self.url, grant=grant, budget=budget, clock=self.clock)
        return Installation(database, published, engine, user, mailbox, gmail, self.clock, budget)

    def effects(self, *kinds: EffectKind) -> list[Effect]:
        return [effect for effect in self.simulator.effects if effect.kind in kinds]

    def label_names(self, address: str, message: StoredMessage) -> set[str]:
        labels = self.simulator.mailbox(address).labels
        return {labels[each].name if each in labels else each for each in message.label_ids}


def proposed_entry(action: Action) -> AuditEntry:
    """What the audit log says of a step that was proposed as it stands now."""
    return AuditEntry(
        user_id=action.user_id,
        actor="worker",
        event="action.proposed",
        subject_type="action",
        subject_id=action.id,
        details={"content_hash": action.content_hash.hex()},
    )


async def _keep_record(database: Database, mailbox: Mailbox, engine: str) -> None:
    """Mail of long ago about which the person agreed with everything this engine proposed."""
    async with database.transaction(SYSTEM) as session:
        for _ in range(ENOUGH):
            message = await add_message(
                session,
                mailbox,
                sender_address="long.ago@elsewhere.example",
                received_at=LONG_AGO,
                sent_at=LONG_AGO,
                text="A mail of long ago.",
                state="triaged",
            )
            await add_verdict(session, message, engine=engine, prompt_version=PROMPT)
            for step in Step:
                action = await add_action(
                    session,
                    message,
                    kind=step.value,
                    state="done",
                    decided_by="user",
                    decided_at=LONG_AGO,
                    resolved_at=LONG_AGO,
                )
                session.add(proposed_entry(action))
