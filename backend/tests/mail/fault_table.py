"""The mailbox that the fault table breaks in every way, and what it has to be like in the end."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import delete, select, update
from typing_extensions import override

from app.accounts.vault import Vault
from app.db.models import Conversation, FetchFailure, Mailbox, MailboxState, Message
from app.simulator.faults import Fault, FaultPlan
from tests.mail.gmail_world import ANA, World, mail

PATIENCE = timedelta(minutes=30)
BOUNDS = {
    "gmail.FIRST_PAUSE_SECONDS": 0.001,
    "gmail.PAGE_SIZE": 5,
    "gmail.HISTORY_PAGE_SIZE": 4,
    "planning.CHUNK": 3,
}
"""Small enough that a small mailbox has several pages and chunks."""
TRIES = 6


class Trap(FaultPlan):
    """Does something at the moment of a call."""

    def __init__(self, method: str, skip: int, spring: Callable[[], object]) -> None:
        super().__init__()
        self._method, self._skip, self._spring = method, skip, spring
        self.sprung = False

    @override
    def next_for(self, method: str, mailbox: str) -> Fault | None:
        if method == self._method and not self.sprung:
            self.sprung = self._skip == 0
            self._skip -= 1
            if self.sprung:
                self._spring()
        return None


@dataclass
class Table:
    """A small mailbox with a thread, sent mail, and enough of it for several pages and chunks."""

    world: World
    vault: Vault
    url: str
    rounds: int = 0

    def fill(self) -> None:
        self.rounds += 1
        number = self.rounds
        for part in range(3):
            self.world.deliver(f"single {number} {part}")
        self.world.deliver(f"sent {number}", labels=("SENT",), sender=f"Ana <{ANA}>", to="erik@example.com")
        answers = f"In-Reply-To: <thread-{number}@example.com>\nReferences: <thread-{number}@example.com>\n".encode()
        self.world.deliver(f"thread {number}")
        for _ in range(3):
            self.world.simulator.deliver(ANA, answers + mail(f"Re: thread {number}"))

    async def change(self) -> None:
        """What a history has: new mail, other labels, deletions."""
        known = list(self.world.simulator.mailbox(ANA).messages)
        self.fill()
        await self.world.gmail.modify(known[0], add=["STARRED"], remove=["UNREAD"])
        self.world.simulator.mailbox(ANA).remove(known[1])
        self.world.deliver(f"spam {self.rounds}", labels=("SPAM",))

    async def forget(self) -> None:
        """As if the mailbox had just been connected."""
        async with self.world.database.transaction(self.world.user.id) as session:
            await session.execute(delete(Conversation))
            await session.execute(delete(FetchFailure))
            await session.execute(
                update(Mailbox).values(history_id=None, first_sync_cursor=None, not_before=None, send_as_read_at=None)
            )

    def contents(self) -> dict[str, list[str]]:
        held = self.world.simulator.mailbox(ANA).messages
        return {one.id: one.sorted_labels() for one in held.values()}

    async def stored(self) -> dict[str, list[str]]:
        async with self.world.database.transaction(self.world.user.id) as session:
            found = (await session.execute(select(Message.provider_message_id, Message.labels))).all()
        assert len({one for one, _ in found}) == len(found), "a message was stored twice"
        return {one: sorted(labels) for one, labels in found if labels}

    async def must_end_well(self) -> None:
        self.world.simulator.faults.clear()
        for _ in range(TRIES):
            await self.reconnect()
            self.world.now += PATIENCE
            await self.world.sync()
            row = await self.world.row()
            if (
                row.history_id == self.world.simulator.mailbox(ANA).history_id
                and await self.stored() == self.contents()
            ):
                return
        assert await self.stored() == self.contents()
        raise AssertionError("the cursor never arrived")

    async def reconnect(self) -> None:
        """What a person does when the mailbox asks for it."""
        if (await self.world.row()).state != MailboxState.NEEDS_RECONNECT:
            return
        token = self.world.simulator.create_mailbox(ANA)
        async with self.world.database.transaction(self.world.user.id) as session:
            row = await session.get_one(Mailbox, self.world.mailbox.id)
            row.refresh_token_encrypted = self.vault.encrypt(
                token, table="mailboxes", column="refresh_token_encrypted", row=row.id
            )
            row.access_token_encrypted, row.state = None, MailboxState.ACTIVE
        self.world.gmail = self.world.open_gmail()

    def cut_database(self) -> None:
        """What a restart of the database does to those who are connected."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def keep_commits(self) -> None:
        """The servers of the tests may forget their last commits in a crash; a real one may not, nor may this one."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
        await self.world.database.engine.dispose()

    def crash_database(self) -> None:
        """Kill a process of the database: it ends all others, recovers from its log and starts again."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            while True:
                connection.execute("SELECT 1")
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url) as connection:
                return
            time.sleep(0.02)  # the simulator, from whose call this comes, is to answer after the restart


async def attempt(world: World) -> bool:
    """Whether a sync went through; why it did not is the fault's matter."""
    try:
        await world.sync()
    except Exception:  # noqa: BLE001 - the worker would try again later
        return False
    return True
